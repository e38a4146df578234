"""Labels that do not overlap: blocks of text beside a plot, keys in rows, axes of days and dates."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matplotlib.axes import Axes

from scenario.charts.canvas import Canvas, line_height, shortened, text_width, wrapped
from scenario.charts.style import DASHES, MARKERS
from scenario.charts.wording import MONTHS, of_hundred

Sample = Callable[[float, float], None]
"""Draws a sample at x (left end) and y (middle), inches."""


class Entry(NamedTuple):
    """One entry of a key: what draws its sample, its name, the room of the sample in type sizes."""

    sample: Sample
    text: str
    room: float

    def width(self, points: float) -> float:
        """Return the room of the whole entry in inches, gap included."""
        return (self.room + 1.3) * points / 72 + text_width(self.text, points) * 1.02


@dataclass(frozen=True, kw_only=True)
class Block:
    """A label of several lines that wants to stand at a height.

    Parameters
    ----------
    anchor
        Wanted height of the middle of the first line, inches.
    head
        Bold lines.
    body
        Plain lines.
    color
        Colour of the head.
    """

    anchor: float
    head: tuple[str, ...]
    body: tuple[str, ...] = ()
    color: str

    def height(self, points: float) -> float:
        """Return the height in inches, with a little air."""
        return (len(self.head) + len(self.body) + 0.3) * line_height(points)


def block(
    canvas: Canvas,
    head: str,
    body: Sequence[str],
    *,
    anchor: float,
    width: float,
    color: str,
    n_lines: int = 2,
) -> Block:
    """Wrap a label to a width in inches; a head longer than `n_lines` is shortened."""
    points = canvas.size.label
    body_lines = [line for text in body for line in wrapped(text, points, width)]
    return Block(
        anchor=anchor,
        head=tuple(shortened(head, points, width, n_lines=n_lines, bold=True)),
        body=tuple(body_lines),
        color=color,
    )


def spread(wanted: Sequence[float], heights: Sequence[float], *, low: float, high: float) -> list[float]:
    """Return tops of blocks, in the given order, that do not overlap and stay near where they want to be.

    Parameters
    ----------
    wanted
        Wanted tops.
    heights
        Heights, same length.
    low, high
        Bounds; where the blocks do not fit between them they leave through `low`, never overlap.

    >>> spread([3.0, 2.9], [1.0, 1.0], low=0.0, high=4.0)
    [3.0, 2.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: (-wanted[i], i))
    tops, ceiling = [0.0] * len(wanted), high
    for i in order:
        tops[i] = min(wanted[i], ceiling)
        ceiling = tops[i] - heights[i]
    floor = low
    for i in reversed(order):
        tops[i] = max(tops[i], floor + heights[i])
        floor = tops[i]
    over = max(0.0, max((tops[i] for i in order), default=0.0) - high)
    return [top - over for top in tops]


def set_blocks(
    canvas: Canvas, blocks: Sequence[Block], *, x: float, low: float, high: float, points: float = 0
) -> None:
    """Set blocks at x inches so that they do not overlap, between two heights."""
    points = points or canvas.size.label
    half = line_height(points) / 2
    tops = spread([b.anchor + half for b in blocks], [b.height(points) for b in blocks], low=low, high=high)
    for item, top in zip(blocks, tops, strict=True):
        below = canvas.lines(x, top, item.head, points=points, color=item.color, bold=True)
        canvas.lines(x, below, item.body, points=points)


def key_rows(canvas: Canvas, entries: Sequence[Entry], *, points: float) -> list[list[int]]:
    """Return which entries stand in which row of a key as wide as the sheet."""
    rows, used, width = [list[int]()], 0.0, canvas.room.width
    for i, entry in enumerate(entries):
        need = entry.width(points)
        if rows[-1] and used + need > width:
            rows.append([])
            used = 0.0
        rows[-1].append(i)
        used += need
    return rows


def key_height(canvas: Canvas, entries: Sequence[Entry], *, points: float) -> float:
    """Return the height of a key in inches."""
    return len(key_rows(canvas, entries, points=points)) * line_height(points) * 1.1


def set_key(canvas: Canvas, entries: Sequence[Entry], *, top: float, points: float) -> None:
    """Set a key downward from `top`: samples with names, in rows."""
    for row in key_rows(canvas, entries, points=points):
        x, middle = canvas.room.left, top - line_height(points) / 2
        for i in row:
            entries[i].sample(x, middle)
            canvas.text(
                x + entries[i].room * points / 72,
                middle,
                entries[i].text,
                points=points,
                va="center_baseline",
            )
            x += entries[i].width(points)
        top -= line_height(points) * 1.1


def variant_entries(canvas: Canvas, names: Mapping[str, str], *, has_marker: bool = False) -> list[Entry]:
    """Return key entries that show how the variants look."""
    points = canvas.size.label
    width = (canvas.room.width - (3.5 + 1.3) * points / 72) / 1.02
    texts = {key: shortened(f"{key}: {title}", points, width)[0] for key, title in names.items()}
    return [
        Entry(_variant_sampler(canvas, key, has_marker=has_marker), text, 3.5) for key, text in texts.items()
    ]


def _variant_sampler(canvas: Canvas, key: str, *, has_marker: bool) -> Sample:
    """Return what draws a variant's line, with its marker in the middle where it has one."""
    size, color = canvas.size, canvas.theme.series[key]
    length = 3 * size.label / 72

    def sample(x: float, y: float) -> None:
        canvas.sample(
            x, y, length, color=color, linestyle=DASHES[key], linewidth=size.line, dash_capstyle="butt"
        )
        if has_marker:
            canvas.sample(
                x + length / 2, y, 0, linestyle="none", marker=MARKERS[key], markersize=0.72 * size.label,
                markerfacecolor=color, markeredgecolor=canvas.theme.background,
            )  # fmt: skip

    return sample


def day_ticks(limit: float, *, n: int) -> list[float]:
    """Return ticks from 0 to the horizon in steps people count in, the horizon itself included.

    >>> day_ticks(365, n=5)
    [0.0, 90.0, 180.0, 270.0, 365.0]
    """
    steps = (1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 1825, 3650)
    step = next((s for s in steps if limit / s <= n), steps[-1])
    inner = [float(k * step) for k in range(int(limit // step) + 1) if k * step < limit - 0.4 * step]
    return [*inner, float(limit)]


def set_day_axis(axes: Axes, limit: float, *, n: int) -> None:
    """Give axes a horizontal scale of days."""
    ticks = day_ticks(limit, n=n)
    axes.set_xlim(0, limit)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])


def set_share_axis(axes: Axes, canvas: Canvas, *, ticks: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)) -> None:
    """Give axes a vertical scale of runs of 100, with faint lines."""
    axes.set_ylim(0, 1)
    axes.set_yticks(list(ticks), [of_hundred(tick) for tick in ticks])
    axes.grid(axis="y", color=canvas.theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)


def month_ticks(as_of: datetime.date, limit: float, *, every: int) -> list[tuple[float, str]]:
    """Return first days of months as (days from as_of, label), the year under the first of each."""
    ticks, year, month, shown = list[tuple[float, str]](), as_of.year, as_of.month, 0
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        day = (datetime.date(year, month, 1) - as_of).days
        if day >= limit:
            return ticks
        if (month - 1) % every == 0:
            label = MONTHS[month - 1] + (f"\n{year}" if year != shown else "")
            ticks.append((float(day), label))
            shown = year
