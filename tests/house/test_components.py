"""The staff page of components, and what the generic components promise to every page."""

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from chaudronneries import samples
from residents.enums import KnowledgeKind
from residents.models import KnowledgeItem


@pytest.mark.django_db
def test_every_component_is_drawn_for_the_house(client, house_manager):
    client.force_login(house_manager)
    response = client.get("/maison/composants/")
    assert (response.status_code, response.content.decode().count("<h1")) == (200, 1)


@pytest.mark.django_db
def test_components_are_refused_to_others(client, member):
    client.force_login(member)
    assert client.get("/maison/composants/").status_code == 403


@pytest.mark.django_db
def test_components_ask_who_one_is(client):
    assert client.get("/maison/composants/").url == "/compte/login/?next=/maison/composants/"


def test_every_icon_of_the_sprite_is_shown():
    import re

    from chaudronneries.env import BASE_DIR

    drawn = re.findall(r'<symbol id="([\w-]+)"', (BASE_DIR / "static/img/icons.svg").read_text())
    assert sorted(samples.ICONS) == sorted(set(drawn) - {"wordmark"})


class SampleForm(forms.Form):
    name = forms.CharField(label="Nom", help_text="Comme à l’accueil")
    note = forms.CharField(label="Note", required=False)


def test_field_ties_its_label_help_and_errors():
    form = SampleForm({"name": ""})
    html = " ".join(render_to_string("components/field.html", {"field": form["name"]}).split())
    assert '<label for="id_name">Nom</label>' in html
    assert 'id="id_name_helptext">Comme à l’accueil' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert '<ul class="errorlist" id="id_name_error">' in html


def test_optional_field_says_so_except_in_filters():
    drawn = [
        render_to_string("components/field.html", {"field": SampleForm()["note"], "plain": p}) for p in (False, True)
    ]
    assert ["(facultatif)" in html for html in drawn] == [True, False]


def test_errors_are_summed_up_and_lead_to_their_field():
    form = SampleForm({"name": ""})
    form.add_error(None, "Rien ne va.")
    html = " ".join(render_to_string("components/form_errors.html", {"form": form}).split())
    assert ("<li>Rien ne va.</li>" in html, '<li><a href="#id_name">Nom</a>' in html) == (True, True)
    assert "2 choses sont à corriger" in html


def test_form_without_error_has_no_summary():
    assert render_to_string("components/form_errors.html", {"form": SampleForm()}).strip() == ""


def test_form_drawn_whole_uses_our_fields():
    html = str(SampleForm())
    assert (html.count('<div class="field">'), html.count("<input")) == (2, 2)


@pytest.mark.parametrize(
    ("stance", "said"), [("", "savoir\u00a0: Droit <b>"), ("recherche", "savoir\u00a0: cherche Droit <b>")]
)
def test_tag_says_its_kind_and_escapes_its_label(stance, said):
    import html
    import re

    item = KnowledgeItem(kind=KnowledgeKind.SAVOIR, label="Droit <b>")
    drawn = render_to_string("components/knowledge_tag.html", {"item": item, "stance": stance})
    assert (
        " ".join(html.unescape(re.sub(r"<[^>]+>", "", drawn)).replace("\u00a0", "~").split()).replace("~", "\u00a0")
        == said
    )


def test_pages_keep_the_other_parameters_of_the_address():
    html = render_to_string("components/pagination.html", {"page": Paginator(range(30), 10).page(2), "query": "q=zinc"})
    assert [f'href="?q=zinc&amp;page={n}"' in html for n in (1, 2, 3)] == [True, True, True]


def test_single_page_draws_nothing():
    assert (
        render_to_string("components/pagination.html", {"page": Paginator([1], 10).page(1), "query": ""}).strip() == ""
    )


@pytest.mark.parametrize(("value", "full"), [(0, False), (24, False), (25, True), (40, True)])
def test_gauge_says_its_figures(value, full):
    html = render_to_string("components/gauge.html", {"value": value, "goal": 25, "label": "éléments"})
    assert (f"{value}/25" in html, "gauge--full" in html) == (True, full)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's ratio between two colours `#rrggbb`."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens() -> dict[str, tuple[str, str]]:
    """Each colour of tokens.css, `{name: (light, dark)}`."""
    import re

    from chaudronneries.env import BASE_DIR

    css = (BASE_DIR / "static/css/tokens.css").read_text()
    both = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)
    one = re.findall(r"--([\w-]+): (#\w{6});", css)
    return {name: (light, dark) for name, light, dark in both} | {name: (value, value) for name, value in one}


TEXTS = ["ink", "soot", "copper", "copper-deep", "steel", "verdigris", "rust"]
PAIRS = (
    [(text, ground, 4.5) for text in TEXTS for ground in ("paper", "sheet", "tint")]
    + [("on-colour", ground, 4.5) for ground in ("copper", "copper-deep", "steel", "verdigris", "rust", "soot")]
    + [("on-flame", "flame", 4.5), ("paper", "ink", 4.5)]
    + [("outline", ground, 3.0) for ground in ("paper", "sheet")]
)


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_pair_of_colours_reaches_aa_in_both_schemes(text, ground, least):
    found = tokens()
    ratios = [round(contrast(found[text][scheme], found[ground][scheme]), 2) for scheme in (0, 1)]
    assert [ratio for ratio in ratios if ratio < least] == []
