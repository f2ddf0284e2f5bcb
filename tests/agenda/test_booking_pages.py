"""The pages of bookings: asking, reading, changing, cancelling, deciding; who may, what is said, what is kept."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from agenda.actions import bookings as actions
from agenda.enums import BookingAction, BookingStatus, TitleAudience
from agenda.models import AgendaSettings, Booking, Closure, Space
from agenda.times import local, say_day
from tests.factories import (
    BookingFactory,
    MembershipFactory,
    ResidentFactory,
    SpaceFactory,
    UserFactory,
    next_monday,
    soon,
)

BOOK = "/agenda/reserver/"
MINE = "/agenda/mes-reservations/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def space(db):
    return SpaceFactory(name="Forge", slug="forge")


@pytest.fixture
def signed(client, member):
    """A client signed in as a member of one structure."""
    client.force_login(member)
    return client


@pytest.fixture
def managing(client, house_manager):
    client.force_login(house_manager)
    return client


def typed(**more):
    """What a browser sends for next Monday, 10:00 to 12:00."""
    fields = {
        "espace": "forge",
        "jour": next_monday().isoformat(),
        "debut": "10:00",
        "fin": "12:00",
        "objet": "Atelier",
    }
    return fields | {"audience": "residents"} | more


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def theirs(member):
    return member.memberships_list[0].resident


def own(member, **fields):
    """A booking of the member's structure, made by the member."""
    return BookingFactory(resident=theirs(member), created_by=member, **fields)


# Asking


def test_book_fills_in_what_the_address_gives(signed, space):
    day = next_monday().isoformat()
    response = signed.get(BOOK, {"espace": "forge", "debut": f"{day}T10:00", "fin": f"{day}T12:00"})
    form = response.context["form"]
    assert [form[name].value() for name in ("espace", "jour", "debut", "fin")] == [
        "forge",
        next_monday(),
        datetime.time(10),
        datetime.time(12),
    ]
    assert response.context["answer"].state == "libre"


@pytest.mark.parametrize(
    "query",
    [
        {"espace": "rien"},
        {"debut": "0001-01-01T00:00", "fin": "9999-12-31T23:59"},
        {"espace": "forge", "debut": "0001-01-01T00:00+14:00", "fin": "9999-12-31T23:59-14:00"},
        {"jour": "9999-12-31", "debut": "23:00", "fin": "00:00"},
        {"debut": "\0", "fin": "\0", "jour": "\0", "espace": "\0"},
        {"combien": "9" * 40, "pour": "x" * 300, "objet": "y" * 999},
    ],
)
def test_book_survives_any_address(signed, space, query):
    assert signed.get(BOOK, query).status_code == 200
    assert signed.get(BOOK, query, headers=HTMX).status_code == 200


def test_book_is_for_residents(client, space):
    client.force_login(UserFactory())
    assert client.get(BOOK).status_code == 403
    assert client.post(BOOK, typed()).status_code == 403


def test_booking_is_confirmed(signed, member, space):
    response = signed.post(BOOK, typed(combien="8", installation="Douze chaises"))
    booking = Booking.objects.get()
    assert response["Location"] == f"/agenda/reservations/{booking.pk}/#enregistre"
    assert (booking.status, booking.resident, booking.created_by) == ("confirmee", theirs(member), member)
    assert (booking.starts_at, booking.ends_at) == (soon("10:00"), soon("12:00"))
    assert (booking.title, booking.attendees, booking.setup) == ("Atelier", 8, "Douze chaises")


