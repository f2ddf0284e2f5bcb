"""What our libraries keep of a person: how they sign in, and what they do in the back office (docs/portability.md)."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import F, QuerySet
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)
from wagtail.users.models import UserProfile

from residents.models import Resident, User

PAGE = F("page__title")


def of_person(user: User) -> dict[str, QuerySet]:
    """Rows of dicts; of a key or a code, when it was made and served, never what it is."""
    kept = of_sign_in(user) | of_writing(user) | of_journal(user)
    return {key: rows if rows.query.order_by else rows.order_by("pk") for key, rows in kept.items()}


def of_sign_in(user: User) -> dict[str, QuerySet]:
    tokens = APIToken.objects.filter(user=user)
    return {
        "addresses": EmailAddress.objects.filter(user=user).values("email", "verified", "primary"),
        "second_factors": Authenticator.objects.filter(user=user).values(
            "type", "created_at", "last_used_at", name=F("data__name")
        ),
        "sessions": UserSession.objects.filter(user=user).values("ip", "user_agent", "created_at", "last_seen_at"),
        "api_tokens": tokens.values("name", "created", "revoked_at", "last_used_at"),
    }


def of_writing(user: User) -> dict[str, QuerySet]:
    """What they wrote, asked or answered in the back office."""
    comments, replies = Comment.objects.filter(user=user), CommentReply.objects.filter(user=user)
    resolved, requests = Comment.objects.filter(resolved_by=user), WorkflowState.objects.filter(requested_by=user)
    forms = EditingSession.objects.filter(user=user)
    return {
        "pages_made": Page.objects.filter(owner=user).values("title", "slug", "live", "first_published_at"),
        "pages_locked": Page.objects.filter(locked_by=user).values("title", "locked_at"),
        "versions": Revision.objects.filter(user=user).values("object_str", "created_at"),
        "comments": comments.values("text", "created_at", "resolved_at", page_title=PAGE),
        "comment_replies": replies.values("text", "created_at", page_title=F("comment__page__title")),
        "comments_resolved": resolved.values("resolved_at", page_title=PAGE),
        "reviews_asked": requests.values("created_at", "status"),
        "reviews_done": TaskState.objects.filter(finished_by=user).values("finished_at", "status", "comment"),
        "pages_followed": PageSubscription.objects.filter(user=user).values("comment_notifications", page_title=PAGE),
        "forms_open": forms.values("last_seen_at", "is_editing"),
        "forms_drafts": FormState.objects.filter(user=user).values("last_updated_at", "data"),
        "uploads_waiting": UploadedFile.objects.filter(uploaded_by_user=user).values("file"),
        "back_office_choices": UserProfile.objects.filter(user=user).values(
            "submitted_notifications",
            "approved_notifications",
            "rejected_notifications",
            "preferred_language",
            "current_time_zone",
            "avatar",
        ),
    }


def of_journal(user: User) -> dict[str, QuerySet]:
    return {
        key: entries.objects.filter(user=user).order_by("timestamp", "pk").values("timestamp", "action", "label")
        for key, entries in {"journal": ModelLogEntry, "journal_of_pages": PageLogEntry}.items()
    }


def of_structure(resident: Resident) -> dict[str, QuerySet]:
    """What the journal says was done to its page."""
    entries = ModelLogEntry.objects.for_instance(resident).order_by("timestamp", "pk")
    return {"journal": entries.values("timestamp", "action", "data")}
