from residents.models.house import Application, HouseSettings
from residents.models.invitations import Invitation
from residents.models.knowledge import (
    Declaration,
    DeclarationChange,
    Domain,
    KnowledgeItem,
    Merge,
    Occupation,
    Synonym,
)
from residents.models.people import Membership, User
from residents.models.pictures import Picture, PictureRendition
from residents.models.structures import Resident, ResidentLink, Sector, Stay
from residents.models.territory import Partner, TerritorialIssue

__all__ = [
    "Application",
    "Declaration",
    "DeclarationChange",
    "Domain",
    "HouseSettings",
    "Invitation",
    "KnowledgeItem",
    "Membership",
    "Merge",
    "Occupation",
    "Partner",
    "Picture",
    "PictureRendition",
    "Resident",
    "ResidentLink",
    "Sector",
    "Stay",
    "Synonym",
    "TerritorialIssue",
    "User",
]
