"""/carte/cooperations/: reading suggestions, answering them, and who may."""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knowledge_map.enums import Answer, Closeness
from knowledge_map.models import Suggestion, SuggestionAnswer
from residents.enums import Audience, KnowledgeKind
from residents.models import Resident
from tests.browser import settled
from tests.factories import DeclarationFactory, MembershipFactory, ResidentFactory, UserFactory
from tests.knowledge_map.reasons import shared, told

pytestmark = pytest.mark.django_db
URL = "/carte/cooperations/"
NBSP = "\u00a0"


def suggest_to(resident, *partners, reasons=None):
    for rank, partner in enumerate(partners, start=1 + resident.suggestions.count()):
        Suggestion.objects.create(
            resident=resident,
            partner=partner,
            rank=rank,
            score=1,
            channels={"standardised": {}},
            reasons=[shared("Soudure")] if reasons is None else reasons,
            closeness=Closeness.CLOSE,
        )


def url_of(resident, **parameters):
    return f"{URL}?{urlencode({'structure': resident.slug, **parameters})}"


def answer_url(resident, partner):
    return reverse("knowledge_map:answer", args=[resident.slug, partner.slug])


def post(client, resident, partner, answer, **headers):
    return client.post(answer_url(resident, partner), {"reponse": answer}, headers=headers)


def sections(response):
    """The names of the partners: those to discover, then those of each answer."""
    found = response.context["cooperations"]
    return [
        [card.partner.name for card in cards]
        for cards in (found.new, found.interesting, found.in_touch, found.not_for_us)
    ]


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode().replace("&#x27;", "'"))
    return " ".join(text.replace(NBSP, " ").split())


@pytest.fixture
def mine(member, client):
    client.force_login(member)
    return member.residents_list[0]


@pytest.fixture
def partner():
    return ResidentFactory(
        name="Atelier du Zinc",
        tagline="Du toit au trottoir.",
        contact_name="Dominique Étain",
        email="zinc@zinc.example",
    )


# Reading


def test_suggestions_are_read_with_their_reasons_and_whom_to_contact(client, mine, partner):
    suggest_to(mine, partner)
    text = words(client.get(URL))
    for expected in (
        "Atelier du Zinc",
        "Du toit au trottoir.",
        "proches : mutualiser",
        "Vous partagez « Soudure ».",
        "Dominique Étain",
        "zinc@zinc.example",
    ):
        assert expected in text
    assert "%" not in text


def test_partners_come_by_rank_and_those_answered_below(client, mine):
    partners = [ResidentFactory(name=f"Structure {letter}") for letter in "DCBAE"]
    suggest_to(mine, *partners[:3])
    for other, answer in zip(partners[1:], [Answer.INTERESTED, Answer.IN_TOUCH, Answer.NOT_FOR_US], strict=False):
        SuggestionAnswer.objects.create(resident=mine, partner=other, answer=answer)
    assert sections(client.get(URL)) == [["Structure D"], ["Structure C"], ["Structure B"], ["Structure A"]]


def test_one_kind_of_reason_may_be_asked_for(client, mine, partner):
    other = ResidentFactory(name="Autre")
    suggest_to(mine, partner)
    suggest_to(mine, other, reasons=[{"channel": "milieu", "items": [told("Jeunes", KnowledgeKind.MILIEU)]}])
    response = client.get(url_of(mine, raison="milieu"))
    assert sections(response)[0] == ["Autre"]
    assert [(kind["value"], kind["count"]) for kind in response.context["cooperations"].kinds] == [
        ("shared", 1),
        ("milieu", 1),
    ]
    assert "Aucune suggestion de cette sorte" in words(client.get(url_of(mine, raison="need")))


def test_a_contact_kept_for_the_house_is_not_shown(client, mine):
    suggest_to(
        mine, ResidentFactory(hidden=True, tagline="Secret", contact_name="Secret", email="secret@secret.example")
    )
    assert "ecret" not in client.get(URL).content.decode()


def test_reasons_vanish_as_soon_as_savoirs_are_kept_for_the_house(client, mine, partner):
    third_party = {"channel": "third_party", "structures": [{"id": 1, "name": "Étain"}]}
    suggest_to(mine, partner, reasons=[shared("Soudure"), third_party])
    Resident.objects.filter(pk=partner.pk).update(savoirs_audience=Audience.HOUSE)
    text = words(client.get(URL))
    assert "Soudure" not in text
    assert "proches" not in text
    assert "Étain a travaillé avec vous deux." in text


def test_a_discreet_partner_without_reason_is_said_so(client, mine):
    suggest_to(mine, ResidentFactory(savoirs_audience=Audience.HOUSE))
    assert "Cette structure garde ses savoirs pour la maison" in words(client.get(URL))


def test_a_partner_without_reason_is_an_encounter_to_make(client, mine, partner):
    suggest_to(mine, partner, reasons=[])
    assert "c’est une rencontre à provoquer" in words(client.get(URL))


