"""The search of the whole site: what is found however it is typed, and what is not told to whom it does not concern."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from agenda.enums import Frequency
from agenda.models import Event, Series
from bulletin.models import BulletinsPage
from chaudronneries.search.excerpts import LONGEST, excerpt, marked
from chaudronneries.search.results import SHOWN, Search
from residents.enums import Audience
from residents.models import Synonym, User
from tests.factories import (
    BulletinFactory,
    DeclarationFactory,
    EventFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    PartnerFactory,
    PostFactory,
    ResidentFactory,
    StandardPageFactory,
    TerritorialIssueFactory,
    UserFactory,
    next_monday,
    soon,
)

pytestmark = pytest.mark.django_db


def found(text, reader=None, only="") -> dict[str, list[str]]:
    """{group: titles}, without what marks the words."""
    groups = Search(reader or AnonymousUser(), text, only).groups
    return {group.name: [plain(result.title) for result in group.results] for group in groups}


def plain(html) -> str:
    return html.replace("<mark>", "").replace("</mark>", "")


def with_roles(user):
    return User.objects.with_roles().get(pk=user.pk)


def one_of_each(word):
    """Something in each group that says `word`."""
    resident = ResidentFactory(name=f"Atelier {word}", slug="atelier")
    DeclarationFactory(resident=resident, item=KnowledgeItemFactory(label=f"Savoir {word}"))
    PostFactory(title=f"Article {word}", slug="article")
    EventFactory(title=f"Rencontre {word}", slug="rencontre")
    BulletinFactory(title=f"Numéro {word}", slug="numero")
    StandardPageFactory(title=f"Page {word}", slug="page")
    PartnerFactory(name=f"Partenaire {word}", slug="partenaire")
    TerritorialIssueFactory(title=f"Problème {word}", slug="probleme")


def test_every_sort_of_thing_is_found_and_leads_to_its_page(client):
    one_of_each("zingage")
    groups = {group.name: group for group in Search(AnonymousUser(), "zingage").groups}
    item = KnowledgeItemFactory._meta.model.objects.get()
    assert {name: [result.url for result in group.results] for name, group in groups.items()} == {
        "articles": ["/blog/article/"],
        "structures": ["/residents/atelier/"],
        "rendez-vous": ["/agenda/rendez-vous/rencontre/"],
        "savoirs": [f"/residents/?savoir={item.pk}"],
        "bulletins": ["/sur-le-feu/numero/"],
        "pages": ["/page/"],
        "territoire": ["/territoire/partenaires/partenaire/", "/territoire/#probleme"],
    }
    assert {name: group.total for name, group in groups.items()} == {**dict.fromkeys(groups, 1), "territoire": 2}


@pytest.mark.parametrize(
    "typed",
    ["soudures", "SOUDURE", "soudure à l'arc", "l’arc, la soudure", "soudu", "sôudûre", "soudure arc"],
)
def test_words_are_found_whatever_their_accents_case_plural_and_order(typed):
    PostFactory(title="Les soudures à l’arc", slug="soudures")
    PostFactory(title="Le jardin", slug="jardin")
    assert found(typed) == {"articles": ["Les soudures à l’arc"]}


def test_words_may_stand_in_different_places_of_the_same_thing():
    PostFactory(title="La forge", summary="Sous la pluie.", body=[("text", "<p>Des marmites.</p>")])
    assert found("marmite forge pluie") == {"articles": ["La forge"]}


def test_titles_come_before_texts_and_whole_words_before_beginnings():
    PostFactory(title="Un autre", slug="a", summary="Un zinc.")
    PostFactory(title="Le zincage", slug="b")
    PostFactory(title="Le zinc", slug="c")
    assert found("zinc") == {"articles": ["Le zinc", "Le zincage", "Un autre"]}


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [("brazage", "brasage"), ("soduure", "soudure"), ("brazage soduure", "brasage soudure"), ("vleo", "velo")],
)
def test_word_mistyped_is_understood_and_told(typed, suggestion):
    PostFactory(title="Brasage et soudure d’un vélo", slug="a")
    search = Search(AnonymousUser(), typed)
    assert ([group.name for group in search.groups], search.suggestion) == (["articles"], suggestion)


@pytest.mark.parametrize("typed", ["sur le feu", "bulletin", "bulletin 1"])
def test_issue_is_found_by_the_name_of_the_periodical(typed):
    BulletinFactory(title="Une carte des savoirs", number=1)
    assert found(typed)["bulletins"] == ["Une carte des savoirs"]


def test_periodical_is_found_by_what_others_call_it():
    BulletinsPage.objects.get().save()
    assert found("newsletter")["pages"] == ["Sur le feu"]


def test_word_that_is_being_typed_finds_what_it_begins():
    """ "coopération" is cut to "cooper", which "coopérati" does not begin; nothing is suggested for that."""
    PostFactory(title="La coopération", slug="a")
    PostFactory(title="Jardin", slug="b")
    for typed in ("coop", "coopé", "coopérat", "coopérati", "coopération"):
        search = Search(AnonymousUser(), typed, "articles")
        assert ([group.total for group in search.groups], search.suggestion) == ([1], "")


def test_words_mistyped_that_nothing_says_together_are_found_apart():
    PostFactory(title="Brasage", slug="a")
    PostFactory(title="Jardinage", slug="b")
    search = Search(AnonymousUser(), "brazage jardinaje")
    assert ([group.total for group in search.groups], search.suggestion) == ([2], "brasage jardinage")


def test_words_that_nothing_says_together_are_found_apart_and_it_is_told():
    PostFactory(title="Brasage", slug="a")
    PostFactory(title="Jardin", slug="b")
    search = Search(AnonymousUser(), "brasage jardin")
    assert sorted(plain(result.title) for result in search.groups[0].results) == ["Brasage", "Jardin"]
    assert (search.is_partial, search.suggestion) == (True, "")


def test_item_is_found_by_its_synonym_and_only_once_declared():
    declared, _other = KnowledgeItemFactory(label="Brasage"), KnowledgeItemFactory(label="Brasage tendre")
    Synonym.objects.create(item=declared, label="Brasure forte")
    DeclarationFactory(item=declared)
    assert (found("brasage"), found("brasure")) == ({"savoirs": ["Brasage"]}, {"savoirs": ["Brasage"]})


def test_series_stands_once_by_its_next_date(lead):
    series = Series.objects.create(
        frequency=Frequency.WEEKLY,
        weekdays=[0],
        starts_on=next_monday(),
        count=4,
        start_time=datetime.time(18),
        end_time=datetime.time(20),
        created_by=lead,
    )
    # A week before the next Monday may be tomorrow.
    for week in (-3, -2, 0, 1):
        EventFactory(title="Veille", slug=f"veille-{week}", series=series, starts_at=soon("18:00", days=7 * week))
    (group,) = Search(AnonymousUser(), "veille", "rendez-vous").groups
    assert [result.url for result in group.results] == ["/agenda/rendez-vous/veille-0/"]
    assert Event.objects.count() == 4


def test_meetings_to_come_stand_before_those_gone():
    EventFactory(title="Forge passée", slug="a", starts_at=soon(days=-14))
    EventFactory(title="Forge lointaine", slug="b", starts_at=soon(days=60))
    EventFactory(title="Forge prochaine", slug="c")
    assert found("forge") == {"rendez-vous": ["Forge prochaine", "Forge lointaine", "Forge passée"]}


# Who reads what


def test_nothing_private_is_found_counted_or_guessed():
    hidden = ResidentFactory(
        name="Atelier", tagline="zingage", presentation="zingage", contact_name="Zingage", hidden=True
    )
    DeclarationFactory(resident=hidden, item=KnowledgeItemFactory(label="Zingage"))
    ResidentFactory(name="Zingage à venir", in_residence=False)
    PostFactory(title="Zingage", live=False)
    StandardPageFactory(title="Zingage", slug="z", live=False)
    BulletinFactory(title="Zingage", slug="zz", live=False)
    EventFactory(title="Zingage", audience="residents")
    EventFactory(title="Zingage", slug="brouillon", status="brouillon")
    PartnerFactory(name="Zingage", is_shown=False)
    TerritorialIssueFactory(title="Zingage", is_shown=False)
    for typed in ("zingage", "zinggage", "zingage atelier"):
        search = Search(AnonymousUser(), typed)
        assert "ingage" not in str([plain(r.title) for group in search.groups for r in group.results])
        assert "zingage" not in search.suggestion
    assert Search(AnonymousUser(), "zingage").total == 0


def test_resident_finds_what_is_between_residents():
    reader = with_roles(MembershipFactory().user)
    ResidentFactory(name="Atelier", tagline="zingage", tagline_audience=Audience.RESIDENTS)
    ResidentFactory(name="Secret", tagline="zingage", tagline_audience=Audience.HOUSE)
    EventFactory(title="Zingage", audience="residents")
    assert found("zingage", reader) == {"structures": ["Atelier"], "rendez-vous": ["Zingage"]}
    assert found("zingage", with_roles(UserFactory())) == {}


def test_house_manager_finds_what_is_for_the_house(house_manager):
    ResidentFactory(name="Secret", tagline="zingage", tagline_audience=Audience.HOUSE)
    assert found("zingage", with_roles(house_manager)) == {"structures": ["Secret"]}


def test_item_counts_only_the_structures_whose_savoirs_are_read():
    item = KnowledgeItemFactory(label="Zingage")
    DeclarationFactory(item=item)
    DeclarationFactory(item=item, resident=ResidentFactory(savoirs_audience=Audience.HOUSE))
    (group,) = Search(AnonymousUser(), "zingage").groups
    assert group.results[0].detail == "savoir · 1 structure"


# The page


ODD = ["", "x", "x" * 500, "forge\0", "'\"; --", "%", "%%s %(a)s", "🔥", "le la de", "& | ! ( ) :* <->", "\\", "\ud800"]


@pytest.mark.parametrize("typed", ODD)
@pytest.mark.parametrize("more", ["", "articles", "territoire", "nulle-part"])
def test_anything_may_be_typed(client, typed, more):
    PostFactory(title="La forge")
    response = client.get(reverse("search"), {"q": typed.encode("utf-8", "replace"), "dans": more, "page": "abc"})
    assert response.status_code == 200


def test_markup_that_is_searched_is_shown_as_it_is_written(client):
    PostFactory(title="<b>zingage</b> & co", summary="<script>zingage</script>", slug="z")
    text = client.get(reverse("search"), {"q": "zingage"}).content.decode()
    assert "&lt;b&gt;<mark>zingage</mark>&lt;/b&gt; &amp; co" in text
    assert "&lt;script&gt;<mark>zingage</mark>&lt;/script&gt;" in text


def test_htmx_gets_the_results_alone(client):
    response = client.get(reverse("search"), {"q": "forge"}, headers={"hx-request": "true"})
    assert response.content.decode().lstrip().startswith('<div class="search__found')
    assert response["HX-Push-Url"] == "/recherche/?q=forge"


def test_group_is_shown_whole_page_by_page(client):
    day = timezone.now()
    for number in range(25):
        PostFactory(title=f"Zingage {number}", slug=f"z{number}", first_published_at=day - datetime.timedelta(number))
    (group,) = Search(AnonymousUser(), "zingage").groups
    assert (group.total, len(group.results)) == (25, SHOWN)
    text = client.get(reverse("search"), {"q": "zingage", "dans": "articles", "page": "2"}).content.decode()
    assert text.count('class="search__result"') == 5


@pytest.mark.parametrize(
    ("typed", "public", "signed_in"), [("zingage", 2, 5), ("zinggage", 5, 8), ("rien du tout", 4, 7)]
)
def test_search_costs_the_same_for_one_and_three_of_each(
    client, member, typed, public, signed_in, django_assert_max_num_queries
):
    for number in range(3):
        one_of_each_numbered(number)
        client.logout()
        with django_assert_max_num_queries(public):
            client.get(reverse("search"), {"q": typed})
        client.force_login(member)
        with django_assert_max_num_queries(signed_in):
            client.get(reverse("search"), {"q": typed})


def one_of_each_numbered(number):
    PostFactory(title=f"Zingage {number}")
    EventFactory(title=f"Zingage {number}")
    PartnerFactory(name=f"Zingage {number}")
    DeclarationFactory(item=KnowledgeItemFactory(label=f"Zingage {number}"))
    ResidentFactory(name=f"Zingage {number}")


# Excerpts


def test_excerpt_stands_around_the_first_word_found():
    text = "avant " * 60 + "la forge chauffe " + "apres " * 60
    piece = excerpt(text, ("forg",))
    assert piece.startswith("… ") and piece.endswith(" …")
    assert "la <mark>forge</mark> chauffe" in piece
    assert len(plain(piece)) <= LONGEST + 4


def test_marks_keep_accents_and_do_not_begin_inside_words():
    assert marked("Écologie, géoécologie, ÉCOLOGIQUE", ("ecolog",)) == (
        "<mark>Écologie</mark>, géoécologie, <mark>ÉCOLOGIQUE</mark>"
    )
