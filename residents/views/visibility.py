"""How much of a structure is met by the public, and what stays of it when it has left."""

from django.http import Http404


def visibility(request, slug):
    raise Http404
