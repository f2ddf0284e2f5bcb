"""What the page of a booking shows: what may be done with it, and its history in words."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda import recurrence, rules
from agenda.enums import BookingAction, BookingStatus, Reason, TitleAudience
from agenda.models import Booking, BookingChange, Series
from agenda.reading import ReadBooking
from agenda.series_rows import rule_of
from agenda.telling.people import holders
from agenda.times import say_day, say_stretch, say_time
from residents.models import User
from residents.rules import is_house_manager

# What each figure of a booking is called, in the order that it is shown in.
LABELS = {
    "space": gettext_lazy("Espace"),
    "starts_at": gettext_lazy("Début"),
    "ends_at": gettext_lazy("Fin"),
    "title": gettext_lazy("Pour quoi faire"),
    "resident": gettext_lazy("Structure"),
    "guest_name": gettext_lazy("Personne extérieure"),
    "guest_email": gettext_lazy("Son adresse"),
    "attendees": gettext_lazy("Combien"),
    "setup": gettext_lazy("Installation"),
    "title_audience": gettext_lazy("Qui lit l’objet"),
    "request_word": gettext_lazy("Mot à la maison"),
    "status": gettext_lazy("État"),
}
NOTHING = "–"


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Change:
    """A line of the history."""

    action: str
    by: str
    at: datetime.datetime
    word: str
    differences: list[Difference]


@dataclass
class BookingPage:
    """A booking as `user` sees it; what concerns only those whose it is, and the house, is left out for the others."""

    user: User
    booking: Booking
    reading: ReadBooking

    @property
    def is_inside(self) -> bool:
        return is_house_manager(self.user) or rules.is_party(self.user, self.booking)

    @property
    def is_manager(self) -> bool:
        return is_house_manager(self.user)

    @property
    def can_change(self) -> bool:
        return rules.can_change(self.user, self.booking)

    @property
    def can_cancel(self) -> bool:
        return rules.can_cancel(self.user, self.booking)

    @property
    def can_decide(self) -> bool:
        return rules.can_decide(self.user, self.booking)

    @property
    def can_waive(self) -> bool:
        return self.is_manager and self.booking.is_late and not self.booking.is_waived

    @property
    def can_mark_no_show(self) -> bool:
        return self.is_manager and self.booking.has_started and self.booking.status == BookingStatus.CONFIRMED

    @property
    def can_book_again(self) -> bool:
        return self.is_inside and not self.can_change and rules.can_book(self.user, self.booking.space)

    @property
    def reasons(self) -> list[str]:
        return [str(Reason(reason).label) for reason in self.booking.reasons]

    @property
    def series_words(self) -> str:
        """The rhythm of its series, "" when it is of none."""
        return say_series(self.booking.series) if self.booking.series else ""

    @cached_property
    def history(self) -> list[Change]:
        if not self.is_inside:
            return []
        return [said(change) for change in self.booking.changes.select_related("by").order_by("-at", "-pk")]


def say_series(series: Series) -> str:
    try:
        return recurrence.say(rule_of(series))
    except recurrence.RuleError:
        return str(series)


def said(change: BookingChange) -> Change:
    names = [name for name in LABELS if name in change.after or name in change.before]
    differences = [
        Difference(str(LABELS[name]), say_value(name, change.before.get(name)), say_value(name, change.after.get(name)))
        for name in names
        if name != "status" or change.action == BookingAction.CHANGED
    ]
    return Change(change.get_action_display(), str(change.by) if change.by else "", change.at, change.word, differences)


def say_value(name: str, value) -> str:
    """A figure of a booking as history keeps it, or as it is now, in words."""
    if value in (None, ""):
        return NOTHING
    if name in {"starts_at", "ends_at"}:
        moment = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(value)
        return f"{say_day(moment)}, {say_time(moment)}"
    if name == "title_audience" and value in TitleAudience.values:
        return str(TitleAudience(value).label)
    if name == "status" and value in BookingStatus.values:
        return str(BookingStatus(value).label)
    return str(value)


def both_versions(booking: Booking, typed: dict) -> dict:
    """What is kept and what was typed, side by side, and who changed it: {"lines", "by", "at"}."""
    last = booking.changes.select_related("by").first()
    lines = [Difference(_("Quand"), say_stretch(booking.starts_at, booking.ends_at), say_times(typed))]
    lines += [
        Difference(str(LABELS[name]), say_value(name, getattr(booking, name)), say_value(name, typed[name]))
        for name in LABELS
        if name in typed and name not in {"starts_at", "ends_at"}
    ]
    shown = [line for line in lines if line.differs or NOTHING not in (line.before, line.after)]
    return {"lines": shown, "by": str(last.by) if last and last.by else "", "at": last.at if last else None}


def say_times(typed: dict) -> str:
    return say_stretch(typed["starts_at"], typed["ends_at"])


def is_late_to_cancel(booking: Booking, by: User) -> bool:
    """Whether cancelling now is recorded as late: a request is never, nor what the house itself cancels."""
    deadline = booking.starts_at - datetime.timedelta(hours=booking.space.cancellation_hours)
    is_counted = booking.status == BookingStatus.CONFIRMED and not is_house_manager(by)
    return is_counted and timezone.now() > deadline


def told_of(booking: Booking, by: User) -> list[str]:
    """Who hears by mail that `by` cancels it."""
    told = holders(booking, by=by)
    others = [person.full_name for person in told if person.user != by]
    if booking.status == BookingStatus.CONFIRMED and any(person.user == by for person in told):
        others.append(_("vous, par un mail qui le retire de votre calendrier"))
    return others
