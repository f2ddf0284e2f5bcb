from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from residents.enums import SheetKind
from residents.spreadsheets import exporting


class Command(BaseCommand):
    help = _("Écrit une feuille de calcul que « import_sheet » relit, dans un fichier ou sur la sortie.")

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=SheetKind.values, help=_("ce qu’elle contient"))
        parser.add_argument("--format", choices=[*exporting.CONTENT_TYPES], help=_("csv, si rien ne dit autre chose"))
        parser.add_argument("--output", type=Path, help=_("le fichier ; son nom dit le format"))

    def handle(self, *, kind, output, **options):
        form = options["format"] or (output.suffix.lower().removeprefix(".") if output else exporting.CSV)
        if form not in exporting.CONTENT_TYPES:
            raise CommandError(_("Le nom du fichier finit par .csv ou .xlsx, ou --format dit lequel."))
        pieces = exporting.export(kind, form)
        if output is None:
            # Bytes, as they are: a text stream would write them in the terminal's own encoding.
            for piece in pieces:
                self.stdout.buffer.write(piece)
            return
        try:
            with output.open("wb") as file:
                file.writelines(pieces)
        except OSError as error:
            words = _("%(file)s ne s’écrit pas : %(why)s") % {"file": output, "why": error.strerror}
            raise CommandError(words) from None
        self.stdout.write(_("%(file)s est écrit.") % {"file": output})
