"""The forms of those who come: their answers, their slot; a guest's name and address; who the organiser adds."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.enums import QuestionKind
from agenda.forms.events import people_of_the_house, said_with_structures
from agenda.models import Event, EventQuestion
from agenda.slots import Slot
from agenda.times import say_hours
from residents.forms.fields import LineField
from residents.forms.profile import ParagraphsField
from residents.models import Resident, User

LONGEST_LINE, LONGEST_TEXT = 300, 2000


class RegistrationForm(forms.Form):
    """What `event` asks: a slot at a permanence, which structure when there are several, its questions."""

    def __init__(self, *args, event: Event, slots: list[Slot], structures: list[Resident], **options):
        super().__init__(*args, **options)
        self.event = event
        self._slots = {slot.key: slot for slot in slots if slot.is_free}
        self._structures = {one.slug: one for one in structures}
        if event.slot_minutes:
            self.fields["slot"] = forms.ChoiceField(
                label=_("Créneau"),
                choices=[(key, say_hours(slot.starts_at, slot.ends_at)) for key, slot in self._slots.items()],
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Ce créneau vient d’être pris. Choisissez-en un autre.")},
            )
        if len(structures) > 1:
            self.fields["structure"] = forms.ChoiceField(
                label=_("Pour quelle structure"), choices=[(one.slug, one.name) for one in structures]
            )
        self.questions = list(event.questions.all())
        for question in self.questions:
            self.fields[field_of(question)] = answer_field(question)

    @property
    def slot(self):
        """The start of the chosen slot, or None."""
        found = self._slots.get(self.cleaned_data.get("slot"))
        return found.starts_at if found else None

    @property
    def structure(self) -> Resident | None:
        chosen = self._structures.get(self.cleaned_data.get("structure"))
        return chosen or next(iter(self._structures.values()), None)

    @property
    def answers(self) -> dict:
        """{question's key as text: answer}, without the empty ones."""
        given = {str(question.pk): self.cleaned_data[field_of(question)] for question in self.questions}
        return {key: answer for key, answer in given.items() if answer not in ("", None)}


def field_of(question: EventQuestion) -> str:
    return f"question_{question.pk}"


def answer_field(question: EventQuestion) -> forms.Field:
    """The field in which a question is answered; a required yes or no is answered by one or the other."""
    common = {"label": question.label, "required": question.is_required}
    match question.kind:
        case QuestionKind.LONG_TEXT:
            return ParagraphsField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}), **common)
        case QuestionKind.YES_NO:
            choices = [("oui", _("oui")), ("non", _("non"))]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        case QuestionKind.CHOICE:
            choices = [(line, line) for line in question.choices.splitlines()]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return LineField(max_length=LONGEST_LINE, **common)


class GuestForm(RegistrationForm):
    """Somebody without an account. `website` is filled by robots only: people do not see it."""

    name = LineField(
        label=gettext_lazy("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse e-mail"),
        help_text=gettext_lazy("Vous y recevrez un lien pour confirmer : sans lui, aucune place n’est prise."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": gettext_lazy("Écrivez une adresse comme bonjour@exemple.fr.")},
    )
    website = forms.CharField(
        label=gettext_lazy("Laissez cette case vide"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @property
    def is_robot(self) -> bool:
        return bool(self.cleaned_data.get("website"))


class ParticipantForm(forms.Form):
    """Whom the organiser adds: a person of the house, or a name and an address."""

    user = forms.ModelChoiceField(
        label=gettext_lazy("Une personne de la maison"), queryset=User.objects.none(), required=False
    )
    name = LineField(label=gettext_lazy("Ou le nom d’une autre personne"), max_length=120, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Et son adresse e-mail"),
        required=False,
        error_messages={"invalid": gettext_lazy("Écrivez une adresse comme bonjour@exemple.fr.")},
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["user"].queryset = people_of_the_house()
        self.fields["user"].label_from_instance = said_with_structures

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if self.errors:
            return said
        if said.get("user") and (said.get("name") or said.get("email")):
            raise ValidationError(_("Choisissez une personne de la maison, ou écrivez un nom : l’un des deux."))
        if not said.get("user") and not (said.get("name") and said.get("email")):
            raise ValidationError(_("Choisissez une personne, ou écrivez un nom et une adresse."))
        return said


class AttendanceForm(forms.Form):
    """Present, absent, or not said."""

    PRESENT, ABSENT = "oui", "non"
    attended = forms.ChoiceField(choices=[(PRESENT, ""), (ABSENT, ""), ("", "")], required=False)

    @property
    def value(self) -> bool | None:
        return {self.PRESENT: True, self.ABSENT: False}.get(self.cleaned_data["attended"])
