from django.core.exceptions import ValidationError
from django.db import models
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.search import index

from blog.models.tree import HousePage, HousePagePermissions
from bulletin.blocks import BulletinBlock

# The address under /sur-le-feu/ that an issue may not take (bulletin/urls.py).
RESERVED = {"inscription"}


class BulletinsPage(HousePage):
    """« Sur le feu »: the periodical of the house; its issues are its children."""

    lead = models.TextField(_("chapeau"), max_length=600, blank=True)

    parent_page_types = ["blog.HomePage"]
    subpage_types = ["bulletin.BulletinPage"]
    max_count = 1
    content_panels = [*HousePage.content_panels, FieldPanel("lead")]
    search_fields = [*HousePage.search_fields, index.SearchField("lead"), index.SearchField("known_as")]

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")

    def known_as(self) -> str:
        """What people look for, which its title and its words do not say."""
        return str(_("Le bulletin de la maison, sa lettre d’information (newsletter)."))

    @property
    def is_essential(self) -> bool:
        return True

    def get_absolute_url(self):
        return reverse("bulletin:index")

    def serve(self, request, *args, **kwargs):
        return resolve(reverse("bulletin:index")).func(request)


class IssuePermissions(HousePagePermissions):
    """An issue that left by mail stays, for its sending tells of it; none is copied, for each has its own number."""

    def can_delete(self, ignore_bulk=False):
        return super().can_delete(ignore_bulk) and not hasattr(self.page, "sending")

    def can_copy(self):
        return False


class BulletinPage(HousePage):
    """An issue: a web page, a sheet to pin on a wall, a mail."""

    number = models.PositiveSmallIntegerField(_("numéro"), unique=True)
    dated = models.DateField(_("daté du"))
    lead = models.TextField(_("chapeau"), max_length=600, blank=True)
    body = StreamField(BulletinBlock(), verbose_name=_("corps"), blank=True)
    # What was told up to here: the next draft begins there.
    told_until = models.DateTimeField(_("faits jusqu’au"), null=True, blank=True, editable=False)
    # The facts that were put in it, {key: what it said}: they are not proposed again (bulletin/facts.py).
    told = models.JSONField(_("faits racontés"), default=dict, blank=True, editable=False)

    parent_page_types = ["bulletin.BulletinsPage"]
    subpage_types = []
    content_panels = [
        *HousePage.content_panels,
        FieldRowPanel([FieldPanel("number"), FieldPanel("dated")]),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    search_fields = [
        *HousePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.SearchField("known_as"),
    ]

    class Meta:
        verbose_name = _("numéro du bulletin")
        verbose_name_plural = _("numéros du bulletin")

    def known_as(self) -> str:
        """What people look for, which an issue's own title does not say."""
        return str(_("« Sur le feu », le bulletin, n° %(number)s") % {"number": self.number})

    def permissions_for_user(self, user):
        return IssuePermissions(user, self)

    def clean(self):
        super().clean()
        if self.slug in RESERVED:
            raise ValidationError({"slug": _("Le bulletin se sert de cette adresse : choisissez-en une autre.")})

    def get_absolute_url(self):
        return reverse("bulletin:issue", args=[self.slug])

    def serve(self, request, *args, **kwargs):
        """The same view as at its own address, of this very version: a draft when Wagtail previews it."""
        return resolve(self.get_absolute_url()).func(request, slug=self.slug, issue=self)
