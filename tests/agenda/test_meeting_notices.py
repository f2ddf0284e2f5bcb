"""What is told of meetings: to those who registered, in which words, once."""

import datetime
import re

import pytest
from django.utils import timezone

from agenda import times
from agenda.actions import events, registrations
from agenda.enums import EventAudience, RegistrationStatus
from agenda.models import Registration
from mailing import refusing
from mailing.enums import Topic
from residents.models import Membership
from tests.agenda.telling import Sound, addresses, plainly, told
from tests.factories import EventFactory, MembershipFactory, RegistrationFactory, SpaceFactory, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    meeting = EventFactory(title="Vies & écologies", with_seats=True, place="Sous la halle")
    meeting.spaces.add(SpaceFactory(name="Grande salle"))
    return meeting


def change(meeting, by, **to):
    return events.change(event=meeting, to=to, by=by)


def when(event) -> str:
    return times.say_stretch(event.starts_at, event.ends_at, all_day=event.is_all_day)


def test_guest_confirms_by_a_link_and_nothing_that_was_typed_is_repeated(meeting):
    registrations.register_guest(event=meeting, name="Gagnez sur evil.example", email="passante@ailleurs.example")
    [mail] = told()
    registration = Registration.objects.get()
    assert (mail.to, mail.user, mail.method, mail.subject) == (
        "passante@ailleurs.example",
        None,
        "",
        "Confirmez votre inscription : Vies & écologies",
    )
    assert mail.text == (
        "Bonjour,\n\nCette adresse a été donnée pour une inscription. Si c’est bien la vôtre, confirmez-la.\n\n"
        "La place n’est pas retenue avant.\n\n"
        f"Rendez-vous : Vies & écologies\nQuand : {when(meeting)}\nOù : Grande salle, Sous la halle\n\n"
        "Confirmer mon inscription :\n"
        f"http://localhost:8000/agenda/inscriptions/{registration.token}/confirmer/\n\n"
        "Ce n’est pas vous ? Laissez ce message de côté : sans réponse sous 2 jours, tout est oublié.\n\n"
        "À bientôt aux Chaudronneries\n- - - - - - - - - - - - - - -\n"
        "Vous recevez ce message parce que cette adresse a été donnée pour ce rendez-vous.\n"
    )
    assert "evil" not in mail.text + mail.html
    Sound(mail.html)


def test_seat_is_confirmed_with_its_invitation(meeting, camille):
    registration = registrations.register(event=meeting, by=camille)
    [mail] = told()
    assert (mail.to, mail.topic, mail.method) == (camille.email, Topic.EVENT, "REQUEST")
    assert mail.subject == plainly(f"Inscription confirmée : Vies & écologies, {when(meeting)}")
    assert mail.text == (
        "Bonjour Camille,\n\nVotre place est réservée.\n\n"
        f"Rendez-vous : Vies & écologies\nQuand : {when(meeting)}\nOù : Grande salle, Sous la halle\n\n"
        f"Voir mon inscription :\nhttp://localhost:8000/agenda/inscriptions/{registration.token}/\n\n"
        "L’invitation jointe met ce moment dans votre calendrier.\n\n"
        "Un empêchement ? Rendez votre place depuis cette page : elle servira à quelqu’un d’autre.\n\n"
        "À bientôt aux Chaudronneries\n- - - - - - - - - - - - - - -\n"
        "Vous recevez ce message parce que vous vous êtes inscrit·e à ce rendez-vous.\n"
        "Choisir mes courriers : http://localhost:8000/compte/courriers/\n"
    )
    assert "<td>Vies &amp; écologies</td>" in mail.html
    Sound(mail.html)


def test_guest_is_told_how_long_their_address_is_kept(meeting):
    pending = registrations.register_guest(event=meeting, name="Dominique", email="passante@ailleurs.example")
    told()
    registrations.confirm(registration=pending)
    [mail] = told()
    assert mail.text.startswith("Bonjour Dominique,\n\nVotre place est réservée.\n")
    assert "Votre nom et votre adresse sont effacés 60 jours après.\n" in mail.text
    assert (mail.method, "compte/courriers" in mail.text) == ("REQUEST", False)


