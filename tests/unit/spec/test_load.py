"""Loading a file: what a scenario carries, what its hash depends on, and its ledger."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from scenario.errors import DataError, Problem, SpecError
from scenario.spec.load import check_all_variants, list_scenarios, load, load_text, shipped_configs

SHIPPED = [listed.name for listed in list_scenarios()]


def test_scenario_carries_what_was_asked(with_ledger: Path) -> None:
    """A loaded scenario knows its variant, overrides, switched-off items and file."""
    scenario = load(
        with_ledger, variant="patient", overrides=["horizon_days=90"], without=["E02", "E01", "E02"]
    )
    assert (scenario.variant, scenario.overrides) == ("patient", (("horizon_days", 90),))
    assert scenario.without == ("E01", "E02")
    assert scenario.spec.horizon_days == scenario.data["horizon_days"] == 90
    assert scenario.ledger is not None
    assert "defaults" not in scenario.data


def test_text_and_file_are_the_same_scenario(minimal: str, tmp_path: Path) -> None:
    """A text loads to the same hash as the file that holds it, in text or bytes."""
    path = tmp_path / "case.yaml"
    path.write_text(minimal, encoding="utf-8")
    assert load(path).hash == load_text(minimal, file="x").hash == load_text(minimal.encode(), file="y").hash


SAME = [
    ("point: 0.4,", "point: 0.40,"),
    ("point: 60,", "point: 6e1,"),
    ("horizon_days: 365", "horizon_days: 365  # a year"),
    ("title: Wait longer", "title: Wait much longer"),
    ("low: 0.5, high", "low: 0.6, high"),
    ("unit: units\n  gravity: 1", "gravity: 1\n  unit: units"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_hash_ignores_what_changes_no_result(minimal: str, old: str, new: str) -> None:
    """Spelling, comments, order of keys, other variants and sliders do not change the hash."""
    assert old in minimal
    assert load_text(minimal.replace(old, new, 1), file="x").hash == load_text(minimal, file="x").hash


@pytest.mark.parametrize(("old", "new"), [("point: 0.4,", "point: 0.41,"), ("days: 365", "days: 366")])
def test_hash_follows_the_data(minimal: str, old: str, new: str) -> None:
    """A changed number changes the hash."""
    assert load_text(minimal.replace(old, new, 1), file="x").hash != load_text(minimal, file="x").hash


def test_hash_follows_variant_ledger_and_items(with_ledger: Path) -> None:
    """A variant, an override, an item switched off and an edited ledger each give another hash."""
    hashes = {
        load(with_ledger).hash,
        load(with_ledger, variant="patient").hash,
        load(with_ledger, overrides={"horizon_days": 10}).hash,
        load(with_ledger, without=["E01"]).hash,
    }
    ledger = with_ledger.parent / "evidence" / "case.yaml"
    ledger.write_text(ledger.read_text("utf-8").replace("median: 1.2", "median: 1.3"), encoding="utf-8")
    hashes.add(load(with_ledger).hash)
    assert len(hashes) == 5


def test_scenario_can_be_sent_to_another_process(minimal: str) -> None:
    """A scenario survives pickling and copying with its hash."""
    scenario = load_text(minimal, file="x")
    sent = pickle.loads(pickle.dumps(scenario))  # noqa: S301 - our own bytes, made in this line
    assert sent.hash == copy.deepcopy(scenario).hash == scenario.hash


def test_all_variants_are_checked(minimal: str, tmp_path: Path) -> None:
    """A fault of any variant is found by checking the file, beside a fault of another."""
    path = tmp_path / "case.yaml"
    path.write_text(minimal, encoding="utf-8")
    assert check_all_variants(path) == ("base", "patient")
    worse = minimal.replace(
        "max_events", "  hasty: {title: x, why: x, set: {senders.us.patience: 0}}\nmax_events"
    )
    path.write_text(worse.replace("patience_days: 45", "patience_days: x"), encoding="utf-8")
    with pytest.raises(SpecError, match="patience") as caught:
        check_all_variants(path)
    assert [problem.code for problem in caught.value.problems] == ["E122", "E141"]


def test_derived_number_needs_an_input_of_the_ledger(with_ledger: Path) -> None:
    """A number may be derived from an input parameter, not from a target nor from nothing."""
    ok = load(with_ledger, overrides=["act.p_true={derived: verif.p_true}"])
    assert ok.spec.act.p_true.derived == "verif.p_true"
    for name, words in (("eu.lag", "target"), ("verif.p_tru", "did you mean 'verif.p_true'")):
        with pytest.raises(SpecError, match=words):
            load(with_ledger, overrides={"act.p_true": {"derived": name}})


def test_evidence_must_be_in_the_ledger(with_ledger: Path) -> None:
    """Evidence of a number is an item or a document of the ledger."""
    load(with_ledger, overrides=["act.p_true={point: 0.5, evidence: [E01, S0]}"])
    with pytest.raises(SpecError, match=r"items or documents of the ledger \(got E99\)"):
        load(with_ledger, overrides=["act.p_true={point: 0.5, evidence: [E01, E99]}"])


def test_evidence_without_a_ledger_is_refused(refused: Callable[..., tuple[Problem, ...]]) -> None:
    """A file without a ledger has no evidence to name and nothing to derive from."""
    (problem,) = refused("{point: 0.1, why: made up}", "{point: 0.1, evidence: [E01]}")
    assert problem.code == "E137"
    (problem,) = refused("{point: 0.1, why: made up}", "{derived: verif.p_true}")
    assert problem.code == "E136"


def test_unknown_item_cannot_be_left_out(with_ledger: Path, minimal: str) -> None:
    """Leaving out an item that the ledger does not hold is refused with the nearest id."""
    with pytest.raises(SpecError, match=r"\(got E3\)"):
        load(with_ledger, without=["E3"])
    with pytest.raises(SpecError, match=r"\(got E01\)"):
        load_text(minimal, file="x", without=["E01"])


@pytest.mark.parametrize(
    "evidence",
    ["../secret.yaml", "evidence/../../secret.yaml", "/etc/passwd", "evidence", "", "no.yaml", "link.yaml"],
)
def test_ledger_stays_inside_the_folder(with_ledger: Path, evidence: str) -> None:
    """A ledger outside the scenario's folder, or that is no file, is refused, links included."""
    folder = with_ledger.parent / "inner"
    folder.mkdir()
    (folder / "evidence").mkdir()
    (with_ledger.parent / "secret.yaml").write_text("a: 1", encoding="utf-8")
    (folder / "link.yaml").symlink_to(with_ledger.parent / "secret.yaml")
    text = with_ledger.read_text("utf-8").replace("evidence: evidence/case.yaml", f"evidence: '{evidence}'")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match="must be a file inside the folder") as caught:
        load(folder / "case.yaml")
    assert [problem.code for problem in caught.value.problems] == ["E150"]


