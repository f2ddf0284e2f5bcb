"""What one refuses is not written, in one click and without an account; what one needs is."""

import pytest

from mailing import refusing
from mailing.enums import Topic
from tests.factories import UserFactory
from tests.mailing.letters import post
from tests.worker import work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]


def test_refused_topic_is_not_written_but_one_s_account_is():
    camille = UserFactory()
    refusing.refuse(by=camille, topic=Topic.BOOKING)
    written = [
        bool(post(to="", user=camille)),
        bool(post(to="", user=camille, topic=Topic.REMINDER, key="rappel:1")),
        bool(post(to="", user=camille, topic=Topic.ACCOUNT, key="compte:1")),
    ]
    assert written == [False, True, True]


def test_who_left_is_not_written_to():
    assert post(to="", user=UserFactory(is_active=False)) is None


def test_mail_can_be_refused_in_one_click(post_office):
    camille = UserFactory()
    post(to="", user=camille)
    work()
    [taken] = post_office.taken
    address = f"http://localhost:8000/courriers/refuser/{refusing.token(camille, Topic.BOOKING)}/"
    assert (taken["List-Unsubscribe"].strip(), taken["List-Unsubscribe-Post"], taken["Auto-Submitted"]) == (
        f"<{address}>",
        "List-Unsubscribe=One-Click",
        "auto-generated",
    )


@pytest.mark.parametrize("topic", [Topic.ACCOUNT, Topic.BOOKING])
def test_what_cannot_be_refused_offers_no_way_out(topic):
    """An account's own mails; and those of somebody without account, who has nothing to choose."""
    mail = post(topic=topic, **({"to": "", "user": UserFactory()} if topic == Topic.ACCOUNT else {}))
    assert (mail.headers, "Choisir" in mail.text, "refuser" in mail.html) == ({}, False, False)


def test_way_out_given_by_who_writes(post_office):
    """Of somebody without an account who subscribed to something; whoever writes knows where it is left."""
    post(refuse_url="http://localhost:8000/quitter/jeton/", headers={"List-Id": "Liste <liste.localhost>"})
    work()
    [taken] = post_office.taken
    assert (taken["List-Unsubscribe"], taken["List-Unsubscribe-Post"], taken["List-Id"]) == (
        "<http://localhost:8000/quitter/jeton/>",
        "List-Unsubscribe=One-Click",
        "Liste <liste.localhost>",
    )
