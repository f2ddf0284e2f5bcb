"""People, the structures they belong to, their roles."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.users.views import groups, users

from residents.actions.invitations import CALM
from residents.forms.back_office import PersonCreationForm, PersonEditForm
from residents.models import Invitation, Membership, User
from residents.viewsets.lists import HouseViewSet, LinkedListView, WithoutFormulas, list_of


class ToThePeople:
    """Roles change, and people leave, on the page of their structure: there the last lead is not lost by mistake."""

    def get(self, request, *args, **kwargs):
        return redirect(self.get_object().get_absolute_url())

    post = get


class MembershipEditView(ToThePeople, generic.EditView):
    pass


class MembershipDeleteView(ToThePeople, generic.DeleteView):
    pass


class MembershipViewSet(HouseViewSet):
    model = Membership
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
    add_label = ""
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


class PersonListView(WithoutFormulas, users.IndexView):
    """Only an administrator reaches the page of an administrator."""

    page_title = _("Personnes")
    add_item_label = _("Ajouter une personne")

    def get_edit_url(self, instance):
        return super().get_edit_url(instance) if may_change(self.request.user, instance) else None

    def get_list_more_buttons(self, instance):
        buttons = super().get_list_more_buttons(instance)
        if may_change(self.request.user, instance):
            lost = reverse("residents:forget_factors", args=[instance.pk])
            buttons.append(MenuItem(_("Clés perdues"), url=lost, icon_name="key", priority=90))
        return buttons


class PersonFormMixin:
    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"by_administrator": self.request.user.is_superuser}


class PersonCreateView(PersonFormMixin, users.CreateView):
    page_title = _("Ajouter une personne")


class PersonEditView(PersonFormMixin, users.EditView):
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
    index_view_class = PersonListView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    list_export = ["email", "first_name", "last_name", "is_active", "last_login"]

    def get_form_class(self, for_update=False):
        return PersonEditForm if for_update else PersonCreationForm


class RoleViewSet(groups.GroupViewSet):
    menu_label = _("Rôles")
