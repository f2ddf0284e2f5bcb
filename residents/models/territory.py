import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from residents.enums import AgreementState, PartnerKind
from residents.models.days import DaysQuerySet, ends_after_start, refuse_reversed
from residents.models.fields import searchable_column
from residents.models.structures import Resident

# Of what is done with a partner, in a list.
FIRST_WORDS = 45
# In days before the end of an agreement.
EARLIEST_REMINDER = 366


class Partner(models.Model):
    """Whom the house does things with: a local authority, an institution, an association of the neighbourhood."""

    name = models.CharField(_("nom"), max_length=160)
    slug = models.SlugField(_("adresse"), max_length=160, unique=True)
    sort_name = searchable_column("name")
    kind = models.CharField(_("nature"), max_length=20, choices=PartnerKind)
    url = models.URLField(_("site"), max_length=300, blank=True)
    together = models.TextField(
        _("ce que nous faisons ensemble"),
        max_length=4000,
        blank=True,
        help_text=_("Une ligne vide sépare deux paragraphes. Ce texte se lit sur la page du territoire."),
    )
    # Whom the house calls there: for the house alone.
    contact_name = models.CharField(_("personne à contacter"), max_length=120, blank=True)
    contact_email = models.EmailField(_("son adresse e-mail"), blank=True)
    is_shown = models.BooleanField(_("se lit sur le site"), default=True)
    created_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)
    # What the bulletin tells since its last issue.
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sort_name"],
                name="partner_name_unique",
                violation_error_message=_("Ce partenaire existe déjà."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=PartnerKind.values),
                name="partner_kind_known",
                violation_error_message=_("Cette nature n’existe pas."),
            ),
            models.CheckConstraint(
                condition=~models.Q(sort_name=""),
                name="partner_name_readable",
                violation_error_message=_("Le nom doit contenir au moins une lettre ou un chiffre."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("residents:partner", args=[self.slug])

    @property
    def first_words(self) -> str:
        """The first paragraph of `together`, cut when it is long: what lists say."""
        return Truncator(self.together.strip().partition("\n\n")[0]).words(FIRST_WORDS)


class AgreementQuerySet(DaysQuerySet):
    BY_END = ("is_over", "coming_end", "-ends_on", "title", "pk")

    def ending(self, day):
        """Those that end within their `remind_days` of `day`, begun or not."""
        ahead = models.ExpressionWrapper(
            models.Value(datetime.timedelta(days=1)) * models.F("remind_days"), models.DurationField()
        )
        due = models.ExpressionWrapper(models.F("ends_on") - ahead, models.DateField())
        return self.filter(ends_on__gte=day).alias(due=due).filter(due__lte=day)

    def to_remind(self, day):
        """Those of them of which nobody was reminded."""
        return self.ending(day).filter(reminded_at=None)

    def in_state(self, state, day):
        """As `Agreement.state_on` says, in one query."""
        match state:
            case AgreementState.ENDED:
                return self.filter(ends_on__lt=day)
            case AgreementState.ENDING:
                return self.ending(day)
            case AgreementState.COMING:
                return self.filter(starts_on__gt=day).exclude(pk__in=self.model.objects.ending(day).values("pk"))
            case AgreementState.HOLDING:
                return self.on(day).exclude(pk__in=self.model.objects.ending(day).values("pk"))

    def by_end(self, day):
        """The soonest end first, those without an end next, those that ended last (`is_over`, `coming_end`)."""
        is_over = models.Case(models.When(ends_on__lt=day, then=models.Value(1)), default=models.Value(0))
        coming = models.Case(models.When(ends_on__gte=day, then=models.F("ends_on")))
        return self.annotate(is_over=is_over, coming_end=coming).order_by(*self.BY_END)


REVERSED = _("La convention finit avant d’avoir commencé.")
REMINDED_TOO_EARLY = _("Un rappel part au plus un an avant la fin.")


class Agreement(models.Model):
    """What the house signed with a partner (« convention »), both days included."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="agreements", verbose_name=_("partenaire"))
    title = models.CharField(_("intitulé"), max_length=200)
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"), null=True, blank=True)
    remind_days = models.PositiveSmallIntegerField(
        _("rappel, en jours avant la fin"), default=60, help_text=_("La maison est prévenue par mail ce jour-là.")
    )
    document = models.ForeignKey(
        "wagtaildocs.Document", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    note = models.TextField(_("note de la maison"), max_length=4000, blank=True)
    is_shown = models.BooleanField(_("se lit sur le site"), default=False)
    # When the house was told that it ends soon; another end forgets it.
    reminded_at = models.DateTimeField(_("rappelée le"), null=True, blank=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("convention")
        verbose_name_plural = _("conventions")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            ends_after_start("agreement_ends_after_start", REVERSED),
            models.CheckConstraint(
                condition=models.Q(remind_days__lte=EARLIEST_REMINDER),
                name="agreement_reminded_within_a_year",
                violation_error_message=REMINDED_TOO_EARLY,
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        refuse_reversed(self, REVERSED)
        if self.remind_days is not None and self.remind_days > EARLIEST_REMINDER:
            raise ValidationError({"remind_days": REMINDED_TOO_EARLY})

    @property
    def state(self) -> AgreementState:
        return self.state_on(timezone.localdate())

    @property
    def state_for_others(self) -> AgreementState:
        """That an end comes near is the house's business."""
        if self.state != AgreementState.ENDING:
            return self.state
        return AgreementState.COMING if self.starts_on > timezone.localdate() else AgreementState.HOLDING

    def state_on(self, day: datetime.date) -> AgreementState:
        if self.ends_on and self.ends_on < day:
            return AgreementState.ENDED
        if self.ends_on and (self.ends_on - day).days <= self.remind_days:
            return AgreementState.ENDING
        return AgreementState.COMING if self.starts_on > day else AgreementState.HOLDING


class TerritorialIssue(models.Model):
    """A question of the territory (« problématique ») that the house works at with partners and structures."""

    title = models.CharField(_("problématique"), max_length=200)
    slug = models.SlugField(_("adresse"), max_length=200, unique=True)
    partners = models.ManyToManyField(Partner, related_name="issues", blank=True, verbose_name=_("partenaires"))
    residents = models.ManyToManyField(
        Resident, related_name="territorial_issues", blank=True, verbose_name=_("structures engagées")
    )
    state_of_play = models.TextField(
        _("état des lieux"), max_length=6000, blank=True, help_text=_("Une ligne vide sépare deux paragraphes.")
    )
    objectives = models.TextField(
        _("objectifs"), max_length=6000, blank=True, help_text=_("Une ligne vide sépare deux paragraphes.")
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    is_shown = models.BooleanField(_("se lit sur le site"), default=True)
    created_at = models.DateTimeField(_("ajoutée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)

    class Meta:
        verbose_name = _("problématique territoriale")
        verbose_name_plural = _("problématiques territoriales")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{reverse('residents:territory')}#{self.slug}"
