"""The exception tree. Every message has the same bones: where: rule (got value). hint.

    ScenarioError            exit code 70 (our own bug unless a subclass says otherwise)
    |- InputError            2   the user's input: one or many problems, in line order
    |  |- SpecError              a scenario file, an override or a variant
    |  `- DataError              a ledger, a table of rates, a result table
    |- RunError              1   a run of the simulation went wrong; carries the run's id
    `- StoreError            4   a result folder cannot be written or is damaged

What does not live here: the checks themselves; each module raises its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EXIT_FAILED_RUNS = 1
EXIT_INPUT = 2
EXIT_INTERRUPTED = 3
EXIT_STORE = 4
EXIT_BUG = 70


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One complaint about the user's input.

    Parameters
    ----------
    rule
        What must hold, in words, beginning with the name of the thing ("act.p_true must be ...").
    got
        The value found, as text (shortened to 60 characters by the printer).
    file, line
        Place; `line` counts from 1 and 0 means "no line known" (an override, a Python call).
    path
        Dotted path of the field inside the file, or "".
    hint
        What to do instead, or "".
    code
        A stable code such as "E104".
    """

    rule: str
    got: str
    file: str = ""
    line: int = 0
    path: str = ""
    hint: str = ""
    code: str = "E100"

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line or "") if part)
        sentence = f"{place}: " if place else ""
        sentence += f"{self.rule} (got {_shorten(self.got)})."
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{sentence}{hint}  [{self.code}]"

    def as_dict(self) -> dict[str, object]:
        """Return the problem as plain data, for `--json`."""
        return {
            "file": self.file,
            "line": self.line,
            "path": self.path,
            "rule": self.rule,
            "got": _shorten(self.got),
            "hint": self.hint,
            "code": self.code,
        }


class ScenarioError(Exception):
    """Base of all errors this package raises on purpose."""

    exit_code = EXIT_BUG


class InputError(ScenarioError):
    """The user's input is wrong: one or many problems, reported together in line order."""

    exit_code = EXIT_INPUT

    def __init__(self, problems: Sequence[Problem] | Problem) -> None:
        listed = [problems] if isinstance(problems, Problem) else list(problems)
        self.problems: tuple[Problem, ...] = tuple(sorted(listed, key=lambda p: (p.file, p.line)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        # Between processes the error is made anew from its problems, not from its text.
        return type(self), (self.problems,)


class SpecError(InputError):
    """A scenario file, a variant or an override breaks a rule."""


class DataError(InputError):
    """A ledger, a table of historical rates or a result table breaks a rule."""


class RunError(ScenarioError):
    """One run of the simulation went wrong.

    Parameters
    ----------
    run
        The run's id, for example "e0012-r003".
    rule, got, hint
        As in `Problem`.
    """

    exit_code = EXIT_FAILED_RUNS

    def __init__(self, run: str, rule: str, got: object, hint: str = "") -> None:
        # All arguments stay in `args`: SimPy and pickle build the error anew from them.
        super().__init__(run, rule, got, hint)
        self.run, self.rule, self.got, self.hint = run, rule, got, hint

    def __str__(self) -> str:
        tail = f"\n  hint: {self.hint}" if self.hint else ""
        return f"run {self.run}: {self.rule} (got {_shorten(str(self.got), 300)}).{tail}"


class StoreError(ScenarioError):
    """A result folder cannot be written, or what is in it is damaged."""

    exit_code = EXIT_STORE


def _shorten(text: str, limit: int = 60) -> str:
    """Cut a value to what fits into one sentence."""
    return text if len(text) <= limit else text[: limit - 3] + "..."
