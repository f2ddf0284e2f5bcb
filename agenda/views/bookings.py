from django.http import Http404


def book(request, **arguments):
    raise Http404


def my_bookings(request, **arguments):
    raise Http404


def booking(request, **arguments):
    raise Http404


def change_booking(request, **arguments):
    raise Http404


def move_booking(request, **arguments):
    raise Http404


def cancel_booking(request, **arguments):
    raise Http404


def decide_booking(request, **arguments):
    raise Http404


def waive_booking(request, **arguments):
    raise Http404


def mark_no_show(request, **arguments):
    raise Http404
