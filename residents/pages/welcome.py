"""Arriving and leaving: where a structure stands in the house's lists of steps, and who is waited for."""

import datetime
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat, JSONObject, Trim
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from residents import communication, rules
from residents.actions.welcome import PUT_ASIDE
from residents.enums import MembershipRole, StepBy, StepCheck, StepMoment, StepPlace
from residents.models import Membership, Resident, Stay, Step, StepDone, User
from residents.pages.coverage import Progress
from residents.profile import Section

# A list of arrival is recalled for that long after the first day, of the structure or of the person in it, and to the
# house as long before as a departure is.
NEW_FOR = datetime.timedelta(days=180)
GONE_FOR = datetime.timedelta(days=180)
AHEAD = datetime.timedelta(days=90)
ONE_DAY = datetime.timedelta(days=1)
# What the address of a section says when the list led there.
FROM_STEPS = {"depuis": "etapes"}


@dataclass(frozen=True)
class Line:
    """A step for one structure. `url` leads to where it is done, "" when no page does it or when it is another's.

    `done_at` and `done_by_name` are the proof of what is ticked by hand; `is_changed`: the text accepted is not the
    one of today. `may_tick`: whoever reads the list may tick it, or take that back.
    """

    pk: int
    title: str
    help: str
    by: StepBy
    is_by_hand: bool
    is_accepted: bool
    is_done: bool
    done_at: datetime.datetime | None
    done_by_name: str
    is_changed: bool
    url: str
    may_tick: bool

    @property
    def is_the_houses(self) -> bool:
        return self.by == StepBy.HOUSE


@dataclass(frozen=True)
class Checklist:
    moment: StepMoment
    lines: list[Line]

    @property
    def is_arrival(self) -> bool:
        return self.moment == StepMoment.ARRIVAL

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def done(self) -> list[Line]:
        return [line for line in self.lines if line.is_done]

    @property
    def left(self) -> list[Line]:
        """What the structure has still to do."""
        return [line for line in self.lines if not line.is_done and not line.is_the_houses]

    @property
    def left_to_the_house(self) -> list[Line]:
        return [line for line in self.lines if not line.is_done and line.is_the_houses]

    @property
    def is_complete(self) -> bool:
        return all(line.is_done for line in self.lines)


# What is read of structures


def with_presences(residents: QuerySet[Resident]) -> QuerySet[Resident]:
    """With `arrives_on`, the first day of their latest presence, and `departs_on`, its last (None: no end in sight).

    Stays that follow each other without a day between are one presence. Both are None before any stay is foreseen.
    """
    stays = Stay.objects.filter(resident=OuterRef("pk")).order_by("-starts_on")
    earlier = Stay.objects.filter(
        resident=OuterRef("resident"),
        starts_on__lt=OuterRef("starts_on"),
        ends_on__gte=OuterRef("starts_on") - ONE_DAY,
    )
    return residents.annotate(
        arrives_on=Subquery(stays.filter(~Exists(earlier)).values("starts_on")[:1]),
        departs_on=Subquery(stays.values("ends_on")[:1]),
        share=Subquery(stays.values("share")[:1]),
    )


def with_steps(residents: QuerySet[Resident], only: Q | None = None) -> QuerySet[Resident]:
    """Everything that `checklists` asks of structures, in their own query; `only` of some of them, None for others.

    Expects `with_counts` besides.
    """
    name = Trim(Concat("by__first_name", Value(" "), "by__last_name"))
    proofs = StepDone.objects.filter(resident=OuterRef("pk")).values(
        told=JSONObject(step="step_id", at="at", by=name, is_changed=~Q(text=F("step__text")))
    )
    fields = ["pk", "moment", "title", "help", "check_by", "done_by", "leads_to"]
    steps = Step.objects.in_use().values(told=JSONObject(has_text=~Q(text=""), **{field: field for field in fields}))
    told = JSONObject(steps=ArraySubquery(steps), proofs=ArraySubquery(proofs))
    leads = Membership.objects.filter(resident=OuterRef("pk"), role=MembershipRole.LEAD)
    return with_presences(communication.with_given(residents, only)).annotate(
        told_steps=told if only is None else Case(When(only, then=told), default=None),
        has_lead=Exists(leads),
    )


def one_with_steps(slug: str, user: User) -> Resident:
    """As `user` is reminded of them. Raises Resident.DoesNotExist."""
    return with_put_aside(with_steps(Resident.objects.with_counts()), user).get(slug=slug)


# Where a structure stands


def checklists(resident: Resident, user: User) -> list[Checklist]:
    """The lists that concern `resident` (`with_steps`) as `user` reads them: the one of departure first once its stay
    has an end; a list without steps is none."""
    moments = reversed(StepMoment) if resident.departs_on else [StepMoment.ARRIVAL]
    found = [checklist(resident, user, StepMoment(moment)) for moment in moments]
    return [one for one in found if one.lines]


def checklist(resident: Resident, user: User, moment: StepMoment) -> Checklist:
    steps, proofs = resident.told_steps["steps"], resident.told_steps["proofs"]
    proved = {proof["step"]: proof for proof in proofs}
    return Checklist(
        moment, [line(resident, step, proved.get(step["pk"]), user) for step in steps if step["moment"] == moment]
    )


