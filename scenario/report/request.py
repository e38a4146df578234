"""What a report is made of, and the command line that makes the same one again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenario.charts.export import FORMATS
from scenario.charts.style import SIZES
from scenario.errors import Problem, SpecError
from scenario.experiment.store import is_shipped
from scenario.report.figures import CHOICES
from scenario.report.sides import LETTERS
from scenario.spec.load import BASE
from scenario.spec.names import did_you_mean
from scenario.spec.scenario import Scenario

DEFAULT_N = 10_000
"""Runs of each variant."""

FOLDER = "report"
"""The folder that a shown command names; the bytes do not depend on it."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """Which report is wanted.

    Parameters
    ----------
    scenarios
        Letter -> scenario: A is the baseline, then one to three variants.
    n, seed
        Runs of each variant, and root seed.
    figures, sizes, formats
        Names of figures (see `figures.CHOICES`), of sizes and of file formats, in the order of their declarations.
    office, stress
        Whether the briefing is written for Word and PowerPoint as well, and whether the STRESS-DES checklist is added.
    """

    scenarios: Mapping[str, Scenario]
    n: int = DEFAULT_N
    seed: int = 0
    figures: tuple[str, ...] = tuple(CHOICES)
    sizes: tuple[str, ...] = ("report",)
    formats: tuple[str, ...] = ("png", "svg")
    office: bool = False
    stress: bool = False

    def __post_init__(self) -> None:
        letters = LETTERS[: len(self.scenarios)]
        if not 2 <= len(self.scenarios) <= len(LETTERS) or tuple(self.scenarios) != letters:
            rule = "a report must compare two to four variants, A first"
            raise SpecError(Problem(rule=rule, got=", ".join(self.scenarios) or "none", code="E350"))
        if type(self.n) is not int or not 2 <= self.n < 2**31:
            rule = "n must be a whole number >= 2 and < 2147483648"
            raise SpecError(Problem(rule=rule, got=str(self.n), code="E301"))

    @property
    def command(self) -> str:
        """Return the command line that makes the same files, in a folder of its own."""
        return command_of(self)


def chosen(given: str | Sequence[str], known: Iterable[str], *, option: str) -> tuple[str, ...]:
    """Return the names of a choice in the order of their declaration, each once.

    Parameters
    ----------
    given
        Names, or one text with commas between them.
    known
        The names that there are.
    option
        What the choice is called in an error.

    Raises
    ------
    SpecError
        A name is not known, or there is none.
    """
    names = [part.strip() for part in given.split(",")] if isinstance(given, str) else list(given)
    declared = list(known)
    for name in names:
        if name not in declared:
            rule = f"{option} must be one or more of {', '.join(declared)}, with commas between them"
            raise SpecError(Problem(rule=rule, got=name, hint=did_you_mean(name, declared), code="E351"))
    return tuple(name for name in declared if name in names)


def request_of(
    scenarios: Mapping[str, Scenario],
    *,
    n: int | None = None,
    seed: int = 0,
    figures: str = "",
    sizes: str = "",
    formats: str = "",
    office: bool = False,
    stress: bool = False,
) -> Request:
    """Return a request from the texts of a command line; an empty text means the default."""
    return Request(
        scenarios=scenarios,
        n=DEFAULT_N if n is None else n,
        seed=seed,
        figures=chosen(figures, CHOICES, option="--figures") if figures else Request.figures,
        sizes=chosen(sizes, SIZES, option="--sizes") if sizes else Request.sizes,
        formats=chosen(formats, FORMATS, option="--formats") if formats else Request.formats,
        office=office,
        stress=stress,
    )


def first_variant(scenario: Scenario) -> str:
    """Return the first variant that a scenario's file declares, base where it declares none."""
    return next(iter(scenario.spec.variants), BASE)


def command_of(request: Request) -> str:
    """Return the command line that makes the same files: a shipped case by its name, another by its file's name."""
    first = request.scenarios["A"]
    words = ["scenario", "report", first.spec.name if is_shipped(first) else _file_name(first)]
    for key, scenario in request.scenarios.items():
        words += [f"--{key.lower()}", scenario.variant]
    for key, scenario in request.scenarios.items():
        tail = "" if key == "B" else f"-{key.lower()}"
        for path, value in scenario.overrides:
            words += [f"--set{tail}", f"{path}={_written(value)}"]
        for item in scenario.without:
            words += [f"--without{tail}", item]
    words += ["-n", str(request.n), "--seed", str(request.seed)]
    lists = {"figures": request.figures, "sizes": request.sizes, "formats": request.formats}
    for option, names in lists.items():
        words += [f"--{option}", ",".join(names)]
    words += ["--office"] * request.office + ["--stress"] * request.stress
    return shlex.join([*words, "-o", FOLDER])


def _file_name(scenario: Scenario) -> str:
    """Return the name of a scenario's file; one that was uploaded under a name alone is taken for YAML."""
    name = Path(scenario.file).name
    return name if Path(name).suffix else f"{name}.yaml"


def _written(value: object) -> str:
    """Return an overridden value as `--set` reads it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
