"""The canary sweep over a running server: the raw bytes of its sockets, the shared screen in a browser, log and files."""

import time
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from core.access import Actor
from core.models import Role, ServiceKind
from core.store import open_store
from tests.browser.conftest import House, Served, at_rest, enter, serve
from tests.browser.wire import Wire
from tests.canary import finding
from tests.canary.planting import Planted, plant
from tests.canary.sweep import NOBODYS, OPENINGS
from tests.make import Make

pytestmark = pytest.mark.browser
PATIENCE: Final = 30
SIDES = (ServiceKind.PP, ServiceKind.VSS)


def raw_page(socket: ClientConnection, page: str, query: str) -> bytes:
    """Every byte that a page sends to whoever opens it."""
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = query
    socket.send(message.SerializeToString())
    got = []
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        raw = socket.recv(timeout=PATIENCE)
        assert isinstance(raw, bytes)
        got.append(raw)
        received = ForwardMsg()
        received.ParseFromString(raw)
        has_ended = received.WhichOneof("type") == "script_finished"
        # A run that begins another one has not ended with this.
        if has_ended and received.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            break
    return b"\n".join(got)


def address_of(planted: Planted, names: dict[str, str]) -> str:
    pair = planted.world.pair
    own = {"case": pair.case.id, "cooperation": pair.case.cooperation_id, "nothing": NOBODYS}
    ids = planted.world.ids | planted.ids | own
    return "&".join(f"{name}={ids[value]}" for name, value in names.items())


def sweep(house: House, planted: Planted, actor: Actor) -> tuple[set[str], int]:
    """The canaries that somebody got on all pages of the site, also those that are not theirs, and how many bytes."""
    wire = Wire(house.address)
    wire.enter(house.ticket(actor))
    found: set[str] = set()
    size = 0
    with wire.socket() as socket:
        for page, openings in OPENINGS.items():
            for names in openings:
                got = raw_page(socket, page, address_of(planted, names))
                found |= finding.hits(got)
                size += len(got)
    return found, size


def watched(page: Page) -> list[bytes]:
    """What the sockets of a browser page receive from now on."""
    frames: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda raw: frames.append(raw if isinstance(raw, bytes) else raw.encode()))

    page.on("websocket", listen)
    return frames


def shared_screen(house: House, planted: Planted, actor: Actor) -> set[str]:
    """The canaries on the wire and on the screen while somebody shows the running meeting to the other service."""
    page = house.browser.new_context().new_page()
    frames = watched(page)
    enter(page, house.address, house.ticket(actor))
    for key in ("table", "minutes"):
        page.goto(f"{house.address}/{key}?{address_of(planted, OPENINGS[key][0])}")
        at_rest(page)
        frames.append(page.content().encode())
    assert len(frames) > 10
    return finding.hits(b"\n".join(frames))


def files_of(served: Served) -> dict[str, bytes]:
    """What lies on the disk of a server: its home, its log, its folder for temporary files."""
    return {
        str(path.relative_to(served.folder)): path.read_bytes()
        for path in served.folder.rglob("*")
        if path.is_file()
    }


def test_a_running_server_gives_the_programme_no_word_of_hers_and_keeps_none_on_its_disk(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "tmp").mkdir()
    with serve(tmp_path, TMPDIR=str(tmp_path / "tmp")) as served:
        store = open_store(f"sqlite:///{served.home / 'concord.db'}", served.home / "database.key")
        with store.writing() as db:
            planted = plant(db, Make(db))
            db.commit()
        house = House(served.address, store, browser)
        manager, guest = planted.person(Role.CASE_MANAGER), planted.person(Role.GUEST)

        his, size = sweep(house, planted, manager)
        guests, _ = sweep(house, planted, guest)
        control, _ = sweep(house, planted, planted.world.pair.vss)
        screens = [shared_screen(house, planted, planted.person(Role.CHAIR, side)) for side in SIDES]
        house.close()
        running = files_of(served)
        store.engine.dispose()
    stopped = files_of(served)

    assert size > 100_000
    assert his & planted.forbidden_to(manager.roles) == set()
    assert guests == set()
    assert len(control) > 30, "her own service reads her file on the same pages"
    assert screens == [set(), set()]
    assert {"home/concord.db", "home/concord.db-wal", "server.log"} <= set(running)
    for held in (running, stopped):
        assert {name: finding.hits(raw) for name, raw in held.items() if finding.hits(raw)} == {}
