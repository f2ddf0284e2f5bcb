"""What answers a search, in groups: two queries, and three more when nothing answers the words as they were typed."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Case, Count, IntegerField, QuerySet, TextField, Value, When, Window
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.enums import EventStatus
from blog.pages.addresses import address_of
from chaudronneries.search.excerpts import excerpt, marked
from chaudronneries.search.groups import SOURCES
from chaudronneries.search.spelling import corrected
from chaudronneries.search.words import ParsedQuery, Words, words_of
from residents.enums import KnowledgeKind
from residents.models import User

# Of each group when all are shown; of a group shown by itself.
SHOWN, MOST = 4, 100
COLUMNS = ["group", "shown_title", "said", "where", "detail", "at", "rank", "nearness", "total"]

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
        """With other spellings; when each word stands somewhere, what says some of them."""
        typed = self.words
        other = corrected(typed.words, [rows for _name, rows in self._rows])
        if other != typed.words:
            self.words = words_of(" ".join(other))
            if found := self._found(self.words.query):
                self.suggestion = " ".join(self.words.words)
                return found
            self.words = typed
        elif len(typed.words) > 1:
            self.is_partial = True
            return self._found(typed.any_of_them)
        return []

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def _rows(self) -> list[tuple[str, QuerySet]]:
        names = [self.only] if self.only else list(SOURCES)
        return [(name, source(self.reader)) for name in names for source in SOURCES[name]]

    def _found(self, query: ParsedQuery) -> list[Group]:
        shown = MOST if self.only else SHOWN
        arms = [answering(rows, query, self.words, name)[:shown] for name, rows in self._rows]
        found = {name: [] for name in TITLES}
        for row in arms[0].union(*arms[1:], all=True) if len(arms) > 1 else arms[0]:
            told = dict(zip(COLUMNS, row, strict=True))
            found[told["group"]].append(told)
        return [self._group(name, rows, shown) for name, rows in found.items() if rows]

    def _group(self, name: str, rows: list[dict], shown: int) -> Group:
        rows.sort(key=lambda row: (row["rank"], row["nearness"], row["shown_title"].lower()))
        # Partners and problems stand together: each of their two counts is told by each of its rows.
        total = sum({row["detail"] if name == "territoire" else name: row["total"] for row in rows}.values())
        results = [self._result(row) for row in rows[:shown]]
        return Group(name, str(TITLES[name]), total, results)

    def _result(self, row: dict) -> Result:
        beginnings = tuple(sorted({*self.words.stems, *self.words.words}))
        return Result(
            title=marked(row["shown_title"], beginnings),
            url=ADDRESSES[row["group"]](row),
            excerpt=excerpt(row["said"], beginnings),
            detail=DETAILS.get(row["group"], lambda row: "")(row),
            day=row["at"],
        )


def answering(rows: QuerySet, query: ParsedQuery, words: Words, group: str) -> QuerySet:
    """The rows that say the words, best first: whole in their title, begun there, whole in their text, begun there."""
    rank = Case(
        When(title_vector=words.exact, then=Value(0)),
        When(title_vector=query, then=Value(1)),
        When(vector=words.exact, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return (
        rows.filter(vector=query)
        .annotate(group=Value(group, output_field=TextField()), rank=rank, total=Window(Count("*")))
        .order_by("rank", "nearness", "shown_title")
        .values_list(*COLUMNS)
    )


def place_on_territory(row: dict) -> str:
    prefix = "partenaire-" if row["detail"] == "partner" else ""
    return f"{reverse('residents:territory')}#{prefix}{row['where']}"


ADDRESSES = {
    "articles": lambda row: address_of(row["where"]),
    "pages": lambda row: address_of(row["where"]),
    "bulletins": lambda row: address_of(row["where"]),
    "structures": lambda row: reverse("residents:profile", args=[row["where"]]),
    "rendez-vous": lambda row: reverse("agenda:event", args=[row["where"]]),
    "savoirs": lambda row: f"{reverse('residents:directory')}?savoir={row['where']}",
    "territoire": place_on_territory,
}


def say_item(row: dict) -> str:
    kind, count = row["detail"].split()
    structures = ngettext("%(count)s structure", "%(count)s structures", int(count)) % {"count": count}
    return f"{KnowledgeKind(kind).label} · {structures}"


DETAILS = {
    "structures": lambda row: row["detail"],
    "savoirs": say_item,
    "rendez-vous": lambda row: _("annulé") if row["detail"] == EventStatus.CANCELLED else "",
    "territoire": lambda row: _("partenaire") if row["detail"] == "partner" else _("problématique"),
}
