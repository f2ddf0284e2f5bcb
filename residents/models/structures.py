import datetime
from functools import cache

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from residents.enums import Audience, MembershipRole, ResidentKind, Trace
from residents.models.days import DaysQuerySet, ends_after_start, refuse_reversed
from residents.models.fields import searchable_column

# A structure counts as mapped with at least this many items, one of each kind among them.
MAPPED_ITEMS = 10


class Sector(models.Model):
    """A field of activity, as the house names them (edited in the back office)."""

    name = models.CharField(_("nom"), max_length=80)
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    sort_name = searchable_column("name")

    class Meta:
        verbose_name = _("secteur")
        verbose_name_plural = _("secteurs")
        ordering = ["sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["sort_name"],
                name="sector_name_unique",
                violation_error_message=_("Ce secteur existe déjà."),
            )
        ]

    def __str__(self):
        return self.name


def has_left(resident: str = "pk") -> models.Q:
    """It stayed in the house, and all its stays have ended: `resident` leads from the row to the structure's key."""
    stays = Stay.objects.filter(resident=models.OuterRef(resident)).order_by(models.F("ends_on").desc(nulls_first=True))
    # One that never stayed has not left; nor has one whose stay has no end in sight.
    last_day = Coalesce(models.Subquery(stays.values("ends_on")[:1]), datetime.date.max)
    return models.Q(LessThan(last_day, timezone.localdate()))


class ResidentQuerySet(models.QuerySet):
    # People and knowledge are told of structures: their models are reached by their relation, not imported here.

    def present_on(self, day):
        """Structures in residence on `day` (a date)."""
        return self.filter(
            models.Exists(Stay.objects.filter(resident=models.OuterRef("pk")).on(day)),
        )

    def in_residence(self):
        """Those that are here today, knowing that they have not left."""
        return self.present_on(timezone.localdate()).annotate(has_left=models.Value(False))

    def with_presence(self):
        """With `arrived_on` and `leaves_on`, the first and the last day here (None: not yet; no end in sight), and
        `has_left`.
        """
        latest = Stay.objects.filter(resident=models.OuterRef("pk"), starts_on__lte=timezone.localdate())
        return self.annotate(
            arrived_on=models.Subquery(latest.order_by("starts_on").values("starts_on")[:1]),
            leaves_on=models.Subquery(latest.order_by("-starts_on").values("ends_on")[:1]),
            has_left=has_left(),
        )

    def led_by_nobody_but(self, user):
        """Those that `user` speaks for, and nobody else who has an open account."""
        leads = Resident.memberships.rel.related_model.objects.filter(
            resident=models.OuterRef("pk"), role=MembershipRole.LEAD
        )
        others = leads.filter(user__is_active=True).exclude(user=user)
        return self.filter(models.Exists(leads.filter(user=user)), ~models.Exists(others))

    def with_counts(self):
        """With `declared_kinds`, the kind of each item that is declared: what `coverage.Progress.of` counts."""
        declarations = Resident.declarations.rel.related_model.objects.filter(resident=models.OuterRef("pk"))
        return self.annotate(declared_kinds=ArraySubquery(declarations.order_by().values("item__kind")))

    def with_mapped(self):
        """With `is_mapped`, whether the structure counts as mapped."""
        return self.annotate(is_mapped=models.Exists(Resident.objects.mapped().filter(pk=models.OuterRef("pk"))))

    def mapped(self):
        """Structures that count as mapped: see MAPPED_ITEMS."""
        return self.annotate(
            items_declared=models.Count("declarations"),
            kinds_declared=models.Count("declarations__item__kind", distinct=True),
        ).filter(items_declared__gte=MAPPED_ITEMS, kinds_declared=3)


@cache
def profile_path() -> str:
    """That of a structure called "-": resolved once, for a list asks it of each of its rows."""
    return reverse("residents:profile", args=["-"])


