"""A visitor of the app without a browser: speaks Streamlit's protocol over a websocket.

A visitor sends what the browser sends when a control is moved, and reads what comes back until the script of
the page has ended. It keeps the last page as the browser would: the elements of the newest script.
"""

from __future__ import annotations

import time
from asyncio import wait_for
from dataclasses import dataclass, field
from html import unescape
from re import sub

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

LARGEST = 64 * 2**20
"""Bytes of one message."""

PATIENCE = 90
"""Seconds to wait for one message."""


@dataclass(kw_only=True)
class Page:
    """What a visitor sees: elements by their place.

    Parameters
    ----------
    elements
        Place -> element.
    seconds
        From the click to the end of the script.
    """

    elements: dict[tuple[int, ...], Element] = field(default_factory=dict)
    seconds: float = 0.0

    def of(self, kind: str) -> list[Element]:
        """Return the elements of one kind."""
        return [found for found in self.elements.values() if found.WhichOneof("type") == kind]

    @property
    def text(self) -> str:
        """Return all HTML of the page as text."""
        return "\n".join(unescape(sub(r"<[^>]+>", " ", found.html.body)) for found in self.of("html"))

    @property
    def told(self) -> str:
        """Return notices and text of the page, shortened."""
        return "; ".join(found.alert.body for found in self.of("alert")) + self.text[-300:]

    @property
    def faults(self) -> list[str]:
        """Return what the page says has gone wrong."""
        raised = [f"{found.exception.type}: {found.exception.message}" for found in self.of("exception")]
        return raised + [found.alert.body for found in self.of("alert") if "went wrong" in found.alert.body]


class Visitor:
    """One session.

    Parameters
    ----------
    address
        Of the server, http://...
    """

    def __init__(self, address: str) -> None:
        self._url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
        self._connection: ClientConnection | None = None
        self._states: dict[str, WidgetState] = {}
        self._pages: dict[str, str] = {}
        self._page_hash = ""
        self.page = Page()

    async def open(self, query: str = "") -> Page:
        """Connect and ask for the first page."""
        self._connection = await connect(
            self._url,
            max_size=LARGEST,
            open_timeout=PATIENCE,
            ping_interval=None,
            subprotocols=[Subprotocol("streamlit")],
        )
        return await self._run(query)

    async def __aenter__(self) -> Visitor:
        """Come."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave."""
        if self._connection is not None:
            await self._connection.close()

    # ---- what a visitor does -------------------------------------------------------------------------

    async def move(self, title: str, value: float) -> Page:
        """Move a lever, by its title."""
        slider = self._widget("slider", title).slider
        self._states[slider.id] = state = WidgetState(id=slider.id)
        state.double_array_value.data.append(value)
        return await self._run()

    async def pick(self, label: str, choice: str) -> Page:
        """Pick a choice of a list, by a part of its label."""
        box = self._widget("selectbox", label).selectbox
        self._states[box.id] = WidgetState(id=box.id, string_value=choice)
        return await self._run()

    async def visit(self, path: str) -> Page:
        """Go to another page, by its path."""
        self._page_hash = self._pages[path]
        return await self._run()

    def _widget(self, kind: str, label: str) -> Element:
        """Return the control of a kind whose label holds a text."""
        found = [one for one in self.page.of(kind) if label in getattr(one, kind).label]
        if len(found) != 1:
            raise AssertionError(
                f"the page must have one {kind} {label!r} (got {len(found)}: {self.page.told})"
            )
        return found[0]

    # ---- the protocol --------------------------------------------------------------------------------

    async def _run(self, query: str = "") -> Page:
        """Ask for a script and read until it has ended."""
        assert self._connection is not None
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_script_hash = self._page_hash
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        start = time.monotonic()
        await self._connection.send(asked.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(await wait_for(self._connection.recv(decode=False), PATIENCE))
            if self._read(message):
                self.page.seconds = time.monotonic() - start
                self._adopt()
                return self.page

    def _adopt(self) -> None:
        """Take over where levers and lists stand, as a browser does and reports unasked.

        A control is reported as it was set by the visitor, unless the app has put it elsewhere since.
        """
        for found in self.page.of("slider"):
            slider = found.slider
            if slider.set_value or slider.id not in self._states:
                self._states[slider.id] = state = WidgetState(id=slider.id)
                state.double_array_value.data.extend(slider.value if slider.set_value else slider.default)
        for found in self.page.of("selectbox"):
            box = found.selectbox
            if box.set_value or box.id not in self._states:
                at = box.raw_value if box.set_value else box.options[box.default]
                self._states[box.id] = WidgetState(id=box.id, string_value=at)

    def _read(self, message: ForwardMsg) -> bool:
        """Take one message in; return whether the script has ended."""
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            raise AssertionError("the server must send whole messages (got a reference to a former one)")
        if kind == "new_session":
            self.page = Page()
        elif kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.page.elements[tuple(message.metadata.delta_path)] = message.delta.new_element
        elif kind == "script_finished":
            assert message.script_finished != ForwardMsg.FINISHED_WITH_COMPILE_ERROR
            return message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return False
