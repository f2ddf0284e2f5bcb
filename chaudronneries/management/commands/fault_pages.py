from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from chaudronneries import faults


class Command(BaseCommand):
    help = _("Écrit, à côté des fichiers statiques, les pages que montre le serveur de devant.")
    requires_system_checks = []

    def handle(self, **options):
        if not settings.STATIC_ROOT:
            raise CommandError(_("En local, rien ne se rassemble : cette commande sert en production."))
        for page in faults.write(Path(settings.STATIC_ROOT) / "pannes"):
            self.stdout.write(str(page))
