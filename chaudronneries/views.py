"""Pages of the house itself: home, health, faults."""

import errno
import sys

import psycopg
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve

from chaudronneries import faults, logs, samples
from chaudronneries.home import place, public
from residents import rules


@require_safe
@login_not_required
def home(request, page=None):
    """The public's home, or one's own place; `page` is the version of the public's that Wagtail previews."""
    if request.user.is_authenticated and not page:
        return render(request, "home/place.html", {"place": place.read(request.user)})
    return render(request, "home/public.html", {"home": public.read(page)})


@require_safe
@never_cache
@login_not_required
def health(request):
    """For monitors: 200 when the database answers, else the 503 of `server_error`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"etat": "ok"})


@require_safe
def components(request):
    """Every component in every state, for those who keep the house."""
    if not rules.is_house_manager(request.user):
        raise PermissionDenied
    return render(request, "home/components.html", samples.samples())


@require_safe
@login_not_required
def media(request, path):
    """An uploaded file, locally; in production the server in front gives them."""
    return serve(request, path, document_root=settings.MEDIA_ROOT)


def bad_request(request, exception):
    """400; or 413 when what was sent is too long."""
    if isinstance(exception, RequestDataTooBig):
        return fault("413.html", 413)
    return render(request, "400.html", status=400)


def permission_denied(request, exception):
    return render(request, "403.html", status=403)


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)


def page_not_found(request, exception):
    return render(request, "404.html", status=404)


def server_error(request):
    """500; 507 when there is no room left; 503 when it is the database that does not answer: asking again may do.

    Drawn without the request: its user may be what cannot be read.
    """
    error = sys.exc_info()[1]
    if is_full(error):
        return fault("507.html", 507)
    if isinstance(error, (OperationalError, InterfaceError)):
        return fault("503.html", 503, {"Retry-After": "10"})
    return fault("500.html", 500)


def is_full(error: BaseException | None) -> bool:
    """Whether a disk is full: that of the files, or that of the database."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(getattr(error, "__cause__", None), psycopg.errors.DiskFull)


def fault(template: str, status: int, headers: dict | None = None) -> HttpResponse:
    return HttpResponse(faults.drawn(template, logs.reference.get()), status=status, headers=headers)
