"""What the body of a page is made of; each block has its template, templates/blog/blocks/<name>.html."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from blog import choosers

ResidentChooserBlock = choosers.residents.get_block_class(name="ResidentChooserBlock", module_path="blog.blocks")
EventChooserBlock = choosers.events.get_block_class(name="EventChooserBlock", module_path="blog.blocks")
ItemChooserBlock = choosers.items.get_block_class(name="ItemChooserBlock", module_path="blog.blocks")
PartnerChooserBlock = choosers.partners.get_block_class(name="PartnerChooserBlock", module_path="blog.blocks")
IssueChooserBlock = choosers.issues.get_block_class(name="IssueChooserBlock", module_path="blog.blocks")

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]


class PartsBlock(blocks.StructBlock):
    """Several parts; one that a version lacks, for it is optional or came later, says nothing to the search."""

    def get_searchable_content(self, value):
        parts = [(block, value.get(name)) for name, block in self.child_blocks.items()]
        # Wagtail would have the search read the word "None".
        return [words for block, part in parts if part is not None for words in block.get_searchable_content(part)]


class PictureBlock(PartsBlock):
    image = ImageChooserBlock(label=_("image"))
    alt = blocks.CharBlock(
        label=_("ce que l’on y voit"),
        max_length=250,
        required=False,
        help_text=_("Pour qui ne la voit pas. Vide : l’image est un ornement."),
    )
    caption = blocks.CharBlock(label=_("légende"), max_length=250, required=False)
    credit = blocks.CharBlock(
        label=_("crédit"), max_length=150, required=False, help_text=_("Vide : celui de l’image.")
    )

    class Meta:
        icon = "image"
        label = _("image")
        template = "blog/blocks/picture.html"


class GalleryBlock(PartsBlock):
    title = blocks.CharBlock(label=_("titre"), max_length=120, required=False)
    pictures = blocks.ListBlock(PictureBlock(), label=_("images"), min_num=2, max_num=24)

    class Meta:
        icon = "image"
        label = _("galerie")
        template = "blog/blocks/gallery.html"


class QuoteBlock(PartsBlock):
    text = blocks.TextBlock(label=_("citation"), max_length=1000)
    by = blocks.CharBlock(label=_("de qui"), max_length=150, required=False)

    class Meta:
        icon = "openquote"
        label = _("citation")
        template = "blog/blocks/quote.html"


class DocumentBlock(PartsBlock):
    document = DocumentChooserBlock(label=_("document"))
    label = blocks.CharBlock(
        label=_("intitulé"), max_length=150, required=False, help_text=_("Vide : le titre du document.")
    )

    class Meta:
        icon = "doc-full"
        label = _("document")
        template = "blog/blocks/document.html"


class ResidentBlock(PartsBlock):
    resident = ResidentChooserBlock(label=_("structure"))

    class Meta:
        icon = "group"
        label = _("structure")
        template = "blog/blocks/resident.html"


class EventBlock(PartsBlock):
    event = EventChooserBlock(label=_("rendez-vous"))

    class Meta:
        icon = "calendar"
        label = _("rendez-vous")
        template = "blog/blocks/event.html"


class MapBlock(PartsBlock):
    """A piece of the map: what is around a structure, or around an item; neither, the whole map."""

    resident = ResidentChooserBlock(label=_("autour d’une structure"), required=False)
    item = ItemChooserBlock(label=_("ou d’un savoir, d’un savoir-faire, d’un milieu"), required=False)
    caption = blocks.CharBlock(label=_("légende"), max_length=250, required=False)

    class Meta:
        icon = "site"
        label = _("extrait de la carte")
        template = "blog/blocks/map.html"

    def clean(self, value):
        value = super().clean(value)
        if value["resident"] and value["item"]:
            raise blocks.StructBlockValidationError(
                {"item": ValidationError(_("L’extrait se centre sur une structure ou sur un terme, pas sur les deux."))}
            )
        return value


def check_address(value: str) -> None:
    """A page of the web, or of this site ("/carte/"); raises ValidationError on anything else."""
    if value.startswith("/") and not value.startswith("//") and "\\" not in value:
        return
    URLValidator(schemes=["http", "https"], message=_("Écrivez une adresse comme https://exemple.fr, ou /carte/."))(
        value
    )


def is_address(value: str) -> bool:
    try:
        check_address(value)
    except ValidationError:
        return False
    return True


class CallBlock(PartsBlock):
    label = blocks.CharBlock(label=_("ce que l’on propose"), max_length=80)
    url = blocks.CharBlock(label=_("adresse"), max_length=500, required=False, validators=[check_address])
    page = blocks.PageChooserBlock(label=_("ou page du site"), required=False)

    class Meta:
        icon = "link"
        label = _("appel à l’action")
        template = "blog/blocks/call.html"

    def clean(self, value):
        value = super().clean(value)
        if bool(value["url"]) == bool(value["page"]):
            raise blocks.StructBlockValidationError(
                {"url": ValidationError(_("Donnez une adresse, ou choisissez une page : l’une des deux."))}
            )
        return value


class TerritoryBlock(blocks.StaticBlock):
    """The partners and the territorial issues of the house, as they stand."""

    class Meta:
        icon = "site"
        label = _("le territoire : partenaires et problématiques")
        admin_text = _("La liste des partenaires et des problématiques, tenue à jour toute seule.")
        template = "blog/blocks/territory.html"


class TeamBlock(blocks.StaticBlock):
    """Who runs the house today, as the back office says."""

    class Meta:
        icon = "user"
        label = _("l’équipe : qui tient quel rôle aujourd’hui")
        admin_text = _("Les rôles tenus aujourd’hui (« Résidence », « Équipe »), tenus à jour tout seuls.")
        template = "blog/blocks/team.html"


class HouseBlock(blocks.StaticBlock):
    """Who publishes this site, where it is hosted, how to write: from the house's settings."""

    class Meta:
        icon = "home"
        label = _("la maison : éditeur, adresse, hébergeur")
        admin_text = _("Ce que disent les réglages de la maison.")
        template = "blog/blocks/house.html"


class StoryBlock(blocks.StreamBlock):
    """The body of a post."""

    text = blocks.RichTextBlock(
        label=_("texte"), icon="pilcrow", features=TEXT_FEATURES, template="blog/blocks/text.html"
    )
    picture = PictureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    document = DocumentBlock()
    resident = ResidentBlock()
    event = EventBlock()
    map = MapBlock()
    call = CallBlock()

    class Meta:
        required = False


class PageBlock(StoryBlock):
    """The body of a standard page."""

    territory = TerritoryBlock()
    team = TeamBlock()
    house = HouseBlock()
