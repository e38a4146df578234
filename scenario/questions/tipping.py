"""What would have to be true? The value of a number at which B stops beating A, and the line over two numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.analysis.tipping import Tipping, tipping, tipping_grid
from scenario.charts.crossing import crossing_figure
from scenario.charts.heat import heat_figure
from scenario.charts.wording import counted
from scenario.errors import DataError, Problem
from scenario.experiment.sweep import Progress
from scenario.experiment.sweep_view import SweepView
from scenario.questions.answer import Answer, named, scale_of
from scenario.questions.asking import asked, policy_of, seen
from scenario.questions.contexts import context_of_sweep

if TYPE_CHECKING:
    import pandas as pd

Range = tuple[float, float]


def tip(
    case: str,
    *,
    a: str,
    b: str,
    outcome: str,
    ranges: Mapping[str, Range],
    better: str = "higher",
    levels: int = 9,
    n: int = 400,
    seed: int = 0,
    workers: int | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Answer:
    """Move one or two numbers over their ranges and see where B stops beating A.

    Parameters
    ----------
    case
        A scenario file, or the name of a shipped one.
    a, b
        Variants, or policies written "variant" or "path=value,...": what is compared.
    outcome, better
        The outcome, and whether "higher" or "lower" is better.
    ranges
        Path -> (low, high), one or two of them.
    levels
        Values of each number, >= 3; both ends are among them.
    n
        Paired runs at each.
    seed, workers, engine, progress
        As in `sweep`.
    """
    if not 1 <= len(ranges) <= 2:
        raise DataError(Problem(rule="one number or two must be moved", got=str(len(ranges)), code="E326"))
    plan = asked(
        case,
        "tipping",
        outcomes=[outcome],
        policies={"A": policy_of(a), "B": policy_of(b)},
        n=n,
        seed=seed,
        design={"kind": "full-factorial", "levels": levels},
        factors={path: {"range": list(map(float, ends))} for path, ends in ranges.items()},
    )
    return tip_of(seen(plan, workers=workers, engine=engine, progress=progress), outcome, better=better)


def tip_of(view: SweepView, outcome: str, *, better: str = "higher") -> Answer:
    """Read where B stops beating A off a full factorial of one number or two, run with the policies A and B.

    Parameters
    ----------
    view
        The sweep; its second policy is compared with its first.
    outcome, better
        As in `tip`.

    Raises
    ------
    DataError
        The sweep is laid otherwise, or lacks the outcome.
    """
    told = f"{view.about['kind']} of {len(view.factors)} factors under {len(view.policies)} policies"
    is_grid = view.about["kind"] == "full-factorial" and len(view.factors) in (1, 2)
    if not is_grid or len(view.policies) != 2:
        rule = "a tipping value must be read off a full-factorial of one number or two under two policies"
        raise DataError(Problem(rule=rule, got=told, code="E326"))
    differences = _differences(view, outcome)
    answer = _one if len(view.factors) == 1 else _two
    return answer(view, outcome, differences, better)


def _differences(view: SweepView, outcome: str) -> np.ndarray[Any, Any]:
    """Return B - A of every run at every point, float64[points, R]; runs that failed anywhere are left out."""
    values = view.by_policy(view.replicated(outcome))
    differences = values[:, 1] - values[:, 0]
    kept = np.isfinite(differences).all(axis=0)
    return np.asarray(differences[:, kept])


def _one(view: SweepView, outcome: str, differences: np.ndarray[Any, Any], better: str) -> Answer:
    """Answer for one number."""
    told, path = view.outcome(outcome), view.factors[0]
    scale, unit = scale_of(told["kind"], told["unit"])
    values = view.points()[path].to_numpy(dtype=np.float64)
    found = tipping(
        values,
        differences * scale,
        better=better,
        unit="" if view.unit(path) == "probability" else view.unit(path),
        labels=("A", "B"),
    )
    table = _curve(values, found)
    figure = crossing_figure(
        table,
        context_of_sweep(view, sides=_sides(view), n=differences.shape[1]),
        outcome=told["meaning"],
        unit=unit,
        factor=named(view.title(path), view.unit(path)),
        text=found.text,
        crossings=[(one.value, *one.interval, one.is_noise) for one in found.crossings],
        better=better,
        name="tipping",
    )
    return Answer(
        question=f"Where does B stop beating A along “{view.title(path)}”: {told['meaning']}?",
        sentences=(found.text, _basis(view, differences, unit)),
        table=table,
        figures=(figure,),
        name="tipping",
        extra={
            "path": path,
            "verdict": found.verdict,
            "crossings": [
                {"value": c.value, "interval": list(c.interval), "is_noise": c.is_noise}
                for c in found.crossings
            ],
            "n": differences.shape[1],
        },
    )


def _curve(values: np.ndarray[Any, Any], found: Tipping) -> pd.DataFrame:
    """Return the differences along one number."""
    import pandas as pd

    columns = {"difference": found.means, "lower": found.lower, "upper": found.upper, "told": found.told}
    return pd.DataFrame({"value": values} | columns)


def _two(view: SweepView, outcome: str, differences: np.ndarray[Any, Any], better: str) -> Answer:
    """Answer for two numbers: a map with the line where B stops beating A."""
    told, (first, second) = view.outcome(outcome), view.factors
    scale, unit = scale_of(told["kind"], told["unit"])
    points = view.points()
    x, y = (np.unique(points[path].to_numpy(dtype=np.float64)) for path in (first, second))
    grid = tipping_grid(x, y, (differences * scale).reshape(len(x), len(y), -1), better=better)
    n = differences.shape[1]
    figure = heat_figure(
        grid.table(),
        context_of_sweep(view, sides=_sides(view), n=n),
        outcome=told["meaning"],
        unit=unit,
        x=named(view.title(first), view.unit(first)),
        y=named(view.title(second), view.unit(second)),
        better=better,
    )
    lines = [
        f"At {view.title(second)} = {value:g}: {row.text}"
        for value, row in zip(grid.y, grid.rows, strict=True)
        if row.verdict == "crosses"
    ]
    return Answer(
        question=f"Where does B stop beating A over two numbers: {told['meaning']}?",
        sentences=(figure.title + ".", _basis(view, differences, unit), *lines),
        table=grid.table(),
        figures=(figure,),
        name="heat",
        extra={"paths": [first, second], "n": n},
    )


def _sides(view: SweepView) -> dict[str, str]:
    """Return which policy A is, and which B."""
    return dict(zip("AB", view.policies, strict=True))


def _basis(view: SweepView, differences: np.ndarray[Any, Any], unit: str) -> str:
    """Say what the answer rests on."""
    shown = [f"{key} is {view.about['policies'][policy]}" for key, policy in _sides(view).items()]
    return (
        f"{', '.join(shown)}; {counted(differences.shape[1], 'pair')} of runs with equal luck at each of "
        f"{counted(view.n_points, 'point')}; differences are in {unit}. Model output, not a forecast."
    )
