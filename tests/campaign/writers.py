"""Many people change the same few records at once: no change is lost, and whoever came second is told."""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from core import chain, clock
from core.errors import Conflict, Unavailable
from core.models import Action, ActionChange
from core.operations import action_plans
from core.store import Store
from tests import postgresql
from tests.campaign.saving import PROCESSES, Ground, lay

RECORDS = 5
THREADS = 8
WRITERS = 2


@dataclass
class Written:
    """What came out: each change counts a record up by one, so its last value says how many were kept."""

    edits: int = 0
    conflicts: int = 0
    busy: int = 0
    lost: int = 0
    unwritten: int = 0
    is_intact: bool = True


def add_records(ground: Ground) -> list[UUID]:
    """A few actions that stand at nought."""
    store = ground.open()
    ids = [
        store.change(
            action_plans.add, ground.actor, ground.case_id, need="A need", text="0",
            due_on=clock.today() + timedelta(days=7), service_id=ground.actor.service_id,
        ).id
        for _ in range(RECORDS)
    ]  # fmt: skip
    store.engine.dispose()
    return ids


def edit(ground: Ground, ids: Sequence[UUID], number: int, seed: int, told: Connection) -> None:
    """Change records from several threads until each has made its share, going on after every conflict."""
    store = ground.open()
    said = Written()

    def one(thread: int) -> None:
        chance = random.Random(f"{seed}.{thread}")  # noqa: S311  nothing secret here
        mine = 0
        while mine < number // THREADS:
            outcome = _edit(store, ground, chance.choice(ids))
            mine += outcome == "edit"
            said.edits += outcome == "edit"
            said.conflicts += outcome == "conflict"
            said.busy += outcome == "busy"

    threads = [Thread(target=one, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.engine.dispose()
    told.send(said)


def _edit(store: Store, ground: Ground, action_id: UUID) -> str:
    """Open a record, count it up, save it: as somebody does who has its form open meanwhile."""
    opened = store.read(action_plans.find, ground.actor, action_id)
    try:
        store.change(
            action_plans.revise, ground.actor, action_id, need=opened.need, text=str(int(opened.text) + 1),
            due_on=opened.due_on, service_id=opened.service_id, person_id=opened.person_id,
            version=opened.version,
        )  # fmt: skip
    except (Conflict, StaleDataError):
        return "conflict"
    except Unavailable:
        return "busy"
    return "edit"


def together(ground: Ground, *, edits: int, seed: int) -> Written:
    """Let so many writers change the same records, and count what is there in the end."""
    ids, result = add_records(ground), Written()
    pipes, processes = [], []
    for writer in range(WRITERS):
        hears, told = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(
            target=edit, args=(ground, ids, edits // WRITERS, seed + writer, told), daemon=True
        )
        process.start()
        told.close()
        pipes.append(hears)
        processes.append(process)
    for hears, process in zip(pipes, processes, strict=True):
        said: Written = hears.recv()
        process.join()
        result.edits += said.edits
        result.conflicts += said.conflicts
        result.busy += said.busy
    store = ground.open()
    with store.reading.begin() as db:
        counted = sum(int(value) for value in db.scalars(select(Action.text).where(Action.id.in_(ids))))
        history = db.scalar(select(func.count()).where(ActionChange.action_id.in_(ids))) or 0
        result.is_intact = chain.verify(db, chain.key_of(db)).wrong is None
    store.engine.dispose()
    result.lost = result.edits - counted
    result.unwritten = result.edits + len(ids) - history
    return result


def trial(*, edits: int = 10_000) -> list[tuple[str, str]]:
    """What was tried, and the figure."""
    rows = []
    with tempfile.TemporaryDirectory() as name, postgresql.server() as url:
        folder = Path(name)
        for kind, address in (("SQLite", f"sqlite:///{folder / 'concord.db'}"), ("PostgreSQL", url)):
            ground = lay(address, folder / kind / "database.key")
            said = together(ground, edits=edits, seed=7)
            what = f"{WRITERS} processes of {THREADS} threads on {RECORDS} records, {kind}"
            rows += [
                (f"{what}: changes kept, and lost", f"{said.edits}, {said.lost}"),
                (
                    f"{what}: conflicts told, changes missing from the history",
                    f"{said.conflicts}, {said.unwritten}",
                ),
                (f"{what}: chain of the log", "intact" if said.is_intact else "broken"),
            ]
    return rows
