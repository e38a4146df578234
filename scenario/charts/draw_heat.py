"""Draw a heat map: cells from A's colour through paper to B's, noise hatched, the tipping line thick."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from scenario.charts.canvas import Box, Canvas, line_height, shortened, text_width
from scenario.charts.heat import Floats, Heat, edges, grid
from scenario.charts.labels import Entry, key_height, set_key
from scenario.charts.rows import filled_entry, line_entry, round_ticks, set_caption
from scenario.charts.style import Size, Theme
from scenario.charts.wording import number

MIDDLES = {"light": "#f6f6f6", "dark": "#2a2f34"}
"""Colour of zero by theme."""

WRITTEN = 0.12
"""Smallest share of the cells clearly on a side that has its name written on the map."""


def draw_heat(data: Heat, size: Size, theme: Theme) -> Canvas:
    """Draw the map with its key above and its colour bar below."""
    canvas = Canvas(data, size=size, theme=theme, plot_height=3.4 if size.is_narrow else 4.6)
    entries = _entries(canvas, data)
    set_key(canvas, entries, top=canvas.room.top, points=size.label)
    below_key = (
        canvas.room.top - key_height(canvas, entries, points=size.label) - 0.3 * line_height(size.label)
    )
    bar_height = 3.6 * line_height(size.tick)
    ys = np.unique(data.cells["y"].to_numpy(float))
    ticks = [number(tick) for tick in _ticks(edges(ys), n=6)]
    names = max(text_width(text, size.tick) for text in ticks) + 5 / 72
    box = Box(
        canvas.room.left + names,
        canvas.room.bottom + bar_height + 2.5 * line_height(size.tick),
        canvas.room.right - 0.04 * size.width,
        below_key - 1.3 * line_height(size.tick),
    )
    caption = shortened(data.axes[1], size.tick, box.right - canvas.room.left)[0]
    canvas.text(canvas.room.left, box.top + 0.4 * line_height(size.tick), caption, points=size.tick,
                color=theme.quiet)  # fmt: skip
    mesh = _map(canvas, data, box)
    set_caption(canvas, box, data.axes[0])
    _bar(canvas, data, mesh, box)
    return canvas


def colors(data: Heat, theme: Theme) -> LinearSegmentedColormap:
    """Return the scale of colours: full at both ends, paper-like at zero."""
    is_dark = sum(int(theme.background[i : i + 2], 16) for i in (1, 3, 5)) < 384
    low, high = (theme.series[key] for key in data.colors)
    middle = MIDDLES["dark" if is_dark else "light"]
    return LinearSegmentedColormap.from_list("difference", [low, middle, high], N=255)


def _ticks(ends: Floats, *, n: int) -> list[float]:
    """Return round ticks between the ends of an axis."""
    return round_ticks(float(ends[0]), float(ends[-1]), n=n)


def _map(canvas: Canvas, data: Heat, box: Box) -> QuadMesh:
    """Draw cells, hatches, the tipping line and who wins where."""
    axes, theme, cells = canvas.axes(box), canvas.theme, data.cells
    xs, ys, means = grid(cells)
    limit = float(np.abs(means).max()) or 1.0
    mesh = axes.pcolormesh(edges(xs), edges(ys), means, cmap=colors(data, theme), vmin=-limit, vmax=limit,
                           edgecolors=theme.background, linewidth=0.4, gid="cells")  # fmt: skip
    for row in cells[cells["is_noise"]].to_dict("records"):
        _hatch(axes, theme, edges(xs), edges(ys), i=int(np.searchsorted(xs, row["x"])),
               j=int(np.searchsorted(ys, row["y"])))  # fmt: skip
    for piece in data.lines:
        axes.plot(
            piece[:, 0], piece[:, 1], color=theme.background, linewidth=2.6 * canvas.size.line, zorder=3
        )
        axes.plot(piece[:, 0], piece[:, 1], color=theme.ink, linewidth=1.5 * canvas.size.line, zorder=4,
                  gid="tipping")  # fmt: skip
    for set_ticks, ends, n in ((axes.set_xticks, edges(xs), 4 if canvas.size.is_narrow else 8),
                               (axes.set_yticks, edges(ys), 6)):  # fmt: skip
        ticks = _ticks(ends, n=n)
        set_ticks(ticks, [number(tick) for tick in ticks])
    axes.set_xlim(edges(xs)[0], edges(xs)[-1])
    axes.set_ylim(edges(ys)[0], edges(ys)[-1])
    _names(axes, canvas, data, box)
    return mesh


def _hatch(axes: Axes, theme: Theme, wide: Floats, tall: Floats, *, i: int, j: int) -> None:
    """Hatch one cell."""
    corner, extent = (wide[i], tall[j]), (wide[i + 1] - wide[i], tall[j + 1] - tall[j])
    axes.add_patch(Rectangle(corner, *extent, fill=False, edgecolor=theme.noise, hatch="////",
                             hatch_linewidth=0.7, linewidth=0, zorder=2, gid="noise"))  # fmt: skip


def _names(axes: Axes, canvas: Canvas, data: Heat, box: Box) -> None:
    """Write which side wins at the deepest clear cell of each side that is large enough."""
    xs, ys, means = grid(data.cells)
    noise = data.cells.sort_values(["y", "x"])["is_noise"].to_numpy(bool).reshape(means.shape)
    wide, tall, points = edges(xs), edges(ys), canvas.size.label
    across, up = (xs - wide[0]) / (wide[-1] - wide[0]), (ys - tall[0]) / (tall[-1] - tall[0])
    for sign, text in zip((-1, 1), data.sides, strict=True):
        is_side = (np.sign(means) == sign) & ~noise
        if is_side.mean() < WRITTEN:
            continue
        half = 0.6 * text_width(text, points, bold=True) / box.width
        j, i = _deepest(is_side, across, up)
        x = min(max(across[i], half), 1 - half)
        y = min(max(up[j], 0.06), 0.94)
        axes.text(x, y, text, transform=axes.transAxes, fontsize=points, fontweight="bold", ha="center",
                  va="center", color=canvas.theme.ink, zorder=6,
                  bbox={"facecolor": canvas.theme.background, "alpha": 0.85, "linewidth": 0,
                        "boxstyle": "round,pad=0.25"})  # fmt: skip


def _deepest(
    is_side: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], across: Floats, up: Floats
) -> tuple[int, int]:
    """Return the cell of a side that lies farthest from the other side and from the edge of the map."""
    others = np.argwhere(~is_side)
    best, place = -1.0, (0, 0)
    for j, i in np.argwhere(is_side):
        away = [min(across[i], 1 - across[i], up[j], 1 - up[j]) + 0.1]
        away += [float(np.hypot(across[i] - across[k], up[j] - up[m])) for m, k in others]
        if min(away) > best:
            best, place = min(away), (int(j), int(i))
    return place


def _bar(canvas: Canvas, data: Heat, mesh: QuadMesh, box: Box) -> None:
    """Draw the colour bar with its unit and what its two ends mean."""
    size, theme = canvas.size, canvas.theme
    line = line_height(size.tick)
    place = Box(box.left, canvas.room.bottom + 1.5 * line, box.right, canvas.room.bottom + 2.1 * line)
    axes = canvas.axes(place)
    limit = float(mesh.get_clim()[1])
    axes.pcolormesh(np.linspace(-limit, limit, 256), [0, 1], np.linspace(-limit, limit, 255)[None, :],
                    cmap=mesh.get_cmap(), vmin=-limit, vmax=limit, gid="bar")  # fmt: skip
    axes.set_yticks([])
    ticks = [t for t in _ticks(np.array([-limit, limit]), n=4 if size.is_narrow else 7) if abs(t) <= limit]
    axes.set_xticks(ticks, [number(tick, sign=True) for tick in ticks])
    y = place.top + 0.3 * line
    low, high = f"← {data.sides[0]}", f"{data.sides[1]} →"
    canvas.text(place.left, y, low, points=size.tick, bold=True)
    canvas.text(place.right, y, high, points=size.tick, bold=True, ha="right")
    room = place.width - 2 * (max(text_width(t, size.tick, bold=True) for t in (low, high)) + size.tick / 72)
    unit = shortened(f"B − A, {data.unit}", size.tick, max(room, 0.4))[0]
    canvas.text((place.left + place.right) / 2, y, unit, points=size.tick, color=theme.quiet, ha="center")


def _entries(canvas: Canvas, data: Heat) -> list[Entry]:
    """Return the key: who A and B are, the tipping line, the hatch."""
    theme, points = canvas.theme, canvas.size.label
    width = (canvas.room.width - 4.2 * points / 72) / 1.02
    entries = [
        filled_entry(canvas, shortened(f"{key}: {title}", points, width)[0], color=theme.series[key])
        for key, title in data.context.names.items()
    ]
    if data.lines:
        entries.append(line_entry(canvas, "tipping line", color=theme.ink, linewidth=1.5 * canvas.size.line))
    if data.cells["is_noise"].any():
        entries.append(_hatch_entry(canvas))
    return entries


def _hatch_entry(canvas: Canvas) -> Entry:
    """Return the key entry of the hatch."""
    unit = canvas.size.label / 72

    def sample(x: float, y: float) -> None:
        canvas.swatch(Box(x, y - 0.35 * unit, x + 2 * unit, y + 0.35 * unit), color=canvas.theme.noise,
                      hatch="//////")  # fmt: skip

    return Entry(sample, "within noise", 2.6)
