"""Reading YAML into plain data with lines, and refusing what a file must not hold."""

from __future__ import annotations

import pytest

from scenario.errors import SpecError
from scenario.spec.document import MAX_BYTES, parse, parse_value


def test_lines_of_keys_and_items_are_known() -> None:
    """Every key and list item has the line on which it begins, from 1."""
    document = parse("# note\na:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n", file="f.yaml")
    assert document.data == {"a": {"b": 1, "c": ["x", {"d": 2}]}}
    assert document.lines == {
        ("a",): 2,
        ("a", "b"): 3,
        ("a", "c"): 4,
        ("a", "c", 0): 5,
        ("a", "c", 1): 6,
        ("a", "c", 1, "d"): 6,
    }


def test_quoted_scalars_are_text() -> None:
    """Quotes and block style make a text of what would be a number."""
    data = parse("a: \"1\"\nb: '.inf'\nc: |\n  true\n", file="f.yaml").data
    assert data == {"a": "1", "b": ".inf", "c": "true\n"}


def test_carriage_returns_do_not_shift_lines() -> None:
    """A file with Windows line ends has the same lines."""
    assert parse("a: 1\r\nb: 2\r\n", file="f.yaml").lines == {("a",): 1, ("b",): 2}


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("a: " + "x" * MAX_BYTES, "E101", 0, "at most 1,000,000 bytes"),
        ("a: " + "é" * (MAX_BYTES // 2), "E101", 0, "at most 1,000,000 bytes"),
        (b"a: 1\nb: \xff", "E102", 2, "UTF-8"),
        (b"\xef\xbb\xbfa: 1", "E102", 1, "byte order mark"),
        ("a: 1\nb: \x00", "E103", 2, "control"),
        ("a: 1\nb: x\x1b[31m", "E103", 2, "control"),
        ("a: \u202eevil", "E103", 1, "control"),
        ("a: \ud800", "E103", 1, "control"),
        ('a: 1\nb: "\\0"', "E103", 2, "b must hold no control"),
        ('"a\\e": 1', "E103", 1, "control"),
        ("", "E104", 0, "empty"),
        (" \n\n", "E104", 0, "empty"),
        ("# only a comment\n", "E104", 0, "empty"),
        ("a: 1\nb: [1, 2", "E105", 2, "YAML 1.2"),
        ("a: b: c", "E105", 1, "YAML 1.2"),
        ("\ta: 1", "E105", 1, "YAML 1.2"),
        ("a: 1\n---\nb: 2", "E106", 2, "one document"),
        ("%YAML 1.1\n---\na: 1", "E106", 1, "directives"),
        ("a: &x 1", "E107", 1, "anchor"),
        ("a: &x 1\nb: *x", "E107", 1, "anchor"),
        ("a:\n  <<: {b: 1}", "E107", 2, "merge key"),
        ("a: !!python/object/apply:os.system [ls]", "E108", 1, "tag"),
        ("a: ! x", "E108", 1, "tag"),
        ("a: !!str 1", "E108", 1, "tag"),
        ("a:\n " + "[" * 40 + "]" * 40, "E109", 2, "30 deep"),
        ("a: [" + "1," * 50_001 + "]", "E110", 1, "50,000 values"),
        ("a: 1\nb: 2\na: 3", "E111", 3, "a must be given once"),
        ("a: {b: 1, c: 2, b: 3}", "E111", 1, "a.b must be given once"),
        ("1: a", "E112", 1, "must be text"),
        ("true: a", "E112", 1, "must be text"),
        ("a: {~: b}", "E112", 1, "keys of a must be text"),
        ("? [a, b]\n: c", "E112", 1, "must be text"),
        ("[1, 2]", "E113", 1, "must be a mapping"),
        ("text", "E113", 1, "must be a mapping"),
        ("a: 1\nb: .nan", "E114", 2, "b must be a finite number"),
        ("a: [1, -.inf]", "E114", 1, "a.1 must be a finite number"),
    ],
)
def test_what_a_file_must_not_hold_is_refused(text: str | bytes, code: str, line: int, words: str) -> None:
    """Each kind of bad file has its own code, its line and its sentence with the value got."""
    with pytest.raises(SpecError, match="got") as caught:
        parse(text, file="f.yaml")
    problem = caught.value.problems[0]
    assert (problem.code, problem.line, problem.file) == (code, line, "f.yaml")
    assert words in str(problem)


def test_problems_of_a_document_come_together() -> None:
    """A duplicate key, a tag and an infinity are reported at once, in line order."""
    with pytest.raises(SpecError, match="given once") as caught:
        parse("a: 1\nb: !x 2\na: 3\nc: .inf\n", file="f.yaml")
    assert [(p.code, p.line) for p in caught.value.problems] == [("E108", 2), ("E111", 3), ("E114", 4)]


def test_endless_problems_are_cut() -> None:
    """A file with a thousand duplicate keys is refused after fifty."""
    with pytest.raises(SpecError, match="given once") as caught:
        parse("a: 1\n" * 1000, file="f.yaml")
    assert len(caught.value.problems) == 50


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.9", 0.9), ("[a, 1]", ["a", 1]), ("{b: NO}", {"b": "NO"}), ("", None), ("x y", "x y"), ("'1'", "1")],
)
def test_single_values_follow_the_same_rules(text: str, value: object) -> None:
    """The text of an override is read as a value of a file would be."""
    assert parse_value(text) == value


def test_single_value_refuses_an_alias() -> None:
    """A value is refused for what a file is refused for."""
    with pytest.raises(SpecError, match=r"alias \(got \*x\)"):
        parse_value("*x")
