"""Whatever is sent to an address of the blog, whoever sends it, is answered: never by an error of the server."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from blog.forms.blocks import FORMS
from tests.factories import MembershipFactory
from tests.house.addresses import ADDRESSES
from tests.house.world import make_world

pytestmark = pytest.mark.django_db
WORD = "é" * 200
NASTY = ["\0", "9" * 25, "-1", "🔥 \u202e", WORD, "<script>alert(1)</script>", "[a](javascript:alert(1))", "0001-01-01"]
KEY = "5f0c4f5e-3d55-4b9e-9d57-6f2f8f1c0a12"
# Every name that a form or an address of the blog, of the search, of documents and of invitations reads.
NAMES = [
    "page",
    "q",
    "dans",
    "do",
    "cle",
    "article-opened",
    "bloc",
    "title",
    "summary",
    "rubric",
    "tags",
    "residents",
    "authors",
    "cover-image",
    "cover-alt",
    "cover-credit",
    "cover-file",
    "images-pictures",
    "images-credit",
    "document-title",
    "document-file",
    "description",
    "credit",
    "addresses",
    "role",
    "first_name",
    "last_name",
    "password",
    "name",
    "structure",
    "email",
    "phone",
    "share",
    "message",
    "website",
    "opened",
    "x-text",
]
FIELDS = [
    "text",
    "image",
    "alt",
    "caption",
    "credit",
    "item",
    "title",
    "by",
    "document",
    "label",
    "resident",
    "event",
    "url",
    "page",
    "file",
    "files",
]
OURS = (
    "blog:",
    "residents:",
    "wagtail",
    "search",
    "site_map",
    "sitemap",
    "robots",
    "house_card",
    "page_card",
    "home",
)


@pytest.mark.parametrize("role", ["anonymous", "lead", "manager"])
def test_nasty_values_are_answered(client, role):
    world = make_world()
    for name in ADDRESSES:
        if not name.startswith(OURS):
            continue
        for value in NASTY:
            if world.people[role]:
                client.force_login(world.people[role])
            given = dict.fromkeys(NAMES, value)
            for answer in (client.get(world.address(name), given), client.post(world.address(name), given)):
                assert answer.status_code < 500, (name, value)


PATHS = [
    "/blog/%00/",
    "/blog/%00/carton.png",
    "/blog/rubrique/x/flux.atom",
    "/blog/mot/x/",
    f"/blog/{'a' * 300}/",
    "/blog/par/99999999999999999999999/",
    "/blog/99999999999999999999/",
    "/blog/0/",
    "/blog/2026/0/",
    "/blog/2026/99999999999999999999/",
    "/blog/mes-articles/99999999999999999999/",
    "/blog/mes-articles/99999999999999999999/apercu/",
    "/documents/99999999999999999999/a.pdf",
    "/documents/1/%00",
    "/invitation/%00/",
    f"/invitation/{'a' * 300}/",
    "/carton/structure/%00.png",
    "/carton/rien/x.png",
    "/residents/%00/communication/",
    "/%00/",
    f"/{'a/' * 300}",
    "/recherche/?q=%ED%A0%80",
    "/recherche/?q=%27%20%3A*%20%26%20%7C%20%21",
    "/recherche/?q=a&q=b&dans=articles&page=99999999",
]


@pytest.mark.parametrize("role", ["anonymous", "lead"])
def test_nasty_addresses_are_answered(client, role):
    world = make_world()
    if world.people[role]:
        client.force_login(world.people[role])
    for path in PATHS:
        assert client.get(path).status_code < 500, path


@pytest.mark.parametrize("kind", [*FORMS, "territory", "rien"])
def test_a_nasty_block_is_answered(client, kind):
    client.force_login(MembershipFactory().user)
    for value in NASTY:
        for do in ("garder", "envoyer", f"choisir:{KEY}", f"retirer:{KEY}", "remettre", value):
            sent = {f"{KEY}-{field}": value for field in FIELDS}
            sent |= {"bloc": f"{KEY}:{kind}", "do": do, "cle": str(uuid.uuid4()), "title": "Un titre", "summary": value}
            assert client.post(reverse("blog:propose"), sent).status_code < 500, (do, value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b""),
        ("a.jpg", b"GIF89a"),
        ("\0.jpg", b"\0" * 50),
        ("../../a.pdf", b"%PDF-"),
        ("🔥" * 80 + ".pdf", b"%PDF-1"),
    ],
)
def test_a_nasty_file_is_answered(client, name, content):
    world = make_world()
    client.force_login(world.people["lead"])
    for field, kind in ((f"{KEY}-file", "document"), (f"{KEY}-file", "picture"), (f"{KEY}-files", "gallery")):
        sent = {"bloc": f"{KEY}:{kind}", "cle": str(uuid.uuid4()), field: SimpleUploadedFile(name, content)}
        assert client.post(reverse("blog:propose"), sent).status_code < 500
    for address, field in (("add_document", "document-file"), ("add_pictures", "images-pictures")):
        sent = {"document-title": "A", field: SimpleUploadedFile(name, content)}
        assert client.post(reverse(f"residents:{address}", args=["atelier"]), sent).status_code < 500
