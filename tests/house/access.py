"""docs/access.md: who reaches each address and reads each field, written from what the house answers."""

import datetime
import re
from collections.abc import Iterator
from itertools import groupby

from django.conf import settings
from django.test import Client
from django.utils import timezone

from residents.enums import Audience, Trace
from residents.models import Picture, Resident, ResidentLink, User
from residents.profile import Section
from tests.factories import DeclarationFactory, MembershipFactory, ResidentFactory, StayFactory, UserFactory
from tests.house.addresses import ADDRESSES, routes

FILE = settings.BASE_DIR / "docs" / "access.md"
HEAD = """\
# Who reaches what

Written by `UPDATE_ACCESS=1 pytest tests/house/test_access.py` from what the house answers to each role; that test fails
when this file says otherwise. What each address answers is declared in `tests/house/addresses.py` and asked by
`test_addresses.py`; the other tables are read here through HTTP.

Roles: nobody signed in; somebody with an account and no structure; a resident of another structure; a member of the
structure; one of its leads; the house manager. Administrators are house managers. Somebody whose structure has left the
house is a stranger to the others', and a member of their own.
"""
ADDRESS_HEAD = """\

## Addresses

What a GET answers, things being those of one structure: **yes**, read; **→**, led elsewhere (to sign in, for who is
not); **no**, refused; **·**, not there; **form**, answers only what a form sends. An address with a secret in it
(`token`, `key`) is read by whoever was given it. All of `/gestion/` is for the house manager
(`tests/residents/test_back_office.py`).
"""
ANSWERS = {200: "yes", 302: "→", 403: "no", 404: "·", 405: "form"}
APPS = {
    "": "The site",
    "account": "Accounts, passkeys, sessions",
    "residents": "Structures, savoirs, territory",
    "knowledge_map": "The map and cooperations",
    "agenda": "Agenda and bookings",
    "blog": "Blog",
    "bulletin": "« Sur le feu »",
    "mailing": "Mails",
}
ROLES = ["nobody", "stranger", "resident", "member", "lead", "house manager"]
AUDIENCES = {Audience.PUBLIC: "everybody", Audience.RESIDENTS: "residents", Audience.HOUSE: "the house"}
TRACES = {Trace.PROFILE: "its page", Trace.NAME: "its name and dates", Trace.NOTHING: "nothing"}
# What each guarded field holds, found again in the page.
HELD = {
    "tagline": "Le zinc à votre mesure",
    "presentation": "Nés d’un atelier de couverture",
    "logo": "/media/original_images/logo-du-zinc.webp",
    "links": "https://zinc.example/boutique",
    "contact_name": "Dominique Plaque",
    "email": "bonjour@zinc.example",
    "phone": "04 77 11 22 33",
    "savoirs": "Agrafage de feuilles",
}


def written() -> str:
    """The whole file."""
    house = House()
    return "\n".join([HEAD + ADDRESS_HEAD, *addresses(), *house.fields(), *house.editing(), *house.meeting(), ""])


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]] + [""]


def app_of(name: str) -> str:
    app = name.partition(":")[0] if ":" in name else ""
    return "account" if not app and name.startswith(("account_", "mfa_", "usersessions_")) else app


def addresses() -> Iterator[str]:
    paths = routes()
    order = list(APPS)
    for app, names in groupby(sorted(ADDRESSES, key=lambda name: order.index(app_of(name))), key=app_of):
        rows = [[f"`{shown(paths[name])}`", *(ANSWERS[status] for status in ADDRESSES[name][1])] for name in names]
        yield f"### {APPS[app]}\n"
        yield from table(["Address", "nobody", "resident", "lead", "house manager"], rows)


def shown(route: str) -> str:
    """ "residents/<slug:slug>/" and "^(?P<key>[-:\\w]+)/$" as people write them: "/residents/{slug}/"."""
    route = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    return "/" + re.sub(r"[\^$\\]|\?(?=$)", "", route)


