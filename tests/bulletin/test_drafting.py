"""A draft is made of the house's own facts since the last issue, one by one, and of nothing else."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from agenda.enums import EventAudience, EventStatus
from agenda.times import say_day
from blog.models import PostPage
from bulletin.actions import drafting
from bulletin.facts import gather
from bulletin.models import BulletinPage
from bulletin.pages.reading import read_issue
from residents.enums import Audience, KnowledgeKind
from residents.models import Declaration, HouseSettings, Partner, TerritorialIssue
from tests.factories import (
    BulletinFactory,
    DeclarationFactory,
    EventFactory,
    KnowledgeItemFactory,
    PartnerFactory,
    PostFactory,
    ResidentFactory,
    RubricFactory,
    StayFactory,
    TerritorialIssueFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SINCE = NOW - datetime.timedelta(days=30)


def day(days: int) -> datetime.date:
    """So many days from today."""
    return timezone.localdate() + datetime.timedelta(days=days)


def found(kind: str) -> list:
    return [fact for fact in gather(SINCE, timezone.now()) if fact.kind == kind]


def names(kind: str) -> list[str]:
    return [fact.value["name"] for fact in found(kind)]


def touch(row, moment, **fields):
    type(row).objects.filter(pk=row.pk).update(updated_at=moment, **fields)


# Facts


def test_nothing_happened_nothing_is_told():
    ResidentFactory()
    assert gather(SINCE, NOW) == []


def test_arrival_is_told_with_its_day():
    here = ResidentFactory(name="Radio Rivet", in_residence=False)
    StayFactory(resident=here, starts_on=day(-3))
    (fact,) = found("arrivals")
    assert fact.sentence == f"Nous avons accueilli Radio Rivet le {say_day(day(-3))}."
    assert fact.value == {"resident": here.pk, "name": "Radio Rivet"}


def test_arrival_before_the_last_issue_or_to_come_is_not_told():
    StayFactory(starts_on=day(-31))
    StayFactory(starts_on=day(1))
    assert names("arrivals") == []


def test_stay_that_goes_on_from_another_is_neither_arrival_nor_departure():
    resident = ResidentFactory(in_residence=False)
    StayFactory(resident=resident, starts_on=day(-300), ends_on=day(-11))
    StayFactory(resident=resident, starts_on=day(-10), share=Decimal("0.5"))
    assert (names("arrivals"), names("departures")) == ([], [])


def test_structure_that_comes_back_is_told():
    resident = ResidentFactory(name="Revenue", in_residence=False)
    StayFactory(resident=resident, starts_on=day(-300), ends_on=day(-200))
    StayFactory(resident=resident, starts_on=day(-10))
    assert names("arrivals") == ["Revenue"]


def test_departure_is_told_once_its_last_day_is_past():
    gone, leaving = (ResidentFactory(name=name, in_residence=False) for name in ("Partie", "Encore là"))
    StayFactory(resident=gone, starts_on=day(-300), ends_on=day(-1))
    StayFactory(resident=leaving, starts_on=day(-300), ends_on=day(0))
    assert [fact.sentence for fact in found("departures")] == [f"Partie a quitté la maison le {say_day(day(-1))}."]


@pytest.mark.parametrize(
    ("offered", "taken", "said"),
    [
        ("5", "1", "Aujourd’hui il reste 4 places à temps plein."),
        ("2", "1", "Aujourd’hui il reste 1 place à temps plein."),
        ("2", "0.5", "Aujourd’hui il reste 1,5 place à temps plein."),
        ("21", "1", "Aujourd’hui il reste 20 places à temps plein."),
        ("1", "1", "Aujourd’hui, la maison est pleine."),
        ("1", "2", "Aujourd’hui, la maison est pleine."),
    ],
)
def test_places_left_are_told(offered, taken, said):
    settings = HouseSettings.load()
    settings.places = Decimal(offered)
    settings.save()
    StayFactory(share=Decimal(taken))
    assert [fact.sentence for fact in found("places")] == [said]


def test_places_of_a_house_that_did_not_say_them_are_not_invented():
    StayFactory()
    assert found("places") == []


def test_partners_that_are_new_or_changed_are_told():
    PartnerFactory(name="Nouveau", together="")
    changed = PartnerFactory(name="Changé", together="Un atelier par mois.")
    touch(changed, NOW, created_at=SINCE - datetime.timedelta(days=9))
    still = PartnerFactory(name="Pareil", together="Rien de neuf.")
    touch(still, SINCE - datetime.timedelta(days=1), created_at=SINCE - datetime.timedelta(days=9))
    mute = PartnerFactory(name="Muet", together="")
    touch(mute, NOW, created_at=SINCE - datetime.timedelta(days=9))
    PartnerFactory(name="Caché", is_shown=False)
    assert [fact.sentence for fact in found("partners")] == [
        "Du nouveau avec Changé.",
        "Nouveau est un nouveau partenaire.",
    ]


def test_territorial_issue_is_told_with_its_words():
    issue = TerritorialIssueFactory(title="Se nourrir.", state_of_play="Enquête", objectives="Cuisiner")
    issue.partners.set([PartnerFactory(name="Centre social"), PartnerFactory(name="Caché", is_shown=False)])
    TerritorialIssueFactory(title="Cachée", is_shown=False)
    (fact,) = found("issues")
    assert fact.sentence == "Problématique : Se nourrir."
    assert fact.value == {
        "issue": issue.pk,
        "title": "Se nourrir.",
        "partners": "Centre social",
        "state_of_play": "Enquête",
        "objectives": "Cuisiner",
    }


def test_only_public_meetings_that_stand_are_told():
    hour = datetime.timedelta(hours=1)
    for audience in EventAudience:
        EventFactory(title=f"Pour {audience}", audience=audience, starts_at=NOW + 24 * hour)
    EventFactory(title="Annulé", status=EventStatus.CANCELLED, starts_at=NOW + 24 * hour)
    EventFactory(title="Brouillon", status=EventStatus.DRAFT, starts_at=NOW + 24 * hour)
    EventFactory(title="Trop loin", starts_at=NOW + 24 * 90 * hour)
    EventFactory(title="Passé", starts_at=NOW - 48 * hour)
    EventFactory(title="Raconté", starts_at=SINCE - 48 * hour)
    assert [fact.value["title"] for fact in found("coming")] == ["Pour public"]
    assert [fact.value["title"] for fact in found("past")] == ["Passé"]


def test_map_is_told_when_somebody_joined_it():
    known, new, secret = (ResidentFactory(name=name) for name in ("Ancienne", "Nouvelle", "Discrète"))
    secret.savoirs_audience = Audience.HOUSE
    secret.save()
    ResidentFactory(name="Pas encore")
    items = [KnowledgeItemFactory(kind=kind) for kind in [*KnowledgeKind, *[KnowledgeKind.SAVOIR] * 7]]
    for resident in (known, new, secret):
        for item in items:
            DeclarationFactory(resident=resident, item=item)
    Declaration.objects.filter(resident=known).update(created_at=SINCE - datetime.timedelta(days=1))
    (fact,) = found("mapped")
    assert fact.sentence == "3 structures sur 4 sont sur la carte."
    assert fact.value == {"value": "3/4", "who": [{"resident": new.pk, "name": "Nouvelle"}]}


def test_map_that_nobody_joined_is_not_told():
    ResidentFactory()
    assert found("mapped") == []


def test_posts_published_since_are_told_the_oldest_first():
    for title, days in [("Ancien", -40), ("Deuxième", -2), ("Premier", -5)]:
        post = PostFactory(title=title)
        moment = NOW + datetime.timedelta(days=days)
        PostPage.objects.filter(pk=post.pk).update(first_published_at=moment)
    PostFactory(title="Brouillon", live=False)
    assert [fact.value["title"] for fact in found("posts")] == ["Premier", "Deuxième"]


# A draft


def words(issue) -> list:
    """[(rubric, [what its blocks are])]"""
    read = read_issue(BulletinPage.objects.get(pk=issue.pk))
    return [(rubric.kind, [piece.kind for piece in rubric.pieces]) for rubric in read.rubrics]


def test_draft_of_a_quiet_house_is_empty(house_manager):
    issue, is_new = drafting.make_draft(by=house_manager)
    assert (is_new, words(issue), issue.live, issue.owner) == (True, [], False, house_manager)


def test_draft_proposes_its_number_its_date_and_its_address(house_manager):
    BulletinFactory(number=7)
    BulletinFactory(number=3, slug="numero-8")
    issue, _new = drafting.make_draft(by=house_manager)
    assert (issue.number, issue.dated, issue.slug) == (8, timezone.localdate(), "numero-8-2")
    assert issue.title == "Sur le feu n° 8"


def test_draft_begins_where_the_last_issue_ended(house_manager):
    BulletinFactory(number=1, told_until=NOW - datetime.timedelta(days=10))
    PostFactory(title="Avant")
    PostPage.objects.update(first_published_at=NOW - datetime.timedelta(days=11))
    PostFactory(title="Après")
    issue, _new = drafting.make_draft(by=house_manager)
    posts = [piece.said["posts"] for piece in read_issue(issue).pieces if piece.kind == "posts"]
    assert [[post["title"] for post in one] for one in posts] == [["Après"]]
    assert issue.told_until >= NOW


def test_draft_has_a_section_for_each_fact_and_no_other(house_manager):
    StayFactory(resident=ResidentFactory(in_residence=False), starts_on=day(-3))
    PartnerFactory(together="Un atelier.")
    EventFactory()
    PostFactory(rubric=RubricFactory(name="Compréhension", slug="comprehension"))
    issue, _new = drafting.make_draft(by=house_manager)
    assert words(issue) == [
        (
            "actualite",
            ["heading", "heading", "residents", "heading", "heading", "partnership", "heading", "heading", "meetings"],
        ),
        ("comprehension", ["heading", "posts"]),
    ]


def test_what_people_wrote_is_not_markup(house_manager):
    PartnerFactory(name="<b>P</b>", together="Un <script>atelier</script>\nsuite\n\nFin & suite")
    issue, _new = drafting.make_draft(by=house_manager)
    (piece,) = [piece for piece in read_issue(issue).pieces if piece.kind == "partnership"]
    assert piece.said["name"] == "<b>P</b>"
    assert piece.said["html"] == "<p>Un &lt;script&gt;atelier&lt;/script&gt;<br>suite</p><p>Fin &amp; suite</p>"


def test_second_draft_is_the_first(house_manager):
    first, _new = drafting.make_draft(by=house_manager)
    assert drafting.make_draft(by=house_manager) == (first, False)
    assert BulletinPage.objects.count() == 1


def test_issue_withdrawn_is_no_draft(house_manager):
    BulletinFactory(number=4, live=False, first_published_at=NOW)
    assert drafting.make_draft(by=house_manager)[1]


def test_draft_passes_the_editor(house_manager):
    """Everything it holds is what the editor accepts."""
    StayFactory(resident=ResidentFactory(in_residence=False), starts_on=day(-3))
    PartnerFactory(together="Un atelier.")
    TerritorialIssueFactory()
    EventFactory()
    PostFactory()
    issue, _new = drafting.make_draft(by=house_manager)
    issue = BulletinPage.objects.get(pk=issue.pk)
    before = [piece.said for piece in read_issue(issue).pieces]
    issue.body = BulletinPage._meta.get_field("body").stream_block.clean(issue.body)
    issue.full_clean()
    assert [piece.said for piece in read_issue(issue).pieces] == before


# Facts that came since


def latest(issue) -> BulletinPage:
    return BulletinPage.objects.get(pk=issue.pk).get_latest_revision_as_object()


def edited(issue, text="<p>À nous.</p>"):
    """As the house manager does: a revision, nothing published."""
    version = latest(issue)
    version.body = [*version.body.get_prep_value(), {"type": "text", "value": text, "id": "mine"}]
    version.save_revision()


def test_nothing_new_is_proposed_twice(house_manager):
    PostFactory()
    EventFactory()
    issue, _new = drafting.make_draft(by=house_manager)
    assert drafting.news(issue) == []


def test_new_and_changed_facts_are_proposed(house_manager):
    event, partner = EventFactory(), PartnerFactory(together="Avant")
    issue, _new = drafting.make_draft(by=house_manager)
    PostFactory(title="Tout neuf")
    event.place = "la forge"
    event.save()
    partner.save()
    news = drafting.news(issue)
    assert [fact.key for fact in news] == [
        f"partner:{partner.pk}",
        f"coming:{event.pk}",
        f"post:{PostPage.objects.get().pk}",
    ]


def test_facts_are_added_without_touching_what_was_written(house_manager):
    EventFactory(title="Ancien")
    issue, _new = drafting.make_draft(by=house_manager)
    edited(issue)
    before = latest(issue).body.get_prep_value()
    PostFactory(title="Tout neuf")
    version = drafting.add_facts(issue, drafting.news(issue), by=house_manager)
    after = latest(issue).body.get_prep_value()
    assert [one for one in after if one in before] == before
    (posts,) = [one for one in after if one not in before]
    assert posts["value"][0]["value"]["title"] == "Tout neuf"
    assert (drafting.news(version), version.latest_revision.user) == ([], house_manager)


def test_facts_of_another_rubric_bring_it(house_manager):
    EventFactory()
    issue, _new = drafting.make_draft(by=house_manager)
    PostFactory(rubric=RubricFactory(name="Action"))
    version = drafting.add_facts(issue, drafting.news(issue), by=house_manager)
    kinds = [one["value"]["kind"] for one in version.body.get_prep_value() if one["type"] == "rubric"]
    assert kinds == ["actualite", "action"]


def test_fact_taken_out_by_hand_is_not_proposed_again(house_manager):
    PostFactory()
    issue, _new = drafting.make_draft(by=house_manager)
    version = latest(issue)
    version.body = []
    version.save_revision()
    assert drafting.news(latest(issue)) == []


def test_gathering_costs_the_same_for_one_and_for_three(django_assert_max_num_queries):
    for _ in range(3):
        PartnerFactory(together="x")
        TerritorialIssueFactory().partners.set(Partner.objects.all())
        EventFactory()
        PostFactory()
        StayFactory(resident=ResidentFactory(in_residence=False), starts_on=day(-3))
        assert TerritorialIssue.objects.exists()
        with django_assert_max_num_queries(14):
            gather(SINCE, timezone.now())
