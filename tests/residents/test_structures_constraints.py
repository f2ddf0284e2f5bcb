"""What must never be false of people and structures: every constraint is violated, in the database and in words."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from residents.enums import Audience
from residents.models import Membership, Resident, ResidentLink, Sector, Stay, User
from tests.factories import MembershipFactory, ResidentFactory, SectorFactory, StayFactory, UserFactory

DAY = datetime.date


def membership_twice():
    known = MembershipFactory()
    return Membership(user=known.user, resident=known.resident)


def link_twice():
    known = ResidentLink.objects.create(resident=ResidentFactory(), label="Site", url="https://zinc.example/")
    return ResidentLink(resident=known.resident, label="Autre", url=known.url)


def stay_over_another(**dates):
    known = StayFactory(starts_on=DAY(2026, 1, 5), ends_on=DAY(2026, 6, 30))
    return Stay(resident=known.resident, **dates)


def sector_of_the_same_name():
    SectorFactory(name="Économie sociale")
    return Sector(name="economie  SOCIALE", slug="autre")


VIOLATIONS = {
    "user_email_lower_case": (
        lambda: User(email="Camille@chaudronneries.example", password="x"),
        None,  # The model writes it in lower case itself: only a bulk write could get there.
    ),
    "user_email_given": (lambda: User(email="", password="x"), "Une personne a une adresse e-mail."),
    "membership_once": (membership_twice, "Cette personne appartient déjà à cette structure."),
    "membership_role_known": (
        lambda: Membership(user=UserFactory(), resident=ResidentFactory(), role="reine"),
        "Ce rôle n’existe pas.",
    ),
    "sector_name_unique": (sector_of_the_same_name, "Ce secteur existe déjà."),
    "resident_kind_known": (lambda: Resident(name="Zinc", slug="zinc", kind="empire"), "Cette forme n’existe pas."),
    "resident_trace_known": (
        lambda: Resident(name="Zinc", slug="zinc", kind="association", trace="fumée"),
        "Cette trace n’existe pas.",
    ),
    "resident_name_readable": (
        lambda: Resident(name="!?", slug="zinc", kind="association"),
        "Le nom doit contenir au moins une lettre ou un chiffre.",
    ),
    "resident_link_once": (link_twice, "Ce lien figure déjà."),
    "resident_link_web": (
        lambda: ResidentLink(resident=ResidentFactory(), label="Site", url="ftp://zinc.example/"),
        "Un lien commence par http:// ou https://.",
    ),
    "stay_ends_after_start": (
        lambda: Stay(resident=ResidentFactory(), starts_on=DAY(2020, 2, 2), ends_on=DAY(2020, 2, 1)),
        "La présence finit avant d’avoir commencé.",
    ),
    "stay_share_sensible": (
        lambda: Stay(resident=ResidentFactory(in_residence=False), starts_on=DAY(2026, 1, 5), share=0),
        "La part d’une place va de plus de 0 à 10.",
    ),
    "stay_once_at_a_time": (
        lambda: stay_over_another(starts_on=DAY(2026, 6, 30)),
        "Cette structure est déjà présente à ces dates.",
    ),
    **{
        f"resident_audiences_known:{field}": (
            lambda field=field: Resident(
                name="Zinc", slug="zinc", kind="association", **{f"{field}_audience": "personne"}
            ),
            "Ce public n’existe pas.",
        )
        for field in Resident.GUARDED_FIELDS
    },
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", VIOLATIONS)
def test_database_refuses(name):
    build, _words = VIOLATIONS[name]
    constraint, refused = name.partition(":")[0], build()
    # A bulk write: neither `clean` nor `save` may mend or refuse it first.
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        type(refused).objects.bulk_create([refused])


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, (_build, words) in VIOLATIONS.items() if words])
def test_constraint_says_why_in_words(name):
    build, words = VIOLATIONS[name]
    refused = build()
    with pytest.raises(ValidationError) as refusal:
        # A reversed range would stop PostgreSQL within the exclusion constraint: `clean` comes first.
        refused.clean()
        refused.validate_constraints()
    assert refusal.value.messages == [words]


def named(model):
    return {constraint.name for constraint in model._meta.constraints}


def test_every_constraint_of_these_models_is_violated_here():
    models = [User, Membership, Sector, Resident, ResidentLink, Stay]
    assert {name.partition(":")[0] for name in VIOLATIONS} == set().union(*map(named, models))


@pytest.mark.parametrize("spelling", ["CAMILLE@chaudronneries.example", "Camille@Chaudronneries.Example"])
def test_address_is_one_whatever_its_case(db, spelling):
    UserFactory(email="camille@chaudronneries.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(email=spelling)


@pytest.mark.parametrize("model", [Resident, Sector])
def test_address_of_a_page_is_one(db, model):
    factory = {Resident: ResidentFactory, Sector: SectorFactory}[model]
    factory(slug="zinc")
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(slug="zinc")


@pytest.mark.parametrize(
    "dates", [{"starts_on": DAY(2026, 7, 1)}, {"starts_on": DAY(2025, 1, 1), "ends_on": DAY(2026, 1, 4)}]
)
def test_stays_may_follow_one_another(db, dates):
    stay_over_another(**dates).full_clean()


def test_both_days_of_a_stay_are_included(db):
    stay = StayFactory(starts_on=DAY(2026, 1, 5), ends_on=DAY(2026, 6, 30))
    days = [DAY(2026, 1, 4), DAY(2026, 1, 5), DAY(2026, 6, 30), DAY(2026, 7, 1)]
    assert [Resident.objects.present_on(day).filter(pk=stay.resident_id).exists() for day in days] == [
        False,
        True,
        True,
        False,
    ]


def test_audiences_go_from_the_widest_to_the_narrowest():
    assert Audience.values == ["public", "residents", "maison"]
