"""Who runs the demonstration house, and what it signed with its partners."""

import datetime
import tomllib

from django.db.models import Q
from django.utils import timezone

from chaudronneries.demo import files
from chaudronneries.demo.blog import Shelf
from residents.models import Agreement, Partner, Picture, TeamRole, User


def plan() -> dict:
    with (files.HERE / "territory.toml").open("rb") as file:
        return tomllib.load(file)


def load() -> None:
    """Create what is missing; a house that has a team, or has signed something, is left alone."""
    tables = plan()
    if not TeamRole.objects.exists():
        create_team(tables["team"])
    if not Agreement.objects.exists():
        sign(tables)


def create_team(tables: list[dict]) -> None:
    shelf = Shelf()
    for position, table in enumerate(tables):
        account = (
            User.objects.filter(email=f"{table['account']}@{files.DOMAIN}").first() if "account" in table else None
        )
        TeamRole.objects.create(
            name=table["name"],
            role=table["role"],
            about=table.get("about", ""),
            email=table.get("email", ""),
            user=account,
            picture=portrait(table, shelf),
            position=position,
            **dates(table),
        )


def portrait(table: dict, shelf: Shelf) -> Picture | None:
    if "picture" not in table:
        return None
    picture = shelf.take(table["picture"], table["credit"])
    picture.title, picture.description = table["name"], table["description"]
    picture.save(update_fields=["title", "description"])
    return picture


def sign(tables: dict) -> None:
    partners = Partner.objects.in_bulk(field_name="slug")
    for table in tables["partners"]:
        if (partner := partners.get(table["slug"])) and not partner.contact_name:
            partner.contact_name, partner.contact_email = table["contact_name"], table["contact_email"]
            partner.save(update_fields=["contact_name", "contact_email"])
    told = {"title", "note", "is_shown", "remind_days"}
    for table in tables["agreements"]:
        if partner := partners.get(table["partner"]):
            fields = {name: value for name, value in table.items() if name in told}
            Agreement.objects.create(partner=partner, **fields, **dates(table))


def dates(table: dict) -> dict:
    today = timezone.localdate()
    found = {"starts_on": table["from"], "ends_on": table.get("to")}
    return {name: days and today + datetime.timedelta(days=days) for name, days in found.items()}


def clear() -> None:
    """Take out the team and the agreements of the demonstration, before its people and its partners."""
    tables = plan()
    ours = Q(pk__in=[])
    for table in tables["team"]:
        ours |= Q(name=table["name"], role=table["role"])
    TeamRole.objects.filter(ours).delete()
    titles = [table["title"] for table in tables["agreements"]]
    partners = {table["partner"] for table in tables["agreements"]}
    Agreement.objects.filter(title__in=titles, partner__slug__in=partners).delete()
