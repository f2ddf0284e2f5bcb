import datetime
import secrets

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Cast, ExtractHour, ExtractMinute
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agenda.enums import Approval, BookableBy, Colour, Pattern, Weekday
from residents.models.fields import searchable_column


def secret() -> str:
    """The part of an address that nobody guesses: 32 letters, 192 bits."""
    return secrets.token_urlsafe(24)


class Equipment(models.Model):
    """What a space may hold, as the house names it: vidéoprojecteur, tableau, cuisine..."""

    name = models.CharField(_("nom"), max_length=60)
    sort_name = searchable_column("name")

    class Meta:
        verbose_name = _("équipement")
        verbose_name_plural = _("équipements")
        ordering = ["sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["sort_name"],
                name="equipment_name_unique",
                violation_error_message=_("Cet équipement existe déjà."),
            )
        ]

    def __str__(self):
        return self.name


class SpaceQuerySet(models.QuerySet):
    def in_use(self):
        """Spaces that can still be booked."""
        return self.filter(is_retired=False)

    def elementary(self):
        """Spaces that are not made of others."""
        return self.filter(parts=None)


class Space(models.Model):
    """What can be booked. A divisible space is made of elementary ones: booking it occupies each of its `parts`."""

    name = models.CharField(_("nom"), max_length=80)
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    sort_name = searchable_column("name")
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    description = models.TextField(_("description"), max_length=3000, blank=True)
    picture = models.ForeignKey(
        "residents.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("photo"),
    )
    capacity = models.PositiveSmallIntegerField(_("personnes au plus"))
    equipment = models.ManyToManyField(Equipment, related_name="spaces", blank=True, verbose_name=_("équipement"))
    accessibility = models.TextField(_("accessibilité"), max_length=1000, blank=True)
    parts = models.ManyToManyField(
        "self", symmetrical=False, related_name="wholes", blank=True, verbose_name=_("fait de")
    )
    colour = models.CharField(_("couleur"), max_length=20, choices=Colour, default=Colour.COPPER)
    pattern = models.CharField(_("motif"), max_length=20, choices=Pattern, default=Pattern.PLAIN)

    # The rules of booking. Minutes on the clock; None: no limit.
    least_minutes = models.PositiveSmallIntegerField(_("durée minimale, en minutes"), default=30)
    longest_minutes = models.PositiveSmallIntegerField(
        _("durée maximale, en minutes"), null=True, blank=True, default=4 * 60
    )
    ahead_days = models.PositiveSmallIntegerField(_("jours à l’avance, au plus"), null=True, blank=True, default=90)
    buffer_minutes = models.PositiveSmallIntegerField(_("rangement après, en minutes"), default=0)
    cancellation_hours = models.PositiveSmallIntegerField(_("heures pour annuler sans retard"), default=24)
    approval = models.CharField(_("décision"), max_length=20, choices=Approval, default=Approval.BEYOND)
    bookable_by = models.CharField(_("réservable par"), max_length=20, choices=BookableBy, default=BookableBy.RESIDENTS)
    is_retired = models.BooleanField(_("retiré"), default=False)

    # The door's screen is read at this address, without signing in.
    door_token = models.CharField(_("adresse secrète de la porte"), max_length=40, default=secret, unique=True)
    shows_titles_at_door = models.BooleanField(_("les titres se lisent à la porte"), default=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("espace")
        verbose_name_plural = _("espaces")
        ordering = ["position", "sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["sort_name"],
                name="space_name_unique",
                violation_error_message=_("Un espace porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=~models.Q(sort_name=""),
                name="space_name_readable",
                violation_error_message=_("Le nom doit contenir au moins une lettre ou un chiffre."),
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__gte=1),
                name="space_capacity_sensible",
                violation_error_message=_("Un espace accueille au moins une personne."),
            ),
            models.CheckConstraint(
                condition=models.Q(least_minutes__gte=5),
                name="space_least_sensible",
                violation_error_message=_("La durée minimale est d’au moins 5 minutes."),
            ),
            models.CheckConstraint(
                condition=models.Q(longest_minutes=None) | models.Q(longest_minutes__gte=models.F("least_minutes")),
                name="space_durations_ordered",
                violation_error_message=_("La durée maximale est plus courte que la minimale."),
            ),
            models.CheckConstraint(
                condition=models.Q(buffer_minutes__lte=12 * 60),
                name="space_buffer_sensible",
                violation_error_message=_("Le rangement dure au plus 12 heures."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    colour__in=Colour.values,
                    pattern__in=Pattern.values,
                    approval__in=Approval.values,
                    bookable_by__in=BookableBy.values,
                ),
                name="space_choices_known",
                violation_error_message=_("Ce choix n’existe pas."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("agenda:space", args=[self.slug])


class MinuteRange(models.Func):
    """SQL `int4range(from, to)`."""

    function = "INT4RANGE"
    output_field = IntegerRangeField()


def minutes_of(field: str):
    """Minutes since midnight of a TimeField, as an expression."""
    return Cast(ExtractHour(field) * 60 + ExtractMinute(field), models.IntegerField())


class OpeningHours(models.Model):
    """When a space can be booked, each week, on the house's clock; closing at 00:00 is midnight's end of the day."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="opening_hours", verbose_name=_("espace"))
    weekday = models.PositiveSmallIntegerField(_("jour"), choices=Weekday)
    opens_at = models.TimeField(_("de"))
    closes_at = models.TimeField(_("à"))

    class Meta:
        verbose_name = _("horaire d’ouverture")
        verbose_name_plural = _("horaires d’ouverture")
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__in=Weekday.values),
                name="opening_weekday_known",
                violation_error_message=_("Ce jour n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")) | models.Q(closes_at="00:00"),
                name="opening_ends_after_start",
                violation_error_message=_("La fermeture vient avant l’ouverture."),
            ),
            ExclusionConstraint(
                name="opening_hours_apart",
                expressions=[
                    ("space", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (
                        MinuteRange(
                            minutes_of("opens_at"),
                            models.Case(
                                models.When(closes_at="00:00", then=models.Value(24 * 60)),
                                default=minutes_of("closes_at"),
                                output_field=models.IntegerField(),
                            ),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Deux horaires du même jour se chevauchent."),
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"

    def clean(self):
        # A reversed range makes PostgreSQL raise DataError inside the exclusion constraint: refused here first.
        if self.opens_at and self.closes_at and datetime.time.min < self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("La fermeture vient avant l’ouverture.")})


class ClosureQuerySet(models.QuerySet):
    def between(self, first, last):
        """Closures that touch the days `first` to `last`, both included."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def of(self, space):
        """Closures of the whole house, of `space`, of a part of it or of a whole that it belongs to."""
        return self.filter(
            models.Q(spaces=None)
            | models.Q(spaces=space)
            | models.Q(spaces__in=space.parts.all())
            | models.Q(spaces__in=space.wholes.all())
        ).distinct()


class Closure(models.Model):
    """Days, both included, on which some spaces are closed; without spaces, the whole house is."""

    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    spaces = models.ManyToManyField(Space, related_name="closures", blank=True, verbose_name=_("espaces"))
    reason = models.CharField(_("raison"), max_length=120)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("fermeture")
        verbose_name_plural = _("fermetures")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="closure_ends_after_start",
                violation_error_message=_("La fermeture finit avant d’avoir commencé."),
            ),
        ]

    def __str__(self):
        return self.reason
