"""Messages that no browser of ours would send, over a raw socket of somebody who is signed in: none changes anything."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from core.db import Base
from core.models import Event, EventKind
from core.store import Store
from tests.browser.tab import Page, Tab, Widget, state, tab
from tests.browser.wire import Wire
from tests.core.access_world import HERS, World

#: What a visit alone changes: sessions, and rows of the log (its changes are counted apart).
_VISITS = {"event", "notice", "sign_in", "ticket", "arrival", "device", "sign_in_failure"}
_CHANGES = (EventKind.CHANGE, EventKind.ADMINISTRATION, EventKind.EXPORT)
EVIL = "forged by hand"


@dataclass
class Result:
    sent: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)

    def rows(self) -> list[tuple[str, str]]:
        how = ", ".join(f"{what} {number}" for what, number in sorted(self.sent.items()))
        return [
            ("forged widget messages: sent, accepted", f"{self.sent.total()}, {len(self.accepted)}"),
            ("forged widget messages: of these", how),
            *(("forged widget message that was accepted", what) for what in self.accepted),
        ]


def fingerprint(store: Store) -> dict[str, str]:
    """All that the database holds, by table, as it lies there, but for what a visit leaves."""
    found = {}
    with store.reading.begin() as db:
        for table in Base.metadata.sorted_tables:
            if table.name not in _VISITS:
                rows = repr(sorted(map(repr, db.execute(text(f'SELECT * FROM "{table.name}"')))))
                found[table.name] = hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()
        found["event"] = str(db.scalar(select(func.count()).where(Event.kind.in_(_CHANGES))))
    return found


@dataclass
class Forger:
    """Somebody of the programme with a socket of his own, and what he has learnt of the pages of others."""

    own: Tab
    world: World
    chance: random.Random
    #: What the other side, and an administrator, can use on their pages: none of it is his.
    theirs: list[tuple[Page, Widget]]

    def pages(self) -> list[tuple[str, dict[str, object]]]:
        case = self.world.pair.case
        return [
            ("today", {}), ("cases", {}), ("case", {"case": case.id}), ("file", {"case": case.id}),
            ("note", {"case": case.id}), ("plan", {"case": case.id}), ("team", {"case": case.id}),
            ("glossary", {"cooperation": case.cooperation_id}), ("meeting", {"meeting": self.world.ids["meeting"]}),
            ("table", {"meeting": self.world.ids["held"]}), ("timeline", {"case": case.id}), ("consent", {"case": case.id}),
        ]  # fmt: skip

    def somewhere(self) -> Page:
        name, query = self.chance.choice(self.pages())
        return self.own.open(name, **query)

    # --- What is sent; each says what it is ---------------------------------------------------------------------

    def button_of_another(self) -> str:
        """A button that stands on somebody else's page, with that page's own hash and with mine."""
        page = self.somewhere()
        theirs, widget = self.chance.choice(self.theirs)
        known = {one.id for one in page.widgets}
        if widget.id in known:
            return ""
        self.own.click(widget, of_page=self.chance.choice((page.hash, theirs.hash)))
        return "a button of another's page"

    def value_of_another(self) -> str:
        """Fields of a page of theirs, filled in, and the button below them."""
        page = self.somewhere()
        theirs = self.chance.choice(self.theirs)[0]
        known = {one.id for one in page.widgets}
        fields = [one for one in theirs.widgets if one.id not in known]
        buttons = [one for one in fields if one.kind == "button"]
        if not buttons:
            return ""
        filled = [state(one, EVIL) for one in fields if one.kind in {"text_area", "text_input"}]
        self.own.send(*filled, state(self.chance.choice(buttons), True), page_script_hash=page.hash)
        return "a form of another's page"

    def page_not_mine(self) -> str:
        """The address of a page, or of a record, that is not his, with its buttons."""
        theirs, widget = self.chance.choice(self.theirs)
        self.own.states.clear()
        hers = self.world.sides[HERS].ids
        self.own.query = self.chance.choice(
            (
                f"note={hers['note']}",
                f"case={self.world.alone}",
                f"request={self.world.ids['request']}",
                "case=0",
            )
        )
        name = self.chance.choice(
            ("people", "services", "protocol", "upkeep", "log", "note", "share", "admin", "../x")
        )
        self.own.send(state(widget, True), page_name=name, page_script_hash=theirs.hash)
        return "a page or record that is not his"

    def disabled(self) -> str:
        """A button or a field that stands there, and cannot be used."""
        page = self.own.open("note", case=self.world.pair.case.id)
        # No page of ours leaves one to chance: made up from what is there, as a browser with an edited page would.
        found = [one for one in page.widgets if one.disabled]
        if not found:
            return ""
        widget = self.chance.choice(found)
        self.own.send(
            state(widget, True if widget.kind in {"button", "checkbox"} else EVIL), page_script_hash=page.hash
        )
        return "a widget that was disabled"

    def wrong_version(self) -> str:
        """Fields by the names of a version of the form that is not open."""
        page = self.own.open("note", case=self.world.pair.case.id)
        fields = [one for one in page.widgets if ":1:" in one.id]
        forged = [
            WidgetState(id=one.id.replace(":1:", f":{self.chance.randrange(2, 99)}:"), string_value=EVIL)
            for one in fields
            if one.kind in {"text_area", "text_input"}
        ]
        self.own.send(*forged, state(page.widget("Save", "button"), True), page_script_hash=page.hash)
        return "fields of another version"

    def wrong_kind(self) -> str:
        """A value of a kind, or beyond a bound, that the widget cannot have, without a click that would save it."""
        page = self.somewhere()
        fields = [one for one in page.widgets if one.kind != "button"]
        if not fields:
            return ""
        widget = self.chance.choice(fields)
        made = WidgetState(id=widget.id)
        name, value = self.chance.choice(_KINDS)
        if name.endswith("array_value"):
            getattr(made, name).data.extend(value)
        else:
            setattr(made, name, value)
        self.own.send(made, page_script_hash=page.hash)
        return "a value of the wrong kind"

    def delta(self) -> str:
        """Edits and choices of rows that a table does not have."""
        page = self.somewhere()
        made = [
            WidgetState(
                id=self.chance.choice(
                    (f"$$ID-0-{name}", *(one.id for one in page.widgets if one.kind != "button"))
                ),
                json_value=value,
            )
            for name, value in (
                ("rows", '{"selection":{"rows":[99999,-1],"columns":["id"]}}'),
                (
                    "editor",
                    '{"edited_rows":{"0":{"name":"x"}},"added_rows":[{"id":1}],"deleted_rows":[0,1,2]}',
                ),
                ("keeper", '{"typed":{"place":"keep_0","text":"x"}}'),
            )
        ]
        self.own.send(*made, page_script_hash=page.hash)
        return "edits and choices of a table"

    def command(self) -> str:
        """What only a developer's own browser may say."""
        message = BackMsg()
        name = self.chance.choice(
            ("clear_cache", "load_git_info", "set_run_on_save", "debug_shutdown_runtime")
        )
        setattr(message, name, True)
        self.own.socket.send(message.SerializeToString())
        self.own.send(fragment_id="0" * 32, page_script_hash=self.somewhere().hash)
        return "a command of developers"

    def every(self) -> tuple[Callable[[], str], ...]:
        return (
            self.button_of_another, self.value_of_another, self.page_not_mine, self.wrong_version, self.wrong_kind,
            self.delta, self.command, self.disabled,
        )  # fmt: skip


