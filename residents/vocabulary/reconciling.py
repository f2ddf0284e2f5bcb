"""The set operations of a load, in SQL: 45,000 terms and 80,000 links are compared where they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from psycopg import sql

from residents.enums import Scheme
from residents.models import Declaration, DeclarationChange, KnowledgeItem, Merge, Synonym

# A code is trusted only if the words are nearly the same (trigram similarity): sources have given codes anew, and what
# a structure declared must not change its meaning.
SAME_WORDS = 0.6

INCOMING = """
CREATE TEMPORARY TABLE incoming (
    position integer GENERATED ALWAYS AS IDENTITY, id bigint,
    kind text, label text, searchable text GENERATED ALWAYS AS (searchable(label)) STORED, scheme text, code text,
    domain_id bigint, occupation_count integer
) ON COMMIT DROP
"""
MATCH_BY_LABEL = """
UPDATE incoming SET id = item.id FROM residents_knowledgeitem item
WHERE item.kind = incoming.kind AND item.searchable = incoming.searchable
"""
MATCH_BY_CODE = """
UPDATE incoming SET id = item.id FROM residents_knowledgeitem item
WHERE incoming.id IS NULL AND item.scheme = incoming.scheme AND item.code = incoming.code
    AND similarity(item.searchable, incoming.searchable) >= %s
    AND NOT EXISTS (SELECT FROM incoming other WHERE other.id = item.id)
"""
GONE = """
SELECT id FROM residents_knowledgeitem item
WHERE code <> '' AND scheme <> %s AND NOT EXISTS (SELECT FROM incoming WHERE incoming.id = item.id)
FOR UPDATE
"""
FREE_CODES = """
UPDATE residents_knowledgeitem item SET code = '' FROM incoming
WHERE item.scheme = incoming.scheme AND item.code = incoming.code AND item.id IS DISTINCT FROM incoming.id
"""
KEEP_OLD_LABELS = """
INSERT INTO residents_synonym (item_id, label) SELECT item.id, item.label
FROM residents_knowledgeitem item JOIN incoming ON incoming.id = item.id AND incoming.searchable <> item.searchable
ON CONFLICT DO NOTHING
"""
UPDATE = """
UPDATE residents_knowledgeitem item
SET kind = incoming.kind, label = incoming.label, scheme = incoming.scheme, code = incoming.code,
    domain_id = incoming.domain_id, occupation_count = incoming.occupation_count, retired = merge.id IS NOT NULL
FROM incoming LEFT JOIN residents_merge merge ON merge.item_id = incoming.id AND merge.undone_at IS NULL
WHERE item.id = incoming.id
    AND (item.kind, item.label, item.scheme, item.code, item.domain_id, item.occupation_count, item.retired)
        IS DISTINCT FROM (incoming.kind, incoming.label, incoming.scheme, incoming.code, incoming.domain_id,
            incoming.occupation_count, merge.id IS NOT NULL)
"""
CREATE = """
INSERT INTO residents_knowledgeitem (kind, label, scheme, code, domain_id, occupation_count, retired)
SELECT kind, label, scheme, code, domain_id, occupation_count, false FROM incoming WHERE id IS NULL
"""

PROPOSED = """
SELECT count(*) FROM incoming
WHERE NOT EXISTS (SELECT FROM residents_merge merge WHERE merge.item_id = incoming.id AND merge.undone_at IS NULL)
"""
GIVEN_BY_SOURCE = """
UPDATE residents_synonym synonym SET left_by_id = NULL FROM incoming_synonym incoming
WHERE synonym.left_by_id IS NOT NULL AND synonym.item_id = incoming.item_id
    AND synonym.searchable = searchable(incoming.label)
