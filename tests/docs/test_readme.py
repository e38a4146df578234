"""What the README points at is there. Its commands are run in test_pages."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_make_targets_of_the_readme_exist() -> None:
    """Every make target that the README names is a target of the Makefile."""
    named = set(re.findall(r"`?make ([a-z-]+)", README))
    targets = set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert {"app", "test", "demo", "docs", "bench"} <= named <= targets


def test_files_that_the_readme_names_exist() -> None:
    """Each path of the project that the README names or links is there, but for what programs write."""
    named = set(re.findall(r"`((?:configs|docs|examples|benchmarks)/[\w./-]*)`", README))
    linked = set(re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", README))
    assert len(linked) > 10
    assert {name for name in (named | linked) if not (ROOT / name).exists()} == set()


def test_the_readme_begins_with_what_it_answers() -> None:
    """Under the title stand two lines with what is answered, then what it is not, then the picture."""
    _, answer, bound, picture, *_ = README.split("\n\n")
    assert len(answer.splitlines()) == 2
    assert "Not a forecast" in bound
    assert picture.startswith("![")
