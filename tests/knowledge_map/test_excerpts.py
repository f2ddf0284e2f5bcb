"""Pieces of the map drawn on the server: what is in them, for whom, and that all of it stays in the frame."""

import pytest
from django.contrib.auth.models import AnonymousUser

from knowledge_map.excerpts import ITEMS, MARGIN, NODE, STRUCTURES, WIDTH, cut_out, excerpts
from knowledge_map.graph import OFFER, SEEK, Item, KnowledgeGraph, Structure, Tie
from residents.actions.merges import merge
from residents.enums import Audience
from tests.factories import DeclarationFactory, KnowledgeItemFactory, ResidentFactory


def graph(*ties):
    """Of (structure, item, stance) where names begin with their key: "r1 Zinc"."""
    structures = {name: Structure(name.split()[0], name) for name, *_ in ties}
    items = {name: Item(name.split()[0], name, "savoir") for _, name, _ in ties}
    made = [Tie(structures[structure].key, items[item].key, stance) for structure, item, stance in ties]
    return KnowledgeGraph(structures.values(), items.values(), [], made)


def columns(excerpt):
    """The keys of each column, from the left, each from the top."""
    found = {}
    for node in sorted(excerpt.nodes, key=lambda node: (node.x, node.y)):
        found.setdefault(node.x, []).append(node.key)
    return list(found.values())


def test_around_a_structure_are_its_items_then_who_holds_them():
    found = cut_out(
        graph(
            ("r1 Zinc", "i1 Forge", OFFER),
            ("r1 Zinc", "i2 Droit", OFFER),
            ("r2 Étain", "i1 Forge", SEEK),
            ("r3 Fer", "i3 Danse", OFFER),
        ),
        "r1",
    )
    # First what one seeks and another offers.
    assert columns(found) == [["r1"], ["i1", "i2"], ["r2"]]
    assert sorted(line.stance for line in found.lines) == [OFFER, OFFER, SEEK]
    assert [(said.label, said.offered, said.sought) for said in found.said] == [
        ("i1 Forge", ["r1 Zinc"], ["r2 Étain"]),
        ("i2 Droit", ["r1 Zinc"], []),
    ]
    assert [node.key for node in found.nodes if node.is_centre] == ["r1"]
    assert found.url == "/carte/?vue=autour&centre=r1"


def test_around_an_item_who_offers_faces_who_seeks():
    found = cut_out(graph(("r1 Zinc", "i1 Forge", OFFER), ("r2 Étain", "i1 Forge", SEEK)), "i1")
    assert columns(found) == [["r1"], ["i1"], ["r2"]]


def test_the_whole_map_is_what_is_held_most():
    ties = [(f"r{r} Nom", f"i{i} Savoir", OFFER) for i in range(9) for r in range(i + 1)]
    found = cut_out(graph(*ties), "")
    assert [len(column) for column in columns(found)] == [STRUCTURES, ITEMS, STRUCTURES]
    assert sorted(columns(found)[1]) == [f"i{i}" for i in range(9 - ITEMS, 9)]
    assert (found.url, found.centre) == ("/carte/", "")


@pytest.mark.parametrize("key", ["r1", "i1", ""])
def test_nothing_known_draws_nothing(key):
    assert cut_out(graph(), key).nodes == []


@pytest.mark.parametrize("key", ["r0", "i0", ""])
def test_long_names_stay_in_the_frame(key):
    long = "Association pour l’accompagnement interprofessionnel et anticonstitutionnellement durable " + "x" * 200
    ties = [(f"r{r} {long}", f"i{i} {long}", OFFER) for i in range(8) for r in range(8)]
    found = cut_out(graph(*ties), key)
    assert all(len(node.lines) <= 3 for node in found.nodes)
    assert all(node.y - NODE >= MARGIN and node.lines[-1][1] <= found.height for node in found.nodes)
    # A letter is at most 9 wide, in the fonts that we name.
    reach = {"start": (0, 9), "end": (9, 0), "middle": (4.5, 4.5)}
    for node in found.nodes:
        longest = max(len(text) for text, _y in node.lines)
        before, after = reach[node.anchor]
        assert node.text_x - before * longest >= -MARGIN
        assert node.text_x + after * longest <= WIDTH + MARGIN


@pytest.mark.django_db
def test_excerpts_of_a_page_are_read_in_one_query(django_assert_num_queries):
    item = KnowledgeItemFactory()
    residents = [ResidentFactory() for _ in range(3)]
    for resident in residents:
        DeclarationFactory(resident=resident, item=item)
    with django_assert_num_queries(1):
        found = excerpts(AnonymousUser(), ["", f"i{item.pk}", *(f"r{one.pk}" for one in residents)])
    assert len(found) == 5
    with django_assert_num_queries(0):
        assert excerpts(AnonymousUser(), []) == {}


@pytest.mark.django_db
def test_excerpt_holds_neither_who_left_nor_what_is_hidden():
    item = KnowledgeItemFactory()
    gone, hidden, shown = (
        ResidentFactory(in_residence=False),
        ResidentFactory(savoirs_audience=Audience.HOUSE),
        ResidentFactory(),
    )
    for resident in (gone, hidden, shown):
        DeclarationFactory(resident=resident, item=item)
    found = excerpts(AnonymousUser(), [f"i{item.pk}", f"r{gone.pk}", f"r{hidden.pk}"])
    assert list(found) == [f"i{item.pk}"]
    assert [node.key for node in found[f"i{item.pk}"].nodes] == [f"r{shown.pk}", f"i{item.pk}"]


@pytest.mark.django_db
def test_term_merged_away_shows_what_says_it_now(house_manager):
    old, new = KnowledgeItemFactory(label="Forgeage"), KnowledgeItemFactory(label="Forge")
    DeclarationFactory(item=old)
    merge(item=old, into=new, by=house_manager)
    found = excerpts(AnonymousUser(), [f"i{old.pk}"])[f"i{old.pk}"]
    assert (found.centre, found.url) == ("Forge", f"/carte/?vue=autour&centre=i{new.pk}")
