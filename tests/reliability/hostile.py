"""Every numeric field that the schemas of scenarios and sweeps declare, and what happens where a hostile value stands.

The fields come from the declarations: one that a schema gains is tried without a change here.
"""

from __future__ import annotations

import copy
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from scenario.errors import InputError, Problem
from scenario.spec.document import parse
from scenario.spec.number import Number
from scenario.spec.schema import ScenarioSpec
from scenario.spec.shape import Slot, fields
from scenario.spec.sweep import SweepSpec
from tests.reliability.test_bad_input import HOSTILE, MINIMAL

Path = tuple[str, ...]
Data = dict[str, Any]
MARK = "@the hostile value@"
NO_NUMBERS = {"true", '"1"', "[1]", "null", '""', ".nan", ".inf", "-.inf"}

SCENARIO: Data = parse(MINIMAL, file="minimal.yaml").data
SWEEP: Data = {
    "name": "hostile",
    "title": "T",
    "scenario": "minimal.yaml",
    "replications": 2,
    "seed": 1,
    "design": {"kind": "latin-hypercube", "points": 64, "levels": 4},
    "factors": {
        "act.p_true": {"range": [0.2, 0.9], "levels": 3},
        "response.hold_days": {"integer": [0, 30]},
        "response.p_execute": {"range": [0.1, 0.9]},
    },
    "correlations": [{"between": ["act.p_true", "response.p_execute"], "rank": 0.5}],
    "policies": {"base": {"set": {"senders.us.patience_days": 3}}},
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """A place where a number may stand.

    Parameters
    ----------
    path
        Keys and indices from the root of the sound data.
    low, high
        Bounds as declared, both allowed unless open.
    is_whole, is_optional, is_open_low, is_open_high
        Whether it must be a whole number, may be left out, and must lie above its low or below its high bound.
    form
        What stands there: the value itself, or a distribution around it.
    """

    path: Path
    low: float = -math.inf
    high: float = math.inf
    is_whole: bool = False
    is_optional: bool = False
    is_open_low: bool = False
    is_open_high: bool = False
    form: str = MARK

    def takes(self, value: str) -> bool:
        """Return whether a hostile value is a number within the bounds, read as Python reads it."""
        if value == "null":
            return self.is_optional
        if value in NO_NUMBERS or (self.is_whole and not re.fullmatch(r"-?\d+", value)):
            return False
        number = float(value)
        is_beyond = number < self.low or number > self.high
        is_at_open_end = (self.is_open_low and number == self.low) or (
            self.is_open_high and number == self.high
        )
        return not is_beyond and not is_at_open_end


def declared(model: type[BaseModel], sound: Data) -> Iterator[Field]:
    """Yield every numeric field of a schema, at a place of its sound data or one that can be made there."""
    for name, slot in fields(model).items():
        yield from _below(slot, (name,), sound.get(name))


def _below(slot: Slot, path: Path, there: Any) -> Iterator[Field]:
    """Yield the numeric fields at and under a place."""
    if slot.is_number and slot.quantity is not None:
        low, high = slot.quantity.low, slot.quantity.high
        common = {"low": low, "high": high, "is_optional": slot.is_optional}
        yield Field(path=path, **common)
        yield Field(path=path, form=f'{{"point": {MARK}, "why": "x"}}', low=low, high=high)
    elif slot.model is not None and slot.model is not Number:
        known = there if isinstance(there, dict) else {}
        for name, part in fields(slot.model).items():
            yield from _below(part, (*path, name), known.get(name))
    elif slot.entries is not None:
        entries = there if isinstance(there, dict) and there else {"us": None}
        yield from _in_entries(slot.entries, path, entries)
    elif slot.elements:
        for i, element in enumerate(slot.elements):
            known = there[i] if isinstance(there, list) and i < len(there) else None
            yield from _below(element, (*path, str(i)), known)
    elif slot.type in (int, float):
        yield _plain(slot, path)


def _in_entries(slot: Slot, path: Path, entries: Data) -> Iterator[Field]:
    """Yield each numeric field of the entries once, in the first entry that has it, else in the first."""
    first = next(iter(entries))
    best: dict[tuple[Path, str], Field] = {}
    for name, entry in entries.items():
        for one in _below(slot, (*path, name), entry):
            rest = one.path[len(path) + 1 :]
            if name == first or (_has(entry, rest) and not _has(entries[first], rest)):
                best[rest, one.form] = one
    yield from best.values()


def _has(data: Any, path: Path) -> bool:
    """Return whether data hold something at a path."""
    for part in path:
        if isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        elif isinstance(data, dict) and part in data:
            data = data[part]
        else:
            return False
    return True


def _plain(slot: Slot, path: Path) -> Field:
    """Return the field of a plain number."""
    limits = slot.limits
    return Field(
        path=path,
        low=limits.get("ge", limits.get("gt", -math.inf)),
        high=limits.get("le", limits.get("lt", math.inf)),
        is_whole=slot.type is int,
        is_optional=slot.is_optional,
        is_open_low="gt" in limits,
        is_open_high="lt" in limits,
    )


def distributions(path: Path, low: float, high: float) -> Iterator[Field]:
    """Yield every numeric parameter of every distribution at one number of a scenario."""
    sound: Data = {
        "uniform": [0, 0.5],
        "triangular": [0, 0.5, 1],
        "pert": [0, 0.5, 1],
        "beta": [2, 2],
        "normal": {"mean": 0.5, "sd": 0.1},
        "lognormal": {"median": 0.5, "sigma": 0.1, "range90": [0.3, 0.8], "q05": 0.3, "q95": 0.8},
        "discrete": {"values": [0.5, 1], "weights": [1, 1]},
        "empirical": [0.5, 1],
    }
    pairs = {"median": "sigma", "sigma": "median", "range90": "median", "q05": "q95", "q95": "q05"}
    for one in declared(Number, sound):
        kind, rest = one.path[0], one.path[1:]
        if kind not in sound:
            continue
        form = copy.deepcopy(sound[kind])
        if kind == "lognormal":
            form = {key: form[key] for key in (rest[0], pairs[rest[0]])}
        put({kind: form}, one.path, MARK)
        form = put({kind: form}, one.path, MARK)[kind]
        text = json.dumps({kind: form, "why": "x"}).replace(f'"{MARK}"', MARK)
        yield Field(path=path, form=text, low=low, high=high)


def put(data: Data, path: Path, value: object) -> Data:
    """Return a copy of data with a value at a path; what is missing on the way is made."""
    made: Any = copy.deepcopy(data)
    here = made
    for i, part in enumerate(path):
        key: Any = int(part) if isinstance(here, list) else part
        if isinstance(here, list):
            here += [0] * (key + 1 - len(here))
        if i == len(path) - 1:
            here[key] = value
        elif isinstance(here, list) or not isinstance(here.get(key), (dict, list)):
            here[key] = [] if path[i + 1].isdecimal() else {}
        here = here[key] if i < len(path) - 1 else here
    return made


def text_with(data: Data, one: Field, value: str) -> str:
    """Return sound data as a file in which a hostile value stands at a field."""
    return json.dumps(put(data, one.path, MARK), indent=1).replace(f'"{MARK}"', one.form.replace(MARK, value))


@dataclass
class Verdicts:
    """What came of fields x hostile values.

    Parameters
    ----------
    counts
        refused, or legal.
    wrong
        What was taken beyond its bounds, refused without saying where, or crashed.
    """

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def judge(
    found: Field, data: Data, read: Callable[[str], Any], verdicts: Verdicts, *, bounds: Callable[[Any], bool]
) -> None:
    """Try every hostile value at a field.

    Parameters
    ----------
    found, data
        The field, and the sound data.
    read
        What reads the text, and raises an InputError or returns what was read.
    verdicts
        Where the counts go.
    bounds
        Of what was read: whether it holds finite numbers within declared bounds only.
    """
    where = ".".join(found.path)
    for value in HOSTILE:
        try:
            taken = read(text_with(data, found, value))
        except InputError as error:
            verdicts.counts["refused"] += 1
            if not any(_is_about(one, found) for one in error.problems):
                verdicts.wrong.append(f"{where} = {value}: refused elsewhere: {error}")
            continue
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a traceback
            verdicts.wrong.append(f"{where} = {value}: {type(error).__name__}: {error}")
            continue
        verdicts.counts["legal"] += 1
        if not bounds(taken) or (found.form == MARK and not found.takes(value)):
            verdicts.wrong.append(f"{where}, {found.form}, = {value}: taken")
        if "point" in found.form and not found.takes(value):
            verdicts.wrong.append(f"{where} = {value}: a point taken beyond its bounds")


def _is_about(problem: Problem, found: Field) -> bool:
    """Return whether a refusal is about a field or what holds it, in a sentence that says what must hold."""
    parts = ".".join(found.path)
    about = problem.path in ("", parts) or parts.startswith(problem.path) or problem.path.startswith(parts)
    near = problem.path.startswith(".".join(found.path[:-1])) or problem.path.startswith(found.path[0])
    return (about or near) and "must" in problem.rule and "(got " in str(problem)


def scenario_fields() -> list[Field]:
    """Return every numeric field of scenario files, and every parameter of a distribution at three numbers."""
    inside = [
        *distributions(("act", "p_true"), 0.0, 1.0),
        *distributions(("channels", "press", "gap_days"), 0.01, 3650.0),
        *distributions(("target", "disposition"), -10.0, 10.0),
    ]
    return [*declared(ScenarioSpec, SCENARIO), *inside]


def sweep_fields() -> list[Field]:
    """Return every numeric field of sweep files, and the settings that are numbers of the scenario."""
    named = [
        Field(path=("policies", "base", "set", "senders.us.patience_days"), low=0.0, high=3650.0),
        Field(path=("set", "act.p_planned"), low=0.0, high=1.0),
    ]
    return [*declared(SweepSpec, SWEEP), *named]
