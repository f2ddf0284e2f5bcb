"""Reading « Sur le feu »: its issues, one of them, its sheet."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bulletin.models import BulletinPage


@require_safe
@login_not_required
def index(request):
    raise Http404


@require_safe
@login_not_required
def issue(request, slug, issue=None):
    """A published issue; or `issue` itself, when Wagtail previews a version of it."""
    issue = issue or get_object_or_404(BulletinPage.objects.live(), slug=slug)
    return render(request, "bulletin/issue.html", {"issue": issue})


@require_safe
@login_not_required
def pdf(request, slug):
    raise Http404
