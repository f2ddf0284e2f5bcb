"""What the pages of the site have in common: who may be under whom, and which ones the house cannot do without."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

# Pages that addresses and the foot of every page lead to: made by `chaudronneries/planting.py`, they keep their
# address, their place and their publication.
ESSENTIAL = {
    "le-lieu",
    "equipe",
    "politique-d-action",
    "partenaires",
    "mentions-legales",
    "donnees-personnelles",
    "accessibilite",
}


class HousePage(Page):
    """A page of ours: read by everybody once published, without the privacy options of Wagtail's.

    Its form drops what this house has no use for: custom menus, per-page privacy.
    """

    private_page_options = []

    class Meta:
        abstract = True

    @property
    def is_essential(self) -> bool:
        return False

    def clean(self):
        super().clean()
        if self.pk and self.is_essential:
            known = Page.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
            if known and known != self.slug:
                raise ValidationError({"slug": _("Le site mène à cette adresse : elle ne change pas.")})
