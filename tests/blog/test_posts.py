"""A post by itself: what its page says, to whom; its neighbours; the preview of a version that nobody published."""

import datetime
import json
import re

import pytest
from django.core.files.base import ContentFile
from django.test import RequestFactory
from django.urls import reverse

from agenda.times import instant
from blog.models import PostPage
from blog.pages.posts import PostReading, readable
from tests.blog.bodies import every_block
from tests.factories import (
    PictureFactory,
    PostFactory,
    ResidentFactory,
    RubricFactory,
    UserFactory,
    at,
)

pytestmark = pytest.mark.django_db


def text_of(client, post) -> str:
    response = client.get(post.get_absolute_url())
    assert response.status_code == 200
    return re.sub(r"[ \n]+", " ", response.text)


def data_of(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])


def previewed(post) -> str:
    """As Wagtail's editor shows a version, through the whole middleware stack."""
    response = post.make_preview_request(RequestFactory().get("/"), post.default_preview_mode)
    assert response.status_code == 200
    return response.text


def test_post_says_all_that_it_is(client):
    author = UserFactory(first_name="Ana", last_name="Rivet")
    resident = ResidentFactory(name="Atelier du zinc", tagline="Du fer et du feu")
    post = PostFactory(
        title="La porte",
        slug="la-porte",
        summary="Elle ferme enfin.",
        rubric=RubricFactory(name="Actualité"),
        cover=PictureFactory(),
        cover_alt="La porte rouge",
        signature="l’atelier cartographie",
        first_published_at=at("2025-03-07", "10:00"),
        authors=[author],
        residents=[resident],
        tags=["chantier", "Récupération"],
        body=[("text", "<p>" + "mot " * 700 + "</p>")],
    )
    page = text_of(client, post)
    assert "<h1>La porte</h1>" in page
    assert '<meta name="description" content="Elle ferme enfin.">' in page
    assert '<time datetime="2025-03-07">Vendredi 7\u00a0mars 2025</time> · 3 minutes de lecture' in page
    assert f'Par <a href="/blog/par/{author.pk}/">Ana Rivet</a>, l’atelier cartographie' in page
    assert '<a class="post__rubric" href="/blog/rubrique/actualite/">Actualité</a>' in page
    assert 'alt="La porte rouge"' in page
    assert f'<a href="{resident.get_absolute_url()}">Atelier du zinc</a>' in page
    assert "Du fer et du feu" in page
    assert re.findall(r'class="chip" href="([^"]+)">([^<]+)<', page) == [
        ("/blog/mot/chantier/", "chantier"),
        ("/blog/mot/recuperation/", "Récupération"),
    ]


def test_french_punctuation_of_a_post_stays_with_its_word(client):
    quote = ("quote", {"text": "On y voit !", "by": ""})
    PostFactory(slug="sol", title="Le « sol » ?", summary="Refait ; enfin.", body=[("text", "<p>Si : oui.</p>"), quote])
    post = client.get("/blog/sol/").content.decode()
    for said in ("<h1>Le «\u00a0sol\u00a0»\u00a0?</h1>", "Refait\u00a0; enfin.", "Si\u00a0: oui.", "On y voit\u00a0!"):
        assert said in post
    listed = client.get("/blog/").content.decode()
    assert ("Le «\u00a0sol\u00a0»\u00a0?</a>" in listed, "Refait\u00a0; enfin." in listed) == (True, True)


def test_post_is_told_to_search_engines(client):
    author = UserFactory(first_name="Ana", last_name="Rivet")
    post = PostFactory(
        title="</script><b>Porte",
        slug="porte",
        summary="Elle ferme.",
        rubric=RubricFactory(),
        cover=PictureFactory(),
        first_published_at=at("2025-03-07", "10:00"),
        authors=[author],
        tags=["chantier"],
    )
    told = data_of(client.get(post.get_absolute_url()).text)
    address = "http://localhost:8000/blog/porte/"
    assert told.pop("image")[0].startswith("http://localhost:8000/media/")
    assert told == {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": "</script><b>Porte",
        "description": "Elle ferme.",
        "url": address,
        "mainEntityOfPage": address,
        "inLanguage": "fr",
        "datePublished": "2025-03-07T10:00:00+01:00",
        "dateModified": told["dateModified"],
        "author": [{"@type": "Person", "name": "Ana Rivet", "url": f"http://localhost:8000/blog/par/{author.pk}/"}],
        "publisher": {
            "@type": "Organization",
            "name": "Les Chaudronneries",
            "url": "http://localhost:8000/",
        },
        "articleSection": "Actualité",
        "keywords": "chantier",
    }


def test_author_without_a_name_is_not_known_by_their_address(client):
    author = UserFactory(first_name="", last_name="", email="secret@chaudronneries.example")
    post = PostFactory(authors=[author])
    assert PostReading(readable(post.slug), author).authors == []
    assert "secret@" not in text_of(client, post)
    assert client.get(reverse("blog:author", args=[author.pk])).status_code == 404


