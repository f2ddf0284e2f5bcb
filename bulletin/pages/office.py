"""What the house manager sees before preparing an issue."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from agenda.times import local
from bulletin.actions import drafting
from bulletin.facts import Fact, gather
from bulletin.models import BulletinPage
from bulletin.pages.issue import published
from bulletin.pages.reading import say_month

LATEST = 12


@dataclass(frozen=True)
class OfficePage:
    """`draft` is the issue in hand, None without; `facts` those that it was not given, or that the next would tell.

    `since` is the day up to which the published issues told. `issues` are the latest published, each with `said_date`.
    """

    draft: BulletinPage | None
    number: int
    since: datetime.date
    said_since: str
    facts: list[Fact]
    issues: list[BulletinPage]


def office_page() -> OfficePage:
    draft = drafting.draft_in_hand()
    draft = draft and draft.get_latest_revision_as_object()
    since = drafting.told_until()
    issues = list(published().select_related("sending")[:LATEST])
    for issue in issues:
        issue.said_date = say_month(issue.dated)
    return OfficePage(
        draft=draft,
        number=draft.number if draft else drafting.next_number(),
        since=local(since).date(),
        said_since=say_month(local(since).date()),
        facts=drafting.news(draft) if draft else gather(since, timezone.now()),
        issues=issues,
    )
