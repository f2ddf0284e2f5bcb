"""What a structure gives to be talked about: texts, logo, pictures, documents; and who may read its documents."""

from django.core.exceptions import PermissionDenied
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve

from residents import rules


@require_safe
def document(request, document_id, document_filename):
    if not rules.is_house_manager(request.user):
        raise PermissionDenied
    return serve(request, document_id, document_filename)
