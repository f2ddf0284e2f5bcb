"""Agreements: where they stand, the back office, the one reminder before they end."""

import csv
import datetime
from io import StringIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from chaudronneries.office.dashboard import waiting
from mailing import refusing
from mailing.enums import Topic
from mailing.models import Mail
from residents.actions import agreements as actions
from residents.enums import AgreementState
from residents.models import Agreement
from residents.tasks import remind_of_agreements
from tests.factories import AgreementFactory, PartnerFactory, UserFactory

pytestmark = pytest.mark.django_db


def in_days(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("starts", "ends", "days", "state"),
    [
        (-10, None, 60, AgreementState.HOLDING),
        (-10, 61, 60, AgreementState.HOLDING),
        (-10, 60, 60, AgreementState.ENDING),
        (-10, 0, 0, AgreementState.ENDING),
        (-10, -1, 60, AgreementState.ENDED),
        (0, None, 60, AgreementState.HOLDING),
        (1, None, 60, AgreementState.COMING),
        (1, 400, 366, AgreementState.COMING),
        (1, 10, 60, AgreementState.ENDING),
    ],
)
def test_state_is_the_same_in_words_and_in_queries(starts, ends, days, state):
    agreement = AgreementFactory(
        starts_on=in_days(starts), ends_on=None if ends is None else in_days(ends), remind_days=days
    )
    today = timezone.localdate()
    found = [one for one in AgreementState if agreement in Agreement.objects.in_state(one, today)]
    assert (agreement.state, found) == (state, [state])


def test_oldest_of_dates_has_a_state():
    agreement = AgreementFactory(starts_on=datetime.date.min, ends_on=datetime.date.min, remind_days=366)
    assert agreement.state == AgreementState.ENDED
    assert list(Agreement.objects.to_remind(timezone.localdate())) == []


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"ends_on": datetime.date(2020, 1, 1)}, "agreement_ends_after_start"),
        ({"remind_days": 367}, "agreement_reminded_within_a_year"),
    ],
)
def test_constraint_is_held(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AgreementFactory(**fields)


# The reminder


def test_managers_are_written_to_once(house_manager):
    UserFactory()
    partner = PartnerFactory(name="Est Ensemble", contact_email="d.jumelle@exemple.fr")
    agreement = AgreementFactory(partner=partner, title="Ateliers", ends_on=in_days(60), note="À renégocier.")
    assert [actions.remind_all(), actions.remind_all()] == [1, 0]
    mail = Mail.objects.get()
    agreement.refresh_from_db()
    assert (mail.to, mail.topic, mail.subject) == (
        house_manager.email,
        Topic.DEADLINE,
        "Convention bientôt finie : Ateliers (Est Ensemble)",
    )
    for written in (
        "finit dans 60 jours",
        "d.jumelle@exemple.fr",
        "À renégocier.",
        f"/gestion/conventions/edit/{agreement.pk}/",
    ):
        assert written in mail.text
    assert agreement.reminded_at
    entry = ModelLogEntry.objects.get(action=actions.REMINDED)
    assert (entry.object_id, entry.user) == (str(agreement.pk), None)


@pytest.mark.parametrize("ends", [None, -1, 61])
def test_agreement_that_is_not_due_is_not_told(house_manager, ends):
    AgreementFactory(ends_on=None if ends is None else in_days(ends))
    remind_of_agreements()
    assert Mail.objects.count() == 0


def test_every_manager_is_told_but_who_refused(house_manager):
    second = UserFactory(house_manager=True)
    refusing.refuse(by=house_manager, topic=Topic.DEADLINE)
    AgreementFactory(ends_on=in_days(3))
    remind_of_agreements()
    assert [mail.to for mail in Mail.objects.all()] == [second.email]


def test_house_without_manager_is_told_when_it_has_one():
    AgreementFactory(ends_on=in_days(3))
    remind_of_agreements()
    told = Mail.objects.count()
    UserFactory(house_manager=True)
    remind_of_agreements()
    assert (told, Mail.objects.count()) == (0, 1)


def test_reminder_cut_short_is_made_anew_and_told_once(house_manager):
    """The worker dies before its transaction committed: neither the mail nor the date is kept."""
    agreement = AgreementFactory(ends_on=in_days(3))
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        actions.remind(agreement.pk)
        raise KeyboardInterrupt
    assert (Mail.objects.count(), Agreement.objects.get().reminded_at) == (0, None)
    remind_of_agreements()
    assert Mail.objects.count() == 1


def test_same_thing_is_not_told_twice_even_when_its_date_is_lost(house_manager):
    AgreementFactory(ends_on=in_days(3))
    remind_of_agreements()
    Agreement.objects.update(reminded_at=None)
    remind_of_agreements()
    assert Mail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_tell_once(house_manager):
    """The second worker passes over the row that the first one holds."""
    import threading

    agreement = AgreementFactory(ends_on=in_days(3))
    done = []

    def other():
        done.append(actions.remind(agreement.pk))
        connection.close()

    with transaction.atomic():
        assert actions.remind(agreement.pk)
        second = threading.Thread(target=other)
        second.start()
        second.join()
    assert (done, Mail.objects.count()) == ([False], 1)


# The back office


def form_of(agreement: Agreement, **changes) -> dict:
    return {
        "partner": agreement.partner_id,
        "title": agreement.title,
        "starts_on": agreement.starts_on.isoformat(),
        "ends_on": agreement.ends_on.isoformat() if agreement.ends_on else "",
        "remind_days": agreement.remind_days,
        "document": "",
        "note": "",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "mails"),
    [
        ({"ends_on": in_days(20).isoformat()}, 2),
        ({"remind_days": 90}, 2),
        ({"title": "Autre titre"}, 1),
        # It will be told in its time.
        ({"ends_on": in_days(200).isoformat()}, 1),
    ],
)
def test_another_end_or_another_reminder_is_told_again(manager, changes, mails):
    agreement = AgreementFactory(ends_on=in_days(30))
    remind_of_agreements()
    response = manager.post(reverse("conventions:edit", args=[agreement.pk]), form_of(agreement, **changes))
    assert response.status_code == 302
    remind_of_agreements()
    assert Mail.objects.count() == mails
    assert ModelLogEntry.objects.filter(action="wagtail.edit").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ends_on", "2001-01-01"),
        ("ends_on", "31/02/2027"),
        ("remind_days", "367"),
        ("remind_days", "-1"),
        ("remind_days", "99999999999999999999"),
        ("starts_on", "0000-00-00"),
        ("title", ""),
        ("title", "\0"),
        ("title", "x" * 201),
        ("partner", "0"),
        ("document", "999999"),
    ],
)
def test_wrong_agreement_is_refused_with_words(manager, field, value):
    agreement = AgreementFactory()
    response = manager.post(reverse("conventions:edit", args=[agreement.pk]), form_of(agreement, **{field: value}))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]


