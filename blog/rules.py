"""Who may do what with posts: pure predicates on a person and a post, `user` possibly anonymous.

A post belongs to who proposed it and to its authors, the only ones who read it before it is published, with the house
manager. A structure that a post speaks of does not own it: its leads neither read nor change a colleague's draft.
"""

from blog.models import PostPage
from residents.models import User
from residents.rules import is_house_manager, is_resident


def can_propose(user: User) -> bool:
    return is_resident(user)


def is_author(user: User, post: PostPage) -> bool:
    """`post` as it stands in the database: a revision may name other authors, who are not yet."""
    return user.is_authenticated and (post.owner_id == user.pk or any(one.pk == user.pk for one in post.authors.all()))


def can_write(user: User, post: PostPage) -> bool:
    """Writes, sends and takes back, while they belong to the house."""
    return is_resident(user) and is_author(user, post)


def can_discard(user: User, post: PostPage) -> bool:
    """Who proposed it, and nobody in their place."""
    return is_resident(user) and post.owner_id == user.pk


def can_preview(user: User, post: PostPage) -> bool:
    return can_write(user, post) or is_house_manager(user)
