"""When does it happen? Scenario discovery: the part of the factors' space in which an outcome is frequent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.analysis.discovery import Discovery, Found, Method, discover
from scenario.analysis.discovery_words import in_words
from scenario.charts.boxes import boxes_figure
from scenario.errors import DataError, Problem
from scenario.experiment.factors import Floats
from scenario.experiment.sweep_view import SweepView
from scenario.questions.answer import Answer
from scenario.questions.contexts import context_of_sweep

if TYPE_CHECKING:
    import pandas as pd

    from scenario.charts.data import FigureData


def when(
    view: SweepView,
    outcome: str,
    *,
    low: float | None = None,
    high: float | None = None,
    is_without: bool = False,
    policy: str = "",
    event: str = "",
    seed: int = 0,
) -> Answer:
    """Find where an outcome is frequent.

    Parameters
    ----------
    view
        A sweep whose points spread over the whole space (latin-hypercube, full-factorial or a table).
    outcome, low, high
        The outcome, and the bounds it must lie within to count; with neither, that it happens at all.
    is_without
        Turn it round: count the runs in which it does not.
    policy
        The policy; the first by default.
    event
        The outcome as a clause ("nobody acts within 90 days"), for the sentence.
    seed
        Of resampling.

    Raises
    ------
    DataError
        The sweep does not tell it.
    """
    if low is not None and high is not None and low > high:
        raise DataError(Problem(rule="low must not lie above high", got=f"{low:g} and {high:g}", code="E344"))
    view.refuse_dependent_points()
    chosen = view.policies[view.place(policy)]
    share = view.by_policy(view.share(outcome, low=low, high=high))[:, view.place(policy)]
    clause = event or _clause(view, outcome, low, high, is_without)
    found = _found(view, 1.0 - share if is_without else share, seed)
    method, best = _drawn(found)
    sentences = _sentences(view, found, clause)
    figures = _figures(view, found, best, chosen, clause)
    if not figures:
        sentences.append(f"There is no figure, because there is no box to draw: {_why_none(found)}.")
    return Answer(
        question=f"When does it happen: {clause}?",
        sentences=(*sentences, *view.notes),
        table=_table(view, found),
        figures=figures,
        name="boxes",
        extra={
            "outcome": outcome,
            "policy": chosen,
            "overall": found.overall,
            "n": found.n,
            "method": method,
            "box": {path: _words(limit) for path, limit in best.box.limits.items()} or None,
        },
    )


def _sentences(view: SweepView, found: Discovery, clause: str) -> list[str]:
    """Say when it happens by the better method, and by the other."""
    titles = {path: view.title(path) for path in view.factors}
    units = {path: view.unit(path) for path in view.factors}
    other: Method = "prim" if found.best == "cart" else "cart"
    said = in_words(found, clause, labels=titles, units=units, method=other)
    return [
        in_words(found, clause, labels=titles, units=units),
        f"By the other method ({other.upper()}): {said}",
    ]


def _found(view: SweepView, share: Floats, seed: int) -> Discovery:
    """Return the boxes of a share that each point has; points that lost all their runs are left out."""
    whole = np.isfinite(share)
    weights = np.full(int(whole.sum()), view.n_replications)
    return discover(view.points()[whole].reset_index(drop=True), share[whole], seed=seed, weights=weights)


def _drawn(found: Discovery) -> tuple[Method, Found]:
    """Return the method whose box is drawn: the better one's, or the other's where that alone has limits."""
    other: Method = "prim" if found.best == "cart" else "cart"
    boxes = {"prim": found.prim, "cart": found.cart}
    is_other = not boxes[found.best].box.limits and bool(boxes[other].box.limits)
    method = other if is_other else found.best
    return method, boxes[method]


def _figures(
    view: SweepView, found: Discovery, best: Found, policy: str, clause: str
) -> tuple[FigureData, ...]:
    """Return the figure of the better box; none where it limits nothing."""
    if not best.box.limits:
        return ()
    context = context_of_sweep(view, sides={"A": policy}, n=view.n_points * view.n_replications)
    limits, steps = _limits(view, found, best), _trajectory(best)
    return (boxes_figure(limits, steps, context, case=clause, base_rate=found.overall),)


def _why_none(found: Discovery) -> str:
    """Return why no box was found."""
    if found.overall == 0:
        return "it happened in no run"
    if found.overall == 1:
        return "it happened in every run"
    return "neither method found one of the size asked for"


def _clause(view: SweepView, outcome: str, low: float | None, high: float | None, is_without: bool) -> str:
    """Return what is counted, as a clause."""
    told = view.outcome(outcome)
    ends = " and ".join(
        f"at {word} {value:g} {told['unit'] if told['kind'] != 'probability' else ''}".rstrip()
        for word, value in (("least", low), ("most", high))
        if value is not None
    )
    body = f"{told['meaning']}{f' ({ends})' if ends else ''}"
    return f"not: {body}" if is_without else body


def _limits(view: SweepView, found: Discovery, best: Found) -> pd.DataFrame:
    """Return the limits of a box as the figure takes them."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for path in view.factors:
        whole, limit = found.ranges[path], best.box.limits.get(path)
        is_setting = view.about["factors"][path]["is_structural"]
        nan = float("nan")
        row: dict[str, Any] = {
            "factor": view.title(path),
            "unit": view.unit(path),
            "categories": (),
            "kept": (),
        }
        row |= {"low": nan, "high": nan, "box_low": nan, "box_high": nan, "is_noise": False}
        if is_setting:
            words = tuple(str(value) for value in whole)
            kept = words if limit is None else tuple(str(v) for v in whole if v in limit)
            row |= {"categories": words, "kept": kept}
        else:
            low, high = float(whole[0]), float(whole[-1])
            box = (low, high) if limit is None else tuple(limit)
            row |= {"low": low, "high": high}
            row |= {"box_low": max(low, float(box[0])), "box_high": min(high, float(box[1]))}
        if limit is not None:
            p = [value for value in best.box.quasi_p.get(path, ()) if value == value]
            row["is_noise"] = bool(p) and min(p) > 0.05
        rows.append(row)
    return pd.DataFrame(rows)


