"""Bringing the database to a release of the vocabulary, keeping what residents declared. One transaction."""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext as _
from scipy.sparse import csr_matrix

from residents.enums import Scheme
from residents.models import Domain, KnowledgeItem, Occupation, Synonym
from residents.vocabulary.placing import place
from residents.vocabulary.reconciling import INCOMING, Outcome, add_synonyms, copy_rows, reconcile, replace_pairs
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
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(INCOMING)
        domains = _save_by_code(Domain, [{"code": c, "label": n, "family": f} for c, n, f in vocabulary.domains])
        occupations = _save_by_code(
            Occupation, [{"code": c, "label": n, "domain_id": domains[c[:3]]} for c, n in vocabulary.occupations]
        )
        searchable = _searchable(cursor, (x for t in vocabulary.terms for x in (t.label, *t.synonyms)))
        terms, became = merge(vocabulary.terms, searchable)
        holders = _holders(vocabulary, became)
        tell(_("Domaines de %(count)s termes…") % {"count": len(terms)})
        homes = _homes(vocabulary, terms, holders, searchable)
        tell(_("Écriture…"))
        copy_rows(
            cursor,
            "incoming (kind, label, scheme, code, domain_id, occupation_count)",
            (
                (t.kind, t.label, t.scheme, t.code, domains[h[0]] if h else None, len(holders.get(id(t), ())))
                for t, h in zip(terms, homes, strict=True)
            ),
        )
        outcome = reconcile(cursor)
        cursor.execute("SELECT kind, searchable, id FROM incoming")
        ids = {(kind, label): pk for kind, label, pk in cursor.fetchall()}
        keys = {id(term): ids[term.kind, searchable[term.label]] for term in terms}
        add_synonyms(cursor, ((keys[id(t)], synonym) for t in terms for synonym in t.synonyms))
        replace_pairs(
            cursor,
            Occupation.items.through,
            ("knowledgeitem_id", "occupation_id"),
            ((keys[term], occupations[code]) for term, codes in holders.items() for code in codes),
        )
        replace_pairs(
            cursor,
            KnowledgeItem.domains.through,
            ("knowledgeitem_id", "domain_id"),
            ((keys[id(t)], domains[code]) for t, codes in zip(terms, homes, strict=True) for code in codes),
        )
        Occupation.objects.exclude(pk__in=occupations.values()).delete()
        Domain.objects.exclude(pk__in=domains.values()).delete()
        for model in (KnowledgeItem, Synonym, Occupation.items.through, KnowledgeItem.domains.through):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    return outcome


def _save_by_code(model, rows: list[dict]) -> dict[str, int]:
    """Create or update the rows of `model`; returns the key of each code."""
    if not rows:
        return {}
    fields = [name for name in rows[0] if name != "code"]
    model.objects.bulk_create(
        [model(**row) for row in rows],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[name.removesuffix("_id") for name in fields],
    )
    return dict(model.objects.filter(code__in=[row["code"] for row in rows]).values_list("code", "pk"))


def _searchable(cursor, labels: Iterable[str]) -> dict[str, str]:
    cursor.execute("SELECT label, searchable(label) FROM unnest(%s::text[]) AS label", [list(set(labels))])
    return dict(cursor.fetchall())


def _holders(vocabulary: Vocabulary, became: dict) -> dict[int, set[str]]:
    """The codes of the métiers that hold each term, by the term's `id()`."""
    known = {code for code, _label in vocabulary.occupations}
    holders = {}
    for occupation, code in vocabulary.links:
        if occupation in known and (term := became.get((Scheme.ROME, code))):
            holders.setdefault(id(term), set()).add(occupation)
    return holders


def _homes(vocabulary: Vocabulary, terms: list[Term], holders, searchable) -> list[list[str]]:
    """The codes of each term's domains, its home first; those given by hand when no métier holds it."""
    codes = [code for code, _label, _family in vocabulary.domains]
    column = {code: index for index, code in enumerate(codes)}
    counts = Counter((row, column[code[:3]]) for row, term in enumerate(terms) for code in holders.get(id(term), ()))
    rows, columns = np.array(list(counts)).T if counts else ([], [])
    matrix = csr_matrix((list(counts.values()), (rows, columns)), shape=(len(terms), len(codes)), dtype=float)
    usual = np.bincount([column[code[:3]] for code, _label in vocabulary.occupations], minlength=len(codes))
    placed = place(matrix, usual / max(usual.sum(), 1), [searchable[term.label] for term in terms])
    return [
        [code for code in term.domains if code in column]
        if term.domains and id(term) not in holders
        else [codes[index] for index in indexes]
        for term, indexes in zip(terms, placed, strict=True)
    ]
