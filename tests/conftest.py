"""Fixtures of all tests: a database of each kind, and records to put in it."""

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from coverage import Coverage
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session
from streamlit.components.v2 import manifest_scanner

from core import keys, store
from core.db import open_engine
from core.sealed import RING
from core.settings import settings
from tests import postgresql
from tests.make import Make
from tests.scheduling import Together

#: These walk the same lines thousands of times, and counting them triples their time.
_OVER_AND_OVER = {"test_access_table.py", "test_audience.py", "test_campaigns.py"}


def pytest_collection_finish() -> None:
    """What was imported and collected is never garbage: to look through it again and again takes a tenth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Marks for groups that xdist 3.8 puts into the ids of tests do not reach the ids of pytest 9.2."""
    return Together(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Which lines run is counted by the tests of the core on the first database: counting nearly doubles their time."""
    core = Path(__file__).parent / "core"
    is_counted = (
        core in item.path.parents and item.path.name not in _OVER_AND_OVER and "postgresql" not in item.name
    )
    paused: list[Coverage] = []
    # In a worker there are two, one upon the other, and the lower goes on when the upper stops.
    while not is_counted and (counting := Coverage.current()):
        counting.stop()
        paused.append(counting)
    try:
        return (yield)
    finally:
        for counting in reversed(paused):
            counting.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI is set nothing may be skipped: a test that was not run has shown nothing."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped while CI is set: {report.longrepr}"
    return report


@event.listens_for(Session, "after_begin")
def _whole_ring(db: Session, _transaction: object, _connection: object) -> None:
    """Who writes into the database for a test holds every key; an operation that a store runs holds its actor's."""
    if RING not in db.info:
        keys.whole(db)


@event.listens_for(Engine, "connect")
def _prepared_once(connection: object, _record: object) -> None:
    """Tests ask the same of a database over and over: a statement is prepared when it first comes, and stays."""
    if isinstance(connection, psycopg.Connection):
        connection.prepare_threshold = 0
        connection.prepared_max = None


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test makes a key or a database where the program's own are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_HOME", str(tmp_path_factory.mktemp("home")))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _components_are_looked_for_once() -> Iterator[None]:
    """Streamlit reads what every installed package says of itself, again for each page that a test opens."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_are_compiled_once() -> Iterator[None]:
    """Every engine of a kind keeps its compiled statements with the others: a new store has them from its first look."""
    first: dict[str, Engine] = {}

    def create(url: str, **options: Any) -> Engine:
        made = create_engine(url, **options)
        known = first.get(made.name)
        if known is None or known.dialect.server_version_info is None:  # it has never connected
            first[made.name] = made
            return made
        # What a statement was compiled for is the dialect, and is found again by it.
        made.dialect = made.pool._dialect = known.dialect
        made._compiled_cache = known._compiled_cache
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.db.create_engine", create)
        yield


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("sqlite")
    engine = open_engine(f"sqlite:///{folder / 'concord.db'}", folder / "database.key")
    store.migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with postgresql.server() as url:
        engine = open_engine(url, tmp_path_factory.mktemp("postgresql") / "database.key")
        store.migrate(engine)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each test of the core that touches a database runs on both kinds."""
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys and an empty database that is up to date, to be copied: to make one takes half a second."""
    home = tmp_path_factory.mktemp("empty")
    store.open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key").engine.dispose()
    return home


@pytest.fixture(scope="session")
def empty_database(postgresql_engine: Engine, empty_home: Path) -> str:
    """The name of the same on the server."""
    _run(postgresql_engine, "CREATE DATABASE empty")
    url = _address(postgresql_engine, "empty")
    store.open_store(url, empty_home / "database.key").engine.dispose()
    return "empty"


def _run(server: Engine, statement: str) -> None:
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def _address(server: Engine, name: str) -> str:
    return server.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def own_store(request: pytest.FixtureRequest, empty_home: Path, tmp_path: Path) -> Iterator[store.Store]:
    """A store whose work stays, and which no other test sees."""
    shutil.copytree(empty_home, tmp_path, dirs_exist_ok=True)
    url = f"sqlite:///{tmp_path / 'concord.db'}"
    if request.param == "postgresql":
        (tmp_path / "concord.db").unlink()
        server: Engine = request.getfixturevalue("postgresql_engine")
        name = f"own_{uuid4().hex}"
        _run(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('empty_database')}")
        url = _address(server, name)
    opened = store.open_store(url, tmp_path / "database.key")
    yield opened
    opened.engine.dispose()


@pytest.fixture
def keep_to_approved(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep to approved formats alone, as by the settings."""
    monkeypatch.setenv("CONCORD_FORMATS", "approved")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def choose_cipher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Choose the cipher of new keys, as by the settings."""

    def choose(cipher: str) -> None:
        monkeypatch.setenv("CONCORD_CIPHER", cipher)
        settings.cache_clear()

    yield choose
    settings.cache_clear()


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    """A session whose work is undone after the test."""
    with engine.execution_options(writes=True).connect() as connection:
        transaction = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def make(db: Session) -> Make:
    return Make(db)
