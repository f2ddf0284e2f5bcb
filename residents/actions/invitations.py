"""Asking people in: accounts are opened by accepting an invitation, and by nothing else."""

import datetime
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mailing import outbox
from mailing.enums import Topic
from mailing.letters import Letter
from mailing.queue import ask
from residents import passkeys, rules
from residents.actions import journal
from residents.enums import InvitationState, MembershipRole
from residents.models import Invitation, Membership, Resident, User
from residents.models.invitations import in_two_weeks, new_token

# Pressed again sooner than that, the button was pressed twice.
AT_ONCE = datetime.timedelta(minutes=1)
# When all who have not answered are reminded, those written to more recently than that are left alone.
CALM = datetime.timedelta(days=3)
# The job that writes to many (residents/tasks.py), rows written by one query, and letters by one job.
WRITE, BATCH, LETTERS = "residents.tasks.write_invitations", 1_000, 50
SENT_AGAIN = ["token", "expires_at", "sent_at", "times_sent"]


@dataclass(frozen=True)
class Guest:
    """Whom to ask in, and the name by which whoever asks knows them."""

    email: str
    first_name: str = ""
    last_name: str = ""


@transaction.atomic
def invite(
    *, resident: Resident, email: str, role: MembershipRole, first_name: str = "", last_name: str = "", by: User
) -> Invitation | None:
    """Ask `email` in and write to them; None when they are a member already, or were already asked.

    The names are proposed to the person, who writes them as they wish. Raises PermissionDenied.
    """
    guard(by, resident)
    email = email.lower()
    if Membership.objects.filter(resident=resident, user__email=email).exists():
        return None
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                resident=resident, email=email, role=role, first_name=first_name, last_name=last_name, invited_by=by
            )
    except IntegrityError:
        return None
    journal.note(invitation, "wagtail.create", by=by)
    write(invitation)
    return invitation


@transaction.atomic
def invite_all(*, resident: Resident, guests: list[Guest], role: MembershipRole, by: User) -> list[Invitation]:
    """The invitations of those of `guests` who were really asked."""
    asked = [
        invite(
            resident=resident,
            email=guest.email,
            role=role,
            first_name=guest.first_name,
            last_name=guest.last_name,
            by=by,
        )
        for guest in guests
    ]
    return [invitation for invitation in asked if invitation]


@transaction.atomic
def renew(*, invitation: Invitation, by: User) -> bool:
    """Write again, with a new link and two more weeks; the former link opens nothing. False: they were just written to.

    Raises PermissionDenied, and ValidationError when there is an answer.
    """
    kept = unanswered(invitation, by)
    if timezone.now() - kept.sent_at < AT_ONCE and kept.state == InvitationState.OPEN:
        return False
    renewed(kept).save(update_fields=SENT_AGAIN)
    write(kept)
    journal.note(kept, "wagtail.edit", by=by)
    return True


@transaction.atomic
def remind_all(*, by: User, resident: Resident | None = None) -> tuple[int, int]:
    """Write again, in the background, to all who have not answered, of `resident` or of the whole house.

    How many are written to, and how many were left alone because they were less than CALM ago.
    Raises PermissionDenied.
    """
    if not (rules.can_invite(by, resident) if resident else rules.is_house_manager(by)):
        raise PermissionDenied
    waiting = Invitation.objects.waiting().select_related("resident", "invited_by").order_by("pk")
    if resident:
        waiting = waiting.filter(resident=resident)
    everybody = waiting.select_for_update(of=("self",))
    reminded = [renewed(invitation) for invitation in everybody if timezone.now() - invitation.sent_at >= CALM]
    Invitation.objects.bulk_update(reminded, SENT_AGAIN, batch_size=BATCH)
    write_to_all(reminded)
    journal.note_all([journal.entry(invitation, "wagtail.edit", by=by) for invitation in reminded])
    return len(reminded), len(everybody) - len(reminded)


def renewed(invitation: Invitation) -> Invitation:
    """With a new link, for two more weeks; SENT_AGAIN is what the caller saves."""
    invitation.token, invitation.expires_at = new_token(), in_two_weeks()
    invitation.sent_at, invitation.times_sent = timezone.now(), invitation.times_sent + 1
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> None:
    """The link opens nothing any more. Raises PermissionDenied, and ValidationError when there is an answer."""
    kept = unanswered(invitation, by)
    kept.withdrawn_at = timezone.now()
    kept.save(update_fields=["withdrawn_at"])
    journal.note(kept, "wagtail.edit", by=by)


