"""Suggested cooperations, and what structures answer."""

import logging
from collections.abc import Iterator

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from knowledge_map import suggestions
from knowledge_map.declared import Declared
from knowledge_map.enums import Answer
from knowledge_map.models import Suggestion, SuggestionAnswer
from residents import tasks
from residents.models import Resident, User

logger = logging.getLogger(__name__)

# As many as one reads on a phone without giving up; what is answered makes room for the next.
LIST_LENGTH = 6
# Any number of our own, for the lock that keeps two computations from writing at once.
REFRESH_LOCK = 5_201_106


@transaction.atomic
def refresh_suggestions() -> None:
    """Compute every mapped structure's suggestions, and replace those stored, all at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REFRESH_LOCK])
    declared = Declared.today()
    found = suggested(declared, top=LIST_LENGTH)
    Suggestion.objects.all().delete()
    rows = Suggestion.objects.bulk_create(as_row(declared, suggestion) for suggestion in found)
    logger.info("%d suggestions for %d structures", len(rows), len(declared.network.mapped))


def suggested(declared: Declared, *, top: int) -> Iterator[suggestions.Suggestion]:
    """The lists of the house, with the weights that its answers taught."""
    return suggestions.suggest(
        declared.network,
        top=top,
        beta=learned_weights(),
        excluded=declared.excluded,
        kept=declared.kept,
        discreet=declared.discreet,
    )


def learned_weights() -> np.ndarray:
    """The weights of the channels: see `feedback.learn`."""
    rows = SuggestionAnswer.objects.exclude(channels={}).order_by("pk").values_list("answer", "channels")
    channels = np.array([[told["standardised"][name] for name in suggestions.CHANNELS] for _, told in rows])
    return suggestions.learn(
        channels.reshape(-1, len(suggestions.CHANNELS)),
        np.array([answer != Answer.NOT_FOR_US for answer, _ in rows], dtype=bool),
    )


def as_row(declared: Declared, found: suggestions.Suggestion) -> Suggestion:
    return Suggestion(
        resident_id=found.structure,
        partner_id=found.partner,
        rank=found.rank,
        score=found.score,
        channels={**found.channels, "standardised": found.standardised},
        reasons=[as_told(declared, reason) for reason in found.reasons],
        closeness=found.closeness,
    )


def as_told(declared: Declared, reason: dict) -> dict:
    """A reason whose items are `{"id", "label", "kind"}` and structures `{"id", "name"}`, so that it reads alone."""

    def item(pk):
        label, kind = declared.items[pk]
        return {"id": pk, "label": label, "kind": kind}

    told = dict(reason)
    if "items" in told:
        told["items"] = [item(pk) for pk in told["items"]]
    if "pairs" in told:
        told["pairs"] = [[item(pk) for pk in pair] for pair in told["pairs"]]
    if "structures" in told:
        told["structures"] = [{"id": pk, "name": declared.residents[pk]} for pk in told["structures"]]
    return told


@transaction.atomic
def answer(*, resident: Resident, partner: Resident, answer: str, by: User) -> SuggestionAnswer:
    """Keep what `resident` says of cooperating with `partner` (an Answer), and with which channels it was suggested.

    Raises ValidationError on oneself or on an unknown answer.
    """
    if resident == partner:
        raise ValidationError(_("Une structure ne coopère pas avec elle-même."))
    if answer not in Answer.values:
        raise ValidationError(_("Cette réponse n’existe pas."))
    values = {"answer": answer, "by": by}
    suggestion = Suggestion.objects.filter(resident=resident, partner=partner).first()
    if suggestion:
        values["channels"] = suggestion.channels
    given, _created = SuggestionAnswer.objects.update_or_create(resident=resident, partner=partner, defaults=values)
    transaction.on_commit(tasks.ask_for_map)
    logger.info("structure %d answers %s about structure %d, by %d", resident.pk, answer, partner.pk, by.pk)
    return given


@transaction.atomic
def withdraw_answer(*, resident: Resident, partner: Resident, by: User) -> None:
    """Take the answer back: the partner may be suggested again. Without an answer, nothing happens."""
    SuggestionAnswer.objects.filter(resident=resident, partner=partner).delete()
    transaction.on_commit(tasks.ask_for_map)
    logger.info("structure %d takes back its answer about structure %d, by %d", resident.pk, partner.pk, by.pk)
