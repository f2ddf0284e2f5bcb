from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from chaudronneries.keeping import KeepingError, archive
from chaudronneries.keeping.backup import backup, forget_old


class Command(BaseCommand):
    help = _(
        "Sauvegarde la base de données et les fichiers de la maison dans une seule archive, relue avant d’être gardée."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--to", type=Path, default=settings.BACKUP_ROOT, help=_("le dossier des archives (réglage BACKUP_ROOT)")
        )
        parser.add_argument("--keep", type=int, help=_("ne garde que les N archives les plus récentes du dossier"))
        parser.add_argument(
            "--allow-missing",
            action="store_true",
            help=_("garde l’archive même si des fichiers que la base nomme sont perdus, et dit lesquels"),
        )
        parser.add_argument("--check", type=Path, metavar="FILE", help=_("ne sauvegarde rien : vérifie cette archive"))

    def handle(self, *, to, keep, allow_missing, check, **options):
        if keep is not None and keep < 1:
            raise CommandError(_("--keep garde une archive au moins."))
        try:
            self._check(check) if check else self._make(to, keep, allow_missing)
        except KeepingError as error:
            raise CommandError(error) from error

    def _check(self, path):
        with archive.reading(path) as kept:
            self.stdout.write(_("L’archive %(path)s est entière.") % {"path": path})
            self._tell(kept.manifest)

    def _make(self, folder, keep, allow_missing):
        path, manifest = backup(folder, allow_missing=allow_missing)
        self.stdout.write(
            _("La maison est sauvegardée dans %(path)s (%(size)s).")
            % {"path": path, "size": filesizeformat(path.stat().st_size)}
        )
        self._tell(manifest)
        for old in forget_old(folder, keep=keep) if keep else []:
            self.stdout.write(_("Archive oubliée : %(name)s") % {"name": old.name})

    def _tell(self, manifest):
        counts = manifest.counts
        self.stdout.write(
            _("Du %(when)s : structures %(structures)s, personnes %(people)s, lignes %(rows)s, fichiers %(files)s.")
            % {
                "when": timezone.localtime(manifest.made).strftime("%d/%m/%Y à %H:%M"),
                "structures": counts.get("residents_resident", 0),
                "people": counts.get("residents_user", 0),
                "rows": sum(counts.values()),
                "files": len(manifest.file_names),
            }
        )
        for name in manifest.missing:
            self.stderr.write(_("Il y manque un fichier que la base nomme : %(name)s") % {"name": name})
