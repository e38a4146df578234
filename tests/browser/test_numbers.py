"""Every one of the 40 checks of the app has at least one test of its number."""

from __future__ import annotations

import re

from tests.browser.server import REPO

N_CHECKS = 40
_NAMED = re.compile(r"^def (test_check_(\d\d)_\w+)\(", re.MULTILINE)


def by_number() -> dict[int, list[str]]:
    """Return the tests of each check, by its number."""
    found: dict[int, list[str]] = {number: [] for number in range(1, N_CHECKS + 1)}
    for path in sorted((REPO / "tests").rglob("test_*.py")):
        for name, number in _NAMED.findall(path.read_text(encoding="utf-8")):
            found[int(number)].append(f"{path.relative_to(REPO)}::{name}")
    return found


def test_every_check_has_a_test() -> None:
    """No number from 1 to 40 is without a test, and no test bears another number."""
    listed = by_number()
    assert list(listed) == list(range(1, N_CHECKS + 1))
    assert [number for number, tests in listed.items() if not tests] == []
