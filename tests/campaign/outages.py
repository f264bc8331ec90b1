"""A disk that is full and a database server that goes away: a clean message, nothing lost, and on it goes."""

import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event as Bell
from threading import Thread

import psycopg
from pyrage import x25519

from core import backups, key_file
from core.backups import BackupError
from core.errors import Unavailable
from core.settings import SettingsError
from core.store import Store, open_store
from tests import postgresql
from tests.campaign.backup import tight
from tests.campaign.kills import Result
from tests.campaign.saving import Ground, Saver, lay

#: What a person may be told.
CLEAN = {"error.disk_full", "error.store_busy", "error.store_away", "error.save_unsure"}
PG_CTL = Path(__file__).resolve().parent.parent / "pg_ctl"


@dataclass
class Outages(Result):
    """What came out of so many outages."""

    points: int = 0
    #: Saves that were refused with one of our sentences, and failures that were none.
    told: int = 0
    uncaught: list[str] = field(default_factory=list)
    #: Points after which saving went on.
    recovered: int = 0

    def rows(self, what: str) -> list[tuple[str, str]]:
        said = f"{self.told} told, {len(self.uncaught)} not caught"
        return [
            (f"{what}: points, and those after which work went on", f"{self.points}, {self.recovered}"),
            (f"{what}: saves acknowledged, and refusals", f"{self.saved}; {said}"),
            (f"{what}: acknowledged and lost, kept twice, half", f"{self.lost}, {self.twice}, {self.half}"),
            (f"{what}: database or chain of the log broken", f"{self.broken} of {self.points}"),
        ]

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do something; a refusal must be one of our sentences."""
        try:
            act()
        except (Unavailable, BackupError, SettingsError) as error:
            self.told += 1
            if isinstance(error, Unavailable) and error.key not in CLEAN:
                self.uncaught.append(error.key)
            return False
        except Exception as error:  # noqa: BLE001  what a page would not catch
            self.uncaught.append(type(error).__name__)
            return False
        return True


# --- A full disk ---------------------------------------------------------------------------------------------------


def full_disk(ground: Ground, *, points: int, seed: int) -> Outages:
    """Save until the disk is full, at another place each time; then make room and go on."""
    chance, result, acknowledged = random.Random(seed), Outages(), set[str]()  # noqa: S311
    database = Path(ground.url.removeprefix("sqlite:///"))
    log = database.with_name(f"{database.name}-wal")
    store = ground.open()
    saver = Saver(store, ground)
    while result.points < points:
        number, before = result.points, result.told
        size = log.stat().st_size if log.exists() else 0
        # The log of the database grows, until it is written anew from its beginning.
        least = size if chance.random() < 0.7 else 0
        with tight(limit=8192 + least + chance.randrange(150_000)):
            for save in range(60):
                mark = f"d{seed}.{number}.{len(acknowledged)}-{save}"
                if not result.attempt(partial(saver.save, mark, save)):
                    break
                acknowledged.add(mark)
        if result.told == before:
            continue
        after = f"d{seed}.{number}-after"
        if result.attempt(partial(saver.save, after, number)):
            acknowledged.add(after)
            result.recovered += 1
        result.points += 1
        result.saved = len(acknowledged)
        result.look(store, acknowledged)
    store.engine.dispose()
    return result


def full_while(folder: Path, *, points: int, seed: int) -> Outages:
    """The disk is full while a new database is made, and while a backup is: said in one sentence, and then it works."""
    chance, result = random.Random(seed), Outages()  # noqa: S311
    for number in range(points):
        home = folder / f"{seed}-{number}"
        url, key = f"sqlite:///{home / 'concord.db'}", home / "database.key"
        for name in ("database.key", "audit.key", "field.key"):
            key_file.read(home / name)
        act = partial(_back_up, open_store(url, key), home) if number % 2 else partial(_open, url, key)
        with tight(limit=1024 + chance.randrange(400_000)):
            result.attempt(act)
        result.points += 1
        result.recovered += result.attempt(act)
        opened = open_store(url, key)
        result.look(opened, set())
        opened.engine.dispose()
    return result


def _open(url: str, key: Path) -> None:
    open_store(url, key).engine.dispose()


def _back_up(store: Store, home: Path) -> None:
    backups.make(store, home, home / "kept", x25519.Identity.generate().to_public())


# --- A server that goes away ---------------------------------------------------------------------------------------


def terminate(address: str) -> None:
    """An administrator of the database ends every connection."""
    _say(
        address,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        " AND pid <> pg_backend_pid()",
    )


def kill_backend(address: str) -> None:
    """One process of the database is killed; the server then drops all of them and recovers."""
    found = _say(
        address,
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1",
    )
    for (pid,) in found:
        subprocess.run(["kill", "-9", str(pid)], check=False)


def restart(address: str) -> None:
    """The whole server stops at once, as at a loss of power, and starts again."""
    ((found,),) = _say(address, "SHOW data_directory")
    folder = str(found)
    command = [str(PG_CTL), "-D", folder, "-m", "immediate", "-w", "-l", f"{folder}/restarts.log", "restart"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _say(address: str, statement: str) -> list[tuple[object, ...]]:
    until = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                return connection.execute(statement).fetchall()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@contextmanager
def at_work(saver: Saver, result: Outages, acknowledged: set[str], name: str) -> Iterator[Bell]:
    """Somebody saves all the time; each mark is tried once, as a person looks first after a failure."""
    stop, saved = Bell(), Bell()

    def work() -> None:
        number = 0
        while not stop.is_set():
            mark = f"{name}-{number}"
            if result.attempt(partial(saver.save, mark, number)):
                acknowledged.add(mark)
                saved.set()
            number += 1

    thread = Thread(target=work)
    thread.start()
    try:
        yield saved
    finally:
        stop.set()
        thread.join()


def server_gone(ground: Ground, *, points: int, seed: int) -> Outages:
    """End connections, kill a process, restart the server, while somebody saves."""
    chance, result, acknowledged = random.Random(seed), Outages(), set[str]()  # noqa: S311
    address = ground.url.replace("postgresql+psycopg://", "postgresql://")
    store = ground.open()
    saver = Saver(store, ground)
    for number in range(points):
        with at_work(saver, result, acknowledged, f"s{seed}.{number}") as saved:
            saved.wait(60)
            time.sleep(chance.random() * 0.2)
            (terminate, kill_backend, restart)[number % 3](address)
            saved.clear()
            result.recovered += saved.wait(60)
        result.points += 1
        # A killed process is noticed a moment later, and the server may begin to recover only now.
        _say(address, "SELECT 1")
        time.sleep(0.5)
        _say(address, "SELECT 1")
        result.look(store, acknowledged)
    store.engine.dispose()
    result.saved = len(acknowledged)
    return result


def trial(*, disk: int = 50, gone: int = 50) -> list[tuple[str, str]]:
    """What was tried, and the figure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ground = lay(f"sqlite:///{folder / 'concord.db'}", folder / "database.key")
        during = disk // 5
        rows = full_disk(ground, points=disk - during, seed=7).rows("full disk, saving")
        rows += full_while(folder, points=during, seed=7).rows(
            "full disk, opening a new store and backing up"
        )
    with tempfile.TemporaryDirectory() as name, postgresql.server() as url:
        ground = lay(url, Path(name) / "database.key")
        rows += server_gone(ground, points=gone, seed=7).rows("database restarts, PostgreSQL")
    return rows
