"""One structure that has just arrived, half way through its list, and one that leaves."""

import datetime
import tomllib

from django.utils import timezone

from chaudronneries.demo import files
from residents.enums import StepBy
from residents.models import Resident, Stay, Step, StepDone, User


def load(created: dict[str, Resident]) -> None:
    """Of the structures just `created`; a step that the house has renamed or deleted is left out."""
    with (files.HERE / "welcome.toml").open("rb") as file:
        told = tomllib.load(file)
    house = User.objects.get(email=files.accounts()["gestion"].email)
    for slug, fields in told.items():
        if resident := created.get(slug):
            move(resident, fields)
            go_through(resident, fields["done"], house)


def move(resident: Resident, fields: dict) -> None:
    today = timezone.localdate()
    if "arrived_days_ago" in fields:
        starts_on = today - datetime.timedelta(days=fields["arrived_days_ago"])
        Stay.objects.filter(resident=resident).update(starts_on=starts_on)
    if "leaves_in_days" in fields:
        ends_on = today + datetime.timedelta(days=fields["leaves_in_days"])
        Stay.objects.filter(resident=resident).update(ends_on=ends_on)


def go_through(resident: Resident, titles: list[str], house: User) -> None:
    member = resident.memberships.order_by("pk").first().user
    StepDone.objects.bulk_create(
        StepDone(step=step, resident=resident, by=house if step.done_by == StepBy.HOUSE else member, text=step.text)
        for step in Step.objects.in_use().filter(title__in=titles)
    )
