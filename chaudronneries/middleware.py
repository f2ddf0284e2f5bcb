"""What happens around every request."""

import logging
import time

from csp.constants import SELF
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from chaudronneries import logs

BACK_OFFICE = "/gestion/"
PAGE_EDITOR = f"{BACK_OFFICE}pages/"
# The account, where the factor is set up and where one signs out; and what monitors ask.
OPEN_WITHOUT_SECOND_FACTOR = ("/compte/", "/sante/")
requests = logging.getLogger("chaudronneries.requests")


class ReferenceMiddleware:
    """Gives each request a reference, which its log lines, its answer and the pages about a fault all bear.

    The server in front may have given one already (X-Request-ID); nobody else is believed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        started = time.perf_counter()
        token = logs.reference.set(self.given(request) or logs.new_reference())
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = logs.reference.get()
            if not request.path_info.startswith(settings.STATIC_URL):
                self.tell(request, response, 1000 * (time.perf_counter() - started))
            return response
        finally:
            logs.reference.reset(token)

    def given(self, request) -> str:
        reference = request.headers.get("X-Request-ID", "")
        believed = request.META.get("REMOTE_ADDR", "") in settings.TRUSTED_PROXIES
        return reference if believed and logs.is_reference(reference) else ""

    def tell(self, request, response, milliseconds) -> None:
        # The account is told where something already asked who it is: asking now may need the database.
        user = getattr(request, "_cached_user", None)
        requests.info(
            "%s %s %s %.0f ms account %s",
            request.method,
            response.status_code,
            logs.place(request),
            milliseconds,
            getattr(user, "pk", None) or "-",
        )


class RefusalsMiddleware:
    """Stops what is too long before it is read, and says in words what Django refuses with an empty page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self.length(request) > settings.LONGEST_REQUEST:
            raise RequestDataTooBig
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and not request.headers.get("HX-Request"):
            page = render(request, "405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def length(self, request) -> int:
        told = request.META.get("CONTENT_LENGTH") or ""
        return int(told) if told.isdecimal() else 0


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """One strict policy for the site; Wagtail's back office gets the one it can live with.

    A page previewed is drawn inside a request of the back office, as the site draws it: the editor alone shows it in a
    frame.
    """

    def process_response(self, request, response):
        if getattr(request, "is_preview", False):
            response._csp_replace = {"frame-ancestors": [SELF]}
        elif request.path.startswith(PAGE_EDITOR):
            response._csp_config = settings.PAGE_EDITOR_CONTENT_SECURITY_POLICY
        elif request.path.startswith(BACK_OFFICE):
            response._csp_config = settings.BACK_OFFICE_CONTENT_SECURITY_POLICY
        return super().process_response(request, response)


class PersonalAnswersMiddleware:
    """What depends on who asks is kept by nobody else, and asked for again; what htmx is answered is no page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "Cookie" in response.get("Vary", ""):
            patch_vary_headers(response, ["HX-Request"])
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, private=True, no_cache=True)
        return response


class SecondFactorMiddleware:
    """Who runs the house sets up a second factor before anything else, where the house asks for it.

    What says whether they have one comes with the person (residents/backends.py): nobody costs a query more.
    `request.lacks_second_factor` is for the pages of the account, which stay open.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.lacks_second_factor = False
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # Without a session nobody is signed in; asking would make the answer another for each cookie.
        if not settings.REQUIRE_SECOND_FACTOR or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user = request.user
        if not user.is_authenticated or not user.is_house_manager or user.has_second_factor:
            return None
        request.lacks_second_factor = True
        if request.path_info.startswith(OPEN_WITHOUT_SECOND_FACTOR):
            return None
        if request.method in {"GET", "HEAD"} and not request.htmx:
            return redirect("mfa_index")
        response = render(request, "403_second_factor.html", status=403)
        if request.htmx:
            # htmx swaps nothing in on a refusal: the browser goes where it is said.
            response["HX-Redirect"] = reverse("mfa_index")
        return response


class BackOfficeMiddleware:
    """Whoever is signed in without a right to the back office is told so; Wagtail would have them sign in again."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        if (
            request.path.startswith(BACK_OFFICE)
            and user.is_authenticated
            and not user.has_perm("wagtailadmin.access_admin")
        ):
            raise PermissionDenied
