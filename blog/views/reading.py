"""Reading the blog: lists, archives, a post."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blog.models import PostPage


@require_safe
@login_not_required
def index(request):
    raise Http404


@require_safe
@login_not_required
def rubric(request, slug):
    raise Http404


@require_safe
@login_not_required
def tag(request, slug):
    raise Http404


@require_safe
@login_not_required
def resident(request, slug):
    raise Http404


@require_safe
@login_not_required
def author(request, pk):
    raise Http404


@require_safe
@login_not_required
def archives(request):
    raise Http404


@require_safe
@login_not_required
def year(request, year):
    raise Http404


@require_safe
@login_not_required
def month(request, year, month):
    raise Http404


@require_safe
@login_not_required
def post(request, slug, post=None):
    """A published post; or `post` itself, when Wagtail previews a version of it."""
    post = post or get_object_or_404(PostPage.objects.live(), slug=slug)
    return render(request, "blog/post.html", {"post": post})
