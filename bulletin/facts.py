"""What happened in the house since the last issue, as everybody may know it: one `Fact` each, read from the database.

Nothing here is written or guessed: a fact without its row does not exist.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.enums import EventStatus
from agenda.models import Event
from agenda.times import local, say_day
from blog.models import PostPage
from bulletin.blocks import words_of_event
from residents.enums import Audience
from residents.models import HouseSettings, Partner, Resident, Stay, TerritorialIssue
from residents.models.house import places_taken
from residents.models.structures import MAPPED_ITEMS
from residents.pages.coverage import coverage
from residents.rules import met

# How far ahead meetings are told, and how many.
AHEAD = datetime.timedelta(days=75)
MOST_MEETINGS = 12
MOST_POSTS = 12
# Whom the bulletin is for: it names nobody that everybody does not meet.
PUBLIC = AnonymousUser()


@dataclass(frozen=True)
class Fact:
    """`kind` is the name of the function below that found it; `key` is always the same for the same thing, and
    `digest` another as soon as it says something else. `sentence` says it whole; `value` is what a block holds of it.
    """

    kind: str
    key: str
    digest: str
    sentence: str
    value: dict = field(hash=False)


@dataclass(frozen=True)
class Stretch:
    """From the last issue to now; both are instants. Days are those of the house's clock."""

    since: datetime.datetime
    until: datetime.datetime

    @property
    def first(self) -> datetime.date:
        return local(self.since).date()

    @property
    def last(self) -> datetime.date:
        return local(self.until).date()

    @property
    def said(self) -> str:
        """le lundi 5 octobre"""
        return _("le %(day)s") % {"day": say_day(self.first, today=self.last)}


def gather(since: datetime.datetime, until: datetime.datetime) -> list[Fact]:
    """In the order in which they are told."""
    stretch = Stretch(since, until)
    found = [*arrivals(stretch), *departures(stretch), *places(stretch)]
    found += [*partners(stretch), *issues(stretch), *coming(stretch), *past(stretch)]
    return [*found, *mapped(stretch), *posts(stretch)]


def arrivals(stretch: Stretch) -> Iterator[Fact]:
    """Structures whose stay began; one that goes on from another is no arrival."""
    before = Stay.objects.filter(resident=OuterRef("resident"), starts_on__lt=OuterRef("starts_on"))
    here_already = before.filter(ends_on__gte=OuterRef("starts_on") - datetime.timedelta(days=1))
    rows = Stay.objects.filter(
        met(PUBLIC, "resident__"), ~Exists(here_already), starts_on__gt=stretch.first, starts_on__lte=stretch.last
    )
    for stay in rows.select_related("resident").order_by("starts_on", "resident__sort_name"):
        words = {"name": stay.resident.name, "day": say_day(stay.starts_on, today=stretch.last)}
        sentence = _("Nous avons accueilli %(name)s %(day)s.") % {**words, "day": _("le %(day)s") % words}
        value = {"resident": stay.resident_id, "name": stay.resident.name}
        yield Fact("arrivals", f"arrival:{stay.resident_id}", str(stay.starts_on), sentence, value)


def departures(stretch: Stretch) -> Iterator[Fact]:
    """Structures whose last day is past, and that are not here any more."""
    later = Stay.objects.filter(resident=OuterRef("resident")).not_ended(stretch.last)
    rows = Stay.objects.filter(
        met(PUBLIC, "resident__"), ~Exists(later), ends_on__gte=stretch.first, ends_on__lt=stretch.last
    )
    for stay in rows.select_related("resident").order_by("ends_on", "resident__sort_name"):
        words = {"name": stay.resident.name, "day": say_day(stay.ends_on, today=stretch.last)}
        sentence = _("%(name)s a quitté la maison le %(day)s.") % words
        value = {"resident": stay.resident_id, "name": stay.resident.name}
        yield Fact("departures", f"departure:{stay.resident_id}", str(stay.ends_on), sentence, value)


def places(stretch: Stretch) -> Iterator[Fact]:
    """What is left today; nothing while the house did not say how many it has."""
    offered = HouseSettings.load().places
    if not offered:
        return
    left = offered - places_taken(stretch.last)
    if left <= 0:
        yield Fact("places", "places", "0", _("Aujourd’hui, la maison est pleine."), {})
        return
    said = say_number(left)
    after = ngettext("place à temps plein.", "places à temps plein.", 2 if left >= 2 else 1)
    value = {"before": _("Aujourd’hui il reste"), "value": said, "after": after}
    yield Fact("places", "places", said, f"{value['before']} {said} {after}", value)


def say_number(number: Decimal) -> str:
    """4, 4,5"""
    return f"{number.normalize():f}".replace(".", ",")


