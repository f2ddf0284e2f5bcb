"""What changes the savoirs of a structure: each address saves at once, answers htmx with the parts of the page that
follow, and a plain form with the page itself."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget

from residents import rules
from residents.actions import declarations as actions
from residents.actions import profiles
from residents.enums import Stance
from residents.forms.savoirs import LONGEST_NOTE, AudienceForm, BackForm, DeclareForm, ReviseForm, SearchForm
from residents.models import Declaration, DeclarationChange, KnowledgeItem, Resident
from residents.pages.coverage import GOAL_ITEMS, Progress
from residents.pages.history import in_words, latest_change
from residents.pages.inventory import Entry
from residents.pages.terms import Terms
from residents.profile import Section
from residents.views.savoirs import acting_for, address, board, results

# What somebody wrote and sent after their session had ended, kept for when they are back.
TYPED = "typed_note"


def acts(view):
    """Only acts: the view is given the structure. A GET (somebody back from signing in) is led to the editor."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request, *args, **kwargs):
        resident = acting_for(request)
        if request.method != "POST":
            return redirect(address("savoirs", resident) if resident else "residents:savoirs")
        if resident is None:
            raise PermissionDenied
        return view(request, resident, *args, **kwargs)

    return guarded


@acts
def declare(request, resident):
    """Declare a term of the vocabulary or a free one; asks first when the free one resembles others."""
    form = DeclareForm(request.POST)
    if not form.is_valid():
        return refuse(request, resident, form)
    data = form.cleaned_data
    item = data["item"]
    if item is None:
        close = [] if data["confirmed"] else resembling(data["label"], data["nature"])
        if close:
            return ask(request, resident, close, data)
        try:
            item = actions.free_term(label=data["label"], kind=data["nature"], by=request.user)
        except ValidationError as error:
            form.add_error("label", error.messages)
            return refuse(request, resident, form)
    change = actions.declare(resident=resident, item=item, by=request.user, stance=data["position"] or None)
    words = in_words(change) if change else _("« %(item)s » est déjà déclaré") % {"item": item}
    return changed(request, resident, change, words)


def resembling(label: str, kind: str) -> list[KnowledgeItem]:
    """ "Vouliez-vous dire...?": nothing when the very term exists, since it will be reused."""
    if KnowledgeItem.objects.labelled(label, kind):
        return []
    return KnowledgeItem.objects.close_to(label, kind)


def ask(request, resident, close, data):
    asked = {
        "close": close,
        "label": data["label"],
        "nature": data["nature"],
        "stance": data["position"] or Stance.OFFER.value,
    }
    if request.htmx:
        return aside(render(request, "residents/_savoirs_close.html", {"resident": resident, **asked}))
    return results(request, resident, searched(data["label"], data["nature"]), Terms("", [], []), **asked)


def refuse(request, resident, form):
    """Say why, beside what was typed."""
    reasons = [reason for errors in form.errors.values() for reason in errors]
    if request.htmx:
        return aside(render(request, "residents/_savoirs_refused.html", {"refused": reasons}, status=422))
    search = searched(form.data.get("label", ""), form.data.get("nature", ""))
    return results(request, resident, search, Terms("", [], []), status=422, refused=reasons)


def searched(text: str, kind: str) -> SearchForm:
    return SearchForm({"q": text, "nature": kind, "position": Stance.OFFER.value})


def aside(response):
    """Into the place under the field, whatever asked."""
    return reswap(retarget(response, "#savoirs-answer"), "innerHTML")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def declaration(request, pk):
    """One declaration: its stance and its note, changed in place or on its own page."""
    if not request.user.is_authenticated:
        return keep_typed(request, pk)
    resident = acting_for(request)
    if resident is None:
        raise PermissionDenied
    # The page may have been open since before its term was merged with another.
    item = get_object_or_404(KnowledgeItem, pk=pk).standing()
    if request.method == "POST":
        return revise(request, resident, item)
    existing = resident.declarations.filter(item=item).first()
    typed = request.session.pop(TYPED, {})
    if existing is None:
        raise Http404
    existing.item = item
    text = typed["text"] if typed.get("item") == pk else existing.note
    return render_entry(request, resident, Entry(existing, text, existing.note))


def keep_typed(request, pk):
    """Lead to signing in, and keep what was sent: a lost session loses nothing (htmx pages keep it by themselves)."""
    form = ReviseForm(request.POST)
    if request.method == "POST" and not request.htmx and form.is_valid() and form.cleaned_data["precision"]:
        request.session[TYPED] = {"item": pk, "text": form.cleaned_data["precision"]}
    return redirect_to_login(request.get_full_path())


