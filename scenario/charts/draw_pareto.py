"""Draw policies over two objectives: the front coloured and joined, names that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from scenario.charts.canvas import Box, Canvas, line_height, shortened, text_width
from scenario.charts.labels import Entry, key_height, set_key
from scenario.charts.policies import Pareto
from scenario.charts.rows import line_entry, padded, round_ticks, set_caption, set_number_axis
from scenario.charts.style import MARKERS, Size, Theme
from scenario.charts.wording import number

AROUND = (
    (1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8),
)  # fmt: skip
"""Directions in which a name looks for room."""

RINGS = (0.9, 1.8, 2.8, 4.0, 5.5, 7.5)
"""Distances at which it looks, in type sizes; beyond the second a thin line leads back to the point."""


def draw_pareto(data: Pareto, size: Size, theme: Theme) -> Canvas:
    """Draw the points with crosses for their simulation error; dominated ones grey."""
    canvas = Canvas(data, size=size, theme=theme, plot_height=3.2 if size.is_narrow else 4.0)
    entries = _entries(canvas)
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    top = canvas.room.top - key_height(canvas, entries, points=size.label) - 1.7 * line_height(size.tick)
    low, high = padded(data.table[["y", "y_lower", "y_upper"]].to_numpy().ravel().tolist(), share=0.08)
    ticks = round_ticks(low, high, n=5)
    names = max(text_width(number(tick), size.tick) for tick in ticks) + 5 / 72
    box = Box(canvas.room.left + names, canvas.room.bottom, canvas.room.right, top).inset(
        right=0.04 * size.width, bottom=2.5 * line_height(size.tick)
    )
    axes = canvas.axes(box)
    limits = padded(data.table[["x", "x_lower", "x_upper"]].to_numpy().ravel().tolist(), share=0.08)
    set_number_axis(canvas, axes, box, limits=limits, caption=_axis_text(data, 0))
    set_caption(canvas, Box(canvas.room.left, top, box.right, top), _axis_text(data, 1), below=-0.5)
    axes.set_ylim(low, high)
    axes.set_yticks(ticks, [number(tick) for tick in ticks])
    axes.grid(color=theme.faint, linewidth=0.7)
    _points(axes, canvas, data)
    _names(axes, canvas, data, box)
    return canvas


def _axis_text(data: Pareto, i: int) -> str:
    """Return the caption of an axis with an arrow towards the better side."""
    arrow = ("→", "↑")[i] if data.better[i] == "higher" else ("←", "↓")[i]
    return f"{data.axes[i]} (better {arrow})"


def _points(axes: Axes, canvas: Canvas, data: Pareto) -> None:
    """Draw points, crosses and the line through the front."""
    theme, size = canvas.theme, canvas.size
    front = data.table[~data.table["is_dominated"]].sort_values("x")
    axes.plot(
        front["x"], front["y"], color=theme.series["A"], linewidth=0.5 * size.line, zorder=1, gid="front"
    )
    for row in data.table.to_dict("records"):
        color = theme.noise if row["is_dominated"] else theme.series["A"]
        axes.plot([row["x_lower"], row["x_upper"]], [row["y"]] * 2, color=color, linewidth=0.8, zorder=2)
        axes.plot([row["x"]] * 2, [row["y_lower"], row["y_upper"]], color=color, linewidth=0.8, zorder=2)
        axes.scatter([row["x"]], [row["y"]], s=(0.72 * size.label) ** 2, facecolor=color, zorder=3,
                     marker=MARKERS["B" if row["is_dominated"] else "A"], edgecolor=theme.background,
                     linewidth=0.5, gid="dominated" if row["is_dominated"] else "kept")  # fmt: skip


def _names(axes: Axes, canvas: Canvas, data: Pareto, box: Box) -> None:
    """Set the names, the front first, each at the nearest free place."""
    points, theme = canvas.size.label, canvas.theme
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    rows = data.table.to_dict("records")

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = (x - left) / (right - left), (y - bottom) / (top - bottom)
        return box.left + across * box.width, box.bottom + up * box.height

    spots = [place(row["x"], row["y"]) for row in rows]
    half = 0.5 * points / 72
    taken = [Box(x - half, y - half, x + half, y + half) for x, y in spots]
    lines = [Box(*place(row["x_lower"], row["y"]), *place(row["x_upper"], row["y"])) for row in rows]
    lines += [Box(*place(row["x"], row["y_lower"]), *place(row["x"], row["y_upper"])) for row in rows]
    front = sorted(spot for spot, row in zip(spots, rows, strict=True) if not row["is_dominated"])
    lines += [piece for pair in pairwise(front) for piece in _along(*pair)]
    for (x, y), row in zip(spots, rows, strict=True):
        name = shortened(str(row["policy"]), points, 0.55 * canvas.size.width)[0]
        found = free_place(x, y, name, points, taken=[*taken, *lines], within=box)
        if found is None and not row["is_dominated"]:
            found = _anywhere(x, y, name, points, taken=taken, lines=lines, within=box)
        if found is not None:
            taken.append(found)
            _name(canvas, (x, y), name, found, color=_ink(theme, row))


def _anywhere(
    x: float, y: float, name: str, points: float, *, taken: list[Box], lines: list[Box], within: Box
) -> Box | None:
    """Return the free place nearest to a point anywhere in the plot, over a line where there is no other."""
    found = _by_scan(x, y, name, points, taken=[*taken, *lines], within=within)
    return found or _by_scan(x, y, name, points, taken=taken, within=within)


def _along(start: tuple[float, float], end: tuple[float, float]) -> list[Box]:
    """Return small boxes along a line, so that names keep off it."""
    n = max(1, math.ceil(math.dist(start, end) / 0.04))
    spots = [
        (start[0] + (end[0] - start[0]) * k / n, start[1] + (end[1] - start[1]) * k / n) for k in range(n + 1)
    ]
    return [Box(x - 0.015, y - 0.015, x + 0.015, y + 0.015) for x, y in spots]


def _ink(theme: Theme, row: Mapping[Any, Any]) -> str:
    """Return the colour of a name."""
    return theme.quiet if row["is_dominated"] else theme.ink


def _name(canvas: Canvas, spot: tuple[float, float], name: str, place: Box, *, color: str) -> None:
    """Set one name, with a thin line to its point where it stands away from it."""
    x = min(max(spot[0], place.left), place.right)
    y = min(max(spot[1], place.bottom), place.top)
    if math.dist((x, y), spot) > 1.6 * canvas.size.label / 72:
        _leader(canvas, spot, (x, y))
    base = place.bottom + 0.25 * canvas.size.label / 72
    canvas.text(place.left, base, name, color=color, bold=color == canvas.theme.ink)


def _leader(canvas: Canvas, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a thin line from a point to its name."""
    xs, ys = ([p[i] / full for p in (start, end)] for i, full in ((0, canvas.size.width), (1, canvas.height)))
    canvas.figure.add_artist(Line2D(xs, ys, color=canvas.theme.rule, linewidth=0.6))


