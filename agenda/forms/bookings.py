"""The forms of a booking: which space, when, for whom, what for; and what is said when it is decided or cancelled."""

import datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda import rules
from agenda.enums import TitleAudience
from agenda.models import Booking, Space
from agenda.times import ImpossibleTime, instant, local, say_day, say_time
from residents.forms.fields import DayInput, LineField
from residents.forms.profile import ParagraphsField
from residents.models import Resident, User
from residents.rules import is_house_manager

# Not slugs, so that no structure is taken for them.
HOUSE, OUTSIDE = "@maison", "@exterieur"
FIRST_DAY, LAST_DAY = datetime.date(2020, 1, 1), datetime.date(2100, 12, 31)
LONGEST = datetime.timedelta(days=31)
# What people type when the browser has no field for a time.
TIMES = ["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%H h %M", "%H h"]


class DayField(forms.DateField):
    """A day within the century."""

    default_validators = [
        MinValueValidator(FIRST_DAY, gettext_lazy("Choisissez un jour à partir de 2020.")),
        MaxValueValidator(LAST_DAY, gettext_lazy("Choisissez un jour avant 2101.")),
    ]
    default_error_messages = {"invalid": gettext_lazy("Écrivez un jour comme 07/03/2027.")}

    def __init__(self, **options):
        super().__init__(widget=DayInput(), **options)


class ClockField(forms.TimeField):
    """A time on the house's clock, to the minute."""

    default_error_messages = {"invalid": gettext_lazy("Écrivez une heure comme 14:30.")}

    def __init__(self, **options):
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"})
        super().__init__(widget=widget, input_formats=TIMES, **options)

    def to_python(self, value):
        time = super().to_python(value)
        return time and time.replace(second=0, microsecond=0)


class SpaceField(forms.ChoiceField):
    """One of the spaces that the person may book, by its slug; gives back the Space."""

    default_error_messages = {
        "invalid_choice": gettext_lazy("Choisissez un espace de la liste."),
        "required": gettext_lazy("Choisissez un espace."),
    }

    def offer(self, spaces: list[Space]) -> None:
        self.spaces = {space.slug: space for space in spaces}
        self.choices = [(space.slug, space.name) for space in spaces]

    def clean(self, value):
        slug = super().clean(value)
        return self.spaces[slug] if slug else None


def bookable_spaces(user: User, *, and_also: Space | None = None) -> list[Space]:
    """The spaces that `user` may book, and the one that a booking of theirs already has."""
    spaces = Space.objects.order_by("position", "sort_name")
    return [space for space in spaces if space == and_also or rules.can_book(user, space)]