def test_text_is_never_taken_for_html(client, mine):
    suggest_to(mine, ResidentFactory(name="<b>Zinc</b>", slug="zinc"), reasons=[shared("<script>alert(1)</script>")])
    content = client.get(URL).content.decode()
    assert "<b>" not in content
    assert "<script>alert" not in content


# Nothing to read


def test_an_unmapped_structure_reads_what_it_still_has_to_declare(client, mine):
    DeclarationFactory.create_batch(8, resident=mine)
    assert "Il vous manque 2 éléments, dont un savoir-faire et un milieu de référence." in words(client.get(URL))


def test_a_mapped_structure_without_suggestions_reads_that_they_are_coming(client, mine):
    for kind in KnowledgeKind.values:
        DeclarationFactory.create_batch(4, resident=mine, item__kind=kind)
    assert "Vos suggestions se préparent" in words(client.get(URL))


def test_who_answered_everything_is_told_so(client, mine, partner):
    for kind in KnowledgeKind.values:
        DeclarationFactory.create_batch(4, resident=mine, item__kind=kind)
    SuggestionAnswer.objects.create(resident=mine, partner=partner, answer=Answer.NOT_FOR_US)
    assert "Vous avez répondu à tout" in words(client.get(URL))


def test_an_absent_structure_is_told_so(client):
    membership = MembershipFactory(resident=ResidentFactory(in_residence=False))
    client.force_login(membership.user)
    assert "Pas de suggestion pour une structure absente" in words(client.get(URL))


def test_who_belongs_nowhere_is_told_how_to_join(client):
    client.force_login(UserFactory())
    assert "Votre compte n’est relié à aucune structure" in words(client.get(URL))


# Who may


def test_the_public_signs_in_first(client, resident):
    for url in (URL, url_of(resident)):
        assert client.get(url).url.startswith("/compte/login/")
    assert post(client, resident, ResidentFactory(), Answer.INTERESTED).url.startswith("/compte/login/")


def test_the_suggestions_of_another_structure_are_refused(client, mine, partner):
    assert client.get(url_of(partner)).status_code == 403


def test_nobody_answers_for_another_structure(client, mine, partner, house_manager, administrator):
    other = ResidentFactory()
    statuses = [post(client, other, partner, Answer.INTERESTED).status_code]
    for user in (house_manager, administrator):
        client.force_login(user)
        statuses.append(post(client, other, partner, Answer.INTERESTED).status_code)
    assert (statuses, SuggestionAnswer.objects.count()) == ([403, 403, 403], 0)


def test_the_house_manager_chooses_a_structure_and_reads_without_answering(client, house_manager, resident, partner):
    for kind in KnowledgeKind.values:
        DeclarationFactory.create_batch(4, resident=resident, item__kind=kind)
    suggest_to(resident, partner)
    client.force_login(house_manager)
    assert url_of(resident) in client.get(URL).content.decode()
    response = client.get(url_of(resident))
    assert sections(response)[0] == ["Atelier du Zinc"]
    assert 'name="reponse"' not in response.content.decode()


def test_a_person_of_two_structures_chooses(client, member, partner):
    second = MembershipFactory(user=member, resident__name="Seconde").resident
    suggest_to(second, partner)
    client.force_login(member)
    response = client.get(url_of(second))
    assert (sections(response)[0], response.context["resident"]) == (["Atelier du Zinc"], second)
    assert '<option value="seconde" selected>' in response.content.decode()


def test_an_unknown_structure_is_not_found(client, mine):
    assert [client.get(f"{URL}?structure={slug}").status_code for slug in ("inconnue", "é è")] == [404, 404]
    assert client.get(f"{URL}?raison=inconnue").status_code == 404


# Answering


@pytest.mark.parametrize("answer", Answer.values)
def test_an_answer_is_kept_and_the_page_comes_back_to_it(client, mine, member, partner, answer):
    suggest_to(mine, partner)
    response = post(client, mine, partner, answer)
    assert response.url == f"{url_of(mine)}#cooperation-atelier-du-zinc"
    given = SuggestionAnswer.objects.get()
    assert (given.resident, given.partner, given.answer, given.by) == (mine, partner, answer, member)
    page = client.get(response.url)
    assert sections(page)[0] == []
    assert f"Atelier du Zinc : vous avez répondu « {Answer(answer).label} »." in words(page)


def test_without_a_script_each_form_is_accepted(member, mine, partner):
    suggest_to(mine, partner, ResidentFactory())
    SuggestionAnswer.objects.create(resident=mine, partner=partner, answer=Answer.INTERESTED)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member)
    forms = re.findall(r'action="(/carte/[^"]+)".*?csrfmiddlewaretoken" value="(\w+)"', browser.get(URL).text, re.S)
    answers = [
        browser.post(url, {"reponse": Answer.IN_TOUCH, "csrfmiddlewaretoken": token}).status_code
        for url, token in forms
    ]
    assert answers == [302, 302]


