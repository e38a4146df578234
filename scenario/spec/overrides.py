"""Overrides by dotted path: what a variant's `set` and the user's `--set` do to a file's data.

They act on the data before defaults are filled in, so that `defaults.sender.awareness` is a path too.
"""

from __future__ import annotations

import copy
import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scenario.errors import Problem, SpecError
from scenario.spec.defaults import fill, filled_again, is_number
from scenario.spec.document import MAX_DEPTH, Path, dotted, parse_value
from scenario.spec.names import did_you_mean
from scenario.spec.schema import DEFAULTS, ScenarioSpec
from scenario.spec.shape import Slot, fields, root

PROTECTED = ("name", "as_of", "variants")
"""Top-level keys that no override may set."""


@dataclass(frozen=True, kw_only=True)
class Override:
    """One override: a path, a plain value, who sets it, and the line where (0 for the user's)."""

    path: str
    value: Any
    by: str
    line: int = 0


def from_user(given: Mapping[str, object] | Sequence[str], *, file: str) -> list[Override]:
    """Return the user's overrides, from a mapping or from texts "path=value".

    Raises
    ------
    SpecError
        For a text without "=", a value that YAML refuses, or one that no file can hold.
    """
    texts = [given] if isinstance(given, str) else given
    pairs = texts.items() if isinstance(texts, Mapping) else [_split(text, file) for text in texts]
    made = []
    for path, value in pairs:
        plain = value if isinstance(given, Mapping) else _read(path, str(value), file)
        made.append(Override(path=str(path), value=_plain(plain, str(path), file), by="the user"))
    return made


def _split(text: object, file: str) -> tuple[str, str]:
    """Split "path=value" at the first equals sign."""
    path, sign, value = str(text).partition("=")
    if isinstance(text, str) and sign and path.strip():
        return path.strip(), value.strip()
    hint = "for example senders.us.bars.attribute=0.9"
    raise SpecError(
        Problem(rule="an override must be PATH=VALUE", got=str(text), file=file, hint=hint, code="E140")
    )


def _read(path: str, text: str, file: str) -> Any:
    """Read an override's text by the rules of the file."""
    try:
        return parse_value(text)
    except SpecError as error:
        first = error.problems[0]
        rule = f"the value for {path} must be YAML: {first.rule}"
        problem = Problem(rule=rule, got=first.got, file=file, path=path, hint=first.hint, code=first.code)
        raise SpecError(problem) from None


def _plain(value: object, path: str, file: str, depth: int = 0) -> Any:
    """Return a value as plain data of the kinds that a file can hold."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real) and math.isfinite(value):
        return float(value)
    if isinstance(value, Mapping) and depth < MAX_DEPTH and all(isinstance(key, str) for key in value):
        return {key: _plain(entry, path, file, depth + 1) for key, entry in value.items()}
    if isinstance(value, list | tuple) and depth < MAX_DEPTH:
        return [_plain(entry, path, file, depth + 1) for entry in value]
    rule = f"the value for {path} must be plain data with finite numbers"
    raise SpecError(Problem(rule=rule, got=str(value), file=file, path=path, code="E143"))


@dataclass
class Editor:
    """Applies overrides to a copy of a file's data and keeps track of lines and problems.

    Parameters
    ----------
    data, lines
        The file's data (copied) and lines.
    file
        The name under which problems are reported.
    """

    data: dict[str, Any]
    lines: Mapping[Path, int]
    file: str
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.data = copy.deepcopy(self.data)
        self._filled = fill(self.data)[0]
        self._moved: dict[Path, int] = {}

    def apply(self, override: Override) -> None:
        """Set one override at every place that its path names; a bad path is noted as a problem."""
        parts = tuple(override.path.split("."))
        if parts[0] in PROTECTED:
            self.complain(override, "E142", f"{parts[0]} must not be overridden", "edit the file instead")
            return
        try:
            places = list(_Finder(self, override, self._filled).places(parts))
        except _UnknownPathError:
            return
        for place, slot in places:
            self._set(place, _as_number(override, slot), self._filled)
            self._move_lines(place, override.line)
        for place, _ in places:
            self._filled = filled_again(self._filled, self.data, place)

    def complain(self, override: Override, code: str, rule: str, hint: str = "") -> None:
        """Note a problem with an override's path."""
        self.problems.append(
            Problem(
                rule=rule,
                got=override.path,
                file=self.file,
                line=override.line,
                path=override.path,
                hint=hint,
                code=code,
            )
        )

    def _set(self, place: Path, value: Any, filled: dict[str, Any]) -> None:
        """Put a value at a place, making what is missing on the way."""
        node: Any = self.data
        for depth, part in enumerate(place[:-1], start=1):
            wanted = list if isinstance(place[depth], int) else dict
            below = _get(node, part)
            if not isinstance(below, wanted):
                below = _start(_node(filled, place[:depth]), wanted)
                node[part] = below
            node = below
        node[place[-1]] = copy.deepcopy(value)

    def _move_lines(self, place: Path, line: int) -> None:
        """Give everything at and under a place the line of its override."""
        size = len(place)
        self._moved = {path: known for path, known in self._moved.items() if path[:size] != place}
        self._moved[place] = line

    def lines_after(self) -> dict[Path, int]:
        """Return the line of every value after the overrides; what lies under a moved place has the place's."""
        sizes = {len(place) for place in self._moved}
        kept = {
            path: line
            for path, line in self.lines.items()
            if not any(path[:size] in self._moved for size in sizes)
        }
        return kept | self._moved


