"""Draw what a run costs: one row per variant on a log scale, a bar from the reference to it, so a ratio is a length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.measure import Timing
from benchmarks.report import MICRO, Measured
from scenario.charts.canvas import Box, Canvas, line_height, text_width, wrapped
from scenario.charts.export import FORMATS
from scenario.charts.style import RC, SIZES, THEMES
from scenario.charts.wording import number

TODAY = ("plain-simpy", "workbench")
"""Variants that stand for what a user would do without this project."""

SIZE, THEME = SIZES["report"], THEMES["light"]
ROW = 0.34
"""Inches per row."""

HEAD = "speed, reference = 1"
"""What stands over the ratios."""

NAMES = {
    "python": "Python",
    "numpy": "NumPy",
    "numba": "Numba",
    "simpy": "SimPy",
    "ema_workbench": "EMA Workbench",
}


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of the figure, as `Canvas` asks for them."""

    title: str
    subtitles: tuple[str, str]
    note: str
    source: str

    @property
    def subtitle(self) -> str:
        """Return both parts of the subtitle."""
        return " ".join(self.subtitles)


def pictures(measured: Measured) -> dict[str, bytes]:
    """Return the figure as files: name -> bytes, PNG at 300 dpi and SVG with live text."""
    with matplotlib.rc_context(dict(RC)):
        figure = draw(measured)
        return {f"engines.{form}": _bytes(figure, form, measured) for form in ("png", "svg")}


def _bytes(figure: Figure, form: str, measured: Measured) -> bytes:
    """Write a figure without date or program in its metadata."""
    buffer = BytesIO()
    words = {"Title": words_of(measured).title, "Description": alt(measured)}
    figure.savefig(
        buffer, format=form, dpi=300, metadata=dict(FORMATS[form]) | words, facecolor=THEME.background
    )
    return buffer.getvalue()


# ---- words -------------------------------------------------------------------------------------------


def words_of(measured: Measured) -> Words:
    """Return title, subtitle, note and source."""
    machine, clock = measured.machine, _clock_words(measured)
    missing = "; ".join(variant.title for variant in measured.missing)
    note = (
        "Dot: median; thick line: quartiles over the repeats. Bar: from the reference, so its length is the ratio. "
        f"Every variant does the same runs, {measured.n_events:,.0f} events each in the reference."
    )
    packages = ", ".join(f"{name} {machine[key]}" for key, name in NAMES.items() if key in machine)
    return Words(
        title=finding(measured),
        subtitles=(
            f"Time per run of the base case, microseconds, log scale; {clock}.",
            f"{machine['processor']}, {machine['cores']} cores, {_day(machine['date'])}, "
            f"medians of {measured.n_repeats} interleaved repeats.",
        ),
        note=f"{note} Not measured here: {missing}." if missing else note,
        source=f"{packages}; commit {machine['commit']}.",
    )


def _clock_words(measured: Measured) -> str:
    """Say which clock was used for what."""
    has_walls = any(timing.variant.clock == "wall" for timing in measured.timings)
    return "CPU time on one core" + (", threads by the wall clock" if has_walls else "")


def _day(date: str) -> str:
    """Return an ISO date as the charts write it."""
    import datetime

    from scenario.charts.wording import date_text

    return date_text(datetime.date.fromisoformat(date), 0)


def finding(measured: Measured) -> str:
    """Return the title: what the compiled engine brings, or until it is there what the reference costs."""
    if measured.has("compiled"):
        compiled = measured.timing("compiled")
        fast, text = measured.speed(compiled), "The compiled engine runs {} times as fast as the reference"
        if not measured.has("plain-simpy"):
            return text.format(number(round(fast)))
        ratio = measured.timing("plain-simpy").median / compiled.median
        return f"{text.format(number(round(fast)))} and {number(round(ratio))} times as fast as plain SimPy"
    if not measured.has("plain-simpy"):
        return f"A run of the reference takes {milliseconds(measured.reference.median)}"
    speed = measured.speed(measured.timing("plain-simpy"))
    return f"Plain SimPy runs {number(_two(speed))} times as fast as the reference, which keeps a log and shares luck"


