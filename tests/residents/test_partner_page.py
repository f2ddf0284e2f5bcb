"""The page of a partner: what everybody reads of it, what the house alone does."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents.models import Document

from residents.enums import AgreementState
from tests.factories import (
    AgreementFactory,
    MembershipFactory,
    PartnerFactory,
    ResidentFactory,
    TerritorialIssueFactory,
)

pytestmark = pytest.mark.django_db


def a_document(title: str = "Convention signée") -> Document:
    file = ContentFile(b"%PDF-1.4", name="convention.pdf")
    return Document.objects.create(title=title, file=file, file_size=file.size)


def read(client, partner):
    response = client.get(partner.get_absolute_url())
    return response.context["reading"], response.content.decode()


def test_partner_is_read_with_what_is_done_together(client):
    partner = PartnerFactory(name="Est Ensemble", together="Des ateliers.\n\nUn contrat.", url="https://exemple.fr/")
    issue = TerritorialIssueFactory(title="Se nourrir", objectives="Répondre ensemble.")
    hidden = TerritorialIssueFactory(is_shown=False)
    engaged = ResidentFactory(name="Le Levain")
    for one in (issue, hidden):
        one.partners.add(partner)
        one.residents.add(engaged)
    today = timezone.localdate()
    agreement = AgreementFactory(
        partner=partner,
        starts_on=datetime.date(2024, 3, 1),
        ends_on=today + datetime.timedelta(days=400),
        is_shown=True,
        note="À renégocier.",
    )
    reading, page = read(client, partner)
    assert [(one, one.engaged) for one in reading.issues] == [(issue, [engaged])]
    assert reading.agreements == [agreement]
    for written in (
        "<p>Des ateliers.</p>\n\n<p>Un contrat.</p>",
        f'href="/territoire/#{issue.slug}"',
        f'href="{engaged.get_absolute_url()}"',
        '<time datetime="2024-03-01">1er mars 2024</time>',
        "en cours",
        'href="https://exemple.fr/"',
    ):
        assert written in page
    assert "renégocier" not in page


def test_partner_without_anything_says_what_will_be_there(client):
    assert "Rien d’écrit encore" in read(client, PartnerFactory())[1]


def test_partner_that_is_not_shown_is_the_house_s_alone(client, member, house_manager):
    page = PartnerFactory(is_shown=False).get_absolute_url()
    answers = [client.get(page).status_code]
    for person in (member, house_manager):
        client.force_login(person)
        answers.append(client.get(page).status_code)
    assert answers == [404, 404, 200]
    assert "la maison seule la lit" in client.get(page).content.decode()


def test_contact_and_agreements_not_shown_are_the_house_s_alone(client, member, house_manager):
    partner = PartnerFactory(contact_name="Dominique Jumelle", contact_email="d.jumelle@exemple.fr")
    AgreementFactory(partner=partner, title="Accord discret")
    private = ("Dominique Jumelle", "d.jumelle@exemple.fr", "Accord discret")
    seen = [[words in read(client, partner)[1] for words in private]]
    for person in (member, house_manager):
        client.force_login(person)
        seen.append([words in read(client, partner)[1] for words in private])
    assert seen == [[False] * 3, [False] * 3, [True] * 3]
    assert "pour la maison seule" in read(client, partner)[1]


@pytest.mark.parametrize("page", ["/territoire/", "partner"])
def test_structure_out_of_the_public_directory_is_named_to_residents_alone(client, member, page):
    partner, issue = PartnerFactory(slug="est"), TerritorialIssueFactory()
    issue.partners.add(partner)
    issue.residents.add(ResidentFactory(name="La Discrète", is_listed=False), ResidentFactory(in_residence=False))
    address = partner.get_absolute_url() if page == "partner" else page
    seen = ["La Discrète" in client.get(address).content.decode()]
    client.force_login(member)
    seen.append("La Discrète" in client.get(address).content.decode())
    assert seen == [False, True]


def test_document_is_public_with_an_agreement_that_is_shown(client, member):
    document = a_document()
    agreement = AgreementFactory(document=document)

    def answers():
        client.logout()
        anonymous = client.get(document.url).status_code
        client.force_login(member)
        return anonymous, client.get(document.url).status_code

    assert answers() == (302, 403)
    agreement.is_shown = True
    agreement.save()
    assert answers() == (200, 200)
    client.logout()
    assert f'href="{document.url}"' in read(client, agreement.partner)[1]
    agreement.partner.is_shown = False
    agreement.partner.save()
    assert answers() == (302, 403)


def test_agreements_stand_by_their_end(client, house_manager):
    partner, today = PartnerFactory(), timezone.localdate()

    def ends(days):
        return AgreementFactory(
            partner=partner,
            starts_on=today - datetime.timedelta(days=900),
            ends_on=days and today + datetime.timedelta(days=days),
            is_shown=True,
        )

    long_over, over, later, open_ended, soon = ends(-400), ends(-1), ends(300), ends(None), ends(20)
    reading, page = read(client, partner)
    assert reading.agreements == [soon, later, open_ended, over, long_over]
    # That an end comes near is the house's business.
    assert [one.told_state for one in reading.agreements] == [
        AgreementState.HOLDING,
        AgreementState.HOLDING,
        AgreementState.HOLDING,
        AgreementState.ENDED,
        AgreementState.ENDED,
    ]
    assert page.count("Depuis le") == 1
    client.force_login(house_manager)
    assert read(client, partner)[0].agreements[0].told_state == AgreementState.ENDING


def test_markup_is_text(client):
    partner = PartnerFactory(name="<script>alert(1)</script>", slug="un", together="<img src=x onerror=alert(1)>")
    AgreementFactory(partner=partner, title="<b>gras</b>", is_shown=True)
    page = read(client, partner)[1]
    assert [words in page for words in ("<script>alert", "<img src=x", "<b>gras")] == [False] * 3


@pytest.mark.parametrize(("reader", "queries"), [("anonymous", 4), ("manager", 6)])
@pytest.mark.parametrize("number", [1, 3])
def test_page_keeps_its_queries(client, house_manager, django_assert_num_queries, number, reader, queries):
    partner = PartnerFactory()
    for issue in TerritorialIssueFactory.create_batch(number):
        issue.partners.add(partner)
        issue.residents.set(ResidentFactory.create_batch(number))
    AgreementFactory.create_batch(number, partner=partner, document=a_document(), is_shown=True)
    if reader == "manager":
        client.force_login(house_manager)
        queries += 1
    with django_assert_num_queries(queries):
        client.get(partner.get_absolute_url())


def test_large_partner_stays_a_light_page(client):
    partner = PartnerFactory()
    for issue in TerritorialIssueFactory.create_batch(8):
        issue.partners.add(partner)
        issue.residents.set([MembershipFactory().resident for _ in range(5)])
    AgreementFactory.create_batch(12, partner=partner, document=a_document(), is_shown=True)
    assert client.get(partner.get_absolute_url()).content.decode().count("<") / 2 < 600
