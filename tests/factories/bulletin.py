"""Issues of « Sur le feu » and who receives them."""

import factory
from django.utils import timezone

from bulletin.enums import SubscriberState
from bulletin.models import BulletinPage, BulletinsPage, Subscriber
from tests.factories.blog import ChildPageFactory


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
