"""What happened, and a mail about it to one person."""

from dataclasses import dataclass, field

from django.db.models import Q

from agenda.enums import Notice
from mailing import outbox
from mailing.enums import Topic
from mailing.letters import Letter
from mailing.models import Mail
from residents.models import User


@dataclass(frozen=True)
class Happening:
    """A notice as `notices.tell` was given it."""

    notice: Notice
    pk: int
    by: User | None = None
    before: dict = field(default_factory=dict)
    word: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody to write to: of the house, or an outside person (`user` None). `name` is how a letter greets them."""

    email: str
    name: str
    user: User | None = None

    @classmethod
    def of(cls, user: User) -> "Person":
        return cls(user.email, outbox.one_line(user.first_name), user)

    @property
    def full_name(self) -> str:
        return self.user.get_full_name() if self.user else self.name


@dataclass(frozen=True)
class Message:
    """`calendar` is an iTIP message of that `method`."""

    to: Person
    topic: Topic
    key: str
    letter: Letter
    calendar: str = ""
    method: str = ""

    def post(self) -> Mail | None:
        return self.letter.post(
            key=self.key,
            topic=self.topic,
            user=self.to.user,
            to=self.to.email,
            calendar=self.calendar,
            method=self.method,
        )


def told(person: Person, notices: list[Notice], pk: int):
    """The mails that told `person` one of `notices` of the thing `pk` (keys: notice, pk, sequence)."""
    about = Q()
    for notice in notices:
        about |= Q(key__startswith=f"{notice}:{pk}:")
    return Mail.objects.filter(about, to=person.email)
