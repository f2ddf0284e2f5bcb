"""The blog's lists: what each gathers, on the house's clock, what is refused, what it costs."""

import re

import pytest
from django.urls import reverse

from blog.models import BlogPage, PostPage
from blog.pages.archives import archives
from tests.factories import PictureFactory, PostFactory, ResidentFactory, RubricFactory, UserFactory, at

pytestmark = pytest.mark.django_db


def titles(client, address="/blog/") -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    return re.findall(r'card__title"><a href="/blog/[^"]+">([^<]+)</a>', response.text)


def choices(client, address) -> list[tuple[str, bool]]:
    """(name, whether it is the one that is read)"""
    page = client.get(address).text
    found = re.findall(r'class="posts__choice" href="[^"]+"( aria-current="page")?>([^<]+?)\s*<', page)
    return [(name, bool(current)) for current, name in found]


def status(client, address) -> int:
    return client.get(address).status_code


def test_blog_lists_published_posts_the_latest_first(client):
    for title, day in [("Mars", "2025-03-07"), ("Mai", "2025-05-01"), ("Avril", "2025-04-01")]:
        PostFactory(title=title, first_published_at=at(day, "10:00"))
    PostFactory(title="Brouillon", live=False)
    assert titles(client) == ["Mai", "Avril", "Mars"]


def test_card_says_what_a_post_is(client):
    arrived, coming = ResidentFactory(name="Zinc"), ResidentFactory(name="À venir", in_residence=False)
    PostFactory(
        title="La porte",
        slug="la-porte",
        summary="Elle ferme & s’ouvre.",
        rubric=RubricFactory(name="Action"),
        cover=PictureFactory(),
        cover_alt="Une porte",
        residents=[arrived, coming],
        first_published_at=at("2025-03-07", "10:00"),
        body=[("text", "<p>" + "mot " * 900 + "</p>")],
    )
    page = re.sub(r"[ \n]+", " ", client.get("/blog/").text)
    assert '<a href="/blog/rubrique/action/">Action</a>' in page
    assert "<p>Elle ferme &amp; s’ouvre.</p>" in page
    assert '<time datetime="2025-03-07">vendredi 7\u00a0mars 2025</time> · 4 minutes de lecture' in page
    assert 'alt="Une porte" width="600" height="400" fetchpriority="high"' in page
    assert '<p><a href="/blog/structure/zinc/">Zinc</a></p>' in page
    assert "À venir" not in page


def test_only_the_first_cover_is_not_lazy(client):
    for _ in range(3):
        PostFactory(cover=PictureFactory())
    page = client.get("/blog/").text
    assert (page.count('fetchpriority="high"'), page.count('loading="lazy"')) == (1, 2)


def test_list_is_cut_in_pages_of_twelve(client):
    for number in range(14):
        PostFactory(title=f"Article {number}", first_published_at=at(f"2025-03-{number + 1:02}", "10:00"))
    assert len(titles(client)) == 12
    assert titles(client, "/blog/?page=2") == ["Article 1", "Article 0"]
    assert "<title>Le blog, page 2 – Les Chaudronneries</title>" in client.get("/blog/?page=2").text


@pytest.mark.parametrize("page", ["0", "-3", "9" * 40, "%00", "deux", "1e9", "🔥", "", "2"])
def test_page_that_means_nothing_is_survived(client, page):
    PostFactory(title="Seul")
    assert titles(client, f"/blog/?page={page}") == ["Seul"]


def test_rubric_gathers_its_posts(client):
    action, actuality = RubricFactory(name="Action"), RubricFactory(name="Actualité")
    PostFactory(title="Pour agir", rubric=action)
    PostFactory(title="Pour savoir", rubric=actuality)
    assert titles(client, "/blog/rubrique/action/") == ["Pour agir"]
    assert choices(client, "/blog/rubrique/action/") == [
        ("Tout le blog", False),
        ("Actualité", False),
        ("Action", True),
    ]


def test_empty_rubric_says_so(client):
    RubricFactory(name="Action")
    PostFactory()
    assert titles(client, "/blog/rubrique/action/") == []
    assert "Rien encore dans cette rubrique" in client.get("/blog/rubrique/action/").text
    assert choices(client, "/blog/") == []


def test_word_gathers_its_posts(client):
    PostFactory(title="Chantier", tags=["Récupération"])
    PostFactory(title="Autre", tags=["communs"])
    PostFactory(title="Brouillon", tags=["Récupération"], live=False)
    assert titles(client, "/blog/mot/recuperation/") == ["Chantier"]


def test_structure_gathers_the_posts_about_it(client):
    zinc = ResidentFactory(name="Zinc", slug="zinc")
    PostFactory(title="Le zinc", residents=[zinc, ResidentFactory()])
    PostFactory(title="Autre", residents=[ResidentFactory()])
    assert titles(client, "/blog/structure/zinc/") == ["Le zinc"]
    assert f'href="{zinc.get_absolute_url()}"' in client.get("/blog/structure/zinc/").text


def test_structure_without_post_says_so(client):
    ResidentFactory(slug="zinc")
    assert "Aucun article n’en parle encore" in client.get("/blog/structure/zinc/").text


def test_author_gathers_what_they_sign(client):
    ana = UserFactory(first_name="Ana", last_name="Rivet")
    PostFactory(title="D’Ana", authors=[ana, UserFactory()])
    PostFactory(title="D’un autre", authors=[UserFactory()])
    address = reverse("blog:author", args=[ana.pk])
    assert titles(client, address) == ["D’Ana"]
    assert "<h1>Ana Rivet</h1>" in client.get(address).text