def free_place(x: float, y: float, name: str, points: float, *, taken: list[Box], within: Box) -> Box | None:
    """Return the nearest free place for a name round a point, in inches; None where there is none.

    Parameters
    ----------
    x, y
        The point.
    name, points
        The line and its type size (set bold).
    taken
        Places that other names and points have.
    within
        The plot.
    """
    for ring in RINGS:
        for across, up in AROUND:
            place = _box_at(
                x + across * ring * points / 72, y + up * ring * points / 72, name, points, across, up
            )
            if _is_free(place, taken, within):
                return place
    return None


def _by_scan(x: float, y: float, name: str, points: float, *, taken: list[Box], within: Box) -> Box | None:
    """Return the free place nearest to a point anywhere in the plot."""
    n_across, n_up = 24, int(within.height / line_height(points))
    places = [
        _box_at(within.left + within.width * i / n_across, within.bottom + line_height(points) * (j + 0.5),
                name, points, 1, 0)
        for i in range(n_across) for j in range(n_up)
    ]  # fmt: skip
    free = [place for place in places if _is_free(place, taken, within)]
    return min(
        free,
        key=lambda p: ((p.left + p.right) / 2 - x) ** 2 + ((p.bottom + p.top) / 2 - y) ** 2,
        default=None,
    )


def _box_at(x: float, y: float, name: str, points: float, across: float, up: float) -> Box:
    """Return the place of a name that begins, ends or is centred at x, and stands above, on or below y."""
    width, height = 1.03 * text_width(name, points, bold=True), 1.05 * line_height(points)
    left = x - width * (0.5 - 0.5 * (across > 0) + 0.5 * (across < 0))
    bottom = y - height * (0.5 - 0.5 * (up > 0) + 0.5 * (up < 0))
    return Box(left, bottom, left + width, bottom + height)


def _is_free(place: Box, taken: list[Box], within: Box) -> bool:
    """Say whether a place lies in the plot and touches nothing."""
    is_inside = (
        place.left >= within.left
        and place.right <= within.right
        and place.bottom >= within.bottom
        and place.top <= within.top
    )
    return is_inside and not any(
        place.left < other.right
        and other.left < place.right
        and place.bottom < other.top
        and other.bottom < place.top
        for other in taken
    )


def _entries(canvas: Canvas) -> list[Entry]:
    """Return the key."""
    theme = canvas.theme
    return [
        line_entry(canvas, "not dominated", color=theme.series["A"], marker=MARKERS["A"],
                   linewidth=0.5 * canvas.size.line),
        line_entry(canvas, "dominated", color=theme.noise, marker=MARKERS["B"], linewidth=0.8),
    ]  # fmt: skip
