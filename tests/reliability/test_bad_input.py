"""Bad input is refused in sentences, quickly, and never reaches an engine (reliability figures 17 to 19)."""

from __future__ import annotations

import json
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scenario.spec
from scenario.errors import Problem, SpecError
from scenario.spec.document import MAX_BYTES, parse
from scenario.spec.load import load, load_text
from scenario.spec.register import numbers

MINIMAL = (Path(__file__).resolve().parents[1] / "minimal.yaml").read_text(encoding="utf-8")
BASE = load_text(MINIMAL, file="minimal.yaml")
NUMBERS = {entry.path: entry for entry in numbers(BASE.spec)}
PLAIN = {
    "horizon_days": (1, 3650, True),
    "act.gravity": (0, 3, True),
    "senders.us.corroboration": (0, 20, True),
    "senders.us.physical": (0, 20, True),
    "forums.club.quorum": (1, 100, True),
    "forums.club.then_every_days": (1, 3650, True),
    "tracks.envoys.min_gravity": (0, 3, True),
    "max_events": (100, 1_000_000, True),
    "costs.target.0": (0, float("inf"), False),
    "costs.senders.3": (0, float("inf"), False),
    "levers.0.low": (0, 1, False),
    "levers.0.step": (0, float("inf"), False),
}
"""Plain numbers of the schema: lowest, highest, whether whole. Written down here, not read from the code."""

HOSTILE = [".nan", ".inf", "-.inf", "-1", "0", "5e-324", "1e308", "9223372036854775808", "true", '"1"', "[1]"]
HOSTILE += ["null", '""']
SENTENCE = re.compile(
    r"must be (a finite|a whole) number|must (rise|have low|hold exactly|be at most|be <|be >)"
)


def _refusal(text: str, **options: Any) -> tuple[Problem, ...]:
    """Return what a text is refused for; empty where it is legal."""
    try:
        load_text(text, file="case.yaml", **options)
    except SpecError as error:
        return error.problems
    return ()


def _is_inside(value: str, low: float, high: float, *, whole: bool) -> bool:
    """Return whether a hostile value is a legal number within bounds, by reading it as Python does."""
    if value in {"true", '"1"', "[1]", "null", '""', ".nan", ".inf", "-.inf"}:
        return False
    number = float(value)
    return low <= number <= high and (not whole or re.fullmatch(r"-?\d+", value) is not None)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_value_of_a_number_is_refused_or_within_bounds(value: str) -> None:
    """Every number x a hostile value: refused with the standard sentence, or inside the declared bounds."""
    for path, entry in NUMBERS.items():
        low, high = entry.quantity.low, entry.quantity.high
        problems = _refusal(MINIMAL, overrides=[f"{path}={{point: {value}, why: made up}}"])
        if not problems:
            assert _is_inside(value, low, high, whole=False), (path, value)
            continue
        assert SENTENCE.search(problems[0].rule), (path, value, str(problems[0]))
        assert problems[0].path.startswith(path.rsplit(".", 1)[0]), (path, value)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("path", PLAIN)
def test_hostile_value_of_a_plain_number_is_refused_or_within_bounds(path: str, value: str) -> None:
    """Every plain number x a hostile value: refused with the standard sentence, or inside its bounds."""
    low, high, whole = PLAIN[path]
    problems = _refusal(MINIMAL, overrides=[f"{path}={value}"])
    if problems:
        assert all(SENTENCE.search(problem.rule) for problem in problems), str(problems[0])
    else:
        assert _is_inside(value, low, high, whole=whole)


@pytest.mark.parametrize("kind", ["uniform", "triangular", "pert", "beta", "normal", "lognormal", "discrete"])
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_parameter_of_a_distribution_is_refused_or_within_bounds(kind: str, value: str) -> None:
    """A hostile parameter of any distribution never yields a number that leaves its bounds."""
    forms = {
        "uniform": "[V, V]",
        "triangular": "[0, V, 1]",
        "pert": "[0, V, 1]",
        "beta": "[V, 1]",
        "normal": "{mean: 0.5, sd: V}",
        "lognormal": "{median: V, sigma: V}",
        "discrete": "{values: [V], weights: [V]}",
    }
    form = forms[kind].replace("V", value)
    override = f"act.p_true={{{kind}: {form}, why: x}}"
    problems = _refusal(MINIMAL, overrides=[override])
    assert all(problem.rule and problem.path for problem in problems)
    if not problems:
        low, high = load_text(MINIMAL, file="x", overrides=[override]).spec.act.p_true.bounds()
        assert 0 <= low <= high <= 1


