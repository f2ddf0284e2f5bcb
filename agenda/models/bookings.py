import datetime
import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.enums import HOLDING, BookingAction, BookingStatus, Frequency, Reason, TitleAudience, Weekday
from agenda.models.spaces import Space
from residents.models import Resident, User


class Series(models.Model):
    """A rule that dates are made from, on the house's clock (Europe/Paris): a weekly 9:00 stays 9:00 all year.

    An end at or before the start is on the next day. The dates are bookings (or meetings) of their own.
    """

    frequency = models.CharField(_("rythme"), max_length=20, choices=Frequency)
    interval = models.PositiveSmallIntegerField(_("tous les"), default=1)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday), verbose_name=_("jours"), default=list, blank=True
    )
    # Of the month: 1 to 31, or which weekday of the month, 1 to 5, -1 the last.
    monthday = models.PositiveSmallIntegerField(_("date du mois"), null=True, blank=True)
    nth = models.SmallIntegerField(_("rang dans le mois"), null=True, blank=True)
    starts_on = models.DateField(_("à partir du"))
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(_("nombre de dates"), null=True, blank=True)
    start_time = models.TimeField(_("de"))
    end_time = models.TimeField(_("à"))
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("par"))
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("série")
        verbose_name_plural = _("séries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(frequency__in=Frequency.values),
                name="series_frequency_known",
                violation_error_message=_("Ce rythme n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(interval__gte=1, interval__lte=52),
                name="series_interval_sensible",
                violation_error_message=_("L’intervalle va de 1 à 52."),
            ),
            models.CheckConstraint(
                condition=models.Q(until=None, count__isnull=False) | models.Q(until__isnull=False, count=None),
                name="series_ends_one_way",
                violation_error_message=_("Une série finit à une date, ou après un nombre de dates."),
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("starts_on")),
                name="series_ends_after_start",
                violation_error_message=_("La série finit avant d’avoir commencé."),
            ),
            models.CheckConstraint(
                # Not null is said: a check that compares with null lets the row pass.
                condition=models.Q(frequency=Frequency.WEEKLY, weekdays__len__gte=1, monthday=None, nth=None)
                | models.Q(
                    frequency=Frequency.MONTHLY_DATE,
                    monthday__isnull=False,
                    monthday__range=(1, 31),
                    nth=None,
                    weekdays=[],
                )
                | models.Q(
                    frequency=Frequency.MONTHLY_WEEKDAY,
                    nth__isnull=False,
                    nth__in=[-1, 1, 2, 3, 4, 5],
                    monthday=None,
                    weekdays__len=1,
                ),
                name="series_rule_complete",
                violation_error_message=_("Le rythme de la série est incomplet."),
            ),
        ]

    def __str__(self):
        return f"{self.get_frequency_display()}, {self.starts_on:%d/%m/%Y}"


