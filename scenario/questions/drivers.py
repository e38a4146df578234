"""What drives it? One number at a time (tornado), or all together (Sobol', Morris, Shapley, PAWN)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.analysis.factors import Factors
from scenario.analysis.paired import Paired, paired_difference
from scenario.charts.indices import indices_figure
from scenario.charts.tornado import tornado_figure
from scenario.charts.wording import counted
from scenario.errors import DataError, Problem
from scenario.experiment.factors import Floats, spread_numbers
from scenario.experiment.sweep import Progress
from scenario.experiment.sweep_view import SweepView
from scenario.questions.answer import Answer, scale_of
from scenario.questions.asking import asked, seen
from scenario.questions.contexts import context_of_sweep
from scenario.spec.load import load

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("sobol", "morris", "shapley", "pawn")


# ---- one at a time -----------------------------------------------------------------------------------


def tornado(
    case: str,
    *,
    outcome: str,
    a: str = "base",
    b: str | None = None,
    factors: Sequence[str] = (),
    n: int = 500,
    seed: int = 0,
    workers: int | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Answer:
    """Move every number from its 5 % to its 95 % point, one at a time, and see what the outcome does.

    All runs share their luck, so that a bar is a paired difference. The noise floor is the size that noise alone may
    reach at some end (see `_noise_floor`); a bar that stays within it is noise.

    Parameters
    ----------
    case
        A scenario file, or the name of a shipped one.
    outcome
        The outcome; its mean, or the mean of B - A where a second variant is named.
    a, b
        Variants of the scenario.
    factors
        Paths of numbers; every number with a distribution by default.
    n
        Runs of each end, >= 30.
    seed, workers, engine, progress
        As in `sweep`.
    """
    chosen = list(factors) or list(spread_numbers(load(case, variant=a)))
    policies = {name: {"variant": name} for name in dict.fromkeys(filter(None, (a, b)))}
    plan = asked(
        case,
        "tornado",
        outcomes=[outcome],
        policies=policies,
        n=n,
        seed=seed,
        factors={path: {"own": True} for path in chosen},
    )
    return tornado_of(seen(plan, workers=workers, engine=engine, progress=progress), outcome)


def tornado_of(view: SweepView, outcome: str) -> Answer:
    """Read a tornado off a one-at-a-time sweep, of its first policy or of the second against the first."""
    if view.about["kind"] != "one-at-a-time":
        rule = "a tornado must be read off a one-at-a-time sweep"
        raise DataError(Problem(rule=rule, got=str(view.about["kind"]), code="E323"))
    told = view.outcome(outcome)
    runs = view.replicated(outcome)
    is_difference = len(view.policies) > 1
    values = view.by_policy(runs)
    rows = values[:, 1] - values[:, 0] if is_difference else values[:, 0]
    finished = np.isfinite(rows).all(axis=0)
    rows = rows[:, finished]
    scale, unit = scale_of(told["kind"], told["unit"])
    table, baseline, floor = _bars(view, rows * scale)
    sides = dict(zip("AB", view.policies, strict=False))
    context = context_of_sweep(view, sides=sides, n=rows.shape[1])
    figure = tornado_figure(
        table,
        context,
        outcome=told["meaning"],
        unit=unit,
        baseline=baseline,
        noise_floor=floor,
        is_difference=is_difference,
    )
    n_noise = int(table["is_noise"].sum())
    return Answer(
        question=f"What drives it: {told['meaning']}?",
        sentences=(
            figure.title + ".",
            f"{counted(len(table), 'number')} moved, one at a time, from the 5 % to the 95 % point, with "
            f"{rows.shape[1]:,} runs at each end under equal luck; {n_noise} of them within noise.",
            "One at a time leaves out what only shows when several numbers move together.",
            *(note for note in view.notes if "failed" in note),
        ),
        table=table,
        figures=(figure,),
        name="tornado",
        extra={"outcome": outcome, "baseline": baseline, "noise_floor": floor, "n": rows.shape[1]},
    )


def _bars(view: SweepView, rows: np.ndarray[Any, Any]) -> tuple[pd.DataFrame, float, float]:
    """Return the bars, the baseline and its half-width; rows are float64[points, R]."""
    import pandas as pd

    parts, points = list(view.design["part"])[: view.n_points], np.arange(rows.shape[1])
    if rows.shape[1] < 2:
        raise DataError(
            Problem(rule="two runs at least must finish at every end", got=str(rows.shape[1]), code="E343")
        )
    base = rows[parts.index("base")]
    baseline = float(base.mean())
    found = []
    for path in view.factors:
        about = view.about["factors"][path]
        ends = [i for i, part in enumerate(parts) if part.startswith(f"{path}:")]
        first, last = ends[0], ends[-1]
        low, high = (_against(base, rows[i], points) for i in (first, last))
        found.append(
            {
                "factor": about["title"],
                "path": path,
                "unit": about["unit"],
                "low_value": view.design[path].iloc[first],
                "high_value": view.design[path].iloc[last],
                "at_low": baseline + low.difference,
                "at_high": baseline + high.difference,
                "at_low_lower": baseline + low.interval[0],
                "at_low_upper": baseline + low.interval[1],
                "at_high_lower": baseline + high.interval[0],
                "at_high_upper": baseline + high.interval[1],
            }
        )
    table = pd.DataFrame(found)
    floor = _noise_floor(table, baseline)
    width = (table[["at_low", "at_high"]] - baseline).abs().max(axis=1)
    table["is_noise"] = width <= floor
    return table.iloc[np.argsort(-width.to_numpy(), kind="stable")].reset_index(drop=True), baseline, floor


def _noise_floor(table: pd.DataFrame, baseline: float) -> float:
    """Return the size that noise alone may reach at some end: the widest interval, of all at once, that holds none.

    Intervals are widened from one end to all of them (Bonferroni), because several hundred are looked at together.
    """
    from scipy.special import ndtri

    wider = float(ndtri(1 - 0.05 / (4 * len(table))) / ndtri(0.975))
    floor = 0.0
    for end in ("at_low", "at_high"):
        change = (table[end] - baseline).abs()
        reach = wider * (table[f"{end}_upper"] - table[f"{end}_lower"]) / 2
        floor = max(floor, float(reach[change <= reach].max() if (change <= reach).any() else 0.0))
    return floor


def _against(base: np.ndarray[Any, Any], moved: np.ndarray[Any, Any], points: np.ndarray[Any, Any]) -> Paired:
    """Return the paired difference of an end from the baseline."""
    return paired_difference(base, moved, points, kind="quantity", horizon=1.0)


# ---- all together ------------------------------------------------------------------------------------


def sensitivity(
    view: SweepView, outcome: str, *, method: str = "", policy: str = "", seed: int = 0
) -> Answer:
    """Say how much of an outcome's spread each factor explains.

    Parameters
    ----------
    view
        A sweep: of design sobol for "sobol", morris for "morris", latin-hypercube or table for the others.
    outcome
        The outcome; times as min(T, horizon).
    method
        One of `METHODS`; by default the one that belongs to the design, else shapley.
    policy
        The policy; the first by default.
    seed
        Of resampling.
    """
    kind = str(view.about["kind"])
    chosen = method or (kind if kind in ("sobol", "morris") else "shapley")
    if chosen not in METHODS:
        rule = f"method must be one of {', '.join(METHODS)}"
        raise DataError(Problem(rule=rule, got=chosen, code="E324"))
    if chosen in ("sobol", "morris") and kind != chosen:
        rule, hint = f"method {chosen} must be given a sweep of design {chosen}", "try shapley or pawn"
        raise DataError(Problem(rule=rule, got=kind, hint=hint, code="E324"))
    if chosen in ("shapley", "pawn"):
        _refuse_dependent(view, chosen)
    return _METHODS[chosen](view, outcome, view.policies[view.place(policy)], seed)


def _refuse_dependent(view: SweepView, method: str) -> None:
    """Refuse a sweep whose points or luck are not independent, or that kept no single runs."""
    kind = str(view.about["kind"])
    if kind not in ("latin-hypercube", "table"):
        rule, hint = f"method {method} must be given points drawn at random", "design: latin-hypercube"
        raise DataError(Problem(rule=rule, got=kind, hint=hint, code="E324"))
    if view.shares_luck:
        rule, hint = f"method {method} must be given points with luck of their own", "luck: own"
        raise DataError(Problem(rule=rule, got="luck: common", hint=hint, code="E324"))
    if view.is_summary:
        rule = f"method {method} must be given single runs"
        hint = (
            "`keep: rows` keeps them; of summaries ask sobol or morris, each with a sweep of its own design"
        )
        raise DataError(Problem(rule=rule, got="keep: summary", hint=hint, code="E322"))


def _runs(view: SweepView, outcome: str, policy: str) -> tuple[Floats, Floats]:
    """Return factors and outcome, run by run, of the points that lost no run: float64[M, D] and float64[M, K]."""
    y = view.by_policy(view.replicated(outcome))[:, view.place(policy)]
    whole = np.isfinite(y).all(axis=1)
    return view.matrix()[0][whole], y[whole]


def factors_of(view: SweepView, *, is_grid: bool = False) -> Factors:
    """Return the factors of a sweep as analysis knows them; on a grid all have ends, those of a distribution too."""
    x, levels = view.matrix()
    low, high = [], []
    for column, path in enumerate(view.factors):
        about = view.about["factors"][path]
        ends = [0.0, float(levels[path] - 1)] if path in levels else about["range"] or [-np.inf, np.inf]
        is_open = about["kind"] == "own"  # its ends are quantiles, not bounds
        if is_open and is_grid:  # told as they were estimated, apart from the ends of the grid by a little
            ends = [min(ends[0], float(x[:, column].min())), max(ends[1], float(x[:, column].max()))]
            is_open = False
        low.append(-np.inf if is_open else ends[0])
        high.append(np.inf if is_open else ends[1])
    return Factors(names=view.factors, low=np.array(low), high=np.array(high), categories=levels)


def _sobol(view: SweepView, outcome: str, policy: str, seed: int) -> Answer:
    """First and total order from a Sobol' design."""
    from scenario.analysis.sobol import sobol_indices

    d = len(view.factors)
    blocks = view.means_under(policy, outcome).reshape(-1, d + 2)
    found = sobol_indices(
        blocks[:, 0], blocks[:, d + 1], blocks[:, 1 : d + 1].T, names=view.factors, seed=seed
    )
    table = found.table().reset_index()
    columns = {"first": "value", "first_lower": "lower", "first_upper": "upper", "noise": "is_noise"}
    columns |= {"total": "second", "total_lower": "second_lower", "total_upper": "second_upper"}
    series = ("first order", "total including interaction with luck")
    notes = (*found.doubts, f"Total order, {found.interaction}.")
    return _indices(
        view, outcome, policy, table.rename(columns=columns), "Sobol' indices", series, notes, "sobol"
    )


