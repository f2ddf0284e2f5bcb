"""The forms of the back office."""

from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import BaseChooser
from wagtail.images.forms import BaseImageForm
from wagtail.models import Collection
from wagtail.users.forms import UserCreationForm, UserEditForm, UserForm

from residents.forms.accounts import LONGEST_NAME
from residents.forms.fields import LineField
from residents.forms.invitations import InviteForm
from residents.models import Partner, Resident, User
from residents.models.people import HOUSE_MANAGERS
from residents.pictures import rewritten

# Large enough for a page's whole width on a fine screen.
LONGEST_SIDE = 2560
# Wagtail's own groups: nobody here edits its pages yet.
WAGTAIL_GROUPS = ["Editors", "Moderators"]


class ConstrainedForm(WagtailAdminModelForm):
    """A model form that also holds the constraints on generated columns ("Ce terme existe déjà"), which no form has."""

    def _get_validation_exclusions(self):
        generated = {field.name for field in self._meta.model._meta.concrete_fields if field.generated}
        return super()._get_validation_exclusions() - generated

    def full_clean(self):
        """What was chosen and is no more, or never was, is said and left: Wagtail's choosers cannot draw it again."""
        super().full_clean()
        lost = [name for name in self._errors if name in self.fields and is_chooser(self.fields[name])]
        if lost:
            self.data = self.data.copy()
        for name in lost:
            self.data[self.add_prefix(name)] = ""


def is_chooser(field) -> bool:
    return isinstance(field.widget, BaseChooser)


class ResidentForm(ConstrainedForm):
    """The collection that bears the structure's address follows it: its files stay its own, and nobody else's.

    In lower case, an address is never the name of a collection of the house.
    """

    def clean_slug(self):
        return self.cleaned_data["slug"].lower()

    def save(self, commit=True):
        before = self.initial.get("slug")
        resident = super().save(commit)
        if before and before != resident.slug:
            Collection.get_first_root_node().get_children().filter(name=before).update(name=resident.slug)
        return resident


class AgreementForm(ConstrainedForm):
    """Another end, or another reminder, is reminded of anew."""

    def save(self, commit=True):
        if {"ends_on", "remind_days"} & set(self.changed_data):
            self.instance.reminded_at = None
        return super().save(commit)


class FromPartnerForm(forms.Form):
    """`?partner=`: the partner that an agreement is added to; anything else chooses none."""

    partner = forms.ModelChoiceField(Partner.objects.all(), required=False)

    @property
    def chosen(self) -> dict:
        self.full_clean()
        partner = self.cleaned_data.get("partner")
        return {"partner": partner} if partner else {}


class HouseInviteForm(InviteForm):
    """The house asks people into any structure."""

    structure = forms.ModelChoiceField(
        Resident.objects.order_by("sort_name", "pk"),
        label=_("Structure"),
        empty_label=_("Choisissez une structure"),
        error_messages={"invalid_choice": _("Choisissez une structure de la liste.")},
    )
    field_order = ["structure", "addresses", "role"]


class PersonForm(UserForm):
    """What creating and editing a person have in common: no password is chosen for others, roles are the house's."""

    password_enabled = False
    # As an invitation takes them.
    first_name = LineField(label=_("Prénom"), max_length=LONGEST_NAME)
    last_name = LineField(label=_("Nom"), max_length=LONGEST_NAME)

    def __init__(self, *args, by_administrator=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].queryset = Group.objects.exclude(name__in=WAGTAIL_GROUPS)
        self.fields["groups"].label = _("Rôle dans la maison")
        self.fields["groups"].help_text = _("Sans rôle, la personne est membre de ses structures et rien de plus.")
        if not by_administrator and "is_superuser" in self.fields:
            # Whatever is sent: only an administrator makes one.
            self.fields["is_superuser"].disabled = True

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def save(self, commit=True):
        is_new = self.instance.pk is None
        if is_new:
            self.instance.set_unusable_password()
        person = super().save(commit)
        if is_new or "email" in self.changed_data:
            # The former address opens the account no more; the new one is confirmed on signing in.
            EmailAddress.objects.filter(user=person).delete()
            EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=False)
        return person


class PersonCreationForm(PersonForm, UserCreationForm):
    """For who is of no structure: an invitation says which one, and opens the account by itself."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _(
            "Un mail y part aussitôt : il dit que le compte est ouvert, et comment entrer. Pour quelqu’un d’une "
            "structure, envoyez plutôt une invitation : la personne dit elle-même qui elle est."
        )


class PersonEditForm(PersonForm, UserEditForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.was_administrator = self.instance.is_superuser
        self.was_manager = self.instance.groups.filter(name=HOUSE_MANAGERS).exists()

    def clean(self):
        """The house keeps somebody who runs it, and somebody who administers it."""
        data = super().clean()
        others = User.objects.filter(is_active=True).exclude(pk=self.instance.pk)
        is_active = data.get("is_active", self.instance.is_active)
        groups = {group.name for group in data.get("groups") or []}
        runs = is_active and HOUSE_MANAGERS in groups
        if "groups" in data and self.was_manager and not runs and not others.house_managers().exists():
            self.add_error("groups", _("Plus personne ne tiendrait la maison : donnez d’abord ce rôle à quelqu’un."))
        administers = is_active and data.get("is_superuser", self.was_administrator)
        if self.was_administrator and not administers and not others.filter(is_superuser=True).exists():
            self.add_error("is_superuser", _("Plus personne n’administrerait la maison."))
        return data


class PictureForm(BaseImageForm):
    """A picture sent to the back office is written anew: nothing but the picture is kept (residents/pictures.py)."""

    def clean_file(self):
        sent = self.cleaned_data["file"]
        return rewritten(sent, LONGEST_SIDE) if "file" in self.changed_data else sent
