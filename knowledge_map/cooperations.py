"""What a structure reads of the cooperations suggested to it, and of its answers."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from knowledge_map import wording
from knowledge_map.enums import Answer
from knowledge_map.models import Suggestion, SuggestionAnswer
from residents.enums import Audience
from residents.models import Resident, User
from residents.models.structures import has_left
from residents.reading import Reading, as_read_by
from residents.rules import met


@dataclass(frozen=True)
class Card:
    """A partner as the page shows it: `suggestion` is None when it is suggested no more, `answer` "" before any."""

    resident: Resident
    partner: Resident
    reading: Reading
    suggestion: Suggestion | None
    answer: str
    is_mutual: bool

    @property
    def answer_label(self) -> str:
        return Answer(self.answer).label if self.answer else ""

    @cached_property
    def reasons(self) -> list[dict]:
        """Those that may be told; the audience is asked again, for it may have changed since they were computed."""
        told = self.suggestion.reasons if self.suggestion else []
        return [r for r in told if r["channel"] not in wording.FROM_SAVOIRS or not self.is_discreet]

    @property
    def is_discreet(self) -> bool:
        return self.partner.savoirs_audience == Audience.HOUSE

    @property
    def kinds(self) -> list[str]:
        return [reason["channel"] for reason in self.reasons]

    @property
    def sentences(self) -> list[dict]:
        """`{"kind", "text"}`, in the order in which they were computed; there is always one for what is suggested."""
        found = [
            {"kind": reason["channel"], "text": text}
            for reason in self.reasons
            for text in wording.sentences(reason, resident_id=self.resident.pk, partner=self.partner.name)
        ]
        if self.suggestion and not found:
            found = [{"kind": "none", "text": self.without_reason}]
        return found

    @property
    def without_reason(self) -> str:
        if self.is_discreet:
            return _(
                "Cette structure garde ses savoirs pour la maison : la maîtresse d’établissement peut vous présenter."
            )
        return _("Rien ne vous rapproche encore sur la carte : c’est une rencontre à provoquer.")

    @property
    def closeness(self) -> str:
        return self.suggestion.get_closeness_display() if self.suggestion and not self.is_discreet else ""


def with_partner(rows: QuerySet, most: int | None = None) -> list:
    """Suggestions or answers, each with its partner, which knows whether it `has_left`; one query."""
    found = list(rows.select_related("partner").annotate(partner_has_left=has_left("partner"))[:most])
    for one in found:
        one.partner.has_left = one.partner_has_left
    return found


class Cooperations:
    """The cards of `resident` as `user` reads them, in three queries."""

    def __init__(self, user: User, resident: Resident, kind: str = ""):
        self.resident, self.kind = resident, kind
        told = met(user, "partner__")
        suggestions, answers = (
            {one.partner_id: one for one in with_partner(rows.filter(told))}
            for rows in (resident.suggestions.order_by("rank"), resident.suggestion_answers.order_by("-at"))
        )
        fond_of_us = set(
            SuggestionAnswer.objects.filter(partner=resident, answer=Answer.INTERESTED).values_list(
                "resident_id", flat=True
            )
        )

        def card(pk: int) -> Card:
            partner = (suggestions.get(pk) or answers[pk]).partner
            answer = answers[pk].answer if pk in answers else ""
            return Card(
                resident,
                partner,
                as_read_by(user, partner),
                suggestions.get(pk),
                answer,
                is_mutual=answer == Answer.INTERESTED and pk in fond_of_us,
            )

        self.unanswered = [card(pk) for pk in suggestions if pk not in answers]
        self.answered = [card(pk) for pk in answers]

    @property
    def new(self) -> list[Card]:
        return [card for card in self.unanswered if not self.kind or self.kind in card.kinds]

    @property
    def interesting(self) -> list[Card]:
        """Those both want first."""
        return sorted(self.answers(Answer.INTERESTED), key=lambda card: not card.is_mutual)

    @property
    def in_touch(self) -> list[Card]:
        return self.answers(Answer.IN_TOUCH)

    @property
    def not_for_us(self) -> list[Card]:
        return self.answers(Answer.NOT_FOR_US)

    def answers(self, answer: str) -> list[Card]:
        return [card for card in self.answered if card.answer == answer]

    @property
    def kinds(self) -> list[dict]:
        """The kinds of reason there are among what is new: `{"value", "label", "count", "is_chosen"}`."""
        counted = [
            (kind, label, sum(kind in card.kinds for card in self.unanswered)) for kind, label in wording.KINDS.items()
        ]
        return [
            {"value": kind, "label": label, "count": count, "is_chosen": kind == self.kind}
            for kind, label, count in counted
            if count or kind == self.kind
        ]

    def about(self, partner: Resident) -> Card | None:
        """The card of `partner`, if it is there."""
        return next((card for card in self.unanswered + self.answered if card.partner == partner), None)
