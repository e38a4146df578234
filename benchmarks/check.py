"""Is it the same model? The plain program's outcomes beside the reference's, mean by mean.

The two share outer points and nothing else, so they agree within Monte Carlo error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.plain_simpy import Chance
from benchmarks.plain_simpy import simulate as simulate_plainly
from benchmarks.work import CASE, work
from scenario.draws.streams import Streams
from scenario.engine.reference import simulate

LIMIT = 5.0
"""|z| beyond which two means are not taken to be the same."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One outcome of both programs.

    Parameters
    ----------
    outcome
        Its name.
    n
        Runs of each.
    reference, plain
        Means over runs; a time that never comes counts as the horizon.
    error
        Standard error of the difference, >= 0.
    """

    outcome: str
    n: int
    reference: float
    plain: float
    error: float

    @property
    def difference(self) -> float:
        """Return plain minus reference."""
        return self.plain - self.reference

    @property
    def z(self) -> float:
        """Return the difference in standard errors; 0 where both are the same constant."""
        if self.error > 0.0:
            return self.difference / self.error
        return 0.0 if self.difference == 0.0 else math.copysign(math.inf, self.difference)


def check(
    n: int = 3000, *, seed: int = 1, case: str = CASE, variant: str = "base", overrides: Sequence[str] = ()
) -> list[Agreement]:
    """Run both programs once at each of `n` outer points and compare every outcome of the plain one.

    Parameters
    ----------
    n
        Outer points, and runs of each program, >= 2.
    seed
        Root seed of points, streams and the plain generator.
    case, variant, overrides
        As for `scenario.load`.
    """
    job = work(n_points=n, n_replications=1, seed=seed, case=case, variant=variant, overrides=list(overrides))
    streams, chance, mode = Streams(seed), Chance(seed), job.scenario.spec.policy.mode
    ours, plain = [], []
    for m, world in enumerate(job.worlds):
        ours.append(simulate(job.cast, world, streams, n=0, m=m, mode=mode)[0])
        plain.append(simulate_plainly(job.cast, world, chance))
    horizon = float(job.scenario.spec.horizon_days)
    return [_agreement(name, ours, plain, horizon) for name in plain[0]]


def _agreement(
    name: str, ours: Sequence[Mapping[str, Any]], plain: Sequence[Mapping[str, Any]], horizon: float
) -> Agreement:
    """Compare one outcome, point by point."""
    a, b = (
        np.nan_to_num(np.array([float(row[name]) for row in rows]), nan=horizon) for rows in (ours, plain)
    )
    return Agreement(
        outcome=name,
        n=len(a),
        reference=float(a.mean()),
        plain=float(b.mean()),
        error=float((b - a).std(ddof=1) / math.sqrt(len(a))),
    )


def disagreements(found: Sequence[Agreement]) -> list[Agreement]:
    """Return the outcomes whose means differ beyond `LIMIT` standard errors."""
    return [agreement for agreement in found if abs(agreement.z) > LIMIT]
