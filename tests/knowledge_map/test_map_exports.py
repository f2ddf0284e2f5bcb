import io
import json
from xml.etree import ElementTree

import networkx as nx
import pytest
from django.urls import reverse
from PIL import Image

from knowledge_map.exports import EXPORTS
from tests.factories import DeclarationFactory, DomainFactory, KnowledgeItemFactory, ResidentFactory

MARKUP = "</script><img src=x onerror=alert(1)>"


def export(client, form, **query):
    response = client.get(reverse("knowledge_map:export", args=[form]), query)
    assert response.status_code == 200
    return response


@pytest.fixture
def small_map(db):
    item = KnowledgeItemFactory(label="Couture & cuir", domain=DomainFactory(code="B18", label="Tissu et cuirs"))
    DeclarationFactory(resident=ResidentFactory(name="Atelier du zinc"), item=item)
    DeclarationFactory(resident=ResidentFactory(name=MARKUP, slug="x"), item=item, seeks=True)
    return item


def test_json_gives_the_graph(client, small_map):
    graph = nx.node_link_graph(json.loads(export(client, "json").content), edges="links")

    kinds = sorted((data["label"], data["kind"]) for _key, data in graph.nodes(data=True))
    assert kinds == sorted(
        [
            ("Atelier du zinc", "structure"),
            (MARKUP, "structure"),
            ("Couture & cuir", "savoir"),
            ("Tissu et cuirs", "domaine"),
        ]
    )
    assert sorted(data["kind"] for *_ends, data in graph.edges(data=True)) == ["appartenance", "offre", "recherche"]


def test_graphml_is_read_back(client, small_map):
    graph = nx.parse_graphml(export(client, "graphml").content.decode())

    assert graph.nodes[f"i{small_map.pk}"]["label"] == "Couture & cuir"
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (4, 3)


def test_gexf_is_read_back_with_its_positions(client, small_map):
    content = export(client, "gexf").content

    graph = nx.read_gexf(io.BytesIO(content))
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (4, 3)
    places = [node for node in ElementTree.fromstring(content).iter() if node.tag.endswith("position")]
    assert len(places) == 4


def test_png_is_a_picture(client, small_map):
    response = export(client, "png")

    picture = Image.open(io.BytesIO(response.content))
    assert (picture.format, picture.size) == ("PNG", (1600, 1200))
    # Something is drawn.
    assert len(picture.getcolors()) > 10


def test_html_stands_alone(client, small_map):
    page = export(client, "html").content.decode()

    assert "http://" not in page.split("<script>")[0]
    assert [mark for mark in ('src="http', "<link", "cdn", "@import") if mark in page.split("<script>")[0]] == []
    assert "new vis.Network(" in page
    assert "Couture &amp; cuir" in page
    assert MARKUP not in page


@pytest.mark.parametrize("form", EXPORTS)
def test_empty_map_is_exported(client, db, form):
    export(client, form)


@pytest.mark.parametrize("form", ["json", "graphml", "gexf"])
def test_data_follow_the_filters(client, small_map, form):
    whole, filtered = export(client, form).content.decode(), export(client, form, position="offre").content.decode()

    assert ["recherche" in text for text in (whole, filtered)] == [True, False]


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_signs_that_xml_cannot_hold_are_left_out(client, db, form):
    DeclarationFactory(item__label="Sou\x08dure \U0001f525")

    tree = ElementTree.fromstring(export(client, form).content)

    told = [node.text for node in tree.iter()] + [node.get("label") for node in tree.iter()]
    assert "Soudure \U0001f525" in told


def test_files_have_a_name(client, small_map):
    names = [export(client, form)["Content-Disposition"] for form in ("json", "png")]

    assert names == ['attachment; filename="carte-des-savoirs.json"', 'inline; filename="carte-des-savoirs.png"']


def test_unknown_format_is_not_found(client, db):
    assert client.get("/carte/export/pdf/").status_code == 404
