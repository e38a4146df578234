"""The tables of facts: counts that the ledgers and the documentation quote."""

from __future__ import annotations

import csv
import datetime
import math
import statistics
from pathlib import Path

import pytest

CONFIGS = Path(__file__).resolve().parents[3] / "configs"
AS_OF = "2024-09-09"


def table(name):
    """The rows of a table of configs."""
    with (CONFIGS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def arms(*, disputed=None, before=None):
    """Rows about arms transfers."""
    return [
        row
        for row in table("episodes.csv")
        if row["class"] == "arms_transfer"
        and disputed in {None, row["disputed"]}
        and (before is None or row["date_first_credible_report"] < before)
    ]


def test_there_are_42_episodes_with_names_of_their_own():
    """No episode is listed twice."""
    names = [row["id"] for row in table("episodes.csv")]
    assert (len(names), len(set(names))) == (42, 42)


def test_disputed_arms_reports_are_counted():
    """21 arms rows, 17 disputed, 11 of these attributed, a measure in 8 of the 11 and in none of the 6."""
    rows = arms(disputed="yes")
    attributed = [row for row in rows if row["date_official_attribution"]]
    measured = [row["any_state_measure"] == "yes" for row in attributed]
    others = [row["any_state_measure"] == "yes" for row in rows if not row["date_official_attribution"]]
    assert (len(arms()), len(rows), len(attributed), sum(measured)) == (21, 17, 11, 8)
    assert (len(others), sum(others)) == (6, 0)


def test_class_known_in_september_is_counted():
    """Before 9 September 2024: 16 disputed arms reports, 10 attributed, 7 with a measure, 1 false."""
    rows = arms(disputed="yes", before=AS_OF)
    attributed = [row for row in rows if row["date_official_attribution"]]
    assert (len(rows), len(attributed)) == (16, 10)
    assert sum(row["any_state_measure"] == "yes" for row in attributed) == 7
    assert [row["id"] for row in attributed if row["truth_status"] == "false"] == ["CHN_IRN_YINHE_1993"]


def test_class_known_in_february_is_counted():
    """Before 21 February 2024: 15 disputed arms reports, 10 attributed."""
    rows = arms(disputed="yes", before="2024-02-21")
    assert (len(rows), sum(bool(row["date_official_attribution"]) for row in rows)) == (15, 10)


def test_report_to_attribution_has_the_quoted_median():
    """The 14 arms rows with an attribution have a median lag of 29.5 days."""
    lags = [int(row["lag_report_to_attrib_d"]) for row in arms() if row["lag_report_to_attrib_d"]]
    assert (len(lags), statistics.median(lags)) == (14, 29.5)


def test_us_measures_on_the_day_of_attribution_are_counted():
    """Of 10 American lags in arms rows 5 are 0 and 7 at most 30 days."""
    lags = [int(row["lag_attrib_to_US_d"]) for row in arms() if row["lag_attrib_to_US_d"]]
    assert (len(lags), sum(lag == 0 for lag in lags), sum(lag <= 30 for lag in lags)) == (10, 5, 7)


@pytest.mark.parametrize(
    ("lag", "start", "end"),
    [
        ("lag_report_to_attrib_d", "date_first_credible_report", "date_official_attribution"),
        ("lag_attrib_to_US_d", "date_official_attribution", "date_first_US_measure"),
        ("lag_US_to_UK_d", "date_first_US_measure", "date_first_UK_measure"),
        ("lag_US_to_EU_d", "date_first_US_measure", "date_first_EU_measure"),
    ],
)
def test_lags_are_the_days_between_their_dates(lag, start, end):
    """Each lag of the table is the difference of its two dates."""
    day = datetime.date.fromisoformat
    rows = [row for row in table("episodes.csv") if row[lag]]
    assert [row["id"] for row in rows if (day(row[end]) - day(row[start])).days != int(row[lag])] == []


def test_base_rates_are_their_counts():
    """Each rate is k / n and lies within its Wilson 95 % bounds, which follow from k and n."""
    wrong = []
    for row in table("base_rates.csv"):
        k, n, z = int(row["k"]), int(row["n"]), 1.959963984540054
        centre = (k + z * z / 2) / (n + z * z)
        half = z * math.sqrt(k * (n - k) / n + z * z / 4) / (n + z * z)
        stated = [float(row[key]) for key in ("p", "wilson95_lo", "wilson95_hi")]
        if stated != pytest.approx([k / n, centre - half, centre + half], abs=6e-4):
            wrong.append(row["quantity"])
    assert wrong == []


def test_lag_quantiles_rise():
    """The quantiles of each lag do not fall."""
    levels = ["q05", "q10", "q25", "q50", "q75", "q90", "q95"]
    rows = [[float(row[level]) for level in levels] for row in table("lag_quantiles.csv")]
    assert len(rows) == 12
    assert [row for row in rows if row != sorted(row)] == []


def test_known_dates_are_graded():
    """Each dated fact says whether it was seen in a source (V) or remembered (M)."""
    assert {row["grade"] for row in table("known_dates.csv")} <= {"V", "M"}