def line(resident: Resident, step: dict, proof: dict | None, user: User) -> Line:
    is_by_hand = step["check_by"] == StepCheck.BY_HAND
    by, has_text = StepBy(step["done_by"]), step["has_text"]
    return Line(
        pk=step["pk"],
        title=step["title"],
        help=step["help"],
        by=by,
        is_by_hand=is_by_hand,
        is_accepted=has_text,
        is_done=bool(proof) if is_by_hand else is_seen(StepCheck(step["check_by"]), resident),
        done_at=datetime.datetime.fromisoformat(proof["at"]) if proof and is_by_hand else None,
        done_by_name=proof["by"] if proof and is_by_hand else "",
        is_changed=bool(proof) and has_text and proof["is_changed"],
        url=address(resident, step, user),
        may_tick=is_by_hand and rules.can_tick_step(user, resident, by=by, is_accepted=has_text),
    )


def is_seen(check: StepCheck, resident: Resident) -> bool:
    """What the house sees by itself."""
    match check:
        case StepCheck.TEXTS:
            return bool(resident.tagline and resident.has_presentation)
        case StepCheck.LOGO:
            return resident.logo_id is not None
        case StepCheck.PICTURES:
            return communication.Pictures.told_of(resident).complete >= communication.ENOUGH_PICTURES
        case StepCheck.SAVOIRS:
            return Progress.of(resident).is_mapped
        case StepCheck.CONTACT:
            return bool(resident.contact_name or resident.email or resident.phone)
        case StepCheck.LINKS:
            return resident.has_links
        case StepCheck.PEOPLE:
            return resident.has_lead


def address(resident: Resident, step: dict, user: User) -> str:
    """Straight to where the step is done."""
    slug = resident.slug
    if step["has_text"]:
        return reverse("residents:step", args=[slug, step["pk"]])
    match step["check_by"]:
        case StepCheck.TEXTS:
            return section(slug, Section.PRESENTATION if resident.tagline else Section.TAGLINE)
        case StepCheck.LOGO:
            return section(slug, Section.LOGO)
        case StepCheck.PICTURES:
            return reverse("residents:kit", args=[slug])
        case StepCheck.SAVOIRS:
            return f"{reverse('residents:savoirs')}?structure={slug}"
        case StepCheck.CONTACT:
            return section(slug, Section.CONTACT_NAME)
        case StepCheck.LINKS:
            return section(slug, Section.LINKS)
        case StepCheck.PEOPLE:
            return people(resident, user)
    match step["leads_to"]:
        case StepPlace.PROFILE:
            return resident.get_absolute_url()
        case StepPlace.KIT:
            return reverse("residents:kit", args=[slug])
        case StepPlace.PEOPLE:
            return people(resident, user)
        case StepPlace.VISIBILITY:
            return reverse("residents:visibility", args=[slug])
        case StepPlace.DATA:
            return reverse("structure_data", args=[slug])
        case StepPlace.BOOKINGS:
            return reverse("agenda:my_bookings")
    return ""


def section(slug: str, name: Section) -> str:
    """Once saved, the list is one link away (FROM_STEPS)."""
    return reverse("residents:edit_section", args=[slug, name], query=FROM_STEPS)


def people(resident: Resident, user: User) -> str:
    return reverse("residents:people", args=[resident.slug]) if rules.can_invite(user, resident) else ""


# Who is waited for


def is_recalled(
    moment: StepMoment,
    resident: Resident,
    today: datetime.date | None = None,
    joined_on: datetime.date | None = None,
) -> bool:
    """Is it time for the structure (`with_presences`) to be reminded of this list? It may be read at any time.

    `joined_on`: the day on which the person who is reminded came into it.
    """
    today = today or timezone.localdate()
    if moment == StepMoment.DEPARTURE:
        return resident.departs_on is not None and today - GONE_FOR < resident.departs_on <= today + AHEAD
    has_left = resident.departs_on is not None and resident.departs_on < today
    if has_left or resident.arrives_on is None:
        return not has_left
    return max(resident.arrives_on, joined_on or resident.arrives_on) > today - NEW_FOR


def recalled(resident: Resident, membership: Membership) -> list[Checklist]:
    """The lists of `resident` (`with_steps`, `with_put_aside`) that the person of `membership` is reminded of."""
    joined_on = timezone.localdate(membership.created_at)
    lists = checklists(resident, membership.user)
    return [
        one
        for one in lists
        if is_recalled(one.moment, resident, joined_on=joined_on) and not (one.is_arrival and resident.is_put_aside)
    ]


def with_put_aside(residents: QuerySet[Resident], user: User) -> QuerySet[Resident]:
    """With `is_put_aside`: `user` asked to be reminded of the list of arrival no more (`actions.welcome.put_aside`).

    The journal says so, which remembers longer than anybody is reminded.
    """
    said = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Resident),
        object_id=Cast(OuterRef("pk"), CharField()),
        action=PUT_ASIDE,
        user=user,
    )
    return residents.annotate(is_put_aside=Exists(said))


def waited_for(today: datetime.date | None = None) -> QuerySet[Resident]:
    """Structures that arrive or leave these days, and for which the house has a step to tick."""
    today = today or timezone.localdate()
    arriving = Q(arrives_on__gt=today - NEW_FOR, arrives_on__lte=today + AHEAD) & (
        Q(departs_on=None) | Q(departs_on__gte=today)
    )
    leaving = Q(departs_on__gt=today - GONE_FOR, departs_on__lte=today + AHEAD)
    found = with_presences(Resident.objects.all())
    return found.filter((arriving & undone(StepMoment.ARRIVAL)) | (leaving & undone(StepMoment.DEPARTURE)))


def undone(moment: StepMoment) -> Exists:
    done = StepDone.objects.filter(step=OuterRef("pk"), resident=OuterRef(OuterRef("pk")))
    steps = Step.objects.in_use().filter(moment=moment, done_by=StepBy.HOUSE, check_by=StepCheck.BY_HAND)
    return Exists(steps.filter(~Exists(done)))
