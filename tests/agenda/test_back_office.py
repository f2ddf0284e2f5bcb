"""The agenda's back office: spaces and their week, closures and what they meet."""

import csv
import datetime
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from PIL import Image

from agenda.enums import BookingStatus
from agenda.forms.back_office import read_hours, say_hours
from agenda.models import AgendaSettings, Booking, Closure, Equipment, EventKind, Space
from tests.factories import (
    BookingFactory,
    EventFactory,
    EventKindFactory,
    RegistrationFactory,
    SpaceFactory,
    next_monday,
    soon,
)


def make_closure():
    return Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Ménage de printemps")


VIEWSETS = {
    "espaces": SpaceFactory,
    "fermetures": make_closure,
    "equipements": lambda: Equipment.objects.create(name=f"Tableau {Equipment.objects.count()}"),
    "sortes-de-rendez-vous": lambda: EventKindFactory(
        name=f"Sorte {EventKind.objects.count()}", slug=f"sorte-{EventKind.objects.count()}"
    ),
    "reservations": BookingFactory,
    "rendez-vous": EventFactory,
    "inscriptions": RegistrationFactory,
}
ON_THEIR_OWN = ["add", "edit", "delete"]
# What the house manager does not do there, for the reason beside it.
NOT_HERS = {
    ("espaces", "delete"): "a space is retired",
    ("reservations", "add"): "bookings have their own pages",
    ("reservations", "edit"): "bookings have their own pages",
    ("reservations", "delete"): "a booking is cancelled",
    **{(name, page): "they have their own pages" for name in ("rendez-vous", "inscriptions") for page in ON_THEIR_OWN},
}
PAGES = [(viewset, name) for viewset in VIEWSETS for name in ("index", "add", "edit", "delete")]

SPACE = {
    "name": "La Forge",
    "slug": "la-forge",
    "capacity": "20",
    "position": "0",
    "least_minutes": "30",
    "longest_minutes": "",
    "ahead_days": "90",
    "buffer_minutes": "15",
    "cancellation_hours": "24",
    "approval": "au-dela",
    "bookable_by": "residents",
    "colour": "cuivre",
    "pattern": "uni",
    "hours_0": "8 h – 12 h, 14h-minuit",
}


@pytest.fixture
def manager(client, house_manager):
    client.force_login(house_manager)
    return client


@pytest.mark.parametrize(("viewset", "name"), PAGES)
def test_page_is_open_to_the_house_manager_alone(client, house_manager, member, viewset, name):
    one = VIEWSETS[viewset]()
    page = reverse(f"{viewset}:{name}", args=[] if name in {"index", "add"} else [one.pk])
    assert client.get(page).status_code == 302
    client.force_login(member)
    assert client.get(page).status_code == 403
    client.force_login(house_manager)
    assert client.get(page).status_code == (302 if (viewset, name) in NOT_HERS else 200)


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_list_keeps_its_queries(manager, django_assert_num_queries, viewset):
    page = reverse(f"{viewset}:index")
    VIEWSETS[viewset]()
    manager.get(page)
    with CaptureQueriesContext(connection) as one:
        manager.get(page)
    VIEWSETS[viewset]()
    VIEWSETS[viewset]()
    with django_assert_num_queries(len(one)):
        manager.get(page)


def test_bookings_are_exported_without_formulas(manager):
    BookingFactory(title="=1+1")
    page = manager.get(reverse("reservations:index"), {"export": "csv"})
    rows = list(csv.reader(StringIO(b"".join(page.streaming_content).decode())))
    assert rows[1][0] == "'=1+1"


@pytest.mark.parametrize(
    ("viewset", "address"),
    [("reservations", "agenda:booking"), ("rendez-vous", "agenda:event"), ("inscriptions", "agenda:registrations")],
)
def test_each_row_leads_to_its_own_page(manager, viewset, address):
    made = VIEWSETS[viewset]()
    keys = {"reservations": made.pk, "rendez-vous": getattr(made, "slug", ""), "inscriptions": ""}
    key = made.event.slug if viewset == "inscriptions" else keys[viewset]
    assert f'href="{reverse(address, args=[key])}"' in manager.get(reverse(f"{viewset}:index")).content.decode()


