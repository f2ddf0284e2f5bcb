"""From a visitor's phone to the copy that they get, and out again in one click."""

import re

import pytest
from playwright.sync_api import expect

from bulletin.actions import sendings
from bulletin.models import Subscriber
from tests.bulletin.issues import full_issue
from tests.worker import work, work_at_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]
READER = "lectrice@ailleurs.example"


def link_of(message, words: str, live_server) -> str:
    """The address behind `words` in the HTML of a mail, on the server under test."""
    html = message.get_body(["html"]).get_content()
    [href] = re.findall(rf'<a href="([^"]+)">{words}</a>', html)
    return href.replace("http://localhost:8000", live_server.url)


def test_visitor_subscribes_gets_the_issue_and_leaves(page, sign_in, live_server, post_office, house_manager, settings):
    settings.BULLETIN_MAILS_A_MINUTE = 6000
    issue = full_issue()
    page.goto("/sur-le-feu/inscription/")
    page.get_by_label("Votre adresse e-mail").fill(READER)
    # Nobody reads and fills a form within seconds.
    page.wait_for_timeout(3100)
    page.get_by_role("button", name="M’abonner").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez vos mails")
    work()
    [asked] = post_office.taken
    page.goto(link_of(asked, "Confirmer mon abonnement", live_server))
    page.get_by_role("button", name="Confirmer mon abonnement").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes abonné·e")

    sign_in(page, house_manager)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/gestion/bulletin/{issue.pk}/envoi/")
    heading = page.frame_locator("iframe").get_by_role("heading", level=1)
    expect(heading).to_have_text("Le printemps")
    page.get_by_role("link", name="Envoyer à 2 personnes…").click()
    page.get_by_role("button", name="Envoyer à 2 personnes").click()
    status = page.locator("#sending_said")
    expect(status).to_have_text("En cours : 0 % environ.")
    work()
    # The page asks by itself.
    expect(status).to_have_text("Fini : 2 messages sont partis.", timeout=10_000)
    assert sorted(post_office.recipients[1:]) == sorted([READER, house_manager.email])

    page.context.clear_cookies()
    page.set_viewport_size({"width": 390, "height": 844})
    [copy] = [message for message in post_office.taken[1:] if message["To"] == READER]
    answer = page.request.post(
        copy["List-Unsubscribe"].strip("<> ").replace("http://localhost:8000", live_server.url),
        form={"List-Unsubscribe": "One-Click"},
    )
    page.goto(link_of(copy, "Ne plus recevoir « Sur le feu »", live_server))
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est noté")
    assert (answer.status, Subscriber.objects.get().state, sendings.recipients()[0].to) == (
        200,
        "parti",
        house_manager.email,
    )


def test_without_script_the_progress_is_read_anew(chromium, sign_in, live_server, house_manager, post_office):
    issue = full_issue()
    sendings.start(issue=issue, by=house_manager)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, house_manager)
    page.goto(f"/gestion/bulletin/{issue.pk}/envoi/")
    expect(page.locator("#sending_said")).to_have_text("En cours : 0 % environ.")
    page.get_by_role("button", name="Suspendre l’envoi").click()
    expect(page.locator("#sending_said")).to_have_text("Suspendu : 1 reste à écrire.")
    page.get_by_role("button", name="Reprendre l’envoi").click()
    work_at_once()
    page.get_by_role("link", name="Actualiser").click()
    expect(page.locator("#sending_said")).to_have_text("Fini : 1 message est parti.")
    context.close()