def revise(request, resident, item):
    form = ReviseForm(request.POST)
    if not form.is_valid():
        return render_entry(request, resident, typed_entry(resident, item, form), status=422)
    data = form.cleaned_data
    verb = actions.declare if data["again"] else actions.revise
    more = {} if data["again"] else {"seen_note": data["seen"]}
    try:
        change = verb(
            resident=resident,
            item=item,
            by=request.user,
            stance=data["position"] or None,
            note=data["precision"],
            **more,
        )
    except ValidationError as error:
        form.add_error("precision", error)
        return render_entry(request, resident, typed_entry(resident, item, form), status=422)
    return revised(request, resident, item, change)


def typed_entry(resident: Resident, item: KnowledgeItem, form: ReviseForm) -> Entry:
    """The declaration as it is now, with what was typed and why it was refused."""
    existing = resident.declarations.filter(item=item).first()
    shown = existing or Declaration(resident=resident, item=item)
    shown.item = item
    reasons = tuple(reason for errors in form.errors.values() for reason in errors)
    return Entry(shown, form.data.get("precision", ""), shown.note, again=existing is None, errors=reasons)


def render_entry(request, resident, entry, *, status=200):
    template = "residents/_declaration.html" if request.htmx else "residents/savoirs_declaration.html"
    context = {"resident": resident, "entry": entry, "longest_note": LONGEST_NOTE}
    return render(request, template, context, status=status)


def revised(request, resident, item, change):
    words = in_words(change) if change else _("« %(item)s » est déjà enregistré ainsi") % {"item": item}
    if not request.htmx:
        messages.success(request, f"{words}.")
        return redirect(address("savoirs", resident))
    declaration = resident.declarations.select_related("item").get(item=item)
    context = {
        "resident": resident,
        "entry": Entry.of(declaration),
        "longest_note": LONGEST_NOTE,
        "latest": latest_change(resident),
        "words": words,
        "change": change,
        "tone": "success",
    }
    return render(request, "residents/_savoirs_revised.html", context)


@acts
def withdraw(request, resident, pk):
    item = get_object_or_404(KnowledgeItem, pk=pk)
    change = actions.withdraw(resident=resident, item=item, by=request.user)
    words = in_words(change) if change else _("« %(item)s » était déjà retiré") % {"item": item}
    return changed(request, resident, change, words)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, pk):
    change = get_object_or_404(DeclarationChange.objects.select_related("resident", "item"), pk=pk)
    resident = change.resident
    if not rules.can_declare(request.user, resident):
        raise PermissionDenied
    if request.method != "POST":
        return redirect(address("changes", resident))
    form = BackForm(request.POST)
    back = "changes" if form.is_valid() and form.cleaned_data["to_changes"] else "savoirs"
    try:
        undone = actions.undo(change, by=request.user)
    except ValidationError as error:
        return changed(request, resident, None, error.messages[0].rstrip("."), tone="error", back=back)
    return changed(request, resident, undone, _("Annulé : %(words)s") % {"words": in_words(undone)}, back=back)


def changed(request, resident, change, words, *, tone="success", back="savoirs"):
    """What follows a change (None: nothing changed): the lists, the gauge, and the words that say it."""
    if not request.htmx:
        messages.add_message(request, messages.ERROR if tone == "error" else messages.SUCCESS, f"{capfirst(words)}.")
        return redirect(address(back, resident))
    context = board(request.user, resident)
    progress = context["inventory"].progress
    context.update(
        change=change,
        tone=tone,
        words=f"{words}. {figures(progress)}",
        celebrate=just_mapped(progress, change),
        oob=True,
    )
    response = render(request, "residents/_savoirs_changed.html", context)
    return reswap(retarget(response, "#savoirs-lists"), "outerHTML")


def figures(progress: Progress) -> str:
    words = ngettext("%(total)d élément", "%(total)d éléments", progress.total) % {"total": progress.total}
    return _("%(words)s sur %(goal)d") % {"words": words, "goal": GOAL_ITEMS} if progress.total < GOAL_ITEMS else words


def just_mapped(progress: Progress, change: DeclarationChange | None) -> bool:
    """This very change made the structure count as mapped."""
    if change is None or change.before is not None or not progress.is_mapped:
        return False
    kind = change.item.kind
    return not Progress({**progress.counts, kind: progress.counts[kind] - 1}).is_mapped


@acts
def audience(request, resident):
    """Who reads what the structure declares."""
    form = AudienceForm(request.POST)
    if not form.is_valid():
        raise Http404
    with transaction.atomic():
        resident = profiles.locked(resident.slug)
        to = {"audience": form.cleaned_data["savoirs_audience"]}
        profiles.change_section(resident=resident, section=Section.SAVOIRS, to=to, by=request.user)
    words = _("Vos savoirs sont lus par : %(audience)s") % {"audience": resident.get_savoirs_audience_display()}
    if request.htmx:
        context = {"words": words, "change": None, "tone": "success"}
        return reswap(render(request, "residents/_savoirs_said.html", context), "none")
    messages.success(request, f"{words}.")
    return redirect(address("savoirs", resident))
