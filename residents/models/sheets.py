import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from residents.enums import SheetKind
from residents.models.people import User

# A spreadsheet waits that long for its preview to be confirmed; then it is forgotten, what it holds with it.
WAITS = datetime.timedelta(days=1)


class SheetUploadQuerySet(models.QuerySet):
    def to_forget(self):
        return self.filter(created_at__lt=timezone.now() - WAITS)


class SheetUpload(models.Model):
    """A spreadsheet that was sent, between its preview and its confirmation."""

    kind = models.CharField(_("ce qu’elle apporte"), max_length=20, choices=SheetKind)
    name = models.CharField(_("fichier"), max_length=200)
    # In the database: any web process shows the preview, and it goes with its row.
    content = models.BinaryField(_("contenu"))
    uploaded_by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("envoyée par"))
    created_at = models.DateTimeField(_("envoyée le"), auto_now_add=True)

    objects = SheetUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("feuille de calcul à importer")
        verbose_name_plural = _("feuilles de calcul à importer")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=SheetKind.values),
                name="sheet_kind_known",
                violation_error_message=_("Cette sorte de feuille n’existe pas."),
            )
        ]

    def __str__(self):
        return self.name
