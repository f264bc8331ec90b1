"""Driving the pages as one person, with every byte kept that the browser would get."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner
from streamlit.testing.v1.element_tree import Block

from core.access import Actor
from core.content.recipients import Recipient
from core.errors import CoreError
from core.operations.outgoing import Wanted
from core.operations.papers import Sending
from pages.ui import frame, last_look
from pages.ui.site import PAGES, page_file
from pages.ui.workspace import Workspace
from tests.canary import finding
from tests.canary.planting import Planted
from tests.pages.conftest import Desk

ROOT: Final = Path(__file__).resolve().parent.parent.parent

# The served program compiles a page once; the test runner would do so at every run.
_scripts = ScriptCache()
for _module in (local_script_runner, app_test):
    setattr(_module, "ScriptCache", lambda: _scripts)  # noqa: B010

#: What each page is opened with: names of ids, one opening a dictionary. A page that is missing here fails the sweep.
OPENINGS: Final[dict[str, tuple[dict[str, str], ...]]] = {
    "today": ({},),
    "cases": ({},),
    "meetings": ({}, {"case": "case"}, {"cooperation": "cooperation"}),
    "actions": ({},),
    "agreements": ({}, {"case": "case"}),
    "cooperation": ({"cooperation": "cooperation"},),
    "services": ({},),
    "people": ({},),
    "protocol": ({},),
    "upkeep": ({},),
    "keeping": ({},),
    "log": ({},),
    "me": ({},),
    "case": ({"case": "case"}, {"case": "her_case"}),
    "file": ({"case": "case"}, {"case": "her_case"}),
    "consent": ({"case": "case"}, {"case": "her_case"}),
    "rights": ({"case": "case"}, {"case": "her_case"}, {"case": "closed"}),
    "copy": ({"request": "his_asked"}, {"request": "her_asked"}),
    "open_file": ({},),
    "note": ({"case": "case"}, {"note": "note"}),
    "share": ({"note": "note"},),
    "must_not_receive": ({"case": "case"}, {"case": "her_case"}),
    "papers": ({"case": "case"}, {"case": "her_case"}),
    "frame": ({"case": "case"}, {"case": "her_case"}),
    "team": ({"case": "case"}, {"case": "her_case"}),
    "history": ({"case": "case"}, {"case": "her_case"}),
    "request": ({"request": "her_request"},),
    "phase": ({"case": "case"}, {"case": "her_case"}),
    "timeline": ({"case": "case"}, {"case": "her_case"}),
    "picture": ({"case": "case"}, {"case": "her_case"}),
    "risk": ({"case": "case"}, {"case": "her_case"}),
    "recidivism": ({"case": "case"}, {"case": "her_case"}),
    "notices": ({"case": "case"}, {"case": "her_case"}),
    "unread_notices": ({},),
    "first_pass": ({"case": "case"}, {"case": "her_case"}),
    "contact": ({"case": "case"}, {"case": "her_case"}),
    "digital": ({"case": "case"}, {"case": "her_case"}),
    "risk_list": ({},),
    "change": ({"case": "case"}, {"case": "her_case"}),
    "answers": (
        {"response": "his_response"},
        {"response": "her_response"},
        {"response": "her_running"},
    ),
    "questionnaires": ({},),
    "plan": ({"case": "case"}, {"case": "her_case"}),
    "closing": ({"case": "case"}, {"case": "her_case"}),
    "review": ({"cooperation": "cooperation"},),
    "talk": ({"cooperation": "cooperation"},),
    "phase_1": ({"cooperation": "cooperation"},),
    "glossary": ({"cooperation": "cooperation"},),
    "training": ({"cooperation": "cooperation"},),
    "meeting": ({"meeting": "meeting"}, {"meeting": "struck"}),
    "plan_meeting": ({"case": "case"}, {"meeting": "meeting"}),
    "table": ({"meeting": "table"}, {"meeting": "struck"}),
    "minutes": ({"meeting": "struck"}, {"meeting": "held"}),
    "emergency": ({"case": "case"}, {"case": "her_case"}),
    "agreement": ({"agreement": "draft"}, {"agreement": "of_managements"}),
    "draft": ({"agreement": "draft"}, {"agreement": "of_managements"}),
}
#: Pressed by nobody: it leaves the page for a route outside it.
NEVER: Final = frozenset({"sign_out"})
CHOICES: Final = ("selectbox", "radio")
OPTIONS: Final = 4
#: The id of nothing at all.
NOBODYS: Final = UUID(int=7)


def unknown_pages() -> set[str]:
    """Pages of the site that this harness does not open, and openings of pages that are gone."""
    return {spec.key for spec in PAGES} ^ set(OPENINGS)


@dataclass
class Hit:
    """A canary where it must not be."""

    who: str
    where: str
    word: str


@dataclass
class Sweep:
    """One person at the pages; what was sent is looked through and forgotten."""

    desk: Desk
    planted: Planted
    actor: Actor
    who: str
    forbidden: set[str]
    found: set[str] = field(default_factory=set)
    hits: list[Hit] = field(default_factory=list)
    sent: int = 0
    runs: int = 0
    downloads: set[str] = field(default_factory=set)
    at: AppTest = field(init=False)
    _kept: list[bytes] = field(default_factory=list)
    _makers: list[tuple[str, Callable[[], bytes]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        self.at.session_state["session"] = self.desk.sign_in(self.actor)
        self.at.session_state["plan:word:shown"] = True  # as who has opened the list of its files
        self._run(self.at, "first")

    # --- What leaves the server --------------------------------------------------------------------------------

    def look(self, raw: bytes, where: str) -> None:
        """Look through something that this person got."""
        found = finding.hits(raw)
        self.found |= found
        self.sent += len(raw)
        self.hits += [Hit(self.who, where, word) for word in found & self.forbidden]

    def _run(self, at: AppTest, where: str) -> None:
        with _listening(self._kept, self._makers):
            at.run()
        self.runs += 1
        self.look(b"\n".join(self._kept), where)
        self._kept.clear()
        assert not at.exception, (self.who, where, [raised.value for raised in at.exception])

    def take_files(self, where: str) -> None:
        """Take every file that the pages offered since the last time, each once."""
        for key, make in self._makers:
            if key in self.downloads:
                continue
            self.downloads.add(key)
            try:
                self.look(make(), f"file {key} of {where}")
            except CoreError as error:
                self.look(repr((error.key, dict(error.values), str(error))).encode(), f"refusal of {key}")
        self._makers.clear()

    # --- Pages ---------------------------------------------------------------------------------------------------

    def open(self, page: str, names: dict[str, str]) -> None:
        """Go to a page by its address."""
        self.at.query_params.clear()
        for name, value in names.items():
            self.at.query_params[name] = str(self.id_of(value))
        self.at.switch_page(str(page_file(page).relative_to(ROOT)))
        self._run(self.at, f"{page} {names}")
        # What lies behind a box is sent to whoever opens it, and a box may lie in another.
        opened: set[str] = set()
        while closed := self._closed() - opened:
            for key in closed:
                self.at.session_state[key] = True
            self._run(self.at, f"{page} {names}, opened")
            opened |= closed

    def _closed(self) -> set[str]:
        """The boxes and panels whose inside is drawn when they are opened, and that nobody has opened yet."""
        protos: list[Any] = [each.proto for each in self.at.main if isinstance(each, Block)]
        boxes = [getattr(proto, "popover", proto) for proto in protos]
        closed = [_id(box) for box in boxes if not getattr(box, "expanded", getattr(box, "open", True))]
        return {name.split("-", 2)[2] for name in closed if name}

    def id_of(self, name: str) -> object:
        pair = self.planted.world.pair
        own = {"case": pair.case.id, "cooperation": pair.case.cooperation_id, "nothing": NOBODYS}
        return own.get(name) or self.planted.ids.get(name) or self.planted.world.ids[name]

    def see_all(self) -> None:
        """Open every page in every way."""
        for page in self.pages():
            for names in OPENINGS[page]:
                self.open(page, names)
            self.take_files(page)

    def pages(self) -> list[str]:
        """The pages that this person has; every other address answers as one that does not exist."""
        return [spec.key for spec in PAGES if frame.is_allowed(self.actor, spec)]

    def press(self, page: str, label: str) -> None:
        """Click the button that says this."""
        next(each for each in self.at.button if each.label == label).click()
        self._run(self.at, f"{page}, {label}")

    def searched(self, page: str, word: str) -> str:
        """What a page with a search box says after this word was typed into it."""
        self.open(page, OPENINGS[page][0])
        box = next((each for each in self.at.text_input if _name(each).endswith(":search")), None)
        if box is None:
            return ""
        # The page itself says back what was typed, to whoever typed it.
        forbidden, self.forbidden = self.forbidden, self.forbidden - {word}
        box.set_value(word)
        self._run(self.at, f"search on {page}")
        self.forbidden = forbidden
        return repr(self.at.main).replace(word, "?")

    # --- What a page offers -----------------------------------------------------------------------------------

    def press_all(self, page: str, names: dict[str, str], *, most: int) -> int:
        """Do each thing that a page offers, switches and choices first, buttons last, each on a fresh page."""
        self.open(page, names)
        acts = list(self._acts())[:most]
        for kind, key, option in acts:
            self.open(page, names)
            widget: Any = next((each for each in self.at.get(kind) if _name(each) == key), None)
            if widget is None or getattr(widget, "disabled", False):
                continue
            _operate(widget, kind, option)
            self._run(self.at, f"{page} {names}, {kind} {key} {option}")
            self.take_files(page)
        return len(acts)

    def _acts(self) -> Iterator[tuple[str, str, int]]:
        each: Any
        for kind in ("toggle", "checkbox"):
            for each in self.at.get(kind):
                yield kind, _name(each), 0
        for kind in CHOICES:
            for each in self.at.get(kind):
                for index in range(min(len(each.options), OPTIONS)):
                    yield kind, _name(each), index
        for each in self.at.get("button"):
            if _name(each) not in NEVER:
                yield "button", _name(each), 0


def _id(box: Any) -> str:
    return str(getattr(box, "id", ""))


def _operate(widget: Any, kind: str, option: int) -> None:
    if kind == "button":
        widget.click()
    elif kind in CHOICES:
        # Chosen by its place: what an option is called is not what the page knows it by.
        widget.set_value(widget.options[option])
        widget.__class__ = type("Chosen", (type(widget),), {"index": property(lambda _: option)})
    else:
        widget.set_value(not widget.value)


def _name(widget: Any) -> str:
    return str(widget.key or widget.label)


@contextmanager
def _listening(kept: list[bytes], makers: list[tuple[str, Callable[[], bytes]]]) -> Iterator[None]:
    """Keep what the script sends, and what its pages would give as files."""
    handler, offer = ScriptRunner._enqueue_forward_msg, last_look.offer

    def listen(runner: ScriptRunner, message: Any) -> None:
        kept.append(message.SerializeToString())
        handler(runner, message)

    @wraps(offer)
    def offered(ws: Workspace, label: str, wanted: Wanted, **how: Any) -> None:
        """For every recipient that there is: a panel offers those alone that the table allows."""
        ids = [str(each) for each in wanted.args if isinstance(each, UUID)]
        names = {"what", "form", "extract_for"}
        plain = {name: str(value) for name, value in wanted.kwargs.items() if name in names}
        for recipient in Recipient:
            make = ws.file(
                wanted.document, *wanted.args, **wanted.kwargs, sending=Sending(recipient=recipient)
            )
            makers.append((f"{wanted.document.__module__} {ids} {plain} {recipient}", make))
        offer(ws, label, wanted, **how)

    setattr(ScriptRunner, "_enqueue_forward_msg", listen)  # noqa: B010
    setattr(last_look, "offer", offered)  # noqa: B010
    try:
        yield
    finally:
        setattr(ScriptRunner, "_enqueue_forward_msg", handler)  # noqa: B010
        setattr(last_look, "offer", offer)  # noqa: B010
