"""Bodies of posts with everything that a block can show, for the tests that read them."""

from django.core.files.base import ContentFile
from wagtail.documents.models import Document

from blog.models import BlogPage
from tests.factories import DeclarationFactory, EventFactory, KnowledgeItemFactory, PictureFactory


def picture_block(picture=None, **told) -> tuple:
    return "picture", {"image": picture or PictureFactory(), "alt": "", "caption": "", "credit": "", **told}


def gallery_block(count: int, title: str = "Photos travaux") -> tuple:
    pictures = [{"image": PictureFactory(), "alt": f"Vue {n}", "caption": "", "credit": ""} for n in range(count)]
    return "gallery", {"title": title, "pictures": pictures}


def map_block(**told) -> tuple:
    return "map", {"resident": None, "item": None, "caption": "", **told}


def call_block(**told) -> tuple:
    return "call", {"label": "Venir", "url": "", "page": None, **told}


def make_document(title: str = "Compte rendu") -> Document:
    file = ContentFile(b"%PDF-1.4", name="compte-rendu.pdf")
    return Document.objects.create(title=title, file=file, file_size=file.size)


def every_block(times: int = 1, *, declaration=None) -> list[tuple]:
    """Each block of a post, `times` times, each with its own things; around `declaration`, when there is one."""
    item = declaration.item if declaration else KnowledgeItemFactory()
    body = []
    for _ in range(times):
        resident = (declaration or DeclarationFactory(item=item)).resident
        document = make_document()
        blog = BlogPage.objects.get()
        links = (
            f'<a linktype="page" id="{blog.pk}">le blog</a> <a linktype="document" id="{document.pk}">le document</a>'
        )
        body += [
            ("text", f"<h2>Titre</h2><p>Du texte, {links}.</p>"),
            picture_block(),
            gallery_block(2),
            ("quote", {"text": "On a appris.", "by": "une résidente"}),
            ("document", {"document": document, "label": ""}),
            ("resident", {"resident": resident}),
            ("event", {"event": EventFactory()}),
            map_block(resident=resident),
            map_block(item=item),
            map_block(),
            call_block(page=blog),
        ]
    return body
