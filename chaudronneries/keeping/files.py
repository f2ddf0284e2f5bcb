"""The uploaded files, through Django's storage: a folder of this machine or another's."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from chaudronneries.keeping import KeepingError
from chaudronneries.keeping.archive import CHUNK, FILES, Archive, Writer

# What is made again when it is asked for: the smaller copies of pictures, the cards of posts.
MADE_AGAIN = {"images", "cartons"}


class Missing(KeepingError):
    """The database names files that the storage does not have: `names`."""

    def __init__(self, names: list[str]):
        self.names = sorted(names)
        super().__init__(
            _("%(count)s fichiers que la base nomme ne sont plus là : %(names)s")
            % {"count": len(names), "names": ", ".join(self.names[:20]) + ("…" if len(names) > 20 else "")}
        )


def walk(folder: str = "") -> Iterator[str]:
    """The name of every file that is not MADE_AGAIN; none where the storage cannot list its files."""
    try:
        folders, names = default_storage.listdir(folder)
    except (NotImplementedError, FileNotFoundError):
        return
    head = f"{folder}/" if folder else ""
    yield from (f"{head}{name}" for name in names)
    for name in folders:
        if head + name not in MADE_AGAIN:
            yield from walk(head + name)


def keep(into: Writer, named: set[str]) -> list[str]:
    """Copy all files to the archive; the names, out of `named`, of those that are not there."""
    missing = []
    for name in sorted(named | set(walk())):
        try:
            with default_storage.open(name) as file, into.member(FILES + name) as member:
                while data := file.read(CHUNK):
                    member.write(data)
        except FileNotFoundError:
            # A file that no row names may have been deleted while we came to it.
            if name in named:
                missing.append(name)
    return missing


def in_the_way(archive: Archive) -> list[str]:
    """Files that the storage has under a name of the archive, and that are other ones."""
    return [name for name in archive.manifest.file_names if default_storage.exists(name) and not same(archive, name)]


def same(archive: Archive, name: str) -> bool:
    summed = hashlib.sha256()
    with default_storage.open(name) as file:
        while data := file.read(CHUNK):
            summed.update(data)
    return summed.hexdigest() == archive.manifest.members[FILES + name]["sha256"]


@contextmanager
def put_back(archive: Archive) -> Iterator[None]:
    """The archive's files in the storage; when the block fails, the storage as it was."""
    written, aside = [], {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name in archive.manifest.file_names:
                if default_storage.exists(name):
                    if same(archive, name):
                        continue
                    aside[name] = set_aside(name, Path(folder) / str(len(aside)))
                written.append(name)
                write(archive, name)
            yield
        except BaseException:
            for name in written:
                default_storage.delete(name)
            for name, path in aside.items():
                with path.open("rb") as file:
                    default_storage.save(name, File(file))
            raise


def set_aside(name: str, path: Path) -> Path:
    with default_storage.open(name) as file, path.open("wb") as copy:
        shutil.copyfileobj(file, copy, CHUNK)
    default_storage.delete(name)
    return path


def write(archive: Archive, name: str) -> None:
    with archive.open(FILES + name) as file:
        got = default_storage.save(name, File(file, name=name))
    if got != name:
        default_storage.delete(got)
        raise KeepingError(_("Le fichier %(name)s n’a pas pu reprendre son nom.") % {"name": name})


def forget(names: set[str]) -> None:
    """Delete files that no row names any more."""
    for name in names:
        default_storage.delete(name)
