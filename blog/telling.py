"""Who is told of what happens to posts, and in which words. Nobody is told of a post that they may not read."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Comment, CommentReply, PageLogEntry, Revision, TaskState

from agenda.times import say_day, say_time
from blog import rules
from blog.models import PostPage
from blog.notices import Notice
from blog.standing import open_comments
from mailing.enums import Topic
from mailing.letters import Letter
from mailing.outbox import absolute, one_line
from residents.models import User

# What Wagtail's journal calls them.
OUT, SCHEDULED_OUT, PLANNED = "wagtail.publish", "wagtail.publish.scheduled", "wagtail.publish.schedule"
BACK = "wagtail.unpublish"


def tell(notice: Notice, pk: int, about: int, by: User | None) -> None:
    """Write what still holds to each person concerned; done again, it writes only what is missing."""
    post = PostPage.objects.filter(pk=pk).select_related("owner").first()
    if post is None:
        return
    match notice:
        case Notice.SUBMITTED:
            submitted(post, about, by)
        case Notice.REJECTED:
            rejected(post, about)
        case Notice.APPROVED | Notice.PUBLISHED:
            published(post, about, by, was_approved=notice == Notice.APPROVED)
        case Notice.UNPUBLISHED:
            unpublished(post, about)
        case Notice.REMARKED:
            remark = Comment.objects.filter(pk=about).select_related("user").first()
            said(post, notice, remark, remark)
        case Notice.ANSWERED:
            reply = CommentReply.objects.filter(pk=about).select_related("user", "comment").first()
            said(post, notice, reply, reply and reply.comment)


def title_of(post: PostPage) -> str:
    return one_line(post.draft_title or post.title)


def name_of(user: User | None) -> str:
    return one_line(str(user)) if user else _("la maison")


def writers(post: PostPage, *, but: User | None) -> list[User]:
    """Who proposed it and its authors, less who did it and those who left the house."""
    people = User.objects.with_roles().filter(Q(pk=post.owner_id) | Q(posts=post)).distinct()
    return [person for person in people if person != but and rules.can_write(person, post)]


def write(notice: Notice, post: PostPage, key: str, person: User, topic: Topic, letter: Letter) -> None:
    letter.post(key=f"{notice}:{post.pk}:{key}", topic=topic, user=person)


def why_writer() -> str:
    return _("Vous recevez ce message parce que vous avez écrit cet article.")


def why_house() -> str:
    return _("Vous recevez ce message parce que vous relisez ce que la maison publie.")


def submitted(post: PostPage, about: int, by: User | None) -> None:
    """To the house managers, while it still waits for them."""
    task = TaskState.objects.filter(pk=about, status=TaskState.STATUS_IN_PROGRESS).first()
    if task is None:
        return
    again = TaskState.objects.filter(workflow_state=task.workflow_state, pk__lt=task.pk).exists()
    said = _("%(who)s vous renvoie un article, corrigé.") if again else _("%(who)s propose un article.")
    if post.live and not again:
        said = _("%(who)s propose des changements à un article publié.")
    for person in User.objects.house_managers():
        if person == by:
            continue
        letter = Letter(
            subject=_("À relire : %(title)s") % {"title": title_of(post)},
            name=person.first_name,
            paragraphs=[said % {"who": name_of(by or post.owner)}],
            facts=[(_("Article"), title_of(post))],
            action=(_("Le lire et décider"), absolute(reverse("wagtailadmin_pages:edit", args=[post.pk]))),
            links=[(_("Le lire comme le public le lira"), absolute(reverse("blog:preview", args=[post.pk])))],
            why=why_house(),
        )
        write(Notice.SUBMITTED, post, str(about), person, Topic.DECISION, letter)


def rejected(post: PostPage, about: int) -> None:
    """What the house asks for: its word, and what it left on the text."""
    task = TaskState.objects.filter(pk=about, status=TaskState.STATUS_REJECTED).select_related("finished_by").first()
    if task is None or task.workflow_state.current_task_state_id != task.pk:
        return
    comments = [one_line(comment.text) for comment in open_comments([post.pk]) if not comment.is_by_writer]
    remarks = ngettext("Une remarque sur le texte :", "%(count)s remarques sur le texte :", len(comments))
    paragraphs = [_("La maison a lu votre article, et vous demande un changement avant de le publier.")]
    for person in writers(post, but=task.finished_by):
        letter = Letter(
            subject=_("À reprendre : %(title)s") % {"title": title_of(post)},
            name=person.first_name,
            paragraphs=[*paragraphs, *([remarks % {"count": len(comments)}] if comments else [])],
            lines=comments[:30],
            word=task.comment,
            word_by=name_of(task.finished_by) if task.comment else "",
            action=(_("Le corriger"), absolute(reverse("blog:write", args=[post.pk]))),
            why=why_writer(),
        )
        write(Notice.REJECTED, post, str(about), person, Topic.PUBLICATION, letter)


def said(post: PostPage, notice: Notice, what: Comment | CommentReply | None, remark: Comment | None) -> None:
    """To the house what a writer says, to the writers what the house says, while the remark is not settled."""
    if what is None or remark.resolved_at:
        return
    if rules.is_author(what.user, post):
        for person in User.objects.house_managers():
            if person != what.user:
                write(notice, post, str(what.pk), person, Topic.DECISION, from_writer(post, what, remark, person))
        return
    for person in writers(post, but=what.user):
        write(notice, post, str(what.pk), person, Topic.PUBLICATION, from_house(post, what, remark, person))


def from_writer(post: PostPage, what: Comment | CommentReply, remark: Comment, person: User) -> Letter:
    return Letter(
        subject=_("Réponse : %(title)s") % {"title": title_of(post)},
        name=person.first_name,
        paragraphs=[_("%(who)s répond à ce que la maison demande.") % {"who": name_of(what.user)}],
        facts=[(_("Article"), title_of(post)), *about(what, remark)],
        word=what.text,
        word_by=name_of(what.user),
        action=(_("Lire l’article et y répondre"), absolute(reverse("wagtailadmin_pages:edit", args=[post.pk]))),
        links=[(_("Le lire comme le public le lira"), absolute(reverse("blog:preview", args=[post.pk])))],
        after=[_("Les remarques et leurs réponses s’ouvrent par la bulle, en haut à droite de l’article.")],
        why=why_house(),
    )


def from_house(post: PostPage, what: Comment | CommentReply, remark: Comment, person: User) -> Letter:
    return Letter(
        subject=_("Un mot de la maison : %(title)s") % {"title": title_of(post)},
        name=person.first_name,
        paragraphs=[_("La maison vous écrit au sujet de votre article.")],
        facts=[(_("Article"), title_of(post)), *about(what, remark)],
        word=what.text,
        word_by=name_of(what.user),
        action=(_("Lire et répondre"), absolute(reverse("blog:answer", args=[post.pk, remark.pk]))),
        links=[(_("Mes articles"), absolute(reverse("blog:mine")))],
        why=why_writer(),
    )


def about(what: Comment | CommentReply, remark: Comment) -> list[tuple[str, str]]:
    """The remark that is answered."""
    return [] if what == remark else [(_("Remarque"), one_line(remark.text))]


def published(post: PostPage, about: int, by: User | None, *, was_approved: bool) -> None:
    """The version `about` is there to be read, or will be: told once, whichever way it came.

    What the house manager only touches up on the blog is not told.
    """
    revision = Revision.objects.filter(pk=about).first()
    if revision is None:
        return
    if revision.approved_go_live_at:
        entries = PageLogEntry.objects.filter(page=post, action=PLANNED).order_by("-timestamp", "-pk")
        scheduled(post, revision, by or doer(entries[:1]))
        return
    if not post.live or post.live_revision_id != revision.pk:
        return
    entries = list(history(post)[:2])
    actions = [entry.action for entry in entries]
    # Not by the journal alone, which forgets after a year that the post came out before.
    is_first = post.first_published_at is None or post.first_published_at >= revision.created_at
    is_back = len(actions) > 1 and actions[1].startswith(BACK)
    if not (was_approved or actions[:1] == [SCHEDULED_OUT] or is_first or is_back):
        return
    address = absolute(post.get_absolute_url())
    word = _("Votre article est sur le blog.") if is_first else _("La maison a publié vos changements.")
    for person in writers(post, but=by or doer(entries)):
        letter = Letter(
            subject=_("Publié : %(title)s") % {"title": title_of(post)},
            name=person.first_name,
            paragraphs=[word, _("Tout le monde peut le lire à cette adresse, que vous pouvez donner :")],
            action=(one_line(post.title), address),
            links=[(_("Mes articles"), absolute(reverse("blog:mine")))],
            why=why_writer(),
        )
        write(Notice.PUBLISHED, post, str(about), person, Topic.PUBLICATION, letter)


def scheduled(post: PostPage, revision: Revision, by: User | None) -> None:
    moment = revision.approved_go_live_at
    when = _("le %(day)s à %(time)s") % {"day": say_day(moment), "time": say_time(moment)}
    for person in writers(post, but=by):
        letter = Letter(
            subject=_("Programmé : %(title)s") % {"title": title_of(post)},
            name=person.first_name,
            paragraphs=[_("La maison a relu votre article : il paraîtra %(when)s.") % {"when": when}],
            action=(_("Mes articles"), absolute(reverse("blog:mine"))),
            why=why_writer(),
        )
        key = f"{revision.pk}:programme-{moment:%Y%m%d%H%M}"
        write(Notice.PUBLISHED, post, key, person, Topic.PUBLICATION, letter)


def unpublished(post: PostPage, about: int) -> None:
    if post.live:
        return
    for person in writers(post, but=doer(history(post)[:1])):
        letter = Letter(
            subject=_("Retiré du blog : %(title)s") % {"title": title_of(post)},
            name=person.first_name,
            paragraphs=[
                _("La maison a retiré votre article du blog : le public ne le lit plus."),
                _("Il reste parmi vos articles : vous pouvez le changer, et le faire relire."),
            ],
            action=(_("Mes articles"), absolute(reverse("blog:mine"))),
            why=why_writer(),
        )
        write(Notice.UNPUBLISHED, post, str(about), person, Topic.PUBLICATION, letter)


def history(post: PostPage):
    """What was published and unpublished, latest first."""
    moves = Q(action__startswith=OUT) & ~Q(action=PLANNED) | Q(action__startswith=BACK)
    return PageLogEntry.objects.filter(moves, page=post).select_related("user").order_by("-timestamp", "-pk")


def doer(entries: Iterable[PageLogEntry]) -> User | None:
    """Who did the last of them, by Wagtail's journal; None for the clock."""
    return next((entry.user for entry in entries), None)
