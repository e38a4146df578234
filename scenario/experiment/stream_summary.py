"""What is said about runs that were counted but not kept: of one scenario, or of two under the same luck."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario.analysis.counted import QUANTILE_ERROR, Counted, incidence
from scenario.analysis.pair_tally import PairTally
from scenario.analysis.paired import Paired
from scenario.analysis.streaming import Tally
from scenario.engine.faults import run_id
from scenario.experiment.chunk import Settings
from scenario.experiment.store import origin, refusal
from scenario.spec.outcomes import Outcome
from scenario.spec.register import Change
from scenario.spec.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

KEPT_FAILURES = 20
"""So many failed runs are kept with what went wrong; all are counted."""

NOT_AVAILABLE = (
    "Shares of variance and implied rates ask for every run: not available where runs are only counted."
)


@dataclass(frozen=True)
class Failures:
    """Runs that ended with an error.

    Parameters
    ----------
    n
        How many there were.
    first
        (outer point, replication, error) of the first 20 of them, in the order of the runs.
    """

    n: int = 0
    first: tuple[tuple[int, int, str], ...] = ()

    def __len__(self) -> int:
        return self.n

    def and_more(self, more: Iterable[tuple[int, int, str]]) -> Failures:
        """Return these and more, in whatever order they come."""
        new = list(more)
        return Failures(self.n + len(new), tuple(sorted([*self.first, *new])[:KEPT_FAILURES]))

    def as_dicts(self) -> list[dict[str, str]]:
        """Return the kept ones as plain data."""
        return [{"run": run_id(m, n), "error": error} for m, n, error in self.first]


@dataclass(frozen=True, kw_only=True)
class StreamSummary:
    """What the runs of a scenario say, none of which was kept.

    Parameters
    ----------
    scenario, settings
        What was run, and how.
    declared
        Name to declaration of every outcome.
    tally
        What was counted; `analysis.streaming.merge` makes one of two with different outer points.
    failures
        Runs that ended with an error.
    outcomes
        Name to what the counts say.
    """

    scenario: Scenario
    settings: Settings
    declared: Mapping[str, Outcome]
    tally: Tally
    failures: Failures
    outcomes: Mapping[str, Counted]

    @property
    def n(self) -> int:
        """Return the number of runs that were counted."""
        return self.tally.n_runs

    @property
    def digest(self) -> str:
        """Return the sha256 of all counts: the same for any chunk size, order, number of threads and engine."""
        return self.tally.digest()

    def incidence(self, name: str) -> pd.DataFrame:
        """Return by which day a time has come in which share of the runs; see `analysis.counted.incidence`."""
        return incidence(self.tally, name)

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as plain data, for `--json`; what cannot be told is null."""
        settings = self.settings
        return {
            "scenario": self.scenario.spec.name,
            "variant": self.scenario.variant,
            "hash": self.scenario.hash,
            "seed": settings.seed,
            "n": self.n,
            "outer": settings.outer,
            "inner": settings.inner,
            "keep": "summary",
            "failures": self.failures.n,
            "first_failures": self.failures.as_dicts(),
            "digest": self.digest,
            "outcomes": {name: _outcome(self.declared[name], found) for name, found in self.outcomes.items()},
            "quantile_error": QUANTILE_ERROR,
            "rates": None,
            "variance": None,
            "not_available": NOT_AVAILABLE,
        }


@dataclass(frozen=True, kw_only=True)
class StreamComparison:
    """What two variants say under the same luck, run by run, no run of which was kept.

    Parameters
    ----------
    a, b
        The sides, each over the runs that finished in both; their failures are their own.
    changed
        What differs between the two scenarios.
    tally
        What was counted of the pairs.
    outcomes
        Name to paired difference (b - a).
    """

    a: StreamSummary
    b: StreamSummary
    changed: list[Change]
    tally: PairTally
    outcomes: Mapping[str, Paired]

    @property
    def n(self) -> int:
        """Return the number of pairs."""
        return self.tally.n_runs

    @property
    def digest(self) -> str:
        """Return the sha256 of all counts: the same for any chunk size, order, number of threads and engine."""
        return self.tally.digest()

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data; what cannot be told is null."""
        return {
            "a": self.a.scenario.variant,
            "b": self.b.scenario.variant,
            "scenario": self.a.scenario.spec.name,
            "hash": {"a": self.a.scenario.hash, "b": self.b.scenario.hash},
            "seed": self.a.settings.seed,
            "n": self.n,
            "digest": self.digest,
            "changed": [change.as_dict() for change in self.changed],
            "outcomes": {
                name: _difference(self.a.declared[name], found) for name, found in self.outcomes.items()
            },
            "failures": {"a": self.a.failures.n, "b": self.b.failures.n},
        }


def write_stream(summary: StreamSummary, folder: Path, *, command: str) -> list[Path]:
    """Write summary, manifest and, where runs failed, the first failures; return the files written.

    Parameters
    ----------
    summary
        From `stream`.
    folder
        Created where missing.
    command
        The canonical command, without folder, time or host.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    told = summary.as_dict() | {"command": command}
    files = {"summary.json": _json(told), "manifest.json": _json(stream_manifest(summary, command=command))}
    if summary.failures.n:
        files["failures.csv"] = _failure_table(summary.failures)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise refusal(folder, error) from error
    return [folder / name for name in files]


def stream_manifest(summary: StreamSummary, *, command: str) -> dict[str, Any]:
    """Return what is needed to get a summary again, and to see whether one has the same."""
    head = origin(
        summary.scenario, summary.settings, n=summary.n, n_failed=summary.failures.n, command=command
    )
    return head | {"keep": "summary", "digest": summary.digest}


def _failure_table(failures: Failures) -> str:
    """Return the kept failures as CSV, as `store` writes all of them."""
    import pandas as pd

    table = pd.DataFrame(list(failures.first), columns=["experiment", "replication", "error"])
    return table.to_csv(index=False, lineterminator="\n")


def _json(data: Mapping[str, Any]) -> str:
    """Return plain data as JSON with sorted keys."""
    return json.dumps(data, indent=2, sort_keys=True, allow_nan=False) + "\n"


def _number(value: float | None) -> float | None:
    """Return a float for JSON: null where there is no number."""
    return None if value is None or not math.isfinite(value) else float(value)


def _outcome(declared: Outcome, found: Counted) -> dict[str, Any]:
    """Return one outcome as plain data."""
    quantiles = found.quantiles.items()
    return {
        "unit": declared.unit,
        "kind": found.kind,
        "estimate": _number(found.estimate),
        "standard_error": _number(found.error),
        "interval": [_number(end) for end in found.interval],
        "quantiles": {level: None if q is None else q.value for level, q in quantiles},
        "quantile_bounds": {level: None if q is None else [q.low, q.high] for level, q in quantiles},
        "never": found.never,
        "low": found.low,
        "high": found.high,
        "n": found.n,
    }


def _difference(declared: Outcome, found: Paired) -> dict[str, Any]:
    """Return one difference as plain data."""
    return {
        "unit": declared.unit,
        "kind": declared.kind,
        "a": found.a,
        "b": found.b,
        "difference": found.difference,
        "interval": [_number(end) for end in found.interval],
        "differ": found.differ,
        "higher": found.higher,
        "lower": found.lower,
        "equal": found.equal,
        "noise": found.noise,
        "n": found.n,
    }
