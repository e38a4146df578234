"""The engine's figures at full size (`make proof`): calibration, ceilings, placebo, order."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from scenario.spec.load import load
from scenario.spec.scenario import Scenario
from scenario.spec.schema import Mode
from tests.proof.record import recorded
from tests.unit.engine.calibration import (
    ALWAYS_FOUND,
    CONFIGURATIONS,
    belief_case,
    beliefs_at,
    beliefs_when_found,
)
from tests.unit.engine.factory import BASE_CASE, COUNCIL, minimal, runs
from tests.unit.engine.test_order import FREE, broken
from tests.unit.engine.test_twins import PLACEBO, _policies

pytestmark = pytest.mark.proof

BARS = {"dismiss": 0.02, "warn": 0.6, "attribute": 0.9}
LIMIT = 5.0


def _slug(name: str) -> str:
    """Return a name as a file name."""
    return name.replace(" ", "-")


@pytest.mark.parametrize("name", [*CONFIGURATIONS, "base case"])
def test_belief_is_calibrated_at_the_horizon_at_random_times_and_at_findings(name: str) -> None:
    """Over 20,000 runs no bin, drift or stop is beyond |z| = 5, and false findings stay under the ceiling."""
    n, seed = 20_000, 101
    with recorded(f"calibrated-belief-{_slug(name)}", size={"runs": n}, seed=seed) as figure:
        end, some = beliefs_at(belief_case(name, ALWAYS_FOUND), n, seed=seed)
        figure["horizon_z"], figure["horizon_z_by_bin"] = end.z(), end.z_by_bin()
        figure["random_day_z"], figure["random_day_z_by_bin"] = some.z(), some.z_by_bin()
        figure["martingale_z"] = [end.z_martingale(), some.z_martingale()]
        stopped, n_reached, n_false = beliefs_when_found(belief_case(name, BARS), n, seed=seed)
        figure["finding_z"], figure["findings"] = stopped.z(), len(stopped.belief)
        odds = some.start / (1.0 - some.start) / 9.0
        # Per outer point a false run reaches the bar with at most odds(p)/9; false runs are drawn with 1 - p.
        ceiling = float((np.minimum(odds, 1.0) * (1.0 - some.start)).sum() / (1.0 - some.start).sum())
        figure |= {"false_runs": n_false, "false_findings": n_reached, "ceiling": ceiling}
        z_values = [
            end.z(),
            *end.z_by_bin(),
            some.z(),
            *some.z_by_bin(),
            *figure["martingale_z"],
            stopped.z(),
        ]
        figure["largest_z"] = max(map(abs, z_values))
        assert figure["largest_z"] < LIMIT
        assert n_reached / n_false < ceiling + LIMIT * (ceiling * (1.0 - ceiling) / n_false) ** 0.5


@pytest.mark.parametrize(("name", "outer", "inner"), [(BASE_CASE, 500, 4), ("minimal", 5_000, 2)])
def test_placebo_has_no_difference_at_all(name: str, outer: int, inner: int) -> None:
    """Where nothing is felt, policy paths of factual, words and silent differ in 0 runs."""
    seed = 3
    with recorded(f"placebo-twins-{name}", size={"runs": outer * inner}, seed=seed) as figure:
        case = minimal(PLACEBO) if name == "minimal" else load(name, overrides=PLACEBO)
        paths = [_policies(case, mode, outer, inner) for mode in Mode]
        figure["runs_with_a_change_of_policy"] = sum(map(bool, paths[0]))
        figure["differences"] = sum(a != b or a != c for a, b, c in zip(*paths, strict=True))
        assert figure["differences"] == 0


def _random_overrides(luck: random.Random) -> dict[str, Any]:
    """Return random numbers within their bounds for up to 25 paths of the minimal scenario, and structure."""
    chosen = luck.sample(FREE, luck.randint(0, 25))
    found: dict[str, Any] = {path: luck.uniform(low, high) for path, low, high in chosen}
    found |= {
        "senders.us.bars.attribute": luck.uniform(0.6, 1.0),
        "senders.us.bars.warn": luck.uniform(0.4, 0.6),
        "senders.us.bars.dismiss": luck.uniform(0.0, 0.39),
        "channels.press.gap_days": luck.uniform(2.0, 100.0),
        "act.batch_gap_days": luck.uniform(5.0, 100.0),
        "act.p_true": luck.random(),
        "act.kind": luck.choice(["flow", "one_shot", "ongoing"]),
        "act.gravity": luck.randint(0, 3),
    }
    if luck.random() < 0.5:
        found |= {"forums.council": COUNCIL, "senders.us.adopts": {"designations": "council"}}
    return found


def test_order_holds_in_generated_scenarios() -> None:
    """In 2,000 random scenarios and 8,000 runs nothing that must hold is broken."""
    n, seed = 2_000, 7
    luck, problems = random.Random(seed), []
    with recorded("order-generated", size={"scenarios": n, "runs": 4 * n}, seed=seed) as figure:
        for number in range(n):
            case = minimal(_random_overrides(luck))
            problems += [
                (number, p) for run in runs(case, 2, inner=2, seed=number) for p in broken(run, case)
            ]
        figure["broken"] = len(problems)
        assert problems == []


def _variants(case: Scenario) -> list[str]:
    """Return base and every variant of a scenario."""
    return ["base", *case.spec.variants]


def test_order_holds_in_every_variant_of_the_base_case() -> None:
    """In 200 runs of each variant of the base case nothing that must hold is broken."""
    n, seed = 200, 9
    names = _variants(load(BASE_CASE))
    with recorded(
        "order-base-case", size={"variants": len(names), "runs": n * len(names)}, seed=seed
    ) as figure:
        problems = []
        for name in names:
            case = load(BASE_CASE, variant=name)
            problems += [
                (name, p) for run in runs(case, n // 4, inner=4, seed=seed) for p in broken(run, case)
            ]
        figure["broken"] = len(problems)
        assert problems == []
