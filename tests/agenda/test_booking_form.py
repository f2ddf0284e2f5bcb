"""The form of a booking: what it is opened with, what it answers, what is said of wrong input and kept of it."""

import datetime

import pytest
from django.utils import timezone

from agenda.enums import TitleAudience
from agenda.models import AgendaSettings, Booking, Closure, Space
from agenda.times import say_day
from tests.agenda.wishes import ours
from tests.factories import (
    BookingFactory,
    MembershipFactory,
    ResidentFactory,
    SpaceFactory,
    UserFactory,
    next_monday,
    soon,
)

BOOK = "/agenda/reserver/"
HTMX = {"HX-Request": "true"}
# The clock goes forward; said with its year, but during it.
MARCH = datetime.date(2027, 3, 28)


def typed(**more):
    """What a browser sends for next Monday, 10:00 to 12:00."""
    fields = {
        "espace": "forge",
        "jour": next_monday().isoformat(),
        "debut": "10:00",
        "fin": "12:00",
        "objet": "Atelier",
    }
    return fields | {"audience": "residents"} | more


# Asking


def test_book_fills_in_what_the_address_gives(signed, space):
    day = next_monday().isoformat()
    response = signed.get(BOOK, {"espace": "forge", "debut": f"{day}T10:00", "fin": f"{day}T12:00"})
    form = response.context["form"]
    assert [form[name].value() for name in ("espace", "jour", "debut", "fin")] == [
        "forge",
        next_monday(),
        datetime.time(10),
        datetime.time(12),
    ]
    assert response.context["answer"].state == "libre"


@pytest.mark.parametrize(
    "query",
    [
        {"espace": "rien"},
        {"debut": "0001-01-01T00:00", "fin": "9999-12-31T23:59"},
        {"espace": "forge", "debut": "0001-01-01T00:00+14:00", "fin": "9999-12-31T23:59-14:00"},
        {"jour": "9999-12-31", "debut": "23:00", "fin": "00:00"},
        {"debut": "\0", "fin": "\0", "jour": "\0", "espace": "\0"},
        {"combien": "9" * 40, "pour": "x" * 300, "objet": "y" * 999},
    ],
)
def test_book_survives_any_address(signed, space, query):
    assert signed.get(BOOK, query).status_code == 200
    assert signed.get(BOOK, query, headers=HTMX).status_code == 200


def test_book_is_for_residents(client, space):
    client.force_login(UserFactory())
    assert client.get(BOOK).status_code == 403
    assert client.post(BOOK, typed()).status_code == 403


def test_booking_is_confirmed(signed, member, space):
    response = signed.post(BOOK, typed(combien="8", installation="Douze chaises"))
    booking = Booking.objects.get()
    assert response["Location"] == f"/agenda/reservations/{booking.pk}/#enregistre"
    assert (booking.status, booking.resident, booking.created_by) == ("confirmee", ours(member), member)
    assert (booking.starts_at, booking.ends_at) == (soon("10:00"), soon("12:00"))
    assert (booking.title, booking.attendees, booking.setup) == ("Atelier", 8, "Douze chaises")


def test_booking_until_midnight_and_over_days(signed, space):
    signed.post(BOOK, typed(debut="18:00", fin="00:00", mot="Veillée"))
    assert Booking.objects.get().minutes == 6 * 60
    later = (next_monday() + datetime.timedelta(days=3)).isoformat()
    signed.post(BOOK, typed(jour=later, jour_fin=(next_monday() + datetime.timedelta(days=4)).isoformat(), mot="Expo"))
    assert Booking.objects.latest("pk").minutes == 26 * 60


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"objet": ""}, "objet", "Dites en quelques mots pour quoi faire."),
        ({"objet": "\0"}, "objet", "Le caractère nul n’est pas autorisé."),
        ({"espace": "grenier"}, "espace", "Choisissez un espace de la liste."),
        ({"jour": "hier"}, "jour", "Écrivez un jour comme 07/03/2027."),
        ({"jour": "0001-01-01"}, "jour", "Choisissez un jour à partir de 2020."),
        ({"jour": "9999-12-31"}, "jour", "Choisissez un jour avant 2101."),
        ({"debut": "25:00"}, "debut", "Écrivez une heure comme 14:30."),
        (
            {"fin": "09:00"},
            "fin",
            "La fin vient avant le début. Si vous finissez un autre jour, dites lequel dans « Dernier jour ».",
        ),
        ({"jour_fin": "2100-01-01"}, "jour_fin", "Une réservation dure au plus 31 jours."),
        ({"combien": "9" * 30}, "combien", "Assurez-vous que cette valeur est inférieure ou égale à 5000."),
        (
            {"jour": str(MARCH), "debut": "02:30"},
            "debut",
            f"2\u202fh\u202f30 n’existe pas le {say_day(MARCH)} : les horloges avancent d’une heure cette nuit-là.",
        ),
    ],
)
def test_wrong_input_is_said_beside_its_field_and_kept(signed, space, more, field, words):
    response = signed.post(BOOK, typed(**more))
    form = response.context["form"]
    assert (response.status_code, list(form.errors[field])) == (422, [words])
    assert form[field].value() == (more | {})[field]
    assert Booking.objects.count() == 0


def test_past_is_refused_in_words(signed, space):
    response = signed.post(BOOK, typed(jour=(timezone.localdate() - datetime.timedelta(days=1)).isoformat()))
    assert response.status_code == 422
    assert response.context["answer"].refusal == "Ce moment est passé."


