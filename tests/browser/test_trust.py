"""Checks 39 and 40: nothing leaves the machine, nothing uploaded stays on it."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from scenario.spec.files import find
from scenario.ui.why_sizes import SECTIONS
from tests.browser.pages import PAGES
from tests.browser.server import REPO, Server
from tests.browser.waiting import Screen

pytestmark = pytest.mark.browser

INSIDE = re.compile(r"(https?|ws)://127\.0\.0\.1:\d+/|data:|blob:|about:")


def test_check_39_no_request_leaves_the_machine(screen: Screen, app: Server) -> None:
    """On every page, tab and section of Why all requests go to 127.0.0.1, and no script of the page fails."""
    screen.open(app.address)
    for title in PAGES:
        screen.visit(title)
        for tab in screen.page.get_by_role("tab").all():
            if tab.is_visible() and tab.get_attribute("aria-selected") != "true":
                screen.after(tab.click)
    screen.visit("Why")
    for section in SECTIONS[1:]:
        screen.section(section)
        assert quote_plus(section) in screen.page.url
    assert len(screen.asked) > 10
    assert [url for url in screen.asked if not INSIDE.match(url)] == []
    assert screen.faults == []


def test_check_39_the_server_has_no_outside_connection(screen: Screen, app: Server) -> None:
    """While a page is open the server's own connections all end on this machine, and it listens nowhere else."""
    import psutil

    screen.open(app.address)
    found = psutil.Process(app.process.pid).net_connections("inet")
    hosts = {end.ip for one in found for end in (one.laddr, one.raddr) if end}
    assert hosts == {"127.0.0.1"}


def test_check_40_an_upload_is_never_written_to_disk(screen: Screen, app: Server) -> None:
    """A mark in an uploaded file is found in no file of the server, open or closed, and no file appears for it."""
    mark = f"mark{secrets.token_hex(8)}"
    screen.open(app.address)
    before = set(app.folder.rglob("*"))
    text = find("iran-russia-missiles-2024").read_text(encoding="utf-8")
    screen.upload("sound.yaml", f"# {mark}\n{text}".encode())
    screen.upload("broken.yaml", f"# {mark}\nname: [".encode())
    assert "broken.yaml" in screen.text()
    for path in _files(app):
        assert mark.encode() not in path.read_bytes(), path
    assert set(app.folder.rglob("*")) == before
    assert _open_outside(app) == []


def _files(app: Server) -> Iterator[Path]:
    """Yield every file of the server's places: its temporary folder, its log, its working directory."""
    skipped = {".git", ".venv", ".mypy_cache", ".ruff_cache", ".hypothesis", ".pytest_cache", "__pycache__"}
    for folder in (app.folder, REPO):
        for top, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if name not in skipped]
            yield from (path for path in (Path(top) / name for name in names) if path.is_file())


def _open_outside(app: Server) -> list[str]:
    """Return the files that the server has open for writing, its log apart."""
    import psutil

    found = psutil.Process(app.process.pid).open_files()
    return [one.path for one in found if one.mode != "r" and Path(one.path) != app.log]
