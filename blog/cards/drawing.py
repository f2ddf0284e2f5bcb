"""Cards are typeset by typst, which has its fonts in it; the server's draw what those lack, other writings."""

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from blog.models import PostPage
from residents.models import Resident
from residents.rules import met_by_all

HERE = Path(__file__).parent
TEMPLATE = HERE / "card.typ"
# Pixels: what Open Graph is read at.
WIDTH, HEIGHT = 1200, 630
ICONS = settings.BASE_DIR / "static" / "img" / "icons.svg"
# To be raised when the same words come to be drawn otherwise.
FORMAT = 1
FOLDER = "cartons"
LONGEST_TITLE, LONGEST_FOOT, LONGEST_MARK = 160, 140, 34
# A longer word may be cut anywhere: no line holds it.
LONGEST_WORD = 24
INK = "#1f1b16"


@dataclass(frozen=True)
class Card:
    """What a card says: its rubric, its title, who or when below. `plain` leaves room for the house's drawing."""

    mark: str
    title: str
    foot: str = ""
    plain: bool = False

    @property
    def key(self) -> str:
        """Another one as soon as it says something else."""
        return hashlib.sha256(json.dumps([FORMAT, asdict(self)]).encode()).hexdigest()[:24]


def card_of_post(post: PostPage) -> Card:
    """Its rubric, and the structures it tells of, once they have arrived, or who signs it; two queries."""
    arrived = Resident.objects.with_presence().filter(met_by_all(), posts=post, arrived_on__isnull=False)
    names = [resident.name for resident in arrived]
    names = names or [author.get_full_name() for author in post.authors.all()] + [post.signature]
    return Card(
        mark=post.rubric.name if post.rubric else _("Le blog"),
        title=post.title,
        foot=" · ".join(name for name in names if name),
    )


def drawn(card: Card) -> bytes:
    """The PNG of `card`: drawn once, then kept with the house's files."""
    place = f"{FOLDER}/{card.key}.png"
    if default_storage.exists(place):
        with default_storage.open(place) as file:
            return file.read()
    picture = draw(card)
    default_storage.save(place, ContentFile(picture))
    return picture


def draw(card: Card) -> bytes:
    said = {
        "mark": drawable(card.mark, LONGEST_MARK),
        "title": drawable(card.title, LONGEST_TITLE) or _("Les Chaudronneries"),
        "foot": drawable(card.foot, LONGEST_FOOT),
        "plain": card.plain,
    }
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="png",
        ppi=72,
        font_paths=fonts(),
        sys_inputs={"card": json.dumps(said), **drawings()},
    )


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True)


@cache
def drawings() -> dict[str, str]:
    """Our SVG drawings: the wordmark, taken out of the icons, and the boiler."""
    icons = ICONS.read_text("utf-8")
    symbol = re.search(r'<symbol id="wordmark"(.*?)</symbol>', icons, re.DOTALL)[1]
    wordmark = f'<svg xmlns="http://www.w3.org/2000/svg"{symbol}</svg>'.replace("currentColor", INK)
    return {"wordmark": wordmark, "chaudron": (HERE / "chaudron.svg").read_text("utf-8")}


def drawable(text: str, longest: int) -> str:
    """`text` without what no font draws (emoji, control and reading-direction marks), its long words breakable."""
    kept = "".join(sign for sign in " ".join(text.split()) if is_drawn(sign))
    short = Truncator(" ".join(kept.split())).chars(longest)
    return re.sub(rf"\w{{{LONGEST_WORD},}}", lambda word: "\u200b".join(word[0]), short)


def is_drawn(sign: str) -> bool:
    is_emoji = sign > "\uffff" or "\u2600" <= sign <= "\u27bf" or sign == "\ufe0f"
    return not is_emoji and unicodedata.category(sign)[0] != "C"
