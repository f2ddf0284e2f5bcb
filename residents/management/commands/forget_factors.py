from django.core.management.base import BaseCommand, CommandError

from residents.actions import factors
from residents.models import User


class Command(BaseCommand):
    help = "Forget the keys and codes of somebody who lost them all: an administrator, whom nobody else can let in."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email, **options):
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"Personne n'a de compte à l'adresse {email}.")
        forgotten = factors.forget(user=user, by=None)
        self.stdout.write("Oubliés : la personne est prévenue par mail." if forgotten else "Il n'y en avait pas.")
