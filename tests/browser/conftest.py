"""One server and one browser for all browser tests; a fresh page for each."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

_SPEC = importlib.util.spec_from_file_location("app_server", Path(__file__).with_name("server.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
app_server = sys.modules.setdefault("app_server", importlib.util.module_from_spec(_SPEC))
_SPEC.loader.exec_module(app_server)


@pytest.fixture(scope="session")
def opened() -> Iterator[Browser]:
    """Yield the browser."""
    with app_server.browser() as found:
        yield found


@pytest.fixture(scope="session")
def address(opened: Browser) -> Iterator[str]:
    """Yield the address of a running app, once it has shown its first numbers."""
    with app_server.server() as url:
        page = opened.new_page()
        page.goto(url)
        app_server.sentence(page).wait_for(timeout=app_server.PATIENCE)
        page.close()
        yield url


@pytest.fixture
def page(opened: Browser) -> Iterator[Page]:
    """Yield a fresh page of 1280 x 720."""
    context = opened.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(app_server.PATIENCE)
    yield context.new_page()
    context.close()
