"""A box of scenario discovery in words: "nobody acts within 90 days mostly happens when ...".

Here live the sentences; the numbers in them come from `discovery`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from scenario.analysis.discovery import Discovery, Found, HeldOut, Method
from scenario.analysis.sentence import per_hundred
from scenario.analysis.worlds import Limits


def in_words(
    discovery: Discovery,
    event: str,
    *,
    labels: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    method: Method | None = None,
) -> str:
    """Say when something happens, in counts of 100, told on worlds that did not find the box.

    Parameters
    ----------
    discovery
        What was found.
    event
        What happens, as a clause in the present tense: "nobody acts within 90 days".
    labels, units
        Factor -> name and unit to be read; the factor's own name and no unit where left out.
    method
        Whose box; the one with the higher held-out density if left out.
    """
    whole, found = discovery.overall, getattr(discovery, method or discovery.best)
    start = event[:1].upper() + event[1:]
    if whole in (0, 1):
        told = "never happened in" if whole == 0 else "happened in all"
        return f"{start}: this {told} {discovery.n:,} worlds, so no box can say when."
    if not found.box.limits:
        kind = "runs" if discovery.is_replicated else "worlds"
        told = f"{start} in {per_hundred(whole)} {kind}"
        return f"{told}; no box of the size asked for tells when (n = {discovery.n:,} worlds)."
    named, measured = labels or {}, units or {}
    conditions = " and ".join(
        _condition(discovery, name, limit, label=named.get(name, name), unit=measured.get(name, ""))
        for name, limit in found.box.limits.items()
    )
    often = "mostly happens" if found.held_out.coverage > 0.5 else "happens more often"
    return f"{start} {often} when {conditions}: {_counts(discovery, found.held_out)}.{_doubts(found)}"


def _counts(discovery: Discovery, held: HeldOut) -> str:
    """Return density, overall share and coverage as counts."""
    such = "runs in such worlds" if discovery.is_replicated else "such worlds"
    if held.n == 0:
        return f"no world was left to tell how often, against {per_hundred(discovery.overall)} overall"
    return (
        f"{per_hundred(held.density)} {such}, against {per_hundred(discovery.overall)} overall; "
        f"covers {per_hundred(held.coverage)} of its cases"
    )


def _doubts(found: Found) -> str:
    """Return what must be added where the box is noise or does not come back."""
    doubts = ""
    if found.held_out.noise:
        doubts += " On worlds that did not find it the box is not distinguishable from the overall share."
    if not found.stability.is_stable:
        again = per_hundred(found.stability.same)
        doubts += f" The box is unstable: in {again} resamples the same factors come back."
    return doubts


def _condition(discovery: Discovery, name: str, limit: Limits, *, label: str, unit: str) -> str:
    """Return one limit in words."""
    levels = discovery.ranges[name]
    if isinstance(limit, frozenset):
        if set(levels) == {False, True}:
            return f"{label} is {'yes' if True in limit else 'no'}"
        return f"{label} is {' or '.join(str(level) for level in levels if level in limit)}"
    low, high = limit
    is_whole, span = name in discovery.whole, levels[1] - levels[0]
    lower, upper = (_number(edge, span, is_whole=is_whole) for edge in limit)
    tail = f" {unit}" if unit else ""
    if math.isinf(low):
        return f"{label} is {'at most' if is_whole else 'below'} {upper}{tail}"
    if math.isinf(high):
        return f"{label} is {'at least' if is_whole else 'above'} {lower}{tail}"
    if low == high:
        return f"{label} is {lower}{tail}"
    both = f"is {lower} to {upper}" if is_whole else f"lies between {lower} and {upper}"
    return f"{label} {both}{tail}"


def _number(value: float, span: float, *, is_whole: bool) -> str:
    """Return a limit rounded to about a hundredth of its factor's range."""
    if is_whole or not math.isfinite(value):
        return f"{value:.0f}"
    digits = max(0, 2 - math.floor(math.log10(span))) if span > 0 else 6
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
