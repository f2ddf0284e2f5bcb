"""A structure leaves: its page and what it gave go, what others need stays without its name."""

import datetime
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import Collection, ModelLogEntry, ReferenceIndex

from agenda.enums import BookingAction, BookingStatus
from agenda.models import Booking, BookingChange
from blog.models import PostPage
from chaudronneries.portability.leaving import PERSON_LEFT, STRUCTURE_LEFT, close
from mailing.models import Mail
from residents.actions import communication, journal
from residents.models import Declaration, Membership, Picture, Resident, Stay, User
from residents.tasks import REFRESH_MAP
from tests.conftest import just_signed_in
from tests.factories import (
    BookingFactory,
    DeclarationFactory,
    EventFactory,
    MembershipFactory,
    PostFactory,
    ResidentFactory,
    StayFactory,
    UserFactory,
    drawn,
    soon,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(house_manager):
    """She speaks for a structure that left the house yesterday."""
    resident = ResidentFactory(name="Atelier", slug="atelier", in_residence=False, email="nous@atelier.example")
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    StayFactory(resident=resident, starts_on=yesterday - datetime.timedelta(days=300), ends_on=yesterday)
    return MembershipFactory(resident=resident, lead=True, user__first_name="Ana", user__last_name="Rivet").user


def test_page_goes_and_people_stay(lead, atelier):
    DeclarationFactory(resident=atelier)
    close(resident=atelier, by=lead)
    assert (Resident.objects.count(), Membership.objects.count(), Declaration.objects.count()) == (0, 0, 0)
    assert User.objects.filter(pk=lead.pk).exists()


def test_past_bookings_stay_without_the_name_and_those_to_come_are_cancelled(lead, atelier):
    past, to_come = (BookingFactory(resident=atelier, created_by=lead, starts_at=soon(days=d)) for d in (-30, 30))
    BookingChange.objects.create(booking=past, action=BookingAction.CHANGED, by=lead, after={"resident": "Atelier"})
    close(resident=atelier, by=lead)
    kept = {booking.pk: booking for booking in Booking.objects.all()}
    assert [(kept[one.pk].holder, kept[one.pk].status) for one in (past, to_come)] == [
        ("une structure partie", BookingStatus.CONFIRMED),
        ("une structure partie", BookingStatus.CANCELLED),
    ]
    assert "Atelier" not in str(list(BookingChange.objects.values_list("before", "after")))


def test_meeting_to_come_stays_and_the_house_is_told(lead, atelier, house_manager):
    alone = EventFactory(title="Forge ouverte", organisers=[atelier])
    shared = EventFactory(title="Repas", organisers=[atelier, ResidentFactory()])
    close(resident=atelier, by=lead)
    assert (alone.organisers.count(), shared.organisers.count()) == (0, 1)
    told = Mail.objects.get(user=house_manager)
    assert ("Forge ouverte" in told.text, "Repas" in told.text) == (True, False)
    assert "Forge ouverte" not in Mail.objects.get(user=lead).text


def test_post_stays_and_says_no_name(lead, atelier):
    post = PostFactory(residents=[atelier], signature="Atelier")
    post.save_revision(user=lead)
    close(resident=atelier, by=lead)
    post = PostPage.objects.get(pk=post.pk)
    latest = post.get_latest_revision_as_object()
    assert [(one.signature, one.residents.count()) for one in (post, latest)] == [("une structure partie", 0)] * 2


@pytest.mark.django_db(transaction=True)
def test_files_go_unless_something_else_shows_them(lead, atelier):
    gone, kept = (
        communication.add_picture(resident=atelier, file=ContentFile(drawn((40, 30)), "a.png"), title=title, by=lead)
        for title in ("Étau", "Enclume")
    )
    document = communication.add_document(resident=atelier, file=ContentFile(b"B", "b.pdf"), title="Bilan", by=lead)
    Resident.objects.filter(pk=atelier.pk).update(logo=gone)
    ReferenceIndex.create_or_update_for_object(Resident.objects.get(pk=atelier.pk))
    event = EventFactory(picture=kept)
    ReferenceIndex.create_or_update_for_object(event)
    names = [one.file.name for one in (gone, document, kept)]
    close(resident=atelier, by=lead)
    assert [default_storage.exists(name) for name in names] == [False, False, True]
    kept = Picture.objects.get()
    assert (kept.collection.depth, kept.uploaded_by_user, Collection.objects.filter(name="atelier").exists()) == (
        1,
        None,
        False,
    )


@pytest.mark.django_db(transaction=True)
def test_map_is_computed_again(lead, atelier):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    close(resident=atelier, by=lead)
    assert ProcrastinateJob.objects.filter(task_name=REFRESH_MAP, status="todo").count() == 1


def test_journal_keeps_that_it_happened_by_whom_and_not_what_it_said(lead, atelier):
    journal.note(
        atelier, "residents.profile", by=lead, section="email", before={}, after={"email": "nous@atelier.example"}
    )
    journal.note(lead.memberships.get(), "wagtail.edit", by=lead)
    close(resident=atelier, by=lead)
    entries = list(ModelLogEntry.objects.all())
    said = json.dumps([[one.label, one.data] for one in entries])
    assert ("Atelier" in said, "nous@" in said) == (False, False)
    left = ModelLogEntry.objects.get(action=STRUCTURE_LEFT)
    assert (left.user, left.label) == (lead, "une structure partie")


@pytest.mark.parametrize(("starts", "ends"), [(-10, None), (-10, 0), (5, 50)])
def test_structure_whose_stay_runs_or_is_to_come_is_not_deleted(lead, atelier, starts, ends):
    today = timezone.localdate()
    Stay.objects.all().delete()
    end = None if ends is None else today + datetime.timedelta(days=ends)
    StayFactory(resident=atelier, starts_on=today + datetime.timedelta(days=starts), ends_on=end)
    with pytest.raises(ValidationError) as refused:
        close(resident=atelier, by=lead)
    assert (refused.value.code, Resident.objects.count()) == ("in_residence", 1)


def test_member_who_does_not_lead_deletes_nothing(lead, atelier):
    with pytest.raises(PermissionDenied):
        close(resident=atelier, by=MembershipFactory(resident=atelier).user)


# Its pages


def post(client, person, resident, **data):
    just_signed_in(client, person)
    return client.post(reverse("delete_structure", args=[resident.slug]), data)


def test_its_name_is_typed(client, lead, atelier):
    just_signed_in(client, lead)
    page = client.get(reverse("delete_structure", args=["atelier"])).content.decode()
    assert "Reste, au nom d’« une structure partie »" in page
    refused = post(client, lead, atelier, typed="Ateliers")
    assert (refused.status_code, Resident.objects.count()) == (422, 1)
    assert post(client, lead, atelier, typed=" atelier ").status_code == 302
    assert Resident.objects.count() == 0


def test_recent_sign_in_is_asked_for(client, lead, atelier):
    client.force_login(lead)
    answer = client.post(reverse("delete_structure", args=["atelier"]), {"typed": "Atelier"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert Resident.objects.count() == 1


def test_while_in_residence_the_page_says_why_not(client, lead, atelier):
    StayFactory(resident=atelier, starts_on=timezone.localdate())
    refused = post(client, lead, atelier, typed="Atelier")
    assert (refused.status_code, "est en résidence" in refused.content.decode()) == (422, True)


def test_back_office_leads_to_the_same_page(client, administrator, atelier):
    just_signed_in(client, administrator)
    answer = client.post(reverse("structures:delete", args=[atelier.pk]))
    assert (answer["Location"], Resident.objects.count()) == ("/residents/atelier/donnees/supprimer/", 1)


def test_who_leads_finds_it_on_the_page_of_the_structure(client, lead):
    address = reverse("structure_data", args=["atelier"])
    client.force_login(lead)
    assert address in client.get(reverse("residents:profile", args=["atelier"])).content.decode()
    client.force_login(UserFactory())
    assert address not in client.get(reverse("residents:profile", args=["atelier"])).content.decode()


@pytest.mark.parametrize("name", ["delete_account", "delete_structure"])
def test_each_write_is_told_in_the_journal(client, lead, atelier, name):
    """Of the addresses of this part, those that take a POST."""
    arguments, typed, action = {
        "delete_account": ([], lead.email, PERSON_LEFT),
        "delete_structure": (["atelier"], "Atelier", STRUCTURE_LEFT),
    }[name]
    just_signed_in(client, lead)
    before = ModelLogEntry.objects.filter(action=action).count()
    assert client.post(reverse(name, args=arguments), {"typed": typed, "signs": "non"}).status_code == 302
    entries = ModelLogEntry.objects.filter(action=action)
    assert (entries.count(), entries.latest("pk").timestamp.date()) == (before + 1, timezone.now().date())
