"""An issue drawn as a mail: every block in HTML and in text, absolute addresses, under what clients cut."""

import re

import pytest
from bs4 import BeautifulSoup

from bulletin import letters
from bulletin.blocks import BulletinBlock
from bulletin.pages.mail import KINDS, MOST_BYTES, IssueMail, ready
from bulletin.pages.reading import Piece
from bulletin.plain import plain
from tests.bulletin.issues import full_issue
from tests.factories import BulletinFactory

pytestmark = pytest.mark.django_db

# Words of each kind of block, in both forms.
SAID = [
    "Grosses-Bouches",
    "autour des jeunes",
    "Se voir",
    "Retour sur la séance",
    "1/ La résidence",
    "A. Ses outils",
    "Un texte & un lien",
    "deux",
    "Former",
    "= autonomie",
    "« On soude <ensemble> »",
    "Une voisine",
    "Candidater",
    "L’insertion des jeunes",
    "Centre social",
    "Échanges.",
    "Répondre ensemble.",
    "Est Ensemble",
    "Un réseau.",
    "Nous avons accueilli",
    "Les Étameurs",
    "places à temps plein",
    "S’inscrire tôt.",
    "La porte est soudée",
    "La cour pavée",
    "Avant les travaux",
    "Atelier Rivet",
    "Photos travaux",
]


def words(html: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    for image in soup.find_all("img"):
        image.replace_with(image["alt"])
    return re.sub(r"\s+", " ", soup.get_text(" ").replace(" .", "."))


def test_every_block_has_its_drawing():
    assert set(BulletinBlock().child_blocks) - {"rubric", "picture"} == KINDS
    kinds = {piece.kind for piece in IssueMail(full_issue()).read.pieces}
    assert kinds == KINDS


def test_every_block_is_read_in_both_forms(house_manager):
    mail = IssueMail(full_issue())
    subject, text, html = letters.drawn(mail, to=house_manager)
    assert subject == "Sur le feu n° 3 : Le printemps"
    in_html, in_text = (
        words(html),
        re.sub(r"\s+", " ", text).replace("un lien (http://localhost:8000/agenda/)", "un lien"),
    )
    assert [said for said in SAID if said not in in_html] == []
    assert [said for said in SAID if said not in in_text] == []


def test_every_address_is_absolute(house_manager):
    _, text, html = letters.drawn(IssueMail(full_issue()), to=house_manager)
    soup = BeautifulSoup(html, "html.parser")
    addresses = [link["href"] for link in soup.find_all("a")] + [image["src"] for image in soup.find_all("img")]
    ours = ("http://localhost:8000/", "https://exemple.example/")
    assert [one for one in addresses if not one.startswith(ours)] == []
    pdf = "http://localhost:8000/sur-le-feu/numero-3/sur-le-feu.pdf"
    assert {"http://localhost:8000/agenda/", pdf} < set(addresses)
    images = [(one["alt"], one["width"], one["height"], one["src"].rpartition(".")[2]) for one in soup.find_all("img")]
    assert images == [("La cour pavée", "536", "268", "jpg")] * 3
    assert "http://localhost:8000/sur-le-feu/numero-3/" in text


def test_mail_is_light_and_a_long_issue_leads_to_the_web(house_manager):
    _, _, html = letters.drawn(IssueMail(full_issue()), to=house_manager)
    long = IssueMail(BulletinFactory(number=4, body=[("text", "<p>" + "fer et feu " * 400 + "</p>")] * 40))
    _, text, cut = letters.drawn(long, to=house_manager)
    assert len(html.encode()) < 30_000
    assert (long.is_cut, MOST_BYTES // 2 < len(cut.encode()) < 100_000) == (True, True)
    assert "La suite se lit sur le web" in cut
    # The text alone is whole.
    assert text.count("fer et feu") == 40 * 400


def test_words_of_people_are_never_markup(house_manager):
    mail = IssueMail(BulletinFactory(number=5, title="<b>Fer</b>\r\nBcc: a@b.example", lead="<script>1</script>"))
    subject, text, html = letters.drawn(mail, to=house_manager)
    assert ("\n" in subject, "<script>" in html, "<b>Fer" in html, "<script>1</script>" in text) == (
        False,
        False,
        False,
        True,
    )


def test_unknown_block_falls_back_to_its_words():
    piece = ready(Piece("nouveau", {"title": "Un bloc", "url": "/ailleurs/", "rows": [{"html": "<p>neuf</p>"}, "dit"]}))
    assert piece == Piece("lines", {"lines": ["Un bloc", "neuf", "dit"]})


def test_picture_that_cannot_be_read_leaves_its_words(house_manager):
    issue = full_issue()
    mail = IssueMail(issue)
    picture = next(piece for piece in mail.read.pieces if piece.kind == "gallery").said["pictures"][0]["picture"]
    picture.file.storage.delete(picture.file.name)
    _, _, html = letters.drawn(mail, to=house_manager)
    assert ("<img" in html, "La cour pavée" in html) == (False, True)


@pytest.mark.parametrize(
    "html, said",
    [
        ("<p>Un</p><p>deux<br>trois</p>", "Un\n\ndeux\ntrois"),
        ("<h2>Titre</h2><p>Suite</p>", "Titre\n-----\n\nSuite"),
        ("<ul><li>a</li><li>b <b>c</b></li></ul>", "– a\n– b c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ('<p>Voir <a href="https://x.example/">là</a></p>', "Voir là (https://x.example/)"),
        ('<p><a href="mailto:a@b.example">a@b.example</a></p>', "a@b.example (a@b.example)"),
        ("<p>4 &lt; 5 &amp; 6</p><hr/><p>fin</p>", "4 < 5 & 6\n\n- - -\n\nfin"),
        ("", ""),
    ],
)
def test_rich_text_is_said_plainly(html, said):
    assert plain(html) == said
