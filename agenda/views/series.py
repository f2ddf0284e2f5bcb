from django.http import Http404


def repeat_booking(request, **arguments):
    raise Http404


def change_series(request, **arguments):
    raise Http404


def cancel_series(request, **arguments):
    raise Http404
