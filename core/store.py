"""The open databases: the real one and the fictional example, migrated and ready."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from core.db import open_engine, open_sessions
from core.settings import settings

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Store:
    """One open database."""

    engine: Engine
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    is_example: bool = False


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
    """Open a database and bring it up to date."""
    engine = open_engine(url, key_file)
    migrate(engine)
    reading, writing = open_sessions(engine)
    return Store(engine, reading, writing, is_example)


def open_default() -> Store:
    return open_store(settings().database_url, settings().key_file)


def open_example() -> Store:
    return open_store(settings().example_database_url, settings().key_file, is_example=True)
