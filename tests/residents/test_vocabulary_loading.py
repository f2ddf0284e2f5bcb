"""The vocabulary is loaded again: terms come and go, métiers and domains follow, and it ships packed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from residents.enums import KnowledgeKind, Scheme
from residents.models import DeclarationChange, Domain, KnowledgeItem, Occupation, Synonym
from residents.vocabulary.loading import load
from residents.vocabulary.packing import pack
from residents.vocabulary.settling import settle
from residents.vocabulary.terms import read_vocabulary
from tests.factories import DeclarationFactory, KnowledgeItemFactory, ResidentFactory
from tests.residents.releases import SOIL, SOLDERING, Release, labels

SAVOIR, SAVOIR_FAIRE, MILIEU = KnowledgeKind.SAVOIR, KnowledgeKind.SAVOIR_FAIRE, KnowledgeKind.MILIEU


@pytest.fixture
def release(tmp_path, db):
    return Release(tmp_path)


# Loading again


def test_same_release_again_changes_nothing(release):
    release.publish(links=[("A1203", "100")], house=[("m/x", "milieu", "Tiers-lieux", "Tiers-lieu", "K12 A12")])
    assert vars(release.load()) == {"total": 3, "created": 3, "changed": 0, "retired": 0, "deleted": 0}
    before = sorted(KnowledgeItem.objects.values_list())
    assert vars(release.load()) == {"total": 3, "created": 0, "changed": 0, "retired": 0, "deleted": 0}
    assert sorted(KnowledgeItem.objects.values_list()) == before
    assert Synonym.objects.count() == 1


def test_term_gone_is_deleted(release):
    release.publish().load()
    assert vars(release.publish(savoirs=[SOIL]).load()) == {
        "total": 1,
        "created": 0,
        "changed": 0,
        "retired": 0,
        "deleted": 1,
    }
    assert labels() == {(SAVOIR, "Science des sols")}


def test_declared_term_gone_is_retired_then_comes_back(release):
    release.publish(links=[("H2913", "101")]).load()
    declaration = DeclarationFactory(item=KnowledgeItem.objects.get(code="101"))
    assert release.publish(savoirs=[SOIL]).load().retired == 1
    declaration.item.refresh_from_db()
    assert (declaration.item.retired, declaration.item.domain.code) == (True, "H29")
    assert release.publish(savoirs=[SOIL]).load().retired == 0
    assert release.publish().load().changed == 1
    declaration.item.refresh_from_db()
    assert declaration.item.retired is False


def test_term_declared_once_is_kept_for_its_history(release):
    release.publish().load()
    item = KnowledgeItem.objects.get(code="101")
    DeclarationChange.objects.create(resident=ResidentFactory(), item=item, before=None, after={"stance": "offre"})
    release.publish(savoirs=[SOIL]).load()
    assert DeclarationChange.objects.get().item.retired is True


def test_new_code_is_the_same_term(release):
    release.publish().load()
    declaration = DeclarationFactory(item=KnowledgeItem.objects.get(code="101"))
    release.publish(savoirs=[SOIL, ("9101", *SOLDERING[1:])]).load()
    declaration.item.refresh_from_db()
    assert (declaration.item.code, declaration.item.retired) == ("9101", False)


def test_codes_exchanged_between_two_terms(release):
    release.publish().load()
    soil = KnowledgeItem.objects.get(code="100")
    release.publish(savoirs=[("101", *SOIL[1:]), ("100", *SOLDERING[1:])]).load()
    soil.refresh_from_db()
    assert (soil.label, soil.code) == ("Science des sols", "101")


def test_reworded_term_is_the_same_and_its_old_words_find_it(release):
    release.publish().load()
    item = KnowledgeItem.objects.get(code="101")
    assert vars(release.publish(savoirs=[SOIL, ("101", "Technique du soudage", SOLDERING[2])]).load())["changed"] == 1
    item.refresh_from_db()
    assert item.label == "Technique du soudage"
    assert list(item.synonyms.values_list("label", flat=True)) == ["Techniques de soudage"]


def test_code_given_to_other_words_is_another_term(release):
    release.publish().load()
    declaration = DeclarationFactory(item=KnowledgeItem.objects.get(code="101"))
    release.publish(savoirs=[SOIL, ("101", "Histoire de l'art", "Domaines d'expertise")]).load()
    declaration.item.refresh_from_db()
    assert (declaration.item.label, declaration.item.retired) == ("Techniques de soudage", True)
    assert KnowledgeItem.objects.get(code="101").label == "Histoire de l'art"


def test_term_of_a_resident_becomes_the_official_one(release):
    own = KnowledgeItemFactory(label="techniques de SOUDAGE", scheme=Scheme.RESIDENT, code="")
    declaration = DeclarationFactory(item=own)
    release.publish().load()
    declaration.item.refresh_from_db()
    assert (declaration.item.label, declaration.item.scheme, declaration.item.code) == (
        "Techniques de soudage",
        "rome",
        "101",
    )


def test_terms_added_in_the_house_are_left_alone(release):
    KnowledgeItemFactory(label="Chaudronnerie", scheme=Scheme.HOUSE, code="")
    KnowledgeItemFactory(label="Rétamage", scheme=Scheme.RESIDENT, code="")
    release.publish().load()
    release.publish(savoirs=[SOIL]).load()
    assert labels() == {(SAVOIR, "Science des sols"), (SAVOIR, "Chaudronnerie"), (SAVOIR, "Rétamage")}


def test_synonym_left_by_a_merge_is_kept(release):
    release.publish().load()
    Synonym.objects.create(item=KnowledgeItem.objects.get(code="101"), label="Soudure")
    release.load()
    assert Synonym.objects.get().label == "Soudure"


# Métiers and domains


def test_metiers_hold_terms_and_follow_the_release(release):
    release.publish(links=[("A1203", "100"), ("A1416", "100"), ("A1416", "100"), ("H2913", "101"), ("H2913", "999")])
    release.load()
    soil = KnowledgeItem.objects.get(code="100")
    assert soil.occupation_count == 2
    assert set(soil.occupations.values_list("code", flat=True)) == {"A1203", "A1416"}
    release.publish(links=[("A1203", "100")]).load()
    soil.refresh_from_db()
    assert (soil.occupation_count, soil.occupations.get().code) == (1, "A1203")
    assert Occupation.objects.get(code="H2913").items.count() == 0


def test_home_is_the_domain_where_a_term_is_most_at_home(release):
    release.publish(links=[("A1203", "100"), ("A1416", "100"), ("H2913", "101")]).load()
    soil = KnowledgeItem.objects.get(code="100")
    assert soil.domain.code == "A12"
    assert set(soil.domains.values_list("code", flat=True)) == {"A12", "A14"}
    assert KnowledgeItem.objects.get(code="101").domain.code == "H29"


def test_term_without_metier_borrows_the_domain_of_its_like(release):
    release.publish(
        links=[("A1203", "100"), ("H2913", "101")],
        esco=[
            ("http://x/a", "techniques de soudage à l'arc", "", "knowledge"),
            ("http://x/b", "poésie lyrique", "", "knowledge"),
        ],
    ).load()
    assert KnowledgeItem.objects.get(code="a").domain.code == "H29"
    assert KnowledgeItem.objects.get(code="b").domain is None


def test_house_term_has_its_domains_by_hand(release):
    release.publish(links=[("H2913", "101")], house=[("s/x", "savoir", "Soudage de rue", "", "K12 A12")]).load()
    item = KnowledgeItem.objects.get(code="s/x")
    assert item.domain.code == "K12"
    assert set(item.domains.values_list("code", flat=True)) == {"K12", "A12"}


def test_term_of_a_resident_settles_where_its_words_are(release):
    release.publish(
        savoirs=[SOIL, SOLDERING, ("102", "Soudage plastique", "Techniques professionnelles")],
        links=[("A1203", "100"), ("H2913", "101"), ("H2913", "102")],
    ).load()
    own = KnowledgeItemFactory(label="Le soudage des casseroles", scheme=Scheme.RESIDENT, code="")
    unlike = KnowledgeItemFactory(label="Batucada", scheme=Scheme.RESIDENT, code="")
    nothing = KnowledgeItemFactory(label="De la", scheme=Scheme.RESIDENT, code="")
    for item in (own, unlike, nothing):
        settle(item)
        item.refresh_from_db()
    assert (own.domain.code, [domain.code for domain in own.domains.all()]) == ("H29", ["H29"])
    assert unlike.domain is None
    assert nothing.domain is None


def test_terms_of_residents_settle_when_the_vocabulary_comes(release):
    own = KnowledgeItemFactory(label="Soudage des casseroles", scheme=Scheme.RESIDENT, code="")
    release.publish(links=[("H2913", "101")]).load()
    own.refresh_from_db()
    assert own.domain.code == "H29"


# Shipping


def test_packed_files_say_the_same(release, tmp_path):
    release.publish(links=[("A1203", "100")], esco=[("http://x/a", "pain", "miche|boule", "knowledge")])
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "unix_referentiel_savoir_v459_utf8.csv.xz").write_bytes(b"")
    assert len(list(pack(release.folder, shipped))) == 9
    (release.folder / "house_terms.csv").rename(shipped / "house_terms.csv")
    assert not (shipped / "unix_referentiel_savoir_v459_utf8.csv.xz").exists()
    expected = read_vocabulary(release.folder)
    assert read_vocabulary(shipped).terms == [t for t in expected.terms if t.scheme != Scheme.HOUSE]


def test_command_says_what_it_did(release):
    release.publish()
    out = StringIO()
    call_command("load_vocabulary", release.folder, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[:3] == ["Lecture des sources…", "Domaines de 2 termes…", "Écriture…"]
    assert lines[3].startswith("2 termes : 2 nouveaux, 0 modifiés, 0 retirés, 0 supprimés (en ")


def test_command_refuses_in_words(release):
    with pytest.raises(CommandError, match=r"ne contient aucun fichier connu\. Rien n’a été changé\."):
        call_command("load_vocabulary", release.folder)


@pytest.mark.django_db
def test_shipped_vocabulary_loads_whole_and_again():
    vocabulary = read_vocabulary()
    house = [term for term in vocabulary.terms if term.scheme == Scheme.HOUSE]
    codes = {code for code, _label, _family in vocabulary.domains}
    assert len(house) >= 200
    assert len([term for term in house if term.kind == MILIEU]) >= 60
    assert [term.label for term in house if not (1 <= len(term.domains) <= 2 and set(term.domains) <= codes)] == []
    first = load(vocabulary)
    assert first.created == first.total == KnowledgeItem.objects.count()
    assert first.total > 43_000
    assert (Domain.objects.count(), Occupation.objects.count()) == (110, 1584)
    links = Occupation.items.through.objects.count()
    synonyms, domains = Synonym.objects.count(), KnowledgeItem.domains.through.objects.count()
    again = load(read_vocabulary())
    assert vars(again) == {"total": first.total, "created": 0, "changed": 0, "retired": 0, "deleted": 0}
    assert (Occupation.items.through.objects.count(), Synonym.objects.count()) == (links, synonyms)
    assert KnowledgeItem.domains.through.objects.count() == domains
