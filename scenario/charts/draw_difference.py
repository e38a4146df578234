"""Draw figure 2: the paired difference as stacked dots round a zero line."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from scenario.charts.canvas import Box, Canvas, line_height, wrapped
from scenario.charts.difference import Difference, words
from scenario.charts.style import Size, Theme
from scenario.charts.wording import number


def draw_difference(data: Difference, size: Size, theme: Theme) -> Canvas:
    """Draw the dots; below them the mean with its simulation error; grey where it is noise."""
    canvas = Canvas(data, size=size, theme=theme, plot_height=2.3 if size.is_narrow else 2.6)
    below = _sentences(canvas, data)
    box = Box(canvas.room.left, canvas.room.bottom, canvas.room.right, below).inset(
        left=0.06 * size.width,
        right=0.06 * size.width,
        top=1.4 * line_height(size.label),
        bottom=1.6 * line_height(size.tick),
    )
    axes = canvas.axes(box)
    per_unit = _scale(axes, data, box, size)
    _dots(axes, canvas, data)
    _zero(canvas, data, box, per_unit)
    _mean(axes, canvas, data)
    return canvas


def _sentences(canvas: Canvas, data: Difference) -> float:
    """Set how many runs differ and the mean; return the height below them."""
    size, theme = canvas.size, canvas.theme
    top = canvas.lines(
        canvas.room.left, canvas.room.top, wrapped(data.counts, size.label, canvas.room.width, bold=True),
        points=size.label, bold=True,
    )  # fmt: skip
    top = canvas.lines(
        canvas.room.left, top, wrapped(data.mean_text, size.label, canvas.room.width), points=size.label
    )
    if not data.is_noise or data.table["difference"].eq(0).all():
        return top
    tag = f"not distinguishable at n = {data.n:,}"
    return canvas.lines(canvas.room.left, top, [tag], points=size.label, bold=True, color=theme.quiet)


def _limits(data: Difference, size: Size) -> tuple[float, float]:
    """Return the ends of the axis: all dots, the interval, and room for words on both sides of zero."""
    if data.kind == "probability":
        return -1.3, 1.3
    marks = [0.0, *data.table["drawn_at"], *(v for v in data.interval if v == v)]
    span = max(max(marks) - min(marks), data.step)
    least = (0.45 if size.is_narrow else 0.22) * span
    return min(min(marks) - 2 * data.step, -least), max(max(marks) + 2 * data.step, least)


def _scale(axes: Axes, data: Difference, box: Box, size: Size) -> float:
    """Set both scales so that stacked dots touch; return inches per unit of the horizontal one."""
    low, high = _limits(data, size)
    axes.set_xlim(low, high)
    axes.set_xticks(*_ticks(data, low, high, n=4 if size.is_narrow else 7))
    per_unit = box.width / (high - low)
    tallest = int(data.table["height"].max())
    diameter = min(per_unit * data.step, box.height / (tallest + 1.4), 0.05 * box.width)
    axes.set_ylim(-1.2, box.height / diameter - 1.2)
    axes.set_yticks([])
    axes.spines["bottom"].set_position(("axes", 0))
    return per_unit


def _ticks(data: Difference, low: float, high: float, *, n: int) -> tuple[list[float], list[str]]:
    """Return ticks and what they say; a probability has three places with names, no difference only zero."""
    if data.kind == "probability":
        return [-1.0, 0.0, 1.0], ["only under A", "the same", f"only under {data.other}"]
    if data.table["difference"].eq(0).all() and data.mean == 0:
        return [0.0], ["0"]
    ticks = [
        float(t) for t in MaxNLocator(n, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high
    ]
    return ticks, [number(tick, sign=True) for tick in ticks]


def _diameter(axes: Axes) -> float:
    """Return the diameter of a dot in points: one unit of the vertical scale."""
    low, high = axes.get_ylim()
    return float(axes.get_window_extent().height / (high - low) / axes.figure.dpi * 72)


def _dots(axes: Axes, canvas: Canvas, data: Difference) -> None:
    """Draw the dots: right of zero filled, left of it ringed, on it grey."""
    theme = canvas.theme
    colors = {1: theme.series[data.other], -1: theme.series["A"], 0: theme.noise}
    for side in (-1, 0, 1):
        part = data.table[data.table["drawn_at"].map(_sign) == side]
        color = theme.noise if data.is_noise else colors[side]
        axes.scatter(
            part["drawn_at"], part["height"] - 0.5, s=(0.84 * _diameter(axes)) ** 2,
            facecolor=color if side >= 0 else theme.background, edgecolor=color,
            linewidth=0.12 * _diameter(axes), gid=f"dots{side:+d}", zorder=3,
        )  # fmt: skip


def _sign(value: float) -> int:
    """Return -1, 0 or 1."""
    return (value > 0) - (value < 0)


def _zero(canvas: Canvas, data: Difference, box: Box, per_unit: float) -> None:
    """Draw the zero line and say what its sides mean."""
    low, _ = _limits(data, canvas.size)
    x, size, theme = box.left - low * per_unit, canvas.size, canvas.theme
    top, gap = box.top + 0.9 * line_height(size.label), 0.6 * size.label / 72
    line = canvas.axes(Box(x, box.bottom, x + 1e-3, top))
    line.set_axis_off()
    line.axvline(0, color=theme.rule, linewidth=1.1, clip_on=False)
    line.set_xlim(0, 1)
    line.set_zorder(-1)
    if data.kind == "probability":
        return
    higher, lower, _ = words(data.kind, data.other)
    y = top - 0.75 * line_height(size.label)
    canvas.text(x - gap, y, f"← {lower} in {data.other}", color=theme.quiet, ha="right")
    canvas.text(x + gap, y, f"{higher} in {data.other} →", color=theme.quiet)


def _mean(axes: Axes, canvas: Canvas, data: Difference) -> None:
    """Draw the mean and its interval below the dots."""
    color = canvas.theme.noise if data.is_noise else canvas.theme.ink
    low, high = data.interval
    if low == low and high == high:
        axes.plot(
            [low, high],
            [-0.6, -0.6],
            color=color,
            linewidth=canvas.size.line,
            solid_capstyle="butt",
            zorder=4,
        )
    axes.plot([data.mean], [-0.6], marker="d", markersize=canvas.size.label * 0.75, color=color, zorder=5)