def listed(client, **query):
    page = client.get(reverse("conventions:index"), query)
    return [str(row) for row in page.context["object_list"]]


def test_list_is_by_end_and_filtered_by_state(manager):
    partner = PartnerFactory(name="Est Ensemble")
    AgreementFactory(title="Finie", ends_on=in_days(-1))
    AgreementFactory(title="Sans fin", partner=partner)
    AgreementFactory(title="Loin", ends_on=in_days(300))
    AgreementFactory(title="Bientôt", ends_on=in_days(3))
    AgreementFactory(title="À venir", starts_on=in_days(3), ends_on=in_days(900))
    assert listed(manager) == ["Bientôt", "Loin", "À venir", "Sans fin", "Finie"]
    assert {state.value: listed(manager, etat=state.value) for state in AgreementState} == {
        "bientot": ["Bientôt"],
        "en_cours": ["Loin", "Sans fin"],
        "a_venir": ["À venir"],
        "finie": ["Finie"],
    }
    assert listed(manager, partner=partner.pk) == listed(manager, q="est ens") == ["Sans fin"]
    assert len(listed(manager, etat="inconnu")) == 5


def test_list_leaves_as_a_file(manager):
    AgreementFactory(partner=PartnerFactory(name="Aurore"), title="=1+1", ends_on=in_days(3))
    response = manager.get(reverse("conventions:index"), {"export": "csv"})
    rows = list(csv.DictReader(StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [(row["Partenaire"], row["Intitulé"], row["État"]) for row in rows] == [("Aurore", "'=1+1", "bientôt finie")]


def test_partner_lists_its_agreements_and_adds_to_them(manager):
    partner = PartnerFactory()
    agreement = AgreementFactory(partner=partner, title="Ateliers", ends_on=in_days(3))
    page = manager.get(reverse("partenaires:edit", args=[partner.pk])).content.decode()
    assert f'href="/gestion/conventions/edit/{agreement.pk}/"' in page
    add = f"/gestion/conventions/new/?partner={partner.pk}"
    assert f'href="{add}"' in page
    assert manager.get(add).context["form"].initial["partner"] == partner


@pytest.mark.parametrize("partner", ["0", "rien", "\0", "9" * 40])
def test_unknown_partner_chooses_none(manager, partner):
    assert "partner" not in manager.get(reverse("conventions:add"), {"partner": partner}).context["form"].initial


@pytest.mark.parametrize("number", [1, 3])
def test_partner_s_own_page_keeps_its_queries(manager, number):
    def count(number):
        partner = PartnerFactory()
        AgreementFactory.create_batch(number, partner=partner)
        page = reverse("partenaires:edit", args=[partner.pk])
        manager.get(page)
        with CaptureQueriesContext(connection) as queries:
            manager.get(page)
        return len(queries)

    assert count(number) == count(1)


def test_dashboard_says_what_ends_soon(manager):
    AgreementFactory(ends_on=in_days(400))
    AgreementFactory.create_batch(2, ends_on=in_days(30))
    (line,) = waiting()
    assert (line.words, line.address) == ("2 conventions bientôt finies", "/gestion/conventions/?etat=bientot")
