"""Answers known from outside: what evidence does to a prior, worked out by hand before the code."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path

import pytest
import scipy.stats

from scenario.evidence import derive
from scenario.spec.ledger import Ledger

EPISODES = Path(__file__).resolve().parents[2] / "configs" / "episodes.csv"


def posterior(*, prior, ratios, discount=0.7, n_points=64, without=()):
    """Derive one probability from a prior and likelihood ratios of one origin group."""
    shared = {"role": "input", "unit": "probability", "meaning": "a test"}
    items = [
        {
            "id": f"E{number}",
            "document": "D",
            "line": 1,
            "says": "a test",
            "origin": "O",
            "informs": [
                {
                    "parameter": "p",
                    "op": "likelihood_ratio",
                    "median": ratio,
                    "range90": [ratio, ratio],
                    "reason": "a test",
                }
            ],
        }
        for number, ratio in enumerate(ratios)
    ]
    ledger = {
        "as_of": "2024-09-09",
        "discount": "c",
        "documents": {"D": {"file": "text.txt", "grade": "F6"}},
        "origins": {"O": "one"},
        "parameters": {
            "p": shared | {"scale": "odds", "prior": prior | {"why": "a test"}},
            "c": shared | {"scale": "none", "prior": {"point": discount, "why": "a test"}},
        },
        "items": items,
    }
    made = Ledger.model_validate_json(json.dumps(ledger))
    return derive(made, without=without, n_points=n_points).parameters["p"].posterior


@pytest.mark.parametrize(
    ("ratios", "discount", "expected"),
    [
        ([2.5], 0.7, 0.7895),
        ([2.5, 2.0], 0.0, 0.8824),
        ([2.5, 2.0], 0.7, 0.8220),
        ([2.5, 2.0], 1.0, 0.7895),
        ([2.5, 0.5], 0.7, 0.7528),
        ([2.0, 2.5], 0.7, 0.8220),
    ],
)
def test_ratios_move_a_prior_of_three_fifths(ratios, discount, expected):
    """From p0 = 0.6 the ratios of one origin group give the posterior known beforehand."""
    assert posterior(prior={"point": 0.6}, ratios=ratios, discount=discount).middle == pytest.approx(
        expected, abs=5e-5
    )


def test_strongest_switched_off_leaves_the_next_at_full_weight():
    """From p0 = 0.6 without the ratio 2.5 the ratio 2.0 counts fully: 0.75."""
    left = posterior(prior={"point": 0.6}, ratios=[2.5, 2.0], without=["E0"])
    assert left.middle == pytest.approx(0.75)


def test_ratio_moves_a_beta_prior():
    """Beta(9, 6) and a ratio of 2.5 have 0.6156, 0.7926 and 0.9059 as 5, 50 and 95 % points."""
    found = posterior(prior={"beta": [9, 6]}, ratios=[2.5], n_points=200_000)
    assert (found.low, found.middle, found.high) == pytest.approx((0.6156, 0.7926, 0.9059), abs=0.003)


def test_reference_prior_follows_from_the_attributed_share():
    """p = (q - a_F) / (a_T - a_F) with q from the table lies in 0.6 to 0.9, and so does the prior's median.

    q = p a_T + (1 - p) a_F is the attributed share of disputed arms reports before 9 September 2024,
    a_T = 0.70 to 0.80 the share of true cases that get attributed, a_F = 0.10 to 0.25 that of false ones.
    """
    with EPISODES.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["disputed"] == "yes" and row["class"] == "arms_transfer"
        ]
    known = [row for row in rows if row["date_first_credible_report"] < "2024-09-09"]
    q = sum(bool(row["date_official_attribution"]) for row in known) / len(known)
    implied = [(q - a_f) / (a_t - a_f) for a_t, a_f in itertools.product((0.70, 0.80), (0.10, 0.25))]
    prior = scipy.stats.beta(9, 5)
    assert q == pytest.approx(10 / 16)
    assert (min(implied), max(implied)) == pytest.approx((0.682, 0.875), abs=0.001)
    assert 0.6 < prior.median() < 0.9
    assert prior.ppf(0.05) < 0.6 < min(implied) < prior.ppf(0.95)
