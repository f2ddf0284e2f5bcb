"""Residents write: propose a post, follow what the house says of it."""

import json
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blog import markdown, rules
from blog.actions import posts as actions
from blog.actions import remarks
from blog.completeness import drawable, missing
from blog.content import Content
from blog.forms.writing import AnswerForm, MoveForm, TextPreviewForm
from blog.models import PostPage
from blog.pages.mine import Mine
from blog.pages.writing import Editor
from blog.standing import standing_of
from blog.views import reading
from residents.rules import is_house_manager

SAVED = "#enregistre"


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request):
    """An empty post; the first thing that is kept gives it its address."""
    if not rules.can_propose(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return editor_page(request, Editor(request, None, uuid.uuid4()))
    key = MoveForm(request.POST).cleaned_data.get("key") or uuid.uuid4()
    known = PostPage.objects.filter(translation_key=key).first()
    if known and not rules.can_write(request.user, known):
        raise PermissionDenied
    return acted(request, Editor(request, known, key))


def writable(request, pk: int) -> PostPage:
    """The post of that key, for who writes it."""
    post = get_object_or_404(PostPage.objects.select_related("latest_revision"), pk=pk)
    if not rules.can_write(request.user, post):
        raise PermissionDenied
    return post


@require_http_methods(["GET", "HEAD", "POST"])
def write(request, pk):
    """A post of one's own; the house manager writes in those of others in the back office."""
    post = get_object_or_404(PostPage, pk=pk)
    if is_house_manager(request.user) and not rules.can_write(request.user, post):
        return redirect("wagtailadmin_pages:edit", pk)
    post = writable(request, pk)
    if request.method == "POST":
        return acted(request, Editor(request, post, post.translation_key))
    standing = standing_of(post)
    if not standing.is_open:
        return render(request, "blog/writing/closed.html", {"post": post, "standing": standing})
    return editor_page(request, Editor(request, post, post.translation_key))


def editor_page(request, editor: Editor):
    whole = "blog/writing/_form.html" if request.htmx else "blog/writing/write.html"
    return render(request, whole, {"editor": editor}, status=editor.status)


def acted(request, editor: Editor):
    """What the button asked for was done: the same page, or where it leads."""
    verb = editor.move.verb
    done = editor.act()
    if verb == "garder":
        response = render(request, "blog/writing/_kept.html", {"editor": editor})
        return with_address(response, editor)
    if done and verb == "envoyer" and editor.submit():
        messages.success(request, _("La maison va relire votre article. Vous recevrez un message quand ce sera fait."))
        return redirect(f"{reverse('blog:mine')}{SAVED}")
    if not done or editor.lacks or editor.refused or verb == "choisir" or request.htmx:
        return with_address(editor_page(request, editor), editor)
    if verb == "relire":
        return redirect("blog:preview", editor.post.pk)
    if verb == "enregistrer":
        messages.success(request, _("Le brouillon est enregistré."))
        return redirect(f"{editor.address}{SAVED}")
    return redirect(f"{editor.address}#bloc-{editor.focus}" if editor.focus else f"{editor.address}#corps")


def with_address(response, editor: Editor):
    """A draft that has just been kept has an address of its own."""
    if editor.post and editor.request.htmx:
        response["HX-Replace-Url"] = editor.address
    return response


@require_POST
def preview_text(request):
    """What a text will look like: a piece for htmx, beside the field."""
    if not rules.can_propose(request.user):
        raise PermissionDenied
    form = TextPreviewForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    # Cleaned by nh3 (blog/markdown.py).
    html = mark_safe(markdown.to_html(form.cleaned_data["text"]))
    return render(request, "blog/writing/_text.html", {"html": html})


@require_safe
def mine(request):
    """My posts, where each stands, what to do next."""
    if not rules.can_propose(request.user):
        raise PermissionDenied
    return render(request, "blog/writing/mine.html", {"mine": Mine(request.user)})


@require_safe
def preview(request, pk):
    """A draft as readers will see it, for those who write it and for the house."""
    post = get_object_or_404(PostPage.objects.select_related("latest_revision"), pk=pk)
    if not rules.can_preview(request.user, post):
        raise PermissionDenied
    draft = post.get_latest_revision_as_object()
    draft.body = json.dumps(drawable(Content.of(draft)))
    words = _("Aperçu : le public ne le voit pas.")
    back = reverse("blog:write", args=[pk])
    messages.info(request, format_html('{} <a href="{}">{}</a>', words, back, _("Revenir à l’article")))
    response = reading.post(request, slug=post.slug, post=draft)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def submit(request, pk):
    """Send the version that is kept, from the list of one's posts."""
    post = writable(request, pk)
    if missing(Content.of(post.get_latest_revision_as_object())):
        messages.warning(request, _("Il manque encore quelque chose : « Faire relire » vous dira quoi."))
        return redirect("blog:write", pk)
    try:
        actions.submit(post=post, by=request.user)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect("blog:mine")
    messages.success(request, _("La maison va relire votre article. Vous recevrez un message quand ce sera fait."))
    return redirect("blog:mine")


@require_POST
def take_back(request, pk):
    post = writable(request, pk)
    try:
        actions.take_back(post=post, by=request.user)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect("blog:mine")
    messages.success(request, _("L’article est à vous de nouveau : la maison ne le relit plus."))
    return redirect("blog:write", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, pk, remark=None):
    """Answer the house in words: one of its remarks, or the word by which it gave the post back."""
    post = writable(request, pk)
    standing = standing_of(post)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            remarks.answer(post=post, text=form.cleaned_data["text"], by=request.user, to=remark)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Votre réponse est envoyée à la maison."))
            return redirect("blog:write", pk)
    elif not form.is_bound and not standing.waits_for_answer(remark):
        messages.info(request, _("C’est réglé : la maison n’attend plus de réponse."))
        return redirect("blog:mine")
    shown = {"post": post, "standing": standing, "remark": standing.remark(remark), "form": form}
    return render(request, "blog/writing/answer.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, pk):
    """A second look before a draft is gone for good."""
    post = get_object_or_404(PostPage, pk=pk)
    if not rules.can_discard(request.user, post):
        raise PermissionDenied
    if request.method != "POST":
        if not standing_of(post).can_be_discarded:
            return redirect("blog:write", pk)
        return render(request, "blog/writing/discard.html", {"post": post, "title": post.draft_title or post.title})
    try:
        actions.discard(post=post, by=request.user)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    else:
        messages.success(request, _("Le brouillon est supprimé."))
    return redirect("blog:mine")
