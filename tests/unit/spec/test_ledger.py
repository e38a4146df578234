"""The ledger file: what it holds and what it is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenario.errors import DataError
from scenario.spec.load import read_ledger, shipped_configs

SHIPPED = sorted((shipped_configs() / "evidence").glob("*.yaml"))


def _refusal(folder: Path, text: str) -> DataError:
    """Return what a ledger of this text is refused with."""
    path = folder / "ledger.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="got") as caught:
        read_ledger(path, file="ledger.yaml")
    return caught.value


def test_ledger_is_read(tmp_path: Path, ledger_text: str) -> None:
    """Documents, parameters, items with their effects, conflicts and gaps are read as written."""
    path = tmp_path / "ledger.yaml"
    path.write_text(ledger_text, encoding="utf-8")
    ledger = read_ledger(path)
    item = ledger.item("E01")
    assert item is not None
    assert (item.informs[0].median, item.informs[0].range90) == (1.2, (0.9, 1.8))
    assert ledger.parameters["verif.p_true"].prior.beta == (9.0, 5.0)
    assert ledger.item("E02") is not ledger.item("E01")
    assert ledger.item("E03") is None
    assert ledger.absent == ("any number",)


FAULTS = [
    ("discount: verif.same_source", "discount: verif.none", "discount", "must name an input parameter"),
    ("discount: verif.same_source", "discount: eu.lag", "discount", "must name an input parameter"),
    ("{id: E02, document: S0", "{id: E02, document: S9", "items.1.document", "must name a document"),
    ("{id: E02", "{id: E01", "items.1.id", "must be used once"),
    ("alternative_to: E01", "alternative_to: E02", "items.1.alternative_to", "must name another item"),
    (
        "line: 4, says: others said no, origin: O1",
        "line: 4, says: x, origin: O2",
        "items.1.origin",
        "an origin",
    ),
    ("[E01, E02]", "[E01, E03]", "conflicts.0.between", "must name items"),
    (
        "{parameter: verif.p_true",
        "{parameter: verif.p",
        "items.0.informs.0.parameter",
        "a parameter of the ledger",
    ),
    (
        "{parameter: verif.p_true",
        "{parameter: eu.lag",
        "items.0.informs.0.parameter",
        "a target is never moved",
    ),
    ("likelihood_ratio", "median_factor", "items.0.informs.0.op", "the scale of its parameter, odds"),
    ("median: 1.2", "median: 2.2", "items.0.informs.0", "its median within range90"),
    ("range90: [0.9", "range90: [-0.9", "items.0.informs.0", "range90 above 0"),
    (", median: 1.2", "", "items.0.informs.0", "must have median and range90"),
    ("op: context", "op: context, median: 1", "items.0.informs.1", "no median and no range90 for op context"),
    ("{beta: [9, 5],", "{uniform: [0, 2],", "parameters.verif.p_true", "within 0 and 1"),
    ("{beta: [9, 5],", "{derived: x,", "parameters.verif.p_true", "not a derived one"),
    ("{beta: [7, 3],", "{uniform: [0, 2],", "discount", "within 0 and 1"),
    ("grade: C3", "grade: Z9", "documents.S0.grade", "must match"),
    ("role: target", "role: goal", "parameters.eu.lag.role", "one of input, target"),
    ("line: 3", "line: 0", "items.0.line", "whole number >= 1"),
    ("says: officials said so", "says: 3", "items.0.says", "must be text"),
]


@pytest.mark.parametrize(("old", "new", "path", "words"), FAULTS)
def test_fault_of_a_ledger_is_found(
    tmp_path: Path, ledger_text: str, old: str, new: str, path: str, words: str
) -> None:
    """Each planted fault is reported once, at its path, with its line."""
    assert old in ledger_text
    problems = _refusal(tmp_path, ledger_text.replace(old, new, 1)).problems
    (problem,) = (problem for problem in problems if problem.path == path)
    assert words in str(problem)
    assert problem.line > 0


def test_missing_ledger_is_an_error_of_data(tmp_path: Path) -> None:
    """A ledger that cannot be read is refused as data, with exit code 2."""
    with pytest.raises(DataError, match="readable file") as caught:
        read_ledger(tmp_path / "none.yaml", file="none.yaml")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_ledger_is_valid(path: Path) -> None:
    """Each shipped ledger passes every check and holds items."""
    assert read_ledger(path).items
