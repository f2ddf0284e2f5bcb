"""What happens around every request."""

from csp.middleware import CSPMiddleware
from django.conf import settings

BACK_OFFICE = "/gestion/"


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """One strict policy for the site; Wagtail's back office gets the one it can live with."""

    def process_response(self, request, response):
        if request.path.startswith(BACK_OFFICE):
            response._csp_config = settings.BACK_OFFICE_CONTENT_SECURITY_POLICY
        return super().process_response(request, response)