def _morris(view: SweepView, outcome: str, policy: str, seed: int) -> Answer:
    """Elementary effects from a Morris design."""
    from scenario.analysis.morris import morris_effects

    x, _ = view.matrix()
    found = morris_effects(
        x,
        view.means_under(policy, outcome),
        factors=factors_of(view, is_grid=True),
        n_levels=int(view.identity["levels"]),
        seed=seed,
    )
    columns = {"mu_star": "value", "mu_star_lower": "lower", "mu_star_upper": "upper", "noise": "is_noise"}
    notes = (f"{found.n} trajectories; sigma is large where a factor bends or acts together with others.",)
    table = found.table().reset_index().rename(columns=columns)
    return _indices(
        view,
        outcome,
        policy,
        table,
        "mean size of the effect over the whole range",
        ("mu*",),
        notes,
        "morris",
    )


def _shapley(view: SweepView, outcome: str, policy: str, seed: int) -> Answer:
    """Shapley effects and the share of luck."""
    from scenario.analysis.shapley import shapley_effects

    x, y = _runs(view, outcome, policy)
    found = shapley_effects(x, y, factors=factors_of(view), seed=seed)
    columns = {"effect": "value", "noise": "is_noise"}
    table = found.table().reset_index().rename(columns=columns)
    return _indices(
        view, outcome, policy, table, "Shapley effects", ("share of variance",), found.doubts, "shapley"
    )


