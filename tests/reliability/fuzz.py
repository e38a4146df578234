"""Damaged and random files by the hundred thousand, and what must hold of whatever is said about them."""

from __future__ import annotations

import json
import random
import re
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from scenario.errors import InputError, Problem
from scenario.spec.document import parse
from scenario.spec.files import shipped_configs
from scenario.spec.load import load_text
from scenario.spec.sweep import sweep_from
from tests.reliability.test_bad_input import MINIMAL, _replace_some_value

SCENARIOS = [
    text
    for path in sorted(shipped_configs().glob("*.yaml"))
    if "\nact:" in (text := path.read_text(encoding="utf-8"))
]
SWEEPS = [path.read_text(encoding="utf-8") for path in sorted((shipped_configs() / "sweeps").glob("*.yaml"))]

SLOW = 1.0
"""Seconds of work after which an input counts as slow."""

TOKEN = re.compile(r"\s*\n\s*|[ \t]+|[\w.'’–-]+|[^\w\s]")
STRUCTURE = [
    "",
    " ",
    "\n",
    "\n  ",
    "\t",
    ":",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "#",
    "|\n",
    ">\n",
    ",",
]
STRUCTURE += ["&a ", "*a", "!x ", "!!python/object:os.system ", "? ", "---\n", "...\n", "%YAML 1.1\n", "<<: "]
VALUES = [
    "null",
    "~",
    "true",
    "no",
    "-1",
    "0",
    "-0",
    "010",
    "0o7",
    "1_000",
    "1e3",
    "1e308",
    "1e999",
    "5e-324",
]
VALUES += [
    ".nan",
    ".inf",
    "-.inf",
    "0x1",
    "9223372036854775808",
    "''",
    "{}",
    "[]",
    "[1]",
    "2024-13-45",
    "us",
    "all",
]
VALUES += [
    "é",
    "\u202e",
    "\x00",
    "\ufeff",
    "\U0001f680",
    "a" * 5000,
    "9" * 5000,
    "../../etc/passwd",
    "${HOME}",
]
VALUES += ["{point: 1}", "{beta: [1, 2], why: x}", "{own: true}", "{range: [0, 1]}", "base", "*", "defaults"]

Chance = random.Random


def _tokens_damaged(text: str, chance: Chance) -> str:
    """Return a text in which one to four tokens or lines are dropped, doubled, exchanged or replaced."""
    for _ in range(chance.randint(1, 4)):
        is_line = chance.random() < 0.25
        parts = text.splitlines(keepends=True) if is_line else TOKEN.findall(text)
        if not parts:
            return text
        i, j = chance.randrange(len(parts)), chance.randrange(len(parts))
        match chance.randrange(6):
            case 0:
                del parts[i]
            case 1:
                parts.insert(j, parts[i])
            case 2:
                parts[i], parts[j] = parts[j], parts[i]
            case 3:
                parts[i] = chance.choice(STRUCTURE)
            case 4:
                parts[i] = chance.choice(VALUES)
            case _:
                parts[i] = " " * chance.randint(1, 4) + parts[i] if is_line else parts[j]
        text = "".join(parts)
    return text


def _bytes_damaged(text: str, chance: Chance) -> bytes:
    """Return a text's bytes with some flipped, cut out, doubled or cut off."""
    raw = bytearray(text.encode())
    for _ in range(chance.randint(1, 6)):
        i = chance.randrange(len(raw) or 1)
        match chance.randrange(4):
            case 0 if raw:
                raw[i] ^= 1 << chance.randrange(8)
            case 1:
                del raw[i : i + chance.randint(1, 30)]
            case 2:
                raw[i:i] = chance.randbytes(chance.randint(1, 4))
            case _:
                raw[i:i] = raw[chance.randrange(len(raw) or 1) :][: chance.randint(1, 60)]
    return bytes(raw if chance.random() < 0.9 else raw[: chance.randrange(len(raw) or 1)])


