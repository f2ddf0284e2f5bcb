"""Coming to a meeting: registering, waiting, accepting; and for who holds it, the list of those who come."""

from allauth.core.internal.ratelimit import consume
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from agenda import rules
from agenda.actions import registrations as actions
from agenda.enums import RegistrationStatus
from agenda.forms.registrations import AttendanceForm, GuestForm, ParticipantForm, RegistrationForm
from agenda.models import AgendaSettings, Event, Registration
from agenda.pages import meeting
from agenda.pages.attendees import Attendees, say_slot
from agenda.views.events import not_seen, seen_by

# Against robots that fill forms, and against mails sent to somebody who asked for none.
LIMITS = {"guest": "30/h/ip", "address": "4/h/key"}


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def register(request, slug):
    """A person of the house registers, a guest asks for a link; both are asked what the meeting asks."""
    event = seen_by(request.user, slug)
    if not event:
        return not_seen(request)
    if actions.pass_on_if_lapsed(event):
        event = meeting.find(request.user, slug)
    is_guest = not request.user.is_authenticated
    if not (rules.can_register_guests(event) if is_guest else rules.can_register(request.user, event)):
        return redirect_to_login(request.get_full_path()) if is_guest else refused(event)
    page = meeting.Meeting(event, request.user)
    if page.closed_because or page.registration:
        if page.closed_because and not page.registration:
            messages.warning(request, page.closed_because)
        return redirect(event)
    form = (GuestForm if is_guest else RegistrationForm)(
        request.POST if request.method == "POST" else None,
        event=event,
        slots=page.slots,
        structures=meeting.structures_of(request.user),
    )
    if request.method != "POST" or not form.is_valid():
        return register_page(request, page, form)
    return register_guest(request, page, form) if is_guest else register_user(request, page, form)


def refused(event: Event):
    """Registering is for others; without registration, there is nothing to refuse."""
    if event.takes_registrations:
        raise PermissionDenied
    return redirect(event)


def register_page(request, page: meeting.Meeting, form):
    context = {
        "event": page.event,
        "page": page,
        "form": form,
        "is_guest": isinstance(form, GuestForm),
        "kept_days": AgendaSettings.load().guest_kept_days,
    }
    return render(request, "agenda/register.html", context, status=422 if form.is_bound else 200)


def register_user(request, page: meeting.Meeting, form):
    try:
        registration = actions.register(
            event=page.event, by=request.user, resident=form.structure, answers=form.answers, slot=form.slot
        )
    except ValidationError as error:
        form.add_error(None, error)
        return register_page(request, page, form)
    messages.success(request, said(registration))
    return redirect(page.event)


def said(registration: Registration) -> str:
    if registration.status == RegistrationStatus.WAITING:
        rank = actions.position(registration)
        return _("Vous êtes sur la liste d’attente, en position %(rank)s.") % {"rank": rank}
    return _("Vous êtes inscrit·e. Un mail vous le confirme.")


def register_guest(request, page: meeting.Meeting, form):
    """The same words whoever the address belongs to, and whether it is registered or not; robots read them too."""
    if not allowed(request, "guest"):
        return render(request, "429.html", status=429)
    email = form.cleaned_data["email"]
    if not form.is_robot and allowed(request, "address", key=f"{page.event.pk}:{email.lower()}"):
        try:
            actions.register_guest(
                event=page.event,
                name=form.cleaned_data["name"],
                email=email,
                answers=form.answers,
                slot=form.slot,
            )
        except ValidationError as error:
            form.add_error(None, error)
            return register_page(request, page, form)
    return render(request, "agenda/register_sent.html", {"event": page.event, "email": email})


def allowed(request, action: str, key=None) -> bool:
    return consume(request, app="agenda", action=action, config=LIMITS, key=key) is not None


# By the secret address of a registration


def of_token(token: str) -> Registration:
    if "\0" in token:
        # PostgreSQL knows no such text.
        raise Http404
    found = Registration.objects.select_related("event__kind", "user", "resident").filter(token=token).first()
    if not found:
        raise Http404
    return found


