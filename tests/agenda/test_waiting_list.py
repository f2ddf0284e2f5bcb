"""The waiting list: who is next, for how long a seat is theirs, what silence does; and the whole way in a browser."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from agenda.actions import events, registrations
from agenda.enums import EventStatus, RegistrationStatus
from agenda.models import AgendaSettings, Event, Registration
from tests.factories import EventFactory, MembershipFactory, RegistrationFactory, UserFactory

REGISTERED, WAITING = RegistrationStatus.REGISTERED, RegistrationStatus.WAITING
CANCELLED, OFFERED, LAPSED = RegistrationStatus.CANCELLED, RegistrationStatus.OFFERED, RegistrationStatus.LAPSED
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def full(db):
    """One seat, taken; two people wait."""
    event = EventFactory(takes_registrations=True, capacity=1)
    for _ in range(3):
        registrations.register(event=event, by=MembershipFactory().user)
    return event


def standing(event):
    """The statuses in the order in which they registered."""
    return list(event.registrations.order_by("created_at", "pk").values_list("status", flat=True))


def lapse(event):
    """Time passes: the offers of the meeting are over."""
    event.registrations.filter(status=OFFERED).update(offered_until=timezone.now() - HOUR)


def test_position_is_the_rank_among_those_who_wait(full):
    assert [registrations.position(one) for one in full.registrations.order_by("pk")] == [None, 1, 2]


def test_freed_seat_is_offered_to_the_next_for_the_time_the_house_says(full):
    AgendaSettings.objects.update_or_create(defaults={"seat_offer_hours": 6})
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    assert standing(full) == [CANCELLED, OFFERED, WAITING]
    offered = full.registrations.get(status=OFFERED)
    assert abs(offered.offered_until - timezone.now() - 6 * HOUR) < datetime.timedelta(minutes=1)


def test_offered_seat_counts_as_taken(full):
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    assert registrations.free_seats(full) == 0
    assert registrations.register(event=full, by=MembershipFactory().user).status == WAITING


def test_accepting_takes_the_seat(full):
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    offered = full.registrations.get(status=OFFERED)
    assert registrations.accept(registration=offered).status == REGISTERED
    assert registrations.accept(registration=offered).status == REGISTERED
    assert standing(full) == [CANCELLED, REGISTERED, WAITING]


def test_silence_passes_the_seat_on(full):
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    lapse(full)
    assert registrations.pass_on_lapsed_offers() == 1
    assert standing(full) == [CANCELLED, LAPSED, OFFERED]
    assert registrations.pass_on_lapsed_offers() == 0


def test_accepting_too_late_is_refused(full):
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    offered = full.registrations.get(status=OFFERED)
    lapse(full)
    with pytest.raises(ValidationError, match="passée à la personne suivante"):
        registrations.accept(registration=offered)


def test_giving_up_an_offer_offers_it_to_the_next(full):
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    registrations.cancel(registration=full.registrations.get(status=OFFERED))
    assert standing(full) == [CANCELLED, CANCELLED, OFFERED]


def test_who_let_an_offer_pass_may_wait_again(full):
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    lapsed = full.registrations.get(status=OFFERED)
    lapse(full)
    again = registrations.register(event=full, by=lapsed.user)
    assert (again.status, registrations.position(again)) == (WAITING, 1)
    assert standing(full) == [CANCELLED, LAPSED, OFFERED, WAITING]


def test_more_seats_are_offered_at_once(full, house_manager):
    events.change(event=full, to={"capacity": 2}, by=house_manager)
    assert standing(full) == [REGISTERED, OFFERED, WAITING]
    events.change(event=full, to={"capacity": None}, by=house_manager)
    assert standing(full) == [REGISTERED, OFFERED, OFFERED]


def test_fewer_seats_take_nobody_s(db, house_manager):
    event = EventFactory(with_seats=True)
    RegistrationFactory.create_batch(2, event=event)
    events.change(event=event, to={"capacity": 1}, by=house_manager)
    first = event.registrations.order_by("pk")[0]
    registrations.register(event=event, by=MembershipFactory().user)
    registrations.cancel(registration=first)
    assert standing(event) == [CANCELLED, REGISTERED, WAITING]


def test_offer_ends_with_the_start_of_the_meeting(full):
    start = timezone.now() + HOUR
    Event.objects.update(starts_at=start)
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    assert full.registrations.get(status=OFFERED).offered_until == start


@pytest.mark.parametrize(
    "fields", [{"status": EventStatus.CANCELLED}, {"starts_at": timezone.now() - datetime.timedelta(hours=1)}]
)
def test_nothing_is_offered_once_it_has_begun_or_is_cancelled(full, fields):
    Event.objects.update(**fields)
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    assert standing(full) == [CANCELLED, WAITING, WAITING]


def test_past_registration_is_not_cancelled(full):
    Event.objects.update(starts_at=timezone.now() - 2 * HOUR, ends_at=timezone.now() - HOUR)
    with pytest.raises(ValidationError, match="passé"):
        registrations.cancel(registration=full.registrations.order_by("pk")[0])


def test_leaving_the_list_frees_nothing_and_moves_the_others_up(full):
    first, _seated = full.registrations.waiting()[0], full.registrations.seated().get()
    registrations.cancel(registration=first)
    assert standing(full) == [REGISTERED, CANCELLED, WAITING]
    assert registrations.position(full.registrations.waiting().get()) == 1


def test_cancelling_twice_offers_one_seat(full):
    seated = full.registrations.order_by("pk")[0]
    registrations.cancel(registration=seated)
    registrations.cancel(registration=seated)
    assert standing(full) == [CANCELLED, OFFERED, WAITING]


# By the pages


def test_page_of_registration_passes_lapsed_offers_on(client, full):
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    offered = full.registrations.get(status=OFFERED)
    lapse(full)
    page = client.get(f"/agenda/inscriptions/{offered.token}/").content.decode()
    assert "La place est passée à la personne suivante" in page
    assert standing(full) == [CANCELLED, LAPSED, OFFERED]


def test_reading_consumes_nothing(client, full):
    """What a mail's scanner opens: each address of the mail, by GET."""
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    offered = full.registrations.get(status=OFFERED)
    guest = RegistrationFactory(event=full, guest=True, status=RegistrationStatus.PENDING)
    before = list(Registration.objects.order_by("pk").values())
    for token in (offered.token, guest.token):
        for verb in ("", "confirmer/", "accepter/", "annuler/"):
            assert client.get(f"/agenda/inscriptions/{token}/{verb}").status_code in {200, 302}
    assert list(Registration.objects.order_by("pk").values()) == before


