"""Residents write: the form, each of its buttons, what is refused, what is never lost."""

import pytest
from django.urls import reverse

from blog.forms.blocks import FORMS
from blog.models import PostPage
from residents.models import Picture
from tests.blog.writing import a_block, content_of, draft, fields_of, key_of, photograph, typed, with_blocks
from tests.factories import (
    MembershipFactory,
    PictureFactory,
    PostFactory,
    ResidentFactory,
    RubricFactory,
    StayFactory,
    UserFactory,
)

PROPOSE = "/blog/proposer/"


def write_of(post) -> str:
    return reverse("blog:write", args=[post.pk])


def test_propose_keeps_a_draft_that_is_not_live(client, member):
    client.force_login(member)
    sent = typed(client, PROPOSE) | {"title": "Les travaux", "summary": "Où ils en sont.", "tags": "Réemploi, travaux"}
    text = a_block("text", text="## Un titre\n\nDu **gras** et [un lien](https://exemple.fr).")
    answer = client.post(PROPOSE, with_blocks(sent, text))
    post = PostPage.objects.get(owner=member)
    assert answer.status_code == 302 and answer.url == f"{write_of(post)}#enregistre"
    assert (post.live, post.title, post.slug, post.first_published_at) == (False, "Les travaux", "les-travaux", None)
    said = content_of(post)
    assert said.tags == ("Réemploi", "travaux")
    assert said.authors == (member.pk,)
    assert said.residents == (member.memberships_list[0].resident_id,)
    html = '<h2>Un titre</h2><p>Du <b>gras</b> et <a href="https://exemple.fr">un lien</a>.</p>'
    assert said.body == ({"type": "text", "value": html, "id": key_of(text)},)


def test_write_shows_what_is_kept(client, member):
    client.force_login(member)
    post = draft(member)
    sent = typed(client, write_of(post))
    assert sent["title"] == "La porte est soudée"
    assert client.post(write_of(post), sent).status_code == 302
    assert PostPage.objects.get(pk=post.pk).latest_revision_id == post.latest_revision_id


def test_same_form_twice_makes_one_draft(client, member):
    client.force_login(member)
    sent = typed(client, PROPOSE) | {"title": "Une fois"}
    client.post(PROPOSE, sent)
    client.post(PROPOSE, sent)
    assert PostPage.objects.filter(owner=member).count() == 1


@pytest.mark.parametrize("kind", FORMS)
def test_each_block_is_added_moved_removed_and_put_back(client, member, kind):
    client.force_login(member)
    post = draft(member)
    sent = typed(client, write_of(post)) | {"do": f"ajouter:{kind}"}
    assert client.post(write_of(post), sent).status_code == 302
    first, second = content_of(post).body
    assert second["type"] == kind
    client.post(write_of(post), typed(client, write_of(post)) | {"do": f"monter:{second['id']}"})
    assert [block["id"] for block in content_of(post).body] == [second["id"], first["id"]]
    client.post(write_of(post), typed(client, write_of(post)) | {"do": f"retirer:{second['id']}"})
    assert [block["id"] for block in content_of(post).body] == [first["id"]]
    client.post(write_of(post), typed(client, write_of(post)) | {"do": "remettre"})
    assert [block["id"] for block in content_of(post).body] == [second["id"], first["id"]]


def test_photograph_is_kept_without_what_it_knows(client, member):
    client.force_login(member)
    sent = typed(client, PROPOSE) | {"title": "Photo", "cover-file": photograph(), "cover-alt": "Une porte"}
    client.post(PROPOSE, sent)
    picture = Picture.objects.get()
    assert picture.collection.name == member.memberships_list[0].resident.slug
    assert (picture.title, picture.width, picture.height) == ("IMG 2041", 800, 600)
    with picture.file.open("rb") as file:
        kept = file.read()
    assert b"secret" not in kept and b"EXIF" not in kept
    assert content_of(PostPage.objects.get(owner=member)).cover == picture.pk


def test_gallery_takes_several_pictures_at_once(client, member):
    client.force_login(member)
    post = draft(member)
    block = a_block("gallery", title="Les travaux", files=[photograph(name="a.jpg"), photograph(name="b.jpg")])
    client.post(write_of(post), with_blocks(typed(client, write_of(post)), block))
    gallery = content_of(post).body[1]["value"]
    assert gallery["title"] == "Les travaux"
    assert [item["value"]["image"] for item in gallery["pictures"]] == [
        picture.pk for picture in Picture.objects.order_by("pk")
    ]
    sent = typed(client, write_of(post))
    last = gallery["pictures"][1]["id"]
    client.post(write_of(post), sent | {"do": f"monter:{last}", f"{last}-caption": "La fin"})
    pictures = content_of(post).body[1]["value"]["pictures"]
    assert [item["value"]["caption"] for item in pictures] == ["La fin", ""]


