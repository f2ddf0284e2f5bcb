"""The archive: a zip holding the database's dump, the files, and a manifest that says what must be found there.

    manifest.json     format, when it was made, from which state, and the size and SHA-256 of every other member
    database.dump     pg_dump's custom format, compressed by it
    files/<name>      each file under its name in the storage

Members are stored as they are: the dump and the pictures are compressed already.
"""

import datetime
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from chaudronneries.keeping import KeepingError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
FILES = "files/"
CHUNK = 1 << 20
# A manifest names each file in some 150 bytes: this is room for a million of them.
LONGEST_MANIFEST = 200 << 20


@dataclass
class Manifest:
    """What an archive says of itself.

    `postgresql` is the server's major version and `dumped_by` pg_dump's, `migrations` the last one applied of each app,
    `counts` the rows of each table, `members` the size (bytes) and sha256 of each member by its name, `missing` the
    files that the database named and the storage had lost.
    """

    made_at: str
    version: str
    postgresql: int
    dumped_by: int
    migrations: dict[str, str]
    counts: dict[str, int]
    format: int = FORMAT
    members: dict[str, dict] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def made(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.made_at)

    @property
    def file_names(self) -> list[str]:
        """The files' names in the storage."""
        return [name.removeprefix(FILES) for name in self.members if name.startswith(FILES)]


class Writer:
    """An archive being written: members first, the manifest last."""

    def __init__(self, file: zipfile.ZipFile):
        self._zip = file
        self.members: dict[str, dict] = {}

    @contextmanager
    def member(self, name: str) -> Iterator["Member"]:
        """Where to write the bytes of `name`; nothing of it is told in the manifest when writing fails."""
        info = zipfile.ZipInfo(name, datetime.datetime.now(datetime.UTC).timetuple()[:6])
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as file:
            member = Member(file)
            yield member
        self.members[name] = {"size": member.size, "sha256": member.sha256}

    def close(self, manifest: Manifest) -> None:
        manifest.members = self.members
        with self.member(MANIFEST) as file:
            file.write(json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())


class Member:
    """Bytes on their way, counted and summed."""

    def __init__(self, file):
        self._file = file
        self._sum = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._sum.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new archive at `path`, for its owner's eyes alone; it appears there whole and checked, or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as opened:
                yield Writer(opened)
            file.flush()
            os.fsync(file.fileno())
        with reading(part):
            pass
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class Archive:
    """An archive that was read whole and is what its manifest says."""

    def __init__(self, path: Path, file: zipfile.ZipFile, manifest: Manifest):
        self.path, self.manifest, self._zip = path, manifest, file

    def open(self, name: str) -> BinaryIO:
        return self._zip.open(name)


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """The archive at `path`, every byte of it checked; KeepingError names the file and what is wrong with it."""
    try:
        with zipfile.ZipFile(path) as file:
            manifest = read_manifest(path, file)
            check_names(path, file, manifest)
            for name, told in manifest.members.items():
                check_member(path, file, name, told)
            yield Archive(path, file, manifest)
    except FileNotFoundError as error:
        if error.filename != str(path):
            raise
        raise KeepingError(_("Il n’y a pas de fichier %(file)s.") % {"file": path}) from None
    except IsADirectoryError:
        raise KeepingError(_("%(file)s est un dossier : donnez le nom d’une archive.") % {"file": path}) from None
    except PermissionError as error:
        if error.filename != str(path):
            raise
        raise KeepingError(_("Ce compte n’a pas le droit de lire %(file)s.") % {"file": path}) from None
    except (zipfile.BadZipFile, EOFError):
        raise refused(path, _("elle est tronquée, abîmée, ou n’en est pas une")) from None


def refused(path: Path, why: str) -> KeepingError:
    return KeepingError(_("L’archive %(file)s est refusée : %(why)s.") % {"file": path, "why": why})


def read_manifest(path: Path, file: zipfile.ZipFile) -> Manifest:
    try:
        if file.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
            raise ValueError
        told = json.loads(file.read(MANIFEST))
        kind = told["format"]
    except KeyError:
        raise refused(path, _("ce n’est pas une sauvegarde de la maison")) from None
    except (ValueError, TypeError):
        raise refused(path, _("ce qu’elle dit d’elle-même est illisible")) from None
    if kind != FORMAT:
        why = _("son format est le %(theirs)s, et ce logiciel lit le %(ours)s ; mettez le logiciel à jour")
        raise refused(path, why % {"theirs": kind, "ours": FORMAT})
    try:
        manifest = Manifest(**told)
        # Read once here, so that nothing later meets a value of another shape.
        well_formed = (
            manifest.made.tzinfo is not None
            and all(isinstance(version, int) for version in (manifest.postgresql, manifest.dumped_by))
            and all(isinstance(count, int) for count in manifest.counts.values())
            and all(isinstance(name, str) for name in manifest.migrations.values())
            and all({"size", "sha256"} == set(member) for member in manifest.members.values())
        )
    except (TypeError, ValueError, AttributeError):
        well_formed = False
    if not well_formed:
        raise refused(path, _("ce qu’elle dit d’elle-même est illisible"))
    return manifest


def check_names(path: Path, file: zipfile.ZipFile, manifest: Manifest) -> None:
    """The archive holds what its manifest names, once each, and nothing that leaves its folder."""
    found = file.namelist()
    told = [*manifest.members, MANIFEST]
    if sorted(found) != sorted(told) or DATABASE not in manifest.members:
        raise refused(path, _("il y manque des fichiers, ou il s’en trouve de trop"))
    for name in manifest.members:
        if name != DATABASE and not (name.startswith(FILES) and is_inside(name.removeprefix(FILES))):
            raise refused(path, _("un de ses fichiers porte un nom interdit (%(name)s)") % {"name": ascii(name)})


def is_inside(name: str) -> bool:
    """Whether `name` stays under the folder that it is read from: no absolute path, no `..`, no odd separator."""
    pieces = PurePosixPath(name).parts
    return (
        bool(pieces)
        and "/".join(pieces) == name
        and ".." not in pieces
        and not name.startswith("/")
        and not any(letter == "\\" or letter < " " for letter in name)
    )


def check_member(path: Path, file: zipfile.ZipFile, name: str, told: dict) -> None:
    summed = hashlib.sha256()
    with file.open(name) as member:
        while data := member.read(CHUNK):
            summed.update(data)
    if (file.getinfo(name).file_size, summed.hexdigest()) != (told["size"], told["sha256"]):
        raise refused(path, _("%(name)s n’y est plus tel qu’il a été sauvegardé") % {"name": name})
