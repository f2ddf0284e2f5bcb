"""What a post lacks before the house can read it; a draft may lack anything."""

from collections.abc import Iterable

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from blog.content import Content


def missing(content: Content) -> list[tuple[str, str]]:
    """(the anchor of the field or of the block on the page where it is written, what to do), in the page's order."""
    found = []
    if not content.title:
        found.append(("id_title", _("Donnez un titre à l’article.")))
    if not content.summary:
        found.append(("id_summary", _("Écrivez le résumé : une ou deux phrases.")))
    if content.cover and not content.cover_alt:
        found.append(("id_cover-alt", _("Dites ce que l’on voit sur l’image de tête, pour qui ne la voit pas.")))
    if not content.body:
        found.append(("corps", _("Écrivez au moins un bloc de texte, ou montrez une image.")))
    for place, block in enumerate(content.body, 1):
        found += [
            (f"bloc-{block['id']}", _("Bloc %(place)s : %(words)s") % {"place": place, "words": words})
            for words in [*lacks(block["type"], block["value"]), *undescribed(block["type"], block["value"])]
        ]
    return found


def lacks(kind: str, value) -> Iterable[str]:
    """What a block lacks, in words."""
    match kind:
        case "text" if not strip_tags(value or "").strip():
            yield _("ce texte est vide ; écrivez-le, ou retirez-le.")
        case "picture" if not value.get("image"):
            yield _("choisissez une image, ou retirez le bloc.")
        case "gallery" if not 2 <= len([one for one in value.get("pictures", []) if one["value"].get("image")]) <= 24:
            yield _("une galerie a de 2 à 24 images.")
        case "quote" if not value.get("text"):
            yield _("cette citation est vide ; écrivez-la, ou retirez-la.")
        case "document" if not value.get("document"):
            yield _("choisissez un document, ou retirez le bloc.")
        case "resident" if not value.get("resident"):
            yield _("choisissez une structure, ou retirez le bloc.")
        case "event" if not value.get("event"):
            yield _("choisissez un rendez-vous, ou retirez le bloc.")
        case "call":
            if not value.get("label"):
                yield _("écrivez les mots du bouton.")
            if bool(value.get("url")) == bool(value.get("page")):
                yield _("donnez une adresse, ou choisissez une page.")


def undescribed(kind: str, value) -> Iterable[str]:
    """What those who do not see the pictures of a block would miss; the block is drawn all the same."""
    match kind:
        case "picture" if value.get("image") and not value.get("alt"):
            yield _("dites ce que l’on voit sur l’image, pour qui ne la voit pas.")
        case "gallery":
            pictures = [one["value"] for one in value.get("pictures", [])]
            if any(picture.get("image") and not picture.get("alt") for picture in pictures):
                yield _("dites ce que l’on voit sur chaque image, pour qui ne la voit pas.")


def drawable(content: Content) -> tuple[dict, ...]:
    """The body without what is not there yet: what a preview can show."""
    shown = []
    for block in content.body:
        if block["type"] == "gallery":
            pictures = [one for one in block["value"].get("pictures", []) if one["value"].get("image")]
            block = {**block, "value": {**block["value"], "pictures": pictures}}
            if pictures:
                shown.append(block)
        elif block["type"] == "call" or not list(lacks(block["type"], block["value"])):
            shown.append(block)
    return tuple(shown)
