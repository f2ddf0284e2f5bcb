"""Reading the demonstration's files. Knows nothing of the database."""

import csv
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
DOMAIN = "chaudronneries.example"


@dataclass(frozen=True)
class Person:
    email: str
    first_name: str
    last_name: str
    house_manager: bool = False
    administrator: bool = False
    # What the account is for, said where the accounts are listed.
    who: str = ""


@dataclass(frozen=True)
class DeclarationLine:
    """One line of declarations/<slug>.csv; `where` is "<slug>.csv, ligne <n>"."""

    where: str
    slug: str
    kind: str
    label: str
    stance: str
    evidence: str
    note: str


def accounts() -> dict[str, Person]:
    """Who signs in, by the part of the address before the @."""
    with (HERE / "accounts.toml").open("rb") as file:
        return {key: Person(email=f"{key}@{DOMAIN}", **fields) for key, fields in tomllib.load(file).items()}


def structures() -> dict[str, dict]:
    """The TOML tables of structures/, by slug."""
    found = {}
    for path in sorted((HERE / "structures").glob("*.toml")):
        with path.open("rb") as file:
            found[path.stem] = tomllib.load(file)
    return found


def member(slug: str, fields: dict) -> tuple[Person, str]:
    """`(person, role)` of one of the `members` of structure `slug`; no role is an empty string."""
    role = fields.get("role", "")
    if account := fields.get("account"):
        return accounts()[account], role
    # first_name.structure@: unique as long as no two members of a structure share a first name.
    name = fields["first_name"].lower()
    return Person(f"{ascii_letters(name)}@{slug}.example", fields["first_name"], fields["last_name"]), role


def ascii_letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if c.isascii() and (c.isalpha() or c == "-"))


def declarations() -> list[DeclarationLine]:
    return [
        DeclarationLine(
            where=f"{path.name}, ligne {number}",
            slug=path.stem,
            kind=row["kind"],
            label=row["item"],
            stance=row["stance"],
            evidence=row["evidence"],
            note=row["note"],
        )
        for path in sorted((HERE / "declarations").glob("*.csv"))
        # The first line names the columns.
        for number, row in enumerate(read_csv(path), start=2)
    ]


def answers() -> list[dict[str, str]]:
    """Rows `structure`, `partner` (slugs), `answer`."""
    return read_csv(HERE / "answers.csv")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))
