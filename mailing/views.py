"""What each person gets by mail; and, where the house is tried out, the mails themselves."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from mailing import refusing, rules
from mailing.forms import PreferencesForm, SearchForm
from mailing.models import Mail

MAILS_A_PAGE = 30
# A mail brings its styles along, and nothing else.
MAIL_CONTENT_SECURITY_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    """Each person chooses what they are told by mail."""
    form = PreferencesForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        refusing.choose(by=request.user, wanted=form.cleaned_data["topics"])
        messages.success(request, _("C’est noté : nous vous écrirons pour cela, et pour rien d’autre."))
        return redirect("mailing:preferences")
    context = {"form": form, "reads_mails": rules.can_read_mails(request.user)}
    return render(request, "mailing/preferences.html", context, status=422 if form.errors else 200)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def refuse(request, token):
    """The link of a mail that stops mails of its kind: asked by GET, done by POST (from a mail client too, RFC 8058).

    Whoever holds the token may do this and nothing else: no session is read, no forgery is to be feared.
    """
    try:
        user, topic = refusing.read_token(token)
    except (BadSignature, ValueError):
        raise Http404 from None
    if request.method == "POST":
        refusing.refuse(by=user, topic=topic)
    context = {"topic": topic.label, "email": user.email, "is_done": request.method == "POST"}
    return render(request, "mailing/refuse.html", context)


@require_safe
def mails(request):
    """The mails of this house that is tried out, newest first."""
    guard(request)
    form = SearchForm(request.GET)
    found = Mail.objects.defer("text", "html", "calendar", "headers")
    if form.words:
        found = found.filter(Q(subject__icontains=form.words) | Q(to__icontains=form.words))
    context = {
        "form": form,
        "page": Paginator(found, MAILS_A_PAGE).get_page(form.page_number),
        "query": urlencode({"q": form.words}) if form.words else "",
        "words": form.words,
    }
    return render(request, "mailing/mails.html", context)


@require_safe
# A « 304 not modified » would come with the site's own policy, and browsers take the last one.
@never_cache
@csp_update({"frame-src": [SELF]})
def mail(request, pk):
    guard(request)
    return render(request, "mailing/mail.html", {"mail": get_object_or_404(Mail, pk=pk)})


@require_safe
@never_cache
@xframe_options_sameorigin
def mail_html(request, pk):
    """The HTML of a mail, as a mail client draws it: with its styles, and nothing that runs or loads."""
    guard(request)
    response = HttpResponse(get_object_or_404(Mail.objects.exclude(html=""), pk=pk).html)
    response._csp_config = MAIL_CONTENT_SECURITY_POLICY
    return response


def guard(request) -> None:
    if not rules.mails_are_shown():
        raise Http404
    if not rules.can_read_mails(request.user):
        raise PermissionDenied