def milliseconds(seconds: float) -> str:
    """Return a time in words, milliseconds.

    >>> milliseconds(0.00631)
    '6.3 ms'
    """
    return f"{number(_two(1000 * seconds))} ms"


def _two(value: float) -> float:
    """Return a number with two significant digits."""
    return float(f"{value:.2g}")


def micro(seconds: float) -> str:
    """Return microseconds in words.

    >>> micro(0.0063149), micro(0.0000291)
    ('6,310 µs', '29.1 µs')
    """
    return f"{number(float(f'{MICRO * seconds:.3g}'))} µs"


def alt(measured: Measured) -> str:
    """Return the numbers for someone who cannot see the figure."""
    return ". ".join(
        f"{t.variant.title}: {micro(t.median)} per run, {number(_two(measured.speed(t)))} times the reference's speed"
        for t in ordered(measured)
    )


def ordered(measured: Measured) -> list[Timing]:
    """Return the variants from the slowest to the fastest."""
    return sorted(measured.timings, key=lambda timing: -timing.median)


# ---- drawing -----------------------------------------------------------------------------------------


def draw(measured: Measured) -> Figure:
    """Draw the figure."""
    rows = ordered(measured)
    canvas = Canvas(words_of(measured), size=SIZE, theme=THEME, plot_height=0.75 + ROW * len(rows))  # type: ignore[arg-type]
    names = _names_width(canvas, rows)
    _key(canvas)
    box = canvas.room.inset(
        left=names,
        right=_margin_width(measured),
        top=1.5 * line_height(SIZE.label),
        bottom=2.6 * line_height(SIZE.tick),
    )
    axes = canvas.axes(box)
    _scale(axes, canvas, box, rows)
    _reference_line(axes, measured)
    for i, timing in enumerate(rows):
        _row_name(canvas, box, i, timing, width=names)
        _mark(axes, measured, i, timing)
        _margin(canvas, measured, box, i, timing)
    return canvas.figure


def colour(timing: Timing) -> str:
    """Return the colour of a variant: ours, or as a user does it today."""
    return THEME.series["B" if timing.variant.name in TODAY else "A"]


def marker(timing: Timing) -> str:
    """Return the mark of a variant: a circle for ours, a diamond for today's."""
    return "D" if timing.variant.name in TODAY else "o"


def _key(canvas: Canvas) -> None:
    """Set the key, two marks and their words, and the head of the ratios."""
    x, y = canvas.room.left, canvas.room.top - 0.98 * SIZE.label / 72
    for series, mark, text in (("A", "o", "this project"), ("B", "D", "as one would do it today")):
        middle = y + 0.36 * SIZE.label / 72
        canvas.sample(x + 0.06, middle, 0.0, color=THEME.series[series], marker=mark, markersize=5)
        canvas.text(x + 0.18, y, text, color=THEME.series[series])
        x += 0.18 + text_width(text, SIZE.label) + 0.25
    canvas.text(canvas.room.right, y, HEAD, color=THEME.quiet, ha="right")


def _names_width(canvas: Canvas, rows: Sequence[Timing]) -> float:
    """Return the room of the row names in inches: the widest one, at most 30 % of the sheet."""
    widest = max(text_width(timing.variant.title, SIZE.label, bold=True) for timing in rows)
    return min(widest, 0.3 * canvas.size.width) + 0.14


def _margin_width(measured: Measured) -> float:
    """Return the room of the ratios on the right in inches."""
    texts = (_speed(measured, timing) for timing in measured.timings)
    return max(text_width(text, SIZE.label, bold=True) for text in texts) + 0.2


def _speed(measured: Measured, timing: Timing) -> str:
    """Return how many times as fast as the reference a variant is, in words."""
    value = measured.speed(timing)
    return (
        "1"
        if timing is measured.reference
        else number(round(value) if value >= 20 else float(f"{value:.2g}"))
    )


