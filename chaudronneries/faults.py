"""Pages about faults that are drawn without the request: its user may be what cannot be read."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

# What the server in front answers on its own: the house does not answer it, or what was sent is too long for it.
FOR_THE_SERVER_IN_FRONT = ["413.html", "503.html"]


def drawn(template: str, reference: str = "") -> str:
    """The page, with the `reference` that finds its request in the logs; `longest` is in MB."""
    return render_to_string(template, {"reference": reference, "longest": settings.LONGEST_REQUEST // 2**20})


def write(folder: Path) -> list[Path]:
    """Write the pages of the server in front into `folder`; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for template in FOR_THE_SERVER_IN_FRONT:
        pages.append(folder / template)
        pages[-1].write_text(drawn(template), encoding="utf-8")
    return pages
