import pytest

from bench.maps import made_up_map
from knowledge_map.graph import (
    DOMAINS_PER_STRUCTURE,
    NODES_AT_ONCE,
    OFFER,
    SEEK,
    SHEAF,
    SUGGESTED,
    Domain,
    Edge,
    Item,
    KnowledgeGraph,
    State,
    Structure,
    Tie,
    strongest_domains,
    visible,
)


def a_graph(ties, suggestions=(), domains=None, kinds=None, sectors=None):
    """Ties as "r1 i1", "r1 -i2" when sought; an item's domain is in `domains`, by default all lie in dA11."""
    made = []
    for text in ties:
        structure, item = text.split()
        made.append(Tie(structure, item.lstrip("-"), SEEK if item.startswith("-") else OFFER))
    items = sorted({tie.item for tie in made})
    homes = {item: (domains or {}).get(item, "dA11") for item in items}
    return KnowledgeGraph(
        [
            Structure(key, f"Nom {key}", sectors=(sectors or {}).get(key, ()), sort=f"nom {key}")
            for key in ("r1", "r2", "r3")
        ],
        [
            Item(item, f"Terme {item}", (kinds or {}).get(item, "savoir"), f"terme {item}", homes[item])
            for item in items
        ],
        [Domain(key, f"Domaine {key}", f"domaine {key.lower()}") for key in sorted({*homes.values()} - {""})],
        made,
        suggestions,
    )


def test_default_view_shows_structures_tying_domains_and_shared_items():
    graph = a_graph(["r1 i1", "r2 -i1", "r1 i2", "r3 i3"], domains={"i3": "dB22"})

    scene = visible(graph, State())

    assert scene.nodes == {"r1", "r2", "r3", "dA11", "i1"}
    assert scene.edges == [Edge("r1", "i1", OFFER), Edge("r2", "i1", SEEK)]


def test_sheaf_stands_for_items_that_are_folded():
    graph = a_graph(["r1 i1", "r1 i2", "r2 i3"])

    scene = visible(graph, State())

    assert scene.nodes == {"r1", "r2", "r3", "dA11"} - {"r3"}
    assert scene.edges == [Edge("r1", "dA11", SHEAF, 2), Edge("r2", "dA11", SHEAF, 1)]


def test_structure_without_declaration_is_not_drawn():
    assert visible(a_graph(["r1 i1"]), State()).nodes == {"r1"}


@pytest.mark.parametrize("state", [State(unfolded=frozenset({"r1"})), State(chosen="r1")])
def test_opened_structure_shows_all_it_holds(state):
    graph = a_graph(["r1 i1", "r1 -i2", "r2 i3"])

    scene = visible(graph, state)

    assert scene.nodes == {"r1", "r2", "dA11", "i1", "i2"}
    assert scene.edges == [Edge("r1", "i1", OFFER), Edge("r1", "i2", SEEK), Edge("r2", "dA11", SHEAF, 1)]


def test_opened_domain_shows_its_items_and_their_holders():
    graph = a_graph(["r1 i1", "r2 i2", "r3 i3"], domains={"i3": "dB22"})

    scene = visible(graph, State(unfolded=frozenset({"dA11"})))

    assert scene.nodes == {"r1", "r2", "r3", "dA11", "i1", "i2"}
    assert scene.edges == [Edge("r1", "i1", OFFER), Edge("r2", "i2", OFFER)]


def test_filter_by_kind_keeps_that_kind_only():
    graph = a_graph(["r1 i1", "r2 i1", "r1 i2", "r2 i2"], kinds={"i2": "milieu"})

    assert visible(graph, State(kinds=frozenset({"milieu"}))).nodes == {"r1", "r2", "dA11", "i2"}


def test_filter_by_stance_shows_what_it_keeps():
    graph = a_graph(["r1 i1", "r2 -i2"])

    assert visible(graph, State(stance=SEEK)).nodes == {"r2", "i2"}


def test_filter_by_sector_keeps_its_structures():
    graph = a_graph(["r1 i1", "r2 i1"], sectors={"r2": ("culture",)})

    assert visible(graph, State(sector="culture")).nodes == {"r2"}