def _trajectory(best: Found) -> pd.DataFrame:
    """Return the boxes that one was chosen from."""
    import pandas as pd

    rows = [
        {"coverage": step.coverage, "density": step.density, "mass": step.mass, "limits": step.limits}
        for step in best.steps
    ]
    table = pd.DataFrame(rows)
    is_chosen = np.array([limits == best.box.limits for limits in table.pop("limits")])
    table["is_chosen"] = False
    if is_chosen.any():
        table.loc[int(np.flatnonzero(is_chosen)[0]), "is_chosen"] = True
        return table
    box = best.box
    chosen = {"coverage": box.coverage, "density": box.density, "mass": box.mass, "is_chosen": True}
    return pd.concat([table, pd.DataFrame([chosen])], ignore_index=True)


def _table(view: SweepView, found: Discovery) -> pd.DataFrame:
    """Return the limits of both methods' boxes with what they hold, on other worlds too."""
    import pandas as pd

    rows = []
    for method, one in (("prim", found.prim), ("cart", found.cart)):
        told = {
            "density": one.box.density,
            "coverage": one.box.coverage,
            "mass": one.box.mass,
            "density_held_out": one.held_out.density,
            "coverage_held_out": one.held_out.coverage,
            "same_factors_in": one.stability.same,
        }
        for path, limit in one.box.limits.items():
            names = {"method": method, "path": path, "factor": view.title(path), "limits": _words(limit)}
            rows.append(names | told)
        if not one.box.limits:
            rows.append({"method": method, "path": "", "factor": "", "limits": "none"} | told)
    return pd.DataFrame(rows)


def _words(limit: Any) -> str:
    """Return the limit of one factor in words: a range, or the settings that are kept."""
    if isinstance(limit, tuple):
        return f"{limit[0]:g} to {limit[1]:g}"
    return ", ".join(sorted(map(str, limit)))
