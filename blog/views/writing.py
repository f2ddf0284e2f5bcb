"""Residents write: propose a post, follow what the house says of it."""

from django.http import Http404
from django.views.decorators.http import require_http_methods, require_POST, require_safe


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request):
    raise Http404


@require_safe
def mine(request):
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def write(request, pk):
    raise Http404


@require_safe
def preview(request, pk):
    raise Http404


@require_POST
def submit(request, pk):
    raise Http404


@require_POST
def take_back(request, pk):
    raise Http404
