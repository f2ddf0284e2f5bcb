"""What happens around every request."""

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.cache import patch_cache_control, patch_vary_headers

BACK_OFFICE = "/gestion/"


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """One strict policy for the site; Wagtail's back office gets the one it can live with."""

    def process_response(self, request, response):
        if request.path.startswith(BACK_OFFICE):
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
