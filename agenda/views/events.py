"""Meetings: the agenda everybody reads, one meeting, and putting it there, changing it, cancelling it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from agenda import rules
from agenda.actions import events as actions
from agenda.forms.events import CancelEventForm
from agenda.forms.programme import ProgrammeForm
from agenda.models import Event
from agenda.pages import meeting, structured_data
from agenda.pages.meeting_form import MeetingForm
from agenda.pages.programme import MINE, Programme, say_month, say_seats
from residents.models import User


@require_safe
@login_not_required
def agenda(request):
    """Meetings to come by date, or those of a month; htmx is not needed: each filter is a link."""
    form = ProgrammeForm(request.GET)
    filters = form.filters
    programme = Programme(request.user, **filters)
    for event in programme.events:
        event.seats, event.mine = say_seats(event), MINE.get(event.my_status, "")
    context = {
        "form": form,
        "programme": programme,
        "month": filters["month"] and say_month(filters["month"]),
        "kind_filters": [(kind, form.query(sorte=kind.slug), kind.slug == filters["kind"]) for kind in programme.kinds],
        "all_query": form.query(sorte=""),
        "month_filters": [(month, form.query(mois=month.key)) for month in programme.months],
        "to_come_query": form.query(mois=""),
        "next_query": form.query(page=filters["page"] + 1) if programme.has_next else "",
        "previous_query": form.query(page=filters["page"] - 1) if filters["page"] > 1 else "",
        "can_edit": rules.can_edit_events(request.user),
        "data": structured_data.of_events(programme.events, request.build_absolute_uri),
    }
    return render(request, "agenda/agenda.html", context)


def seen_by(user: User, slug: str) -> Event | None:
    """The meeting, with what its page shows, when this person may see it."""
    event = meeting.find(user, slug)
    return event if event and rules.can_see_event(user, event) else None


def not_seen(request):
    """Nothing tells a meeting that one may not see from one that is not there; who is signed out may sign in."""
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.get_full_path())


@require_safe
@login_not_required
def event(request, slug):
    found = seen_by(request.user, slug)
    if not found:
        return not_seen(request)
    context = {
        "event": found,
        "page": meeting.Meeting(found, request.user),
        "data": structured_data.of_events([found], request.build_absolute_uri),
    }
    return render(request, "agenda/event.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_event(request):
    """A meeting, or with a rhythm one a date, after each date was shown with what it meets."""
    if not rules.can_edit_events(request.user):
        raise PermissionDenied
    form = MeetingForm(request)
    if request.method != "POST":
        return render(request, "agenda/event_form.html", {"page": form})
    if not form.is_valid() or form.is_chosen_otherwise or form.must_preview:
        return render(request, "agenda/event_form.html", {"page": form}, status=form.status)
    try:
        made = form.create()
    except ValidationError as error:
        form.refuse(error)
        return render(request, "agenda/event_form.html", {"page": form}, status=422)
    if len(made) > 1:
        messages.success(request, _("%(count)s dates sont enregistrées.") % {"count": len(made)})
    elif form.is_draft:
        messages.success(request, _("Le brouillon est gardé : personne d’autre ne le voit que ceux qui le préparent."))
    else:
        messages.success(request, _("Le rendez-vous est à l’agenda."))
    return redirect(made[0])


def editable(request, slug: str) -> Event:
    """The meeting of that address, for who may edit it."""
    found = seen_by(request.user, slug)
    if not found:
        raise Http404
    if not rules.can_edit_event(request.user, found):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def edit_event(request, slug):
    found = editable(request, slug)
    if found.is_cancelled:
        messages.warning(request, _("Ce rendez-vous est annulé : il ne change plus."))
        return redirect(found)
    form = MeetingForm(request, found)
    if request.method != "POST":
        return render(request, "agenda/event_form.html", {"page": form})
    if not form.is_valid() or form.is_chosen_otherwise:
        return render(request, "agenda/event_form.html", {"page": form}, status=form.status)
    try:
        changed = form.change()
    except ValidationError as error:
        form.refuse(error)
        return render(request, "agenda/event_form.html", {"page": form}, status=422)
    messages.success(request, said_changed(len(changed)))
    return redirect(found)


def said_changed(count: int) -> str:
    words = ngettext("Le rendez-vous est enregistré.", "%(count)s dates sont enregistrées.", count)
    return words % {"count": count}


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_event(request, slug):
    """After a second look: how many people are told, which spaces are freed."""
    found = editable(request, slug)
    if found.is_cancelled or found.is_past:
        messages.warning(request, _("Ce rendez-vous ne s’annule plus."))
        return redirect(found)
    form = CancelEventForm(request.POST or None, event=found)
    if request.method != "POST" or not form.is_valid():
        context = {"event": found, "form": form, "told": found.registrations.active().count()}
        return render(request, "agenda/cancel_event.html", context, status=422 if form.is_bound else 200)
    try:
        cancelled = actions.cancel(
            event=found, by=request.user, scope=form.chosen_scope, word=form.cleaned_data["word"]
        )
    except ValidationError as error:
        form.add_error(None, error)
        context = {"event": found, "form": form, "told": found.registrations.active().count()}
        return render(request, "agenda/cancel_event.html", context, status=422)
    words = ngettext("Le rendez-vous est annulé.", "%(count)s dates sont annulées.", len(cancelled))
    messages.success(request, words % {"count": len(cancelled)})
    # A draft is deleted: its page is no more.
    return redirect(found if Event.objects.filter(pk=found.pk).exists() else "agenda:agenda")
