"""An .ics file as Google exports it, read; and what no file may do to the reader."""

import datetime
from pathlib import Path

import pytest

from agenda.calendars.importing import MOST_ENTRIES, MOST_OCTETS, ImportRefused, read
from agenda.times import local

TODAY = datetime.date(2026, 11, 22)
GOOGLE = (Path(__file__).parent / "golden" / "google.ics").read_bytes()


def calendar(*entries: str) -> bytes:
    events = "".join(f"BEGIN:VEVENT\n{entry}\nEND:VEVENT\n" for entry in entries)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n".encode()


def entry(*lines: str, uid="x", start="DTSTART:20270201T100000Z", end="DTEND:20270201T110000Z") -> str:
    return "\n".join([f"UID:{uid}", start, end, *lines])


def said(found) -> str:
    start, end = local(found.starts_at), local(found.ends_at)
    return f"{found.title} {start:%Y-%m-%d %H:%M} {end:%m-%d %H:%M}"


def dates(data: bytes) -> list[str]:
    return [f"{local(found.starts_at):%Y-%m-%d %H:%M}" for found in read(data, TODAY).found]


def reasons(data: bytes) -> list[tuple]:
    return [(fault.line, fault.reason) for fault in read(data, TODAY).faults]


def test_google_export_gives_its_dates():
    """Mondays keep their hour across the change of the clock; EXDATE is left out; a moved date moves."""
    assert [said(found) for found in read(GOOGLE, TODAY).found] == [
        "Le 31 2026-12-31 18:00 12-31 19:00",
        "Bien manger, ensemble 🫕 2027-01-15 18:30 01-15 20:30",
        "Le 31 2027-01-31 18:00 01-31 19:00",
        "Permanence 2027-03-01 09:00 03-01 10:30",
        "Permanence 2027-03-08 09:00 03-08 10:30",
        "Permanence déplacée 2027-03-23 14:00 03-23 15:00",
        "Flottant 2027-03-28 03:30 03-28 04:30",
        "Permanence 2027-03-29 09:00 03-29 10:30",
        "Le 31 2027-03-31 18:00 03-31 19:00",
        "De Windows 2027-04-01 10:00 04-01 11:00",
        "Permanence 2027-04-05 09:00 04-05 10:30",
        "Permanence 2027-04-12 09:00 04-12 10:30",
        "Portes ouvertes 2027-06-19 00:00 06-21 00:00",
    ]


def test_google_export_says_what_each_is():
    read_calendar = read(GOOGLE, TODAY)
    found = {one.source_uid: one for one in read_calendar.found}
    simple = found["simple@google.com"]
    assert simple.text == "Une soirée, à table.\npain\nsoupe & fromage\n\nle lien"
    assert (simple.place, simple.line, simple.is_all_day) == ("Cuisine, rez-de-chaussée", 26, False)
    days = found["days@google.com"]
    assert (days.is_all_day, days.link) == (True, "https://portes.example/ouvertes")
    assert found["weekly@google.com#20270322T080000Z"].title == "Permanence déplacée"
    assert [uid for uid, one in found.items() if one.is_cancelled] == ["weekly@google.com#20270405T070000Z"]
    assert (read_calendar.name, read_calendar.outside) == ("Vies & écologies", 1)


def test_google_export_names_what_is_broken():
    assert [(fault.line, fault.title, fault.reason) for fault in read(GOOGLE, TODAY).faults] == [
        (112, "Dentiste", "marquée privée à la source : elle le reste"),
        (119, "Mois 13", "DTSTART ne se lit pas"),
        (125, "À rebours", "ne finit pas après avoir commencé"),
        (131, "Sans identifiant", "pas d’identifiant (UID)"),
        (136, "Nulle part", "fuseau horaire inconnu : Nulle/Part"),
        (142, "Chaque seconde", "se répète plus d’une fois par jour"),
        (149, "", "l’entrée ne finit pas (END:VEVENT manque)"),
        (153, "Même identifiant", "une autre entrée a le même identifiant"),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "Ce fichier est vide."),
        (b"PK\x03\x04zip", "C’est une archive (.zip), comme Google en donne : ouvrez-la, et choisissez un .ics."),
        (b"<!doctype html><p>Non", "Ce fichier n’est pas un calendrier .ics."),
        (
            "BEGIN:VCALENDAR é".encode("latin-1"),
            "Ce fichier n’est pas un calendrier .ics lisible (il n’est pas en UTF-8).",
        ),
        (b"x" * (MOST_OCTETS + 1), "Ce fichier est trop lourd : 5 Mo au plus."),
        (calendar(*["UID:x"] * (MOST_ENTRIES + 1)), "Ce calendrier a plus de 5000 entrées."),
    ],
)
def test_file_that_is_no_calendar_is_refused(data, reason):
    with pytest.raises(ImportRefused) as refused:
        read(data, TODAY)
    assert str(refused.value) == reason


def test_calendar_of_endless_searches_is_refused():
    with pytest.raises(ImportRefused, match="trop de répétitions"):
        read(calendar(entry("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31")), TODAY, seconds=-1)


