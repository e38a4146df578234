"""The plausibility bands of the base case, at full size: reported whether they are met or not.

The bands come from the historical record and from judgement (docs/validation.md says which). A band that
is not met does not fail the proof; a band that cannot be computed does. `make proof` writes the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest

import scenario
from scenario.spec.load import load_text, shipped_configs
from tests.proof.conftest import Check
from tests.proof.record import recorded

pytestmark = pytest.mark.proof

BASE = "iran-russia-missiles-2024"
N, SEED, WORKERS = 4000, 0, 2
Tables = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def outcomes() -> Tables:
    """The outcome table of a case with overrides; each computed once."""
    known: dict[object, pd.DataFrame] = {}

    def table(case: str = BASE, variant: str = "base", n: int = N, **overrides: object) -> pd.DataFrame:
        key = (case, variant, n, tuple(sorted(overrides.items())))
        if key not in known:
            loaded = scenario.load(
                case, variant=variant, overrides={k.replace("__", "."): v for k, v in overrides.items()}
            )
            known[key] = scenario.run(loaded, n, seed=SEED, twins=False, workers=WORKERS).outcomes
        return known[key]

    return table


def share(mask: pd.Series | np.ndarray) -> float:
    """Return the share of true values in per cent."""
    return 100.0 * float(np.mean(mask))


N_BANDS = 17


@pytest.fixture(scope="module", autouse=True)
def figures(request: pytest.FixtureRequest, assert_none_failed: Check) -> Iterator[dict[str, object]]:
    """The figures of this file, written as one record."""
    with recorded("plausibility", size={"runs": N}, seed=SEED) as found:
        yield found
        assert_none_failed(request)
        assert len(found) == N_BANDS, "a part of the tests makes no whole record"


Note = Callable[[str, float, float, float, str, int], None]


@pytest.fixture
def assert_recorded(figures: dict[str, object]) -> Note:
    """Return the function that records one figure with its band and whether it lies inside."""

    def write(name: str, value: float, low: float, high: float, unit: str, size: int) -> None:
        assert np.isfinite(value)
        band = {"value": round(value, 2), "band": [low, high], "unit": unit, "n": size}
        figures[name] = band | {"met": bool(low <= value <= high)}

    return write


def lag(table: pd.DataFrame, first: str, then: str) -> pd.Series:
    """Return calendar days from one first time to another; NaN where either never came."""
    return np.floor(table[then]) - np.floor(table[first])


def test_attribution(outcomes: Tables, assert_recorded: Note) -> None:
    """Attributed by day 365 and by day 14, and the share of true cases among the attributed."""
    base = outcomes()
    assert_recorded("attributed-d365", share(base["attributed"]), 50, 80, "% of runs", len(base))
    assert_recorded("attributed-d14", share(base["attribution_day"] <= 14), 15, 50, "% of runs", len(base))
    assert_recorded(
        "true-given-attributed",
        share(base.loc[base["attributed"], "is_true"]),
        80,
        97,
        "% of attributed",
        len(base),
    )


def test_measures_follow_attribution(outcomes: Tables, assert_recorded: Note) -> None:
    """Linked measures with and without attribution, and how soon after it the first American one comes."""
    base = outcomes()
    given = base["attributed"]
    assert_recorded(
        "measure-given-attribution", share(base.loc[given, "responded"]), 65, 95, "% of attributed", len(base)
    )
    assert_recorded(
        "measure-without-attribution", share(base.loc[~given, "responded"]), 0, 10, "% of others", len(base)
    )
    wait = lag(base, "attributed_day.us", "adopted_day.us").dropna()
    assert_recorded("us-same-day", share(wait <= 0), 45, 70, "% of US attributions with a measure", len(wait))
    assert_recorded(
        "us-within-30d", share(wait <= 30), 65, 90, "% of US attributions with a measure", len(wait)
    )


def test_the_council_follows_washington(outcomes: Tables, assert_recorded: Note) -> None:
    """Days from the first American to the first EU measure."""
    base = outcomes()
    wait = lag(base, "adopted_day.us", "adopted_day.eu")
    after = wait[base["adopted_day.us"].notna()]
    assert_recorded(
        "eu-after-us-median",
        float(wait.dropna().median()),
        30,
        60,
        "days, both acting",
        int(wait.notna().sum()),
    )
    assert_recorded(
        "eu-us-same-day", share(wait.dropna() == 0), 0, 15, "% of both acting", int(wait.notna().sum())
    )
    assert_recorded("eu-within-180d", share(after <= 180), 46, 84, "% of runs with a US measure", len(after))


def test_one_more_sender_with_the_same_source_adds_little(outcomes: Tables, assert_recorded: Note) -> None:
    """An eighth sender like Canada raises P(any attribution | nothing under way) by less than two points."""
    text = (shipped_configs() / f"{BASE}.yaml").read_text(encoding="utf-8")
    start, end = text.index("  canada:\n"), text.index("  ukraine:\n")
    eighth = (
        text[start:end].replace("  canada:\n", "  australia:\n").replace("title: Canada", "title: Australia")
    )
    more = load_text(text[:end] + eighth + text[end:], file="with-an-eighth-sender.yaml")
    table = scenario.run(more, N, seed=SEED, twins=False, workers=WORKERS).outcomes
    base = outcomes()
    gain = share(table.loc[~table["is_true"], "attributed"]) - share(base.loc[~base["is_true"], "attributed"])
    assert_recorded(
        "eighth-sender", gain, -0.01, 2, "points of false runs attributed", int((~base["is_true"]).sum())
    )


def test_threat_deters_a_little(outcomes: Tables, assert_recorded: Note) -> None:
    """Credible threat lowers the share of planned acts that ship within the year by at most 30 points."""
    base, undeterred = outcomes(), outcomes(threat__deterrence=0)
    planned = base["is_planned"]
    shipped = [share(table.loc[planned, "first_shipment_day"].notna()) for table in (base, undeterred)]
    assert_recorded(
        "deterrence", shipped[1] - shipped[0], 0, 30, "points of planned acts", int(planned.sum())
    )


def test_measures_stop_some_flows(outcomes: Tables, assert_recorded: Note) -> None:
    """Measures stop the flow within a year in 0 to 15 points more of the true runs than words alone."""
    base, words = outcomes(), outcomes(variant="words-only")
    true = base["is_true"]
    gain = share(base.loc[true, "stopped_pause"]) - share(words.loc[true, "stopped_pause"])
    assert_recorded("measures-stop-flow", gain, 0, 15, "points of true runs", int(true.sum()))


def test_reviewing_more_often_is_no_lottery(outcomes: Tables, assert_recorded: Note) -> None:
    """Halving the gap between reviews moves P(pause by day 90) by less than two points."""
    base = outcomes(n=2 * N, target__review_gap_days=25.0)
    often = outcomes(n=2 * N, target__review_gap_days=12.5)
    shift = share(often["first_pause_day"] <= 90) - share(base["first_pause_day"] <= 90)
    assert_recorded("review-gap", shift, -2, 2, "points of runs", len(base))


def test_the_report_of_february_is_often_never_confirmed(outcomes: Tables, assert_recorded: Note) -> None:
    """In the February 2024 case no attribution has come by day 202 in a quarter of runs at least."""
    table = outcomes("missiles-unconfirmed-feb2024")
    assert_recorded(
        "february-none-by-d202", share(~(table["attribution_day"] <= 202)), 25, 100, "% of runs", len(table)
    )


def test_the_union_and_belarus(outcomes: Tables, assert_recorded: Note) -> None:
    """In the Belarus case the EU adopts 35 to 75 days after attribution, and a certain veto adds a meeting."""
    base, held = (outcomes("belarus-2020", variant=name, n=2000) for name in ("base", "veto-held"))
    wait = lag(base, "attribution_day", "adopted_day.eu").dropna()
    assert_recorded("belarus-eu-after-attribution", float(wait.median()), 35, 75, "days, median", len(wait))
    free = outcomes("belarus-2020", variant="no-veto", n=2000)["adopted_day.eu"]
    hit = free <= 43  # would have passed by the blocked meeting
    added = (held["adopted_day.eu"] - free)[hit].dropna()
    assert_recorded(
        "belarus-veto-adds", float(added.min()), 11, 366, "days, least over runs it hits", len(added)
    )
