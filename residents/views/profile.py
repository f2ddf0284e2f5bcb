from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from residents import rules
from residents.actions import profiles
from residents.forms.profile import section_form
from residents.models import Resident
from residents.pages.territory import issues_of
from residents.pages.welcome import FROM_STEPS
from residents.profile import Section
from residents.reading import VIEWS, as_read_by, is_hidden_from, part


@require_safe
@login_not_required
def profile(request, slug):
    """A structure, each field by its audience; its members see how to edit it, and may look at it as others do."""
    resident = get_object_or_404(Resident.objects.with_presence().select_related("logo"), slug=slug)
    if not rules.can_see_profile(request.user, resident):
        raise Http404
    can_edit = rules.can_edit_profile(request.user, resident)
    view = request.GET.get("vue", "") if can_edit else ""
    view = view if view in VIEWS else ""
    reading = as_read_by(request.user, resident, view)
    editable = editable_sections(request.user, resident) if can_edit and not view else []
    return render(
        request,
        "residents/profile.html",
        {
            "reading": reading,
            "resident": resident,
            "parts": {s.value: part(s, resident, reading, s.value in editable) for s in Section},
            "can_edit": can_edit,
            "can_invite": rules.can_invite(request.user, resident),
            "can_take_away": rules.can_take_away(request.user, resident),
            "view": view,
            "has_card": not is_hidden_from("public", resident),
            "is_hidden": bool(view) and is_hidden_from(view, resident),
            "issues": [] if reading.is_name_only else issues_of(resident),
        },
    )


def editable_sections(user, resident) -> list[str]:
    return [section.value for section in Section if rules.can_edit_section(user, resident, section)]


def guarded(request, slug, section=None, *, lock=False) -> Resident:
    """The structure, for who may edit it; `lock` holds its row, and wants a transaction."""
    try:
        resident = profiles.locked(slug) if lock else Resident.objects.with_presence().get(slug=slug)
    except Resident.DoesNotExist as error:
        raise Http404 from error
    if not rules.can_edit_profile(request.user, resident):
        raise PermissionDenied
    if section and not rules.can_edit_section(request.user, resident, section):
        raise PermissionDenied
    return resident


@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request, slug):
    """Every section on one page. What is right is saved; what is not, or meets a colleague's change, is shown again."""
    if request.method != "POST":
        resident = guarded(request, slug)
        return edit_page(request, resident, forms_of(request.user, resident))
    with transaction.atomic():
        resident = guarded(request, slug, lock=True)
        forms = forms_of(request.user, resident, request.POST, request.FILES)
        saved = [save(form, by=request.user) for form in forms if form.is_valid()]
    if all(form.is_valid() for form in forms):
        messages.success(request, _("Le profil est enregistré.") if any(saved) else _("Rien n’a changé."))
        return redirect(f"{resident.get_absolute_url()}#enregistre")
    if any(saved):
        messages.success(request, _("Le reste est enregistré."))
    shown = [section_form(form.section, resident) if form.is_valid() else form for form in forms]
    return edit_page(request, resident, shown, status=422)


def forms_of(user, resident, data=None, files=None) -> list:
    return [section_form(section, resident, data, files) for section in editable_sections(user, resident)]


def edit_page(request, resident, forms, status=200):
    with_errors = [form for form in forms if form.errors]
    context = {"resident": resident, "forms": forms, "with_errors": with_errors, "is_whole": len(forms) > 1}
    return render(request, "residents/profile_edit.html", context, status=status)


def save(form, *, by) -> bool:
    """Save what a valid form changes; was there anything?"""
    if not form.changes:
        return False
    profiles.change_section(
        resident=form.resident,
        section=form.section,
        to=form.typed,
        by=by,
        picture=getattr(form, "new_picture", None),
    )
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def edit_section(request, slug, section):
    """One section in its place on the page: its form, then what it became. Without htmx, a page of its own."""
    if section not in Section.values:
        raise Http404
    if request.method != "POST":
        resident = guarded(request, slug, section)
        return section_answer(request, section_form(section, resident))
    with transaction.atomic():
        resident = guarded(request, slug, section, lock=True)
        form = section_form(section, resident, request.POST, request.FILES)
        saved = form.is_valid() and save(form, by=request.user)
    if not form.is_valid():
        return section_answer(request, form, status=422)
    words = _("C’est enregistré.") if saved else _("Rien n’a changé.")
    messages.success(request, with_way_back(request, resident, words))
    return section_shown(request, resident, section, is_saved=True)


def with_way_back(request, resident, words: str) -> str:
    """To who came from the list of steps, the way back to it."""
    if request.GET.dict() != FROM_STEPS:
        return words
    steps = reverse("residents:steps", args=[resident.slug])
    return format_html('{} <a href="{}">{}</a>', words, steps, _("Revenir aux étapes"))


@require_safe
def show_section(request, slug, section):
    """One section as it stands, for who gives up editing it."""
    if section not in Section.values:
        raise Http404
    return section_shown(request, guarded(request, slug, section), section)


def section_answer(request, form, status=200):
    if not request.htmx:
        return edit_page(request, form.resident, [form], status)
    context = {
        "form": form,
        "resident": form.resident,
        "changed": profiles.last_change(form.resident, form.section) if form.conflict else None,
    }
    return render(request, "residents/_section_edit.html", context, status=status)


def section_shown(request, resident, section, *, is_saved=False):
    if not request.htmx:
        # The browser learns there that the draft it kept of the section is saved (keep_draft.js).
        place = f"enregistre-{section}" if is_saved else section
        return redirect(f"{resident.get_absolute_url()}#{place}")
    reading = as_read_by(request.user, resident)
    context = {"reading": reading, "resident": resident, "part": part(Section(section), resident, reading, True)}
    return render(request, "residents/_section_answer.html", context)
