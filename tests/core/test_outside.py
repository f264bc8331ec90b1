"""The server speaks with this machine, its database and its provider, and with nobody else: each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

ROOT = Path(__file__).parents[2]
#: Says what the watch makes of an event, without a packet leaving the machine.
BEGIN = """
import socket, sys
from core import outside
outside.watch()
outside.watch()

def is_refused(event, *args):
    try:
        sys.audit(event, *args)
    except outside.NotOutsideError:
        return True
    return False

def connects(*address):
    return not is_refused("socket.connect", None, address)

def looks_up(name):
    return not is_refused("socket.getaddrinfo", name, 443, 0, 0, 0)
"""


def run(script: str, **environment: str) -> str:
    """Run this behind the watch; what it prints in errors comes back."""
    known = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script],
        cwd=ROOT,
        env={**known, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def provider(tmp_path: Path, issuer: str) -> dict[str, str]:
    secret = tmp_path / "secret"
    secret.write_text("a secret of the provider")
    secret.chmod(0o600)
    return {
        "CONCORD_OIDC_ISSUER": issuer,
        "CONCORD_OIDC_CLIENT": "concord",
        "CONCORD_OIDC_SECRET_FILE": str(secret),
    }


def test_nobody_outside_is_looked_up_or_spoken_with_whatever_wants_it() -> None:
    said = run("""
import httpx
assert not connects("192.0.2.1", 443)
assert not connects("2001:db8::1", 443, 0, 0)
assert not connects("10.0.0.7", 5432)
assert is_refused("socket.sendto", None, ("192.0.2.1", 53))
assert not looks_up("example.org")
assert not looks_up(b"EXAMPLE.org")
for wanted in (
    lambda: socket.getaddrinfo("example.org", 443),
    lambda: socket.create_connection(("192.0.2.1", 443), timeout=1),
    lambda: socket.socket().connect(("192.0.2.1", 443)),
):
    try:
        wanted()
    except PermissionError:
        continue
    raise AssertionError(wanted)
try:
    httpx.get("http://192.0.2.1/")
except httpx.ConnectError:
    pass
else:
    raise AssertionError
""")

    assert "an outgoing connection was refused: 192.0.2.1" in said
    assert "an outgoing connection was refused: example.org" in said


def test_this_machine_is_spoken_with() -> None:
    run("""
import asyncio, tempfile
assert connects("127.0.0.1", 8501) and connects("::1", 8501, 0, 0) and connects("localhost", 1)
assert connects("::ffff:127.0.0.1", 1, 0, 0)
assert looks_up("localhost") and looks_up(None) and looks_up("127.0.0.1")
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()[:2], timeout=5).close()
with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listens:
    listens.bind(f"{folder}/s")
    listens.listen()
    with socket.socket(socket.AF_UNIX) as asks:
        asks.connect(f"{folder}/s")
asyncio.run(asyncio.sleep(0))
""")


def test_the_provider_is_reached_at_its_own_port_and_nobody_else_is(tmp_path: Path) -> None:
    settings = provider(tmp_path, "https://id.example.org")

    run(
        """
assert not connects("192.0.2.1", 443)
assert looks_up("id.example.org")
assert connects("192.0.2.1", 443)
assert not connects("192.0.2.1", 80)
assert not looks_up("example.org")
assert not looks_up("id.example.org.evil.example")
assert not looks_up("keys.example.org")
""",
        **settings,
    )
    run(
        'assert looks_up("keys.example.org") and connects("192.0.2.1", 443)',
        CONCORD_OIDC_ALSO="keys.example.org, token.example.org",
        **settings,
    )


def test_a_look_up_opens_the_way_for_a_minute_alone(tmp_path: Path) -> None:
    run(
        """

assert looks_up("id.example.org")
outside._looked_up[443] -= 61
assert not connects("192.0.2.1", 443)
""",
        **provider(tmp_path, "https://id.example.org"),
    )


def test_without_a_provider_the_settings_of_one_open_nothing() -> None:
    run('assert not looks_up("keys.example.org")', CONCORD_OIDC_ALSO="keys.example.org")


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_the_database_is_reached(postgresql_engine: Engine, tmp_path: Path, is_elsewhere: bool) -> None:
    url = postgresql_engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    if is_elsewhere:
        run(
            'assert looks_up("db.example.org") and connects("192.0.2.1", 5432) and not connects("192.0.2.1", 443)',
            CONCORD_DATABASE="postgresql://someone@db.example.org/concord?sslmode=verify-full",
        )
        return
    run(
        """
from core.db import open_engine
from core.settings import settings
engine = open_engine(settings().database_url, settings().key_file)
with engine.connect() as connection:
    assert connection.exec_driver_sql("SELECT 1").scalar() == 1
engine.dispose()
""",
        CONCORD_DATABASE=url,
        CONCORD_HOME=str(tmp_path),
    )