def test_booking_until_midnight_and_over_days(signed, space):
    signed.post(BOOK, typed(debut="18:00", fin="00:00", mot="Veillée"))
    assert Booking.objects.get().minutes == 6 * 60
    later = (next_monday() + datetime.timedelta(days=3)).isoformat()
    signed.post(BOOK, typed(jour=later, jour_fin=(next_monday() + datetime.timedelta(days=4)).isoformat(), mot="Expo"))
    assert Booking.objects.latest("pk").minutes == 26 * 60


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"objet": ""}, "objet", "Dites en quelques mots pour quoi faire."),
        ({"objet": "\0"}, "objet", "Le caractère nul n’est pas autorisé."),
        ({"espace": "grenier"}, "espace", "Choisissez un espace de la liste."),
        ({"jour": "hier"}, "jour", "Écrivez un jour comme 07/03/2027."),
        ({"jour": "0001-01-01"}, "jour", "Choisissez un jour à partir de 2020."),
        ({"jour": "9999-12-31"}, "jour", "Choisissez un jour avant 2101."),
        ({"debut": "25:00"}, "debut", "Écrivez une heure comme 14:30."),
        (
            {"fin": "09:00"},
            "fin",
            "La fin vient avant le début. Si vous finissez un autre jour, dites lequel dans « Dernier jour ».",
        ),
        ({"jour_fin": "2100-01-01"}, "jour_fin", "Une réservation dure au plus 31 jours."),
        ({"combien": "9" * 30}, "combien", "Assurez-vous que cette valeur est inférieure ou égale à 5000."),
        (
            {"jour": "2027-03-28", "debut": "02:30"},
            "debut",
            "2\u202fh\u202f30 n'existe pas le dimanche 28\u00a0mars 2027 : "
            "les horloges avancent d'une heure cette nuit-là.",
        ),
    ],
)
def test_wrong_input_is_said_beside_its_field_and_kept(signed, space, more, field, words):
    response = signed.post(BOOK, typed(**more))
    form = response.context["form"]
    assert (response.status_code, list(form.errors[field])) == (422, [words])
    assert form[field].value() == (more | {})[field]
    assert Booking.objects.count() == 0


def test_past_is_refused_in_words(signed, space):
    response = signed.post(BOOK, typed(jour=(timezone.localdate() - datetime.timedelta(days=1)).isoformat()))
    assert response.status_code == 422
    assert response.context["answer"].refusal == "Ce moment est passé."


def test_clash_says_what_is_in_the_way_and_offers_others(signed, space):
    other = SpaceFactory(name="Établi", slug="etabli")
    BookingFactory(space=space, title="Conseil secret", title_audience=TitleAudience.OURS)
    lecture = BookingFactory(space=space, title="Lecture", starts_at=soon("12:00"), ends_at=soon("13:00"))
    response = signed.post(BOOK, typed(debut="11:00", fin="13:00", objet="Mon atelier"))
    answer, page = response.context["answer"], response.content.decode()
    assert response.status_code == 409
    assert [clash.words for clash in answer.clashes] == ["occupé", f"«\u00a0Lecture\u00a0», {lecture.holder}"]
    assert "Conseil secret" not in page and "Lecture" in page
    assert [choice.space for choice in answer.spaces] == [other]
    assert 'value="Mon atelier"' in page
    chosen = signed.post(BOOK, typed(debut="11:00", fin="13:00", objet="Mon atelier", choisir=answer.times[0].value))
    booking = Booking.objects.latest("pk")
    assert chosen.status_code == 302
    assert (booking.title, booking.space, booking.starts_at) == ("Mon atelier", space, answer.times[0].starts_at)


def test_free_space_is_taken_in_one_button(signed, space):
    other = SpaceFactory(name="Établi", slug="etabli")
    BookingFactory(space=space)
    answer = signed.post(BOOK, typed()).context["answer"]
    signed.post(BOOK, typed(choisir=answer.spaces[0].value))
    assert Booking.objects.latest("pk").space == other


@pytest.mark.parametrize("value", ["", "forge", "forge|x|y", "a|b|c|d", "grenier|2027-01-01T10:00|2027-01-01T11:00"])
def test_choice_that_makes_no_sense_is_no_error(signed, space, value):
    assert signed.post(BOOK, typed(choisir=value, objet="")).status_code == 422


