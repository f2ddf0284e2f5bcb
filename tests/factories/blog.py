"""Pages and posts."""

import factory
from django.utils import timezone
from django.utils.text import slugify

from blog.models import BlogPage, PostPage, Rubric, StandardPage


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
