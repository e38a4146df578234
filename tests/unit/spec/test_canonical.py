"""Canonical JSON: the expected texts are written by hand, the digest is the published one of SHA-256."""

from __future__ import annotations

import pytest

from scenario.spec.canonical import canonical_json, sha256


def test_keys_are_sorted_and_nothing_is_padded() -> None:
    """Keys come in order of their characters, without spaces."""
    assert (
        canonical_json({"b": [1, 2.5], "a": {"d": None, "c": True}})
        == '{"a":{"c":true,"d":null},"b":[1,2.5]}'
    )


@pytest.mark.parametrize(
    ("a", "b"), [(1, 1.0), (0.0, -0.0), (1000, 1e3), (2**60, float(2**60)), ((1,), [1.0])]
)
def test_one_number_has_one_text(a: object, b: object) -> None:
    """A whole number reads the same with and without its point."""
    assert canonical_json(a) == canonical_json(b)


@pytest.mark.parametrize(("a", "b"), [(1, True), (0, False), (1, "1"), (0.1, 0.1 + 1e-17 * 2), (None, 0)])
def test_different_values_have_different_texts(a: object, b: object) -> None:
    """A boolean, a text and a nearby float are not the same as a number."""
    assert canonical_json(a) != canonical_json(b)


def test_not_a_number_has_no_text() -> None:
    """NaN has no canonical form."""
    with pytest.raises(ValueError, match=r"NaN|nan|not JSON compliant"):
        canonical_json({"a": float("nan")})


def test_digest_is_sha256_of_the_text() -> None:
    """The digest of an empty mapping is SHA-256 of its two characters, as sha256sum prints it."""
    assert sha256({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
