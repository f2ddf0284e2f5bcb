"""What is told by mail, to whom, in which words."""

from agenda.enums import Notice
from residents.models import User


def tell(notice: Notice, pk: int, *, by: User | None = None, before: dict | None = None, word: str = "") -> None:
    """Ask the queue, in this very transaction, to tell `notice` of the booking, registration, event or series `pk`.

    `by` did it; `before` holds what moved, as it was ({"starts_at": iso, "ends_at": iso, "space": name}); `word` is
    what that person says of it.
    """
