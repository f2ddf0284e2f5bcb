"""The forms of a profile, one a section; each knows on what it was opened: nobody overwrites a colleague unseen."""

import re
import unicodedata
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents import pictures
from residents.enums import Audience, ResidentKind
from residents.forms.fields import CONTROL, INVISIBLE, LineField
from residents.forms.opened import OpenedForm
from residents.models import Resident, Sector
from residents.profile import Section, has_audience, state

MOST_LINKS = 8
SPARE_LINKS = 2
LONGEST_LOGO_SIDE = 400


class ParagraphsField(forms.CharField):
    """A text of several lines, as it can be seen."""

    widget = forms.Textarea

    def to_python(self, value):
        lines = unicodedata.normalize("NFC", super().to_python(value) or "").splitlines()
        return "\n".join(INVISIBLE.sub("", CONTROL.sub(" ", line)).rstrip() for line in lines).strip()


class PictureField(forms.FileField):
    """Gives back the picture written anew (residents/pictures.py)."""

    widget = forms.FileInput(attrs={"accept": pictures.ACCEPT})

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        return pictures.rewritten(upload, LONGEST_LOGO_SIDE) if upload else None


class SectionForm(OpenedForm):
    """One section of `resident`: its value, its audience, and what OpenedForm asks of whoever meets a colleague.

    `resident` is the row as it stands now, locked by who saves.
    """

    def __init__(self, section: str, resident: Resident, data=None, files=None):
        self.section, self.resident = Section(section), resident
        self.stands = state(resident, section)
        super().__init__(data, files, prefix=section, initial=self.initial_values())
        if not has_audience(section):
            return
        self.fields["audience"] = forms.ChoiceField(
            label=_("Qui peut le voir"), choices=Audience.choices, initial=self.stands["audience"]
        )
        self.order_fields([*self.value_fields, "audience"])

    @property
    def value_fields(self) -> list[str]:
        return [name for name in self.fields if name not in {"opened", "seen", "keep", "audience"}]

    @property
    def value_bound_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.value_fields]

    @property
    def has_audience(self) -> bool:
        return "audience" in self.fields

    def initial_values(self) -> dict:
        return {self.section.value: self.stands.get(self.section)}

    def value(self):
        """The section's value as it was typed, shaped as in `residents.profile.state`."""
        return self.cleaned_data[self.section]

    @cached_property
    def typed(self) -> dict:
        found = {self.section.value: self.value()} if self.section != Section.SAVOIRS else {}
        return found | ({"audience": self.cleaned_data["audience"]} if "audience" in self.fields else {})

    @property
    def theirs(self) -> list[str]:
        """The version that stands, in lines to be read."""
        lines = self.lines(self.stands.get(self.section)) or [_("(vide)")]
        if "audience" not in self.stands:
            return lines
        return [*lines, _("Lu par : %(who)s") % {"who": Audience(self.stands["audience"]).label}]

    def lines(self, value) -> list[str]:
        return value.splitlines() if value else []


class NameForm(SectionForm):
    name = LineField(label=gettext_lazy("Nom"), max_length=120)

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not any(sign.isalnum() for sign in unicodedata.normalize("NFKD", name) if sign.isascii()):
            raise ValidationError(_("Le nom doit contenir au moins une lettre ou un chiffre."))
        return name


class KindForm(SectionForm):
    kind = forms.ChoiceField(label=gettext_lazy("Forme"), choices=ResidentKind.choices)

    def lines(self, value):
        return [str(ResidentKind(value).label)]


class SectorsForm(SectionForm):
    sectors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Secteurs"),
        queryset=Sector.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Ceux où l’on vous cherche."),
    )

    def value(self):
        return sorted(sector.pk for sector in self.cleaned_data["sectors"])

    def lines(self, value):
        return list(Sector.objects.filter(pk__in=value).values_list("name", flat=True))


