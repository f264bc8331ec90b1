"""Backups that are made while people write, restored again and again, and damaged in every place."""

import random
import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Bell
from threading import Thread
from uuid import uuid4

from pyrage import x25519
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import backups, key_file
from core.backups import BackupError
from core.backups.making import server_of
from core.db import open_sessions
from core.models import Event
from core.store import Store
from tests.campaign.log import DISARM

__all__ = ["DISARM", "cycles", "leave", "tight", "trial", "writers"]


def leave(db: Session, rows: int) -> None:
    """Events as operations leave them."""
    for _ in range(rows):
        db.add(Event(subject="case", subject_id=uuid4(), act="open"))
        db.flush()


@dataclass
class Written:
    """How often the writers have written."""

    count: int = 0


@contextmanager
def writers(store: Store, *, number: int) -> Iterator[Written]:
    """People who write all the time, from the first line of the block to its last."""
    written, stop, begun = Written(), Bell(), Bell()

    def write() -> None:
        while not stop.is_set():
            with store.writing.begin() as db:
                leave(db, 2)
            written.count += 1
            begun.set()
            stop.wait(0.01)

    threads = [Thread(target=write) for _ in range(number)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    try:
        yield written
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def tight(*, limit: int) -> Iterator[None]:
    """No file may grow further than this, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)


@dataclass
class Result:
    """How many backups came back whole, and how many damages were found."""

    restored: int = 0
    damaged: int = 0
    found: int = 0
    seconds: float = 0
    size: int = 0


def cycles(store: Store, home: Path, *, cycles: int, damages: int, seed: int) -> Result:
    """Back up while two people write, restore, and then change one byte of the last file in many places."""
    chance = random.Random(seed)  # noqa: S311  nothing secret here
    identity, result = x25519.Identity.generate(), Result()
    begin = time.perf_counter()
    for number in range(cycles):
        with writers(store, number=2):
            made = backups.make(store, home, home / f"kept-{number}", identity.to_public())
        said = backups.verify(made.file, identity, beside=home, server=server_of(store))
        result.restored += said == made.manifest
    result.seconds = (time.perf_counter() - begin) / cycles
    whole = made.file.read_bytes()
    result.size = len(whole)
    spoilt = home / "spoilt.age"
    # The head of the file is short: a few of the places must be in it.
    places = [chance.randrange(400 if number % 8 == 0 else len(whole)) for number in range(damages)]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        spoilt.write_bytes(changed)
        result.damaged += 1
        try:
            backups.verify(spoilt, identity, beside=home, server=server_of(store))
        except BackupError:
            result.found += 1
    return result


def trial(engine: Engine, *, number: int = 20, damages: int = 200) -> list[tuple[str, str]]:
    """What was tried, and the figure."""
    name = engine.dialect.name
    store = Store(engine, *open_sessions(engine))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        key = engine.get_execution_options()["log_key"].first.hex()
        key_file.write(home / "audit.key", key)
        result = cycles(store, home, cycles=number, damages=damages, seed=7)
        shutil.rmtree(home, ignore_errors=True)
    return [
        (f"backup, {name}: made under two writers and restored whole", f"{result.restored} of {number}"),
        (f"backup, {name}: one byte changed, and found", f"{result.found} of {result.damaged}"),
        (
            f"backup, {name}: made, restored and restored again",
            f"{result.seconds:.1f} s, {result.size / 1e6:.1f} MB",
        ),
    ]
