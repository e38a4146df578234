"""The app's server and a browser for tests. All knowledge of Streamlit's internals stands here.

Pinned to Streamlit 1.67: the health address, the `data-testid` names, and the way a script's end is seen.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

REPO = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
PATIENCE = 90_000
"""Milliseconds for the first numbers of a cold server on a busy machine."""

RUNNING = '[data-testid="stApp"][data-test-script-state="running"]'


def browser_path() -> str:
    """Return the installed browser; skip without one, fail where REQUIRE_BROWSER=1."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        reason = f"no browser installed (looked for {', '.join(BROWSERS)})"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Yield a headless browser."""
    path = browser_path()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path)
        yield opened
        opened.close()


@contextlib.contextmanager
def server(script: Path = REPO / "app.py") -> Iterator[str]:
    """Start the app on a free port of 127.0.0.1, yield its address, and stop it."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with subprocess.Popen(
        [*command, "--server.headless", "true", "--server.fileWatcherType", "none"],
        cwd=REPO,
        env=os.environ | {"PYTHONPATH": str(REPO)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server must keep running (got exit code {process.returncode})")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server must answer within 30 s")


def sentence(page: Page) -> Locator:
    """Return the first sentence of the page."""
    return page.locator(".sentence").first


def cards(page: Page) -> Locator:
    """Return the block of metrics."""
    return page.locator(".cards").first


def slider(page: Page, title: str) -> Locator:
    """Return the handle of a lever by the beginning of its title."""
    return page.locator('[data-testid="stSlider"]', has_text=title).get_by_role("slider").first


def settle(page: Page) -> None:
    """Wait until no script has been running for a while."""
    quiet = 0
    for _ in range(1200):
        quiet = 0 if page.locator(RUNNING).count() else quiet + 1
        if quiet >= 8:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the app must come to rest within two minutes")


def shot(page: Page, path: Path, *, is_full: bool = False) -> None:
    """Save a picture of the page; a full one grows the window to the content first."""
    before = page.viewport_size
    if is_full and before is not None:
        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": before["width"], "height": max(int(height) + 60, before["height"])})
        page.wait_for_timeout(700)
    page.screenshot(path=str(path))
    if before is not None:
        page.set_viewport_size(before)
