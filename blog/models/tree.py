"""What the pages of the site have in common: who may be under whom, and which ones the house cannot do without."""

from django.core.exceptions import ValidationError
from django.urls import resolve
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PagePermissionTester

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


class HousePagePermissions(PagePermissionTester):
    """Wagtail's, for everybody alike: a page that the site leads to stays, and no page of ours is private.

    What it refuses is offered nowhere, administrators included.
    """

    def can_delete(self, ignore_bulk=False):
        return not self.page.is_essential and super().can_delete(ignore_bulk)

    def can_unpublish(self):
        return not self.page.is_essential and super().can_unpublish()

    def can_move_to(self, destination):
        return not self.page.is_essential and super().can_move_to(destination)

    def can_set_view_restrictions(self):
        return False


class HousePage(Page):
    """A page of ours: read by everybody once published, without the privacy options of Wagtail's."""

    private_page_options = []

    class Meta:
        abstract = True

    @property
    def is_essential(self) -> bool:
        return False

    def serve_preview(self, request, mode_name):
        """This very version, as at its own address; a page being written may have none yet."""
        self.slug = self.slug or "brouillon"
        # What the page's style sheet is chosen by.
        request.resolver_match = resolve(self.get_absolute_url())
        response = self.serve(request)
        # Wagtail's own `serve` says that it is no preview: the editor could not show it in its frame.
        request.is_preview = True
        return response

    def permissions_for_user(self, user):
        return HousePagePermissions(user, self)

    def get_url(self, request=None, current_site=None):
        """Our own address: Wagtail would read the paths of its sites in the cache, for each page of a list."""
        return self.get_absolute_url()

    url = property(get_url)

    def clean(self):
        super().clean()
        known = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if not known or not known.is_essential:
            return
        if known.slug != self.slug:
            raise ValidationError({"slug": _("Le site mène à cette adresse : elle ne change pas.")})
        if self.expire_at:
            raise ValidationError({"expire_at": _("Le site mène à cette page : elle ne se retire pas.")})
