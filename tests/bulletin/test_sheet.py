"""The sheet: data for typst, and what comes out whatever an issue says."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from bulletin import sheets
from bulletin.models import BulletinPage
from bulletin.pages.reading import read_issue
from bulletin.sheet.rich_text import blocks, drawable
from tests.bulletin.issues import full_issue
from tests.factories import BulletinFactory, PictureFactory

pytestmark = pytest.mark.django_db


def issue_of(*body, **fields) -> BulletinPage:
    return BulletinPage.objects.get(pk=BulletinFactory(body=list(body), **fields).pk)


def sheet_of(*body, **fields) -> PdfReader:
    return PdfReader(BytesIO(sheets.draw(read_issue(issue_of(*body, **fields)))))


def words_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def span(text, **style):
    return {"text": text, "strong": False, "emphasis": False, "url": "", **style}


# Rich text


def test_rich_text_becomes_blocks():
    html = (
        '<p>Un <b>mot</b> et <a href="/x/"><i>deux</i></a></p><ul><li>un</li><li>deux</li></ul><hr/><ol><li>a</li></ol>'
    )
    assert blocks(html) == [
        {
            "kind": "paragraph",
            "spans": [
                span("Un "),
                span("mot", strong=True),
                span(" et "),
                span("deux", emphasis=True, url="/x/"),
            ],
        },
        {"kind": "list", "items": [[span("un")], [span("deux")]]},
        {"kind": "rule"},
        {"kind": "numbers", "items": [[span("a")]]},
    ]


@pytest.mark.parametrize("html", ["", "<p></p>", "<p> \n</p>", "<ul></ul>", "<ul><li></li></ul>", "<p><br/></p>"])
def test_rich_text_without_a_word_is_nothing(html):
    assert blocks(html) == []


def test_words_outside_of_any_tag_are_a_paragraph():
    assert blocks("Seuls <b>eux</b>") == [{"kind": "paragraph", "spans": [span("Seuls "), span("eux", strong=True)]}]


def test_line_break_is_kept_inside_a_paragraph():
    assert blocks("<p>un<br/>deux<br/></p>") == [{"kind": "paragraph", "spans": [span("un"), span("\n"), span("deux")]}]


def test_long_word_can_be_cut_and_controls_are_left_out():
    assert drawable("a" * 40).count("\u200b") == 39
    assert drawable("oui\u202e\x00 non\u200b") == "oui non"


# Drawing


def test_every_block_is_drawn():
    issue = full_issue()
    said = words_of(PdfReader(BytesIO(sheets.draw(read_issue(issue)))))
    for words in [
        "Le printemps",
        "AUTOUR DES JEUNES".lower(),
        "Se voir",
        "1/",
        "A.",
        "= autonomie",
        "On soude <ensemble>",
        "Candidater",
        "L’insertion des jeunes",
        "Est Ensemble :",
        "Les Étameurs",
        "places à temps plein",
        "S’inscrire tôt.",
        "La porte est soudée",
        "Avant les travaux",
        "Image : Atelier Rivet",
    ]:
        assert words in said


def test_same_words_give_the_same_bytes():
    read = read_issue(full_issue())
    assert sheets.draw(read) == sheets.draw(read)


def test_empty_issue_is_one_page():
    assert len(sheet_of(title="Presque rien").pages) == 1


def test_markup_is_only_words():
    nasty = '#import "/etc/passwd": x $ * _ ` <b> = - + \\ "#" [ ] { } @ // /* */ ~'
    said = words_of(sheet_of(("quote", {"text": nasty, "by": "#panic()"}), title="= #panic()"))
    assert nasty in said
    assert "#panic()" in said


WIDE = "Anticonstitutionnellement" * 8


@pytest.mark.parametrize(
    "words",
    [
        "🔥 un chaudron 🎉👩🏽‍🔧",
        "مرحبا بكم في المرجل",
        "锅炉工坊",
        WIDE,
        "b\u202ec",
        "\u0301\u0301 é",
        "ﷺ",
        "\ue000",
        " ",
    ],
)
def test_any_words_come_out(words):
    """In titles, in the narrow column, in large figures, in columns: no crash, nothing lost beside the sheet."""
    sheet_of(
        (
            "invitation",
            {
                "event": None,
                "title": words[:140],
                "subtitle": words[:200],
                "day": None,
                "hours": words[:60],
                "place": words[:200],
                "text": words,
                "objectives": [words] * 5,
            },
        ),
        ("rubric", {"kind": "action", "title": words}),
        ("heading", {"mark": "numero", "text": words}),
        ("heading", {"mark": "lettre", "text": words}),
        ("heading", {"mark": "chevron", "text": words}),
        ("figure", {"before": words, "value": words[:12] or "4", "after": words}),
        ("partnership", {"partner": None, "name": words[:160], "text": f"<p>{words}</p><ul><li>{words}</li></ul>"}),
        ("tools", [{"name": words[:120], "text": words}]),
        ("points", [{"text": f"<p>{words}</p>", "result": words}]),
        ("posts", [{"post": None, "title": words, "text": words}]),
        title=words.strip() or "Titre",
        slug="numero",
        lead=words,
    )


def test_very_long_issue_has_its_pages():
    paragraph = "<p>" + "Nous soudons la porte et nous ouvrons la cour. " * 400 + "</p>"
    reader = sheet_of(
        ("rubric", {"kind": "actualite", "title": ""}),
        *(("text", paragraph) for _ in range(12)),
        (
            "issue",
            {"issue": None, "title": "T", "partners": "", "state_of_play": "Long. " * 1000, "objectives": "Fin."},
        ),
    )
    assert len(reader.pages) > 20
    assert f"{len(reader.pages)} / {len(reader.pages)}" in reader.pages[-1].extract_text()


def test_pictures_are_drawn_at_a_sensible_size():
    picture = PictureFactory(size=(4000, 3000))
    one = {"image": picture, "alt": "La cour", "caption": "", "credit": ""}
    reader = sheet_of(("gallery", {"title": "", "pictures": [one] * 3}))
    sizes = {image.image.size for page in reader.pages for image in page.images}
    assert sizes == {(1800, 1350)}


def test_lost_picture_leaves_the_rest():
    picture = PictureFactory()
    issue = issue_of(("picture", {"image": picture, "alt": "", "caption": "Perdue", "credit": ""}), title="Sans image")
    default_storage.delete(picture.file.name)
    assert "Sans image" in words_of(PdfReader(BytesIO(sheets.draw(read_issue(issue)))))


# Keeping


def test_sheet_is_kept_until_it_says_something_else():
    issue = full_issue()
    assert sheets.weight(read_issue(issue)) is None
    key, pdf = sheets.kept_sheet(read_issue(issue))
    assert sheets.weight(read_issue(issue)) == len(pdf)
    assert sheets.kept_sheet(read_issue(issue)) == (key, pdf)
    issue.lead = "Autre chose."
    assert sheets.weight(read_issue(issue)) is None
    assert sheets.kept_sheet(read_issue(issue))[0] != key


def test_address_longer_than_typst_takes_keeps_its_words():
    url = "https://exemple.example/" + "a" * 9000
    call = {"label": "Venir", "url": url, "page": None}
    sheet = sheet_of(("text", f'<p><a href="{url}">Lire la suite</a></p>'), ("call", call))
    assert "Lire la suite" in words_of(sheet)