def test_refused_file_leaves_the_rest(client, member):
    client.force_login(member)
    post = draft(member)
    wrong = photograph()
    wrong.file.seek(0)
    wrong.file.write(b"<svg onload=alert(1)>")
    wrong.file.seek(0)
    answer = client.post(write_of(post), typed(client, write_of(post)) | {"title": "Le reste", "cover-file": wrong})
    assert answer.status_code == 422
    assert answer.context["editor"].cover.errors["file"]
    assert content_of(post).title == "Le reste"


def test_two_tabs_show_both_versions(client, member):
    client.force_login(member)
    post = draft(member)
    mine = typed(client, write_of(post)) | {"title": "Mon onglet"}
    theirs = typed(client, write_of(post)) | {"title": "L’autre onglet"}
    client.post(write_of(post), theirs)
    answer = client.post(write_of(post), mine)
    assert answer.status_code == 422
    editor = answer.context["editor"]
    assert editor.theirs.lines == [("Titre", "L’autre onglet")]
    assert editor.form["title"].value() == "Mon onglet"
    assert content_of(post).title == "L’autre onglet"
    assert client.post(write_of(post), fields_of(editor)).status_code == 302
    assert content_of(post).title == "Mon onglet"


def test_draft_keeps_itself(client, member):
    client.force_login(member)
    sent = typed(client, PROPOSE) | {"title": "Je tape", "do": "garder"}
    answer = client.post(PROPOSE, sent, headers={"HX-Request": "true"})
    post = PostPage.objects.get(owner=member)
    assert answer.headers["HX-Replace-Url"] == write_of(post)
    again = client.post(PROPOSE, sent | {"title": "Je tape encore", "article-opened": answer.context["editor"].opened})
    assert again.status_code == 200
    assert content_of(post).title == "Je tape encore"
    assert post.revisions.count() == 1


def test_nothing_typed_makes_no_draft(client, member):
    client.force_login(member)
    client.post(PROPOSE, typed(client, PROPOSE) | {"do": "garder"}, headers={"HX-Request": "true"})
    assert PostPage.objects.filter(owner=member).count() == 0


def test_sending_says_what_is_missing(client, member):
    client.force_login(member)
    answer = client.post(PROPOSE, typed(client, PROPOSE) | {"do": "envoyer"})
    assert answer.status_code == 422
    assert [anchor for anchor, _words in answer.context["editor"].lacks] == ["id_title", "id_summary", "corps"]


def test_text_of_the_manager_is_not_damaged(client, member):
    client.force_login(member)
    html = '<p data-block-key="x1">Un <sup>exposant</sup></p>'
    linked = '<p data-block-key="x2">Voir <a linktype="page" id="3">la page</a></p>'
    body = tuple({"type": "text", "value": value, "id": key_of(a_block("text"))} for value in (html, linked))
    post = draft(member, body=body)
    sent = typed(client, write_of(post)) | {"title": "Autre titre"}
    client.post(write_of(post), sent)
    said = content_of(post)
    assert (said.title, [block["value"] for block in said.body]) == ("Autre titre", [html, linked])


# Refusals


def test_draft_is_not_read_by_another(client, member):
    post = draft(member)
    another = MembershipFactory(resident=member.memberships_list[0].resident, lead=True).user
    client.force_login(another)
    for name in ("write", "preview"):
        assert client.get(reverse(f"blog:{name}", args=[post.pk])).status_code == 403
    for name in ("submit", "take_back", "write"):
        assert client.post(reverse(f"blog:{name}", args=[post.pk])).status_code == 403


def test_key_of_anothers_draft_is_refused(client, member):
    post = draft(member)
    client.force_login(MembershipFactory().user)
    answer = client.post(PROPOSE, {"cle": str(post.translation_key), "title": "À moi", "do": "enregistrer"})
    assert answer.status_code == 403


def test_former_resident_is_refused(client, db):
    gone = ResidentFactory(in_residence=False)
    StayFactory(resident=gone, starts_on="2020-01-01", ends_on="2021-01-01")
    user = MembershipFactory(resident=gone).user
    client.force_login(user)
    post = PostFactory(owner=user)
    assert client.get(PROPOSE).status_code == 403
    assert client.get(reverse("blog:mine")).status_code == 403
    assert client.get(write_of(post)).status_code == 403


def test_picture_of_another_structure_is_refused(client, member):
    from residents.actions.profiles import collection_of

    theirs = PictureFactory(collection=collection_of(ResidentFactory()))
    client.force_login(member)
    answer = client.post(PROPOSE, typed(client, PROPOSE) | {"title": "x", "cover-image": theirs.pk})
    assert answer.status_code == 422
    assert content_of(PostPage.objects.get(owner=member)).cover is None


