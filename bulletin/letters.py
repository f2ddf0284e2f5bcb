"""What is written about « Sur le feu »: the mails of subscribing, and each person's copy of an issue."""

import uuid

from django.template import engines
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.times import say_day
from bulletin.models import Delivery, Subscriber
from bulletin.pages.mail import IssueMail
from mailing import outbox
from mailing.enums import Topic
from mailing.letters import Letter
from mailing.models import Mail
from mailing.outbox import absolute
from residents.models import User

COPY = "bulletin/mail/issue"


# Subscribing


def post_to_confirm(subscriber: Subscriber) -> Mail | None:
    """The second half of the opt-in: whoever reads the mail presses the button of the page that it leads to."""
    letter = Letter(
        subject=_("À confirmer : recevoir « Sur le feu »"),
        paragraphs=[
            _("Quelqu’un, vous sans doute, a demandé à recevoir ici « Sur le feu », le bulletin des Chaudronneries."),
            _("Il reste à le confirmer, dans les sept jours. Vous n’avez rien demandé ? Ne faites rien."),
        ],
        action=(_("Confirmer mon abonnement"), address("confirm", subscriber.token)),
        why=_("Vous recevez ce message, et lui seul, parce que cette adresse nous a été donnée sur notre site."),
    )
    return post(f"bulletin:confirmer:{subscriber.pk}:{subscriber.asked_at.isoformat()}", subscriber.email, letter)


def post_already(subscriber: Subscriber) -> Mail | None:
    letter = Letter(
        subject=_("Vous recevez déjà « Sur le feu »"),
        paragraphs=[
            _("Quelqu’un, vous sans doute, a demandé à recevoir ici « Sur le feu ». C’est déjà le cas."),
            _("Le prochain numéro arrivera dès qu’il paraît. S’il n’arrive pas, regardez dans les indésirables."),
        ],
        action=(_("Lire les numéros parus"), address("index")),
        links=[(_("Me désabonner"), address("leave", subscriber.token))],
        why=why_subscriber(subscriber),
    )
    return post(known("bulletin:deja", subscriber), subscriber.email, letter, address("leave", subscriber.token))


def post_to_reader(user: User) -> Mail | None:
    """Somebody who gets it by default, or chose not to, is led to that choice: an account's own matter."""
    letter = Letter(
        subject=_("« Sur le feu » se choisit dans votre compte"),
        name=user.first_name,
        paragraphs=[
            _("Quelqu’un, vous sans doute, a demandé à recevoir ici « Sur le feu »."),
            _("Vous êtes de la maison : le bulletin vous arrive sans abonnement, à moins que vous ne l’ayez décoché."),
        ],
        action=(_("Choisir mes courriers"), absolute(reverse("mailing:preferences"))),
        why=_("Vous recevez ce message parce que cette adresse, qui a un compte, a été donnée sur notre site."),
    )
    return post(known("bulletin:compte", user), user.email, letter)


def known(what: str, who) -> str:
    """A key of its own for each answer, given as often as it is asked for: views hold the pace."""
    return f"{what}:{who.pk}:{uuid.uuid4()}"


def post(key: str, to: str, letter: Letter, refuse_url: str = "") -> Mail | None:
    return letter.post(key=key, topic=Topic.BULLETIN, to=to, refuse_url=refuse_url)


def address(name: str, *args) -> str:
    return absolute(reverse(f"bulletin:{name}", args=args))


# An issue


def post_copy(mail: IssueMail, delivery: Delivery) -> Mail | None:
    """This person's copy, with their own way out; None when they refuse it, or have it already."""
    subscriber, user = delivery.subscriber, delivery.user
    return outbox.post(
        key=mail.key,
        topic=Topic.BULLETIN,
        template=COPY,
        context=copy_context(mail, why_subscriber(subscriber) if subscriber else why_reader(user)),
        user=user,
        to=delivery.to,
        # Of somebody who is both, it ends both (bulletin.actions.subscribers.leave).
        refuse_url=address("leave", subscriber.token) if subscriber else "",
        headers=list_id(),
    )


def post_test(mail: IssueMail, *, to: User, key: str) -> Mail | None:
    """A copy to look at in one's own mail client, though one may refuse the bulletin."""
    return outbox.post(
        key=key,
        topic=Topic.BULLETIN,
        template=COPY,
        context=copy_context(mail, why_reader(to), is_test=True),
        to=to.email,
        refuse_url=outbox.ways_out(to, Topic.BULLETIN)["refuse_url"],
        headers=list_id(),
    )


def drawn(mail: IssueMail, *, to: User) -> tuple[str, str, str]:
    """Subject, text and HTML of the copy that `to` would get, to be looked at."""
    context = {**copy_context(mail, why_reader(to)), **outbox.ways_out(to, Topic.BULLETIN)}
    subject, text = outbox.render_text(f"{COPY}.txt", context)
    html = engines["django"].get_template(f"{COPY}.html").render({**context, "subject": subject})
    return subject, text, html


def copy_context(mail: IssueMail, why: str, *, is_test: bool = False) -> dict:
    return {"issue": mail, "why": why, "is_test": is_test}


def list_id() -> dict[str, str]:
    """By which mail clients file what comes from one list (RFC 2919)."""
    host = absolute("").partition("://")[2].partition(":")[0]
    return {"List-Id": f"Sur le feu <sur-le-feu.{host}>"}


def why_reader(user: User | None) -> str:
    if user and user.is_house_manager:
        return _("Vous recevez « Sur le feu » parce que vous tenez la maison.")
    return _("Vous recevez « Sur le feu » parce que votre structure est en résidence aux Chaudronneries.")


def why_subscriber(subscriber: Subscriber) -> str:
    return _("Vous recevez « Sur le feu » parce que vous vous y êtes abonné·e, %(day)s.") % {
        "day": say_day(subscriber.confirmed_at)
    }
