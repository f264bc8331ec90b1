"""Trials of the whole served program: it is killed under load, clicked at in the middle of a save, and sent forgeries."""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from websockets.exceptions import WebSocketException

from core import keys
from core.access import Actor
from core.content.access_rules import Space
from core.models import Role
from core.store import Store, open_store
from tests.browser.conftest import House, Served, free_port
from tests.browser.tab import Tab, tab
from tests.browser.wire import Wire
from tests.campaign import forging, interrupting
from tests.campaign.kills import Result
from tests.core.access_world import World, build
from tests.make import Make

#: People who save at the same time, and the longest that they do after their first save before the server dies: longer
#: than a save takes, so that every moment of one is met.
PEOPLE = 3
LONGEST = 1.0


@dataclass
class Ground:
    """A served program with a case in it, and people who are signed in."""

    served: Served
    store: Store
    world: World
    actors: dict[str, Actor]
    house: House

    def wire(self, who: str) -> Wire:
        wire = Wire(self.served.address)
        wire.enter(self.house.ticket(self.actors[who]))
        return wire


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    served = Served(folder, free_port(), {})
    served.start()
    home = served.home
    store = open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")
    with store.writing.begin() as db:
        keys.whole(db)
        make = Make(db)
        world = build(db, make, Space.RELEASED)
        administrator = make.actor(world.pair.pp.service_id, Role.ADMINISTRATOR)
    actors = {"pp": world.pair.pp, "vss": world.pair.vss, "administrator": administrator}
    house = House(served.address, store, None)  # type: ignore[arg-type]
    try:
        yield Ground(served, store, world, actors, house)
    finally:
        served.server.kill()
        served.server.wait(timeout=20)
        store.engine.dispose()


class Saver(Thread):
    """Somebody who writes notes at a page until the server is gone; a note is acknowledged when the page has gone on."""

    def __init__(self, wire: Wire, case_id: object, title: str) -> None:
        super().__init__(daemon=True)
        self.wire, self.case_id, self.title = wire, case_id, title
        self.acknowledged: list[str] = []

    def run(self) -> None:
        try:
            with tab(self.wire) as one:
                while True:
                    self._save(one, f"{self.title}-{len(self.acknowledged)}")
        except (OSError, WebSocketException, TimeoutError):
            return

    def _save(self, one: Tab, mark: str) -> None:
        page = one.open("note", case=self.case_id)
        one.set(page.widget("Text", "text_area"), mark)
        after = one.press(page.widget("Save", "button"))
        if after.hash == page.hash:
            raise TimeoutError("the note was not saved")
        self.acknowledged.append(mark)


def kill_server(here: Ground, *, times: int, seed: int) -> Result:
    """kill -9 of the server while several people save; what their pages had shown as saved is there afterwards."""
    chance, result, acknowledged = random.Random(seed), Result(), set[str]()  # noqa: S311
    for number in range(times):
        people = [
            Saver(here.wire(("pp", "vss")[place % 2]), here.world.pair.case.id, f"k{seed}.{number}.{place}")
            for place in range(PEOPLE)
        ]
        for one in people:
            one.start()
        while not all(one.acknowledged for one in people) and any(one.is_alive() for one in people):
            time.sleep(0.05)
        time.sleep(chance.random() * LONGEST)
        here.served.kill()
        for one in people:
            one.join(60)
        begin = time.perf_counter()
        here.served.start()
        result.restarts.append(time.perf_counter() - begin)
        acknowledged |= {mark for one in people for mark in one.acknowledged}
        result.kills += 1
        result.look(here.store, acknowledged)
    result.saved = len(acknowledged)
    return result


def forge(here: Ground, *, times: int, seed: int) -> forging.Result:
    wires = {who: here.wire(who) for who in here.actors}
    return forging.forge(wires, here.store, here.world, times=times, seed=seed)


def interrupt(here: Ground, *, times: int, seed: int) -> interrupting.Result:
    return interrupting.interrupt(here.wire("pp"), here.store, here.world.pair, times=times, seed=seed)


def trial(*, kills: int = 500, saves: int = 200, forgeries: int = 200) -> list[tuple[str, str]]:
    """What was tried, and the figure."""
    with tempfile.TemporaryDirectory() as name, ground(Path(name)) as here:
        rows = (
            kill_server(here, times=kills, seed=7).rows("kill -9, the whole server, SQLite") if kills else []
        )
        rows += interrupt(here, times=saves, seed=7).rows() if saves else []
        rows += forge(here, times=forgeries, seed=7).rows() if forgeries else []
    return rows
