"""What must never be false of spaces and bookings: every constraint is violated, in the database and in words."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from agenda.actions.bookings import cancel
from agenda.enums import BookingStatus, Frequency
from agenda.models import (
    AgendaSettings,
    Booking,
    BookingChange,
    CalendarKey,
    Closure,
    Equipment,
    Occupation,
    OpeningHours,
    Series,
    Space,
)
from tests.factories import BookingFactory, ResidentFactory, SpaceFactory, UserFactory, soon

pytestmark = pytest.mark.django_db
DAY = datetime.date(2027, 3, 1)
TIME = datetime.time
CHOICE = "Ce choix n’existe pas."


def space(**fields):
    return Space(**{"name": "Forge", "slug": "forge", "capacity": 10} | fields)


def booking(**fields):
    plain = {"space": SpaceFactory(), "starts_at": soon(), "ends_at": soon("12:00"), "title": "Réunion"}
    return Booking(**plain | fields)


def opening(*spans, weekday=0):
    """The last of the given hours, the first of them kept already."""
    place = SpaceFactory(open=False)
    built = [OpeningHours(space=place, weekday=weekday, opens_at=TIME(a), closes_at=TIME(b)) for a, b in spans]
    for hours in built[:-1]:
        hours.save()
    return built[-1]


def series(**fields):
    weekly = {
        "frequency": Frequency.WEEKLY,
        "weekdays": [0],
        "starts_on": DAY,
        "count": 3,
        "start_time": TIME(9),
        "end_time": TIME(10),
    }
    return Series(**weekly | fields)


def same_date_of_a_series():
    rule = series()
    rule.save()
    known = BookingFactory(series=rule, occurrence_on=DAY)
    # At another time: the date is taken all the same.
    later = {"starts_at": soon("15:00"), "ends_at": soon("16:00")}
    return booking(space=known.space, series=rule, occurrence_on=DAY, **later)


def dated_without_date():
    rule = series()
    rule.save()
    return booking(series=rule)


def occupied_twice():
    held = BookingFactory()
    other = BookingFactory(space=held.space, starts_at=soon("14:00"))
    return Occupation(booking=other, space=held.space, during=DateTimeTZRange(soon("11:00"), soon("13:00")))


def named_alike(model, name, **fields):
    model.objects.create(name=name, **{field: f"{value}-1" for field, value in fields.items()})
    return model(name=name.upper(), **{field: f"{value}-2" for field, value in fields.items()})


def space_of_the_same_name():
    SpaceFactory(name="Salle d'été")
    return space(name="salle  D’ETE")


def second_key():
    known = CalendarKey.objects.create(user=UserFactory())
    return CalendarKey(user=known.user)


VIOLATIONS = {
    "equipment_name_unique": (lambda: named_alike(Equipment, "Écran"), "Cet équipement existe déjà."),
    "space_name_unique": (space_of_the_same_name, "Un espace porte déjà ce nom."),
    "space_name_readable": (
        lambda: space(name="!?"),
        "Le nom doit contenir au moins une lettre ou un chiffre.",
    ),
    "space_capacity_sensible": (lambda: space(capacity=0), "Un espace accueille au moins une personne."),
    "space_least_sensible": (lambda: space(least_minutes=4), "La durée minimale est d’au moins 5 minutes."),
    "space_durations_ordered": (
        lambda: space(least_minutes=60, longest_minutes=59),
        "La durée maximale est plus courte que la minimale.",
    ),
    "space_buffer_sensible": (lambda: space(buffer_minutes=721), "Le rangement dure au plus 12 heures."),
    **{
        f"space_choices_known:{field}": (lambda field=field: space(**{field: "autre"}), CHOICE)
        for field in ("colour", "pattern", "approval", "bookable_by")
    },
    "opening_weekday_known": (lambda: opening((9, 12), weekday=7), "Ce jour n’existe pas."),
    "opening_ends_after_start": (lambda: opening((12, 12)), "La fermeture vient avant l’ouverture."),
    "opening_hours_apart": (lambda: opening((9, 12), (11, 14)), "Deux horaires du même jour se chevauchent."),
    "opening_hours_apart:midnight": (
        lambda: opening((18, 0), (22, 23)),
        "Deux horaires du même jour se chevauchent.",
    ),
    "closure_ends_after_start": (
        lambda: Closure(starts_on=DAY, ends_on=DAY - datetime.timedelta(1), reason="Pont"),
        "La fermeture finit avant d’avoir commencé.",
    ),
    "series_frequency_known": (
        # The rule of an unknown rhythm is incomplete as well: the database names either.
        lambda: series(frequency="heures"),
        None,
    ),
    "series_interval_sensible": (lambda: series(interval=0), "L’intervalle va de 1 à 52."),
    "series_interval_sensible:most": (lambda: series(interval=53), "L’intervalle va de 1 à 52."),
    "series_ends_one_way": (
        lambda: series(count=3, until=DAY),
        "Une série finit à une date, ou après un nombre de dates.",
    ),
    "series_ends_one_way:never": (
        lambda: series(count=None),
        "Une série finit à une date, ou après un nombre de dates.",
    ),
    "series_ends_after_start": (
        lambda: series(count=None, until=DAY - datetime.timedelta(1)),
        "La série finit avant d’avoir commencé.",
    ),
    **{
        f"series_rule_complete:{number}": (
            lambda fields=fields: series(**fields),
            "Le rythme de la série est incomplet.",
        )
        for number, fields in enumerate(
            [
                {"weekdays": []},
                {"monthday": 3},
                {"frequency": Frequency.MONTHLY_DATE, "weekdays": []},
                {"frequency": Frequency.MONTHLY_DATE, "weekdays": [], "monthday": 32},
                {"frequency": Frequency.MONTHLY_WEEKDAY},
                {"frequency": Frequency.MONTHLY_WEEKDAY, "nth": 6},
                {"frequency": Frequency.MONTHLY_WEEKDAY, "nth": 1, "weekdays": [0, 1]},
            ]
        )
    },
    "booking_ends_after_start": (
        lambda: booking(ends_at=soon()),
        "La réservation finit avant d’avoir commencé.",
    ),
    "booking_within_a_month": (
        lambda: booking(ends_at=soon().astimezone(datetime.UTC) + datetime.timedelta(days=31, seconds=1)),
        "Une réservation dure au plus 31 jours.",
    ),
    "booking_choices_known:status": (lambda: booking(status="rêvée"), CHOICE),
    "booking_choices_known:title_audience": (lambda: booking(title_audience="personne"), CHOICE),
    "booking_has_title": (lambda: booking(title=""), "Une réservation dit à quoi elle sert."),
    "booking_for_one": (
        lambda: booking(resident=ResidentFactory(), guest_name="Dominique"),
        "Une réservation est pour une structure ou pour une personne extérieure.",
    ),
    "booking_guest_named": (
        lambda: booking(guest_email="d@ailleurs.example"),
        "La personne extérieure a un nom.",
    ),
    "booking_cancelled_has_date": (
        lambda: booking(status=BookingStatus.CANCELLED),
        "Une réservation annulée a sa date, et elle seule.",
    ),
    "booking_cancelled_has_date:alone": (
        lambda: booking(cancelled_at=timezone.now()),
        "Une réservation annulée a sa date, et elle seule.",
    ),
    "booking_cancelled_has_date:late": (
        lambda: booking(is_late=True),
        "Une réservation annulée a sa date, et elle seule.",
    ),
    "booking_waived_was_late": (
        lambda: booking(is_waived=True),
        "Seule une annulation tardive est excusée.",
    ),
    "booking_no_show_confirmed": (
        lambda: booking(is_no_show=True, status=BookingStatus.REQUESTED),
        "Une absence se note sur une réservation confirmée.",
    ),
    "booking_series_dated": (dated_without_date, "Une réservation d’une série tient la place d’une date."),
    "booking_occurrence_once": (same_date_of_a_series, "Cette date de la série est déjà réservée."),
    "agenda_space_never_shared": (occupied_twice, "Cet espace est déjà réservé sur ce créneau."),
    "booking_change_known": (
        lambda: BookingChange(booking=BookingFactory(), action="rêvée"),
        "Cette action n’existe pas.",
    ),
    "calendar_key_single": (second_key, "Une personne a une adresse secrète à la fois."),
    "agenda_offer_lasts": (
        lambda: AgendaSettings(seat_offer_hours=0),
        "Une place est proposée pendant une heure au moins.",
    ),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_database_refuses(name):
    build, words = VIOLATIONS[name]
    constraint, refused = name.partition(":")[0], build()
    # A bulk write: neither `clean` nor `save` may mend or refuse it first.
    with pytest.raises(IntegrityError, match=constraint if words else None), transaction.atomic():
        type(refused).objects.bulk_create([refused])


@pytest.mark.parametrize("name", [name for name, (_build, words) in VIOLATIONS.items() if words])
def test_constraint_says_why_in_words(name):
    build, words = VIOLATIONS[name]
    with pytest.raises(ValidationError) as refusal:
        build().validate_constraints()
    assert words in refusal.value.messages


def test_every_constraint_of_these_models_is_violated_here():
    models = [Equipment, Space, OpeningHours, Closure, Series, Booking, Occupation, BookingChange]
    models += [CalendarKey, AgendaSettings]
    names = {constraint.name for model in models for constraint in model._meta.constraints}
    assert {name.partition(":")[0] for name in VIOLATIONS} == names


@pytest.mark.parametrize(
    "field, make",
    [
        ("slug", lambda value: SpaceFactory(slug=value)),
        ("door_token", lambda value: SpaceFactory(door_token=value)),
        ("uid", lambda value: BookingFactory(uid=value)),
    ],
)
def test_what_is_found_by_its_name_is_one(field, make):
    value = str(uuid.uuid4())
    make(value)
    with pytest.raises(IntegrityError, match=field), transaction.atomic():
        make(value)


def test_opening_hours_reversed_are_refused_before_the_database():
    with pytest.raises(ValidationError):
        opening((12, 9)).clean()


def test_opening_hours_may_touch_and_close_at_midnight():
    opening((9, 12), (12, 0)).full_clean()


def test_cancelled_dates_of_a_series_may_be_booked_again():
    again = same_date_of_a_series()
    Booking.objects.update(status=BookingStatus.CANCELLED, cancelled_at=timezone.now())
    again.save()
    assert Booking.objects.holding().get() == again


# What the database does by itself


def held(booking):
    return set(booking.occupations.values_list("space", flat=True))


def test_occupations_follow_whatever_changes_a_booking():
    first = BookingFactory(buffer_minutes=15)
    other = SpaceFactory()
    Booking.objects.filter(pk=first.pk).update(ends_at=soon("13:00"), space=other, buffer_minutes=30)
    occupation = Occupation.objects.get()
    assert (occupation.space, occupation.during.lower, occupation.during.upper) == (other, soon(), soon("13:30"))
    Booking.objects.filter(pk=first.pk).update(status=BookingStatus.DECLINED)
    assert Occupation.objects.count() == 0
    Booking.objects.filter(pk=first.pk).update(status=BookingStatus.REQUESTED)
    assert held(first) == {other.pk}
    first.delete()
    assert Occupation.objects.count() == 0


@pytest.mark.parametrize("status", [BookingStatus.REQUESTED, BookingStatus.CONFIRMED])
def test_requests_and_bookings_hold_alike(status):
    first = BookingFactory(status=status)
    for other in (BookingStatus.REQUESTED, BookingStatus.CONFIRMED):
        with pytest.raises(IntegrityError, match="agenda_space_never_shared"), transaction.atomic():
            BookingFactory(space=first.space, status=other)


def test_declined_booking_does_not_come_back_where_somebody_is():
    declined = BookingFactory(status=BookingStatus.DECLINED)
    BookingFactory(space=declined.space)
    with pytest.raises(IntegrityError, match="agenda_space_never_shared"), transaction.atomic():
        Booking.objects.filter(pk=declined.pk).update(status=BookingStatus.CONFIRMED)


def test_whole_and_part_are_never_held_together():
    left, right = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[left, right])
    BookingFactory(space=left)
    BookingFactory(space=right)
    with pytest.raises(IntegrityError, match="agenda_space_never_shared"), transaction.atomic():
        BookingFactory(space=whole)


def test_bookings_to_come_follow_the_parts_of_their_space():
    left, right, middle = SpaceFactory(), SpaceFactory(), SpaceFactory()
    whole = SpaceFactory()
    over = BookingFactory(space=whole, starts_at=timezone.now() - datetime.timedelta(days=3))
    coming = BookingFactory(space=whole)
    whole.parts.set([left, right])
    assert (held(over), held(coming)) == ({whole.pk}, {left.pk, right.pk})
    whole.parts.set([left, middle])
    assert held(coming) == {left.pk, middle.pk}
    whole.parts.clear()
    assert held(coming) == {whole.pk}


def test_part_that_somebody_holds_then_cannot_be_taken_in():
    part, whole = SpaceFactory(), SpaceFactory()
    BookingFactory(space=whole)
    alone = BookingFactory(space=part)
    with pytest.raises(IntegrityError, match="agenda_space_never_shared"), transaction.atomic():
        whole.parts.add(part)
    cancel(booking=alone, by=UserFactory(house_manager=True))
    whole.parts.add(part)
    assert held(Booking.objects.get(space=whole)) == {part.pk}


def test_parts_are_one_level_deep():
    leaf, branch = SpaceFactory(), SpaceFactory()
    branch.parts.add(leaf)
    for whole, part in [(SpaceFactory(), branch), (leaf, SpaceFactory()), (leaf, leaf)]:
        with pytest.raises(IntegrityError, match="a part is an elementary space"), transaction.atomic():
            whole.parts.add(part)


def test_dates_of_a_series_may_pass_one_another_in_one_transaction():
    """Deferred, the promise is looked at when the move is complete."""
    first = BookingFactory()
    second = BookingFactory(space=first.space, starts_at=soon("12:00"))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS agenda_space_never_shared DEFERRED")
        for one, start in [(first, "12:00"), (second, "10:00")]:
            end = soon(start) + datetime.timedelta(hours=2)
            Booking.objects.filter(pk=one.pk).update(starts_at=soon(start), ends_at=end)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS agenda_space_never_shared IMMEDIATE")
    assert list(Booking.objects.order_by("starts_at")) == [second, first]
