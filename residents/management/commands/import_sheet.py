import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from residents import rules
from residents.enums import SheetKind
from residents.models import User
from residents.spreadsheets.importing import Busy, Refused, carry_out, plan
from residents.spreadsheets.plans import Plan


class Command(BaseCommand):
    help = _(
        "Importe une feuille de calcul, CSV ou XLSX : tout, ou rien. Chaque faute est dite sur la sortie d’erreur, "
        "« fichier:ligne:colonne: message », et la commande finit alors par 1."
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=SheetKind.values, help=_("ce qu’elle apporte"))
        parser.add_argument("file", type=Path, help=_("la feuille"))
        parser.add_argument("--dry-run", action="store_true", help=_("dit ce qui changerait, et ne change rien"))
        parser.add_argument(
            "--by", metavar="EMAIL", help=_("le compte au nom duquel le journal l’écrit, si plusieurs gèrent la maison")
        )

    def handle(self, *, kind, file, dry_run, by, **options):
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(_("%(file)s ne se lit pas : %(why)s") % {"file": file, "why": error.strerror}) from None
        person = None if dry_run else self._person(by)
        try:
            found = plan(kind, file.name, content) if dry_run else carry_out(kind, file.name, content, by=person)
        except Busy:
            raise CommandError(_("Un autre import est en cours : réessayez dans une minute.")) from None
        except Refused as refused:
            found = refused.plan
        if found.faults:
            self._refuse(file, found)
        self._tell(found, dry_run=dry_run)

    def _person(self, email: str | None) -> User:
        """Who answers for it: the journal has a name for each change."""
        if email is None:
            managers = list(User.objects.house_managers()[:2])
            if len(managers) != 1:
                raise CommandError(_("Dites au nom de qui : --by gestion@exemple.fr"))
            return managers[0]
        person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None or not rules.is_house_manager(person):
            raise CommandError(_("%(email)s ne gère pas la maison.") % {"email": email})
        return person

    def _refuse(self, file: Path, found: Plan) -> None:
        for fault in found.faults:
            place = [str(file), *([str(fault.line)] if fault.line else []), *([fault.column] if fault.column else [])]
            self.stderr.write(f"{':'.join(place)}: {fault.message}", style_func=str)
        count = len(found.faults)
        said = ngettext("%(count)d faute, rien n’a été changé.", "%(count)d fautes, rien n’a été changé.", count)
        self.stderr.write(said % {"count": count}, style_func=str)
        sys.exit(1)

    def _tell(self, found: Plan, *, dry_run: bool) -> None:
        verbs = {"create": _("crée"), "change": _("change"), "invite": _("invite"), "sector": _("crée")}
        for change in found.changes:
            self.stdout.write(f"{change.line} : {verbs[change.verb]} {change.label}")
            for heading, before, after in change.what:
                self.stdout.write(f"    {heading} : {shown(before)} → {shown(after)}")
        if found.ignored:
            self.stdout.write(_("Colonnes laissées de côté : %(names)s.") % {"names": ", ".join(found.ignored)})
        words = (
            _("Changements à faire : %(changes)d ; lignes déjà ainsi : %(unchanged)d. Rien n’a été changé.")
            if dry_run
            else _("Changements faits : %(changes)d ; lignes déjà ainsi : %(unchanged)d.")
        )
        self.stdout.write(words % {"changes": len(found.changes), "unchanged": found.unchanged})


def shown(text: str) -> str:
    """On one line, shortened: nobody reads a presentation there."""
    return Truncator(" ".join(str(text).split())).chars(60) or "–"
