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


COVERAGE = {
    "shares of parameters, fact and luck": ("coverage-variance-shares-*", "covered"),
    "cumulative incidence by day, a rest of 0.0003 included": ("coverage-incidence-*", "covered"),
    "implied rates and medians": ("coverage-implied-rates-*", "covered"),
    "paired differences of which 12 to 30 pairs differ": ("coverage-rare-differences-*", "covered"),
    "paired differences of which 1 to 6 pairs differ": ("coverage-hardly-there-*", "covered"),
    "runs that are needed": ("coverage-runs-needed-*", "covered"),
    "ends of a tornado": ("tornado-*", "covered"),
    "Sobol' indices, 256 rows": ("coverage-sobol-*-256", "first total"),
    "Sobol' indices, 64 rows": ("coverage-sobol-*-64", "first total"),
    "elementary effects (Morris), 20 and 50 trajectories": ("coverage-morris-[25]0", "mu mu_star"),
    "elementary effects (Morris), 10 trajectories": ("coverage-morris-10", "mu mu_star"),
    "Shapley effects, 400 points": ("coverage-shapley-400", "effects luck"),
    "Shapley effects, 100 points": ("coverage-shapley-100", "effects luck"),
    "PAWN distances, that of an idle factor included": ("coverage-pawn-*", "distance"),
    "density and coverage of boxes, held out": ("discovery-intervals", "density coverage"),
    "crossings along one factor": ("policies-interval-of-a-tipping-*", "covered"),
    "cells of a tipping map": ("policies-cells-of-a-tipping-map-*", "covered"),
    "regret, satisficing, best": ("policies-intervals-of-robustness-*", "covered"),
    "means on the front, days and shares": ("policies-intervals-of-means-*", "covered"),
    "means on the front, a lognormal cost": ("policies-intervals-of-means-*", "lognormal cost, %"),
    "share, mean or difference at which a run stopped": ("policies-stopping-*", "covered"),
    "value of information, clear of 0": ("information-values-[bl]*", "coverage"),
    "value of information that is worth nothing": ("information-values-zero-*", "coverage"),
    "first-order shares, those at and near 0 included": ("first-order-shares", "coverage"),
}
"""What has an interval -> the records that count how often it holds the truth, and the keys under which they do."""


def coverage() -> str:
    """Return how often intervals held the truth."""
    rows = []
    for title, (pattern, keys) in COVERAGE.items():
        records = [proof(path.stem) for path in sorted(PROOFS.glob(f"{pattern}.json"))]
        wanted = (keys,) if "%" in keys else tuple(keys.split())
        shares = [share for record in records for share in shares_under(record["figure"], wanted)]
        assert shares, f"{title} must be counted by {pattern}"
        studies = {record["size"]["studies"] for record in records}
        held = f"{min(shares):.1f} to {max(shares):.1f}"
        rows.append((title, held, str(len(shares)), " and ".join(f"{n:,}" for n in sorted(studies))))
    return table(("interval of", "holds the truth in, %", "intervals", "studies of each"), rows)


def shares_under(data: Any, keys: tuple[str, ...], *, is_inside: bool = False) -> list[float]:
    """Return the percentages anywhere under keys that are wanted or end in a wanted word, depth first."""
    if isinstance(data, dict):
        return [
            share
            for key, value in data.items()
            if key != "of"
            for share in shares_under(value, keys, is_inside=is_inside or is_wanted(key, keys))
        ]
    if isinstance(data, list):
        return [share for value in data for share in shares_under(value, keys, is_inside=is_inside)]
    return [data if data > 1 else 100 * data] if is_inside and isinstance(data, int | float) else []


def is_wanted(key: str, keys: tuple[str, ...]) -> bool:
    """Return whether a key is one of those, or ends in one as a word."""
    return any(key == one or key.endswith(f" {one}") for one in keys)


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


SECTIONS = {"bands": bands, "rates": rates, "headlines": headlines, "coverage": coverage, "proofs": proofs}


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