def test_an_answer_may_be_changed_then_taken_back(client, mine, partner):
    suggest_to(mine, partner)
    post(client, mine, partner, Answer.NOT_FOR_US)
    post(client, mine, partner, Answer.IN_TOUCH)
    assert sections(client.get(URL)) == [[], [], ["Atelier du Zinc"], []]
    post(client, mine, partner, "retirer")
    assert sections(client.get(URL)) == [["Atelier du Zinc"], [], [], []]


def test_an_unknown_answer_is_refused_in_words(client, mine, partner):
    response = post(client, mine, partner, "peut-être")
    assert (response.status_code, SuggestionAnswer.objects.count()) == (400, 0)
    assert "peut-être" in response.content.decode()


def test_one_does_not_answer_about_oneself(client, mine):
    assert post(client, mine, mine, Answer.INTERESTED).status_code == 403


def test_with_htmx_the_card_comes_back_alone_announced_with_its_focus(client, mine, partner):
    suggest_to(mine, partner)
    content = post(client, mine, partner, Answer.INTERESTED, hx_request="true").content.decode()
    assert "<html" not in content
    assert content.count('id="cooperation-atelier-du-zinc"') == 1
    assert re.search(r'value="interessant"\s+aria-pressed="true"', content)
    assert re.search(r'value="retirer"\s+autofocus', content)
    assert re.search(r'id="announcements"[^>]*hx-swap-oob="true"[^>]*>.*vous avez répondu', content)
    undone = post(client, mine, partner, "retirer", hx_request="true").content.decode()
    assert re.search(r'value="interessant"\s+aria-pressed="false"\s+autofocus', undone)


def test_with_htmx_an_answer_taken_back_about_who_is_suggested_no_more_leaves_a_word(client, mine, partner):
    SuggestionAnswer.objects.create(resident=mine, partner=partner, answer=Answer.NOT_FOR_US)
    content = post(client, mine, partner, "retirer", hx_request="true").content.decode()
    assert "votre réponse est retirée" in content
    assert "<article" not in content


def test_coming_back_by_the_address_of_an_answer_leads_to_the_page(client, mine, partner):
    assert client.get(answer_url(mine, partner)).url == f"{url_of(mine)}#cooperation-atelier-du-zinc"


def test_an_interest_is_told_only_when_it_is_mutual(client, mine, partner):
    suggest_to(mine, partner)
    SuggestionAnswer.objects.create(resident=partner, partner=mine, answer=Answer.INTERESTED)
    assert "réciproque :" not in words(client.get(URL))
    post(client, mine, partner, Answer.NOT_FOR_US)
    assert "réciproque :" not in words(client.get(URL))
    post(client, mine, partner, Answer.INTERESTED)
    assert "L’intérêt est réciproque : Atelier du Zinc aussi a répondu « intéressant »." in words(client.get(URL))


# Price


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def test_the_page_costs_the_same_for_one_and_for_three(client, mine):
    partners = ResidentFactory.create_batch(6)
    suggest_to(mine, partners[0])
    SuggestionAnswer.objects.create(resident=mine, partner=partners[1], answer=Answer.INTERESTED)
    one = queries(client, URL)
    suggest_to(mine, *partners[2:4])
    for partner in partners[4:]:
        SuggestionAnswer.objects.create(resident=mine, partner=partner, answer=Answer.IN_TOUCH)
    assert (one, queries(client, URL)) == (6, 6)


def test_the_page_of_the_house_manager_costs_the_same_for_one_and_for_three(client, house_manager, resident):
    partners = ResidentFactory.create_batch(3)
    client.force_login(house_manager)
    suggest_to(resident, partners[0])
    one = queries(client, url_of(resident))
    suggest_to(resident, *partners[1:])
    assert (one, queries(client, url_of(resident))) == (8, 8)


# In a browser


@pytest.mark.browser
def test_an_answer_is_given_and_taken_back_in_place_by_keyboard(page, sign_in):
    membership = MembershipFactory()
    mine, partner = membership.resident, ResidentFactory(name="Atelier du Zinc")
    suggest_to(mine, partner)
    sign_in(page, membership.user)
    page.goto(URL)
    page.get_by_role("button", name="intéressant").focus()
    page.keyboard.press("Enter")
    undo = page.get_by_role("button", name="Annuler ma réponse")
    undo.wait_for()
    page.locator("button[value=retirer]:focus").wait_for()
    assert "vous avez répondu" in page.locator("#announcements").inner_text()
    assert SuggestionAnswer.objects.get().answer == Answer.INTERESTED
    settled(page)
    page.keyboard.press("Enter")
    undo.wait_for(state="detached")
    page.locator("button[value=interessant]:focus").wait_for()
    assert SuggestionAnswer.objects.count() == 0
