"""What lasts from a day (`starts_on`) to another (`ends_on`), both included; None is no end in sight."""

from django.core.exceptions import ValidationError
from django.db import models


class DaysQuerySet(models.QuerySet):
    def on(self, day):
        """Those that include `day` (a date)."""
        return self.not_ended(day).filter(starts_on__lte=day)

    def not_ended(self, day):
        """Those that include `day` or are to come."""
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=day))


def ends_after_start(name: str, words) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
        name=name,
        violation_error_message=words,
    )


def refuse_reversed(lasting, words) -> None:
    """The same, for a `clean`: beside the field, where the constraint speaks above the form. Raises ValidationError."""
    if lasting.starts_on and lasting.ends_on and lasting.ends_on < lasting.starts_on:
        raise ValidationError({"ends_on": words})
