"""The page of savoirs on a phone-sized screen, by keyboard only."""

import re

import pytest
from playwright.sync_api import expect

from residents.enums import KnowledgeKind
from residents.models import Synonym
from tests.browser import settled
from tests.factories import PASSWORD, DeclarationFactory, KnowledgeItemFactory, MembershipFactory

FIELD = "Cherchez un mot, un métier, un public…"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member(transactional_db):
    """Not the shared one, which a transactional test would not see."""
    return MembershipFactory().user


@pytest.fixture
def vocabulary(transactional_db):
    item = KnowledgeItemFactory(label="Comptabilité analytique")
    Synonym.objects.create(item=item, label="Contrôle des coûts")
    return [
        item,
        KnowledgeItemFactory(label="Animer une réunion", kind=KnowledgeKind.SAVOIR_FAIRE),
        KnowledgeItemFactory(label="Jeunes majeurs", kind=KnowledgeKind.MILIEU),
    ]


def tab_to(page, selector, most=60):
    """Press Tab until what `selector` finds has the focus, as somebody without a mouse would."""
    for _n in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached in {most} tabs")


def choose(page, typed):
    page.keyboard.type(typed)
    expect(page.get_by_role("combobox", name=FIELD)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    active = page.get_by_role("combobox", name=FIELD).get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")


def test_three_items_declared_and_one_undone_by_keyboard(page, member, vocabulary):
    said, gauge = page.locator("#announcements"), page.locator(".gauge__figure")

    page.goto("/savoirs/")
    tab_to(page, "input[name=login]")
    page.keyboard.type(member.email)
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(gauge).to_have_text("0/25")

    tab_to(page, "#id_q")
    choose(page, "compta")
    expect(said).to_contain_text("« Comptabilité analytique » ajouté à ce que vous offrez. 1 élément sur 25.")
    expect(gauge).to_have_text("1/25")
    expect(page.get_by_role("combobox", name=FIELD)).to_be_focused()
    choose(page, "reunion")
    expect(gauge).to_have_text("2/25")
    choose(page, "jeunes")
    expect(gauge).to_have_text("3/25")

    settled(page)
    tab_to(page, "#undo-latest")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Annulé : « Jeunes majeurs » retiré. 2 éléments sur 25.")
    expect(gauge).to_have_text("2/25")
    expect(page.locator("#undo-latest")).to_be_focused()
    assert sorted(member.residents_list[0].declarations.values_list("item__label", flat=True)) == [
        "Animer une réunion",
        "Comptabilité analytique",
    ]


def test_the_combobox_keys(page, sign_in, member, vocabulary):
    sign_in(page, member)
    page.goto("/savoirs/")
    field, options = page.get_by_role("combobox", name=FIELD), page.locator("[role=option]")
    field.focus()
    page.keyboard.type("controle")
    expect(options).to_have_count(4)
    expect(options.first).to_contain_text("aussi : « Contrôle des coûts »")
    expect(page.locator("#announcements")).to_contain_text("1 terme trouvé.")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    assert field.get_attribute("aria-activedescendant") is None
    assert field.evaluate("field => field.selectionStart") == 0
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("controle")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")


def test_a_free_term_that_resembles_another_asks_first(page, sign_in, member):
    KnowledgeItemFactory(label="Maraîchage")
    sign_in(page, member)
    page.goto("/savoirs/")
    page.get_by_role("combobox", name=FIELD).focus()
    page.keyboard.type("Maraichages")
    page.get_by_role("option", name="nouveau terme, savoir", exact=False).first.click()
    expect(page.get_by_role("heading", name="Vouliez-vous dire… ?")).to_be_visible()
    expect(page.locator("[data-takes-focus]")).to_be_focused()
    page.get_by_role("button", name="Maraîchage", exact=True).click()
    expect(page.locator(".gauge__figure")).to_have_text("1/25")
    expect(page.get_by_role("heading", name="Vouliez-vous dire… ?")).to_have_count(0)
    assert member.residents_list[0].declarations.get().item.label == "Maraîchage"


@pytest.fixture
def note(page, sign_in, member):
    """The field of the note of the one declaration of the page, open."""
    DeclarationFactory(resident=member.residents_list[0], item=KnowledgeItemFactory(label="Maraîchage"))
    sign_in(page, member)
    page.goto("/savoirs/")
    page.get_by_text("Préciser").click()
    return page.get_by_label(re.compile("^Précision"))


def test_a_note_is_saved_when_one_leaves_it(page, note, member):
    note.fill("Sous serre")
    page.get_by_role("combobox", name=FIELD).focus()
    expect(page.locator("#announcements")).to_contain_text("« Maraîchage » précisé : « Sous serre ».")
    assert member.residents_list[0].declarations.get().note == "Sous serre"
    expect(page.get_by_role("combobox", name=FIELD)).to_be_focused()


def test_a_note_changed_with_the_stance_loses_neither(page, note, member):
    note.fill("Sous serre")
    page.get_by_role("button", name="Recherche", exact=True).click()
    expect(page.locator(".declaration__text")).to_have_text("Sous serre")
    assert member.residents_list[0].declarations.values_list("stance", "note").get() == ("recherche", "Sous serre")


def test_a_note_is_kept_when_the_session_is_lost(page, note, member):
    page.context.clear_cookies(name="sessionid")
    note.fill("Sous serre")
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(page.locator("#announcements")).to_contain_text("Ce que vous avez écrit est gardé.")
    expect(note).to_have_value("Sous serre")
    page.get_by_role("link", name="Recharger la page").click()
    page.locator("input[name=login]").fill(member.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label(re.compile("^Précision"))).to_have_value("Sous serre")
    assert member.residents_list[0].declarations.get().note == ""
