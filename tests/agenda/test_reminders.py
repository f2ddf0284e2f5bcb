"""Reminders: the day before, once, and to nobody who has just been told."""

import datetime

import pytest
from django.utils import timezone

from agenda import tasks, times
from agenda.actions import bookings, registrations
from agenda.enums import BookingStatus, RegistrationStatus
from agenda.models import AgendaSettings, Booking, Registration
from mailing import refusing
from mailing.enums import Topic
from mailing.models import Mail
from tests.agenda.telling import Sound, plainly, told
from tests.factories import (
    BookingFactory,
    EventFactory,
    RegistrationFactory,
    SpaceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def in_hours(hours) -> datetime.datetime:
    return timezone.now().replace(microsecond=0) + hours * HOUR


def booked(by, *, hours=20, made=48, **fields):
    """A booking that starts in so many hours and was made so many hours ago."""
    fields = {"resident": by.residents_list[0], "created_by": by, **fields}
    booking = BookingFactory(starts_at=in_hours(hours), space__name="Grande salle", title="Réunion", **fields)
    Booking.objects.filter(pk=booking.pk).update(created_at=timezone.now() - made * HOUR)
    return booking


def registered(*, hours=20, made=48, **fields):
    event = {"event__title": "Vies & écologies", "event__with_seats": True, "event__starts_at": in_hours(hours)}
    registration = RegistrationFactory(**(event | fields))
    Registration.objects.filter(pk=registration.pk).update(created_at=timezone.now() - made * HOUR)
    return registration


def reminded() -> list[Mail]:
    tasks.remind()
    return list(Mail.objects.filter(topic=Topic.REMINDER).order_by("pk"))


def test_reminder_of_a_booking_reads_well(camille):
    booking = booked(camille)
    [mail] = reminded()
    when = times.say_stretch(booking.starts_at, booking.ends_at)
    assert (mail.to, mail.method, mail.subject) == (camille.email, "", plainly(f"Rappel : Grande salle, {when}"))
    assert mail.text == (
        "Bonjour Camille,\n\nC’est pour bientôt.\n\n"
        f"Espace : Grande salle\nQuand : {when}\nObjet : Réunion\nPour : Atelier du Zinc\n\n"
        f"Voir la réservation :\nhttp://localhost:8000/agenda/reservations/{booking.pk}/\n\n"
        "Vous n’en avez plus besoin ? Annulez-la : l’espace servira à d’autres.\n\n"
        "À bientôt aux Chaudronneries\n- - - - - - - - - - - - - - -\n"
        "Vous recevez ce message parce que cette réservation est la vôtre ou celle de votre structure.\n"
        "Choisir mes courriers : http://localhost:8000/compte/courriers/\n"
    )
    Sound(mail.html)


def test_reminder_of_a_meeting_reads_well():
    registration = registered(guest=True, name="Dominique Passant")
    [mail] = reminded()
    event = registration.event
    assert (mail.to, mail.user) == (registration.email, None)
    assert mail.text.startswith(
        "Bonjour Dominique Passant,\n\nC’est pour bientôt, et vous avez votre place.\n\n"
        f"Rendez-vous : Vies & écologies\nQuand : {times.say_stretch(event.starts_at, event.ends_at)}\n\n"
        f"Voir mon inscription :\nhttp://localhost:8000/agenda/inscriptions/{registration.token}/\n"
    )
    Sound(mail.html)


def test_each_is_reminded_once(camille):
    booked(camille)
    registered(user=camille)
    assert (len(reminded()), len(reminded())) == (2, 2)


@pytest.mark.parametrize(
    ("hours", "made"),
    [
        pytest.param(25, 48, id="too early"),
        pytest.param(-1, 48, id="begun"),
        pytest.param(20, 2, id="made since"),
    ],
)
def test_nobody_is_reminded(camille, hours, made):
    booked(camille, hours=hours, made=made)
    registered(user=camille, hours=hours, made=made)
    assert reminded() == []


def test_house_chooses_how_long_before(camille):
    booked(camille, hours=40, made=72)
    settings = AgendaSettings.load()
    settings.reminder_hours = 48
    settings.save()
    assert len(reminded()) == 1


def test_house_may_remind_of_nothing(camille):
    settings = AgendaSettings.load()
    settings.reminder_hours = 0
    settings.save()
    booked(camille)
    assert reminded() == []


def test_what_holds_no_more_is_not_reminded(camille):
    booked(camille, status=BookingStatus.REQUESTED)
    booked(camille, status=BookingStatus.DECLINED, space=SpaceFactory())
    booked(camille, event=EventFactory(), space=SpaceFactory())
    registered(user=camille, event__status="annule", event__title="Annulé")
    registered(guest=True, waiting=True, event__title="Attendu")
    registered(guest=True, status=RegistrationStatus.CANCELLED, event__title="Rendu")
    assert reminded() == []


def test_moved_to_another_day_it_is_reminded_again(camille):
    booking = booked(camille)
    first = len(reminded())
    later = {"starts_at": in_hours(22), "ends_at": in_hours(23)}
    Booking.objects.filter(pk=booking.pk).update(**later)
    assert (first, len(reminded())) == (1, 2)


def test_who_was_just_told_of_a_move_is_not_reminded(camille):
    manager = UserFactory(house_manager=True)
    booking = booked(camille, hours=90)
    bookings.change(booking=booking, to={"starts_at": in_hours(20), "ends_at": in_hours(21)}, by=manager)
    assert [mail.to for mail in told()] == [camille.email]
    assert reminded() == []


def test_who_has_just_got_a_seat_is_not_reminded(camille):
    registration = registered(user=camille, waiting=True)
    registrations.offer_free_seats(registration.event)
    registration.refresh_from_db()
    registrations.accept(registration=registration)
    told()
    assert reminded() == []


def test_who_booked_for_somebody_else_is_not_reminded():
    manager = UserFactory(house_manager=True)
    BookingFactory(
        starts_at=in_hours(20),
        resident=None,
        created_by=manager,
        guest_name="Dominique",
        guest_email="dominique@ailleurs.example",
    )
    Booking.objects.update(created_at=timezone.now() - 48 * HOUR)
    [mail] = reminded()
    assert (mail.to, "http" in mail.text) == ("dominique@ailleurs.example", False)


def test_who_refuses_reminders_gets_none(camille):
    refusing.refuse(by=camille, topic=Topic.REMINDER)
    booked(camille)
    registered(user=camille)
    assert reminded() == []


def test_lapsed_offers_are_passed_on_and_guests_forgotten_by_the_clock():
    offered = RegistrationFactory(waiting=True)
    registrations.offer_free_seats(offered.event)
    Registration.objects.update(offered_until=timezone.now() - HOUR)
    tasks.pass_on()
    offered.refresh_from_db()
    assert offered.status == RegistrationStatus.LAPSED
    guest = registered(guest=True, hours=-24 * 61 - 3)
    tasks.forget()
    assert not Registration.objects.filter(pk=guest.pk).exists()


def test_clock_asks_for_each_of_these():
    from procrastinate.contrib.django import app

    crons = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert {
        name: crons.get(name) for name in ["agenda.tasks.remind", "agenda.tasks.pass_on", "agenda.tasks.forget"]
    } == {
        "agenda.tasks.remind": "*/15 * * * *",
        "agenda.tasks.pass_on": "*/5 * * * *",
        "agenda.tasks.forget": "20 3 * * *",
    }
