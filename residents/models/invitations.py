import datetime

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from residents.enums import InvitationState, MembershipRole
from residents.models.people import Membership, User
from residents.models.structures import Resident

# How long an invitation opens the door, and how long it is remembered after that.
LASTS = datetime.timedelta(days=14)
KEPT = datetime.timedelta(days=180)


def new_token() -> str:
    return get_random_string(40)


def in_two_weeks() -> datetime.datetime:
    return timezone.now() + LASTS


class InvitationQuerySet(models.QuerySet):
    def unanswered(self):
        """Neither accepted nor withdrawn; lapsed or not."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def waiting(self):
        """Unanswered, and whoever was asked is not of the structure by another way."""
        members = Membership.objects.filter(user__email=models.OuterRef("email"), resident=models.OuterRef("resident"))
        return self.unanswered().exclude(models.Exists(members))

    def open(self):
        return self.unanswered().filter(expires_at__gt=timezone.now())

    def to_forget(self):
        return self.filter(expires_at__lt=timezone.now() - KEPT)


class Invitation(models.Model):
    """A person is asked to open an account and to join a structure. The token opens once, until `expires_at`."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="invitations", verbose_name=_("structure"))
    email = models.EmailField(_("adresse e-mail"))
    # What whoever asks knows of the person, proposed to them.
    first_name = models.CharField(_("prénom"), max_length=150, blank=True)
    last_name = models.CharField(_("nom"), max_length=150, blank=True)
    role = models.CharField(_("rôle"), max_length=20, choices=MembershipRole, default=MembershipRole.MEMBER)
    token = models.CharField(_("jeton"), max_length=40, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("invité par"))
    created_at = models.DateTimeField(_("faite le"), auto_now_add=True)
    # How often it was written, the first time included.
    times_sent = models.PositiveSmallIntegerField(_("envois"), default=1)
    sent_at = models.DateTimeField(_("dernier envoi le"), default=timezone.now)
    expires_at = models.DateTimeField(_("valable jusqu’au"), default=in_two_weeks)
    accepted_at = models.DateTimeField(_("acceptée le"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("acceptée par")
    )
    withdrawn_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_once",
                violation_error_message=_("Cette personne est déjà invitée dans cette structure."),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")) & ~models.Q(email=""),
                name="invitation_email_lower_case",
                violation_error_message=_("L’adresse s’écrit en minuscules."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=MembershipRole.values),
                name="invitation_role_known",
                violation_error_message=_("Ce rôle n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(withdrawn_at=None),
                name="invitation_one_end",
                violation_error_message=_("Une invitation est acceptée ou retirée, pas les deux."),
            ),
        ]

    def __str__(self):
        return f"{self.email} – {self.resident}"

    def get_absolute_url(self):
        return reverse("residents:people", args=[self.resident.slug])

    @property
    def name(self) -> str:
        """As whoever invites knows the person; "" when they do not say."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def opening_path(self) -> str:
        """What the mail leads to, for the person who was asked and nobody else."""
        return reverse("residents:invitation", args=[self.token])

    @property
    def state(self) -> InvitationState:
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        return InvitationState.LAPSED if self.expires_at <= timezone.now() else InvitationState.OPEN

    def say_state(self) -> str:
        """For lists: InvitationState's words."""
        return str(self.state.label)
