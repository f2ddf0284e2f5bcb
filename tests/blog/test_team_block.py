"""The team on a page of the site: who holds which role today."""

import datetime

import pytest
from django.utils import timezone

from blog.models import StandardPage
from blog.pictures import cut_all
from chaudronneries.planting import plant
from residents.models import PictureRendition
from tests.factories import PictureFactory, StandardPageFactory, TeamRoleFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def drawn(client) -> str:
    StandardPageFactory(slug="qui-est-la", body=[("team", None)])
    return client.get("/qui-est-la/").content.decode()


def test_team_of_today_is_read_in_the_order_of_the_house(client):
    today = timezone.localdate()
    TeamRoleFactory(name="Lison", position=2, email="lison@exemple.fr", about="La veille.\nLes marchés.")
    TeamRoleFactory(name="Djamila", position=1, role="maîtresse d’établissement", ends_on=today)
    TeamRoleFactory(name="Perrine", ends_on=today - DAY)
    TeamRoleFactory(name="Ambroise", starts_on=today + DAY)
    TeamRoleFactory(name="Cachée", is_shown=False)
    page = drawn(client)
    assert [page.count(name) for name in ("Perrine", "Ambroise", "Cachée")] == [0, 0, 0]
    assert page.index("Djamila") < page.index("Lison")
    for written in ("Maîtresse d’établissement", 'href="mailto:lison@exemple.fr"', "La veille.<br>Les marchés."):
        assert written in page


def test_portrait_says_what_it_shows_and_who_made_it(client):
    picture = PictureFactory(description="Une femme en bleu de travail", credit="Radio Rivet")
    TeamRoleFactory(picture=picture)
    TeamRoleFactory(name="Anselme Quivrin", picture=PictureFactory())
    TeamRoleFactory(name="Basile Courtenvaux")
    page = drawn(client)
    for written in (
        'alt="Une femme en bleu de travail" width="320" height="320"',
        "Radio Rivet",
        'alt="Portrait de Anselme Quivrin"',
        ">BC</text>",
    ):
        assert written in page


def test_portraits_are_cut_square_in_every_format():
    picture = PictureFactory()
    TeamRoleFactory(picture=picture)
    cut_all([picture.pk])
    square = PictureRendition.objects.filter(filter_spec__startswith="fill-320x320")
    assert sorted(cut.file.name.rpartition(".")[2] for cut in square) == ["avif", "jpg", "webp"]


def test_house_without_team_draws_nothing(client):
    assert "Cette page s’écrit" in drawn(client)


def test_markup_is_text(client):
    TeamRoleFactory(name="<script>alert(1)</script>", about="<img src=x onerror=alert(1)>")
    page = drawn(client)
    assert ("<script>alert" in page, "<img src=x" in page) == (False, False)


@pytest.mark.parametrize("number", [1, 3])
def test_page_keeps_its_queries(client, django_assert_num_queries, number):
    for _number in range(number):
        TeamRoleFactory(picture=PictureFactory())
    drawn(client)
    # The page, the team, its portraits.
    with django_assert_num_queries(3):
        client.get("/qui-est-la/")


def test_planted_page_shows_the_team(client):
    TeamRoleFactory(name="Djamila Orsenne")
    assert "Djamila Orsenne" in client.get("/equipe/").content.decode()


def test_page_planted_before_the_team_gets_it_while_nobody_has_written_in_it():
    page = StandardPage.objects.get(slug="equipe")
    page.body = [("text", page.body[0].value.source)]
    page.save()
    plant()
    assert [block.block_type for block in StandardPage.objects.get(slug="equipe").body] == ["text", "team"]


def test_page_in_which_the_house_has_written_stays_hers():
    page = StandardPage.objects.get(slug="equipe")
    page.body = [("text", "<p>Nous sommes trois.</p>")]
    page.save_revision(user=UserFactory(house_manager=True)).publish()
    plant()
    assert [block.block_type for block in StandardPage.objects.get(slug="equipe").body] == ["text"]


def test_planting_again_writes_nothing():
    def bodies():
        return [page.body.get_prep_value() for page in StandardPage.objects.order_by("pk")]

    before = bodies()
    plant()
    assert bodies() == before
