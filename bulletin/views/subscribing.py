"""Subscribing to « Sur le feu »: asked for, confirmed by mail, left in one click."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def subscribe(request):
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def confirm(request, token):
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def leave(request, token):
    raise Http404
