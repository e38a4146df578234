"""Two to four variants under the same luck: A is the baseline, B to D are compared with it, run by run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from scenario.charts.data import Context
from scenario.experiment.compare import RUN, Comparison, paired
from scenario.experiment.run import Progress, Result, run
from scenario.questions.contexts import context_of_scenarios, title_of
from scenario.spec.outcomes import outcomes_of
from scenario.spec.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

LETTERS = ("A", "B", "C", "D")


@dataclass(frozen=True, kw_only=True, eq=False)
class Sides:
    """Results of several variants on the same outer points and luck.

    Parameters
    ----------
    results
        Letter -> result; A comes first. All hold the same runs.
    comparisons
        Letter from B on -> paired comparison with A.
    """

    results: Mapping[str, Result]
    comparisons: Mapping[str, Comparison]

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """Return the scenario of each letter."""
        return {key: result.scenario for key, result in self.results.items()}

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the outcome table of each letter: the same runs in the same order."""
        return {key: result.outcomes for key, result in self.results.items()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the title of each letter's variant."""
        return {key: title_of(scenario) for key, scenario in self.scenarios.items()}

    @property
    def n(self) -> int:
        """Return the number of runs that finished under every variant."""
        return len(self.results["A"].outcomes)

    @property
    def n_failed(self) -> int:
        """Return the number of runs that failed, over all variants."""
        return sum(len(result.failures) for result in self.results.values())

    @property
    def horizon(self) -> float:
        """Return the length of a run in days."""
        return float(self.results["A"].scenario.spec.horizon_days)

    @property
    def seed(self) -> int:
        """Return the root seed."""
        return self.results["A"].settings.seed

    @property
    def has_twins(self) -> bool:
        """Return whether every variant was run with its twins."""
        return all(result.settings.twins for result in self.results.values())

    def context(self, *letters: str) -> Context:
        """Return where the numbers come from, of some letters or of all."""
        named = {key: (self.names[key], self.scenarios[key]) for key in letters or self.results}
        return context_of_scenarios(named, n=self.n, seed=self.seed)


def sides_of(results: Mapping[str, Result]) -> Sides:
    """Return results side by side, cut down to the runs that finished under every variant.

    Raises
    ------
    SpecError
        Seed, size or horizon differ, so that runs cannot be paired.
    """
    if any(len(result.failures) for result in results.values()):
        both = reduce(lambda left, right: left.merge(right), [r.outcomes[RUN] for r in results.values()])
        results = {
            key: replace(result, outcomes=both.merge(result.outcomes, on=RUN))
            for key, result in results.items()
        }
    first = results["A"]
    comparisons = {key: paired(first, result) for key, result in results.items() if key != "A"}
    return Sides(results=dict(results), comparisons=comparisons)


def run_sides(
    scenarios: Mapping[str, Scenario],
    n: int,
    *,
    seed: int,
    workers: int = 1,
    engine: str = "auto",
    progress: Progress | None = None,
    results: Mapping[str, Result] | None = None,
) -> Sides:
    """Run two to four variants with their twins under the same luck; each scenario once.

    Parameters
    ----------
    scenarios
        Letter -> scenario, A first.
    n, seed, workers, engine
        As in `scenario.run`.
    progress
        Called with (runs done, runs in all) over all variants.
    results
        Hash -> result of scenarios that were run before with this size, this seed and twins.
    """
    found = dict(results or {})
    missing = {one.hash: one for one in scenarios.values() if one.hash not in found}
    for index, (key, scenario) in enumerate(missing.items()):
        step = _shifted(progress, index * n, n * len(missing))
        found[key] = run(scenario, n, seed=seed, workers=workers, engine=engine, progress=step)
    return sides_of({key: told_by(found[one.hash], one) for key, one in scenarios.items()})


def told_by(result: Result, scenario: Scenario) -> Result:
    """Return runs in the words of a scenario: one with the same hash may have other titles.

    Parameters
    ----------
    result
        The runs of a scenario with the same hash.
    scenario
        Whose titles are told.
    """
    declared = outcomes_of(scenario.spec, twins=result.settings.twins)
    return replace(result, scenario=scenario, declared=declared)


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Return the progress of one variant as progress of all."""
    return None if progress is None else lambda done, _: progress(before + done, total)
