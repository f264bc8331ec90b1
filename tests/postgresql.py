"""A real PostgreSQL server for the tests, started from the installed binaries."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from port_for import get_port
from pytest_postgresql.executors import PostgreSQLExecutor

#: On a busy machine the server takes connections some time before it answers them.
START_SECONDS = 60
#: What is lost with the machine is lost; and a statement is planned once, not for each of its values: on the few rows
#: of a test that takes longer than to carry it out.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c jit=off -c plan_cache_mode=force_generic_plan"


def _wait_for(address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


@contextmanager
def server() -> Iterator[str]:
    """Start a server on a free port, give its address, and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="concord-postgresql-"))
    folder.chmod(0o755)
    own = folder / "own"
    own.mkdir()
    if os.getuid() == 0:
        shutil.chown(own, "postgres", "postgres")
    port = get_port(None)
    assert port is not None
    executor = PostgreSQLExecutor(
        executable=str(Path(__file__).parent / "pg_ctl"),
        host="127.0.0.1",
        port=port,
        datadir=str(own / "data"),
        unixsocketdir=str(own),
        logfile=str(own / "log"),
        startparams="-w",
        dbname="postgres",
        postgres_options=OPTIONS,
    )
    try:
        executor.start()
        address = f"postgres@/postgres?host={own}&port={port}"
        _wait_for(f"postgresql://{address}")
        yield f"postgresql+psycopg://{address}"
        executor.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
