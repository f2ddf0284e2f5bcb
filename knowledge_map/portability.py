"""What the map keeps of a person and of a structure (docs/portability.md)."""

from django.db.models import F, QuerySet

from knowledge_map.models import Suggestion, SuggestionAnswer
from residents.models import Resident, User


def of_person(user: User) -> dict[str, QuerySet]:
    """Rows of dicts."""
    return {"answers": said(SuggestionAnswer.objects.filter(by=user))}


def of_structure(resident: Resident) -> dict[str, QuerySet]:
    """Likewise: what was suggested to it, and what it answered."""
    suggested = Suggestion.objects.filter(resident=resident).order_by("rank")
    return {
        "suggestions": suggested.values("rank", "closeness", "computed_at", partner_name=F("partner__name")),
        "answers": said(SuggestionAnswer.objects.filter(resident=resident)),
    }


def said(answers: QuerySet) -> QuerySet:
    return answers.order_by("pk").values("answer", "at", structure=F("resident__name"), partner_name=F("partner__name"))
