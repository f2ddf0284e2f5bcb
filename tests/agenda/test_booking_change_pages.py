"""Changing a booking by its form or by dragging it: who may, and what is kept when somebody was quicker."""

import pytest

from agenda.actions import bookings as actions
from agenda.times import local
from tests.agenda.wishes import ours, own
from tests.factories import BookingFactory, MembershipFactory, next_monday, soon

HTMX = {"HX-Request": "true"}


# Changing


def change_url(booking):
    return f"/agenda/reservations/{booking.pk}/modifier/"


def as_it_stands(booking, **more):
    """What the form of change sends when nothing was touched."""
    fields = {
        "espace": booking.space.slug,
        "jour": local(booking.starts_at).date().isoformat(),
        "debut": f"{local(booking.starts_at):%H:%M}",
        "fin": f"{local(booking.ends_at):%H:%M}",
        "objet": booking.title,
        "audience": booking.title_audience,
        "sequence": str(booking.sequence),
    }
    return fields | more


def test_change_moves_the_booking(signed, member):
    booking = own(member)
    assert signed.get(change_url(booking)).status_code == 200
    response = signed.post(change_url(booking), as_it_stands(booking, debut="09:00"))
    booking.refresh_from_db()
    assert (response.status_code, booking.starts_at, booking.sequence) == (302, soon("09:00"), 1)


def test_change_is_for_those_whose_it_is(signed):
    booking = BookingFactory()
    assert signed.get(change_url(booking)).status_code == 403
    assert signed.post(change_url(booking), as_it_stands(booking)).status_code == 403


def test_change_that_clashes_keeps_what_was_typed(signed, member):
    booking = own(member)
    BookingFactory(space=booking.space, starts_at=soon("14:00"))
    response = signed.post(change_url(booking), as_it_stands(booking, debut="14:00", fin="15:00", objet="Chantier"))
    assert (response.status_code, response.context["form"]["objet"].value()) == (409, "Chantier")


def test_change_never_clashes_with_itself(signed, member):
    booking = own(member)
    live = signed.get(change_url(booking), as_it_stands(booking, debut="11:00", fin="13:00"), headers=HTMX)
    assert live.context["answer"].state == "libre"
    assert signed.post(change_url(booking), as_it_stands(booking, debut="11:00", fin="13:00")).status_code == 302


@pytest.fixture
def overtaken(signed, member):
    """A booking whose form was opened, then changed by a colleague: (booking, what the form sends)."""
    booking = own(member, title="Réunion")
    sent = as_it_stands(booking, objet="Ma version")
    colleague = MembershipFactory(resident=ours(member), lead=True, user__first_name="Zoé").user
    actions.change(booking=booking, to={"title": "Sa version"}, by=colleague)
    return booking, sent


def test_overtaken_change_shows_both_versions(signed, overtaken):
    booking, sent = overtaken
    response = signed.post(change_url(booking), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Sa version" in page and "Ma version" in page and "Zoé" in page
    booking.refresh_from_db()
    assert booking.title == "Sa version"


@pytest.mark.parametrize(("keep", "kept"), [("la-mienne", "Ma version"), ("l-autre", "Sa version")])
def test_choice_between_two_versions_is_followed(signed, overtaken, keep, kept):
    booking, sent = overtaken
    form = signed.post(change_url(booking), sent).context["form"]
    response = signed.post(change_url(booking), sent | {"vu": form["vu"].value(), "garder": keep})
    booking.refresh_from_db()
    assert (response.status_code, booking.title) == (302, kept)


def test_third_version_meanwhile_is_shown_too(signed, overtaken, house_manager):
    booking, sent = overtaken
    form = signed.post(change_url(booking), sent).context["form"]
    actions.change(booking=booking, to={"title": "Une troisième"}, by=house_manager)
    response = signed.post(change_url(booking), sent | {"vu": form["vu"].value(), "garder": "la-mienne"})
    assert response.status_code == 409
    assert "Une troisième" in response.content.decode()


def test_change_of_what_was_cancelled_meanwhile_loses_nothing(signed, member):
    booking = own(member)
    sent = as_it_stands(booking, objet="Ma version")
    actions.cancel(booking=booking, by=member)
    response = signed.post(change_url(booking), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="Ma version"' in page and 'formaction="/agenda/reserver/"' in page


# Dragging


def drag(client, booking, **more):
    day = next_monday().isoformat()
    data = {"debut": f"{day}T14:00", "fin": f"{day}T16:00", "espace": booking.space.slug, "sequence": booking.sequence}
    return client.post(f"/agenda/reservations/{booking.pk}/deplacer/", data | more)


def test_drag_moves_the_booking(signed, member):
    booking = own(member)
    answer = drag(signed, booking).json()
    booking.refresh_from_db()
    assert (answer["ok"], answer["sequence"], booking.starts_at) == (True, 1, soon("14:00"))


def test_drag_onto_another_is_refused_in_words(signed, member):
    booking = own(member)
    BookingFactory(space=booking.space, title="Lecture", starts_at=soon("14:00"))
    response = drag(signed, booking)
    assert (response.status_code, response.json()["ok"]) == (409, False)
    assert "Lecture" in response.json()["message"]


def test_drag_beyond_the_rules_leads_to_the_form(signed, member):
    booking = own(member)
    response = drag(signed, booking, debut=f"{next_monday()}T08:00")
    assert response.status_code == 422
    assert response.json()["url"].startswith(f"{change_url(booking)}?espace=")
    assert signed.get(response.json()["url"]).status_code == 200


def test_drag_overtaken_is_refused(signed, member):
    booking = own(member)
    assert drag(signed, booking, sequence=7).status_code == 409


@pytest.mark.parametrize("more", [{"debut": "\0"}, {"debut": "10:00"}, {"fin": "0001-01-01T00:00"}, {"espace": "rien"}])
def test_drag_nowhere_is_refused(signed, member, more):
    assert drag(signed, own(member), **more).status_code == 422


def test_drag_is_for_those_whose_it_is(signed):
    assert drag(signed, BookingFactory()).status_code == 403
