"""What a resident comes for, from the door to an answer, on a phone and through the real queue."""

import pytest
from playwright.sync_api import expect

from knowledge_map.models import SuggestionAnswer
from residents.enums import KnowledgeKind
from tests.browser import settled
from tests.factories import (
    PASSWORD,
    DeclarationFactory,
    DomainFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    ResidentFactory,
)
from tests.worker import work_at_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(transactional_db):
    """My structure lacks two items to be mapped; a mapped one seeks what I am about to declare."""
    domain = DomainFactory(label="Action sociale")
    mine = MembershipFactory(resident=ResidentFactory(name="Les Braises", slug="les-braises"))
    other = ResidentFactory(name="Le Fourneau", slug="le-fourneau")
    kinds = [*KnowledgeKind.values, *KnowledgeKind.values, *KnowledgeKind.values, KnowledgeKind.SAVOIR]
    for n, kind in enumerate(kinds):
        if n < 8:
            DeclarationFactory(resident=mine.resident, item=KnowledgeItemFactory(label=f"Ancien {n}", kind=kind))
        DeclarationFactory(resident=other, item=KnowledgeItemFactory(label=f"Voisin {n}", kind=kind))
    forge = KnowledgeItemFactory(label="Forge d'art", domain=domain)
    DeclarationFactory(resident=other, item=forge, seeks=True)
    KnowledgeItemFactory(label="Animer une réunion", kind=KnowledgeKind.SAVOIR_FAIRE, domain=domain)
    KnowledgeItemFactory(label="Jeunes majeurs", kind=KnowledgeKind.MILIEU)
    work_at_once()
    return mine


def declare(page, typed):
    field = page.locator("#id_q")
    field.focus()
    page.keyboard.type(typed)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_from_the_door_to_an_answer(page, house):
    page.goto("/carte/cooperations/")
    page.get_by_label("Adresse e-mail").fill(house.user.email.upper())
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Le Fourneau")).to_have_count(0)

    page.goto("/savoirs/")
    gauge = page.locator(".gauge__figure")
    for typed, figure in [("forge", "9/25"), ("reunion", "10/25"), ("jeunes", "11/25")]:
        declare(page, typed)
        expect(gauge).to_have_text(figure)
    settled(page)
    page.locator("#undo-latest").press("Enter")
    expect(gauge).to_have_text("10/25")

    work_at_once()

    page.goto("/carte/?liste=savoirs")
    expect(page.get_by_role("link", name="Forge d'art").first).to_be_visible()
    expect(page.get_by_text("2/2 structures cartographiées")).to_be_visible()
    expect(page.locator("#map canvas, .map canvas").first).to_be_visible()

    page.goto("/carte/cooperations/")
    card = page.get_by_role("article").filter(has=page.get_by_role("link", name="Le Fourneau")).first
    expect(card).to_contain_text("Le Fourneau cherche « Forge d'art » : vous l’offrez.")
    card.get_by_role("button", name="intéressant").press("Enter")
    expect(page.locator("#announcements")).to_contain_text("Le Fourneau")
    assert list(SuggestionAnswer.objects.values_list("resident__name", "partner__name", "answer")) == [
        ("Les Braises", "Le Fourneau", "interessant")
    ]
