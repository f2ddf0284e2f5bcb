"""Choosing what one is told; refusing from a mail; reading the mails of a house that is tried out."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from mailing import outbox, refusing
from mailing.enums import MailState, Topic
from mailing.letters import TEMPLATE, Letter
from mailing.models import Mail, Refusal
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PREFERENCES = "/compte/courriers/"
# To anybody who decides of nothing.
OFFERED = ["reservation", "rappel", "rendez-vous", "publication", "bulletin"]


def post(n=1, **fields):
    letter = Letter(subject=f"Réservé : salle {n}", paragraphs=["C’est noté."], why="Vous avez réservé.")
    fields = {"to": f"passante{n}@ailleurs.example", "topic": Topic.BOOKING, **fields}
    return outbox.post(key=f"{n}", template=TEMPLATE, context={"letter": letter}, **fields)


def topics(response) -> list[str]:
    return [value for value, _ in response.context["form"].fields["topics"].choices]


def test_each_chooses_what_they_get(client, member):
    client.force_login(member)
    shown = client.get(PREFERENCES)
    assert (topics(shown), shown.context["form"]["topics"].value()) == (
        OFFERED,
        OFFERED,
    )
    assert client.post(PREFERENCES, {"topics": ["reservation"]}).url == PREFERENCES
    assert set(Refusal.objects.values_list("user", "topic")) == {(member.pk, topic) for topic in OFFERED[1:]}
    assert client.get(PREFERENCES).context["form"]["topics"].value() == ["reservation"]


def test_every_box_can_be_cleared_and_ticked_again(client, member):
    client.force_login(member)
    client.post(PREFERENCES, {})
    none = Refusal.objects.count()
    client.post(PREFERENCES, {"topics": OFFERED})
    assert (none, Refusal.objects.count()) == (len(OFFERED), 0)


@pytest.mark.parametrize("topic", ["compte", "decision", "echeance", "inconnu", "\0"])
def test_what_is_not_offered_cannot_be_chosen(client, member, topic):
    client.force_login(member)
    response = client.post(PREFERENCES, {"topics": [topic]})
    assert (response.status_code, Refusal.objects.count()) == (422, 0)


def test_requests_to_decide_and_deadlines_are_the_house_manager_s(client, house_manager):
    client.force_login(house_manager)
    assert set(topics(client.get(PREFERENCES))) - set(OFFERED) == {"decision", "echeance"}


def test_account_leads_to_the_choice(client, member):
    client.force_login(member)
    assert f'href="{PREFERENCES}"' in client.get("/compte/email/").content.decode()


def refusal_of(user, topic=Topic.REMINDER) -> str:
    return reverse("mailing:refuse", args=[refusing.token(user, topic)])


def test_link_of_a_mail_asks_and_does_nothing_yet(client, member):
    """A mail scanner opens it too."""
    shown = client.get(refusal_of(member))
    assert (shown.status_code, Refusal.objects.count()) == (200, 0)
    assert member.email in shown.content.decode()


def test_mail_client_refuses_in_one_click(member):
    """RFC 8058: a POST without cookie nor token of ours, that is not redirected."""
    site = Client(enforce_csrf_checks=True)
    done = site.post(refusal_of(member), {"List-Unsubscribe": "One-Click"})
    again = site.post(refusal_of(member), {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, again.status_code) == (200, 200)
    assert list(Refusal.objects.values_list("user", "topic")) == [(member.pk, "rappel")]


def test_forged_or_orphan_link_is_not_found(client, member):
    address = refusal_of(member)
    forged = refusal_of(UserFactory()).split("/")[-2].split(":")[0] + ":" + address.split(":")[-1]
    gone = refusal_of(member)
    member.delete()
    addresses = [reverse("mailing:refuse", args=["rien"]), f"/courriers/refuser/{forged}", gone]
    assert [client.post(address).status_code for address in addresses] == [404, 404, 404]
    assert Refusal.objects.count() == 0


def test_manager_reads_mails_newest_first(client, house_manager):
    post(1), post(2)
    client.force_login(house_manager)
    page = client.get("/courrier/").context["page"]
    assert [mail.subject for mail in page] == ["Réservé : salle 2", "Réservé : salle 1"]


@pytest.mark.parametrize(
    ("q", "found"), [("salle 2", [2]), ("PASSANTE1", [1]), ("rien", []), ("%", []), ("\0", [2, 1]), ("x" * 101, [2, 1])]
)
def test_mails_are_searched_by_subject_and_address(client, house_manager, q, found):
    post(1), post(2)
    client.force_login(house_manager)
    page = client.get("/courrier/", {"q": q}).context["page"]
    assert [int(mail.key) for mail in page] == found


@pytest.mark.parametrize("page", ["0", "-1", "9" * 30, "rien"])
def test_absurd_page_is_a_page(client, house_manager, page):
    post(1)
    client.force_login(house_manager)
    assert client.get("/courrier/", {"page": page}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_mails_cost_the_same_for_one_and_for_three(client, house_manager, django_assert_max_num_queries, count):
    for n in range(count):
        post(n)
    client.force_login(house_manager)
    with django_assert_max_num_queries(5):
        client.get("/courrier/")


def test_mail_is_read_as_text_and_as_html_that_runs_nothing(client, house_manager):
    mail = post()
    client.force_login(house_manager)
    shown, html = client.get(f"/courrier/{mail.pk}/"), client.get(f"/courrier/{mail.pk}/html/")
    assert "C’est noté." in shown.content.decode()
    assert html.content.decode() == mail.html
    assert sorted(html["Content-Security-Policy"].split("; ")) == [
        "base-uri 'none'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "style-src 'unsafe-inline'",
    ]
    assert html["X-Frame-Options"] == "SAMEORIGIN"
    # Asked for again, it is never « not modified », which would come with the site's own policy.
    assert [response.has_header("ETag") for response in (shown, html)] == [False, False]


def test_secret_mail_that_left_says_why_it_is_empty(client, house_manager):
    mail = post(is_secret=True)
    Mail.objects.update(text="", html="", state=MailState.SENT, sent_at=mail.created_at)
    client.force_login(house_manager)
    shown = client.get(f"/courrier/{mail.pk}/").content.decode()
    assert ("effacé dès son départ" in shown, "<iframe" in shown) == (True, False)
    assert client.get(f"/courrier/{mail.pk}/html/").status_code == 404


@pytest.mark.parametrize("name", ["mailing:mails", "mailing:mail", "mailing:mail_html"])
def test_mails_are_the_manager_s_and_of_no_production(client, settings, member, house_manager, name):
    mail = post()
    address = reverse(name, args=[] if name == "mailing:mails" else [mail.pk])
    client.force_login(member)
    refused = client.get(address).status_code
    settings.LOCAL = False
    client.force_login(house_manager)
    assert (refused, client.get(address).status_code) == (403, 404)
    assert "/courrier/" not in client.get(PREFERENCES).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_mail_is_drawn_in_its_frame(page, sign_in, house_manager):
    mail = post()
    sign_in(page, house_manager)
    page.goto("/courrier/")
    page.get_by_role("link", name=mail.subject).click()
    page.reload()
    expect(page.frame_locator("iframe").get_by_role("heading")).to_have_text(mail.subject)
    ground = page.frame_locator("iframe").locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert ground == "rgb(247, 242, 232)"
