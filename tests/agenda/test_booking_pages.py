"""The pages of a booking that is made: reading it, finding one’s own, cancelling, deciding; who may, what is said."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from agenda.actions import bookings as actions
from agenda.enums import BookingAction, BookingStatus, TitleAudience
from agenda.models import Booking
from agenda.times import say_day
from tests.agenda.wishes import ours, own
from tests.factories import BookingFactory, UserFactory, next_monday, soon

MINE = "/agenda/mes-reservations/"


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# Reading


def test_booking_is_read_by_its_people(signed, member):
    booking = own(member, setup="Douze chaises", request_word="Merci")
    page = signed.get(booking.get_absolute_url()).content.decode()
    assert "Douze chaises" in page and "Merci" in page and "Modifier" in page


def test_booking_of_others_keeps_its_words_inside(signed):
    booking = BookingFactory(setup="Douze chaises", request_word="Entre nous")
    page = signed.get(booking.get_absolute_url()).content.decode()
    assert booking.title in page
    assert "Douze chaises" not in page and "Entre nous" not in page and "Modifier" not in page


def test_booking_that_may_not_be_read_is_busy(signed):
    booking = BookingFactory(title="Conseil secret", title_audience=TitleAudience.OURS)
    page = signed.get(booking.get_absolute_url()).content.decode()
    assert "Occupé" in page and "Conseil secret" not in page and booking.resident.name not in page


@pytest.mark.django_db
def test_booking_is_not_for_strangers(client):
    booking = BookingFactory()
    client.force_login(UserFactory())
    assert client.get(booking.get_absolute_url()).status_code == 403


def test_history_says_who_changed_what(signed, member):
    booking = own(member)
    actions.change(booking=booking, to={"title": "Chantier", "starts_at": soon("09:00")}, by=member)
    page = signed.get(booking.get_absolute_url()).context["page"]
    change = page.history[0]
    assert (change.action, change.by) == ("modifiée", str(member))
    assert [(d.label, d.before, d.after) for d in change.differences] == [
        ("Début", f"lundi {spelt()}, 10\u202fh", f"lundi {spelt()}, 9\u202fh"),
        ("Pour quoi faire", booking.title, "Chantier"),
    ]


def spelt() -> str:
    return say_day(next_monday()).removeprefix("lundi ")


# Mine


def test_my_bookings_are_sorted_by_what_one_asks_of_them(signed, member):
    resident = ours(member)
    coming = own(member)
    request = own(member, status=BookingStatus.REQUESTED, starts_at=soon("14:00"))
    past = BookingFactory(resident=resident, starts_at=timezone.now() - datetime.timedelta(days=3))
    cancelled = BookingFactory(resident=resident, status=BookingStatus.CANCELLED, cancelled_at=timezone.now())
    BookingFactory()

    def shown(view):
        return [row["booking"] for row in signed.get(MINE, {"voir": view}).context["mine"].rows]

    assert shown("a-venir") == [coming, request]
    assert shown("demandes") == [request]
    assert shown("passees") == [past]
    assert shown("annulees") == [cancelled]
    assert shown("n'importe quoi") == [coming, request]


def test_my_bookings_are_empty_with_words(signed):
    page = signed.get(MINE).content.decode()
    assert "Rien à venir" in page and "/agenda/trouver/" in page


@pytest.mark.parametrize("number", [1, 3])
def test_my_bookings_take_as_many_queries_for_one_and_three(signed, member, django_assert_num_queries, number):
    for n in range(number):
        own(member, starts_at=soon(days=n))
    with django_assert_num_queries(5):
        signed.get(MINE)


# Cancelling


def cancel_url(booking):
    return f"/agenda/reservations/{booking.pk}/annuler/"


def test_cancel_looks_twice_then_frees_the_space(signed, member):
    booking = own(member)
    assert signed.get(cancel_url(booking)).context["is_late"] is False
    assert signed.get(cancel_url(booking)).context["told"] == ["vous, par un mail qui le retire de votre calendrier"]
    signed.post(cancel_url(booking), {"mot": "Malade"})
    booking.refresh_from_db()
    assert (booking.status, booking.cancellation_word, booking.is_late) == ("annulee", "Malade", False)
    assert signed.get(cancel_url(booking)).status_code == 302


def test_cancel_says_that_it_is_late(signed, member):
    now = timezone.now()
    booking = own(member, starts_at=now + datetime.timedelta(hours=2))
    response = signed.get(cancel_url(booking))
    assert response.context["is_late"] is True
    assert "notée comme tardive" in response.content.decode()


def test_cancel_says_who_is_told(managing, member):
    response = managing.get(cancel_url(own(member)))
    assert response.context["told"] == [str(member)]


def test_cancel_without_a_word_is_enough(signed, member):
    booking = own(member)
    signed.post(cancel_url(booking), {})
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED


def test_cancel_is_for_those_whose_it_is(signed):
    booking = BookingFactory()
    assert signed.get(cancel_url(booking)).status_code == 403
    assert signed.post(cancel_url(booking)).status_code == 403


# The house's part


def decide(client, booking, **data):
    return client.post(f"/agenda/reservations/{booking.pk}/decider/", data)


@pytest.mark.parametrize(("decision", "status"), [("accepter", "confirmee"), ("refuser", "refusee")])
def test_request_is_decided_with_a_word(managing, decision, status):
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    response = decide(managing, booking, decision=decision, mot="Bien sûr", suite="/ma-journee/")
    booking.refresh_from_db()
    assert (response["Location"], booking.status, booking.decision_word) == ("/ma-journee/", status, "Bien sûr")


def test_request_decided_meanwhile_is_said(managing, house_manager):
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    actions.decline(booking=booking, by=house_manager)
    assert "n’est plus à décider" in said(decide(managing, booking, decision="accepter"))[0]


def test_decision_unknown_decides_nothing(managing):
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    decide(managing, booking, decision="peut-être")
    booking.refresh_from_db()
    assert booking.status == BookingStatus.REQUESTED


@pytest.mark.parametrize("page", ["//evil.example/", "https://evil.example/", "evil", "javascript:alert(1)", "/\\evil"])
def test_page_to_come_back_to_is_ours(managing, page):
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    response = decide(managing, booking, decision="accepter", suite=page)
    assert response["Location"] == booking.get_absolute_url()


@pytest.mark.parametrize("verb", ["decider", "excuser", "absence"])
def test_house_part_is_the_managers(signed, member, verb):
    booking = own(member, status=BookingStatus.REQUESTED)
    assert signed.post(f"/agenda/reservations/{booking.pk}/{verb}/", {"decision": "accepter"}).status_code == 403
    assert signed.get(f"/agenda/reservations/{booking.pk}/{verb}/").status_code == 405


def test_late_cancellation_is_waived(managing):
    booking = BookingFactory(status=BookingStatus.CANCELLED, cancelled_at=timezone.now(), is_late=True)
    managing.post(f"/agenda/reservations/{booking.pk}/excuser/", {"mot": "Grève"})
    booking.refresh_from_db()
    assert booking.is_waived is True
    assert booking.changes.get().action == BookingAction.WAIVED


def test_no_show_is_marked_and_unmarked(managing):
    booking = BookingFactory(starts_at=timezone.now() - datetime.timedelta(hours=1))
    url = f"/agenda/reservations/{booking.pk}/absence/"
    managing.post(url, {"absence": "on"})
    assert Booking.objects.get().is_no_show is True
    managing.post(url, {})
    assert Booking.objects.get().is_no_show is False


def test_no_show_before_it_starts_is_refused_in_words(managing):
    booking = BookingFactory()
    response = managing.post(f"/agenda/reservations/{booking.pk}/absence/", {"absence": "on"})
    assert said(response) == ["Cette réservation n’a pas encore commencé."]
