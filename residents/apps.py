from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class ResidentsConfig(AppConfig):
    default = True
    name = "residents"
    verbose_name = _("Résidence")


class PeopleConfig(WagtailUsersAppConfig):
    """Wagtail's own pages on people and roles, with our forms and our rules (viewsets.py)."""

    group_viewset = "residents.viewsets.RoleViewSet"
    user_viewset = "residents.viewsets.PersonViewSet"
