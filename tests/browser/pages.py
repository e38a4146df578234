"""The pages of the app, read from its entry, and the sections of Why: one that is added is tested."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

from scenario.ui.why_sizes import SECTIONS
from tests.browser.server import FULL

_ENTRY = re.compile(r'PageEntry\(\s*title="(?P<title>[^"]+)",\s*path="(?P<path>[^"]*)"')

PAGES: dict[str, str] = {
    found["title"]: found["path"] for found in _ENTRY.finditer(FULL.read_text(encoding="utf-8"))
}
"""Title -> path."""

PATHS = list(PAGES.values())

WHY = "why"

PLACES = [path for path in PATHS if path != WHY] + [
    f"{WHY}?why={quote_plus(section)}" for section in SECTIONS
]
"""Every page, and Why once for each of its sections, as they stand behind the address."""
