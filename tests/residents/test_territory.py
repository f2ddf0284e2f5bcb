"""The territory: what is shown of it, and to whom."""

import pytest
from django.contrib.auth.models import AnonymousUser

from residents.enums import PartnerKind
from residents.pages.territory import Territory
from tests.factories import PartnerFactory, ResidentFactory, TerritorialIssueFactory

pytestmark = pytest.mark.django_db


def test_territory_reads_as_the_papers_do(client):
    partner = PartnerFactory(name="Centre social du Grand Air", kind=PartnerKind.ASSOCIATION)
    town = PartnerFactory(name="Est Ensemble", kind=PartnerKind.AUTHORITY, together="Des ateliers.\n\nUn contrat.")
    resident = ResidentFactory(name="La Colline")
    issue = TerritorialIssueFactory(
        title="Les inégalités alimentaires",
        state_of_play="Réunions et échanges.",
        objectives="Proposer une réponse collective.",
    )
    issue.partners.set([partner])
    issue.residents.set([resident])
    response = client.get("/territoire/")
    page = response.content.decode()
    territory = response.context["territory"]
    assert [(one.title, one.shown_partners, one.engaged) for one in territory.issues] == [
        (issue.title, [partner], [resident])
    ]
    assert territory.partners == [(PartnerKind.AUTHORITY, [town]), (PartnerKind.ASSOCIATION, [partner])]
    for written in (
        f'id="{issue.slug}"',
        f'id="partenaire-{town.slug}"',
        f'href="{partner.get_absolute_url()}"',
        f'<a href="/territoire/partenaires/{town.slug}/">Est Ensemble</a>',
        "<p>Des ateliers.</p>",
        f'href="{resident.get_absolute_url()}"',
    ):
        assert written in page


def test_territory_keeps_what_is_not_shown():
    hidden = PartnerFactory(is_shown=False)
    PartnerFactory(name="Aurore")
    TerritorialIssueFactory(is_shown=False)
    shown = TerritorialIssueFactory()
    shown.partners.set([hidden])
    territory = Territory.read(AnonymousUser())
    assert ([one.title for one in territory.issues], territory.issues[0].shown_partners) == ([shown.title], [])
    assert [partner.name for _kind, partners in territory.partners for partner in partners] == ["Aurore"]


def test_structure_that_has_not_arrived_is_not_named():
    issue = TerritorialIssueFactory()
    issue.residents.set([ResidentFactory(in_residence=False)])
    assert Territory.read(AnonymousUser()).issues[0].engaged == []


def test_empty_territory_says_what_will_be_there(client):
    page = client.get("/territoire/").content.decode()
    assert ("Pas encore de problématique" in page, "Pas encore de partenaire" in page) == (True, True)


def test_markup_in_a_partner_is_text(client):
    PartnerFactory(name="<script>alert(1)</script>", slug="un", together="<img src=x onerror=alert(1)>")
    page = client.get("/territoire/").content.decode()
    assert ("<script>alert" in page, "<img src=x" in page) == (False, False)


@pytest.mark.parametrize("number", [1, 3])
def test_territory_keeps_its_queries(client, django_assert_num_queries, number):
    for issue in TerritorialIssueFactory.create_batch(number):
        issue.partners.set(PartnerFactory.create_batch(number))
        issue.residents.set(ResidentFactory.create_batch(number))
    with django_assert_num_queries(4):
        client.get("/territoire/")


def test_profile_leads_to_the_issues_of_the_structure(client):
    resident = ResidentFactory()
    shown, hidden = TerritorialIssueFactory(), TerritorialIssueFactory(is_shown=False)
    for issue in (shown, hidden):
        issue.residents.add(resident)
    page = client.get(resident.get_absolute_url()).content.decode()
    assert (f'href="/territoire/#{shown.slug}"' in page, hidden.title in page) == (True, False)
