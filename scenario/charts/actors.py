"""Figures 3 and 5 before drawing: rows of quantile bars. Who acts when; the flow against its twins.

The quantiles come from `analysis.timing.who_acts` and `analysis.flows.flow_against_twins`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenario.analysis.paired import Paired
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import number, of_hundred, others

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = ("q5", "q25", "q50", "q75", "q95")
WORLDS = {"fact": "as declared", "words": "words only", "silent": "silent"}
"""World of a twin -> how the figure calls it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Bars(FigureData):
    """Rows of bars: median mark, 50 % and 90 % bands, one bar per variant (A to D).

    Parameters
    ----------
    groups
        Row labels in order, as in column `label` of the table.
    limit
        Right end of the axis; a missing quantile lies beyond it.
    axis
        Caption of the axis.
    has_dates
        Whether the axis is days from as_of (with dates under it).
    """

    groups: tuple[str, ...]
    limit: float
    axis: str
    has_dates: bool


def actors_figure(
    tables: Mapping[str, pd.DataFrame],
    context: Context,
    *,
    event: str = "first linked measure adopted",
    name: str = "actors",
) -> Bars:
    """Describe who acts when: sender x time, A on top.

    Parameters
    ----------
    tables
        "A" (and "B" to "D") -> table of `who_acts`: label, q5..q95 (NaN = never reached), never.
    context
        Where the numbers come from.
    event
        What is timed, in words.
    name
        File name.
    """
    table = _gathered(tables, context)[["variant", "name", "label", *QUANTILES, "never"]]
    title = _actors_title(table, context, event)
    return Bars(
        name=name,
        title=title,
        measure=f"Time to {event}, by sender",
        unit="days",
        note=(
            "Mark: median; thick bar: 25–75 %; thin line: 5–95 %; runs in which it never comes are counted. "
            f"Arrow: beyond {context.days}; no mark: median never reached."
        ),
        alt=f"Range chart, one row per sender. {title}. {_actors_sentence(table, context)}",
        table=table,
        context=context,
        groups=tuple(dict.fromkeys(table["label"])),
        limit=context.horizon_days,
        axis="days",
        has_dates=True,
    )


def flow_figure(
    tables: Mapping[str, pd.DataFrame],
    context: Context,
    *,
    unit: str,
    paired: Mapping[str, Paired] | None = None,
    name: str = "flow",
) -> Bars:
    """Describe the net flow in fact, with words only and in silence.

    Parameters
    ----------
    tables
        "A" (and "B" to "D") -> table of `flow_against_twins`: world, mean, q5..q95.
    context
        Where the numbers come from.
    unit
        Unit of the flow.
    paired
        Variant -> paired difference, in fact minus silent twin; where it is noise the title says so.
    name
        File name.
    """
    table = _gathered(tables, context)
    table["label"] = table["world"].map(WORLDS)
    table = table[["variant", "name", "label", *QUANTILES, "mean"]]
    title = _flow_title(table, context, unit, paired or {})
    return Bars(
        name=name,
        title=title,
        measure="Net flow by the horizon: shipped plus replaced by alternative suppliers",
        unit=unit,
        note=(
            "Filled mark: median; open ring: mean; thick bar: 50 % of runs; thin line: 90 %. "
            "Words only: no measures; silent: no warnings and no attributions either; equal luck. "
            "A difference inside the model, not a measured effect."
        ),
        alt=f"Range chart. {title}. {_flow_sentence(table)}",
        table=table,
        context=context,
        groups=tuple(dict.fromkeys(table["label"])),
        limit=float(table[[*QUANTILES, "mean"]].max().max()) or 1.0,
        axis=unit,
        has_dates=False,
    )


def _gathered(tables: Mapping[str, pd.DataFrame], context: Context) -> pd.DataFrame:
    """Return the tables of the variants under each other."""
    import pandas as pd

    parts = [tables[key].assign(variant=key, name=title) for key, title in context.names.items()]
    return pd.concat(parts, ignore_index=True)


def _actors_title(table: pd.DataFrame, context: Context, event: str) -> str:
    """Say who is first, and when under each variant."""
    medians = {key: table[table["variant"] == key].set_index("label")["q50"] for key in context.names}
    head, last = event[:1].upper() + event[1:], "B" if "B" in medians else "A"
    if medians[last].isna().all():
        return (
            f"{head}: no sender acts in half of the runs within {context.days} under “{context.names[last]}”"
        )
    first = str(medians[last].idxmin())
    reached = {key: _day(float(medians[key][first])) for key in context.names}
    days = [f"{reached[key]} under “{context.names[key]}”" for key in ("B", "A") if key in reached]
    return f"{head}: {first} leads, in half of the runs by {', '.join(days)}{others(reached)}"


def _actors_sentence(table: pd.DataFrame, context: Context) -> str:
    """List medians and never-shares."""
    rows = [
        f"{row['label']} {row['variant']}: median {_day(row['q50'])}, never {of_hundred(row['never'])} of 100"
        for row in table.to_dict("records")
    ]
    return f"Within {context.days}: {'; '.join(rows)}."


def _day(value: float) -> str:
    """Return a day, or that it is never reached."""
    return "no day" if value != value else f"day {number(value)}"


def _flow_title(table: pd.DataFrame, context: Context, unit: str, paired: Mapping[str, Paired]) -> str:
    """Say what words and measures together change in the mean."""
    told, nothing = {}, "not distinguishable"
    for key in context.names:
        means = table[table["variant"] == key].set_index("label")["mean"]
        change = float(means["as declared"] - means["silent"])
        is_noise = number(change) == "0" or (key in paired and paired[key].noise)
        told[key] = nothing if is_noise else f"{number(change, sign=True)} {unit}"
    if len(told) > 1 and set(told.values()) == {nothing}:
        return f"Mean net flow: {nothing} from silence under {'either' if len(told) == 2 else 'any'} variant"
    parts = [f"“{context.names[key]}” {told[key]}" for key in ("A", "B") if key in told]
    return f"Mean net flow against silence: {', '.join(parts)}{others(told)}"


def _flow_sentence(table: pd.DataFrame) -> str:
    """List medians, bands and means."""
    rows = [
        f"{row['variant']} {row['label']}: median {number(row['q50'])}, "
        f"90 % band {number(row['q5'])} to {number(row['q95'])}, mean {number(row['mean'])}"
        for row in table.to_dict("records")
    ]
    return f"{'; '.join(rows)}."
