"""The map as a PNG, drawn by Pillow from the same nodes and edges as vis-network."""

import io
import math
import textwrap
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, MARGIN = 1600, 1200, 70
# Drawn larger then reduced: Pillow's shapes have no smooth edges of their own.
FINE = 2
PAPER, TINT, INK, SOOT, LINE = "#f7f2e8", "#efe6d5", "#1f1b16", "#4b433a", "#b9a98f"
COLOURS = {
    "structure": "#9a4312",
    "community": "#9a4312",
    "savoir": "#27506b",
    "savoir_faire": "#9a4312",
    "milieu": "#22604f",
}
# The first of these that the machine has; none is shipped.
FONTS = ["DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf", "Helvetica.ttc"]
FLAME = "#f2a03d"
SIDES = {"square": (4, math.pi / 4), "hexagon": (6, 0)}
# Group: text size, letters a line.
TEXTS = {
    "structure": (15, 18),
    "community": (15, 22),
    "domaine": (13, 22),
    "savoir": (12, 26),
    "savoir_faire": (12, 26),
    "milieu": (12, 26),
}


@lru_cache
def lettering(size: int) -> tuple[ImageFont.FreeTypeFont, Callable[[str], str]]:
    """A font of this size, and what makes a text readable in it."""
    for name in FONTS:
        try:
            return ImageFont.truetype(name, size), str
        except OSError:
            continue
    return ImageFont.load_default(size), without_accents


def without_accents(text: str) -> str:
    """Pillow's own font has no accented letter."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def picture(drawn) -> bytes:
    """`drawn` (a pyvis Network) as a PNG of WIDTH by HEIGHT pixels."""
    return Picture(drawn.nodes, drawn.edges).png()


class Picture:
    def __init__(self, nodes: list[dict], edges: list[dict]):
        self.nodes = {node["id"]: node for node in nodes}
        self.edges = edges
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.scale, self.shift = self.fit()
        self.taken: list[tuple[float, float, float, float]] = []

    def fit(self) -> tuple[float, tuple[float, float]]:
        """The scale and the shift that put every disc inside the margins."""
        sides = [
            (node["x"] - node["size"], node["y"] - node["size"], node["x"] + node["size"], node["y"] + node["size"])
            for node in self.nodes.values()
        ]
        if not sides:
            return 1, (0, 0)
        left, top = min(side[0] for side in sides), min(side[1] for side in sides)
        right, bottom = max(side[2] for side in sides), max(side[3] for side in sides)
        room = (WIDTH - 2 * MARGIN) * FINE, (HEIGHT - 2 * MARGIN) * FINE
        scale = min(room[0] / (right - left), room[1] / (bottom - top), 1.5 * FINE)
        return scale, (WIDTH * FINE / 2 - scale * (left + right) / 2, HEIGHT * FINE / 2 - scale * (top + bottom) / 2)

    def at(self, key: str) -> tuple[float, float]:
        node = self.nodes[key]
        return node["x"] * self.scale + self.shift[0], node["y"] * self.scale + self.shift[1]

    def png(self) -> bytes:
        for node in self.nodes.values():
            if node["group"] == "domaine":
                self.disc(node, TINT, LINE)
        for edge in self.edges:
            self.line(edge)
        for node in self.nodes.values():
            if node["group"] != "domaine":
                self.shape(node)
        ranked = sorted(self.nodes.values(), key=lambda node: (list(TEXTS).index(node["group"]), -node["size"]))
        for node in ranked:
            self.label(node)
        out = io.BytesIO()
        self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(256).save(out, "PNG")
        return out.getvalue()

    def disc(self, node: dict, fill: str, outline: str) -> None:
        x, y = self.at(node["id"])
        radius = node["size"] * self.scale
        self.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill, outline, 2 * FINE)

    def shape(self, node: dict) -> None:
        colour = COLOURS[node["group"]]
        if node["shape"] == "dot":
            return self.disc(node, colour, FLAME if node.get("mine") else colour)
        sides, turn = SIDES[node["shape"]]
        x, y = self.at(node["id"])
        radius = node["size"] * self.scale * (math.sqrt(2) if sides == 4 else 1)
        return self.pen.regular_polygon((x, y, radius), sides, math.degrees(turn) - 45 if sides == 4 else 0, colour)

    def line(self, edge: dict) -> None:
        ends = self.at(edge["from"]), self.at(edge["to"])
        if edge["group"] == "domaine":
            self.pen.line(ends, LINE, (1 + min(edge["weight"], 6)) * FINE // 2)
        elif edge["group"] == "offre":
            self.pen.line(ends, SOOT, FINE)
        elif edge["group"] == "recherche":
            self.dashes(*ends, SOOT, 4)
        else:
            self.dashes(*ends, COLOURS["structure"], 12)

    def dashes(self, start, end, colour: str, length: int) -> None:
        count = max(1, int(math.dist(start, end) / (2 * length * FINE)))
        for dash in range(count):
            a, b = dash / count, (dash + 0.5) / count
            points = [(start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])) for t in (a, b)]
            self.pen.line(points, colour, FINE)

    def label(self, node: dict) -> None:
        """The name under its node, or over its region; left out where another is already written."""
        size, letters = TEXTS[node["group"]]
        font, readable = lettering(size * FINE)
        text = "\n".join(textwrap.wrap(readable(node["label"]), letters, max_lines=3, placeholder="…"))
        x, y = self.at(node["id"])
        radius = node["size"] * self.scale
        above = node["group"] == "domaine"
        anchor, place = ("md", (x, y - radius - 2)) if above else ("ma", (x, y + radius + 4 * FINE))
        box = self.pen.multiline_textbbox(place, text, font, anchor, align="center", stroke_width=2 * FINE)
        if any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in self.taken):
            return
        self.taken.append(box)
        colour = SOOT if above else INK
        self.pen.multiline_text(
            place, text, colour, font, anchor, align="center", stroke_width=2 * FINE, stroke_fill=PAPER
        )
