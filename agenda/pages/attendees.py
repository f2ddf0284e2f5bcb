"""Who comes to a meeting: the list that its organisers read, mark and take away."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from agenda.enums import RegistrationStatus
from agenda.models import Event, Registration
from agenda.pages.spreadsheet import as_csv
from agenda.times import local, say_hours

# Those who sit first, then those who wait, in their order.
SHOWN = [
    RegistrationStatus.REGISTERED,
    RegistrationStatus.OFFERED,
    RegistrationStatus.WAITING,
    RegistrationStatus.PENDING,
]


@dataclass
class Attendee:
    """A registration as the list shows it; `answers` are (question, answer)."""

    registration: Registration
    answers: list[tuple[str, str]]
    rank: int | None = None

    @property
    def has_seat(self) -> bool:
        return self.registration.status == RegistrationStatus.REGISTERED


class Attendees:
    """Two queries, however many there are."""

    def __init__(self, event: Event):
        self.event = event

    @cached_property
    def questions(self) -> list:
        return list(self.event.questions.all())

    @cached_property
    def _all(self) -> list[Registration]:
        found = list(self.event.registrations.active().select_related("user", "resident"))
        for registration in found:
            registration.event = self.event
        return found

    def of(self, status: str) -> list[Attendee]:
        rows = [registration for registration in self._all if registration.status == status]
        if status in {RegistrationStatus.WAITING, RegistrationStatus.OFFERED}:
            rows.sort(key=lambda row: (row.queued_at, row.pk))
        elif self.event.slot_minutes:
            rows.sort(key=lambda row: (row.slot_starts_at or self.event.starts_at, row.pk))
        else:
            rows.sort(key=lambda row: row.who.casefold())
        waits = status == RegistrationStatus.WAITING
        return [Attendee(row, self.answers_of(row), rank if waits else None) for rank, row in enumerate(rows, 1)]

    @cached_property
    def seated(self) -> list[Attendee]:
        return self.of(RegistrationStatus.REGISTERED)

    @cached_property
    def others(self) -> list[tuple[str, list[Attendee]]]:
        """(what they are, who) for those without a seat of theirs."""
        titles = {
            RegistrationStatus.OFFERED: _("Une place leur est proposée"),
            RegistrationStatus.WAITING: _("Sur la liste d’attente"),
            RegistrationStatus.PENDING: _("Pas encore confirmées par mail"),
        }
        groups = [(title, self.of(status)) for status, title in titles.items()]
        return [(title, rows) for title, rows in groups if rows]

    @property
    def present(self) -> int:
        return sum(one.registration.attended is True for one in self.seated)

    @property
    def marked(self) -> int:
        return sum(one.registration.attended is not None for one in self.seated)

    def answers_of(self, registration: Registration) -> list[tuple[str, str]]:
        given = registration.answers
        return [(q.label, given[str(q.pk)]) for q in self.questions if str(q.pk) in given]

    def csv(self) -> str:
        """One line a registration, with the answers."""
        heads = [
            _("Nom"),
            _("Adresse e-mail"),
            _("Structure"),
            _("État"),
            _("Créneau"),
            _("Présence"),
            _("Inscription"),
        ]
        head = [*heads, *(question.label for question in self.questions)]
        return as_csv([head, *(self._cells(one.registration) for status in SHOWN for one in self.of(status))])

    def _cells(self, row: Registration) -> list[str]:
        attended = {True: _("présent·e"), False: _("absent·e"), None: ""}[row.attended]
        slot = f"{local(row.slot_starts_at):%H:%M}" if row.slot_starts_at else ""
        answers = [row.answers.get(str(question.pk), "") for question in self.questions]
        made = f"{local(row.created_at):%d/%m/%Y %H:%M}"
        structure = row.resident.name if row.resident else ""
        return [row.who, row.address, structure, row.get_status_display(), slot, attended, made, *answers]


def say_slot(registration: Registration) -> str:
    """14 h – 14 h 30; "" without a slot."""
    if not registration.slot_starts_at or not registration.event.slot_minutes:
        return ""
    length = datetime.timedelta(minutes=registration.event.slot_minutes)
    return say_hours(registration.slot_starts_at, registration.slot_starts_at + length)
