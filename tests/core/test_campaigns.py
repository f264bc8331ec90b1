"""Short forms of the long trials that `make campaign` runs: killed, full, away, all at once, and full of malice."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.documents.kinds import DocumentKind
from core.errors import Unavailable
from core.settings import SettingsError
from core.store import Store, open_store
from tests.campaign import guesses, hostile, kills, migrating, outages, writers
from tests.campaign.__main__ import TRIALS, asked
from tests.campaign.backup import tight
from tests.campaign.saving import Ground, Saver, lay


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return lay(f"sqlite:///{tmp_path / 'concord.db'}", tmp_path / "database.key")


def test_what_was_acknowledged_before_a_kill_is_there_whole_and_once(ground: Ground) -> None:
    result = kills.kill(ground, times=3, seed=1)

    assert result.kills == 3
    assert result.is_clean


def test_a_full_disk_is_said_loses_nothing_and_is_over_when_there_is_room(
    ground: Ground, tmp_path: Path
) -> None:
    saving = outages.full_disk(ground, points=3, seed=1)
    opening = outages.full_while(tmp_path, points=2, seed=1)

    for result in (saving, opening):
        assert result.told >= result.points - 1
        assert result.recovered == result.points
        assert result.uncaught == []
        assert result.is_clean


def test_a_full_disk_is_said_in_a_sentence_also_where_the_program_starts(tmp_path: Path) -> None:
    with tight(limit=2048), pytest.raises(SettingsError, match="no room left"):
        open_store(f"sqlite:///{tmp_path / 'concord.db'}", tmp_path / "database.key")


def test_a_full_disk_refuses_the_save_by_its_own_key(ground: Ground) -> None:
    store = ground.open()

    with tight(limit=100), pytest.raises(Unavailable, match=r"error\.disk_full"):
        Saver(store, ground).save("d-1", 0)

    store.engine.dispose()


@pytest.mark.parametrize("own_store", ["postgresql"], indirect=True)
def test_a_save_whose_connection_is_ended_is_done_again_once(own_store: Store, tmp_path: Path) -> None:
    url = own_store.engine.url.render_as_string(hide_password=False)
    ground = lay(url, tmp_path / "database.key")

    result = outages.server_gone(ground, points=1, seed=1)

    assert (result.recovered, result.uncaught) == (1, [])
    assert result.is_clean


def test_of_many_changes_at_once_none_is_lost_and_each_conflict_is_told(ground: Ground) -> None:
    result = writers.together(ground, edits=32, seed=1)

    assert result.edits == 32
    assert (result.lost, result.unwritten, result.is_intact) == (0, 0, True)


def test_a_migration_that_is_killed_leaves_nothing_between(engine: Engine, tmp_path: Path) -> None:
    is_server = engine.dialect.name == "postgresql"
    server = engine.url.render_as_string(hide_password=False) if is_server else ""

    result = migrating.killed(tmp_path, server, kills=2, seed=1)

    assert result.between == 0
    assert result.finished == result.kills == 2


def test_nothing_that_is_typed_into_operations_and_documents_breaks_them(engine: Engine) -> None:
    documents = len(hostile.DOCUMENTS)

    result = hostile.types_harm(engine, tries=150, documents=documents, seed=1, turn=hostile.in_turn())

    assert dict(result.uncaught) == {}
    assert result.tries == 150 + documents
    assert len(result.called) == 100
    assert set(result.made) == set(hostile.DOCUMENTS) >= {kind.value for kind in DocumentKind}


def test_the_trial_calls_every_operation_in_its_turn_from_round_to_round() -> None:
    turn, every = hostile.in_turn(), set(hostile.every_operation())

    assert {next(turn) for _ in every} == every
    assert "accounts.new_code" in {hostile.name_of(one) for one in every}


def test_of_many_guesses_in_a_day_few_are_looked_at(engine: Engine) -> None:
    rows = guesses.trial(engine, guesses=300)

    assert [int(looked_at) for _what, looked_at in rows] == [30, 30]


def test_a_trial_is_told_how_often_and_refuses_what_it_does_not_do() -> None:
    assert asked(["serving", "--kills", "3", "--saves", "0"]) == (["serving"], {"kills": 3, "saves": 0})
    assert asked(["kills", "log"]) == (["kills", "log"], {})
    assert asked([])[0] == list(TRIALS)
    for given, reason in (
        (["nothing"], "no such trial"),
        (["serving", "--kills"], "by a number"),
        (["serving", "--kills", "many"], "by a number"),
        (["--kills", "3"], "Name one trial"),
        (["serving", "--deaths", "3"], "--kills, --saves, --forgeries"),
    ):
        with pytest.raises(SystemExit, match=reason):
            asked(given)
