"""A house that is backed up is given back whole, to an empty place, or not at all."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from chaudronneries.env import BASE_DIR
from chaudronneries.keeping import KeepingError, archive, files, postgres, snapshot
from chaudronneries.keeping.backup import backup, forget_old
from chaudronneries.keeping.restore import restore
from residents.models import Resident, User
from tests.factories import BookingFactory, MembershipFactory, PictureFactory, ResidentFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lived_in(tmp_path):
    """A house with a person, a structure, a booking, a picture of their own, and an open session."""
    resident = MembershipFactory(resident__logo=PictureFactory()).resident
    BookingFactory(resident=resident)
    Session.objects.create(session_key="ouverte", session_data="x", expire_date="2099-01-01T00:00Z")
    default_storage.save("fiches/élan & co.txt", ContentFile("Une pièce jointe."))
    return resident


@pytest.fixture
def kept(lived_in, tmp_path):
    """The archive of that house."""
    return backup(tmp_path / "archives")[0]


class Elsewhere:
    """Another house: a database of its own on the suite's server, files of its own."""

    def __init__(self, folder):
        self.media, self.name = folder / "media", f"restored_{os.getpid()}"
        self.url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.name}"))

    def restore(self, path, *arguments):
        return subprocess.run(
            [sys.executable, "manage.py", "restore", str(path), *arguments],
            cwd=BASE_DIR,
            env={**os.environ, "DATABASE_URL": self.url, "MEDIA_ROOT": str(self.media)},
            capture_output=True,
            text=True,
        )

    def files(self) -> dict[str, bytes]:
        return contents_of(self.media)

    def tables(self) -> dict[str, str]:
        with psycopg.connect(self.url) as database:
            return digests(database)


@pytest.fixture
def elsewhere(tmp_path):
    there = Elsewhere(tmp_path / "elsewhere")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{there.name}"')
        yield there
        admin.execute(f'DROP DATABASE "{there.name}" WITH (FORCE)')


def digests(cursor) -> dict[str, str]:
    """A digest of each table's rows, and where each sequence has come to."""
    cursor = cursor.cursor()
    cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    found = {}
    for (table,) in cursor.fetchall():
        cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t")
        found[table] = cursor.fetchone()[0]
    cursor.execute("SELECT sequencename, last_value::text FROM pg_sequences WHERE schemaname = 'public'")
    return found | dict(cursor.fetchall())


