"""The words that a merged term leaves to the one that says it now."""

from residents.models import Merge, Synonym


def leave_words(merge: Merge) -> None:
    """The label and the synonyms of what was merged away find the other term, unless they do already."""
    item, into = merge.item, merge.into
    taken = {into.searchable, *into.synonyms.values_list("searchable", flat=True)}
    words = {**dict(item.synonyms.values_list("searchable", "label")), item.searchable: item.label}
    Synonym.objects.bulk_create(
        [
            Synonym(item=into, label=label, left_by=merge)
            for searchable, label in words.items()
            if searchable not in taken
        ]
    )


def leave_all_words(**which) -> None:
    """For each merge in force (narrowed by the lookups `which`), the first ones first: a term merged in turn passes on
    what it was left."""
    # The terms are fetched one by one: joined, on a vocabulary that has just been loaded and that PostgreSQL knows
    # nothing of yet, they cost minutes.
    for merge in Merge.objects.in_force().filter(**which).order_by("pk"):
        leave_words(merge)
