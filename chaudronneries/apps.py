from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ChaudronneriesConfig(AppConfig):
    name = "chaudronneries"
    verbose_name = _("Les Chaudronneries")

    def ready(self):
        from chaudronneries.french import print_in_french
        from chaudronneries.planting import plant_when_migrated

        print_in_french()
        # Told of the last app of ours: Django speaks for none that is without models, as this one.
        post_migrate.connect(plant_when_migrated, sender=apps.get_app_config("bulletin"))