def contents_of(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rewrite(path, **changes):
    """The archive with its manifest changed, everything else as it was."""
    with zipfile.ZipFile(path) as before:
        members = {name: before.read(name) for name in before.namelist()}
    told = json.loads(members[archive.MANIFEST])
    members[archive.MANIFEST] = json.dumps({**told, **changes}).encode()
    with zipfile.ZipFile(path, "w") as after:
        for name, data in members.items():
            after.writestr(name, data)


def test_an_archive_gives_back_the_whole_house(lived_in, tmp_path, elsewhere):
    picture = lived_in.logo
    picture.get_rendition("width-20")
    path, manifest = backup(tmp_path / "archives")
    done = elsewhere.restore(path)
    assert (done.returncode, done.stderr) == (0, "")
    left_out = snapshot.tables_left_out()
    here, there = digests(connection), elsewhere.tables()
    nothing = there["django_session"]
    assert {name: value for name, value in there.items() if name not in left_out} == {
        name: value for name, value in here.items() if name not in left_out
    }
    # Sessions open nothing from an archive; smaller copies of pictures are made again.
    assert {there[table] for table in left_out} == {nothing}
    assert here["django_session"] != nothing
    originals = contents_of(configured.MEDIA_ROOT)
    copies = {name for name in originals if name.startswith("images/")}
    assert copies
    assert elsewhere.files() == {name: data for name, data in originals.items() if name not in copies}
    assert set(manifest.file_names) == {picture.file.name, "fiches/élan & co.txt"}


def test_an_archive_is_its_owners_alone(kept):
    assert (stat.S_IMODE(kept.stat().st_mode), stat.S_IMODE(kept.parent.stat().st_mode)) == (0o600, 0o700)
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_what_is_written_during_a_backup_waits_for_the_next(lived_in, tmp_path):
    path = tmp_path / "database.dump"
    with snapshot.taken() as instant:
        with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
            other.execute("UPDATE residents_resident SET tagline = 'Venue entre-temps'")
        with path.open("wb") as into:
            postgres.dump(into, snapshot=instant.key, without_rows_of=[])
    said = subprocess.run(
        [postgres.tool("pg_restore", at_least=postgres.server_version()), "--file=-", str(path)], capture_output=True
    ).stdout.decode()
    assert Resident.objects.get(pk=lived_in.pk).tagline == "Venue entre-temps"
    assert (lived_in.name in said, "Venue entre-temps" in said) == (True, False)


def test_a_file_that_was_lost_stops_the_backup(lived_in, tmp_path):
    name = lived_in.logo.file.name
    default_storage.delete(name)
    with pytest.raises(files.Missing) as stopped:
        backup(tmp_path / "archives")
    assert (stopped.value.names, list((tmp_path / "archives").iterdir())) == ([name], [])
    path, manifest = backup(tmp_path / "archives", allow_missing=True)
    with archive.reading(path) as kept:
        assert (manifest.missing, kept.manifest.missing) == ([name], [name])


def test_the_commands_say_what_was_kept(lived_in, tmp_path, capsys):
    for path in (tmp_path / f"chaudronneries-2025010{day}T000000Z.zip" for day in range(1, 4)):
        path.touch()
    (tmp_path / "notes.zip").touch()
    call_command("backup", to=tmp_path, keep=2)
    said = capsys.readouterr().out.splitlines()
    kept = sorted(path.name for path in tmp_path.glob("*.zip"))
    assert kept == ["chaudronneries-20250103T000000Z.zip", kept[1], "notes.zip"]
    assert said[0].startswith(f"La maison est sauvegardée dans {tmp_path / kept[1]} (")
    assert said[2:] == [f"Archive oubliée : chaudronneries-2025010{day}T000000Z.zip" for day in (1, 2)]
    call_command("backup", check=tmp_path / kept[1])
    assert capsys.readouterr().out.splitlines() == [f"L’archive {tmp_path / kept[1]} est entière.", said[1]]
    with pytest.raises(CommandError, match="garde une archive au moins"):
        call_command("backup", to=tmp_path, keep=0)


def test_a_backup_stopped_long_ago_is_cleared_away(tmp_path):
    stopped, running = (tmp_path / f".chaudronneries-2025010{day}T000000Z.zip.part" for day in (1, 2))
    stopped.touch()
    running.touch()
    os.utime(stopped, (0, 0))
    assert forget_old(tmp_path, keep=3) == []
    assert list(tmp_path.iterdir()) == [running]


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])


def alter(path):
    """One byte of the dump, and the zip's own sums made to agree with it."""
    with zipfile.ZipFile(path) as before:
        members = {name: before.read(name) for name in before.namelist()}
    members[archive.DATABASE] = members[archive.DATABASE][:-1] + b"\1"
    with zipfile.ZipFile(path, "w") as after:
        for name, data in members.items():
            after.writestr(name, data)


def add(path):
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("files/de-trop.txt", "x")


def escape(path):
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("files/../../dehors.txt", "x")
    with zipfile.ZipFile(path) as file:
        members = json.loads(file.read(archive.MANIFEST))["members"]
    rewrite(path, members={**members, "files/../../dehors.txt": {"size": 1, "sha256": "?"}})


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (cut, "elle est tronquée, abîmée, ou n’en est pas une"),
        (lambda path: path.write_text("Bonjour"), "elle est tronquée, abîmée, ou n’en est pas une"),
        (lambda path: zipfile.ZipFile(path, "w").close(), "ce n’est pas une sauvegarde de la maison"),
        (alter, "database.dump n’y est plus tel qu’il a été sauvegardé"),
        (add, "il y manque des fichiers, ou il s’en trouve de trop"),
        (escape, "un de ses fichiers porte un nom interdit ('files/../../dehors.txt')"),
        (
            lambda path: rewrite(path, format=99),
            "son format est le 99, et ce logiciel lit le 1 ; mettez le logiciel à jour",
        ),
        (lambda path: rewrite(path, counts=["x"]), "ce qu’elle dit d’elle-même est illisible"),
        (lambda path: rewrite(path, made_at="hier"), "ce qu’elle dit d’elle-même est illisible"),
        (
            lambda path: rewrite(path, migrations={"residents": "0999_later"}),
            "elle vient d’une version plus récente du logiciel (residents.0999_later) ; mettez le logiciel à jour",
        ),
        (
            lambda path: rewrite(path, migrations={"piscine": "0001_initial"}),
            "elle vient d’un logiciel qui a d’autres parties (piscine)",
        ),
        (lambda path: rewrite(path, postgresql=99), None),
    ],
)
def test_an_archive_that_cannot_be_trusted_is_refused(kept, damage, why):
    damage(kept)
    with pytest.raises(KeepingError) as refused:
        restore(kept, replace=True)
    server = postgres.server_version()
    why = why or f"elle vient de PostgreSQL 99, et ce serveur est un PostgreSQL {server}"
    assert str(refused.value) == f"L’archive {kept} est refusée : {why}."
    assert User.objects.exists()


