"""Calendars: those that are subscribed to (no session, no cookie), one meeting or one booking, and who subscribes."""

import gzip

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agenda import reading, rules
from agenda.actions import calendars as actions
from agenda.actions import imports
from agenda.calendars.entries import entry_of_booking, entry_of_event, with_places
from agenda.calendars.feeds import Feed, MyBusyFeed, MyFeed, PublicFeed, ResidentsFeed, SpaceFeed
from agenda.calendars.ical import Entry, written
from agenda.calendars.importing import ImportRefused, read
from agenda.calendars.subscriptions import (
    busy_reader,
    key_of,
    own_subscriptions,
    public_subscription,
    reader,
    space_subscriptions,
)
from agenda.enums import EventAudience
from agenda.forms.feeds import ImportForm
from agenda.models import Booking, Event, Space
from residents.rules import is_resident

CONTENT_TYPE = "text/calendar; charset=utf-8"
# The public's calendar may be kept by a shared cache for a short while.
PUBLIC_SECONDS = 300
# Refusals of an import that are said one by one.
MOST_TOLD = 10


def base_of(request) -> str:
    return request.build_absolute_uri("/")[:-1]


@require_safe
@login_not_required
def public_feed(request):
    response = answer(request, PublicFeed(None, base_of(request)))
    patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
    return response


@require_safe
@login_not_required
def my_feed(request, token):
    return secret_answer(request, MyFeed(found(reader(token)), base_of(request)))


@require_safe
@login_not_required
def my_busy_feed(request, token):
    return secret_answer(request, MyBusyFeed(found(busy_reader(token)), base_of(request), token))


@require_safe
@login_not_required
def residents_feed(request, token):
    return secret_answer(request, ResidentsFeed(resident(token), base_of(request)))


@require_safe
@login_not_required
def space_feed(request, token, slug):
    person = resident(token)
    return secret_answer(request, SpaceFeed(person, base_of(request), get_object_or_404(Space, slug=slug)))


def found(person):
    """A revoked or unknown secret answers as an address that never was."""
    if person is None:
        raise Http404
    return person


def resident(token: str):
    """The house's calendars are for those who belong to it still."""
    person = found(reader(token))
    if not rules.can_see_bookings(person):
        raise Http404
    return person


def secret_answer(request, feed: Feed):
    response = answer(request, feed)
    patch_cache_control(response, private=True, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def answer(request, feed: Feed):
    """304 when the client has it as it stands; else the whole calendar, compressed when the client takes it so."""
    response = get_conditional_response(request, etag=feed.etag)
    if response is None:
        body = feed.body()
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(body if packed else gzip.decompress(body), content_type=CONTENT_TYPE)
        if packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = feed.etag
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@require_safe
@login_not_required
def event_ics(request, slug):
    (event,) = with_places(Event.objects.filter(slug=slug)) or [None]
    if event is None or not rules.can_see_event(request.user, event):
        # As on its page, nothing tells a meeting that one may not see from one that is not there.
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    return download(entry_of_event(event, base=base_of(request), takes_time=True), event.slug)


@require_safe
def booking_ics(request, pk):
    booking = get_object_or_404(Booking.objects.with_names(), pk=pk)
    if not reading.can_read(request.user, booking):
        raise PermissionDenied
    holder = reading.holder_for(request.user, booking)
    return download(entry_of_booking(booking, base=base_of(request), holder=holder), f"reservation-{booking.pk}")


def download(entry: Entry, name: str):
    response = HttpResponse(written([entry]), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def renew_key(request):
    """A GET (somebody back from signing in) is led to the page that asks for it."""
    if request.method == "POST":
        actions.renew(by=request.user)
        messages.success(request, _("Votre adresse secrète est prête : choisissez un calendrier ci-dessous."))
    return redirect("agenda:subscriptions")


@require_http_methods(["GET", "HEAD", "POST"])
def revoke_key(request):
    if request.method == "POST" and actions.revoke(by=request.user):
        messages.success(request, _("C’est fait : vos anciennes adresses ne répondent plus."))
    return redirect("agenda:subscriptions")


@require_safe
@login_not_required
def subscriptions(request):
    """What one may subscribe to: the public its own calendar, residents theirs and the house's."""
    base, key = base_of(request), key_of(request.user) if request.user.is_authenticated else None
    page = reverse("agenda:subscriptions")
    context = {
        "public": public_subscription(base),
        "own": own_subscriptions(key, base) if key else [],
        "spaces": space_subscriptions(key, base) if key else [],
        "key": key,
        "can_renew": is_resident(request.user),
        "can_import": rules.can_import(request.user),
        "login_url": f"{reverse('account_login')}?{urlencode({'next': page})}",
    }
    return render(request, "agenda/subscriptions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_calendar(request):
    """An .ics file becomes meetings: sent, it is shown as it would be; looked at, it is applied."""
    if not rules.can_import(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return draw_import(request, ImportForm(request.user))
    form, calendar = ImportForm(request.user, request.POST, request.FILES), None
    if form.is_valid():
        try:
            calendar = read(form.data_sent, timezone.localdate())
        except ImportRefused as error:
            form.add_error("file", str(error))
    if calendar is None:
        return draw_import(request, form, status=422)
    if "apply" in request.POST:
        chosen = {name: form.cleaned_data[name] for name in ("kind", "audience", "cancel_gone")}
        tell_imported(request, imports.apply(calendar, **chosen, by=request.user))
        return redirect("agenda:import_calendar")
    return draw_import(request, form, plan=imports.plan(calendar, form.cleaned_data["kind"]), kept=form.keep())


def draw_import(request, form: ImportForm, *, plan: imports.Plan | None = None, kept: str = "", status: int = 200):
    audience = EventAudience(form.cleaned_data["audience"]).label if plan else ""
    context = {"form": form, "plan": plan, "kept": kept, "audience": audience}
    return render(request, "agenda/import_calendar.html", context, status=status)


def tell_imported(request, outcome: imports.Outcome) -> None:
    messages.success(
        request,
        _("Calendrier importé : %(created)s créés, %(changed)s modifiés, %(cancelled)s annulés.") % vars(outcome),
    )
    for event, reason in outcome.refused[:MOST_TOLD]:
        messages.warning(request, _("« %(title)s » reste comme il était : %(why)s") % {"title": event, "why": reason})
    if (others := len(outcome.refused) - MOST_TOLD) > 0:
        messages.warning(request, _("Et %(others)s autres restent comme ils étaient.") % {"others": others})
