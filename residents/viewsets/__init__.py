"""The residency's part of the back office: its lists, its forms, who may use them."""

from residents.viewsets.agreements import AgreementViewSet
from residents.viewsets.lists import (
    HouseViewSet,
    LinkedListView,
    ListView,
    SoonestFirst,
    WithoutFormulas,
    day,
    list_of,
    named,
    when_true,
)
from residents.viewsets.people import InvitationViewSet, MembershipViewSet, PersonViewSet, RoleViewSet
from residents.viewsets.structures import ResidentViewSet, SectorViewSet, StayViewSet
from residents.viewsets.team import TeamRoleViewSet
from residents.viewsets.territory import ApplicationViewSet, PartnerViewSet, TerritorialIssueViewSet
from residents.viewsets.vocabulary import DomainViewSet, KnowledgeItemViewSet, MergeViewSet
from residents.viewsets.welcome import StepViewSet

__all__ = [
    "AgreementViewSet",
    "ApplicationViewSet",
    "DomainViewSet",
    "HouseViewSet",
    "InvitationViewSet",
    "KnowledgeItemViewSet",
    "LinkedListView",
    "ListView",
    "MembershipViewSet",
    "MergeViewSet",
    "PartnerViewSet",
    "PersonViewSet",
    "ResidentViewSet",
    "RoleViewSet",
    "SectorViewSet",
    "SoonestFirst",
    "StayViewSet",
    "StepViewSet",
    "TeamRoleViewSet",
    "TerritorialIssueViewSet",
    "WithoutFormulas",
    "day",
    "list_of",
    "named",
    "when_true",
]
