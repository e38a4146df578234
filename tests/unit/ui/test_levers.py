from __future__ import annotations

from dataclasses import replace

import pytest

import scenario
from scenario.ui.levers import derivation_of, lever_states, plain_text
from scenario.ui.register import changed_rows
from scenario.ui.selection import Case, Selection, changed_name, presets, scenario_from, scenario_of


def test_every_declared_lever_is_offered(case: Case) -> None:
    """Every lever of the base case is offered, within its range and on its grid."""
    chosen = scenario_of(case)
    states = lever_states(chosen)
    assert [state.path for state in states] == [lever.path for lever in chosen.spec.levers]
    for state in states:
        assert state.low <= state.default <= state.high
        steps = (state.default - state.low) / state.step
        assert steps == pytest.approx(round(steps))


def test_lever_stands_where_its_variant_sets_it(case: Case) -> None:
    """A lever that a variant sets to a value stands there."""
    by_path = {state.path: state.default for state in lever_states(scenario_of(case, "quiet-deal"))}
    assert by_path["response.hold_days"] == 30
    assert by_path["talks.p_relief"] == 0.5


def test_derived_lever_stands_at_the_median(case: Case) -> None:
    """A lever that is derived from evidence stands within half a step of the median of its derivation."""
    chosen = scenario_of(case)
    state = next(s for s in lever_states(chosen) if s.path == "senders.eu.prepared")
    found = scenario.derive(chosen.ledger).parameters["coord.readiness_eu"].posterior.middle
    assert abs(state.default - found) <= state.step / 2 + 1e-9


def test_derivation_follows_the_switches(case: Case) -> None:
    """The derivation of a scenario without an item is another one than with it."""
    with_all, without = scenario_of(case), scenario_of(case, without=("E05",))
    assert derivation_of(with_all) != derivation_of(without)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (True, "yes"),
        (0.5, "0.5"),
        ([], "none"),
        (["uk", "eu"], "uk, eu"),
        ({"beta": [3, 5]}, "beta(3, 5)"),
        ({"lognormal": {"median": 20, "range90": [7, 55]}}, "lognormal, median 20, 90 % of it 7 to 55"),
    ],
)
def test_plain_values_as_text(case: Case, value: object, text: str) -> None:
    """Points, lists, distributions and absent values have a short text each."""
    assert plain_text(value, scenario_of(case)) == text


def test_every_changed_number_has_a_name(case: Case, selection: Selection) -> None:
    """Everything that a variant of the base case changes is called something."""
    for preset in list(presets(case).values())[1:]:
        sides = {"A": selection.a, "B": scenario_from(case, preset)}
        rows = changed_rows(replace(selection, sides=sides))
        assert rows
        assert all(len(row[1]) > 3 for row in rows)


def test_names_tell_moved_levers_and_evidence() -> None:
    """The name of B says how many numbers were changed and how much evidence was left out."""
    found = changed_name("Silent", n_changed=1, n_without=2)
    assert found == "Silent (1 number changed, without 2 items of evidence)"
    assert changed_name("Silent", n_changed=0, n_without=0) == "Silent"
