"""From a telephone in the corridor to the public, the feed and the bulletin: a post proposed, corrected, published."""

import pytest
from playwright.sync_api import expect

from blog.models import PostPage
from blog.standing import State, standing_of
from bulletin.models import BulletinPage
from mailing.models import Mail
from residents.models import Picture
from tests.blog.writing import content_of, draft, photograph
from tests.browser import settled
from tests.factories import MembershipFactory, UserFactory
from tests.worker import work_at_once

pytestmark = pytest.mark.browser


def test_post_goes_from_a_telephone_to_the_public(page, sign_in, live_server, client):
    resident = MembershipFactory().user
    manager = UserFactory(house_manager=True)
    sign_in(page, resident)

    # Two taps from the home page.
    page.goto("/")
    page.locator(".site-header .menu__button").click()
    page.get_by_role("link", name="Proposer un article").first.click()
    page.get_by_label("Titre", exact=True).fill("La verrière est posée")
    page.get_by_label("Résumé").fill("Trois jours de travaux, et de la lumière.")
    photo = photograph()
    sent = {"name": photo.name, "mimeType": "image/jpeg", "buffer": photo.read()}
    page.get_by_label("Prendre ou envoyer une photo").first.set_input_files(sent)
    expect(page.get_by_alt_text("L’image choisie")).to_be_visible()
    settled(page)
    page.get_by_label("Ce que l’on y voit").fill("Une verrière neuve")
    page.get_by_role("button", name="Texte", exact=True).click()
    page.get_by_label("Texte", exact=True).fill("## Le chantier\n\nNous avons **posé** la verrière.")
    page.get_by_role("button", name="Voir", exact=True).click()
    expect(page.locator(".writing__seen h2")).to_have_text("Le chantier")
    settled(page)
    page.get_by_role("button", name="Citation", exact=True).click()
    page.get_by_label("Citation", exact=True).fill("On y voit clair.")
    page.get_by_role("button", name="Faire relire").click()
    expect(page.get_by_text("La maison va relire votre article.")).to_be_visible()
    expect(page.get_by_text("à relire par la maison")).to_be_visible()

    post = PostPage.objects.get(owner=resident)
    assert (post.live, [block["type"] for block in content_of(post).body]) == (False, ["text", "quote"])
    picture = Picture.objects.get()
    with picture.file.open("rb") as file:
        kept = file.read()
    assert b"secret" not in kept and b"EXIF" not in kept and b"Exif" not in kept

    # The house asks for a change.
    task = post.current_workflow_state.current_task_state
    task.reject(user=manager, comment="Quel jour a-t-elle été posée ?")
    work_at_once()
    assert Mail.objects.get(to=resident.email).subject == "À reprendre : La verrière est posée"
    page.goto("/blog/mes-articles/")
    expect(page.get_by_text("Quel jour a-t-elle été posée ?")).to_be_visible()
    page.get_by_role("link", name="Répondre").click()
    page.get_by_label("Votre réponse").fill("Un mardi : je le précise.")
    page.get_by_role("button", name="Envoyer la réponse").click()
    expect(page.get_by_text("Votre réponse est envoyée à la maison.")).to_be_visible()
    work_at_once()
    assert Mail.objects.filter(to=manager.email, subject="Réponse : La verrière est posée").count() == 1
    page.goto("/blog/mes-articles/")
    expect(page.get_by_text("Un mardi : je le précise.")).to_be_visible()
    page.get_by_role("link", name="Corriger").click()
    page.get_by_label("Texte", exact=True).fill("Nous avons posé la verrière le 3 mars.")
    page.get_by_role("button", name="Faire relire").click()
    expect(page.get_by_text("à relire par la maison")).to_be_visible()

    # It approves; everybody reads.
    task = PostPage.objects.get(pk=post.pk).current_workflow_state.current_task_state
    task.approve(user=manager)
    work_at_once()
    assert Mail.objects.filter(to=resident.email, subject="Publié : La verrière est posée").count() == 1
    page.context.clear_cookies()
    page.goto("/blog/la-verriere-est-posee/")
    expect(page.get_by_role("heading", level=1)).to_have_text("La verrière est posée")
    expect(page.get_by_text("le 3 mars")).to_be_visible()
    expect(page.get_by_alt_text("Une verrière neuve")).to_be_visible()
    feed = page.request.get("/blog/flux.atom")
    assert feed.status == 200 and "La verrière est posée" in feed.text()

    # The next bulletin begins with it.
    sign_in(page, manager)
    page.goto("/gestion/bulletin/")
    page.get_by_role("button", name="Commencer le n° 1").click()
    expect(page.get_by_text("Le n° 1 est commencé")).to_be_visible()
    BulletinPage.objects.get().get_latest_revision().publish(user=manager)
    page.context.clear_cookies()
    page.goto("/sur-le-feu/")
    page.locator("main").get_by_role("link", name="Sur le feu").first.click()
    page.locator("main").get_by_role("link", name="La verrière est posée").click()
    expect(page).to_have_url(f"{live_server.url}/blog/la-verriere-est-posee/")


