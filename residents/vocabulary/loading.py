"""Bringing the database to a release of the vocabulary, keeping what residents declared. One transaction."""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext as _
from scipy.sparse import csr_matrix

from residents.enums import Scheme
from residents.models import Domain, KnowledgeItem, Occupation, Synonym
from residents.vocabulary.merging import leave_all_words
from residents.vocabulary.placing import place
from residents.vocabulary.reconciling import Outcome, add_synonyms, reconcile, replace_pairs
from residents.vocabulary.settling import settle
from residents.vocabulary.terms import Term, Vocabulary, merge

# Two loads at once would create every term twice: one waits for the other.
LOCK = 7_406_226


@transaction.atomic
def load(vocabulary: Vocabulary, tell: Callable[[str], None] = lambda sentence: None) -> Outcome:
    """Make the database hold `vocabulary`; `tell` receives a French sentence at each step.

    A term is recognised by its nature and label, else by its code if the words are nearly the same. One that left its
    source is deleted, or retired if a structure declared it; it comes back with its declarations when the source does.
    Raises `IntegrityError` if a structure declares a term while it is being deleted: nothing is then changed.
    """
    with connection.cursor() as cursor:
        _take_turns(cursor)
        searchable = _searchable(cursor, (label for term in vocabulary.terms for label in (term.label, *term.synonyms)))
        terms, became = merge(vocabulary.terms, searchable)
        holders = _holders(vocabulary, terms, became)
        tell(_("Domaines de %(count)s termes…") % {"count": len(terms)})
        homes = _homes(vocabulary, terms, holders, searchable)
        tell(_("Écriture…"))
        domains = _save_by_code(Domain, [{"code": c, "label": n, "family": f} for c, n, f in vocabulary.domains])
        occupations = _save_by_code(
            Occupation, [{"code": c, "label": n, "domain_id": domains[c[:3]]} for c, n in vocabulary.occupations]
        )
        outcome, keys = reconcile(
            cursor,
            [
                (term.kind, term.label, term.scheme, term.code, domains[codes[0]] if codes else None, len(held_by))
                for term, codes, held_by in zip(terms, homes, holders, strict=True)
            ],
        )
        add_synonyms(cursor, _pairs(keys, (term.synonyms for term in terms)))
        leave_all_words()
        replace_pairs(cursor, Occupation.items.through, "occupation_id", keys, _pairs(keys, holders, occupations))
        replace_pairs(cursor, KnowledgeItem.domains.through, "domain_id", keys, _pairs(keys, homes, domains))
        Occupation.objects.exclude(pk__in=occupations.values()).delete()
        Domain.objects.exclude(pk__in=domains.values()).delete()
        for item in KnowledgeItem.objects.filter(scheme=Scheme.RESIDENT, domain=None):
            settle(item)
        for model in (KnowledgeItem, Synonym, Occupation.items.through, KnowledgeItem.domains.through):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    return outcome


def _take_turns(cursor) -> None:
    """Wait for another load to end; then take the time it takes."""
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute(f"SET LOCAL {limit} = 0")
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _searchable(cursor, labels: Iterable[str]) -> dict[str, str]:
    """The searchable form of each label, by the SQL function that computes the columns."""
    cursor.execute("SELECT label, searchable(label) FROM unnest(%s::text[]) AS label", [list(set(labels))])
    return dict(cursor.fetchall())


def _holders(vocabulary: Vocabulary, terms: list[Term], became: dict) -> list[set[str]]:
    """For each term, the codes of the métiers that hold it."""
    known = {code for code, _label in vocabulary.occupations}
    holders = {id(term): set() for term in terms}
    for occupation, code in vocabulary.links:
        if occupation in known and (term := became.get((Scheme.ROME, code))):
            holders[id(term)].add(occupation)
    return [holders[id(term)] for term in terms]


def _homes(vocabulary: Vocabulary, terms: list[Term], holders: list[set[str]], searchable) -> list[list[str]]:
    """For each term, the codes of its domains, its home first; those given by hand when no métier holds it."""
    codes = [code for code, _label, _family in vocabulary.domains]
    column = {code: index for index, code in enumerate(codes)}
    counts = Counter((row, column[code[:3]]) for row, held_by in enumerate(holders) for code in held_by)
    rows, columns = np.array(list(counts), dtype=int).reshape(-1, 2).T
    matrix = csr_matrix((list(counts.values()), (rows, columns)), shape=(len(terms), len(codes)), dtype=float)
    usual = np.bincount([column[code[:3]] for code, _label in vocabulary.occupations], minlength=len(codes))
    placed = place(matrix, usual / max(usual.sum(), 1), [searchable[term.label] for term in terms])
    return [
        [code for code in term.domains if code in column]
        if term.domains and not held_by
        else [codes[index] for index in indexes]
        for term, held_by, indexes in zip(terms, holders, placed, strict=True)
    ]


def _save_by_code(model, rows: list[dict]) -> dict[str, int]:
    """Create or update the rows of `model`; returns the key of each code."""
    if not rows:
        return {}
    fields = [name.removesuffix("_id") for name in rows[0] if name != "code"]
    model.objects.bulk_create(
        [model(**row) for row in rows], update_conflicts=True, unique_fields=["code"], update_fields=fields
    )
    return dict(model.objects.filter(code__in=[row["code"] for row in rows]).values_list("code", "pk"))


def _pairs(keys: list[int], values: Iterable[Iterable[str]], of: dict[str, int] | None = None):
    """(key of the term, value) for each of its values, or what the value is the code `of`."""
    for key, given in zip(keys, values, strict=True):
        for value in given:
            yield key, of[value] if of else value
