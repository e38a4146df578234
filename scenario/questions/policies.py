"""Which policy holds up? Regret, satisficing and worst case over many worlds, and the Pareto front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scenario.analysis.pareto import pareto
from scenario.analysis.robustness import Robustness, robustness
from scenario.charts.policies import pareto_figure, policies_figure
from scenario.errors import DataError, Problem
from scenario.experiment.factors import Floats
from scenario.experiment.sweep_view import SweepView
from scenario.questions.answer import Answer, scale_of
from scenario.questions.contexts import context_of_sweep

if TYPE_CHECKING:
    import pandas as pd

    from scenario.charts.data import FigureData


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
        Outcome -> "higher" or "lower", two at least, for the Pareto front; none by default.

    Raises
    ------
    DataError
        The sweep has one policy only, or lacks an outcome.
    """
    if len(view.policies) < 2:
        rule, hint = "a sweep must have two policies at least to compare", "add them under `policies`"
        raise DataError(Problem(rule=rule, got="one", hint=hint, code="E327"))
    if view.about["kind"] == "one-at-a-time":
        rule, hint = "worlds must be spread over the whole space", "design: latin-hypercube"
        raise DataError(Problem(rule=rule, got="one-at-a-time", hint=hint, code="E327"))
    told = view.outcome(outcome)
    scale, unit = scale_of(told["kind"], told["unit"])
    performance = _performance(view, outcome) * scale
    means = performance.mean(axis=2) if performance.ndim == 3 else performance
    goal = float(np.median(means[:, 0])) if threshold is None else threshold
    found = robustness(
        performance, policies=view.policies, direction=better, threshold=goal, baseline=view.policies[0]
    )
    table = _table(view, found)
    n = view.n_points * view.n_replications
    context = context_of_sweep(view, n=n)
    word = "at least" if better == "higher" else "at most"
    goal_text = f"{told['meaning']}: {word} {goal:.3g} {unit}"
    figures: list[FigureData] = [
        policies_figure(table, context, outcome=told["meaning"], unit=unit, goal=goal_text)
    ]
    sentences = [figures[0].title + ".", *_choices(view, found, goal_text)]
    if objectives:
        figure, sentence = _front(view, objectives)
        figures += [figure] if figure is not None else []
        sentences.append(sentence)
    return Answer(
        question=f"Which policy holds up: {told['meaning']}?",
        sentences=(*sentences, *view.notes),
        table=table,
        figures=tuple(figures),
        name="policies",
        extra={
            "outcome": outcome,
            "better": better,
            "threshold": goal,
            "worlds": view.n_points,
            "metrics": found.table().to_dict("records"),
        },
    )


def _performance(view: SweepView, outcome: str) -> Floats:
    """Return the performance in worlds that lost no run, float64[W, P, K]; [W, P] where only summaries were kept."""
    found = view.by_policy(view.means(outcome) if view.is_summary else view.replicated(outcome))
    whole = np.isfinite(found).all(axis=tuple(range(1, found.ndim)))
    if whole.sum() < 2:
        raise DataError(
            Problem(rule="two worlds at least must have lost no run", got=str(int(whole.sum())), code="E343")
        )
    return np.asarray(found[whole])


def _table(view: SweepView, found: Robustness) -> pd.DataFrame:
    """Return one row per policy, as the figure takes it."""
    import pandas as pd

    rows = []
    least = min(one.measures["regret_mean"].estimate for one in found.policies)
    for one in found.policies:
        regret, satisficing = one.measures["regret_mean"], one.measures["satisficing"]
        mean = max(regret.estimate, 0.0)
        rows.append(
            {
                "policy": str(view.about["policies"][one.policy]),
                "mean_regret": mean,
                "lower": min(max(regret.interval[0], 0.0), mean),
                "upper": max(regret.interval[1], mean),
                "max_regret": max(one.measures["regret_max"].estimate, mean),
                "satisficing": min(max(satisficing.estimate, 0.0), 1.0),
                "satisficing_lower": min(max(satisficing.interval[0], 0.0), satisficing.estimate),
                "satisficing_upper": max(min(satisficing.interval[1], 1.0), satisficing.estimate),
                "is_noise": regret.estimate > least and regret.interval[0] <= least,
            }
        )
    return pd.DataFrame(rows)


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
            title = view.about["policies"][choice.policy]
            doubt = ", which other worlds could change" if choice.is_noise else ""
            told.append(
                f"{words[choice.metric].capitalize()}: “{title}” ({100 * choice.share:.0f} of 100 resamples{doubt})."
            )
    told.append(
        f"{found.n_worlds} worlds with {view.n_replications} runs each, the same luck for all policies; "
        f"up to {100 * found.beyond:.1f} of 100 worlds may be worse than the worst one seen."
    )
    return told


def _front(view: SweepView, objectives: Mapping[str, str]) -> tuple[FigureData | None, str]:
    """Return the Pareto figure of the first two objectives, and the sentence on all of them."""
    scales = {name: scale_of(view.outcome(name)["kind"], view.outcome(name)["unit"]) for name in objectives}
    tables = {name: view.by_policy(view.means(name)) * scales[name][0] for name in objectives}
    found = pareto(tables, directions=objectives, policies=view.policies)
    if len(objectives) < 2:
        return None, found.text
    import pandas as pd

    x, y = list(objectives)[:2]
    rows = pd.DataFrame(
        [
            {
                "policy": str(view.about["policies"][one.policy]),
                "x": one.means[x],
                "x_lower": one.intervals[x][0],
                "x_upper": one.intervals[x][1],
                "y": one.means[y],
                "y_lower": one.intervals[y][0],
                "y_upper": one.intervals[y][1],
                "is_dominated": not one.is_front,
            }
            for one in found.policies
        ]
    )
    captions = [f"{view.outcome(name)['meaning']} ({scales[name][1]})" for name in (x, y)]
    figure = pareto_figure(
        rows,
        context_of_sweep(view, n=view.n_points * view.n_replications),
        x=captions[0],
        y=captions[1],
        better=(objectives[x], objectives[y]),
    )
    return figure, found.text