def test_clash_says_what_is_in_the_way_and_offers_others(signed, space):
    other = SpaceFactory(name="Établi", slug="etabli")
    BookingFactory(space=space, title="Conseil secret", title_audience=TitleAudience.OURS)
    lecture = BookingFactory(space=space, title="Lecture", starts_at=soon("12:00"), ends_at=soon("13:00"))
    response = signed.post(BOOK, typed(debut="11:00", fin="13:00", objet="Mon atelier"))
    answer, page = response.context["answer"], response.content.decode()
    assert response.status_code == 409
    assert [clash.words for clash in answer.clashes] == ["occupé", f"«\u00a0Lecture\u00a0», {lecture.holder}"]
    assert "Conseil secret" not in page and "Lecture" in page
    assert [choice.space for choice in answer.spaces] == [other]
    assert 'value="Mon atelier"' in page
    chosen = signed.post(BOOK, typed(debut="11:00", fin="13:00", objet="Mon atelier", choisir=answer.times[0].value))
    booking = Booking.objects.latest("pk")
    assert chosen.status_code == 302
    assert (booking.title, booking.space, booking.starts_at) == ("Mon atelier", space, answer.times[0].starts_at)


def test_free_space_is_taken_in_one_button(signed, space):
    other = SpaceFactory(name="Établi", slug="etabli")
    BookingFactory(space=space)
    answer = signed.post(BOOK, typed()).context["answer"]
    signed.post(BOOK, typed(choisir=answer.spaces[0].value))
    assert Booking.objects.latest("pk").space == other


@pytest.mark.parametrize("value", ["", "forge", "forge|x|y", "a|b|c|d", "grenier|2027-01-01T10:00|2027-01-01T11:00"])
def test_choice_that_makes_no_sense_is_no_error(signed, space, value):
    assert signed.post(BOOK, typed(choisir=value, objet="")).status_code == 422


def test_beyond_the_rules_is_explained_then_requested(signed, space):
    response = signed.post(BOOK, typed(fin="18:00"))
    answer = response.context["answer"]
    assert (response.status_code, answer.state) == (422, "demande")
    assert answer.reasons == ["« Forge » se réserve pour 4\u202fh au plus."]
    assert [choice.value for choice in answer.times] == [f"forge|{next_monday()}T10:00|{next_monday()}T14:00"]
    assert Booking.objects.count() == 0
    signed.post(BOOK, typed(fin="18:00", demande="on", mot="Une journée d’étude"))
    booking = Booking.objects.get()
    assert (booking.status, booking.reasons) == ("demandee", ["trop-longue"])
    assert booking.request_word == "Une journée d’étude"


def test_closure_is_refused_and_the_manager_knowingly_books(client, member, house_manager, space):
    Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Ramonage")
    client.force_login(member)
    response = client.post(BOOK, typed(malgre_fermeture="on"))
    assert (response.status_code, response.context["answer"].state) == (422, "fermee")
    client.force_login(house_manager)
    assert client.post(BOOK, typed(pour="@maison")).status_code == 422
    assert client.post(BOOK, typed(pour="@maison", malgre_fermeture="on")).status_code == 302


def test_person_of_several_structures_says_for_which(signed, member, space):
    second = MembershipFactory(user=member).resident
    assert signed.post(BOOK, typed()).context["form"].errors.keys() == {"pour"}
    signed.post(BOOK, typed(pour=second.slug))
    assert Booking.objects.get().resident == second


def test_structure_of_others_is_refused(signed, member, space):
    MembershipFactory(user=member)
    stranger = ResidentFactory()
    assert list(signed.post(BOOK, typed(pour=stranger.slug)).context["form"].errors) == ["pour"]
    assert list(signed.post(BOOK, typed(pour="@exterieur")).context["form"].errors) == ["pour"]


def test_manager_books_for_whom_she_wants(managing, space):
    resident = ResidentFactory()
    managing.post(BOOK, typed(pour=resident.slug))
    managing.post(BOOK, typed(pour="@maison", debut="13:00", fin="14:00"))
    guest = {"exterieur_nom": "Dominique Passant", "exterieur_email": "passant@ailleurs.example"}
    assert managing.post(BOOK, typed(pour="@exterieur")).status_code == 422
    managing.post(BOOK, typed(pour="@exterieur", debut="15:00", fin="16:00", **guest))
    holders = [booking.holder for booking in Booking.objects.order_by("pk")]
    assert holders == [resident.name, "la maison", "Dominique Passant"]


def test_wish_is_looked_at_while_it_is_chosen(signed, space):
    BookingFactory(space=space)
    free = signed.get(BOOK, typed(debut="14:00", fin="15:00"), headers=HTMX)
    taken = signed.get(BOOK, typed(), headers=HTMX)
    wrong = signed.get(BOOK, typed(fin="09:00"), headers=HTMX)
    assert [free.context["answer"].state, taken.context["answer"].state] == ["libre", "prise"]
    assert "La fin vient avant le début" in wrong.content.decode()
    assert "<html" not in free.content.decode()


@pytest.mark.parametrize("others", [1, 3])
@pytest.mark.parametrize(
    ("start", "number"),
    # Who asks (3), the spaces, the latest titles, what is judged (6); then a clash, and what could be had instead.
    [("14:00", 11), ("10:00", 22)],
)
def test_book_takes_as_many_queries_for_one_and_three(signed, space, django_assert_num_queries, start, number, others):
    AgendaSettings.load()
    for n in range(others):
        SpaceFactory()
        BookingFactory(space=space, starts_at=soon(days=n))
    address = {"espace": "forge", "debut": f"{next_monday()}T{start}", "fin": f"{next_monday()}T16:00"}
    with django_assert_num_queries(number):
        signed.get(BOOK, address)


# The house's part


def test_space_retired_meanwhile_is_no_longer_offered(signed, space):
    Space.objects.update(is_retired=True)
    assert "Aucun espace à réserver" in signed.get(BOOK).content.decode()
