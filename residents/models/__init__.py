from residents.models.duplicates import NearDuplicate
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
from residents.models.sheets import SheetUpload
from residents.models.structures import Resident, ResidentLink, Sector, Stay
from residents.models.team import TeamRole
from residents.models.territory import Agreement, Partner, TerritorialIssue
from residents.models.welcome import Step, StepDone

__all__ = [
    "Agreement",
    "Application",
    "Declaration",
    "DeclarationChange",
    "Domain",
    "HouseSettings",
    "Invitation",
    "KnowledgeItem",
    "Membership",
    "Merge",
    "NearDuplicate",
    "Occupation",
    "Partner",
    "Picture",
    "PictureRendition",
    "Resident",
    "ResidentLink",
    "Sector",
    "SheetUpload",
    "Stay",
    "Step",
    "StepDone",
    "Synonym",
    "TeamRole",
    "TerritorialIssue",
    "User",
]
