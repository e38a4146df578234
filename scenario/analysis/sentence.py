"""The first sentence of a comparison: what happens in B, in words and counts, against A."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Hits
from scenario.analysis.paired import Paired, paired_difference
from scenario.analysis.quantities import Summary, never_as_infinity, summary
from scenario.analysis.words import likelihood
from scenario.errors import DataError, Problem


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The first sentence and the numbers behind it.

    Parameters
    ----------
    text
        The sentence.
    note
        Simulation error, to be shown small and apart.
    a, b, paired
        The summaries and the paired difference that the sentence tells.
    """

    text: str
    note: str
    a: Summary
    b: Summary
    paired: Paired


def happened_by(times: ArrayLike, day: float) -> Hits:
    """Return whether the thing had happened by the day, shape [R], bool; NaN is never.

    Parameters
    ----------
    times
        Days from as_of, shape [R].
    day
        Days from as_of, >= 0.
    """
    if not day >= 0:
        raise DataError(Problem(rule="day must be a number of days >= 0", got=str(day), code="A117"))
    return never_as_infinity(times) <= day


def compare_by_day(
    a: ArrayLike,
    b: ArrayLike,
    experiment: ArrayLike,
    *,
    day: float,
    event: str = "linked measures are adopted",
    labels: tuple[str, str] = ("A", "B"),
    identical: bool = False,
) -> Finding:
    """Say how often something happens by a day in B, against A.

    Parameters
    ----------
    a, b
        Shape [R] each: a time column of the same runs in both variants; NaN = never.
    experiment
        Shape [R].
    day
        By when, days from as_of.
    event
        What happens, as a clause in the present tense.
    labels
        Names of a and b.
    identical
        Whether the two variants are the same scenario.
    """
    hit_a, hit_b = happened_by(a, day), happened_by(b, day)
    summaries = [
        summary(hits, experiment, kind="probability", unit="probability", horizon=day)
        for hits in (hit_a, hit_b)
    ]
    paired = paired_difference(hit_a, hit_b, experiment, kind="probability", horizon=day)
    text = first_sentence(
        summaries[0], summaries[1], paired, event=event, day=day, labels=labels, identical=identical
    )
    return Finding(text=text, note=precision(paired), a=summaries[0], b=summaries[1], paired=paired)


def first_sentence(
    a: Summary,
    b: Summary,
    paired: Paired,
    *,
    event: str,
    day: float,
    labels: tuple[str, str] = ("A", "B"),
    identical: bool = False,
) -> str:
    """Return the sentence for two summaries of kind probability and their paired difference.

    Parameters
    ----------
    a, b, paired
        Share of runs in which the event came by the day, and the difference b - a.
    event, day, labels, identical
        As in `compare_by_day`.
    """
    word = likelihood(b.estimate)
    head = (
        f"In {labels[1]}, {event} within {day:g} days in {per_hundred(b.estimate)} runs, {word} in this model"
    )
    if identical:
        return f"{head}; {labels[0]} is the same scenario: no difference by design."
    return f"{head}, against {per_hundred(a.estimate)} in {labels[0]}{_verdict(paired)}."


def per_hundred(share: float) -> str:
    """Return a share as a count of 100 ("62 of 100"), never rounding a rare case away."""
    count = round(100 * share)
    if count == 0 and share > 0:
        return "fewer than 1 of 100"
    return "more than 99 of 100" if count == 100 and share < 1 else f"{count} of 100"


def precision(paired: Paired) -> str:
    """Return the simulation error of a difference of shares in one short line."""
    points = f"{100 * paired.difference:+.1f} points"
    if not all(np.isfinite(paired.interval)):
        return f"n = {paired.n:,} pairs; difference {points}, too few pairs for an interval"
    low, high = (100 * bound for bound in paired.interval)
    return f"n = {paired.n:,} pairs; difference {points}, 95 % simulation interval {low:+.1f} to {high:+.1f}"


def _verdict(paired: Paired) -> str:
    """Return what is added when a difference cannot be told from none."""
    if paired.differ == 0:
        return f"; no run of {paired.n:,} differs in this"
    return f"; the difference is not distinguishable at n = {paired.n:,}" if paired.noise else ""
