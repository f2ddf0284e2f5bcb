"""What must never be false, violated in the database and in words, where no app's own test does it; and none forgotten.

See also tests/residents/test_structures_constraints.py and its likes.
"""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.models import Rubric
from mailing.enums import MailState, Topic
from mailing.models import Mail, Refusal
from residents.models import Application, HouseSettings, NearDuplicate, Partner, PictureRendition
from tests.factories import KnowledgeItemFactory, PartnerFactory, PictureFactory, RubricFactory, UserFactory

pytestmark = pytest.mark.django_db
OURS = ["residents", "mailing", "agenda", "knowledge_map", "blog", "bulletin"]


def mail(**fields):
    return Mail(**{"key": "clé", "topic": Topic.ACCOUNT, "to": "awa@ici.example", "subject": "Objet"} | fields)


def mail_twice():
    mail().save()
    return mail()


def refusal_twice():
    known = Refusal.objects.create(user=UserFactory(), topic=Topic.refusable()[0])
    return Refusal(user=known.user, topic=known.topic)


def rendition_twice():
    known = PictureFactory().get_rendition("width-10")
    return PictureRendition(image=known.image, filter_spec="width-10", focal_point_key="", width=1, height=1)


def partner_of_the_same_name():
    PartnerFactory(name="École d’art")
    return Partner(name="ecole  d’ART", slug="autre", kind="association")


def rubric_of_the_same_name():
    RubricFactory(name="Compréhension du temps", slug="temps")
    return Rubric(name="comprehension DU temps", slug="autre")


def pair(**fields):
    one, other = KnowledgeItemFactory(), KnowledgeItemFactory()
    return NearDuplicate(**{"item": one, "other": other, "score": 0.5} | fields)


def pair_twice():
    known = pair()
    known.save()
    return NearDuplicate(item=known.item, other=known.other, score=0.1)


def pair_backwards():
    known = pair()
    known.item, known.other = known.other, known.item
    return known


def application(**fields):
    return Application(name="Claude", email="claude@ailleurs.example", message="Bonjour.", **fields)


VIOLATIONS = {
    "mail_told_once": (mail_twice, "Ce message a déjà été écrit à cette personne."),
    "mail_topic_known": (lambda: mail(topic="rumeur"), "Ce sujet n’existe pas."),
    "mail_sent_has_date:sent": (lambda: mail(state=MailState.SENT), "Un message parti a sa date, et lui seul."),
    "mail_sent_has_date:waiting": (lambda: mail(sent_at=timezone.now()), "Un message parti a sa date, et lui seul."),
    "mail_refusal_once": (refusal_twice, "Ce sujet est déjà refusé."),
    "mail_refusal_possible": (
        lambda: Refusal(user=UserFactory(), topic=Topic.ACCOUNT),
        "Ces messages ne se refusent pas.",
    ),
    "house_places_sensible": (lambda: HouseSettings(places=501), "La maison accueille de 0 à 500 places."),
    "house_applications_forgotten": (
        lambda: HouseSettings(application_kept_months=0),
        "Une candidature se garde de 1 à 24 mois.",
    ),
    "application_state_known": (lambda: application(state="égarée"), "Cet état n’existe pas."),
    "application_share_sensible": (lambda: application(share=0), "La part d’une place va de plus de 0 à 10."),
    "picture_rendition_once": (rendition_twice, "Cette image existe déjà à cette taille."),
    "partner_name_unique": (partner_of_the_same_name, "Ce partenaire existe déjà."),
    "partner_kind_known": (lambda: Partner(name="Zinc", slug="zinc", kind="empire"), "Cette nature n’existe pas."),
    "partner_name_readable": (
        lambda: Partner(name="!?", slug="zinc", kind="association"),
        "Le nom doit contenir au moins une lettre ou un chiffre.",
    ),
    "rubric_name_unique": (rubric_of_the_same_name, "Cette rubrique existe déjà."),
    "near_duplicate_once": (pair_twice, "Ces deux termes sont déjà dans la file."),
    "near_duplicate_older_first": (pair_backwards, "Le terme le plus ancien vient en premier."),
    "near_duplicate_state_known": (lambda: pair(state="perdus"), "Cet état n’existe pas."),
    "near_duplicate_score_sensible": (lambda: pair(score=1.5), "La ressemblance va de 0 à 1."),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_database_refuses(name):
    build, _words = VIOLATIONS[name]
    refused = build()
    with pytest.raises(IntegrityError, match=name.partition(":")[0]), transaction.atomic():
        type(refused).objects.bulk_create([refused])


@pytest.mark.parametrize("name", VIOLATIONS)
def test_constraint_says_why_in_words(name):
    build, words = VIOLATIONS[name]
    with pytest.raises(ValidationError) as refusal:
        build().validate_constraints()
    assert refusal.value.messages == [words]


def test_no_constraint_is_without_its_violation():
    told = "\n".join(file.read_text() for file in (settings.BASE_DIR / "tests").rglob("*.py"))
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    names = {constraint.name for model in models for constraint in model._meta.constraints}
    assert sorted(name for name in names if name not in told) == []
