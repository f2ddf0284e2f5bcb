from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def directory(request, slug=""):
    return HttpResponse("directory")
