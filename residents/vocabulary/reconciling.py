"""The set operations of a load, in SQL: 45,000 terms and 80,000 links are compared where they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from psycopg import sql

from residents.enums import Scheme
from residents.models import Declaration, DeclarationChange, KnowledgeItem, Synonym

# A code is trusted only if the words are nearly the same (trigram similarity): sources have given codes anew, and what
# a structure declared must not change its meaning.
SAME_WORDS = 0.6

INCOMING = """
CREATE TEMPORARY TABLE incoming (
    id bigint, kind text, label text, searchable text GENERATED ALWAYS AS (searchable(label)) STORED,
    scheme text, code text, domain_id bigint, occupation_count integer
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
    domain_id = incoming.domain_id, occupation_count = incoming.occupation_count, retired = false
FROM incoming WHERE item.id = incoming.id
    AND (item.kind, item.label, item.scheme, item.code, item.domain_id, item.occupation_count, item.retired)
        IS DISTINCT FROM (incoming.kind, incoming.label, incoming.scheme, incoming.code, incoming.domain_id,
            incoming.occupation_count, false)
"""
CREATE = """
INSERT INTO residents_knowledgeitem (kind, label, scheme, code, domain_id, occupation_count, retired)
SELECT kind, label, scheme, code, domain_id, occupation_count, false FROM incoming WHERE id IS NULL
"""


@dataclass
class Outcome:
    """What a load did, in numbers of terms; `total` is what the vocabulary now proposes."""

    total: int
    created: int
    changed: int
    retired: int
    deleted: int


def reconcile(cursor) -> Outcome:
    """Make the items follow the temporary table `incoming`, of which every row then bears its item's `id`."""
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
    return Outcome(cursor.rowcount, created, changed, retired, deleted)


def _let_go(cursor) -> tuple[int, int]:
    """Retire what left the sources and was ever declared, delete the rest; returns how many of each."""
    cursor.execute(GONE, [Scheme.RESIDENT])
    gone = KnowledgeItem.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()])
    declared = Exists(Declaration.objects.filter(item=OuterRef("pk")))
    once_declared = Exists(DeclarationChange.objects.filter(item=OuterRef("pk")))
    retired = gone.filter(declared | once_declared, retired=False).update(retired=True)
    _count, by_model = gone.exclude(declared | once_declared).delete()
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
    cursor.execute("DROP TABLE incoming_synonym")


def replace_pairs(cursor, through, columns: tuple[str, str], pairs: Iterable[tuple[int, int]]) -> None:
    """Make the many-to-many table `through` hold these pairs for the items of `incoming`, changing only what differs.

    `columns` are the item's and the other's; links of other items (retired, proposed by a structure) stay as they are.
    """
    names = {
        "table": sql.Identifier(through._meta.db_table),
        "item": sql.Identifier(columns[0]),
        "other": sql.Identifier(columns[1]),
    }
    cursor.execute("CREATE TEMPORARY TABLE pair (item bigint, other bigint, PRIMARY KEY (item, other)) ON COMMIT DROP")
    copy_rows(cursor, "pair (item, other)", pairs)
    cursor.execute("ANALYZE pair")
    for statement in (
        "DELETE FROM {table} link USING incoming WHERE link.{item} = incoming.id"
        " AND NOT EXISTS (SELECT FROM pair WHERE pair.item = link.{item} AND pair.other = link.{other})",
        "INSERT INTO {table} ({item}, {other}) SELECT item, other FROM pair EXCEPT SELECT {item}, {other} FROM {table}",
        "DROP TABLE pair",
    ):
        cursor.execute(sql.SQL(statement).format(**names))
