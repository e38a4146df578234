"""The documents build into a site that asks nothing of any other machine."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
"""What a page fetches by itself: tag -> attribute."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built site."""
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(words, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class _Fetched(HTMLParser):
    """Collects what a page fetches."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address in the tag that loads something."""
        self.found += [value or "" for name, value in attrs if LOADED.get(tag) == name]


def _outside(page: Path) -> Iterator[str]:
    """Yield the addresses on other hosts that a page fetches."""
    reader = _Fetched()
    reader.feed(page.read_text(encoding="utf-8"))
    yield from (address for address in reader.found if re.match(r"(\w+:)?//", address))


def test_no_page_fetches_from_an_outside_host(site: Path) -> None:
    """Scripts, fonts, styles and pictures of every page lie beside it."""
    pages = list(site.rglob("*.html"))
    assert len(pages) > 40
    assert {page.name: found for page in pages if (found := list(_outside(page)))} == {}


def test_no_style_fetches_from_an_outside_host(site: Path) -> None:
    """No style sheet imports or shows anything from another host."""
    sheets = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert len(sheets) >= 3
    assert [
        found for text in sheets for found in re.findall(r"(?:url\(|@import )[\"']?(?:\w+:)?//[^)]*", text)
    ] == []


def _asked(server: ModuleType, site: Path) -> list[str]:
    """Open pages of the site and return every address that they ask for, and every picture that is not there."""
    asked: list[str] = []
    with server.browser() as opened:
        page = opened.new_page()
        page.on("request", lambda request: asked.append(request.url))
        for name in ("index.html", "reference/commands.html", "gallery.html", "model.html"):
            page.goto((site / name).as_uri())
            assert page.locator("h1").first.is_visible()
            asked += page.locator("img").evaluate_all(
                "pictures => pictures.filter(p => !p.naturalWidth).map(p => 'no picture: ' + p.src)"
            )
    return asked


def test_the_reader_sees_a_page_and_no_request_leaves(site: Path) -> None:
    """A browser shows the pages from the disk, without an error, and asks no other host for anything."""
    spec = importlib.util.spec_from_file_location("app_server", ROOT / "tests" / "browser" / "server.py")
    assert spec is not None
    assert spec.loader is not None
    server = sys.modules.setdefault("app_server", importlib.util.module_from_spec(spec))
    spec.loader.exec_module(server)
    with ThreadPoolExecutor(1) as pool:  # a browser of other tests may hold this thread's event loop
        asked = pool.submit(_asked, server, site).result()
    assert asked
    assert [address for address in asked if not address.startswith(("file:", "data:", "blob:"))] == []
