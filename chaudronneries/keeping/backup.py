"""Making an archive, and forgetting the old ones."""

import datetime
import errno
import re
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.utils.translation import gettext as _

from chaudronneries.keeping import KeepingError, archive, files, postgres, snapshot

NAME = re.compile(r"chaudronneries-\d{8}T\d{6}Z\.zip")
# A file deleted between the instant that is kept and its turn to be copied: another instant is taken.
ATTEMPTS = 3
# A half-written archive of that age (seconds) has nobody who writes it.
ABANDONED = 24 * 3600


def backup(folder: Path, *, allow_missing: bool = False) -> tuple[Path, archive.Manifest]:
    """Write an archive of the house into `folder`; where it is, and what it holds.

    Raises files.Missing when files that the database names are lost, unless told to `allow_missing`; KeepingError when
    it cannot be made. Nothing is left of an archive that failed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return make(folder, allow_missing=allow_missing and attempt == ATTEMPTS)
            except files.Missing:
                if attempt == ATTEMPTS:
                    raise
    except OSError as error:
        raise KeepingError(sentence(error, folder)) from error


def sentence(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("Il n’y a plus de place dans %(folder)s : l’archive n’a pas été gardée.") % {"folder": folder}
    if isinstance(error, FileExistsError):
        return _("Une autre sauvegarde est en train d’être écrite dans %(folder)s.") % {"folder": folder}
    return _("L’archive n’a pas pu être écrite dans %(folder)s : %(why)s") % {"folder": folder, "why": error.strerror}


def make(folder: Path, *, allow_missing: bool) -> tuple[Path, archive.Manifest]:
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    path = folder / f"chaudronneries-{now:%Y%m%dT%H%M%SZ}.zip"
    with snapshot.taken() as instant, archive.writing(path) as into:
        with into.member(archive.DATABASE) as member:
            dumped_by = postgres.dump(member, snapshot=instant.key, without_rows_of=snapshot.tables_left_out())
        missing = files.keep(into, instant.files)
        if missing and not allow_missing:
            raise files.Missing(missing)
        manifest = archive.Manifest(
            made_at=now.isoformat(),
            version=product_version(),
            postgresql=postgres.server_version(),
            dumped_by=dumped_by,
            migrations=instant.migrations,
            counts=instant.counts,
            missing=missing,
        )
        into.close(manifest)
    return path, manifest


def product_version() -> str:
    try:
        return version("chaudronneries")
    except PackageNotFoundError:
        return "?"


def forget_old(folder: Path, *, keep: int) -> list[Path]:
    """Delete our archives of `folder` but the `keep` newest, and what a stopped backup left; the archives deleted."""
    for part in folder.glob(".chaudronneries-*.zip.part"):
        if time.time() - part.stat().st_mtime > ABANDONED:
            part.unlink(missing_ok=True)
    archives = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    old = archives[:-keep]
    for path in old:
        path.unlink(missing_ok=True)
    return old
