"""What is told of series: once for all their dates, to whom, in which words."""

import datetime

import pytest

from agenda.actions import series
from agenda.actions.series import Scope
from mailing.enums import Topic
from tests.agenda.series_of_mondays import weekly
from tests.agenda.telling import Sound, told, when
from tests.factories import next_monday

pytestmark = pytest.mark.django_db


def days(count=4):
    return {next_monday() + datetime.timedelta(weeks=n) for n in range(count)}


def book_series(space, by, **fields):
    return series.book_series(
        **{
            "rule": weekly(),
            "start_time": datetime.time(10),
            "end_time": datetime.time(12),
            "space": space,
            "by": by,
            "keep": days(),
            "title": "Réunion",
            "resident": by.residents_list[0],
            **fields,
        }
    )


def test_series_is_told_once_with_its_dates(hall, camille):
    made = book_series(hall, camille)
    [mail] = told()
    lines = [f"– {when(booking)}\n" for booking in made.bookings.all()]
    assert (mail.to, mail.subject, mail.method) == (camille.email, "Série réservée : Grande salle, 4 dates", "REQUEST")
    assert (
        "Vos dates sont réservées.\n\nEspace : Grande salle\nObjet : Réunion\nPour : Atelier du Zinc\n\n"
        + "".join(lines)
        + "\nVoir mes réservations :\n"
    ) in mail.text
    assert (len(lines), mail.calendar.count("BEGIN:VEVENT")) == (4, 4)
    Sound(mail.html)


def test_series_to_decide_is_told_once_to_the_house(hall, camille, manager):
    hall.approval = "toujours"
    hall.save()
    book_series(hall, camille)
    to_camille, to_manager = sorted(told(), key=lambda mail: mail.to != camille.email)
    assert (to_camille.method, "la maison décide" in to_camille.text) == ("", True)
    assert to_camille.text.count("(à décider)") == 4
    assert (to_manager.to, to_manager.subject, to_manager.topic) == (
        manager.email,
        "À décider : Grande salle, 4 dates",
        Topic.DECISION,
    )


def test_series_cancelled_from_a_date_is_told_once(hall, camille, manager):
    made = book_series(hall, camille)
    told()
    third = made.bookings.order_by("starts_at")[2]
    series.cancel_series(booking=third, scope=Scope.FROM_HERE, by=manager, word="Travaux.")
    [mail] = told()
    assert (mail.subject, mail.method, mail.calendar.count("BEGIN:VEVENT")) == (
        "Série annulée : Grande salle, 2 dates",
        "CANCEL",
        2,
    )
    assert "Maud Braise a annulé ces dates.\n" in mail.text and "« Travaux. »\n" in mail.text


def test_series_changed_is_told_once_as_it_is_now(hall, camille, manager):
    made = book_series(hall, camille)
    told()
    first = made.bookings.order_by("starts_at")[0]
    to = {"start_time": datetime.time(14), "end_time": datetime.time(16)}
    changed = series.change_series(booking=first, to=to, scope=Scope.ALL, by=manager, keep=days())
    [mail] = told()
    assert (mail.subject, mail.method) == ("Série modifiée : Grande salle, 4 dates", "REQUEST")
    assert "".join(f"– {when(booking)}\n" for booking in changed) in mail.text
