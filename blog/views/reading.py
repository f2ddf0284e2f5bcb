"""Reading the blog: lists, archives, a post."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from taggit.models import Tag

from blog.forms.reading import ListForm
from blog.models import BlogPage, PostPage, StandardPage
from blog.pages import archives as dates
from blog.pages.lists import PostList, month_choices, rubric_choices, rubrics
from blog.pages.posts import Link, PostReading, readable, with_draft
from blog.pages.structured_data import of_post
from blog.rules import can_propose
from residents import rules
from residents.models import Resident, User


@require_safe
@login_not_required
def index(request, page=None):
    """All the posts, the latest first; `page` is the version of the blog's own page that Wagtail previews."""
    blog = page or BlogPage.objects.only("title", "lead", "search_description").get()
    empty = (
        _("Rien à lire pour l’instant"),
        _("Le premier article paraîtra bientôt. En attendant, voici qui travaille dans la maison."),
    )
    return draw(
        request,
        PostPage.objects.published(),
        title=blog.title,
        lead=blog.lead,
        choices=rubric_choices(rubrics()),
        empty=empty,
        is_blog=True,
    )


@require_safe
@login_not_required
def rubric(request, slug):
    known = rubrics()
    found = next((one for one in known if one.slug == slug), None)
    if found is None:
        raise Http404
    return draw(
        request,
        PostPage.objects.published().filter(rubric=found),
        title=found.name,
        lead=found.description,
        rubric=_("Rubrique"),
        choices=rubric_choices(known, found),
        empty=(
            _("Rien encore dans cette rubrique"),
            _("Les articles de la maison y viendront. Les autres rubriques ont déjà de quoi lire."),
        ),
    )


@require_safe
@login_not_required
def tag(request, slug):
    """The posts that bear a word; a word of drafts alone is not known to the public."""
    found = get_object_or_404(Tag, slug=slug)
    return draw_known(
        request,
        PostPage.objects.published().filter(tags=found),
        title=found.name,
        rubric=_("Mot"),
    )


@require_safe
@login_not_required
def resident(request, slug):
    """The posts that concern a structure whose page the reader may see."""
    found = get_object_or_404(Resident.objects.with_presence(), slug=slug)
    if not rules.can_see_profile(request.user, found):
        raise Http404
    return draw(
        request,
        PostPage.objects.published().filter(residents=found),
        title=found.name,
        rubric=_("Structure"),
        about=Link(_("La page de la structure"), found.get_absolute_url()),
        choices=rubric_choices(rubrics()),
        empty=(
            _("Aucun article n’en parle encore"),
            _("Les articles qui concernent cette structure se liront ici."),
        ),
    )


@require_safe
@login_not_required
def author(request, pk):
    """The posts that somebody signs; nobody else of the house is known here."""
    found = get_object_or_404(User, pk=pk)
    if not found.get_full_name():
        raise Http404
    return draw_known(
        request,
        PostPage.objects.published().filter(authors=found),
        title=found.get_full_name(),
        rubric=_("Signé"),
    )


@require_safe
@login_not_required
def archives(request):
    """The years and the months that hold posts."""
    return render(request, "blog/archives.html", {"years": dates.archives().values()})


@require_safe
@login_not_required
def year(request, year):
    found = dates.archives().get(year)
    if found is None:
        raise Http404
    return draw(
        request,
        dates.published_in(year),
        title=str(year),
        rubric=_("Archives"),
        choices=month_choices(found),
    )


@require_safe
@login_not_required
def month(request, year, month):
    known = dates.archives().get(year)
    found = known and next((one for one in known.months if one.number == month), None)
    if not found:
        raise Http404
    return draw(
        request,
        dates.published_in(year, month),
        title=found.words,
        rubric=_("Archives"),
        choices=month_choices(known, month),
    )


@require_safe
@login_not_required
def post(request, slug, post=None):
    """A published post; or `post` itself, when Wagtail previews a version of it."""
    found = with_draft(post) if post else readable(slug)
    if found is None:
        raise Http404
    reading = PostReading(found, request.user, is_draft=post is not None)
    context = {"reading": reading, "post": found, "data": of_post(reading), **what_one_may(request)}
    return render(request, "blog/post.html", context)


@require_safe
@login_not_required
def page(request, path):
    """A page that stands by itself. Wagtail's own view asks six queries to find it: its tree, its privacy."""
    found = StandardPage.objects.live().filter(slug=path.removesuffix("/")).first()
    if found is None:
        raise Http404
    return found.serve(request)


def draw(request, posts, **told):
    """blog/index.html with a PostList of `posts`."""
    found = PostList(posts=posts, reader=request.user, number=ListForm(request.GET).number, **told)
    return render(request, "blog/index.html", {"list": found, **what_one_may(request)})


def draw_known(request, posts, **told):
    """The same, of what is known by its posts alone: without any, there is no such page."""
    found = PostList(
        posts=posts, reader=request.user, number=ListForm(request.GET).number, choices=rubric_choices(rubrics()), **told
    )
    if not found.page.paginator.count:
        raise Http404
    return render(request, "blog/index.html", {"list": found, **what_one_may(request)})


def what_one_may(request) -> dict:
    return {
        "can_propose": can_propose(request.user),
        "edits_posts": rules.is_house_manager(request.user),
    }
