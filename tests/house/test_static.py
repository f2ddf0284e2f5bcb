"""Production's static files: hashed, compressed, the style sheet in one piece."""

import os
import re
import subprocess
import sys

import pytest

from chaudronneries.env import BASE_DIR
from tests.house.test_settings import PRODUCTION


def manage(static_root, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **PRODUCTION, "STATIC_ROOT": str(static_root)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The folder of production's static files."""
    folder = tmp_path_factory.mktemp("static")
    manage(folder, "collectstatic", "--noinput", "--verbosity", "0")
    return folder


def test_style_sheets_are_served_in_one_piece_each(collected):
    for source in (BASE_DIR / "static/css").glob("*.css"):
        hashed = re.compile(rf"{source.stem}\.\w{{12}}\.css")
        [sheet] = [path for path in (collected / "css").iterdir() if hashed.fullmatch(path.name)]
        text, written = sheet.read_text(), source.read_text()
        pieces = written.count("@import") + written.count("@layer ")
        assert (source.name, "@import" in text, text.count("@layer ")) == (source.name, False, pieces)
        assert sheet.with_suffix(".css.br").exists()


def test_the_server_in_front_has_pages_of_its_own_that_need_nobody(collected):
    manage(collected, "fault_pages")
    pages = {path.name: path.read_text() for path in (collected / "pannes").iterdir()}
    assert sorted(pages) == ["413.html", "503.html"]
    assert "130\xa0Mo à la fois" in pages["413.html"]
    for page in pages.values():
        used = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page))
        assert used and {name for name in used if not (collected / name).exists()} == set()
        assert "référence" not in page
