"""Spaces, bookings, meetings and their registrations."""

import datetime

import factory
from django.utils import timezone
from django.utils.text import slugify

from agenda.enums import Approval, EventAudience, RegistrationStatus
from agenda.models import Booking, Event, EventKind, OpeningHours, Registration, Space
from agenda.times import midnight
from tests.factories.dates import next_monday, soon
from tests.factories.residents import ResidentFactory, UserFactory


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
