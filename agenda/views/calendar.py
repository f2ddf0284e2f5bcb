from django.http import Http404


def spaces(request, **arguments):
    raise Http404


def space(request, **arguments):
    raise Http404


def week(request, **arguments):
    raise Http404


def day(request, **arguments):
    raise Http404


def month(request, **arguments):
    raise Http404


def bookings_list(request, **arguments):
    raise Http404


def find(request, **arguments):
    raise Http404


def shares(request, **arguments):
    raise Http404
