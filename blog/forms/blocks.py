"""The blocks of a post's body as they are typed: drawn from what a StreamField keeps, and given back to it."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import markdown
from blog.blocks import check_address
from blog.forms.offers import Offers
from blog.forms.pictures import PictureForm
from blog.rich_text import linked, shown
from residents.forms.fields import LineField
from residents.forms.profile import ParagraphsField
from residents.forms.uploads import DocumentField, PicturesField

MOST_BLOCKS = 40
MOST_PICTURES = 24
LONGEST_TEXT = 20_000
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class KeyField(forms.TypedChoiceField):
    """The key of something that is on offer, or None."""

    def __init__(self, label, **options):
        super().__init__(label=label, coerce=int, empty_value=None, required=False, **options)


class BlockForm(forms.Form):
    """A block whose value is a dict of the form's fields. `offered` says which list each key is chosen from.

    A draft may lack anything, but `spare` alone is said to be optional: the rest is asked for in the end.
    """

    kind, called = "", ""
    spare: tuple[str, ...] = ()
    offered: dict[str, str] = {}

    def __init__(self, block_id: str, stored, offers: Offers, data=None, files=None):
        self.id, self.offers = block_id, offers
        self.stored = stored or {}
        super().__init__(data, files, prefix=block_id, initial=self.stored if isinstance(self.stored, dict) else {})
        for name, choices in self.offered.items():
            self.fields[name].choices = getattr(offers, choices)

    def value(self):
        """What was typed; of what is refused, what stood."""
        names = [name for name in self.fields if name not in {"file", "files"}]
        return {**self.stored, **{name: self.cleaned_data.get(name, self.stored.get(name)) for name in names}}

    def take_uploads(self, *, picture, document) -> None:
        """Keep the files that came with the block."""

    @property
    def is_picture(self) -> bool:
        return False

    @property
    def shown(self) -> list[tuple[forms.BoundField, bool]]:
        """(the field, whether nothing is to be said of its being optional)."""
        return [(field, field.name not in self.spare) for field in self.visible_fields()]


class TextForm(BlockForm):
    kind, called = "text", gettext_lazy("Texte")

    text = ParagraphsField(
        label=gettext_lazy("Texte"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "data-markdown": ""}),
        help_text=gettext_lazy(
            "## Titre, - liste, **gras**, *italique*, [mots](https://adresse) ; une ligne vide sépare deux paragraphes."
        ),
    )

    def __init__(self, block_id, stored, offers, data=None, files=None):
        self.html = stored or ""
        self.is_kept = not markdown.can_be_typed(self.html)
        super().__init__(block_id, {"text": markdown.to_markdown(self.html)}, offers, data, files)
        if self.is_kept:
            del self.fields["text"]

    @property
    def seen(self):
        """The text that is not typed here, as it reads."""
        return shown(self.html, {}, {})

    def clean_text(self):
        typed = self.cleaned_data["text"]
        known, said = linked([self.html]), linked([markdown.to_html(typed)])
        pages = said["page"] - known["page"] - {pk for pk, _title in self.offers.pages} if said["page"] else set()
        documents = said["document"] - known["document"]
        documents -= {pk for pk, _title in self.offers.documents} if documents else set()
        if pages or documents:
            raise ValidationError(
                _("Un lien mène à une page ou à un document qui n’est pas à vous. Écrivez une adresse.")
            )
        return typed

    def value(self) -> str:
        """HTML; untouched when nothing was typed, for its paragraphs bear the marks that comments hold to."""
        typed = self.cleaned_data.get("text") if not self.is_kept else None
        if typed is None or typed == self.stored["text"]:
            return self.html
        return markdown.to_html(typed)


class PictureBlockForm(PictureForm):
    def __init__(self, block_id, stored, offers, data=None, files=None):
        super().__init__(block_id, stored or {}, offers, data, files)

    def take_uploads(self, *, picture, document) -> None:
        self.take_upload(picture)

    @property
    def is_picture(self) -> bool:
        return True


class GalleryForm(BlockForm):
    kind, called = "gallery", gettext_lazy("Galerie")
    spare = ("title",)

    title = LineField(label=gettext_lazy("Titre de la galerie"), max_length=120, required=False)
    files_help = gettext_lazy(
        "Plusieurs à la fois, de 2 à 24 en tout. Le lieu et l’appareil qu’elles retiennent sont effacés."
    )

    def __init__(self, block_id, stored, offers, data=None, files=None):
        super().__init__(block_id, stored, offers, data, files)
        self.fields["files"] = PicturesField(label=_("Ajouter des photos"), help_text=self.files_help)
        known = {item["id"]: item["value"] for item in self.stored.get("pictures") or [] if item.get("id")}
        order = list(known)
        if data is not None:
            sent = dict.fromkeys(data.getlist(self.add_prefix("item")))
            order = [one for one in sent if ID.fullmatch(one)][:MOST_PICTURES]
        self.items = [PictureForm(one, known.get(one, {}), offers, data, leave_out=("file",)) for one in order]

    def clean(self):
        for error in self.cleaned_data.get("files", ([], []))[1]:
            self.add_error("files", error)

    def is_valid(self):
        # Each says what is wrong with it, whatever the others say.
        said = [super().is_valid(), *(item.is_valid() for item in self.items)]
        return all(said)

    def take_uploads(self, *, picture, document) -> None:
        self.is_valid()
        for sent in getattr(self, "sent", [])[: MOST_PICTURES - len(self.items)]:
            item = PictureForm(str(uuid.uuid4()), {}, self.offers, self.data, leave_out=("file",))
            item.is_valid()
            item.put(picture(file=sent, title=sent.title, credit="").pk)
            self.items.append(item)

    def _clean_fields(self):
        super()._clean_fields()
        # Kept apart: an error on one of the files takes the field out of what is clean.
        self.sent = self.cleaned_data.get("files", ([], []))[0]

    def value(self) -> dict:
        items = [{"type": "item", "value": item.value(), "id": item.id} for item in self.items]
        return {"title": self.cleaned_data.get("title", self.stored.get("title", "")), "pictures": items}


class QuoteForm(BlockForm):
    kind, called = "quote", gettext_lazy("Citation")
    spare = ("by",)

    text = ParagraphsField(
        label=gettext_lazy("Citation"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    by = LineField(label=gettext_lazy("De qui"), max_length=150, required=False)


class DocumentForm(BlockForm):
    kind, called = "document", gettext_lazy("Document")
    spare = ("label",)
    offered = {"document": "documents"}

    file = DocumentField(
        label=gettext_lazy("Envoyer un document"),
        help_text=gettext_lazy("PDF ou bureautique (odt, ods, odp, docx, xlsx, pptx), 10 Mo au plus. Il sera public."),
    )
    document = KeyField(gettext_lazy("Ou un document déjà envoyé"))
    label_field = LineField(
        label=gettext_lazy("Intitulé"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Vide : le nom du document."),
    )

    def __init__(self, block_id, stored, offers, data=None, files=None):
        super().__init__(block_id, stored, offers, data, files)
        self.fields["label"] = self.fields.pop("label_field")

    def take_uploads(self, *, picture, document) -> None:
        sent = self.cleaned_data.get("file")
        if not sent:
            return
        kept = document(file=sent, title=sent.title)
        self.fields["document"].choices = [*self.fields["document"].choices, (kept.pk, kept.title)]
        self.cleaned_data["document"] = kept.pk
        self.data = self.data.copy()
        self.data[self.add_prefix("document")] = str(kept.pk)


class ResidentForm(BlockForm):
    kind, called = "resident", gettext_lazy("Carte d’une structure")
    offered = {"resident": "one_resident"}

    resident = KeyField(gettext_lazy("Structure"))


class EventForm(BlockForm):
    kind, called = "event", gettext_lazy("Carte d’un rendez-vous")
    offered = {"event": "events"}

    event = KeyField(gettext_lazy("Rendez-vous"), help_text=gettext_lazy("Ceux de l’agenda public."))


class MapForm(BlockForm):
    kind, called = "map", gettext_lazy("Extrait de la carte des savoirs")
    spare = ("resident", "item", "caption")
    offered = {"resident": "one_resident", "item": "items"}

    resident = KeyField(gettext_lazy("Autour d’une structure"))
    item = KeyField(
        gettext_lazy("Ou autour d’un savoir, d’un savoir-faire, d’un milieu"),
        help_text=gettext_lazy("Ceux que vos structures déclarent. Sans choix, toute la carte."),
    )
    caption = LineField(label=gettext_lazy("Légende"), max_length=250, required=False)

    def clean(self):
        if self.cleaned_data.get("resident") and self.cleaned_data.get("item"):
            self.add_error("item", _("L’extrait se centre sur une structure ou sur un terme, pas sur les deux."))


class CallForm(BlockForm):
    kind, called = "call", gettext_lazy("Appel à l’action")
    offered = {"page": "pages"}

    words = LineField(
        label=gettext_lazy("Ce que vous proposez"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("« Venir à l’atelier », « Nous écrire » : les mots du bouton."),
    )
    url = LineField(
        label=gettext_lazy("Adresse"),
        max_length=500,
        required=False,
        validators=[check_address],
        help_text=gettext_lazy("https://exemple.fr, ou /carte/ pour une page d’ici."),
    )
    page = KeyField(gettext_lazy("Ou une page du site"))

    def __init__(self, block_id, stored, offers, data=None, files=None):
        super().__init__(block_id, stored, offers, data, files)
        self.fields = {"label": self.fields.pop("words"), **self.fields}

    def clean(self):
        if self.cleaned_data.get("url") and self.cleaned_data.get("page"):
            self.add_error("page", _("Donnez une adresse, ou choisissez une page : l’une des deux."))


FORMS = {
    form.kind: form
    for form in (
        TextForm,
        PictureBlockForm,
        GalleryForm,
        QuoteForm,
        DocumentForm,
        ResidentForm,
        EventForm,
        MapForm,
        CallForm,
    )
}


class KeptForm(BlockForm):
    """A block that is not typed here (of a kind to come): it stays in its place as it is."""

    called = gettext_lazy("Bloc de la maison")

    def __init__(self, kind: str, block_id: str, stored, offers, data=None, files=None):
        self.kind, self.kept = kind, stored
        super().__init__(block_id, {}, offers, data, files)

    def value(self):
        return self.kept


class Body:
    """The blocks in their order. Each is named by the key that Wagtail gave it: none is met by its place."""

    def __init__(self, stored: tuple[dict, ...], offers: Offers, data=None, files=None):
        self.offers = offers
        self.too_many = False
        known = {block["id"]: block for block in stored}
        order = [(block["id"], block["type"]) for block in stored]
        if data is not None:
            sent = [tuple(one.partition(":")[::2]) for one in dict.fromkeys(data.getlist("bloc"))]
            sent = [(key, kind) for key, kind in sent if ID.fullmatch(key) and (key in known or kind in FORMS)]
            self.too_many, order = len(sent) > MOST_BLOCKS, sent[: max(MOST_BLOCKS, len(known))]
        self.blocks = [self._form(key, kind, known.get(key), data, files) for key, kind in order]

    def _form(self, key: str, kind: str, stored: dict | None, data=None, files=None):
        kind = stored["type"] if stored else kind
        value = stored["value"] if stored else None
        if kind not in FORMS:
            return KeptForm(kind, key, value, self.offers, data, files)
        return FORMS[kind](key, value, self.offers, data, files)

    def is_valid(self) -> bool:
        # Each says what is wrong with it, whatever the others say.
        said = [block.is_valid() for block in self.blocks]
        return all(said) and not self.too_many

    def value(self) -> tuple[dict, ...]:
        return tuple({"type": block.kind, "value": block.value(), "id": block.id} for block in self.blocks)

    def add(self, kind: str, at: int | None = None, stored: dict | None = None):
        """A block of `kind`, at the end unless said; None when there are enough."""
        if len(self.blocks) >= MOST_BLOCKS:
            return None
        form = self._form(stored["id"] if stored else str(uuid.uuid4()), kind, stored)
        self.blocks.insert(len(self.blocks) if at is None else at, form)
        form.cleaned_data = {}
        for item in getattr(form, "items", []):
            item.cleaned_data = {}
        return form

    def found(self, key: str) -> tuple[list, int] | None:
        """The list that holds the block or the gallery's picture of that key, and its place there."""
        for forms_ in (self.blocks, *(block.items for block in self.blocks if block.kind == "gallery")):
            for place, form in enumerate(forms_):
                if form.id == key:
                    return forms_, place
        return None

    def pictures(self) -> list[PictureForm]:
        held = [block for block in self.blocks if block.kind == "picture"]
        return [*held, *(item for block in self.blocks if block.kind == "gallery" for item in block.items)]