def test_beyond_the_rules_is_explained_then_requested(signed, space):
    response = signed.post(BOOK, typed(fin="18:00"))
    answer = response.context["answer"]
    assert (response.status_code, answer.state) == (422, "demande")
    assert answer.reasons == ["« Forge » se réserve pour 4\u202fh au plus."]
    assert [choice.value for choice in answer.times] == [f"forge|{next_monday()}T10:00|{next_monday()}T14:00"]
    assert Booking.objects.count() == 0
    signed.post(BOOK, typed(fin="18:00", demande="on", mot="Une journée d’étude"))
    booking = Booking.objects.get()
    assert (booking.status, booking.reasons) == ("demandee", ["trop-longue"])
    assert booking.request_word == "Une journée d’étude"


def test_closure_is_refused_and_the_manager_knowingly_books(client, member, house_manager, space):
    Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Ramonage")
    client.force_login(member)
    response = client.post(BOOK, typed(malgre_fermeture="on"))
    assert (response.status_code, response.context["answer"].state) == (422, "fermee")
    client.force_login(house_manager)
    assert client.post(BOOK, typed(pour="@maison")).status_code == 422
    assert client.post(BOOK, typed(pour="@maison", malgre_fermeture="on")).status_code == 302


def test_person_of_several_structures_says_for_which(signed, member, space):
    second = MembershipFactory(user=member).resident
    assert signed.post(BOOK, typed()).context["form"].errors.keys() == {"pour"}
    signed.post(BOOK, typed(pour=second.slug))
    assert Booking.objects.get().resident == second


def test_structure_of_others_is_refused(signed, member, space):
    MembershipFactory(user=member)
    stranger = ResidentFactory()
    assert list(signed.post(BOOK, typed(pour=stranger.slug)).context["form"].errors) == ["pour"]
    assert list(signed.post(BOOK, typed(pour="@exterieur")).context["form"].errors) == ["pour"]


def test_manager_books_for_whom_she_wants(managing, space):
    resident = ResidentFactory()
    managing.post(BOOK, typed(pour=resident.slug))
    managing.post(BOOK, typed(pour="@maison", debut="13:00", fin="14:00"))
    guest = {"exterieur_nom": "Dominique Passant", "exterieur_email": "passant@ailleurs.example"}
    assert managing.post(BOOK, typed(pour="@exterieur")).status_code == 422
    managing.post(BOOK, typed(pour="@exterieur", debut="15:00", fin="16:00", **guest))
    holders = [booking.holder for booking in Booking.objects.order_by("pk")]
    assert holders == [resident.name, "la maison", "Dominique Passant"]


def test_wish_is_looked_at_while_it_is_chosen(signed, space):
    BookingFactory(space=space)
    free = signed.get(BOOK, typed(debut="14:00", fin="15:00"), headers=HTMX)
    taken = signed.get(BOOK, typed(), headers=HTMX)
    wrong = signed.get(BOOK, typed(fin="09:00"), headers=HTMX)
    assert [free.context["answer"].state, taken.context["answer"].state] == ["libre", "prise"]
    assert "La fin vient avant le début" in wrong.content.decode()
    assert "<html" not in free.content.decode()


@pytest.mark.parametrize("others", [1, 3])
@pytest.mark.parametrize(
    ("start", "number"),
    # Who asks (3), the spaces, the latest titles, what is judged (6); then a clash, and what could be had instead.
    [("14:00", 11), ("10:00", 22)],
)
def test_book_takes_as_many_queries_for_one_and_three(signed, space, django_assert_num_queries, start, number, others):
    AgendaSettings.load()
    for n in range(others):
        SpaceFactory()
        BookingFactory(space=space, starts_at=soon(days=n))
    address = {"espace": "forge", "debut": f"{next_monday()}T{start}", "fin": f"{next_monday()}T16:00"}
    with django_assert_num_queries(number):
        signed.get(BOOK, address)


