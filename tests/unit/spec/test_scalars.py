"""Plain scalars by YAML 1.2; the expected values are those of the specification's core schema."""

from __future__ import annotations

import math

import pytest

from scenario.spec.scalars import NotFiniteError, resolve


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null_has_five_spellings(text: str) -> None:
    """Each spelling of null is nothing."""
    assert resolve(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("TRUE", True), ("false", False), ("FALSE", False)]
)
def test_booleans_are_words_of_the_core_schema(text: str, value: bool) -> None:
    """True and false in three casings are booleans."""
    assert resolve(text) is value


@pytest.mark.parametrize("text", ["NO", "no", "yes", "Yes", "on", "off", "y", "n", "tRUE", "nULL"])
def test_words_of_yaml_1_1_are_text(text: str) -> None:
    """Norway stays a text, and so does every word that YAML 1.1 took for a boolean."""
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("010", 10), ("-7", -7), ("+7", 7), ("0o17", 15), ("0xfF", 255), ("-0", 0)]
)
def test_integers_are_decimal_unless_marked(text: str, value: int) -> None:
    """A leading zero means nothing; 0o and 0x mark octal and hexadecimal."""
    assert resolve(text) == value
    assert isinstance(resolve(text), int)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e3", 1000.0), ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("-1E-2", -0.01), ("+.5e1", 5.0)],
)
def test_floats_need_no_point(text: str, value: float) -> None:
    """1e3 is a number, as are floats that begin or end with the point."""
    found = resolve(text)
    assert isinstance(found, float)
    assert found == value


@pytest.mark.parametrize(
    "text", ["1_000", "1:30", "0b1", "2024-09-09", "1,5", "0x", "0o8", "e3", ".", "-", "1e", "٣", "=", "<<"]
)
def test_other_scalars_are_text(text: str) -> None:
    """Dates, underscores, sexagesimals and other digits than 0 to 9 are text."""
    assert resolve(text) == text


@pytest.mark.parametrize(
    "text", [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e999", "-1e999", "9" * 309, "9" * 5000]
)
def test_what_is_not_finite_is_refused(text: str) -> None:
    """Infinity, NaN and what overflows a float raise."""
    with pytest.raises(NotFiniteError, match=r"9|(?i:inf|nan)"):
        resolve(text)


def test_smallest_and_largest_floats_are_read() -> None:
    """The ends of the range of a float are numbers like others."""
    assert resolve("5e-324") == math.ulp(0.0)
    assert resolve("1.7976931348623157e308") == 1.7976931348623157e308
