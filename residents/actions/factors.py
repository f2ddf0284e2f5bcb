"""Second factors that their person has lost: the house, which knows the person, forgets them."""

import uuid

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from mailing import outbox
from mailing.enums import Topic
from mailing.letters import Letter
from residents import rules
from residents.actions import journal
from residents.models import User

FORGOTTEN = "residents.factors_forgotten"


def can_forget(by: User, user: User) -> bool:
    """The house manager, for anybody but administrators; those, for each other."""
    return by.is_superuser or (rules.is_house_manager(by) and not user.is_superuser)


@transaction.atomic
def forget(*, user: User, by: User | None) -> bool:
    """Keys, application of codes and backup codes open nothing any more, and the person is told; False if none.

    `by` is None for who has the server in hand. Raises PermissionDenied.
    """
    if by and not can_forget(by, user):
        raise PermissionDenied
    if not Authenticator.objects.filter(user=user).delete()[0]:
        return False
    journal.note(user, FORGOTTEN, by=by)
    letter = Letter(
        subject=_("Vos clés et codes sont oubliés"),
        name=user.first_name,
        paragraphs=[
            _("La maison a retiré de votre compte vos clés, votre application de codes et vos codes de secours."),
            _("Entrez avec votre mot de passe ou un code reçu par mail, puis ajoutez une nouvelle clé."),
        ],
        action=(_("Me connecter"), outbox.absolute("/compte/login/")),
        after=[_("Vous n’avez rien demandé ? Prévenez la maîtresse d’établissement sans attendre.")],
        why=_("Vous recevez ce message parce que l’accès à votre compte a changé."),
    )
    letter.post(
        key=f"cles-oubliees:{user.pk}:{uuid.uuid4()}",
        topic=Topic.ACCOUNT,
        user=user,
    )
    return True
