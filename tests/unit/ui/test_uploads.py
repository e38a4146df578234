from __future__ import annotations

import pytest

from scenario.errors import InputError
from scenario.ui.selection import Case, file_text, scenario_of
from scenario.ui.uploads import case_of, sentences


def _problems(raw: bytes, name: str = "mine.yaml") -> list[str]:
    """Return what is said about a file that is refused."""
    with pytest.raises(InputError, match=r"\(got ") as refused:
        case_of(name, raw)
    return sentences(refused.value)


def test_shipped_file_is_taken(case: Case) -> None:
    """A shipped file that is uploaded gives the same scenario as the shipped one, variant by variant."""
    own = case_of("mine.yaml", file_text(case).encode())
    assert own.variants == case.variants
    assert scenario_of(own, "silent").hash == scenario_of(case, "silent").hash


def test_problem_names_file_line_and_field(case: Case) -> None:
    """A value out of range is refused with file, line, field and value."""
    text = file_text(case)
    line = 1 + text[: text.index("horizon_days: 365")].count("\n")
    (problem,) = _problems(text.replace("horizon_days: 365", "horizon_days: 99999").encode())
    assert problem.startswith(f"mine.yaml, line {line}, field horizon_days: ")
    assert "got 99999" in problem


def test_problem_in_a_variant_is_found(case: Case) -> None:
    """A variant that sets a value out of range is refused at once, not when it is picked."""
    broken = file_text(case).replace("senders.uk.bars.early: 0.65", "senders.uk.bars.early: 1.65")
    assert any("1.65" in problem for problem in _problems(broken.encode()))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "UTF-8"),
        (b"a: [1", "YAML"),
        (b"a: 1\na: 2\n", "once"),
        (b"x" * 1_000_001, "most"),
    ],
)
def test_unreadable_file_has_its_own_sentence(raw: bytes, words: str) -> None:
    """Empty, wrong encoding, broken syntax, a key twice and too big are each named."""
    assert any(words in problem for problem in _problems(raw))


def test_path_in_a_file_name_is_dropped() -> None:
    """Folders in the name of an uploaded file are never shown."""
    (problem,) = _problems(b"", "C:\\Users\\someone\\mine.yaml")
    assert problem.startswith("mine.yaml")
