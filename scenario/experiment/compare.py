"""Compare two variants of one scenario under the same luck, run by run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scenario.analysis.paired import Paired, paired_differences
from scenario.errors import Problem, SpecError
from scenario.experiment.run import Progress, Result, run
from scenario.spec.register import Change, difference
from scenario.spec.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

RUN = ["experiment", "replication"]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two results on the same outer points and luck.

    Parameters
    ----------
    a, b
        The results; only runs that finished in both are compared.
    changed
        What differs between the two scenarios.
    outcomes
        Name to paired difference (b - a).
    """

    a: Result
    b: Result
    changed: list[Change]
    outcomes: dict[str, Paired]

    @property
    def n(self) -> int:
        """Return the number of pairs."""
        return len(self.paired_runs()[0])

    def paired_runs(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the outcome tables of A and B with the same runs in the same order."""
        return _aligned(self.a, self.b)

    def table(self) -> pd.DataFrame:
        """Return one row per outcome: unit, a, b, difference, interval, shares, noise.

        A band has an order but no distance: its means, difference and interval are missing (NaN).
        """
        import pandas as pd

        rows = [
            {"outcome": name, "unit": self.a.declared[name].unit}
            | {"a": p.a, "b": p.b, "difference": p.difference, "lower": p.interval[0], "upper": p.interval[1]}
            | {"differ": p.differ, "share_higher": p.higher, "share_lower": p.lower, "noise": p.noise}
            for name, p in self.outcomes.items()
        ]
        table = pd.DataFrame(rows)
        table.loc[table["unit"] == "band", ["a", "b", "difference", "lower", "upper"]] = float("nan")
        return table

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data, for `--json`."""
        return {
            "a": self.a.scenario.variant,
            "b": self.b.scenario.variant,
            "scenario": self.a.scenario.spec.name,
            "hash": {"a": self.a.scenario.hash, "b": self.b.scenario.hash},
            "seed": self.a.settings.seed,
            "n": self.n,
            "changed": [change.as_dict() for change in self.changed],
            "outcomes": {
                name: {
                    "unit": self.a.declared[name].unit,
                    "kind": self.a.declared[name].kind,
                    "a": p.a,
                    "b": p.b,
                    "difference": p.difference,
                    "interval": list(p.interval),
                    "differ": p.differ,
                    "higher": p.higher,
                    "lower": p.lower,
                    "equal": p.equal,
                    "noise": p.noise,
                }
                for name, p in self.outcomes.items()
            },
            "failures": {"a": len(self.a.failures), "b": len(self.b.failures)},
        }


def compare(
    a: Scenario, b: Scenario, n: int | None = None, *, progress: Progress | None = None, **settings: Any
) -> Comparison:
    """Run two variants under the same luck and compare every outcome.

    Parameters
    ----------
    a, b
        From `scenario.load`, usually the same file with two variants.
    n, settings
        As in `scenario.run`; the same for both.
    progress
        Called with (runs done, runs in all) over both.

    Examples
    --------
    >>> import scenario
    >>> a, b = (scenario.load("iran-russia-missiles-2024", variant=v) for v in ("base", "words-only"))
    >>> scenario.compare(a, b, 8, seed=0, twins=False).outcomes["measures"].b
    0.0
    """

    def first(done: int, total: int) -> None:
        if progress is not None:
            progress(done, 2 * total)

    def second(done: int, total: int) -> None:
        if progress is not None:
            progress(total + done, 2 * total)

    result_a = run(a, n, progress=first, **settings)
    return paired(result_a, run(b, n, progress=second, **settings))


def paired(a: Result, b: Result) -> Comparison:
    """Compare two results that share seed, size and horizon.

    Raises
    ------
    SpecError
        Seed, size or horizon differ, so that runs cannot be paired.
    """
    for name, left, right in (
        ("seed", a.settings.seed, b.settings.seed),
        ("size", (a.settings.outer, a.settings.inner), (b.settings.outer, b.settings.inner)),
        ("horizon_days", a.scenario.spec.horizon_days, b.scenario.spec.horizon_days),
    ):
        if left != right:
            raise SpecError(
                Problem(
                    rule=f"A and B must have the same {name} to be compared run by run",
                    got=f"{left} and {right}",
                    code="E304",
                )
            )
    table_a, table_b = _aligned(a, b)
    outcomes = paired_differences(
        table_a,
        table_b,
        table_a["experiment"].to_numpy(),
        kinds={name: declared.kind for name, declared in a.declared.items() if name in b.declared},
        horizon=float(a.scenario.spec.horizon_days),
    )
    return Comparison(a=a, b=b, changed=difference(a.scenario, b.scenario), outcomes=outcomes)


def _aligned(a: Result, b: Result) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the runs that finished in both, in order."""
    if a.failures.empty and b.failures.empty:
        return a.outcomes, b.outcomes
    both = a.outcomes[RUN].merge(b.outcomes[RUN])
    return both.merge(a.outcomes, on=RUN), both.merge(b.outcomes, on=RUN)
