"""Heat map before drawing: where B beats A over two factors, and the tipping line between them.

The means come from paired runs on a full grid. The tipping line is the zero level of the surface that is
linear between the middles of the cells; beyond the outermost middles it is level.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenario.charts.columns import as_flags, checked, require_one_of
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import number, of_hundred
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

BETTER = ("higher", "lower", "")
"""Which way the outcome is better; "" where neither is."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Heat(FigureData):
    """Cells of a grid and the tipping line through them.

    Parameters
    ----------
    axes
        Caption of the horizontal and of the vertical axis, unit included.
    sides
        What a negative and a positive difference mean, in words.
    colors
        Variant whose colour a negative and a positive difference have.
    """

    axes: tuple[str, str]
    sides: tuple[str, str]
    colors: tuple[str, str]

    @property
    def cells(self) -> pd.DataFrame:
        """Rows of the table that are cells."""
        return self.table[self.table["part"] == "cell"]

    @property
    def lines(self) -> list[Floats]:
        """Pieces of the tipping line, each of shape [points, 2]."""
        rows = self.table[self.table["part"] == "tipping line"]
        return [part[["x", "y"]].to_numpy(float) for _, part in rows.groupby("piece")]


def heat_figure(
    table: pd.DataFrame,
    context: Context,
    *,
    outcome: str,
    unit: str,
    x: str,
    y: str,
    better: str = "",
    name: str = "heat",
) -> Heat:
    """Describe the mean paired difference B - A over two factors.

    Parameters
    ----------
    table
        One row per cell of a full grid of at least 2 x 2: x, y (values of the two factors), mean
        (difference B - A, in `unit`), is_noise.
    context
        Where the numbers come from; n counts the paired runs per cell; two variants.
    outcome, unit
        Meaning in words and unit (a share is given times 100, in "of 100 runs").
    x, y
        Captions of the factors, unit included.
    better
        "higher" or "lower", so that a side can be said to win; "" where neither is better.
    name
        File name.

    Raises
    ------
    DataError
        E630 to E637 for a table or word that breaks this, E640 for a grid with a cell missing or twice,
        E641 for one variant only.
    """
    require_one_of(better, BETTER, what="better")
    if set(context.names) != {"A", "B"}:
        raise DataError(
            Problem(rule="heat map must compare A and B", got=", ".join(context.names), code="E641")
        )
    cells = checked(table, what="heat map", text=("is_noise",), numbers=("x", "y", "mean"))
    cells = cells.assign(is_noise=as_flags(cells["is_noise"], what="heat map table: is_noise"))
    xs, ys, means = grid(cells)
    pieces = tipping_lines(xs, ys, means)
    sides, colors = sides_of(better)
    title = _title(cells, sides, outcome=outcome, about=f"{_bare(x)} and {_bare(y)}")
    return Heat(
        name=name,
        title=title,
        measure=f"Mean paired difference B − A: {outcome}",
        unit=unit,
        note=_note(cells, context.n, has_line=bool(pieces)),
        alt=f"Heat map of {len(xs)} by {len(ys)} cells. {title}. {_sentence(cells, pieces, unit)}",
        table=_long(cells, pieces),
        context=context,
        axes=(x, y),
        sides=sides,
        colors=colors,
    )


