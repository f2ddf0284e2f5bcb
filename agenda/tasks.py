"""Background work of the agenda: telling, reminding, passing offers on, forgetting."""

from procrastinate.contrib.django import app

from agenda import telling
from agenda.actions import forgetting, registrations
from agenda.enums import Notice
from agenda.notices import TELL
from agenda.telling.messages import Happening
from agenda.telling.reminders import reminders
from mailing.queue import ask
from residents.models import User

MOST_ATTEMPTS = 5


@app.task(name=TELL)
def tell(
    notice: str, pk: int, by_id: int | None = None, before: dict | None = None, word: str = "", attempt: int = 1
) -> None:
    """Write to each person concerned, each in a transaction of its own: done again, it writes only what is missing.

    A failure is asked for again later (5 s, 25 s, 2 min, 10 min).
    """
    by = User.objects.with_roles().filter(pk=by_id).first()
    try:
        for message in telling.messages(Happening(Notice(notice), pk, by, before or {}, word)):
            message.post()
    except Exception:
        if attempt < MOST_ATTEMPTS:
            again = {"notice": notice, "pk": pk, "by_id": by_id, "before": before, "word": word}
            ask(TELL, seconds=5**attempt, attempt=attempt + 1, **again)
        raise


@app.periodic(cron="*/15 * * * *", periodic_id="reminders")
@app.task(name="agenda.tasks.remind", queueing_lock="agenda.tasks.remind")
def remind(timestamp: int = 0) -> None:
    """Each reminder that is due, once: what fails is tried again at the next quarter of an hour."""
    for message in reminders():
        message.post()


@app.periodic(cron="*/5 * * * *", periodic_id="offers")
@app.task(name="agenda.tasks.pass_on", queueing_lock="agenda.tasks.pass_on")
def pass_on(timestamp: int = 0) -> None:
    """Seats that nobody accepted in time are offered to the next."""
    registrations.pass_on_lapsed_offers()


@app.periodic(cron="20 3 * * *", periodic_id="guests")
@app.task(name="agenda.tasks.forget", queueing_lock="agenda.tasks.forget")
def forget(timestamp: int = 0) -> None:
    """What people left is kept no longer than said (docs/personal-data.md)."""
    registrations.forget_guests()
    forgetting.forget_guests_of_bookings()
    forgetting.forget_history()
