"""The secret addresses of somebody's calendars, and whose a secret is.

One secret opens all of a person's calendars but the busy-only one, which is made to be given: its address holds a
secret of its own, from which the others cannot be found.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.models import CalendarKey, Space
from residents.models import User
from residents.rules import is_resident

TOKEN = re.compile(r"[\w-]{20,40}", re.ASCII)
BUSY_TOKEN = re.compile(r"(\d{1,9})-([0-9a-f]{32})", re.ASCII)


def key_of(user: User) -> CalendarKey | None:
    """Their key at work, if any, with themselves and their roles."""
    if key := CalendarKey.objects.filter(user=user, revoked_at=None).first():
        key.user = user
    return key


def reader(token: str) -> User | None:
    """Whom the address with this secret was made for, with their roles; None when it was revoked, or they left us."""
    if not TOKEN.fullmatch(token):
        return None
    return person(calendar_keys__token=token)


def person(**key) -> User | None:
    return User.objects.with_roles().filter(is_active=True, calendar_keys__revoked_at=None, **key).first()


def busy_token(key: CalendarKey) -> str:
    return f"{key.pk}-{hmac.new(key.token.encode(), b'busy', hashlib.sha256).hexdigest()[:32]}"


def busy_reader(token: str) -> User | None:
    """As `reader`, for the address of a busy-only calendar."""
    if not (parts := BUSY_TOKEN.fullmatch(token)):
        return None
    key = CalendarKey.objects.filter(pk=parts[1], revoked_at=None).first()
    if key is None or not hmac.compare_digest(busy_token(key), token):
        return None
    return person(calendar_keys=key)


@dataclass(frozen=True)
class Subscription:
    """A calendar that one may subscribe to; `address` is whole, `webcal` opens the client."""

    slug: str
    name: str
    holds: str
    address: str

    @property
    def webcal(self) -> str:
        return "webcal://" + self.address.split("://", 1)[1]


def public_subscription(base: str) -> Subscription:
    return Subscription(
        "public",
        _("L’agenda public"),
        _("Les rendez-vous ouverts à tout le monde. Cette adresse n’a rien de secret : donnez-la, affichez-la."),
        base + reverse("agenda:public_feed"),
    )


def own_subscriptions(key: CalendarKey, base: str) -> list[Subscription]:
    """What a person's secret opens; the house's and the spaces' calendars only while they belong to the house."""
    found = [
        Subscription(
            "moi",
            _("Le mien"),
            _("Vos réservations et celles de vos structures, vos inscriptions, les rendez-vous que vous tenez."),
            base + reverse("agenda:my_feed", args=[key.token]),
        ),
        Subscription(
            "occupe",
            _("Le mien, occupé seulement"),
            _(
                "Les mêmes heures, sans un mot de ce qui les prend. C’est celui à donner à qui veut savoir quand vous "
                "êtes libre : son adresse n’ouvre pas les autres."
            ),
            base + reverse("agenda:my_busy_feed", args=[busy_token(key)]),
        ),
    ]
    if is_resident(key.user):
        found.append(
            Subscription(
                "residents",
                _("La maison"),
                _("Tous les rendez-vous de la maison, ceux qui sont publics et ceux entre résidents."),
                base + reverse("agenda:residents_feed", args=[key.token]),
            )
        )
    return found


def space_subscriptions(key: CalendarKey, base: str) -> list[Subscription]:
    if not is_resident(key.user):
        return []
    return [
        Subscription(
            f"espace-{space.pk}",
            space.name,
            _("Quand %(space)s est pris.") % {"space": space.name},
            base + reverse("agenda:space_feed", args=[key.token, space.slug]),
        )
        for space in Space.objects.in_use()
    ]
