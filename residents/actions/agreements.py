"""What the house signed is remembered before it ends: its managers are written to, once."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailing import outbox
from mailing.enums import Topic
from mailing.letters import Letter
from residents.actions import journal
from residents.models import Agreement, User
from residents.places import say_date

# The action in the journal, which nobody of the house does.
REMINDED = "residents.agreement_reminded"


def remind_all() -> int:
    """Remind the house of each agreement that is due today, each in its own transaction; how many."""
    due = Agreement.objects.to_remind(timezone.localdate()).order_by("ends_on", "pk")
    return sum(remind(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def remind(pk: int) -> bool:
    """Tell the managers that the agreement ends soon; False when it is not due, or when another worker is at it.

    Its row is held and its date kept with the mails: whatever dies halfway, all is done or nothing is. A house without
    a manager is told when it has one.
    """
    due = Agreement.objects.to_remind(timezone.localdate()).select_related("partner")
    agreement = due.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    managers = list(User.objects.house_managers())
    if not (agreement and managers):
        return False
    for manager in managers:
        tell(agreement, manager)
    agreement.reminded_at = timezone.now()
    agreement.save(update_fields=["reminded_at"])
    journal.note(agreement, REMINDED, by=None, ends_on=agreement.ends_on.isoformat())
    return True


def tell(agreement: Agreement, manager: User) -> None:
    days = (agreement.ends_on - timezone.localdate()).days
    letter(agreement, manager, days).post(
        # Another end, or another reminder, is another thing to tell.
        key=f"agreement-ends:{agreement.pk}:{agreement.ends_on:%Y-%m-%d}:{agreement.remind_days}",
        topic=Topic.DEADLINE,
        user=manager,
    )


def letter(agreement: Agreement, manager: User, days: int) -> Letter:
    contact = ", ".join(filter(None, [agreement.partner.contact_name, agreement.partner.contact_email]))
    facts = [
        (_("Convention"), agreement.title),
        (_("Partenaire"), agreement.partner.name),
        (_("Commencée le"), say_date(agreement.starts_on)),
        (_("Finit le"), say_date(agreement.ends_on)),
        (_("À contacter"), contact),
    ]
    return Letter(
        subject=_("Convention bientôt finie : %(title)s (%(partner)s)")
        % {"title": agreement.title, "partner": agreement.partner.name},
        name=manager.first_name,
        paragraphs=[
            _("« %(title)s », avec %(partner)s, finit %(when)s.")
            % {"title": agreement.title, "partner": agreement.partner.name, "when": say_when(days)}
        ],
        facts=[(label, words) for label, words in facts if words],
        word=agreement.note,
        word_by=_("note de la maison") if agreement.note else "",
        action=(_("Ouvrir la convention"), outbox.absolute(reverse("conventions:edit", args=[agreement.pk]))),
        after=[_("Ce rappel ne part qu’une fois. Une nouvelle date de fin en prépare un autre.")],
        why=_("Vous recevez ce message parce que vous tenez la maison."),
    )


def say_when(days: int) -> str:
    """How far an end is, `days` from today: dans 45 jours."""
    if not days:
        return _("aujourd’hui")
    return ngettext("demain", "dans %(days)d jours", days) % {"days": days}
