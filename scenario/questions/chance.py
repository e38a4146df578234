"""How much is chance, how much is ignorance? And which number to learn first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.analysis.quantities import mean_values
from scenario.analysis.screening import Screened, screened_shares
from scenario.analysis.variance import VarianceShares
from scenario.charts.indices import indices_figure
from scenario.charts.shares import shares_figure
from scenario.charts.wording import counted
from scenario.engine.tables import draw_points
from scenario.errors import DataError, Problem
from scenario.experiment.factors import spread_numbers, title_of
from scenario.experiment.run import Progress, Result, run
from scenario.experiment.summary import summarise
from scenario.questions.answer import Answer
from scenario.questions.contexts import context_of_scenarios
from scenario.spec.load import load
from scenario.spec.names import did_you_mean
from scenario.spec.outcomes import Outcome, outcomes_of

if TYPE_CHECKING:
    import pandas as pd

    from scenario.charts.data import Context, FigureData

N_RANKED = 25
"""Numbers that are ranked: those that go with the outcome most at half of the points; the other half judges."""

FEWEST_RUNS = 400
"""Fewer do not tell three sources apart."""

OUTCOMES = ("attribution_day", "first_adopted_day", "joint_adoption", "quantity_net", "false_alarm", "missed")


def shares(
    case: str,
    *,
    outcomes: Sequence[str] = OUTCOMES,
    learn: str = "",
    variant: str = "base",
    n: int | None = None,
    seed: int = 0,
    workers: int = 1,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Answer:
    """Split the spread of outcomes into numbers, hidden fact and luck; rank the numbers by what they explain.

    Parameters
    ----------
    case, variant
        The scenario.
    outcomes
        What is split.
    learn
        The outcome for which numbers are ranked; the first by default.
    n, seed, workers, engine, progress
        As in `run`.
    """
    scenario = load(case, variant=variant)
    _refuse(outcomes_of(scenario.spec, twins=False), [*outcomes, learn], n)
    result = run(scenario, n, seed=seed, twins=False, workers=workers, engine=engine, progress=progress)
    return shares_of(result, outcomes=outcomes, learn=learn, title=variant)


def shares_of(
    result: Result, *, outcomes: Sequence[str] = OUTCOMES, learn: str = "", title: str = "base"
) -> Answer:
    """Read the shares off runs that are there.

    Parameters
    ----------
    result
        Runs of several outer points with several replications each.
    outcomes, learn
        As in `shares`.
    title
        What the scenario is called.
    """
    scenario = result.scenario
    _refuse(result.declared, [*outcomes, learn], result.n)
    found = summarise(result).variance
    context = context_of_scenarios({"A": (title, scenario)}, n=result.n, seed=result.settings.seed)
    table = _table(result, {name: found[name] for name in outcomes if name in found})
    figures: list[FigureData] = [shares_figure(table, context)] if len(table) else []
    chosen = learn or outcomes[0]
    screened = _screened(result, chosen)
    figures.append(_ranking(result, chosen, screened, context))
    return Answer(
        question="How much is chance, how much is ignorance?",
        sentences=(
            *(figure.title + "." for figure in figures),
            *_told(result, chosen, screened, found[chosen].parameters),
        ),
        table=table,
        figures=tuple(figures),
        name="shares",
        extra={"n": result.n, "learn": chosen} | _as_dict(screened),
    )


def _refuse(declared: Mapping[str, Outcome], names: Sequence[str], n: int | None) -> None:
    """Refuse outcomes that the scenario does not have, and too few runs."""
    for name in filter(None, names):
        if name not in declared:
            rule, hint = "the outcome must be one of the scenario's", did_you_mean(name, declared)
            raise DataError(Problem(rule=rule, got=name, hint=hint, code="E321"))
    if n is not None and n < FEWEST_RUNS:
        raise DataError(Problem(rule=f"n must be at least {FEWEST_RUNS} runs", got=str(n), code="E345"))


def _as_dict(screened: Screened) -> dict[str, Any]:
    """Return the ranking as plain data."""
    ranked = [
        {"path": one.name, "share": one.share, "interval": list(one.interval), "is_noise": one.is_noise}
        for one in screened.found.ranked
    ]
    return {"first_order": ranked, "n_screened": screened.n_screened, "n_judged": screened.n_judged}


def _table(result: Result, found: Mapping[str, VarianceShares]) -> pd.DataFrame:
    """Return the shares of every outcome that varies."""
    import pandas as pd

    rows = []
    for name, one in found.items():
        parts = {source: getattr(one, source) for source in ("parameters", "fact", "luck")}
        if any(value != value for value in parts.values()):
            continue
        ends = {
            f"{source}_{end}": one.intervals[source][i]
            for source in parts
            for i, end in enumerate(("lower", "upper"))
        }
        rows.append({"outcome": result.declared[name].meaning, "name": name} | parts | ends)
    return pd.DataFrame(rows)


def _screened(result: Result, outcome: str) -> Screened:
    """Rank the numbers of a scenario by the share of an outcome's variance that each explains alone."""
    kind, horizon = result.declared[outcome].kind, float(result.scenario.spec.horizon_days)
    values = mean_values(result.outcomes[outcome].to_numpy(), kind=kind, horizon=horizon)
    experiment = result.outcomes["experiment"].to_numpy()
    counts = np.bincount(experiment, minlength=result.settings.outer)
    whole = counts == result.settings.inner
    matrix = values[whole[experiment]].reshape(-1, result.settings.inner)
    points = draw_points(result.scenario, seed=result.settings.seed, n_points=result.settings.outer)
    entries = spread_numbers(result.scenario)
    columns = {path: points.values[entry.path][whole] for path, entry in entries.items()}
    return screened_shares(matrix, columns, most=N_RANKED)


