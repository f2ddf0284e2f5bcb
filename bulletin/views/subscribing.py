"""Subscribing to « Sur le feu »: asked for, confirmed by mail, left in one click.

No session is read and none is needed: whoever could forge these requests could as well send them. So they carry no
token of Django's against forgery, which a mail client would not have and which would make public pages personal.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from bulletin import rules
from bulletin.actions import subscribers
from bulletin.enums import SubscriberState
from bulletin.forms.subscribing import SubscribeForm
from bulletin.models import Subscriber
from residents.forms.robots import allowed

# Against robots that fill forms, and against mails sent again and again to somebody who asked for none.
LIMITS = {"subscribe": "20/h/ip", "subscribe-address": "1/5m/key,4/d/key"}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def subscribe(request):
    """An address is given; the answer is the same whoever it belongs to, and robots read it too."""
    if rules.reads_by_default(request.user):
        messages.info(request, _("« Sur le feu » vous arrive déjà : c’est ici que vous le choisissez."))
        return redirect("mailing:preferences")
    if request.method != "POST":
        return subscribe_page(request, SubscribeForm())
    if not allowed(request, "subscribe", LIMITS):
        return render(request, "429.html", status=429)
    if is_from_another_page(request):
        return subscribe_page(request, SubscribeForm(initial={"email": request.POST["email"][:254]}))
    form = SubscribeForm(request.POST)
    if not form.is_valid():
        return subscribe_page(request, form)
    email = form.cleaned_data["email"]
    if not form.is_robot and allowed(request, "subscribe-address", LIMITS, key=email.lower()):
        subscribers.ask(email=email)
    return render(request, "bulletin/subscribe_sent.html", {"email": email})


def is_from_another_page(request) -> bool:
    """From the small form there, which bears no mark of when it was opened: the address is looked at once more."""
    return "opened" not in request.POST and bool(request.POST.get("email"))


def subscribe_page(request, form):
    context = {"form": form, "consent": subscribers.CONSENT}
    return render(request, "bulletin/subscribe.html", context, status=422 if form.is_bound else 200)


def of_token(token: str) -> Subscriber | None:
    # PostgreSQL knows no text with NUL.
    return None if "\0" in token else Subscriber.objects.filter(token=token).first()


def lapsed(request):
    """The link of an address that is no longer kept: who followed it learns that nothing is sent there."""
    return render(request, "bulletin/lapsed.html", status=404)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def confirm(request, token):
    """A mail's scanner opens the page; a person presses its button."""
    subscriber, is_refused = of_token(token), False
    if subscriber is None:
        return lapsed(request)
    if request.method == "POST":
        try:
            subscriber = subscribers.confirm(subscriber=subscriber)
        except ValidationError:
            is_refused = True
    context = {
        "subscriber": subscriber,
        "is_confirmed": subscriber.state == SubscriberState.CONFIRMED,
        "consent": subscriber.consent or subscribers.CONSENT,
    }
    return render(request, "bulletin/confirm.html", context, status=410 if is_refused else 200)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def leave(request, token):
    """Asked by GET, done by POST: from the page's button, or from a mail client (RFC 8058)."""
    subscriber = of_token(token)
    if subscriber is None:
        return lapsed(request)
    if request.method == "POST":
        subscriber = subscribers.leave(subscriber=subscriber)
    context = {"subscriber": subscriber, "is_done": subscriber.state == SubscriberState.LEFT}
    return render(request, "bulletin/leave.html", context)
