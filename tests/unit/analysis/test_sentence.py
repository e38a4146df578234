from __future__ import annotations

import numpy as np
import pytest

from scenario.analysis.sentence import compare_by_day, happened_by, per_hundred
from scenario.errors import DataError

NEVER = float("nan")


def column(n_hits: int, n: int = 1000, day: float = 10.0) -> np.ndarray:
    """A time column in which the first n_hits runs come on the given day and the others never."""
    return np.where(np.arange(n) < n_hits, day, NEVER)


def test_sentence_tells_count_word_range_and_the_other_variant() -> None:
    """62 and 48 of 100 give one sentence with word, range and both counts."""
    found = compare_by_day(column(480), column(620), np.arange(1000), day=30)
    assert found.text == (
        "In B, linked measures are adopted within 30 days in 62 of 100 runs, likely (55-80 %) in this model, "
        "against 48 of 100 in A."
    )


def test_the_numbers_behind_the_sentence_are_those_of_a_and_b() -> None:
    """The summaries hold 0.48 for a and 0.62 for b, and the difference 0.14."""
    found = compare_by_day(column(480), column(620), np.arange(1000), day=30)
    assert (found.a.estimate, found.b.estimate) == pytest.approx((0.48, 0.62))
    assert (found.paired.a, found.paired.b, found.paired.difference) == pytest.approx((0.48, 0.62, 0.14))


def test_noise_is_said() -> None:
    """A difference of one run in 1,000 is called not distinguishable, with n."""
    found = compare_by_day(column(480), column(481), np.arange(1000), day=30)
    assert found.text.endswith("in A; the difference is not distinguishable at n = 1,000.")


def test_identical_scenarios_differ_in_nothing_by_design() -> None:
    """The same scenario on both sides says so."""
    found = compare_by_day(column(480), column(480), np.arange(1000), day=30, identical=True)
    assert found.text.endswith("A is the same scenario: no difference by design.")


def test_different_scenarios_without_effect_say_that_no_run_differs() -> None:
    """Two scenarios with the same column name the number of runs, not the design."""
    found = compare_by_day(column(480), column(480), np.arange(1000), day=30)
    assert found.text.endswith("against 48 of 100 in A; no run of 1,000 differs in this.")


def test_nobody_ever_acts_is_said() -> None:
    """Without any event the sentence counts 0 of 100 and has its range."""
    found = compare_by_day(column(0), column(0), np.arange(1000), day=30)
    assert "0 of 100 runs, practically never (below 1 %) in this model" in found.text


def test_later_events_do_not_count() -> None:
    """An event on day 31 has not happened within 30 days; one on day 30 has."""
    assert happened_by([30.0, 31.0, NEVER], 30.0).tolist() == [True, False, False]


def test_what_happens_at_once_has_happened_by_day_0() -> None:
    """Day 0 is a day: time 0 has come by then, half a day has not."""
    assert happened_by([0.0, 0.5], 0).tolist() == [True, False]


def test_labels_and_event_are_the_callers() -> None:
    """The names and the event appear as given."""
    found = compare_by_day(
        column(10),
        column(900),
        np.arange(1000),
        day=14,
        event="the act is attributed",
        labels=("base", "Proof first"),
    )
    assert found.text.startswith(
        "In Proof first, the act is attributed within 14 days in 90 of 100 runs, very likely ("
    )
    assert found.text.endswith("against 1 of 100 in base.")


def test_simulation_error_stands_apart() -> None:
    """The note holds n and the difference in points; the sentence holds neither."""
    found = compare_by_day(column(480), column(620), np.arange(1000), day=30)
    assert found.note.startswith("n = 1,000 pairs; difference +14.0 points, 95 % simulation interval +11.")
    assert "points" not in found.text


def test_one_pair_says_that_there_is_no_interval() -> None:
    """A single run that differs claims no interval and no difference."""
    found = compare_by_day([NEVER], [1.0], [0], day=30)
    assert found.note == "n = 1 pairs; difference +100.0 points, too few pairs for an interval"
    assert "not distinguishable at n = 1" in found.text


def test_no_text_forecasts() -> None:
    """No sentence uses the word forecast."""
    found = compare_by_day(column(480), column(620), np.arange(1000), day=30)
    assert "forecast" not in (found.text + found.note).lower()


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 of 100"),
        (0.001, "fewer than 1 of 100"),
        (0.62, "62 of 100"),
        (0.999, "more than 99 of 100"),
        (1.0, "100 of 100"),
    ],
)
def test_rare_cases_are_never_rounded_away(share: float, text: str) -> None:
    """A share above zero is never called 0 of 100, one below one never 100 of 100."""
    assert per_hundred(share) == text


def test_a_day_before_as_of_is_refused() -> None:
    """Day -1 is refused with its value."""
    with pytest.raises(DataError, match=r"day must be a number of days >= 0 \(got -1\)"):
        happened_by([1.0], -1)
