import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext, npgettext, pgettext

ASKED = "{% load i18n %}{% blocktranslate count n=n %}{{ n }} étape{% plural %}{{ n }} étapes{% endblocktranslate %}"


@pytest.mark.parametrize(("number", "said"), [(0, "0 étape"), (1, "1 étape"), (2, "2 étapes")])
def test_a_number_is_said_as_french_counts(number, said):
    assert ngettext("%d étape", "%d étapes", number) % number == said
    assert npgettext("à faire", "%d étape", "%d étapes", number) % number == said
    assert Template(ASKED).render(Context({"n": number})) == said


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Quand : demain ; vraiment ?", "Quand\u00a0: demain\u00a0; vraiment\u00a0?"),
        ("« Oui ! »", "«\u00a0Oui\u00a0!\u00a0»"),
        ("(est-ce tout ?)", "(est-ce tout\u00a0?)"),
        ("<em>Ici :</em>", "<em>Ici\u00a0:</em>"),
        ("Déjà\u00a0: tenu", "Déjà\u00a0: tenu"),
        ('<a href="/ ?q=a">Là</a>', '<a href="/ ?q=a">Là</a>'),
    ],
)
def test_double_signs_and_guillemets_stay_with_their_words(typed, printed):
    assert gettext(typed) == pgettext("ici", typed) == printed
    assert Template("{% load i18n %}{% translate typed %}").render(Context({"typed": mark_safe(typed)})) == printed


def test_what_people_wrote_is_left_as_it_is():
    asked = Template("{% load i18n %}{% blocktranslate %}Réservé : {{ title }}{% endblocktranslate %}")
    assert asked.render(Context({"title": "Ici : là"})) == "Réservé\u00a0: Ici : là"
