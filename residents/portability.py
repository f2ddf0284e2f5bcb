"""What the house keeps of a person and of a structure, as they take it away (docs/portability.md)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from wagtail.documents import get_document_model

from residents.models import (
    Application,
    Declaration,
    DeclarationChange,
    Invitation,
    KnowledgeItem,
    Membership,
    Merge,
    NearDuplicate,
    Picture,
    Resident,
    SheetUpload,
    Stay,
    StepDone,
    TeamRole,
    TerritorialIssue,
    User,
)

STRUCTURE = F("resident__name")
INVITATION = ["role", "created_at", "sent_at", "times_sent", "expires_at", "accepted_at", "withdrawn_at"]
PICTURE = ["title", "description", "credit", "width", "height", "created_at"]


def of_person(user: User) -> dict[str, QuerySet]:
    """Rows of dicts, under keys that stay the same; never a secret (a password, a token)."""
    accounts = User.objects.filter(pk=user.pk)
    invitations = Invitation.objects.order_by("pk")
    merges = Merge.objects.filter(Q(by=user) | Q(undone_by=user)).order_by("pk")
    steps = StepDone.objects.filter(by=user).order_by("pk")
    pairs = NearDuplicate.objects.filter(decided_by=user).order_by("pk")
    sheets = SheetUpload.objects.filter(uploaded_by=user).order_by("pk")
    return {
        "account": accounts.values(
            "email", "first_name", "last_name", "date_joined", "last_login", "is_active", "is_staff", "is_superuser"
        ),
        "roles": user.groups.order_by("name").values("name"),
        "rights": user.user_permissions.order_by("codename").values("codename", "name"),
        "memberships": Membership.objects.filter(user=user)
        .order_by("pk")
        .values("role", "created_at", structure=STRUCTURE),
        "invitations_received": invitations.filter(invited(user)).values("email", *INVITATION, structure=STRUCTURE),
        "invitations_made": invitations.filter(invited_by=user).values(
            "email", "first_name", "last_name", *INVITATION, structure=STRUCTURE
        ),
        "declarations": said(Declaration.objects.filter(created_by=user)),
        "declaration_changes": changed(DeclarationChange.objects.filter(by=user)),
        "terms_proposed": KnowledgeItem.objects.filter(created_by=user).order_by("pk").values("kind", "label"),
        "merges": merges.values("at", "undone_at", term=F("item__label"), kept=F("into__label")),
        "near_duplicates": pairs.values("state", "decided_at", term=F("item__label"), other_term=F("other__label")),
        "pictures": filed(Picture.objects.filter(uploaded_by_user=user), *PICTURE),
        "documents": filed(get_document_model().objects.filter(uploaded_by_user=user), "title", "created_at"),
        "spreadsheets": sheets.values("kind", "name", "created_at"),
        "team_roles": roles_of(user).values("name", "role", "about", "email", "starts_on", "ends_on", "is_shown"),
        "steps_done": steps.values("at", "text", structure=STRUCTURE, step_title=F("step__title")),
        "applications": applications_of(user).values(
            "name", "structure", "email", "phone", "share", "message", "state", "created_at", "updated_at"
        ),
    }


def of_structure(resident: Resident) -> dict[str, QuerySet]:
    """Likewise: its page, who speaks for it, what it declares, what it gave."""
    profile = Resident.objects.filter(pk=resident.pk).values(
        "name",
        "slug",
        "kind",
        "tagline",
        "presentation",
        "contact_name",
        "email",
        "phone",
        *(f"{field}_audience" for field in Resident.GUARDED_FIELDS),
        "is_listed",
        "trace",
        "reviewed_at",
        "created_at",
        "updated_at",
        logo_file=F("logo__file"),
        in_sectors=ArraySubquery(
            Resident.sectors.through.objects.filter(resident=OuterRef("pk")).values("sector__name")
        ),
    )
    members = Membership.objects.filter(resident=resident).order_by("pk")
    invitations = Invitation.objects.filter(resident=resident).order_by("pk")
    steps = StepDone.objects.filter(resident=resident).order_by("pk")
    issues = TerritorialIssue.objects.filter(residents=resident).order_by("pk")
    return {
        "profile": profile,
        "links": resident.links.order_by("position", "pk").values("label", "url"),
        "stays": Stay.objects.filter(resident=resident).order_by("starts_on").values("starts_on", "ends_on", "share"),
        "members": members.values(
            "role",
            "created_at",
            first_name=F("user__first_name"),
            last_name=F("user__last_name"),
            email=F("user__email"),
        ),
        "invitations": invitations.values("email", "first_name", "last_name", *INVITATION),
        "declarations": said(Declaration.objects.filter(resident=resident)),
        "declaration_changes": changed(DeclarationChange.objects.filter(resident=resident)),
        "steps_done": steps.values("at", "text", step_title=F("step__title")),
        "territorial_issues": issues.values("title"),
        "pictures": filed(Picture.objects.filter(given(resident)), *PICTURE),
        "documents": filed(get_document_model().objects.filter(given(resident)), "title", "created_at"),
    }


def said(declarations: QuerySet) -> QuerySet:
    return declarations.order_by("pk").values(
        "stance", "note", "evidence", "created_at", structure=STRUCTURE, kind=F("item__kind"), term=F("item__label")
    )


def changed(changes: QuerySet) -> QuerySet:
    return changes.order_by("pk").values("at", "before", "after", structure=STRUCTURE, term=F("item__label"))


def filed(kept: QuerySet, *fields: str) -> QuerySet:
    """Pictures or documents: `file` is where it stands among the house's files."""
    return kept.order_by("pk").values(*fields, "file")


def invited(user: User) -> Q:
    return Q(accepted_by=user) | Q(email=user.email)


def roles_of(user: User) -> QuerySet[TeamRole]:
    return TeamRole.objects.filter(user=user).order_by("starts_on", "pk")


def applications_of(user: User) -> QuerySet[Application]:
    return Application.objects.filter(email__iexact=user.email).order_by("pk")


def given(resident: Resident) -> Q:
    """What stands in the structure's own collection, its logo among them."""
    return Q(collection__name=resident.slug, collection__depth=2)
