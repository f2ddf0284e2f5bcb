"""What the body of a page is made of, block by block: what it says, and what it does not say to who may not read it."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page

from agenda.enums import EventAudience, EventStatus
from blog import rich_text
from blog.blocks import is_address
from blog.models import BlogPage, PostPage, StandardPage
from blog.pages.addresses import addresses
from blog.pages.story import reading_minutes, story
from residents.enums import Audience
from residents.models import HouseSettings
from tests.blog.bodies import call_block, gallery_block, make_document, map_block, picture_block
from tests.factories import (
    BulletinFactory,
    DeclarationFactory,
    EventFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    PartnerFactory,
    PictureFactory,
    PostFactory,
    ResidentFactory,
    StandardPageFactory,
    TerritorialIssueFactory,
)

pytestmark = pytest.mark.django_db


def told(*blocks, reader=None) -> list:
    """What the templates of these blocks are given."""
    return [block.value for block in story(PostPage(body=list(blocks)).body, reader or AnonymousUser())]


def drawn(client, *blocks, page=False) -> str:
    """The story of a post, or of a page, as the public reads it."""
    made = StandardPageFactory(body=list(blocks)) if page else PostFactory(body=list(blocks))
    html = client.get(made.get_absolute_url()).text
    return re.sub(r"[ \n]+", " ", re.search(r'<div class="story">(.*?)</div>\s*(?:</div>|</main>)', html, re.S)[1])


# Text


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>Du <b>cuivre</b> &amp; du <i>zinc</i></p>", "<p>Du <b>cuivre</b> &amp; du <i>zinc</i></p>"),
        ('<h2 data-block-key="x1">Titre</h2><hr/>', "<h2>Titre</h2><hr>"),
        ('<p><a href="https://ailleurs.example/">là</a></p>', '<p><a href="https://ailleurs.example/">là</a></p>'),
        ('<p><a href="mailto:a@b.example">là</a></p>', '<p><a href="mailto:a@b.example">là</a></p>'),
        ('<p><a href="/agenda/">là</a></p>', '<p><a href="/agenda/">là</a></p>'),
        ('<p><a href="javascript:alert(1)">là</a></p>', "<p><a>là</a></p>"),
        ('<p onclick="x()">Mot<script>alert(1)</script></p>', "<p>Mot</p>"),
        ('<p>Vu<img src="x" onerror="y()"><iframe src="https://tube.example"></iframe></p>', "<p>Vu</p>"),
        ('<p>Vu</p><embed embedtype="media" url="https://tube.example/1"/>', "<p>Vu</p>"),
        ('<p style="color:red" class="notice">Mot</p>', "<p>Mot</p>"),
        ('<p><a linktype="page" id="999999">là</a></p>', "<p><a>là</a></p>"),
        ('<p><a linktype="page" id="zzz">là</a></p>', "<p><a>là</a></p>"),
        ('<p><a linktype="inconnu" id="1">là</a></p>', "<p><a>là</a></p>"),
    ],
)
def test_text_keeps_only_what_its_editor_makes(source, shown):
    assert told(("text", source)) == [shown]


def test_text_leads_to_today_s_addresses():
    post, draft, document = PostFactory(slug="la-porte"), PostFactory(live=False), make_document()
    links = f'<a linktype="page" id="{post.pk}">1</a><a linktype="page" id="{draft.pk}">2</a>'
    [shown] = told(("text", f'<p>{links}<a linktype="document" id="{document.pk}">3</a></p>'))
    assert shown == (
        f'<p><a href="/blog/la-porte/">1</a><a>2</a><a href="/documents/{document.pk}/{document.filename}">3</a></p>'
    )


def test_addresses_are_those_that_pages_give():
    made = [PostFactory(), StandardPageFactory(), BulletinFactory(), BlogPage.objects.get()]
    made += [made[0].get_parent().get_parent().specific]
    assert addresses(page.pk for page in made) == {page.pk: page.get_absolute_url() for page in made}
    assert addresses([Page.get_first_root_node().pk]) == {}


def test_reading_time_counts_words():
    body = [("text", "<p>" + "l’enclume rouge " * 300 + "</p>"), ("quote", {"text": "mot " * 90, "by": ""})]
    assert reading_minutes(PostPage(body=body).body) == 3
    assert reading_minutes(PostPage(body=[]).body) == 1
    assert rich_text.minutes(["<p>un</p>"]) == 1


# Pictures


def test_picture_has_its_words(client):
    page = drawn(client, picture_block(alt="Une poutre", caption="Le linteau.", credit="Ana"))
    assert 'alt="Une poutre"' in page
    assert 'Le linteau. <span class="figure__credit">Crédit : Ana</span>' in page


def test_picture_is_credited_as_it_is_kept():
    picture = PictureFactory(credit="L’atelier photo")
    [figure] = told(picture_block(picture))
    assert (figure.credit, figure.caption, figure.picture.alt) == ("L’atelier photo", "", "")


def test_picture_without_words_has_no_caption(client):
    assert "figcaption" not in drawn(client, picture_block())


def test_first_picture_of_a_page_is_not_lazy():
    post = PostPage(body=[("text", "<p>Mot</p>"), picture_block(), picture_block()])
    assert [block.first for block in story(post.body, AnonymousUser())] == [False, True, False]
    assert [block.first for block in story(post.body, AnonymousUser(), has_cover=True)] == [False, False, False]


def test_deleted_picture_leaves_nothing():
    picture = PictureFactory()
    body = [picture_block(picture), ("gallery", {"title": "", "pictures": [picture_block(picture)[1]] * 2})]
    post = PostFactory(body=body)
    picture.delete()
    assert story(PostPage.objects.get(pk=post.pk).body, AnonymousUser()) == []


def test_gallery_opens_its_pictures(client):
    page = drawn(client, gallery_block(3, "Photos travaux"))
    assert "Photos travaux</h2>" in page
    assert re.findall(r"Voir l’image (\d) en grand", page) == ["1", "2", "3"]
    assert len(re.findall(r'class="gallery__one" href="/media/images/[^"]+"', page)) == 3


# Others


def test_quote_is_somebody_s(client):
    page = drawn(client, ("quote", {"text": "On a <appris>.\n\nBeaucoup.", "by": "une résidente"}))
    assert "<blockquote><p>On a &lt;appris&gt;.</p> <p>Beaucoup.</p></blockquote>" in page
    assert "une résidente</figcaption>" in page


def test_document_is_said_with_its_kind_and_weight():
    document = make_document("Compte rendu")
    [one, other] = told(
        ("document", {"document": document, "label": ""}), ("document", {"document": document, "label": "Lire"})
    )
    assert (one.label, one.sort, one.size) == ("Compte rendu", "PDF", 8)
    assert (other.label, other.url) == ("Lire", f"/documents/{document.pk}/{document.filename}")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ailleurs.example/", ["https://ailleurs.example/"]),
        ("javascript:alert(1)", []),
        ("data:text/html,x", []),
        ("", []),
    ],
)
def test_call_leads_to_an_address_of_the_web(url, shown):
    assert [call.url for call in told(call_block(url=url))] == shown


def test_call_leads_to_a_published_page():
    body = [call_block(page=PostFactory(slug="porte")), call_block(page=PostFactory(live=False))]
    assert [call.url for call in told(*body)] == ["/blog/porte/"]


# What its reader may read


def test_structure_tells_only_what_its_reader_may_read(client):
    resident = ResidentFactory(name="Zinc", tagline="Du feu", tagline_audience=Audience.RESIDENTS)
    block = ("resident", {"resident": resident})
    assert "Du feu" not in drawn(client, block)
    client.force_login(MembershipFactory().user)
    assert "Du feu" in drawn(client, block)


def test_structure_that_has_not_arrived_leaves_nothing(house_manager):
    block = ("resident", {"resident": ResidentFactory(in_residence=False)})
    assert told(block) == []
    assert len(told(block, reader=house_manager)) == 1


@pytest.mark.parametrize(
    ("fields", "readers"),
    [
        ({}, ["public", "resident", "manager"]),
        ({"status": EventStatus.CANCELLED}, ["public", "resident", "manager"]),
        ({"audience": EventAudience.RESIDENTS}, ["resident", "manager"]),
        ({"audience": EventAudience.PARTICIPANTS}, ["manager"]),
        ({"status": EventStatus.DRAFT}, ["manager"]),
    ],
)
def test_meeting_is_told_to_who_may_see_it(house_manager, member, fields, readers):
    block = ("event", {"event": EventFactory(**fields)})
    people = {"public": AnonymousUser(), "resident": member, "manager": house_manager}
    assert [name for name, person in people.items() if told(block, reader=person)] == readers


def test_private_meeting_is_nowhere_on_the_page(client):
    event = EventFactory(title="Secret de fabrique", slug="secret", audience=EventAudience.RESIDENTS)
    post = PostFactory(body=[("event", {"event": event})])
    page = client.get(post.get_absolute_url()).text
    assert ("Secret" in page, "secret" in page) == (False, False)


def test_meeting_says_when_and_where(client):
    event = EventFactory(title="Forge ouverte", place="dans la cour")
    page = drawn(client, ("event", {"event": event}))
    assert f'<a href="{event.get_absolute_url()}">Forge ouverte</a>' in page
    assert "18\u202fh\u00a0– 20\u202fh</time><br>dans la cour" in page


def test_excerpt_tells_only_what_its_reader_may_read(client):
    forge = KnowledgeItemFactory(label="Forge")
    zinc = ResidentFactory(name="Zinc", savoirs_audience=Audience.RESIDENTS)
    etain = ResidentFactory(name="Étain")
    for resident in (zinc, etain):
        DeclarationFactory(resident=resident, item=forge)
    around = [map_block(resident=zinc), map_block(item=forge), map_block()]

    def names(reader=None):
        return [sorted(node.label for node in value["excerpt"].nodes) for value in told(*around, reader=reader)]

    assert names() == [["Forge", "Étain"], ["Forge", "Étain"]]
    assert names(MembershipFactory().user) == [["Forge", "Zinc", "Étain"]] * 3
    assert "Zinc" not in drawn(client, *around)


def test_excerpt_is_said_in_words_too(client):
    forge = KnowledgeItemFactory(label="Forge")
    zinc = ResidentFactory(name="Zinc")
    DeclarationFactory(resident=zinc, item=forge)
    DeclarationFactory(resident=ResidentFactory(name="Étain"), item=forge, seeks=True)
    page = drawn(client, map_block(resident=zinc, caption="Autour du zinc."))
    assert "<strong>Forge</strong> (savoir) : offert par Zinc ; cherché par Étain" in page
    assert f'href="/carte/?vue=autour&amp;centre=r{zinc.pk}"' in page
    assert "<p>Autour du zinc.</p>" in page
    assert client.get(f"/carte/?vue=autour&centre=r{zinc.pk}").status_code == 200


# Of standard pages


def test_house_says_who_publishes(client):
    house = HouseSettings.load()
    house.legal_name, house.email, house.address = (
        "Association <X>",
        "bonjour@maison.example",
        "12, rue\n93100 Montreuil",
    )
    house.save()
    page = drawn(client, ("house", None), page=True)
    assert "<dd>Association &lt;X&gt;</dd>" in page
    assert '<a href="mailto:bonjour@maison.example">' in page
    assert "12, rue<br>93100 Montreuil" in page
    assert "Hébergement" not in page


def test_territory_shows_what_is_shown(client):
    PartnerFactory(name="Est Ensemble")
    PartnerFactory(name="Caché", is_shown=False)
    TerritorialIssueFactory(title="Manger")
    TerritorialIssueFactory(title="Tue", is_shown=False)
    page = drawn(client, ("territory", None), page=True)
    assert [name in page for name in ("Est Ensemble", "Manger", "Caché", "Tue<")] == [True, True, False, False]


def test_page_says_its_lead_and_its_blocks(client):
    body = [("text", "<h2>Venir</h2>"), picture_block(alt="La cour")]
    page = StandardPageFactory(title="Le lieu", slug="un-lieu", lead="Un atelier.", body=body)
    html = client.get("/un-lieu/").text
    said = ["<h1>Le lieu</h1>", "Un atelier.", "<h2>Venir</h2>", 'alt="La cour"', "css/blog.css"]
    assert [words for words in said if words not in html] == []
    assert page.get_absolute_url() == "/un-lieu/"


def test_page_without_words_says_so(client):
    StandardPageFactory(slug="vide")
    assert "Cette page s’écrit" in client.get("/vide/").text


def test_page_is_previewed_as_it_is_written(client):
    page = StandardPageFactory(slug="un-lieu", lead="Ancien")
    page.lead = "Nouveau"
    request = client.get("/un-lieu/").wsgi_request
    shown = page.make_preview_request(request, "").text
    assert ("Nouveau" in shown, "css/blog.css" in shown) == (True, True)
    assert StandardPage().make_preview_request(request, "").status_code == 200


def test_page_is_previewed_inside_the_editor(client):
    response = StandardPageFactory().make_preview_request(client.get("/").wsgi_request, "")
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["nulle-part/", "le-lieu/dedans/", "accueil/", "accueil/le-lieu/", "brouillon/"])
def test_page_that_is_not_there(client, path):
    StandardPageFactory(slug="brouillon", live=False)
    assert client.get(f"/{path}").status_code == 404


@pytest.mark.parametrize("times", [1, 3])
def test_page_costs_the_same_queries_whatever_it_shows(client, django_assert_num_queries, times):
    for _ in range(times):
        PartnerFactory()
        TerritorialIssueFactory()
    body = [*(picture_block() for _ in range(times)), ("house", None), ("territory", None)]
    page = StandardPageFactory(slug="pleine", body=body)
    client.get(page.get_absolute_url())
    # The page, its pictures, the house; four for the territory.
    with django_assert_num_queries(7):
        client.get(page.get_absolute_url())


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("/carte/", True),
        ("https://exemple.fr/a?b=c", True),
        ("//mechant.example/", False),
        ("/\\mechant.example/", False),
        ("javascript:alert(1)", False),
        ("carte", False),
        ("data:text/html,x", False),
    ],
)
def test_call_leads_to_the_web_or_within_the_site(address, is_taken):
    assert is_address(address) is is_taken


def test_part_that_a_version_lacks_says_nothing_to_the_search():
    quote = {"type": "quote", "value": {"text": "On y voit clair.", "by": None}}
    picture = {"type": "picture", "value": {"image": PictureFactory().pk, "alt": "Une verrière"}}
    body = PostPage._meta.get_field("body").to_python([quote, picture])
    assert [words for block in body for words in block.block.get_searchable_content(block.value)] == [
        "On y voit clair.",
        "Une verrière",
    ]