@transaction.atomic
def accept(
    *,
    token: str,
    user: User | None = None,
    first_name: str = "",
    last_name: str = "",
    password: str | None = None,
    key: passkeys.Key | None = None,
) -> User:
    """Join the structure, as `user` or as a new account at the invitation's address; the token has served.

    A new account opens with a `password`, with the `key` of a device, or with neither: a code by mail then.
    The address is proved by the mail that the token came in. Raises ValidationError, code "lapsed" when the token opens
    nothing (any more), "known" when the address has an account that did not sign in.
    """
    invitation = Invitation.objects.open().select_for_update(of=("self",)).filter(token=token).first()
    if invitation is None:
        raise ValidationError(_("Cette invitation n’est plus valable."), "lapsed")
    if user is None:
        user = open_account(invitation.email, first_name, last_name, password, key)
    elif user.email != invitation.email:
        raise ValidationError(_("Cette invitation est pour une autre adresse."), "known")
    Membership.objects.get_or_create(user=user, resident=invitation.resident, defaults={"role": invitation.role})
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    journal.note(invitation, "wagtail.edit", by=user)
    return user


def open_account(email: str, first_name: str, last_name: str, password: str | None, key: passkeys.Key | None) -> User:
    # The device that made a key knows the account by the number that was reserved for it.
    number = {"pk": key.account} if key else {}
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, first_name=first_name, last_name=last_name, **number)
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    except IntegrityError as error:
        # An account of that address, or whose second address it is; perhaps opened at this very instant.
        raise ValidationError(_("Cette adresse a déjà un compte : connectez-vous d’abord."), "known") from error
    if key:
        passkeys.keep(user, key)
    return user


def forget() -> int:
    """Delete the invitations that lapsed long ago, answered or not; how many."""
    return Invitation.objects.to_forget().delete()[1].get("residents.Invitation", 0)


def guard(by: User, resident: Resident) -> None:
    if not rules.can_invite(by, resident):
        raise PermissionDenied


def unanswered(invitation: Invitation, by: User) -> Invitation:
    guard(by, invitation.resident)
    kept = Invitation.objects.select_for_update(of=("self",)).select_related("resident").get(pk=invitation.pk)
    if kept.state not in {InvitationState.OPEN, InvitationState.LAPSED}:
        raise ValidationError(_("Cette invitation a déjà sa réponse."), "answered")
    return kept


def write_to_all(asked: list[Invitation]) -> None:
    """In the background: no page waits for hundreds of letters to be drawn."""
    for start in range(0, len(asked), LETTERS):
        ask(WRITE, invitation_ids=[invitation.pk for invitation in asked[start : start + LETTERS]])


def tell_opened(*, person: User, by: User) -> None:
    """The house opened an account for somebody of no structure: they learn it, and how to come in."""
    letter = Letter(
        subject=_("Votre compte aux Chaudronneries est ouvert"),
        name=person.first_name,
        paragraphs=[
            _("%(who)s vous a ouvert un compte sur le site des Chaudronneries.") % {"who": by},
            _(
                "Aucun mot de passe n’a été choisi pour vous : donnez cette adresse, et un code vous arrive par mail. "
                "Une fois dans la maison, vous pourrez ajouter une clé d’accès ou un mot de passe."
            ),
        ],
        action=(_("Entrer avec un code"), outbox.absolute(reverse("account_request_login_code"))),
        why=_("Vous recevez ce message parce qu’une personne de la maison a donné votre adresse."),
    )
    letter.post(key=f"account-opened:{person.pk}", topic=Topic.ACCOUNT, user=person)


def write(invitation: Invitation) -> None:
    who = str(invitation.invited_by) if invitation.invited_by else _("La maison")
    letter = Letter(
        subject=_("Vous êtes invité·e aux Chaudronneries"),
        paragraphs=[
            _(
                "%(who)s vous invite à rejoindre %(structure)s sur le site des Chaudronneries : y réserver un espace, "
                "s’inscrire aux rendez-vous, dire ce que votre structure sait."
            )
            % {"who": who, "structure": invitation.resident}
        ],
        action=(_("Ouvrir mon compte"), outbox.absolute(invitation.opening_path)),
        after=[
            _("Ce lien ouvre deux semaines, une seule fois. S’il ne répond plus, demandez-en un autre."),
            _("Vous ne connaissez pas cette maison ? Ne faites rien : aucun compte ne s’ouvrira."),
        ],
        why=_("Vous recevez ce message parce qu’une personne de la maison a donné votre adresse."),
    )
    letter.post(
        key=f"invitation:{invitation.pk}:{invitation.times_sent}",
        topic=Topic.ACCOUNT,
        to=invitation.email,
        is_secret=True,
    )
