"""The generated tables of docs/validation.md, from the proofs in reports/proofs.

`python -m tests.docs.validation_page` writes them into the page between their markers.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "validation.md"
PROOFS = ROOT / "reports" / "proofs"


def proof(name: str) -> Any:
    """Return the record of one proof."""
    return json.loads((PROOFS / f"{name}.json").read_text(encoding="utf-8"))


def number(value: float | None) -> str:
    """Return a number with three digits that matter; a dash where there is none."""
    return "-" if value is None else f"{value:.3g}"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def bands() -> str:
    """Return the plausibility bands, met or not."""
    rows = [
        (
            name.replace("-", " "),
            number(found["value"]),
            f"{found['band'][0]:g} to {found['band'][1]:g}",
            "yes" if found["met"] else "**no**",
            found["unit"],
            f"{found['n']:,}",
        )
        for name, found in proof("plausibility")["figure"].items()
    ]
    return table(("quantity", "model", "band", "met", "unit", "n"), rows)


def rates() -> str:
    """Return implied rates beside historical ones."""
    rows = [
        (
            rate["title"],
            number(rate["implied"]),
            number(rate["historical"]),
            f"{number(rate['bounds'][0])} to {number(rate['bounds'][1])}",
            "-" if rate["inside"] is None else "yes" if rate["inside"] else "**no**",
            rate["source"],
        )
        for rate in proof("base-case")["figure"]["rates"].values()
    ]
    return table(("rate", "implied", "history", "bounds", "inside", "source"), rows)


def headlines() -> str:
    """Return the base case's headline numbers."""
    rows = []
    for name, found in proof("base-case")["figure"]["outcomes"].items():
        shares = " / ".join(
            "-" if found[k] is None else f"{100 * found[k]:.0f}" for k in ("parameters", "fact", "luck")
        )
        interval = f"{number(found['interval'][0])} to {number(found['interval'][1])}"
        never = "" if found["never"] is None else f"{100 * found['never']:.0f} %"
        quantiles = " / ".join(number(found["quantiles"][level]) for level in ("5", "50", "95"))
        rows.append(
            (f"`{name}`", found["unit"], number(found["estimate"]), interval, quantiles, never, shares)
        )
    head = ("outcome", "unit", "estimate", "95 %", "5 / 50 / 95 %", "never", "parameters / fact / luck, %")
    return table(head, rows)


def proofs() -> str:
    """Return what the other proofs found."""
    rows = []
    for path in sorted(PROOFS.glob("*.json")):
        found = proof(path.stem)
        size = ", ".join(f"{value:,} {key}" for key, value in found["size"].items())
        rows.append(
            (
                path.stem,
                found["verdict"],
                size,
                str(found["seed"]),
                found["date"],
                f"{found['seconds']:.0f} s",
            )
        )
    return table(("proof", "verdict", "size", "seed", "date", "took"), rows)


SECTIONS = {"bands": bands, "rates": rates, "headlines": headlines, "proofs": proofs}


def section(text: str, name: str) -> str:
    """Return what stands between the markers of a section."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, flags=re.DOTALL)
    assert found is not None, f"{PAGE.name} must hold the section {name}"
    return found[1]


def write() -> None:
    """Write every generated section into the page."""
    text = PAGE.read_text(encoding="utf-8")
    for name, make in SECTIONS.items():
        start, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        text = text.replace(f"{start}{section(text, name)}{end}", f"{start}{make()}{end}", 1)
    PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
