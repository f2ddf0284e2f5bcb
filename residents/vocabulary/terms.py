"""From the rows of the sources to the terms of the vocabulary; what is kept, what is left out, what is merged."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from residents.enums import KnowledgeKind, Scheme
from residents.vocabulary.sources import DATA_INCLUSION, ESCO, HOUSE, ROME, VocabularyError, find_files

LONGEST_LABEL = 300
# Publics that name nobody in particular.
NOISE = re.compile(r"(tous|travail)\b", re.IGNORECASE)
# data.inclusion's thématiques phrased as a step of somebody's path ("Préparer un permis") name no savoir.
INFINITIVE = re.compile(r"(se |s[’'])?\w+(er|ir|re)\b", re.IGNORECASE)
# All of data.inclusion is at home in "Action sociale, socio-éducative et socio-culturelle".
SOCIAL_ACTION = "K12"


@dataclass
class Term:
    """One term: `domains` are codes given by hand, the one of most weight first."""

    kind: str
    label: str
    scheme: str
    code: str
    synonyms: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)


@dataclass
class Vocabulary:
    """All the sources together. `links` are pairs (code of a métier, ROME code of a term)."""

    domains: list[tuple[str, str, str]]
    occupations: list[tuple[str, str]]
    terms: list[Term]
    links: list[tuple[str, str]]


def read_vocabulary(directory: Path | None = None) -> Vocabulary:
    """The vocabulary from `directory`'s official files, completed by the shipped ones; raises `VocabularyError`.

    The order of the terms is that of precedence: ROME, ESCO, data.inclusion, the house.
    """
    if directory and not directory.is_dir():
        raise VocabularyError(_("%(path)s n’est pas un dossier.") % {"path": directory})
    rome = find_files(ROME, directory)
    if directory and not any(
        path.parent == directory
        for source in (ROME, ESCO, DATA_INCLUSION, HOUSE)
        for path in find_files(source, directory).values()
    ):
        raise VocabularyError(_("%(path)s ne contient aucun fichier connu.") % {"path": directory})

    def rows(name):
        return ROME[name].rows(rome[name])

    families = dict(rows("families"))
    domains = [(code, label, families.get(code[:1], "")) for code, label in rows("domains")]
    terms = [*_rome_terms(rows), *_esco_terms(directory), *_data_inclusion_terms(directory), *_house_terms(directory)]
    known = {code for code, _label, _family in domains}
    occupations = [(code, label) for code, label in rows("occupations") if code[:3] in known]
    return Vocabulary(domains, occupations, terms, list(rows("links")))


def _term(kind, label, scheme, code, synonyms=(), domains=()):
    """A term with what its columns can hold: an overlong label is cut, synonyms that say nothing are left out."""
    synonyms = [synonym for synonym in synonyms if _readable(synonym) and len(synonym) <= LONGEST_LABEL]
    if len(label) > LONGEST_LABEL:
        label = label[: LONGEST_LABEL - 1] + "…"
    return Term(kind, label, scheme, code, synonyms, list(domains))


def _readable(label):
    return any(character.isalnum() for character in label)


def _rome_terms(rows: Callable) -> Iterator[Term]:
    for code, label, category in rows("savoirs"):
        if category != "Certifications et habilitations":
            yield _term(KnowledgeKind.SAVOIR, label, Scheme.ROME, code)
    for code, label, category in rows("skills"):
        if category == "Savoir-faire":
            yield _term(KnowledgeKind.SAVOIR_FAIRE, label, Scheme.ROME, code)
    for code, label, category in rows("contexts"):
        if category == "Publics spécifiques" and not NOISE.match(label):
            yield _term(KnowledgeKind.MILIEU, label, Scheme.ROME, code)


def _esco_terms(directory) -> Iterator[Term]:
    """ESCO's few terms of no type are groups of knowledge ("sécurité des TIC")."""
    path = find_files(ESCO, directory)["skills"]
    for uri, label, synonyms, skill_type in ESCO["skills"].rows(path):
        kind = KnowledgeKind.SAVOIR_FAIRE if skill_type == "skill/competence" else KnowledgeKind.SAVOIR
        yield _term(
            kind,
            _with_capital(label),
            Scheme.ESCO,
            uri.rpartition("/")[2],
            [_with_capital(synonym.strip()) for synonym in re.split(r"[|\n]", synonyms)],
        )


def _with_capital(label: str) -> str:
    """As ROME writes its labels; a first word with a capital of its own (pH, iOS) is left alone."""
    first = label.partition(" ")[0]
    return label[:1].upper() + label[1:] if first == first.lower() else label


def _data_inclusion_terms(directory) -> Iterator[Term]:
    path = find_files(DATA_INCLUSION, directory)["terms"]
    for code, label, table in DATA_INCLUSION["terms"].rows(path):
        if table == "Public" and not NOISE.match(label):
            yield _term(KnowledgeKind.MILIEU, label, Scheme.DATA_INCLUSION, f"public/{code}", domains=[SOCIAL_ACTION])
        if table == "Thematique" and not INFINITIVE.match(label):
            yield _term(
                KnowledgeKind.SAVOIR, label, Scheme.DATA_INCLUSION, f"thematique/{code}", domains=[SOCIAL_ACTION]
            )


def _house_terms(directory) -> Iterator[Term]:
    path = find_files(HOUSE, directory)["terms"]
    for number, (code, label, kind, synonyms, domains) in enumerate(HOUSE["terms"].rows(path), start=2):
        if kind not in KnowledgeKind.values:
            raise VocabularyError(
                _("%(file)s, ligne %(line)s : la nature « %(kind)s » n’existe pas (savoir, savoir_faire ou milieu).")
                % {"file": path.name, "line": number, "kind": kind}
            )
        yield _term(kind, label, Scheme.HOUSE, code, [s.strip() for s in synonyms.split("|")], domains.split())


def merge(terms: list[Term], searchable: dict[str, str]) -> tuple[list[Term], dict[tuple[str, str], Term]]:
    """One term per nature and searchable label: the first source wins, the others leave it their synonyms and domains.

    A code given twice by its source is one term too. `searchable` gives the searchable form of every label. Also
    returned: the term that each (scheme, code) became.
    """
    kept, became = {}, {}
    for term in terms:
        if not searchable[term.label]:
            continue
        named = kept.get((term.kind, searchable[term.label]))
        first = became.setdefault((term.scheme, term.code), named or term)
        if first is term:
            kept[term.kind, searchable[term.label]] = term
        else:
            first.synonyms = [*first.synonyms, term.label, *term.synonyms]
            first.domains = first.domains or term.domains
    for term in kept.values():
        named = {searchable[synonym]: synonym for synonym in reversed(term.synonyms)}
        named.pop(searchable[term.label], None)
        named.pop("", None)
        term.synonyms = list(named.values())
    return list(kept.values()), became
