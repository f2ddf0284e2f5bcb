"""What an issue of « Sur le feu » is made of; each block has its template, and its drawing in bulletin/sheet/."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from blog.blocks import TEXT_FEATURES


class BulletinBlock(blocks.StreamBlock):
    text = blocks.RichTextBlock(
        label=_("texte"), icon="pilcrow", features=TEXT_FEATURES, template="blog/blocks/text.html"
    )

    class Meta:
        required = False
