"""Background work of « Sur le feu »: writing copies, coming back to what was left, forgetting."""

from procrastinate.contrib.django import app

from bulletin.actions import bounces, sendings, subscribers


@app.task(name=sendings.WRITE)
def write_copies(sending_id: int) -> None:
    sendings.write_batch(sending_id)


@app.periodic(cron="*/2 * * * *", periodic_id="bulletin-sendings")
@app.task(name="bulletin.tasks.follow", queueing_lock="bulletin.tasks.follow")
def follow(timestamp: int = 0) -> None:
    """Note what servers refused, take up the sendings whose job was lost, close those that are over."""
    bounces.note_refusals()
    sendings.take_up_all()


@app.periodic(cron="50 3 * * *", periodic_id="bulletin-forget")
@app.task(name="bulletin.tasks.forget", queueing_lock="bulletin.tasks.forget")
def forget(timestamp: int = 0) -> None:
    """What is kept no longer than said (bulletin/models/subscribers.py)."""
    bounces.note_received()
    sendings.forget_copies()
    subscribers.forget()
