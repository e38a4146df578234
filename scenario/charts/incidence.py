"""Figure 1 before drawing: how many runs have come to an event, by day, for A to D, and per sender.

The curves come from `analysis.incidence.cumulative_incidence`; nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenario.analysis.paired import Paired
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import joined, of_hundred, others

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False)
class Incidence(FigureData):
    """Curves of A to D in one panel.

    Parameters
    ----------
    cause
        The main cause; the others are drawn thin.
    is_noise
        Whether the runs cannot tell A from B.
    """

    cause: str
    is_noise: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class SenderIncidence(FigureData):
    """Curves of A to D, one panel per sender.

    Parameters
    ----------
    panels
        Titles in order, as in column `sender` of the table.
    """

    panels: tuple[str, ...]


def incidence_figure(
    curves: Mapping[str, pd.DataFrame],
    context: Context,
    *,
    cause: str = "attributed",
    event: str = "official attribution",
    paired: Paired | None = None,
    name: str = "incidence",
) -> Incidence:
    """Describe the cumulative incidence of an event with its competitors.

    Parameters
    ----------
    curves
        "A" (and "B" to "D") -> table of `cumulative_incidence`: cause, time, share, lower, upper. Pass a
        competing cause only where the main one never comes in the run, or the shares will not be
        those of the event itself.
    context
        Where the numbers come from.
    cause
        The cause in the foreground.
    event
        What it is, in words, as it stands inside a sentence.
    paired
        Paired difference B - A of "came within the horizon"; where it is noise the title says so.
    name
        File name.
    """
    import pandas as pd

    parts = [_part(curves[key], variant=key, label=context.names[key]) for key in context.names]
    shares = {key: last_share(curves[key], cause) for key in context.names}
    is_noise = paired is not None and paired.noise
    pair = [key for key in context.names if key in ("A", "B")]
    drawn = [curves[key].loc[curves[key]["cause"] == cause, "share"].to_numpy() for key in pair]
    is_same = all(np.array_equal(drawn[0], other) for other in drawn[1:])
    title = _title(shares, context, event=event, paired=paired, is_same=is_same)
    return Incidence(
        name=name,
        title=title,
        measure=f"Cumulative incidence of {event}",
        unit="runs of 100",
        note=f"{_simulation_error(curves, context, cause)}",
        alt=f"Line chart. {title}. {_never_sentence(shares, context, event)}",
        table=pd.concat(parts, ignore_index=True),
        context=context,
        cause=cause,
        is_noise=is_noise,
    )


def sender_incidence_figure(
    curves: Mapping[str, Mapping[str, pd.DataFrame]],
    context: Context,
    *,
    cause: str = "adopted",
    event: str = "first linked measure",
    name: str = "incidence-senders",
) -> SenderIncidence:
    """Describe the cumulative incidence of each sender's first measure, in small multiples.

    Parameters
    ----------
    curves
        Sender's title -> "A" (and "B" to "D") -> table of `cumulative_incidence` with the one cause.
    context, cause, event, name
        As for `incidence_figure`.
    """
    import pandas as pd

    parts = [
        _part(table[table["cause"] == cause], variant=key, label=context.names[key], sender=sender)
        for sender, by_variant in curves.items()
        for key, table in by_variant.items()
    ]
    shares = {who: {key: last_share(table, cause) for key, table in by.items()} for who, by in curves.items()}
    title = _sender_title(shares, context, event)
    return SenderIncidence(
        name=name,
        title=title,
        measure=f"Cumulative incidence of each sender’s {event}",
        unit="runs of 100",
        note=f"“never”: runs of 100 without it within {context.days}.",
        alt=f"Small line charts, one per sender. {title}. {_sender_sentence(shares, context)}",
        table=pd.concat(parts, ignore_index=True),
        context=context,
        panels=tuple(curves),
    )


def last_share(table: pd.DataFrame, cause: str) -> float:
    """Return the share of runs that had come to the cause at the horizon.

    Parameters
    ----------
    table
        A table of `cumulative_incidence`.
    cause
        One of its causes.
    """
    return float(table.loc[table["cause"] == cause, "share"].iloc[-1])


_DRAWN = {"cause": "cause", "time": "day", "share": "share"}
"""Columns of a table of incidence, and what they are called in a figure's."""