class WishForm(forms.Form):
    """A space, a time, for whom and how many: what can be looked at before anything is asked.

    `pour` is there only for who may choose. An end at 00:00 is midnight's end of the day. Valid, it holds `starts_at`
    and `ends_at` in `cleaned_data`, as instants.
    """

    espace = SpaceField(label=gettext_lazy("Espace"))
    jour = DayField(label=gettext_lazy("Jour"))
    debut = ClockField(label=gettext_lazy("De"))
    fin = ClockField(label=gettext_lazy("À"))
    jour_fin = DayField(
        label=gettext_lazy("Dernier jour"),
        required=False,
        help_text=gettext_lazy("Seulement si la réservation finit un autre jour."),
    )
    combien = forms.IntegerField(
        label=gettext_lazy("Combien serez-vous ?"),
        required=False,
        min_value=1,
        max_value=5000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    pour = forms.ChoiceField(label=gettext_lazy("Pour"))

    def __init__(self, *args, user: User, booking: Booking | None = None, spaces: list[Space] | None = None, **options):
        """`spaces` are those of `bookable_spaces`, when they were read already."""
        self.user, self.booking = user, booking
        super().__init__(*args, **options)
        if spaces is None:
            spaces = bookable_spaces(user, and_also=booking.space if booking else None)
        self.fields["espace"].offer(spaces)
        self.residents = self._residents()
        self._offer_holders()

    def _residents(self) -> dict[str, Resident]:
        """Those that it may be for, by their slug."""
        if is_house_manager(self.user):
            residents = [*Resident.objects.in_residence()]
        else:
            residents = [m.resident for m in self.user.memberships_list if not m.has_left]
        if self.booking and self.booking.resident and rules.can_book_for(self.user, self.booking.resident):
            residents += [self.booking.resident] if self.booking.resident not in residents else []
        return {resident.slug: resident for resident in residents}

    def _offer_holders(self):
        theirs = [(slug, resident.name) for slug, resident in self.residents.items()]
        if is_house_manager(self.user):
            theirs = [(HOUSE, _("la maison")), (OUTSIDE, _("une personne extérieure")), *theirs]
        elif len(theirs) < 2 or (self.booking and not self._is_booking_ours()):
            del self.fields["pour"]
            return
        self.fields["pour"].choices = theirs

    def _is_booking_ours(self) -> bool:
        return self.booking.resident is not None and self.booking.resident.slug in self.residents

    @property
    def resident(self) -> Resident | None:
        """The structure that a valid form is for, if it is for one."""
        if "pour" in self.fields:
            return self.residents.get(self.cleaned_data["pour"])
        return self.booking.resident if self.booking else next(iter(self.residents.values()), None)

    @property
    def spaces(self) -> list[Space]:
        return list(self.fields["espace"].spaces.values())

    def clean(self):
        super().clean()
        if not self.errors.keys() & {"jour", "debut", "fin", "jour_fin"}:
            self._clean_instants()
        return self.cleaned_data

    def _clean_instants(self):
        starts_at = self._instant("debut", self.cleaned_data["jour"])
        ends_at = self._instant("fin", self._end_day())
        if not starts_at or not ends_at:
            return
        # In UTC: two times of one zone are compared on the wall clock.
        length = ends_at.astimezone(datetime.UTC) - starts_at.astimezone(datetime.UTC)
        if length <= datetime.timedelta():
            self.add_error(
                "fin",
                _("La fin vient avant le début. Si vous finissez un autre jour, dites lequel dans « Dernier jour »."),
            )
        elif length > LONGEST:
            self.add_error("jour_fin", _("Une réservation dure au plus 31 jours."))
        else:
            self.cleaned_data |= {"starts_at": starts_at, "ends_at": ends_at}

    def _end_day(self) -> datetime.date:
        if self.cleaned_data.get("jour_fin"):
            return self.cleaned_data["jour_fin"]
        midnight = self.cleaned_data["fin"] == datetime.time.min
        return self.cleaned_data["jour"] + datetime.timedelta(days=midnight)

    def _instant(self, field: str, day: datetime.date) -> datetime.datetime | None:
        time = self.cleaned_data[field]
        try:
            return instant(day, time)
        except ImpossibleTime:
            self.add_error(
                field,
                _("%(time)s n’existe pas le %(day)s : les horloges avancent d’une heure cette nuit-là.")
                % {"time": say_time(time), "day": say_day(day)},
            )
        return None

    @property
    def wish(self) -> dict:
        """{"space", "starts_at", "ends_at"} of a valid form."""
        return {
            "space": self.cleaned_data["espace"],
            "starts_at": self.cleaned_data["starts_at"],
            "ends_at": self.cleaned_data["ends_at"],
        }


def initial_times(starts_at: datetime.datetime, ends_at: datetime.datetime) -> dict:
    """The fields that say these instants."""
    start, end = local(starts_at), local(ends_at)
    last = end.date() - datetime.timedelta(days=end.time() == datetime.time.min)
    other_day = end.date() if last != start.date() else None
    return {"jour": start.date(), "debut": start.time(), "fin": end.time(), "jour_fin": other_day}


class MomentField(forms.Field):
    """A time (10:00), or a moment of a day (2027-03-03T10:00): gives back a time or a local datetime without zone."""

    def to_python(self, value):
        # What an address makes of the « + » of a zone.
        text = str(value or "").strip().replace(" ", "+")
        if not text:
            return None
        try:
            if "T" not in text:
                return datetime.time.fromisoformat(text).replace(tzinfo=None)
            moment = datetime.datetime.fromisoformat(text)
            return local(moment).replace(tzinfo=None) if moment.tzinfo else moment
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("Écrivez une heure comme 14:30.")) from error


class PrefillForm(forms.Form):
    """What an address fills the form in with: `?espace=&debut=&fin=`, or `?espace=&jour=&debut=&fin=`, and the rest.

    What is wrong is left aside.
    """

    espace = forms.CharField(required=False, max_length=80)
    jour = DayField(required=False)
    jour_fin = DayField(required=False)
    debut = MomentField(required=False)
    fin = MomentField(required=False)
    combien = forms.IntegerField(required=False, min_value=1, max_value=5000)
    pour = forms.CharField(required=False, max_length=120)
    objet = LineField(required=False, max_length=120)

    @property
    def values(self) -> dict:
        """The fields of a BookingForm that the address gives, as values of these fields."""
        self.full_clean()
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        start, end = given.get("debut"), given.get("fin")
        if isinstance(start, datetime.datetime):
            given |= {"jour": start.date(), "debut": start.time()}
        if isinstance(end, datetime.datetime):
            last = end.date() - datetime.timedelta(days=end.time() == datetime.time.min and end.year > 1)
            given |= {"fin": end.time()} | ({"jour_fin": end.date()} if last != given.get("jour", last) else {})
        return given


