"""The pictures of the app in docs/pictures.

`python -m tests.docs.pictures [NAME ...]` takes them anew, in a browser, from the app as it is: look at them before
they are committed.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import ViewportSize

from tests.browser.server import COLD, FULL, browser, server
from tests.browser.waiting import Screen

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1280, "height": 860}
N_COLOURS = 256
"""A picture of a screen needs no more, and is a third as large."""

ADDRESSES: dict[str, str] = {
    "app": "",
    "why": "why",
    "one-run": "one-run",
    "assumptions": "assumptions?number=act.p_true",
    "report": "report",
    "method": "method",
}
"""Name of a picture -> what stands behind the address of the app."""

BEFORE: dict[str, Callable[[Screen], object]] = {
    "assumptions": lambda screen: screen.page.get_by_text("Where it comes from").scroll_into_view_if_needed(),
}
"""Name of a picture -> what happens before it is taken."""


def taken(names: list[str]) -> None:
    """Take pictures anew."""
    with browser() as opened, tempfile.TemporaryDirectory() as folder, server(Path(folder), FULL) as app:
        for name in names:
            screen = Screen(opened.new_page(viewport=SIZE), COLD)
            screen.open_place(app.address, ADDRESSES[name])
            BEFORE.get(name, lambda _: None)(screen)
            screen.settle()
            picture = Image.open(io.BytesIO(screen.page.screenshot())).convert("RGB")
            picture.quantize(N_COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
            screen.page.close()


if __name__ == "__main__":
    taken(sys.argv[1:] or list(ADDRESSES))
