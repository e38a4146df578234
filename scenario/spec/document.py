"""Text in YAML 1.2 -> plain data with the line of every key. Knows nothing about scenarios.

The tree is built from the parser's events, so that a bomb stops the reading where it begins. Aliases,
anchors, tags, merge keys, directives and further documents are refused: a file says what it says.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from scenario.errors import Problem, SpecError
from scenario.spec.scalars import NotFiniteError, Scalar, resolve

Path = tuple[str | int, ...]
"""A place in a document: keys of mappings and indices of lists."""

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_NODES = 50_000
MAX_PROBLEMS = 50

# C0 and C1 controls but tab and newline, byte order mark, separators that YAML 1.1 takes for line ends,
# marks that reorder text on screen, halves of surrogate pairs, and code points that are no characters.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
N_KEPT = 8
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A file as plain data.

    Parameters
    ----------
    data
        Mappings, lists, strings, finite numbers, booleans and nulls.
    lines
        The line (from 1) of every key and list item, by its path.
    file
        The name under which problems are reported.
    """

    data: dict[str, Any]
    lines: Mapping[Path, int]
    file: str


def dotted(path: Path, *, limit: int = 200) -> str:
    """Return a path as text: keys and indices joined by dots, cut at `limit` characters."""
    text = ".".join(str(part) for part in path)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def parse(text: str | bytes, *, file: str) -> Document:
    """Read a file's text into plain data.

    Parameters
    ----------
    text
        At most 1 MB; bytes must be strict UTF-8 without a byte order mark.
    file
        The name to report problems under.

    Raises
    ------
    SpecError
        With every problem found up to the first that makes reading on impossible.
    """
    return _parsed(text, file)


@functools.lru_cache(maxsize=N_KEPT)
def _parsed(text: str | bytes, file: str) -> Document:
    """Read a text; the last few are kept, because a moved lever reads the same file again. Nobody writes into one."""
    clean = decode(text, file=file)
    composer = _Composer(file)
    data = composer.document(clean)
    if not isinstance(data, dict):
        composer.complain("E113", (), 1, "the file must be a mapping of keys to values", _kind(data))
        raise SpecError(composer.problems)
    return Document(data=data, lines=composer.lines, file=file)


def parse_value(text: str, *, file: str = "") -> Any:
    """Read one value by the same rules: a scalar, or a list or mapping in flow style.

    Raises
    ------
    SpecError
        If the text breaks a rule of `parse`; an empty text is null.
    """
    clean = decode(text, file=file) if text.strip() else ""
    return _Composer(file).document(clean) if clean else None


