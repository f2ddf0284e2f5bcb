from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import imports
from agenda.calendars.importing import MOST_OCTETS, ImportRefused, read
from agenda.enums import EventAudience
from agenda.models import EventKind
from agenda.rules import can_import
from agenda.times import say_stretch
from residents.models import User


class Command(BaseCommand):
    help = _(
        "Fait d’un calendrier (.ics, comme Google l’exporte) des rendez-vous de l’agenda. Dit ce qui changerait ; "
        "ne l’écrit qu’avec --apply."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help=_("le fichier .ics"))
        parser.add_argument("--apply", action="store_true", help=_("écrit ce qui est dit, en une fois"))
        parser.add_argument("--kind", metavar="SLUG", help=_("sorte des nouveaux rendez-vous (son adresse)"))
        parser.add_argument(
            "--audience",
            choices=EventAudience.values,
            default=EventAudience.RESIDENTS,
            help=_("qui lit les nouveaux rendez-vous (par défaut, les résidents)"),
        )
        parser.add_argument("--by", metavar="MAIL", help=_("au nom de qui : la maîtresse d’établissement, par défaut"))
        parser.add_argument("--cancel-gone", action="store_true", help=_("annule aussi ceux qui ont disparu"))

    def handle(self, *, file, apply, kind, audience, by, cancel_gone, **options):
        calendar = self.read(file)
        kind = self.kind(kind)
        self.say(file, imports.plan(calendar, kind))
        if not apply:
            return
        outcome = imports.apply(calendar, kind=kind, audience=audience, by=self.person(by), cancel_gone=cancel_gone)
        for event, reason in outcome.refused:
            self.stderr.write(f"{file} : {event.source_uid} : {reason}")
        self.stdout.write(_("Fait : %(created)s créés, %(changed)s modifiés, %(cancelled)s annulés.") % vars(outcome))

    def read(self, file: Path):
        try:
            with file.open("rb") as opened:
                return read(opened.read(MOST_OCTETS + 1), timezone.localdate())
        except OSError as error:
            raise CommandError(f"{file} : {error.strerror}.") from error
        except ImportRefused as error:
            raise CommandError(f"{file} : {error} {_('Rien n’a été changé.')}") from error

    def kind(self, slug: str | None) -> EventKind:
        kinds = EventKind.objects.filter(slug=slug) if slug else EventKind.objects.all()[:2]
        if len(kinds) == 1:
            return kinds[0]
        known = ", ".join(EventKind.objects.values_list("slug", flat=True)) or _("aucune")
        raise CommandError(_("Dites la sorte des rendez-vous (--kind) : %(known)s.") % {"known": known})

    def person(self, email: str | None) -> User:
        people = User.objects.with_roles().filter(is_active=True)
        chosen = people.filter(email=email.lower()) if email else people.order_by("-is_house_manager", "pk")
        person = chosen.first()
        if person is None or not can_import(person):
            raise CommandError(_("Personne ici ne peut importer un calendrier (--by)."))
        return person

    def say(self, file: Path, plan: imports.Plan) -> None:
        for found in plan.new:
            self.line("+", found, found.title)
        for change in plan.changed:
            self.line("~", change.event, f"{change.event.title} : {' ; '.join(change.words)}")
        for sign, events in [("-", plan.cancelled), ("?", plan.gone)]:
            for event in events:
                self.line(sign, event, event.title)
        for fault in plan.calendar.faults:
            self.stderr.write(f"{file}:{fault.line} : {fault.title or fault.uid or '?'} : {fault.reason}")
        self.stdout.write(
            _(
                "%(new)s nouveaux (+), %(changed)s modifiés (~), %(cancelled)s annulés à la source (-), %(gone)s "
                "disparus (?), %(unchanged)s sans changement, %(faults)s laissés de côté, %(outside)s hors période."
            )
            % {
                "new": len(plan.new),
                "changed": len(plan.changed),
                "cancelled": len(plan.cancelled),
                "gone": len(plan.gone),
                "unchanged": plan.unchanged,
                "faults": len(plan.calendar.faults),
                "outside": plan.calendar.outside,
            }
        )

    def line(self, sign: str, date, words: str) -> None:
        self.stdout.write(f"{sign} {say_stretch(date.starts_at, date.ends_at, all_day=date.is_all_day)} : {words}")
