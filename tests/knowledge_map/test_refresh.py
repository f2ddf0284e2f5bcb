"""Computing the house's suggestions, and answering them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge_map.actions.suggestions import LIST_LENGTH, answer, learned_weights, refresh_suggestions, withdraw_answer
from knowledge_map.enums import Answer
from knowledge_map.models import Suggestion, SuggestionAnswer
from knowledge_map.suggestions import BETA
from knowledge_map.tasks import refresh_map
from residents.enums import Audience, Evidence, KnowledgeKind
from tests.factories import (
    DeclarationFactory,
    DomainFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    OccupationFactory,
    ResidentFactory,
    StayFactory,
)

pytestmark = pytest.mark.django_db


def mapped(name, *items, **fields):
    """A structure in residence that offers `items` and ten things of its own, of the three kinds."""
    resident = ResidentFactory(name=name, **fields)
    for item in items:
        DeclarationFactory(resident=resident, item=item)
    for position in range(10):
        kind = KnowledgeKind.values[position % 3]
        DeclarationFactory(resident=resident, item=KnowledgeItemFactory(kind=kind, label=f"{name} {position}"))
    return resident


def listed():
    return [(s.resident.name, s.partner.name) for s in Suggestion.objects.select_related("resident", "partner")]


@pytest.fixture
def item():
    return KnowledgeItemFactory(label="Soudure")


@pytest.fixture
def pair(item):
    return mapped("Zinc", item), mapped("Cuivre", item)


def test_what_is_stored_reads_alone(pair, item):
    zinc, cuivre = pair
    DeclarationFactory(resident=zinc, item=cuivre.declarations.get(item__label="Cuivre 0").item, seeks=True)
    refresh_suggestions()
    suggestion = Suggestion.objects.get(resident=zinc)
    wanted = cuivre.declarations.get(item__label="Cuivre 0").item
    assert (suggestion.partner, suggestion.rank) == (cuivre, 1)
    assert suggestion.reasons == [
        {
            "channel": "need",
            "seeker": zinc.pk,
            "items": [{"id": wanted.pk, "label": "Cuivre 0", "kind": KnowledgeKind.SAVOIR}],
        },
        {"channel": "shared", "items": [{"id": item.pk, "label": "Soudure", "kind": KnowledgeKind.SAVOIR}]},
    ]
    assert suggestion.channels["need"] == 1
    assert set(suggestion.channels) == {"shared", "related", "need", "third_party", "standardised"}


def test_the_task_replaces_what_was_stored(pair):
    refresh_map()
    first = set(Suggestion.objects.values_list("pk", flat=True))
    refresh_map()
    assert listed() == [("Zinc", "Cuivre"), ("Cuivre", "Zinc")]
    assert not first & set(Suggestion.objects.values_list("pk", flat=True))


def test_a_computation_that_fails_leaves_the_former_suggestions(pair, monkeypatch):
    refresh_suggestions()
    monkeypatch.setattr(Suggestion.objects.__class__, "bulk_create", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        refresh_suggestions()
    assert listed() == [("Zinc", "Cuivre"), ("Cuivre", "Zinc")]


def test_only_mapped_structures_in_residence_take_part(pair, item):
    DeclarationFactory(resident=ResidentFactory(name="Pas encore"), item=item)
    gone = mapped("Partie", item, in_residence=False)
    StayFactory(resident=gone, starts_on="2020-01-01", ends_on="2020-12-31")
    refresh_suggestions()
    assert listed() == [("Zinc", "Cuivre"), ("Cuivre", "Zinc")]


def test_every_mapped_structure_is_suggested_to_somebody(item):
    names = [f"Structure à {n}" for n in range(LIST_LENGTH * 3)]
    for name in names:
        mapped(name, *([item] if name.endswith("1") else []))
    refresh_suggestions()
    assert {partner for _resident, partner in listed()} == set(names)


def test_what_one_metier_holds_goes_together(item):
    other = KnowledgeItemFactory(label="Brasage")
    domain = DomainFactory()
    OccupationFactory(domain=domain, items=[item, other])
    item.domains.add(domain)
    other.domains.add(domain)
    zinc, _cuivre = mapped("Zinc", item), mapped("Cuivre", other)
    refresh_suggestions()
    (reason,) = Suggestion.objects.get(resident=zinc).reasons
    assert (reason["channel"], [told["label"] for told in reason["pairs"][0]]) == ("related", ["Soudure", "Brasage"])


def test_what_says_the_same_goes_together(item):
    other = KnowledgeItemFactory(label="Soudage")
    other.synonyms.create(label="soudure")
    zinc, _cuivre = mapped("Zinc", item), mapped("Cuivre", other)
    refresh_suggestions()
    (reason,) = Suggestion.objects.get(resident=zinc).reasons
    assert [told["label"] for told in reason["pairs"][0]] == ["Soudure", "Soudage"]


def test_what_was_confirmed_in_an_interview_weighs_more(pair):
    refresh_suggestions()
    before = Suggestion.objects.get(resident=pair[0]).channels["shared"]
    pair[0].declarations.filter(item__label="Soudure").update(evidence=Evidence.CONFIRMED)
    refresh_suggestions()
    assert Suggestion.objects.get(resident=pair[0]).channels["shared"] > before


def test_a_structure_that_keeps_its_savoirs_is_suggested_without_a_word_about_them(item):
    zinc, cuivre = mapped("Zinc", item), mapped("Cuivre", item, savoirs_audience=Audience.HOUSE)
    refresh_suggestions()
    told, read = Suggestion.objects.get(resident=zinc), Suggestion.objects.get(resident=cuivre)
    assert (told.reasons, told.closeness, told.channels["shared"], told.score) == ([], "", 0, 0)
    assert [reason["channel"] for reason in read.reasons] == ["shared"]


# Answers


@pytest.fixture
def trio(item):
    return mapped("Zinc", item), mapped("Cuivre", item), mapped("Étain", item)


def test_not_for_us_leaves_ones_own_list_only(trio):
    zinc, cuivre, _ = trio
    answer(resident=zinc, partner=cuivre, answer=Answer.NOT_FOR_US, by=MembershipFactory(resident=zinc).user)
    refresh_suggestions()
    assert sorted(listed()) == [
        ("Cuivre", "Zinc"),
        ("Cuivre", "Étain"),
        ("Zinc", "Étain"),
        ("Étain", "Cuivre"),
        ("Étain", "Zinc"),
    ]


def test_already_in_touch_leaves_both_lists_and_introduces(trio):
    zinc, cuivre, etain = trio
    for partner in (zinc, cuivre):
        answer(resident=etain, partner=partner, answer=Answer.IN_TOUCH, by=MembershipFactory(resident=etain).user)
    refresh_suggestions()
    assert sorted(listed()) == [("Cuivre", "Zinc"), ("Zinc", "Cuivre")]
    assert Suggestion.objects.get(resident=zinc).reasons[-1] == {
        "channel": "third_party",
        "structures": [{"id": etain.pk, "name": "Étain"}],
    }


def test_an_interesting_partner_stays_and_takes_no_place(item):
    zinc, *others = [mapped(name, item) for name in ["Zinc", *(f"Structure {n} à" for n in range(LIST_LENGTH + 3))]]
    for partner in others[:2]:
        answer(resident=zinc, partner=partner, answer=Answer.INTERESTED, by=MembershipFactory(resident=zinc).user)
    refresh_suggestions()
    partners = [s.partner for s in zinc.suggestions.select_related("partner")]
    assert (len(partners), partners[-2:]) == (LIST_LENGTH + 2, others[:2])


def test_an_answer_keeps_the_channels_it_was_given_on(pair):
    zinc, cuivre = pair
    refresh_suggestions()
    stored = Suggestion.objects.get(resident=zinc).channels
    given = answer(resident=zinc, partner=cuivre, answer=Answer.INTERESTED, by=MembershipFactory(resident=zinc).user)
    assert given.channels == stored
    Suggestion.objects.all().delete()
    changed = answer(resident=zinc, partner=cuivre, answer=Answer.NOT_FOR_US, by=given.by)
    assert (changed.pk, changed.answer, changed.channels) == (given.pk, Answer.NOT_FOR_US, stored)


def test_an_answer_taken_back_leaves_nothing(pair):
    zinc, cuivre = pair
    by = MembershipFactory(resident=zinc).user
    answer(resident=zinc, partner=cuivre, answer=Answer.NOT_FOR_US, by=by)
    withdraw_answer(resident=zinc, partner=cuivre, by=by)
    withdraw_answer(resident=zinc, partner=cuivre, by=by)
    assert SuggestionAnswer.objects.count() == 0


def test_answering_asks_for_the_lists_to_be_computed_again(pair, django_capture_on_commit_callbacks):
    zinc, cuivre = pair
    with connection.cursor() as cursor:  # what tests that commit have left: the queue is no model, nothing empties it
        cursor.execute("DELETE FROM procrastinate_jobs")
    with django_capture_on_commit_callbacks(execute=True):
        answer(resident=zinc, partner=cuivre, answer=Answer.NOT_FOR_US, by=MembershipFactory(resident=zinc).user)
    assert list(ProcrastinateJob.objects.values_list("task_name", flat=True)) == ["knowledge_map.tasks.refresh_map"]


def test_one_does_not_answer_about_oneself(pair):
    with pytest.raises(ValidationError):
        answer(resident=pair[0], partner=pair[0], answer=Answer.INTERESTED, by=None)


def test_an_unknown_answer_is_refused(pair):
    with pytest.raises(ValidationError):
        answer(resident=pair[0], partner=pair[1], answer="peut-être", by=None)


def test_weights_are_learned_from_enough_answers(item):
    residents = [mapped(f"Structure {n} à", item) for n in range(7)]
    pairs = [(a, b) for a in residents for b in residents if a != b]

    def answer_as_if(number):
        SuggestionAnswer.objects.all().delete()
        for position, (resident, partner) in enumerate(pairs[:number]):
            told = {"shared": 1 if position % 2 else -1, "related": 0, "need": 0, "third_party": 0}
            given = Answer.INTERESTED if position % 2 else Answer.NOT_FOR_US
            SuggestionAnswer.objects.create(
                resident=resident, partner=partner, answer=given, channels={"standardised": told}
            )

    answer_as_if(29)
    assert learned_weights().tolist() == BETA.tolist()
    answer_as_if(30)
    shared, *others = learned_weights().tolist()
    assert shared > 1.5
    assert others == pytest.approx(BETA[1:].tolist(), abs=1e-3)


# Constraints


def test_a_suggestion_is_made_once(pair):
    refresh_suggestions()
    stored = Suggestion.objects.get(resident=pair[0])
    with pytest.raises(IntegrityError, match="suggestion_once"), transaction.atomic():
        Suggestion.objects.create(
            resident=pair[0], partner=pair[1], rank=stored.rank + 1, score=0, channels={}, reasons=[]
        )


def test_two_suggestions_have_two_ranks(pair):
    refresh_suggestions()
    with pytest.raises(IntegrityError, match="suggestion_rank_unique"), transaction.atomic():
        Suggestion.objects.create(resident=pair[0], partner=ResidentFactory(), rank=1, score=0, channels={}, reasons=[])


def test_nobody_is_suggested_to_oneself(resident):
    with pytest.raises(IntegrityError, match="suggestion_with_another"), transaction.atomic():
        Suggestion.objects.create(resident=resident, partner=resident, rank=1, score=0, channels={}, reasons=[])


def test_a_partner_has_one_answer(pair):
    SuggestionAnswer.objects.create(resident=pair[0], partner=pair[1], answer=Answer.INTERESTED)
    with pytest.raises(IntegrityError, match="suggestion_answer_once"), transaction.atomic():
        SuggestionAnswer.objects.create(resident=pair[0], partner=pair[1], answer=Answer.IN_TOUCH)


def test_an_answer_is_a_known_one(pair):
    with pytest.raises(IntegrityError, match="suggestion_answer_known"), transaction.atomic():
        SuggestionAnswer.objects.create(resident=pair[0], partner=pair[1], answer="peut-être")


def test_an_answer_is_about_another(resident):
    with pytest.raises(IntegrityError, match="suggestion_answer_with_another"), transaction.atomic():
        SuggestionAnswer.objects.create(resident=resident, partner=resident, answer=Answer.INTERESTED)
