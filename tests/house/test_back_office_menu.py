"""The back office as a whole: one menu by role, in French, where every entry opens."""

import json
import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Collection, Page, Workflow

from chaudronneries.planting import plant
from tests.factories import MembershipFactory

CHAPTERS = ["Accueil", "Ma journée", "Publier", "Résidence", "Agenda", "Journal", "Réglages", "Voir le site"]


def module(client, name: str) -> list:
    """What the module `name` of the sidebar is given."""
    page = client.get("/gestion/").content.decode()
    props = re.search(r'<script id="wagtail-sidebar-props" type="application/json">(.*?)</script>', page, re.DOTALL)
    [found] = [one for one in json.loads(props[1])["modules"] if name in one["_type"]]
    return found["_args"]


def sidebar(client) -> list[dict]:
    """Each entry of the menu: {"label", "url", "items"}."""
    return [read(entry) for entry in module(client, "MainMenuModule")[0]]


def read(entry: dict) -> dict:
    if "SubMenuItem" in entry["_type"]:
        item, entries = entry["_args"]
        return {"label": item["label"], "url": "", "items": [read(one) for one in entries]}
    item = entry["_args"][0]
    return {"label": item["label"], "url": item["url"], "items": []}


def leaves(entries: list[dict]) -> list[dict]:
    return [leaf for entry in entries for leaf in (leaves(entry["items"]) if entry["items"] else [entry])]


def test_menu_of_the_house_manager_is_short_and_in_the_words_of_the_house(client, house_manager):
    client.force_login(house_manager)
    menu = {entry["label"]: [item["label"] for item in entry["items"]] for entry in sidebar(client)}
    assert list(menu) == CHAPTERS
    assert menu["Résidence"][:3] == ["Structures", "Présences et places", "Arrivées et départs"]
    assert menu["Réglages"] == ["La maison", "Règles de l’agenda"]


def test_search_of_the_menu_finds_structures(client, house_manager):
    MembershipFactory(resident__name="Ferblanterie")
    client.force_login(house_manager)
    [address] = module(client, "SearchModule")
    assert "Ferblanterie" in client.get(address, {"q": "ferblant"}).content.decode()


@pytest.mark.parametrize("role", ["house_manager", "administrator"])
def test_every_entry_opens(client, db, request, role):
    client.force_login(request.getfixturevalue(role))
    refused = {
        leaf["url"]: status
        for leaf in leaves(sidebar(client))
        if (status := client.get(leaf["url"], follow=True).status_code) != 200
    }
    assert refused == {}


def test_administrator_has_what_is_set_once(client, administrator):
    client.force_login(administrator)
    menu = {entry["label"]: [item["label"] for item in entry["items"]] for entry in sidebar(client)}
    assert list(menu) == [*CHAPTERS[:5], "Rapports", *CHAPTERS[5:]]
    assert {"Sites", "Rôles", "Workflows"} <= set(menu["Réglages"])


def test_member_has_none(client, db):
    client.force_login(MembershipFactory().user)
    assert client.get("/gestion/").status_code == 403


def test_wagtail_leaves_no_english_name(db):
    plant()
    assert Collection.get_first_root_node().name == "La maison"
    assert Page.get_first_root_node().title == "Le site"
    assert list(Workflow.objects.values_list("name", flat=True)) == ["Relecture de la maison"]
    assert list(Group.objects.values_list("name", flat=True)) == ["Maîtresse d'établissement"]


@pytest.mark.parametrize("address", ["/gestion/", "/gestion/articles/", "/gestion/candidatures/", "/gestion/images/"])
def test_policy_allows_nothing_inline(client, house_manager, address):
    client.force_login(house_manager)
    policy = client.get(address)["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "unsafe" not in policy


def test_page_editor_alone_writes_sheets_inline_and_no_script(client, house_manager):
    client.force_login(house_manager)
    policy = client.get(reverse("wagtailadmin_explore_root"), follow=True)["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert (rules["script-src"], rules["style-src"]) == ("'self'", "'self'")
    assert rules["style-src-elem"] == "'self' 'unsafe-inline'"
