"""Draw half-width against the number of runs, the wanted width as a line, the runs needed printed."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, NullLocator

from scenario.charts.canvas import Box, Canvas, line_height, text_width
from scenario.charts.halfwidth import HalfWidth
from scenario.charts.labels import Entry, key_height, set_key
from scenario.charts.rows import line_entry, round_ticks, set_caption
from scenario.charts.style import DASHES, Size, Theme
from scenario.charts.wording import number


def draw_halfwidth(data: HalfWidth, size: Size, theme: Theme) -> Canvas:
    """Draw the path: measured solid with dots, projected dashed with rings."""
    canvas = Canvas(data, size=size, theme=theme, plot_height=2.6 if size.is_narrow else 3.0)
    entries = _entries(canvas, data)
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    top = canvas.room.top - key_height(canvas, entries, points=size.label) - 2.6 * line_height(size.label)
    highest = max(data.table["half_width"].max(), data.wanted)
    ticks = round_ticks(0, 1.12 * highest, n=5)
    names = max(text_width(number(tick), size.tick) for tick in ticks) + 5 / 72
    box = Box(canvas.room.left + names, canvas.room.bottom, canvas.room.right, top).inset(
        right=0.04 * size.width, bottom=2.5 * line_height(size.tick)
    )
    axes = canvas.axes(box)
    _scales(canvas, axes, data, ticks)
    canvas.text(
        canvas.room.left, top + 1.75 * line_height(size.label), f"± {data.unit}", color=theme.quiet,
        points=size.tick,
    )  # fmt: skip
    set_caption(canvas, box, "number of runs, scale of factors of ten")
    _paths(axes, canvas, data)
    _wanted(axes, canvas, data, box)
    return canvas


def _scales(canvas: Canvas, axes: Axes, data: HalfWidth, ticks: list[float]) -> None:
    """Set a logarithmic scale of runs and a plain one of half-widths."""
    n = [*data.table["n"], *([data.n_needed] if data.n_needed else [])]
    air = 1.25 if max(n) > 2 * min(n) else 3.0
    low, high = min(n) / air, max(n) * air
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_xticks(*_decades(canvas.size, low, high))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(0, 1.12 * max(data.table["half_width"].max(), data.wanted))
    axes.set_yticks(ticks, [number(tick) for tick in ticks])
    axes.grid(color=canvas.theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)


def _decades(size: Size, low: float, high: float) -> tuple[list[float], list[str]]:
    """Return ticks at powers of ten, more between them where there are few, as many as have room."""
    steps = (1,) if math.log10(high / low) > 2.4 else (1, 3) if math.log10(high / low) > 1.2 else (1, 2, 5)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [float(step * 10**power) for power in powers for step in steps]
    kept = [tick for tick in ticks if low <= tick <= high]
    room = 0.85 * size.width / (text_width(f"{high:,.0f}", size.tick) + size.tick / 72)
    kept = kept[:: max(1, math.ceil(len(kept) / room))]
    return kept, [f"{tick:,.0f}" for tick in kept]


def _paths(axes: Axes, canvas: Canvas, data: HalfWidth) -> None:
    """Draw the measured path and, from its end, the projected one."""
    size, theme, table = canvas.size, canvas.theme, data.table
    measured, projected = table[~table["is_projected"]], table[table["is_projected"]]
    color, area = theme.series["A"], 0.6 * size.label
    axes.plot(measured["n"], measured["half_width"], color=color, linewidth=size.line, marker="o",
              markersize=area, markeredgecolor=theme.background, zorder=3, gid="measured")  # fmt: skip
    if len(projected) == 0:
        return
    joined = [measured.iloc[-1:], projected]
    axes.plot([n for t in joined for n in t["n"]], [h for t in joined for h in t["half_width"]], color=color,
              linewidth=0.7 * size.line, linestyle=DASHES["B"], zorder=2)  # fmt: skip
    axes.plot(projected["n"], projected["half_width"], color=color, linestyle="none", marker="o",
              markersize=area, markerfacecolor=theme.background, zorder=3, gid="projected")  # fmt: skip


def _wanted(axes: Axes, canvas: Canvas, data: HalfWidth, box: Box) -> None:
    """Draw the wanted half-width and, where it is reached, the runs needed."""
    size, theme = canvas.size, canvas.theme
    axes.axhline(data.wanted, color=theme.series["B"], linewidth=0.8 * size.line, zorder=1.5, gid="wanted")
    if not data.n_needed:
        return
    axes.plot([data.n_needed, data.n_needed], [0, axes.get_ylim()[1]], color=theme.series["B"], clip_on=False,
              linewidth=0.9, linestyle=":", zorder=1.5, gid="needed")  # fmt: skip
    low, high = (math.log10(v) for v in axes.get_xlim())
    text = f"{data.n_needed:,} runs needed"
    half = 0.52 * text_width(text, size.label, bold=True)
    x = box.left + (math.log10(data.n_needed) - low) / (high - low) * box.width
    x = min(max(x, canvas.room.left + half), canvas.room.right - half)
    y = box.top + 0.4 * line_height(size.label)
    canvas.text(x, y, text, color=theme.series["B"], bold=True, ha="center")


def _entries(canvas: Canvas, data: HalfWidth) -> list[Entry]:
    """Return the key."""
    theme, line = canvas.theme, canvas.size.line
    entries = [line_entry(canvas, "half-width", color=theme.series["A"], marker="o")]
    if data.table["is_projected"].any():
        entries.append(
            line_entry(
                canvas, "projected", color=theme.series["A"], linestyle=DASHES["B"], linewidth=0.7 * line
            )
        )
    wanted = f"wanted ±{number(data.wanted)}"
    return [*entries, line_entry(canvas, wanted, color=theme.series["B"], linewidth=0.8 * line)]
