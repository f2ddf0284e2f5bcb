"""What is read at a door, on paper and on a screen: never more than its space allows."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda.enums import BookingStatus, EventAudience, EventStatus, TitleAudience
from agenda.models import Closure
from agenda.pages.doors import read_door, sheets
from agenda.pages.holding import spaces_with_hours
from tests.factories import BookingFactory, EventFactory, SpaceFactory, at

pytestmark = pytest.mark.django_db

DAY = "2027-03-03"
PUBLIC = {"title_audience": TitleAudience.PUBLIC}


def door(space, time="10:30", day=DAY):
    return read_door(spaces_with_hours().get(pk=space.pk), at(day, time))


def told(space, time="10:30"):
    found = door(space, time)
    return found.state, found.until_words


def titles(space):
    found = door(space)
    return [held.title for held in found.under_way + found.coming]


# When


def test_door_is_free_until_the_next_booking_then_until_it_closes():
    space = SpaceFactory()
    assert told(space) == ("free", "22\u202fh")
    BookingFactory(space=space, starts_at=at(DAY, "14:00"))
    assert told(space) == ("free", "14\u202fh")


def test_door_is_held_then_tidied():
    space = SpaceFactory(buffer_minutes=30)
    BookingFactory(space=space, starts_at=at(DAY, "10:00"), ends_at=at(DAY, "12:00"), buffer_minutes=30)
    assert told(space) == ("held", "12\u202fh")
    assert told(space, "12:10") == ("tidying", "12\u202fh\u202f30")
    assert told(space, "12:30") == ("free", "22\u202fh")


def test_door_says_the_day_when_it_is_held_beyond_today():
    space = SpaceFactory()
    BookingFactory(space=space, starts_at=at(DAY, "10:00"), ends_at=at("2027-03-04", "09:00"))
    assert told(space) == ("held", "jeudi 4\u00a0mars, 9\u202fh")


def test_door_is_closed_out_of_hours_and_says_when_it_opens():
    space = SpaceFactory()
    found = door(space, "07:00")
    assert (found.state, found.opens_at) == ("closed", at(DAY, "08:00"))
    assert door(space, "23:00").opens_at is None


def test_door_is_closed_by_a_closure_unless_somebody_is_there():
    space = SpaceFactory()
    day = datetime.date.fromisoformat(DAY)
    Closure.objects.create(starts_on=day, ends_on=day, reason="Travaux")
    assert told(space) == ("closed", "")
    BookingFactory(space=space, starts_at=at(DAY, "10:00"))
    assert told(space) == ("held", "12\u202fh")


def test_request_holds_the_door_and_what_was_declined_does_not():
    space = SpaceFactory()
    BookingFactory(space=space, starts_at=at(DAY, "10:00"), status=BookingStatus.DECLINED)
    assert told(space) == ("free", "22\u202fh")
    BookingFactory(space=space, starts_at=at(DAY, "10:00"), status=BookingStatus.REQUESTED)
    assert told(space) == ("held", "12\u202fh")


def test_divisible_door_shows_what_holds_its_parts():
    north, south = SpaceFactory(name="Forge nord"), SpaceFactory(name="Forge sud")
    whole = SpaceFactory(name="Grande forge", parts=[north, south])
    BookingFactory(space=north, starts_at=at(DAY, "10:00"))
    assert told(whole) == ("partly", "12\u202fh")
    assert [held.part for held in door(whole).under_way] == ["Forge nord"]
    assert told(south) == ("free", "22\u202fh")
    BookingFactory(space=south, starts_at=at(DAY, "10:00"), ends_at=at(DAY, "11:00"))
    assert told(whole) == ("held", "11\u202fh")


def test_part_is_held_by_its_whole_once():
    north, south = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[north, south])
    BookingFactory(space=whole, starts_at=at(DAY, "10:00"))
    assert (told(north), told(whole)) == (("held", "12\u202fh"), ("held", "12\u202fh"))
    assert [len(door(space).under_way) for space in [north, whole]] == [1, 1]
    assert door(north).under_way[0].part == ""


# What for


def test_title_is_read_only_where_allowed_and_public():
    open_door, shut_door = SpaceFactory(shows_titles_at_door=True), SpaceFactory()
    for space in [open_door, shut_door]:
        BookingFactory(space=space, starts_at=at(DAY, "10:00"), title="Lecture", **PUBLIC)
        BookingFactory(space=space, starts_at=at(DAY, "14:00"), title="Entre nous")
    assert titles(open_door) == ["Lecture", ""]
    assert titles(shut_door) == ["", ""]


def test_title_of_a_request_is_not_read_yet():
    space = SpaceFactory(shows_titles_at_door=True)
    BookingFactory(space=space, starts_at=at(DAY, "10:00"), status=BookingStatus.REQUESTED, **PUBLIC)
    assert titles(space) == [""]


@pytest.mark.parametrize(
    ("audience", "status", "title"),
    [
        (EventAudience.PUBLIC, EventStatus.PUBLISHED, "Rencontre"),
        (EventAudience.RESIDENTS, EventStatus.PUBLISHED, ""),
        (EventAudience.PUBLIC, EventStatus.DRAFT, ""),
    ],
)
def test_title_of_a_meeting_is_read_when_the_meeting_is_public(audience, status, title):
    space = SpaceFactory(shows_titles_at_door=True)
    event = EventFactory(title="Rencontre", audience=audience, status=status)
    BookingFactory(space=space, event=event, starts_at=at(DAY, "10:00"), title="Rencontre", **PUBLIC)
    assert titles(space) == [title]


def test_title_of_a_part_that_shows_none_is_not_read_at_the_whole():
    part = SpaceFactory()
    whole = SpaceFactory(parts=[part, SpaceFactory()], shows_titles_at_door=True)
    BookingFactory(space=part, starts_at=at(DAY, "10:00"), **PUBLIC)
    assert titles(whole) == [""]


# The screen


def address(space):
    return reverse("agenda:door", args=[space.door_token])


def test_screen_leaks_nothing(client):
    """A guest's booking of this hour: neither who, nor what for, nor how many, nor a link, nor a cookie."""
    now = timezone.now()
    space = SpaceFactory()
    BookingFactory(
        space=space,
        starts_at=now - datetime.timedelta(minutes=30),
        resident=None,
        guest_name="Dominique Secret",
        guest_email="secret@ailleurs.example",
        title="Affaire privée",
        setup="Trois chaises",
        attendees=473,
    )
    answer = client.get(address(space))
    text = answer.content.decode()
    assert "Occupé" in text
    for secret in ["Dominique", "secret@", "Affaire", "chaises", "473", space.door_token, "<a ", "<form", "sessionid"]:
        assert secret not in text
    assert (answer.cookies, answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ({}, "noindex", "no-referrer")
    assert answer["Cache-Control"] == "private, no-cache"


def test_screen_reads_no_session(client, house_manager, django_assert_num_queries):
    """The same for everybody, in five queries; only a browser that sends a session's cookie has it looked up."""
    space = SpaceFactory(parts=[SpaceFactory(), SpaceFactory()])
    with django_assert_num_queries(5):
        anonymous = client.get(address(space)).content
    for part in space.parts.all():
        BookingFactory(space=part, starts_at=timezone.now() + datetime.timedelta(days=2))
    with django_assert_num_queries(5):
        client.get(address(space))
    client.force_login(house_manager)
    assert client.get(address(space)).content == anonymous


def test_screen_is_not_sent_again_while_nothing_changed(client):
    space = SpaceFactory()
    first = client.get(address(space))
    again = client.get(address(space), headers={"if-none-match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    BookingFactory(space=space, starts_at=timezone.now() - datetime.timedelta(minutes=5))
    assert client.get(address(space), headers={"if-none-match": first["ETag"]}).status_code == 200


def test_screen_works_without_script(client):
    text = client.get(address(SpaceFactory())).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in text


@pytest.mark.parametrize("token", ["inconnu", "a\0b", "x" * 500])
def test_unknown_address_is_not_found(client, token):
    assert client.get(reverse("agenda:door", args=[token])).status_code == 404


def test_retired_space_has_no_door(client):
    assert client.get(address(SpaceFactory(is_retired=True))).status_code == 404


# Sheets of paper


def test_sheet_of_a_day_holds_that_day_only():
    space = SpaceFactory()
    BookingFactory(space=space, starts_at=at(DAY, "14:00"))
    BookingFactory(space=space, starts_at=at("2027-03-04", "10:00"))
    [sheet] = sheets([spaces_with_hours().get(pk=space.pk)], [datetime.date.fromisoformat(DAY)])
    assert [held.starts_at for held in sheet.days[0].held] == [at(DAY, "14:00")]


def test_sheets_are_one_a_space_for_the_week_from_its_monday(client, house_manager):
    SpaceFactory(name="Forge")
    SpaceFactory(name="Cour")
    SpaceFactory(name="Cave", is_retired=True)
    client.force_login(house_manager)
    answer = client.get(reverse("agenda:door_sheets"), {"jour": DAY, "etendue": "semaine"})
    found = answer.context["sheets"]
    assert [sheet.space.name for sheet in found] == ["Cour", "Forge"]
    assert [day.day.isoformat() for day in found[0].days][::6] == ["2027-03-01", "2027-03-07"]


def test_sheets_of_one_space(client, house_manager):
    chosen = SpaceFactory()
    SpaceFactory()
    client.force_login(house_manager)
    answer = client.get(reverse("agenda:door_sheets"), {"espace": chosen.slug})
    assert [sheet.space for sheet in answer.context["sheets"]] == [chosen]


def test_sheets_say_closed_and_free(client, house_manager):
    day = datetime.date.fromisoformat(DAY)
    closed, free, _never_open = SpaceFactory(), SpaceFactory(), SpaceFactory(open=False)
    Closure.objects.create(starts_on=day, ends_on=day, reason="Travaux").spaces.set([closed])
    client.force_login(house_manager)
    text = client.get(reverse("agenda:door_sheets"), {"jour": DAY}).content.decode()
    assert (text.count(">Fermé<"), text.count("Libre toute la journée")) == (2, 1)
    assert "Travaux" not in text
    assert free.name in text


def test_sheets_without_space_say_what_to_do(client, house_manager):
    client.force_login(house_manager)
    assert "Aucun espace" in client.get(reverse("agenda:door_sheets")).content.decode()


@pytest.mark.parametrize("asked", [{"espace": "nulle-part"}, {"espace": "\0"}, {"etendue": "siècle"}, {"jour": "9999"}])
def test_wrong_filter_is_said_and_left_aside(client, house_manager, asked):
    SpaceFactory()
    client.force_login(house_manager)
    answer = client.get(reverse("agenda:door_sheets"), asked)
    assert (answer.status_code, len(answer.context["sheets"])) == (200, 1)
    assert "errorlist" in answer.content.decode()


@pytest.mark.parametrize("times", [1, 3])
def test_sheets_ask_as_many_queries_whatever_they_hold(client, house_manager, django_assert_num_queries, times):
    for _ in range(times):
        BookingFactory(space=SpaceFactory(parts=[SpaceFactory()]), starts_at=at(DAY, "10:00"))
    client.force_login(house_manager)
    with django_assert_num_queries(8):
        client.get(reverse("agenda:door_sheets"), {"jour": DAY, "etendue": "semaine"})
