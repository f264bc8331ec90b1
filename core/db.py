"""Base class, column types, and opening the database (an encrypted SQLite file or PostgreSQL)."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, dataclass_transform
from uuid import UUID, uuid4

import sqlcipher3.dbapi2
from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    Session,
    declared_attr,
    deferred,
    mapped_column,
    relationship,
    sessionmaker,
)

from core import clock, key_file, log_keys, postgresql, starting

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC; refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column, relationship, deferred))
class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """Every table. Its repr says the id only, because a repr ends up in logs."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  read by SQLAlchemy
        datetime: UTCDateTime,
        str: String,
        StrEnum: Enum(
            StrEnum, native_enum=False, length=40, values_callable=lambda kind: [m.value for m in kind]
        ),
    }

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'id', '')}>"


class Record(Base):
    """A row with an id of its own and the moment it was made."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class Versioned(Record):
    """A record that people edit; the database counts its saves, and two that race cannot both win."""

    __abstract__ = True

    version: Mapped[int] = mapped_column(default=1, init=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  SQLAlchemy's form
        return {"version_id_col": cls.version}


#: Beside the key of the database, and not that key: who may open the data may not rewrite the log.
LOG_KEY = "audit.key"
#: Of what is sealed inside the database: who may open the database reads none of it.
FIELD_KEY = "field.key"
#: One writer at a time on PostgreSQL too; every installation may use the same number, the lock is the database's own.
_WRITERS = 6_272_026
#: Compiled statements are kept; the pages make more than the 500 that SQLAlchemy keeps unasked, and a page whose
#: statements were pushed out takes several times as long.
_STATEMENTS = 5_000
#: So many stay prepared in a connection: the program has more than the 128 that are kept unasked, and to prepare a long
#: one anew takes longer than to run it.
_PREPARED = 1_000
#: From here on no two writers spoil a file; the repair went into two older series too.
_SOUND = (3, 51, 3)
_REPAIRED = {(3, 44): 6, (3, 50): 7}
#: So begins a file of SQLite that anybody can read.
_BARE = b"SQLite format 3\x00"


def open_engine(url: str, key: Path) -> Engine:
    """Connect to a database; a SQLite file is made where there is none.

    Raises SettingsError where the library of SQLite may spoil what it writes, and where the file is not encrypted.
    """
    options = {
        "log_key": log_keys.at(key.with_name(LOG_KEY)),
        "field_key": bytes.fromhex(key_file.read(key.with_name(FIELD_KEY))),
        "kept_keys": {},  # filled and emptied by core.key_rings
    }
    shared: dict[str, Any] = {
        "hide_parameters": True,
        "query_cache_size": _STATEMENTS,
        "execution_options": options,
        # The connection that was used last knows the pages of the file: the same work takes half the time in it.
        "pool_use_lifo": True,
    }
    if url.startswith("postgresql"):
        asked = postgresql.proof(make_url(url))
        proved = {"connect_args": {"require_auth": asked}} if asked else {}
        engine = create_engine(url, pool_pre_ping=True, **proved, **shared)
        event.listen(engine, "connect", _keep_prepared)
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    require_sound(sqlcipher3.dbapi2.sqlite_version_info)
    file = Path(url.removeprefix("sqlite:///"))
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _require_encrypted(file)
    kept = {"cached_statements": _PREPARED}
    engine = create_engine(url, module=sqlcipher3.dbapi2, connect_args=kept, **shared)
    event.listen(engine, "connect", _prepare(key_file.read(key)))
    event.listen(engine, "begin", _begin)
    return engine


def _keep_prepared(connection: Any, _record: object) -> None:
    connection.prepared_max = _PREPARED


def require_sound(version: tuple[int, ...]) -> None:
    """Raise SettingsError where two who write at once may spoil the file: SQLite before 3.51.3 and two repaired ones.

    https://sqlite.org/wal.html, the WAL-reset bug.
    """
    series = version[0], version[1]
    is_repaired = series in _REPAIRED and version >= (*series, _REPAIRED[series])
    if version < _SOUND and not is_repaired:
        raise starting.wrong("sqlite_old", version=".".join(map(str, version)))


def _require_encrypted(file: Path) -> None:
    if not file.is_file():
        return
    try:
        with file.open("rb") as opened:
            begin = opened.read(len(_BARE))
    except PermissionError:
        raise starting.wrong("database_unreadable", file=file) from None
    if begin == _BARE:
        raise starting.wrong("database_bare", file=file)


def _prepare(key: str) -> Callable[[Any, object], None]:
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            f"key = \"x'{key}'\"",  # a raw key: no derivation at each connection
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "busy_timeout = 5000",
            "cache_size = -32000",
            "temp_store = MEMORY",
            # What is deleted is overwritten at once (core.erasing).
            "secure_delete = ON",
            # Whoever wrote into the file's own description gets no function of the program run by it.
            "trusted_schema = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return prepare


def _begin(connection: Connection) -> None:
    # A transaction that will write takes its lock at once: read-then-write races end here.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    # The same order of writers as in SQLite, held to the end of the transaction: the chain of the log has one head, and
    # whoever took it at the first event instead could wait for a row that another writer holds, and the other for it.
    if connection.get_execution_options().get("writes", False):
        # What was said to be saved is on the disk, whatever the server is set to.
        connection.exec_driver_sql(
            "SELECT set_config('synchronous_commit', 'on', true), set_config('lock_timeout', '5s', true), "
            f"pg_advisory_xact_lock({_WRITERS})"
        )


def open_sessions(engine: Engine) -> tuple[sessionmaker[Session], sessionmaker[Session]]:
    """Sessions that read, and sessions that write; what one reading session reads is of one moment."""
    one_moment: dict[str, Any] = (
        {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    )
    reading = sessionmaker(engine.execution_options(**one_moment), expire_on_commit=False)
    writing = sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)
    return reading, writing
