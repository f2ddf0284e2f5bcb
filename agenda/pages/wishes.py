"""What a wish for a space meets, as the person who wishes may know it: what the forms of booking say beside it."""

import datetime
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from agenda.actions import bookings
from agenda.availability import Verdict, judge, say_limit
from agenda.enums import Reason
from agenda.models import AgendaSettings, Booking, Closure, Space
from agenda.reading import as_read_by
from agenda.times import local, say_hours, say_stretch
from residents.models import Resident, User

FREE, REQUEST, TAKEN, CLOSED, REFUSED = "libre", "demande", "prise", "fermee", "refusee"
SEPARATOR = "|"
MOST_SPACES = 4


@dataclass(frozen=True)
class Choice:
    """Another space or another time, to be taken with one button; instants. `label` is what the button says."""

    space: Space
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    label: str

    @property
    def value(self) -> str:
        """What its button sends: `fields_of_choice` reads it."""
        moments = [f"{local(moment):%Y-%m-%dT%H:%M}" for moment in (self.starts_at, self.ends_at)]
        return SEPARATOR.join([self.space.slug, *moments])


def fields_of_choice(value: str) -> dict:
    """The fields of a WishForm that a button's value stands for, as a browser types them; {} when it makes no sense."""
    try:
        slug, start, end = value.split(SEPARATOR)
        starts_at, ends_at = datetime.datetime.fromisoformat(start), datetime.datetime.fromisoformat(end)
    except ValueError:
        return {}
    return {
        "espace": slug,
        "jour": f"{starts_at:%Y-%m-%d}",
        "debut": f"{starts_at:%H:%M}",
        "fin": f"{ends_at:%H:%M}",
        "jour_fin": f"{ends_at:%Y-%m-%d}" if ends_at.date() != starts_at.date() else "",
    }


@dataclass(frozen=True)
class Answer:
    """`state` is one of those above; `clashes` are readings (reading.py); `reasons` are said in words."""

    state: str
    space: Space
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    clashes: list = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    refusal: str = ""
    times: list[Choice] = field(default_factory=list)
    spaces: list[Choice] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """In one line, what a drag meets."""
        if self.state == TAKEN:
            others = ", ".join(f"{clash.words} ({say_hours(clash.starts_at, clash.ends_at)})" for clash in self.clashes)
            return _("%(space)s est déjà pris : %(others)s.") % {"space": self.space, "others": others}
        if self.state == CLOSED:
            return _("C’est fermé : %s.") % self.closures[0].reason
        if self.state == REQUEST:
            return _("%s Par le formulaire, vous pouvez le demander à la maison.") % " ".join(self.reasons)
        return self.refusal


def look(
    wish: dict, *, user: User, resident: Resident | None, attendees: int | None = None, booking: Booking | None = None
) -> Answer:
    """What `wish` ({"space", "starts_at", "ends_at"}) meets now; `booking` is the one that it is to change."""
    ignoring = [booking] if booking else []
    verdict = judge(**wish, by=user, resident=resident, attendees=attendees, ignoring=ignoring)
    return answer_to(wish, verdict, user=user, attendees=attendees, ignoring=ignoring)


def answer_to(
    wish: dict, verdict: Verdict, *, user: User, attendees: int | None = None, ignoring: list[Booking] = ()
) -> Answer:
    """What is in the way comes with what could be had instead."""
    found = Answer(
        state_of(verdict),
        **wish,
        clashes=[as_read_by(user, clash) for clash in verdict.clashes],
        closures=verdict.closures,
        reasons=[say_limit(reason, wish["space"], limit=share_limit(verdict)) for reason in verdict.reasons],
        refusal=verdict.refusal,
    )
    if found.state == REQUEST and list(verdict.reasons) == [Reason.TOO_LONG]:
        return replace(found, times=[within_longest(found)])
    return with_choices(found, user, attendees, ignoring) if found.state in {TAKEN, CLOSED} else found


def within_longest(answer: Answer) -> Choice:
    """The beginning of what is too long, to be had at once."""
    start = answer.starts_at.astimezone(datetime.UTC)
    end = start + datetime.timedelta(minutes=answer.space.longest_minutes)
    return Choice(answer.space, start, end, say_hours(start, end))


def share_limit(verdict: Verdict) -> int | None:
    """Hours a month, asked for only when it is what the wish goes beyond."""
    return AgendaSettings.load().fair_share_hours if Reason.OVER_SHARE in verdict.reasons else None


def state_of(verdict: Verdict) -> str:
    if verdict.clashes:
        return TAKEN
    if verdict.closures:
        return CLOSED
    if verdict.refusal:
        return REFUSED
    return REQUEST if verdict.needs_decision else FREE


def with_choices(answer: Answer, user: User, attendees: int | None, ignoring: list[Booking]) -> Answer:
    wish = {"starts_at": answer.starts_at, "ends_at": answer.ends_at}
    found = bookings.alternatives(space=answer.space, **wish, by=user, attendees=attendees, ignoring=ignoring)
    days = {local(time.starts_at).date() for time in found["times"]} | {local(answer.starts_at).date()}
    say = say_hours if len(days) == 1 else say_stretch
    times = [Choice(t.space, t.starts_at, t.ends_at, say(t.starts_at, t.ends_at)) for t in found["times"]]
    spaces = [Choice(space, **wish, label=space.name) for space in found["spaces"]]
    return replace(answer, times=times, spaces=spaces[:MOST_SPACES])