def test_closures_to_come_are_first(manager):
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    for reason, first, last in [("hier", -3, -1), ("plus tard", 9, 9), ("avant", -9, -8), ("en cours", -1, 0)]:
        Closure.objects.create(reason=reason, starts_on=today + first * day, ends_on=today + last * day)
    shown = manager.get(reverse("fermetures:index")).context["object_list"]
    assert [closure.reason for closure in shown] == ["en cours", "plus tard", "hier", "avant"]


def test_first_of_a_month_is_said_as_one_writes_it(manager):
    first = (next_monday() + datetime.timedelta(days=40)).replace(day=1)
    Closure.objects.create(starts_on=first, ends_on=first, reason="Grand nettoyage")
    at_ten = datetime.datetime.combine(first, datetime.time(10), tzinfo=timezone.get_default_timezone())
    BookingFactory(starts_at=at_ten, ends_at=at_ten + datetime.timedelta(hours=1))
    said = f"1er {date_format(first, 'F Y')}"
    assert manager.get(reverse("fermetures:index")).content.decode().count(said) == 2
    assert manager.get(reverse("reservations:index")).content.decode().count(f"{said}, 10") == 1


@pytest.mark.parametrize("viewset", VIEWSETS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_list_is_exported(manager, viewset, kind):
    VIEWSETS[viewset]()
    page = manager.get(reverse(f"{viewset}:index"), {"export": kind})
    assert len(b"".join(page.streaming_content)) > 10


# Hours, as people write them


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("8-12", "08:00 – 12:00"),
        ("8 h – 12 h, 14h30–22h", "08:00 – 12:00, 14:30 – 22:00"),
        ("14:00 à minuit et 08:30-12:00", "08:30 – 12:00, 14:00 – minuit"),
    ],
)
def test_hours_are_read_as_people_write_them(text, kept):
    assert say_hours(read_hours(text)) == kept


@pytest.mark.parametrize("text", ["8", "8-25", "abc", "12-8", "8-12, 11-14", "8-minuit, 22-23", "8-12-14"])
def test_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(ValidationError):
        read_hours(text)


def test_space_is_opened_with_its_week(manager):
    response = manager.post(reverse("espaces:add"), SPACE)

    assert response.status_code == 302
    hours = Space.objects.get().opening_hours.all()
    assert [str(one) for one in hours] == ["lundi 08:00–12:00", "lundi 14:00–00:00"]


def test_wrong_hours_are_said_beside_their_day_and_nothing_is_lost(manager):
    response = manager.post(reverse("espaces:add"), SPACE | {"hours_2": "18 h – 8 h"})

    form = response.context["form"]
    assert form.errors == {"hours_2": ["« 18 h – 8 h » : la fermeture vient avant l’ouverture."]}
    assert form["name"].value() == "La Forge"
    assert Space.objects.count() == 0


def test_week_of_a_space_is_changed_and_shown(manager):
    space = SpaceFactory(name="La Forge")
    BookingFactory(space=space)
    edit = reverse("espaces:edit", args=[space.pk])

    shown = manager.get(edit)
    assert shown.context["form"]["hours_6"].initial == "08:00 – 22:00"
    assert shown.content.decode().count("space-week__open") == 7
    manager.post(edit, SPACE | {"slug": space.slug})

    assert [one.weekday for one in space.opening_hours.all()] == [0, 0]


def test_picture_of_a_space_is_written_anew_and_taken_away(manager):
    file = BytesIO()
    Image.new("RGB", (30, 20)).save(file, "JPEG")
    sent = SimpleUploadedFile("forge.jpg", file.getvalue())

    manager.post(reverse("espaces:add"), SPACE | {"picture_file": sent})
    space = Space.objects.get()
    assert space.picture.file.name.endswith(".webp")

    manager.post(reverse("espaces:edit", args=[space.pk]), SPACE | {"picture_removed": "on"})
    space.refresh_from_db()
    assert space.picture is None


