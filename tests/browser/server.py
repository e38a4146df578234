"""The app's server and a browser for tests."""

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
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

REPO = Path(__file__).resolve().parents[2]
SMALL, BROKEN, FULL = (
    REPO / "tests" / "browser" / "small_app.py",
    REPO / "tests" / "browser" / "broken_app.py",
    REPO / "app.py",
)
"""The app with few runs and a gate; with pages that raise; as it is."""

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
PATIENCE = 90_000
"""Milliseconds for whatever is waited for on a server that has shown its first numbers."""

COLD = 400_000
"""Milliseconds for the first numbers of a server: where nothing is cached it compiles the engine, on a busy machine."""


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


@dataclass
class Server:
    """A server of the app on a port of its own, with its temporary files and its log in one folder.

    Parameters
    ----------
    script, folder, port
        What it runs, where its files go, where it listens.
    """

    script: Path
    folder: Path
    port: int
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def address(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Return the file with all it prints."""
        return self.folder / "server.log"

    @property
    def temporary(self) -> Path:
        """Return the folder of its temporary files."""
        return self.folder / "temporary"

    @property
    def gate(self) -> Path:
        """Return the file that holds every run of `small_app.py` while it exists."""
        return self.folder / "gate"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.temporary.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "streamlit", "run", str(self.script)]
        options = {"port": str(self.port), "headless": "true", "fileWatcherType": "none"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *command,
                    *(part for name, value in options.items() for part in (f"--server.{name}", value)),
                ],
                cwd=REPO,
                env=os.environ
                | {"PYTHONPATH": str(REPO), "TMPDIR": str(self.temporary), "APP_TEST_GATE": str(self.gate)},
                stdout=log,
                stderr=log,
            )
        self._wait()

    def stop(self) -> None:
        """Stop it, and wait until it has gone."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait(self) -> None:
        """Wait until the server answers."""
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server must keep running (got exit code {self.process.returncode})")
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2) as answer,
            ):
                if answer.status == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"the server must answer within {PATIENCE // 1000} s (got none)")

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold every run of `small_app.py` for as long as the block lasts."""
        self.gate.touch()
        try:
            yield
        finally:
            self.gate.unlink()


@contextlib.contextmanager
def server(folder: Path, script: Path = SMALL) -> Iterator[Server]:
    """Start the app on a free port of 127.0.0.1, yield it, and stop it.

    Parameters
    ----------
    folder
        An empty folder for its log and its temporary files.
    script
        What it runs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    started = Server(script=script, folder=folder, port=free_port())
    started.start()
    try:
        yield started
    finally:
        started.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
