"""A rotation of the keys of many rows, killed at many moments: every row opens, and in the end no old key is left."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, select, text

from core import keys, store
from core.models import DataKey, FileNote, KeyState
from core.store import Store
from tests.make import Make

KILLS, ROWS = 50, 10_000


def trial(engine: Engine, kills: int = KILLS, rows: int = ROWS) -> Iterator[tuple[str, str]]:
    """Kill a rotation `kills` times over `rows` notes, begun anew each time it came to its end."""
    kind = engine.dialect.name
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        url = _database(engine, home)
        opened = store.open_store(url, home / "database.key")
        _fill(opened, rows)
        before, lost, killed, finished = _told(opened), 0, 0, 0
        length = _run(home, url, None)[1]
        chance = random.Random(1)  # noqa: S311  nothing secret here
        while killed < kills:
            was_killed, _seconds = _run(home, url, chance.uniform(0.5, length))
            killed += was_killed
            finished += not was_killed
            lost += _told(opened) != before
        was_killed, seconds = _run(home, url, None)
        left = _old(opened)
        opened.engine.dispose()
    yield f"rotation of {rows} rows, {kind}: undisturbed", f"{length:.1f} s"
    yield f"rotation, {kind}: killed, after which a row did not open", f"{killed} times, {lost}"
    yield f"rotation, {kind}: begun anew to the end, old keys left", f"{seconds:.1f} s, {left}"


def _database(engine: Engine, home: Path) -> str:
    if engine.dialect.name == "sqlite":
        return f"sqlite:///{home / 'concord.db'}"
    name = f"rotated_{uuid4().hex}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return engine.url.set(database=name).render_as_string(hide_password=False)


def _fill(opened: Store, rows: int) -> None:
    with opened.writing.begin() as db:
        keys.whole(db)
        make = Make(db)
        pairs = [make.pair() for _ in range(20)]
        notes = [(pair, file) for pair in pairs for file in (pair.pp_file, pair.vss_file)]
        for number in range(rows):
            pair, file = notes[number % len(notes)]
            author = pair.pp if file is pair.pp_file else pair.vss
            db.add(
                FileNote(
                    file_id=file.id,
                    author_id=author.person_id,
                    topic="other",
                    text=f"Note {number}",
                    written_on=pair.case.opened_on,
                )
            )


def _told(opened: Store) -> dict[str, str]:
    with opened.reading.begin() as db:
        keys.whole(db)
        return {str(note.id): note.text for note in db.scalars(select(FileNote))}


def _old(opened: Store) -> int:
    with opened.reading.begin() as db:
        return len(db.scalars(select(DataKey.id).where(DataKey.state == KeyState.OLD)).all())


def _run(home: Path, url: str, seconds: float | None) -> tuple[bool, float]:
    """Rotate in a process of its own, killed after so long; whether it was, and how long it took."""
    database = "" if url.startswith("sqlite") else url.replace("+psycopg", "", 1)
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "keys", "rotate"],
        env=os.environ | {"CONCORD_HOME": str(home), "CONCORD_DATABASE": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    if process.returncode not in {0, -signal.SIGKILL}:
        raise RuntimeError(said.decode())
    return process.returncode != 0, time.monotonic() - begun
