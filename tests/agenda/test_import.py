"""A calendar becomes meetings: previewed, applied, applied again, changed, gone; by the page and by the command."""

import datetime
import html
import io
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from agenda.actions import imports
from agenda.actions.imports import Outcome
from agenda.calendars.importing import MOST_OCTETS, read
from agenda.enums import EventAudience, EventStatus
from agenda.models import Booking, Event
from tests.factories import BookingFactory, EventFactory, EventKindFactory, SpaceFactory, UserFactory, soon

PAGE = "/agenda/importer/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind():
    return EventKindFactory()


def calendar(*entries: str) -> bytes:
    events = "".join(f"BEGIN:VEVENT\r\n{entry}\r\nEND:VEVENT\r\n" for entry in entries)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Ailleurs\r\n{events}END:VCALENDAR\r\n".encode()


def entry(uid="un@google.com", title="Rencontre", day=0, *lines: str) -> str:
    start = soon("18:00", days=day)
    times = [
        f"{name}:{moment.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"
        for name, moment in [
            ("DTSTART", start),
            ("DTEND", start + datetime.timedelta(hours=2)),
        ]
    ]
    return "\r\n".join([f"UID:{uid}", f"SUMMARY:{title}", *times, *lines])


def series(*lines: str) -> str:
    return entry("série@google.com", "Permanence", 0, "RRULE:FREQ=WEEKLY;COUNT=3", *lines)


def bring(data: bytes, by, kind, **options) -> Outcome:
    options = {"audience": EventAudience.RESIDENTS, **options}
    return imports.apply(read(data, timezone.localdate()), kind=kind, by=by, **options)


def planned(data: bytes, kind=None) -> dict:
    plan = imports.plan(read(data, timezone.localdate()), kind)
    counts = {"new": plan.new, "changed": plan.changed, "cancelled": plan.cancelled, "gone": plan.gone}
    return {name: len(rows) for name, rows in counts.items() if rows} | {"unchanged": plan.unchanged}


# What is done


def test_calendar_becomes_meetings(house_manager, kind):
    outcome = bring(calendar(entry(), series()), house_manager, kind, audience=EventAudience.PUBLIC)
    assert outcome == Outcome(created=4)
    event = Event.objects.get(source_uid="un@google.com")
    assert (event.title, event.starts_at, event.kind, event.audience) == ("Rencontre", soon("18:00"), kind, "public")
    assert (event.created_by, event.status, event.sequence) == (house_manager, EventStatus.PUBLISHED, 0)
    assert event.slug == f"rencontre-{soon():%Y-%m-%d}"
    assert Event.objects.filter(source_uid__startswith="série@google.com#").count() == 3


def test_twice_changes_nothing(house_manager, kind):
    data = calendar(entry(), series(), entry("titre@x", "T" * 300, 1, "DESCRIPTION:a\\nb\u200b", "LOCATION: Cour "))
    bring(data, house_manager, kind)
    before = list(Event.objects.order_by("pk").values())
    assert planned(data, kind) == {"unchanged": 5}
    assert bring(data, house_manager, kind) == Outcome()
    assert list(Event.objects.order_by("pk").values()) == before


def test_change_at_the_source_updates_the_meeting(house_manager, kind):
    bring(calendar(entry()), house_manager, kind)
    data = calendar(entry("un@google.com", "Rencontre", 1, "LOCATION:Cour"))
    (change,) = imports.plan(read(data, timezone.localdate())).changed
    assert sorted(change.to) == ["ends_at", "place", "starts_at"]
    assert bring(data, house_manager, kind) == Outcome(changed=1)
    event = Event.objects.get()
    assert (event.starts_at, event.place, event.sequence) == (soon("18:00", days=1), "Cour", 1)


def test_cancelled_at_the_source_is_cancelled_and_stays(house_manager, kind):
    bring(calendar(entry()), house_manager, kind)
    cancelled = calendar(entry("un@google.com", "Rencontre", 0, "STATUS:CANCELLED"))
    assert planned(cancelled) == {"cancelled": 1, "unchanged": 0}
    assert bring(cancelled, house_manager, kind) == Outcome(cancelled=1)
    assert Event.objects.get().status == EventStatus.CANCELLED
    assert bring(cancelled, house_manager, kind) == Outcome()
    assert bring(calendar(entry()), house_manager, kind) == Outcome()