class TaglineForm(SectionForm):
    tagline = LineField(
        label=gettext_lazy("En une phrase"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Ce que vous faites, en 160 signes : c’est ce qu’on lit dans la liste des résidents."),
    )


class PresentationForm(SectionForm):
    presentation = ParagraphsField(
        label=gettext_lazy("Présentation"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("Une ligne vide sépare deux paragraphes ; les adresses web deviennent des liens."),
    )


class LogoForm(SectionForm):
    logo = PictureField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG, WebP ou AVIF, 10 Mo au plus ; ce que l’image sait d’autre (lieu, appareil) est effacé."
        ),
    )
    remove = forms.BooleanField(label=gettext_lazy("Retirer le logo"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.resident.logo_id:
            del self.fields["remove"]

    def initial_values(self):
        return {}

    @property
    def new_picture(self):
        return self.cleaned_data["logo"]

    def value(self):
        """The present logo's key; None to have none; the new picture's name, which is no key, for a new one."""
        if self.new_picture:
            return self.new_picture.name
        return None if self.cleaned_data.get("remove") else self._opened_logo()

    def _opened_logo(self):
        """Who neither sends nor removes a picture keeps the one that stands, whoever put it there."""
        return self.stands[self.section]

    def lines(self, value):
        return [_("Un logo, envoyé par votre structure")] if value else []


class SavoirsForm(SectionForm):
    """Only who reads them: they are declared at /savoirs/."""

    def initial_values(self):
        return {}

    def lines(self, value):
        return [_("Vos savoirs")]


class LinksForm(SectionForm):
    """Rows of a label and an address; a row without address is left out."""

    def __init__(self, section, resident, data=None, files=None):
        super().__init__(section, resident, data, files)
        links = self.stands[Section.LINKS]
        rows = MOST_LINKS if self.is_bound else min(len(links) + SPARE_LINKS, MOST_LINKS)
        for row in range(max(rows, len(links))):
            label, url = links[row] if row < len(links) else ("", "")
            self.fields[f"url_{row}"] = forms.URLField(
                label=_("Adresse du lien %(row)d") % {"row": row + 1},
                required=False,
                max_length=300,
                initial=url,
                assume_scheme="https",
                validators=[URLValidator(schemes=["http", "https"])],
                error_messages={"invalid": _("Écrivez une adresse comme https://exemple.fr.")},
            )
            self.fields[f"label_{row}"] = LineField(
                label=_("Intitulé du lien %(row)d") % {"row": row + 1}, required=False, max_length=60, initial=label
            )
        self.order_fields([*self.value_fields, "audience"])

    def initial_values(self):
        return {}

    @property
    def rows(self) -> list[tuple]:
        """(address, label) fields to be drawn: those that hold something, and a few spare ones."""
        rows = [(self[name], self[name.replace("url", "label")]) for name in self._addresses]
        filled = max((n for n, (url, label) in enumerate(rows, 1) if url.value() or label.value()), default=0)
        return rows[: filled + SPARE_LINKS]

    def clean(self):
        urls = [self.cleaned_data.get(name) for name in self._addresses]
        for row, url in enumerate(urls):
            if url and url in urls[:row]:
                self.add_error(f"url_{row}", _("Ce lien figure déjà plus haut."))
            if not url and f"url_{row}" not in self.errors and self.cleaned_data.get(f"label_{row}"):
                self.add_error(f"url_{row}", _("Il manque l’adresse de ce lien."))
        super().clean()

    def value(self):
        rows = [(self.cleaned_data[name.replace("url", "label")], self.cleaned_data[name]) for name in self._addresses]
        return [[label or urlsplit(url).hostname.removeprefix("www."), url] for label, url in rows if url]

    @property
    def _addresses(self) -> list[str]:
        return [name for name in self.fields if name.startswith("url_")]

    def lines(self, value):
        return [f"{label} : {url}" for label, url in value]


class ContactNameForm(SectionForm):
    contact_name = LineField(label=gettext_lazy("Personne à contacter"), max_length=120, required=False)


class EmailForm(SectionForm):
    email = forms.EmailField(
        label=gettext_lazy("Adresse e-mail"),
        required=False,
        error_messages={"invalid": gettext_lazy("Écrivez une adresse comme bonjour@exemple.fr.")},
    )


class PhoneForm(SectionForm):
    phone = LineField(
        label=gettext_lazy("Téléphone"),
        max_length=30,
        required=False,
        validators=[
            RegexValidator(re.compile(r"^\+?[\d\s().-]{6,}$"), gettext_lazy("Écrivez un numéro comme 04 77 12 34 56."))
        ],
        widget=forms.TextInput(attrs={"type": "tel"}),
    )


FORMS = {
    Section.NAME: NameForm,
    Section.KIND: KindForm,
    Section.SECTORS: SectorsForm,
    Section.TAGLINE: TaglineForm,
    Section.LOGO: LogoForm,
    Section.PRESENTATION: PresentationForm,
    Section.SAVOIRS: SavoirsForm,
    Section.LINKS: LinksForm,
    Section.CONTACT_NAME: ContactNameForm,
    Section.EMAIL: EmailForm,
    Section.PHONE: PhoneForm,
}


def section_form(section: str, resident: Resident, data=None, files=None) -> SectionForm:
    return FORMS[section](section, resident, data, files)
