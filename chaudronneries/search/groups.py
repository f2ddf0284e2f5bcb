"""What may answer a search: for each group, the rows that a reader may read, in the same columns.

`shown_title` and `said` are what is searched and shown, `more` is searched only; `where` and `detail` are texts that
`results.py` understands; `at` is when, or nothing; the smaller `nearness`, the earlier among equals.
"""

from collections.abc import Callable

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Abs, Cast, Coalesce, Extract, Now
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from agenda.pages.programme import visible
from chaudronneries.search.words import CONFIGURATION
from residents import rules
from residents.models import Declaration, KnowledgeItem, Partner, Resident, Sector, Synonym, TerritorialIssue, User

NOTHING = Value("", output_field=TextField())
NO_MOMENT = Value(None, output_field=DateTimeField())


def as_text(expression) -> Cast:
    return Cast(expression, TextField())


def joined(*expressions) -> Func:
    """Texts after one another, a space between."""
    return Func(Value(" "), *expressions, function="CONCAT_WS", output_field=TextField())


def french(expression) -> SearchVector:
    return SearchVector(expression, config=CONFIGURATION)


def age(moment: str) -> Extract:
    """Seconds from now, either way."""
    return Abs(Cast(Extract(Now() - F(moment), "epoch"), FloatField()))


def pages(models: list[str]) -> QuerySet:
    """Published pages of these models, by Wagtail's index, which has their vectors already; the latest first."""
    page = Page.objects.live().filter(pk=Cast(OuterRef("object_id"), Page._meta.pk))
    found = IndexEntry.objects.filter(content_type__model__in=models).annotate(
        where=Subquery(page.values("url_path")), at=Subquery(page.values("first_published_at"))
    )
    return found.filter(where__isnull=False).annotate(
        shown_title=F("title_text"),
        said=F("body_text"),
        more=NOTHING,
        detail=NOTHING,
        nearness=Coalesce(age("at"), Value(0.0)),
        title_vector=F("title"),
        vector=CombinedExpression(F("title"), "||", F("body"), output_field=SearchVectorField()),
    )


def posts(reader: User) -> QuerySet:
    return pages(["postpage"])


def standing_pages(reader: User) -> QuerySet:
    return pages(["standardpage", "homepage", "blogpage", "bulletinspage"]).annotate(at=NO_MOMENT)


def issues_of_bulletin(reader: User) -> QuerySet:
    return pages(["bulletinpage"])


def present(reader: User) -> QuerySet:
    """The structures in residence that the reader is told of."""
    return Resident.objects.in_residence().filter(rules.met_here(reader))


def structures(reader: User) -> QuerySet:
    """Those in residence, by what the reader may read of them."""
    sectors = Sector.objects.filter(residents=OuterRef("pk")).order_by().values("residents")

    def read(field: str):
        condition = rules.readable(reader, field)
        # The house manager reads everything: there is no condition.
        return Case(When(condition, then=as_text(field)), default=NOTHING) if condition else as_text(field)

    return with_vectors(
        present(reader).annotate(
            shown_title=as_text("name"),
            said=joined(read("tagline"), read("presentation")),
            detail=Coalesce(as_text(Subquery(sectors.annotate(all=StringAgg("name", ", ")).values("all"))), NOTHING),
            more=read("contact_name"),
            where=as_text("slug"),
            at=NO_MOMENT,
            nearness=Value(0.0),
        ),
        "detail",
    )


def meetings(reader: User) -> QuerySet:
    """Those that the reader may see, one of each series: the next, or failing it the last."""
    is_past = Case(When(ends_at__lte=Now(), then=Value(1.0)), default=Value(0.0))
    far_away = Value(1e10) * is_past + age("starts_at")
    seen = visible(reader).published()
    of_series = seen.filter(series__isnull=False).order_by("series", far_away, "pk").distinct("series").values("pk")
    return with_vectors(
        seen.filter(Q(series=None) | Q(pk__in=of_series)).annotate(
            shown_title=as_text("title"),
            said=joined("summary", F("text")),
            more=joined("place", "kind__name"),
            detail=as_text("status"),
            where=as_text("slug"),
            at=F("starts_at"),
            nearness=far_away,
        )
    )


def items(reader: User) -> QuerySet:
    """What the structures in residence declare, as far as the reader may know it; the most shared first."""
    known = Declaration.objects.filter(rules.readable(reader, "savoirs", "resident__"), resident__in=present(reader))
    synonyms = Synonym.objects.filter(item=OuterRef("pk")).order_by().values("item")
    by = known.filter(item=OuterRef("pk")).order_by().values("item").annotate(all=Count("pk")).values("all")
    return with_vectors(
        KnowledgeItem.objects.filter(pk__in=known.values("item")).annotate(
            shown_title=as_text("label"),
            said=NOTHING,
            more=Coalesce(as_text(Subquery(synonyms.annotate(all=StringAgg("label", " ")).values("all"))), NOTHING),
            detail=joined("kind", Subquery(by)),
            where=as_text("pk"),
            at=NO_MOMENT,
            nearness=Cast(Value(0) - Subquery(by), FloatField()),
        )
    )


def partners(reader: User) -> QuerySet:
    return with_vectors(territorial(Partner, title="name", said=["together"]))


def problems(reader: User) -> QuerySet:
    return with_vectors(territorial(TerritorialIssue, title="title", said=["state_of_play", "objectives"]))


def territorial(model, *, title: str, said: list[str]) -> QuerySet:
    return model.objects.filter(is_shown=True).annotate(
        shown_title=as_text(title),
        said=joined(*said),
        more=NOTHING,
        detail=Value(model._meta.model_name, output_field=TextField()),
        where=as_text("slug"),
        at=NO_MOMENT,
        nearness=Value(0.0),
    )


def with_vectors(rows: QuerySet, *more: str) -> QuerySet:
    return rows.annotate(
        title_vector=french(F("shown_title")), vector=french(joined("shown_title", "said", "more", *more))
    )


# Each group with where its rows come from, in the order of the page.
SOURCES: dict[str, list[Callable[[User], QuerySet]]] = {
    "articles": [posts],
    "structures": [structures],
    "rendez-vous": [meetings],
    "savoirs": [items],
    "bulletins": [issues_of_bulletin],
    "pages": [standing_pages],
    "territoire": [partners, problems],
}
COLUMNS = ["group_name", "shown_title", "said", "where", "detail", "at", "nearness", "title_vector", "vector"]


def rows_of(reader: User, only: str = "") -> tuple[str, list]:
    """SQL and parameters of all rows that may answer, of all groups or of the group `only`: COLUMNS, in this order."""
    arms = [
        source(reader).annotate(group_name=Value(name, output_field=TextField())).order_by().values_list(*COLUMNS)
        for name in ([only] if only else SOURCES)
        for source in SOURCES[name]
    ]
    compiled = [arm.query.sql_with_params() for arm in arms]
    return " UNION ALL ".join(sql for sql, _ in compiled), [one for _, parameters in compiled for one in parameters]