def _pawn(view: SweepView, outcome: str, policy: str, seed: int) -> Answer:
    """PAWN: how far the whole distribution moves."""
    from scenario.analysis.given_data import pawn

    x, y = _runs(view, outcome, policy)
    slices = max(2, min(10, len(x) // 5))
    found = pawn(x, y, factors=factors_of(view), seed=seed, n_slices=slices)
    table = found.table().reset_index().rename(columns={"corrected": "value", "noise": "is_noise"})
    table["value"] = table["value"].clip(table["lower"], table["upper"])
    notes = (
        "The distance of a whole distribution, freed of the bias that samples bring; luck is part of it.",
    )
    floor = float(found.noise_floor.max())
    return _indices(view, outcome, policy, table, "PAWN", ("PAWN",), notes, "pawn", floor=floor)


_METHODS: Mapping[str, Callable[[SweepView, str, str, int], Answer]] = {
    "sobol": _sobol,
    "morris": _morris,
    "shapley": _shapley,
    "pawn": _pawn,
}


def _indices(
    view: SweepView,
    outcome: str,
    policy: str,
    table: pd.DataFrame,
    measure: str,
    series: tuple[str, ...],
    notes: Sequence[str],
    name: str,
    *,
    floor: float | None = None,
) -> Answer:
    """Return the answer of a measure: one row per factor, the strongest first."""
    told = view.outcome(outcome)
    titles = {path: view.title(path) for path in view.factors} | {"luck": "Luck"}
    table = table.rename(columns={"factor": "path"})
    table.insert(0, "item", [titles.get(path, path) for path in table["path"]])
    table = table.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)
    n = len(view.design) * view.n_replications // len(view.policies)
    figure = indices_figure(
        table,
        context_of_sweep(view, sides={"A": policy}, n=n),
        measure=measure,
        unit=told["unit"]
        if name == "morris"
        else "share of variance"
        if name != "pawn"
        else "distance, 0 to 1",
        outcome=told["meaning"],
        series=series,
        noise_floor=floor,
        name=name,
    )
    return Answer(
        question=f"What drives it: {told['meaning']}?",
        sentences=(figure.title + ".", *notes, *view.notes),
        table=table,
        figures=(figure,),
        name=name,
        extra={"outcome": outcome, "policy": policy, "measure": measure, "n": n},
    )


__all__ = ["METHODS", "factors_of", "sensitivity", "tornado", "tornado_of"]
