"""What the house manager reads before an issue leaves by mail, and while it does."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bulletin.actions import sendings
from bulletin.bounces import of_refusal
from bulletin.models import BulletinPage, Delivery, Sending

MOST_FAILURES = 100


@dataclass(frozen=True)
class Recipients:
    """How many people would get an issue now; `both` are of the house and subscribed too, counted once."""

    house: int
    subscribers: int
    both: int

    @property
    def total(self) -> int:
        return self.house + self.subscribers


def count_recipients() -> Recipients:
    copies = sendings.recipients()
    house = [copy for copy in copies if copy.user_id]
    both = sum(bool(copy.subscriber_id) for copy in house)
    return Recipients(len(house), len(copies) - len(house), both)


@dataclass(frozen=True)
class Failure:
    """A copy that did not leave, or came back; `is_of_the_address` when trying again is of no use."""

    to: str
    words: str
    is_of_the_address: bool


class Progress:
    """How far a sending is. Figures are copies: one a person."""

    def __init__(self, sending: Sending):
        self.sending = sending
        figures = sendings.figures_of(sending)
        self.total, self.to_write, self.skipped = figures["total"], figures["to_write"], figures["skipped"]
        self.waiting, self.gone, self.failed = figures["waiting"], figures["gone"], figures["failed"]

    @property
    def written(self) -> int:
        return self.total - self.to_write - self.skipped

    @property
    def settled(self) -> int:
        """Those that nothing more will happen to."""
        return self.gone + self.failed + self.skipped

    @property
    def is_over(self) -> bool:
        """Nothing is left to write nor to leave; or it was given up, and who was to get it forgotten."""
        return bool(self.sending.figures) or (self.to_write == 0 and self.waiting == 0)

    @property
    def is_paused(self) -> bool:
        return bool(self.sending.paused_at) and not self.is_over

    @property
    def is_moving(self) -> bool:
        return not self.is_over and (not self.is_paused or self.waiting > 0)

    @property
    def tenths(self) -> int:
        """How much is settled, in tens of percent: what is said aloud, no oftener."""
        return 10 * (10 * self.settled // self.total) if self.total else 100

    @property
    def step(self) -> str:
        """What is said aloud changes with this, and not otherwise."""
        return f"{self.state}-{self.tenths}"

    @property
    def state(self) -> str:
        if self.is_over:
            return "fini"
        return "suspendu" if self.is_paused else "en-cours"

    @property
    def said(self) -> str:
        if self.is_over:
            words = ngettext("Fini : %(gone)s message est parti", "Fini : %(gone)s messages sont partis", self.gone)
            return words % {"gone": self.gone} + self.said_failed
        if self.is_paused:
            words = ngettext(
                "Suspendu : %(left)s reste à écrire.", "Suspendu : %(left)s restent à écrire.", self.to_write
            )
            return words % {"left": self.to_write}
        return _("En cours : %(percent)s %% environ.") % {"percent": self.tenths}

    @property
    def said_failed(self) -> str:
        if not self.failed:
            return "."
        return ngettext(", %(failed)s n’est pas arrivé.", ", %(failed)s ne sont pas arrivés.", self.failed) % {
            "failed": self.failed
        }

    @property
    def minutes_left(self) -> int:
        """Until the last copy is written, at the pace of the house."""
        count, seconds = sendings.batch()
        return max(1, round(self.to_write / count * seconds / 60))

    def failures(self) -> list[Failure]:
        """The latest first, MOST_FAILURES at most."""
        copies = Delivery.objects.filter(sending=self.sending).failed().select_related("mail").order_by("-pk")
        return [failure(copy) for copy in copies[:MOST_FAILURES]]

    def can_try_again(self) -> bool:
        return Delivery.objects.filter(sending=self.sending).to_try_again().exists()


def failure(copy: Delivery) -> Failure:
    if copy.bounced_at:
        return Failure(copy.to, copy.bounce, True)
    # Until the next round notes it, the server's own words already, as they will be said then.
    refusal = of_refusal(copy.mail.error)
    return Failure(copy.to, refusal.words if refusal else copy.mail.error, False)


def version_to_show(issue: BulletinPage) -> BulletinPage:
    """What readers see; of an issue that is not published, what it would be."""
    return issue if issue.live else issue.get_latest_revision_as_object()
