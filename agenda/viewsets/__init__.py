"""The agenda's part of the back office."""

from agenda.viewsets.meetings import BookingViewSet, EventViewSet, RegistrationViewSet
from agenda.viewsets.spaces import ClosureViewSet, EquipmentViewSet, EventKindViewSet, SpaceViewSet

__all__ = [
    "BookingViewSet",
    "ClosureViewSet",
    "EquipmentViewSet",
    "EventKindViewSet",
    "EventViewSet",
    "RegistrationViewSet",
    "SpaceViewSet",
]
