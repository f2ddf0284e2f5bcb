"""The forms of a meeting: what it is, when and where, who holds it, what those who come are asked."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda import rules
from agenda.actions.series import Scope
from agenda.enums import EventStatus
from agenda.forms.bookings import ClockField, DayField
from agenda.models import Event, EventKind, Space
from agenda.pages import kept_pictures
from agenda.times import ImpossibleTime, instant, local, midnight
from residents import pictures
from residents.forms.fields import LineField
from residents.forms.profile import ParagraphsField
from residents.models import Resident, User
from residents.rules import is_house_manager

LONGEST_SIDE = 960
LONGEST = datetime.timedelta(days=31)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class MomentField(forms.DateTimeField):
    """A day and a time on the house's clock, within the century."""

    default_error_messages = {"invalid": gettext_lazy("Écrivez un jour et une heure comme 07/03/2027 18:00.")}

    def __init__(self, **options):
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(widget=widget, **options)

    def validate(self, value):
        super().validate(value)
        if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], "invalid")


class KindsField(forms.ModelChoiceField):
    def __init__(self, **options):
        super().__init__(queryset=EventKind.objects.all(), **options)


class SpacesField(forms.ModelMultipleChoiceField):
    """The spaces with how many people each holds."""

    def __init__(self, **options):
        super().__init__(queryset=Space.objects.none(), widget=forms.CheckboxSelectMultiple, **options)

    def label_from_instance(self, space):
        return _("%(space)s (%(capacity)s personnes)") % {"space": space.name, "capacity": space.capacity}


class PeopleField(forms.ModelMultipleChoiceField):
    """People of the house, each with their structures."""

    def __init__(self, **options):
        super().__init__(queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple, **options)

    def label_from_instance(self, user):
        return said_with_structures(user)


def people_of_the_house():
    """Members of its structures and house managers, by name, each with `structures`."""
    return (
        User.objects.filter(is_active=True)
        .exclude(memberships=None, groups=None)
        .order_by("last_name", "first_name", "pk")
        .prefetch_related("memberships__resident")
        .distinct()
    )


def said_with_structures(user: User) -> str:
    structures = ", ".join(membership.resident.name for membership in user.memberships.all())
    return f"{user} – {structures}" if structures else str(user)


