"""What the house manager reads on opening the back office: what waits for her, the house in figures, what was done."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from agenda.enums import BookingStatus
from agenda.models import Booking, Event
from agenda.times import say_day
from blog.models import PostPage
from blog.standing import State
from blog.viewsets import with_standing
from bulletin.enums import SubscriberState
from bulletin.models import BulletinPage, Subscriber
from chaudronneries.office import journal
from residents.actions.invitations import CALM
from residents.enums import AgreementState, ApplicationState
from residents.models import Agreement, Application, Invitation, NearDuplicate, Resident
from residents.pages.welcome import waited_for
from residents.places import Places
from residents.viewsets.structures import SILENT

A_WEEK = datetime.timedelta(days=7)
# From this share of its seats on, a meeting is nearly full.
NEARLY = 0.8
LATEST = 8


@dataclass(frozen=True)
class Line:
    """Something that waits, and where it is done."""

    words: str
    address: str


@dataclass(frozen=True)
class Figure:
    number: str
    words: str
    address: str


def waiting() -> list[Line]:
    """The most pressing first, a query for each."""
    asked = [
        to_decide,
        to_review,
        to_answer,
        to_remind,
        to_welcome,
        to_renew,
        nearly_full,
        to_finish,
        to_complete,
        to_tell_apart,
        unreachable,
    ]
    return [line for ask in asked for line in ask()]


def to_decide() -> list[Line]:
    count = Booking.objects.filter(status=BookingStatus.REQUESTED, ends_at__gt=timezone.now()).count()
    words = ngettext("%(count)d réservation à décider", "%(count)d réservations à décider", count)
    return line(count, words, f"{reverse('agenda:my_day')}#demandes")


def to_review() -> list[Line]:
    count = with_standing(PostPage.objects.all()).filter(standing=State.TO_REVIEW).count()
    words = ngettext("%(count)d article à relire", "%(count)d articles à relire", count)
    return line(count, words, listed("articles", etat=State.TO_REVIEW))


def to_answer() -> list[Line]:
    count = Application.objects.waiting().count()
    words = ngettext("%(count)d candidature à lire", "%(count)d candidatures à lire", count)
    return line(count, words, listed("candidatures", state=ApplicationState.RECEIVED))


def to_remind() -> list[Line]:
    """Who was invited and has not answered, those written to lately left alone."""
    count = Invitation.objects.waiting().filter(sent_at__lte=timezone.now() - CALM).count()
    words = ngettext("%(count)d invitation sans réponse", "%(count)d invitations sans réponse", count)
    return line(count, words, reverse("invitations:index"))


def to_welcome() -> list[Line]:
    """Structures that arrive or leave, and for which the house has something to do."""
    count = waited_for().count()
    words = ngettext(
        "%(count)d structure attend la maison pour arriver ou partir",
        "%(count)d structures attendent la maison pour arriver ou partir",
        count,
    )
    return line(count, words, reverse("residents:arrivals"))


def to_renew() -> list[Line]:
    """What was signed and ends soon."""
    count = Agreement.objects.ending(timezone.localdate()).count()
    words = ngettext("%(count)d convention bientôt finie", "%(count)d conventions bientôt finies", count)
    return line(count, words, listed("conventions", etat=AgreementState.ENDING))


def nearly_full() -> list[Line]:
    """Meetings of the week to come, each on its own line."""
    now = timezone.now()
    meetings = Event.objects.published().between(now, now + A_WEEK).filter(capacity__isnull=False, slot_minutes=None)
    return [
        Line(
            _("« %(title)s », %(day)s : %(taken)d places prises sur %(capacity)d")
            % {
                "title": meeting.title,
                "day": say_day(meeting.starts_at),
                "taken": meeting.taken,
                "capacity": meeting.capacity,
            },
            reverse("agenda:registrations", args=[meeting.slug]),
        )
        for meeting in meetings.with_seats().order_by("starts_at")
        if not meeting.is_cancelled and meeting.taken >= NEARLY * meeting.capacity
    ]


def to_finish() -> list[Line]:
    """Issues of the bulletin that are begun."""
    return [
        Line(_("« %(title)s » en préparation") % {"title": issue.draft_title or issue.title}, edited(issue))
        for issue in BulletinPage.objects.filter(live=False).order_by("-number")
    ]


def to_complete() -> list[Line]:
    """Structures in residence that say nothing of themselves."""
    count = Resident.objects.in_residence().filter(SILENT).count()
    words = ngettext("%(count)d structure ne se présente pas", "%(count)d structures ne se présentent pas", count)
    return line(count, words, listed("structures", presente="oui", se_presente="non"))


def to_tell_apart() -> list[Line]:
    """Terms that may say the same thing."""
    count = NearDuplicate.objects.waiting().count()
    words = ngettext("%(count)d paire de termes proches", "%(count)d paires de termes proches", count)
    return line(count, words, reverse("near_terms"))


def unreachable() -> list[Line]:
    count = Subscriber.objects.filter(state=SubscriberState.BOUNCED).count()
    words = ngettext(
        "%(count)d adresse d’abonnement ne répond plus", "%(count)d adresses d’abonnement ne répondent plus", count
    )
    return line(count, words, listed("abonnements", state=SubscriberState.BOUNCED))


def line(count: int, words: str, address: str) -> list[Line]:
    return [Line(words % {"count": count}, address)] if count else []


def listed(viewset: str, **filters) -> str:
    return f"{reverse(f'{viewset}:index')}?{urlencode(filters)}"


def edited(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def figures() -> list[Figure]:
    """In five queries."""
    now, places = timezone.now(), Places.on()
    held = Booking.objects.holding().filter(starts_at__gte=now, starts_at__lt=now + A_WEEK).count()
    readers = Subscriber.objects.confirmed().count()
    posts = PostPage.objects.live().count()
    free = number_format(places.left.normalize()) if places.is_told else "?"
    return [
        Figure(free, _("places libres"), reverse("presences:index")),
        Figure(str(held), _("réservations dans les sept jours"), reverse("reservations:index")),
        Figure(str(posts), _("articles publiés"), listed("articles", etat=State.PUBLISHED)),
        Figure(str(readers), _("abonnements au bulletin"), listed("abonnements", state=SubscriberState.CONFIRMED)),
    ]


class DeskPanel(Component):
    """What waits, and the house in figures."""

    name = "desk"
    order = 50
    template_name = "office/desk_panel.html"

    def get_context_data(self, parent_context):
        return {"waiting": waiting(), "figures": figures()}


class JournalPanel(Component):
    """What was done last."""

    name = "journal"
    order = 150
    template_name = "office/journal_panel.html"

    def get_context_data(self, parent_context):
        return {"entries": journal.latest(LATEST, user=parent_context["request"].user)}
