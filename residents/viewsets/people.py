"""People, the structures they belong to, their roles."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import Button, HeaderButton
from wagtail.users.views import groups, users

from residents.actions.invitations import CALM, tell_opened
from residents.actions.memberships import joined
from residents.forms.back_office import PersonCreationForm, PersonEditForm
from residents.models import Invitation, Membership, User
from residents.views import people
from residents.viewsets.lists import HouseViewSet, LinkedListView, WithoutFormulas, list_of


class ToThePeople:
    """Roles change, and people leave, on the page of their structure: there the last lead is not lost by mistake."""

    def get(self, request, *args, **kwargs):
        return redirect(self.get_object().get_absolute_url())

    post = get


class MembershipCreateView(generic.CreateView):
    def save_instance(self):
        membership = super().save_instance()
        joined(membership=membership, by=self.request.user)
        return membership


class MembershipEditView(ToThePeople, generic.EditView):
    pass


class MembershipDeleteView(ToThePeople, generic.DeleteView):
    pass


class MembershipViewSet(HouseViewSet):
    model = Membership
    add_view_class = MembershipCreateView
    edit_view_class = MembershipEditView
    delete_view_class = MembershipDeleteView
    name = "appartenances"
    icon = "link"
    menu_label = _("Appartenances")
    add_label = _("Ajouter une appartenance")
    index_view_class = list_of("user", "resident")
    list_display = ["user", "resident", "role", DateColumn("created_at", label=_("Depuis"), sort_key="created_at")]
    list_filter = ["role", "resident"]
    search_fields = ["user__first_name", "user__last_name", "user__email", "resident__name"]
    ordering = ["resident__sort_name", "user__last_name", "pk"]
    list_export = ["user.email", "user.first_name", "user.last_name", "resident", "get_role_display"]
    export_headings = {
        "user.email": _("Adresse e-mail"),
        "user.first_name": _("Prénom"),
        "user.last_name": _("Nom"),
        "get_role_display": _("Rôle"),
    }
    panels = [FieldPanel("user"), FieldPanel("resident"), FieldPanel("role")]


class InvitationListView(LinkedListView):
    """Above the list, how many have not answered, and reminding them."""

    related = ("resident", "invited_by")
    made_at = "invitations:invite"

    def get_context_data(self, **kwargs):
        counts = {} if self.results_only else self.waiting()
        return super().get_context_data(**kwargs) | counts | {"days": CALM.days}

    def waiting(self) -> dict[str, int]:
        lately = Q(sent_at__gt=timezone.now() - CALM)
        return Invitation.objects.waiting().aggregate(waiting=Count("pk"), spared=Count("pk", filter=lately))


class InvitationViewSet(HouseViewSet):
    """Who was asked in, and who has not answered; asked, asked again and taken back on the page of their structure."""

    model = Invitation
    name = "invitations"
    icon = "mail"
    menu_label = _("Invitations")
    add_label = _("Inviter")
    index_view_class = InvitationListView
    index_template_name = "residents/back_office/invitations.html"
    list_display = [
        "email",
        "resident",
        "role",
        Column("say_state", label=_("Réponse"), accessor="say_state"),
        DateColumn("sent_at", label=_("Écrit"), sort_key="sent_at"),
        "invited_by",
    ]
    list_filter = {
        "resident": ["exact"],
        "role": ["exact"],
        "accepted_at": ["isnull"],
        "withdrawn_at": ["isnull"],
        "expires_at": ["lte"],
    }
    search_fields = ["email", "resident__name"]
    ordering = ["-sent_at", "-pk"]
    list_export = ["email", "resident", "get_role_display", "say_state", "sent_at", "times_sent", "expires_at"]
    export_headings = {"get_role_display": _("Rôle"), "say_state": _("Réponse")}
    panels = [FieldPanel("email", read_only=True)]

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("inviter/", people.invite_from_house, name="invite")]


def structures(person: User) -> str:
    return ", ".join(sorted(membership.resident.name for membership in person.memberships.all()))


def role(person: User) -> str:
    named_after = [_("administration")] if person.is_superuser else []
    return ", ".join(str(name) for name in [*named_after, *(group.name.lower() for group in person.groups.all())])


def closed(person: User) -> str:
    return "" if person.is_active else str(_("fermé"))


class PersonListView(WithoutFormulas, users.IndexView):
    """Only an administrator reaches the page of an administrator."""

    page_title = _("Personnes")
    # Nearly everybody comes by an invitation, to a structure: what is read first.
    add_item_label = _("Inviter une personne")

    def get_add_url(self):
        return reverse("invitations:invite")

    @cached_property
    def header_more_buttons(self):
        """Without a structure: somebody of the team."""
        page = reverse("wagtailusers_users:add")
        outside = MenuItem(_("Ouvrir un compte sans structure"), url=page, icon_name="user", priority=5)
        return [Button.from_menu_item(outside), *super().header_more_buttons]

    @cached_property
    def columns(self):
        """Wagtail's, in the words of the house, with the structures of each."""
        shown = {column.name: column for column in super().columns}
        return [
            shown["bulk_actions"],
            shown["name"],
            Column("email", label=_("Adresse e-mail"), accessor="email", sort_key="email"),
            Column("structures", label=_("Structures"), accessor=structures),
            Column("role", label=_("Rôle dans la maison"), accessor=role),
            Column("is_active", label=_("Compte"), accessor=closed, sort_key="is_active"),
            shown["last_login"],
        ]

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("memberships__resident", "groups")

    def get_edit_url(self, instance):
        return super().get_edit_url(instance) if may_change(self.request.user, instance) else None

    def get_list_buttons(self, instance):
        """As all our lists: what is done to somebody is on their page, where their name leads."""
        return []


class PersonFormMixin:
    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"by_administrator": self.request.user.is_superuser}


class PersonCreateView(PersonFormMixin, users.CreateView):
    page_title = _("Ouvrir un compte")

    def save_instance(self):
        person = super().save_instance()
        tell_opened(person=person, by=self.request.user)
        return person


class PersonEditView(PersonFormMixin, users.EditView):
    @cached_property
    def header_buttons(self):
        lost = reverse("residents:forget_factors", args=[self.object.pk])
        return [HeaderButton(_("Clés perdues"), url=lost, icon_name="key")]

    def dispatch(self, request, *args, **kwargs):
        if not may_change(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


def may_change(user: User, person: User) -> bool:
    """Whoever changes the address of an administrator could sign in as one."""
    return user.is_superuser or not person.is_superuser


class PersonViewSet(users.UserViewSet):
    menu_label = _("Personnes")
    add_to_settings_menu = False
    add_to_admin_menu = True
    copy_view_enabled = False
    ordering = "name"
    index_view_class = PersonListView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    list_export = ["email", "first_name", "last_name", "is_active", "last_login"]

    def get_form_class(self, for_update=False):
        return PersonEditForm if for_update else PersonCreationForm


class RoleViewSet(groups.GroupViewSet):
    menu_label = _("Rôles")