def partners(stretch: Stretch) -> Iterator[Fact]:
    """Partners that are new, or of whom something else is said; those of whom nothing is said yet only when new."""
    rows = Partner.objects.filter(is_shown=True, updated_at__gt=stretch.since, updated_at__lte=stretch.until)
    for partner in rows:
        is_new = partner.created_at > stretch.since
        if not is_new and not partner.together:
            continue
        sentence = (_("%(name)s est un nouveau partenaire.") if is_new else _("Du nouveau avec %(name)s.")) % {
            "name": partner.name
        }
        value = {"partner": partner.pk, "name": partner.name, "text": partner.together, "is_new": is_new}
        yield Fact("partners", f"partner:{partner.pk}", partner.updated_at.isoformat(), sentence, value)


def issues(stretch: Stretch) -> Iterator[Fact]:
    """Questions of the territory that are new, or of which something else is said."""
    rows = TerritorialIssue.objects.filter(is_shown=True, updated_at__gt=stretch.since, updated_at__lte=stretch.until)
    for issue in rows.prefetch_related("partners"):
        value = {
            "issue": issue.pk,
            "title": issue.title,
            "partners": ", ".join(partner.name for partner in issue.partners.all() if partner.is_shown),
            "state_of_play": issue.state_of_play,
            "objectives": issue.objectives,
        }
        sentence = _("Problématique : %(title)s.") % {"title": issue.title.rstrip(" .")}
        yield Fact("issues", f"issue:{issue.pk}", issue.updated_at.isoformat(), sentence, value)


def coming(stretch: Stretch) -> Iterator[Fact]:
    """Public meetings to come; of a series, the next one."""
    rows = standing().filter(starts_at__gt=stretch.until, starts_at__lte=stretch.until + AHEAD)
    yield from one_a_series("coming", rows.order_by("starts_at", "pk"))


def past(stretch: Stretch) -> Iterator[Fact]:
    """Public meetings that were held; of a series, the last one."""
    rows = standing().filter(ends_at__gt=stretch.since, ends_at__lte=stretch.until)
    yield from reversed(list(one_a_series("past", rows.order_by("-starts_at", "-pk"))))


def standing():
    return Event.objects.public().filter(status=EventStatus.PUBLISHED)


def one_a_series(kind: str, rows) -> Iterator[Fact]:
    seen, count = set(), 0
    for event in rows:
        if event.series_id in seen or count == MOST_MEETINGS:
            continue
        seen |= {event.series_id} - {None}
        count += 1
        words = words_of_event(event)
        value = {"event": event.pk, **words, "day": words["day"].isoformat()}
        when = [_("le %(day)s") % {"day": say_day(words["day"])}, words["hours"]]
        sentence = f"{event.title}, {', '.join(part for part in when if part)}."
        digest = "|".join([value["title"], value["day"], value["hours"], value["place"]])
        yield Fact(kind, f"{kind}:{event.pk}", digest, sentence, value)


def mapped(stretch: Stretch) -> Iterator[Fact]:
    """How far the map has come, when somebody joined it; those who keep their savoirs to the house are not named."""
    now = coverage(PUBLIC)
    counts = Resident.objects.filter(pk__in=[resident.pk for resident in now.done]).annotate(
        known=Count("declarations", filter=Q(declarations__created_at__lte=stretch.since)),
        kinds=Count("declarations__item__kind", filter=Q(declarations__created_at__lte=stretch.since), distinct=True),
    )
    known = set(counts.filter(known__gte=MAPPED_ITEMS, kinds=3).values_list("pk", flat=True))
    newly = [resident for resident in now.done if resident.pk not in known]
    if not newly:
        return
    named = [resident for resident in newly if resident.savoirs_audience == Audience.PUBLIC]
    value = {
        "value": f"{now.mapped}/{now.total}",
        "who": [{"resident": resident.pk, "name": resident.name} for resident in named],
    }
    sentence = ngettext(
        "%(mapped)d structure sur %(total)d est sur la carte.",
        "%(mapped)d structures sur %(total)d sont sur la carte.",
        now.mapped,
    ) % {"mapped": now.mapped, "total": now.total}
    digest = f"{value['value']}:{sorted(resident.pk for resident in newly)}"
    yield Fact("mapped", "mapped", digest, sentence, value)


def posts(stretch: Stretch) -> Iterator[Fact]:
    """The oldest first, as they were read."""
    rows = PostPage.objects.live().filter(first_published_at__gt=stretch.since, first_published_at__lte=stretch.until)
    for post in reversed(rows.select_related("rubric").order_by("-first_published_at", "-pk")[:MOST_POSTS]):
        value = {"post": post.pk, "title": post.title, "text": post.summary}
        value["rubric"] = post.rubric.slug if post.rubric else ""
        sentence = _("Un article : « %(title)s ».") % {"title": post.title}
        yield Fact("posts", f"post:{post.pk}", post.title, sentence, value)
