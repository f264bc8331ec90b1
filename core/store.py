"""The open databases: the real one and the fictional example, migrated and ready."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from core import audit, chain
from core.access import Actor
from core.db import LOG_KEY, open_engine, open_sessions
from core.errors import NotAllowed, NotFound
from core.settings import SettingsError, settings

P = ParamSpec("P")
R = TypeVar("R")

MIGRATIONS = Path(__file__).parent / "migrations"


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
        visit has none. Where it cannot be written, nothing is returned.
        """
        looks: list[audit.Look] = []
        try:
            with self.reading.begin() as db:
                db.info[audit.LOOKS] = looks
                found = operation(db, actor, *args, **kwargs)
                due = audit.due(db, actor, looks)
        except (NotAllowed, NotFound) as error:
            self._refuse(operation, actor, args, error)
            raise
        if due:
            with self.writing.begin() as db:
                audit.note(db, actor, due)
        return found

    def change(
        self,
        operation: Callable[Concatenate[Session, Actor, P], R],
        actor: Actor,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run an operation in one transaction; that somebody may not do it is in the log too."""
        try:
            with self.writing.begin() as db:
                return operation(db, actor, *args, **kwargs)
        except NotAllowed as error:
            self._refuse(operation, actor, args, error)
            raise

    def _refuse(
        self,
        operation: Callable[..., object],
        actor: Actor,
        given: tuple[object, ...],
        error: NotAllowed | NotFound,
    ) -> None:
        with self.writing.begin() as db:
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


def open_store(url: str, key_file: Path, *, is_example: bool = False) -> Store:
    """Open a database and bring it up to date.

    Raises SettingsError where it holds a log whose key is gone: with a new key, every later row would be unproven.
    """
    log_key = key_file.with_name(LOG_KEY)
    had_key = log_key.exists()
    engine = open_engine(url, key_file)
    migrate(engine)
    reading, writing = open_sessions(engine)
    with reading.begin() as db:
        count = chain.head(db).count
    if count and not had_key:
        log_key.unlink()
        engine.dispose()
        raise SettingsError(f"The log needs its key: put the file {LOG_KEY} back beside {key_file.name}.")
    return Store(engine, reading, writing, is_example)


def open_default() -> Store:
    return open_store(settings().database_url, settings().key_file)


def open_example() -> Store:
    return open_store(settings().example_database_url, settings().key_file, is_example=True)
