"""The pages of a person, or of those who speak for a structure, to take their data away and to leave."""

from django.http import Http404


def my_data(request):
    raise Http404


def my_data_export(request):
    raise Http404


def delete_account(request):
    raise Http404


def structure_data(request, slug):
    raise Http404


def structure_data_export(request, slug):
    raise Http404


def delete_structure(request, slug):
    raise Http404
