from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.rates import Implied, _median, implied_rates, load_rates, median_interval, parse_rates
from scenario.errors import DataError

NEVER = float("nan")
CONFIG = Path(__file__).parents[3] / "configs" / "rates.yaml"

RATES = """
senders: {us: us}
rates:
  attributed_after:
    title: A measure, given attribution
    given: {time_within: [attribution_day, horizon]}
    event: {is: responded}
    history: {k: 8, n: 11}
    source: episodes
  lag:
    title: Days to the US measure
    given: {lag: {from: attribution_day, to: "adopted_day.{us}"}}
    median_days: {from: attribution_day, to: "adopted_day.{us}"}
    history: {values: [1, 2, 9]}
    source: episodes
  late:
    title: By day 180
    event: {time_within: [attribution_day, 180]}
    history: {estimate: 0.5, range90: [0.2, 0.6]}
    source: judged
    caution: only judged
"""

OUTCOMES = pd.DataFrame(
    {
        "experiment": [0, 0, 1, 1, 2, 2],
        "attribution_day": [1.0, 2.5, 3.0, NEVER, 200.0, NEVER],
        "responded": [True, True, False, True, True, False],
        "adopted_day.us": [1.5, 9.0, NEVER, 4.0, 205.5, NEVER],
    }
)


def implied(
    text: str = RATES, outcomes: pd.DataFrame = OUTCOMES, horizon: float = 365.0
) -> dict[str, Implied]:
    """Read the rates and ask them of the table."""
    return implied_rates(parse_rates(text, file="rates.yaml"), outcomes, horizon=horizon)


def test_implied_share_is_taken_among_the_runs_that_count() -> None:
    """Of the four attributed runs three have a measure; history is 8 of 11 with Wilson's bounds."""
    found = implied()["attributed_after"]
    assert (found.implied, found.n, found.unit) == (0.75, 4, "share")
    assert found.historical == pytest.approx(8 / 11)
    assert found.bounds == pytest.approx((0.434, 0.903), abs=1e-3)
    assert found.inside is True


def test_implied_median_counts_calendar_days() -> None:
    """Lags of 0, 7 and 5 calendar days have the median 5; history 1, 2, 9 has the median 2."""
    found = implied()["lag"]
    assert (found.implied, found.historical, found.bounds, found.inside, found.unit) == (
        5.0,
        2.0,
        (1.0, 9.0),
        True,
        "day",
    )


def test_a_rate_outside_its_bounds_is_said_to_be() -> None:
    """Three of six by day 180 lie inside 0.2 to 0.6; with the bounds 0.2 to 0.4 they do not."""
    assert implied()["late"].inside is True
    text = RATES.replace("estimate: 0.5, range90: [0.2, 0.6]", "estimate: 0.3, range90: [0.2, 0.4]")
    assert implied(text)["late"].inside is False


def test_a_scenario_without_the_sender_skips_the_rate() -> None:
    """Without a US column the lag does not apply, and the reason names the column."""
    found = implied(outcomes=OUTCOMES.drop(columns=["adopted_day.us"]))["lag"]
    assert (found.implied, found.interval, found.inside, found.n) == (None, None, None, 0)
    assert found.reason == "the scenario has no adopted_day.us"


def test_runs_too_short_for_the_question_skip_it() -> None:
    """By day 180 cannot be asked of runs of 90 days."""
    assert implied(horizon=90.0)["late"].reason == "needs runs of 180 days (the horizon is 90)"


def test_no_run_that_counts_skips_the_rate() -> None:
    """Where nothing is attributed there is no share among the attributed."""
    found = implied(outcomes=OUTCOMES.assign(attribution_day=NEVER))["attributed_after"]
    assert (found.implied, found.reason) == (None, "none of 6 runs meets its condition")


def test_senders_can_have_other_names() -> None:
    """The name of the US in the scenario may be given when reading."""
    rates = parse_rates(RATES, file="rates.yaml", senders={"us": "washington"})
    table = OUTCOMES.rename(columns={"adopted_day.us": "adopted_day.washington"})
    assert implied_rates(rates, table, horizon=365.0)["lag"].implied == 5.0


def test_a_share_of_all_runs_that_is_zero_has_an_upper_bound() -> None:
    """None of the runs by day 180 gives 0 with an upper bound above 0."""
    found = implied(outcomes=OUTCOMES.assign(attribution_day=NEVER))["late"]
    assert found.interval is not None
    assert found.interval[0] == 0.0 < found.interval[1]


def test_the_interval_of_a_median_is_woodruffs() -> None:
    """Of 0 to 100 the median is 50; 51 of 101 lie at or below it, the ends are 100 (1/2 -/+ t(100) error)."""
    middle, interval = _median(np.arange(101.0), np.arange(101))
    reach = 100 * 1.98397151845 * math.sqrt(51 / 101 * 50 / 101 / 100)
    assert middle == 50.0
    assert interval == pytest.approx((50 - reach, 50 + reach))