def _called(result: Result) -> dict[str, str]:
    """Return what the numbers with a distribution are called, by the path where each is declared."""
    scenario = result.scenario
    return {path: title_of(path, entry, scenario) for path, entry in spread_numbers(scenario).items()}


def _ranking(result: Result, outcome: str, screened: Screened, context: Context) -> FigureData:
    """Return the figure of the ranking; it rests on the runs of the points that judged."""
    import pandas as pd

    called = _called(result)
    rows = [
        {
            "item": called[one.name],
            "value": one.share,
            "lower": one.interval[0],
            "upper": one.interval[1],
            "is_noise": one.is_noise,
        }
        for one in screened.found.ranked
    ]
    return indices_figure(
        pd.DataFrame(rows),
        replace(context, n=screened.n_judged * result.settings.inner),
        measure="share of the variance that knowing one number would remove",
        unit="share of variance",
        outcome=result.declared[outcome].meaning,
        name="learn",
    )


def _told(result: Result, outcome: str, screened: Screened, parameters: float) -> tuple[str, ...]:
    """Say which number to learn first, how that was found, and what all numbers explain together."""
    told, found = result.declared[outcome].meaning, screened.found
    return (
        _learn(result, screened, told),
        f"Of {counted(len(spread_numbers(result.scenario)), 'uncertain number')} the {len(found.ranked)} are ranked "
        f"that go with it most at {screened.n_screened:,} points; their shares come from the other "
        f"{screened.n_judged:,} points alone, so that the choice does not flatter them.",
        f"Together the numbers explain {_percent(parameters)} of the variance of “{told}”; "
        f"{_percent(found.together.share)} of it is seen by the ranking, the rest lies in interactions.",
    )


def _learn(result: Result, screened: Screened, told: str) -> str:
    """Say which number to learn first."""
    best = next((one for one in screened.found.ranked if not one.is_noise), None)
    if best is None:
        n = screened.n_judged * result.settings.inner
        return f"No single number explains the spread of “{told}” beyond noise at n = {n:,}."
    return (
        f"To learn first for “{told}”: {_called(result)[best.name]} ({_percent(best.share)} of the variance, "
        f"{_percent(best.interval[0])} to {_percent(best.interval[1])})."
    )


def _percent(share: float) -> str:
    """Return a share in percent."""
    return "an unknown share" if share != share else f"{100 * share:.0f} %"