def test_filter_by_item_keeps_its_holders():
    graph = a_graph(["r1 i1", "r2 i1", "r3 i2", "r1 i2"])

    assert visible(graph, State(item="i1")).nodes == {"r1", "r2", "dA11", "i1"}


def test_search_shows_what_it_finds_and_who_holds_it():
    graph = a_graph(["r1 i1", "r2 i2", "r3 i3"])

    scene = visible(graph, State(search="i2 terme"))

    assert scene.matches == {"i2"}
    assert scene.nodes == {"r2", "i2"}


def test_search_of_a_domain_finds_its_items():
    graph = a_graph(["r1 i1", "r2 i2", "r3 i3"], domains={"i3": "dB22"})

    assert visible(graph, State(search="da11")).matches == {"dA11", "i1", "i2"}


def test_search_that_finds_nothing_shows_nothing():
    assert visible(a_graph(["r1 i1"]), State(search="zzz")).nodes == set()


def test_items_view_shows_every_item():
    graph = a_graph(["r1 i1", "r1 i2", "r2 i3"])

    scene = visible(graph, State(view="savoirs"))

    assert scene.nodes == {"r1", "r2", "dA11", "i1", "i2", "i3"}
    assert scene.edges == []


def test_around_goes_as_far_as_asked():
    graph = a_graph(["r1 i1", "r2 i1", "r2 i2", "r3 i2"])

    near = visible(graph, State(view="autour", centre="r1", depth=1))
    far = visible(graph, State(view="autour", centre="r1", depth=2))

    assert near.nodes == {"r1", "i1", "dA11"}
    assert far.nodes == {"r1", "i1", "dA11", "r2"}


def test_around_nothing_shows_nothing():
    assert visible(a_graph(["r1 i1"]), State(view="autour")).nodes == set()


def test_suggestions_are_drawn_between_structures_that_are_seen():
    graph = a_graph(["r1 i1", "r2 i2"], suggestions=[("r1", "r2"), ("r1", "r3"), ("r1", "r9")])

    assert [edge for edge in visible(graph, State()).edges if edge.kind == SUGGESTED] == [Edge("r1", "r2", SUGGESTED)]
    assert [edge for edge in visible(graph, State(suggestions=False)).edges if edge.kind == SUGGESTED] == []


def test_each_structure_keeps_few_domains_each_kept_by_two():
    links = strongest_domains(made_up_map(35))

    kept = [domain for domains in links.values() for domain in domains]
    assert {domain for domain in kept if kept.count(domain) < 2} == set()
    # One more when it joins a structure that would be alone.
    assert sum(map(len, links.values())) <= (DOMAINS_PER_STRUCTURE + 1) * 35
    assert sorted(links) == sorted(made_up_map(35).drawn)


def test_map_of_the_house_is_readable():
    """35 structures of 25 items: neither a hairball nor a scatter of stars."""
    scene = visible(made_up_map(35), State())

    structures = [key for key in scene.nodes if key.startswith("r")]
    tied = {end for edge in scene.edges for end in (edge.source, edge.target)}
    assert len(structures) == 35
    assert set(structures) - tied == set()
    assert len(scene.nodes) < 150
    assert len(scene.edges) < 220


def test_large_map_is_drawn_by_communities_that_open():
    graph = made_up_map(600)

    scene = visible(graph, State(view="savoirs"))
    group = next(iter(scene.communities.values()))
    opened = visible(graph, State(view="savoirs", unfolded=frozenset({group.key})))

    assert scene.nodes == scene.communities.keys()
    assert sorted(key for c in scene.communities.values() for key in c.structures) == sorted(graph.drawn)
    assert group.structures <= opened.nodes
    assert group.key not in opened.nodes
    assert len(opened.nodes) <= NODES_AT_ONCE


def test_communities_are_the_same_each_time():
    first = visible(made_up_map(600), State(view="savoirs"))
    second = visible(made_up_map(600), State(view="savoirs"))

    assert first.communities == second.communities


def test_chosen_structure_opens_its_community():
    graph = made_up_map(600)

    assert "r5" in visible(graph, State(view="savoirs", chosen="r5")).nodes


def test_empty_map():
    assert visible(KnowledgeGraph([], [], [], []), State()).nodes == set()
