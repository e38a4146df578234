from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from scenario.charts.style import THEMES
from scenario.spec.number import DISTRIBUTIONS, Number
from scenario.ui import edit
from scenario.ui.selection import Case, Selection, scenario_of
from scenario.ui.vega_sketch import ends, sketch_alt, sketch_spec

FIELDS: dict[str, list[object]] = {
    "point": [0.4],
    "uniform": [0.2, 0.6],
    "triangular": [0.1, 0.3, 0.9],
    "pert": [0.1, 0.3, 0.9],
    "beta": [2.0, 5.0],
    "normal": [0.5, 0.1],
    "lognormal": [0.2, 0.1, 0.4],
    "discrete": [[0.1, 0.5], [3.0, 1.0]],
    "empirical": [[0.1, 0.2, 0.7]],
}
MEANS = {
    "point": 0.4,
    "uniform": 0.4,
    "triangular": (0.1 + 0.3 + 0.9) / 3,
    "pert": (0.1 + 4 * 0.3 + 0.9) / 6,
    "beta": 2 / 7,
    "normal": 0.5,
    "lognormal": float(stats.lognorm(s=np.log(0.4 / 0.1) / (2 * stats.norm.ppf(0.95)), scale=0.2).mean()),
    "discrete": 0.2,
    "empirical": 1 / 3,
}
"""The mean of each, by its formula."""


def _number(case: Case) -> str:
    """Return the path of a probability of the base case."""
    return next(entry.path for entry in scenario_of(case).numbers if entry.quantity.unit == "probability")


def test_every_kind_but_the_derived_has_a_form() -> None:
    """A number can be given every distribution that a file can hold, except what the evidence derives."""
    assert set(edit.FORMS) == set(DISTRIBUTIONS) - {"derived"}


@pytest.mark.parametrize("kind", list(FIELDS))
def test_an_edited_number_is_what_the_fields_say(case: Case, kind: str) -> None:
    """The fields of every form give a number that loads, and whose draws have the mean of the formula."""
    path = _number(case)
    text = edit.text_of(kind, FIELDS[kind], "a test")
    chosen = scenario_of(case, sets=(f"{path}={text}",))
    number = next(entry.number for entry in chosen.numbers if entry.path == path)
    assert number.kind == kind
    assert number.why == "a test"
    assert edit.values_of(chosen, path).mean() == pytest.approx(MEANS[kind], abs=0.012)


@pytest.mark.parametrize("kind", list(FIELDS))
def test_fields_show_the_number_as_it_stands(case: Case, kind: str) -> None:
    """A form of the number's own kind opens with what the number holds."""
    number = Number.model_validate_json(edit.text_of(kind, FIELDS[kind], "a test"))
    entry = replace(scenario_of(case).numbers[0], number=number)
    assert edit.first_fields(kind, entry, np.zeros(3)) == FIELDS[kind]


@pytest.mark.parametrize("kind", [kind for kind in FIELDS if kind != "point"])
def test_another_form_opens_near_the_values(case: Case, kind: str) -> None:
    """A form of another kind opens with a distribution that lies where the number lay, and loads."""
    path = _number(case)
    values = stats.beta(4, 3).ppf((np.arange(2000) + 0.5) / 2000)
    entry = replace(scenario_of(case).numbers[0], number=Number(point=0.5, why="a test"))
    fields = edit.first_fields(kind, entry, values)
    chosen = scenario_of(case, sets=(f"{path}={edit.text_of(kind, fields, 'a test')}",))
    assert edit.values_of(chosen, path).mean() == pytest.approx(4 / 7, abs=0.06)


def test_the_sketch_draws_what_runs_draw(selection: Selection) -> None:
    """The values of a sketch are those of the outer points of a run of the same seed."""
    from scenario.experiment.run import run

    path = "act.p_true"
    found = run(selection.b, outer=50, inner=1, seed=0, twins=False).p_true
    assert np.array_equal(edit.values_of(selection.b, path)[:50], found)


@pytest.mark.parametrize(("text", "part"), [("1, two", "two"), ("", ""), ("1,,2", "")])
def test_a_list_with_something_else_is_refused(text: str, part: str) -> None:
    """A part that is no number is named."""
    with pytest.raises(ValueError, match=f"every entry must be a number \\(got “{part}”\\)"):
        edit.listed(text)


def test_a_list_takes_commas_and_semicolons() -> None:
    """Numbers may stand between commas or semicolons."""
    assert edit.listed("0, 3;7") == [0.0, 3.0, 7.0]


def test_a_histogram_holds_every_value() -> None:
    """The shares of a histogram add up to one, equal values too."""
    values = np.random.default_rng(1).normal(size=500)
    low, high = ends({"x": values})
    assert sum(part["share"] for part in edit.histogram(values, low=low, high=high)) == pytest.approx(1)
    low, high = ends({"x": np.full(5, 3.0)})
    (only,) = edit.histogram(np.full(5, 3.0), low=low, high=high)
    assert only["from"] <= 3 <= only["to"]
    assert only["share"] == 1


def test_the_sketch_says_median_and_range() -> None:
    """The words of a sketch hold median and 90 % range of each side, and its picture the median."""
    values = np.arange(101.0)
    assert "x: median 50, 5 to 95 % from 5 to 95" in sketch_alt({"x": values}, "day")
    spec = sketch_spec({"x": values}, ["#000000"], THEMES["light"], unit="day")
    assert spec["layer"][1]["data"]["values"] == [{"side": "x", "median": 50.0}]


def test_a_derived_number_opens_with_a_distribution_like_its_own(selection: Selection) -> None:
    """What the evidence derives is proposed as a distribution with the same mean and spread, not as a point."""
    entry = next(e for e in selection.a.numbers if e.path == "act.p_true")
    values = edit.values_of(selection.a, "act.p_true")
    kind = edit.kind_of(entry)
    a, b = edit.first_fields(kind, entry, values)
    assert kind == "beta"
    assert stats.beta(a, b).mean() == pytest.approx(values.mean(), abs=0.001)
    assert stats.beta(a, b).std() == pytest.approx(values.std(), abs=0.001)