def _soup(chance: Chance) -> str:
    """Return structure, values and words of the schema in any order."""
    words = [
        *STRUCTURE,
        *VALUES,
        "name: ",
        "act: ",
        "factors: ",
        "design: ",
        "set: ",
        "senders:\n  us:\n    ",
    ]
    return "".join(chance.choices(words, k=chance.randint(1, 60)))


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One sort of input: what it makes, what reads it, and how many of a hundred it is."""

    make: Callable[[Chance], str | bytes]
    read: Callable[[str | bytes], object]
    share: int


def _scenario(text: str | bytes) -> object:
    """Read a text as a scenario."""
    return load_text(text, file="fuzz.yaml")


def _sweep(text: str | bytes) -> object:
    """Read a text as a sweep file."""
    return sweep_from(parse(text, file="fuzz.yaml"))


def _values_damaged(text: str, chance: Chance) -> str:
    """Return a file, as JSON, in which one to three values or keys are wrong."""
    data = parse(text, file="sound").data
    data = json.loads(json.dumps(data))
    for _ in range(chance.randint(1, 3)):
        _replace_some_value(data, chance)
    return json.dumps(data, indent=1, ensure_ascii=False)


SORTS = {
    "small scenario, tokens": Sort(make=lambda c: _tokens_damaged(MINIMAL, c), read=_scenario, share=13),
    "small scenario, values": Sort(make=lambda c: _values_damaged(MINIMAL, c), read=_scenario, share=11),
    "small scenario, bytes": Sort(make=lambda c: _bytes_damaged(MINIMAL, c), read=_scenario, share=4),
    "shipped scenario, tokens": Sort(
        make=lambda c: _tokens_damaged(c.choice(SCENARIOS), c), read=_scenario, share=4
    ),
    "sweep, tokens": Sort(make=lambda c: _tokens_damaged(c.choice(SWEEPS), c), read=_sweep, share=25),
    "sweep, values": Sort(make=lambda c: _values_damaged(c.choice(SWEEPS), c), read=_sweep, share=19),
    "sweep, bytes": Sort(make=lambda c: _bytes_damaged(c.choice(SWEEPS), c), read=_sweep, share=8),
    "soup as a scenario": Sort(make=_soup, read=_scenario, share=4),
    "soup as a sweep": Sort(make=_soup, read=_sweep, share=4),
    "random bytes": Sort(make=lambda c: c.randbytes(c.randint(0, 300)), read=_scenario, share=8),
}


@dataclass
class Found:
    """What came of some inputs.

    Parameters
    ----------
    refused, legal
        By sort: how many were refused, and how many hold.
    crashes, slow, vague
        Inputs that ended otherwise, took too long, or were refused without saying where.
    slowest
        Seconds of work of the slowest.
    """

    refused: Counter[str] = field(default_factory=Counter)
    legal: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)
    slowest: float = 0.0


ABOUT_THE_FILE = {"E101", "E102", "E103", "E104", "E105", "E106", "E109", "E110", "E113"}
"""Refusals of the file as a whole: too large, no text, no YAML, two documents, too deep, no mapping."""

WITHOUT_LINE = {"E101", "E104", "E109"}
"""Of those, the ones that stand at no line: too large, empty, too deep for the parser itself."""


AT_THE_TOP = re.compile("the (keys of the )?file |the value ")
"""How a refusal begins that is about the file's own keys, or about a file that is one value: they have no path."""


def is_vague(problem: Problem) -> bool:
    """Return whether a refusal fails to say where, or what it got."""
    is_placed = problem.line > 0 or problem.code in WITHOUT_LINE
    is_top = problem.code in ABOUT_THE_FILE or AT_THE_TOP.match(problem.rule) is not None
    is_pathed = bool(problem.path) or is_top
    return not (is_placed and is_pathed and problem.rule and problem.file and "(got " in str(problem))


def check(text: str | bytes, sort: str, read: Callable[[str | bytes], object], found: Found) -> None:
    """Read one input and note what came of it."""
    start = time.process_time()
    try:
        read(text)
        found.legal[sort] += 1
    except InputError as error:
        found.refused[sort] += 1
        found.codes.update(problem.code for problem in error.problems)
        found.vague += [f"{sort}: {one}" for one in error.problems if is_vague(one)]
        if not error.problems:
            found.vague.append(f"{sort}: nothing said of {text[:200]!r}")
    except Exception:  # noqa: BLE001 - whatever it is, it is a traceback
        found.crashes.append(f"{sort}: {text[:2000]!r}\n{traceback.format_exc()[-1500:]}")
    seconds = time.process_time() - start
    found.slowest = max(found.slowest, seconds)
    if seconds > SLOW:
        found.slow.append(f"{sort}, {seconds:.1f} s: {text[:200]!r}")


def fuzz(n: int, *, seed: int) -> Found:
    """Read n inputs, every sort by its share.

    Parameters
    ----------
    n
        How many.
    seed
        Input i of a seed is always the same.
    """
    found, names = Found(), [name for name, sort in SORTS.items() for _ in range(sort.share)]
    for i in range(n):
        name = names[i % len(names)]
        chance = random.Random(f"{seed} {i}")
        check(SORTS[name].make(chance), name, SORTS[name].read, found)
    return found
