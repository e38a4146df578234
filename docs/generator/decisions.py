"""The list of decision records: why things are as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docs.generator.markdown import page, table

RECORDS = Path(__file__).resolve().parents[1] / "decisions"


def decisions_page() -> str:
    """Return the page that lists the records in the order of their numbers."""
    return page(
        "Decisions",
        "Why things are as they are, one record each: what was decided, what spoke for it, and what was given up.",
        table(("number", "decision"), _rows()),
    )


def _rows() -> Iterator[tuple[str, str]]:
    """Yield number and linked title of every record."""
    for path in sorted(RECORDS.glob("*.md")):
        heading = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ").strip()
        number, _, title = heading.partition(". ") if heading[:1].isdigit() else ("", "", heading)
        yield number or path.stem[:4], f"[{title or heading}](../decisions/{path.name})"
