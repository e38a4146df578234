"""The numbers of one result: every outcome, the implied rates beside history, the shares of variance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenario.analysis.attribution_ratio import implied_attribution_ratio
from scenario.analysis.quantities import Summary, summaries
from scenario.analysis.rates import Implied, implied_rates, load_rates
from scenario.analysis.variance import VarianceShares, variance_shares_by_outcome
from scenario.experiment.run import Result


@dataclass(frozen=True, kw_only=True)
class ResultSummary:
    """What is said about a result: outcomes, rates beside history, and where the spread comes from."""

    result: Result
    outcomes: Mapping[str, Summary]
    rates: Mapping[str, Implied]
    variance: Mapping[str, VarianceShares]

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as plain data, for `--json`; what cannot be told is null."""
        result = self.result
        return {
            "scenario": result.scenario.spec.name,
            "variant": result.scenario.variant,
            "hash": result.scenario.hash,
            "seed": result.settings.seed,
            "n": result.n,
            "outer": result.settings.outer,
            "inner": result.settings.inner,
            "failures": len(result.failures),
            "outcomes": {name: _outcome(found) for name, found in self.outcomes.items()},
            "rates": {name: _rate(rate) for name, rate in self.rates.items()},
            "variance": {name: _variance(shares) for name, shares in self.variance.items()},
        }


def summarise(result: Result) -> ResultSummary:
    """Summarise a result.

    Returns
    -------
    Every outcome with estimate, interval, quantiles and never-share; implied rates; variance shares
    (empty where a point has one replication).
    """
    table, horizon = result.outcomes, float(result.scenario.spec.horizon_days)
    experiment = table["experiment"].to_numpy()
    kinds: dict[str, str] = {name: declared.kind for name, declared in result.declared.items()}
    units = {name: declared.unit for name, declared in result.declared.items()}
    low, high = np.quantile(result.attribution_ratio, (0.05, 0.95))
    voice = implied_attribution_ratio(table, bounds=(float(low), float(high)))
    return ResultSummary(
        result=result,
        outcomes=summaries(table, experiment, kinds=kinds, units=units, horizon=horizon),
        rates=implied_rates(load_rates(), table, horizon=horizon) | {voice.name: voice},
        variance=variance_shares_by_outcome(
            table,
            experiment,
            truth=table["is_true"].to_numpy(),
            p=result.p_true,
            kinds=kinds,
            horizon=horizon,
        ),
    )


def _number(value: float | None) -> float | None:
    """Return a float for JSON: null where there is no number."""
    return None if value is None or not math.isfinite(value) else float(value)


def _outcome(found: Summary) -> dict[str, Any]:
    """Return one outcome as plain data."""
    return {
        "unit": found.unit,
        "kind": found.kind,
        "estimate": _number(found.estimate),
        "interval": [_number(end) for end in found.interval],
        "quantiles": {level: _number(value) for level, value in found.quantiles.items()},
        "never": _number(found.never),
    }


def _rate(rate: Implied) -> dict[str, Any]:
    """Return one rate as plain data."""
    return {
        "title": rate.title,
        "unit": rate.unit,
        "implied": _number(rate.implied),
        "interval": None if rate.interval is None else [_number(end) for end in rate.interval],
        "historical": _number(rate.historical),
        "bounds": [_number(end) for end in rate.bounds],
        "inside": None if rate.inside is None else bool(np.bool_(rate.inside)),
        "n": rate.n,
        "source": rate.source,
        "caution": rate.caution,
        "reason": rate.reason,
    }


def _variance(shares: VarianceShares) -> dict[str, Any]:
    """Return variance shares as plain data."""
    return {
        "parameters": _number(shares.parameters),
        "fact": _number(shares.fact),
        "luck": _number(shares.luck),
        "intervals": {name: [_number(end) for end in ends] for name, ends in shares.intervals.items()},
    }
