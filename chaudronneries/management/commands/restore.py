from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from chaudronneries.keeping import KeepingError
from chaudronneries.keeping.restore import restore

WORD = "remplacer"


class Command(BaseCommand):
    help = _("Remet dans une maison vide ce que contient une archive de « backup » : tout, ou rien.")
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help=_("l’archive"))
        parser.add_argument(
            "--replace",
            action="store_true",
            help=_("remplace ce qui se trouve dans la maison, après avoir demandé ; faites d’abord une sauvegarde"),
        )
        parser.add_argument("--no-input", action="store_false", dest="ask", help=_("ne demande rien"))

    def handle(self, *, file, replace, ask, **options):
        if replace and ask:
            self._ask()
        try:
            manifest = restore(file, replace=replace, say=self.stdout.write)
        except KeepingError as error:
            raise CommandError(error) from error
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(_("L’archive est plus ancienne que le logiciel : migrations…"))
            call_command("migrate", interactive=False, verbosity=0)
        when = timezone.localtime(manifest.made).strftime("%d/%m/%Y à %H:%M")
        self.stdout.write(_("La maison est comme elle était le %(when)s.") % {"when": when})

    def _ask(self):
        question = _(
            "Tout ce qui se trouve dans cette maison, base et fichiers, sera remplacé par l’archive.\n"
            "Tapez « %(word)s » pour continuer : "
        )
        try:
            answer = input(question % {"word": WORD})
        except EOFError:
            answer = ""
        if answer.strip() != WORD:
            raise CommandError(_("Rien n’a été changé."))
