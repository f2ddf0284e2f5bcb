"""What is read of the vocabulary's sources, and what is refused in words."""

import gzip

import pytest

from residents.enums import KnowledgeKind, Scheme
from residents.models import Domain, KnowledgeItem, Synonym
from residents.vocabulary.sources import VocabularyError
from tests.residents.releases import SOIL, SOLDERING, Release, labels

SAVOIR, SAVOIR_FAIRE, MILIEU = KnowledgeKind.SAVOIR, KnowledgeKind.SAVOIR_FAIRE, KnowledgeKind.MILIEU


@pytest.fixture
def release(tmp_path, db):
    return Release(tmp_path)


# What is read


def test_rome_without_certifications_nor_expected_manners(release):
    release.publish(
        savoirs=[SOIL, ("102", "CAP Jardinier", "Certifications et habilitations")],
        skills=[("200", "Tailler une haie", "Savoir-faire"), ("201", "Etre patient", "Savoir-être professionnel")],
        contexts=[
            ("300", "Familles", "Publics spécifiques"),
            ("301", "Tous types de public", "Publics spécifiques"),
            ("302", "Travail avec des organisations", "Publics spécifiques"),
            ("303", "En altitude", "Conditions de travail"),
        ],
    ).load()
    assert labels() == {(SAVOIR, "Science des sols"), (SAVOIR_FAIRE, "Tailler une haie"), (MILIEU, "Familles")}
    assert set(Domain.objects.values_list("code", "family")) == {
        ("A12", "Agriculture"),
        ("A14", "Agriculture"),
        ("H29", ""),
        ("K12", ""),
    }


def test_esco_with_its_synonyms_and_the_capitals_of_rome(release):
    release.publish(
        savoirs=[],
        esco=[
            (
                "http://x/skill/a",
                "réparer un vélo",
                "réparer une bicyclette| remettre un vélo en état",
                "skill/competence",
            ),
            ("http://x/skill/b", "pH du sol", "", "knowledge"),
            ("http://x/skill/c", "sécurité des TIC", "", ""),
        ],
    ).load()
    assert labels(scheme=Scheme.ESCO) == {
        (SAVOIR_FAIRE, "Réparer un vélo"),
        (SAVOIR, "pH du sol"),
        (SAVOIR, "Sécurité des TIC"),
    }
    assert set(KnowledgeItem.objects.get(code="a").synonyms.values_list("label", flat=True)) == {
        "Réparer une bicyclette",
        "Remettre un vélo en état",
    }


def test_esco_as_the_commission_names_its_columns(release):
    release.publish(savoirs=[])
    (release.folder / "esco_skills_fr.csv").unlink()
    release.write(
        "skills_fr.csv",
        ("conceptType", "conceptUri", "skillType", "preferredLabel", "altLabels"),
        [("KnowledgeSkillCompetence", "http://x/skill/a", "knowledge", "permaculture", "agroécologie\ndesign naturel")],
    )
    release.load()
    assert labels() == {(SAVOIR, "Permaculture")}
    assert set(Synonym.objects.values_list("label", flat=True)) == {"Agroécologie", "Design naturel"}


def test_data_inclusion_publics_and_the_themes_that_name_a_savoir(release):
    release.publish(
        savoirs=[],
        inclusion=[
            ("Public", "femmes", "Femmes"),
            ("Public", "tous-publics", "Tous publics"),
            ("Thematique", "sante--addictions", "Addictions"),
            ("Thematique", "mobilite--preparer-un-permis", "Préparer un permis"),
            ("Thematique", "logement--rester", "Se maintenir dans le logement"),
            ("Frais", "gratuit", "Gratuit"),
        ],
    ).load()
    assert labels(scheme=Scheme.DATA_INCLUSION, domain__code="K12") == {(MILIEU, "Femmes"), (SAVOIR, "Addictions")}


def test_first_source_wins_and_keeps_the_synonyms_of_the_others(release):
    release.publish(
        savoirs=[
            ("100", "Économie sociale", "Domaines d'expertise"),
            ("101", "economie  SOCIALE", "Normes et procédés"),
        ],
        esco=[("http://x/a", "économie sociale", "tiers secteur", "knowledge")],
        house=[("s/ess", "savoir", "Économie sociale", "ESS|Tiers-secteur", "K12")],
        links=[("K1206", "101")],
    ).load()
    item = KnowledgeItem.objects.get()
    assert (item.label, item.scheme, item.code, item.occupation_count) == ("Économie sociale", "rome", "100", 1)
    assert sorted(item.synonyms.values_list("searchable", flat=True)) == ["ess", "tiers secteur"]


