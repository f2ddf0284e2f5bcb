"""The forms of what happens to a booking once it is there: changed, moved, decided, cancelled; and the list of mine."""

from django import forms
from django.utils.translation import gettext_lazy

from agenda.actions.bookings import JUDGED
from agenda.forms.bookings import BookingForm, MomentField, SpaceField, bookable_spaces
from agenda.times import PARIS
from residents.forms.fields import LineField
from residents.forms.profile import ParagraphsField


class ChangeForm(BookingForm):
    """A booking being changed, opened on its revision `sequence`.

    When it was changed meanwhile both versions are shown, `vu` is the revision of the other one, and `garder` says
    which one stays.
    """

    MINE, THEIRS = "la-mienne", "l-autre"
    sequence = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    vu = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    garder = forms.ChoiceField(
        label=gettext_lazy("Que garder ?"),
        required=False,
        choices=[(MINE, gettext_lazy("Ma version")), (THEIRS, gettext_lazy("La version déjà enregistrée"))],
        widget=forms.RadioSelect,
    )

    @property
    def keeps_theirs(self) -> bool:
        return self.cleaned_data["garder"] == self.THEIRS

    @property
    def seen(self) -> int:
        """The revision that the person knows of: that of the form, or the later one that was shown beside it."""
        chosen = self.cleaned_data["garder"] == self.MINE and self.cleaned_data["vu"] is not None
        return self.cleaned_data["vu"] if chosen else self.cleaned_data["sequence"]

    @property
    def is_overtaken(self) -> bool:
        return self.seen != self.booking.sequence

    @property
    def is_judged(self) -> bool:
        """Whether it changes something that the rules look at."""
        return any(value != getattr(self.booking, name) for name, value in self.typed.items() if name in JUDGED)

    def show_latest(self) -> None:
        """Drawn again, it knows that the version that stands was shown."""
        self.data = self.data.copy()
        self.data["vu"] = str(self.booking.sequence)
        self.data.pop("garder", None)


class MoveForm(forms.Form):
    """Dragged in the week: `debut` and `fin` as local ISO moments, the space by its slug."""

    espace = SpaceField(required=False)
    debut = MomentField()
    fin = MomentField()
    sequence = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args, user, booking, **options):
        super().__init__(*args, **options)
        self.booking = booking
        self.fields["espace"].offer(bookable_spaces(user, and_also=booking.space))

    def clean(self):
        super().clean()
        for name in ("debut", "fin"):
            moment = self.cleaned_data.get(name)
            if moment is not None and not hasattr(moment, "date"):
                self.add_error(name, gettext_lazy("Il manque le jour."))
            elif moment is not None and not 2000 <= moment.year <= 2100:
                self.add_error(name, gettext_lazy("Cette date est trop lointaine."))
        return self.cleaned_data

    @property
    def sentences(self) -> list[str]:
        return [str(error) for errors in self.errors.values() for error in errors]

    @property
    def wish(self) -> dict:
        """{"space", "starts_at", "ends_at"}; a moment that the clock jumps over is the one an hour later."""
        return {
            "space": self.cleaned_data["espace"] or self.booking.space,
            "starts_at": self.cleaned_data["debut"].replace(tzinfo=PARIS),
            "ends_at": self.cleaned_data["fin"].replace(tzinfo=PARIS),
        }

    @property
    def as_typed(self) -> dict:
        """What fills the form of change in with the same wish."""
        wish = self.wish
        return {
            "espace": wish["space"].slug,
            "debut": f"{wish['starts_at']:%Y-%m-%dT%H:%M}",
            "fin": f"{wish['ends_at']:%Y-%m-%dT%H:%M}",
        }


class MyBookingsForm(forms.Form):
    """`?voir=&page=`; what is wrong is left aside."""

    TO_COME, REQUESTS, PAST, CANCELLED = "a-venir", "demandes", "passees", "annulees"
    voir = forms.ChoiceField(
        required=False,
        choices=[
            (TO_COME, gettext_lazy("À venir")),
            (REQUESTS, gettext_lazy("Demandes")),
            (PAST, gettext_lazy("Passées")),
            (CANCELLED, gettext_lazy("Annulées")),
        ],
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    @property
    def view(self) -> str:
        self.full_clean()
        return self.cleaned_data.get("voir") or self.TO_COME

    @property
    def page_number(self) -> int:
        self.full_clean()
        return self.cleaned_data.get("page") or 1


class DecisionForm(forms.Form):
    """The house's answer to a request; `suite` is the page to come back to."""

    ACCEPT, DECLINE = "accepter", "refuser"
    decision = forms.ChoiceField(choices=[(ACCEPT, gettext_lazy("Accepter")), (DECLINE, gettext_lazy("Refuser"))])
    mot = ParagraphsField(
        label=gettext_lazy("Un mot à qui demande"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    suite = forms.CharField(required=False, widget=forms.HiddenInput)


class CancelForm(forms.Form):
    mot = LineField(
        label=gettext_lazy("Pourquoi"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Les personnes prévenues le liront."),
    )


class WordForm(forms.Form):
    """A few words, and the page to come back to."""

    mot = LineField(label=gettext_lazy("Pourquoi"), max_length=300, required=False)
    suite = forms.CharField(required=False, widget=forms.HiddenInput)


class NoShowForm(forms.Form):
    """`absence` is whether nobody came; without it, somebody did after all."""

    absence = forms.BooleanField(required=False)
    suite = forms.CharField(required=False, widget=forms.HiddenInput)
