"""Somebody who saves without pause, in a process of its own that may be killed at any moment.

What was acknowledged is written to a pipe after the operation has returned, as the page would say "saved".
"""

import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit, clock, keys
from core.access import Actor
from core.content import file_topics
from core.models import Action, ActionChange, Event, EventKind, FileNote, JointItem, Release
from core.operations import action_plans, files, joint_items
from core.operations.releases import Terms
from core.store import Store, open_store
from tests.make import Make, consented

#: New processes are made from one that holds no connection: a copy of an open one would share its locks.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Ground:
    """A store with a case, and what those who save need to know of it."""

    url: str
    key_file: Path
    actor: Actor
    case_id: UUID
    note_id: UUID
    about_id: UUID
    action_id: UUID

    def open(self) -> Store:
        # Nobody writes by hand as fast as a trial does (docs/limits.md).
        audit.MOST.pop(EventKind.CHANGE, None)
        return open_store(self.url, self.key_file)


def lay(url: str, key_file: Path) -> Ground:
    """Make the store and the case."""
    store = open_store(url, key_file)
    with store.writing.begin() as db:
        keys.whole(db)
        make = Make(db)
        pair = make.pair()
        note = make.note(pair.vss_file, pair.vss)
        about = make.subject(pair.vss_file)
        consented(db, pair.vss, about)
        action = make.action(pair, pair.vss)
        made = Ground(url, key_file, pair.vss, pair.case.id, note.id, about.id, action.id)
    store.engine.dispose()
    return made


class Saver:
    """One person at work: three kinds of saves, each of several rows, each with a mark of its own."""

    def __init__(self, store: Store, ground: Ground) -> None:
        self.store, self.ground = store, ground

    def save(self, mark: str, kind: int) -> None:
        (self.note, self.action, self.share)[kind % 3](mark)

    def note(self, mark: str) -> None:
        self.store.change(
            files.add_note, self.ground.actor, self.ground.case_id, topic="other", text_=mark, source="",
            written_on=clock.today(),
        )  # fmt: skip

    def action(self, mark: str) -> None:
        self.store.change(
            action_plans.add, self.ground.actor, self.ground.case_id, need="A need", text=mark,
            due_on=clock.today() + timedelta(days=7), service_id=self.ground.actor.service_id,
        )  # fmt: skip

    def share(self, mark: str) -> None:
        """The item, its release, and two rows of the log stand or fall together."""
        agreed = Terms(self.ground.about_id, "risk_assessment")

        def share(db: Session, actor: Actor) -> JointItem:
            note_id = self.ground.note_id
            seen = joint_items.preview(db, actor, note_id, text_=mark, terms=agreed).digest
            return joint_items.share(db, actor, note_id, text_=mark, terms=agreed, seen=seen)

        self.store.change(share, self.ground.actor)


def work(ground: Ground, name: str, told: Connection) -> None:
    """Save until killed."""
    store = ground.open()
    saver, chance = Saver(store, ground), random.Random(name)  # noqa: S311  nothing secret here
    told.send("ready")
    number = 0
    while True:
        mark = f"{name}-{number}"
        saver.save(mark, chance.randrange(3))
        told.send(mark)
        number += 1


@contextmanager
def worker(ground: Ground, name: str) -> Iterator[tuple[BaseProcess, Connection]]:
    """Somebody who saves; killed at the end of the block at the latest."""
    hears, told = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=work, args=(ground, name, told), daemon=True)
    process.start()
    told.close()
    try:
        assert hears.poll(60), "nobody came to work"
        assert hears.recv() == "ready"
        yield process, hears
    finally:
        process.kill()
        process.join()
        hears.close()


def heard(hears: Connection) -> list[str]:
    """What was acknowledged before the end."""
    marks = []
    try:
        while hears.poll():
            marks.append(hears.recv())
    except (EOFError, OSError):
        pass
    return marks


def kept(db: Session) -> Counter[str]:
    """The marks that are in the database, and how often."""
    keys.whole(db)
    records = (*db.scalars(select(FileNote)), *db.scalars(select(Action)), *db.scalars(select(JointItem)))
    return Counter(record.text for record in records)


def halves(db: Session) -> int:
    """Saves of which a part is missing: an action without its history, an item without its release, no row of the log."""
    keys.whole(db)
    logged = select(Event.subject_id)
    statements = (
        select(func.count()).where(Action.id.not_in(select(ActionChange.action_id)), Action.text.like("%-%")),
        select(func.count()).where(Action.id.not_in(logged), Action.text.like("%-%")),
        select(func.count()).select_from(Release).where(Release.item_id.is_(None)),
    )
    notes = sum("-" in note.text for note in db.scalars(select(FileNote).where(FileNote.id.not_in(logged))))
    # What nobody has shared yet is an item without a text; other things than notes have a topic of their own.
    topics = {topic.id for topic in file_topics.load().topics}
    items = [item.id for item in db.scalars(select(JointItem)) if item.text and item.topic in topics]
    released = set(db.scalars(select(Release.item_id)))
    unreleased = sum(item not in released for item in items)
    shares = db.scalar(select(func.count()).where(Event.act == "share", Event.subject == "file_note")) or 0
    return (
        sum(db.scalar(statement) or 0 for statement in statements)
        + notes
        + unreleased
        + abs(len(items) - shares)
    )


def whole(store: Store) -> bool:
    """Is the file of the database sound?"""
    if store.engine.dialect.name != "sqlite":
        return True
    with store.engine.connect() as connection:
        said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return said == ["ok"] and not lost
