import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from chaudronneries.demo import files, loading
from knowledge_map.actions.layout import refresh_layout
from knowledge_map.actions.suggestions import refresh_suggestions
from residents.models import KnowledgeItem


class Command(BaseCommand):
    help = _(
        "Charge la résidence de démonstration : ce qui en manque est créé, ce qui s’y trouve n’est pas touché. "
        "Refuse de travailler en production."
    )

    # Asked by code alone: `run` says later who signs in.
    stealth_options = ("announces",)

    def add_arguments(self, parser):
        parser.add_argument(
            "--reset",
            action="store_true",
            help=_(
                "efface d’abord les structures et les personnes de la démonstration, pour les remettre comme au début"
            ),
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help=_("ne charge rien : vérifie que chaque terme déclaré existe dans le vocabulaire"),
        )

    def handle(self, *, reset, check, announces=True, **options):
        if settings.PRODUCTION:
            raise CommandError(
                _("La démonstration ne se charge pas en production : le mot de passe de ses comptes est connu de tous.")
            )
        if not KnowledgeItem.objects.exists():
            raise CommandError(_("Le vocabulaire n’est pas chargé : lancez d’abord « manage.py load_vocabulary »."))
        try:
            self._check() if check else self._load(reset=reset, announces=announces)
        except loading.DemoError as error:
            raise CommandError(error) from error

    def _check(self):
        found = loading.resolve(files.declarations())
        self.stdout.write(_("Les %(count)s déclarations sont dans le vocabulaire.") % {"count": len(found)})

    def _load(self, *, reset, announces):
        started = time.perf_counter()
        if reset:
            self.stdout.write(_("Retrait de la démonstration…"))
            loading.clear()
        self.stdout.write(_("Structures, personnes et savoirs…"))
        created = loading.load()
        self.stdout.write(
            _(
                "Créés : %(structures)s structures, %(people)s personnes, %(declarations)s déclarations, "
                "%(dates)s dates d’agenda, %(posts)s articles, %(issues)s bulletins."
            )
            % created
        )
        if created["structures"] or created["declarations"]:
            self.stdout.write(_("Carte et coopérations suggérées…"))
            refresh_layout()
            refresh_suggestions()
        self.stdout.write(_("Démonstration prête en %(seconds).1f s.") % {"seconds": time.perf_counter() - started})
        if announces:
            self._announce()

    def _announce(self):
        self.stdout.write(_("Comptes (mot de passe : %(password)s) :") % {"password": loading.PASSWORD})
        for person in files.accounts().values():
            self.stdout.write(f"  {person.email}  {person.who}")
