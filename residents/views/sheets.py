"""« Importer et exporter », in the back office: a sheet is sent, its preview is read, then all of it is done."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from residents import rules
from residents.actions import sheets as actions
from residents.enums import SheetKind
from residents.forms.sheets import ConfirmForm, PreviewForm, SheetForm
from residents.models import SheetUpload
from residents.pages import sheets as pages
from residents.spreadsheets import exporting
from residents.spreadsheets.importing import Busy, Moved, Refused


def guard(request) -> None:
    if not rules.is_house_manager(request.user):
        raise PermissionDenied


def on_one(view):
    """The view is given the sheet; a sheet that waits no more leads to those that do."""

    @wraps(view)
    def guarded(request, pk):
        guard(request)
        upload = SheetUpload.objects.select_related("uploaded_by").filter(pk=pk).first()
        if upload is None:
            # Confirmed or abandoned, by a second click, in another tab, by a colleague; or forgotten.
            words = _("Cette feuille n’attend plus : elle a été importée, abandonnée, ou oubliée le lendemain.")
            messages.info(request, words)
            return redirect("sheets")
        return view(request, upload)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request):
    guard(request)
    if request.method == "POST":
        form = SheetForm(request.POST, request.FILES)
        if form.is_valid():
            names = ("kind", "name", "content", "instead_of")
            upload = actions.keep(by=request.user, **{name: form.cleaned_data[name] for name in names})
            return redirect("sheet", pk=upload.pk)
    else:
        form = SheetForm(initial={"kind": SheetKind.STRUCTURES})
    context = {"form": form, "kinds": pages.kinds(), "waiting": pages.waiting()}
    return render(request, "residents/back_office/sheets.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@on_one
def sheet(request, upload):
    """The preview of a sheet, and its confirmation."""
    plan, warning = None, ""
    if request.method == "POST":
        form = ConfirmForm(request.POST)
        try:
            if form.is_valid():
                done = actions.carry_out(upload=upload, expected=form.cleaned_data["mark"], by=request.user)
                return told(request, upload, done)
            warning = _("Relisez l’aperçu avant de confirmer.")
        except Moved as moved:
            plan = moved.plan
            warning = _("La maison a changé depuis l’aperçu : rien n’a été importé. Voici ce que la feuille ferait.")
        except Refused as refused:
            plan, warning = refused.plan, _("Rien n’a été importé.")
        except Busy:
            warning = _("Rien n’a été importé. Un autre import est en cours : réessayez dans une minute.")
    preview = pages.preview(upload, PreviewForm(request.GET), plan)
    initial = {"kind": upload.kind, "instead_of": upload.pk, "pasted": preview.pasted}
    context = {"preview": preview, "warning": warning, "form": SheetForm(initial=initial)}
    status = 422 if request.method == "POST" else 200
    return render(request, "residents/back_office/sheets_preview.html", context, status=status)


def told(request, upload, done):
    """Say what was done, and where to see it."""
    button = messages.button(reverse(pages.PLACES[upload.kind]), _("Voir"))
    messages.success(request, pages.say_report(done), buttons=[button])
    return redirect("sheets")


@require_POST
@on_one
def abandon(request, upload):
    actions.abandon(upload=upload, by=request.user)
    messages.success(request, _("Feuille abandonnée : rien n’a été importé, le fichier est effacé."))
    return redirect("sheets")


@require_safe
@on_one
def faults(request, upload):
    """All that is wrong with a sheet, as a spreadsheet."""
    return attached(pages.faults_as_csv(pages.plan_of(upload)), f"a-corriger-{upload.pk}.csv", "csv")


@require_safe
def export(request, kind, form):
    guard(request)
    return attached(exporting.export(kind, form), exporting.file_name(kind, form), form)


@require_safe
def model(request, kind):
    """The headings of a kind, and what to write below them."""
    guard(request)
    return attached(exporting.model(kind), f"{kind}-modele.xlsx", exporting.XLSX)


@require_safe
def example(request, kind):
    guard(request)
    return attached([pages.example_of(kind)], f"{kind}-exemple.csv", exporting.CSV)


def attached(pieces, name: str, form: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type=exporting.CONTENT_TYPES[form], headers=headers)
