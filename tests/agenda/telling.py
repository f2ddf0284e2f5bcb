"""The queue's share of telling, done in the test's own transaction, and how what is told is read."""

from html.parser import HTMLParser

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from agenda import tasks, times
from agenda.notices import TELL
from mailing.models import Mail


def told() -> list[Mail]:
    """Tell what waits to be told, as the worker will a minute later; the mails that it makes."""
    known = set(Mail.objects.values_list("pk", flat=True))
    waiting = ProcrastinateJob.objects.filter(task_name=TELL).order_by("id")
    asked = list(waiting.values_list("args", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [TELL])
    for arguments in asked:
        tasks.tell(**arguments)
    return list(Mail.objects.exclude(pk__in=known).order_by("pk"))


def addresses(mails: list[Mail]) -> set[str]:
    return {mail.to for mail in mails}


def when(booking) -> str:
    return times.say_stretch(booking.starts_at, booking.ends_at)


def plainly(text: str) -> str:
    """As a subject says it: every space is one."""
    return " ".join(text.split())


class Sound(HTMLParser):
    """Refuses an HTML that does not close what it opens."""

    VOID = {"meta", "br", "img", "hr"}

    def __init__(self, html):
        super().__init__()
        self.open = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
