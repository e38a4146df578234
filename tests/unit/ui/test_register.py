from __future__ import annotations

from scenario.experiment.run import run
from scenario.spec.load import load_text
from scenario.ui.files_tab import as_file, command
from scenario.ui.register import matching, register
from scenario.ui.selection import Selection, scenario_of


def test_every_number_has_unit_range_source_and_status(selection: Selection) -> None:
    """Every row of the register has a value, a unit, a range, a role, a status and a reason."""
    rows = register(selection.b, selection.a)
    assert len(rows) > 100
    for row in rows:
        assert row.value
        assert row.unit
        assert row.reason
        assert row.role in ("lever", "uncertainty")
        assert row.status.split()[-1] in ("stated", "inferred", "assumed")
        assert " to " in row.limits


def test_baseline_stands_where_it_differs(selection: Selection) -> None:
    """A number that B changes shows the value of A beside it; one that it does not shows none."""
    by_path = {row.path: row for row in register(selection.b, selection.a)}
    assert by_path["senders.us.prepared"].value == "1"
    assert by_path["senders.us.prepared"].baseline.endswith("from the evidence")
    assert by_path["act.batch_size"].baseline == ""


def test_search_takes_all_words_in_any_case(selection: Selection) -> None:
    """A search finds the rows that hold every word, and role and status narrow it."""
    rows = register(selection.b, selection.a)
    found = matching(rows, "PREPARED senders.us", [], [])
    assert [row.path for row in found] == ["senders.us.prepared"]
    assert matching(rows, "no such word", [], []) == []
    assert {row.role for row in matching(rows, "", ["lever"], [])} == {"lever"}


def test_scenario_download_can_be_loaded_again(selection: Selection) -> None:
    """The file of B as it is now gives the same scenario when it is loaded: the same inheritance, the same runs."""
    chosen = scenario_of(selection.case, "silent", ("talks.p_relief=0.5",))
    again = load_text(as_file(chosen), file="b.json")
    assert again.hash == chosen.hash
    assert again.declared_at == chosen.declared_at
    assert run(again, 8, seed=0, twins=False).outcomes.equals(run(chosen, 8, seed=0, twins=False).outcomes)


def test_command_names_both_variants(selection: Selection) -> None:
    """The command of an unmoved comparison names the case, both variants, size and seed."""
    assert command(selection) == (
        "scenario compare iran-russia-missiles-2024 --a base --b staged-joint -n 10000 --seed 0 --no-twins"
    )
