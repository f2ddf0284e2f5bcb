"""What may be found: the sitemap that robots read, and the plan that people do. Only what the public reads."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.models import Event
from blog.models import BlogPage, HomePage, PostPage, Rubric, StandardPage
from bulletin.models import BulletinPage, BulletinsPage
from residents import rules
from residents.models import Partner, Resident, TerritorialIssue


class PublicSitemap(Sitemap):
    """Addresses of our own site, whatever name it was asked by."""

    limit = 10_000

    def rows(self):
        raise NotImplementedError

    def items(self):
        """A list: a queryset would be counted first."""
        return list(self.rows())

    def get_domain(self, site=None):
        return urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc

    def get_protocol(self, protocol=None):
        return urlsplit(settings.WAGTAILADMIN_BASE_URL).scheme

    def lastmod(self, item):
        return item.updated_at


class PageSitemap(PublicSitemap):
    """Published pages of one model."""

    def __init__(self, model):
        self.model = model

    def rows(self):
        return self.model.objects.live().only("slug", "last_published_at", "path").order_by("path")

    def lastmod(self, page):
        return page.last_published_at


class ResidentSitemap(PublicSitemap):
    """The structures that are here, and wish to be found; those that left are read by their link."""

    def rows(self):
        return (
            Resident.objects.in_residence()
            .filter(rules.met_by_all())
            .only("slug", "updated_at")
            .order_by("sort_name", "pk")
        )


class PartnerSitemap(PublicSitemap):
    """The partners that the house shows."""

    def rows(self):
        return Partner.objects.filter(is_shown=True).only("slug", "updated_at").order_by("sort_name", "pk")


class EventSitemap(PublicSitemap):
    """Public meetings not ended yet."""

    def rows(self):
        return Event.objects.public().to_come().only("slug", "updated_at").order_by("starts_at", "pk")


class RubricSitemap(PublicSitemap):
    """The rubrics that hold something."""

    def rows(self):
        rubrics = Rubric.objects.filter(posts__live=True).order_by("position")
        return rubrics.annotate(updated_at=Max("posts__last_published_at"))


class ListSitemap(PublicSitemap):
    """Pages that are made of what the others hold."""

    def rows(self):
        return ["knowledge_map:map", "residents:directory", "agenda:agenda", "residents:territory", "site_map"]

    def location(self, name):
        return reverse(name)

    def lastmod(self, name):
        if name != "residents:territory":
            return None
        times = [model.objects.aggregate(last=Max("updated_at"))["last"] for model in (Partner, TerritorialIssue)]
        return max((time for time in times if time), default=None)


SITEMAPS = {
    "accueil": PageSitemap(HomePage),
    "listes": ListSitemap(),
    "pages": PageSitemap(StandardPage),
    "blog": PageSitemap(BlogPage),
    "rubriques": RubricSitemap(),
    "articles": PageSitemap(PostPage),
    "bulletin": PageSitemap(BulletinsPage),
    "numeros": PageSitemap(BulletinPage),
    "structures": ResidentSitemap(),
    "partenaires": PartnerSitemap(),
    "rendez-vous": EventSitemap(),
}


@dataclass(frozen=True)
class Place:
    name: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Chapter:
    title: str
    places: list[Place]


def plan() -> list[Chapter]:
    """The plan of the site for those who read it; three queries."""
    pages = StandardPage.objects.live().order_by("path")
    rubrics = Rubric.objects.filter(posts__live=True).distinct()
    return [
        Chapter(
            _("La maison"),
            [
                Place(_("Accueil"), reverse("home")),
                *(Place(page.title, page.get_absolute_url(), page.lead) for page in pages),
            ],
        ),
        Chapter(
            _("Qui est là, ce que nous savons"),
            [
                Place(_("Les structures résidentes"), reverse("residents:directory")),
                Place(_("Les anciennes structures"), f"{reverse('residents:directory')}?presence=anciennes"),
                Place(_("La carte des savoirs"), reverse("knowledge_map:map")),
                Place(_("Le territoire"), reverse("residents:territory"), _("Partenaires et problématiques.")),
                Place(_("Demander une place"), reverse("residents:apply")),
            ],
        ),
        Chapter(
            _("Lire"),
            [
                Place(_("Le blog"), reverse("blog:index")),
                *(Place(rubric.name, rubric.get_absolute_url(), rubric.description) for rubric in rubrics),
                Place(_("Les archives du blog"), reverse("blog:archives")),
                Place(_("Sur le feu"), reverse("bulletin:index"), _("Le bulletin de la résidence.")),
                Place(_("Chercher dans le site"), reverse("search")),
            ],
        ),
        Chapter(
            _("Venir, suivre"),
            [
                Place(_("L’agenda"), reverse("agenda:agenda")),
                Place(_("Mettre l’agenda dans son calendrier"), reverse("agenda:subscriptions")),
                Place(_("Recevoir le bulletin par mail"), reverse("bulletin:subscribe")),
                Place(_("Suivre le blog (Atom)"), reverse("blog:atom"), _("Pour un lecteur de flux.")),
                Place(_("Suivre le blog (RSS)"), reverse("blog:rss"), _("Pour un lecteur de flux.")),
                Place(_("Me connecter"), reverse("account_login"), _("Pour les structures résidentes.")),
            ],
        ),
    ]
