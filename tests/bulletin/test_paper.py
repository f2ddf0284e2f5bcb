"""The residency's real paper is the test: its whole content comes out, in its order."""

from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from bulletin import sheets
from bulletin.models import BulletinPage
from bulletin.pages.reading import read_issue
from chaudronneries.demo import bulletin
from tests.bulletin.paper import LOADED_ON, missing_in
from tests.factories import PartnerFactory, ResidentFactory, TerritorialIssueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper():
    """The demonstration's first issue, in a house that has what it names."""
    ResidentFactory(name="Radio Rivet", slug="radio-rivet")
    PartnerFactory(name="Est Ensemble", slug="est-ensemble")
    TerritorialIssueFactory(title="L’insertion", slug="insertion-des-jeunes")
    issue = bulletin.publish(bulletin.plan(), LOADED_ON)
    return BulletinPage.objects.get(pk=issue.pk)


def words_of_page(html: bytes) -> str:
    soup = BeautifulSoup(html, "html.parser")
    return soup.find("article").get_text(" ")


def words_of_sheet(pdf: bytes) -> str:
    """Without what stands at the foot of each page."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return "\n".join(line for page in pages for line in page.splitlines() if "à épingler" not in line.casefold())


def test_paper_is_read_on_the_web_whole_and_in_order(client, paper):
    assert missing_in(words_of_page(client.get(paper.get_absolute_url()).content)) == []


def test_paper_is_printed_whole_and_in_order(paper):
    assert missing_in(words_of_sheet(sheets.draw(read_issue(paper)))) == []


def test_missing_sentence_is_seen():
    """The guard itself."""
    assert len(missing_in("1. Formation aux marchés publics")) > 50


def test_paper_passes_the_editor(paper):
    """What the house manager saves without touching anything is what was there."""
    block = BulletinPage._meta.get_field("body").stream_block
    cleaned = block.clean(paper.body)
    before = read_issue(paper)
    paper.body = cleaned
    assert [piece.said for piece in read_issue(paper).pieces] == [piece.said for piece in before.pieces]


def test_sheet_holds_a_page_count_and_metadata(paper):
    reader = PdfReader(BytesIO(sheets.draw(read_issue(paper))))
    assert reader.metadata.title == "Sur le feu n° 1 : Une cartographie des savoirs pour mieux coopérer"
    assert reader.root_object["/Lang"] == "fr-FR"
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert f"1 / {len(reader.pages)}" in reader.pages[0].extract_text()
