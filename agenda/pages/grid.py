"""Where things stand in a grid of hours. Plain Python: a Span is minutes since midnight on the house's clock, end
excluded, from 0 to 1440."""

import datetime

from agenda.times import local

DAY = 24 * 60
# Minutes in a row of the grid; static/css/components/calendar_rows.css has a class for each row of a day.
ROW = 15

Span = tuple[int, int]


def span_on(day: datetime.date, starts_at: datetime.datetime, ends_at: datetime.datetime) -> Span:
    """What of the two instants falls on that day, (0, 0) when nothing does."""
    start, end = local(starts_at), local(ends_at)
    first = 0 if start.date() < day else start.hour * 60 + start.minute
    last = DAY if end.date() > day else end.hour * 60 + end.minute
    if start.date() > day or end.date() < day:
        return (0, 0)
    # The hour that comes twice in October may end before it began.
    return (first, max(first, last))


def minutes_of(time: datetime.time) -> int:
    return time.hour * 60 + time.minute


def closing_minutes(time: datetime.time) -> int:
    """Closing at 00:00 is midnight's end of the day."""
    return minutes_of(time) or DAY


def time_of(minutes: int) -> str:
    """10:00, as addresses and forms say it; the end of the day is 00:00 of the next."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def merged(spans: list[Span]) -> list[Span]:
    """The same time in as few spans as it takes, in order."""
    kept: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], end))
        else:
            kept.append((start, end))
    return kept


def without(spans: list[Span], taken: list[Span]) -> list[Span]:
    """`spans` less the time of `taken`, in order."""
    left = []
    for start, end in merged(spans):
        for busy_from, busy_to in merged(taken):
            if busy_to <= start or busy_from >= end:
                continue
            if busy_from > start:
                left.append((start, busy_from))
            start = max(start, busy_to)
        if start < end:
            left.append((start, end))
    return left


def by_hour(spans: list[Span]) -> list[Span]:
    """`spans` cut at each full hour."""
    cut = []
    for start, end in spans:
        while start < end:
            stop = min(end, (start // 60 + 1) * 60)
            cut.append((start, stop))
            start = stop
    return cut


def hours_shown(opened: list[Span], held: list[Span], *, default: Span = (8 * 60, 20 * 60)) -> tuple[int, int]:
    """(first, last) hours of a grid: what is open, and each start and end that falls within a day."""
    edges = [edge for span in opened for edge in span] or list(default)
    first, last = min(edges) // 60, -(-max(edges) // 60)
    for start, end in held:
        if start > 0 or end == DAY:
            first, last = min(first, start // 60) if start else first, max(last, start // 60 + 1)
        if end < DAY:
            first, last = min(first, (end - 1) // 60), max(last, -(-end // 60))
    return first, last


def rows(span: Span, first_hour: int, last_hour: int) -> tuple[int, int]:
    """(from, to) rows of a span in a grid that begins at `first_hour`; a short one has a row all the same."""
    start, end = (round((minute - first_hour * 60) / ROW) for minute in span)
    most = (last_hour - first_hour) * 60 // ROW
    start = min(max(start, 0), most - 1)
    return start, min(max(end, start + 1), most)


def in_lanes(spans: list[Span]) -> list[tuple[int, int]]:
    """(lane, lanes) of each of `spans`, in their order: those that overlap stand side by side.

    First fit: a span takes the first lane that is free, and shares the width with all that it meets, one by another.
    """
    placed: list[tuple[int, int]] = [(0, 1)] * len(spans)
    cluster: list[int] = []
    ends: list[int] = []

    def close():
        for index in cluster:
            placed[index] = (placed[index][0], len(ends))

    for index in sorted(range(len(spans)), key=lambda index: spans[index]):
        start, end = spans[index]
        if ends and start >= max(ends):
            close()
            cluster, ends = [], []
        lane = next((lane for lane, until in enumerate(ends) if until <= start), len(ends))
        ends[lane : lane + 1] = [end]
        placed[index] = (lane, 0)
        cluster.append(index)
    close()
    return placed
