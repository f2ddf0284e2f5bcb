import json
import re
from collections import Counter

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knowledge_map.actions.layout import refresh_layout
from knowledge_map.exports import EXPORTS
from knowledge_map.models import MapLayout, Suggestion
from residents.enums import Audience, KnowledgeKind, Stance
from residents.models import Resident
from tests.factories import (
    DeclarationFactory,
    DomainFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    ResidentFactory,
    SectorFactory,
)

MAP = reverse("knowledge_map:map")
SECRET = "Fonte de canons"


def drawn(response) -> dict:
    """What the page gives to vis-network."""
    return json.loads(re.search(r'<script id="map-data"[^>]*>(.*?)</script>', response.content.decode(), re.S)[1])


def drawn_labels(response) -> list[str]:
    return sorted(node["label"] for node in drawn(response)["nodes"])


def rows(response) -> list[str]:
    return re.findall(r'id="ligne-[^"]+"[^>]*>([^<]+)</a>', response.content.decode())


@pytest.fixture
def couture(db):
    """An item in a domain."""
    return KnowledgeItemFactory(label="Couture", domain=DomainFactory(code="B18", label="Tissu et cuirs"))


@pytest.fixture
def two_tied(couture):
    """Two structures that hold one same item."""
    first, second = ResidentFactory(name="Atelier du zinc"), ResidentFactory(name="Brasserie du fond")
    DeclarationFactory(resident=first, item=couture)
    DeclarationFactory(resident=second, item=couture, seeks=True)
    return first, second


@pytest.fixture
def secretive(db):
    """A structure whose savoirs are for the house only."""
    resident = ResidentFactory(name="Forge discrète", hidden=True, tagline="Nous ne disons rien")
    item = KnowledgeItemFactory(label=SECRET, domain=DomainFactory(code="H29", label="Domaine caché"))
    DeclarationFactory(resident=resident, item=item, note="sous le manteau")
    refresh_layout()
    return resident


def test_map_shows_structures_domains_and_shared_items(client, two_tied):
    response = client.get(MAP)

    assert drawn_labels(response) == ["Atelier du zinc", "Brasserie du fond", "Couture", "Tissu et cuirs"]
    assert rows(response) == ["Atelier du zinc", "Brasserie du fond"]


def test_empty_map_says_what_to_do(client, db):
    response = client.get(MAP)

    assert response.status_code == 200
    assert "La carte attend ses premiers savoirs" in response.content.decode()


def test_structures_without_savoirs_are_told_in_words(client, two_tied):
    ResidentFactory(name="Pas encore")

    response = client.get(MAP)

    assert "Pas encore" not in drawn_labels(response)
    assert "0/3 structures cartographiées" in response.content.decode()
    assert "Pas encore." in response.content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "?vue=savoirs", "?liste=savoirs", "?liste=domaines", "?choix={r}", "?choix={i}", "?savoir={i}", "?q=canons",
     "?vue=autour&centre={r}&portee=2", "?deplie={r}&deplie=dH29", "?choix=dH29", "?vue=savoirs&position=offre"],
)  # fmt: skip
@pytest.mark.parametrize("audience", [Audience.HOUSE, Audience.RESIDENTS])
def test_public_never_reads_hidden_savoirs(client, two_tied, secretive, query, audience):
    Resident.objects.filter(pk=secretive.pk).update(savoirs_audience=audience)
    item = secretive.declarations.get().item
    query = query.format(r=f"r{secretive.pk}", i=f"i{item.pk}")

    pages = [client.get(MAP + query), client.get(MAP + query, headers={"HX-Request": "true"})]
    pages += [client.get(reverse("knowledge_map:export", args=[form]) + query) for form in EXPORTS]

    told = ["Fonte", "Domaine caché", "sous le manteau", "Nous ne disons rien"]
    for page in pages:
        assert page.status_code == 200
        content = page.content.decode("utf-8", "ignore")
        assert [words for words in told if words in content] == []


@pytest.mark.parametrize("key", ["r{r}", "i{i}", "dH29"])
def test_hidden_and_unknown_nodes_get_the_same_words(client, secretive, key):
    hidden = key.format(r=secretive.pk, i=secretive.declarations.get().item_id)

    answers = [client.get(MAP, {"choix": wanted}).content.decode() for wanted in (hidden, "r999999")]

    assert [text.count("Ce point n’est pas sur la carte que vous pouvez lire.") for text in answers] == [1, 1]


def test_hidden_savoirs_do_not_tie_nor_count_for_the_public(client, couture, two_tied):
    _first, second = two_tied
    Resident.objects.filter(pk=second.pk).update(savoirs_audience=Audience.RESIDENTS)

    response = client.get(MAP, {"liste": "savoirs"})

    assert drawn_labels(response) == ["Atelier du zinc"]
    assert re.findall(r"<td data-number>(\d+)</td>", response.content.decode()) == ["1", "0"]