class EventForm(forms.ModelForm):
    """A meeting as `user` puts it on the agenda; valid, `to` is what actions.events takes.

    An end without its day is on the first day. `seen` is the revision that was before the person's eyes.
    """

    starts_on = DayField(label=gettext_lazy("Le"))
    start_time = ClockField(label=gettext_lazy("De"), required=False)
    end_time = ClockField(label=gettext_lazy("À"), required=False)
    ends_on = DayField(
        label=gettext_lazy("Jusqu’au"), required=False, help_text=gettext_lazy("Seulement s’il finit un autre jour.")
    )
    title = LineField(label=gettext_lazy("Titre"), max_length=140)
    kind = KindsField(label=gettext_lazy("Sorte"))
    summary = LineField(
        label=gettext_lazy("En une phrase"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("C’est ce qu’on lit dans l’agenda."),
    )
    text = ParagraphsField(
        label=gettext_lazy("Texte"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Une ligne vide sépare deux paragraphes ; les adresses web deviennent des liens."),
    )
    picture_file = forms.FileField(
        label=gettext_lazy("Image"),
        required=False,
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
        help_text=gettext_lazy(
            "JPEG, PNG, WebP ou AVIF, 10 Mo au plus ; ce que l’image sait d’autre (lieu, appareil) est effacé."
        ),
    )
    # The mark of a picture that came with this form before it was shown again.
    kept_picture = forms.RegexField(r"^\w{22}$", required=False, widget=forms.HiddenInput)
    remove_picture = forms.BooleanField(label=gettext_lazy("Retirer l’image"), required=False)
    picture_alt = LineField(
        label=gettext_lazy("Ce que montre l’image"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Lu à voix haute à qui ne la voit pas."),
    )
    spaces = SpacesField(
        label=gettext_lazy("Espaces"),
        required=False,
        help_text=gettext_lazy("Ils sont réservés avec le rendez-vous, dès qu’il est à l’agenda."),
    )
    place = LineField(
        label=gettext_lazy("Autre lieu, ou précision"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Ailleurs que dans la maison, ou par où entrer."),
    )
    link = forms.URLField(
        label=gettext_lazy("Lien"),
        max_length=300,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        error_messages={"invalid": gettext_lazy("Écrivez une adresse comme https://exemple.fr.")},
    )
    organisers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Organisé par"),
        queryset=Resident.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hosts = PeopleField(
        label=gettext_lazy("Tenu par"),
        required=False,
        help_text=gettext_lazy("Il figure dans leur calendrier, et elles lisent la liste des inscrits."),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Nombre de places"),
        required=False,
        min_value=1,
        max_value=5000,
        help_text=gettext_lazy("Vide : sans limite. Au-delà, une liste d’attente."),
    )
    slot_minutes = forms.IntegerField(
        label=gettext_lazy("Permanence : durée d’un créneau, en minutes"),
        required=False,
        min_value=5,
        max_value=480,
        help_text=gettext_lazy("Chaque personne réserve un créneau. Vide : tout le monde vient ensemble."),
    )
    registration_opens_at = MomentField(label=gettext_lazy("Inscriptions à partir du"), required=False)
    registration_closes_at = MomentField(
        label=gettext_lazy("Inscriptions jusqu’au"),
        required=False,
        help_text=gettext_lazy("Vide : jusqu’au début du rendez-vous."),
    )
    despite_closure = forms.BooleanField(label=gettext_lazy("Réserver les espaces malgré la fermeture"), required=False)
    scope = forms.ChoiceField(
        label=gettext_lazy("Ce changement est pour"),
        required=False,
        widget=forms.RadioSelect,
        initial=Scope.THIS,
        choices=[
            (Scope.THIS, gettext_lazy("cette date seulement")),
            (Scope.FROM_HERE, gettext_lazy("cette date et les suivantes")),
            (Scope.ALL, gettext_lazy("toutes les dates à venir")),
        ],
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    class Meta:
        model = Event
        fields = [
            "title",
            "kind",
            "audience",
            "is_all_day",
            "summary",
            "text",
            "picture_alt",
            "spaces",
            "place",
            "link",
            "organisers",
            "hosts",
            "takes_registrations",
            "capacity",
            "slot_minutes",
            "registration_opens_at",
            "registration_closes_at",
        ]
        labels = {
            "audience": gettext_lazy("Qui le voit et peut venir"),
            "is_all_day": gettext_lazy("Toute la journée"),
            "takes_registrations": gettext_lazy("On s’y inscrit"),
        }

    def __init__(self, *args, user: User, instance: Event | None = None, **options):
        self.user = user
        initial = (initial_times(instance) if instance else {}) | (options.pop("initial", None) or {})
        super().__init__(*args, instance=instance, initial=initial, **options)
        # Compared with what is typed, never written to by the form.
        self.event = instance
        self.offer_spaces()
        self.offer_organisers()
        self.fields["hosts"].queryset = people_of_the_house()
        if not is_house_manager(user):
            del self.fields["despite_closure"]
        if not instance or not instance.series_id:
            del self.fields["scope"]
        if not instance or not instance.picture_id:
            del self.fields["remove_picture"]
        if instance and instance.has_started:
            for name in ("starts_on", "start_time", "end_time", "ends_on", "is_all_day", "spaces"):
                self.fields[name].disabled = True

    def offer_spaces(self):
        mine = {space.pk for space in Space.objects.all() if rules.can_book(self.user, space)}
        known = {space.pk for space in self.event.spaces.all()} if self.event else set()
        self.fields["spaces"].queryset = Space.objects.filter(pk__in=mine | known)

    def offer_organisers(self):
        """The structures of the person; for the house manager, those in residence; and those that organise it."""
        known = {one.pk for one in self.event.organisers.all()} if self.event else set()
        if is_house_manager(self.user):
            offered = set(Resident.objects.in_residence().values_list("pk", flat=True))
        else:
            offered = {m.resident_id for m in self.user.memberships_list if not m.has_left}
            self.fields["organisers"].required = True
            if not self.event and len(offered) == 1:
                self.initial.setdefault("organisers", list(offered))
        self.fields["organisers"].queryset = Resident.objects.filter(pk__in=known | offered)

    def clean_picture_file(self):
        upload = self.cleaned_data["picture_file"]
        return pictures.rewritten(upload, LONGEST_SIDE) if upload else None

    def clean_kept_picture(self):
        """The picture's mark; what was sent now takes the place of what was sent before."""
        sent = self.cleaned_data.get("picture_file")
        if not sent:
            return self.cleaned_data["kept_picture"]
        token = kept_pictures.keep(self.user, sent)
        self.data = self.data.copy()
        self.data[self.add_prefix("kept_picture")] = token
        return token

    @property
    def picture(self):
        """The picture sent, now or with an earlier try; None without."""
        token = self.cleaned_data.get("kept_picture")
        return self.cleaned_data["picture_file"] or (kept_pictures.kept(self.user, token) if token else None)

    @property
    def has_kept_picture(self) -> bool:
        return self.is_bound and bool(self.data.get(self.add_prefix("kept_picture")))

    def clean_organisers(self):
        chosen = self.cleaned_data["organisers"]
        theirs = {m.resident_id for m in self.user.memberships_list}
        if not is_house_manager(self.user) and not self.event and theirs.isdisjoint(one.pk for one in chosen):
            raise ValidationError(_("Choisissez au moins une de vos structures."))
        return chosen

    def clean_scope(self):
        return Scope(self.cleaned_data["scope"] or Scope.THIS)

    def clean(self):
        super().clean()
        if not self.errors.keys() & {"starts_on", "start_time", "end_time", "ends_on"}:
            self._clean_instants()
        if not self.cleaned_data.get("takes_registrations"):
            self.cleaned_data |= dict.fromkeys(["capacity", "slot_minutes"])
            self.cleaned_data |= dict.fromkeys(["registration_opens_at", "registration_closes_at"])
        if self.cleaned_data.get("slot_minutes"):
            self.cleaned_data["capacity"] = None
            if self.cleaned_data.get("is_all_day"):
                self.add_error("slot_minutes", _("Une permanence a des heures : elle ne dure pas toute la journée."))
        opens, closes = (self.cleaned_data.get(f"registration_{edge}_at") for edge in ("opens", "closes"))
        if opens and closes and closes <= opens:
            self.add_error("registration_closes_at", _("Les inscriptions ferment avant d’avoir ouvert."))
        return self.cleaned_data

    def _clean_instants(self):
        if self.event and self.event.has_started:
            self.cleaned_data |= {"starts_at": self.event.starts_at, "ends_at": self.event.ends_at}
            return
        first = self.cleaned_data["starts_on"]
        last = self.cleaned_data.get("ends_on") or first
        if self.cleaned_data.get("is_all_day"):
            self._keep(midnight(first), midnight(last + datetime.timedelta(days=1)), "ends_on")
            return
        for name in ("start_time", "end_time"):
            if self.cleaned_data.get(name) is None:
                self.add_error(name, _("Donnez l’heure, ou cochez « toute la journée »."))
                return
        if self.cleaned_data["end_time"] == datetime.time.min and not self.cleaned_data.get("ends_on"):
            # Midnight is the end of the day.
            last += datetime.timedelta(days=1)
        try:
            starts_at = instant(first, self.cleaned_data["start_time"])
            ends_at = instant(last, self.cleaned_data["end_time"])
        except ImpossibleTime as error:
            self.add_error(
                "start_time",
                _("Cette heure n’existe pas (%(when)s) : les horloges avancent cette nuit-là.") % {"when": error},
            )
            return
        self._keep(starts_at, ends_at, "end_time")

    def _keep(self, starts_at, ends_at, field: str):
        length = ends_at.astimezone(datetime.UTC) - starts_at.astimezone(datetime.UTC)
        if length <= datetime.timedelta():
            self.add_error(field, _("La fin vient avant le début. S’il finit un autre jour, dites lequel."))
        elif length > LONGEST:
            self.add_error("ends_on", _("Un rendez-vous dure au plus 31 jours."))
        else:
            self.cleaned_data |= {"starts_at": starts_at, "ends_at": ends_at}

    def _post_clean(self):
        """What is typed goes to the action, which compares it with the row as it is by then: not to this instance."""

    @property
    def to(self) -> dict:
        """Of a valid form, the fields and lists of actions.events."""
        names = [*self._meta.fields, "starts_at", "ends_at"]
        return {name: self.cleaned_data[name] for name in names} | {"capacity": self.cleaned_data["capacity"]}


def initial_times(event: Event) -> dict:
    start, end = local(event.starts_at), local(event.ends_at)
    is_midnight = end.time() == datetime.time.min
    last = end.date() - datetime.timedelta(days=1) if is_midnight else end.date()
    return {
        "starts_on": start.date(),
        "start_time": None if event.is_all_day else start.time(),
        "end_time": None if event.is_all_day else end.time(),
        "ends_on": last if last != start.date() else None,
        "seen": event.sequence,
    }


class CancelEventForm(forms.Form):
    word = LineField(
        label=gettext_lazy("Pourquoi"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Les personnes inscrites le liront, et l’agenda le dit."),
    )
    scope = EventForm.base_fields["scope"]

    def __init__(self, *args, event: Event, **options):
        super().__init__(*args, **options)
        self.fields["scope"].label = _("Annuler")
        if not event.series_id:
            del self.fields["scope"]

    @property
    def chosen_scope(self) -> Scope:
        return Scope(self.cleaned_data.get("scope") or Scope.THIS)


class PublishForm(forms.Form):
    """Which button was pressed: put it on the agenda (what nothing else says), or keep it as a draft."""

    status = forms.ChoiceField(choices=[(EventStatus.DRAFT, ""), (EventStatus.PUBLISHED, "")], required=False)

    @property
    def is_draft(self) -> bool:
        return self.is_valid() and self.cleaned_data["status"] == EventStatus.DRAFT
