"""Every outcome of a run, from the declaration that the engines fill."""

from __future__ import annotations

from docs.generator.markdown import page, with_code
from scenario.spec.load import load
from scenario.spec.outcomes import Outcome, outcomes_of

CASE = "iran-russia-missiles-2024"
KINDS = {
    "probability": "true or false in a run; an average is a share of runs",
    "time": "days from `as_of`; empty where it never comes within the horizon",
    "duration": "days spent in a state",
    "count": "how many",
    "quantity": "in the unit of the act (`act.unit`)",
    "index": "a number without a unit of its own",
    "band": "0 none to 4 severe",
}


def outcomes_page() -> str:
    """Return the page of outcomes."""
    spec = load(CASE).spec
    every = list(outcomes_of(spec).values())
    head = "| outcome | meaning | unit |\n| --- | --- | --- |"
    parts = []
    for kind, meaning in KINDS.items():
        rows = dict.fromkeys(with_code(_row(one, spec.act.unit)) for one in every if one.kind == kind)
        parts.append(f"## {kind.capitalize()}\n\nKind `{kind}`: {meaning}.\n\n{head}\n" + "\n".join(rows))
    return page(
        "Outcomes",
        "The columns of the outcome table: one row per run. `<sender>` and `<measure>` stand for the names that a "
        "scenario file declares, as in `adopted_day.us`. Columns that compare with the twins are left out with "
        "`--no-twins`.",
        *parts,
    )


def _row(outcome: Outcome, unit: str) -> tuple[str, str, str]:
    """Return name, meaning and unit; a sender's or a measure's column once for all of them."""
    column, _, of = outcome.name.partition(".")
    name = f"{column}.<measure>" if column == "uses" else f"{column}.<sender>" if of else column
    meaning = outcome.meaning.rpartition(", ")[0] if of and column != "uses" else outcome.meaning
    if column == "uses":
        meaning = "some sender adopts it"
    return name, meaning, "`act.unit`" if outcome.unit == unit else outcome.unit
