"""python -m core: migrate, check, demo."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import text
from typer.testing import CliRunner

from core import anchors, ends, first_start, log_clock, store
from core.__main__ import app
from core.content import check as content
from core.errors import ContentError
from core.models import Event
from core.settings import settings

runner = CliRunner()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_help_names_the_commands() -> None:
    said = runner.invoke(app, ["--help"]).output

    assert all(name in said for name in ("migrate", "check", "demo", "bench", "audit", "read-in"))


def test_migrate_makes_the_database_and_may_be_repeated() -> None:
    for _ in range(2):
        assert runner.invoke(app, ["migrate"]).exit_code == 0

    assert (settings().home / "concord.db").exists()


def test_check_says_what_it_read() -> None:
    result = runner.invoke(app, ["check"])

    assert result.exit_code == 0
    assert "protocol v1 en" in result.output


def test_check_names_the_file_and_the_line_of_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken() -> list[str]:
        raise ContentError(Path("protocol/v1.toml"), "the step has no page", line=12)

    monkeypatch.setattr(content, "check_all", mistaken)
    result = runner.invoke(app, ["check"])

    assert result.exit_code == 1
    assert "protocol/v1.toml:12: the step has no page" in result.output


def test_demo_writes_an_example_once_and_never_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "example.db"

    first = runner.invoke(app, ["demo", "--to", str(file), "--cases", "3", "--seed", "7"])
    assert "3 of 3 cases" in first.stderr
    again = runner.invoke(app, ["demo", "--to", str(file)])

    assert first.exit_code == 0
    assert again.exit_code == 1
    opened = store.open_store(f"sqlite:///{file}", settings().key_file)
    with opened.reading.begin() as db:
        assert first_start.is_example(db)
    opened.engine.dispose()


def tamper(statement: str) -> None:
    """As somebody would who can write the database: the triggers go first."""
    opened = store.open_default()
    with opened.engine.execution_options(writes=True).begin() as connection:
        for name in ("event_unchanged", "event_undeleted", "event_unreplaced"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text(statement))
    opened.engine.dispose()


@pytest.fixture
def _log() -> None:
    opened = store.open_default()
    with opened.writing.begin() as db:
        db.add_all([Event(subject="case", subject_id=uuid4(), act="open") for _ in range(5)])
    opened.engine.dispose()


@pytest.mark.usefixtures("_log")
def test_audit_says_that_the_log_is_whole(tmp_path: Path) -> None:
    anchored = runner.invoke(app, ["audit", "anchor", "--to", str(tmp_path / "anchor.json")])
    again = runner.invoke(app, ["audit", "anchor", "--to", str(tmp_path / "anchor.json")])
    verified = runner.invoke(app, ["audit", "verify", "--anchor", str(tmp_path / "anchor.json")])

    assert (anchored.exit_code, again.exit_code, verified.exit_code) == (0, 1, 0)
    assert "5 rows, compared with 1 anchors" in verified.output


@pytest.mark.usefixtures("_log")
def test_audit_copies_the_log_for_another_machine_and_compares_with_what_that_one_has(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    copied = [runner.invoke(app, ["audit", "copy", "--into", str(file)]) for _ in range(2)]
    verified = runner.invoke(app, ["audit", "verify", "--copy", str(file)])
    tamper("DELETE FROM event WHERE seq > 3")
    cut = runner.invoke(app, ["audit", "verify", "--copy", str(file)])
    other = tmp_path / "letter.txt"
    other.write_text("Dear colleague\n", encoding="utf-8")
    refused = [
        runner.invoke(app, ["audit", *command, str(other)])
        for command in (["verify", "--copy"], ["copy", "--into"])
    ]

    assert [one.exit_code for one in (*copied, verified)] == [0, 0, 0]
    assert ["5 rows of the log were" in copied[0].output, "0 rows of the log were" in copied[1].output] == [
        True,
        True,
    ]
    assert "5 rows, compared with 0 anchors" in verified.output
    assert "Compared with 5 rows of" in verified.output
    assert (cut.exit_code, "Row 4 is wrong" in cut.output) == (1, True)
    assert [one.exit_code for one in refused] == [1, 1]
    assert "see line 1" in refused[0].output
    assert "does not end with a line of the log" in refused[1].output


@pytest.mark.usefixtures("_log")
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE event SET act = 'other' WHERE seq = 3", "Row 3 is wrong: it was changed"),
        ("DELETE FROM event WHERE seq = 2", "Row 2 is wrong: it is missing"),
        (
            "UPDATE event SET seq = CASE seq WHEN 4 THEN 50 ELSE 4 END WHERE seq > 3",
            "Row 4 is wrong: it stands where another",
        ),
        ("DELETE FROM event WHERE seq > 3", "Row 4 is wrong: it is missing, and so is all that followed"),
        (
            "INSERT INTO log_cut (id, created_at, seq, mac, code) VALUES ('00000000000000000000000000000001', '2020-01-01 00:00:00.000000', 2, 'b', 'c')",
            "Row 2: what says that the log begins behind it was not made with the key",
        ),
    ],
)
def test_audit_names_the_first_row_that_is_wrong(tmp_path: Path, statement: str, said: str) -> None:
    runner.invoke(app, ["audit", "anchor", "--to", str(tmp_path / "anchor.json")])
    tamper(statement)
    verified = runner.invoke(app, ["audit", "verify", "--anchor", str(tmp_path / "anchor.json")])

    assert verified.exit_code == 1
    assert said in verified.output


def test_audit_says_where_the_log_begins_when_its_oldest_rows_went(tmp_path: Path) -> None:
    opened = store.open_default()
    with opened.writing.begin() as db, time_machine.travel("2015-03-04"):
        db.add_all([Event(subject="case", subject_id=uuid4(), act="open") for _ in range(5)])
    with opened.writing.begin() as db:
        log_clock.say_right(db)
    ends.settle(opened, tmp_path)
    opened.engine.dispose()

    said = runner.invoke(app, ["audit", "verify"]).output

    assert "2 rows" in said
    assert "begins with row 6" in said


@pytest.mark.usefixtures("_log")
def test_audit_compares_with_the_anchors_that_the_server_kept() -> None:
    opened = store.open_default()
    anchors.keep(opened, settings().anchor_folder)
    opened.engine.dispose()
    tamper("DELETE FROM event WHERE seq = 5")

    cut = runner.invoke(app, ["audit", "verify"])
    next(settings().anchor_folder.iterdir()).write_text("{}")
    spoilt = runner.invoke(app, ["audit", "verify"])

    assert (cut.exit_code, spoilt.exit_code) == (1, 1)
    assert "Row 5" in cut.output
    assert "no anchor of this log" in spoilt.output


@pytest.mark.usefixtures("_log")
def test_audit_names_a_torn_anchor_and_reads_on_with_the_others() -> None:
    opened = store.open_default()
    anchors.keep(opened, settings().anchor_folder)
    opened.engine.dispose()
    (settings().anchor_folder / "torn.json").touch()

    torn = runner.invoke(app, ["audit", "verify"])
    tamper("DELETE FROM event WHERE seq = 5")
    cut = runner.invoke(app, ["audit", "verify"])

    assert (torn.exit_code, cut.exit_code) == (1, 1)
    assert "torn.json was not written to its end" in torn.output
    assert "5 rows, compared with 1 anchors" in torn.output
    assert "Row 5" in cut.output


def test_a_log_without_a_row_is_called_by_nobody_whole() -> None:
    store.open_default().engine.dispose()

    said = runner.invoke(app, ["audit", "verify"])

    assert said.exit_code == 1
    assert "no row in this log" in said.output


@pytest.mark.parametrize(
    "command", [["audit", "verify"], ["audit", "clock-is-right"], ["keys", "rotate"], ["rescue", "ada"]]
)
def test_where_there_is_no_database_none_is_made_to_be_looked_after(command: list[str]) -> None:
    said = runner.invoke(app, command)

    assert said.exit_code == 1
    assert "There is no database here" in str(said.exception) + said.output
    assert not Path(settings().database_url.removeprefix("sqlite:///")).exists()
    assert not settings().key_file.exists()
