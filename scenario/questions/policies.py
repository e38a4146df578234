"""Which policy holds up? Regret, satisficing and worst case over many worlds, and the Pareto front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.analysis.pareto import pareto
from scenario.analysis.robustness import PolicyRobustness, Robustness, robustness
from scenario.charts.objectives import objectives_figure
from scenario.charts.policies import pareto_figure, policies_figure
from scenario.charts.wording import joined, number
from scenario.errors import DataError, Problem
from scenario.experiment.factors import Floats
from scenario.experiment.sweep_view import SweepView
from scenario.questions.answer import Answer, scale_of
from scenario.questions.contexts import context_of_sweep

if TYPE_CHECKING:
    import pandas as pd

    from scenario.charts.data import Context, FigureData


def holds_up(
    view: SweepView,
    outcome: str,
    *,
    better: str = "higher",
    threshold: float | None = None,
    objectives: Mapping[str, str] | None = None,
    seed: int = 0,  # noqa: ARG001  (every question takes one)
) -> Answer:
    """Compare the policies of a sweep over its worlds.

    Parameters
    ----------
    view
        A sweep with two policies at least; its points are the worlds.
    outcome, better
        What counts, and whether "higher" or "lower" is better. A share is told of 100 runs.
    threshold
        What is good enough, in the outcome's unit (of 100 runs for a share); the median of the baseline by default.
    objectives
        Outcome -> "higher" or "lower", two to six, for the Pareto front; none by default. Two are drawn against
        each other, more in a panel each.

    Raises
    ------
    DataError
        The sweep has one policy only, or lacks an outcome.
    """
    _refuse(view)
    told = view.outcome(outcome)
    scale, unit = scale_of(told["kind"], told["unit"])
    performance = _performance(view, outcome) * scale
    goal = _middle(performance) if threshold is None else threshold
    found = robustness(
        performance, policies=view.policies, direction=better, threshold=goal, baseline=view.policies[0]
    )
    table = table_of(view, found)
    context = context_of_sweep(view, n=view.n_points * view.n_replications)
    goal_text = f"{told['meaning']}: at {'least' if better == 'higher' else 'most'} {goal:.3g} {unit}"
    figure = policies_figure(table, context, outcome=told["meaning"], unit=unit, goal=goal_text)
    asked = {"outcome": outcome, "better": better, "threshold": goal}
    front, said = _front(view, objectives or {}, context)
    return Answer(
        question=f"Which policy holds up: {told['meaning']}?",
        sentences=(
            figure.title + ".",
            _against(table, unit),
            *_choices(view, found, goal_text),
            *said,
            *_levers(view),
            *view.notes,
        ),
        table=table,
        figures=(figure, *front),
        name="policies",
        extra=asked | {"worlds": view.n_points, "metrics": found.table().to_dict("records")},
    )


def _levers(view: SweepView) -> Sequence[str]:
    """Say that worlds differ in what is ours to choose, where they do."""
    if not view.levers:
        return ()
    names = joined([view.title(path) for path in view.levers])
    return (
        f"Worlds differ in what is ours to choose as well: {names}. As policies these could be compared.",
    )


def _middle(performance: Floats) -> float:
    """Return the median of the baseline over worlds."""
    means = performance.mean(axis=2) if performance.ndim == 3 else performance
    return float(np.median(means[:, 0]))


def _refuse(view: SweepView) -> None:
    """Refuse a sweep without policies to compare, or without worlds to compare them in."""
    if len(view.policies) < 2:
        rule, hint = "a sweep must have two policies at least to compare", "add them under `policies`"
        raise DataError(Problem(rule=rule, got="one", hint=hint, code="E327"))
    view.refuse_dependent_points()


def _performance(view: SweepView, outcome: str) -> Floats:
    """Return the performance in worlds that lost no run, float64[W, P, K]; [W, P] where only summaries were kept."""
    found = view.by_policy(view.means(outcome) if view.is_summary else view.replicated(outcome))
    whole = np.isfinite(found).all(axis=tuple(range(1, found.ndim)))
    if whole.sum() < 2:
        raise DataError(
            Problem(rule="two worlds at least must have lost no run", got=str(int(whole.sum())), code="E343")
        )
    return np.asarray(found[whole])


def table_of(view: SweepView, found: Robustness) -> pd.DataFrame:
    """Return one row per policy, as the figure takes it, and what each loses against the baseline.

    Parameters
    ----------
    view, found
        The sweep, and what its policies' robustness was found to be.
    """
    import pandas as pd

    least = min(one.measures["regret_mean"].estimate for one in found.policies)
    return pd.DataFrame([_row(view, one, least) for one in found.policies])


def _row(view: SweepView, one: PolicyRobustness, least: float) -> dict[str, Any]:
    """Return the row of one policy; estimates are held within what regrets and shares can be, and no further."""
    regret, satisficing = one.measures["regret_mean"], one.measures["satisficing"]
    against = one.measures["regret_baseline"]
    mean, share = max(regret.estimate, 0.0), min(max(satisficing.estimate, 0.0), 1.0)
    return {
        "policy": str(view.about["policies"][one.policy]),
        "mean_regret": mean,
        "lower": min(max(regret.interval[0], 0.0), mean),
        "upper": max(regret.interval[1], mean),
        "max_regret": max(one.measures["regret_max"].estimate, 0.0),
        "satisficing": share,
        "satisficing_lower": min(max(satisficing.interval[0], 0.0), share),
        "satisficing_upper": max(min(satisficing.interval[1], 1.0), share),
        "is_noise": regret.estimate > least and regret.interval[0] <= least,
        "loss_against_baseline": against.estimate,
        "loss_lower": against.interval[0],
        "loss_upper": against.interval[1],
        "is_loss_noise": one.is_noise,
    }


def _against(table: pd.DataFrame, unit: str) -> str:
    """Say what every other policy loses or gains on average against the first."""
    told = []
    for row in table.iloc[1:].to_dict("records"):
        loss, low, high = row["loss_against_baseline"], row["loss_lower"], row["loss_upper"]
        if low == high == 0.0:
            told.append(f"“{row['policy']}” is the same in every world")
            continue
        verb, sign = ("loses", 1.0) if loss >= 0.0 else ("gains", -1.0)
        ends = sorted((sign * low, sign * high))
        doubt = ", not told from none" if row["is_loss_noise"] else ""
        told.append(
            f"“{row['policy']}” {verb} {number(abs(loss))} {unit} on average (95 %: {number(ends[0])} to "
            f"{number(ends[1])}{doubt})"
        )
    return f"Against the baseline, “{table['policy'].iloc[0]}”: {'; '.join(told)}."


def _choices(view: SweepView, found: Robustness, goal: str) -> Sequence[str]:
    """Say which policy each metric prefers, and how sure that is."""
    words = {
        "mean": "on average",
        "worst": "in the worst world",
        "satisficing": f"by how often it is good enough ({goal})",
    }
    told = []
    for choice in found.choices:
        if choice.metric in words:
            titles = [f"“{view.about['policies'][name]}”" for name in (choice.policy, *choice.tied)]
            said = titles[0] if len(titles) == 1 else f"a tie of {joined(titles)}"
            doubt = ", which other worlds could change" if choice.is_noise else ""
            told.append(
                f"{words[choice.metric].capitalize()}: {said} ({100 * choice.share:.0f} of 100 resamples{doubt})."
            )
    told.append(
        f"{found.n_worlds} worlds with {view.n_replications} runs each, the same luck for all policies; "
        f"up to {100 * found.beyond:.1f} of 100 worlds may be worse than the worst one seen."
    )
    return told


def _front(
    view: SweepView, objectives: Mapping[str, str], context: Context
) -> tuple[list[FigureData], list[str]]:
    """Return the Pareto figure of the objectives named, and the sentences on them.

    Two are drawn against each other; more have a panel each, because a picture of two of them would show policies
    as dominated that are not.
    """
    import pandas as pd

    if not objectives:
        return [], []
    outcomes = {name: view.outcome(name) for name in objectives}
    scales = {name: scale_of(one["kind"], one["unit"]) for name, one in outcomes.items()}
    tables = {name: view.by_policy(view.means(name)) * scales[name][0] for name in objectives}
    found = pareto(tables, directions=objectives, policies=view.policies)
    if len(objectives) < 2:
        return [], [found.text, "A front needs two objectives at least; one was named."]
    rows = pd.DataFrame(
        [
            {
                "policy": str(view.about["policies"][one.policy]),
                "objective": outcomes[name]["meaning"],
                "unit": scales[name][1],
                "better": objectives[name],
                "mean": one.means[name],
                "lower": one.intervals[name][0],
                "upper": one.intervals[name][1],
                "is_dominated": not one.is_front,
            }
            for one in found.policies
            for name in objectives
        ]
    )
    if len(objectives) > 2:
        told = f"All {len(objectives)} objectives are drawn, a panel each; name two to draw them against each other."
        return [objectives_figure(rows, context)], [found.text, told]
    return [_plane(rows, context)], [found.text]


def _plane(rows: pd.DataFrame, context: Context) -> FigureData:
    """Return the figure of two objectives against each other."""
    columns = {"mean": "", "lower": "_lower", "upper": "_upper"}
    axes = list(dict.fromkeys(zip(rows["objective"], rows["unit"], rows["better"], strict=True)))
    parts = [
        rows[rows["objective"] == name]
        .set_index("policy")[list(columns)]
        .rename(columns={column: f"{axis}{ending}" for column, ending in columns.items()})
        for axis, (name, _, _) in zip("xy", axes, strict=True)
    ]
    dominated = rows.drop_duplicates("policy").set_index("policy")["is_dominated"]
    x, y = (f"{name} ({unit})" for name, unit, _ in axes)
    return pareto_figure(
        parts[0].join(parts[1]).join(dominated).reset_index(),
        context,
        x=x,
        y=y,
        better=(axes[0][2], axes[1][2]),
    )
