"""Background work of the map."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from knowledge_map.actions import layout, suggestions
from residents.tasks import REFRESH_MAP


@app.periodic(cron="40 3 * * *", periodic_id="nightly")
@app.task(name=REFRESH_MAP, lock=REFRESH_MAP, retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def refresh_map(timestamp: int = 0) -> None:
    """Compute the layout and the suggestions anew: when declarations change, and each night."""
    layout.refresh_layout()
    suggestions.refresh_suggestions()