def test_link_of_a_meeting_is_for_those_who_have_a_seat(meeting, camille):
    meeting.link = "https://visio.example/chaudron"
    meeting.capacity = 1
    meeting.save()
    registrations.register(event=meeting, by=camille)
    registrations.register(event=meeting, by=MembershipFactory().user)
    seated, waiting = told()
    assert ("Lien : https://visio.example/chaudron\n" in seated.text, "visio" in waiting.text) == (True, False)


def test_waiting_says_the_position(meeting):
    RegistrationFactory.create_batch(2, event=meeting)
    people = [MembershipFactory().user for _ in range(2)]
    for person in people:
        registrations.register(event=meeting, by=person)
    first, second = told()
    assert (first.to, second.to, first.method) == (people[0].email, people[1].email, "")
    assert "Vous êtes en tête de la liste d’attente.\n" in first.text
    assert "Vous êtes en position 2 sur la liste d’attente.\n" in second.text
    assert first.subject == plainly(f"Sur liste d’attente : Vies & écologies, {when(meeting)}")


def test_freed_seat_is_offered_until_a_moment_then_lost(meeting, camille, manager):
    seated = RegistrationFactory.create_batch(2, event=meeting)
    waiting = registrations.register(event=meeting, by=camille)
    told()
    registrations.cancel(registration=seated[0], by=manager)
    to_seated, offer = told()
    waiting.refresh_from_db()
    until = f"{times.say_day(waiting.offered_until)}, {times.say_time(waiting.offered_until)}"
    assert (to_seated.to, to_seated.method) == (seated[0].user.email, "CANCEL")
    assert "Maud Braise a annulé votre inscription.\n" in to_seated.text
    assert (offer.to, offer.subject) == (
        camille.email,
        plainly(f"Une place pour vous : Vies & écologies, {when(meeting)}"),
    )
    assert (
        "Une place s’est libérée, et elle vous attend.\n\nSans réponse à temps, elle passe à la personne suivante.\n\n"
        f"Rendez-vous : Vies & écologies\nQuand : {when(meeting)}\nOù : Grande salle, Sous la halle\n"
        f"Réponse : jusqu’au {until}\n\n"
        f"Prendre cette place :\nhttp://localhost:8000/agenda/inscriptions/{waiting.token}/accepter/\n\n"
        f"Je n’en ai plus besoin : http://localhost:8000/agenda/inscriptions/{waiting.token}/annuler/\n"
    ) in offer.text
    Sound(offer.html)
    Registration.objects.filter(pk=waiting.pk).update(offered_until=timezone.now() - datetime.timedelta(minutes=1))
    registrations.pass_on_lapsed_offers()
    [lost] = told()
    assert (lost.to, lost.subject) == (
        camille.email,
        plainly(f"La place est passée : Vies & écologies, {when(meeting)}"),
    )


def test_offer_accepted_before_it_was_told_is_a_seat(meeting, camille):
    waiting = RegistrationFactory(event=meeting, user=camille, waiting=True)
    registrations.offer_free_seats(meeting)
    waiting.refresh_from_db()
    registrations.accept(registration=waiting)
    assert [mail.subject.split(" :")[0] for mail in told()] == ["Inscription confirmée"]


def test_who_gives_a_seat_back_has_it_taken_out_of_their_calendar(meeting, camille):
    registration = registrations.register(event=meeting, by=camille)
    told()
    registrations.cancel(registration=registration, by=camille)
    [mail] = told()
    assert (mail.to, mail.method) == (camille.email, "CANCEL")
    assert "Votre inscription est annulée." in mail.text


def test_who_leaves_the_waiting_list_is_told_nothing(meeting, camille):
    RegistrationFactory.create_batch(2, event=meeting)
    registration = registrations.register(event=meeting, by=camille)
    told()
    registrations.cancel(registration=registration, by=camille)
    assert told() == []