def test_file_that_is_no_picture_is_refused_beside_its_field(manager):
    sent = SimpleUploadedFile("forge.jpg", b"<svg onload=alert(1)>")
    response = manager.post(reverse("espaces:add"), SPACE | {"picture_file": sent})
    assert list(response.context["form"].errors) == ["picture_file"]


def test_address_of_a_door_is_shown_and_changed(manager, client):
    space = SpaceFactory(name="La Forge", slug="la-forge")
    former = reverse("agenda:door", args=[space.door_token])
    edit = reverse("espaces:edit", args=[space.pk])

    assert f"http://testserver{former}" in manager.get(edit).content.decode()
    manager.post(edit, SPACE | {"door_renewed": "on"})

    space.refresh_from_db()
    assert client.get(former).status_code == 404
    assert client.get(reverse("agenda:door", args=[space.door_token])).status_code == 200


# Divisible spaces


def test_space_is_made_of_elementary_ones_only(manager):
    north, south = SpaceFactory(name="Nord"), SpaceFactory(name="Sud")
    whole = SpaceFactory(name="Tout", parts=[north, south])

    made = manager.post(reverse("espaces:add"), SPACE | {"parts": [whole.pk]})
    divided = manager.post(reverse("espaces:edit", args=[north.pk]), SPACE | {"slug": "nord", "parts": [south.pk]})

    assert list(made.context["form"].errors) == ["parts"]
    assert divided.context["form"].errors["parts"] == ["Cet espace fait déjà partie d’un autre : il ne se divise pas."]


def test_parts_that_would_make_two_bookings_meet_are_refused(manager):
    north, south, whole = SpaceFactory(name="Nord"), SpaceFactory(name="Sud"), SpaceFactory(name="Tout", parts=[])
    BookingFactory(space=whole)
    BookingFactory(space=south)

    edit = reverse("espaces:edit", args=[whole.pk])
    data = SPACE | {"name": "Tout", "slug": whole.slug}
    refused = manager.post(edit, data | {"parts": [north.pk, south.pk]})
    taken = manager.post(edit, data | {"parts": [north.pk]})

    assert refused.context["form"].errors["parts"] == [
        "Une réservation à venir de cet espace tombe sur une de celles de Sud : décidez-la d’abord."
    ]
    assert taken.status_code == 302


# Closures


CLOSURE = {"reason": "Ménage de printemps"}


def test_closure_leads_to_the_bookings_that_it_meets_and_each_is_decided(manager, house_manager):
    kept, dropped = BookingFactory(), BookingFactory()
    elsewhere = BookingFactory(starts_at=kept.starts_at + datetime.timedelta(days=3))
    data = CLOSURE | {"starts_on": next_monday(), "ends_on": next_monday()}

    response = manager.post(reverse("fermetures:add"), data)
    closure = Closure.objects.get()
    decide = reverse("fermetures:decide", args=[closure.pk])
    assert response["Location"] == decide
    assert list(manager.get(decide).context["bookings"]) == [kept, dropped]

    manager.post(decide, {"cancelled": [dropped.pk], "word": "La cour est en travaux."})
    kept.refresh_from_db()
    dropped.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (kept.status, elsewhere.status) == (BookingStatus.CONFIRMED, BookingStatus.CONFIRMED)
    assert (dropped.status, dropped.cancelled_by, dropped.cancellation_word) == (
        BookingStatus.CANCELLED,
        house_manager,
        "La cour est en travaux.",
    )