BOMBS = {
    "aliases": "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(30_000)),
    "laughs": "a: &a [lol]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n",
    "merge keys": "a: &a {x: 1}\n" + "b:\n" + "  <<: *a\n" * 80_000,
    "brackets": "[" * (MAX_BYTES - 1),
    "braces": "{a: " * 240_000,
    "dashes": "- " * 490_000,
    "questions": "? " * 490_000,
    "duplicate keys": "a: 1\n" * 190_000,
    "tags": "a: " + "!x [" * 200_000,
    "documents": "---\na: 1\n" * 100_000,
    "too long": "a: " + "x" * MAX_BYTES,
    "digits": "a: " + "9" * 900_000,
    "hexadecimal digits": "a: 0x" + "f" * 900_000,
    "complex keys": "[a]: " * 180_000,
    "open quote": "a: '" + "x" * 900_000,
    "commas": "{a," + "a," * 400_000,
}


HANGS = 5.0
"""Seconds after which something counts as hanging, on whatever machine; no claim about speed."""


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_at_once(name: str) -> None:
    """A file made to be expensive is refused before it is unfolded: in a moment, not in minutes."""
    start = time.perf_counter()
    with pytest.raises(SpecError, match="got"):
        parse(BOMBS[name], file="bomb.yaml")
    assert time.perf_counter() - start < HANGS


def test_widest_legal_file_is_read() -> None:
    """The slowest thing to read, as many values as a file may hold, is read whole."""
    assert len(parse("a: [" + "[]," * 49_900 + "]", file="wide.yaml").data["a"]) == 49_900


def test_file_may_nest_thirty_deep_and_no_deeper() -> None:
    """Thirty levels are read; one more is refused."""
    assert parse("a: " + "[" * 29 + "]" * 29, file="x").data["a"]
    with pytest.raises(SpecError, match="at most 30 deep"):
        parse("a: " + "[" * 31 + "]" * 31, file="x")


@settings(max_examples=300)
@given(st.integers(0, 2**32 - 1))
def test_mutated_file_ends_in_a_scenario_or_in_problems(seed: int) -> None:
    """A valid file with random damage ends in a scenario or a SpecError, and does not hang."""
    text = _damaged(random.Random(seed))
    start = time.perf_counter()
    for problem in _refusal(text, overrides=["senders.*.awareness=0.5", "forums.club.slots.0=2024-12-01"]):
        assert problem.rule
        assert problem.code in (scenario.spec.__doc__ or "")
    assert time.perf_counter() - start < HANGS


SPLINTERS = [
    *(
        "",
        " ",
        "\n",
        "\t",
        ":",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "#",
        "&a ",
        "*a",
        "!x ",
        "? ",
        "|\n",
        "---\n",
    ),
    *(
        "null",
        "true",
        "-1",
        "1e308",
        "1e999",
        ".nan",
        "0x1",
        "''",
        "<<: {a: 1}",
        "é",
        "\u202e",
        "\x00",
        "\ufeff",
    ),
    *("point", "beta: [1, 2]", "us", "defaults:\n", "  sender: 1\n", "lognormal: {median: 1e308, sigma: 9}"),
    *(
        "discrete: {values: [1, 1], weights: [1e308, 1e308]}",
        "normal: {mean: 1e308, sd: 1e308}",
        "%YAML 1.1\n",
    ),
]


def _damaged(chance: random.Random) -> str:
    """Return the minimal file with one to four random damages."""
    text = MINIMAL
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text))
        end = start + chance.choice([0, 1, 5, 40, 400])
        choice = chance.randrange(3)
        piece = (
            chance.choice(SPLINTERS)
            if choice
            else text[chance.randrange(len(text)) :][: chance.randrange(90)]
        )
        text = text[:start] + piece + text[end:]
    return text


@settings(max_examples=300)
@given(st.integers(0, 2**32 - 1))
def test_mutated_data_end_in_a_scenario_or_in_problems(seed: int) -> None:
    """A valid file with wrong values anywhere ends in a scenario or a SpecError, never a crash."""
    chance = random.Random(seed)
    data = parse(MINIMAL, file="x").data
    for _ in range(chance.randint(1, 3)):
        _replace_some_value(data, chance)
    text = json.dumps(data, indent=1)
    for problem in _refusal(text, variant=chance.choice(["base", "base", "patient"])):
        assert problem.rule
        assert "(got " in str(problem)