def test_stray_cp1252_line_among_utf8_ones(release):
    release.publish()
    path = release.folder / "unix_referentiel_savoir_v460_utf8.csv"
    path.write_bytes(path.read_bytes() + "103,Maraîchage d’été,Domaines d'expertise\n".encode("cp1252"))
    release.load()
    assert labels() == {(SAVOIR, "Science des sols"), (SAVOIR, "Techniques de soudage"), (SAVOIR, "Maraîchage d’été")}


def test_byte_order_mark_and_compressed_file(release):
    release.publish()
    path = release.folder / "unix_referentiel_savoir_v460_utf8.csv"
    with gzip.open(f"{path}.gz", "wb") as file:
        file.write(b"\xef\xbb\xbf" + path.read_bytes())
    path.unlink()
    assert release.load().total == 2


def test_newest_release_of_the_folder(release):
    release.publish(savoirs=[SOIL])
    release.number = 1000
    release.publish(savoirs=[SOLDERING])
    release.load()
    assert labels() == {(SAVOIR, "Techniques de soudage")}


def test_overlong_label_is_cut(release):
    release.publish(savoirs=[("100", "a" * 301, "Domaines d'expertise")]).load()
    assert KnowledgeItem.objects.get().label == "a" * 299 + "…"


def test_label_without_a_letter_is_left_out(release):
    assert release.publish(savoirs=[SOIL, ("9", "- ?", "Domaines d'expertise")]).load().total == 1


# What is refused, in words, with nothing changed


def refusal(release):
    before = sorted(KnowledgeItem.objects.values_list("pk", "label"))
    with pytest.raises(VocabularyError) as refused:
        release.load()
    assert sorted(KnowledgeItem.objects.values_list("pk", "label")) == before
    return str(refused.value)


def test_missing_column(release):
    release.publish().load()
    release.rome("referentiel_savoir", ("code", "libelle_savoir", "categorie_savoir"), [SOIL])
    assert refusal(release) == (
        "unix_referentiel_savoir_v460_utf8.csv, ligne 1 : il manque la colonne « code_ogr_savoir »."
    )


def test_empty_file(release):
    release.publish()
    (release.folder / "unix_referentiel_savoir_v460_utf8.csv").write_text("")
    assert refusal(release) == (
        "unix_referentiel_savoir_v460_utf8.csv, ligne 1 : il manque la colonne « code_ogr_savoir »."
    )


def test_line_with_another_number_of_columns(release):
    release.publish(savoirs=[SOIL, ("101", "Soudage")])
    assert refusal(release) == "unix_referentiel_savoir_v460_utf8.csv, ligne 3 : 2 colonnes au lieu de 3."


def test_line_without_a_code(release):
    release.publish(savoirs=[("", "Soudage", "Domaines d'expertise")])
    assert refusal(release) == (
        "unix_referentiel_savoir_v460_utf8.csv, ligne 2 : la colonne « code_ogr_savoir » est vide."
    )


def test_unknown_nature_of_a_house_term(release):
    release.publish(house=[("s/x", "science", "Astrologie", "", "K12")])
    assert refusal(release) == (
        "house_terms.csv, ligne 2 : la nature « science » n’existe pas (savoir, savoir_faire ou milieu)."
    )


def test_truncated_archive(release):
    release.publish()
    path = release.folder / "esco_skills_fr.csv"
    (release.folder / "esco_skills_fr.csv.gz").write_bytes(gzip.compress(path.read_bytes())[:-12])
    path.unlink()
    assert refusal(release).startswith("esco_skills_fr.csv.gz, ligne 1 : fichier illisible (")


def test_release_with_a_file_missing(release):
    release.publish()
    (release.folder / "unix_liens_rome_referentiels_v460_utf8.csv").unlink()
    assert refusal(release) == (f"Il manque le fichier unix_liens_rome_referentiels_v…_utf8.csv dans {release.folder}.")


def test_folder_without_any_known_file(release):
    assert refusal(release) == f"{release.folder} ne contient aucun fichier connu."


def test_folder_that_does_not_exist(release):
    release.folder = release.folder / "absent"
    assert refusal(release) == f"{release.folder} n’est pas un dossier."
