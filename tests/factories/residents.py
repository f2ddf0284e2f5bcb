"""People, structures, what they know, and what the house keeps of them."""

import datetime
from functools import cache
from io import BytesIO

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image

from residents.enums import Audience, KnowledgeKind, MembershipRole, PartnerKind, ResidentKind, Scheme, Stance
from residents.models import (
    Agreement,
    Application,
    Declaration,
    Domain,
    KnowledgeItem,
    Membership,
    Occupation,
    Partner,
    Picture,
    Resident,
    Sector,
    Stay,
    Step,
    TeamRole,
    TerritorialIssue,
    User,
)
from residents.models.people import HOUSE_MANAGERS

PASSWORD = "chaudron-demo"


@cache
def hashed_password() -> str:
    """PASSWORD as it is really kept, hashed once: it takes a fifth of a second, and nearly every test has people."""
    return make_password(PASSWORD)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        administrator = factory.Trait(is_staff=True, is_superuser=True)

    email = factory.Sequence(lambda n: f"personne{n}@chaudronneries.example")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Rivet{n}")
    password = factory.LazyFunction(hashed_password)

    @factory.post_generation
    def verified_email(self, create, extracted, **kwargs):
        if create:
            self.emailaddress_set.create(email=self.email, verified=True, primary=True)

    @factory.post_generation
    def house_manager(self, create, extracted, **kwargs):
        if create and extracted:
            self.groups.add(Group.objects.get(name=HOUSE_MANAGERS))


class SectorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sector

    name = factory.Sequence(lambda n: f"Secteur {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.name))


class ResidentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Resident
        skip_postgeneration_save = True

    class Params:
        hidden = factory.Trait(
            **{f"{field}_audience": Audience.HOUSE for field in Resident.GUARDED_FIELDS},
        )

    name = factory.Sequence(lambda n: f"Structure {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.name))
    kind = ResidentKind.ASSOCIATION

    @factory.post_generation
    def in_residence(self, create, extracted, **kwargs):
        """Present since 2024, unless `in_residence=False`."""
        if create and extracted is not False:
            StayFactory(resident=self)


class StayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stay

    resident = factory.SubFactory(ResidentFactory, in_residence=False)
    starts_on = datetime.date(2024, 1, 8)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    class Params:
        lead = factory.Trait(role=MembershipRole.LEAD)

    user = factory.SubFactory(UserFactory)
    resident = factory.SubFactory(ResidentFactory)


class DomainFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Domain
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"Z{n % 100:02}")
    label = factory.LazyAttribute(lambda o: f"Domaine {o.code}")
    family = "Famille"


class KnowledgeItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KnowledgeItem

    kind = KnowledgeKind.SAVOIR
    label = factory.Sequence(lambda n: f"Savoir {n}")
    scheme = Scheme.ROME
    code = factory.Sequence(lambda n: f"test-{n}")


class OccupationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Occupation
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"Z{n:04}")
    label = factory.Sequence(lambda n: f"Métier {n}")
    domain = factory.SubFactory(DomainFactory)

    @factory.post_generation
    def items(self, create, extracted, **kwargs):
        if create and extracted:
            self.items.add(*extracted)


class DeclarationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Declaration

    class Params:
        seeks = factory.Trait(stance=Stance.SEEK)

    resident = factory.SubFactory(ResidentFactory)
    item = factory.SubFactory(KnowledgeItemFactory)


class PictureFactory(factory.django.DjangoModelFactory):
    """A plain copper rectangle of `size`."""

    class Meta:
        model = Picture

    class Params:
        size = (640, 400)

    title = factory.Sequence(lambda n: f"Image {n}")
    file = factory.LazyAttributeSequence(lambda o, n: ContentFile(drawn(o.size), name=f"image-{n}.png"))


def drawn(size: tuple[int, int]) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "#9a4312").save(written, "PNG")
    return written.getvalue()


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner

    name = factory.Sequence(lambda n: f"Partenaire {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.name))
    kind = PartnerKind.ASSOCIATION


class AgreementFactory(factory.django.DjangoModelFactory):
    """Held since a year, without an end."""

    class Meta:
        model = Agreement

    partner = factory.SubFactory(PartnerFactory)
    title = factory.Sequence(lambda n: f"Convention {n}")
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=365))


class TeamRoleFactory(factory.django.DjangoModelFactory):
    """Held since a year, without an end."""

    class Meta:
        model = TeamRole

    name = factory.Sequence(lambda n: f"Personne {n}")
    role = "maîtresse d’établissement"
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=365))


class StepFactory(factory.django.DjangoModelFactory):
    """Of the arrival, ticked by hand by the structure."""

    class Meta:
        model = Step

    title = factory.Sequence(lambda n: f"Étape {n}")


class TerritorialIssueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TerritorialIssue

    title = factory.Sequence(lambda n: f"Problématique {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.title))


class ApplicationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Application

    name = factory.Sequence(lambda n: f"Claude Candidat{n}")
    email = factory.Sequence(lambda n: f"candidat{n}@ailleurs.example")
    message = "Nous cherchons une place."
