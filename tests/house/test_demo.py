"""The demonstration residency, on the vocabulary as shipped: loaded once for the module, taken back after it."""

import datetime
import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from wagtail.documents import get_document_model

from agenda import times
from agenda.models import Booking, Event, Space
from blog.models import PostPage
from blog.standing import State, standing_of
from bulletin.models import BulletinPage
from chaudronneries.demo import files, loading
from chaudronneries.demo.logos import SIDE, draw_logo
from knowledge_map.models import MapLayout, Suggestion
from residents import rules
from residents.enums import Audience, InvitationState, KnowledgeKind, NearDuplicateState, Scheme, Stance
from residents.models import (
    Declaration,
    Invitation,
    KnowledgeItem,
    Membership,
    Merge,
    NearDuplicate,
    Resident,
    SheetUpload,
    Stay,
    User,
)
from residents.pages.arrivals import movements
from residents.pages.sheets import plan_of
from residents.places import Places, say_places
from residents.vocabulary.loading import load as load_vocabulary
from residents.vocabulary.terms import read_vocabulary


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic(), media:
        load_vocabulary(read_vocabulary())
        call_command("load_demo", stdout=io.StringIO())
        # Else the foreign keys of all these rows would be checked again after each test.
        connection.check_constraints()
        # It leaves all that can be deferred deferred; a clash of bookings is told at once.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS agenda_space_never_shared IMMEDIATE")
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("demo", "db")


def in_residence():
    return Resident.objects.in_residence()


def mapped():
    return Resident.objects.filter(pk__in=Resident.objects.mapped().values("pk"))


def test_thirty_five_structures_are_in_residence():
    assert in_residence().count() == 35


def test_agenda_is_alive_around_today():
    today = timezone.localdate()
    days = {times.local(start).date() for start in Booking.objects.values_list("starts_at", flat=True)}

    assert {today + datetime.timedelta(days=day) for day in (-1, 0, 1)} <= days
    assert Space.objects.get(slug="grande-forge").parts.count() == 2
    assert Booking.objects.requested().count() == 3
    assert Event.objects.to_come().filter(kind__slug="permanence").exists()


def test_meeting_of_the_demonstration_that_is_full_has_a_waiting_list():
    event = Event.objects.with_seats().get(slug="lire-un-marche-public-sans-peur")

    assert (event.taken, event.waiting) == (8, 3)


def test_former_residents_have_left():
    former = Resident.objects.exclude(pk__in=in_residence())

    assert former.count() == 4
    assert not Stay.objects.filter(resident__in=former, ends_on=None).exists()


def test_twelve_structures_are_mapped():
    assert in_residence().filter(pk__in=mapped()).count() == mapped().count() == 12


def test_mapped_structures_declare_twenty_five_to_forty_items_of_which_five_to_eight_are_sought():
    declared = Counter(Declaration.objects.filter(resident__in=mapped()).values_list("resident__slug", flat=True))
    sought = Counter(
        Declaration.objects.filter(resident__in=mapped(), stance=Stance.SEEK).values_list("resident__slug", flat=True)
    )

    assert [slug for slug, count in declared.items() if not 25 <= count <= 40] == []
    assert [slug for slug in declared if not 5 <= sought[slug] <= 8] == []


def test_mapped_structures_declare_the_three_kinds():
    kinds = {resident.slug: set() for resident in mapped()}
    for slug, kind in Declaration.objects.filter(resident__in=mapped()).values_list("resident__slug", "item__kind"):
        kinds[slug].add(kind)

    assert [slug for slug, found in kinds.items() if found != set(KnowledgeKind.values)] == []


def test_structures_not_mapped_declare_at_most_six_items():
    declared = Counter(Declaration.objects.exclude(resident__in=mapped()).values_list("resident__slug", flat=True))

    assert [slug for slug, count in declared.items() if count > 6] == []


def test_presentations_have_eighty_to_two_hundred_words():
    words = {resident.slug: len(resident.presentation.split()) for resident in Resident.objects.all()}

    assert {slug: count for slug, count in words.items() if not 80 <= count <= 200} == {}


def test_every_row_is_valid():
    for model in (Resident, Stay, Membership, User):
        for row in model.objects.all():
            row.full_clean()


def test_a_term_out_of_the_vocabulary_is_told_with_its_file_and_line():
    line = files.DeclarationLine("ferme.csv, ligne 7", "ferme", "savoir", "Zzz inconnu", "offre", "", "")

    with pytest.raises(loading.DemoError) as error:
        loading.resolve([line])

    assert str(error.value) == "Termes absents du vocabulaire :\nferme.csv, ligne 7 : savoir « Zzz inconnu »"


