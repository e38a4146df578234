"""The generated tables of docs/model.md: outcomes, and mechanisms with what switches them off.

`python -m tests.docs.model_page` writes them into the page between their markers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scenario.spec.load import load
from scenario.spec.outcomes import outcomes_of
from tests.unit.engine.mechanisms import MECHANISMS, Mechanism

PAGE = Path(__file__).resolve().parents[2] / "docs" / "model.md"
CASE = "iran-russia-missiles-2024"


def outcome_table() -> str:
    """Return the outcomes as a table; a sender's columns once, for <sender>."""
    spec = load(CASE).spec
    first = {next(iter(spec.senders)): "<sender>", next(iter(spec.measures)): "<measure>"}
    titles = [f", {next(iter(spec.senders.values())).title}", f" {next(iter(spec.measures.values())).title}"]
    rows = []
    for outcome in outcomes_of(spec).values():
        column, _, of = outcome.name.partition(".")
        if of == "" or of in first:
            name = f"{column}.{first[of]}" if of else column
            meaning = outcome.meaning
            for title in titles if of else ():
                meaning = meaning.replace(title, "" if title.startswith(",") else " it")
            unit = "`act.unit`" if outcome.kind == "quantity" else outcome.unit
            rows.append((f"`{name}`", unit, outcome.kind, meaning))
    return _table(("name", "unit", "kind", "meaning"), rows)


def mechanism_table() -> str:
    """Return the mechanisms as a table, in the order of their declaration."""
    rows = [
        (
            row.name,
            _settings(row.set),
            ", ".join(f"`{kind}`" for kind in row.vanish),
            _moves(row),
            _start(row),
        )
        for row in MECHANISMS
    ]
    return _table(("mechanism", "--set", "events that vanish", "outcome that moves", "seen from"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a markdown table."""
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _moves(row: Mechanism) -> str:
    """Return an outcome and its direction."""
    return f"`{row.moves[0]}` {row.moves[1]}"


def _start(row: Mechanism) -> str:
    """Return the variant and the overrides that a row starts from."""
    variant = "" if row.variant == "base" else row.variant
    return ", ".join(part for part in (variant, _settings(row.start)) if part)


def _settings(settings: Mapping[str, Any]) -> str:
    """Return overrides as they are typed."""
    return ", ".join(f"`{path}={_value(value)}`" for path, value in settings.items())


def _value(value: Any) -> str:
    """Return a value as it is typed; a whole entry as three dots."""
    if isinstance(value, Mapping) and value:
        return "{...}"
    return value if isinstance(value, str) else json.dumps(value)


def section(text: str, name: str) -> str:
    """Return what stands between two markers of the page."""
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"\n<!-- /{name} -->")[0]


def filled(text: str) -> str:
    """Return the page with its generated tables."""
    for name, table in (("outcomes", outcome_table()), ("mechanisms", mechanism_table())):
        before, _, rest = text.partition(f"<!-- {name} -->\n")
        after = rest.partition(f"<!-- /{name} -->")[2]
        text = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
