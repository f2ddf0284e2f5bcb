"""What a person may choose from while they write: each list is read once, and only when a field asks for it."""

import datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page

from agenda.enums import EventAudience, EventStatus
from agenda.forms.events import people_of_the_house, said_with_structures
from agenda.models import Event
from agenda.times import say_day
from blog.models import Rubric, StandardPage
from residents.models import KnowledgeItem, Resident, User

THUMBNAIL = "max-400x400|format-webp"
MOST = 60
NOTHING = ("", "–")
Choices = list[tuple]


class Offers:
    """`known` are the keys that the post already leads to, by kind: they stay on offer, whoever put them there."""

    def __init__(self, user: User, known: dict[str, set[int]] | None = None):
        self.user = user
        self.known = known or {}

    def _known(self, kind: str) -> set[int]:
        return self.known.get(kind, set())

    @cached_property
    def collections(self) -> list[int]:
        """The person's structures' own, and the house's: the root, whose pictures and documents belong to no one."""
        slugs = [m.resident.slug for m in self.user.memberships_list if not m.has_left]
        return list(Collection.objects.filter(Q(depth=1) | Q(depth=2, name__in=slugs)).values_list("pk", flat=True))

    @cached_property
    def pictures(self) -> list:
        """Latest first, those of the person's structures and of the house."""
        found = get_image_model().objects.filter(collection__in=self.collections)
        return list(found.prefetch_renditions(THUMBNAIL).order_by("-created_at", "-pk")[:MOST])

    def picture(self, pk: int | None):
        """The picture of that key when it may be used here; None otherwise."""
        return self.used_pictures.get(pk) if pk in self.used_pictures else self._offered_picture(pk)

    @cached_property
    def used_pictures(self) -> dict[int, object]:
        used = get_image_model().objects.filter(pk__in=self._known("pictures"))
        return {picture.pk: picture for picture in used.prefetch_renditions(THUMBNAIL)}

    def _offered_picture(self, pk: int | None):
        if not pk:
            return None
        found = get_image_model().objects.filter(pk=pk, collection__in=self.collections).first()
        if found:
            self.used_pictures[pk] = found
        return found

    @cached_property
    def documents(self) -> Choices:
        known = Q(pk__in=self._known("documents"))
        found = get_document_model().objects.filter(known | Q(collection__in=self.collections))
        return [NOTHING, *found.order_by("-created_at", "-pk").values_list("pk", "title")[:MOST]]

    @cached_property
    def residents(self) -> Choices:
        present = Resident.objects.in_residence().values("pk")
        found = Resident.objects.filter(Q(pk__in=present) | Q(pk__in=self._known("residents")))
        return list(found.values_list("pk", "name"))

    @cached_property
    def one_resident(self) -> Choices:
        return [NOTHING, *self.residents]

    @cached_property
    def events(self) -> Choices:
        """What everybody may read on the agenda, from two months ago on."""
        since = timezone.now() - datetime.timedelta(days=60)
        open_to_all = Q(status=EventStatus.PUBLISHED, audience=EventAudience.PUBLIC, ends_at__gte=since)
        found = Event.objects.filter(open_to_all | Q(pk__in=self._known("events"))).order_by("starts_at")[: 2 * MOST]
        return [NOTHING, *((one.pk, f"{one.title} ({say_day(one.starts_at)})") for one in found)]

    @cached_property
    def items(self) -> Choices:
        """What the person's structures declare, and what the post already speaks of."""
        ours = [m.resident_id for m in self.user.memberships_list if not m.has_left]
        found = KnowledgeItem.objects.filter(Q(declarations__resident__in=ours) | Q(pk__in=self._known("items")))
        return [NOTHING, *found.distinct().order_by("label").values_list("pk", "label")[:300]]

    @cached_property
    def pages(self) -> Choices:
        standard = StandardPage.objects.live().values("pk")
        found = Page.objects.filter(Q(pk__in=standard) | Q(pk__in=self._known("pages")))
        return [NOTHING, *found.order_by("title").values_list("pk", "title")[: 2 * MOST]]

    @cached_property
    def rubrics(self) -> Choices:
        return [("", _("Aucune")), *Rubric.objects.values_list("pk", "name")]

    @cached_property
    def people(self) -> Choices:
        found = {person.pk: said_with_structures(person) for person in people_of_the_house()}
        missing = self._known("authors") - found.keys()
        found |= {person.pk: str(person) for person in User.objects.filter(pk__in=missing)} if missing else {}
        return list(found.items())


def known_in(content) -> dict[str, set[int]]:
    """The keys that a blog.content.Content leads to, by kind."""
    known = {kind: set() for kind in ("pictures", "documents", "residents", "events", "items", "pages", "authors")}
    kinds = {"image": "pictures", "document": "documents", "resident": "residents", "event": "events"}
    kinds |= {"item": "items", "page": "pages"}
    for block in content.body:
        values = [block["value"]] if isinstance(block["value"], dict) else []
        values += [one["value"] for value in values for one in value.get("pictures") or []]
        for value in values:
            for name, kind in kinds.items():
                if isinstance(value.get(name), int):
                    known[kind].add(value[name])
    known["pictures"] |= {content.cover} - {None}
    known["residents"] |= set(content.residents)
    known["authors"] |= set(content.authors)
    return known
