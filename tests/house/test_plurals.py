import pytest
from django.template import Context, Template
from django.utils.translation import ngettext, npgettext

ASKED = "{% load i18n %}{% blocktranslate count n=n %}{{ n }} étape{% plural %}{{ n }} étapes{% endblocktranslate %}"


@pytest.mark.parametrize(("number", "said"), [(0, "0 étape"), (1, "1 étape"), (2, "2 étapes")])
def test_a_number_is_said_as_french_counts(number, said):
    assert ngettext("%d étape", "%d étapes", number) % number == said
    assert npgettext("à faire", "%d étape", "%d étapes", number) % number == said
    assert Template(ASKED).render(Context({"n": number})) == said