def test_cancelled_before_we_heard_of_it_is_not_created(house_manager, kind):
    assert bring(calendar(entry("un@x", "Rencontre", 0, "STATUS:CANCELLED")), house_manager, kind) == Outcome()


def test_what_is_gone_is_told_and_cancelled_on_demand(house_manager, kind):
    bring(calendar(entry(), entry("deux@google.com", "Autre", 1)), house_manager, kind)
    data = calendar(entry())
    assert planned(data, kind) == {"gone": 1, "unchanged": 1}
    assert bring(data, house_manager, kind) == Outcome()
    assert bring(data, house_manager, kind, cancel_gone=True) == Outcome(cancelled=1)
    assert Event.objects.get(title="Autre").status == EventStatus.CANCELLED


def test_date_that_left_its_series_is_gone_whatever_its_kind(house_manager, kind):
    bring(calendar(series()), house_manager, kind)
    second = soon("18:00", days=7).astimezone(datetime.UTC)
    assert planned(calendar(series(f"EXDATE:{second:%Y%m%dT%H%M%SZ}"))) == {"gone": 1, "unchanged": 2}


def test_other_calendars_and_our_own_meetings_are_not_gone(house_manager, kind):
    bring(calendar(entry()), house_manager, kind)
    EventFactory(kind=kind)
    assert planned(calendar(entry("autre@x")), EventKindFactory(name="Autre")) == {"new": 1, "unchanged": 0}


def test_entry_that_became_unreadable_is_not_gone(house_manager, kind):
    bring(calendar(entry()), house_manager, kind)
    broken = calendar("UID:un@google.com\r\nDTSTART:quand?")
    assert planned(broken, kind) == {"unchanged": 0}


def test_past_meeting_keeps_its_hours(house_manager, kind):
    bring(calendar(entry()), house_manager, kind)
    Event.objects.update(starts_at=timezone.now() - datetime.timedelta(days=2), ends_at=timezone.now())
    assert planned(calendar(entry("un@google.com", "Autrement"))) == {"unchanged": 1}


def test_meeting_whose_space_is_taken_then_stays_and_the_others_follow(house_manager, kind):
    bring(calendar(entry(), entry("deux@google.com", "Autre", 3)), house_manager, kind)
    space, event = SpaceFactory(), Event.objects.get(title="Rencontre")
    event.spaces.set([space])
    booking = BookingFactory(space=space, event=event, resident=None, starts_at=event.starts_at)
    BookingFactory(space=space, starts_at=soon("18:00", days=1))
    data = calendar(entry("un@google.com", "Rencontre", 1), entry("deux@google.com", "Renommée", 3))
    outcome = bring(data, house_manager, kind)
    assert (outcome.changed, [refused.pk for refused, _ in outcome.refused]) == (1, [event.pk])
    event.refresh_from_db()
    assert (event.starts_at, event.sequence) == (soon("18:00"), 0)
    assert Booking.objects.get(pk=booking.pk).starts_at == soon("18:00")
    assert Event.objects.filter(title="Renommée").exists()


def test_same_title_and_day_have_their_own_addresses(house_manager, kind):
    bring(calendar(entry("a@x"), entry("b@x"), entry("c@x")), house_manager, kind)
    day = f"{soon():%Y-%m-%d}"
    slugs = {f"rencontre-{day}", f"rencontre-{day}-2", f"rencontre-{day}-3"}
    assert set(Event.objects.values_list("slug", flat=True)) == slugs


def test_only_the_house_manager_imports(member, kind):
    with pytest.raises(PermissionDenied):
        bring(calendar(entry()), member, kind)
    assert not Event.objects.exists()


# The page


def post(client, kind, data: bytes | None = None, **more):
    sent = {"file": SimpleUploadedFile("a.ics", data, "text/calendar")} if data is not None else {}
    return client.post(PAGE, {"kind": kind.pk, "audience": "residents", **sent, **more})


def kept(response) -> str:
    return re.search('name="kept" value="([^"]+)"', response.content.decode())[1]


def counts(response) -> list[int]:
    return [int(number) for number in re.findall(r"<dd>(\d+)</dd>", response.content.decode())]