class BookingQuerySet(models.QuerySet):
    def holding(self):
        """Bookings that hold their space: requested and confirmed."""
        return self.filter(status__in=HOLDING)

    def requested(self):
        return self.filter(status=BookingStatus.REQUESTED)

    def between(self, start, end):
        """Bookings that touch the instants `start` to `end`, tidying not counted."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def to_come(self):
        return self.filter(starts_at__gt=timezone.now())

    def of_residents(self, residents):
        return self.filter(resident__in=residents)

    def of_person(self, user):
        """Theirs to follow: booked by them, for them, or for one of their structures."""
        return self.filter(
            models.Q(created_by=user) | models.Q(booked_for=user) | models.Q(resident__in=user.residents_list)
        )

    def with_names(self):
        """With what pages show of a booking, in one query."""
        return self.select_related("space", "resident", "event", "created_by", "booked_for", "series")


class Booking(models.Model):
    """A space held for a time. It is for a structure, for an outside person (`guest_name`), or for the house itself.

    `starts_at` and `ends_at` are instants, tidying not included; the database writes the occupations that they make.
    """

    uid = models.UUIDField(_("identifiant"), default=uuid.uuid4, unique=True, editable=False)
    # Raised by each change: calendars ask for it, and a form opened before a colleague's change is known by it.
    sequence = models.PositiveIntegerField(_("révision"), default=0, editable=False)
    space = models.ForeignKey(Space, models.PROTECT, related_name="bookings", verbose_name=_("espace"))
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    # As the space asked for it when it was booked.
    buffer_minutes = models.PositiveSmallIntegerField(_("rangement après, en minutes"), default=0)
    title = models.CharField(_("objet"), max_length=120)
    title_audience = models.CharField(
        _("qui lit l’objet"), max_length=20, choices=TitleAudience, default=TitleAudience.RESIDENTS
    )
    attendees = models.PositiveSmallIntegerField(_("combien serez-vous"), null=True, blank=True)
    setup = models.TextField(_("installation à prévoir"), max_length=1000, blank=True)

    resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="bookings", verbose_name=_("structure")
    )
    booked_for = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("pour")
    )
    guest_name = models.CharField(_("personne extérieure"), max_length=120, blank=True)
    guest_email = models.EmailField(_("son adresse e-mail"), blank=True)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("réservé par")
    )

    status = models.CharField(_("état"), max_length=20, choices=BookingStatus, default=BookingStatus.CONFIRMED)
    # Why it is beyond the rules, and what the person says of it.
    reasons = ArrayField(
        models.CharField(max_length=30, choices=Reason), verbose_name=_("raisons"), default=list, blank=True
    )
    request_word = models.TextField(_("mot à la maison"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("décidé par")
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decision_word = models.TextField(_("réponse de la maison"), max_length=1000, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("annulé par")
    )
    cancelled_at = models.DateTimeField(_("annulé le"), null=True, blank=True)
    cancellation_word = models.CharField(_("raison de l’annulation"), max_length=300, blank=True)
    is_late = models.BooleanField(_("annulée tard"), default=False)
    is_waived = models.BooleanField(_("excusée"), default=False)
    is_no_show = models.BooleanField(_("personne n’est venu"), default=False)

    series = models.ForeignKey(
        Series, models.SET_NULL, null=True, blank=True, related_name="bookings", verbose_name=_("série")
    )
    # Which date of the series it stands for, wherever it was moved.
    occurrence_on = models.DateField(_("date dans la série"), null=True, blank=True)
    event = models.ForeignKey(
        "agenda.Event", models.SET_NULL, null=True, blank=True, related_name="bookings", verbose_name=_("rendez-vous")
    )
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("réservation")
        verbose_name_plural = _("réservations")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["space", "starts_at"], name="booking_by_space"),
            models.Index(fields=["starts_at"], name="booking_by_start"),
            models.Index(fields=["updated_at"], name="booking_by_change"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="booking_ends_after_start",
                violation_error_message=_("La réservation finit avant d’avoir commencé."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__lte=models.F("starts_at") + datetime.timedelta(days=31)),
                name="booking_within_a_month",
                violation_error_message=_("Une réservation dure au plus 31 jours."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=BookingStatus.values, title_audience__in=TitleAudience.values),
                name="booking_choices_known",
                violation_error_message=_("Ce choix n’existe pas."),
            ),
            models.CheckConstraint(
                condition=~models.Q(title=""),
                name="booking_has_title",
                violation_error_message=_("Une réservation dit à quoi elle sert."),
            ),
            models.CheckConstraint(
                condition=models.Q(guest_name="") | models.Q(resident=None),
                name="booking_for_one",
                violation_error_message=_("Une réservation est pour une structure ou pour une personne extérieure."),
            ),
            models.CheckConstraint(
                condition=~models.Q(guest_name="", guest_email__gt=""),
                name="booking_guest_named",
                violation_error_message=_("La personne extérieure a un nom."),
            ),
            models.CheckConstraint(
                condition=models.Q(status=BookingStatus.CANCELLED, cancelled_at__isnull=False)
                | (~models.Q(status=BookingStatus.CANCELLED) & models.Q(cancelled_at=None, is_late=False)),
                name="booking_cancelled_has_date",
                violation_error_message=_("Une réservation annulée a sa date, et elle seule."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_waived=False) | models.Q(is_late=True),
                name="booking_waived_was_late",
                violation_error_message=_("Seule une annulation tardive est excusée."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_no_show=False) | models.Q(status=BookingStatus.CONFIRMED),
                name="booking_no_show_confirmed",
                violation_error_message=_("Une absence se note sur une réservation confirmée."),
            ),
            models.CheckConstraint(
                condition=models.Q(series=None) | models.Q(occurrence_on__isnull=False),
                name="booking_series_dated",
                violation_error_message=_("Une réservation d’une série tient la place d’une date."),
            ),
            models.UniqueConstraint(
                fields=["series", "occurrence_on", "space"],
                condition=models.Q(status__in=HOLDING),
                name="booking_occurrence_once",
                violation_error_message=_("Cette date de la série est déjà réservée."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("agenda:booking", args=[self.pk])

    def clean(self):
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("La fin vient avant le début.")})

    @property
    def is_holding(self) -> bool:
        return self.status in HOLDING

    @property
    def has_started(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_past(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def minutes(self) -> int:
        """How long it lasts, tidying not included."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def holder(self) -> str:
        """For whom, in words."""
        return self.guest_name or (self.resident.name if self.resident else str(_("la maison")))


class Occupation(models.Model):
    """An elementary space held by a booking, tidying included: the promise that nobody else holds it then.

    Written by a trigger of the database (migration 0002), and by nothing else: whatever changes a booking, or the parts
    of a space, its occupations follow in the same instant.
    """

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="occupations", verbose_name=_("réservation"))
    space = models.ForeignKey(Space, models.PROTECT, related_name="occupations", verbose_name=_("espace"))
    during = DateTimeRangeField(_("pendant"))

    class Meta:
        verbose_name = _("occupation")
        verbose_name_plural = _("occupations")
        constraints = [
            ExclusionConstraint(
                name="agenda_space_never_shared",
                expressions=[("space", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                # Moving a series lets its dates pass one another: checked when the move is complete.
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message=_("Cet espace est déjà réservé sur ce créneau."),
            ),
        ]

    def __str__(self):
        return f"{self.space} {self.during}"


class BookingChange(models.Model):
    """What was done to a booking, by whom and when; `before` and `after` hold the fields that changed."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="changes", verbose_name=_("réservation"))
    action = models.CharField(_("action"), max_length=20, choices=BookingAction)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("le"), auto_now_add=True)
    before = models.JSONField(_("avant"), default=dict, blank=True)
    after = models.JSONField(_("après"), default=dict, blank=True)
    word = models.CharField(_("mot"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("changement de réservation")
        verbose_name_plural = _("changements de réservation")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=BookingAction.values),
                name="booking_change_known",
                violation_error_message=_("Cette action n’existe pas."),
            )
        ]

    def __str__(self):
        return f"{self.booking} – {self.get_action_display()}"
