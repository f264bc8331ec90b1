"""What is not safe is not opened, and the person who starts it reads one sentence."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import text
from typer.testing import CliRunner

from core import chain, clock, log_clock, store
from core.__main__ import app
from core.db import require_sound
from core.models import Event
from core.settings import SettingsError, settings
from pages.ui import stores

runner = CliRunner()
ROOT = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    stores.close_all()
    settings.cache_clear()


def refused(home: Path) -> str:
    """The one sentence with which nothing is opened."""
    with pytest.raises(SettingsError) as stop:
        store.open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")
    assert "\n" not in str(stop.value)
    return str(stop.value)


def lay(home: Path) -> None:
    store.open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key").engine.dispose()


def test_a_file_that_anybody_can_read_is_not_opened_and_not_changed(home: Path) -> None:
    with sqlite3.connect(home / "concord.db") as bare:
        bare.execute("CREATE TABLE account (id)")
    bare.close()
    before = (home / "concord.db").read_bytes()

    assert "is not encrypted" in refused(home)
    assert (home / "concord.db").read_bytes() == before


def test_a_database_whose_key_is_gone_is_not_opened_and_no_other_key_is_made(home: Path) -> None:
    lay(home)
    key = (home / "database.key").read_text()
    (home / "database.key").unlink()

    assert "does not open with database.key" in refused(home)
    assert not (home / "database.key").exists()

    (home / "database.key").write_text(key)
    (home / "database.key").chmod(0o600)
    lay(home)


def test_a_database_with_a_key_of_another_one_is_not_opened(home: Path) -> None:
    lay(home)
    (home / "database.key").write_text("ab" * 32)

    assert "does not open with database.key" in refused(home)
    assert (home / "database.key").read_text() == "ab" * 32


@pytest.mark.parametrize("name", ["database.key", "field.key", "audit.key"])
def test_a_key_file_that_others_may_read_stops_the_start(home: Path, name: str) -> None:
    lay(home)
    (home / name).chmod(0o644)

    assert refused(home).startswith(f"{home / name} can be read by others")


def _refused_to_somebody(home: Path) -> str:
    for file in home.iterdir():
        os.chown(file, NOBODY, NOBODY)
    os.chown(home, NOBODY, NOBODY)
    for folder in home.parents[:-2]:
        folder.chmod(folder.stat().st_mode | 0o011)
    os.seteuid(NOBODY)
    try:
        return refused(home)
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("name", ["database.key", "concord.db"])
def test_a_file_that_we_may_not_read_stops_the_start_with_a_sentence(home: Path, name: str) -> None:
    lay(home)
    (home / name).chmod(0o000)

    if os.geteuid() == 0:  # root reads everything, and has to become somebody else first
        said = _refused_to_somebody(home)
    else:
        said = refused(home)

    assert said == f"{home / name} cannot be read: start as the user who owns it."


@pytest.mark.parametrize(
    ("version", "is_sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_an_sqlite_that_can_spoil_a_file_is_refused(version: tuple[int, ...], is_sound: bool) -> None:
    if is_sound:
        require_sound(version)
        return
    with pytest.raises(SettingsError, match="can spoil a file that two write at once"):
        require_sound(version)


def test_the_description_of_the_file_runs_no_function_of_the_program(home: Path) -> None:
    lay(home)
    opened = store.open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")
    with opened.reading.begin() as db:
        assert db.execute(text("PRAGMA trusted_schema")).scalar() == 0
    opened.engine.dispose()


#: What it asks of the system, and what holds then: where this process may leave none, its children begin like that.
ASKED = """
import resource, sys
asked = []
sys.addaudithook(lambda event, args: asked.append(args) if event == "resource.setrlimit" else None)
{begun}
assert (resource.RLIMIT_CORE, (0, 0)) in asked
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
"""


@pytest.mark.parametrize(
    "begun", ["from pages.ui import door; door.ready()", "from core import __main__; __main__.begin()"]
)
def test_a_process_of_the_program_leaves_no_core_dump(home: Path, begun: str) -> None:
    subprocess.run([sys.executable, "-c", ASKED.format(begun=begun)], cwd=ROOT, check=True)


def write_row(home: Path) -> None:
    opened = store.open_default()
    with opened.writing.begin() as db:
        db.add(Event(subject="case", subject_id=uuid4(), act="open"))
    opened.engine.dispose()


def test_nobody_is_served_where_the_clock_was_set_back_behind_the_log(home: Path) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=4)):
        write_row(home)
    stores.open_all()
    stores.close_all()
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        write_row(home)

    with pytest.raises(SettingsError) as stop:
        stores.open_all()

    assert "Set the clock right and start again" in str(stop.value)
    assert "python -m core audit clock-is-right" in str(stop.value)


def test_who_looks_after_the_machine_says_that_the_clock_is_right_and_it_stands_in_the_log(
    home: Path,
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=900)):
        write_row(home)

    said = runner.invoke(app, ["audit", "clock-is-right"])
    again = runner.invoke(app, ["audit", "clock-is-right"])
    stores.open_all()

    assert "The log now says" in said.output
    assert "nothing to do" in again.output
    with stores.real().reading.begin() as db:
        assert log_clock.ahead(db) is None
        assert chain.verify(db, chain.key_of(db)).wrong is None
        assert [row.act for row in db.query(Event).order_by(Event.seq)] == ["open", "clock_is_right"]
