"""What a letter reads like, and what its words cannot do."""

import pytest

from mailing.letters import Letter
from tests.factories import UserFactory
from tests.mailing.letters import post
from tests.worker import work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]


def test_words_of_people_are_text_and_never_markup(post_office):
    word = "<b>gras</b> & « co »\r\nBcc: autre@ailleurs.example"
    letter = Letter(subject=f"Réservé : {word}\u202e", paragraphs=["Voici."], word=word, why="Pour voir.")
    mail = post(context={"letter": letter})
    work()
    [taken] = post_office.taken
    assert taken["Subject"] == "Réservé : <b>gras</b> & « co »"
    assert (taken["Bcc"], post_office.recipients) == (None, ["passante@ailleurs.example"])
    assert "« <b>gras</b> & « co »" in mail.text
    assert "« &lt;b&gt;gras&lt;/b&gt; &amp; « co »" in mail.html and "<b>" not in mail.html


def test_a_letter_in_full():
    camille = UserFactory()
    letter = Letter(
        subject="Réservé : Grande salle",
        name="Camille",
        paragraphs=["Votre réservation est confirmée.", "Pensez à ranger."],
        facts=[("Quand", "mercredi 7 mars"), ("Où", "Grande salle")],
        lines=["lundi 5 mars", "lundi 12 mars"],
        word="Avec plaisir !",
        word_by="Dominique",
        action=("Voir la réservation", "http://localhost:8000/agenda/reservations/1/"),
        links=[("L’espace", "http://localhost:8000/agenda/espaces/grande-salle/")],
        after=["L’invitation jointe met ce moment dans votre agenda."],
        why="Vous recevez ce message parce que vous avez réservé.",
    )
    mail = post(to="", user=camille, context={"letter": letter})
    assert mail.text == (
        "Bonjour Camille,\n\nVotre réservation est confirmée.\n\nPensez à ranger.\n\n"
        "Quand : mercredi 7 mars\nOù : Grande salle\n\n"
        "– lundi 5 mars\n– lundi 12 mars\n\n"
        "« Avec plaisir ! »\n– Dominique\n\n"
        "Voir la réservation :\nhttp://localhost:8000/agenda/reservations/1/\n\n"
        "L’espace : http://localhost:8000/agenda/espaces/grande-salle/\n\n"
        "L’invitation jointe met ce moment dans votre agenda.\n\n"
        "À bientôt aux Chaudronneries\n- - - - - - - - - - - - - - -\n"
        "Vous recevez ce message parce que vous avez réservé.\n"
        "Choisir mes courriers : http://localhost:8000/compte/courriers/\n"
    )
