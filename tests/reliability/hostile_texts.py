"""Names that could lead out of a folder, texts that could come alive, and where either may stand in a sweep."""

from __future__ import annotations

import copy
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from scenario.errors import InputError, StoreError
from scenario.experiment.sweep import sweep
from scenario.experiment.sweep_view import view_of
from scenario.questions.boxes import when
from scenario.questions.drivers import sensitivity
from scenario.questions.policies import holds_up
from scenario.spec.document import parse
from scenario.spec.load import load_text
from scenario.spec.sweep import sweep_from
from tests.reliability.test_bad_input import MARKUP, MINIMAL

Data = dict[str, Any]

NAMES = [
    "../out",
    "../../etc/passwd",
    "/etc/passwd",
    "/tmp/i-was-here",
    "a/../../b",
    "..",
    ".",
    "",
    "a\\..\\b",
    "C:\\x",
    "file:///etc/passwd",
    "http://localhost/x",
    "x\ny",
    "CON",
    "nul.csv",
    "=1+1",
    "<b>x</b>",
    "$(touch i-was-here)",
    "`touch i-was-here`",
    "; rm -rf .",
    "~/.ssh/id_rsa",
    "%2e%2e%2fout",
    "link/secret.csv",
    "x" * 300,
    "e\u0301",
    "*",
    "{0.__class__}",
]
PLACES = ("name", "title", "question", "scenario", "variant", "table", "policy", "policy variant", "factor")
PLACES += ("outcome", "share", "value", "set")

TEXTS = [*MARKUP, "+1+1", "-2+3", '=HYPERLINK("http://x")', "\t=1+1", "a\n=1+1", '"><svg onload=alert(1)>']
TEXTS += [
    "]]><script>x</script>",
    "&lt;script&gt;",
    "--><script>x</script>",
    "javascript:alert(1)",
    "\\input{x}",
]

SOUND: Data = {
    "name": "small",
    "title": "T",
    "question": "Q",
    "scenario": "minimal.yaml",
    "replications": 4,
    "luck": "own",
    "design": {"kind": "latin-hypercube", "points": 40},
    "factors": {
        "act.p_true": {"range": [0.1, 0.9], "title": "Truth"},
        "response.p_execute": {"range": [0.1, 0.9], "title": "Go-ahead"},
        "policy.demarche": {"values": [False, True], "title": "Talks"},
    },
    "policies": {
        "base": {"title": "As declared"},
        "words": {"title": "Words", "set": {"policy.mode": "words"}},
    },
    "outcomes": ["is_true", "responded", "false_alarm"],
}


def _placed(place: str, name: str) -> Data:
    """Return a small sweep with a hostile name at a place."""
    data = copy.deepcopy(SOUND) | {"replications": 1, "design": {"kind": "latin-hypercube", "points": 2}}
    policies, factors = data["policies"], data["factors"]
    match place:
        case "table":
            data |= {"design": {"kind": "table", "table": name}, "factors": {}}
        case "policy":
            policies[name] = {}
        case "policy variant":
            policies["words"] = {"variant": name}
        case "factor":
            factors[name] = {"range": [0, 1], "title": name}
        case "outcome":
            data["outcomes"] = [name]
        case "share":
            data["factors"] = {path: {"share": name} for path in ("act.p_true", "response.p_execute")}
        case "value":
            factors["senders.us.title"] = {"values": [name, "other"]}
        case "set":
            data["set"] = {"senders.us.title": name}
        case _:
            data[place] = name
    return data


