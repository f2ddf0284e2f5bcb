from django.http import Http404


def public_feed(request, **arguments):
    raise Http404


def my_feed(request, **arguments):
    raise Http404


def my_busy_feed(request, **arguments):
    raise Http404


def residents_feed(request, **arguments):
    raise Http404


def space_feed(request, **arguments):
    raise Http404


def subscriptions(request, **arguments):
    raise Http404


def renew_key(request, **arguments):
    raise Http404


def revoke_key(request, **arguments):
    raise Http404


def event_ics(request, **arguments):
    raise Http404


def booking_ics(request, **arguments):
    raise Http404


def import_calendar(request, **arguments):
    raise Http404