def _scale(axes: Axes, canvas: Canvas, box: Box, rows: Sequence[Timing]) -> None:
    """Set a log scale with room for the words beside the marks, and faint lines."""
    values = [MICRO * s for timing in rows for s in (timing.median, *timing.quartiles)]
    low, high = math.log10(min(values)), math.log10(max(values))
    room = text_width("10,000 µs", SIZE.label) + 0.2
    per_decade = (box.width - 2 * room) / max(high - low, 0.3)
    axes.set_xscale("log")
    axes.set_xlim(10 ** (low - room / per_decade), 10 ** (high + room / per_decade))
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([])
    ticks = _ticks(*axes.get_xlim(), n=int(box.width / 0.75))
    axes.set_xticks(ticks, [number(tick) for tick in ticks])
    axes.minorticks_off()
    axes.grid(axis="x", color=THEME.faint, linewidth=0.7)
    axes.set_axisbelow(True)
    y = box.bottom - 2.3 * line_height(SIZE.tick)
    canvas.text(box.left, y, "microseconds per run, log scale", points=SIZE.tick, color=THEME.quiet)


def _ticks(low: float, high: float, *, n: int) -> list[float]:
    """Return round numbers between two ends: as many in each decade as fit into n."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in (range(1, 10), (1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        ticks = [float(step * 10.0**k) for k in decades for step in steps if low <= step * 10.0**k <= high]
        if len(ticks) <= n:
            return ticks
    return ticks


def _reference_line(axes: Axes, measured: Measured) -> None:
    """Draw where the reference lies, through all rows."""
    axes.axvline(
        MICRO * measured.reference.median, color=THEME.rule, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1
    )


def _mark(axes: Axes, measured: Measured, i: int, timing: Timing) -> None:
    """Draw one row: the bar from the reference, the quartiles, the median, and its number."""
    own, base = MICRO * timing.median, MICRO * measured.reference.median
    low, high = (MICRO * q for q in timing.quartiles)
    y, color = i + 0.5, colour(timing)
    axes.plot([own, base], [y, y], color=color, linewidth=6.5, alpha=0.22, solid_capstyle="butt", zorder=2)
    axes.plot([low, high], [y, y], color=color, linewidth=2.2, solid_capstyle="butt", zorder=3)
    axes.plot([own], [y], marker=marker(timing), markersize=5.5, color=color, zorder=4)
    is_left = own <= base
    axes.annotate(
        micro(timing.median), (low if is_left else high, y), xytext=(-7 if is_left else 7, 0),
        textcoords="offset points", ha="right" if is_left else "left", va="center_baseline",
        fontsize=SIZE.label, color=THEME.ink, bbox={"fc": THEME.background, "ec": "none", "pad": 1.0},
    )  # fmt: skip


def _row_name(canvas: Canvas, box: Box, i: int, timing: Timing, *, width: float) -> None:
    """Set a row's name, on two lines where it is long."""
    lines = wrapped(timing.variant.title, SIZE.label, width - 0.1, bold=True)
    top = _middle(canvas, box, i) + 0.5 * len(lines) * line_height(SIZE.label)
    canvas.lines(canvas.room.left, top, lines, points=SIZE.label, bold=True)


def _margin(canvas: Canvas, measured: Measured, box: Box, i: int, timing: Timing) -> None:
    """Set the ratio to the reference at the right."""
    y = _middle(canvas, box, i) - 0.36 * SIZE.label / 72
    canvas.text(canvas.room.right, y, _speed(measured, timing), bold=True, ha="right", color=colour(timing))


def _middle(canvas: Canvas, box: Box, i: int) -> float:
    """Return the height of a row's middle in inches."""
    n = round(abs(canvas.figure.axes[0].get_ylim()[0]))
    return box.top - (i + 0.5) * box.height / n
