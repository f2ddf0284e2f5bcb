"""One’s own calendar, in full or as hours that are taken: what concerns its person, and what leaves it."""

import datetime

import pytest
from django.utils import timezone

from agenda.enums import EventAudience, RegistrationStatus
from agenda.models import Booking, Event
from tests.agenda.feeds import busy, fetch, key_of, mine, titles, uid
from tests.factories import BookingFactory, EventFactory, MembershipFactory, RegistrationFactory, soon

# Who it is, what changed, the kept body and its keeping, then bookings, seats, duties and what goes with them.
QUERIES_OF_MINE = 22

pytestmark = pytest.mark.django_db


def test_my_feed_holds_what_concerns_me(client, member):
    ours = member.memberships_list[0].resident
    BookingFactory(title="De ma structure", resident=ours)
    BookingFactory(title="Pour moi", booked_for=member)
    BookingFactory(title="D’une autre")
    RegistrationFactory(event__title="J’y vais", user=member)
    RegistrationFactory(event__title="Une autre y va")
    EventFactory(title="Je la tiens", hosts=[member])
    EventFactory(title="Nous l’organisons", organisers=[ours])
    EventFactory(title="On m’y attend pas")
    BookingFactory(title="La salle de Je la tiens", resident=ours, event=Event.objects.get(title="Je la tiens"))
    assert titles(client, mine(key_of(member))) == [
        "De ma structure",
        "Je la tiens",
        "J’y vais",
        "Nous l’organisons",
        "Pour moi",
    ]


def test_my_feed_leaves_out_what_the_manager_books_for_others(client, house_manager):
    BookingFactory(title="Pour une structure", created_by=house_manager)
    BookingFactory(title="Pour un passant", created_by=house_manager, resident=None, guest_name="Dominique")
    BookingFactory(title="Pour la maison", created_by=house_manager, resident=None)
    assert titles(client, mine(key_of(house_manager))) == ["Pour la maison"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (RegistrationStatus.REGISTERED, ("CONFIRMED", "OPAQUE", "Forge")),
        (RegistrationStatus.WAITING, ("TENTATIVE", "TRANSPARENT", "Forge")),
        (RegistrationStatus.OFFERED, ("TENTATIVE", "TRANSPARENT", "Forge")),
        (RegistrationStatus.CANCELLED, ("CANCELLED", "TRANSPARENT", "Annulé : Forge")),
        (RegistrationStatus.LAPSED, ("CANCELLED", "TRANSPARENT", "Annulé : Forge")),
    ],
)
def test_my_feed_says_where_i_stand(client, member, status, said):
    now = timezone.now()
    offered = {"offered_until": now + datetime.timedelta(hours=2)} if status == RegistrationStatus.OFFERED else {}
    seat = RegistrationFactory(event__title="Forge", user=member, status=status, queued_at=now, **offered)
    read = fetch(client, mine(key_of(member)))[uid(seat.event)]
    assert (str(read["STATUS"]), str(read["TRANSP"]), str(read["SUMMARY"])) == said


def test_sequence_rises_when_one_cancels_and_comes_back(client, member):
    key = key_of(member)
    seat = RegistrationFactory(user=member)

    def sequence():
        return fetch(client, mine(key))[uid(seat.event)]["SEQUENCE"]

    sequences = [sequence()]
    seat.status = RegistrationStatus.CANCELLED
    seat.save()
    sequences.append(sequence())
    again = RegistrationFactory(user=member, event=seat.event)
    sequences.append(sequence())
    again.event.hosts.add(member)
    sequences.append(sequence())
    assert sequences[:3] == sorted(set(sequences[:3]))
    assert sequences[3] == sequences[2]


def test_slot_of_a_permanence_stands_alone(client, member):
    event = EventFactory(takes_registrations=True, slot_minutes=20, starts_at=soon("14:00"), ends_at=soon("16:00"))
    seat = RegistrationFactory(event=event, user=member, slot_starts_at=soon("14:40"))
    (read,) = fetch(client, mine(key_of(member))).values()
    assert (read["DTSTART"].dt, read["DTEND"].dt) == (soon("14:40"), soon("15:00"))
    assert str(read["UID"]) == f"{event.uid}-{seat.pk}@agenda.chaudronneries.example"


def test_what_one_may_no_longer_read_leaves_without_a_word(client, member):
    seat = RegistrationFactory(
        event__title="Conseil",
        event__audience=EventAudience.PARTICIPANTS,
        user=member,
        status=RegistrationStatus.CANCELLED,
    )
    read = fetch(client, mine(key_of(member)))[uid(seat.event)]
    assert (str(read["STATUS"]), str(read["SUMMARY"]), "LOCATION" in read) == ("CANCELLED", "Annulé", False)


def test_busy_feed_says_the_hours_and_nothing_else(client, member):
    ours = member.memberships_list[0].resident
    booking = BookingFactory(title="Secret de fonderie", resident=ours, setup="Bâche", starts_at=soon("08:00"))
    event = EventFactory(title="Confidences", hosts=[member], text="Ne pas dire", link="https://visio.example/x")
    key = key_of(member)
    read = fetch(client, busy(key))
    assert sorted((str(e["SUMMARY"]), e["DTSTART"].dt, e["DTEND"].dt) for e in read.values()) == [
        ("Occupé", booking.starts_at, booking.ends_at),
        ("Occupé", event.starts_at, event.ends_at),
    ]
    said = {"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS", "SUMMARY", "CLASS", "TRANSP"}
    assert {name for event in read.values() for name in event} == said
    # Nor can it be compared with a calendar that says more.
    assert read.keys() & fetch(client, mine(key)).keys() == set()
    body = client.get(busy(key)).content.decode()
    words = [
        booking.space.name,
        ours.name,
        str(booking.uid),
        event.uid,
        "Secret",
        "Confidences",
        "visio",
        "reservations",
    ]
    assert [word for word in words if str(word) in body] == []


def test_busy_feed_names_stay_the_same(client, member):
    BookingFactory(created_by=member)
    key = key_of(member)
    before = fetch(client, busy(key)).keys()
    Booking.objects.update(sequence=7)
    assert fetch(client, busy(key)).keys() == before


@pytest.mark.parametrize("feed", [mine, busy])
def test_304_of_a_secret_feed_follows_the_person(client, member, feed):
    key = key_of(member)
    etag = client.get(feed(key))["ETag"]
    assert client.get(feed(key), headers={"If-None-Match": etag}).status_code == 304
    seat = RegistrationFactory(user=member)
    later = client.get(feed(key), headers={"If-None-Match": etag})
    assert later.status_code == 200
    seat.event.title = "Autrement"
    seat.event.save()
    assert client.get(feed(key), headers={"If-None-Match": later["ETag"]}).status_code == 200
    another = MembershipFactory().user
    assert client.get(feed(key_of(another)))["ETag"] != client.get(feed(key))["ETag"]


@pytest.mark.parametrize("many", [1, 3])
def test_my_feed_asks_as_much_for_one_as_for_three(client, member, django_assert_num_queries, many):
    key = key_of(member)
    for _n in range(many):
        BookingFactory(created_by=member)
        RegistrationFactory(user=member)
        EventFactory(hosts=[member])
    with django_assert_num_queries(QUERIES_OF_MINE):
        client.get(mine(key))
