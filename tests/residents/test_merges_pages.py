"""The back office's pages of merges: who may, what is said before, what they refuse in words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from residents.actions import declarations, merges
from residents.enums import KnowledgeKind, Scheme
from residents.merging import what_happens
from residents.models import Merge
from tests.factories import DeclarationFactory, ResidentFactory
from tests.residents.terms import OFFERED, fresh, state, term


def choosing(item, **query):
    return reverse("termes:merge", args=[item.pk], query=query)


def confirming(item, into):
    return reverse("termes:merge_into", args=[item.pk, into.pk])


def found(page):
    return [one.label for one in page.context["found"]]


def test_pages_of_merges_are_the_house_managers(client, member, administrator, old, kept, by):
    merge = merges.merge(item=term("Interviewer"), into=kept, by=by)
    pages = [choosing(old), confirming(old, kept), merge.get_absolute_url(), reverse("fusions:index")]
    assert [client.get(page).status_code for page in pages] == [302] * 4
    client.force_login(member)
    assert [client.get(page).status_code for page in pages] == [403] * 4
    assert client.post(confirming(old, kept)).status_code == 403
    for user in (by, administrator):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [200] * 4
    assert Merge.objects.get() == merge


def test_terms_that_resemble_are_proposed_first_then_those_looked_for(manager, old, kept):
    DeclarationFactory(item=kept)
    term("Conduite d’entretien", kind=KnowledgeKind.SAVOIR)
    term("Médiation à l’école")
    assert found(manager.get(choosing(old))) == ["Conduire un entretien"]
    assert "1 structure le déclare." in manager.get(choosing(old)).content.decode()
    assert found(manager.get(choosing(old, q="MEDIATION"))) == ["Médiation à l’école"]
    assert found(manager.get(choosing(old, q="Conduite d’entretien"))) == []


@pytest.mark.parametrize("typed", ["\0", "a" * 121])
def test_search_that_cannot_be_read_is_told(manager, old, typed):
    page = manager.get(choosing(old, q=typed))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["q"])


@pytest.mark.parametrize("typed", ["🎉", "%", "l" * 120])
def test_search_of_anything_finds_nothing(manager, old, typed):
    page = manager.get(choosing(old, q=typed))
    assert (page.status_code, found(page)) == (200, [])


def test_what_will_happen_is_said_before(old, kept):
    alone, both, twice = (ResidentFactory(name=name) for name in ("Atelier", "Brasserie", "Cuisine"))
    DeclarationFactory(resident=twice, item=old)
    DeclarationFactory(resident=twice, item=kept)
    DeclarationFactory(resident=alone, item=old, seeks=True)
    DeclarationFactory(resident=both, item=old, note="Ancien", evidence="confirme")
    DeclarationFactory(resident=both, item=kept, note="Gardé", seeks=True)
    assert what_happens(old, kept) == [
        "Atelier cherche « Conduite d’entretien » : ce sera « Conduire un entretien ».",
        "Brasserie offre « Conduite d’entretien » et cherche « Conduire un entretien » : il reste "
        "« Conduire un entretien », en offre, avec les deux précisions, confirmé en entretien.",
        "Cuisine offre « Conduite d’entretien » et « Conduire un entretien » : il reste « Conduire un entretien », "
        "en offre.",
        "Qui écrira « Conduite d’entretien » trouvera « Conduire un entretien ».",
    ]
    assert what_happens(kept, term("Interviewer"))[0].startswith("Brasserie cherche")
    assert what_happens(term("Sonder"), kept)[0] == (
        "Aucune structure ne déclare « Sonder » : aucune déclaration ne change."
    )


def test_terms_are_merged_then_the_merge_undone(manager, old, kept, resident):
    DeclarationFactory(resident=resident, item=old)
    assert choosing(old) in manager.get(reverse("termes:edit", args=[old.pk])).content.decode()
    assert "ce sera « Conduire un entretien »" in manager.get(confirming(old, kept)).content.decode()
    page = manager.post(confirming(old, kept), follow=True)
    merge = Merge.objects.get()
    assert page.request["PATH_INFO"] == reverse("termes:edit", args=[kept.pk])
    assert merge.get_absolute_url() in str(next(iter(page.context["messages"])))
    assert state(resident, kept) == OFFERED
    assert merge.get_absolute_url() in manager.get(reverse("termes:edit", args=[old.pk])).content.decode()
    assert manager.get(choosing(old))["Location"] == merge.get_absolute_url()
    declarations.declare(resident=resident, item=kept, by=merge.by, note="En groupe")
    assert "a changé « Conduire un entretien » depuis" in manager.get(merge.get_absolute_url()).content.decode()
    page = manager.post(merge.get_absolute_url(), follow=True)
    assert page.request["PATH_INFO"] == reverse("fusions:index")
    assert "sa déclaration reste ainsi" in str(next(iter(page.context["messages"])))
    assert "La fusion a été annulée" in manager.get(merge.get_absolute_url()).content.decode()


def test_refusals_are_said_on_the_pages(manager, old, kept, by):
    assert "avec lui-même" in manager.get(confirming(old, old)).content.decode()
    merge = merges.merge(item=old, into=kept, by=by)
    page = manager.post(confirming(old, kept))
    assert (page.status_code, page.context["refused"]) == (
        422,
        "« Conduite d’entretien » est déjà fusionné avec « Conduire un entretien ».",
    )
    merges.undo(merge=merge, by=by)
    page = manager.post(merge.get_absolute_url())
    assert (page.status_code, page.context["refused"]) == (422, "Cette fusion est déjà annulée.")
    assert manager.get(confirming(old, kept).replace(str(kept.pk), "9" * 30)).status_code == 404


def test_merged_term_is_not_brought_back_by_hand(manager, old, kept, by):
    merges.merge(item=old, into=kept, by=by)
    data = {"label": old.label, "kind": old.kind, "scheme": Scheme.ROME, "code": old.code}
    page = manager.post(reverse("termes:edit", args=[old.pk]), data)
    assert page.context["form"].errors == {
        "retired": [
            "Ce terme est fusionné avec « Conduire un entretien » : annulez la fusion pour le proposer à nouveau."
        ]
    }
    manager.post(reverse("termes:edit", args=[old.pk]), data | {"retired": "on", "label": "Conduite des entretiens"})
    assert (fresh(old).label, fresh(old).retired) == ("Conduite des entretiens", True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_merges_are_exported(manager, old, kept, by, kind):
    merges.merge(item=old, into=kept, by=by)
    page = manager.get(reverse("fusions:index"), {"export": kind})
    assert len(b"".join(page.streaming_content)) > 20


def test_merges_are_searched(manager, old, kept, by):
    merge = merges.merge(item=old, into=kept, by=by)
    merges.merge(item=term("Sonder"), into=term("Enquêter"), by=by)
    page = manager.get(reverse("fusions:index"), {"q": "CONDUIRE"})
    assert list(page.context["object_list"]) == [merge]
    assert f'href="{merge.get_absolute_url()}"' in page.content.decode()


def queries(client, page):
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def test_pages_of_merges_keep_their_queries(manager, old, kept, by):
    last = term("Mener un entretien")
    DeclarationFactory(item=old)
    DeclarationFactory(item=kept)
    merge = merges.merge(item=term("Sonder"), into=last, by=by)
    pages = [choosing(old), confirming(old, kept), merge.get_absolute_url(), reverse("fusions:index")]
    one = [queries(manager, page) for page in pages]
    for number in range(2):
        both = DeclarationFactory(item=old).resident
        DeclarationFactory(item=kept, resident=both)
        DeclarationFactory(item=term(f"Conduite d’entretien {number}"))
        merges.merge(item=term(f"Sondage {number}"), into=last, by=by)
    assert [queries(manager, page) for page in pages] == one
