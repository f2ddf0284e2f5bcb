from django.core.exceptions import ValidationError
from django.db import models
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from blog.blocks import PageBlock, StoryBlock
from blog.models.tree import ESSENTIAL, HousePage
from residents.models import Resident, User
from residents.models.fields import searchable_column

# Addresses under /blog/ that a post may not take (blog/urls.py); years are refused too.
RESERVED = {"rubrique", "mot", "structure", "par", "archives", "proposer", "mes-articles", "recherche", "carton"}


class Rubric(models.Model):
    """A section of the blog, in the words of the papers: actualité, compréhension, action."""

    name = models.CharField(_("nom"), max_length=60)
    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    sort_name = searchable_column("name")
    description = models.CharField(_("ce qu’on y lit"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("rubrique")
        verbose_name_plural = _("rubriques")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sort_name"],
                name="rubric_name_unique",
                violation_error_message=_("Cette rubrique existe déjà."),
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("blog:rubric", args=[self.slug])


class HomePage(HousePage):
    """The root of the site, and what the public reads first; residents find their own place at the same address."""

    lead = models.TextField(_("chapeau"), max_length=600, blank=True)
    body = StreamField(PageBlock(), verbose_name=_("corps"), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["blog.StandardPage", "blog.BlogPage", "bulletin.BulletinsPage"]
    max_count = 1
    content_panels = [*HousePage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [*HousePage.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        verbose_name = _("accueil")
        verbose_name_plural = _("accueils")

    @property
    def is_essential(self) -> bool:
        return True

    def get_absolute_url(self):
        return reverse("home")

    def serve(self, request, *args, **kwargs):
        """The project draws it: it shows what every app has to say."""
        return resolve(reverse("home")).func(request, page=self)


class StandardPage(HousePage):
    """A page that stands by itself: le lieu, l'équipe, mentions légales…"""

    lead = models.TextField(_("chapeau"), max_length=600, blank=True)
    body = StreamField(PageBlock(), verbose_name=_("corps"), blank=True)

    parent_page_types = ["blog.HomePage"]
    subpage_types = []
    content_panels = [*HousePage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [*HousePage.search_fields, index.SearchField("lead"), index.SearchField("body")]
    template = "blog/page.html"

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    @property
    def is_essential(self) -> bool:
        return self.slug in ESSENTIAL

    def get_absolute_url(self):
        return reverse("wagtail_serve", args=[f"{self.slug}/"])

    def get_context(self, request, *args, **kwargs):
        """With `story`, its blocks as the reader of `request` reads them."""
        # What pages read is put together above the models.
        from blog.pages.story import story

        return {**super().get_context(request, *args, **kwargs), "story": story(self.body, request.user)}


class BlogPage(HousePage):
    """The blog: its posts are its children (blog/views/reading.py lists them)."""

    lead = models.TextField(_("chapeau"), max_length=600, blank=True)

    parent_page_types = ["blog.HomePage"]
    subpage_types = ["blog.PostPage"]
    max_count = 1
    content_panels = [*HousePage.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("blog")
        verbose_name_plural = _("blogs")

    @property
    def is_essential(self) -> bool:
        return True

    def get_absolute_url(self):
        return reverse("blog:index")

    def serve(self, request, *args, **kwargs):
        return resolve(reverse("blog:index")).func(request, page=self)


class TaggedPost(TaggedItemBase):
    content_object = ParentalKey("blog.PostPage", on_delete=models.CASCADE, related_name="tagged_items")

    class Meta:
        verbose_name = _("mot d’un article")
        verbose_name_plural = _("mots des articles")


class PostQuerySet(PageQuerySet):
    def published(self):
        """Live posts, latest first."""
        return self.live().order_by("-first_published_at", "-pk")

    def proposed_by(self, user):
        """What `user` wrote or signs, whatever its state."""
        return self.filter(models.Q(owner=user) | models.Q(authors=user)).distinct()


class PostPage(HousePage):
    """A post of the blog. It is dated by its first publication, `first_published_at`."""

    summary = models.CharField(
        _("résumé"), max_length=300, help_text=_("Une ou deux phrases : elles se lisent dans les listes et les mails.")
    )
    cover = models.ForeignKey(
        "residents.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("image de tête"),
    )
    cover_alt = models.CharField(
        _("ce que l’on y voit"), max_length=250, blank=True, help_text=_("Pour qui ne voit pas l’image de tête.")
    )
    body = StreamField(StoryBlock(), verbose_name=_("corps"), blank=True)
    rubric = models.ForeignKey(
        Rubric, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("rubrique")
    )
    tags = ClusterTaggableManager(through=TaggedPost, blank=True, verbose_name=_("mots"))
    authors = ParentalManyToManyField(User, related_name="posts", blank=True, verbose_name=_("autrices et auteurs"))
    signature = models.CharField(
        _("signature"),
        max_length=150,
        blank=True,
        help_text=_("Pour qui n’a pas de compte : « l’atelier cartographie », un nom. Elle s’ajoute aux comptes."),
    )
    residents = ParentalManyToManyField(
        Resident, related_name="posts", blank=True, verbose_name=_("structures concernées")
    )

    objects = PageManager.from_queryset(PostQuerySet)()

    parent_page_types = ["blog.BlogPage"]
    subpage_types = []
    content_panels = [
        *HousePage.content_panels,
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("rubric"), FieldPanel("tags")]),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Image de tête")),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("authors"), FieldPanel("signature"), FieldPanel("residents")], heading=_("Qui parle, de qui")
        ),
    ]
    search_fields = [
        *HousePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.SearchField("signature"),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    @classmethod
    def from_serializable_data(cls, data, *args, **options):
        """A version that names a rubric deleted since: modelcluster, which reads versions, knows nothing of PROTECT."""
        if data.get("rubric") and not Rubric.objects.filter(pk=data["rubric"]).exists():
            data = {**data, "rubric": None}
        return super().from_serializable_data(data, *args, **options)

    def get_absolute_url(self):
        return reverse("blog:post", args=[self.slug])

    def clean(self):
        super().clean()
        if self.slug in RESERVED or (self.slug.isdecimal() and len(self.slug) == 4):
            raise ValidationError({"slug": _("Le blog se sert de cette adresse : choisissez-en une autre.")})

    def serve(self, request, *args, **kwargs):
        """The same view as at its own address, of this very version: a draft when Wagtail previews it."""
        return resolve(self.get_absolute_url()).func(request, slug=self.slug, post=self)

    @property
    def published_on(self):
        """The day of its first publication, on the house's clock (today for a draft)."""
        return timezone.localdate(self.first_published_at) if self.first_published_at else timezone.localdate()
