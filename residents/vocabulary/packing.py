"""For maintainers: the shipped files made from the official ones."""

import csv
import lzma
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from residents.vocabulary.sources import DATA_INCLUSION, ESCO, ROME, SHIPPED, find_files


def pack(directory: Path, to: Path = SHIPPED) -> Iterator[Path]:
    """Write the columns that are read of each official file of `directory`, compressed, under `to`; yields each file.

    Files of other releases are removed. Everything is read before anything is written; raises `VocabularyError`.
    """
    packed = {}
    for source in (ROME, ESCO, DATA_INCLUSION):
        for name, path in find_files(source, directory).items():
            text = StringIO()
            rows = csv.writer(text, lineterminator="\n")
            rows.writerow(source[name].columns)
            rows.writerows(source[name].rows(path))
            target = to / f"{path.name.removesuffix('.xz').removesuffix('.gz')}.xz"
            packed[target] = lzma.compress(text.getvalue().encode(), preset=9 | lzma.PRESET_EXTREME)
    for old in to.glob("*.csv.xz"):
        old.unlink()
    for target, content in packed.items():
        target.write_bytes(content)
        yield target
