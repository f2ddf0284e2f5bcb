"""Charts as shapes on a plane: plain Python, drawn as SVG by templates/agenda/_chart.html.

Units are those of the drawing's own plane, whole numbers; a drawing is as wide as a phone, so that what is written in
it can be read there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

WIDTH = 360
LINE = 22
MARGIN = 4
# Longer names are cut in a drawing; the table has them whole.
LONGEST_NAME = 32
# Room for the last date under a chart, and for half a figure over a bar.
TICK, FIGURE = 36, 20
LEVELS = 5
# Fewer dates than this under a chart are all written.
MOST_TICKS = 8


@dataclass(frozen=True)
class Bar:
    """A rectangle; `kind` is its class, chart__<kind>."""

    x: int
    y: int
    width: int
    height: int
    kind: str


@dataclass(frozen=True)
class Label:
    """Words at the foot of their line; `anchor` is start, middle or end."""

    x: int
    y: int
    text: str
    anchor: str = "start"
    kind: str = "label"


@dataclass
class Chart:
    """`key` makes its identifiers; `title` says what it is, `description` what one sees there."""

    key: str
    title: str
    description: str
    height: int = 0
    width: int = WIDTH
    bars: list[Bar] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    # Horizontal ones: (y, from x, to x).
    rules: list[tuple[int, int, int]] = field(default_factory=list)


def bars(chart: Chart, rows: list[tuple[str, float | None, str]], *, most: float) -> Chart:
    """Lying bars, one a row: (name, value from 0 to `most` or None, the value in words). The name is above its bar."""
    y = MARGIN
    for name, value, words in rows:
        chart.labels.append(Label(0, y + LINE - 7, short(name)))
        chart.labels.append(Label(WIDTH, y + LINE - 7, words, "end", "figure"))
        chart.bars.append(Bar(0, y + LINE, WIDTH, 10, "ground"))
        if value and most:
            chart.bars.append(Bar(0, y + LINE, max(round(WIDTH * min(value / most, 1)), 2), 10, "bar"))
        y += 2 * LINE
    chart.height = y
    return chart


def columns(
    chart: Chart, rows: list[tuple[str, list[float], str]], ticks: list[str], *, say: Callable[[float], str]
) -> Chart:
    """Standing bars, a strip a row, all on one scale: (name, a value a tick, the total in words).

    The highest bar of each strip has its figure; ticks are written under the last strip.
    """
    tall, step = 46, max(WIDTH // max(len(ticks), 1), 1)
    wide = max(step - 2, 1)
    most = max((value for _name, values, _words in rows for value in values), default=0)
    y = MARGIN
    for name, values, words in rows:
        chart.labels += [Label(0, y + LINE - 7, short(name)), Label(WIDTH, y + LINE - 7, words, "end", "figure")]
        # Room for the figure over the highest bar.
        floor = y + LINE + 14 + tall
        chart.rules.append((floor, 0, WIDTH))
        for at, value in enumerate(values):
            if value:
                height = max(round(tall * value / most), 1)
                chart.bars.append(Bar(at * step, floor - height, wide, height, "bar"))
        if top := max(values, default=0):
            at = values.index(top)
            x = min(max(at * step + wide // 2, FIGURE), WIDTH - FIGURE)
            chart.labels.append(Label(x, floor - round(tall * top / most) - 4, say(top), "middle", "figure"))
        y = floor + 8
    chart.labels += tick_labels(ticks, step, y + 10)
    chart.height = y + 18
    return chart


def tick_labels(ticks: list[str], step: int, y: int) -> list[Label]:
    """Under their columns, as many as can be read: the first, then every so many."""
    every = -(-len(ticks) // MOST_TICKS) or 1
    return [
        Label(min(at * step, WIDTH - TICK), y, tick, kind="tick") for at, tick in enumerate(ticks) if at % every == 0
    ]


def heat(
    chart: Chart,
    columns_names: list[str],
    rows: list[tuple[str, list[float]]],
    *,
    say: Callable[[float], str],
) -> Chart:
    """A square a row and a column, darker as its value grows, the value written in it; nothing where it is zero."""
    side, tall, left = (WIDTH - 44) // max(len(columns_names), 1), 26, 44
    most = max((value for _name, values in rows for value in values), default=0)
    for at, name in enumerate(columns_names):
        chart.labels.append(Label(left + at * side + side // 2, LINE - 6, name, "middle"))
    for line, (name, values) in enumerate(rows):
        y = LINE + line * tall
        chart.labels.append(Label(left - 8, y + 18, name, "end", "tick"))
        for at, value in enumerate(values):
            x, level = left + at * side, level_of(value, most)
            chart.bars.append(Bar(x, y, side - 2, tall - 2, f"cell-{level}"))
            if value:
                chart.labels.append(Label(x + side // 2 - 1, y + 17, say(value), "middle", f"figure-{level}"))
    chart.height = LINE + len(rows) * tall
    return chart


def level_of(value: float, most: float) -> int:
    """0 for nothing, then 1 to LEVELS in equal steps up to `most`."""
    return 0 if not value or not most else min(int(value / most * LEVELS) + 1, LEVELS)


def short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
