"""What `defaults` fills in, and what it leaves alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from scenario.errors import SpecError
from scenario.spec.defaults import fill, filled_again
from scenario.spec.load import load_text


def test_entry_wins_over_default_at_every_depth() -> None:
    """A key that the entry has, at any depth, is the entry's; the rest is the default's."""
    data = {
        "defaults": {"sender": {"bars": {"warn": 1, "attribute": 2}, "partner": True}},
        "senders": {"us": {"bars": {"warn": 3}}, "uk": {"partner": None}},
    }
    filled, inherited = fill(data)
    assert filled == {
        "senders": {
            "us": {"bars": {"warn": 3, "attribute": 2}, "partner": True},
            "uk": {"partner": None, "bars": {"warn": 1, "attribute": 2}},
        }
    }
    assert inherited == {
        ("senders", "us", "bars", "attribute"): ("defaults", "sender", "bars", "attribute"),
        ("senders", "us", "partner"): ("defaults", "sender", "partner"),
        ("senders", "uk", "bars"): ("defaults", "sender", "bars"),
    }


def test_number_is_replaced_as_a_whole() -> None:
    """A number of the entry keeps nothing of the default's distribution, status or reason."""
    data = {
        "defaults": {"sender": {"will": {"beta": [1, 2], "status": "inferred", "why": "default"}}},
        "senders": {"us": {"will": {"point": 1}}},
    }
    assert fill(data)[0]["senders"]["us"]["will"] == {"point": 1}


def test_default_number_lends_nothing_to_a_mapping() -> None:
    """A mapping that gives only a reason takes no distribution from a default's number."""
    data = {"defaults": {"sender": {"will": {"point": 1}}}, "senders": {"us": {"will": {"why": "x"}}}}
    assert fill(data)[0]["senders"]["us"]["will"] == {"why": "x"}


def test_file_is_not_changed() -> None:
    """Filling leaves the data that it was given as they were."""
    data = {"defaults": {"forum": {"a": {"b": 1}}}, "forums": {"g7": {"a": {"c": 2}}}}
    fill(data)
    assert data == {"defaults": {"forum": {"a": {"b": 1}}}, "forums": {"g7": {"a": {"c": 2}}}}


def test_broken_sections_pass_through() -> None:
    """Defaults or sections that are no mappings are left for the checks that follow."""
    assert fill({"defaults": [1], "senders": 5}) == ({"senders": 5}, {})
    assert fill({"defaults": {"sender": 3}, "senders": {"us": []}}) == ({"senders": {"us": []}}, {})


def test_inherited_number_names_its_default(minimal: str) -> None:
    """A scenario knows of every inherited number where it was declared."""
    scenario = load_text(minimal, file="case.yaml")
    assert scenario.declared_at == {
        "senders.us.awareness": "defaults.sender.awareness",
        "senders.us.warning_gap_days": "defaults.sender.warning_gap_days",
    }


def test_bad_default_is_reported_where_it_stands(minimal: str) -> None:
    """A bad number under `defaults` is reported once, with its own line and path, for two entries."""
    text = minimal.replace("awareness: {point: 1,", "awareness: {point: 7,")
    second = text[text.index("  us:\n") : text.index("forums:")].rstrip().replace("  us:", "  uk:", 1)
    text = text.replace("forums:", f"{second}\n\nforums:", 1)
    with pytest.raises(SpecError, match="awareness") as caught:
        load_text(text, file="case.yaml")
    (problem,) = caught.value.problems
    assert problem.path == "defaults.sender.awareness"
    assert problem.line == minimal[: minimal.index("awareness:")].count("\n") + 1


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("senders", "us", "bars", "warn"), 9),
        (("senders", "uk", "bars"), {"warn": 8}),
        (("senders", "fr"), {"partner": False}),
        (("senders",), {"de": {}}),
        (("defaults", "sender", "bars", "attribute"), 7),
        (("policy", "mode"), "silent"),
        (("channels", "press", "mean"), 4),
        (("suppliers", "x"), {"share": 1}),
    ],
)
def test_one_changed_place_is_filled_like_the_whole(place: tuple[str, ...], value: object) -> None:
    """What is filled again after a change is what filling the changed data gives, and the former is left alone."""
    data: dict[str, Any] = {
        "defaults": {"sender": {"bars": {"warn": 1, "attribute": 2}, "partner": True}, "forum": 3},
        "senders": {"us": {"bars": {"warn": 3}}, "uk": {"partner": None}},
        "channels": {"press": {"mean": 2}},
        "forums": {"g7": {}},
        "policy": {"mode": "factual"},
    }
    filled = fill(data)[0]
    before = copy.deepcopy(filled)
    changed = copy.deepcopy(data)
    node: dict[str, Any] = changed
    for part in place[:-1]:
        node = node.setdefault(part, {})
    node[place[-1]] = value
    assert filled_again(filled, changed, place) == fill(changed)[0]
    assert filled == before


def test_malformed_defaults_are_filled_again_like_the_whole() -> None:
    """Defaults and sections that are no mappings pass through here too."""
    for defaults in (None, 5, {"sender": 5}):
        data: dict[str, Any] = {"defaults": defaults, "senders": {"us": {"partner": True}}}
        changed: dict[str, Any] = {"defaults": defaults, "senders": {"us": {"partner": False}}}
        assert filled_again(fill(data)[0], changed, ("senders", "us", "partner")) == fill(changed)[0]
    data = {"defaults": {"sender": {"partner": True}}, "senders": 5}
    changed = data | {"senders": {"us": {}}}
    assert filled_again(fill(data)[0], changed, ("senders", "us")) == fill(changed)[0]
