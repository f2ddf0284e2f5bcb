import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from residents.vocabulary.loading import load
from residents.vocabulary.packing import pack
from residents.vocabulary.sources import VocabularyError
from residents.vocabulary.terms import read_vocabulary


class Command(BaseCommand):
    help = _(
        "Charge le vocabulaire (ROME, ESCO, data.inclusion et les termes de la maison) : les fichiers livrés, ou ceux, "
        "officiels et de n’importe quelle version, d’un dossier. Ce que les structures ont déclaré est gardé."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", nargs="?", type=Path, help=_("dossier des fichiers officiels"))
        parser.add_argument(
            "--pack",
            type=Path,
            metavar="DIR",
            help=_("ne charge rien : réduit et compresse les fichiers officiels de ce dossier en fichiers livrés"),
        )

    def handle(self, *, directory, **options):
        try:
            self._pack(options["pack"]) if options["pack"] else self._load(directory)
        except VocabularyError as error:
            raise CommandError(f"{error} {_('Rien n’a été changé.')}") from error

    def _pack(self, directory):
        for path in pack(directory):
            self.stdout.write(f"{path} ({path.stat().st_size // 1024} Ko)")

    def _load(self, directory):
        started = time.perf_counter()
        self.stdout.write(_("Lecture des sources…"))
        outcome = load(read_vocabulary(directory), self.stdout.write)
        self.stdout.write(
            _(
                "%(total)s termes : %(created)s nouveaux, %(changed)s modifiés, %(retired)s retirés, "
                "%(deleted)s supprimés (en %(seconds).1f s)."
            )
            % {**vars(outcome), "seconds": time.perf_counter() - started}
        )
