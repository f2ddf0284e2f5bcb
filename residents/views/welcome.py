"""Arriving and leaving: the house's lists of steps, for a structure and for the house manager."""

from django.http import Http404


def arrivals(request):
    raise Http404


def steps(request, slug):
    raise Http404


def step(request, slug, pk):
    raise Http404


def reviewed(request, slug):
    raise Http404
