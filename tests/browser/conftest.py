"""One server and one browser for all browser tests of a process; a fresh screen for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from tests.browser.server import COLD, PATIENCE, Server, browser, server
from tests.browser.waiting import Screen

WIDE: ViewportSize = {"width": 1280, "height": 720}

NewScreen = Callable[..., Screen]


@pytest.fixture(scope="session")
def opened() -> Iterator[Browser]:
    """Yield the browser; what is expected on a page may take as long on a busy machine as all else."""
    expect.set_options(timeout=PATIENCE)
    with browser() as found:
        yield found


@pytest.fixture(scope="session")
def app(opened: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a running app of few runs, once it has shown its first numbers."""
    with server(tmp_path_factory.mktemp("server")) as started:
        page = opened.new_page()
        Screen(page, COLD).open(started.address)
        page.close()
        yield started


@pytest.fixture
def new_screen(opened: Browser) -> Iterator[NewScreen]:
    """Yield a function that opens a new browser session of 1280 x 720; options are those of a context."""
    with ExitStack() as stack:

        def made(**options: Any) -> Screen:
            context = opened.new_context(**({"viewport": WIDE} | options))
            stack.callback(context.close)
            return Screen(context.new_page())

        yield made


@pytest.fixture(scope="session")
def used(opened: Browser) -> BrowserContext:
    """Return a browser session that has read the app's files before."""
    return opened.new_context(viewport=WIDE)


@pytest.fixture
def screen(used: BrowserContext) -> Iterator[Screen]:
    """Yield a fresh screen of 1280 x 720, with its own session of the app."""
    found = Screen(used.new_page())
    yield found
    found.page.close()