_KINDS: tuple[tuple[str, Any], ...] = (
    ("string_value", "an option that nobody offers"), ("int_value", 2**40), ("double_value", 1e300), ("bool_value", True),
    ("string_array_value", ["9999-99-99"]), ("string_array_value", ["0001-01-01", "9999-12-31"]),
    ("int_array_value", [-1, 10_000]), ("bytes_value", b"\xff\x00"), ("json_value", "{"), ("string_value", "x" * 200_000),
)  # fmt: skip


def learn(wire: Wire, pages: list[tuple[str, dict[str, object]]]) -> list[tuple[Page, Widget]]:
    """What somebody else can use on their pages."""
    found = []
    with tab(wire) as one:
        for name, query in pages:
            page = one.open(name, **query)
            found += [(page, widget) for widget in page.widgets if widget.kind == "button"]
    return [(page, widget) for page, widget in found if widget.label != "Sign out"]


def forge(wires: dict[str, Wire], store: Store, world: World, *, times: int, seed: int) -> Result:
    """So many forged messages of somebody of the programme; the database stands as it stood after each."""
    chance, result = random.Random(seed), Result()  # noqa: S311  nothing secret here
    hers, case = world.sides[HERS].ids, world.pair.case.id
    theirs = learn(
        wires["vss"],
        [("note", {"note": hers["note"]}), ("file", {"case": case}), ("consent", {"case": case})],
    )
    theirs += learn(wires["administrator"], [("people", {}), ("services", {}), ("protocol", {})])
    # What stands on his own pages by the same name is his to press.
    pages: list[tuple[str, dict[str, object]]] = [
        ("file", {"case": case}),
        ("consent", {"case": case}),
        ("note", {"case": case}),
    ]
    his = {widget.id for _page, widget in learn(wires["pp"], pages)}
    theirs = [(page, widget) for page, widget in theirs if widget.id not in his]
    before, number = fingerprint(store), 0
    while result.sent.total() < times:
        with tab(wires["pp"]) as own:
            forger = Forger(own, world, chance, theirs)
            ways = forger.every()
            what = ways[number % len(ways)]()
            number += 1
            if not what:
                continue
            own.rest(0.3)
            result.sent[what] += 1
        after = fingerprint(store)
        if changed := {name for name, held in after.items() if held != before[name]}:
            result.accepted.append(f"{what}: {', '.join(sorted(changed))}")
            before = after
    return result
