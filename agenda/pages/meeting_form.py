"""The page where a meeting is written: its forms together, what its spaces meet, the dates of its repetition."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agenda.actions import bookings
from agenda.actions import events as actions
from agenda.actions.events import EventOvertaken
from agenda.actions.meeting_spaces import Obstacle, SpacesRefused
from agenda.availability import Stretch
from agenda.enums import EventStatus
from agenda.forms.events import EventForm, PublishForm, initial_times
from agenda.forms.questions import QuestionFormSet
from agenda.forms.repetition import ChoiceForm, KeepForm, RepetitionForm
from agenda.models import Event, Space
from agenda.pages import event_dates
from agenda.pages.event_dates import EventDate
from agenda.reading import ReadBooking, as_read_by
from agenda.recurrence import RuleError
from agenda.times import local

SEPARATOR = "|"


@dataclass(frozen=True)
class Choice:
    """Another time for the meeting, or another space: taken with one button."""

    instead_of: Space
    stretch: Stretch

    @property
    def value(self) -> str:
        moments = [f"{local(moment):%Y-%m-%dT%H:%M}" for moment in (self.stretch.starts_at, self.stretch.ends_at)]
        return SEPARATOR.join([self.instead_of.slug, self.stretch.space.slug, *moments])


@dataclass(frozen=True)
class Refusal:
    """An obstacle as the person may read it, and what could be had instead."""

    obstacle: Obstacle
    clashes: list[ReadBooking]
    times: list[Choice]
    spaces: list[Choice]


class MeetingForm:
    """`event` is the meeting being changed, None for a new one. Nothing typed is lost from one try to the next."""

    def __init__(self, request, event: Event | None = None):
        self.user, self.event = request.user, event
        self.data, self.files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        self.refusals: list[Refusal] = []
        self.conflict: Event | None = None
        self.dates: list[EventDate] = []
        self.seen_dates = ""
        self._bind()

    def _bind(self):
        self.form = EventForm(self.data, self.files, user=self.user, instance=self.event)
        self.questions = QuestionFormSet(self.data, instance=self.event or Event(), prefix="questions")
        self.repetition = None if self.event else RepetitionForm(self.data, prefix="repeat")

    @property
    def is_draft(self) -> bool:
        """What was pressed: keep as a draft, or put it (or leave it) on the agenda."""
        if self.event and self.event.status == EventStatus.PUBLISHED:
            return False
        return PublishForm(self.data).is_draft

    @cached_property
    def _all_valid(self) -> bool:
        # Each says what is wrong with it, whatever the others say.
        said = [form.is_valid() for form in (self.form, self.questions, self.repetition) if form is not None]
        return all(said)

    @property
    def forms(self) -> list:
        """Those of which the errors are summed up above the page."""
        return [self.form, *filter(None, [self.repetition]), *self.questions.forms]

    @property
    def has_errors(self) -> bool:
        return self.data is not None and not self._all_valid

    def is_valid(self) -> bool:
        if not self._all_valid:
            return False
        if self.repetition and self.repetition.repeats:
            return self._read_dates()
        return True

    @property
    def status(self) -> int:
        """What was typed is wrong, or comes back to be looked at."""
        return 422 if self.has_errors or self.form.errors else 200

    @property
    def to(self) -> dict:
        return self.form.to | {"status": EventStatus.DRAFT if self.is_draft else EventStatus.PUBLISHED}

    # Another time or another space

    @cached_property
    def is_chosen_otherwise(self) -> bool:
        """A button that offers something else was pressed: the form comes back with it, to be sent."""
        form = ChoiceForm(self.data)
        if not form.is_valid() or not form.cleaned_data["choice"]:
            return False
        former, chosen, *moments = form.cleaned_data["choice"].split(SEPARATOR)
        try:
            starts_at, ends_at = (datetime.datetime.fromisoformat(moment) for moment in moments)
        except ValueError:
            return False
        pks = dict(Space.objects.filter(slug__in=[former, chosen]).values_list("slug", "pk"))
        data = self.data.copy()
        spaces = [pk for pk in data.getlist("spaces") if pk != str(pks.get(former))] + [str(pks.get(chosen, ""))]
        data.setlist("spaces", spaces)
        data["starts_on"], data["start_time"] = f"{starts_at:%Y-%m-%d}", f"{starts_at:%H:%M}"
        data["ends_on"] = "" if ends_at.date() == starts_at.date() else f"{ends_at:%Y-%m-%d}"
        data["end_time"] = f"{ends_at:%H:%M}"
        self.data = data
        self._bind()
        return True

    # Dates

    def _read_dates(self) -> bool:
        """Look at each date; False when the rhythm makes none."""
        first, last = self.form.cleaned_data["starts_at"], self.form.cleaned_data["ends_at"]
        if last.astimezone(datetime.UTC) - first.astimezone(datetime.UTC) > datetime.timedelta(days=1, hours=1):
            self.repetition.add_error("frequency", _("Un rendez-vous de plusieurs jours ne se répète pas."))
            return False
        rule = self.repetition.rule(local(first).date())
        try:
            self.dates = event_dates.preview(
                to=self.to,
                rule=rule,
                by=self.user,
                despite_closure=bool(self.form.cleaned_data.get("despite_closure")),
            )
        except RuleError as error:
            self.repetition.add_error("until", str(error))
            return False
        self.seen_dates = event_dates.mark(self.to, rule)
        return True

    @cached_property
    def _keep(self) -> KeepForm:
        form = KeepForm(self.data, [date.key for date in self.dates if date.can_be_kept])
        form.full_clean()
        return form

    @property
    def must_preview(self) -> bool:
        """The dates were not looked at yet, or were those of another rhythm, or none is kept."""
        if not self.dates:
            return False
        return self._keep.cleaned_data.get("seen") != self.seen_dates or not self._keep.cleaned_data.get("keep")

    @property
    def kept(self) -> set[str]:
        """Dates to be ticked: those kept when they were seen, else those that can be."""
        if self._keep.cleaned_data.get("seen") == self.seen_dates:
            return set(self._keep.cleaned_data.get("keep", []))
        return {date.key for date in self.dates if date.can_be_kept}

    # Acting

    def create(self) -> list[Event]:
        """Raises ValidationError, for `refuse`."""
        common = {
            "to": self.to,
            "by": self.user,
            "picture": self.form.picture,
            "questions": [{**question, "pk": None} for question in self.questions.asked],
            "despite_closure": bool(self.form.cleaned_data.get("despite_closure")),
        }
        if not self.dates:
            return [actions.create(**common)]
        rule = self.repetition.rule(local(self.to["starts_at"]).date())
        kept = [date.occurrence for date in self.dates if date.key in self.kept and date.can_be_kept]
        return actions.create_series(rule=rule, dates=kept, **common)

    def change(self) -> list[Event]:
        """Raises ValidationError, for `refuse`."""
        said = self.form.cleaned_data
        return actions.change(
            event=self.event,
            to=self.to,
            by=self.user,
            seen=said["seen"],
            scope=said.get("scope") or actions.Scope.THIS,
            picture=self.form.picture,
            remove_picture=bool(said.get("remove_picture")),
            questions=self.questions.asked,
            despite_closure=bool(said.get("despite_closure")),
        )

    def refuse(self, error: ValidationError) -> None:
        """Say it in the form; what is in the way comes with what could be had instead."""
        if isinstance(error, SpacesRefused):
            self.refusals = [self._refusal(obstacle) for obstacle in error.obstacles]
        elif isinstance(error, EventOvertaken):
            self.conflict = error.event
            self.form.data = self.form.data.copy()
            self.form.data["seen"] = str(error.event.sequence)
        else:
            self.form.add_error(None, error)

    def _refusal(self, obstacle: Obstacle) -> Refusal:
        clashes = obstacle.verdict.clashes if obstacle.verdict else []
        read = [as_read_by(self.user, clash) for clash in clashes]
        if not obstacle.space or self.dates or obstacle.event.series_id:
            return Refusal(obstacle, read, [], [])
        wish = {"starts_at": self.to["starts_at"], "ends_at": self.to["ends_at"]}
        own = list(self.event.bookings.holding()) if self.event else []
        found = bookings.alternatives(
            space=obstacle.space, **wish, by=self.user, attendees=self.to["capacity"], ignoring=own
        )
        chosen = {space.pk for space in self.to["spaces"]}
        return Refusal(
            obstacle,
            read,
            times=[Choice(obstacle.space, stretch) for stretch in found["times"]],
            spaces=[
                Choice(obstacle.space, Stretch(space, **wish)) for space in found["spaces"] if space.pk not in chosen
            ][:4],
        )

    @property
    def shows_despite_closure(self) -> bool:
        """For the house manager, once a closure is met."""
        met = any(refusal.obstacle.is_closed for refusal in self.refusals)
        met = met or any(meet.line.outcome == "fermee" for date in self.dates for meet in date.meets)
        return "despite_closure" in self.form.fields and (met or bool(self.form["despite_closure"].value()))

    @property
    def theirs(self) -> list[tuple[str, str]]:
        """(field, what a colleague saved) where it is not what was typed."""
        stands = initial_times(self.conflict)
        names = ["title", "summary", "text", "place", "link", "capacity", "starts_on", "start_time", "end_time"]
        found = []
        for name in names:
            value = stands.get(name, getattr(self.conflict, name, ""))
            if str(value or "") != str(self.form.cleaned_data.get(name) or ""):
                found.append((self.form[name].label, value or _("(vide)")))
        return found
