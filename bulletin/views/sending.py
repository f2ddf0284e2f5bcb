"""Sending an issue by mail: looked at, tried, confirmed, followed. Under /gestion/bulletin/<issue>/envoi/."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.log_actions import log

from bulletin import letters, rules
from bulletin.actions import sendings
from bulletin.models import BulletinPage, Sending
from bulletin.pages.mail import IssueMail
from bulletin.pages.sending import Progress, count_recipients, version_to_show
from mailing.outbox import absolute


def found(request, pk: int) -> BulletinPage:
    if not rules.can_send(request.user):
        raise PermissionDenied
    return get_object_or_404(BulletinPage.objects.select_related("sending"), pk=pk)


def sending_of(issue: BulletinPage) -> Sending | None:
    return getattr(issue, "sending", None)


@require_safe
@never_cache
def sending(request, pk):
    """Before: the mail, a test, to how many; then how far it is, which the page asks again and again."""
    issue = found(request, pk)
    if sent := sending_of(issue):
        progress = Progress(sent)
        context = {"issue": issue, "progress": progress, "said_before": request.GET.get("dit", "")[:20]}
        template = "bulletin/sending/_progress.html" if request.htmx else "bulletin/sending/progress.html"
        return render(request, template, context)
    mail = IssueMail(version_to_show(issue))
    context = {
        "issue": issue,
        "mail": mail,
        "text": letters.drawn(mail, to=request.user)[1],
        "recipients": count_recipients(),
    }
    return render(request, "bulletin/sending/prepare.html", context)


# A mail brings its styles along, and nothing that runs.
MAIL_CONTENT_SECURITY_POLICY = {
    "style-src": [UNSAFE_INLINE],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_replace(MAIL_CONTENT_SECURITY_POLICY)
def preview(request, pk):
    """The mail as a client draws it; its pictures from where this page is read."""
    issue = found(request, pk)
    html = letters.drawn(IssueMail(version_to_show(issue)), to=request.user)[2]
    return HttpResponse(html.replace(f'src="{absolute("/")}', 'src="/'))


@require_POST
def test(request, pk):
    issue = found(request, pk)
    sendings.send_test(issue=version_to_show(issue), by=request.user)
    messages.success(request, _("Un essai part vers %(email)s.") % {"email": request.user.email})
    return redirect("bulletin_sending", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request, pk):
    """Asked once more, with the number of people; then it leaves, and does not come back."""
    issue = found(request, pk)
    if sending_of(issue):
        return redirect("bulletin_sending", pk)
    error = ""
    if request.method == "POST":
        try:
            sendings.start(issue=issue, by=request.user)
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
        else:
            log(instance=issue, action="bulletin.send", user=request.user)
            return redirect("bulletin_sending", pk)
    context = {"issue": issue, "recipients": count_recipients(), "error": error}
    return render(request, "bulletin/sending/confirm.html", context, status=422 if error else 200)


@require_POST
def pause(request, pk):
    issue = found(request, pk)
    sent = get_object_or_404(Sending, issue=issue)
    sendings.pause(sending=sent, by=request.user)
    log(instance=issue, action="bulletin.pause", user=request.user)
    messages.success(request, _("L’envoi est suspendu : plus rien ne s’écrit. Ce qui est écrit part encore."))
    return redirect("bulletin_sending", pk)


@require_POST
def resume(request, pk):
    issue = found(request, pk)
    sendings.resume(sending=get_object_or_404(Sending, issue=issue), by=request.user)
    log(instance=issue, action="bulletin.resume", user=request.user)
    messages.success(request, _("L’envoi reprend où il s’était arrêté."))
    return redirect("bulletin_sending", pk)


@require_POST
def try_again(request, pk):
    issue = found(request, pk)
    tried = sendings.try_again(sending=get_object_or_404(Sending, issue=issue), by=request.user)
    words = ngettext("%(count)s message repart.", "%(count)s messages repartent.", tried) % {"count": tried}
    messages.success(request, words if tried else _("Rien n’est à réessayer."))
    return redirect("bulletin_sending", pk)