def test_loading_again_creates_nothing():
    before = piled()

    assert loading.load().total() == 0
    assert piled() == before


def piled() -> list[int]:
    """How much is on the house's desk."""
    models = (Invitation, Merge, NearDuplicate, SheetUpload, get_document_model(), PostPage)
    return [model.objects.count() for model in models]


def test_loading_again_keeps_what_was_changed():
    Resident.objects.filter(slug="radio-rivet").update(tagline="Autre chose")
    Declaration.objects.filter(resident__slug="radio-rivet").delete()

    loading.load()

    changed = Resident.objects.get(slug="radio-rivet")
    assert (changed.tagline, changed.declarations.count()) == ("Autre chose", 0)


def test_resetting_puts_everything_back_the_same():
    before = snapshot()
    Resident.objects.get(slug="radio-rivet").delete()
    User.objects.filter(email="resident@chaudronneries.example").update(first_name="Autre")

    call_command("load_demo", reset=True, stdout=io.StringIO())

    assert snapshot() == before


def test_resetting_keeps_other_structures_and_people(django_user_model):
    Resident.objects.create(name="Vraie structure", slug="vraie-structure", kind="association")
    django_user_model.objects.create_user("vraie@personne.example")

    loading.clear()

    assert not any(model.objects.exists() for model in (Invitation, Merge, NearDuplicate, SheetUpload))
    assert not get_document_model().objects.exists()
    assert not KnowledgeItem.objects.filter(scheme=Scheme.RESIDENT).exists()
    assert [r.slug for r in Resident.objects.all()] == ["vraie-structure"]
    assert [u.email for u in User.objects.all()] == ["vraie@personne.example"]


def snapshot():
    """All that the demonstration says, without keys and times."""
    structures = Resident.objects.order_by("slug").values_list("slug", "name", "tagline", "presentation", "phone")
    declarations = Declaration.objects.order_by("resident__slug", "item__kind", "item__label")
    members = Membership.objects.order_by("resident__slug", "user__email")
    return (
        list(structures),
        list(declarations.values_list("resident__slug", "item__label", "stance", "evidence", "note")),
        list(members.values_list("resident__slug", "user__email", "user__first_name", "role")),
        list(Suggestion.objects.order_by("resident__slug", "rank").values_list("resident__slug", "partner__slug")),
    )


@pytest.mark.parametrize("account", ["resident", "referente", "nouvelle", "gestion", "admin"])
def test_accounts_sign_in(client, account):
    response = client.post(
        "/compte/login/", {"login": f"{account}@chaudronneries.example", "password": loading.PASSWORD}
    )

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(email=f"{account}@chaudronneries.example").pk)


def account(key: str) -> User:
    return User.objects.with_roles().get(email=f"{key}@chaudronneries.example")


def test_accounts_have_the_roles_that_their_names_say():
    both = Resident.objects.get(slug="les-semelles-de-terre")

    assert rules.is_member(account("resident"), both)
    assert not rules.is_lead(account("resident"), both)
    assert rules.is_lead(account("referente"), both)
    assert len(account("referente").memberships_list) == 2
    assert rules.is_house_manager(account("gestion"))
    assert not rules.is_administrator(account("gestion"))
    assert rules.is_administrator(account("admin"))


def test_the_newcomer_has_a_structure_without_any_declaration():
    [resident] = account("nouvelle").residents_list

    assert resident.declarations.count() == 0


def test_people_without_an_account_cannot_sign_in():
    accounts = [person.email for person in files.accounts().values()]

    assert [user for user in User.objects.exclude(email__in=accounts) if user.has_usable_password()] == []


def test_one_structure_is_half_way_through_its_list_and_another_leaves():
    manager = account("gestion")
    found = movements(timezone.localdate() - datetime.timedelta(days=92), manager)
    [arrived], [leaving] = found.arrived, found.leaving
    told = [(one.resident.slug, len(one.checklist.done), one.checklist.total) for one in (arrived, leaving)]
    assert told == [("les-pions-du-milieu", 5, 10), ("la-gazette-des-paliers", 2, 6)]


def test_some_structures_keep_what_they_know_to_the_residents_or_the_house():
    kept = Counter(
        Resident.objects.exclude(savoirs_audience=Audience.PUBLIC).values_list("savoirs_audience", flat=True)
    )

    assert kept == {Audience.RESIDENTS: 3, Audience.HOUSE: 1}


