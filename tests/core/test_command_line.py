"""python -m core: migrate, check, demo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core import demo, store
from core.__main__ import app
from core.content import check as content
from core.errors import ContentError
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

    assert all(name in said for name in ("migrate", "check", "demo", "bench"))


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
    again = runner.invoke(app, ["demo", "--to", str(file)])

    assert first.exit_code == 0
    assert again.exit_code == 1
    opened = store.open_store(f"sqlite:///{file}", settings().key_file)
    with opened.reading.begin() as db:
        assert demo.is_example(db)
    opened.engine.dispose()
