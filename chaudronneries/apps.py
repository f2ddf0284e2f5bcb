from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChaudronneriesConfig(AppConfig):
    name = "chaudronneries"
    verbose_name = _("Les Chaudronneries")