@pytest.mark.parametrize(
    "address",
    [
        "/blog/rubrique/inconnue/",
        "/blog/mot/inconnu/",
        "/blog/mot/brouillon/",
        "/blog/structure/inconnue/",
        "/blog/structure/a-venir/",
        "/blog/par/0/",
        f"/blog/par/{'9' * 40}/",
        "/blog/0/",
        "/blog/2024/",
        f"/blog/{'9' * 40}/",
        "/blog/2025/0/",
        "/blog/2025/2/",
        "/blog/2025/13/",
        f"/blog/2025/{'9' * 40}/",
        "/blog/nulle-part/",
    ],
)
def test_list_of_nothing_known_is_not_there(client, address):
    PostFactory(first_published_at=at("2025-03-07", "10:00"))
    PostFactory(first_published_at=at("2024-03-07", "10:00"), live=False, tags=["brouillon"])
    ResidentFactory(slug="a-venir", in_residence=False)
    assert status(client, address) == 404


def test_person_who_published_nothing_is_not_known(client):
    """Addresses are counted: they must not tell who has an account."""
    person = UserFactory()
    PostFactory(live=False, authors=[person])
    assert status(client, reverse("blog:author", args=[person.pk])) == 404


def test_archives_count_on_the_clock_of_paris(client):
    """Half past midnight on 1 January in Paris is still December in Greenwich; so it is in July, by two hours."""
    PostFactory(title="Réveillon", first_published_at=at("2024-12-31", "23:30"))
    PostFactory(title="Nouvel an", first_published_at=at("2025-01-01", "00:30"))
    PostFactory(title="Juin", first_published_at=at("2025-06-30", "23:59"))
    PostFactory(title="Juillet", first_published_at=at("2025-07-01", "01:30"))
    PostFactory(live=False, first_published_at=at("2025-07-01", "01:30"))
    told = [(year.number, year.count, [(one.number, one.count) for one in year.months]) for year in archives().values()]
    assert told == [(2025, 3, [(7, 1), (6, 1), (1, 1)]), (2024, 1, [(12, 1)])]
    assert titles(client, "/blog/2024/") == titles(client, "/blog/2024/12/") == ["Réveillon"]
    assert titles(client, "/blog/2025/") == ["Juillet", "Juin", "Nouvel an"]
    assert titles(client, "/blog/2025/7/") == ["Juillet"]


def test_archives_lead_to_years_and_months(client):
    PostFactory(first_published_at=at("2025-07-01", "01:30"))
    page = client.get("/blog/archives/").text
    assert re.findall(r'href="(/blog/\d[^"]*)"', page) == ["/blog/2025/", "/blog/2025/7/"]


def test_empty_archives_say_so(client):
    assert "Rien encore" in client.get("/blog/archives/").text


def test_empty_blog_leads_somewhere(client, member):
    assert f'class="button" href="{reverse("residents:directory")}"' in client.get("/blog/").text
    client.force_login(member)
    assert f'class="button" href="{reverse("blog:propose")}"' in client.get("/blog/").text


def test_blog_page_is_previewed_as_it_is_written(client, house_manager):
    blog = BlogPage.objects.get()
    blog.lead = "Un chapeau tout neuf."
    request = client.get("/blog/").wsgi_request
    assert "Un chapeau tout neuf." in blog.make_preview_request(request, "").text
    assert "Un chapeau tout neuf." not in client.get("/blog/").text


@pytest.fixture
def lists():
    """The address of each list, that holds whatever `publish` publishes."""
    rubric = RubricFactory(name="Action")
    zinc = ResidentFactory(slug="zinc")
    ana = UserFactory()

    def publish(count):
        for _ in range(count):
            PostFactory(
                rubric=rubric,
                residents=[zinc],
                authors=[ana],
                tags=["chantier"],
                cover=PictureFactory(),
                first_published_at=at("2025-03-07", "10:00"),
            )

    return publish, {
        "index": "/blog/",
        "rubric": "/blog/rubrique/action/",
        "tag": "/blog/mot/chantier/",
        "resident": "/blog/structure/zinc/",
        "author": reverse("blog:author", args=[ana.pk]),
        "archives": "/blog/archives/",
        "year": "/blog/2025/",
        "month": "/blog/2025/3/",
    }


COSTS = {"index": 5, "rubric": 4, "tag": 5, "resident": 5, "author": 5, "archives": 1, "year": 4, "month": 4}


@pytest.mark.parametrize("count", [1, 3, 30])
@pytest.mark.parametrize("name", COSTS)
def test_list_costs_the_same_queries_whatever_it_holds(client, django_assert_num_queries, lists, name, count):
    publish, addresses = lists
    publish(count)
    client.get(addresses[name])
    with django_assert_num_queries(COSTS[name]):
        client.get(addresses[name])


def test_blog_costs_a_resident_no_more_than_their_own(client, django_assert_num_queries, lists, member):
    publish, addresses = lists
    publish(3)
    client.force_login(member)
    client.get(addresses["index"])
    with django_assert_num_queries(8):
        client.get(addresses["index"])


def test_lists_never_hold_a_draft(client, lists):
    publish, addresses = lists
    publish(1)
    PostPage.objects.update(live=False)
    answers = {name: status(client, address) for name, address in addresses.items()}
    assert [name for name, answer in answers.items() if answer == 404] == ["tag", "author", "year", "month"]
    assert [titles(client, addresses[name]) for name in ("index", "rubric", "resident")] == [[], [], []]
