"""A structure's profile in the cells of a line: what each column says, read and written."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.enums import Audience, ResidentKind, Trace
from residents.forms.fields import one_line
from residents.forms.profile import MOST_LINKS
from residents.models import Resident, ResidentLink
from residents.spreadsheets.plans import Column
from residents.spreadsheets.words import Misread, choice_of, email, line_of, lines_of, not_longer, yes_no

COLUMNS = [
    Column(
        "name",
        gettext_lazy("Nom"),
        aliases=(
            *("structure", "nom de la structure", "structure résidente", "raison sociale", "dénomination"),
            *("organisation", "nom structure", "structure nom"),
        ),
        required=True,
        help=gettext_lazy("Le nom tel qu’il se lit sur le site."),
    ),
    Column(
        "address",
        gettext_lazy("Adresse de la page"),
        aliases=("adresse", "adresse sur le site", "page", "slug"),
        help=gettext_lazy(
            "Ce qui suit /residents/ dans l’adresse de sa page, comme atelier-du-zinc ; elle désigne la structure, "
            "même quand son nom change. Vide : la structure est reconnue par son nom."
        ),
    ),
    Column(
        "kind",
        gettext_lazy("Forme"),
        aliases=("forme juridique", "statut", "statut juridique", "type", "type de structure"),
        help=gettext_lazy("Association, coopérative, société, personne indépendante, collectif ou fondation."),
    ),
    Column(
        "sectors",
        gettext_lazy("Secteurs"),
        aliases=("secteur", "secteur d’activité", "secteurs d’activité", "domaine", "domaines", "activités"),
        help=gettext_lazy("Séparés par des points-virgules ; un secteur que la maison n’a pas est créé."),
    ),
    Column(
        "tagline",
        gettext_lazy("En une phrase"),
        aliases=("phrase", "accroche", "texte court", "présentation courte", "résumé"),
        help=gettext_lazy("160 signes au plus."),
    ),
    Column(
        "presentation",
        gettext_lazy("Présentation"),
        aliases=("texte long", "présentation longue", "description"),
        help=gettext_lazy("6 000 signes au plus ; une ligne vide sépare deux paragraphes."),
    ),
    Column(
        "links",
        gettext_lazy("Liens"),
        aliases=("lien", "site", "sites", "site web", "site internet", "web", "url", "réseaux sociaux"),
        help=gettext_lazy("Une adresse par ligne, précédée de son intitulé : « Notre site : https://exemple.fr »."),
    ),
    Column(
        "contact_name",
        gettext_lazy("Personne à contacter"),
        aliases=("contact", "nom du contact", "contact nom", "interlocutrice", "interlocuteur"),
    ),
    Column(
        "email",
        gettext_lazy("Adresse e-mail"),
        aliases=("e-mail", "mail", "courriel", "mél", "adresse mail", "adresse électronique", "contact e-mail"),
    ),
    Column(
        "phone",
        gettext_lazy("Téléphone"),
        aliases=("tél", "téléphones", "portable", "mobile", "numéro de téléphone", "contact téléphone"),
    ),
]
_AUDIENCES = gettext_lazy("« tout le monde », « les résidents » ou « la maison seulement ».")
COLUMNS += [
    Column(
        f"{field}_audience",
        Resident._meta.get_field(f"{field}_audience").verbose_name.capitalize(),
        help=_AUDIENCES,
    )
    for field in Resident.GUARDED_FIELDS
]
COLUMNS += [
    Column("is_listed", gettext_lazy("Figure dans l’annuaire public"), help=gettext_lazy("oui ou non.")),
    Column(
        "trace",
        gettext_lazy("Ce qui se lit après le départ"),
        aliases=("trace",),
        help=gettext_lazy("« sa page, comme avant », « son nom et ses dates » ou « rien »."),
    ),
]
BY_KEY = {column.key: column for column in COLUMNS}
CHOICES = {"kind": ResidentKind, "trace": Trace} | {f"{field}_audience": Audience for field in Resident.GUARDED_FIELDS}
# What an empty cell empties; elsewhere there is no nothing, and it leaves what is.
TEXTS = ["tagline", "presentation", "contact_name", "email", "phone"]
EMPTIED = {"sectors": [], "links": []} | dict.fromkeys(TEXTS, "")
# What people write for a form.
KINDS = {
    ResidentKind.ASSOCIATION: "asso|asso loi 1901|asso 1901|association loi 1901|association loi de 1901|loi 1901|"
    "association 1901|associative",
    ResidentKind.COOPERATIVE: "scop|scic|cae|cooperative|coop",
    ResidentKind.COMPANY: "sas|sasu|sarl|eurl|sa|entreprise|sci",
    ResidentKind.INDEPENDENT: "independant|independante|freelance|artiste|auto entrepreneur|auto entrepreneuse|"
    "autoentrepreneur|micro entreprise|micro entrepreneur|micro entrepreneuse|entreprise individuelle|ei",
    ResidentKind.COLLECTIVE: "collectif informel",
    ResidentKind.FOUNDATION: "fondation|fonds de dotation",
}
KIND_WORDS = {word: kind for kind, words in KINDS.items() for word in words.split("|")}
PHONE = re.compile(r"\+?[\d\s().-]{6,}")
# A number that lost its zero in a spreadsheet.
WITHOUT_ZERO = re.compile(r"[1-9]\d{8}")
LINK = re.compile(r"(?:https?://|www\.)\S*[^\s,;.]", re.IGNORECASE)
BARE_SITE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
NO_LINK = gettext_lazy("« %(text)s » n’est pas un lien ; écrivez une adresse comme https://exemple.fr.")
valid_url = URLValidator(schemes=["http", "https"])


def longest(field: str, model=Resident) -> int:
    return model._meta.get_field(field).max_length


def read_phone(text: str) -> str:
    said = one_line(text)
    if WITHOUT_ZERO.fullmatch(said):
        said = f"0{said}"
    if not PHONE.fullmatch(said):
        raise Misread(_("« %(text)s » n’est pas un numéro ; écrivez-le comme 04 77 12 34 56.") % {"text": text})
    return not_longer(said, longest("phone"))


def read_links(text: str) -> list[list[str]]:
    """[label, address] of each; one a line as exports write them, or as people do."""
    links = [link for line in text.splitlines() if line.strip() for link in links_in(line.strip())]
    if len(links) > MOST_LINKS:
        raise Misread(_("Une structure a %(most)d liens au plus.") % {"most": MOST_LINKS})
    addresses = [url for _label, url in links]
    for url in addresses:
        if addresses.count(url) > 1:
            raise Misread(_("« %(url)s » figure deux fois.") % {"url": url})
    return links


def links_in(line: str) -> list[list[str]]:
    label, colon, url = line.rpartition(" : ")
    if colon and LINK.fullmatch(url):
        return [link(label, url)]
    places = list(LINK.finditer(line)) or [one for one in [BARE_SITE.fullmatch(line)] if one]
    if not places:
        raise Misread(NO_LINK % {"text": line})
    starts = [0, *(one.end() for one in places)]
    labels = [line[start : one.start()].strip(" :;,|–-") for start, one in zip(starts, places, strict=False)]
    return [link(label, one[0]) for label, one in zip(labels, places, strict=True)]


def link(label: str, url: str) -> list[str]:
    url = url if url.lower().startswith("http") else f"https://{url}"
    try:
        valid_url(not_longer(url, longest("url", ResidentLink)))
        host = urlsplit(url).hostname or ""
    except (ValidationError, ValueError):
        raise Misread(NO_LINK % {"text": url}) from None
    most = longest("label", ResidentLink)
    return [not_longer(one_line(label), most) or host.removeprefix("www.")[:most], url]


def split_sectors(text: str, is_known: Callable[[str], bool]) -> list[str]:
    """The sectors that a cell names: by semicolons or lines; by commas or bars too, where the whole is no sector."""
    if ";" in text or "\n" in text:
        pieces = re.split(r"[;\n]", text)
    else:
        pieces = [text] if is_known(one_line(text)) else re.split(r"[,/|]", text)
    return list(dict.fromkeys(filter(None, map(one_line, pieces))))


def join_sectors(names: list[str]) -> str:
    """Read back by `split_sectors` in a house that has not these sectors yet, too."""
    return f"{names[0]} ;" if len(names) == 1 and re.search(r"[,/|]", names[0]) else " ; ".join(names)


READERS: dict[str, Callable[[str], Any]] = {
    "name": line_of(longest("name")),
    "kind": choice_of(ResidentKind, KIND_WORDS),
    "tagline": line_of(longest("tagline")),
    "presentation": lines_of(longest("presentation")),
    "links": read_links,
    "contact_name": line_of(longest("contact_name")),
    "email": lambda text: not_longer(email(text), longest("email")),
    "phone": read_phone,
    "is_listed": yes_no,
    "trace": choice_of(Trace),
} | {f"{field}_audience": choice_of(Audience) for field in Resident.GUARDED_FIELDS}


def say(key: str, value) -> str:
    """A value as its cell says it."""
    if key in CHOICES:
        return str(CHOICES[key](value).label)
    if key == "sectors":
        return join_sectors(value)
    if key == "links":
        return "\n".join(f"{label} : {url}" for label, url in value)
    if key == "is_listed":
        return _("oui") if value else _("non")
    return value


def values_of(resident: Resident) -> dict[str, Any]:
    """{column key: value} of a structure that comes with its sectors and links."""
    own = {key: getattr(resident, key) for key in BY_KEY if key not in {"address", "sectors", "links"}}
    return own | {
        "address": resident.slug,
        "sectors": [sector.name for sector in resident.sectors.all()],
        "links": [[link.label, link.url] for link in resident.links.all()],
    }


def said_of(resident: Resident) -> dict[str, str]:
    """{column key: text}, as exports write it."""
    values = values_of(resident)
    return {key: say(key, values[key]) for key in BY_KEY}
