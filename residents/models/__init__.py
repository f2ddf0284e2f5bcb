from residents.models.knowledge import (
    Declaration,
    DeclarationChange,
    Domain,
    KnowledgeItem,
    Occupation,
    Synonym,
)
from residents.models.people import Membership, User
from residents.models.structures import Resident, ResidentLink, Sector, Stay

__all__ = [
    "Declaration",
    "DeclarationChange",
    "Domain",
    "KnowledgeItem",
    "Membership",
    "Occupation",
    "Resident",
    "ResidentLink",
    "Sector",
    "Stay",
    "Synonym",
    "User",
]
