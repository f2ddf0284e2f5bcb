"""The blog's feeds: valid, whole, cheap to ask again, and only what the public reads."""

import datetime
import re
from xml.etree import ElementTree

import feedparser
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from agenda.enums import EventAudience
from blog.blocks import StoryBlock
from residents.enums import Audience
from tests.factories import (
    EventFactory,
    PictureFactory,
    PostFactory,
    ResidentFactory,
    RubricFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
FORMS = ["atom", "rss"]
SITE = "http://localhost:8000"


def read(client, form="atom", path=None, **headers):
    """(answer, what a feed reader makes of it)."""
    response = client.get(path or reverse(f"blog:{form}"), headers=headers)
    return response, feedparser.parse(response.content)


def content(entry):
    return entry.content[0].value


@pytest.mark.parametrize("form", FORMS)
def test_feed_is_well_formed_whatever_is_written_in_it(client, form):
    words = "Forge 🔥 ]]> <b>gras</b> & \u202eenvers \ufffe \x0b نحن"
    post = PostFactory(title=words, slug="forge", summary=words, signature=words, tags=["l’eau & <feu>"])
    _answer, feed = read(client, form)
    said = words.replace("\ufffe", "").replace("\x0b", "")
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.link == f"{SITE}/blog/forge/"
    assert entry.id == f"urn:uuid:{post.translation_key}"
    assert [tag.term for tag in entry.tags] == ["l’eau & <feu>"]
    root = ElementTree.fromstring(_answer.content)
    titles = [one.text for one in root.iter() if one.tag.endswith("title")]
    assert titles[-1].split() == said.split()


@pytest.mark.parametrize("form", FORMS)
def test_feed_says_who_when_and_what_of_each_post(client, form):
    rubric = RubricFactory(name="Action", slug="action")
    day = datetime.datetime(2026, 3, 7, 9, tzinfo=datetime.UTC)
    zinc = ResidentFactory(name="Atelier du Zinc")
    PostFactory(
        title="La porte",
        slug="porte",
        rubric=rubric,
        first_published_at=day,
        last_published_at=day + datetime.timedelta(days=2),
        authors=[UserFactory(first_name="Ana", last_name="Rivet"), UserFactory(first_name="Paul", last_name="Étain")],
        signature="l’atelier",
        residents=[zinc],
        tags=["soudure"],
    )
    _answer, feed = read(client, form)
    (entry,) = feed.entries
    assert (entry.title, entry.summary) == ("La porte", "Ce qui s’est passé.")
    # Paul Étain comes first: authors stand by their family name.
    assert sorted(author.name for author in entry.authors) == sorted(["Paul Étain", "Ana Rivet", "l’atelier"])
    assert [tag.term for tag in entry.tags] == ["Action", "soudure", "Atelier du Zinc"]
    assert entry.published_parsed[:5] == (2026, 3, 7, 9, 0)
    assert content(entry) == "<p>Nous avons soudé la porte.</p>"
    if form == "atom":
        assert entry.updated_parsed[:5] == (2026, 3, 9, 9, 0)


def everything(**chosen):
    """A body with each sort of block; the map is not drawn yet, and shows nothing."""
    link = '<p><a linktype="page" id="{page}">page</a> <a href="/carte/">carte</a></p>'.format(**chosen)
    raw = [
        {"type": "text", "value": link + '<script>alert(1)</script><p onclick="x()">sûr</p>'},
        {"type": "picture", "value": {"image": chosen["image"], "alt": "La forge", "caption": "Vue", "credit": ""}},
        {"type": "quote", "value": {"text": "Un\nDeux", "by": "Ana"}},
        {"type": "resident", "value": {"resident": chosen["resident"]}},
        {"type": "event", "value": {"event": chosen["public"]}},
        {"type": "event", "value": {"event": chosen["inside"]}},
        {"type": "map", "value": {"resident": None, "item": None, "caption": "Notre carte"}},
        {"type": "call", "value": {"label": "Venir", "url": "", "page": chosen["page"]}},
    ]
    return StoryBlock().to_python(raw)


def test_feed_carries_every_block_with_whole_addresses_and_no_script(client):
    resident = ResidentFactory(name="Zinc", slug="zinc", tagline="Entre nous", tagline_audience=Audience.RESIDENTS)
    public, inside = EventFactory(title="Forge ouverte"), EventFactory(title="À huis clos")
    inside.audience = EventAudience.RESIDENTS
    inside.save()
    body = everything(
        image=PictureFactory().pk,
        resident=resident.pk,
        public=public.pk,
        inside=inside.pk,
        page=Page.objects.get(slug="le-lieu").pk,
    )
    PostFactory(body=body, cover=PictureFactory(), cover_alt="Tête")
    answer, feed = read(client, "rss")
    html = content(feed.entries[0])
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert all(address.startswith(SITE) for address in addresses)
    assert [address.removeprefix(SITE) for address in addresses if "/media/" not in address] == [
        "/le-lieu/",
        "/carte/",
        "/residents/zinc/",
        public.get_absolute_url(),
        "/le-lieu/",
    ]
    assert re.findall(r'alt="([^"]*)"', html) == ["Tête", "La forge"]
    text = answer.content.decode()
    for word in ("alert(1)", "onclick", "Entre nous", "À huis clos"):
        assert word not in text
    (enclosure,) = feed.entries[0].enclosures
    assert enclosure.type == "image/jpeg"
    assert int(enclosure.length) > 0


@pytest.mark.parametrize("form", FORMS)
def test_feed_asked_again_costs_one_query(client, form, django_assert_num_queries):
    for _number in range(3):
        PostFactory(authors=[UserFactory()], tags=["feu"])
    answer, _feed = read(client, form)
    with django_assert_num_queries(1):
        again, _feed = read(client, form, if_none_match=answer["ETag"])
    with django_assert_num_queries(1):
        since, _feed = read(client, form, if_modified_since=answer["Last-Modified"])
    assert (again.status_code, again.content, since.status_code) == (304, b"", 304)


def queries_to_write(client) -> int:
    with CaptureQueriesContext(connection) as queries:
        read(client)
    return len(queries)


def test_feed_is_written_with_the_same_queries_for_one_and_three_posts(client):
    def make_post():
        PostFactory(cover=PictureFactory(), authors=[UserFactory()], tags=["feu"])
        # Pictures are cut the first time they are shown.
        read(client)
        cache.clear()

    make_post()
    for_one = queries_to_write(client)
    make_post()
    make_post()
    assert (for_one, queries_to_write(client)) == (10, 10)


@pytest.mark.parametrize("form", FORMS)
def test_feed_is_another_one_after_each_change(client, form):
    author = UserFactory(first_name="Ana", last_name="Rivet")
    post = PostFactory(authors=[author])
    seen = [read(client, form)[0]["ETag"]]

    def changed():
        seen.append(read(client, form)[0]["ETag"])

    author.first_name = "Anne"
    author.save()
    changed()
    post.title = "Autre"
    post.save_revision().publish()
    changed()
    EventFactory()
    changed()
    post.unpublish()
    changed()
    assert len(set(seen)) == 5


def test_withdrawn_post_is_told_to_who_asks_by_date(client):
    day = timezone.now() - datetime.timedelta(days=3)
    post, _other = PostFactory.create_batch(2, first_published_at=day, last_published_at=day)
    answer, _feed = read(client)
    post.unpublish(log_action=True)
    again, feed = read(client, if_modified_since=answer["Last-Modified"])
    assert (again.status_code, len(feed.entries)) == (200, 1)


def test_drafts_are_in_no_feed(client):
    PostFactory(title="Brouillon", live=False)
    assert [read(client, form)[1].entries for form in FORMS] == [[], []]


def test_latest_twenty_come_latest_first(client):
    now = timezone.now()
    for number in range(22):
        PostFactory(title=f"N {number}", first_published_at=now - datetime.timedelta(days=number))
    assert [entry.title for entry in read(client)[1].entries] == [f"N {number}" for number in range(20)]


def test_feed_of_a_rubric_holds_its_posts(client):
    rubric = RubricFactory(name="Action", slug="action")
    PostFactory(title="Dedans", rubric=rubric)
    PostFactory(title="Ailleurs")
    _answer, feed = read(client, path=reverse("blog:rubric_atom", args=["action"]))
    assert (feed.bozo, [entry.title for entry in feed.entries]) == (False, ["Dedans"])
    assert feed.feed.title == "Action – le blog des Chaudronneries"


def test_feed_of_an_unknown_rubric_is_not_there(client):
    assert client.get("/blog/rubrique/nulle-part/flux.atom").status_code == 404


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_structure_that_has_not_arrived_is_in_no_feed(client, form):
    here, later = ResidentFactory(name="Atelier"), ResidentFactory(name="À venir")
    later.stays.update(starts_on=timezone.localdate() + datetime.timedelta(days=40))
    PostFactory(residents=[here, later])
    assert [tag.term for tag in read(client, form)[1].entries[0].tags] == ["Atelier"]


def test_feed_is_written_though_the_file_of_a_cover_is_lost(client):
    post = PostFactory(cover=PictureFactory())
    assert [one.length for one in read(client)[1].entries[0].enclosures] != []
    cache.clear()
    for cut in post.cover.renditions.all():
        cut.file.storage.delete(cut.file.name)
    assert read(client)[1].entries[0].enclosures == []