class Sandbox:
    """A folder with a sweep file, an output folder, and everything else that must stay as it was.

    Parameters
    ----------
    home
        A folder of the test's own.
    """

    def __init__(self, home: Path) -> None:
        self.home, self.n = home, 0
        (home / "work").mkdir()
        (home / "secret.csv").write_text("act.p_true\n0.5\n", encoding="utf-8")
        (home / "work" / "link").symlink_to(home)
        (home / "work" / "minimal.yaml").write_text(MINIMAL, encoding="utf-8")
        (home / "work" / "out").mkdir()

    def tried(self, place: str, name: str, *, leak: bool = False) -> str:
        """Run a sweep with a hostile name at a place: refused, written inside, or what went wrong."""
        self.n += 1
        work, output = self.home / "work", self.home / "work" / "out" / str(self.n)
        text = json.dumps(_placed(place, name), indent=1)
        (work / "sweep.yaml").write_text(text, encoding="utf-8")
        before = self._others()
        try:
            sweep(work / "sweep.yaml", output, workers=1)
            verdict = "written_inside"
            if leak:
                (output / ".." / "leaked").write_text("x", encoding="utf-8")
        except (InputError, StoreError):
            verdict = "refused"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a traceback
            return f"{type(error).__name__}: {error}"
        if self._others() != before:
            return f"written outside: {sorted(self._others() - before)}"
        if place == "table" and verdict != "refused":
            return "a table was read from elsewhere"
        if place == "scenario" and verdict != "refused":
            return "a scenario was read from elsewhere"
        return verdict

    def _others(self) -> set[tuple[str, int]]:
        """Return all files but those of the output folder in use, with their sizes."""
        inside = self.home / "work" / "out" / str(self.n)
        files = (path for path in self.home.rglob("*") if path.is_file() and inside not in path.parents)
        found = {(path.relative_to(self.home).as_posix(), path.stat().st_size) for path in files}
        marks = (Path("/tmp/i-was-here"), Path("i-was-here"))
        return found | {(str(mark), 0) for mark in marks if mark.exists()}


def sweep_with(text: str) -> tuple[Data, str]:
    """Return a small sweep and its scenario in which a text stands wherever a text may; cut where it is too long."""
    data = copy.deepcopy(SOUND)
    data |= {"title": text, "question": text}
    for number, one in enumerate([*data["factors"].values(), *data["policies"].values()]):
        one["title"] = f"{text} {number}"  # titles of one figure must differ
    case = re.sub(r"(?m)^(\s*(?:title|question): ).*$", lambda m: m[1] + json.dumps(text), MINIMAL)
    return data, case


def answers_with(case: tuple[Data, str], home: Path) -> None:
    """Run a sweep into a folder and write four answers beside it; a text that is refused is left out.

    Parameters
    ----------
    case
        From `sweep_with`.
    home
        A folder that is made here.
    """
    data, text = case
    home.mkdir()
    parent = home.parent / f"{home.name}-case"
    parent.mkdir()
    try:
        load_text(text, file="minimal.yaml")
    except InputError:
        text = MINIMAL
    (parent / "minimal.yaml").write_text(text, encoding="utf-8")
    (parent / "sweep.yaml").write_text(json.dumps(data), encoding="utf-8")
    try:
        sweep_from(parse(json.dumps(data), file="sweep.yaml"))
    except InputError:
        return
    sweep(parent / "sweep.yaml", home / "sweep", workers=1)
    view = view_of(home / "sweep")
    sensitivity(view, "is_true", method="pawn").write(home / "answers", formats=("svg",))
    sensitivity(view, "is_true", method="shapley").write(home / "answers", formats=("svg",))
    when(view, "is_true", event="it is true").write(home / "answers", formats=("svg",))
    goals = {"false_alarm": "lower", "responded": "higher"}
    holds_up(view, "responded", objectives=goals).write(home / "answers", formats=("svg",))


def alive_in(path: Path) -> list[str]:
    """Return what would come alive in a written file: formulas in CSV, script in SVG, what is no JSON."""
    readers = {".csv": _alive_csv, ".svg": _alive_svg, ".json": _alive_json}
    return [f"{path.name}: {told}" for told in readers.get(path.suffix, lambda _: [])(path)]


def _alive_csv(path: Path) -> Iterator[str]:
    """Yield the cells that a spreadsheet takes for a formula."""
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.reader(file):
            for cell in line:
                if (
                    cell[:1] in "=+-@\t\r"
                    and cell
                    and not re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?|-inf", cell)
                ):
                    yield f"a formula: {cell!r}"


def _alive_svg(path: Path) -> Iterator[str]:
    """Yield elements and attributes of a picture that do something."""
    try:
        root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    except ElementTree.ParseError as error:
        yield f"no XML: {error}"
        return
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2].lower()
        if name in {"script", "foreignobject", "iframe", "object", "embed", "a", "animate", "set", "handler"}:
            yield f"an element: {name}"
        for key, value in element.attrib.items():
            attribute = key.rpartition("}")[2].lower()
            if attribute.startswith("on") or (
                attribute == "href" and not re.match("#|data:image/png", value)
            ):
                yield f"an attribute: {attribute}={value[:40]!r}"


def _alive_json(path: Path) -> Iterator[str]:
    """Yield what is no JSON."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    except ValueError as error:
        yield f"no JSON: {error}"