@require_safe
@login_not_required
def registration(request, token):
    """Where somebody stands, and what they may do: what the links of mails open. Reading consumes nothing."""
    found = of_token(token)
    if actions.pass_on_if_lapsed(found.event):
        found = of_token(token)
    return registration_page(request, found)


def registration_page(request, found: Registration, error: str = ""):
    context = {
        "registration": found,
        "event": found.event,
        "position": actions.position(found),
        "slot": say_slot(found),
        "error": error,
        "kept_days": AgendaSettings.load().guest_kept_days,
    }
    return render(request, "agenda/registration.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def confirm_registration(request, token):
    """A mail's scanner opens the page; a person presses its button."""
    found = of_token(token)
    if request.method != "POST":
        return registration_page(request, found)
    return acted(request, found, actions.confirm, _("Votre adresse est confirmée."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def accept_seat(request, token):
    found = of_token(token)
    if request.method != "POST":
        return redirect("agenda:registration", token)
    return acted(request, found, actions.accept, _("La place est à vous. À bientôt !"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def cancel_registration(request, token):
    found = of_token(token)
    if request.method != "POST":
        return redirect("agenda:registration", token)
    by = request.user if request.user.is_authenticated else None

    def cancel(*, registration):
        return actions.cancel(registration=registration, by=by)

    return acted(request, found, cancel, _("Votre inscription est annulée ; la place va à quelqu’un d’autre."))


def acted(request, found: Registration, act, words: str):
    """Act, say it, and show where one stands; a person of the house comes back to the meeting."""
    try:
        act(registration=found)
    except ValidationError as error:
        return registration_page(request, of_token(found.token), " ".join(error.messages))
    messages.success(request, words)
    if request.user.is_authenticated and found.user_id == request.user.pk:
        return redirect(found.event)
    return redirect("agenda:registration", found.token)


# For who holds the meeting


def listed(request, slug: str) -> Event:
    event = seen_by(request.user, slug)
    if not event:
        raise Http404
    if not rules.can_see_registrations(request.user, event):
        raise PermissionDenied
    return event


@require_http_methods(["GET", "HEAD", "POST"])
def registrations(request, slug):
    """The list, on a phone and on paper; who edits the meeting adds people to it."""
    event = listed(request, slug)
    form = ParticipantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not rules.can_edit_event(request.user, event):
            raise PermissionDenied
        if form.is_valid() and added(request, event, form):
            return redirect("agenda:registrations", event.slug)
    context = {
        "event": event,
        "page": meeting.Meeting(event, request.user),
        "attendees": Attendees(event),
        "form": form,
    }
    return render(request, "agenda/registrations.html", context, status=422 if form.is_bound else 200)


def added(request, event: Event, form: ParticipantForm) -> bool:
    said_of = form.cleaned_data
    try:
        found = actions.add_participant(
            event=event, by=request.user, user=said_of["user"], name=said_of["name"], email=said_of["email"]
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    if found.status == RegistrationStatus.WAITING:
        messages.warning(request, _("C’est complet : %(who)s est sur la liste d’attente.") % {"who": found.who})
    else:
        messages.success(request, _("%(who)s est sur la liste.") % {"who": found.who})
    return True


@require_POST
def mark_attendance(request, pk):
    """One toggle; htmx gets the line and the count back."""
    found = get_object_or_404(Registration.objects.select_related("event", "user", "resident"), pk=pk)
    form = AttendanceForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    try:
        actions.mark_attendance(registration=found, attended=form.value, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("agenda:registrations", found.event.slug)
    if not request.htmx:
        return redirect(f"{reverse('agenda:registrations', args=[found.event.slug])}#personne-{found.pk}")
    attendees = Attendees(found.event)
    one = next((one for one in attendees.seated if one.registration.pk == found.pk), None)
    if one is None:
        # They gave their seat up in this very instant: the list as it is now.
        return HttpResponseClientRefresh()
    return render(request, "agenda/_attendance_answer.html", {"one": one, "attendees": attendees, "event": found.event})


@require_safe
def registrations_csv(request, slug):
    event = listed(request, slug)
    response = HttpResponse(Attendees(event).csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="inscriptions-{event.slug}.csv"'
    return response
