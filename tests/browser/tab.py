"""A tab of the pages without a browser: what the server sends is read as a browser reads it, and anything may be sent."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection

from tests.browser.wire import Wire

#: Seconds that a run of a page may take on a busy machine.
PATIENCE = 60.0
#: What a widget of each kind sends for a value, by the field of the message.
SENDS = {
    "button": "trigger_value",
    "checkbox": "bool_value",
    "text_area": "string_value",
    "text_input": "string_value",
    "selectbox": "string_value",
    "radio": "int_value",
    "date_input": "string_array_value",
    "time_input": "string_value",
    "number_input": "double_value",
    "multiselect": "string_array_value",
    "button_group": "int_array_value",
}


@dataclass(frozen=True)
class Widget:
    """Something on the page that a person can use."""

    kind: str
    id: str
    label: str
    disabled: bool
    default: Any = None


@dataclass
class Page:
    """What a run of the script sent."""

    widgets: list[Widget] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    raw: bytes = b""
    hash: str = ""
    #: What can be taken along, by its label: the id that makes the file.
    files: dict[str, str] = field(default_factory=dict)
    #: Where the page sends the browser to sign in.
    redirect: str = ""

    def widget(self, label: str, kind: str = "") -> Widget:
        return next(one for one in self.widgets if one.label == label and kind in {"", one.kind})

    def has(self, text: str) -> bool:
        return text.encode() in self.raw


@dataclass
class Tab:
    """One open tab; it holds what a person typed, as a browser does."""

    socket: ClientConnection
    page: Page = field(default_factory=Page)
    states: dict[str, WidgetState] = field(default_factory=dict)
    query: str = ""
    session: str = ""

    def open(self, page: str = "", **query: object) -> Page:
        """Go to a page by its address."""
        self.query = "&".join(f"{name}={value}" for name, value in query.items())
        self.states.clear()
        self.page = Page()
        self.send(page_name=page)
        return self.read()

    def set(self, widget: Widget, value: Any) -> None:
        """Type or choose something; it goes out with the next message."""
        self.states[widget.id] = state(widget, value)

    def press(self, button: Widget) -> Page:
        self.click(button)
        return self.read()

    def click(self, button: Widget, *, of_page: str = "") -> None:
        """Press a button and do not wait for what comes of it."""
        self.send(state(button, True), page_script_hash=of_page or self.page.hash)

    def send(self, *once: WidgetState, **client: str) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        for name, value in client.items():
            setattr(message.rerun_script, name, value)
        message.rerun_script.widget_states.widgets.extend([*self.states.values(), *once])
        self.socket.send(message.SerializeToString())

    def read(self, patience: float = PATIENCE) -> Page:
        """Read until the run has ended, one that another click began anew included."""
        page, until = Page(), time.monotonic() + patience
        while time.monotonic() < until:
            raw = self.socket.recv(timeout=max(0.01, until - time.monotonic()))
            assert isinstance(raw, bytes)
            received = ForwardMsg()
            received.ParseFromString(raw)
            kind = received.WhichOneof("type")
            if kind == "new_session":
                page = Page(hash=received.new_session.page_script_hash)
                self.session = received.new_session.initialize.session_id
            elif kind == "delta":
                _take(page, received)
            elif kind == "auth_redirect":
                page.redirect = received.auth_redirect.url
            elif kind == "navigation":
                page.hash = received.navigation.page_script_hash or page.hash
            page.raw += raw
            if kind == "script_finished":
                ended = received.script_finished
                if ended == ForwardMsg.FINISHED_SUCCESSFULLY:
                    self.page = page
                    return page
        raise TimeoutError("the run did not end")

    def take(self, label: str) -> str:
        """Take a file along: the address from which it comes."""
        message = BackMsg()
        message.backend_operation_request.request_id = "1"
        message.backend_operation_request.session_id = self.session
        message.backend_operation_request.deferred_file.file_id = self.page.files[label]
        self.socket.send(message.SerializeToString())
        while True:
            raw = self.socket.recv(timeout=PATIENCE)
            assert isinstance(raw, bytes)
            received = ForwardMsg()
            received.ParseFromString(raw)
            if received.WhichOneof("type") == "backend_operation_response":
                answered = received.backend_operation_response
                assert not answered.error_msg, answered.error_msg
                return str(answered.deferred_file.url)

    def rest(self, quiet: float = 0.5) -> Page:
        """Read until nothing has come for a while: every run that was asked for has ended."""
        while True:
            try:
                self.read(quiet)
            except TimeoutError:
                return self.page


def _take(page: Page, received: ForwardMsg) -> None:
    element = received.delta.new_element
    kind: str | None = element.WhichOneof("type")
    if received.delta.WhichOneof("type") != "new_element" or kind is None:
        return
    sent: Any = getattr(element, kind)
    if kind in SENDS and sent.id:
        shown: bool = getattr(sent, "set_value", False)
        default: Any = sent.value if shown and hasattr(sent, "value") else getattr(sent, "default", None)
        label: str = getattr(sent, "label", "")
        page.widgets.append(Widget(kind, sent.id, label, bool(getattr(sent, "disabled", False)), default))
    elif kind == "download_button":
        page.files[sent.label] = sent.deferred_file_id
    elif kind in {"markdown", "alert", "heading"}:
        page.texts.append(sent.body)


def state(widget: Widget, value: Any) -> WidgetState:
    """The message of a widget that has this value."""
    made = WidgetState(id=widget.id)
    name = SENDS[widget.kind]
    if name.endswith("array_value"):
        getattr(made, name).data.extend(value)
    else:
        setattr(made, name, value)
    return made


@contextmanager
def tab(wire: Wire) -> Iterator[Tab]:
    """A tab of somebody who is signed in."""
    with wire.socket() as socket:
        yield Tab(socket)


def pause(chance: random.Random, most: float) -> None:
    """A moment as long as chance will have it."""
    time.sleep(chance.random() * most)
