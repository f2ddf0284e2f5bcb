"""How long a structure stays, in the back office: ending a stay, changing its share from a day on."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from residents import rules
from residents.actions import stays as actions
from residents.forms.welcome import EndForm, ShareForm
from residents.models import Stay
from residents.places import A_YEAR_AHEAD, Places

END, SHARE = "fin", "part"


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk):
    """Both forms on one page, above what they change: the places that are left, and what is foreseen."""
    if not rules.can_follow_arrivals(request.user):
        raise PermissionDenied
    stay = get_object_or_404(Stay.objects.select_related("resident"), pk=pk)
    sent = request.POST if request.method == "POST" else None
    forms = {
        END: EndForm(sent if sent and END in sent else None, prefix=END, initial={"on": stay.ends_on}),
        SHARE: ShareForm(sent if sent and SHARE in sent else None, prefix=SHARE),
    }
    name = next((name for name, form in forms.items() if form.is_bound), None)
    if name and (words := changed(stay, name, forms[name], by=request.user)):
        messages.success(request, words)
        return redirect("presences:change", stay.pk)
    context = {
        "stay": stay,
        "end_form": forms[END],
        "share_form": forms[SHARE],
        "places": Places.on(months=A_YEAR_AHEAD),
        "stays": Stay.objects.filter(resident=stay.resident).order_by("-starts_on"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "residents/back_office/stay.html", context, status=status)


def changed(stay: Stay, name: str, form, *, by) -> str:
    """What was done, in words; "" when it is refused, which the form then says."""
    if not form.is_valid():
        return ""
    try:
        with transaction.atomic():
            if name == END:
                actions.end(stay=stay, on=form.cleaned_data["on"], by=by)
                return _("Le dernier jour de la présence est changé.")
            actions.change_share(
                stay=stay, share=form.cleaned_data["share"], from_day=form.cleaned_data["from_day"], by=by
            )
            return _("La part est changée : une présence finit, une autre commence.")
    except ValidationError as error:
        refuse(form, error)
        return ""


def refuse(form, error: ValidationError) -> None:
    """Beside the field when it is one of the form's, else above it."""
    said = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for field, errors in said.items():
        form.add_error({"ends_on": "on"}.get(field, field) if field in {*form.fields, "ends_on"} else None, errors)