class House:
    """A structure with everything that it may guard, and one person of each role."""

    def __init__(self):
        words = ["tagline", "presentation", "contact_name", "email", "phone"]
        self.zinc = ResidentFactory(name="Atelier du Zinc", **{field: HELD[field] for field in words})
        ResidentLink.objects.create(resident=self.zinc, label="Boutique", url=HELD["links"])
        DeclarationFactory(resident=self.zinc, item__label=HELD["savoirs"])
        logo = {"title": "Logo", "file": HELD["logo"].removeprefix("/media/"), "width": 9, "height": 9, "file_size": 1}
        self.change(logo=Picture.objects.create(**logo))
        self.people: dict[str, User | None] = {
            "nobody": None,
            "stranger": UserFactory(),
            "resident": MembershipFactory().user,
            "member": MembershipFactory(resident=self.zinc).user,
            "lead": MembershipFactory(resident=self.zinc, lead=True).user,
            "house manager": UserFactory(house_manager=True),
        }

    def change(self, **fields) -> None:
        Resident.objects.filter(pk=self.zinc.pk).update(**fields)

    def answers(self, path: str) -> list:
        """To each role of ROLES."""
        found = []
        for role in ROLES:
            client = Client()
            if person := self.people[role]:
                client.force_login(person)
            found.append(client.get(path))
        return found

    def fields(self) -> Iterator[str]:
        """Each guarded field for each audience."""
        pages = {}
        for audience in AUDIENCES:
            self.change(**{f"{field}_audience": audience for field in Resident.GUARDED_FIELDS})
            pages[audience] = [answer.content.decode() for answer in self.answers(self.zinc.get_absolute_url())]
        rows = [
            [f"`{field}`", words, *(said(HELD[field] in page) for page in pages[audience])]
            for field in Resident.GUARDED_FIELDS
            for audience, words in AUDIENCES.items()
        ]
        yield "## Fields of a structure\n"
        yield "Each for each audience that its members may choose, as read on the structure’s page.\n"
        yield from table(["Field", "Open to", *ROLES], rows)

    def editing(self) -> Iterator[str]:
        """Who changes each section, and whom the structure meets."""
        rows = []
        for section in Section.values:
            answers = self.answers(f"{self.zinc.get_absolute_url()}modifier/{section}/")
            rows.append([f"`{section}`", *(said(answer.status_code == 200) for answer in answers)])
        page = self.answers(f"{self.zinc.get_absolute_url()}visibilite/")
        for choice, name in {"listed": "`is_listed`", "trace": "`trace`"}.items():
            may = [answer.status_code == 200 and answer.context[choice].may_change for answer in page]
            rows.append([name, *map(said, may)])
        yield "## Who changes what of a structure\n"
        yield from table(["What", *ROLES], rows)

    def meeting(self) -> Iterator[str]:
        """Who meets a structure that is not listed, and one that has left."""
        self.change(**{f"{field}_audience": Audience.PUBLIC for field in Resident.GUARDED_FIELDS})
        rows = [["listed, here", *self.met()]]
        self.change(is_listed=False)
        rows.append(["out of the public directory, here", *self.met()])
        self.zinc.stays.all().delete()
        StayFactory(resident=self.zinc, ends_on=timezone.localdate() - datetime.timedelta(days=1))
        for is_listed, words in [(True, "left"), (False, "out of the public directory, left")]:
            for trace, kept in TRACES.items():
                self.change(is_listed=is_listed, trace=trace)
                rows.append([f"{words}, leaving {kept}", *self.met()])
        yield "## Who meets a structure\n"
        yield (
            "What its page says with its fields open to everybody: **all**, its **name** and its dates, or **·**, no\n"
            "such page; who finds no page meets it nowhere else either (`tests/house/test_unlisted.py`).\n"
        )
        yield from table(["A structure that is", *ROLES], rows)

    def met(self) -> list[str]:
        return [read(answer) for answer in self.answers(self.zinc.get_absolute_url())]


def read(answer) -> str:
    if answer.status_code == 404:
        return "·"
    page = answer.content.decode()
    held = {words in page for words in HELD.values()}
    # Some of the fields and not the others is no answer that this table has a word for.
    return {(True,): "all", (False,): "name"}[tuple(held)]


def said(may: bool) -> str:
    return "yes" if may else "–"
