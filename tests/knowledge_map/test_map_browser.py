"""The map in a real browser, phone-sized: any script error or refused resource fails the test (conftest)."""

import pytest
from playwright.sync_api import expect

from tests.factories import DeclarationFactory, DomainFactory, KnowledgeItemFactory, MembershipFactory, ResidentFactory

pytestmark = pytest.mark.browser

# What is drawn in the canvas, as pixels that are not the paper.
INKED = """() => {
  const canvas = document.querySelector("[data-map-canvas] canvas");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at]) inked += 1;
  return inked;
}"""


@pytest.fixture
def zinc(transactional_db):
    """A structure tied to another by « Couture », which it offers besides « Soudure »."""
    domain = DomainFactory(code="B18", label="Tissu et cuirs")
    couture = KnowledgeItemFactory(label="Couture", domain=domain)
    zinc = ResidentFactory(name="Atelier du zinc")
    DeclarationFactory(resident=zinc, item=couture)
    DeclarationFactory(resident=zinc, item__label="Soudure", item__domain=domain)
    DeclarationFactory(resident=ResidentFactory(name="Brasserie du fond"), item=couture, seeks=True)
    return zinc


def open_map(page, query=""):
    page.goto(f"/carte/{query}")
    page.wait_for_selector("[data-map-canvas] canvas")


def query_of(page) -> str:
    return page.evaluate("location.search")


def test_map_is_drawn(page, zinc):
    open_map(page)

    assert page.evaluate(INKED) > 1000


def test_choosing_in_the_list_chooses_on_the_map(page, zinc):
    open_map(page)

    page.click(f"#ligne-r{zinc.pk}")
    page.wait_for_selector("#map-panel-title")

    assert page.inner_text("#map-panel-title") == "Atelier du zinc"
    assert query_of(page) == f"?choix=r{zinc.pk}"
    assert page.get_attribute(f"#ligne-r{zinc.pk}", "aria-current") == "true"
    assert "Atelier du zinc" in page.inner_text("#announcements")
    # The focus stays on the line that was followed.
    assert page.evaluate("document.activeElement.id") == f"ligne-r{zinc.pk}"


def test_choosing_on_the_map_chooses_in_the_list(page, zinc):
    open_map(page, f"?vue=autour&centre=r{zinc.pk}")
    box = page.locator("[data-map-canvas]").bounding_box()
    page.keyboard.press("Tab")

    # Looked for line by line: the drawing does not tell where its nodes are.
    for y in range(20, int(box["height"]) - 60, 12):
        for x in range(20, int(box["width"]) - 20, 12):
            page.mouse.move(box["x"] + x, box["y"] + y)
            if page.evaluate("document.querySelector('[data-map-canvas]').style.cursor") == "pointer":
                page.mouse.click(box["x"] + x, box["y"] + y)
                page.wait_for_selector("#map-panel-title")
                assert page.locator("#map-panel-title").count() == 1
                assert query_of(page).count("choix=") == 1
                return
    pytest.fail("no node answers the mouse")


def test_search_answers_as_one_types(page, zinc):
    open_map(page)

    page.locator("[name=q]").press_sequentially("soud")
    page.wait_for_url("**/carte/?q=soud")

    expect(page.locator(".map-list__table tbody th")).to_have_text(["Atelier du zinc"])


def test_address_is_restored(page, zinc):
    open_map(page)
    page.click(f"#ligne-r{zinc.pk}")
    page.wait_for_selector("#map-panel-title")

    page.reload()
    page.wait_for_selector("[data-map-canvas] canvas")
    assert page.inner_text("#map-panel-title") == "Atelier du zinc"

    page.go_back()
    page.wait_for_selector("#map-panel", state="hidden")
    assert query_of(page) == ""

    page.go_forward()
    page.wait_for_selector("#map-panel-title")
    assert page.inner_text("#map-panel-title") == "Atelier du zinc"


def test_filter_form_follows_the_history(page, zinc):
    open_map(page)
    page.click(".map-filters__more > summary")
    page.select_option("[name=position]", "recherche")
    page.wait_for_url("**/carte/?position=recherche")

    page.go_back()

    expect(page.locator("[name=position]")).to_have_value("")
    expect(page.locator(".map-list__table tbody tr")).to_have_count(2)


def test_keyboard_moves_and_zooms_the_map(page, zinc):
    open_map(page)
    page.focus("[data-map-canvas]")
    before = page.evaluate(INKED)

    for key in ("+", "+", "+", "ArrowRight"):
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    assert page.evaluate(INKED) != before

    page.keyboard.press("0")
    page.wait_for_timeout(500)
    assert abs(page.evaluate(INKED) - before) < before * 0.1


def test_map_takes_the_whole_window_and_gives_it_back(page, zinc):
    open_map(page)

    page.click("[data-map-act=expand]")
    assert page.locator("[data-map-frame]").bounding_box()["width"] == 390
    page.keyboard.press("Escape")

    assert page.get_attribute("[data-map-act=expand]", "aria-pressed") == "false"


def test_map_is_drawn_in_the_dark(page, zinc):
    page.emulate_media(color_scheme="dark")

    open_map(page)

    assert page.evaluate(INKED) > 1000


def test_resident_finds_their_structure(page, sign_in, zinc):
    sign_in(page, MembershipFactory(resident=zinc).user)
    open_map(page)

    page.click("#vue-autour")
    page.wait_for_url("**/carte/?vue=autour")

    assert "Voir autour" not in page.inner_text("main")
    assert page.get_attribute("#vue-autour", "aria-current") == "true"


def test_page_works_without_script(chromium, live_server, zinc):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/carte/")

    page.click(f"#ligne-r{zinc.pk}")
    assert page.inner_text("#map-panel-title") == "Atelier du zinc"
    page.fill("[name=q]", "soudure")
    page.click(".map-filters [type=submit]")

    assert page.locator(".map-list__table tbody tr").count() == 1
    assert page.locator(".map__picture").count() == 1
    context.close()


def test_offline_page_draws_alone(chromium, client, zinc, tmp_path):
    file = tmp_path / "carte.html"
    file.write_bytes(client.get("/carte/export/html/").content)
    context = chromium.new_context(offline=True)
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if request.url.startswith("http") else None)

    page.goto(f"file://{file}")
    page.wait_for_selector("#canvas canvas")
    page.fill("#search", "COUTURE")
    page.locator("tr:not([hidden]) button", has_text="Couture").first.click()

    assert page.locator("tr[aria-current]").count() == 1
    assert faults == []
    context.close()
