"""pg_dump and pg_restore; a dump never lies bare on the disk."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from pyrage import DecryptError, EncryptError, decrypt_io, encrypt_io, x25519
from sqlalchemy import URL, Connection, Engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from core import clock, postgresql
from core.backups.errors import BackupError
from core.backups.manifest import Content, content

_TRIAL = "concord_trial_"
#: The moment at which a trial began stands in its name.
_TRIAL_NAME = re.compile(rf"{_TRIAL}(?P<begun>[0-9]+)_[0-9a-f]{{32}}")
#: Between two steps of a trial nobody is in its database, for seconds.
_LEFT_SECONDS = 3600


def dump(engine: Engine, to: Path) -> tuple[str, Content]:
    """Dump the database while people write, encrypted; what is counted is the very snapshot that is dumped."""
    own = x25519.Identity.generate()
    options = {"isolation_level": "REPEATABLE READ"}
    with engine.execution_options(**options).connect() as connection, connection.begin():
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        found = content(connection)
        with _tool(engine.url, "pg_dump", "--format=custom", f"--snapshot={snapshot}") as running:
            assert running.stdout is not None  # noqa: S101
            try:
                with to.open("wb") as file:
                    encrypt_io(running.stdout, file, [own.to_public()])
            except (OSError, EncryptError):
                raise BackupError("no_room") from None
    return str(own), found


def load(dumped: Path, own_key: str, url: str) -> None:
    """Bring a dump into an empty database.

    Raises BackupError where it is not empty or pg_restore does not take it.
    """
    to = make_url(url)
    with _tool(to, "pg_restore", "--exit-on-error", "--single-transaction") as running:
        assert running.stdin is not None  # noqa: S101
        with dumped.open("rb") as file:
            # Where pg_restore has ended, its own words say more than the broken pipe.
            try:
                decrypt_io(file, running.stdin, [x25519.Identity.from_str(own_key)])
                running.stdin.close()
            except (DecryptError, EncryptError, OSError):
                if running.wait() == 0:
                    raise BackupError("damaged") from None


def require_empty(engine: Engine) -> None:
    if inspect(engine).get_table_names():
        raise BackupError("not_empty")


def empty(engine: Engine) -> None:
    """Take out again what `load` brought into an empty database: its tables, and the functions of their triggers."""
    tables = (
        "SELECT format('DROP TABLE %I CASCADE', tablename) FROM pg_tables WHERE schemaname = current_schema()"
    )
    functions = (
        "SELECT format('DROP FUNCTION %s', oid::regprocedure) FROM pg_proc"
        " WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype"
    )
    with engine.execution_options(writes=True).begin() as connection:
        for found in (tables, functions):
            for statement in connection.scalars(text(found)).all():
                connection.execute(text(statement))


@contextmanager
def scratch(engine: Engine) -> Iterator[str]:
    """A database for a trial on the same server, gone afterwards.

    Raises BackupError where the role may not make one.
    """
    name = f"{_TRIAL}{int(clock.now().timestamp())}_{uuid4().hex}"
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        _drop_left(connection)
        try:
            connection.execute(text(f"CREATE DATABASE {name}"))
        except DBAPIError:
            raise BackupError("no_scratch_database") from None
        try:
            yield engine.url.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _drop_left(connection: Connection) -> None:
    """Drop what killed trials left bare: databases of this role that are old enough and that nobody is in."""
    ours = connection.scalars(
        text(
            "SELECT datname FROM pg_database WHERE starts_with(datname, :begin)"
            " AND datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
            " AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE pg_stat_activity.datname = pg_database.datname)"
        ),
        {"begin": _TRIAL},
    ).all()
    before = clock.now().timestamp() - _LEFT_SECONDS
    for name in ours:
        found = _TRIAL_NAME.fullmatch(name)
        if found and int(found["begun"]) < before:
            # Somebody may have come in just now: then it stays for the next trial.
            with suppress(DBAPIError):
                connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))


@contextmanager
def _tool(url: URL, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a tool of PostgreSQL; the password stands in no list of processes."""
    found = shutil.which(name)
    if found is None:
        raise BackupError("no_tool", tool=name)
    address = url._replace(drivername="postgresql", password=None).render_as_string()
    secret = {} if url.password is None else {"PGPASSWORD": str(url.password)}
    # As the program itself; a tool of before version 16 does not know it and asks for nothing.
    secret |= {"PGREQUIREAUTH": asked} if (asked := postgresql.proof(url)) else {}
    with subprocess.Popen(  # noqa: S603  found by its name, and every argument is ours
        [found, "--no-owner", "--no-privileges", f"--dbname={address}", *arguments],
        env=os.environ | secret,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        with ExitStack() as otherwise:
            otherwise.callback(running.kill)
            yield running
            otherwise.pop_all()
        said = _said(running.stderr)
        if running.wait() != 0:
            raise BackupError("tool_failed", tool=name, said=said)


def _said(errors: IO[bytes] | None) -> str:
    """The first line alone: those that follow may quote what is in a row."""
    lines = (errors.read() if errors else b"").decode(errors="replace").strip().splitlines()
    return lines[0] if lines else ""
