"""Where an editor picks a structure, a meeting or an item of the map for a block."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.chooser import ChooserViewSet

from agenda.models import Event
from residents.models import KnowledgeItem, Partner, Resident, TerritorialIssue


class ResidentChooser(ChooserViewSet):
    model = Resident
    icon = "group"
    choose_one_text = _("Choisir une structure")
    choose_another_text = _("En choisir une autre")


class EventChooser(ChooserViewSet):
    model = Event
    icon = "calendar"
    choose_one_text = _("Choisir un rendez-vous")
    choose_another_text = _("En choisir un autre")


class KnowledgeItemChooser(ChooserViewSet):
    model = KnowledgeItem
    icon = "pilcrow"
    choose_one_text = _("Choisir un savoir, un savoir-faire ou un milieu")
    choose_another_text = _("En choisir un autre")


class PartnerChooser(ChooserViewSet):
    model = Partner
    icon = "link"
    choose_one_text = _("Choisir un partenaire")
    choose_another_text = _("En choisir un autre")


class TerritorialIssueChooser(ChooserViewSet):
    model = TerritorialIssue
    icon = "site"
    choose_one_text = _("Choisir une problématique")
    choose_another_text = _("En choisir une autre")


residents = ResidentChooser("resident_chooser")
events = EventChooser("event_chooser")
items = KnowledgeItemChooser("item_chooser")
partners = PartnerChooser("partner_chooser")
issues = TerritorialIssueChooser("issue_chooser")
