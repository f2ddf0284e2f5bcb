"""How long a structure stays, and with what share of a place, from a day on."""

import datetime
from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from residents.actions import journal
from residents.models import Stay, User
from residents.places import say_date

ONE_DAY = datetime.timedelta(days=1)


def locked(pk: int) -> Stay:
    """Raises Stay.DoesNotExist."""
    return Stay.objects.select_for_update(of=("self",), no_key=True).select_related("resident").get(pk=pk)


@transaction.atomic
def end(*, stay: Stay, on: datetime.date, by: User) -> Stay:
    """`on` is its last day, included. Raises ValidationError, in words."""
    stay = locked(stay.pk)
    if on == stay.ends_on:
        raise ValidationError(_("C’est déjà le dernier jour de cette présence."))
    stay.ends_on = on
    stay.full_clean()
    stay.save()
    journal.note(stay, "wagtail.edit", by=by)
    return stay


@transaction.atomic
def change_share(*, stay: Stay, share: Decimal, from_day: datetime.date, by: User) -> Stay:
    """End `stay` the day before `from_day`, and go on with `share` until its former end; returns the new stay.

    Raises ValidationError, in words.
    """
    stay = locked(stay.pk)
    if share == stay.share:
        raise ValidationError({"share": _("C’est déjà sa part.")})
    if from_day <= stay.starts_on:
        raise ValidationError(
            {
                "from_day": _("La présence commence le %(day)s : choisissez un jour d’après, ou modifiez-la.")
                % {"day": say_date(stay.starts_on)}
            }
        )
    if stay.ends_on and from_day > stay.ends_on:
        raise ValidationError(
            {
                "from_day": _("La présence finit le %(day)s : choisissez un jour d’avant.")
                % {"day": say_date(stay.ends_on)}
            }
        )
    after = Stay(resident=stay.resident, starts_on=from_day, ends_on=stay.ends_on, share=share)
    stay.ends_on = from_day - ONE_DAY
    stay.full_clean()
    stay.save()
    after.full_clean()
    after.save()
    journal.note(stay, "wagtail.edit", by=by)
    journal.note(after, "wagtail.create", by=by)
    return after


@dataclass(frozen=True)
class Wanted:
    """What a stay shall be, `stay` None for a new one of the structure of key `resident`, called `name`."""

    stay: Stay | None
    resident: int
    name: str
    starts_on: datetime.date
    ends_on: datetime.date | None
    share: Decimal


@transaction.atomic
def put_all(wanted: list[Wanted], *, by: User) -> None:
    """Make each stay be what is wanted, in a few queries for all; the journal tells each.

    Raises ValidationError when one was changed since it was read, IntegrityError when one overlaps another.
    """
    changed = [one for one in wanted if one.stay]
    hold([one.stay for one in changed])
    stays = [copy(one.stay) if one.stay else Stay(resident_id=one.resident) for one in wanted]
    for stay, one in zip(stays, wanted, strict=True):
        stay.starts_on, stay.ends_on, stay.share = one.starts_on, one.ends_on, one.share
    # Those that end sooner make room first.
    Stay.objects.bulk_update([stay for stay in stays if stay.pk], ["ends_on", "share"], batch_size=500)
    Stay.objects.bulk_create([stay for stay in stays if not stay.pk], batch_size=500)
    journal.note_all(
        journal.entry(
            stay,
            "wagtail.edit" if one.stay else "wagtail.create",
            by=by,
            label=f"{one.name}, {stay.starts_on:%d/%m/%Y}",
        )
        for stay, one in zip(stays, wanted, strict=True)
    )


def hold(stays: list[Stay]) -> None:
    """Nobody changes them until the transaction ends, and nobody has since they were read."""
    rows = Stay.objects.select_for_update(no_key=True).filter(pk__in=[stay.pk for stay in stays]).order_by("pk")
    now = {pk: said for pk, *said in rows.values_list("pk", "ends_on", "share")}
    if any(now.get(stay.pk) != [stay.ends_on, stay.share] for stay in stays):
        raise ValidationError(_("Une présence vient d’être modifiée : importez de nouveau."))
