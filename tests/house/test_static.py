"""Production's static files: hashed, compressed, the style sheet in one piece."""

import os
import re
import subprocess
import sys

from chaudronneries.env import BASE_DIR
from tests.house.test_settings import PRODUCTION


def test_style_sheets_are_served_in_one_piece_each(tmp_path):
    collected = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **PRODUCTION, "STATIC_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (collected.returncode, collected.stderr) == (0, "")
    for source in (BASE_DIR / "static/css").glob("*.css"):
        hashed = re.compile(rf"{source.stem}\.\w{{12}}\.css")
        [sheet] = [path for path in (tmp_path / "css").iterdir() if hashed.fullmatch(path.name)]
        text, written = sheet.read_text(), source.read_text()
        pieces = written.count("@import") + written.count("@layer ")
        assert (source.name, "@import" in text, text.count("@layer ")) == (source.name, False, pieces)
        assert sheet.with_suffix(".css.br").exists()
