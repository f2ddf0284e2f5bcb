"""What residents do with their posts: write, send to the house, take back. The house does the rest in Wagtail.

A version is a revision of Wagtail's, never published by these actions.
"""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.delete_page import DeletePageAction
from wagtail.models import Revision, TaskState, WorkflowState

from blog import rules
from blog.content import UNTITLED, Content
from blog.models import BlogPage, PostPage
from blog.standing import State, standing_of
from residents.models import User


class PostOvertaken(ValidationError):
    """Another version was saved since the form was opened: `content` is what it says, `mark` its mark."""

    def __init__(self, content: Content, mark: str, by: User | None):
        super().__init__(_("Cet article a été modifié pendant que vous écriviez."), "overtaken")
        self.content, self.mark, self.by = content, mark, by


class PostClosed(ValidationError):
    """The post is being read by the house, scheduled or locked: nobody writes to it."""

    def __init__(self, state: State):
        super().__init__(_("Cet article ne se modifie pas en ce moment : il est %(state)s."), "closed")
        self.params = {"state": state.label}


def locked(pk: int) -> PostPage:
    """The post, its row held until the transaction ends. Raises PostPage.DoesNotExist."""
    return PostPage.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def mark(post: PostPage) -> str:
    """What tells a version from another; "" before the first."""
    return f"{post.latest_revision_id}-{post.latest_revision_created_at:%s%f}" if post.latest_revision_id else ""


def read_at(post: PostPage, opened: str) -> Content | None:
    """What the version of that mark says, when it was not written over: the house saves one to answer a remark."""
    pk, _dash, moment = opened.partition("-")
    revision = post.revisions.filter(pk=int(pk)).first() if pk.isdecimal() else None
    if revision is None or f"{revision.created_at:%s%f}" != moment:
        return None
    return Content.of(revision.as_object())


@transaction.atomic
def create(*, key: uuid.UUID, by: User) -> PostPage:
    """An empty draft; the one that is there when the same form asks twice (`key` was drawn with it).

    Raises PermissionDenied, for who does not belong to the house and for another's draft.
    """
    if not rules.can_propose(by):
        raise PermissionDenied
    # Pages are numbered among their siblings: two at once would take the same place.
    blog = BlogPage.objects.select_for_update(of=("self",)).get()
    if known := PostPage.objects.filter(translation_key=key).first():
        if not rules.can_write(by, known):
            raise PermissionDenied
        return known
    post = PostPage(title=UNTITLED, translation_key=key, owner=by, live=False, has_unpublished_changes=True)
    post.slug = f"brouillon-{key.hex}"
    # Which writes in the journal who made it.
    blog.add_child(instance=post)
    return post


@transaction.atomic
def save(*, post: PostPage, content: Content, opened: str, by: User) -> PostPage:
    """Keep `content` as the latest version of the post; nothing when it says the same. Returns the post as it stands.

    `opened` is the mark of the version that was before the person's eyes. Raises PostOvertaken, PostClosed,
    PermissionDenied.
    """
    post = locked(post.pk)
    if not rules.can_write(by, post):
        raise PermissionDenied
    standing = standing_of(post)
    latest = post.get_latest_revision_as_object()
    stands = Content.of(latest)
    if content == stands and post.latest_revision_id:
        return post
    if not standing.is_open:
        raise PostClosed(standing.state)
    if opened != mark(post) and read_at(post, opened) != stands:
        revision = post.latest_revision
        raise PostOvertaken(stands, mark(post), revision.user if revision else None)
    content.put_into(latest)
    if not post.live:
        # As Wagtail's editor does: the row of what is not published follows its draft.
        latest.save(user=by)
    own = own_draft(post, by)
    latest.save_revision(user=by, clean=False, overwrite_revision=own, log_action=own is None)
    return PostPage.objects.get(pk=post.pk)


def own_draft(post: PostPage, by: User) -> Revision | None:
    """The latest version when it is `by`'s own and was shown to nobody: written on, it makes no new one."""
    revision = post.latest_revision
    if (
        not revision
        or revision.user_id != by.pk
        or revision.approved_go_live_at
        or post.live_revision_id == revision.pk
    ):
        return None
    return None if TaskState.objects.filter(revision=revision).exists() else revision


@transaction.atomic
def submit(*, post: PostPage, by: User) -> None:
    """Have the house read it; after it asked for changes, have it read it again.

    Raises PermissionDenied, PostClosed, and ValidationError while an administrator has stopped the blog's workflow.
    """
    post = locked(post.pk)
    if not rules.can_write(by, post):
        raise PermissionDenied
    standing = standing_of(post)
    if not standing.is_open:
        raise PostClosed(standing.state)
    if standing.state == State.TO_REVISE:
        standing.workflow.resume(user=by)
        return
    workflow = post.get_workflow()
    if workflow is None:
        raise ValidationError(
            _("La relecture est arrêtée pour le moment : votre article est gardé, parlez-en à la maison.")
        )
    workflow.start(post, by)


@transaction.atomic
def discard(*, post: PostPage, by: User) -> None:
    """Delete a draft that was never published, its versions and what the house said of it; the journal keeps its title.

    Raises PermissionDenied, PostClosed.
    """
    post = locked(post.pk)
    if not rules.can_discard(by, post):
        raise PermissionDenied
    standing = standing_of(post)
    if not standing.can_be_discarded:
        raise PostClosed(standing.state)
    # The tree is numbered: as when a post is made.
    BlogPage.objects.select_for_update(of=("self",)).get()
    # By Wagtail, which writes it in the journal; its own rights are those of the back office.
    DeletePageAction(post, user=by).execute(skip_permission_checks=True)


@transaction.atomic
def take_back(*, post: PostPage, by: User) -> None:
    """Before the house has answered. Raises PermissionDenied, ValidationError when there is nothing to take back."""
    post = locked(post.pk)
    if not rules.can_write(by, post):
        raise PermissionDenied
    standing = standing_of(post)
    if not standing.can_be_taken_back:
        raise ValidationError(_("Cet article n’attend pas de relecture."), "not_waiting")
    flow: WorkflowState = standing.workflow
    flow.cancel(user=by)
