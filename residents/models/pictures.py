from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition


class Picture(AbstractImage):
    """A picture of the house or of a structure (its collection says whose), with what it shows and who made it."""

    credit = models.CharField(
        _("crédit"), max_length=150, blank=True, help_text=_("Qui l’a faite : cela se lit sous l’image.")
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_picture", "Can choose picture")]


class PictureRendition(AbstractRendition):
    """A picture cut and written at one size."""

    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions", verbose_name=_("image"))

    class Meta:
        verbose_name = _("image mise à la taille")
        verbose_name_plural = _("images mises à la taille")
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="picture_rendition_once",
                violation_error_message=_("Cette image existe déjà à cette taille."),
            )
        ]

    def __str__(self):
        return f"{self.image} – {self.filter_spec}"
