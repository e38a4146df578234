"""Coverage of answers whose numbers were chosen, or share their luck, over 1,000 synthetic studies each.

A ranking of numbers that do nothing; bars of a tornado, all ends of which share their runs' luck. True values
are closed forms. `make proof` writes the figures.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.screening import screened_shares
from scenario.experiment.sweep_view import SweepView
from scenario.questions.drivers import tornado_of
from tests.proof.record import recorded

pytestmark = pytest.mark.proof

STUDIES = 1000


def surely_above(p: float) -> int:
    """Return the least count of studies that a share p falls short of in one proof of a thousand."""
    below = np.cumsum([comb(STUDIES, k) * p**k * (1 - p) ** (STUDIES - k) for k in range(STUDIES + 1)])
    return int(np.searchsorted(below, 0.001))


# ---- which number to learn first ---------------------------------------------------------------------

NULL, POINTS, NUMBERS, RANKED = 301, 400, 100, 25


def test_the_best_of_numbers_that_do_nothing_is_noise() -> None:
    """Of 100 numbers 25 are ranked and none matters: the largest share's interval holds 0 in 95 % of studies.

    Shares of 0 have intervals that hold it more often than 95 %, which leaves room for the largest of 25.
    """
    rng, held, value = np.random.default_rng(NULL), 0, 0.0
    size = {"studies": STUDIES, "points": POINTS, "numbers": NUMBERS}
    with recorded("learn-first-null", size=size, seed=NULL) as figure:
        for _ in range(STUDIES):
            columns = {f"x{d}": rng.random(POINTS) for d in range(NUMBERS)}
            first = screened_shares(rng.normal(size=(POINTS, 4)), columns, most=RANKED).found.ranked[0]
            held += first.interval[0] <= 0.0
            value += first.share / STUDIES
        figure |= {"held": held / STUDIES, "largest share": value}
        assert held >= surely_above(0.95)


# ---- bars that share their luck ----------------------------------------------------------------------

BARS, RUNS = 302, 300
Draw = Callable[[np.random.Generator], np.ndarray]
SHIFTS = {"a": (-2.0, 3.0), "b": (-0.5, 0.4), "idle": (0.0, 0.0), "idler": (0.0, 0.0)}
"""What an end adds to the outcome, the same of every run but for an interaction with luck."""

SHARES = {"a": (0.2, 0.5), "b": (0.25, 0.4), "idle": (0.3, 0.3), "idler": (0.3, 0.3)}
"""With which probability it happens at an end; 0.3 as declared."""


def view_of(runs: np.ndarray, kind: str) -> SweepView:
    """Return a one-at-a-time sweep: the runs as declared, then at both ends of each factor, float64[9, R]."""
    names = list(SHIFTS)
    parts = ["base", *(f"{name}:{end}" for name in names for end in ("low", "high"))]
    design = pd.DataFrame(
        {"experiment": range(9), "policy": "A", "point": range(9), "luck": 0, "part": parts}
    )
    ends = [0.5] + [0.0, 1.0] * len(names)
    rows = {
        "experiment": np.repeat(range(9), RUNS),
        "replication": np.tile(range(RUNS), 9),
        "y": runs.ravel(),
    }
    factor = {"unit": "", "kind": "own", "is_structural": False}
    about = {
        "kind": "one-at-a-time",
        "place": "nowhere",
        "as_of": "2024-09-09",
        "horizon_days": 365,
        "policies": {"A": "As declared"},
        "factors": {name: factor | {"title": name} for name in names},
        "outcomes": {"y": {"kind": kind, "unit": "day", "meaning": "y"}},
    }
    identity = {"replications": RUNS, "seed": BARS, "scenarios": ["0" * 64]}
    return SweepView(
        about=about,
        identity=identity,
        design=design.assign(**dict.fromkeys(names, ends)),
        rows=pd.DataFrame(rows),
        n_failed=0,
    )


def shifted(rng: np.random.Generator) -> np.ndarray:
    """Every run's own luck, large and common to all ends; an end adds its shift, and noise with a part of luck."""
    luck = rng.normal(0, 10, RUNS)
    ends = [luck + shift + 0.05 * luck + rng.normal(0, 2, RUNS) for pair in SHIFTS.values() for shift in pair]
    return np.array([luck, *ends])


def happened(rng: np.random.Generator) -> np.ndarray:
    """The same uniform of a run at all ends, but for one run in ten, which draws anew."""
    u = rng.random(RUNS)
    drawn = [
        (np.where(rng.random(RUNS) < 0.1, rng.random(RUNS), u) < p, p)
        for pair in SHARES.values()
        for p in pair
    ]
    return np.array([u < 0.3, *(hit for hit, _ in drawn)], dtype=float)


@pytest.mark.parametrize(("kind", "draw"), [("quantity", shifted), ("probability", happened)])
def test_bars_of_a_tornado_under_common_luck_hold_the_truth(kind: str, draw: Draw) -> None:
    """Each end's interval holds its true distance from the baseline in 95 -/+ 2 %; no idle number is told in 95 %."""
    scale = 1.0 if kind == "quantity" else 100.0
    told = SHIFTS if kind == "quantity" else {n: (a - 0.3, b - 0.3) for n, (a, b) in SHARES.items()}
    rng = np.random.default_rng([BARS, len(kind)])
    hits = {f"{name} {end}": 0 for name in told for end in ("low", "high")}
    quiet = 0
    with recorded(f"tornado-{kind}", size={"studies": STUDIES, "runs": RUNS}, seed=BARS) as figure:
        for _ in range(STUDIES):
            answer = tornado_of(view_of(draw(rng), kind), "y")
            rows, base = answer.table.set_index("path"), answer.extra["baseline"]
            for name, pair in told.items():
                for end, truth in zip(("low", "high"), pair, strict=True):
                    row = rows.loc[name]
                    is_held = row[f"at_{end}_lower"] <= base + scale * truth <= row[f"at_{end}_upper"]
                    hits[f"{name} {end}"] += bool(is_held)
            quiet += bool(rows.loc[["idle", "idler"], "is_noise"].all())
        covered = {name: n / STUDIES for name, n in hits.items()}
        figure |= {"covered": covered, "no idle number told": quiet / STUDIES}
        assert quiet >= surely_above(0.95)
        assert list(covered.values()) == pytest.approx([0.95] * len(covered), abs=0.02)
