"""Draw figures 3 and 5: rows of median marks with 50 % and 90 % bars, A on top in every row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from scenario.charts.actors import Bars
from scenario.charts.canvas import Box, Canvas, line_height, text_width, wrapped
from scenario.charts.labels import Entry, day_ticks, key_height, key_rows, set_key, variant_entries
from scenario.charts.style import DASHES, MARKERS, Size, Theme
from scenario.charts.wording import date_text, number, of_hundred

BAND = 0.84
"""Share of a row that its bars take together."""


def draw_bars(data: Bars, size: Size, theme: Theme) -> Canvas:
    """Draw the rows, their names on the left and never-shares or medians on the right."""
    per_row = (0.12 + 0.155 * len(data.context.names)) * size.label / 7.5
    more_keys = max(len(data.context.names) - 2, 0) * 1.1 * line_height(size.label)
    canvas = Canvas(data, size=size, theme=theme, plot_height=0.75 + more_keys + per_row * len(data.groups))
    entries = variant_entries(canvas, data.context.names, has_marker=True)
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    top = canvas.room.top - _head_height(canvas, data, entries)
    names = _names_width(canvas, data)
    box = Box(canvas.room.left + names, canvas.room.bottom, canvas.room.right, top).inset(
        bottom=2.4 * line_height(size.tick), right=_margin_width(canvas, data)
    )
    axes = canvas.axes(box)
    _scale(axes, canvas, data, box)
    for i, group in enumerate(data.groups):
        _row_name(canvas, data, box, i, group, width=names)
    for row in data.table.to_dict("records"):
        _bar(axes, canvas, data, row)
        _margin(canvas, data, box, row)
    _margin_head(canvas, data, box)
    return canvas


def _head_height(canvas: Canvas, data: Bars, entries: list[Entry]) -> float:
    """Return the height of key and head of the margin: one line for both where they fit side by side."""
    points = canvas.size.label
    last = sum(entries[i].width(points) for i in key_rows(canvas, entries, points=points)[-1])
    fits = last + text_width(_margin_head_text(data), points) < canvas.room.width
    return key_height(canvas, entries, points=points) + (0.25 if fits else 1.3) * line_height(points)


def _names_width(canvas: Canvas, data: Bars) -> float:
    """Return the room of the row names: the widest one, at most 28 % of the sheet."""
    widest = max(text_width(group, canvas.size.label, bold=True) for group in data.groups)
    return min(widest, 0.28 * canvas.size.width) + 0.8 * canvas.size.label / 72


def _margin_texts(data: Bars) -> list[str]:
    """Return what stands right of each bar."""
    if data.has_dates:
        return [_percent(share) for share in data.table["never"]]
    return [number(value) for value in data.table["q50"]]


def _percent(share: float) -> str:
    """Return a share as a percentage, honest at both ends."""
    return f"{of_hundred(share).replace('under ', '<').replace('over ', '>')} %"


def _margin_head_text(data: Bars) -> str:
    """Return the head of the right margin."""
    return "never" if data.has_dates else "median"


def _margin_width(canvas: Canvas, data: Bars) -> float:
    """Return the room of the right margin in inches."""
    gap = 1.6 * canvas.size.label / 72
    if _is_flat(canvas, data):
        return len(data.context.names) * _beside(canvas, data) + gap
    texts = [*_margin_texts(data), _margin_head_text(data)]
    return max(text_width(text, canvas.size.label, bold=True) for text in texts) + gap


def _is_flat(canvas: Canvas, data: Bars) -> bool:
    """Return whether the numbers of a row stand side by side: a slide is no taller for more bars."""
    return canvas.size.height > 0 and len(data.context.names) > 2


def _beside(canvas: Canvas, data: Bars) -> float:
    """Return the room of one of several numbers side by side, in inches."""
    return max(text_width(text, canvas.size.tick, bold=True) for text in _margin_texts(data)) + 0.08


def _scale(axes: Axes, canvas: Canvas, data: Bars, box: Box) -> None:
    """Set both scales, faint vertical lines, captions."""
    size = canvas.size
    limit = data.limit if data.has_dates else data.limit * 1.02
    axes.set_xlim(0, limit)
    axes.set_ylim(len(data.groups), 0)
    axes.set_yticks([])
    if data.has_dates:
        ticks = day_ticks(limit, n=3 if size.is_narrow else 6)
        axes.set_xticks(ticks, [f"{'day ' if t == 0 else ''}{t:g}\n{_month(data, t)}" for t in ticks])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4 if size.is_narrow else 7, steps=[1, 2, 2.5, 5, 10]))
        ticks = [tick for tick in axes.get_xticks() if 0 <= tick <= limit]
        axes.set_xticks(ticks, [number(tick) for tick in ticks])
    axes.grid(axis="x", color=canvas.theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)
    if not data.has_dates:
        y = box.bottom - 2.15 * line_height(size.tick)
        canvas.text(box.left, y, data.unit, points=size.tick, color=canvas.theme.quiet)


def _month(data: Bars, day: float) -> str:
    """Return the month of a day ("Sep 2024")."""
    _, month, year = date_text(data.context.as_of, day).split(" ")
    return f"{month} {year}"


def _middle(data: Bars, group: str, variant: str) -> float:
    """Return where a bar lies on the vertical scale: A on top within its row."""
    n, k = len(data.context.names), list(data.context.names).index(variant)
    return data.groups.index(group) + 0.5 + (k - (n - 1) / 2) * _apart(data)


def _apart(data: Bars) -> float:
    """Return the distance of two bars within a row, as a share of the row."""
    return BAND / max(len(data.context.names), 2)


def _row_name(canvas: Canvas, data: Bars, box: Box, i: int, group: str, *, width: float) -> None:
    """Set a row's name and the faint line above it."""
    row, points = box.height / len(data.groups), canvas.size.label
    lines = wrapped(group, points, width - 0.5 * points / 72, bold=True)
    middle = box.top - (i + 0.5) * row
    canvas.lines(
        canvas.room.left, middle + len(lines) * line_height(points) / 2, lines, points=points, bold=True
    )
    canvas.rule(canvas.room.left, canvas.room.right, box.top - i * row)


