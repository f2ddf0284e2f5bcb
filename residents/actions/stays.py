"""How long a structure stays, and with what share of a place, from a day on."""

import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

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
    log(instance=stay, action="wagtail.edit", user=by, content_changed=True)
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
    log(instance=stay, action="wagtail.edit", user=by, content_changed=True)
    log(instance=after, action="wagtail.create", user=by, content_changed=True)
    return after