def test_meeting_moved_is_told_to_all_who_count_on_it(meeting, manager):
    host = MembershipFactory().user
    meeting.hosts.add(host)
    seated = RegistrationFactory(event=meeting)
    guest = RegistrationFactory(event=meeting, guest=True)
    waiting = RegistrationFactory(event=meeting, waiting=True)
    RegistrationFactory(event=meeting, status=RegistrationStatus.CANCELLED)
    RegistrationFactory(event=meeting, guest=True, status=RegistrationStatus.PENDING)
    was = when(meeting)
    change(meeting, manager, starts_at=soon("19:00"), ends_at=soon("21:00"))
    meeting.refresh_from_db()
    mails = {mail.to: mail for mail in told()}
    assert mails.keys() == {seated.user.email, guest.email, waiting.user.email, host.email}
    mail = mails[seated.user.email]
    assert (
        f"Rendez-vous : Vies & écologies\nAvant : Grande salle, Sous la halle, {was}\n"
        f"Maintenant : Grande salle, Sous la halle, {when(meeting)}\n"
    ) in mail.text
    assert (mail.method, mails[guest.email].method, mails[waiting.user.email].method) == ("REQUEST", "REQUEST", "")
    assert "Vous recevez ce message parce que vous tenez ce rendez-vous.\n" in mails[host.email].text
    for mail in mails.values():
        Sound(mail.html)


def test_meeting_moved_back_is_not_told(meeting, manager):
    RegistrationFactory(event=meeting)
    was = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    change(meeting, manager, starts_at=soon("19:00"), ends_at=soon("21:00"))
    change(meeting, manager, **was)
    assert told() == []


def test_meeting_cancelled_is_told_with_its_word(meeting, manager):
    seated, guest = RegistrationFactory(event=meeting), RegistrationFactory(event=meeting, guest=True)
    waiting = RegistrationFactory(event=meeting, waiting=True)
    events.cancel(event=meeting, by=manager, word="La chaudière est en panne.")
    mails = {mail.to: mail for mail in told()}
    assert {to: mail.method for to, mail in mails.items()} == {
        seated.user.email: "CANCEL",
        guest.email: "CANCEL",
        waiting.user.email: "",
    }
    assert "Ce rendez-vous n’aura pas lieu.\n" in mails[guest.email].text
    assert "« La chaudière est en panne. »\n– La maison\n" in mails[guest.email].text
    assert "« La chaudière est en panne. »\n– Maud Braise\n" in mails[seated.user.email].text
    assert mails[guest.email].subject == plainly(f"Annulé : Vies & écologies, {when(meeting)}")


def test_meeting_of_500_is_told_once_to_each(meeting, manager):
    meeting.capacity = 500
    meeting.save()
    Registration.objects.bulk_create(
        Registration(
            event=meeting,
            name=f"Passant {n}",
            email=f"passant{n}@ailleurs.example",
            status=RegistrationStatus.REGISTERED,
        )
        for n in range(500)
    )
    events.cancel(event=meeting, by=manager)
    mails = told()
    assert (len(mails), len(addresses(mails))) == (500, 500)


def test_who_left_the_house_learns_no_more_of_what_is_for_residents(camille, manager):
    meeting = EventFactory(title="Entre nous", audience=EventAudience.RESIDENTS, with_seats=True)
    RegistrationFactory(event=meeting, user=camille)
    Membership.objects.filter(user=camille).delete()
    change(meeting, manager, starts_at=soon("19:00"), ends_at=soon("21:00"))
    assert told() == []


def test_who_refuses_is_not_told_of_a_move(meeting, camille, manager):
    RegistrationFactory(event=meeting, user=camille)
    refusing.refuse(by=camille, topic=Topic.EVENT)
    change(meeting, manager, starts_at=soon("19:00"), ends_at=soon("21:00"))
    assert told() == []


def test_slot_of_a_permanence_is_told_as_a_slot(camille):
    permanence = EventFactory(title="Veille et conseil", with_seats=True, capacity=None, slot_minutes=30)
    registrations.register(event=permanence, by=camille, slot=soon("18:30"))
    [mail] = told()
    assert f"Quand : {times.say_stretch(soon('18:30'), soon('19:00'))}\n" in mail.text
    assert re.search(r"DTSTART[^:]*:\d{8}T183000", mail.calendar)