def _bar(axes: Axes, canvas: Canvas, data: Bars, values: Mapping[Any, Any]) -> None:
    """Draw one bar: thin 5 to 95, thick 25 to 75, median mark, mean ring."""
    key, width = values["variant"], canvas.size.line
    y, color = _middle(data, values["label"], key), canvas.theme.series[key]
    thin = {"color": color, "linewidth": 0.7 * width, "linestyle": DASHES[key]}
    _span(axes, data, (values["q5"], values["q25"]), y, **thin)
    _span(axes, data, (values["q75"], values["q95"]), y, **thin)
    row = axes.bbox.height / axes.figure.dpi * 72 / len(data.groups)
    thick = min(3 * width, 0.62 * _apart(data) * row)
    _span(axes, data, (values["q25"], values["q75"]), y, color=color, linewidth=thick, alpha=0.5)
    if not math.isnan(values["q50"]):
        _mark(
            axes,
            canvas,
            values["q50"],
            y,
            marker=MARKERS[key],
            facecolor=color,
            edgecolor=canvas.theme.background,
        )
    if "mean" in values:
        _mark(axes, canvas, values["mean"], y, marker="o", facecolor="none", edgecolor=canvas.theme.ink)


def _mark(
    axes: Axes, canvas: Canvas, x: float, y: float, *, marker: str, facecolor: str, edgecolor: str
) -> None:
    """Draw one mark."""
    area = (0.72 * canvas.size.label) ** 2 * (0.8 if marker == "D" else 1)
    axes.scatter([x], [y], s=area, marker=marker, facecolor=facecolor, edgecolor=edgecolor,
                 linewidth=0.4 * canvas.size.line, zorder=4, clip_on=False)  # fmt: skip


def _span(axes: Axes, data: Bars, ends: tuple[float, float], y: float, **line: Any) -> None:
    """Draw a line between two quantiles; an arrow at the edge where the upper one is never reached."""
    low, high = ends
    if math.isnan(low):
        return
    is_open = math.isnan(high)
    right = data.limit if is_open else high
    axes.plot([low, right], [y, y], solid_capstyle="butt", dash_capstyle="butt", zorder=2, **line)
    if is_open:
        axes.plot([right], [y], marker=">", markersize=4.2, color=line["color"], clip_on=False, zorder=3)


def _margin(canvas: Canvas, data: Bars, box: Box, values: Mapping[Any, Any]) -> None:
    """Set the number right of a bar, in the variant's colour."""
    row = box.height / len(data.groups)
    y, right = box.top - _middle(data, values["label"], values["variant"]) * row, canvas.room.right
    points = min(canvas.size.label, 0.95 * _apart(data) * row * 72)
    text = _percent(values["never"]) if data.has_dates else number(values["q50"])
    color = canvas.theme.series[values["variant"]]
    if _is_flat(canvas, data):
        letters = list(data.context.names)
        y, points = box.top - (data.groups.index(values["label"]) + 0.5) * row, canvas.size.tick
        right -= (len(letters) - 1 - letters.index(values["variant"])) * _beside(canvas, data)
    canvas.text(right, y, text, color=color, bold=True, ha="right", va="center_baseline", points=points)


def _margin_head(canvas: Canvas, data: Bars, box: Box) -> None:
    """Set the head of the right margin."""
    y = box.top + 0.4 * line_height(canvas.size.label)
    canvas.text(canvas.room.right, y, _margin_head_text(data), color=canvas.theme.quiet, ha="right")
