"""docs/model.md keeps up with the code: outcomes, mechanisms, events, streams, order, paths."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from scenario.engine.tables import ORDER
from scenario.engine.trajectory import KINDS
from scenario.spec.load import load
from scenario.spec.register import numbers
from tests.docs.model_page import CASE, PAGE, mechanism_table, outcome_table, section

TEXT = PAGE.read_text(encoding="utf-8")
ENGINE = Path(__file__).resolve().parents[2] / "scenario" / "engine" / "reference"
DRAWS = {"bernoulli", "exponential", "lognormal", "normal", "gumbel", "uniform", "lag"}


def _text(node: ast.expr) -> str | None:
    """Return a literal, or an f-string with its gaps as *; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
        return "".join(str(part) for part in parts)
    return None


def _streams_of_the_code() -> set[str]:
    """Return every stream name that the engine draws from, gaps as *."""
    names = set()
    for path in ENGINE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in DRAWS
            ):
                names |= {text for argument in node.args if (text := _text(argument))}
    return names


def _streams_of_the_page() -> set[str]:
    """Return every stream name of the addressing table, names of things as *."""
    table = TEXT.partition("| streams | index |")[2].partition("\n\n")[0]
    names = {
        re.sub(r"<\w+>", "*", name) for row in table.split("\n") for name in re.findall(r"`([^`]+)`", row)
    }
    outer = {name for name in names if name.startswith(("parameter:", "ledger:"))}
    return {re.sub(r"^reaction:\w+:", "reaction:*:", name) for name in names - outer}


def test_outcome_table_is_the_declaration() -> None:
    """The page lists every outcome with the declared unit, kind and meaning."""
    assert section(TEXT, "outcomes") == outcome_table(), "write it with: python -m tests.docs.model_page"


def test_mechanism_table_is_the_one_that_is_tested() -> None:
    """The page lists the rows of the mechanism test."""
    assert section(TEXT, "mechanisms") == mechanism_table(), "write it with: python -m tests.docs.model_page"


def test_every_kind_of_event_is_explained_in_order() -> None:
    """The page's table of events holds each kind once, in the order of the code."""
    assert tuple(re.findall(r"^\| `(\w+)` \|", section(TEXT, "events"), flags=re.MULTILINE)) == KINDS


def test_every_stream_has_its_address_on_the_page() -> None:
    """The addressing table names the streams of the engine, no more and no fewer."""
    assert _streams_of_the_page() == _streams_of_the_code()


def test_order_rule_is_the_one_of_the_code() -> None:
    """The page gives the order between equal times as the engine has it."""
    quoted = re.findall(r"^> (.*)$", TEXT, flags=re.MULTILINE)
    assert tuple(" ".join(quoted).split(", ")) == ORDER


def test_every_number_of_a_scenario_is_on_the_page() -> None:
    """The last part of each number's path stands on the page, so no parameter is left unexplained."""
    parts = {
        re.sub(r"\.(median|sigma|\d+)$", "", entry.path).split(".")[-1] for entry in numbers(load(CASE).spec)
    }
    names = set(load(CASE).spec.senders)
    assert sorted(part for part in parts - names if part not in TEXT) == []
