"""Production's static files: hashed, compressed, the style sheet in one piece."""

import os
import re
import subprocess
import sys

from chaudronneries.env import BASE_DIR
from tests.house.test_settings import PRODUCTION


def test_style_sheet_is_served_in_one_piece(tmp_path):
    collected = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **PRODUCTION, "STATIC_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (collected.returncode, collected.stderr) == (0, "")
    [sheet] = [path for path in (tmp_path / "css").glob("main.*.css") if re.fullmatch(r"main\.\w{12}\.css", path.name)]
    source = (BASE_DIR / "static/css/main.css").read_text()
    text = sheet.read_text()
    assert ("@import" in text, text.count("@layer ")) == (False, source.count("@import") + source.count("@layer "))
    assert sheet.with_suffix(".css.br").exists()
