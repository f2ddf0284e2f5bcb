"""The house manager's day, on screen and on paper, the doors, and how the spaces are used."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agenda.actions.profiles_seen import mark_seen as keep_seen
from agenda.forms.day import DayForm, DoorSheetsForm, SeenForm, UsageForm, UsageTableForm
from agenda.pages.day import read_day
from agenda.pages.doors import read_door, sheets
from agenda.pages.figures import figures_of, summary_of
from agenda.pages.holding import spaces_with_hours
from agenda.pages.spreadsheet import as_csv
from agenda.pages.usage import read_usage
from residents.rules import is_house_manager


def must_manage(user) -> None:
    if not is_house_manager(user):
        raise PermissionDenied


@require_safe
def my_day(request):
    must_manage(request.user)
    form = DayForm(request.GET)
    return render(
        request,
        "agenda/my_day.html",
        {"form": form, "day": read_day(form.day, by=request.user), "here": request.get_full_path()},
    )


@require_POST
def mark_seen(request):
    must_manage(request.user)
    form = SeenForm(request.POST)
    if form.is_valid():
        keep_seen(by=request.user, until=form.cleaned_data["jusque"])
    asked = "" if form.day == timezone.localdate() else f"?{urlencode({'jour': form.day})}"
    return redirect(f"{reverse('agenda:my_day')}{asked}#profils")


@require_safe
def door_sheets(request):
    must_manage(request.user)
    spaces = [space for space in spaces_with_hours() if not space.is_retired]
    form = DoorSheetsForm(request.GET, spaces=spaces)
    chosen = [form.space] if form.space else spaces
    context = {"form": form, "sheets": sheets(chosen, form.days), "printed_at": timezone.now()}
    return render(request, "agenda/door_sheets.html", context)


@login_not_required
@require_safe
def door(request, token):
    """Nobody is signed in at a door: the page is drawn without the request, and reads neither session nor cookie."""
    if "\0" in token:
        # PostgreSQL knows no such text.
        raise Http404
    space = get_object_or_404(spaces_with_hours().in_use(), door_token=token)
    drawn = HttpResponse(render_to_string("agenda/door.html", {"door": read_door(space, timezone.now())}))
    # Asked for again each time; ConditionalGetMiddleware answers 304 while nothing changed.
    patch_cache_control(drawn, private=True, no_cache=True)
    drawn["X-Robots-Tag"] = "noindex"
    drawn["Referrer-Policy"] = "no-referrer"
    return drawn


def usage_asked(form, spaces):
    first, last = form.period
    return read_usage(spaces, first, last, by_month=form.by_month, space=form.space)


@require_safe
def usage(request):
    must_manage(request.user)
    spaces = list(spaces_with_hours())
    form = UsageForm(request.GET, spaces=[space for space in spaces if not space.is_retired])
    found = usage_asked(form, spaces)
    context = {
        "form": form,
        "usage": found,
        "summary": summary_of(found),
        "figures": figures_of(found),
        "query": urlencode(form.query),
    }
    return render(request, "agenda/usage.html", context)


@require_safe
def usage_csv(request):
    """One of the page's tables as a file, `?tableau=`."""
    must_manage(request.user)
    spaces = list(spaces_with_hours())
    form = UsageTableForm(request.GET, spaces=[space for space in spaces if not space.is_retired])
    found = usage_asked(form, spaces)
    figure = next(figure for figure in figures_of(found) if figure.key == form.table)
    answer = HttpResponse(as_csv([figure.head, *figure.rows]), content_type="text/csv; charset=utf-8")
    name = _("utilisation-%(table)s-%(first)s-%(last)s.csv") % {
        "table": figure.key,
        "first": found.first,
        "last": found.last,
    }
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