def test_empty_calendar_has_nothing():
    assert read(calendar(), TODAY).found == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("RRULE:FREQ=DAILY;COUNT=2", ["2027-02-01 11:00", "2027-02-02 11:00"]),
        ("RRULE:FREQ=DAILY;UNTIL=20270202", ["2027-02-01 11:00", "2027-02-02 11:00"]),
        ("RRULE:FREQ=DAILY;UNTIL=20270202T100000Z", ["2027-02-01 11:00", "2027-02-02 11:00"]),
        ("RRULE:FREQ=DAILY;UNTIL=20270202T095959Z", ["2027-02-01 11:00"]),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20270202", ["2027-02-01 11:00", "2027-02-03 11:00"]),
        ("RDATE:20270210T100000Z", ["2027-02-01 11:00", "2027-02-10 11:00"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=5MO;COUNT=2", ["2027-03-29 12:00", "2027-05-31 12:00"]),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=1", []),
    ],
)
def test_rule_gives_its_dates(rule, expected):
    assert dates(calendar(entry(rule))) == expected


def test_rule_without_end_stops_in_two_years():
    found = read(calendar(entry("RRULE:FREQ=DAILY")), TODAY).found
    assert local(found[-1].starts_at).date() == TODAY + datetime.timedelta(days=730)
    assert len(found) == 660


def test_old_rule_gives_the_last_year_only():
    old = entry("RRULE:FREQ=WEEKLY", start="DTSTART;TZID=Europe/Paris:19990104T090000", end="DURATION:PT1H")
    found = dates(calendar(old))
    assert (found[0], found[-1], len(found)) == ("2025-11-24 09:00", "2028-11-20 09:00", 157)


def test_london_keeps_its_own_hours():
    """In February London has the hours of UTC, in April it has not."""
    weekly = entry(
        "RRULE:FREQ=MONTHLY;COUNT=3",
        start="DTSTART;TZID=Europe/London:20270201T100000",
        end="DTEND;TZID=Europe/London:20270201T110000",
    )
    assert dates(calendar(weekly)) == ["2027-02-01 11:00", "2027-03-01 11:00", "2027-04-01 11:00"]
    assert [f"{found.starts_at:%H}" for found in read(calendar(weekly), TODAY).found] == ["10", "10", "09"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("DTSTART;VALUE=DATE:20270201", "DTEND;VALUE=DATE:20270201", "2027-02-01 2027-02-02"),
        ("DTSTART;VALUE=DATE:20270201", "SEQUENCE:1", "2027-02-01 2027-02-02"),
        ("DTSTART;VALUE=DATE:20270327", "DURATION:P2D", "2027-03-27 2027-03-29"),
    ],
)
def test_whole_days_are_whole(start, end, expected):
    (found,) = read(calendar(entry(start=start, end=end)), TODAY).found
    days = [local(moment) for moment in (found.starts_at, found.ends_at)]
    assert " ".join(str(day.date()) for day in days) == expected
    assert {day.time() for day in days} == {datetime.time.min}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (entry("RRULE:FREQ=DAILY;BYSECOND=0,1,2"), "se répète plus d’une fois par jour"),
        (entry("RRULE:FREQ=DAILY;INTERVAL=0"), "se répète à un intervalle de zéro"),
        (entry("RRULE:FREQ=FOO"), "RRULE ne se lit pas"),
        (entry("EXDATE:zzz"), "EXDATE ne se lit pas"),
        (entry("rien à voir"), "une ligne ne se lit pas"),
        (
            entry("RECURRENCE-ID;RANGE=THISANDFUTURE:20270201T100000Z"),
            "change toutes les dates suivantes d’une série (RANGE), ce qui ne se lit pas ici",
        ),
        (entry(start="DTSTART:00010101T000000Z"), "commence en l’an 1"),
        (entry(start="DTSTART:99991231T235959Z"), "commence en l’an 9999"),
        (entry(end="DTEND:20270401T110000Z"), "dure plus de 31 jours"),
        (entry(start="SUMMARY:x"), "pas de début (DTSTART)"),
        (entry(end="DURATION:-PT1H"), "ne finit pas après avoir commencé"),
    ],
)
def test_broken_entry_stops_no_other(lines, reason):
    data = calendar(lines, entry(uid="other"))
    assert reasons(data) == [(3, reason)]
    assert [found.source_uid for found in read(data, TODAY).found] == ["other"]


def test_texts_are_cleaned_and_fit():
    title = "SUMMARY:" + "Très " * 60 + "\u202egauche"
    (found,) = read(
        calendar(entry(title, "DESCRIPTION:a\\n\\n\\n\\nb\u200b", f"LOCATION:{'l' * 900}", "URL:javascript:x")), TODAY
    ).found
    assert (len(found.title), found.text, len(found.place), found.link) == (139, "a\n\nb", 200, "")


def test_long_identifier_is_kept_short():
    (found,) = read(calendar(entry("SUMMARY:x", uid="u" * 2000)), TODAY).found
    assert len(found.source_uid) == 71


def test_folded_lines_and_old_line_ends_are_read():
    data = calendar(entry("SUMMARY:Une ligne\n  pliée")).replace(b"\n", b"\r")
    assert [found.title for found in read(data, TODAY).found] == ["Une ligne pliée"]


def test_date_changed_by_its_day_replaces_it():
    moved = entry(
        "RECURRENCE-ID;VALUE=DATE:20270202", "SUMMARY:Déplacé", start="DTSTART:20270203T150000Z", end="DURATION:PT1H"
    )
    data = calendar(entry("RRULE:FREQ=DAILY;COUNT=2"), moved)
    assert dates(data) == ["2027-02-01 11:00", "2027-02-03 16:00"]