def decode(text: str | bytes, *, file: str) -> str:
    """Return the text of a file, refusing what is too large, not UTF-8, empty or holds control characters.

    Raises
    ------
    SpecError
        With one problem.
    """
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise _refusal(file, "E101", f"the file must be at most {MAX_BYTES:,} bytes", f"{size:,}")
    if isinstance(text, bytes):
        text = _from_utf8(text, file)
    if text.startswith("\ufeff"):
        raise _refusal(
            file, "E102", "the file must be UTF-8 without a byte order mark", "a byte order mark", 1
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        got = f"U+{ord(found.group()):04X}"
        raise _refusal(file, "E103", "the file must hold no control characters", got, line)
    if not text.strip():
        raise _refusal(file, "E104", "the file must not be empty", "nothing")
    return text


def _from_utf8(raw: bytes, file: str) -> str:
    """Decode strictly."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        got = f"byte 0x{raw[error.start]:02x}"
        raise _refusal(file, "E102", "the file must be UTF-8 text", got, line) from None


def _refusal(file: str, code: str, rule: str, got: str, line: int = 0) -> SpecError:
    """Make the error for a file that is refused as a whole."""
    return SpecError(Problem(rule=rule, got=got, file=file, line=line, code=code))


def _kind(value: object) -> str:
    """Name the kind of a value in words."""
    kinds = {dict: "a mapping", list: "a list", str: "text", type(None): "nothing"}
    return kinds.get(type(value), "a single value")


@dataclass
class _Composer:
    """Builds one document from parser events, collecting problems; holds one parse only."""

    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    n_nodes: int = 0

    def document(self, text: str) -> Any:
        """Return the root value, or raise with all problems found."""
        try:
            data = self._single(yaml.parse(text, Loader=_LOADER))
        except yaml.YAMLError as error:
            self._syntax(error, n_lines=text.rstrip().count("\n") + 1)
        except RecursionError:
            self.complain("E109", (), 0, f"nesting must be at most {MAX_DEPTH} deep", "more")
        if self.problems:
            raise SpecError(self.problems)
        return data

    def complain(self, code: str, path: Path, line: int, rule: str, got: str, hint: str = "") -> None:
        """Note a problem; give up when there are too many."""
        self.problems.append(
            Problem(rule=rule, got=got, file=self.file, line=line, path=dotted(path), hint=hint, code=code)
        )
        if len(self.problems) >= MAX_PROBLEMS:
            raise SpecError(self.problems)

    def _stop(self, code: str, path: Path, line: int, rule: str, got: str) -> SpecError:
        """Note a problem after which reading on makes no sense."""
        self.complain(code, path, line, rule, got)
        return SpecError(self.problems)

    def _syntax(self, error: yaml.YAMLError, *, n_lines: int) -> None:
        """Turn a parser's error into a problem."""
        mark = getattr(error, "problem_mark", None)
        got = getattr(error, "problem", None) or "text that is not YAML"
        line = min(mark.line + 1, n_lines) if mark else 0
        self.complain("E105", (), line, "the file must be YAML 1.2", str(got), "check indentation and quotes")

    def _single(self, events: Iterator[Any]) -> Any:
        """Read the one document of the stream."""
        data, n_documents = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                n_documents += 1
                self._start(event, n_documents)
                data = self._node(next(events), events, ())
        if n_documents == 0:
            raise self._stop("E104", (), 0, "the file must not be empty", "only comments")
        return data

    def _start(self, event: Any, n_documents: int) -> None:
        """Refuse a second document and directives."""
        line = event.start_mark.line + 1
        if n_documents > 1:
            raise self._stop("E106", (), line, "the file must hold one document", "a second one")
        if event.version or event.tags:
            self.complain("E106", (), line, "the file must hold no directives", "a line that begins with %")

    def _node(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        """Build the value that begins with an event."""
        line = event.start_mark.line + 1
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES:
            raise self._stop("E110", path, line, f"the file must hold at most {MAX_NODES:,} values", "more")
        if len(path) > MAX_DEPTH:
            raise self._stop("E109", path[:3], line, f"nesting must be at most {MAX_DEPTH} deep", "more")
        self._refuse_indirection(event, path, line)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._scalar(event, path, line) if isinstance(event, yaml.ScalarEvent) else None

    def _refuse_indirection(self, event: Any, path: Path, line: int) -> None:
        """Note aliases, anchors and tags."""
        name = dotted(path) or "the file"
        hint = "write the value out, or use `defaults`"
        if isinstance(event, yaml.AliasEvent):
            self.complain("E107", path, line, f"{name} must not use an alias", f"*{event.anchor}", hint)
        elif event.anchor:
            self.complain("E107", path, line, f"{name} must not have an anchor", f"&{event.anchor}", hint)
        if getattr(event, "tag", None):
            self.complain("E108", path, line, f"{name} must not have a tag", str(event.tag))

    def _sequence(self, events: Iterator[Any], path: Path) -> list[Any]:
        """Build a list."""
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            place = (*path, len(items))
            self.lines[place] = event.start_mark.line + 1
            items.append(self._node(event, events, place))
        return items

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        """Build a mapping with text keys, each used once."""
        mapping: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = event.start_mark.line + 1
            key = self._key(event, events, path)
            place = (*path, key)
            if key in mapping:
                self._duplicate(place, line)
            else:
                self.lines[place] = line
            mapping[key] = self._node(next(events), events, place)
        return mapping

    def _duplicate(self, place: Path, line: int) -> None:
        """Note a key that stands twice in one mapping."""
        rule = f"{dotted(place)} must be given once"
        self.complain("E111", place, line, rule, f"again, after line {self.lines.get(place, 0)}")

    def _key(self, event: Any, events: Iterator[Any], path: Path) -> str:
        """Return a key, noting one that is not text."""
        line = event.start_mark.line + 1
        where = dotted(path) or "the file"
        value = self._node(event, events, (*path, "key"))
        if isinstance(event, yaml.ScalarEvent) and value == "<<" and event.style in (None, ""):
            self.complain("E107", path, line, f"{where} must not use a merge key", "<<", "use `defaults`")
        if isinstance(value, str):
            return value
        got = _kind(value) if isinstance(value, dict | list) else str(getattr(event, "value", value))
        hint = "put it in quotes if it is a name"
        self.complain("E112", path, line, f"the keys of {where} must be text", got, hint)
        return f"?{self.n_nodes}"

    def _scalar(self, event: Any, path: Path, line: int) -> Scalar:
        """Return a scalar's value by the rules of YAML 1.2."""
        name = dotted(path) or "the value"
        found = _CONTROL.search(event.value)
        if found:
            got = f"U+{ord(found.group()):04X}"
            self.complain("E103", path, line, f"{name} must hold no control characters", got)
            return None
        if event.style not in (None, ""):
            return str(event.value)
        try:
            return resolve(event.value)
        except NotFiniteError:
            self.complain("E114", path, line, f"{name} must be a finite number", event.value)
            return None
