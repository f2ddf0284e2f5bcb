"""What is told of bookings: to whom, in which words, once."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from agenda import tasks
from agenda.actions import bookings
from agenda.enums import Notice
from agenda.models import Booking
from agenda.notices import PAUSE, TELL, tell
from mailing import refusing
from mailing.enums import Topic
from mailing.models import Mail
from tests.agenda.telling import Sound, addresses, plainly, told, when
from tests.factories import BookingFactory, MembershipFactory, soon
from tests.smtp import PostOffice
from tests.worker import work, work_at_once

pytestmark = pytest.mark.django_db


def book(space, by, *, at="10:00", days=0, **fields):
    return bookings.book(
        **{
            "space": space,
            "starts_at": soon(at, days=days),
            "ends_at": soon(at, days=days) + datetime.timedelta(hours=2),
            "title": "Réunion",
            "by": by,
            "resident": by.residents_list[0] if by.residents_list else None,
            **fields,
        }
    )


def long_ago(booking):
    """Told of, and no more in the minute of its making."""
    told()
    Booking.objects.filter(pk=booking.pk).update(created_at=timezone.now() - datetime.timedelta(days=2))
    booking.refresh_from_db()
    return booking


# Telling in general


def test_what_is_undone_is_not_told(hall, camille):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        book(hall, camille)
        raise ZeroDivisionError
    assert told() == []


def test_telling_waits_for_a_minute_and_seats_for_nothing():
    booking = BookingFactory()
    tell(Notice.BOOKING_MOVED, booking.pk)
    tell(Notice.SEAT_OFFERED, 0)
    waits = [
        at and round((at - timezone.now()).total_seconds())
        for at in ProcrastinateJob.objects.order_by("id").values_list("scheduled_at", flat=True)
    ]
    assert waits == [PAUSE, None]


def test_what_is_told_again_writes_nothing_more(hall, camille):
    booking = book(hall, camille)
    told()
    tell(Notice.BOOKING_CONFIRMED, booking.pk, by=camille)
    assert told() == []


def test_what_is_gone_is_told_to_nobody():
    for notice in set(Notice) - {Notice.BOOKING_REMINDER, Notice.EVENT_REMINDER}:
        tell(notice, 0, before={"bookings": [0]})
    assert told() == []


def test_a_failure_is_asked_for_again(hall, camille):
    booking = book(hall, camille)
    told()
    with pytest.raises(KeyError):
        tasks.tell("reservation-deplacee", booking.pk, before={"starts_at": soon().isoformat()})
    [job] = ProcrastinateJob.objects.filter(task_name=TELL)
    assert (job.args["attempt"], job.args["pk"]) == (2, booking.pk)


# Bookings


def test_confirmation_reads_well(hall, camille):
    booking = book(hall, camille)
    [mail] = told()
    assert (mail.to, mail.topic, mail.method) == (camille.email, Topic.BOOKING, "REQUEST")
    assert mail.subject == plainly(f"Réservé : Grande salle, {when(booking)}")
    assert mail.text == (
        "Bonjour Camille,\n\nVotre réservation est confirmée.\n\n"
        f"Espace : Grande salle\nQuand : {when(booking)}\nObjet : Réunion\nPour : Atelier du Zinc\n\n"
        f"Voir la réservation :\nhttp://localhost:8000/agenda/reservations/{booking.pk}/\n\n"
        "L’invitation jointe met ce moment dans votre calendrier.\n\n"
        "À bientôt aux Chaudronneries\n- - - - - - - - - - - - - - -\n"
        "Vous recevez ce message parce que cette réservation est la vôtre ou celle de votre structure.\n"
        "Choisir mes courriers : http://localhost:8000/compte/courriers/\n"
    )
    assert f"UID:{booking.uid}@" in mail.calendar.replace("\r\n ", "") and "METHOD:REQUEST" in mail.calendar
    Sound(mail.html)
    assert f'<a href="http://localhost:8000/agenda/reservations/{booking.pk}/">Voir la réservation</a>' in mail.html


def test_outside_person_is_told_in_plain_words_and_who_booked_is_not(hall, manager):
    booking = book(hall, manager, guest_name="Dominique Passant", guest_email="dominique@ailleurs.example")
    [mail] = told()
    assert (mail.to, mail.user, mail.headers) == ("dominique@ailleurs.example", None, {})
    assert mail.text == (
        "Bonjour Dominique Passant,\n\nLa maison a réservé un espace pour vous aux Chaudronneries.\n\n"
        f"Espace : Grande salle\nQuand : {when(booking)}\nObjet : Réunion\nPour : Dominique Passant\n\n"
        "L’invitation jointe met ce moment dans votre calendrier.\n\n"
        "À bientôt aux Chaudronneries\n- - - - - - - - - - - - - - -\n"
        "Vous recevez ce message parce que la maison a réservé à votre nom. Pour lui répondre, répondez-y.\n"
    )
    assert "http" not in mail.text and "<a" not in mail.html


def test_structure_that_the_house_books_for_is_told(hall, manager, camille):
    MembershipFactory(resident=camille.residents_list[0])
    book(hall, manager, resident=camille.residents_list[0])
    [mail] = told()
    assert (mail.to, "Maud Braise a réservé pour vous." in mail.text) == (camille.email, True)


def test_colleague_booked_for_is_told(hall, camille):
    colleague = MembershipFactory(resident=camille.residents_list[0]).user
    book(hall, camille, booked_for=colleague)
    [mail] = told()
    assert (mail.to, "Camille Rivet a réservé pour vous." in mail.text) == (colleague.email, True)


def test_request_is_told_to_those_who_decide(hall, camille, manager):
    hall.approval = "toujours"
    hall.save()
    booking = book(hall, camille, attendees=8, request_word="Pour notre assemblée.")
    [mail] = told()
    assert (mail.to, mail.topic, mail.method) == (manager.email, Topic.DECISION, "")
    assert mail.subject == plainly(f"À décider : Grande salle, {when(booking)}")
    assert mail.text == (
        "Bonjour Maud,\n\nCamille Rivet demande un espace.\n\n"
        f"Espace : Grande salle\nQuand : {when(booking)}\nObjet : Réunion\nPour : Atelier du Zinc\n"
        "Combien : 8 personnes\nPourquoi : cet espace se réserve sur demande\n\n"
        "« Pour notre assemblée. »\n– Camille Rivet\n\n"
        f"Voir la demande et décider :\nhttp://localhost:8000/agenda/reservations/{booking.pk}/\n\n"
        "Ma journée : http://localhost:8000/ma-journee/\n\n"
        "À bientôt aux Chaudronneries\n- - - - - - - - - - - - - - -\n"
        "Vous recevez ce message parce que vous décidez des demandes de la maison.\n"
        "Choisir mes courriers : http://localhost:8000/compte/courriers/\n"
    )
    Sound(mail.html)


def test_decision_is_told_with_its_word(hall, camille, manager):
    hall.approval = "toujours"
    hall.save()
    accepted, refused = book(hall, camille), book(hall, camille, at="14:00")
    told()
    bookings.approve(booking=accepted, by=manager, word="Avec plaisir.")
    bookings.decline(booking=refused, by=manager, word="La salle est en travaux.")
    yes, no = told()
    assert (yes.to, yes.subject) == (camille.email, plainly(f"Acceptée : Grande salle, {when(accepted)}"))
    assert "l’espace vous attend.\n" in yes.text and "« Avec plaisir. »\n– Maud Braise\n" in yes.text
    assert (no.to, no.subject) == (camille.email, plainly(f"Refusée : Grande salle, {when(refused)}"))
    assert "« La salle est en travaux. »\n– Maud Braise\n" in no.text
    assert "Trouver un autre moment :\nhttp://localhost:8000/agenda/trouver/\n" in no.text
    # A request was in nobody's calendar: there is nothing to take out.
    assert (yes.method, no.method) == ("REQUEST", "")


def test_decided_before_it_was_told_asks_nobody_to_decide(hall, camille, manager):
    hall.approval = "toujours"
    hall.save()
    bookings.approve(booking=book(hall, camille), by=manager)
    assert [mail.subject.split(" :")[0] for mail in told()] == ["Acceptée"]


def move(booking, by, hours):
    moved = {name: getattr(booking, name) + datetime.timedelta(hours=hours) for name in ("starts_at", "ends_at")}
    return bookings.change(booking=booking, to=moved, by=by)


def test_move_says_from_what_to_what(hall, camille, manager):
    booking = long_ago(book(hall, camille))
    was = when(booking)
    booking = move(booking, manager, 4)
    [mail] = told()
    assert (mail.to, mail.method) == (camille.email, "REQUEST")
    assert mail.subject == plainly(f"Déplacée : Grande salle, {when(booking)}")
    assert (
        "Maud Braise a déplacé votre réservation.\n\n"
        f"Avant : Grande salle, {was}\nMaintenant : Grande salle, {when(booking)}\n"
        "Objet : Réunion\nPour : Atelier du Zinc\n"
    ) in mail.text
    Sound(mail.html)


def test_several_moves_in_a_minute_are_told_once_from_first_to_last(hall, camille, manager):
    booking = long_ago(book(hall, camille))
    was = when(booking)
    booking = move(move(booking, manager, 2), manager, 2)
    [mail] = told()
    assert f"Avant : Grande salle, {was}\nMaintenant : Grande salle, {when(booking)}\n" in mail.text


def test_move_that_is_undone_in_a_minute_is_not_told(hall, camille, manager):
    move(move(long_ago(book(hall, camille)), manager, 2), manager, -2)
    assert told() == []


def test_booking_moved_before_it_was_told_is_told_as_it_is(hall, camille):
    booking = move(book(hall, camille), camille, 2)
    [mail] = told()
    assert mail.subject == plainly(f"Réservé : Grande salle, {when(booking)}")


def test_new_title_is_told_to_nobody(hall, camille, manager):
    bookings.change(booking=long_ago(book(hall, camille)), to={"title": "Assemblée"}, by=manager)
    assert told() == []


def test_cancellation_by_the_house_is_told_with_its_word(hall, camille, manager):
    booking = long_ago(book(hall, camille))
    bookings.cancel(booking=booking, by=manager, word="Fuite d’eau.")
    [mail] = told()
    assert (mail.to, mail.method) == (camille.email, "CANCEL")
    assert mail.subject == plainly(f"Annulée : Grande salle, {when(booking)}")
    assert "Maud Braise a annulé votre réservation.\n" in mail.text and "« Fuite d’eau. »\n– Maud Braise\n" in mail.text
    assert "METHOD:CANCEL" in mail.calendar and f"UID:{booking.uid}@" in mail.calendar.replace("\r\n ", "")


def test_who_cancels_has_it_taken_out_of_their_calendar(hall, camille):
    bookings.cancel(booking=long_ago(book(hall, camille)), by=camille, word="Grève.")
    [mail] = told()
    assert (mail.to, mail.method) == (camille.email, "CANCEL")
    assert "Votre réservation est annulée.\n" in mail.text and "Grève" not in mail.text


def test_who_withdraws_a_request_is_told_nothing(hall, camille):
    hall.approval = "toujours"
    hall.save()
    bookings.cancel(booking=long_ago(book(hall, camille)), by=camille)
    assert told() == []


def test_booked_and_cancelled_in_a_minute_is_told_to_nobody(hall, camille):
    bookings.cancel(booking=book(hall, camille), by=camille)
    assert told() == []


def test_outside_person_learns_no_name_of_the_house(hall, manager):
    booking = book(hall, manager, guest_name="Dominique Passant", guest_email="dominique@ailleurs.example")
    bookings.cancel(booking=long_ago(booking), by=manager, word="Fuite d’eau.")
    [mail] = told()
    assert ("La maison a annulé votre réservation.\n" in mail.text, "Maud" in mail.text + mail.html) == (True, False)
    assert "« Fuite d’eau. »\n– La maison\n" in mail.text


@pytest.mark.parametrize("audience", ["public", "residents", "structure"])
def test_nobody_else_learns_of_a_booking(hall, camille, manager, audience):
    """Neither another structure, nor the house when nothing is to be decided, nor who has left the account."""
    MembershipFactory()
    MembershipFactory(resident=camille.residents_list[0], user__is_active=False)
    book(hall, camille, title_audience=audience)
    assert addresses(told()) == {camille.email}


def test_refused_topics_are_not_written(hall, camille, manager):
    refusing.refuse(by=camille, topic=Topic.BOOKING)
    refusing.refuse(by=manager, topic=Topic.DECISION)
    book(hall, camille)
    hall.approval = "toujours"
    hall.save()
    book(hall, camille, at="14:00")
    assert told() == []


def test_title_that_breaks_lines_breaks_nothing(hall, camille):
    booking = book(hall, camille, title="Réunion <b>\nEND:VEVENT")
    [mail] = told()
    assert "Objet : Réunion <b> END:VEVENT\n" in mail.text
    assert "Réunion &lt;b&gt; END:VEVENT" in mail.html
    assert mail.calendar.count("\r\nEND:VEVENT") == 1
    assert booking.title


# The whole way


@pytest.mark.django_db(transaction=True)
def test_a_booking_is_told_by_a_real_server_a_minute_later(settings, hall, camille):
    office = PostOffice()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    office.open()
    try:
        book(hall, camille)
        work()
        at_once = len(office.taken)
        work_at_once()
    finally:
        office.close()
    assert (at_once, office.recipients) == (0, [camille.email])
    assert [mail.state for mail in Mail.objects.all()] == ["envoye"]