def test_logos_are_pictures_of_one_size():
    logos = [resident.logo for resident in Resident.objects.exclude(logo=None)]

    assert len(logos) == 26
    assert {(logo.width, logo.height) for logo in logos} == {(SIDE, SIDE)}


def test_a_logo_is_the_same_each_time_and_small():
    logo = draw_logo("ST", "hexagon", "verdigris")

    assert logo == draw_logo("ST", "hexagon", "verdigris")
    assert len(logo) < 5_000


def test_every_mapped_structure_is_suggested_to_somebody():
    suggested = Suggestion.objects.filter(resident__in=mapped()).values("partner")

    assert list(mapped().exclude(pk__in=suggested)) == []


def test_every_mapped_structure_reads_suggestions():
    assert list(mapped().exclude(pk__in=Suggestion.objects.values("resident"))) == []


def test_the_map_is_laid_out():
    positions = MapLayout.objects.get().positions

    assert [r.slug for r in mapped() if f"r{r.pk}" not in positions] == []


def test_production_refuses_the_demonstration(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError) as error:
        call_command("load_demo")

    assert str(error.value) == (
        "La démonstration ne se charge pas en production : le mot de passe de ses comptes est connu de tous."
    )


def test_demonstration_publishes():
    assert PostPage.objects.live().count() == 8
    written = PostPage.objects.not_live().order_by("title")
    assert [(post.title, standing_of(post).state) for post in written] == [
        ("Notes de terrain", State.DRAFT),
        ("Trois limaces et une serre", State.TO_REVISE),
        ("Un atelier de couture ouvert le samedi", State.TO_REVIEW),
    ]
    assert (BulletinPage.objects.live().count(), BulletinPage.objects.not_live().count()) == (1, 1)
    assert say_places(Places.on().left) == "4 places à temps plein"


def test_demonstration_posts_are_read(client):
    posts = PostPage.objects.live()
    assert {client.get(post.get_absolute_url()).status_code for post in posts} == {200}


def test_a_post_is_given_back_with_a_word_and_a_remark_that_was_answered():
    standing = standing_of(PostPage.objects.get(title="Trois limaces et une serre"))
    [remark] = standing.comments

    assert (standing.word_by, remark.user) == (account("gestion"), account("gestion"))
    assert [answer.user for answer in remark.answers] == [account("resident")]


def test_people_were_asked_in_and_some_have_answered():
    asked = {invitation.email.split("@")[0]: invitation for invitation in Invitation.objects.all()}

    assert {name: (one.state, one.times_sent) for name, one in asked.items()} == {
        "gaspard": (InvitationState.LAPSED, 1),
        "lumiere": (InvitationState.OPEN, 2),
        "ondine": (InvitationState.OPEN, 1),
        "saturnin": (InvitationState.ACCEPTED, 1),
        "stagiaire": (InvitationState.WITHDRAWN, 1),
    }
    assert asked["saturnin"].accepted_by.residents_list == [Resident.objects.get(slug="les-semelles-de-terre")]


def test_near_terms_wait_beside_one_that_was_merged_and_two_that_were_told_apart():
    decided = NearDuplicate.objects.decided().order_by("state")

    assert NearDuplicate.objects.waiting().count() == 4
    assert {(str(pair), pair.state) for pair in decided} == {
        ("Langue des signes / Signes de la langue", NearDuplicateState.DIFFERENT),
        ("Techniques de montage des sons / Montage des sons (techniques)", NearDuplicateState.MERGED),
    }
    assert [str(one.into) for one in Merge.objects.in_force()] == ["Techniques de montage des sons"]


def test_house_and_structures_keep_documents():
    known = get_document_model().objects.all()

    assert sorted(document.collection.name for document in known) == [
        "La maison",
        "les-semelles-de-terre",
        "radio-rivet",
    ]
    assert {document.content_type for document in known} == {"application/pdf"}


def test_one_sheet_is_ready_and_another_is_to_correct():
    found = {upload.name: plan_of(upload) for upload in SheetUpload.objects.all()}
    ready, faulty = found["annuaire-corrige.csv"], found["presences-a-venir.csv"]

    assert ([change.verb for change in ready.changes], ready.faults) == (["change", "change", "create"], [])
    assert sorted({fault.line for fault in faulty.faults}) == [2, 3, 4]
