"""What is said between who writes a post and the house who reads it: remarks are Wagtail's comments."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Comment, CommentReply

from blog import notices, rules
from blog.actions.posts import locked
from blog.models import PostPage
from blog.standing import standing_of
from residents.models import User

# A remark of Wagtail's is about something on the page: an answer to the word of the house is read beside the title.
ON_THE_WHOLE = "title"


@transaction.atomic
def answer(*, post: PostPage, text: str, by: User, to: int | None = None) -> Comment | CommentReply:
    """Say `text` to the house: under the remark `to` (primary key), or about the word by which it gave the post back.

    The same words said twice running are said once. Raises PermissionDenied, and ValidationError when the house waits
    for no answer: it has settled the remark, or has decided.
    """
    post = locked(post.pk)
    if not rules.can_write(by, post):
        raise PermissionDenied
    standing = standing_of(post)
    if not standing.waits_for_answer(to):
        raise ValidationError(_("C’est réglé : la maison n’attend plus de réponse."), "closed")
    if to is None:
        return begin(post, text, by, standing.comments)
    return follow(standing.remark(to), text, by)


def begin(post: PostPage, text: str, by: User, comments: list[Comment]) -> Comment:
    if comments and (comments[-1].text, comments[-1].user_id) == (text, by.pk):
        return comments[-1]
    said = Comment.objects.create(page=post, user=by, text=text, contentpath=ON_THE_WHOLE)
    said.log_create(user=by)
    notices.tell(notices.Notice.REMARKED, post.pk, said.pk, by)
    return said


def follow(remark: Comment, text: str, by: User) -> CommentReply:
    last = remark.answers[-1] if remark.answers else None
    if last and (last.text, last.user_id) == (text, by.pk):
        return last
    said = CommentReply.objects.create(comment=remark, user=by, text=text)
    said.log_create(user=by)
    notices.tell(notices.Notice.ANSWERED, remark.page_id, said.pk, by)
    return said
