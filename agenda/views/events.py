from django.http import Http404


def agenda(request, **arguments):
    raise Http404


def new_event(request, **arguments):
    raise Http404


def event(request, **arguments):
    raise Http404


def edit_event(request, **arguments):
    raise Http404


def cancel_event(request, **arguments):
    raise Http404
