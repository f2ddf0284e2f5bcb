"""Reading « Sur le feu »: its issues, one of them, its sheet."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from bulletin import rules, sheets
from bulletin.forms.reading import ListForm
from bulletin.models import BulletinPage, BulletinsPage
from bulletin.pages.issue import issue_list, issue_page
from bulletin.pages.reading import read_issue


@require_safe
@login_not_required
def index(request):
    bulletin = BulletinsPage.objects.only("title", "lead", "search_description").get()
    issues = issue_list(ListForm(request.GET).number)
    return render(request, "bulletin/index.html", {"bulletin": bulletin, "issues": issues})


@require_safe
@login_not_required
def issue(request, slug, issue=None):
    """A published issue; or `issue` itself, when Wagtail previews a version of it."""
    found = issue or get_object_or_404(BulletinPage.objects.live(), slug=slug)
    page = issue_page(found, published=issue is None)
    return render(request, "bulletin/issue.html", {"issue": page.issue, "page": page, "saved": issue is None and found})


@require_safe
@login_not_required
def pdf(request, slug):
    """The sheet of a published issue; of a draft, for those who prepare it, its latest version."""
    found = get_object_or_404(BulletinPage, slug=slug)
    if found.live:
        key, drawn = sheets.kept_sheet(read_issue(found))
        response = as_pdf(drawn, found)
        response.headers["ETag"] = quote_etag(key)
        patch_cache_control(response, public=True, max_age=300)
        return get_conditional_response(request, etag=response.headers["ETag"], response=response)
    if not rules.can_draft(request.user):
        raise Http404
    read = read_issue(found.get_latest_revision_as_object())
    response = as_pdf(sheets.draw(read), found)
    patch_cache_control(response, private=True, no_store=True)
    return response


def as_pdf(drawn: bytes, issue: BulletinPage) -> HttpResponse:
    name = f"sur-le-feu-{issue.number}.pdf"
    return HttpResponse(
        drawn, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
