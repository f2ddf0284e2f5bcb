"""`manage.py run`: the whole house on this machine, from an empty checkout to an address to open."""

import os
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from chaudronneries import preparation
from chaudronneries.demo import files
from chaudronneries.env import BASE_DIR

STOP_SECONDS = 15


class Command(BaseCommand):
    help = "Prépare la base, charge le vocabulaire et la démonstration, puis lance le site et ses tâches de fond."
    requires_system_checks = []

    def handle(self, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "« run » sert la démonstration et le développement. En production, lancez gunicorn et le worker."
            )
        address = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
        self.check_address(address)
        self.check_database()
        preparation.prepare(say=self.say)
        connection.close()
        self.serve(address)

    def check_address(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise CommandError(
                f"Le port « {port} » n'en est pas un : donnez un nombre de 1 à 65535 (PORT=8001 make run)."
            )
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, int(port)))
            except OSError as error:
                raise CommandError(
                    f"L'adresse {address} n'est pas libre ({error.strerror}). "
                    "Choisissez-en une autre : PORT=8001 make run"
                ) from None

    def check_database(self) -> None:
        try:
            connection.ensure_connection()
        except DatabaseError as error:
            raise CommandError(
                "La base de données ne répond pas à l'adresse de DATABASE_URL : "
                f"{str(error).strip()}\nCorrigez DATABASE_URL, ou retirez-la pour utiliser la base embarquée."
            ) from None

    def serve(self, address: str) -> None:
        """Run the web server and the worker until one of them ends or somebody stops us; then stop both."""
        # Also when started in the background, where shells have SIGINT ignored.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        children = []
        try:
            children = [
                self.child(address, "gunicorn", "--config", "chaudronneries/gunicorn.conf.py", "--bind", address),
                self.child(address, "procrastinate_worker"),
            ]
            self.announce(address)
            while all(child.poll() is None for child in children):
                time.sleep(0.3)
            self.stderr.write("Le site ou ses tâches de fond se sont arrêtés : tout s'arrête.")
            sys.exit(1)
        except KeyboardInterrupt:
            self.say("Arrêt…")
        finally:
            self.stop(children)

    def child(self, address: str, program: str, *arguments: str) -> subprocess.Popen:
        """A process of its own session, so that Ctrl-C reaches us alone and we stop all in order."""
        command = {
            "gunicorn": [sys.executable, "-m", "gunicorn", *arguments, "chaudronneries.wsgi"],
            "procrastinate_worker": [
                sys.executable,
                "manage.py",
                "procrastinate",
                "worker",
                "--shutdown-graceful-timeout",
                "5",
            ],
        }[program]
        return subprocess.Popen(command, cwd=BASE_DIR, start_new_session=True, env=self.child_environment(address))

    def child_environment(self, address: str) -> dict:
        """Ours, less the freedom from time limits that `environment.prepare` gives; mails lead to `address`."""
        ours = {name: value for name, value in os.environ.items() if name not in LIMITS}
        return {"SITE_URL": site_url(address)} | ours

    def stop(self, children: list[subprocess.Popen]) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()

    def announce(self, address: str) -> None:
        self.say(f"\nLes Chaudronneries sont ouvertes : {site_url(address)}/")
        self.say("Comptes de démonstration (mot de passe : chaudron-demo) :")
        for person in files.accounts().values():
            self.say(f"  {person.email}  {person.who}")
        self.say(f"Les messages que la maison envoie se lisent à {site_url(address)}/courrier/ (compte de la gestion).")
        self.say("Ctrl-C arrête tout ; les données restent dans var/.\n")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def site_url(address: str) -> str:
    """What a browser of this machine opens for a `host:port` that is listened to."""
    host, _, port = address.rpartition(":")
    where = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host
    return f"http://{where}:{port}"


LIMITS = {"DATABASE_STATEMENT_TIMEOUT", "DATABASE_LOCK_TIMEOUT"}
