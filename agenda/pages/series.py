"""The dates of a series before they are made: what each meets, as its reader may know it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from agenda.availability import say_limit
from agenda.models import AgendaSettings, Space
from agenda.reading import as_read_by
from agenda.series_preview import Line, Outcome
from agenda.times import say_hours
from residents.models import User

# Steps and choices are of the page that posts them; the rest is what was typed, and comes along.
NOT_TYPED = {"csrfmiddlewaretoken", "etape", "garder", "choisir"}
# Each outcome's words and badge.
OUTCOMES = {
    Outcome.FREE: (_("libre"), "verdigris"),
    Outcome.TO_APPROVE: (_("à décider"), "flame"),
    Outcome.TAKEN: (_("prise"), "copper"),
    Outcome.CLOSED: (_("fermée"), "copper"),
    Outcome.REFUSED: (_("refusée"), "copper"),
    Outcome.IMPOSSIBLE: (_("impossible"), ""),
    Outcome.PAST: (_("passée"), ""),
}


@dataclass(frozen=True)
class PreviewLine:
    """A date: `words` say what it meets; `booking` is the one that would move, with where it stands now."""

    line: Line
    label: str
    tone: str
    words: list[str]
    is_checked: bool

    @property
    def has_moved(self) -> bool:
        booking, there = self.line.booking, self.line.occurrence
        return bool(booking) and (booking.starts_at, booking.ends_at) != (there.starts_at, there.ends_at)


class Preview:
    """`typed` is what was posted: its fields come along, and the dates that were kept stay so while they can be."""

    def __init__(self, user: User, space: Space, lines: list[Line], typed, *, error: str = ""):
        self.space, self.error = space, error
        self.hidden = [(name, value) for name in typed if name not in NOT_TYPED for value in typed.getlist(name)]
        kept = set(typed.getlist("garder")) if typed.get("etape") == "confirmer" else None
        limit = AgendaSettings.load().fair_share_hours
        self.lines = [self._line(user, line, kept, limit) for line in lines]

    def _line(self, user, line, kept, limit) -> PreviewLine:
        label, tone = OUTCOMES[line.outcome]
        is_checked = line.is_kept if kept is None else line.can_be_kept and line.key in kept
        return PreviewLine(line, label, tone, words_of(line, user, self.space, limit), is_checked)

    @property
    def can_confirm(self) -> bool:
        return any(line.line.can_be_kept for line in self.lines)

    @property
    def to_decide(self) -> bool:
        return any(line.line.outcome == Outcome.TO_APPROVE for line in self.lines)

    @property
    def word(self) -> str:
        """The word to the house that was already typed."""
        return dict(self.hidden).get("mot", "")

    @property
    def hidden_but_word(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.hidden if name != "mot" or not self.to_decide]


def words_of(line: Line, user: User, space: Space, limit: int | None) -> list[str]:
    """Why a date is impossible, what closes or takes it, the rules that it goes beyond."""
    found = [line.occurrence.problem, line.occurrence.remark]
    verdict = line.verdict
    if verdict:
        readings = [as_read_by(user, clash) for clash in verdict.clashes]
        found += [f"{reading.words}, {say_hours(reading.starts_at, reading.ends_at)}" for reading in readings]
        found += [closure.reason for closure in verdict.closures]
        found += [verdict.refusal] if verdict.refusal else []
        found += [say_limit(reason, space, limit=limit) for reason in verdict.reasons]
    return [words for words in found if words]