def _part(table: pd.DataFrame, *, variant: str, label: str, sender: str | None = None) -> pd.DataFrame:
    """Return the drawn columns of one curve set."""
    import pandas as pd

    is_drawn = (table["cause"] != "none").to_numpy()
    front = {"variant": variant, "name": label} | ({"sender": sender} if sender is not None else {})
    drawn = {name: table[column].to_numpy()[is_drawn] for column, name in _DRAWN.items()}
    return pd.DataFrame(front | drawn)


def _title(
    shares: Mapping[str, float], context: Context, *, event: str, paired: Paired | None, is_same: bool
) -> str:
    """Say the finding."""
    head = event[:1].upper() + event[1:]
    if max(shares.values()) == 0:
        return f"{head} never comes within {context.days} in any run"
    if len(shares) == 1:
        return f"{head} comes in {of_hundred(shares['A'])} of 100 runs within {context.days}"
    a, b = of_hundred(shares["A"]), of_hundred(shares["B"])
    rest = others({key: of_hundred(share) for key, share in shares.items()})
    if paired is not None and paired.differ == 0:
        same = f"{head} comes in {a} of 100 runs within {context.days}"
        which, both = ("no run differs", "under both") if not rest else ("A and B alike", "under A and B")
        return f"{same}: {which}{rest}" if is_same else f"{same} {both}; only when it comes differs{rest}"
    if paired is not None and paired.noise:
        return f"{head}: A and B not distinguishable within {context.days} ({a} and {b} of 100 runs{rest})"
    names = context.names
    if a == b and paired is not None:
        way = "more" if paired.difference > 0 else "less"
        return f"{head} comes in {a} of 100 runs under both, a little {way} often under “{names['B']}”{rest}"
    return f"{head} comes in {b} of 100 runs under “{names['B']}”, against {a} under “{names['A']}”{rest}"


def _simulation_error(curves: Mapping[str, pd.DataFrame], context: Context, cause: str) -> str:
    """Say the simulation error at the horizon, small and apart."""
    halves = []
    for key in context.names:
        last = curves[key].loc[curves[key]["cause"] == cause].iloc[-1]
        halves.append(f"{key} ±{50 * (float(last['upper']) - float(last['lower'])):.1f}")
    return f"Simulation error at day {context.horizon_days:g} (95 %): {joined(halves)} of 100."


def _never_sentence(shares: Mapping[str, float], context: Context, event: str) -> str:
    """Say in how many runs the event does not come."""
    parts = [f"{context.names[key]} {of_hundred(1 - share)} of 100" for key, share in shares.items()]
    return f"Without {event} within {context.days}: {joined(parts)}."


def _sender_title(shares: Mapping[str, Mapping[str, float]], context: Context, event: str) -> str:
    """Say who comes to it most and least often."""
    key = "B" if "B" in context.names else "A"
    ranked = sorted(shares, key=lambda who: -shares[who][key])
    most, least = ranked[0], ranked[-1]
    if shares[most][key] == 0:
        return f"No sender comes to its {event} within {context.days} under “{context.names[key]}”"
    rest = others({other: of_hundred(share) for other, share in shares[most].items()})
    ends = f"{most} most often ({of_hundred(shares[most][key])} of 100 runs{rest})"
    if most != least:
        ends += f", {least} least ({of_hundred(shares[least][key])})"
    return f"{event[:1].upper() + event[1:]} under “{context.names[key]}”: {ends}"


def _sender_sentence(shares: Mapping[str, Mapping[str, float]], context: Context) -> str:
    """List every sender's share at the horizon."""
    rows = [
        f"{who}: {', '.join(f'{key} {of_hundred(s)}' for key, s in by.items())}" for who, by in shares.items()
    ]
    return f"Runs of 100 within {context.days}: {'; '.join(rows)}."
