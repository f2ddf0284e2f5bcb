"""The drawn cards: a PNG of the size that is read, whatever the title, drawn once, never of a draft."""

import datetime
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from blog.cards import HEIGHT, WIDTH, Card, card_of_post, drawn
from blog.cards.drawing import FOLDER, draw, drawable
from tests.factories import PostFactory, ResidentFactory, RubricFactory

NASTY = [
    "x" * 200,
    "Coopérer, " * 60,
    "🔥 نحن نعمل معا 🧑‍🏭",
    '#set page(fill: red) $x$ *gras* \\u{1} "cité" // /* `',
    "\u202eenvers\x0b",
    "",
]


def picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


@pytest.mark.parametrize("title", NASTY)
def test_card_is_drawn_whatever_its_title(title):
    assert picture(draw(Card(mark=title, title=title, foot=title))).size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("title", NASTY)
def test_title_never_leaves_its_place(title):
    """Between the two dashed lines: what is around a card is the same for every title."""
    plain = picture(draw(Card("Action", "Non", "Zinc"))).convert("L")
    other = picture(draw(Card("Action", title or "Non", "Zinc"))).convert("L")
    for place in [(0, 0, WIDTH, 165), (0, 470, WIDTH, HEIGHT), (0, 0, 60, HEIGHT), (WIDTH - 60, 0, WIDTH, HEIGHT)]:
        assert other.crop(place).tobytes() == plain.crop(place).tobytes()


def test_what_no_font_draws_is_left_out():
    assert drawable("Forge 🔥 et\tfeu\u202e ☎️ !", 100) == "Forge et feu !"


@pytest.mark.django_db
def test_card_of_a_post_is_drawn_once(client):
    PostFactory(slug="porte", rubric=RubricFactory(), residents=[ResidentFactory(name="Zinc")])
    address = reverse("blog:card", args=["porte"])
    first = client.get(address)
    assert (first.status_code, first["Content-Type"]) == (200, "image/png")
    _folders, (name,) = default_storage.listdir(FOLDER)
    with default_storage.open(f"{FOLDER}/{name}", "wb") as file:
        file.write(b"kept")
    assert client.get(address).content == b"kept"
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.django_db
def test_card_is_another_one_when_the_post_says_something_else(client):
    post = PostFactory(slug="porte")
    address = reverse("blog:card", args=["porte"])
    before = client.get(address)["ETag"]
    post.title = "Autre"
    post.save_revision().publish()
    assert client.get(address)["ETag"] != before


@pytest.mark.django_db
def test_draft_has_no_card(client):
    PostFactory(slug="brouillon", live=False)
    assert client.get(reverse("blog:card", args=["brouillon"])).status_code == 404


@pytest.mark.django_db
def test_card_is_kept_with_the_files_of_the_house():
    card = Card("Action", "La porte")
    assert drawn(card) == drawn(card)
    assert default_storage.listdir(FOLDER) == ([], [f"{card.key}.png"])


@pytest.mark.django_db
def test_card_names_no_structure_that_has_not_arrived():
    here, later = ResidentFactory(name="Atelier"), ResidentFactory(name="À venir")
    later.stays.update(starts_on=timezone.localdate() + datetime.timedelta(days=40))
    assert card_of_post(PostFactory(residents=[here, later])).foot == "Atelier"
