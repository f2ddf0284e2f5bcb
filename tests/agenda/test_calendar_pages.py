"""The calendar's pages: what they show, to whom, at what cost."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda.enums import Approval, BookableBy, BookingStatus, EventAudience, TitleAudience
from agenda.models import AgendaSettings, Closure, Equipment, Space
from agenda.pages.planning import Planning
from agenda.pages.spaces import space_cards
from residents.models import Resident, Stay
from tests.factories import BookingFactory, EventFactory, ResidentFactory, SpaceFactory, at, next_monday, soon

GRIDS = ["week", "day", "month", "bookings_list"]
PAGES = ["spaces", *GRIDS, "find", "shares"]


def get(client, name, **query):
    return client.get(reverse(f"agenda:{name}"), {"jour": next_monday().isoformat(), **query})


def elements(response) -> int:
    return len(re.findall(r"<[a-z]", response.text))


@pytest.fixture
def inside(client, member):
    client.force_login(member)
    return client


@pytest.mark.parametrize("name", PAGES)
def test_page_of_those_who_left_the_house_is_refused(inside, member, name):
    Stay.objects.filter(resident=member.residents_list[0]).update(ends_on=timezone.localdate() - datetime.timedelta(1))
    assert get(inside, name).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_page_of_a_house_without_spaces_is_drawn(inside, name):
    assert get(inside, name).status_code == 200


@pytest.mark.parametrize("name", GRIDS)
def test_booking_is_shown_as_its_reader_may_read_it(inside, member, name):
    BookingFactory(title="Comité ouvert", resident=ResidentFactory(name="Forge"))
    BookingFactory(title="Paie secrète", title_audience=TitleAudience.OURS, guest_name="Dominique", resident=None)
    hidden = EventFactory(title="Conseil clos", audience=EventAudience.PARTICIPANTS)
    BookingFactory(title="Conseil clos", event=hidden)
    shown = EventFactory(title="Chaudron public")
    BookingFactory(event=shown)
    text = get(inside, name).text
    assert "Comité ouvert" in text
    assert [secret for secret in ("Paie secrète", "Dominique", "Conseil clos", hidden.slug) if secret in text] == []
    assert text.count("occupé") == 2
    assert f'href="{shown.get_absolute_url()}"' in text


@pytest.mark.parametrize("name", GRIDS)
def test_request_says_that_it_is_to_be_decided(inside, name):
    BookingFactory(status=BookingStatus.REQUESTED)
    assert "à décider" in get(inside, name).text.replace("À décider", "à décider").split("calendar-legend")[0]


@pytest.mark.parametrize("name", GRIDS)
def test_closure_says_its_reason(inside, name):
    SpaceFactory()
    Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Grand ménage")
    assert "Grand ménage" in get(inside, name).text


@pytest.mark.parametrize("name", GRIDS)
def test_other_spaces_are_left_out_when_one_is_chosen(inside, name):
    chosen, other = BookingFactory(title="Celle-ci"), BookingFactory(title="Celle-là")
    text = get(inside, name, espace=chosen.space.slug).text
    assert ("Celle-ci" in text, "Celle-là" in text) == (True, False)
    assert f"espace={chosen.space.slug}" in text
    assert other.space.name in text


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize(
    "query",
    [
        {"jour": "0001-01-01"},
        {"jour": "9999-12-31"},
        {"jour": "31/02/2027"},
        {"jour": "\0"},
        {"espace": "\0"},
        {"espace": "x" * 5000},
        {"jour": "2020-01-01"},
        {"jour": "2100-12-31"},
        {"jour": "2026-10-25"},
        {"jour": "2027-03-28"},
    ],
)
def test_absurd_address_is_said_and_left_aside(inside, name, query):
    BookingFactory()
    assert get(inside, name, **query).status_code == 200


@pytest.mark.parametrize("name", GRIDS)
def test_unknown_space_is_told(inside, name):
    assert "n’existe pas" in get(inside, name, espace="nulle-part").text


def test_ways_to_look_keep_the_day_and_the_spaces(inside):
    space = SpaceFactory()
    SpaceFactory()
    response = get(inside, "week", espace=space.slug)
    kept = f"?jour={next_monday()}&amp;espace={space.slug}"
    for name in ("bookings_list", "day", "month"):
        assert f'href="{reverse(f"agenda:{name}")}{kept}"' in response.text
    earlier = next_monday() - datetime.timedelta(days=7)
    assert f'href="{reverse("agenda:week")}?jour={earlier}&amp;espace={space.slug}" rel="prev"' in response.text


def test_free_hour_of_a_space_leads_to_booking_it(inside):
    booking = BookingFactory()
    text = get(inside, "week", espace=booking.space.slug).text.replace("&amp;", "&")
    monday = next_monday()
    address = f"{reverse('agenda:book')}?espace={booking.space.slug}&debut={monday}T%s&fin={monday}T%s"
    assert [address % hour in text for hour in (("09:00", "10:00"), ("10:00", "11:00"), ("12:00", "13:00"))] == [
        True,
        False,
        True,
    ]


def test_free_hour_of_several_spaces_leads_to_finding_one(inside):
    SpaceFactory()
    SpaceFactory()
    text = get(inside, "week").text.replace("&amp;", "&")
    assert f"{reverse('agenda:find')}?jour={next_monday()}&debut=08:00&duree=60" in text


def test_space_that_one_may_not_book_has_no_free_hour(inside):
    space = SpaceFactory(bookable_by=BookableBy.HOUSE)
    for name in ("week", "day", "bookings_list"):
        assert reverse("agenda:book") not in get(inside, name, espace=space.slug).text


def test_past_has_no_free_hour(inside):
    space = SpaceFactory()
    text = get(inside, "week", espace=space.slug, jour="2025-03-03").text
    assert 'class="cell' not in text


def test_only_owners_are_given_what_moves_a_booking(client, member, house_manager):
    booking = BookingFactory()
    address = reverse("agenda:move_booking", args=[booking.pk])
    for person, may in ((member, False), (house_manager, True)):
        client.force_login(person)
        assert (address in get(client, "week").text) == may


def test_tidying_is_drawn_under_the_booking(inside):
    booking = BookingFactory(buffer_minutes=30)
    text = get(inside, "day", espace=booking.space.slug).text
    assert re.search(r'class="held from-8 to-18 [^"]*tidy-2[^"]*"[^>]*data-tidy="rangement"', text)


def test_meeting_of_the_whole_stands_in_each_part(inside):
    parts = [SpaceFactory(), SpaceFactory()]
    BookingFactory(space=SpaceFactory(parts=parts), title="Assemblée")
    assert get(inside, "day").text.count("Assemblée") == 3
    assert get(inside, "week").text.count("Assemblée") == 1


@pytest.mark.parametrize("name", PAGES)
def test_queries_do_not_grow(inside, member, name, django_assert_max_num_queries):
    """At most eight, the same for one booking and for three."""

    def asked():
        with django_assert_max_num_queries(8) as queries:
            get(inside, name)
        return len(queries)

    def more():
        BookingFactory(space=SpaceFactory(parts=[SpaceFactory()]), event=EventFactory())
        BookingFactory(resident=member.residents_list[0])
        closure = Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Pont")
        closure.spaces.add(SpaceFactory())
        Space.objects.last().equipment.add(Equipment.objects.create(name=f"Tableau {Space.objects.count()}"))

    AgendaSettings.load().save()
    more()
    asked()
    first = asked()
    more()
    more()
    assert asked() == first


def test_week_with_many_bookings_stays_under_600_elements(client, house_manager):
    client.force_login(house_manager)
    resident = ResidentFactory()
    for _ in range(8):
        space = SpaceFactory(buffer_minutes=15)
        for day in range(7):
            for hour in ("08:00", "10:15", "13:00", "15:15", "18:00"):
                start = soon(hour, days=day)
                BookingFactory(space=space, resident=resident, starts_at=start, buffer_minutes=15)
    response = get(client, "week")
    assert len(re.findall(r'class="held ', response.text)) == 280
    assert elements(response) < 600
    assert elements(get(client, "week", espace=space.slug)) < 600


# The spaces


def test_list_says_what_a_space_holds_now(inside):
    space = SpaceFactory(buffer_minutes=60, open=False)
    now = timezone.now()
    hour = datetime.timedelta(hours=1)
    BookingFactory(space=space, title="En cours", starts_at=now - hour, ends_at=now + hour)
    assert re.search(r"Occupé jusqu’à .* : «\xa0En cours\xa0»", get(inside, "spaces").text)


def test_list_says_what_a_space_holds_in_the_hour_that_comes_twice(house_manager):
    now = at("2027-10-31", "02:30")
    start = now.astimezone(datetime.UTC) - datetime.timedelta(hours=1)
    end = start + datetime.timedelta(hours=2)
    BookingFactory(starts_at=start, ends_at=end, title="En cours", resident__name="Atelier")
    planning = Planning(house_manager, now.date(), now.date())
    planning.now = now
    [card] = space_cards(planning)
    assert (card.state, card.now) == ("occupe", "Occupé jusqu’à 2\u202fh\u202f30 : «\xa0En cours\xa0», Atelier")


def test_list_says_what_is_closed_and_why(inside):
    SpaceFactory()
    today = timezone.localdate()
    Closure.objects.create(starts_on=today, ends_on=today, reason="Inventaire")
    assert "Fermé aujourd’hui : Inventaire" in get(inside, "spaces").text


def test_space_says_its_rules_and_its_hours(inside):
    space = SpaceFactory(capacity=30, buffer_minutes=15, accessibility="De plain-pied", approval=Approval.ALWAYS)
    space.equipment.add(Equipment.objects.create(name="Établi"))
    BookingFactory(space=space, title="Forger ensemble")
    response = inside.get(space.get_absolute_url(), {"jour": next_monday().isoformat()})
    text = " ".join(response.text.replace("\u202f", " ").replace("\xa0", " ").split())
    for words in (
        "30 personnes",
        "Établi",
        "De plain-pied",
        "tous les jours, 8 h – 22 h",
        "la maison décide de chaque demande",
        "De 30 minutes à 4 h à la fois.",
        "15 minutes de rangement",
        "Forger ensemble",
    ):
        assert words in text


def test_space_that_does_not_exist_is_not_found(inside):
    assert inside.get(reverse("agenda:space", args=["nulle-part"])).status_code == 404


# Finding


def test_find_offers_the_smallest_that_suffices_first(inside):
    large, small, tiny = SpaceFactory(capacity=50), SpaceFactory(capacity=12), SpaceFactory(capacity=4)
    response = get(inside, "find", debut="10:00", duree="120", combien="10")
    assert [one.space for one in response.context["findings"].free] == [small, large]
    assert response.context["findings"].too_small == 1
    monday = next_monday()
    address = f"espace={small.slug}&debut={monday}T10:00&fin={monday}T12:00&combien=10"
    assert address in response.text.replace("&amp;", "&")
    assert tiny.name not in response.text


def test_find_gives_the_nearest_times_of_what_is_taken(inside):
    space = SpaceFactory()
    BookingFactory(space=space, starts_at=soon("09:30"), ends_at=soon("12:15"))
    found = get(inside, "find", debut="10:00", duree="60").context["findings"]
    assert found.free == []
    [times] = [[time.words.replace("\u202f", " ").split(", ") for time in one.times] for one in found.later]
    # The third is the same hour of another day.
    assert [hours for day, hours in times if day.startswith("lundi")] == ["8 h 30 – 9 h 30", "12 h 15 – 13 h 15"]
    assert len(times) == 3


def test_find_asks_for_all_the_equipment(inside):
    with_both, with_one = SpaceFactory(), SpaceFactory()
    screen, board = [Equipment.objects.create(name=name) for name in ("Écran", "Tableau")]
    with_both.equipment.add(screen, board)
    with_one.equipment.add(screen)
    found = get(inside, "find", debut="10:00", duree="60", equipement=["Écran", "Tableau"]).context["findings"]
    assert [one.space for one in found.free] == [with_both]


def test_find_leaves_out_what_would_be_refused(inside):
    SpaceFactory(approval=Approval.NEVER, longest_minutes=60)
    SpaceFactory(bookable_by=BookableBy.HOUSE)
    found = get(inside, "find", debut="10:00", duree="120").context["findings"]
    assert (found.free, found.later) == ([], [])


@pytest.mark.parametrize(
    "query", [{"debut": "25:00"}, {"duree": "7"}, {"combien": "9" * 40}, {"jour": "\0"}, {"equipement": "rien"}]
)
def test_find_says_what_is_wrong_beside_it(inside, query):
    SpaceFactory()
    Equipment.objects.create(name="Écran")
    response = get(inside, "find", **query)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == list(query)


# Shares


def test_shares_are_read_by_all_residents(inside, member):
    AgendaSettings.objects.update_or_create(pk=1, defaults={"fair_share_hours": 4})
    greedy = ResidentFactory(name="Gourmande")
    start = soon("08:00")
    BookingFactory(resident=greedy, starts_at=start, ends_at=start + datetime.timedelta(hours=6))
    BookingFactory(resident=member.residents_list[0], starts_at=start)
    shares = get(inside, "shares").context["shares"]
    assert [(row.resident, row.minutes, row.is_over, row.is_ours) for row in shares.rows] == [
        (greedy, 360, True, False),
        (member.residents_list[0], 120, False, True),
    ]
    assert shares.limit == 240
    assert "au-delà de la part" in get(inside, "shares").text


def test_shares_without_limit_say_so(inside):
    AgendaSettings.objects.update_or_create(pk=1, defaults={"fair_share_hours": None})
    BookingFactory()
    assert "ne fixe pas de part" in get(inside, "shares").text
    assert Resident.objects.count() == 2
