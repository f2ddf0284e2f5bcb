"""What every page is written in: what an HTML checker refuses and a browser silently mends as it can."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from residents.actions import sheets
from residents.enums import SheetKind
from tests.conftest import just_signed_in
from tests.house.test_axe import pages
from tests.house.world import make_world

# Their content is text and what goes in a text.
PHRASING = "span, p, strong, em, small, label, button, time, h1, h2, h3, h4, h5, h6"
BLOCKS = "div, p, form, fieldset, ul, ol, dl, table, section, article, nav, header, footer, h1, h2, h3, h4, h5, h6"
BLOCK_IN_PHRASING = ", ".join(f"{outer} {inner}" for outer in PHRASING.split(", ") for inner in BLOCKS.split(", "))
DAY, HOUR = r"\d{4}(-\d\d){0,2}", r"\d\d:\d\d(:\d\d(\.\d{1,3})?)?"
WHEN = re.compile(rf"{DAY}|{HOUR}|{DAY}[T ]{HOUR}(Z|[+-]\d\d:?\d\d)?")


def faults(html: bytes) -> list[str]:
    page = BeautifulSoup(html, "html.parser")
    # Wagtail's own menus and panels are its own; a page of the house is one `main`.
    content = page.select_one("main") or page
    nested = [str(found)[:80] for found in content.select(BLOCK_IN_PHRASING)]
    times = [found["datetime"] for found in content.select("time[datetime]") if not WHEN.fullmatch(found["datetime"])]
    days = [found["value"] for found in content.select("input[type=date][value]") if not is_day(found["value"])]
    return nested + times + days


def is_day(text: str) -> bool:
    return not text or re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def drawn_for(client, role) -> dict[str, bytes]:
    """What each page answers to `role`, by its address's name; an archive is no page."""
    world = make_world()
    if person := world.people[role]:
        just_signed_in(client, person)
    answers = {name: client.get(world.address(name)) for name in pages(role)}
    return {name: answer.content for name, answer in answers.items() if not answer.streaming}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "lead", "manager"])
def test_pages_are_well_nested_and_have_what_asks_for_their_parts(client, role):
    """The public's pages that ask for no part are not sent htmx: it would be most of what they weigh."""
    drawn = drawn_for(client, role)
    found = {name: faults(content) for name, content in drawn.items()}
    assert {name: said for name, said in found.items() if said} == {}
    parsed = {name: BeautifulSoup(content, "html.parser") for name, content in drawn.items()}
    asks = {name for name, page in parsed.items() if page.select_one("[data-hx-get], [data-hx-post]")}
    sent = {name for name, page in parsed.items() if page.select_one("script[src*='htmx']")}
    assert asks - sent == set()
    assert role != "anonymous" or sent == asks


@pytest.mark.django_db
def test_sheets_are_well_nested(client, house_manager):
    content = b"Nom;Nature\n;zzz\n"
    upload = sheets.keep(by=house_manager, kind=SheetKind.STRUCTURES, name="a.csv", content=content)
    client.force_login(house_manager)
    for address in (reverse("sheets"), reverse("sheet", args=[upload.pk])):
        assert faults(client.get(address).content) == []


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["bof", "2026-02-31", "31/02/2027", "12026-01-01"])
def test_what_is_no_day_stays_as_it_was_typed(client, house_manager, typed):
    client.force_login(house_manager)
    page = BeautifulSoup(client.get(reverse("residents:arrivals"), {"depuis": typed}).content, "html.parser")
    field = page.select_one("#id_depuis")
    assert (field["type"], field["value"]) == ("text", typed)


def test_faults_are_seen():
    """The control of the three tests above."""
    html = '<main><span><form></form></span><time datetime="2026-11-22T08:47:14.608406+01:00">x</time></main>'
    assert faults(html + '<input type="date" value="bof">') == [
        "<form></form>",
        "2026-11-22T08:47:14.608406+01:00",
    ]
    assert faults('<input type="date" value="bof"><time datetime="2026-11-22T08:47">x</time>') == ["bof"]
