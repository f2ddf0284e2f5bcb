import pytest

from residents.enums import Audience, KnowledgeKind, Scheme
from residents.models import KnowledgeItem, Synonym
from tests.factories import (
    DeclarationFactory,
    DomainFactory,
    KnowledgeItemFactory,
    OccupationFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db

SAVOIR, SAVOIR_FAIRE, MILIEU = KnowledgeKind.SAVOIR, KnowledgeKind.SAVOIR_FAIRE, KnowledgeKind.MILIEU


def know(*labels, **fields):
    return [KnowledgeItemFactory(label=label, **fields) for label in labels]


def also(item, *labels):
    Synonym.objects.bulk_create(Synonym(item=item, label=label) for label in labels)
    return item


def matching(text, *arguments, **options):
    return [item.label for item in KnowledgeItem.objects.matching(text, *arguments, **options)]


# What somebody typing means


def test_matching_orders_by_how_well_a_term_answers():
    know("Cours de soudage", "Soudage", "Soudage plastique", "Soudages", "Soudagerie", "Dessoudage")
    also(*know("Assemblage des métaux"), "Technique de soudage")
    assert matching("soudage") == [
        "Soudage",
        "Soudage plastique",
        "Soudages",
        "Soudagerie",
        "Cours de soudage",
        "Assemblage des métaux",
    ]


def test_matching_forgets_accents_case_apostrophes_and_hyphens():
    know("Médiation à l’école")
    know("Tiers-lieux", kind=MILIEU)
    assert matching("MEDIATION A L'ECOLE") == ["Médiation à l’école"]
    assert matching("tiers lieux") == ["Tiers-lieux"]


def test_matching_words_in_any_order_without_the_small_ones():
    know("Animer une équipe de bénévoles", "Animer un débat")
    assert matching("bénév de l'équipe anim") == ["Animer une équipe de bénévoles"]


def test_matching_a_word_being_typed_that_looks_like_a_small_one():
    know("Conduite de projet", "Conduite design", "Conduite accompagnée")
    assert matching("conduite de") == ["Conduite de projet", "Conduite design", "Conduite accompagnée"]


def test_matching_exact_synonym_before_labels_that_only_begin():
    know("Scopitone")
    also(*know("Sociétés coopératives"), "Scop")
    items = KnowledgeItem.objects.matching("scop")
    assert [(item.label, item.matched) for item in items] == [("Sociétés coopératives", "Scop"), ("Scopitone", "")]


def test_matching_says_which_synonym_was_found_once():
    also(*know("Réparer un vélo"), "Remettre une bicyclette en état", "Réparer une bicyclette")
    (item,) = KnowledgeItem.objects.matching("bicy")
    assert (item.label, item.matched) == ("Réparer un vélo", "Réparer une bicyclette")


@pytest.mark.parametrize("typed", ["jardniage", "jardinnage", "jardinag", "jadinage", "JARDINAGES", "kardinage"])
def test_matching_a_typing_mistake(typed):
    know("Techniques de jardinage", "Marchandage", "Jargon juridique")
    assert matching(typed) == ["Techniques de jardinage"]


def test_matching_a_typing_mistake_in_a_synonym():
    also(*know("Cultiver un potager"), "Jardinage urbain")
    (item,) = KnowledgeItem.objects.matching("jardniage urbian")
    assert (item.label, item.matched) == ("Cultiver un potager", "Jardinage urbain")


def test_matching_no_far_resemblance():
    know("Techniques de réhabilitation", "Habilitation électrique")
    assert matching("facilitation") == []


def test_matching_an_exact_term_alone():
    know("Couture", "Coutures anciennes", "Contures")
    assert matching("couture") == ["Couture", "Coutures anciennes"]


def test_matching_among_equals_declared_then_usual_then_short():
    rare, usual, short = know("Budget associatif"), know("Budget communal", occupation_count=9), know("Budget vert")
    declared = know("Budget participatif")
    DeclarationFactory(item=declared[0])
    assert KnowledgeItem.objects.matching("budget") == [*declared, *usual, *short, *rare]


def test_matching_one_kind_or_all():
    know("Cuisine")
    know("Cuisiner", kind=SAVOIR_FAIRE)
    assert matching("cuis", SAVOIR_FAIRE) == ["Cuisiner"]
    assert matching("cuis") == ["Cuisine", "Cuisiner"]


def test_matching_leaves_retired_terms_out():
    know("Télétexte", retired=True)
    also(*know("Vidéotex", retired=True), "Minitel")
    assert matching("télétexte") == matching("minitel") == matching("téletxete") == []


def test_matching_at_most_limit():
    know(*(f"Danse {n}" for n in range(9)))
    assert matching("danse", limit=3) == ["Danse 0", "Danse 1", "Danse 2"]


def test_matching_one_letter():
    know("Zoologie", "Le zoo", "Série Z")
    assert matching("z") == ["Zoologie", "Série Z"]


def test_matching_two_letters():
    know("3D", "Impression 3D", "Jeux 3Dimensions")
    assert matching("3d") == ["3D", "Impression 3D"]


def test_matching_a_small_word():
    know("Desserts", "Sciences des sols")
    assert matching("des") == ["Desserts"]


def test_matching_keeps_plus_and_sharp():
    know("Langage C", "Langage C++", "Langage C#")
    assert matching("c++") == ["Langage C++"]
    assert matching("c#") == ["Langage C#"]


@pytest.mark.parametrize("typed", ["", "   ", "!?…", "🎉", "\0", "\ud83d", "\u202e", "%", "_", "'", "عربي"])
def test_matching_nothing_for_what_says_nothing(typed):
    know("Accueil", "100 % coton", "x_y")
    assert KnowledgeItem.objects.matching(typed) == []


@pytest.mark.parametrize(
    "typed", ["accueil\0", "🎉 accueil 🎉", "accueil" + "!" * 400, "\u200baccueil", "ACCUEIL \ud83d", "accueil;--"]
)
def test_matching_reads_through_odd_signs(typed):
    know("Accueil")
    assert matching(typed) == ["Accueil"]


@pytest.mark.parametrize(
    "typed", ["a" * 5000, "mot " * 500, "des les du " * 50, "1", "'; DROP TABLE residents_user; --"]
)
def test_matching_survives_any_length(typed):
    know("Accueil")
    assert matching(typed) == []


def test_matching_a_sentence_finds_the_term_pasted_whole():
    label = "Assurer le suivi des stocks en temps réel et organiser les tournées de livraison des repas à domicile"
    know(label)
    assert matching(label) == [label]


def test_matching_in_four_queries_at_most(django_assert_max_num_queries):
    also(*know("Techniques de jardinage"), "Potager")
    know(*(f"Jardin {n}" for n in range(20)))
    for text in ("jardniage", "jardin", "potager", "zzzzzz"):
        with django_assert_max_num_queries(4):
            for item in KnowledgeItem.objects.matching(text):
                str(item.domain)


# One label, or nearly


def test_labelled_by_label_then_synonym_in_its_kind():
    savoir = also(*know("Médiation culturelle"), "Relations avec les publics")
    also(*know("Accueil du public"), "Médiation culturelle")
    (doing,) = know("Relations avec les publics", kind=SAVOIR_FAIRE)
    labelled = KnowledgeItem.objects.labelled
    assert labelled("mediation CULTURELLE", SAVOIR) == savoir
    assert labelled("Relations avec les publics", SAVOIR) == savoir
    assert labelled("Relations avec les publics", SAVOIR_FAIRE) == doing
    assert labelled("Médiation", SAVOIR) is None
    assert labelled("!!", SAVOIR) is None


def test_labelled_knows_retired_terms():
    (retired,) = know("Télétexte", retired=True)
    assert KnowledgeItem.objects.labelled("télétexte", SAVOIR) == retired


def test_close_to_is_nearly_the_same_in_its_kind():
    know("Soudage", "Techniques de soudage", "Sondage")
    know("Souder", kind=SAVOIR_FAIRE)
    close = KnowledgeItem.objects.close_to
    assert [item.label for item in close("Soudge", SAVOIR)] == ["Soudage", "Techniques de soudage"]
    assert [item.label for item in close("soudage", SAVOIR)] == ["Techniques de soudage", "Sondage"]
    assert close("Soudge", SAVOIR, limit=1)[0].matched == ""
    assert close("!", SAVOIR) == close("Poterie", SAVOIR) == []


# What goes along


def test_what_a_structure_keeps_to_itself_shows_in_no_order():
    k12 = DomainFactory(code="K12")
    ours, usual, secret = know("Budget participatif", "Budget vert", "Budget communal", scheme=Scheme.ESCO)
    for item in (ours, usual, secret):
        item.domains.set([k12])
    resident = DeclarationFactory(item=ours).resident
    DeclarationFactory(item=secret, resident__savoirs_audience=Audience.HOUSE)
    assert KnowledgeItem.objects.matching("budget") == [ours, usual, secret]
    assert KnowledgeItem.objects.going_along_with(resident) == []


def test_going_along_are_the_terms_of_the_closest_metiers():
    soil, seeds, welding, team = know("Sols", "Semis", "Soudage", "Esprit d'équipe")
    OccupationFactory(items=[soil, seeds, team])
    OccupationFactory(items=[welding, team])
    for item, count in ((soil, 1), (seeds, 1), (welding, 1), (team, 200)):
        KnowledgeItem.objects.filter(pk=item.pk).update(occupation_count=count)
    resident = ResidentFactory()
    DeclarationFactory(resident=resident, item=soil)
    assert KnowledgeItem.objects.going_along_with(resident) == [seeds]


def test_going_along_prefers_what_is_telling():
    soil, seeds, invoices = know("Sols", "Semis", "Factures")
    OccupationFactory(items=[soil, seeds, invoices])
    KnowledgeItem.objects.filter(pk__in=[soil.pk, seeds.pk]).update(occupation_count=1)
    KnowledgeItem.objects.filter(pk=invoices.pk).update(occupation_count=80)
    resident = ResidentFactory()
    DeclarationFactory(resident=resident, item=soil)
    assert KnowledgeItem.objects.going_along_with(resident) == [seeds, invoices]
    assert KnowledgeItem.objects.going_along_with(resident, limit=1) == [seeds]


def test_going_along_without_metier_are_the_house_terms_of_the_same_domains():
    k12, k18, a12 = DomainFactory(code="K12"), DomainFactory(code="K18"), DomainFactory(code="A12")
    mine, both, one, other, esco = know(
        "Tiers-lieux", "Lieux partagés", "Médiation", "Jardins", "Ouvrir un lieu", scheme=Scheme.HOUSE
    )
    KnowledgeItem.objects.filter(pk=esco.pk).update(scheme=Scheme.ESCO)
    for item, domains in ((mine, [k12, k18]), (both, [k12, k18]), (one, [k12]), (other, [a12]), (esco, [k12])):
        item.domains.set(domains)
    resident = ResidentFactory()
    DeclarationFactory(resident=resident, item=mine)
    assert KnowledgeItem.objects.going_along_with(resident) == [both, one]
    DeclarationFactory(item=esco)
    assert set(KnowledgeItem.objects.going_along_with(resident)) == {both, one, esco}


def test_going_along_leaves_retired_terms_out():
    soil, seeds = know("Sols", "Semis", occupation_count=1)
    OccupationFactory(items=[soil, seeds])
    KnowledgeItem.objects.filter(pk=seeds.pk).update(retired=True)
    resident = ResidentFactory()
    DeclarationFactory(resident=resident, item=soil)
    assert KnowledgeItem.objects.going_along_with(resident) == []


def test_going_along_with_nothing_is_nothing():
    know("Sols")
    assert KnowledgeItem.objects.going_along_with(ResidentFactory()) == []


def test_going_along_in_five_queries(django_assert_max_num_queries):
    resident = ResidentFactory()
    items = know(*(f"Savoir {n}" for n in range(12)), occupation_count=3, domain=DomainFactory())
    for _n in range(3):
        OccupationFactory(items=items)
    DeclarationFactory(resident=resident, item=items[0])
    with django_assert_max_num_queries(5):
        assert len([str(item.domain) for item in KnowledgeItem.objects.going_along_with(resident)]) == 8
