"""A migration that is killed: the next start finds the database as it was before or as it is after, never between."""

import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import inspect, make_url

from core.db import Base, open_engine
from core.store import migrate, open_store
from tests import postgresql
from tests.campaign.saving import PROCESSES


@dataclass
class Killed:
    kills: int = 0
    #: What stood there after the kill: nothing, or everything.
    before: int = 0
    after: int = 0
    between: int = 0
    finished: int = 0


def bring_up(url: str, key_file: Path) -> None:
    engine = open_engine(url, key_file)
    migrate(engine)
    engine.dispose()


def tables(url: str, key_file: Path) -> set[str]:
    engine = open_engine(url, key_file)
    found = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return found


def kill(url: str, key_file: Path, result: Killed, after: float) -> None:
    """Begin to migrate an empty database, kill it, look, and start anew."""
    process = PROCESSES.Process(target=bring_up, args=(url, key_file), daemon=True)
    process.start()
    time.sleep(after)
    process.kill()
    process.join()
    result.kills += 1
    # The database server may still be ending what the dead process had begun.
    wanted, found = set(Base.metadata.tables), tables(url, key_file)
    result.before += not found
    result.after += found == wanted
    result.between += bool(found) and found != wanted
    opened = open_store(url, key_file)
    opened.engine.dispose()
    result.finished += tables(url, key_file) == wanted


def trial(*, kills: int = 20) -> list[tuple[str, str]]:
    """What was tried, and the figure."""
    rows = []
    with tempfile.TemporaryDirectory() as name, postgresql.server() as server:
        folder = Path(name)
        for kind in ("SQLite", "PostgreSQL"):
            result = killed(folder / kind, server if kind == "PostgreSQL" else "", kills=kills, seed=7)
            stood = f"{result.before} before, {result.after} after, {result.between} between"
            rows += [
                (f"migration killed, {kind}: where it stood then", stood),
                (
                    f"migration killed, {kind}: whole after the next start",
                    f"{result.finished} of {result.kills}",
                ),
            ]
    return rows


def killed(folder: Path, server: str, *, kills: int, seed: int) -> Killed:
    """So many migrations of empty databases, each killed within the time that a whole one takes."""
    chance, result = random.Random(seed), Killed()  # noqa: S311  nothing secret here
    begin = time.perf_counter()
    process = PROCESSES.Process(target=bring_up, args=(*_empty(folder, server, "measured"),), daemon=True)
    process.start()
    process.join()
    longest = time.perf_counter() - begin
    for number in range(kills):
        kill(*_empty(folder, server, f"k{number}"), result, 1.2 * chance.random() * longest)
    return result


def _empty(folder: Path, server: str, name: str) -> tuple[str, Path]:
    """An address of an empty database, and its keys."""
    key_file = folder / name / "database.key"
    if not server:
        return f"sqlite:///{folder / name / 'concord.db'}", key_file
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(server).set(database=name).render_as_string(hide_password=False), key_file
