"""The demonstration's « Sur le feu »: a first issue, published, and the draft of the second, from the house's facts."""

import datetime
import json
import re
import tomllib

from django.utils import timezone

from agenda.times import MONTHS, SPACE, instant, monday_of
from bulletin.actions.drafting import make_draft
from bulletin.models import BulletinPage, BulletinsPage, Sending
from bulletin.stored import block, listed
from chaudronneries.demo import files
from chaudronneries.demo.blog import Shelf, account
from mailing.outbox import absolute
from residents.models import Partner, Resident, TerritorialIssue

PUBLISHED_AT = datetime.time(9, 30)
CHOSEN = {"resident": Resident, "partner": Partner, "issue": TerritorialIssue}
DATES = re.compile(r"\{(mois|nom|an|jour) ([+-]?\d+)\}")


def plan() -> dict:
    with (files.HERE / "bulletin.toml").open("rb") as file:
        return tomllib.load(file)


def load(today: datetime.date | None = None) -> int:
    """Create both issues unless the house has one; returns how many were created."""
    if BulletinPage.objects.exists():
        return 0
    publish(plan(), today or timezone.localdate())
    make_draft(by=account("gestion"))
    return 2


def publish(table: dict, today: datetime.date) -> BulletinPage:
    """The first issue, as if it had come out at its day."""
    dated = today - datetime.timedelta(days=table["days"])
    at = instant(dated, PUBLISHED_AT)
    writer = Writer(dated)
    issue = BulletinPage(
        **{name: table[name] for name in ("number", "slug", "title", "lead")},
        dated=dated,
        body=json.dumps([writer.block(one) for one in table["blocks"]]),
        told_until=at,
        first_published_at=at,
        last_published_at=at,
    )
    BulletinsPage.objects.get().add_child(instance=issue)
    # Not by Wagtail's own publication, which tells today what is long published.
    issue.live_revision = issue.save_revision()
    issue.has_unpublished_changes = False
    issue.save()
    return issue


class Writer:
    """From tables to stored blocks; what a table names and is not there is not chosen."""

    def __init__(self, dated: datetime.date):
        self.dated, self.shelf = dated, Shelf()

    def block(self, table: dict) -> dict:
        kind, fields = table["type"], {name: value for name, value in table.items() if name != "type"}
        if kind in {"points", "tools"}:
            return block(kind, self.value(fields[kind]))
        if kind == "text":
            return block(kind, self.value(fields["html"]))
        if "weekday" in fields:
            day = monday_of(self.dated) + datetime.timedelta(days=7 * fields.pop("weeks") + fields.pop("weekday"))
            fields["day"] = day.isoformat()
        return block(kind, self.value(fields))

    def value(self, value):
        if isinstance(value, str):
            return DATES.sub(self.said, value)
        if isinstance(value, list):
            return listed(self.value(one) for one in value)
        return dict(self.field(name, inner) for name, inner in value.items())

    def field(self, name: str, value) -> tuple[str, object]:
        if name in CHOSEN:
            return name, CHOSEN[name].objects.filter(slug=value).values_list("pk", flat=True).first()
        if name == "picture":
            return "image", self.shelf.take(value).pk
        if name == "path":
            return "url", absolute(value)
        return ("text" if name == "html" else name), self.value(value)

    def said(self, match: re.Match) -> str:
        """{mois -2}: janvier 2018, {nom -2}: janvier, {an -1}: 2017, {jour 8}: 15 mars"""
        sort, shift = match[1], int(match[2])
        if sort == "an":
            return str(self.dated.year + shift)
        if sort == "jour":
            day = self.dated + datetime.timedelta(days=shift)
            return f"{'1er' if day.day == 1 else day.day}{SPACE}{MONTHS[day.month - 1]}"
        year, month = divmod(self.dated.year * 12 + self.dated.month - 1 + shift, 12)
        return MONTHS[month] if sort == "nom" else f"{MONTHS[month]} {year}"


def clear() -> None:
    """Take out the demonstration's issue, and the drafts that were made for it."""
    first = BulletinPage.objects.filter(slug=plan()["slug"])
    drafts = BulletinPage.objects.filter(first_published_at=None, owner__email=f"gestion@{files.DOMAIN}")
    Sending.objects.filter(issue__in=first).delete()
    for issue in [*first, *drafts]:
        issue.delete()
