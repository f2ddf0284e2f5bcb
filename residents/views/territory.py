"""The territory: partners, and the questions the house works at with them; applying for a place."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.views.decorators.http import require_http_methods, require_safe


@require_safe
@login_not_required
def territory(request):
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def apply(request):
    raise Http404