def _start(inherited: Any, wanted: type) -> Any:
    """Return what a missing step begins with: an inherited number or list as it stands, else nothing."""
    is_whole = is_number(inherited) or isinstance(inherited, list)
    return copy.deepcopy(inherited) if is_whole and isinstance(inherited, wanted) else wanted()


def _get(node: Any, part: str | int) -> Any:
    """Return what lies under a key or index, or None."""
    if isinstance(node, dict):
        return node.get(part)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    return None


def _node(data: Any, path: Path) -> Any:
    """Return what lies at a path, or None."""
    for part in path:
        data = _get(data, part)
    return data


def _as_number(override: Override, slot: Slot) -> Any:
    """Return the value to set: a plain number becomes a point where a number with a reason stands."""
    value = override.value
    if slot.is_number and isinstance(value, int | float) and not isinstance(value, bool):
        return {"point": value, "status": "assumed", "why": f"set by {override.by}"}
    return value


class _UnknownPathError(Exception):
    """A path that leads nowhere; the problem is already noted."""


@dataclass
class _Finder:
    """Follows an override's path through schema and data."""

    editor: Editor
    override: Override
    filled: dict[str, Any]

    def places(self, parts: tuple[str, ...]) -> Iterator[tuple[Path, Slot]]:
        """Yield every place that a path names, with its slot."""
        if parts[0] != "defaults":
            yield from self._follow(root(ScenarioSpec), self.filled, parts, ())
            return
        if len(parts) < 3 or parts[1] not in DEFAULTS:
            raise self._unknown(parts[:2], "defaults", parts[1] if len(parts) > 1 else "", DEFAULTS)
        section = fields(ScenarioSpec)[DEFAULTS[parts[1]]].entries
        if section is not None:
            node = _node(self.editor.data, parts[:2]) or {}
            yield from self._follow(section, node, parts[2:], parts[:2])

    def _follow(
        self, slot: Slot, node: Any, parts: tuple[str, ...], done: Path
    ) -> Iterator[tuple[Path, Slot]]:
        """Yield the places under one slot."""
        if not parts:
            yield done, slot
            return
        for key in self._keys(slot, node, parts, done):
            below = slot.child(key)
            if below is not None:
                yield from self._follow(below, _get(node, key), parts[1:], (*done, key))

    def _keys(self, slot: Slot, node: Any, parts: tuple[str, ...], done: Path) -> list[str | int]:
        """Return the keys or indices that the next part of a path names."""
        part, where = parts[0], dotted(done) or "the file"
        if slot.model is not None:
            names = fields(slot.model)
            if part not in names:
                raise self._unknown((*done, part), where, part, names)
            return [part]
        if slot.entries is not None:
            return self._entries(slot.entries, node if isinstance(node, dict) else {}, parts, done)
        if slot.elements:
            return self._indices(len(node) if isinstance(node, list) else 0, part, done)
        self.editor.complain(
            self.override, "E141", f"{where} must be the end of the path: it is a single value"
        )
        raise _UnknownPathError

    def _entries(
        self, below: Slot, node: dict[str, Any], parts: tuple[str, ...], done: Path
    ) -> list[str | int]:
        """Return the entries that a part names; a new one may be set as a whole."""
        part = parts[0]
        if part == "*" and node:
            return list(node)
        is_whole = len(parts) == 1 and (isinstance(self.override.value, dict) or below.model is None)
        is_new = part != "*" and (is_whole or below.is_number)
        if part in node or is_new:
            return [part]
        raise self._unknown((*done, part), dotted(done), part, node)

    def _indices(self, size: int, part: str, done: Path) -> list[str | int]:
        """Return the indices of a list that a part names."""
        if part == "*":
            return list(range(size))
        if part.isascii() and part.isdecimal() and len(part) < 6 and int(part) < size:
            return [int(part)]
        raise self._unknown((*done, part), dotted(done), part, [str(index) for index in range(size)])

    def _unknown(self, path: Path, where: str, part: str, names: Any) -> _UnknownPathError:
        """Note that a path leads nowhere."""
        rule = f"{dotted(path)} must name a key of {where}"
        self.editor.complain(self.override, "E141", rule, did_you_mean(part, names))
        return _UnknownPathError()
