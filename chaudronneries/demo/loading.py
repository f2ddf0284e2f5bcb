"""Putting the demonstration in the database, and taking it out."""

from collections import Counter
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.models import Collection

from agenda.times import midnight
from chaudronneries.demo import agenda, blog, bulletin, desk, files, territory, welcome
from chaudronneries.demo.logos import draw_logo
from knowledge_map.models import SuggestionAnswer
from residents.enums import Evidence, MembershipRole, Scheme
from residents.models import Declaration, KnowledgeItem, Membership, Resident, ResidentLink, Sector, Stay, User
from residents.models.people import HOUSE_MANAGERS

PASSWORD = "chaudron-demo"
COLLECTION = "Démonstration"


class DemoError(Exception):
    """The files say something that the database does not know; the message is a French sentence."""


@transaction.atomic
def load() -> Counter:
    """Create what is missing of the demonstration; leave alone whatever is already there, changed or not.

    Returns how many "structures", "people", "declarations", "dates" (of the agenda), "posts" and "issues" (of the
    bulletin) were created.
    Raises DemoError when a declared term is not in the vocabulary.
    """
    items = resolve(files.declarations())
    people = People()
    for person in files.accounts().values():
        people.get(person, signs_in=True)
    specifications = files.structures()
    here = set(Resident.objects.filter(slug__in=specifications).values_list("slug", flat=True))
    created = {
        slug: create_structure(slug, fields, people) for slug, fields in specifications.items() if slug not in here
    }
    declared = declare(created, items)
    answer(created)
    welcome.load(created)
    told = Counter(
        structures=len(created),
        people=people.created,
        declarations=declared,
        dates=agenda.load(),
        posts=blog.load(),
        issues=bulletin.load(),
    )
    territory.load()
    desk.load()
    return told


def resolve(lines: list[files.DeclarationLine]) -> dict[files.DeclarationLine, KnowledgeItem]:
    """The vocabulary's item for each line; DemoError lists those that have none, with their file and line."""
    known = {}
    for kind, label in {(line.kind, line.label) for line in lines}:
        known[kind, label] = KnowledgeItem.objects.labelled(label, kind)
    missing = [f"{line.where} : {line.kind} « {line.label} »" for line in lines if known[line.kind, line.label] is None]
    if missing:
        raise DemoError(_("Termes absents du vocabulaire :") + "\n" + "\n".join(missing))
    return {line: known[line.kind, line.label] for line in lines}


class People:
    """The persons of the demonstration, created once each; one hash serves all accounts, since hashing is slow."""

    def __init__(self):
        self.password = make_password(PASSWORD)
        self.nobody = make_password(None)
        self.created = 0

    def get(self, person: files.Person, *, signs_in: bool = False) -> User:
        user, created = User.objects.get_or_create(
            email=person.email,
            defaults={
                "first_name": person.first_name,
                "last_name": person.last_name,
                "password": self.password if signs_in else self.nobody,
                "is_staff": person.administrator,
                "is_superuser": person.administrator,
            },
        )
        if created:
            self.created += 1
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            if person.house_manager:
                user.groups.add(Group.objects.get(name=HOUSE_MANAGERS))
        return user


def create_structure(slug: str, fields: dict, people: People) -> Resident:
    """A structure with its sectors, links, stays, members and logo, from its TOML table."""
    resident = Resident.objects.create(
        slug=slug,
        name=fields["name"],
        kind=fields["kind"],
        tagline=fields["tagline"],
        presentation=fields["presentation"].strip(),
        contact_name=fields["contact_name"],
        email=fields["email"],
        phone=fields.get("phone", ""),
        logo=create_logo(fields),
        **{f"{field}_audience": audience for field, audience in fields.get("audiences", {}).items()},
    )
    resident.sectors.set(sector(name) for name in fields["sectors"])
    ResidentLink.objects.bulk_create(
        ResidentLink(resident=resident, position=position, **link) for position, link in enumerate(fields["links"])
    )
    Stay.objects.bulk_create(
        Stay(resident=resident, starts_on=stay["from"], ends_on=stay.get("to"), share=Decimal(stay["share"]))
        for stay in fields["stays"]
    )
    for member_fields in fields["members"]:
        person, role = files.member(slug, member_fields)
        Membership.objects.create(user=people.get(person), resident=resident, role=role or MembershipRole.MEMBER)
    # They came with it.
    resident.memberships.update(created_at=midnight(min(stay["from"] for stay in fields["stays"])))
    return resident


def sector(name: str) -> Sector:
    return Sector.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def create_logo(fields: dict):
    """The drawn logo as a Wagtail image; None for a structure without one."""
    if not (logo := fields.get("logo")):
        return None
    file = ContentFile(draw_logo(**logo), name=f"demo-{slugify(fields['name'])}.png")
    title = _("Logo de %(name)s") % {"name": fields["name"]}
    return get_image_model().objects.create(title=title, file=file, collection=collection())


def collection() -> Collection:
    """Where the demonstration's images are, so that they can be taken out."""
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=COLLECTION).first() or root.add_child(name=COLLECTION)


def declare(residents: dict[str, Resident], items: dict[files.DeclarationLine, KnowledgeItem]) -> int:
    """Write the declarations of `residents`, each by the structure's first member; returns how many."""
    authors = dict(
        Membership.objects.filter(resident__in=residents.values()).order_by("-pk").values_list("resident_id", "user_id")
    )
    rows = [
        Declaration(
            resident=resident,
            item=item,
            stance=line.stance,
            evidence=line.evidence or Evidence.DECLARED,
            note=line.note,
            created_by_id=authors[resident.pk],
        )
        for line, item in items.items()
        if (resident := residents.get(line.slug))
    ]
    return len(Declaration.objects.bulk_create(rows))


def answer(created: dict[str, Resident]) -> None:
    """Write what the created structures said of each other; a pair of which one was already there is left alone."""
    SuggestionAnswer.objects.bulk_create(
        SuggestionAnswer(resident=created[row["structure"]], partner=created[row["partner"]], answer=row["answer"])
        for row in files.answers()
        if {row["structure"], row["partner"]} <= created.keys()
    )


@transaction.atomic
def clear() -> None:
    """Delete the demonstration's agenda, structures, people, logos and own terms, and nothing of anybody else's."""
    desk.clear()
    bulletin.clear()
    territory.clear()
    blog.clear()
    agenda.clear()
    specifications = files.structures()
    Resident.objects.filter(slug__in=specifications).delete()
    members = [
        files.member(slug, fields)[0].email for slug, table in specifications.items() for fields in table["members"]
    ]
    accounts = [person.email for person in files.accounts().values()]
    people = User.objects.filter(email__in=members + accounts)
    theirs = KnowledgeItem.objects.filter(scheme=Scheme.RESIDENT, created_by__in=people, declarations=None)
    theirs.filter(merges=None, merged=None).delete()
    people.delete()
    get_image_model().objects.filter(collection=collection()).delete()
    Sector.objects.filter(
        residents=None, slug__in={slugify(n) for t in specifications.values() for n in t["sectors"]}
    ).delete()
