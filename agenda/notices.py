"""Telling by mail what happened: what others call; who is told and in which words is in telling/."""

from procrastinate.contrib.django.models import ProcrastinateJob

from agenda.enums import Notice
from mailing.queue import ask
from residents.models import User

TELL = "agenda.tasks.tell"
# Seconds before something is told: what is moved, put right or regretted in one go makes one mail.
PAUSE = 60
# Somebody waits for these before a page.
AT_ONCE = {
    Notice.REGISTRATION_TO_CONFIRM,
    Notice.SEAT_CONFIRMED,
    Notice.SEAT_WAITING,
    Notice.SEAT_OFFERED,
    Notice.SEAT_LOST,
    Notice.REGISTRATION_CANCELLED,
}


def tell(notice: Notice, pk: int, *, by: User | None = None, before: dict | None = None, word: str = "") -> None:
    """Ask the queue, in this very transaction, to tell `notice` of the booking, registration, event or series `pk`.

    `by` did it; `before` holds what moved, as it was ({"starts_at": iso, "ends_at": iso, "space": name}), and for a
    series {"bookings": [pk]}, the dates that it is about; `word` is what that person says of it.

    Each change has a job of its own, a minute later, that tells how things stand then, unless that was told or is no
    longer true. A lock on one waiting job would be shorter, but the job that waits may start, and read what was there
    before, in the instant between our asking and our commit: the change would never be told.
    """
    ask(
        TELL,
        seconds=0 if notice in AT_ONCE else PAUSE,
        notice=notice.value,
        pk=pk,
        by_id=by.pk if by else None,
        before=before_as_known(notice, pk) or before or {},
        word=word,
    )


def before_as_known(notice: Notice, pk: int) -> dict:
    """What people know of something whose last moves wait to be told: as it was before the first of them."""
    if notice not in {Notice.BOOKING_MOVED, Notice.EVENT_MOVED}:
        return {}
    jobs = ProcrastinateJob.objects.filter(task_name=TELL, status="todo", args__notice=notice.value, args__pk=pk)
    first = jobs.order_by("id").values_list("args", flat=True).first()
    return first["before"] if first else {}
