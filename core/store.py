"""The open databases: the real one and the fictional example, migrated and ready."""

from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from core import audit, chain, key_file, keys, outages, scanning, starting
from core.access import Actor
from core.db import FIELD_KEY, LOG_KEY, open_engine, open_sessions
from core.errors import NotAllowed, NotFound, Unavailable
from core.settings import SettingsError, settings

P = ParamSpec("P")
R = TypeVar("R")

#: What the terminal says where the database cannot be opened.
_AT_START = {
    "error.disk_full": "There is no room left where the data is kept: make room, and start again; nothing is lost.",
    "error.store_busy": "Somebody else holds the database just now: start again in a minute.",
    "error.store_away": "The database cannot be reached: see that it runs and that its address is right.",
    "error.store_unproved": "The database does not ask for the password by scram-sha-256: let its pg_hba.conf do so.",
}
MIGRATIONS = Path(__file__).parent / "migrations"
#: What SQLCipher says of a file that the key does not open.
_NO_DATABASE = "file is not a database"
_HOLDS = {LOG_KEY: "The log needs", FIELD_KEY: "What lies sealed in the database needs"}


@dataclass(frozen=True)
class Store:
    """One open database."""

    engine: Engine
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    is_example: bool = False

    def read(
        self,
        operation: Callable[Concatenate[Session, Actor, P], R],
        actor: Actor,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run an operation that only reads; what it looked at is in the log before anybody gets it.

        It never takes the lock of writers while it reads: the row of a visit is written after, and only where the
        visit has none. Where it cannot be written, nothing is returned. Raises Unproved where a visit to what is kept
        closest begins and the actor must prove first that it is them.
        """
        looks: list[audit.Look] = []
        try:
            found, due = self._read(operation, actor, looks, args, kwargs)
            if due:
                with outages.told(), self.writing.begin() as db:
                    audit.note(db, actor, due)
        except (NotAllowed, NotFound) as error:
            self._refuse(operation, actor, args, error)
            raise
        return found

    def _read(
        self,
        operation: Callable[..., R],
        actor: Actor,
        looks: list[audit.Look],
        args: tuple[object, ...],
        kwargs: dict[str, Any],
    ) -> tuple[R, list[audit.Look]]:
        def once() -> tuple[R, list[audit.Look]]:
            looks.clear()
            with self.reading.begin() as db:
                db.info[audit.LOOKS] = looks
                ring = keys.of(db, actor)
                found = operation(db, actor, *args, **kwargs)
                ring.fetch(db)
                due = audit.due(db, actor, looks)
                audit.require_proof(db, actor, due)
                return found, due

        return outages.again(once)

    def change(
        self,
        operation: Callable[Concatenate[Session, Actor, P], R],
        actor: Actor,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run an operation in one transaction; that somebody may not do it is in the log too.

        Raises Unavailable where the database cannot keep it; then nothing of it is kept.
        """
        scanning.before(operation, kwargs)

        def once(db: Session) -> R:
            keys.of(db, actor)
            made = operation(db, actor, *args, **kwargs)
            db.flush()
            keys.part(db)
            return made

        try:
            return outages.kept(self.writing, self.reading, once)
        except (NotAllowed, NotFound) as error:
            self._refuse(operation, actor, args, error)
            raise

    def _refuse(
        self,
        operation: Callable[..., object],
        actor: Actor,
        given: tuple[object, ...],
        error: NotAllowed | NotFound,
    ) -> None:
        with outages.told(), self.writing.begin() as db:
            audit.refused(db, actor, operation, given, error)


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def migrate(engine: Engine) -> None:
    """Bring a database up to date; safe to repeat."""
    config = alembic_config()
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def open_store(url: str, key: Path, *, is_example: bool = False) -> Store:
    """Open a database and bring it up to date.

    Raises SettingsError where a key does not fit, where it holds a log or sealed values whose key is gone: with a new
    key every later row of the log would be unproven, and every file would stay closed; and where the disk is full, or
    the database cannot be reached. No key that was made for it then stays.
    """
    names = (key.name, LOG_KEY, FIELD_KEY)
    made = [name for name in names if not key_file.exists(key.with_name(name))]
    was_there = Path(make_url(url).database or "").is_file()
    engine = open_engine(url, key)
    # What a new file of the database was begun with stays beside it.
    in_vain = [key.with_name(name) for name in made if name != key.name or was_there]
    with ExitStack() as undo:
        undo.callback(_take_away, in_vain)
        undo.callback(engine.dispose)
        _begin(engine, key)
        reading, writing = open_sessions(engine)
        _require_keys(reading, key, made)
        undo.pop_all()
    return Store(engine, reading, writing, is_example)


def _take_away(keys_made: Iterable[Path]) -> None:
    """Take keys away that were made in vain: they would pass for the right ones at the next start."""
    for file in keys_made:
        if key_file.exists(file):
            key_file.remove(file)


def _begin(engine: Engine, key: Path) -> None:
    try:
        with outages.told():
            migrate(engine)
    except Unavailable as error:
        raise SettingsError(_AT_START[error.key]) from None
    except DatabaseError as error:
        if _NO_DATABASE not in str(error):
            raise
        raise starting.wrong("database_shut", file=engine.url.database, name=key.name) from None


def _require_keys(reading: sessionmaker[Session], key: Path, made: Collection[str]) -> None:
    with reading.begin() as db:
        needed = {LOG_KEY: chain.head(db).count > 0, FIELD_KEY: keys.any_made(db)}
        fits = {LOG_KEY: chain.fits(db), FIELD_KEY: keys.fits(db)}
    for name in (name for name in needed if needed[name]):
        if name in made:
            raise SettingsError(f"{_HOLDS[name]} its key: put the file {name} back beside {key.name}.")
        if not fits[name]:
            raise SettingsError(f"The file {name} beside {key.name} is not the one of this database.")


def open_default() -> Store:
    return open_store(settings().database_url, settings().key_file)


def open_installed() -> Store:
    """Open the database that is there, for whoever looks after it.

    Raises SettingsError where there is none: an empty one that was made for the purpose would look as good as the right one.
    """
    chosen = settings()
    file = Path(chosen.database_url.removeprefix("sqlite:///"))
    if chosen.is_sqlite and not file.exists():
        raise starting.wrong("no_database", file=file)
    return open_default()


def open_example() -> Store:
    return open_store(settings().example_database_url, settings().key_file, is_example=True)