"""


@dataclass
class Outcome:
    """What a load did, in numbers of terms; `total` is what the vocabulary now proposes."""

    total: int
    created: int
    changed: int
    retired: int
    deleted: int


def reconcile(cursor, rows: Iterable[tuple]) -> tuple[Outcome, list[int]]:
    """Make the items follow `rows`: kind, label, scheme, code, domain's key or None, number of métiers.

    A term that was merged away stays so: it follows its source, and is proposed to nobody.
    No two rows have the same kind and searchable label, nor the same scheme and code. Returns also the key of each
    row's item, in order.
    """
    cursor.execute(INCOMING)
    copy_rows(cursor, "incoming (kind, label, scheme, code, domain_id, occupation_count)", rows)
    cursor.execute("ANALYZE incoming")
    cursor.execute(MATCH_BY_LABEL)
    cursor.execute(MATCH_BY_CODE, [SAME_WORDS])
    retired, deleted = _let_go(cursor)
    cursor.execute(FREE_CODES)
    cursor.execute(KEEP_OLD_LABELS)
    cursor.execute(UPDATE)
    changed = cursor.rowcount
    cursor.execute(CREATE)
    created = cursor.rowcount
    cursor.execute(MATCH_BY_LABEL)
    cursor.execute("SELECT id FROM incoming ORDER BY position")
    keys = [pk for (pk,) in cursor.fetchall()]
    cursor.execute(PROPOSED)
    (total,) = cursor.fetchone()
    cursor.execute("DROP TABLE incoming")
    return Outcome(total, created, changed, retired, deleted), keys


def _let_go(cursor) -> tuple[int, int]:
    """Retire what left the sources and was ever declared or merged, delete the rest; returns how many of each."""
    cursor.execute(GONE, [Scheme.RESIDENT])
    gone = KnowledgeItem.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()])
    declared = Exists(Declaration.objects.filter(item=OuterRef("pk")))
    once_declared = Exists(DeclarationChange.objects.filter(item=OuterRef("pk")))
    merged = Exists(Merge.objects.filter(Q(item=OuterRef("pk")) | Q(into=OuterRef("pk"))))
    kept = declared | once_declared | merged
    retired = gone.filter(kept, retired=False).update(retired=True)
    _count, by_model = gone.exclude(kept).delete()
    return retired, by_model.get(KnowledgeItem._meta.label, 0)


def copy_rows(cursor, target: str, rows: Iterable[tuple]) -> None:
    """COPY `rows` into `target`, "table (column, ...)"."""
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def add_synonyms(cursor, pairs: Iterable[tuple[int, str]]) -> None:
    """Add (item, label); none is taken away, since merging terms leaves synonyms too."""
    cursor.execute("CREATE TEMPORARY TABLE incoming_synonym (item_id bigint, label text) ON COMMIT DROP")
    copy_rows(cursor, "incoming_synonym (item_id, label)", pairs)
    cursor.execute(
        f"INSERT INTO {Synonym._meta.db_table} (item_id, label) SELECT item_id, label FROM incoming_synonym"
        " ON CONFLICT DO NOTHING"
    )
    # What a source gives is no longer a merge's to take away.
    cursor.execute(GIVEN_BY_SOURCE)
    cursor.execute("DROP TABLE incoming_synonym")


def replace_pairs(cursor, through, other: str, items: list[int], pairs: Iterable[tuple[int, int]]) -> None:
    """Make the many-to-many table `through` hold these pairs for `items`, changing only what differs.

    `other` is the column beside the item's; links of other items (retired, proposed by a structure) stay as they are.
    """
    names = {"table": sql.Identifier(through._meta.db_table), "other": sql.Identifier(other)}
    cursor.execute("CREATE TEMPORARY TABLE pair (item bigint, other bigint, PRIMARY KEY (item, other)) ON COMMIT DROP")
    copy_rows(cursor, "pair (item, other)", pairs)
    cursor.execute("ANALYZE pair")
    cursor.execute(
        sql.SQL(
            "DELETE FROM {table} link WHERE knowledgeitem_id = ANY(%s) AND NOT EXISTS"
            " (SELECT FROM pair WHERE pair.item = link.knowledgeitem_id AND pair.other = link.{other})"
        ).format(**names),
        [items],
    )
    cursor.execute(
        sql.SQL(
            "INSERT INTO {table} (knowledgeitem_id, {other})"
            " SELECT item, other FROM pair EXCEPT SELECT knowledgeitem_id, {other} FROM {table}"
        ).format(**names)
    )
    cursor.execute("DROP TABLE pair")
