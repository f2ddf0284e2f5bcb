"""When the spaces are taken and when they are free: the same days as a list, a week, a day, a month."""

import datetime
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agenda import rules
from agenda.forms.calendar import CalendarForm, FindForm, query
from agenda.models import Equipment
from agenda.pages.columns import day_grid, week_grid
from agenda.pages.daylist import list_days
from agenda.pages.fair_share import shares_of
from agenda.pages.finding import around, find_spaces
from agenda.pages.months import month_weeks, next_month, previous_month, say_month, weeks_of
from agenda.pages.planning import ONE_DAY, Planning
from agenda.pages.spaces import DAYS_AHEAD, pictures_of, space_cards
from agenda.pages.wording import hours_of, rules_of
from agenda.times import DAYS, SPACE, local, monday_of, say_day

WEEK = ONE_DAY * 7


def inside(view):
    """For those of the house only: it is where its spaces are read."""

    @require_safe
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not rules.can_see_bookings(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def frame(name: str, form: CalendarForm, planning: Planning, *, title: str, before, after) -> dict:
    """What the ways to look at the calendar share: where one is in time, the other ways, the spaces to choose from."""
    slugs = [space.slug for space in planning.spaces] if planning.is_narrowed else []

    def address(view: str, day: datetime.date) -> str:
        return f"{reverse(f'agenda:{view}')}?{query(day, slugs)}"

    return {
        "form": form,
        "title": title,
        "day": form.day,
        "planning": planning,
        "chosen": ", ".join(space.name for space in planning.spaces) if planning.is_narrowed else "",
        "unknown": bool(set(form.slugs) - {space.slug for space in planning.offered}),
        "choices": [(space, space.slug in slugs) for space in planning.offered],
        "address": reverse(f"agenda:{name}"),
        "before": address(name, before),
        "after": address(name, after),
        "today": address(name, planning.today),
        "views": ways(name, form.day, slugs),
    }


def ways(name: str, day: datetime.date, slugs: list[str]) -> list[tuple[str, str, bool]]:
    """(words, address, is here) of the ways to look at the same days and spaces."""
    words = {
        "spaces": _("Les espaces"),
        "bookings_list": _("Liste"),
        "week": _("Semaine"),
        "day": _("Jour"),
        "month": _("Mois"),
        "shares": _("Parts"),
    }
    return [
        (said, reverse(f"agenda:{view}") + ("" if view == "spaces" else f"?{query(day, slugs)}"), view == name)
        for view, said in words.items()
    ]


@inside
def spaces(request):
    """The spaces of the house, what they hold and whether they are free now."""
    form = CalendarForm({})
    planning = Planning(request.user, form.day, form.day + ONE_DAY * DAYS_AHEAD)
    context = {"cards": space_cards(planning), "views": ways("spaces", form.day, [])}
    return render(request, "agenda/spaces.html", context)


@inside
def space(request, slug):
    """One space, how it is booked, and its week."""
    form = CalendarForm(request.GET)
    monday = monday_of(form.day)
    planning = Planning(request.user, monday, monday + ONE_DAY * 6, [slug])
    one = next((space for space in planning.every_space.values() if space.slug == slug), None)
    if one is None:
        raise Http404
    shown = {"before": monday - WEEK, "after": monday + WEEK, "title": one.name}
    context = frame("week", form, planning, **shown) | {
        "space": one,
        "picture": pictures_of([one]).get(one.pk),
        "rules": rules_of(one),
        "hours": hours_of(planning.opening_hours),
        "kin": [other for other in planning.every_space.values() if other != one and planning.touches(one, other)],
        "week_title": say_week(monday),
        "grid": week_grid(planning),
        "can_book": rules.can_book(request.user, one),
        **{name: f"{one.get_absolute_url()}?{query(day)}#semaine" for name, day in neighbours(monday, planning)},
    }
    return render(request, "agenda/space.html", context)


def neighbours(monday: datetime.date, planning: Planning) -> list[tuple[str, datetime.date]]:
    return [("before", monday - WEEK), ("after", monday + WEEK), ("today", planning.today)]


def say_week(monday: datetime.date) -> str:
    """Semaine du 23 au 29 novembre; Semaine du 28 décembre au 3 janvier 2027"""
    sunday = monday + ONE_DAY * 6
    # Without « lundi » and « dimanche »: a week always goes from the one to the other.
    first, last = (say_day(day).split(" ", 1)[1] for day in (monday, sunday))
    if monday.month == sunday.month:
        first = first.split(SPACE)[0]
    return _("Semaine du %(first)s au %(last)s") % {"first": first, "last": last}


@inside
def week(request):
    """Days by hours, of all the spaces or of those chosen."""
    form = CalendarForm(request.GET)
    monday = monday_of(form.day)
    planning = Planning(request.user, monday, monday + ONE_DAY * 6, form.slugs)
    shown = {"title": say_week(monday), "before": form.day - WEEK, "after": form.day + WEEK}
    context = frame("week", form, planning, **shown) | {"grid": week_grid(planning)}
    return render(request, "agenda/week.html", context)


@inside
def day(request):
    """One day, the spaces side by side."""
    form = CalendarForm(request.GET)
    planning = Planning(request.user, form.day, form.day, form.slugs)
    shown = {"title": say_day(form.day).capitalize(), "before": form.day - ONE_DAY, "after": form.day + ONE_DAY}
    context = frame("day", form, planning, **shown) | {"grid": day_grid(planning, form.day)}
    return render(request, "agenda/day.html", context)


@inside
def month(request):
    """A table of weeks, each booking on one line."""
    form = CalendarForm(request.GET)
    planning = Planning(request.user, *weeks_of(form.day), form.slugs)
    shown = {
        "title": say_month(form.day).capitalize(),
        "before": previous_month(form.day),
        "after": next_month(form.day),
    }
    context = frame("month", form, planning, **shown) | {"weeks": month_weeks(planning, form.day), "weekdays": DAYS}
    return render(request, "agenda/month.html", context)


@inside
def bookings_list(request):
    """The same as a list, from a day on: seven days."""
    form = CalendarForm(request.GET)
    planning = Planning(request.user, form.day, form.day + ONE_DAY * 6, form.slugs)
    shown = {
        "title": _("À partir du %(day)s") % {"day": say_day(form.day)},
        "before": form.day - WEEK,
        "after": form.day + WEEK,
    }
    context = frame("bookings_list", form, planning, **shown) | {"days": list_days(planning)}
    return render(request, "agenda/bookings_list.html", context)


@inside
def find(request):
    """When, how long, how many, with what: the spaces that are free then, and the nearest times of the others."""
    equipment = [thing.name for thing in Equipment.objects.all()]
    started = CalendarForm({"jour": request.GET.get("jour", "")})
    asked = request.GET.dict() | {"equipement": request.GET.getlist("equipement")}
    # A day, or an hour of a grid, leads here without the rest.
    data = {"jour": started.day.isoformat(), "debut": likely_time(started.day), "duree": "60", **asked}
    form = FindForm(data, equipment=equipment)
    context = {"form": form, "findings": None, "asked": bool(request.GET)}
    if form.is_valid():
        wish = form.cleaned_data
        planning = Planning(request.user, *around(wish["jour"]))
        context["findings"] = find_spaces(
            planning,
            day=wish["jour"],
            time=wish["debut"],
            minutes=wish["duree"],
            people=wish["combien"],
            wanted=form.wanted,
        )
    return render(request, "agenda/find.html", context)


def likely_time(day: datetime.date) -> str:
    """10:00; today, the next full hour once it has passed."""
    now = local(timezone.now())
    return f"{now.hour + 1}:00" if day == now.date() and 10 <= now.hour < 23 else "10:00"


@inside
def shares(request):
    """The hours that each structure holds in a month: everybody of the house reads them."""
    form = CalendarForm(request.GET)
    address = reverse("agenda:shares")
    context = {
        "form": form,
        "title": say_month(form.day),
        "shares": shares_of(form.day, request.user),
        "before": f"{address}?{query(previous_month(form.day))}",
        "after": f"{address}?{query(next_month(form.day))}",
        "today": address,
        "address": address,
        "views": ways("shares", form.day, []),
    }
    return render(request, "agenda/shares.html", context)
