"""The pages of the app, read from its entry: a page that is added is tested."""

from __future__ import annotations

import re

from tests.browser.server import FULL

_ENTRY = re.compile(r'PageEntry\(\s*title="(?P<title>[^"]+)",\s*path="(?P<path>[^"]*)"')

PAGES: dict[str, str] = {
    found["title"]: found["path"] for found in _ENTRY.finditer(FULL.read_text(encoding="utf-8"))
}
"""Title -> path."""

PATHS = list(PAGES.values())
