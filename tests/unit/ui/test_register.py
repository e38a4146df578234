from __future__ import annotations

from scenario.experiment.run import run
from scenario.spec.load import load_text
from scenario.ui.files_tab import as_file, command
from scenario.ui.register import matching, register
from scenario.ui.selection import Selection, scenario_of


def test_every_number_has_unit_range_source_and_status(selection: Selection) -> None:
    """Every number of the register has a value, a unit, a range, a role, a status and a reason."""
    rows = [row for row in register(selection.b, selection.a) if row.role != "setting"]
    assert len(rows) > 100
    for row in rows:
        assert row.value
        assert row.unit
        assert row.reason
        assert row.role in ("lever", "uncertainty")
        assert row.status.split()[-1] in ("stated", "inferred", "assumed")
        assert " to " in row.limits


def test_every_setting_has_value_meaning_unit_and_what_it_may_be(selection: Selection) -> None:
    """Settings stand behind the numbers; one that B changes shows the value of A."""
    rows = [row for row in register(selection.b, selection.a) if row.role == "setting"]
    assert all(row.value and row.meaning and row.unit and row.limits for row in rows)
    b = scenario_of(selection.case, "base", ("senders.us.corroboration=2", "forums.g7.rule=unanimity"))
    by_path = {row.path: row for row in register(b, selection.a)}
    counted, ruled = by_path["senders.us.corroboration"], by_path["forums.g7.rule"]
    assert (counted.value, counted.baseline, counted.limits) == ("2", "1", "0 to 20")
    assert (ruled.value, ruled.baseline, ruled.unit) == ("unanimity", "leader", "choice")
    assert ruled.limits == "statement, leader, quorum, unanimity"
    assert by_path["shocks.us-election.date"].value == "2024-11-05"
    assert by_path["forums.g7.then_every_days"].unit == "day"
    assert by_path["measures.designations.enabled"].value == "yes"


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
