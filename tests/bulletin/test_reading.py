"""An issue read from its blocks: numbers, links, words that were chosen."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks import StructBlockValidationError

from agenda.enums import EventAudience
from bulletin import blocks
from bulletin.models import BulletinPage
from bulletin.pages.reading import lettered, read_issue
from tests.factories import (
    BulletinFactory,
    EventFactory,
    PartnerFactory,
    PictureFactory,
    PostFactory,
    ResidentFactory,
    StandardPageFactory,
    StayFactory,
    TerritorialIssueFactory,
)

pytestmark = pytest.mark.django_db


def issue_of(*body, **fields) -> BulletinPage:
    return BulletinPage.objects.get(pk=BulletinFactory(body=list(body), **fields).pk)


def pieces_of(*body, **fields) -> list:
    return list(read_issue(issue_of(*body, **fields)).pieces)


def heading(mark, text="Titre"):
    return ("heading", {"mark": mark, "text": text})


NEWS = ("rubric", {"kind": "actualite", "title": ""})
ACTION = ("rubric", {"kind": "action", "title": "Faire"})


def marks(*body) -> list:
    return [(piece.said["level"], piece.said["mark"]) for piece in pieces_of(*body)]


def test_titles_are_counted_and_letters_begin_again():
    found = marks(NEWS, *map(heading, ["numero", "lettre", "lettre", "chevron", "numero", "lettre", "rien"]))
    assert found == [(1, "1/"), (2, "A."), (2, "B."), (3, ">"), (1, "2/"), (2, "A."), (3, "")]


def test_titles_begin_again_in_each_rubric_and_skip_no_level():
    found = marks(NEWS, heading("numero"), ACTION, heading("chevron"), heading("lettre"), heading("rien"))
    assert found == [(1, "1/"), (1, ">"), (1, "A."), (2, "")]


def test_french_punctuation_stays_with_its_word():
    tools = ("tools", [{"name": "Agenda : le nôtre", "text": "Inscrits ?"}])
    title, text, told = pieces_of(NEWS, heading("rien", "La coopération : un enjeu"), ("text", "<p>Oui !</p>"), tools)
    assert (title.said["text"], text.said["html"]) == ("La coopération\u00a0: un enjeu", "<p>Oui\u00a0!</p>")
    assert told.said == {"tools": [{"name": "Agenda\u00a0: le nôtre", "text": "Inscrits\u00a0?"}]}


def test_letters_go_beyond_z():
    assert [lettered(number) for number in (1, 26, 27, 53)] == ["A", "Z", "AA", "BA"]


def test_what_comes_before_the_first_rubric_is_the_cover():
    read = read_issue(issue_of(("text", "<p>Avant</p>"), NEWS, ("text", "<p>Dedans</p>"), ACTION))
    assert [piece.said["html"] for piece in read.cover] == ["<p>Avant</p>"]
    assert [(rubric.kind, rubric.label, rubric.title, len(rubric.pieces)) for rubric in read.rubrics] == [
        ("actualite", "actualité", "", 1),
        ("action", "action", "Faire", 0),
    ]


def test_links_lead_where_everybody_may_go():
    resident, partner = ResidentFactory(), PartnerFactory()
    question, event, post = TerritorialIssueFactory(), EventFactory(), PostFactory()
    found = pieces_of(
        ("residents", {"lead": "Bienvenue", "who": [{"resident": resident, "name": "N"}]}),
        ("partnership", {"partner": partner, "name": "P", "text": "<p>x</p>"}),
        ("issue", {"issue": question, "title": "T", "partners": "", "state_of_play": "", "objectives": ""}),
        ("meetings", [{"event": event, "title": "E", "day": datetime.date(2027, 1, 5), "hours": "", "place": ""}]),
        ("posts", [{"post": post, "title": "A", "text": ""}]),
    )
    people, partnership, territory, meetings, posts = (piece.said for piece in found)
    assert people["who"][0]["url"] == resident.get_absolute_url()
    assert partnership["url"] == partner.get_absolute_url()
    assert territory["url"] == question.get_absolute_url()
    assert meetings["meetings"][0]["url"] == event.get_absolute_url()
    assert posts["posts"][0]["url"] == post.get_absolute_url()


def test_what_is_not_for_everybody_keeps_its_words_without_a_link():
    to_come = ResidentFactory(in_residence=False)
    StayFactory(resident=to_come, starts_on=datetime.date.today() + datetime.timedelta(days=30))
    partner, question = PartnerFactory(is_shown=False), TerritorialIssueFactory(is_shown=False)
    event, post = EventFactory(audience=EventAudience.RESIDENTS), PostFactory(live=False)
    found = pieces_of(
        ("residents", {"lead": "Bienvenue", "who": [{"resident": to_come, "name": "Bientôt"}]}),
        ("partnership", {"partner": partner, "name": "Caché", "text": "<p>x</p>"}),
        ("issue", {"issue": question, "title": "T", "partners": "", "state_of_play": "", "objectives": ""}),
        ("meetings", [{"event": event, "title": "E", "day": datetime.date(2027, 1, 5), "hours": "", "place": ""}]),
        ("posts", [{"post": post, "title": "A", "text": ""}]),
    )
    people, partnership, territory, meetings, posts = (piece.said for piece in found)
    assert people["who"] == [{"name": "Bientôt", "url": ""}]
    assert (partnership["name"], partnership["url"], territory["url"]) == ("Caché", "", "")
    assert (meetings["meetings"][0]["url"], posts["posts"][0]["url"]) == ("", "")


def test_text_and_call_lead_to_pages_at_their_own_address():
    page = StandardPageFactory(title="La cour")
    text, call = pieces_of(
        ("text", f'<p><a linktype="page" id="{page.pk}">la cour</a></p>'),
        ("call", {"label": "Voir", "url": "", "page": page}),
    )
    assert text.said["html"] == '<p><a href="/la-cour/">la cour</a></p>'
    assert call.said["url"] == "/la-cour/"


def test_script_in_rich_text_is_left_out():
    (text,) = pieces_of(("text", '<p onclick="x()">Oui<script>x()</script></p>'))
    assert text.said["html"] == "<p>Oui</p>"


def test_gallery_of_lost_pictures_is_not_there():
    picture = PictureFactory()
    issue = issue_of(NEWS, ("picture", {"image": picture, "alt": "", "caption": "", "credit": ""}))
    picture.delete()
    assert list(read_issue(BulletinPage.objects.get(pk=issue.pk)).pieces) == []


def test_credit_of_the_picture_serves_when_none_is_typed():
    picture = PictureFactory(credit="Atelier Rivet")
    (piece,) = pieces_of(("picture", {"image": picture, "alt": "", "caption": "", "credit": ""}))
    assert piece.said["pictures"][0]["credit"] == "Atelier Rivet"


def test_day_is_said_as_on_the_day_of_the_issue():
    meeting = {"event": None, "title": "E", "hours": "10 h", "place": ""}
    found = pieces_of(
        ("meetings", [{**meeting, "day": datetime.date(year, 3, 7)} for year in (2018, 2019)]),
        dated=datetime.date(2018, 3, 1),
    )
    assert [one["said_day"] for one in found[0].said["meetings"]] == ["mercredi 7\u00a0mars", "jeudi 7\u00a0mars 2019"]


def test_block_stored_before_a_field_existed_is_read():
    issue = issue_of()
    issue.body = [{"type": "figure", "value": {"value": "4"}, "id": "a"}]
    assert [piece.said for piece in read_issue(issue).pieces] == [{"before": "", "value": "4", "after": ""}]


def test_reading_costs_the_same_for_one_and_for_three(django_assert_num_queries):
    def body(count):
        picture = {"image": PictureFactory(), "alt": "", "caption": "", "credit": ""}
        who = [{"resident": ResidentFactory(), "name": "N"} for _ in range(count)]
        return [
            ("residents", {"lead": "L", "who": who}),
            *(("partnership", {"partner": PartnerFactory(), "name": "P", "text": "<p>x</p>"}) for _ in range(count)),
            ("gallery", {"title": "", "pictures": [picture] * (count + 1)}),
        ]

    for count in (1, 3):
        issue = issue_of(*body(count))
        with django_assert_num_queries(2):
            read_issue(issue)


# What is chosen gives its words


def cleaned(block, **value) -> dict:
    empty = {name: child.get_default() for name, child in block.child_blocks.items()}
    return block.clean(block.normalize({**empty, **value}))


def test_chosen_meeting_gives_its_words_on_saving():
    event = EventFactory(title="Grosses-Bouches", place="la cour")
    found = cleaned(blocks.MeetingBlock(), event=event)
    assert (found["title"], found["place"], found["hours"]) == (
        "Grosses-Bouches",
        "la cour",
        "18\u202fh\u00a0– 20\u202fh",
    )
    assert found["day"] == event.starts_at.date()


def test_typed_words_stay_beside_what_is_chosen():
    found = cleaned(blocks.PartnershipBlock(), partner=PartnerFactory(), name="CDC", text="<p>x</p>")
    assert found["name"] == "CDC"


def test_chosen_question_gives_partners_that_are_shown():
    question = TerritorialIssueFactory(title="Se nourrir", state_of_play="Enquête", objectives="Cuisiner")
    question.partners.set([PartnerFactory(name="Centre social"), PartnerFactory(name="Caché", is_shown=False)])
    found = cleaned(blocks.TerritorialIssueBlock(), issue=question)
    assert dict(found) == {
        "issue": question,
        "title": "Se nourrir",
        "partners": "Centre social",
        "state_of_play": "Enquête",
        "objectives": "Cuisiner",
    }


@pytest.mark.parametrize(
    "block",
    [blocks.MeetingBlock, blocks.PersonOrStructureBlock, blocks.InvitationBlock, blocks.TerritorialIssueBlock],
)
def test_nothing_chosen_and_nothing_typed_is_refused(block):
    with pytest.raises(StructBlockValidationError) as refused:
        cleaned(block())
    assert isinstance(next(iter(refused.value.block_errors.values())), ValidationError)