def test_manager_writes_those_of_others_in_the_back_office(client, member, house_manager):
    post = draft(member)
    client.force_login(house_manager)
    assert client.get(write_of(post)).url == reverse("wagtailadmin_pages:edit", args=[post.pk])
    assert client.get(reverse("blog:preview", args=[post.pk])).status_code == 200


def test_mine_costs_the_same_for_one_and_for_three(client, member, django_assert_max_num_queries):
    client.force_login(member)
    for _one in range(3):
        draft(member)
        with django_assert_max_num_queries(8):
            assert client.get(reverse("blog:mine")).status_code == 200
    assert len(client.get(reverse("blog:mine")).context["mine"].rows) == 3


def test_preview_is_for_its_author(client, member):
    client.force_login(member)
    post = draft(member)
    client.post(write_of(post), typed(client, write_of(post)) | {"do": "ajouter:picture"})
    answer = client.get(reverse("blog:preview", args=[post.pk]))
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Nous avons soudé la porte." in answer.content.decode()
    client.logout()
    assert client.get(reverse("blog:post", args=[post.slug])).status_code == 404


NASTY = [
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "[x](javascript:alert(1)) ![y](data:text/html,z) <img src=x onerror=alert(1)>",
    "\0",
    "x" * 200,
    "😀‮ abc",
    "9" * 400,
    "=1+1",
    "é" * 30_000,
]


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_nasty_input_is_survived(client, member, nasty):
    client.force_login(member)
    post = draft(member)
    sent = typed(client, write_of(post))
    sent = with_blocks(
        sent,
        a_block("text", text=nasty),
        a_block("quote", text=nasty, by=nasty),
        a_block("call", label=nasty, url=nasty, page=nasty),
        a_block("map", resident=nasty, item=nasty, caption=nasty),
        a_block("event", event=nasty),
        a_block("picture", image=nasty, alt=nasty, caption=nasty, credit=nasty),
        a_block("gallery", title=nasty, item=[nasty, key_of(a_block("text"))]),
        a_block("document", document=nasty, label=nasty),
    )
    names = ["title", "summary", "rubric", "tags", "residents", "authors", "cover-image", "cover-alt", "article-opened"]
    for name in [*names, "do"]:
        answer = client.post(write_of(post), typed(client, write_of(post)) | {name: nasty})
        assert answer.status_code in {302, 422}
    assert client.post(write_of(post), sent).status_code in {302, 422}
    page = client.get(reverse("blog:preview", args=[post.pk]))
    assert page.status_code == 200
    for trace in ("<script>alert", "<img src=x", 'href="javascript'):
        assert trace not in page.content.decode()
    for name in ("cle", "bloc"):
        assert client.post(PROPOSE, {name: nasty, "title": "x"}).status_code in {302, 422}


def test_ten_thousand_blocks_are_refused(client, member):
    client.force_login(member)
    post = draft(member)
    blocks = [a_block("text")["bloc"][0] for _n in range(900)]
    answer = client.post(write_of(post), typed(client, write_of(post)) | {"bloc": blocks})
    assert answer.status_code == 422
    assert len(content_of(post).body) == 1
    assert client.post(write_of(post), {"bloc": [blocks[0]] * 10_000}).status_code == 400


def test_preview_of_a_text_is_clean(client, member):
    client.force_login(member)
    address = reverse("blog:preview_text")
    answer = client.post(address, {"abc-text": "**a** <script>x</script> [b](javascript:c)"})
    assert "<p><b>a</b> &lt;script&gt;x&lt;/script&gt; [b](javascript:c)</p>" in answer.content.decode()
    client.force_login(UserFactory())
    assert client.post(address, {"abc-text": "a"}).status_code == 403


def test_version_whose_rubric_was_deleted_is_written_on(client, member):
    rubric = RubricFactory()
    post = draft(member, rubric=rubric.pk)
    PostPage.objects.filter(pk=post.pk).update(rubric=None)
    rubric.delete()
    client.force_login(member)
    address = reverse("blog:write", args=[post.pk])
    sent = typed(client, address)
    assert client.post(address, {**sent, "title": "Autrement"}).status_code == 302
    assert PostPage.objects.get(pk=post.pk).draft_title == "Autrement"


def test_pictures_are_described_before_the_house_reads_them(client, member):
    client.force_login(member)
    post = draft(member)
    block = a_block("gallery", files=[photograph(name="a.jpg"), photograph(name="b.jpg")])
    client.post(write_of(post), with_blocks(typed(client, write_of(post)), block))
    answer = client.post(write_of(post), typed(client, write_of(post)) | {"do": "envoyer"})
    assert answer.status_code == 422
    assert [anchor for anchor, _words in answer.context["editor"].lacks] == [f"bloc-{key_of(block)}"]
    pictures = content_of(post).body[1]["value"]["pictures"]
    described = {f"{item['id']}-alt": "Une porte" for item in pictures}
    assert client.post(write_of(post), typed(client, write_of(post)) | described | {"do": "envoyer"}).status_code == 302
