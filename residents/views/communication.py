"""What a structure gives to be talked about: texts, logo, pictures, documents; and who may read its documents."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve

from residents import communication, kits, rules
from residents.actions import communication as actions
from residents.forms.communication import DocumentForm, PictureForm, PicturesForm
from residents.forms.welcome import AskForm
from residents.models import Picture, Resident
from residents.pages.territory import is_shown_with_an_agreement
from residents.portability import given


def guarded(request, slug) -> Resident:
    resident = get_object_or_404(Resident.objects.select_related("logo"), slug=slug)
    if not rules.can_edit_profile(request.user, resident):
        raise PermissionDenied
    return resident


@require_safe
def kit(request, slug):
    """Everything that the structure gave, and the forms to give more."""
    return kit_page(request, guarded(request, slug))


def kit_page(request, resident, *, pictures=None, document=None, status=200):
    context = {
        "kit": communication.kit_of(resident),
        "resident": resident,
        "pictures_form": pictures or PicturesForm(prefix="images"),
        "document_form": document or DocumentForm(prefix="document"),
        "thumbnail": communication.THUMBNAIL,
    }
    return render(request, "residents/communication.html", context, status=status)


@require_POST
def add_pictures(request, slug):
    """The good ones are kept; what is said of the others stands beside the field."""
    resident = guarded(request, slug)
    form = PicturesForm(request.POST, request.FILES, prefix="images")
    if not form.is_valid():
        return kit_page(request, resident, pictures=form, status=422)
    kept = form.cleaned_data["pictures"]
    for file in kept:
        actions.add_picture(
            resident=resident, file=file, title=file.title, credit=form.cleaned_data["credit"], by=request.user
        )
    messages.success(
        request,
        ngettext("Une image ajoutée.", "%(count)d images ajoutées.", len(kept)) % {"count": len(kept)}
        + " "
        + _("Dites ce que l’on y voit : c’est ce qui leur manque pour être publiées."),
    )
    for words in form.refused:
        messages.error(request, words)
    return redirect("residents:kit", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def picture(request, slug, pk):
    """What a picture is called, what one sees on it, who made it."""
    resident = guarded(request, slug)
    known = get_object_or_404(Picture.objects.filter(given(resident)), pk=pk)
    form = PictureForm(request.POST if request.method == "POST" else None, instance=known)
    if form.is_valid():
        actions.describe_picture(picture=known, by=request.user, **form.cleaned_data)
        messages.success(request, _("C’est enregistré."))
        return redirect("residents:kit", slug)
    context = {"form": form, "picture": known, "resident": resident, "pages": communication.pages_showing(known)}
    return render(request, "residents/picture.html", context, status=422 if form.errors else 200)


@require_POST
def remove_picture(request, slug, pk):
    resident = guarded(request, slug)
    known = get_object_or_404(Picture.objects.filter(given(resident)), pk=pk)
    return remove(request, slug, known)


@require_POST
def remove_document(request, slug, pk):
    resident = guarded(request, slug)
    known = get_object_or_404(get_document_model().objects.filter(given(resident)), pk=pk)
    return remove(request, slug, known)


def remove(request, slug, kept):
    """Nothing disappears from under a published page."""
    if pages := communication.pages_showing(kept):
        messages.error(
            request,
            _("« %(title)s » est publié dans : %(pages)s. Retirez-le d’abord de là, ou demandez-le à la maison.")
            % {"title": kept.title, "pages": ", ".join(page.title for page in pages)},
        )
    else:
        actions.remove(kept=kept, by=request.user)
        messages.success(request, _("« %(title)s » est supprimé.") % {"title": kept.title})
    return redirect("residents:kit", slug)


@require_POST
def add_document(request, slug):
    resident = guarded(request, slug)
    form = DocumentForm(request.POST, request.FILES, prefix="document")
    if not form.is_valid():
        return kit_page(request, resident, document=form, status=422)
    file = form.cleaned_data["file"]
    title = form.cleaned_data["title"] or file.title
    actions.add_document(resident=resident, file=file, title=title, by=request.user)
    messages.success(request, _("Le document est ajouté."))
    return redirect("residents:kit", slug)


@require_safe
def kit_archive(request, slug):
    """The whole kit as one ZIP."""
    resident = guarded(request, slug)
    return zip_answer(kits.archive(communication.kits_of([resident])), f"{resident.slug}.zip")


@require_safe
def to_ask(request):
    """Who has not given everything, or not for long: whom to ask, and for what."""
    if not rules.can_take_all_kits(request.user):
        raise PermissionDenied
    form = AskForm(request.GET)
    context = {"form": form, "asked": communication.to_ask(form.part), "part": form.part}
    return render(request, "residents/to_ask.html", context)


@require_safe
def all_kits(request):
    """The kits of all the structures in residence, a folder each."""
    if not rules.can_take_all_kits(request.user):
        raise PermissionDenied
    name = _("kits-%(day)s.zip") % {"day": timezone.localdate().isoformat()}
    return zip_answer(kits.archive(kits.all_kits(), in_folders=True), name)


def zip_answer(content, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return StreamingHttpResponse(content, content_type="application/zip", headers=headers)


@require_safe
@login_not_required
def document(request, document_id, document_filename):
    """A document shown by a published page, or with an agreement, is everybody's; any other, its structure's and the
    house's.
    """
    known = get_object_or_404(get_document_model().objects.select_related("collection"), pk=document_id)
    if not (rules.can_read_document(request.user, known) or is_published(known)):
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())
    return serve(request, document_id, document_filename)


def is_published(document) -> bool:
    return is_shown_with_an_agreement(document) or bool(communication.pages_showing(document))
