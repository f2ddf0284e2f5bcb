import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.enums import ACTIVE, SEATED, Colour, EventAudience, EventStatus, QuestionKind, RegistrationStatus
from agenda.models.bookings import Series
from agenda.models.spaces import Space, secret
from residents.models import Resident, User
from residents.models.fields import searchable_column


class EventKind(models.Model):
    """What the house calls its meetings: Vies & écologies, Grosses-Bouches, permanence, portes ouvertes..."""

    name = models.CharField(_("nom"), max_length=60)
    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    sort_name = searchable_column("name")
    colour = models.CharField(_("couleur"), max_length=20, choices=Colour, default=Colour.COPPER)
    description = models.CharField(_("en une phrase"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("sorte de rendez-vous")
        verbose_name_plural = _("sortes de rendez-vous")
        ordering = ["sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["sort_name"],
                name="event_kind_name_unique",
                violation_error_message=_("Cette sorte de rendez-vous existe déjà."),
            ),
            models.CheckConstraint(
                condition=models.Q(colour__in=Colour.values),
                name="event_kind_colour_known",
                violation_error_message=_("Cette couleur n’existe pas."),
            ),
        ]

    def __str__(self):
        return self.name


class EventQuerySet(models.QuerySet):
    def published(self):
        """On the agenda, cancelled ones included: who counted on them is told there."""
        return self.exclude(status=EventStatus.DRAFT)

    def to_come(self):
        """Not ended yet."""
        return self.filter(ends_at__gt=timezone.now())

    def between(self, start, end):
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def public(self):
        return self.published().filter(audience=EventAudience.PUBLIC)

    def with_names(self):
        return self.select_related("kind", "series").prefetch_related("organisers", "spaces")

    def with_seats(self):
        """With `taken` and `waiting`, how many seats are taken and how many people wait."""
        return self.annotate(
            taken=models.Count("registrations", filter=models.Q(registrations__status__in=SEATED), distinct=True),
            waiting=models.Count(
                "registrations", filter=models.Q(registrations__status=RegistrationStatus.WAITING), distinct=True
            ),
        )


class Event(models.Model):
    """A meeting: what stands on the agenda. All-day ones start and end at midnight in Paris, the end excluded."""

    uid = models.CharField(_("identifiant"), max_length=255, default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("révision"), default=0, editable=False)
    title = models.CharField(_("titre"), max_length=140)
    slug = models.SlugField(_("adresse"), max_length=160, unique=True)
    kind = models.ForeignKey(EventKind, models.PROTECT, related_name="events", verbose_name=_("sorte"))
    summary = models.CharField(_("en une phrase"), max_length=200, blank=True)
    text = models.TextField(_("texte"), max_length=8000, blank=True)
    picture = models.ForeignKey(
        "residents.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("image"),
    )
    picture_alt = models.CharField(_("ce que montre l’image"), max_length=200, blank=True)
    audience = models.CharField(_("pour"), max_length=20, choices=EventAudience, default=EventAudience.RESIDENTS)
    status = models.CharField(_("état"), max_length=20, choices=EventStatus, default=EventStatus.PUBLISHED)
    cancellation_word = models.CharField(_("raison de l’annulation"), max_length=300, blank=True)

    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    is_all_day = models.BooleanField(_("toute la journée"), default=False)
    # The spaces it is held in; each has its booking while the meeting stands.
    spaces = models.ManyToManyField(Space, related_name="events", blank=True, verbose_name=_("espaces"))
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    link = models.URLField(_("lien"), max_length=300, blank=True)
    organisers = models.ManyToManyField(
        Resident, related_name="organised_events", blank=True, verbose_name=_("organisé par")
    )
    # Those who have a duty there: it stands in their own calendar.
    hosts = models.ManyToManyField(User, related_name="hosted_events", blank=True, verbose_name=_("tenu par"))

    takes_registrations = models.BooleanField(_("sur inscription"), default=False)
    capacity = models.PositiveSmallIntegerField(_("nombre de places"), null=True, blank=True)
    registration_opens_at = models.DateTimeField(_("inscriptions à partir du"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("inscriptions jusqu’au"), null=True, blank=True)
    # A permanence offers slots of so many minutes that are booked one by one; None: not a permanence.
    slot_minutes = models.PositiveSmallIntegerField(_("durée d’un créneau, en minutes"), null=True, blank=True)

    series = models.ForeignKey(
        Series, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name=_("série")
    )
    occurrence_on = models.DateField(_("date dans la série"), null=True, blank=True)
    # What an imported calendar calls it (UID, and RECURRENCE-ID for a date of a series), to know it again.
    source_uid = models.CharField(_("identifiant d’origine"), max_length=400, null=True, blank=True, unique=True)

    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("proposé par")
    )
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("rendez-vous")
        verbose_name_plural = _("rendez-vous")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["starts_at"], name="event_by_start"),
            models.Index(fields=["updated_at"], name="event_by_change"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="event_ends_after_start",
                violation_error_message=_("Le rendez-vous finit avant d’avoir commencé."),
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=EventAudience.values, status__in=EventStatus.values),
                name="event_choices_known",
                violation_error_message=_("Ce choix n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(capacity=None) | models.Q(capacity__gte=1),
                name="event_capacity_sensible",
                violation_error_message=_("Il y a au moins une place."),
            ),
            models.CheckConstraint(
                condition=models.Q(slot_minutes=None)
                | models.Q(slot_minutes__gte=5, takes_registrations=True, is_all_day=False),
                name="event_slots_sensible",
                violation_error_message=_("Un créneau dure au moins 5 minutes, sur inscription."),
            ),
            models.CheckConstraint(
                condition=models.Q(registration_closes_at=None)
                | models.Q(registration_opens_at=None)
                | models.Q(registration_closes_at__gt=models.F("registration_opens_at")),
                name="event_registration_ordered",
                violation_error_message=_("Les inscriptions ferment avant d’avoir ouvert."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("agenda:event", args=[self.slug])

    def clean(self):
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("La fin vient avant le début.")})

    @property
    def is_cancelled(self) -> bool:
        return self.status == EventStatus.CANCELLED

    @property
    def has_started(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_past(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def registration_is_open(self) -> bool:
        """Whether one may register now; without dates, from its publication to its start."""
        now = timezone.now()
        closes_at = self.registration_closes_at or self.starts_at
        return (
            self.takes_registrations
            and self.status == EventStatus.PUBLISHED
            and (self.registration_opens_at is None or self.registration_opens_at <= now)
            and now < closes_at
        )


class EventQuestion(models.Model):
    """What those who register are asked."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="questions", verbose_name=_("rendez-vous"))
    label = models.CharField(_("question"), max_length=160)
    kind = models.CharField(_("forme"), max_length=20, choices=QuestionKind, default=QuestionKind.TEXT)
    # One a line, for QuestionKind.CHOICE.
    choices = models.TextField(_("choix, un par ligne"), max_length=1000, blank=True)
    is_required = models.BooleanField(_("obligatoire"), default=False)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind=QuestionKind.CHOICE, choices=""),
                name="question_has_choices",
                violation_error_message=_("Donnez les choix possibles, un par ligne."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=QuestionKind.values),
                name="question_kind_known",
                violation_error_message=_("Cette forme n’existe pas."),
            ),
        ]

    def __str__(self):
        return self.label


class RegistrationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(status__in=ACTIVE)

    def seated(self):
        """Those that take a seat, offered ones included."""
        return self.filter(status__in=SEATED)

    def waiting(self):
        """In the order in which seats will be offered."""
        return self.filter(status=RegistrationStatus.WAITING).order_by("queued_at", "pk")


class Registration(models.Model):
    """Somebody's seat at a meeting, or their place in its waiting list: a person of the house, or a guest by mail."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="registrations", verbose_name=_("rendez-vous"))
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="registrations", verbose_name=_("personne")
    )
    resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("structure")
    )
    name = models.CharField(_("nom"), max_length=120, blank=True)
    email = models.EmailField(_("adresse e-mail"), blank=True)
    status = models.CharField(_("état"), max_length=20, choices=RegistrationStatus)
    # The start of the slot, at a permanence.
    slot_starts_at = models.DateTimeField(_("créneau"), null=True, blank=True)
    # {question's key as text: answer}
    answers = models.JSONField(_("réponses"), default=dict, blank=True)
    queued_at = models.DateTimeField(_("en attente depuis"), null=True, blank=True)
    offered_until = models.DateTimeField(_("place proposée jusqu’au"), null=True, blank=True)
    attended = models.BooleanField(_("est venu·e"), null=True, blank=True)
    # What the links of a mail carry: confirm, accept, cancel without an account.
    token = models.CharField(_("jeton"), max_length=40, default=secret, unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("révision"), default=0, editable=False)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=RegistrationStatus.values),
                name="registration_status_known",
                violation_error_message=_("Cet état n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, name="", email="")
                | (models.Q(user=None) & ~models.Q(name="") & ~models.Q(email="")),
                name="registration_of_one",
                violation_error_message=_("Une inscription est celle d’une personne de la maison, ou d’un nom."),
            ),
            models.CheckConstraint(
                condition=models.Q(status=RegistrationStatus.OFFERED, offered_until__isnull=False)
                | (~models.Q(status=RegistrationStatus.OFFERED) & models.Q(offered_until=None)),
                name="registration_offer_ends",
                violation_error_message=_("Une place proposée l’est jusqu’à un moment."),
            ),
            models.CheckConstraint(
                condition=models.Q(queued_at__isnull=False)
                | ~models.Q(status__in=[RegistrationStatus.WAITING, RegistrationStatus.OFFERED]),
                name="registration_queue_ordered",
                violation_error_message=_("Une attente a commencé à un moment."),
            ),
            models.UniqueConstraint(
                fields=["event", "user"],
                condition=models.Q(status__in=ACTIVE),
                name="registration_once",
                violation_error_message=_("Vous êtes déjà inscrit·e."),
            ),
            models.UniqueConstraint(
                "event",
                models.functions.Lower("email"),
                condition=models.Q(status__in=ACTIVE, user=None),
                name="registration_guest_once",
                violation_error_message=_("Cette adresse est déjà inscrite."),
            ),
            models.UniqueConstraint(
                fields=["event", "slot_starts_at"],
                condition=models.Q(status__in=SEATED),
                name="registration_slot_once",
                violation_error_message=_("Ce créneau vient d’être pris."),
            ),
        ]

    def __str__(self):
        return self.who

    @property
    def who(self) -> str:
        return str(self.user) if self.user else self.name

    @property
    def address(self) -> str:
        """Where mails go."""
        return self.user.email if self.user else self.email