def test_upload_reads_no_file_beside_it(with_ledger: Path) -> None:
    """The ledger of a text is looked up among the shipped ones only, whatever the text calls itself."""
    with pytest.raises(SpecError, match="among those shipped"):
        load_text(with_ledger.read_text("utf-8"), file=str(with_ledger))


def test_bad_ledger_is_reported_in_its_own_lines(with_ledger: Path) -> None:
    """A fault of the ledger names the ledger, its line and its path."""
    ledger = with_ledger.parent / "evidence" / "case.yaml"
    text = ledger.read_text("utf-8")
    ledger.write_text(text.replace("origin: O1\n", "origin: O9\n"), encoding="utf-8")
    with pytest.raises(DataError, match="O9") as caught:
        load(with_ledger)
    (problem,) = caught.value.problems
    line = text[: text.index("origin: O1\n")].count("\n") + 1
    assert (problem.file, problem.line, problem.path) == ("evidence/case.yaml", line, "items.0.origin")


@pytest.mark.parametrize("name", ["nothing-here", "", "/", "\0", "x" * 10_000, "../configs"])
def test_unknown_scenario_is_refused(name: str) -> None:
    """What is neither a file nor a shipped name is refused."""
    with pytest.raises(SpecError, match="the scenario must be a file"):
        load(name)


def test_folder_is_no_scenario(tmp_path: Path) -> None:
    """A folder is refused like any path that is no file."""
    with pytest.raises(SpecError, match="must be a file"):
        load(tmp_path)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_is_valid_in_every_variant(name: str) -> None:
    """Each shipped scenario loads by its name, and so does each of its variants."""
    assert load(name).spec.name == name
    assert check_all_variants(name)[0] == "base"


def test_shipped_files_are_listed() -> None:
    """A file of configs that declares an act is listed under its name; the others are not."""
    acts = [path.stem for path in shipped_configs().glob("*.yaml") if "\nact:" in path.read_text("utf-8")]
    assert sorted(SHIPPED) == sorted(acts)
    assert [listed.variants[0] for listed in list_scenarios()] == ["base"] * len(SHIPPED)


def test_large_file_loads(minimal: str) -> None:
    """A file of more than 50 kB with 140 more channels loads, all of them there."""
    shared = minimal[minimal.index("  press:\n") : minimal.index("defaults:")].rstrip() + "\n"
    copies = "".join(shared.replace("press:", f"press{n}:", 1) for n in range(140))
    text = minimal.replace("defaults:", f"{copies}\ndefaults:", 1)
    assert 50_000 < len(text) < 100_000
    few, many = (len(load_text(each, file="x").spec.channels) for each in (minimal, text))
    assert many - few == 140
