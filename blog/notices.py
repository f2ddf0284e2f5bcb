"""What happens to posts, told by mail: Wagtail says it happened, the queue tells it in our words (blog/telling.py).

Signals are used here, and nowhere else, because the house publishes in Wagtail's own back office: its editor, its lists
and its scheduler all do so, and signals are the one place that they all pass by. Ours stand where Wagtail's own mails
stood, under the same marks: whichever is connected first, theirs are not.
"""

from functools import partial

from django.db.models import TextChoices
from wagtail import signals
from wagtail.models import TaskState, WorkflowState

from blog.models import PostPage
from mailing.queue import ask

TELL = "blog.tasks.tell"
# Wagtail writes what happened into its journal just after it says so, and that is read to know who did it.
PAUSE = 5
# Wagtail's four notifiers (wagtail.admin.signal_handlers).
WORKFLOW_SUBMITTED = "workflow_state_submitted_email_notification"
TASK_SUBMITTED = "group_approval_task_submitted_email_notification"
REJECTED = "workflow_state_rejected_email_notification"
APPROVED = "workflow_state_approved_email_notification"


class Notice(TextChoices):
    SUBMITTED = "article-a-relire"
    REJECTED = "article-a-reprendre"
    APPROVED = "article-relu"
    PUBLISHED = "article-publie"
    UNPUBLISHED = "article-retire"
    REMARKED = "article-remarque"
    ANSWERED = "article-reponse"


def connect() -> None:
    """Put ours in the place of Wagtail's; called once the apps are there."""
    # Sent again after a change was asked for, a post starts no workflow, only its task: this is told of both.
    replace(signals.task_submitted, TaskState, TASK_SUBMITTED, task_submitted)
    replace(signals.workflow_submitted, WorkflowState, WORKFLOW_SUBMITTED, nothing)
    replace(signals.workflow_rejected, WorkflowState, REJECTED, partial(workflow_changed, notice=Notice.REJECTED))
    replace(signals.workflow_approved, WorkflowState, APPROVED, partial(workflow_changed, notice=Notice.APPROVED))
    signals.page_published.connect(page_published, sender=PostPage, dispatch_uid="blog.page_published")
    signals.page_unpublished.connect(page_unpublished, sender=PostPage, dispatch_uid="blog.page_unpublished")


def replace(signal, sender, uid: str, receiver) -> None:
    """A mark is connected once: Wagtail's is taken away when it was there, and cannot come when it was not yet."""
    signal.disconnect(sender=sender, dispatch_uid=uid)
    signal.connect(receiver, sender=sender, dispatch_uid=uid, weak=False)


def nothing(sender, **kwargs) -> None:
    """Told when the task begins."""


def task_submitted(sender, instance: TaskState, user=None, **kwargs) -> None:
    tell_of(instance.workflow_state, Notice.SUBMITTED, instance.pk, user)


def workflow_changed(sender, instance: WorkflowState, notice: Notice, user=None, **kwargs) -> None:
    task = instance.current_task_state
    if task is None:
        return
    # What is approved is the latest version, touched up or not while it was read: told by its key, as what is
    # published without a workflow.
    about = instance.content_object.latest_revision_id if notice == Notice.APPROVED else task.pk
    tell_of(instance, notice, about, user)


def tell_of(workflow: WorkflowState, notice: Notice, about: int, user) -> None:
    post = workflow.content_object
    if isinstance(getattr(post, "specific_deferred", None), PostPage):
        tell(notice, post.pk, about, user)


def page_published(sender, instance: PostPage, revision, **kwargs) -> None:
    """Also said of what will be published later, which is then only scheduled."""
    tell(Notice.PUBLISHED, instance.pk, revision.pk)


def page_unpublished(sender, instance: PostPage, **kwargs) -> None:
    # Once for each version that was there to be read.
    tell(Notice.UNPUBLISHED, instance.pk, instance.latest_revision_id or 0)


def tell(notice: Notice, pk: int, about: int, user=None) -> None:
    """Ask the queue, in this very transaction, to tell `notice` of the post `pk`.

    `about` is the key of the task (SUBMITTED, REJECTED), of the remark (REMARKED), of the answer to one (ANSWERED), or
    of the revision that it is about.
    """
    ask(TELL, seconds=PAUSE, notice=notice.value, pk=pk, about=about, by_id=user.pk if user else None)