def test_structure_that_has_not_arrived_is_not_told(client, house_manager):
    coming = ResidentFactory(name="À venir", in_residence=False)
    post = PostFactory(residents=[coming])
    assert "À venir" not in text_of(client, post)
    client.force_login(house_manager)
    assert "À venir" in text_of(client, post)


def test_neighbours_are_those_published_before_and_after(client):
    earlier, post, same_time, later = (
        PostFactory(title=title, first_published_at=at("2025-03-07", time))
        for title, time in [("Un", "10:00"), ("Deux", "11:00"), ("Trois", "11:00"), ("Quatre", "12:00")]
    )
    PostFactory(title="Brouillon", first_published_at=at("2025-03-07", "10:30"), live=False)
    reader = UserFactory()

    def neighbours(one):
        reading = PostReading(readable(one.slug), reader)
        return [link and link.name for link in (reading.earlier, reading.later)]

    assert [neighbours(one) for one in (earlier, post, same_time, later)] == [
        [None, "Deux"],
        ["Un", "Trois"],
        ["Deux", "Quatre"],
        ["Trois", None],
    ]


@pytest.mark.parametrize("role", ["anonymous", "member", "house_manager"])
def test_draft_has_no_page(client, request, role):
    post = PostFactory(live=False)
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    assert client.get(post.get_absolute_url()).status_code == 404


def test_unpublished_post_is_gone(client):
    post = PostFactory()
    post.unpublish()
    assert client.get(post.get_absolute_url()).status_code == 404


def test_changes_kept_for_later_are_not_read_yet(client):
    post = PostFactory(title="Ancien")
    post.title = "Nouveau"
    post.save_revision()
    assert "Nouveau" not in text_of(client, post)
    assert "Nouveau" in previewed(post.get_latest_revision_as_object())


def test_preview_shows_people_and_words_of_the_version():
    post = PostFactory(authors=[UserFactory(first_name="Ana", last_name="Rivet")], tags=["ancien"])
    post.authors = [UserFactory(first_name="Paul", last_name="Étain")]
    post.residents = [ResidentFactory(name="Atelier du zinc")]
    post.tags.set(["nouveau"])
    post.save_revision()
    page = previewed(post.get_latest_revision_as_object())
    assert [name in page for name in ("Paul Étain", "Atelier du zinc", "nouveau", "Ana Rivet", "ancien")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_empty_draft_can_be_previewed():
    """Neither title, date, address nor picture; it is in no tree yet."""
    draft = PostPage(live=False)
    page = previewed(draft)
    assert "Brouillon : ce que le public ne lit pas encore" in page
    assert "application/ld+json" not in page
    assert "css/blog.css" in page


def test_post_whose_picture_is_lost_is_read_without_it(client):
    post = PostFactory(cover=PictureFactory())
    post.cover.file.storage.delete(post.cover.file.name)
    assert "post__cover" not in text_of(client, post)


def test_post_whose_picture_is_broken_is_read_without_it(client):
    picture = PictureFactory()
    with picture.file.storage.open(picture.file.name, "wb") as file:
        file.write(ContentFile(b"not a picture").read())
    assert "post__cover" not in text_of(client, PostFactory(cover=picture))


@pytest.mark.parametrize("times", [1, 3])
def test_post_costs_the_same_queries_whatever_it_shows(client, django_assert_num_queries, times):
    residents = [ResidentFactory() for _ in range(times)]
    post = PostFactory(
        cover=PictureFactory(),
        rubric=RubricFactory(),
        authors=[UserFactory() for _ in range(times)],
        residents=residents,
        tags=[f"mot {n}" for n in range(times)],
        body=every_block(times),
    )
    client.get(post.get_absolute_url())
    # The post, the pictures, the pages and the documents linked, the structures, the meetings, the excerpts of the map.
    with django_assert_num_queries(7):
        client.get(post.get_absolute_url())


def test_post_of_words_and_pictures_costs_two_queries(client, django_assert_num_queries):
    post = PostFactory(cover=PictureFactory(), authors=[UserFactory()], tags=["chantier"])
    client.get(post.get_absolute_url())
    with django_assert_num_queries(2):
        client.get(post.get_absolute_url())


def test_post_leads_residents_to_propose_theirs(client, member, house_manager):
    post = PostFactory()
    ways = {"propose": reverse("blog:propose"), "edit": reverse("wagtailadmin_pages:edit", args=[post.pk])}

    def offered():
        page = text_of(client, post)
        return [name for name, address in ways.items() if f'href="{address}"' in page]

    assert offered() == []
    client.force_login(member)
    assert offered() == ["propose"]
    client.force_login(house_manager)
    assert offered() == ["propose", "edit"]


def test_date_is_that_of_the_house(client):
    """Just after midnight in Paris, still the day before in Greenwich."""
    post = PostFactory(first_published_at=instant(datetime.date(2025, 7, 1), datetime.time(0, 30)))
    assert '<time datetime="2025-07-01">Mardi 1er\u00a0juillet 2025</time>' in text_of(client, post)
