"""The register of numbers, and the difference between two scenarios."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenario.spec.load import load, load_text
from scenario.spec.register import Change, difference, numbers, plain_settings


def test_register_holds_every_number_of_the_file(minimal: str) -> None:
    """Each number written in the minimal file is in the register, inherited ones once per entry."""
    entries = list(numbers(load_text(minimal, file="x").spec))
    # Every number of the file has exactly one reason; one more "why" stands in the variant.
    assert len(entries) == minimal.count("why: made up") - 1
    assert len({entry.path for entry in entries}) == len(entries)


@pytest.mark.parametrize(
    ("path", "unit", "low", "high", "lever"),
    [
        ("act.p_true", "probability", 0.0, 1.0, False),
        ("act.usable.sigma", "log", 0.0, 4.0, False),
        ("senders.us.bars.attribute", "probability", 0.0, 1.0, True),
        ("exposures.trade.coverage.us", "probability", 0.0, 1.0, False),
        ("response.templates.3", "logit", -10.0, 10.0, False),
        ("shocks.election.will", "logit", -10.0, 10.0, False),
        ("target.review_gap_days", "day", 0.1, 3650.0, False),
    ],
)
def test_entry_has_the_declared_unit_and_bounds(
    minimal: str, path: str, unit: str, low: float, high: float, lever: bool
) -> None:
    """An entry carries the unit, bounds, role and meaning that the schema declares for its field."""
    entries = {entry.path: entry for entry in numbers(load_text(minimal, file="x").spec)}
    quantity = entries[path].quantity
    assert (quantity.unit, quantity.low, quantity.high, quantity.lever) == (unit, low, high, lever)
    assert entries[path].meaning


def test_every_value_that_can_be_set_is_a_number_a_setting_or_a_name(minimal: str) -> None:
    """What decides results is a number with a distribution, a setting, or a text or list of texts."""
    found = load_text(minimal, file="x")
    settings = {setting.path: setting for setting in plain_settings(found.spec)}
    for path in (
        set(found.flat) - {entry.path for entry in found.numbers} - set(settings) - {"as_of", "max_events"}
    ):
        value = found.flat[path]
        parts = [one for one in settings if one.startswith(f"{path}.")]
        assert isinstance(value, str) or value == [] or isinstance(value[0], str) or len(parts) == len(value)
    assert all(setting.meaning for setting in settings.values())


def test_every_setting_can_be_set_to_what_it_is(minimal: str) -> None:
    """The value of each setting, as text behind its path, is taken and changes nothing."""
    base = load_text(minimal, file="x")
    for setting in plain_settings(base.spec):
        text = f"{setting.path}={json.dumps(setting.value, default=str)}"
        assert difference(base, load_text(minimal, file="x", overrides=[text])) == [], text


def test_absent_number_is_not_in_the_register(minimal: str) -> None:
    """A number that is left out has no entry until it is given."""
    base = load_text(minimal, file="x")
    given = load_text(minimal, file="x", overrides=["senders.us.bars.early=0.6"])
    assert {entry.path for entry in numbers(given.spec)} - {entry.path for entry in numbers(base.spec)} == {
        "senders.us.bars.early"
    }


def test_same_scenario_has_no_difference(minimal: str) -> None:
    """A scenario does not differ from itself, nor by a reason, a title or a slider."""
    base = load_text(minimal, file="x")
    other = load_text(minimal.replace("point: 0.1, why: made up", "point: 0.1, why: better"), file="y")
    assert difference(base, base) == difference(base, other) == []


def test_difference_lists_what_changed(minimal: str) -> None:
    """Numbers, texts, dates, absent values and lists are listed with path, both values and unit."""
    base = load_text(minimal, file="x")
    overrides = [
        "act.p_true=0.5",
        "senders.us.bars.early=0.6",
        "policy.mode=words",
        "forums.club.slots=[2024-12-01]",
        "response.templates.2=3",
    ]
    assert difference(base, load_text(minimal, file="x", overrides=overrides)) == [
        Change(path="act.p_true", a={"beta": [9.0, 5.0]}, b=0.5, unit="probability"),
        Change(path="forums.club.slots", a=["2024-10-01", "2024-11-01"], b=["2024-12-01"], unit=""),
        Change(path="response.templates.2", a=1.0, b=3.0, unit="logit"),
        Change(path="policy.mode", a="factual", b="words", unit=""),
        Change(path="senders.us.bars.early", a=None, b=0.6, unit="probability"),
    ]


def test_inherited_change_is_listed_once(minimal: str) -> None:
    """A default changed under all its heirs is one difference, at the default's path."""
    base = load_text(minimal, file="x")
    changed = load_text(minimal, file="x", overrides=["defaults.sender.awareness=0"])
    one = load_text(minimal, file="x", overrides=["senders.us.awareness=0"])
    assert [change.path for change in difference(base, changed)] == ["defaults.sender.awareness"]
    assert [change.path for change in difference(base, one)] == ["senders.us.awareness"]


def test_switched_off_evidence_is_a_difference(with_ledger: Path) -> None:
    """Evidence items left out on one side are listed."""
    changes = difference(load(with_ledger), load(with_ledger, without=["E02"]))
    assert changes == [Change(path="without", a=[], b=["E02"], unit="evidence items")]
