"""Releases of the vocabulary's sources, as small as a test needs."""

import csv

from residents.models import KnowledgeItem
from residents.vocabulary.loading import load
from residents.vocabulary.terms import read_vocabulary

SOIL = ("100", "Science des sols", "Domaines d'expertise")

SOLDERING = ("101", "Techniques de soudage", "Techniques professionnelles")


class Release:
    """The official files of a small release in a folder; each argument replaces the rows of a file."""

    def __init__(self, folder):
        self.folder = folder
        self.number = 460

    def write(self, name, header, rows, encoding="utf-8"):
        with open(self.folder / name, "w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *rows])

    def rome(self, name, header, rows):
        self.write(f"unix_{name}_v{self.number}_utf8.csv", header, rows)

    def publish(self, savoirs=(SOIL, SOLDERING), skills=(), contexts=(), links=(), esco=(), inclusion=(), house=()):
        domains = [("A12", "Espaces verts"), ("A14", "Production"), ("K12", "Action sociale"), ("H29", "Soudage")]
        occupations = [("A1203", "Jardinier"), ("A1416", "Maraîcher"), ("H2913", "Soudeur"), ("K1206", "Animatrice")]
        self.rome("grand_domaine", ("code_grand_domaine", "libelle_grand_domaine"), [("A", "Agriculture")])
        self.rome("domaine_professionnel", ("code_domaine_professionnel", "libelle_domaine_professionnel"), domains)
        self.rome(
            "referentiel_code_rome", ("code_rome", "code_ogr", "libelle_rome"), [(c, "1", n) for c, n in occupations]
        )
        self.rome("referentiel_savoir", ("code_ogr_savoir", "libelle_savoir", "categorie_savoir"), savoirs)
        self.rome("referentiel_competence", ("code_ogr", "libelle_competence", "cat_comp"), skills)
        self.rome(
            "referentiel_contexte_travail", ("code_ogr", "libelle_cont_travail", "libelle_type_cont_trav"), contexts
        )
        self.rome(
            "liens_rome_referentiels", ("code_rome", "code_compo_bloc", "code_ogr"), [(o, "5", c) for o, c in links]
        )
        self.write("esco_skills_fr.csv", ("uri", "label", "synonyms", "skill_type"), esco)
        self.write("data_inclusion_referentiels.csv", ("referentiel", "code", "libelle"), inclusion)
        self.write("house_terms.csv", ("code", "kind", "label", "synonyms", "domains"), house)
        return self

    def load(self):
        return load(read_vocabulary(self.folder))


def labels(**lookups):
    return set(KnowledgeItem.objects.filter(**lookups).values_list("kind", "label"))
