"""The territory: partners, and the questions the house works at with them; applying for a place."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from residents import rules
from residents.actions import applications
from residents.forms.robots import allowed
from residents.forms.territory import ApplicationForm
from residents.models import Partner
from residents.pages.territory import PartnerReading, Territory
from residents.places import Places

LIMITS = {"apply": "20/h/ip", "applicant": "4/d/key"}


@require_safe
@login_not_required
def territory(request):
    return render(request, "residents/territory.html", {"territory": Territory.read(request.user)})


@require_safe
@login_not_required
def partner(request, slug):
    """What the house does with a partner; one that is not shown is not there, but for the house."""
    known = get_object_or_404(Partner, slug=slug)
    if not rules.can_read_partner(request.user, known):
        raise Http404
    return render(request, "residents/partner.html", {"reading": PartnerReading.of(known, request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def apply(request):
    """Places left, how one comes, and a form to the house while it takes applications."""
    places = Places.on()
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return apply_page(request, places, form)
    is_valid = form.is_valid()
    if not places.settings.takes_applications:
        form.add_error(None, _("La maison ne reçoit plus de candidatures pour le moment : gardez votre texte."))
    if not (is_valid and places.settings.takes_applications):
        return apply_page(request, places, form, status=422)
    if not (allowed(request, "apply", LIMITS) and allowed(request, "applicant", LIMITS, form.cleaned_data["email"])):
        form.add_error(None, _("Trop de candidatures viennent d’ici : gardez votre texte, et réessayez demain."))
        return apply_page(request, places, form, status=429)
    if not form.is_robot:
        applications.receive(**form.application)
    return render(request, "residents/apply_sent.html", {"email": form.cleaned_data["email"]})


def apply_page(request, places: Places, form: ApplicationForm, status: int = 200):
    # Who was writing when the house closed its door keeps the text.
    context = {"places": places, "form": form, "is_open": places.settings.takes_applications or form.is_bound}
    return render(request, "residents/apply.html", context, status=status)
