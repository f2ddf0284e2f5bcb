"""A person, or a structure, leaves the house: what was published stays, signed as they wish."""

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Revision
from wagtail.search import index

from blog.models import PostPage
from residents.models import Resident, User

LONGEST = PostPage._meta.get_field("signature").max_length


def unpublished_of(user: User):
    """Drafts that nobody but them wrote, and that never came out: they go with them."""
    drafts = PostPage.objects.proposed_by(user).filter(live=False, first_published_at=None)
    others = PostPage.authors.through.objects.exclude(user=user).values("postpage")
    proposed_by_others = PostPage.objects.filter(owner__isnull=False).exclude(owner=user)
    return drafts.exclude(pk__in=others).exclude(pk__in=proposed_by_others)


@transaction.atomic
def forget_person(*, user: User, by: User | None, signs: bool = False) -> None:
    """Delete the drafts that are theirs alone; other posts keep their name as a signature (`signs`), or lose it.

    A post that nothing would sign any more is signed by the person's structures.
    """
    for draft in unpublished_of(user):
        log(instance=draft, action="wagtail.delete", user=by, deleted=True, title=str(_("un brouillon")))
        draft.delete()
    structures = get_text_list(sorted(resident.name for resident in user.residents_list), _("et"))
    for post in PostPage.objects.filter(authors=user).order_by("pk"):
        alone = not post.authors.exclude(pk=user.pk).exists()
        added = user.get_full_name() if signs else structures if alone and not post.signature else ""
        signature = joined(post.signature, added)
        rewrite(post, lambda content, more=added: without_author(content, user.pk, more))
        post.authors.through.objects.filter(postpage=post, user=user).delete()
        put(post, signature)


def joined(signature: str, name: str) -> str:
    """« l’atelier et Ana Rivet », as far as there is room; what already signs is not said twice."""
    if not name or name in signature:
        return signature
    whole = _("%(one)s et %(other)s") % {"one": signature, "other": name} if signature else name
    return whole if len(whole) <= LONGEST else signature or name[:LONGEST]


def put(post: PostPage, signature: str) -> None:
    PostPage.objects.filter(pk=post.pk).update(signature=signature)
    index.insert_or_update_object(PostPage.objects.get(pk=post.pk))


def rewrite(post: PostPage, change) -> None:
    """Have `change` edit what each version of the post says: one that is published later names nobody who left."""
    for revision in Revision.objects.for_instance(post).select_for_update(of=("self",)):
        change(revision.content)
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def without_author(content: dict, pk: int, name: str) -> None:
    if pk in content.get("authors", []):
        content["authors"] = [author for author in content["authors"] if author != pk]
        content["signature"] = joined(content.get("signature", ""), name)


@transaction.atomic
def forget_structure(*, resident: Resident, by: User) -> None:
    """What was published about it stays; it is no longer said whom it concerns, and it signs by no name."""
    concerned = PostPage.objects.filter(residents=resident) | PostPage.objects.filter(signature=resident.name)
    for post in concerned.distinct().order_by("pk"):
        rewrite(post, lambda content: without_structure(content, resident))
        post.residents.through.objects.filter(postpage=post, resident=resident).delete()
        put(post, _("une structure partie") if post.signature == resident.name else post.signature)


def without_structure(content: dict, resident: Resident) -> None:
    content["residents"] = [pk for pk in content.get("residents", []) if pk != resident.pk]
    if content.get("signature") == resident.name:
        content["signature"] = _("une structure partie")
