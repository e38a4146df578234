"""Every generated page: where it stands under docs/, and its text."""

from __future__ import annotations

from pathlib import Path

from docs.generator import commands, decisions, errors, fields, functions, gallery, outcomes

DOCS = Path(__file__).resolve().parents[1]


def pages() -> dict[str, str]:
    """Return path under docs/ -> text."""
    made = {
        "gallery.md": gallery.gallery_page(),
        "explanation/decisions.md": decisions.decisions_page(),
        "reference/scenario-file.md": fields.scenario_page(),
        "reference/evidence-ledger.md": fields.ledger_page(),
        "reference/sweep-file.md": fields.sweep_page(),
        "reference/outcomes.md": outcomes.outcomes_page(),
        "reference/commands.md": commands.commands_page(),
        "reference/errors.md": errors.errors_page(),
        "reference/python.md": functions.names_page(),
    }
    return made | {f"reference/python-{name}.md": functions.package_page(name) for name in functions.PACKAGES}


def write() -> list[Path]:
    """Write every page that is not as it should be; return those written."""
    changed = []
    for name, text in pages().items():
        path = DOCS / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
