"""Logos for the demonstration: initials in a shape, in the house's colours."""

import math
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SIDE = 240
# Drawn larger then reduced: Pillow's shapes have no smooth edges of their own.
SCALE = 4

# The house's palette (static/css/tokens.css), with the ink that reads on each.
PAPER, INK = "#f7f2e8", "#1f1b16"
COLOURS = {
    "copper": ("#9a4312", PAPER),
    "flame": ("#f2a03d", INK),
    "ink": (INK, PAPER),
    "soot": ("#4b433a", PAPER),
    "steel": ("#27506b", PAPER),
    "verdigris": ("#2b6b5e", PAPER),
}


def draw_logo(text: str, shape: str, colour: str) -> bytes:
    """A square PNG of SIDE pixels: `text` in a "disc", "square" or "hexagon" of one of COLOURS, on nothing."""
    ground, ink = COLOURS[colour]
    side = SIDE * SCALE
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    draw_shape(pen, shape, side, ground)
    font = fitting_font(text, side * 0.64)
    # Pillow's own font has one weight; a stroke makes it bold.
    bold = font.size / 26
    pen.text((side / 2, side / 2), text, font=font, fill=ink, anchor="mm", stroke_width=bold, stroke_fill=ink)
    rivet(pen, side, shape, ink)
    # Few colours: an indexed PNG of 240 pixels weighs about 3 kB.
    small = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).quantize(64)
    return as_png(small)


def draw_shape(pen: ImageDraw.ImageDraw, shape: str, side: int, ground: str) -> None:
    if shape == "disc":
        pen.ellipse((0, 0, side - 1, side - 1), fill=ground)
    elif shape == "square":
        pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=side // 12, fill=ground)
    elif shape == "hexagon":
        corners = [
            (side / 2 * (1 + math.sin(math.radians(a))), side / 2 * (1 - math.cos(math.radians(a))))
            for a in range(0, 360, 60)
        ]
        pen.polygon(corners, fill=ground)
    else:
        raise ValueError(f"unknown shape: {shape}")


def fitting_font(text: str, width: float) -> ImageFont.FreeTypeFont:
    """Pillow's own font (the same on every machine), as large as `width` pixels allow."""
    size = 100
    return ImageFont.load_default(min(size * width / ImageFont.load_default(size).getlength(text), width * 0.8))


def rivet(pen: ImageDraw.ImageDraw, side: int, shape: str, ink: str) -> None:
    """The dot of the house's cards: in the corner of a square, at the foot of the others."""
    radius = side / 42
    x, y = (side * 0.9, side * 0.1) if shape == "square" else (side / 2, side * 0.88)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


def as_png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