def test_closure_leads_to_the_meetings_that_it_meets(manager):
    booking = BookingFactory(resident=None, event=EventFactory())
    decide = reverse("fermetures:decide", args=[make_closure().pk])

    page = manager.get(decide).content.decode()
    refused = manager.post(decide, {"cancelled": [booking.pk]})

    assert (f'href="{booking.event.get_absolute_url()}"' in page, 'name="cancelled"' in page) == (True, False)
    assert refused.status_code == 422
    assert Booking.objects.holding().get() == booking


def test_closure_of_some_spaces_meets_the_wholes_that_they_are_part_of(manager):
    north, south = SpaceFactory(name="Nord"), SpaceFactory(name="Sud")
    of_whole = BookingFactory(space=SpaceFactory(name="Tout", parts=[north, south]))
    BookingFactory(space=SpaceFactory(name="Ailleurs"))
    closure = make_closure()
    closure.spaces.set([north])

    met = manager.get(reverse("fermetures:decide", args=[closure.pk])).context["bookings"]

    assert list(met) == [of_whole]


def test_closure_that_meets_nothing_is_kept_at_once(manager):
    data = CLOSURE | {"starts_on": next_monday(), "ends_on": next_monday()}
    assert manager.post(reverse("fermetures:add"), data)["Location"] == reverse("fermetures:index")


def test_booking_that_the_closure_does_not_meet_cannot_be_cancelled_there(manager):
    far = BookingFactory(starts_at=BookingFactory.build(resident=None, space=None).starts_at + datetime.timedelta(3))
    closure = make_closure()

    response = manager.post(reverse("fermetures:decide", args=[closure.pk]), {"cancelled": [far.pk]})

    assert response.status_code == 422
    assert Booking.objects.holding().get() == far


def test_reversed_closure_is_refused_in_words(manager):
    data = CLOSURE | {"starts_on": next_monday(), "ends_on": next_monday() - datetime.timedelta(days=1)}
    response = manager.post(reverse("fermetures:add"), data)
    assert response.context["form"].non_field_errors() == ["La fermeture finit avant d’avoir commencé."]


@pytest.mark.parametrize("name", ["holidays", "decide"])
def test_pages_of_closures_are_the_house_managers(client, member, name):
    client.force_login(member)
    page = reverse(f"fermetures:{name}", args=[make_closure().pk] if name == "decide" else [])
    assert client.get(page).status_code == 403


# Lists


# By the day that each begins, from the next Monday.
NAMES = {-20: "avant-hier", -10: "hier", 10: "demain", 30: "plus tard"}


def listed(*days: int) -> list[str]:
    return [NAMES[number] for number in days]


@pytest.mark.parametrize(("viewset", "make"), [("reservations", BookingFactory), ("rendez-vous", EventFactory)])
def test_what_comes_next_is_first_then_the_latest_past(manager, viewset, make):
    hour = datetime.timedelta(hours=1)
    for days in [-20, 30, -10, 10]:
        start = soon(days=days)
        make(title=NAMES[days], starts_at=start, ends_at=start + hour)
    page = manager.get(reverse(f"{viewset}:index"))
    assert [row.title for row in page.context["object_list"]] == listed(10, 30, -10, -20)
    sorted_by_hand = manager.get(reverse(f"{viewset}:index"), {"ordering": "starts_at"})
    assert [row.title for row in sorted_by_hand.context["object_list"]] == listed(-20, -10, 10, 30)


# Settings


def test_house_manager_sets_the_share_of_structures(manager):
    settings = AgendaSettings.load()
    page = reverse("wagtailsettings:edit", args=["agenda", "agendasettings", settings.pk])
    data = {"fair_share_hours": "12", "seat_offer_hours": "6", "reminder_hours": "24", "guest_kept_days": "30"}

    assert manager.get(page).status_code == 200
    manager.post(page, data)

    assert AgendaSettings.load().fair_share_hours == 12


def test_member_does_not_reach_the_settings(client, member):
    client.force_login(member)
    page = reverse("wagtailsettings:edit", args=["agenda", "agendasettings", AgendaSettings.load().pk])
    assert client.get(page).status_code == 403
