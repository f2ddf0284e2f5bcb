"""Every page in a browser: nothing the policy refuses, nothing axe-core has to say (WCAG 2.2 A and AA)."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.house.addresses import ADDRESSES, ROLES
from tests.house.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Answers that are not pages.
DATA = {
    "health",
    "residents:kit_archive",
    "residents:all_kits",
    "wagtaildocs_serve",
    "sitemap",
    "robots",
    "knowledge_map:export",
    "agenda:registrations_csv",
    "agenda:usage_csv",
    "my_data_export",
    "structure_data_export",
}
# Of axe's answer, only what it has to say: the rest is long to write down.
CONTRASTS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}


def is_page(name):
    return name not in DATA and not name.endswith(("_feed", "_ics", "atom", "rss", "card", ":pdf"))


def pages(role):
    return [name for name, (_, statuses) in ADDRESSES.items() if statuses[ROLES.index(role)] == 200 and is_page(name)]


@pytest.mark.parametrize("role", ["anonymous", "lead", "manager"])
def test_page_is_drawn_without_fault(page, sign_in, role):
    """The `page` fixture fails on a script error, a missing file or anything that the policy refuses."""
    world = make_world()
    if person := world.people[role]:
        sign_in(page, person)
    wide = []
    for name in pages(role):
        page.goto(world.address(name))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
    assert wide == []


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("role", ["anonymous", "lead", "manager"])
def test_page_has_no_axe_violation(chromium, live_server, sign_in, role, half):
    """In the light scheme everything; in the dark one, where only colours change, their contrasts."""
    world = make_world()
    # axe writes inline styles while it looks: the policy, proved above, is put aside for it.
    # Colours that are still on their way from one scheme to the other are those of neither.
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR", reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    if person := world.people[role]:
        sign_in(page, person)
    faults = {}
    for name in pages(role)[half::2]:
        page.emulate_media(color_scheme="light")
        page.goto(world.address(name))
        violations = Axe().run(page).response["violations"]
        page.emulate_media(color_scheme="dark")
        violations += Axe().run(page, options=CONTRASTS).response["violations"]
        if violations:
            faults[name] = [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in violations]
    context.close()
    assert faults == {}
