"""What somebody reads of a structure: what is not theirs is not in the Reading that templates are given."""

from dataclasses import dataclass

from django.utils.functional import cached_property

from residents import rules
from residents.enums import Audience, KnowledgeKind, ResidentKind, Trace
from residents.models import Resident, User
from residents.models.search import SMALL_WORDS
from residents.profile import Section, has_audience

# Whose eyes a member may borrow to look at the page: `?vue=`.
VIEWS = {
    "public": {Audience.PUBLIC},
    "residents": {Audience.PUBLIC, Audience.RESIDENTS},
}


class Reading:
    """A structure as the members of `audiences` read it; a guarded field that is not for them answers as if empty."""

    def __init__(self, resident: Resident, audiences: set[str]):
        self._resident = resident
        self._audiences = audiences
        self.pk, self.name, self.slug = resident.pk, resident.name, resident.slug
        # Of one that left no more than its name, nobody but its members and the house reads anything else.
        self.is_name_only = not audiences
        self.kind = "" if self.is_name_only else str(ResidentKind(resident.kind).label)
        self.url = resident.get_absolute_url()

    def may(self, field: str) -> bool:
        return getattr(self._resident, f"{field}_audience") in self._audiences

    def _text(self, field: str) -> str:
        return getattr(self._resident, field) if self.may(field) else ""

    @property
    def initials(self) -> str:
        """One or two capitals for the mark drawn when there is no logo ("Atelier du zinc": AZ)."""
        words = self._resident.sort_name.split()
        words = [word for word in words if word not in SMALL_WORDS] or words
        return "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper()

    @cached_property
    def logo(self) -> str:
        """The address of the picture, or ""; logos are stored small, so that no other size is computed."""
        return self._resident.logo.file.url if self.may("logo") and self._resident.logo else ""

    @property
    def tagline(self) -> str:
        return self._text("tagline")

    @property
    def presentation(self) -> str:
        return self._text("presentation")

    @property
    def contact_name(self) -> str:
        return self._text("contact_name")

    @property
    def email(self) -> str:
        return self._text("email")

    @property
    def phone(self) -> str:
        return self._text("phone")

    @property
    def phone_digits(self) -> str:
        """What a telephone dials."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")

    @cached_property
    def sectors(self) -> list:
        return [] if self.is_name_only else list(self._resident.sectors.all())

    @cached_property
    def links(self) -> list:
        return list(self._resident.links.all()) if self.may("links") else []

    @cached_property
    def declarations(self) -> list:
        """Offers first, in alphabetical order, each with its item."""
        if not self.may("savoirs"):
            return []
        return list(
            self._resident.declarations.select_related("item").order_by("stance", "item__searchable", "item_id")
        )

    @property
    def savoirs(self) -> list[tuple[KnowledgeKind, list]]:
        """(kind, declarations) for each kind that has some."""
        by_kind = [(kind, [d for d in self.declarations if d.item.kind == kind]) for kind in KnowledgeKind]
        return [(kind, declared) for kind, declared in by_kind if declared]

    @property
    def has_contact(self) -> bool:
        return bool(self.contact_name or self.email or self.phone)


def as_read_by(user: User, resident: Resident, view: str = "") -> Reading:
    """`resident` as `user` reads it; who may edit it may look at it as `view`, "public" or "residents"."""
    if view in VIEWS and rules.can_edit_profile(user, resident):
        return Reading(resident, set() if resident.leaves_its_page else VIEWS[view])
    return Reading(resident, rules.audiences(user, resident))


def is_hidden_from(view: str, resident: Resident) -> bool:
    """Whether those of `view`, "public" or "residents", find no such page (`resident` from `with_presence`)."""
    if resident.arrived_on is None or (resident.trace == Trace.NOTHING and resident.has_left):
        return True
    return view == "public" and not resident.is_listed


@dataclass(frozen=True)
class Part:
    """A section of the page, as its reader meets it."""

    section: Section
    is_empty: bool
    is_editable: bool
    # Who reads it when not everybody does, said to who may change that; "" otherwise.
    audience: str = ""

    @property
    def name(self) -> str:
        return self.section.value

    @property
    def is_shown(self) -> bool:
        return self.is_editable or not self.is_empty


def part(section: Section, resident: Resident, reading: Reading, is_editable: bool) -> Part:
    audience = resident.narrower_audience(section) if is_editable and has_audience(section) else ""
    # Without a logo, the initials stand there.
    is_empty = section != Section.LOGO and not getattr(reading, section)
    return Part(section, is_empty, is_editable, audience)
