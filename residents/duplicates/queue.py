"""The queue of near duplicates follows the terms: what is found enters, what is gone leaves, what was decided stays."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from residents.duplicates import finding
from residents.enums import NearDuplicateState
from residents.models import KnowledgeItem, Merge, NearDuplicate, User
from residents.vocabulary.loading import LOCK as LOADING

BATCH = 1_000


def look_again() -> int:
    """Every term that matters against all the others, by words and by meaning; returns how many pairs were found.

    What waits and is found no more leaves the queue; what was found meanwhile by somebody else stays. As often as one
    likes, and two at once: a pair is there once. Nothing is locked while it looks, which may take a minute.
    """
    started = timezone.now()
    found = finding.find(finding.those_that_matter().values_list("pk", flat=True), by_meaning=True)
    with transaction.atomic():
        kept = keep(found)
        gone = NearDuplicate.objects.filter(state=NearDuplicateState.WAITING, found_at__lt=started)
        gone.exclude(pk__in=kept).delete()
    return len(kept)


def look_at(keys: Iterable[int]) -> int:
    """The terms of these `keys` against all the others, by words alone, which takes a second or two."""
    current = KnowledgeItem.objects.current().filter(pk__in=list(keys)).values_list("pk", flat=True)
    found = finding.find(current, by_meaning=False)
    with transaction.atomic():
        return len(keep(found))


def keep(found: list[finding.Found]) -> list[int]:
    """Write them in the queue, and return their keys; what was decided of a pair stays decided.

    A load of the vocabulary, which deletes terms, is waited for; pairs of a term that is gone are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOADING])
    terms = {pk for one in found for pk in (one.item, one.other)}
    locked = KnowledgeItem.objects.filter(pk__in=terms).order_by("pk").select_for_update(no_key=True)
    there = set(locked.values_list("pk", flat=True))
    rows = [
        NearDuplicate(item_id=one.item, other_id=one.other, score=one.score, reasons=one.reasons)
        # Two workers write in the same order, and so never wait for one another in a ring.
        for one in sorted(found, key=lambda one: (one.item, one.other))
        if {one.item, one.other} <= there
    ]
    written = NearDuplicate.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["item", "other"],
        update_fields=["score", "reasons"],
    )
    return [row.pk for row in written]


# What merges say of the queue (residents/actions/merges.py)


def pair_of(merge: Merge):
    one, other = sorted((merge.item_id, merge.into_id))
    return NearDuplicate.objects.filter(item=one, other=other)


def follow(merge: Merge, *, by: User) -> None:
    """Two terms were merged, from the queue or from elsewhere: what waited of them is decided."""
    pair_of(merge).update(state=NearDuplicateState.MERGED, decided_by=by, decided_at=timezone.now())


def follow_undone(merge: Merge) -> None:
    """They are two terms again, and wait again to be told from one another."""
    pair_of(merge).filter(state=NearDuplicateState.MERGED).update(
        state=NearDuplicateState.WAITING, decided_by=None, decided_at=None
    )
