"""What answers a search, in groups: two queries, and at most three more when nothing says the words as typed."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import starmap

from django.db import connection
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.enums import EventStatus
from blog.pages.addresses import address_of
from chaudronneries.search.excerpts import excerpt, marked
from chaudronneries.search.groups import rows_of
from chaudronneries.search.spelling import corrected
from chaudronneries.search.words import words_of
from residents.enums import KnowledgeKind
from residents.models import User

# Of each group when all are shown; of a group shown by itself.
SHOWN, MOST = 4, 100

# Whole words of a title first, words begun there, whole words of the text, words begun there.
ANSWERS = """
WITH found AS (
    SELECT group_name, shown_title, said, "where", detail, at, nearness,
        CASE WHEN title_vector @@ %s::tsquery THEN 0 WHEN title_vector @@ %s::tsquery THEN 1
            WHEN vector @@ %s::tsquery THEN 2 ELSE 3 END AS rank
    FROM ({rows}) AS rows
    WHERE vector @@ %s::tsquery
), placed AS (
    SELECT *, count(*) OVER (PARTITION BY group_name) AS total,
        row_number() OVER (PARTITION BY group_name ORDER BY rank, nearness, shown_title) AS place
    FROM found
)
SELECT group_name, total, shown_title, said, "where", detail, at
FROM placed WHERE place <= %s ORDER BY group_name, place
"""

TITLES = {
    "articles": gettext_lazy("Articles du blog"),
    "structures": gettext_lazy("Structures"),
    "rendez-vous": gettext_lazy("Rendez-vous"),
    "savoirs": gettext_lazy("Savoirs, savoir-faire, milieux"),
    "bulletins": gettext_lazy("Bulletin « Sur le feu »"),
    "pages": gettext_lazy("Pages"),
    "territoire": gettext_lazy("Partenaires et problématiques"),
}


@dataclass(frozen=True)
class Row:
    """A line of ANSWERS."""

    group: str
    total: int
    title: str
    said: str
    where: str
    detail: str
    at: datetime | None


@dataclass(frozen=True)
class Result:
    """`title` and `excerpt` have the found words marked; `day` is an instant that says when, or None."""

    title: SafeString
    url: str
    excerpt: SafeString
    detail: str
    day: datetime | None


@dataclass(frozen=True)
class Group:
    """`results` are the best of `total`."""

    name: str
    title: str
    total: int
    results: list[Result]


class Search:
    """What answers `text` for `reader`, in all groups or in the group `only`."""

    def __init__(self, reader: User, text: str, only: str = ""):
        self.reader, self.text, self.only = reader, text, only
        self.words = words_of(text)
        # What was looked for in the end: other spellings, or some of the words.
        self.suggestion = ""
        self.is_partial = False

    @cached_property
    def groups(self) -> list[Group]:
        if not self.words.words:
            return []
        return self._found(self.words.query) or self._found_nearly()

    def _found_nearly(self) -> list[Group]:
        """With other spellings; when nothing says all the words, what says some of them."""
        typed = self.words
        self.words = corrected(typed, self._rows)
        if self.words != typed:
            if self.words.words != typed.words:
                self.suggestion = " ".join(self.words.words)
            if found := self._found(self.words.query):
                return found
        if len(typed.words) > 1:
            self.is_partial = True
            return self._found(self.words.any_of_them)
        self.suggestion = ""
        return []

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @cached_property
    def _rows(self) -> tuple[str, list]:
        return rows_of(self.reader, self.only)

    def _found(self, query: str) -> list[Group]:
        sql, parameters = self._rows
        exact, shown = self.words.exact, MOST if self.only else SHOWN
        with connection.cursor() as cursor:
            cursor.execute(ANSWERS.format(rows=sql), [exact, query, exact, *parameters, query, shown])
            found = {name: [] for name in TITLES}
            for row in starmap(Row, cursor.fetchall()):
                found[row.group].append(row)
        return [
            Group(name, str(TITLES[name]), rows[0].total, [self._result(row) for row in rows])
            for name, rows in found.items()
            if rows
        ]

    def _result(self, row: Row) -> Result:
        beginnings = tuple(sorted({*self.words.stems, *self.words.words}))
        return Result(
            title=marked(row.title, beginnings),
            url=ADDRESSES[row.group](row),
            excerpt=excerpt(row.said, beginnings),
            detail=DETAILS[row.group](row) if row.group in DETAILS else "",
            day=row.at,
        )


def place_on_territory(row: Row) -> str:
    if row.detail == "partner":
        return reverse("residents:partner", args=[row.where])
    return f"{reverse('residents:territory')}#{row.where}"


ADDRESSES = {
    "articles": lambda row: address_of(row.where),
    "pages": lambda row: address_of(row.where),
    "bulletins": lambda row: address_of(row.where),
    "structures": lambda row: reverse("residents:profile", args=[row.where]),
    "rendez-vous": lambda row: reverse("agenda:event", args=[row.where]),
    "savoirs": lambda row: f"{reverse('residents:directory')}?savoir={row.where}",
    "territoire": place_on_territory,
}


def say_item(row: Row) -> str:
    kind, count = row.detail.split()
    structures = ngettext("%(count)s structure", "%(count)s structures", int(count)) % {"count": count}
    return f"{KnowledgeKind(kind).label} · {structures}"


DETAILS = {
    "structures": lambda row: row.detail,
    "savoirs": say_item,
    "rendez-vous": lambda row: _("annulé") if row.detail == EventStatus.CANCELLED else "",
    "territoire": lambda row: _("partenaire") if row.detail == "partner" else _("problématique"),
}