def test_residents_read_what_is_for_residents(client, member, two_tied):
    Resident.objects.update(savoirs_audience=Audience.RESIDENTS)
    client.force_login(member)

    assert drawn_labels(client.get(MAP)) == ["Atelier du zinc", "Brasserie du fond", "Couture", "Tissu et cuirs"]


def test_residents_do_not_read_what_is_for_the_house(client, member, secretive):
    client.force_login(member)

    assert drawn_labels(client.get(MAP, {"vue": "savoirs"})) == []


def test_members_read_their_own(client, secretive):
    client.force_login(MembershipFactory(resident=secretive).user)

    assert drawn_labels(client.get(MAP, {"vue": "savoirs"})) == [SECRET, "Forge discrète"]


def test_house_manager_reads_everything(client, house_manager, secretive):
    client.force_login(house_manager)

    assert drawn_labels(client.get(MAP, {"vue": "savoirs"})) == [SECRET, "Forge discrète"]


def test_structure_that_left_is_not_on_the_map(client, couture):
    DeclarationFactory(resident=ResidentFactory(in_residence=False), item=couture)

    assert drawn_labels(client.get(MAP)) == []


def test_own_structure_is_marked(client, two_tied):
    first, _second = two_tied
    client.force_login(MembershipFactory(resident=first).user)

    nodes = drawn(client.get(MAP))["nodes"]

    assert [node["id"] for node in nodes if node.get("mine")] == [f"r{first.pk}"]


def test_around_me_starts_from_my_structure(client, two_tied):
    first, _second = two_tied
    client.force_login(MembershipFactory(resident=first).user)

    near, far = client.get(MAP, {"vue": "autour"}), client.get(MAP, {"vue": "autour", "portee": "2"})

    assert drawn_labels(near) == ["Atelier du zinc", "Couture", "Tissu et cuirs"]
    assert drawn_labels(far) == ["Atelier du zinc", "Brasserie du fond", "Couture", "Tissu et cuirs"]


def test_suggestions_are_for_those_concerned(client, member, two_tied):
    first, second = two_tied
    Suggestion.objects.create(resident=first, partner=second, rank=1, score=1, channels={}, reasons=[])

    def suggested():
        return [edge["group"] for edge in drawn(client.get(MAP))["edges"]].count("suggestion")

    counts = [suggested()]
    for user in (member, MembershipFactory(resident=first).user):
        client.force_login(user)
        counts.append(suggested())

    assert counts == [0, 0, 1]


def test_suggestions_can_be_put_away(client, house_manager, two_tied):
    first, second = two_tied
    Suggestion.objects.create(resident=first, partner=second, rank=1, score=1, channels={}, reasons=[])
    client.force_login(house_manager)

    kinds = [Counter(edge["group"] for edge in drawn(client.get(MAP, data))["edges"]) for data in ({}, {"coop": "non"})]

    assert [count["suggestion"] for count in kinds] == [1, 0]


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ({"nature": "milieu"}, []),
        ({"position": "recherche"}, ["Brasserie du fond", "Couture"]),
        ({"secteur": "culture"}, ["Atelier du zinc"]),
        ({"q": "COUTÙRE"}, ["Atelier du zinc", "Brasserie du fond", "Couture", "Tissu et cuirs"]),
        ({"q": "cuirs tissu"}, ["Atelier du zinc", "Brasserie du fond", "Couture", "Tissu et cuirs"]),
        ({"q": "zinc"}, ["Atelier du zinc"]),
        ({"q": "introuvable"}, []),
        ({"q": "« – »"}, ["Atelier du zinc", "Brasserie du fond", "Couture", "Tissu et cuirs"]),
    ],
)
def test_filters(client, two_tied, query, labels):
    two_tied[0].sectors.add(SectorFactory(name="Culture", slug="culture"))

    assert drawn_labels(client.get(MAP, query)) == labels


def test_panel_of_a_structure_an_item_and_a_domain(client, couture, two_tied):
    first, second = two_tied
    text = {key: client.get(MAP, {"choix": key}).content.decode() for key in (f"r{first.pk}", f"i{couture.pk}", "dB18")}

    assert [re.search(r'id="map-panel-title"[^>]*>([^<]+)<', page)[1] for page in text.values()] == [
        "Atelier du zinc", "Couture", "Tissu et cuirs",
    ]  # fmt: skip
    assert f'id="panneau-i{couture.pk}"' in text[f"r{first.pk}"]
    assert f'id="panneau-r{second.pk}"' in text[f"i{couture.pk}"]
    assert f'id="panneau-r{second.pk}"' in text["dB18"]