WRONG: list[Any] = [
    None,
    True,
    -1,
    0,
    2.5,
    1e308,
    -1e308,
    5e-324,
    2**63,
    "",
    "us",
    "2024-01-01",
    [],
    [1],
    {},
    {"a": 1},
]
WRONG += [
    {"point": 1},
    {"beta": [1, 2], "why": "x"},
    {"derived": "a", "why": "x"},
    ["us", "us"],
    {"us": {"point": 1}},
]
WRONG += [
    {"lognormal": {"median": 1e308, "sigma": 1e308}, "why": "x"},
    "all",
    "national",
    {"": 0},
    {"a.b": []},
]


def _replace_some_value(data: Any, chance: random.Random) -> None:
    """Walk to a random place of the data and put a wrong value there, or drop or rename a key."""
    while True:
        keys = list(data) if isinstance(data, dict) else list(range(len(data)))
        if not keys:
            return
        key = chance.choice(keys)
        if isinstance(data[key], dict | list) and data[key] and chance.random() < 0.8:
            data = data[key]
            continue
        if isinstance(data, dict) and chance.random() < 0.3:
            data[chance.choice(["x", "us", "point", "*", key + "x"])] = data.pop(key)
        else:
            data[key] = json.loads(json.dumps(chance.choice(WRONG)))
        return


@settings(max_examples=100)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_override_ends_in_a_scenario_or_in_problems(path: str, value: str) -> None:
    """Any two texts as path and value of an override, and any text instead of one, are taken or refused."""
    _refusal(MINIMAL, overrides=[f"{path}={value}"])
    _refusal(MINIMAL, overrides=[value])
    _refusal(MINIMAL, overrides={f"senders.us.{path}": value})


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_problems(raw: bytes) -> None:
    """Any bytes at all are refused as a scenario, with problems."""
    with pytest.raises(SpecError, match="got"):
        load_text(raw, file="upload")


MARKUP = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "{{ 7*7 }}",
    "${jndi:ldap}",
    "$x^2$ \\frac{1}{2}",
    "![x](y) `code` **bold**",
    "'; DROP TABLE runs; --",
    "../../etc/passwd",
    "%s %d {0}",
    "گزارش 報告 🚀",
]


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_a_text_stays_text(text: str) -> None:
    """A title with script, formulas or markup is kept to the letter: showing it safely is the page's work."""
    quoted = json.dumps(text, ensure_ascii=False)
    source = MINIMAL.replace("title: a supplier delivers units to a recipient", f"title: {quoted}")
    assert load_text(source, file="x").spec.act.title == text


@pytest.mark.parametrize("section", ["senders", "channels", "forums", "measures", "variants", "suppliers"])
@pytest.mark.parametrize("name", ["../us", "a/b", "<b>", "=1+1", "a.b", "CON ", "", "x" * 41, "..", "a\\nb"])
def test_name_that_could_leave_its_place_is_refused(section: str, name: str) -> None:
    """A name that could become a path, a formula or markup is refused with its line."""
    at = MINIMAL.index(f"\n{section}:\n") + len(section) + 3
    old = re.compile(r"  [a-z]+:").match(MINIMAL, at)
    assert old is not None
    text = MINIMAL[:at] + f"  {json.dumps(name)}:".replace("\\\\", "\\") + MINIMAL[old.end() :]
    problems = _refusal(text)
    assert any(problem.code in {"E131", "E103"} for problem in problems), problems
    assert all(problem.line for problem in problems)


@pytest.mark.parametrize("escape", ["\\0", "\\e[31m", "\\x7f", "\\u202e", "\\ufeff", "\\x85", "\\L"])
def test_control_characters_are_refused_even_escaped(escape: str) -> None:
    """No escape smuggles a control character or a mark that reorders text into a title."""
    problems = _refusal(MINIMAL.replace("title: newspapers", f'title: "x{escape}y"'))
    assert [(problem.code, problem.path) for problem in problems] == [("E103", "channels.press.title")]


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/stdin", "/proc/self/mem", "/proc/self"])
def test_device_is_no_scenario(target: str) -> None:
    """A device or a folder of the system is refused without being read."""
    with pytest.raises(SpecError, match=r"must be a (readable )?file"):
        load(target)
