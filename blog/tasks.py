"""Background work of the blog: telling, publishing when it was said, cutting pictures."""

from django.core.management import call_command
from procrastinate.contrib.django import app

from blog import telling
from blog.notices import TELL, Notice
from blog.pictures import CUT, cut_all
from mailing.queue import ask
from residents.models import User

MOST_ATTEMPTS = 5


@app.task(name=TELL)
def tell(notice: str, pk: int, about: int, by_id: int | None = None, attempt: int = 1) -> None:
    """Write to each person concerned; done again, it writes only what is missing.

    A failure is asked for again later (5 s, 25 s, 2 min, 10 min).
    """
    by = User.objects.filter(pk=by_id).first()
    try:
        telling.tell(Notice(notice), pk, about, by)
    except Exception:
        if attempt < MOST_ATTEMPTS:
            ask(TELL, seconds=5**attempt, attempt=attempt + 1, notice=notice, pk=pk, about=about, by_id=by_id)
        raise


@app.periodic(cron="*/5 * * * *", periodic_id="scheduled-posts")
@app.task(name="blog.tasks.publish_scheduled", queueing_lock="blog.tasks.publish_scheduled")
def publish_scheduled(timestamp: int = 0) -> None:
    """Put on the site what the house scheduled, and take off what it gave an end: at most five minutes late."""
    call_command("publish_scheduled")


@app.task(name=CUT)
def cut_pictures(pictures: list[int]) -> None:
    """Cut pictures (primary keys) at all the sizes that pages show; done again, it cuts only what is missing."""
    cut_all(pictures)
