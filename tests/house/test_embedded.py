import pytest
from django.db import connection

from tests.factories import MembershipFactory, ResidentFactory


@pytest.mark.django_db
def test_searchable_forgives_accents_case_and_punctuation():
    with connection.cursor() as cursor:
        cursor.execute("SELECT searchable(%s)", ["  L’Économie — œuvre C++ "])
        assert cursor.fetchone() == ("l economie oeuvre c++",)


@pytest.mark.django_db
def test_health_answers(client):
    response = client.get("/sante/")
    assert (response.status_code, response.json()) == (200, {"etat": "ok"})


@pytest.mark.django_db
def test_roles_come_with_the_user(client, django_assert_num_queries):
    membership = MembershipFactory(lead=True)
    from residents import rules
    from residents.models import User

    with django_assert_num_queries(2):
        user = User.objects.with_roles().get(pk=membership.user.pk)
        assert (rules.is_lead(user, membership.resident), rules.is_house_manager(user)) == (True, False)
    assert not rules.is_member(user, ResidentFactory())