def test_page_previews_then_imports(client, house_manager, kind):
    client.force_login(house_manager)
    preview = post(client, kind, calendar(entry(), series(), "UID:cassée@x"))
    assert (preview.status_code, counts(preview)) == (200, [4, 0, 0, 0, 0, 1])
    assert not Event.objects.exists()
    done = client.post(PAGE, {"kind": kind.pk, "audience": "public", "kept": kept(preview), "apply": "1"}, follow=True)
    assert done.redirect_chain == [(PAGE, 302)]
    assert "Calendrier importé : 4 créés, 0 modifiés, 0 annulés." in html.unescape(done.content.decode())
    assert set(Event.objects.values_list("audience", flat=True)) == {"public"}
    again = post(client, kind, calendar(entry(), series()))
    assert counts(again) == [0, 0, 0, 0, 4, 0]
    assert "il n’y a rien à faire" in again.content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "Choisissez un fichier .ics."),
        (b"<html>", "Ce fichier n’est pas un calendrier .ics."),
        (b"x" * (MOST_OCTETS + 1), "Ce fichier est trop lourd : 5 Mo au plus."),
        (b"PK\x03\x04", "archive"),
    ],
)
def test_page_refuses_in_words(client, house_manager, kind, data, words):
    client.force_login(house_manager)
    response = post(client, kind, data)
    assert response.status_code == 422
    assert words in html.unescape(response.content.decode())


@pytest.mark.parametrize("mark", ["perdue", "\0", "x" * 400])
def test_page_asks_again_for_a_file_no_longer_kept(client, house_manager, kind, mark):
    client.force_login(house_manager)
    assert post(client, kind, kept=mark, apply="1").status_code == 422


def test_file_of_somebody_else_is_not_applied(client, house_manager, kind):
    client.force_login(house_manager)
    mark = kept(post(client, kind, calendar(entry())))
    client.force_login(UserFactory(house_manager=True))
    assert post(client, kind, kept=mark, apply="1").status_code == 422


def test_page_is_the_managers(client, member, kind):
    assert client.get(PAGE).status_code == 302
    client.force_login(member)
    assert client.get(PAGE).status_code == 403
    assert post(client, kind, calendar(entry())).status_code == 403


# The command


def run(*arguments) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_calendar", *arguments, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ailleurs.ics"
    path.write_bytes(calendar(entry(), "UID:cassée@x\r\nSUMMARY:Cassée"))
    return path


def test_command_says_what_it_would_do_and_does_it_on_demand(file, house_manager, kind):
    out, err = run(file)
    assert err == f"{file}:10 : Cassée : pas de début (DTSTART)\n"
    assert out.splitlines()[-1] == (
        "1 nouveaux (+), 0 modifiés (~), 0 annulés à la source (-), 0 disparus (?), 0 sans changement, "
        "1 laissés de côté, 0 hors période."
    )
    assert not Event.objects.exists()
    out, _ = run(file, "--apply", "--audience", "public")
    assert out.splitlines()[-1] == "Fait : 1 créés, 0 modifiés, 0 annulés."
    event = Event.objects.get()
    assert (event.audience, event.created_by, event.kind) == ("public", house_manager, kind)
    assert run(file, "--apply")[0].splitlines()[-1] == "Fait : 0 créés, 0 modifiés, 0 annulés."


def test_command_names_the_file_that_it_cannot_read(tmp_path, kind):
    path = tmp_path / "page.ics"
    with pytest.raises(CommandError, match=f"^{path} : No such file or directory.$"):
        run(path)
    path.write_text("<html>")
    with pytest.raises(CommandError, match=f"^{path} : Ce fichier n’est pas un calendrier .ics. Rien n’a été changé.$"):
        run(path)


def test_command_asks_for_the_kind_and_for_somebody_who_may(file, member, kind):
    with pytest.raises(CommandError, match="Personne ici ne peut importer un calendrier"):
        run(file, "--apply")
    with pytest.raises(CommandError, match="Personne ici ne peut importer un calendrier"):
        run(file, "--apply", "--by", member.email)
    EventKindFactory(name="Permanence", slug="permanence")
    with pytest.raises(CommandError, match=r"Dites la sorte des rendez-vous \(--kind\)"):
        run(file, "--apply")