class BookingForm(WishForm):
    """A booking as a person asks for it."""

    objet = LineField(
        label=gettext_lazy("Pour quoi faire ?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Dites en quelques mots pour quoi faire.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"}),
    )
    exterieur_nom = LineField(label=gettext_lazy("Son nom"), max_length=120, required=False)
    exterieur_email = forms.EmailField(
        label=gettext_lazy("Son adresse e-mail"),
        required=False,
        help_text=gettext_lazy("La maison lui écrit : réservation, changements, annulation."),
        error_messages={"invalid": gettext_lazy("Écrivez une adresse comme bonjour@exemple.fr.")},
    )
    installation = ParagraphsField(
        label=gettext_lazy("Installation à prévoir"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Tables, chaises, écran, café…"),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Qui lit à quoi elle sert"),
        choices=TitleAudience.choices,
        initial=TitleAudience.RESIDENTS,
        required=False,
        help_text=gettext_lazy("Les autres lisent « occupé »."),
    )
    mot = ParagraphsField(
        label=gettext_lazy("Un mot à la maison"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # The person has read that it becomes a request.
    demande = forms.BooleanField(required=False, widget=forms.HiddenInput)
    malgre_fermeture = forms.BooleanField(
        label=gettext_lazy("Réserver quand même, malgré la fermeture"), required=False
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if not is_house_manager(self.user):
            for name in ("exterieur_nom", "exterieur_email", "malgre_fermeture"):
                del self.fields[name]

    def clean_audience(self):
        return self.cleaned_data["audience"] or TitleAudience.RESIDENTS

    def clean(self):
        super().clean()
        unnamed = not self.cleaned_data.get("exterieur_nom") and "exterieur_nom" not in self.errors
        if self.cleaned_data.get("pour") == OUTSIDE and unnamed:
            self.add_error("exterieur_nom", _("Dites qui est cette personne."))
        return self.cleaned_data

    @property
    def holder(self) -> dict:
        """For whom: {"resident", "guest_name", "guest_email"}; empty when the form does not change it."""
        if "pour" not in self.fields:
            return {} if self.booking else {"resident": self.resident}
        outside = self.cleaned_data["pour"] == OUTSIDE and "exterieur_nom" in self.fields
        return {
            "resident": self.resident,
            "guest_name": self.cleaned_data["exterieur_nom"] if outside else "",
            "guest_email": self.cleaned_data["exterieur_email"] if outside else "",
        }

    @property
    def typed(self) -> dict:
        """Of a valid form, what `actions.bookings.book` and `change` take."""
        found = self.wish | self.holder
        found |= {
            "title": self.cleaned_data["objet"],
            "title_audience": self.cleaned_data["audience"],
            "attendees": self.cleaned_data["combien"],
            "setup": self.cleaned_data["installation"],
        }
        return found | ({"request_word": self.cleaned_data["mot"]} if self.cleaned_data["mot"] else {})

    @property
    def despite_closure(self) -> bool:
        return bool(self.cleaned_data.get("malgre_fermeture"))

    @property
    def accepts_request(self) -> bool:
        """Whoever writes a word to the house knows that it is a request."""
        return bool(self.cleaned_data.get("demande") or self.cleaned_data.get("mot"))


def holder_value(booking: Booking) -> str:
    """What `pour` says of the one that a booking is for."""
    if booking.guest_name:
        return OUTSIDE
    return booking.resident.slug if booking.resident else HOUSE


def initial_of(booking: Booking) -> dict:
    """The fields that say a booking."""
    return initial_times(booking.starts_at, booking.ends_at) | {
        "espace": booking.space.slug,
        "objet": booking.title,
        "pour": holder_value(booking),
        "exterieur_nom": booking.guest_name,
        "exterieur_email": booking.guest_email,
        "combien": booking.attendees,
        "installation": booking.setup,
        "audience": booking.title_audience,
        "mot": booking.request_word,
    }
