"""The files of the vocabulary's sources, official or shipped: the same names and columns, read line by line.

The official "utf8" files may hold stray cp1252 lines, so each line is decoded by itself. Shipped files are the official
ones reduced to the columns below and compressed (`packing.py`); both are read here.
"""

import csv
import gzip
import lzma
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "vocabulary"
OPENERS = {".csv": open, ".gz": gzip.open, ".xz": lzma.open}


class VocabularyError(Exception):
    """A source cannot be read; the message, in French, names the file and the line."""


@dataclass(frozen=True)
class SourceFile:
    """One official file: how it is named (`release` is its number, if it has one) and the columns read.

    The first two columns are never empty.
    """

    name: str
    columns: tuple[str, ...]
    # Columns of the same file as its publisher names them elsewhere.
    other_names: tuple[tuple[str, str], ...] = ()

    def find(self, directory: Path) -> Path | None:
        """The file of that name, plain or compressed, of the newest release that `directory` holds."""
        pattern = re.compile(self.name.replace("{release}", r"(\d+)") + r"(\.gz|\.xz)?")
        releases = [(match, path) for path in sorted(directory.iterdir()) if (match := pattern.fullmatch(path.name))]
        return max(releases, key=lambda found: int(found[0][1] or 0) if "{" in self.name else 0, default=(0, None))[1]

    def rows(self, path: Path) -> Iterator[tuple[str, ...]]:
        """The values of `columns`, stripped, row by row; raises `VocabularyError`."""
        lines = csv.reader(_lines(path))

        def fault(sentence, **parts):
            return VocabularyError(f"{path.name}, {_('ligne')} {lines.line_num or 1} : {sentence % parts}")

        try:
            header = [dict(self.other_names).get(name, name) for name in next(lines, [])]
            for column in self.columns:
                if column not in header:
                    raise fault(_("il manque la colonne « %(column)s »."), column=column)
            wanted = [header.index(column) for column in self.columns]
            for row in filter(None, lines):
                if len(row) != len(header):
                    raise fault(_("%(found)s colonnes au lieu de %(asked)s."), found=len(row), asked=len(header))
                values = tuple(row[index].strip() for index in wanted)
                for column, value in zip(self.columns[:2], values, strict=False):
                    if not value:
                        raise fault(_("la colonne « %(column)s » est vide."), column=column)
                yield values
        except (csv.Error, OSError, EOFError, lzma.LZMAError, zlib.error) as error:
            raise fault(_("fichier illisible (%(error)s)."), error=error) from error


def _lines(path: Path) -> Iterator[str]:
    with OPENERS[path.suffix](path, "rb") as file:
        for number, line in enumerate(file):
            text = _decoded(line)
            yield text.removeprefix("\ufeff") if number == 0 else text


def _decoded(line: bytes) -> str:
    """UTF-8, or the cp1252 of a stray line; what neither knows becomes the replacement character."""
    try:
        return line.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace").replace("\0", "")


ROME = {
    "families": SourceFile("unix_grand_domaine_v{release}_utf8.csv", ("code_grand_domaine", "libelle_grand_domaine")),
    "domains": SourceFile(
        "unix_domaine_professionnel_v{release}_utf8.csv",
        ("code_domaine_professionnel", "libelle_domaine_professionnel"),
    ),
    "occupations": SourceFile("unix_referentiel_code_rome_v{release}_utf8.csv", ("code_rome", "libelle_rome")),
    "savoirs": SourceFile(
        "unix_referentiel_savoir_v{release}_utf8.csv", ("code_ogr_savoir", "libelle_savoir", "categorie_savoir")
    ),
    "skills": SourceFile(
        "unix_referentiel_competence_v{release}_utf8.csv", ("code_ogr", "libelle_competence", "cat_comp")
    ),
    "contexts": SourceFile(
        "unix_referentiel_contexte_travail_v{release}_utf8.csv",
        ("code_ogr", "libelle_cont_travail", "libelle_type_cont_trav"),
    ),
    "links": SourceFile("unix_liens_rome_referentiels_v{release}_utf8.csv", ("code_rome", "code_ogr")),
}
ESCO = {
    "skills": SourceFile(
        "(?:esco_)?skills_fr.csv",
        ("uri", "label", "synonyms", "skill_type"),
        (
            ("conceptUri", "uri"),
            ("preferredLabel", "label"),
            ("altLabels", "synonyms"),
            ("skillType", "skill_type"),
        ),
    )
}
DATA_INCLUSION = {"terms": SourceFile("data_inclusion_referentiels.csv", ("code", "libelle", "referentiel"))}
HOUSE = {"terms": SourceFile("house_terms.csv", ("code", "label", "kind", "synonyms", "domains"))}


def find_files(source: dict[str, SourceFile], directory: Path | None) -> dict[str, Path]:
    """Where each file of `source` is: all in `directory` if it holds one of them, else all among the shipped ones.

    Raises `VocabularyError` when the directory holds some of them only: releases are not to be mixed.
    """
    found = {name: file.find(directory) for name, file in source.items()} if directory else {}
    if not any(found.values()):
        found = {name: file.find(SHIPPED) for name, file in source.items()}
    for name, path in found.items():
        if path is None:
            raise VocabularyError(
                _("Il manque le fichier %(name)s dans %(directory)s.")
                % {"name": source[name].name.format(release="…"), "directory": directory or SHIPPED}
            )
    return found