def test_chosen_row_says_so(client, two_tied):
    content = client.get(MAP, {"choix": f"r{two_tied[0].pk}"}).content.decode()

    assert re.findall(r'id="(ligne-[^"]+)"[^>]*aria-current="true"', content) == [f"ligne-r{two_tied[0].pk}"]


def test_list_is_sorted_both_ways(client, two_tied):
    DeclarationFactory(resident=two_tied[1], item__domain=None)

    sorts = {sort: rows(client.get(MAP, {"tri": sort})) for sort in ("nom", "-nom", "-offre", "offre")}

    up, down = ["Atelier du zinc", "Brasserie du fond"], ["Brasserie du fond", "Atelier du zinc"]
    assert sorts == {"nom": up, "-nom": down, "-offre": up, "offre": up}
    assert 'aria-sort="descending"' in client.get(MAP, {"tri": "-offre"}).content.decode()


def test_long_list_has_pages(client, db):
    resident = ResidentFactory()
    for _number in range(27):
        DeclarationFactory(resident=resident)

    counts = [len(rows(client.get(MAP, {"liste": "savoirs", "page": page}))) for page in (1, 2, 9)]

    assert counts == [25, 2, 2]


@pytest.mark.parametrize(
    "query",
    ["vue=x", "nature=x", "position=x", "secteur=x", "savoir=x", "choix=%00", "choix=r1'--", "deplie=<b>", "portee=9",
     "coop=oui", "liste=x", "tri=;", "page=0", "page=abc", "centre=i1",
     "choix=r99999999999999999999", "q=" + 101 * "a"],
)  # fmt: skip
def test_address_that_means_nothing_is_told_and_the_map_drawn(client, two_tied, query):
    response = client.get(f"{MAP}?{query}")

    assert response.status_code == 200
    assert "Une partie de cette adresse n’a pas été comprise" in response.content.decode()
    assert drawn(response)["nodes"] != []


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%F0%9F%94%A5", "q=%E2%80%AE", "q=%ED%A0%80", "q=" + 90 * "a", "tri=zzz", "page=500"]
)
def test_strange_searches_are_survived(client, two_tied, query):
    assert client.get(f"{MAP}?{query}").status_code == 200


def test_markup_in_a_name_stays_text(client, couture):
    name = '</script><img src=x onerror="alert(1)">'
    DeclarationFactory(resident=ResidentFactory(name=name, slug="x"), item=couture)

    response = client.get(MAP)

    assert drawn_labels(response) == [name]
    assert "<img src=x" not in response.content.decode()


def test_page_asks_for_its_parts_at_the_same_address(client, two_tied):
    whole, parts = client.get(MAP), client.get(MAP, headers={"HX-Request": "true"})

    assert [b"<html" in answer.content for answer in (whole, parts)] == [True, False]
    assert drawn(whole) == drawn(parts)
    assert {"HX-Request", "Cookie"} <= {name.strip() for name in whole["Vary"].split(",")}


def test_fresh_declaration_shows_before_the_layout_is_computed(client, couture, two_tied):
    refresh_layout()
    before = drawn(client.get(MAP))["nodes"]
    DeclarationFactory(item=KnowledgeItemFactory(domain=couture.domain), resident=ResidentFactory(name="Cirque neuf"))

    after = {node["id"]: node for node in drawn(client.get(MAP))["nodes"]}

    assert "Cirque neuf" in [node["label"] for node in after.values()]
    kept = [node for node in before if node["group"] == "structure"]
    assert [(after[node["id"]]["x"], after[node["id"]]["y"]) for node in kept] == [(n["x"], n["y"]) for n in kept]


def test_layout_is_stored_once(two_tied):
    refresh_layout()
    refresh_layout()

    assert sorted(MapLayout.objects.get().positions) == sorted(
        [f"r{resident.pk}" for resident in two_tied] + ["dB18", f"i{two_tied[0].declarations.get().item_id}"]
    )


def test_map_asks_no_more_for_more(client, db):
    def fill():
        DeclarationFactory(
            resident=ResidentFactory(),
            item__kind=KnowledgeKind.MILIEU,
            stance=Stance.SEEK,
            item__domain=DomainFactory(),
        ).resident.sectors.add(SectorFactory())

    fill()
    refresh_layout()
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(MAP)
        counts.append(len(queries))
        fill()
        fill()
    assert counts == [4, 4]


def test_map_asks_eight_times_when_signed_in(client, member, two_tied, django_assert_num_queries):
    client.force_login(member)

    with django_assert_num_queries(8):
        client.get(MAP, {"q": "couture"})


@pytest.mark.django_db
def test_there_is_one_layout():
    with pytest.raises(IntegrityError, match="map_layout_single"):
        MapLayout.objects.create(pk=2, positions={})
