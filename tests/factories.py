"""Test objects: the plainest valid one by default, traits and arguments for the rest."""

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

from agenda.enums import Approval, EventAudience, RegistrationStatus
from agenda.models import Booking, Event, EventKind, OpeningHours, Registration, Space
from agenda.times import instant, midnight
from blog.models import BlogPage, PostPage, Rubric, StandardPage
from bulletin.enums import SubscriberState
from bulletin.models import BulletinPage, BulletinsPage, Subscriber
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


def at(day: str, time: str) -> datetime.datetime:
    """An instant on the house's clock: `at("2027-03-03", "10:00")`."""
    return instant(datetime.date.fromisoformat(day), datetime.time.fromisoformat(time))


def next_monday() -> datetime.date:
    """A Monday to come, at least two days away (a space is given back without delay until the day before)."""
    day_after_tomorrow = timezone.localdate() + datetime.timedelta(days=2)
    return day_after_tomorrow + datetime.timedelta(days=-day_after_tomorrow.weekday() % 7)


def soon(time: str = "10:00", *, days: int = 0) -> datetime.datetime:
    """An instant of that next Monday, or `days` later."""
    return instant(next_monday() + datetime.timedelta(days=days), datetime.time.fromisoformat(time))


class SpaceFactory(factory.django.DjangoModelFactory):
    """Open every day from 8:00 to 22:00, unless `open=False`; booked without decision unless beyond the rules."""

    class Meta:
        model = Space
        skip_postgeneration_save = True

    class Params:
        always_decided = factory.Trait(approval=Approval.ALWAYS)

    name = factory.Sequence(lambda n: f"Salle {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.name))
    capacity = 12

    @factory.post_generation
    def open(self, create, extracted, **kwargs):
        if create and extracted is not False:
            OpeningHours.objects.bulk_create(
                OpeningHours(space=self, weekday=day, opens_at=datetime.time(8), closes_at=datetime.time(22))
                for day in range(7)
            )

    @factory.post_generation
    def parts(self, create, extracted, **kwargs):
        if create and extracted:
            self.parts.set(extracted)


class BookingFactory(factory.django.DjangoModelFactory):
    """Next Monday, 10:00 to 12:00, for a structure, confirmed."""

    class Meta:
        model = Booking

    space = factory.SubFactory(SpaceFactory)
    starts_at = factory.LazyFunction(soon)
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + datetime.timedelta(hours=2))
    title = factory.Sequence(lambda n: f"Réunion {n}")
    resident = factory.SubFactory(ResidentFactory)


class EventKindFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EventKind
        django_get_or_create = ["slug"]

    name = "Vies & écologies"
    slug = factory.LazyAttribute(lambda o: slugify(o.name))


class EventFactory(factory.django.DjangoModelFactory):
    """Public, next Monday, 18:00 to 20:00, without registration (`with_seats` for two seats)."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    class Params:
        with_seats = factory.Trait(takes_registrations=True, capacity=2)
        all_day = factory.Trait(
            is_all_day=True,
            starts_at=factory.LazyFunction(lambda: midnight(next_monday())),
            ends_at=factory.LazyFunction(lambda: midnight(next_monday() + datetime.timedelta(days=1))),
        )

    title = factory.Sequence(lambda n: f"Rencontre {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.title))
    kind = factory.SubFactory(EventKindFactory)
    audience = EventAudience.PUBLIC
    starts_at = factory.LazyFunction(lambda: soon("18:00"))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + datetime.timedelta(hours=2))

    @factory.post_generation
    def organisers(self, create, extracted, **kwargs):
        if create and extracted:
            self.organisers.set(extracted)

    @factory.post_generation
    def hosts(self, create, extracted, **kwargs):
        if create and extracted:
            self.hosts.set(extracted)


class RegistrationFactory(factory.django.DjangoModelFactory):
    """A person of the house, registered; `guest` for somebody without an account."""

    class Meta:
        model = Registration

    class Params:
        guest = factory.Trait(
            user=None,
            name=factory.Sequence(lambda n: f"Dominique Passant{n}"),
            email=factory.Sequence(lambda n: f"passant{n}@ailleurs.example"),
        )
        waiting = factory.Trait(status=RegistrationStatus.WAITING, queued_at=factory.LazyFunction(timezone.now))

    event = factory.SubFactory(EventFactory, with_seats=True)
    user = factory.SubFactory(UserFactory)
    status = RegistrationStatus.REGISTERED


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


class RubricFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rubric
        django_get_or_create = ["slug"]

    name = "Actualité"
    slug = factory.LazyAttribute(lambda o: slugify(o.name))


class ChildPageFactory(factory.django.DjangoModelFactory):
    """A page under the one `parent()` of its kind, published unless `live=False`."""

    class Meta:
        abstract = True

    slug = factory.LazyAttribute(lambda o: slugify(o.title))

    @classmethod
    def _create(cls, model_class, *args, authors=(), residents=(), tags=(), **fields):
        page = model_class(*args, **fields)
        if page.live and not page.first_published_at:
            page.first_published_at = page.last_published_at = timezone.now()
        cls.parent().add_child(instance=page)
        if authors or residents or tags:
            page.authors, page.residents = list(authors), list(residents)
            page.tags.add(*tags)
            page.save()
        return page


class PostFactory(ChildPageFactory):
    """A published post with a paragraph."""

    class Meta:
        model = PostPage

    title = factory.Sequence(lambda n: f"Article {n}")
    summary = "Ce qui s’est passé."
    body = factory.LazyFunction(lambda: [("text", "<p>Nous avons soudé la porte.</p>")])

    @staticmethod
    def parent():
        return BlogPage.objects.get()


class StandardPageFactory(ChildPageFactory):
    class Meta:
        model = StandardPage

    title = factory.Sequence(lambda n: f"Page {n}")

    @staticmethod
    def parent():
        return BlogPage.objects.get().get_parent()


class BulletinFactory(ChildPageFactory):
    """A published issue of « Sur le feu »."""

    class Meta:
        model = BulletinPage

    number = factory.Sequence(lambda n: n + 1)
    title = factory.LazyAttribute(lambda o: f"Sur le feu n° {o.number}")
    slug = factory.LazyAttribute(lambda o: f"numero-{o.number}")
    dated = factory.LazyFunction(timezone.localdate)

    @staticmethod
    def parent():
        return BulletinsPage.objects.get()


class SubscriberFactory(factory.django.DjangoModelFactory):
    """Somebody of the public who confirmed; `pending` for who did not yet."""

    class Meta:
        model = Subscriber

    class Params:
        pending = factory.Trait(state=SubscriberState.PENDING, confirmed_at=None)

    email = factory.Sequence(lambda n: f"lectrice{n}@ailleurs.example")
    state = SubscriberState.CONFIRMED
    asked_at = factory.LazyFunction(timezone.now)
    confirmed_at = factory.LazyFunction(timezone.now)
