"""Pieces shared by the models of this app."""

from django.db import models


class Searchable(models.Func):
    """SQL function `searchable(text)` (first migration): lower case, no accent, every other sign a space.

    "L’Économie  sociale" becomes "l economie sociale". It is how names and terms are compared, searched and sorted.
    """

    function = "searchable"
    output_field = models.TextField()


def searchable_column(field: str) -> models.GeneratedField:
    """A stored column that follows `field`, ready to be compared and indexed."""
    return models.GeneratedField(expression=Searchable(field), output_field=models.TextField(), db_persist=True)
