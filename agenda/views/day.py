from django.http import Http404


def my_day(request, **arguments):
    raise Http404


def door_sheets(request, **arguments):
    raise Http404


def usage(request, **arguments):
    raise Http404


def usage_csv(request, **arguments):
    raise Http404


def mark_seen(request, **arguments):
    raise Http404


def door(request, **arguments):
    raise Http404