def grid(cells: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return the values of x, shape [X], of y, shape [Y], and the means, shape [Y, X].

    Raises
    ------
    DataError
        E640 if a cell is missing or comes twice, or if there are fewer than two values either way.
    """
    counts = cells.groupby(["y", "x"]).size()
    xs, ys = (np.unique(cells[axis].to_numpy(float)) for axis in ("x", "y"))
    if min(len(xs), len(ys)) < 2 or len(cells) != len(xs) * len(ys) or counts.max() > 1:
        rule = "heat map table must hold every pair of at least 2 x and 2 y once"
        got = f"{len(xs)} x, {len(ys)} y, {len(cells)} rows"
        raise DataError(Problem(rule=rule, got=got, code="E640"))
    return xs, ys, cells.sort_values(["y", "x"])["mean"].to_numpy(float).reshape(len(ys), len(xs))


def edges(values: Floats) -> Floats:
    """Return the edges of cells round their values, shape [n + 1]: halfway, and as far beyond the ends.

    >>> edges(np.array([1.0, 2.0, 4.0])).tolist()
    [0.5, 1.5, 3.0, 5.0]
    """
    inner = (values[1:] + values[:-1]) / 2
    return np.concatenate([[2 * values[0] - inner[0]], inner, [2 * values[-1] - inner[-1]]])


def tipping_lines(xs: Floats, ys: Floats, means: Floats) -> list[Floats]:
    """Return the pieces of the zero level, each of shape [points, 2], out to the edges of the grid.

    Parameters
    ----------
    xs, ys
        Shapes [X], [Y], rising.
    means
        Shape [Y, X], finite.
    """
    from contourpy import contour_generator

    if not (means.min() < 0 < means.max()):
        return []
    wide, tall = (np.concatenate([e[:1], v, e[-1:]]) for v, e in ((xs, edges(xs)), (ys, edges(ys))))
    generator = contour_generator(wide, tall, np.pad(means, 1, mode="edge"))
    return [np.asarray(piece, float) for piece in generator.lines(0.0) if len(piece) > 1]


def sides_of(better: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return what a negative and a positive difference mean, and whose colours they have."""
    if better == "lower":
        return ("B wins", "A wins"), ("B", "A")
    return (("A wins", "B wins") if better else ("lower in B", "higher in B")), ("A", "B")


def _long(cells: pd.DataFrame, pieces: list[Floats]) -> pd.DataFrame:
    """Return cells and points of the tipping line under each other."""
    import pandas as pd

    parts = [cells.assign(part="cell", piece=0)]
    parts += [
        pd.DataFrame({"x": p[:, 0], "y": p[:, 1], "mean": 0.0, "is_noise": False}).assign(
            part="tipping line", piece=k
        )
        for k, p in enumerate(pieces, start=1)
    ]
    return pd.concat(parts, ignore_index=True)[["part", "piece", "x", "y", "mean", "is_noise"]]


def _counts(cells: pd.DataFrame) -> tuple[int, int, int]:
    """Return the number of cells clearly below zero, clearly above it, and in the noise."""
    clear, signs = ~cells["is_noise"], np.sign(cells["mean"])
    below, above = int((clear & (signs < 0)).sum()), int((clear & (signs > 0)).sum())
    return below, above, len(cells) - below - above


def _title(cells: pd.DataFrame, sides: tuple[str, str], *, outcome: str, about: str) -> str:
    """Say on how much of the grid which side wins."""
    below, above, unclear = _counts(cells)
    head, n = outcome[:1].upper() + outcome[1:], len(cells)
    if unclear == n:
        return f"{head}: no cell of {n} tells A from B"
    order = sorted(((above, sides[1]), (below, sides[0])), reverse=True)
    (most, first), (least, second) = order
    rest = f"; {unclear} cannot be told" if unclear else ""
    return f"{head}: over {about}, {first} in {most} of {n} cells and {second} in {least}{rest}"


def _bare(caption: str) -> str:
    """Return a caption without its unit."""
    return caption.split(",")[0].split(" (")[0]


def _note(cells: pd.DataFrame, n: int, *, has_line: bool) -> str:
    """Say how to read the map."""
    share = of_hundred(float(cells["is_noise"].mean()))
    line = (
        "Thick line: where the mean difference is zero, linear between the middles of the cells."
        if has_line
        else "The mean difference is zero nowhere inside the map: no tipping line."
    )
    return (
        f"Each cell: mean over {n:,} pairs of runs with equal luck. {line} Hatched: cannot be told from no "
        f"difference at 95 % ({share} of 100 cells); there the line may lie elsewhere."
    )


def _sentence(cells: pd.DataFrame, pieces: list[Floats], unit: str) -> str:
    """Say the extremes and where the line runs."""
    rows: list[Mapping[Any, Any]] = [
        cells.iloc[int(place)].to_dict()
        for place in (cells["mean"].to_numpy().argmin(), cells["mean"].to_numpy().argmax())
    ]  # fmt: skip
    ends = [
        f"{number(row['mean'], sign=True)} {unit} at ({number(row['x'])}, {number(row['y'])})" for row in rows
    ]
    text = f"Lowest {ends[0]}; highest {ends[1]}."
    if not pieces:
        return text
    longest = max(pieces, key=_length)
    first, last = (f"({number(p[0])}, {number(p[1])})" for p in (longest[0], longest[-1]))
    return f"{text} The tipping line runs from {first} to {last}."


def _length(piece: Floats) -> float:
    """Return the length of a piece of the line."""
    return math.fsum(np.hypot(*np.diff(piece, axis=0).T).tolist())
