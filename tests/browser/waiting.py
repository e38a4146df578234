"""Waiting for the app, and the names of its parts. All knowledge of Streamlit's internals stands here.

Pinned to Streamlit 1.67: the `data-testid` names, and how the end of a script is seen. The state on the page
changes late: right after an action it still says "notRunning". The server's own messages say it at once: a
`new_session` for each script that starts, a `script_finished` for each that ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.server import PATIENCE

RUNNING = '[data-testid="stApp"][data-test-script-state="running"]'
WHOLE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)
"""How a script of a whole page ends, unless a newer one takes its place."""

UNDRAWN = """() => document.querySelector('[data-testid="stSkeleton"]')
    || [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')]
    .some(chart => chart.offsetParent && !chart.querySelector('svg .mark-group'))"""
"""Whether a chart that can be seen has not been drawn yet: charts come after the script that sends them.

Until a browser has loaded what draws charts, a grey place stands for each, wherever it is."""

QUIET = 6
"""Looks in a row, 50 ms apart, without a running script or an undrawn chart that count as rest."""


class Screen:
    """One page of the browser with the app on it.

    Parameters
    ----------
    page
        A page that has not been opened yet.
    patience
        Milliseconds for whatever is waited for.
    """

    def __init__(self, page: Page, patience: int = PATIENCE) -> None:
        self.page, self.patience = page, patience
        page.set_default_timeout(patience)
        self.n_sockets, self.is_running = 0, False
        self.n_started, self.n_whole = 0, 0
        self.asked: list[str] = []
        self.faults: list[str] = []
        page.on("websocket", self._listen)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

    def _listen(self, socket: WebSocket) -> None:
        """Count the scripts of a connection."""
        self.asked.append(socket.url)
        self.n_sockets += 1
        self.is_running = False
        socket.on("framereceived", self._count)

    def _count(self, payload: bytes | str) -> None:
        """Count one message."""
        if isinstance(payload, str):
            return
        message = ForwardMsg()
        message.ParseFromString(payload)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.is_running = True
            self.n_started += 1
        elif kind == "script_finished":
            self.is_running = False
            self.n_whole += message.script_finished in WHOLE

    # ---- waiting -------------------------------------------------------------------------------------

    def open(self, address: str) -> None:
        """Open an address and wait for its first sentence and for rest."""
        self.after(lambda: self.page.goto(address))
        self.sentence.wait_for()

    def open_place(self, address: str, place: str) -> None:
        """Open one of `PLACES` and wait for its content; a section of Why has come when its charts are drawn."""
        self.open(f"{address}/{place}")
        if place.startswith("why"):
            self._answered()

    def _answered(self) -> None:
        """Wait for the charts of a section of Why."""
        self.until(self.charts.locator("svg").count, "a section of Why must draw its answer")
        self.until(lambda: not self.progress.count(), "a section of Why must get all its answers")
        self.settle()

    def after(self, action: Callable[[], object]) -> None:
        """Do something that makes the app run anew, and wait until it has run and come to rest."""
        before = self.n_whole
        action()
        self.until(lambda: self.n_whole > before, "a script of the page must end after the action")
        self.settle()

    def settle(self) -> None:
        """Wait until no script has been running for a while and all charts are drawn."""
        quiet = 0

        def is_quiet() -> bool:
            nonlocal quiet
            is_busy = self.is_running or self.page.locator(RUNNING).count() or self.page.evaluate(UNDRAWN)
            quiet = 0 if is_busy else quiet + 1
            return quiet >= QUIET

        self.until(is_quiet, "the app must come to rest")

    def until(self, is_so: Callable[[], object], rule: str) -> None:
        """Wait until something is so; messages of the server are taken in meanwhile."""
        deadline = time.monotonic() + self.patience / 1000
        while not is_so():
            if time.monotonic() > deadline:
                shown = self.text()[-2000:]
                raise AssertionError(
                    f"{rule} (got nothing within {self.patience // 1000} s; on the page: {shown})"
                )
            self.page.wait_for_timeout(50)

    # ---- parts of the page ---------------------------------------------------------------------------

    @property
    def sentence(self) -> Locator:
        """Return the first sentence of the page."""
        return self.page.locator(".sentence").first

    @property
    def cards(self) -> Locator:
        """Return the block of metrics."""
        return self.page.locator(".cards").first

    @property
    def foot(self) -> Locator:
        """Return the footer."""
        return self.page.locator(".foot").first

    @property
    def charts(self) -> Locator:
        """Return all charts."""
        return self.page.get_by_test_id("stVegaLiteChart")

    @property
    def main(self) -> Locator:
        """Return the page without bar and navigation."""
        return self.page.get_by_test_id("stMain")

    @property
    def alerts(self) -> Locator:
        """Return notices, warnings and errors."""
        return self.page.get_by_test_id("stAlert")

    @property
    def progress(self) -> Locator:
        """Return the notices of runs."""
        return self.page.get_by_test_id("stProgress")

    @property
    def changes(self) -> Locator:
        """Return the rows of "What changed"."""
        return self.page.locator("table.plain", has_text="Lever or assumption").locator("tbody tr")

    def numbers(self) -> tuple[str, str, str]:
        """Return everything with a number on the first page, as text: sentence, metrics, footer."""
        return self.sentence.inner_text(), self.cards.inner_text(), self.foot.inner_text()

    def text(self) -> str:
        """Return all text of the page."""
        return self.page.locator("body").inner_text()

    def button(self, name: str) -> Locator:
        """Return a button by its text."""
        return self.page.get_by_role("button", name=name, exact=True).first

    def lever(self, title: str) -> Locator:
        """Return the handle of a lever by the beginning of its title."""
        return self.page.get_by_test_id("stSlider").filter(has_text=title).get_by_role("slider").first

    def knob(self, title: str) -> Locator:
        """Return what of a lever can be dragged."""
        return self.lever(title).locator("xpath=../..")

    def press(self, title: str, key: str) -> None:
        """Move a lever with a key and wait for the numbers."""
        handle = self.lever(title)
        handle.focus()
        self.after(lambda: handle.press(key))

    def pick(self, label: str, choice: str) -> None:
        """Pick a choice of a list in the bar and wait for the numbers."""
        box = self.page.get_by_test_id("stSelectbox").filter(has_text=label).first
        box.get_by_role("combobox").click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(choice)
        self.page.get_by_role("option", name=choice, exact=True).wait_for()
        self.after(lambda: self.page.keyboard.press("Enter"))

    def choose(self, label: str, choice: str) -> None:
        """Pick a choice of a list in an open popover."""
        box = self.page.get_by_test_id("stPopoverBody").get_by_role("combobox", name=label, exact=True)
        if box.input_value() != choice:
            box.click()
            self.after(self.page.get_by_role("option", name=choice, exact=True).click)

    def open_downloads(self) -> None:
        """Open the list of downloads where it is closed."""
        if not self.page.get_by_test_id("stPopoverBody").count():
            self.page.get_by_role("button", name="Download").first.click()

    def tab(self, name: str) -> None:
        """Open a tab."""
        tab = self.page.get_by_role("tab", name=name, exact=True)
        if tab.get_attribute("aria-selected") != "true":
            self.after(tab.click)

    def visit(self, title: str) -> None:
        """Go to another page by the navigation on top."""
        self.after(self.page.get_by_role("link", name=title, exact=True).click)

    def section(self, name: str) -> None:
        """Open a section of Why and wait for its answer."""
        self.after(self.page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).first.click)
        self._answered()

    def upload(self, name: str, content: bytes) -> None:
        """Give the app a scenario file and wait until it was read."""
        file: Any = {"name": name, "mimeType": "application/yaml", "buffer": content}
        place = self.page.get_by_test_id("stExpander").filter(has_text="Use your own scenario file")
        if place.locator("details[open]").count() == 0:
            place.locator("summary").click()
        entry = place.locator('input[type="file"]')
        self.after(lambda: entry.set_input_files(file))

    def download(self, name: str) -> tuple[str, bytes]:
        """Press a download button and return name and content of the file."""
        with self.page.expect_download() as coming:
            self.button(name).click()
        return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()