def test_no_archive_is_said_so(tmp_path):
    with pytest.raises(KeepingError, match=r"^Il n’y a pas de fichier "):
        restore(tmp_path / "rien.zip")
    with pytest.raises(KeepingError, match=" est un dossier"):
        restore(tmp_path)


@pytest.mark.parametrize("name", ["", ".", "..", "/etc/passwd", "a/../b", "a//b", "a\\b", "a\0b", "./a", "a/"])
def test_a_name_that_leaves_its_folder_is_no_name(name):
    assert not archive.is_inside(name)


def close_what_other_tests_left() -> None:
    """A live server's thread may keep its connection after its test: the house would be in use, which is said first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_house_that_is_lived_in_is_left_alone(kept, lived_in):
    close_what_other_tests_left()
    with pytest.raises(KeepingError, match=r"^La maison n’est pas vide : rien n’a été changé"):
        restore(kept)
    assert Resident.objects.filter(pk=lived_in.pk).exists()


def test_a_database_that_is_used_is_left_alone(kept, lived_in):
    with (
        psycopg.connect(connection.connection.info.dsn),
        pytest.raises(KeepingError, match="arrêtez d’abord le site et les tâches de fond"),
    ):
        restore(kept, replace=True)


def test_somebody_elses_database_is_left_alone(kept, elsewhere):
    with psycopg.connect(elsewhere.url, autocommit=True) as theirs:
        theirs.execute("CREATE TABLE recettes (nom text)")
    done = elsewhere.restore(kept, "--replace", "--no-input")
    assert (done.returncode, "autre chose que la maison" in done.stderr) == (1, True)
    assert elsewhere.tables().keys() == {"recettes"}


def test_a_file_in_the_way_is_left_alone(kept, elsewhere):
    other = elsewhere.media / "fiches" / "élan & co.txt"
    other.parent.mkdir(parents=True)
    other.write_text("Autre chose")
    done = elsewhere.restore(kept)
    assert (done.returncode, "y est un autre fichier" in done.stderr) == (1, True)
    assert (elsewhere.files(), elsewhere.tables()) == ({"fiches/élan & co.txt": b"Autre chose"}, {})


def test_a_restoration_that_fails_leaves_nothing(kept, elsewhere):
    """The counts are not those of the dump: found before anything is committed."""
    with archive.reading(kept) as opened:
        counts = {**opened.manifest.counts, "residents_user": 12}
    rewrite(kept, counts=counts)
    done = elsewhere.restore(kept)
    assert (done.returncode, "residents_user <> 12" in done.stderr) == (1, True)
    assert (elsewhere.files(), elsewhere.tables()) == ({}, {})


def test_a_house_that_is_replaced_keeps_nothing_of_what_it_was(kept, lived_in, elsewhere, tmp_path):
    assert elsewhere.restore(kept).returncode == 0
    first = elsewhere.files()
    newcomer = ResidentFactory(name="La Venue après", logo=PictureFactory())
    later, _ = backup(tmp_path / "later")
    assert elsewhere.restore(later, "--replace", "--no-input").returncode == 0
    assert elsewhere.files().keys() - first.keys() == {newcomer.logo.file.name}
    asked = elsewhere.restore(kept, "--replace")
    assert (asked.returncode, asked.stderr) == (1, "CommandError: Rien n’a été changé.\n")
    done = elsewhere.restore(kept, "--replace", "--no-input")
    assert (done.returncode, done.stderr) == (0, "")
    assert elsewhere.files() == first
    with psycopg.connect(elsewhere.url) as database:
        assert database.execute("SELECT count(*) FROM residents_resident WHERE name LIKE 'La Venue%'").fetchone() == (
            0,
        )
