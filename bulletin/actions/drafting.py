"""Beginning an issue from the facts of the house, and taking up those that came since."""

import datetime
import json

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.times import midnight
from bulletin import drafting
from bulletin.facts import Fact, Stretch, gather
from bulletin.models import BulletinPage, BulletinsPage
from residents.models import User

# What the first issue of a house looks back at.
FIRST_LOOKS_BACK = datetime.timedelta(days=90)


def draft_in_hand() -> BulletinPage | None:
    """The issue that is being prepared: never published yet."""
    return BulletinPage.objects.filter(live=False, first_published_at=None).order_by("pk").first()


def told_until() -> datetime.datetime:
    """Up to when the published issues told; some time ago before the first."""
    last = BulletinPage.objects.exclude(first_published_at=None).order_by("-dated", "-number").first()
    if last is None:
        return timezone.now() - FIRST_LOOKS_BACK
    return last.told_until or midnight(last.dated)


def next_number() -> int:
    return (BulletinPage.objects.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def make_draft(*, by: User) -> tuple[BulletinPage, bool]:
    """The draft of the next issue, and whether it is new: while there is one, it is that one."""
    # Two clicks at once: the second waits here, and finds the first one's.
    parent = BulletinsPage.objects.select_for_update(of=("self",)).get()
    if known := draft_in_hand():
        return known, False
    now = timezone.now()
    stretch = Stretch(told_until(), now)
    facts = gather(stretch.since, stretch.until)
    number = next_number()
    issue = BulletinPage(
        number=number,
        title=_("Sur le feu n° %(number)d") % {"number": number},
        slug=free_slug(parent, f"numero-{number}"),
        dated=timezone.localdate(),
        body=json.dumps(drafting.body(facts, stretch)),
        told_until=now,
        told=noted(facts),
        owner=by,
        live=False,
        has_unpublished_changes=True,
    )
    parent.add_child(instance=issue)
    issue.save_revision(user=by)
    return issue, True


def free_slug(parent: BulletinsPage, slug: str) -> str:
    taken = set(parent.get_children().values_list("slug", flat=True))
    slugs = [slug, *(f"{slug}-{again}" for again in range(2, 100))]
    return next(one for one in slugs if one not in taken)


def noted(facts: list[Fact]) -> dict[str, str]:
    return {fact.key: fact.digest for fact in facts}


def news(issue: BulletinPage) -> list[Fact]:
    """Facts that the draft `issue` was not given yet, or that say something else since."""
    found = gather(told_until(), timezone.now())
    return [fact for fact in found if issue.told.get(fact.key) != fact.digest]


@transaction.atomic
def add_facts(issue: BulletinPage, facts: list[Fact], *, by: User) -> BulletinPage:
    """Put those facts in the latest version of the draft, at the end of their rubrics: a revision of its own.

    Returns that version. What somebody wrote stays as it is.
    """
    version = BulletinPage.objects.select_for_update(of=("self",)).get(pk=issue.pk).get_latest_revision_as_object()
    stretch = Stretch(told_until(), timezone.now())
    version.body = json.dumps(drafting.added(version.body.get_prep_value(), facts, stretch))
    version.told = {**version.told, **noted(facts)}
    version.told_until = stretch.until
    version.save_revision(user=by)
    return version
