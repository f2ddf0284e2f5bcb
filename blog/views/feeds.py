"""What other programs read of the blog: feeds, the card of a post."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def atom(request):
    raise Http404


@require_safe
@login_not_required
def rss(request):
    raise Http404


@require_safe
@login_not_required
def card(request, slug):
    raise Http404
