"""A server of PostgreSQL that asks for no password by SCRAM is not spoken with over the network."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from core import postgresql, store
from core.backups import postgresql as dumps
from core.settings import SettingsError
from tests.postgresql import server

PASSWORD = "nine swans below the weir"
RULES = """
local all all trust
host all unasked 127.0.0.1/32 trust
host all plain 127.0.0.1/32 password
host all hashed 127.0.0.1/32 md5
host all proved 127.0.0.1/32 scram-sha-256
"""


@pytest.fixture(scope="module")
def over_the_wire() -> Iterator[URL]:
    """The address of a server, each of whose roles is asked in another way, over TCP."""
    with server() as address:
        by_socket = make_url(address)
        folder = str(by_socket.query["host"])
        port = int(str(by_socket.query["port"]))
        with psycopg.connect(host=folder, port=port, user="postgres", autocommit=True) as admin:
            admin.execute("SET password_encryption = 'md5'")
            admin.execute(f"CREATE ROLE hashed LOGIN PASSWORD '{PASSWORD}'")
            admin.execute("SET password_encryption = 'scram-sha-256'")
            for role in ("unasked", "plain", "proved"):
                admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
            admin.execute("CREATE DATABASE work OWNER proved")
            Path(folder, "data", "pg_hba.conf").write_text(RULES, encoding="utf-8")
            admin.execute("SELECT pg_reload_conf()")
        url = URL.create("postgresql+psycopg", "proved", PASSWORD, "127.0.0.1", port, "work")
        _wait_for_the_rules(port)
        yield url


def _wait_for_the_rules(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(
                host="127.0.0.1",
                port=port,
                user="postgres",
                password="none",
            ),
        ):
            time.sleep(0.1)
            continue
        return
    pytest.fail("the server did not take its rules")


@pytest.mark.parametrize("role", ["unasked", "plain", "hashed"])
def test_a_server_that_does_not_ask_by_scram_is_not_spoken_with_and_the_start_says_why(
    over_the_wire: URL, tmp_path: Path, role: str
) -> None:
    address = over_the_wire.set(username=role).render_as_string(hide_password=False)

    with pytest.raises(SettingsError, match=r"pg_hba\.conf") as stop:
        store.open_store(address, tmp_path / "database.key")

    assert PASSWORD not in str(stop.value)
    assert "\n" not in str(stop.value)


def test_a_server_that_asks_by_scram_is_spoken_with_and_dumped(over_the_wire: URL, tmp_path: Path) -> None:
    address = over_the_wire.render_as_string(hide_password=False)

    opened = store.open_store(address, tmp_path / "database.key")
    _, found = dumps.dump(opened.engine, tmp_path / "dumped")
    opened.engine.dispose()

    assert found.counts
    assert (tmp_path / "dumped").stat().st_size


def test_a_wrong_password_opens_nothing(over_the_wire: URL, tmp_path: Path) -> None:
    address = over_the_wire.set(password="another").render_as_string(hide_password=False)

    with pytest.raises(SettingsError):
        store.open_store(address, tmp_path / "database.key")


@pytest.mark.parametrize(
    ("address", "method"),
    [
        ("postgresql+psycopg://concord@/concord?host=/var/run/postgresql", ""),
        ("postgresql+psycopg://concord@%2Fvar%2Frun%2Fpostgresql/concord", ""),
        ("postgresql+psycopg://concord@/concord", ""),
        ("postgresql+psycopg://concord@localhost/concord", "scram-sha-256"),
        ("postgresql+psycopg://concord@localhost/concord?require_auth=none", "scram-sha-256"),
        ("postgresql+psycopg://concord@/concord?host=/var/run/postgresql&hostaddr=10.0.0.7", "scram-sha-256"),
        ("postgresql+psycopg://concord@/concord?host=/run,db.example.org", "scram-sha-256"),
    ],
)
def test_the_password_is_asked_for_over_a_wire_and_not_through_a_socket_of_the_machine(
    address: str, method: str
) -> None:
    assert postgresql.proof(make_url(address)) == method
