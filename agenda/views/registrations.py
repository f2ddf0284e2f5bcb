from django.http import Http404


def register(request, **arguments):
    raise Http404


def registration(request, **arguments):
    raise Http404


def confirm_registration(request, **arguments):
    raise Http404


def accept_seat(request, **arguments):
    raise Http404


def cancel_registration(request, **arguments):
    raise Http404


def registrations(request, **arguments):
    raise Http404


def mark_attendance(request, **arguments):
    raise Http404


def registrations_csv(request, **arguments):
    raise Http404