# Reading


def test_booking_is_read_by_its_people(signed, member):
    booking = own(member, setup="Douze chaises", request_word="Merci")
    page = signed.get(booking.get_absolute_url()).content.decode()
    assert "Douze chaises" in page and "Merci" in page and "Modifier" in page


def test_booking_of_others_keeps_its_words_inside(signed):
    booking = BookingFactory(setup="Douze chaises", request_word="Entre nous")
    page = signed.get(booking.get_absolute_url()).content.decode()
    assert booking.title in page
    assert "Douze chaises" not in page and "Entre nous" not in page and "Modifier" not in page


def test_booking_that_may_not_be_read_is_busy(signed):
    booking = BookingFactory(title="Conseil secret", title_audience=TitleAudience.OURS)
    page = signed.get(booking.get_absolute_url()).content.decode()
    assert "Occupé" in page and "Conseil secret" not in page and booking.resident.name not in page


@pytest.mark.django_db
def test_booking_is_not_for_strangers(client):
    booking = BookingFactory()
    client.force_login(UserFactory())
    assert client.get(booking.get_absolute_url()).status_code == 403


def test_history_says_who_changed_what(signed, member):
    booking = own(member)
    actions.change(booking=booking, to={"title": "Chantier", "starts_at": soon("09:00")}, by=member)
    page = signed.get(booking.get_absolute_url()).context["page"]
    change = page.history[0]
    assert (change.action, change.by) == ("modifiée", str(member))
    assert [(d.label, d.before, d.after) for d in change.differences] == [
        ("Début", f"lundi {spelt()}, 10\u202fh", f"lundi {spelt()}, 9\u202fh"),
        ("Pour quoi faire", booking.title, "Chantier"),
    ]


def spelt() -> str:
    return say_day(next_monday()).removeprefix("lundi ")


# Mine


def test_my_bookings_are_sorted_by_what_one_asks_of_them(signed, member):
    resident = theirs(member)
    coming = own(member)
    request = own(member, status=BookingStatus.REQUESTED, starts_at=soon("14:00"))
    past = BookingFactory(resident=resident, starts_at=timezone.now() - datetime.timedelta(days=3))
    cancelled = BookingFactory(resident=resident, status=BookingStatus.CANCELLED, cancelled_at=timezone.now())
    BookingFactory()

    def shown(view):
        return [row["booking"] for row in signed.get(MINE, {"voir": view}).context["mine"].rows]

    assert shown("a-venir") == [coming, request]
    assert shown("demandes") == [request]
    assert shown("passees") == [past]
    assert shown("annulees") == [cancelled]
    assert shown("n'importe quoi") == [coming, request]


def test_my_bookings_are_empty_with_words(signed):
    page = signed.get(MINE).content.decode()
    assert "Rien à venir" in page and "/agenda/trouver/" in page


@pytest.mark.parametrize("number", [1, 3])
def test_my_bookings_take_as_many_queries_for_one_and_three(signed, member, django_assert_num_queries, number):
    for n in range(number):
        own(member, starts_at=soon(days=n))
    with django_assert_num_queries(5):
        signed.get(MINE)


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
    colleague = MembershipFactory(resident=theirs(member), lead=True, user__first_name="Zoé").user
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


# Cancelling


def cancel_url(booking):
    return f"/agenda/reservations/{booking.pk}/annuler/"


def test_cancel_looks_twice_then_frees_the_space(signed, member):
    booking = own(member)
    assert signed.get(cancel_url(booking)).context["is_late"] is False
    assert signed.get(cancel_url(booking)).context["told"] == ["vous, par un mail qui le retire de votre calendrier"]
    signed.post(cancel_url(booking), {"mot": "Malade"})
    booking.refresh_from_db()
    assert (booking.status, booking.cancellation_word, booking.is_late) == ("annulee", "Malade", False)
    assert signed.get(cancel_url(booking)).status_code == 302


