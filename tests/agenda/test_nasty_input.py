"""Whatever is sent to an address of the agenda, whoever sends it, is answered: never by an error of the server."""

import pytest

from tests.house.addresses import ADDRESSES
from tests.house.world import make_world

pytestmark = pytest.mark.django_db
NASTY = ["\0", "0001-01-01T00:00", "9999-12-31", "9" * 25]
# Every name that a form or an address of the agenda reads.
NAMES = [
    "espace",
    "jour",
    "jour_fin",
    "debut",
    "fin",
    "combien",
    "pour",
    "objet",
    "exterieur_nom",
    "exterieur_email",
    "installation",
    "audience",
    "mot",
    "demande",
    "malgre_fermeture",
    "choisir",
    "etape",
    "repeter",
    "rythme",
    "tous_les",
    "jours",
    "date_du_mois",
    "rang",
    "jour_du_mois",
    "fin_serie",
    "jusqu_au",
    "nombre",
    "garder",
    "vu",
    "sequence",
    "portee",
    "decision",
    "suite",
    "absence",
    "voir",
    "page",
    "duree",
    "equipement",
    "etendue",
    "du",
    "au",
    "par",
    "tableau",
    "jusque",
    "sorte",
    "mois",
    "q",
    "topics",
    "starts_on",
    "start_time",
    "end_time",
    "ends_on",
    "title",
    "kind",
    "summary",
    "text",
    "picture_alt",
    "kept_picture",
    "spaces",
    "place",
    "link",
    "organisers",
    "hosts",
    "capacity",
    "slot_minutes",
    "takes_registrations",
    "is_all_day",
    "registration_opens_at",
    "registration_closes_at",
    "despite_closure",
    "scope",
    "seen",
    "status",
    "choice",
    "repeat-frequency",
    "repeat-interval",
    "repeat-weekdays",
    "repeat-until",
    "repeat-count",
    "dates-seen",
    "dates-keep",
    "questions-TOTAL_FORMS",
    "questions-INITIAL_FORMS",
    "questions-0-label",
    "questions-0-id",
    "questions-0-kind",
    "questions-0-choices",
    "user",
    "name",
    "email",
    "website",
    "slot",
    "structure",
    "attended",
    "word",
    "apply",
]


@pytest.mark.parametrize("role", ["anonymous", "lead", "manager"])
def test_nasty_values_are_answered(client, settings, role):
    settings.LOCAL = True
    world = make_world()
    for name in ADDRESSES:
        if not name.startswith(("agenda:", "mailing:")):
            continue
        if world.people[role]:
            client.force_login(world.people[role])
        for value in NASTY:
            given = dict.fromkeys(NAMES, value)
            for answer in (client.get(world.address(name), given), client.post(world.address(name), given)):
                assert answer.status_code < 500, (name, value)