def test_seat_is_accepted_then_given_back_by_the_secret_address(client, full):
    registrations.cancel(registration=full.registrations.order_by("pk")[0])
    address = f"/agenda/inscriptions/{full.registrations.get(status=OFFERED).token}"
    assert client.post(f"{address}/accepter/")["Location"] == f"{address}/"
    assert standing(full) == [CANCELLED, REGISTERED, WAITING]
    client.post(f"{address}/annuler/")
    assert standing(full) == [CANCELLED, CANCELLED, OFFERED]
    assert client.post(f"{address}/accepter/").status_code == 422


def test_unknown_token_is_not_found(client, db):
    for verb in ("", "confirmer/", "accepter/", "annuler/"):
        assert client.get(f"/agenda/inscriptions/{'x' * 32}/{verb}").status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_waiting_list_to_a_seat(page, sign_in):
    event = EventFactory(title="Lire un marché", takes_registrations=True, capacity=1)
    seated, waits = UserFactory(first_name="Ada"), UserFactory(first_name="Zoé")
    for person in (seated, waits):
        MembershipFactory(user=person)
    sign_in(page, seated)
    page.goto("/agenda/")
    page.get_by_role("link", name="Lire un marché").click()
    page.get_by_role("button", name="M’inscrire").click()
    page.get_by_text("Inscription confirmée").wait_for()

    sign_in(page, waits)
    page.goto(event.get_absolute_url())
    page.get_by_role("button", name="M’inscrire sur la liste d’attente").click()
    page.get_by_text("Liste d’attente : position 1").wait_for()

    sign_in(page, seated)
    page.goto(event.get_absolute_url())
    page.get_by_role("button", name="Annuler mon inscription").click()
    page.get_by_text("Votre inscription est annulée").wait_for()

    sign_in(page, waits)
    page.goto(event.get_absolute_url())
    page.get_by_role("button", name="Accepter la place").click()
    page.get_by_text("Inscription confirmée").wait_for()
    assert list(event.registrations.order_by("pk").values_list("user", "status")) == [
        (seated.pk, CANCELLED),
        (waits.pk, REGISTERED),
    ]