@pytest.mark.parametrize(
    ("values", "ranks"),
    [(range(1, 15), (3, 12)), (range(1, 7), (1, 6)), (range(1, 4), (1, 3)), (range(1, 26), (8, 18))],
)
def test_median_interval_takes_the_tabulated_ranks(values: range, ranks: tuple[int, int]) -> None:
    """For n = 14 the ranks are 3 and 12, for 6 1 and 6, for 25 8 and 18, as in tables of the sign test."""
    assert median_interval(list(values)) == ranks


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "{k: 8, n: 11}",
            "{k: 12, n: 11}",
            r"rates.yaml:8: .*history must have 0 <= k <= n and n >= 1 \(got 12 of 11\)",
        ),
        ("{k: 8, n: 11}", "{k: -1, n: 11}", r"history must have 0 <= k <= n .*\(got -1 of 11\)"),
        ("{k: 8, n: 11}", "{k: 0, n: 0}", r"history must have 0 <= k <= n and n >= 1 \(got 0 of 0\)"),
        ("{k: 8, n: 11}", "{k: 8}", r"history must hold k and n"),
        ("[0.2, 0.6]", "[0.6, 0.2]", r"must have its estimate within range90 \(got 0.5 and \[0.6, 0.2\]\)"),
        ("values: [1, 2, 9]", "values: []", r"history.values must be a list of at least one number of days"),
        ("values: [1, 2, 9]", "values: [1, soon]", r"history.values.1 must be a finite number \(got soon\)"),
        ("[0.2, 0.6]", "[0.2]", r"must have a range90 of two numbers \(got \[0.2\]\)"),
        (
            "event: {is: responded}",
            "evnt: {is: responded}",
            r"must hold title, history, source, and else only",
        ),
        ("event: {is: responded}", "caution: none", r"must hold either event or median_days"),
        (
            "median_days: {from: attribution_day, to",
            "median_days: {start: attribution_day, to",
            r"must hold column, or from and to",
        ),
        ("senders:", "who:", r"must hold the mappings senders and rates"),
    ],
)
def test_what_is_no_rate_is_refused(old: str, new: str, message: str) -> None:
    """Each broken entry is refused with its place and the value got."""
    assert old in RATES
    with pytest.raises(DataError, match=message):
        parse_rates(RATES.replace(old, new), file="rates.yaml")


@pytest.mark.parametrize(("k", "share"), [(0, 0.0), (11, 1.0)])
def test_none_and_all_are_counts_too(k: int, share: float) -> None:
    """0 of 11 and 11 of 11 are histories."""
    assert implied(RATES.replace("k: 8", f"k: {k}"))["attributed_after"].historical == share


def test_all_broken_rates_are_told_at_once() -> None:
    """Two broken entries give two problems."""
    broken = RATES.replace("{k: 8, n: 11}", "{k: 12, n: 11}").replace("[0.2, 0.6]", "[0.2]")
    with pytest.raises(DataError, match=r"(?s)12 of 11.*two numbers") as caught:
        parse_rates(broken, file="rates.yaml")
    assert len(caught.value.problems) == 2


def test_the_shipped_rates_hold_the_facts() -> None:
    """The shipped file has at least twenty rates; four historical figures are the published ones."""
    rates = {rate.name: rate for rate in load_rates(CONFIG)}
    assert len(rates) >= 20
    assert rates["report_to_attribution"].history.estimate == 29.5
    assert rates["eu_after_us"].history.estimate == 42.5
    assert rates["eu_us_same_day"].history.bounds == pytest.approx((0.059, 0.225), abs=5e-4)
    assert rates["imposed_if_warned"].history.bounds == pytest.approx((0.457, 0.646), abs=5e-4)


def test_the_shipped_rates_read_declared_outcomes_only() -> None:
    """Every column is one that the outcomes declare, for all runs or per sender."""
    from scenario.spec import outcomes

    fixed = {outcome.name for outcome in outcomes._FIXED} | set(outcomes._FLOW)
    per_sender = {f"{column}.{name}" for column in outcomes._PER_SENDER for name in ("us", "uk", "eu")}
    read = {column for rate in load_rates(CONFIG) for column in rate.columns}
    assert read <= fixed | per_sender


def test_the_shipped_file_is_found_without_a_path() -> None:
    """Without a path the shipped rates are read."""
    assert [rate.name for rate in load_rates()] == [rate.name for rate in load_rates(CONFIG)]


def test_shipped_rates_give_a_result_for_every_name() -> None:
    """A table with all columns gets an implied rate or a reason for each rate."""
    rng = np.random.default_rng(5)
    columns: dict[str, np.ndarray] = {"experiment": np.repeat(np.arange(50), 4)}
    for rate in load_rates(CONFIG):
        for column in rate.columns:
            is_time = "_day" in column
            columns[column] = rng.uniform(0, 500, 200) if is_time else rng.random(200) < 0.5
    table = pd.DataFrame(columns)
    table = table.where(~(table > 365) | (table.columns == "experiment"), NEVER).astype({"experiment": int})
    for name, found in implied_rates(load_rates(CONFIG), table, horizon=365.0).items():
        assert (found.implied is None) == bool(found.reason), name