def test_draft_keeps_itself_and_survives_a_lost_session(page, sign_in, live_server):
    resident = MembershipFactory().user
    sign_in(page, resident)
    page.goto("/blog/proposer/")
    page.get_by_label("Titre", exact=True).fill("Je reviens")
    expect(page.locator("#writing-state")).to_contain_text("Brouillon enregistré à", timeout=9000)
    post = PostPage.objects.get(owner=resident)
    assert page.url.endswith(f"/blog/mes-articles/{post.pk}/")
    assert content_of(post).title == "Je reviens"

    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Titre", exact=True).fill("Je reviens plus tard")
    expect(page.get_by_text("Votre session est finie.").first).to_be_visible(timeout=9000)
    assert content_of(post).title == "Je reviens"
    sign_in(page, resident)
    page.goto(f"/blog/mes-articles/{post.pk}/")
    expect(page.get_by_label("Titre", exact=True)).to_have_value("Je reviens plus tard")
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    expect(page.get_by_text("Le brouillon est enregistré.")).to_be_visible()
    assert content_of(post).title == "Je reviens plus tard"


def test_blocks_move_by_the_keyboard(page, sign_in, live_server):
    resident = MembershipFactory().user
    post = draft(resident)
    sign_in(page, resident)
    page.goto(f"/blog/mes-articles/{post.pk}/")
    page.get_by_role("button", name="Citation", exact=True).press("Enter")
    expect(page.locator(".writing__block")).to_have_count(2)
    settled(page)
    expect(page.get_by_role("heading", name="2. Citation")).to_be_focused()
    page.get_by_role("button", name="Monter le bloc 2, Citation").press("Enter")
    expect(page.get_by_role("heading", name="1. Citation")).to_be_focused()
    settled(page)
    page.get_by_role("button", name="Retirer le bloc 1, Citation").press("Enter")
    expect(page.locator(".writing__block")).to_have_count(1)
    settled(page)
    expect(page.get_by_role("button", name="Le remettre")).to_be_focused()
    page.get_by_role("button", name="Le remettre").press("Enter")
    expect(page.locator(".writing__block")).to_have_count(2)
    settled(page)
    assert [block["type"] for block in content_of(post).body] == ["quote", "text"]


def test_without_a_script_it_all_works(chromium, live_server, client):
    from tests.conftest import just_signed_in

    resident = MembershipFactory().user
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="fr-FR")
    just_signed_in(client, resident)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto("/blog/proposer/")
    page.get_by_label("Titre", exact=True).fill("Sans rien")
    page.get_by_label("Résumé").fill("Sans script non plus.")
    page.get_by_role("button", name="Texte", exact=True).click()
    page.get_by_label("Texte", exact=True).fill("Cela marche.")
    page.get_by_role("button", name="Faire relire").click()
    expect(page.get_by_text("à relire par la maison")).to_be_visible()
    context.close()
    assert standing_of(PostPage.objects.get(owner=resident)).state == State.TO_REVIEW


def test_photo_chosen_before_the_script_came_leaves_too(page, sign_in, live_server):
    sign_in(page, MembershipFactory().user)
    held = []
    page.route("**/js/writing*.js", lambda route: held.append(route))
    page.goto("/blog/proposer/", wait_until="commit")
    page.get_by_label("Titre", exact=True).fill("La verrière est posée")
    sent = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph().read()}
    page.get_by_label("Prendre ou envoyer une photo").first.set_input_files(sent)
    for route in held:
        route.continue_()

    expect(page.get_by_alt_text("L’image choisie")).to_be_visible()
    assert (page.get_by_label("Titre", exact=True).input_value(), len(held)) == ("La verrière est posée", 1)
