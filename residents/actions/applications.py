"""Somebody asks for a place in the house; the house answers, then forgets."""

import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.admin_url_finder import AdminURLFinder

from mailing import outbox
from mailing.enums import Topic
from mailing.letters import Letter
from residents import rules
from residents.actions import journal
from residents.enums import ApplicationState
from residents.models import Application, HouseSettings, User
from residents.places import say_places

# The same words from the same address within this time are the same application, sent twice.
SAME = datetime.timedelta(hours=1)


@transaction.atomic
def receive(
    *, name: str, email: str, message: str, structure: str = "", phone: str = "", share: Decimal | None = None
) -> Application:
    """Keep it, acknowledge it, and tell the house managers; sent twice, it is kept and told once."""
    known = Application.objects.filter(
        email__iexact=email, message=message, created_at__gte=timezone.now() - SAME
    ).first()
    if known:
        return known
    application = Application.objects.create(
        name=name, email=email, message=message, structure=structure, phone=phone, share=share
    )
    acknowledge(application)
    for manager in User.objects.house_managers():
        tell(application, manager)
    return application


@transaction.atomic
def decide(*, application: Application, by: User, state: ApplicationState, note: str = "") -> None:
    """Note where it stands, and what the house says of it to itself: nobody is written to.

    Raises PermissionDenied.
    """
    if not rules.can_decide_applications(by):
        raise PermissionDenied
    kept = Application.objects.select_for_update().get(pk=application.pk)
    before = kept.state
    kept.state, kept.note = state, note
    kept.save()
    journal.note(kept, "wagtail.edit", by=by, before=before, after=state)
    application.refresh_from_db()


def forget() -> int:
    """Delete the applications that the house has kept as long as it said; how many."""
    months = HouseSettings.load().application_kept_months
    return Application.objects.to_forget(months).delete()[1].get("residents.Application", 0)


def acknowledge(application: Application) -> None:
    """Nothing in it is what was typed: anybody may give anybody's address, and the house carries no one's words."""
    months = HouseSettings.load().application_kept_months
    letter = Letter(
        subject=_("Votre candidature est arrivée aux Chaudronneries"),
        paragraphs=[
            _(
                "Nous avons bien reçu votre message. La maîtresse d’établissement le lit et vous répond, "
                "le plus souvent pour proposer une visite."
            )
        ],
        after=[
            ngettext(
                "Ce que vous avez écrit est lu par la maison seule, effacé un mois après le dernier échange.",
                "Ce que vous avez écrit est lu par la maison seule, effacé %(months)d mois après le dernier échange.",
                months,
            )
            % {"months": months}
        ],
        links=[(_("La maison et ses structures"), outbox.absolute("/"))],
        why=_(
            "Vous recevez ce message parce que cette adresse figure sur une candidature. "
            "Si ce n’est pas vous, ne faites rien."
        ),
    )
    letter.post(
        key=f"application-received:{application.pk}",
        topic=Topic.DECISION,
        to=application.email,
    )


def tell(application: Application, manager: User) -> None:
    letter = Letter(
        subject=_("Candidature : %(who)s") % {"who": application.structure or application.name},
        name=manager.first_name,
        paragraphs=[_("%(who)s demande une place dans la maison.") % {"who": application.name}],
        facts=facts(application),
        word=application.message,
        word_by=application.name,
        action=(_("Lire la candidature"), outbox.absolute(office_address(application, manager))),
        why=_("Vous recevez ce message parce que vous tenez la maison."),
    )
    letter.post(
        key=f"application-to-read:{application.pk}",
        topic=Topic.DECISION,
        user=manager,
    )


def facts(application: Application) -> list[tuple[str, str]]:
    share = application.share and say_places(application.share)
    told = [
        (_("Structure"), application.structure),
        (_("Adresse"), application.email),
        (_("Téléphone"), application.phone),
        (_("Cherche"), share),
    ]
    return [(label, words) for label, words in told if words]


def office_address(application: Application, manager: User) -> str:
    """Where the back office shows it to that manager."""
    return AdminURLFinder(manager).get_edit_url(application) or "/gestion/"