class Resident(models.Model):
    """A structure of the house, an organisation or an independent person, and its profile."""

    name = models.CharField(_("nom"), max_length=120)
    slug = models.SlugField(_("adresse"), max_length=120, unique=True)
    sort_name = searchable_column("name")
    kind = models.CharField(_("forme"), max_length=20, choices=ResidentKind)
    sectors = models.ManyToManyField(Sector, related_name="residents", blank=True, verbose_name=_("secteurs"))
    tagline = models.CharField(_("en une phrase"), max_length=160, blank=True)
    presentation = models.TextField(_("présentation"), max_length=6000, blank=True)
    logo = models.ForeignKey(
        "residents.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
    )
    contact_name = models.CharField(_("personne à contacter"), max_length=120, blank=True)
    email = models.EmailField(_("adresse e-mail"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)

    tagline_audience = models.CharField(
        _("qui lit la phrase"), max_length=20, choices=Audience, default=Audience.PUBLIC
    )
    presentation_audience = models.CharField(
        _("qui lit la présentation"), max_length=20, choices=Audience, default=Audience.PUBLIC
    )
    logo_audience = models.CharField(_("qui voit le logo"), max_length=20, choices=Audience, default=Audience.PUBLIC)
    links_audience = models.CharField(_("qui lit les liens"), max_length=20, choices=Audience, default=Audience.PUBLIC)
    contact_name_audience = models.CharField(
        _("qui lit la personne à contacter"), max_length=20, choices=Audience, default=Audience.RESIDENTS
    )
    email_audience = models.CharField(
        _("qui lit l’adresse e-mail"), max_length=20, choices=Audience, default=Audience.RESIDENTS
    )
    phone_audience = models.CharField(
        _("qui lit le téléphone"), max_length=20, choices=Audience, default=Audience.RESIDENTS
    )
    savoirs_audience = models.CharField(
        _("qui lit les savoirs"), max_length=20, choices=Audience, default=Audience.PUBLIC
    )

    # Not listed: the public meets it nowhere, neither by name nor by its page; residents do.
    is_listed = models.BooleanField(_("figure dans l’annuaire public"), default=True)
    trace = models.CharField(_("ce qui se lit après le départ"), max_length=20, choices=Trace, default=Trace.PROFILE)
    # When its members last said that all of it still holds; what is written or sent later is newer still.
    reviewed_at = models.DateTimeField(_("relue le"), null=True, blank=True)

    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    # Compared on saving a form: who opened it before a colleague's change is shown both versions.
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)

    objects = ResidentQuerySet.as_manager()

    # Fields with an audience of their own, `<field>_audience`.
    GUARDED_FIELDS = ["tagline", "presentation", "logo", "links", "contact_name", "email", "phone", "savoirs"]

    class Meta:
        verbose_name = _("structure résidente")
        verbose_name_plural = _("structures résidentes")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ResidentKind.values),
                name="resident_kind_known",
                violation_error_message=_("Cette forme n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    tagline_audience__in=Audience.values,
                    presentation_audience__in=Audience.values,
                    logo_audience__in=Audience.values,
                    links_audience__in=Audience.values,
                    contact_name_audience__in=Audience.values,
                    email_audience__in=Audience.values,
                    phone_audience__in=Audience.values,
                    savoirs_audience__in=Audience.values,
                ),
                name="resident_audiences_known",
                violation_error_message=_("Ce public n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(trace__in=Trace.values),
                name="resident_trace_known",
                violation_error_message=_("Cette trace n’existe pas."),
            ),
            models.CheckConstraint(
                condition=~models.Q(sort_name=""),
                name="resident_name_readable",
                violation_error_message=_("Le nom doit contenir au moins une lettre ou un chiffre."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return profile_path().replace("/-/", f"/{self.slug}/")

    @cached_property
    def has_left(self) -> bool:
        """Overridden by the annotation of `with_presence`."""
        return Resident.objects.filter(has_left(), pk=self.pk).exists()

    @property
    def leaves_its_page(self) -> bool:
        """Gone, and keeping no more than its name there, or nothing."""
        return self.trace != Trace.PROFILE and self.has_left

    def narrower_audience(self, field: str) -> str:
        """Who reads the guarded `field`, in words, when not everybody does; "" when everybody does."""
        audience = Audience(getattr(self, f"{field}_audience"))
        return "" if audience == Audience.PUBLIC else audience.label


class ResidentLink(models.Model):
    """A web address of a structure: site, network, shop."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="links", verbose_name=_("structure"))
    label = models.CharField(_("intitulé"), max_length=60)
    url = models.URLField(_("adresse"), max_length=300)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("lien")
        verbose_name_plural = _("liens")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "url"],
                name="resident_link_once",
                violation_error_message=_("Ce lien figure déjà."),
            ),
            models.CheckConstraint(
                condition=models.Q(url__startswith="http://") | models.Q(url__startswith="https://"),
                name="resident_link_web",
                violation_error_message=_("Un lien commence par http:// ou https://."),
            ),
        ]

    def __str__(self):
        return self.label


class DateRange(models.Func):
    """SQL `daterange(from, to, bounds)`."""

    function = "DATERANGE"
    output_field = DateRangeField()


STAY_REVERSED = _("La présence finit avant d’avoir commencé.")


class Stay(models.Model):
    """A structure's time in the house, both days included, and its share of a place (1 = plein temps)."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="stays", verbose_name=_("structure"))
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"), null=True, blank=True)
    share = models.DecimalField(_("part d’une place"), max_digits=3, decimal_places=2, default=1)

    objects = DaysQuerySet.as_manager()

    class Meta:
        verbose_name = _("présence")
        verbose_name_plural = _("présences")
        ordering = ["-starts_on"]
        constraints = [
            ends_after_start("stay_ends_after_start", STAY_REVERSED),
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=10),
                name="stay_share_sensible",
                violation_error_message=_("La part d’une place va de plus de 0 à 10."),
            ),
            ExclusionConstraint(
                name="stay_once_at_a_time",
                expressions=[
                    ("resident", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Cette structure est déjà présente à ces dates."),
            ),
        ]

    def __str__(self):
        return f"{self.resident}, {self.starts_on:%d/%m/%Y}"

    def clean(self):
        # A reversed range makes PostgreSQL raise DataError inside the exclusion constraint: refused here first.
        refuse_reversed(self, STAY_REVERSED)