def test_cancel_says_that_it_is_late(signed, member):
    now = timezone.now()
    booking = own(member, starts_at=now + datetime.timedelta(hours=2))
    response = signed.get(cancel_url(booking))
    assert response.context["is_late"] is True
    assert "notée comme tardive" in response.content.decode()


def test_cancel_says_who_is_told(managing, member):
    response = managing.get(cancel_url(own(member)))
    assert response.context["told"] == [str(member)]


def test_cancel_without_a_word_is_enough(signed, member):
    booking = own(member)
    signed.post(cancel_url(booking), {})
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED


def test_cancel_is_for_those_whose_it_is(signed):
    booking = BookingFactory()
    assert signed.get(cancel_url(booking)).status_code == 403
    assert signed.post(cancel_url(booking)).status_code == 403


# The house's part


def decide(client, booking, **data):
    return client.post(f"/agenda/reservations/{booking.pk}/decider/", data)


@pytest.mark.parametrize(("decision", "status"), [("accepter", "confirmee"), ("refuser", "refusee")])
def test_request_is_decided_with_a_word(managing, decision, status):
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    response = decide(managing, booking, decision=decision, mot="Bien sûr", suite="/ma-journee/")
    booking.refresh_from_db()
    assert (response["Location"], booking.status, booking.decision_word) == ("/ma-journee/", status, "Bien sûr")


def test_request_decided_meanwhile_is_said(managing, house_manager):
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    actions.decline(booking=booking, by=house_manager)
    assert "n’est plus à décider" in said(decide(managing, booking, decision="accepter"))[0]


def test_decision_unknown_decides_nothing(managing):
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    decide(managing, booking, decision="peut-être")
    booking.refresh_from_db()
    assert booking.status == BookingStatus.REQUESTED


@pytest.mark.parametrize("page", ["//evil.example/", "https://evil.example/", "evil", "javascript:alert(1)", "/\\evil"])
def test_page_to_come_back_to_is_ours(managing, page):
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    response = decide(managing, booking, decision="accepter", suite=page)
    assert response["Location"] == booking.get_absolute_url()


@pytest.mark.parametrize("verb", ["decider", "excuser", "absence"])
def test_house_part_is_the_managers(signed, member, verb):
    booking = own(member, status=BookingStatus.REQUESTED)
    assert signed.post(f"/agenda/reservations/{booking.pk}/{verb}/", {"decision": "accepter"}).status_code == 403
    assert signed.get(f"/agenda/reservations/{booking.pk}/{verb}/").status_code == 405


def test_late_cancellation_is_waived(managing):
    booking = BookingFactory(status=BookingStatus.CANCELLED, cancelled_at=timezone.now(), is_late=True)
    managing.post(f"/agenda/reservations/{booking.pk}/excuser/", {"mot": "Grève"})
    booking.refresh_from_db()
    assert booking.is_waived is True
    assert booking.changes.get().action == BookingAction.WAIVED


def test_no_show_is_marked_and_unmarked(managing):
    booking = BookingFactory(starts_at=timezone.now() - datetime.timedelta(hours=1))
    url = f"/agenda/reservations/{booking.pk}/absence/"
    managing.post(url, {"absence": "on"})
    assert Booking.objects.get().is_no_show is True
    managing.post(url, {})
    assert Booking.objects.get().is_no_show is False


def test_no_show_before_it_starts_is_refused_in_words(managing):
    booking = BookingFactory()
    response = managing.post(f"/agenda/reservations/{booking.pk}/absence/", {"absence": "on"})
    assert said(response) == ["Cette réservation n’a pas encore commencé."]


def test_space_retired_meanwhile_is_no_longer_offered(signed, space):
    Space.objects.update(is_retired=True)
    assert "Aucun espace à réserver" in signed.get(BOOK).content.decode()
