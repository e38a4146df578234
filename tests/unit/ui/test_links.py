from __future__ import annotations

import pytest

from scenario.ui.levers import LeverState
from scenario.ui.links import complaints, link

LEVER = LeverState(
    path="senders.us.patience_days",
    title="Waiting",
    unit="day",
    low=0,
    high=60,
    step=1,
    default=7,
    status="assumed",
    why="a guess",
)


def _complaints(**params: list[str]) -> list[str]:
    """Return what is said about a link of one case with two variants and one lever."""
    return complaints(
        params, choices={"b": ["Base case", "Silent"], "run": ["1", "2", "3"]}, levers=[LEVER], version="1.0"
    )


def test_good_link_has_no_complaint() -> None:
    """A link whose every part is taken has no complaint."""
    assert _complaints(b=["Silent"], run=["3"], v=["1.0"], **{LEVER.path: ["12"]}) == []


@pytest.mark.parametrize("value", ["61", "-1", "many", "nan", "inf", ""])
def test_lever_out_of_range_is_named(value: str) -> None:
    """A lever that is no number within its range is named with value and range."""
    (text,) = _complaints(**{LEVER.path: [value]})
    assert f"“{value}” for “{LEVER.path}” was ignored" in text
    assert "from 0 to 60" in text


def test_unknown_choice_is_named_with_the_nearest() -> None:
    """A variant that does not exist is named, with the nearest that does."""
    (text,) = _complaints(b=["Silnt"])
    assert text == "“Silnt” is no choice for “b” and was ignored; did you mean 'Silent'?"


def test_unknown_parameter_is_named() -> None:
    """A parameter that no control has is named."""
    (text,) = _complaints(colour=["red"])
    assert text.startswith("“colour” is no setting of this case; ")


def test_other_version_is_named() -> None:
    """A link of another version says so."""
    (text,) = _complaints(v=["0.9"])
    assert "made with version 0.9" in text


def test_long_value_is_cut() -> None:
    """A value of thousands of letters does not fill the page."""
    (text,) = _complaints(b=["x" * 5000])
    assert len(text) < 200


def test_link_holds_parameters_and_version() -> None:
    """A link holds every parameter, escaped, and the version once."""
    made = link(
        "http://127.0.0.1/one-run", {"b": ["Words only"], "v": ["0.9"], "embed": ["true"]}, version="1.0"
    )
    assert made == "http://127.0.0.1/one-run?b=Words+only&v=1.0"
