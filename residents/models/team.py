from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from residents.models.days import DaysQuerySet, ends_after_start, refuse_reversed
from residents.models.people import User

# In the place of a name, once the account of who held the role is deleted.
GONE = gettext_noop("Personne partie")


def leave_the_role(collector, field, roles, using):
    """An `on_delete`: the role and its dates stay, and nothing that says whose they were."""
    models.SET_NULL(collector, field, roles, using)
    told = {"name": gettext(GONE), "about": "", "email": "", "picture": None, "is_shown": False}
    for name, value in told.items():
        collector.add_field_update(field.model._meta.get_field(name), value, roles)


class TeamRoleQuerySet(DaysQuerySet):
    def today(self):
        return self.on(timezone.localdate())


REVERSED = _("Le rôle finit avant d’avoir commencé.")


class TeamRole(models.Model):
    """Somebody holds a role in the team that runs the house, from a day to another, both included."""

    name = models.CharField(_("nom"), max_length=120)
    # Whose account it is, when they have one: their name may change there, this one stays until they delete it.
    user = models.ForeignKey(
        User, leave_the_role, null=True, blank=True, related_name="team_roles", verbose_name=_("compte")
    )
    role = models.CharField(_("rôle"), max_length=120)
    about = models.TextField(_("ce qu’elle ou il y fait"), max_length=1000, blank=True)
    picture = models.ForeignKey(
        "residents.Picture", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("portrait")
    )
    email = models.EmailField(_("adresse e-mail publique"), blank=True)
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    is_shown = models.BooleanField(_("se lit sur le site"), default=True)

    objects = TeamRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rôle dans l’équipe")
        verbose_name_plural = _("équipe")
        ordering = ["position", "starts_on", "pk"]
        constraints = [ends_after_start("team_role_ends_after_start", REVERSED)]

    def __str__(self):
        return f"{self.name}, {self.role}"

    def clean(self):
        refuse_reversed(self, REVERSED)

    @property
    def initials(self) -> str:
        """One or two capitals for the plate drawn without a portrait ("Djamila Orsenne": DO)."""
        words = self.name.split()
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()
