from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from residents.enums import MembershipRole
from residents.models.structures import has_left

# The group that makes a house manager; its rights in the back office are given by a migration.
HOUSE_MANAGERS = "Maîtresse d'établissement"


class UserQuerySet(models.QuerySet):
    def with_roles(self):
        """Everything `rules.py` and the menu ask of a person, in two queries."""
        through = User.groups.through
        return self.annotate(
            is_house_manager=models.ExpressionWrapper(
                models.Q(is_superuser=True)
                | models.Exists(through.objects.filter(user_id=models.OuterRef("pk"), group__name=HOUSE_MANAGERS)),
                output_field=models.BooleanField(),
            )
        ).prefetch_related(
            models.Prefetch(
                "memberships", Membership.objects.select_related("resident").order_by("resident__sort_name")
            )
        )

    def house_managers(self):
        return self.filter(is_active=True, groups__name=HOUSE_MANAGERS)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """People are found by their e-mail, whatever its case."""

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())

    def create_user(self, email, password=None, **fields):
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person of the house; `is_superuser` makes an administrator, a group a house manager (rules.py)."""

    username = None
    email = models.EmailField(
        _("adresse e-mail"),
        unique=True,
        error_messages={"unique": _("Un compte existe déjà pour cette adresse.")},
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        constraints = [
            # With `unique`, it makes one account of any spelling of an address.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message=_("L’adresse s’écrit en minuscules."),
            ),
            models.CheckConstraint(
                condition=~models.Q(email=""),
                name="user_email_given",
                violation_error_message=_("Une personne a une adresse e-mail."),
            ),
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def clean(self):
        super().clean()
        self.email = self.email.lower()

    def save(self, **kwargs):
        self.email = self.email.lower()
        super().save(**kwargs)

    @cached_property
    def is_house_manager(self) -> bool:
        """Overridden by the annotation of `with_roles`."""
        return self.is_superuser or self.groups.filter(name=HOUSE_MANAGERS).exists()

    @cached_property
    def memberships_list(self) -> list["Membership"]:
        return list(self.memberships.all())

    @property
    def residents_list(self) -> list:
        """The structures this person belongs to."""
        return [membership.resident for membership in self.memberships_list]


class MembershipManager(models.Manager):
    """Each membership knows whether its structure `has_left`: it stayed in the house, and all its stays have ended."""

    def get_queryset(self):
        return super().get_queryset().annotate(has_left=has_left("resident"))


class Membership(models.Model):
    """A person belongs to a structure; a structure may have several leads, a person several structures."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("personne"))
    resident = models.ForeignKey(
        "residents.Resident", models.CASCADE, related_name="memberships", verbose_name=_("structure")
    )
    role = models.CharField(_("rôle"), max_length=20, choices=MembershipRole, default=MembershipRole.MEMBER)
    created_at = models.DateTimeField(_("depuis"), auto_now_add=True)

    objects = MembershipManager()

    class Meta:
        verbose_name = _("appartenance")
        verbose_name_plural = _("appartenances")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "resident"],
                name="membership_once",
                violation_error_message=_("Cette personne appartient déjà à cette structure."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=MembershipRole.values),
                name="membership_role_known",
                violation_error_message=_("Ce rôle n’existe pas."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.resident}"

    def get_absolute_url(self):
        return reverse("residents:people", args=[self.resident.slug])

    @property
    def is_lead(self) -> bool:
        return self.role == MembershipRole.LEAD
