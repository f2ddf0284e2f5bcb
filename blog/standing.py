"""Where posts stand between the person who writes and the house who publishes, and what the house says of them."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from wagtail.models import Comment, CommentReply, Revision, WorkflowState

from agenda.times import say_day, say_time
from blog.models import PostPage
from residents.models import User


class State(TextChoices):
    DRAFT = "brouillon", _("brouillon")
    TO_REVIEW = "a-relire", _("à relire par la maison")
    TO_REVISE = "a-reprendre", _("à reprendre")
    SCHEDULED = "programme", _("programmé")
    PUBLISHED = "publie", _("publié")
    WITHDRAWN = "retire", _("retiré du blog")


# Written to no more until it is taken back, or until the house decides.
CLOSED = {State.TO_REVIEW, State.SCHEDULED}


@dataclass
class Standing:
    """`word` is what the house asks for, `word_by` who; `comments` are left on the text (see `open_comments`)."""

    state: State
    workflow: WorkflowState | None = None
    goes_live_at: datetime.datetime | None = None
    word: str = ""
    word_by: User | None = None
    comments: list[Comment] = field(default_factory=list)
    is_live: bool = False
    was_live: bool = False
    has_changes: bool = False
    is_locked: bool = False

    @property
    def is_open(self) -> bool:
        """May be written to."""
        return self.state not in CLOSED and not self.is_locked

    @property
    def when(self) -> str:
        """Of what is scheduled: le mercredi 7 mars à 9 h."""
        said = {"day": say_day(self.goes_live_at), "time": say_time(self.goes_live_at)}
        return _("le %(day)s à %(time)s") % said

    @property
    def can_be_taken_back(self) -> bool:
        return self.state == State.TO_REVIEW and not self.is_locked

    def remark(self, pk: int | None) -> Comment | None:
        return next((one for one in self.comments if one.pk == pk), None)

    def waits_for_answer(self, pk: int | None) -> bool:
        """Under that remark; None for the word by which the house gave the post back."""
        return self.state == State.TO_REVISE if pk is None else self.remark(pk) is not None

    @property
    def can_be_discarded(self) -> bool:
        """Nobody but who writes it, and the house that gave it back, has ever read it."""
        return self.state in {State.DRAFT, State.TO_REVISE} and not (self.was_live or self.is_locked)

    @property
    def is_proposed_again(self) -> bool:
        """It is on the blog, and changes to it are being written or read."""
        return self.is_live and (self.has_changes or self.state != State.PUBLISHED)


def standing_of(post: PostPage) -> Standing:
    return standings([post])[post.pk]


def standings(posts: list[PostPage]) -> dict[int, Standing]:
    """By the posts' pk, in four queries."""
    pks = [post.pk for post in posts]
    ids = [str(pk) for pk in pks]
    workflows = {
        int(flow.object_id): flow
        for flow in WorkflowState.objects.active()
        .filter(object_id__in=ids, base_content_type__app_label="wagtailcore", base_content_type__model="page")
        .select_related("current_task_state__finished_by", "requested_by")
    }
    scheduled = Revision.page_revisions.filter(object_id__in=ids, approved_go_live_at__isnull=False)
    dates = {int(pk): date for pk, date in scheduled.values_list("object_id", "approved_go_live_at")}
    comments: dict[int, list[Comment]] = {}
    for comment in open_comments(pks):
        comments.setdefault(comment.page_id, []).append(comment)
    return {
        post.pk: stands(post, workflows.get(post.pk), dates.get(post.pk), comments.get(post.pk, [])) for post in posts
    }


def open_comments(pks: list[int]) -> QuerySet[Comment]:
    """Remarks that the house has not settled (Wagtail's), the oldest first: `answers` are their replies, likewise,
    `is_by_writer` says that who writes the post began it, to answer the word of the house."""
    signed = PostPage.authors.through.objects.filter(postpage_id=OuterRef("page_id"), user_id=OuterRef("user_id"))
    answers = CommentReply.objects.select_related("user").order_by("created_at", "pk")
    return (
        Comment.objects.filter(page__in=pks, resolved_at=None)
        .annotate(is_by_writer=Q(user=F("page__owner")) | Exists(signed))
        .select_related("user")
        .prefetch_related(Prefetch("replies", answers, to_attr="answers"))
        .order_by("created_at", "pk")
    )


def is_talked_over(comment: Comment) -> bool:
    """Of `open_comments`: more than a remark that the house is still writing."""
    return comment.is_by_writer or bool(comment.answers)


def stands(post: PostPage, workflow, goes_live_at, comments: list[Comment]) -> Standing:
    standing = Standing(
        state_of(post, workflow, goes_live_at),
        workflow=workflow,
        goes_live_at=goes_live_at,
        is_live=post.live,
        was_live=post.first_published_at is not None,
        has_changes=post.has_unpublished_changes,
        is_locked=post.locked,
    )
    if standing.state == State.TO_REVISE and workflow.current_task_state:
        standing.word = workflow.current_task_state.comment
        standing.word_by = workflow.current_task_state.finished_by
    if standing.is_open and (standing.state != State.PUBLISHED or standing.has_changes):
        standing.comments = comments
    elif standing.state == State.TO_REVIEW:
        standing.comments = [comment for comment in comments if is_talked_over(comment)]
    return standing


def state_of(post: PostPage, workflow, goes_live_at) -> State:
    if workflow:
        asked = workflow.status == WorkflowState.STATUS_NEEDS_CHANGES
        return State.TO_REVISE if asked else State.TO_REVIEW
    if goes_live_at:
        return State.SCHEDULED
    if post.live:
        return State.PUBLISHED
    return State.WITHDRAWN if post.first_published_at else State.DRAFT
