"""Background work of the map."""

from procrastinate.contrib.django import app

from knowledge_map.actions import layout, suggestions
from residents.tasks import REFRESH_MAP, ask_for_map

MOST_ATTEMPTS = 5


@app.periodic(cron="40 3 * * *", periodic_id="nightly")
@app.task(name=REFRESH_MAP, lock=REFRESH_MAP)
def refresh_map(timestamp: int = 0, attempt: int = 1) -> None:
    """Compute the layout and the suggestions anew: when declarations change, and each night.

    A failure is told, and asked for again later as anybody asks for it: the queue's own retries collide with a request
    that already waits, and leave the job locked for ever.
    """
    try:
        layout.refresh_layout()
        suggestions.refresh_suggestions()
    except Exception:
        if attempt < MOST_ATTEMPTS:
            ask_for_map(attempt + 1)
        raise
