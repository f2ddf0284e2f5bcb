"""Near terms and merges in a browser: on a phone, by keyboard, in both schemes, judged by axe."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from residents.duplicates import queue
from residents.enums import NearDuplicateState, Scheme
from residents.models import Declaration, KnowledgeItem, Merge, NearDuplicate, Synonym
from tests.factories import DeclarationFactory, KnowledgeItemFactory, ResidentFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/gestion/termes-proches/"
KEEP = "Garder celui-ci :"


@pytest.fixture
def manager(transactional_db):
    return UserFactory(house_manager=True)


@pytest.fixture
def terms(transactional_db):
    """Three pairs: what one structure declares twice, two that wait for a gesture."""
    for label in ("Réparation de vélos", "Tailler les arbres", "Cuisine du monde"):
        KnowledgeItemFactory(label=label, scheme=Scheme.ROME)
    for label in ("Vélos : réparation", "Tailler des arbres", "Le monde de la cuisine"):
        KnowledgeItemFactory(label=label, scheme=Scheme.RESIDENT, code="")
    found = {item.label: item for item in KnowledgeItem.objects.all()}
    both = ResidentFactory(name="Atelier du Zinc")
    DeclarationFactory(resident=both, item=found["Réparation de vélos"], note="Le samedi")
    DeclarationFactory(resident=both, item=found["Vélos : réparation"], seeks=True)
    Synonym.objects.create(item=found["Cuisine du monde"], label="Gastronomies d’ailleurs")
    queue.look_again()
    assert NearDuplicate.objects.waiting().count() == 3
    return found


def pair(page, label):
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=label, exact=True))


def press(page, button):
    """As somebody without a mouse."""
    button.focus()
    page.keyboard.press("Enter")


def test_near_terms_are_decided_by_keyboard_on_a_phone(page, sign_in, manager, terms):
    sign_in(page, manager)
    page.goto(PAGE)
    expect(page.get_by_text("3 paires à départager")).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    # Both are declared by one structure: what will happen is read first.
    press(page, pair(page, "Réparation de vélos").get_by_role("button", name=f"{KEEP} « Réparation de vélos »"))
    expect(page.get_by_text("il reste « Réparation de vélos », en offre")).to_be_visible()
    press(page, page.get_by_role("button", name="Fusionner"))
    expect(page).to_have_url(re.compile(f"{PAGE}$"))
    expect(page.get_by_text("« Vélos : réparation » fusionné dans « Réparation de vélos »")).to_be_visible()

    # One gesture; the eyes go to the pair that was below.
    below = NearDuplicate.objects.waiting().order_by("-score", "pk")[1]
    press(page, pair(page, "Tailler les arbres").get_by_role("button", name="Ce sont deux choses"))
    expect(page.get_by_text("1 paire à départager")).to_be_visible()
    expect(page.locator(f"#paire-{below.pk}")).to_be_in_viewport()
    press(page, pair(page, "Cuisine du monde").get_by_role("button", name=f"{KEEP} « Cuisine du monde »"))
    expect(page.get_by_text("Aucun terme à départager.")).to_be_visible()
    assert sorted(NearDuplicate.objects.values_list("state", flat=True)) == sorted(
        [NearDuplicateState.MERGED, NearDuplicateState.MERGED, NearDuplicateState.DIFFERENT]
    )

    # Undone from there too.
    press(page, page.get_by_role("navigation", name="Termes proches").get_by_role("link", name="Départagés"))
    press(page, pair(page, "Tailler les arbres").get_by_role("button", name="Annuler"))
    expect(page.get_by_text("sont à nouveau à départager.")).to_be_visible()
    press(page, pair(page, "Réparation de vélos").get_by_role("button", name="Annuler"))
    expect(page.get_by_text("« Réparation de vélos » et « Vélos : réparation » sont à nouveau")).to_be_visible()
    assert Declaration.objects.filter(item__label__contains="élos").count() == 2
    assert NearDuplicate.objects.waiting().count() == 2


def test_terms_are_merged_from_their_page_and_the_merge_undone(page, sign_in, manager, terms):
    away, kept = terms["Vélos : réparation"], terms["Réparation de vélos"]
    sign_in(page, manager)
    page.goto(f"/gestion/termes/{away.pk}/fusionner/")
    press(page, page.get_by_label("Chercher l’autre terme"))
    page.get_by_label("Chercher l’autre terme").fill("reparation de velo")
    page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Réparation de vélos"))
    expect(page.get_by_text("Qui écrira « Vélos : réparation » trouvera « Réparation de vélos ».")).to_be_visible()
    press(page, page.get_by_role("button", name="Fusionner"))
    expect(page).to_have_url(re.compile(f"/gestion/termes/edit/{kept.pk}/$"))
    [left] = Declaration.objects.filter(item__in=[away, kept])
    assert (left.item, left.note) == (kept, "Le samedi")

    page.goto(f"/gestion/fusions/{Merge.objects.get().pk}/")
    expect(page.get_by_text("retrouvera « Vélos : réparation » en recherche")).to_be_visible()
    press(page, page.get_by_role("button", name="Annuler la fusion"))
    expect(page.get_by_text("Fusion annulée : « Vélos : réparation » est à nouveau un terme.")).to_be_visible()
    assert Declaration.objects.filter(item__in=[away, kept]).count() == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_axe_violation(chromium, live_server, sign_in, manager, terms, scheme):
    """Ours alone: the menu and the head of the back office are Wagtail's."""
    context = chromium.new_context(
        base_url=live_server.url, locale="fr-FR", reduced_motion="reduce", bypass_csp=True, color_scheme=scheme
    )
    page = context.new_page()
    sign_in(page, manager)
    away, kept = terms["Vélos : réparation"], terms["Réparation de vélos"]
    merge = Merge.objects.create(item=terms["Tailler des arbres"], into=terms["Tailler les arbres"], by=manager)
    queue.follow(merge, by=manager)
    faults = {}
    for address in (
        PAGE,
        f"{PAGE}?etat=decides",
        f"/gestion/termes/{away.pk}/fusionner/",
        f"/gestion/termes/{away.pk}/fusionner/{kept.pk}/?paire=1",
        f"/gestion/fusions/{merge.pk}/",
    ):
        page.goto(address)
        expect(page.locator(".office")).to_be_visible()
        found = Axe().run(page, context=".office").response["violations"]
        if found:
            faults[address] = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]
    context.close()
    assert faults == {}
