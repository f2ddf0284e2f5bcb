"""A letter, posted."""

from mailing import outbox
from mailing.enums import Topic
from mailing.letters import TEMPLATE, Letter

LETTER = Letter(
    subject="Réservé : Grande salle",
    name="Camille",
    paragraphs=["Votre réservation est confirmée."],
    facts=[("Quand", "mercredi 7 mars, 10 h – 13 h")],
    why="Vous recevez ce message parce que vous avez réservé.",
)


def post(key="reservation:1", to="passante@ailleurs.example", **fields):
    return outbox.post(
        **{"key": key, "to": to, "topic": Topic.BOOKING, "template": TEMPLATE, "context": {"letter": LETTER}, **fields}
    )
