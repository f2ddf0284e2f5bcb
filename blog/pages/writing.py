"""The page where a post is written: its forms together, what each button does, what stands in the way."""

import uuid
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.models import Comment

from agenda.times import local, say_time
from blog.actions import posts as actions
from blog.actions import uploads
from blog.completeness import missing
from blog.content import Content
from blog.forms.blocks import FORMS, MOST_BLOCKS, Body
from blog.forms.offers import Offers, known_in
from blog.forms.pictures import PictureForm
from blog.forms.writing import MoveForm, PostForm
from blog.markdown import to_markdown
from blog.models import PostPage
from blog.standing import Standing, State, standing_of
from residents.models import User

REMOVED = "blog.removed"


@dataclass(frozen=True)
class Theirs:
    """The version that stands when another was being written: what it says otherwise, in words; `by` saved it."""

    by: User | None
    lines: list[tuple[str, str]]


class Editor:
    """`post` is None until something is kept. Nothing typed is lost from one try to the next."""

    def __init__(self, request, post: PostPage | None, key: uuid.UUID):
        self.request, self.user, self.post, self.key = request, request.user, post, key
        self.data, self.files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        self.move = MoveForm(self.data) if self.data is not None else None
        self.standing = standing_of(post) if post else Standing(State.DRAFT)
        latest = post.get_latest_revision_as_object() if post else None
        self.stands = Content.of(latest) if latest else self._blank()
        self.opened = actions.mark(post) if post else ""
        self.theirs: Theirs | None = None
        self.refused = ""
        self.lacks: list[tuple[str, str]] = []
        self.focus = ""
        self.is_saved = False
        self._bind()

    def _blank(self) -> Content:
        mine = [m.resident_id for m in self.user.memberships_list if not m.has_left]
        return Content(authors=(self.user.pk,), residents=tuple(sorted(mine)))

    def _bind(self):
        self.offers = Offers(self.user, known_in(self.stands))
        self.form = PostForm(self.stands, self.offers, self.data)
        picture = self.offers.picture(self.stands.cover)
        cover = {"image": self.stands.cover, "alt": self.stands.cover_alt, "credit": picture.credit if picture else ""}
        self.cover = PictureForm("cover", cover, self.offers, self.data, self.files, leave_out=("caption",))
        self.body = Body(self.stands.body, self.offers, self.data, self.files)

    # What was typed

    @cached_property
    def is_valid(self) -> bool:
        # Each says what is wrong with it, whatever the others say.
        said = [form.is_valid() for form in (self.form, self.cover, self.body)]
        return all(said)

    @property
    def typed(self) -> Content:
        cover = self.cover.value()
        return Content(**self.form.value(), cover=cover["image"], cover_alt=cover["alt"] or "", body=self.body.value())

    # What the buttons do

    @transaction.atomic
    def act(self) -> bool:
        """Keep what is right of what was typed, and do what was asked; False when something is to be seen first."""
        self.is_valid  # noqa: B018 - each form then knows what it keeps
        if self.body.too_many or "do" in self.move.errors:
            self.refused = _("Un article a %(most)s blocs au plus.") % {"most": MOST_BLOCKS}
            return False
        self._take_uploads()
        self._arrange()
        if not self._keep():
            return False
        return self.is_valid

    def _take_uploads(self):
        """Files are kept at once, whatever becomes of the rest: nobody sends a photograph twice."""
        by = self.user

        def picture(*, file, title, credit):
            return uploads.store_picture(file=file, title=title, credit=credit, by=by)

        def document(*, file, title):
            return uploads.store_document(file=file, title=title, by=by)

        self.cover.take_upload(picture)
        for block in self.body.blocks:
            block.take_uploads(picture=picture, document=document)

    def _arrange(self):
        """Add, move, remove, open a choice of pictures."""
        verb, on = self.move.verb, self.move.on
        if verb == "ajouter":
            added = self.body.add(on)
            self.focus = added.id if added else ""
            if not added:
                self.refused = _("Un article a %(most)s blocs au plus.") % {"most": MOST_BLOCKS}
        elif verb == "remettre":
            self._restore()
        elif verb in {"monter", "descendre", "retirer"} and (found := self.body.found(on)):
            forms, place = found
            form = forms.pop(place)
            self.focus = on
            if verb == "retirer":
                self._remember(form, place, within=forms is self.body.blocks)
                self.focus = ""
            else:
                forms.insert(max(0, place - 1) if verb == "monter" else place + 1, form)
        elif verb in {"choisir", "vider"}:
            for picture in [self.cover, *self.body.pictures()]:
                if picture.id == on:
                    self.focus = on
                    picture.is_choosing = verb == "choisir"
                    if verb == "vider":
                        picture.put(None)

    def _remember(self, form, place: int, *, within: bool):
        """What was removed can be put back, until something else is."""
        if within:
            block = {"type": form.kind, "value": form.value(), "id": form.id}
            self.request.session[REMOVED] = {"key": str(self.key), "place": place, "block": block}

    def _restore(self):
        kept = self.request.session.pop(REMOVED, None)
        if kept and kept["key"] == str(self.key):
            place = min(kept["place"], len(self.body.blocks))
            self.focus = self.body.add(kept["block"]["type"], place, kept["block"]).id

    @property
    def removed(self) -> dict | None:
        """The block that can be put back: {"place", "label"}."""
        kept = self.request.session.get(REMOVED)
        if not kept or kept["key"] != str(self.key) or self.body.found(kept["block"]["id"]):
            return None
        form = FORMS.get(kept["block"]["type"])
        return {"place": kept["place"] + 1, "label": form.called if form else ""}

    def _keep(self) -> bool:
        typed = self.typed
        if self.post is None and self.move.verb == "garder" and typed == self.stands:
            return True
        try:
            with transaction.atomic():
                self.post = self.post or actions.create(key=self.key, by=self.user)
                opened = self.move.cleaned_data.get("opened", "")
                self.post = actions.save(post=self.post, content=typed, opened=opened, by=self.user)
        except actions.PostOvertaken as overtaken:
            self.opened = overtaken.mark
            self.theirs = Theirs(overtaken.by, said_otherwise(overtaken.content, typed))
            return False
        except actions.PostClosed as closed:
            self.refused = closed.messages[0]
            return False
        uploads.give_credit(self.cover.picture, self.cover.value().get("credit") or "", by=self.user)
        self.opened, self.is_saved = actions.mark(self.post), True
        return True

    def submit(self) -> bool:
        """Send the post to the house; False when it lacks something, or is closed."""
        self.lacks = missing(self.typed)
        if self.lacks:
            return False
        try:
            actions.submit(post=self.post, by=self.user)
        except ValidationError as error:
            self.refused = error.messages[0]
            return False
        return True

    # What the page shows

    @property
    def status(self) -> int:
        """What was typed is wrong, or comes back to be looked at."""
        wrong = self.data is not None and not self.is_valid
        return 422 if wrong or self.theirs or self.refused or self.lacks else 200

    @property
    def address(self) -> str:
        return reverse("blog:write", args=[self.post.pk]) if self.post else reverse("blog:propose")

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """(anchor, label, words) of each thing to correct."""
        if self.data is None:
            return []
        forms = [self.form, self.cover]
        for block in self.body.blocks:
            forms += [block, *getattr(block, "items", [])]
        return [
            (form[name].auto_id if name in form.fields else "corps", form[name].label if name in form.fields else "", e)
            for form in forms
            if form.is_bound
            for name, errors in form.errors.items()
            for e in errors
        ]

    @property
    def saved_at(self) -> str:
        """15 h 04, or "" before something is kept."""
        moment = self.post.latest_revision_created_at if self.post else None
        return say_time(local(timezone.now() if self.is_saved else moment).time()) if moment else ""

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(kind, form.called) for kind, form in FORMS.items()]

    @property
    def can_add(self) -> bool:
        return len(self.body.blocks) < MOST_BLOCKS

    @property
    def blocks(self) -> list[tuple]:
        """(form, what the house says of it, whether it may move up, down)."""
        last = len(self.body.blocks) - 1
        return [
            (form, self.comments_on.get(form.id, []), place > 0, place < last)
            for place, form in enumerate(self.body.blocks)
        ]

    @cached_property
    def comments_on(self) -> dict[str, list[Comment]]:
        """What the house says of each block, by its key; under "" what it says of the rest."""
        found: dict[str, list[Comment]] = {}
        known = {form.id for form in self.body.blocks}
        for comment in self.standing.comments:
            block = comment.contentpath.split(".")[1] if comment.contentpath.startswith("body.") else ""
            found.setdefault(block if block in known else "", []).append(comment)
        return found

    @property
    def comments(self) -> list[Comment]:
        return self.comments_on.get("", [])


def said_otherwise(theirs: Content, mine: Content) -> list[tuple[str, str]]:
    """(field, what the other version says) where it is not what was typed."""
    found = []
    if theirs.title != mine.title:
        found.append((_("Titre"), theirs.title))
    if theirs.summary != mine.summary:
        found.append((_("Résumé"), theirs.summary))
    if theirs.cover_alt != mine.cover_alt:
        found.append((_("Image de tête"), theirs.cover_alt))
    if theirs.tags != mine.tags:
        found.append((_("Mots"), ", ".join(theirs.tags)))
    if theirs.body != mine.body:
        found.append((_("Corps"), "\n\n".join(words_of(block) for block in theirs.body)))
    if not found:
        found.append((_("Ailleurs"), _("rubrique, structures, signataires ou images")))
    return [(label, words or _("(vide)")) for label, words in found]


def words_of(block: dict) -> str:
    """What a block says, to be read."""
    value = block["value"]
    if block["type"] == "text":
        return to_markdown(value)
    form = FORMS.get(block["type"])
    said = [text for text in value.values() if isinstance(text, str)] if isinstance(value, dict) else []
    return " – ".join(filter(None, [f"[{form.called if form else block['type']}]", *map(strip_tags, said)]))
