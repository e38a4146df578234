"""The numbers behind the pictures of the Why page, as texts for a table. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scenario.charts.crossing import Crossing
from scenario.charts.data import FigureData
from scenario.charts.heat import Heat
from scenario.charts.indices import Indices
from scenario.charts.policies import Policies, worst_text
from scenario.charts.shares import Shares, percent
from scenario.charts.tornado import Tornado, range_text
from scenario.charts.wording import number, of_hundred
from scenario.ui.cards import table_html


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of texts.

    Parameters
    ----------
    head, rows
        Titles of the columns; cells.
    quiet
        Per row whether it is noise.
    """

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    quiet: Sequence[bool] = field(default=())

    @property
    def html(self) -> str:
        """Return the table as HTML."""
        return table_html(self.head, self.rows, quiet=self.quiet)


def table_of(data: FigureData) -> Table:
    """Return the numbers of a figure as texts.

    Parameters
    ----------
    data
        A tornado, map, crossing, shares, indices or policies.
    """
    match data:
        case Tornado():
            return _tornado(data)
        case Heat():
            return _heat(data)
        case Crossing():
            return _crossing(data)
        case Shares():
            return _shares(data)
        case Policies():
            return _policies(data)
        case Indices():
            return _indices(data)
    raise TypeError(f"a figure of the Why page must be one of its kinds (got {type(data).__name__})")


def _with_interval(value: float, lower: float, upper: float, *, sign: bool = False) -> str:
    """Return a value with its interval."""
    return f"{number(value, sign=sign)} ({number(lower, sign=sign)} to {number(upper, sign=sign)})"


def _noise(is_noise: bool) -> str:
    """Say whether a row is noise."""
    return "noise" if is_noise else "told"


def _tornado(data: Tornado) -> Table:
    """Return one row per number: input range and the outcome at both ends."""
    rows = data.table.to_dict("records")
    return Table(
        head=("Number", "Range", f"At the low end, {data.unit}", f"At the high end, {data.unit}", "Told?"),
        rows=[
            (
                row["factor"],
                range_text(row),
                *(
                    _with_interval(row[end], row[f"{end}_lower"], row[f"{end}_upper"], sign=data.has_sign)
                    for end in ("at_low", "at_high")
                ),
                _noise(row["is_noise"]),
            )
            for row in rows
        ],
        quiet=[bool(row["is_noise"]) for row in rows],
    )


def _heat(data: Heat) -> Table:
    """Return one row per cell."""
    rows = data.cells.to_dict("records")
    return Table(
        head=(*data.axes, f"B − A, {data.unit}", "Told?"),
        rows=[
            (number(row["x"]), number(row["y"]), number(row["mean"], sign=True), _noise(row["is_noise"]))
            for row in rows
        ],
        quiet=[bool(row["is_noise"]) for row in rows],
    )


def _crossing(data: Crossing) -> Table:
    """Return one row per value, and one per crossing."""
    rows = data.points.to_dict("records")
    cells = [
        (
            number(row["value"]),
            _with_interval(row["difference"], row["lower"], row["upper"], sign=True),
            _noise(row["told"] == 0),
        )
        for row in rows
    ]
    turns = [(place.text, "0, turns here", "told") for place in data.places]
    return Table(
        head=(data.factor, f"B − A, {data.unit}", "Told?"),
        rows=[*cells, *turns],
        quiet=[*(row["told"] == 0 for row in rows), *(False for _ in turns)],
    )


def _shares(data: Shares) -> Table:
    """Return one row per outcome and source."""
    return Table(
        head=("Outcome", "Source", "Share", "95 % interval"),
        rows=[
            (
                row["outcome"],
                row["source"],
                f"{percent(row['share'])} %",
                f"{percent(row['lower'])} to {percent(row['upper'])} %",
            )
            for row in data.table.to_dict("records")
        ],
    )


def _policies(data: Policies) -> Table:
    """Return one row per policy."""
    rows = data.table.to_dict("records")
    return Table(
        head=(
            "Policy",
            f"Mean regret, {data.unit}",
            "Regret in the worst world",
            "Good enough, of 100 worlds",
            "Told from the least?",
        ),
        rows=[
            (
                row["policy"],
                _with_interval(row["mean_regret"], row["lower"], row["upper"]),
                worst_text(row),
                f"{of_hundred(row['satisficing'])} ({of_hundred(row['satisficing_lower'])} to "
                f"{of_hundred(row['satisficing_upper'])})",
                _noise(row["is_noise"]),
            )
            for row in rows
        ],
        quiet=[bool(row["is_noise"]) for row in rows],
    )


def _indices(data: Indices) -> Table:
    """Return one row per item."""
    rows = data.table.to_dict("records")
    return Table(
        head=("Item", f"Estimate, {data.unit}", "Told?"),
        rows=[
            (
                row["item"],
                _with_interval(row["value"], row["lower"], row["upper"]),
                _noise(row["is_noise"]),
            )
            for row in rows
        ],
        quiet=[bool(row["is_noise"]) for row in rows],
    )
