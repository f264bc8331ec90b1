"""That an older copy was put back shows, with the period that is lost, until an administrator has read it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from core import anchors, chain, clock, lost_periods, store
from core.access import Actor
from core.errors import NotAllowed
from core.lost_periods import LostPeriod
from core.models import Role
from core.operations import upkeep
from core.store import Store
from tests.campaign.backup import leave
from tests.make import Make


def open_in(home: Path) -> Store:
    return store.open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")


def work(home: Path, rows: int = 3) -> None:
    """The program runs for a while: an anchor at its start, and one after people have written."""
    opened = open_in(home)
    anchors.keep(opened, home / "anchors")
    with opened.writing.begin() as db:
        leave(db, rows)
    anchors.keep(opened, home / "anchors")
    opened.engine.dispose()


def put_back(home: Path) -> None:
    shutil.copy(home / "older", home / "concord.db")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which an older file was put back, after people had gone on writing for two days."""
    work(tmp_path)
    shutil.copy(tmp_path / "concord.db", tmp_path / "older")
    work(tmp_path)
    put_back(tmp_path)
    return tmp_path


def found_in(home: Path) -> LostPeriod | None:
    opened = open_in(home)
    with opened.reading.begin() as db:
        found = lost_periods.find(db, home / "anchors")
    opened.engine.dispose()
    return found


def test_nothing_is_lost_while_the_anchors_fit(tmp_path: Path) -> None:
    work(tmp_path)
    work(tmp_path)

    assert found_in(tmp_path) is None


def test_an_older_file_that_was_put_back_shows_and_so_it_does_after_work_goes_on(home: Path) -> None:
    at_once = found_in(home)
    work(home, rows=20)
    later = found_in(home)

    assert at_once is not None
    assert at_once == later


def test_a_spoilt_anchor_says_nothing_of_a_copy(home: Path) -> None:
    (home / "anchors" / "spoilt.json").write_text("{}")

    assert found_in(home) is None


def test_restoring_takes_the_anchors_along_and_notes_the_period(own_store: Store, tmp_path: Path) -> None:
    anchors.keep(own_store, tmp_path / "anchors")
    new = tmp_path / "new"
    new.mkdir()
    made_at = clock.now() - timedelta(hours=2)

    lost_periods.restored(tmp_path / "anchors", home=new, made_at=made_at)

    assert len(list((new / "anchors").iterdir())) == 1
    with own_store.reading.begin() as db:
        found = lost_periods.find(db, new / "anchors")
    assert found is not None
    assert found.since == made_at
    assert found.until > made_at


def test_when_an_administrator_has_read_it_the_log_is_whole_again(home: Path) -> None:
    opened = open_in(home)
    with opened.writing.begin() as db:
        make = Make(db)
        ada = make.actor(make.cooperation().pp_id, Role.ADMINISTRATOR)
    lost_periods.restored(home / "anchors", home=home, made_at=clock.now())

    opened.change(upkeep.have_read_lost_period, ada, anchors=[home / "anchors"])

    with opened.reading.begin() as db:
        key = chain.key_of(db)
        report = chain.verify(db, key, anchors.kept([home / "anchors"], key))
        assert lost_periods.find(db, home / "anchors") is None
    opened.engine.dispose()
    assert report.wrong is None
    assert len(list((home / "anchors" / lost_periods.READ).iterdir())) == 2


def test_a_worker_neither_reads_of_backups_nor_puts_the_notice_away(own_store: Store, tmp_path: Path) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        worker: Actor = make.actor(make.cooperation().vss_id)

    with pytest.raises(NotAllowed):
        own_store.change(upkeep.have_read_lost_period, worker, anchors=[tmp_path])
    with pytest.raises(NotAllowed):
        own_store.read(upkeep.backups, worker, home=tmp_path)


def test_anchors_that_lie_elsewhere_tell_of_it_where_those_beside_the_data_are_gone(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"

    def go_on() -> None:
        opened = open_in(home)
        with opened.writing.begin() as db:
            leave(db, 3)
        anchors.keep(opened, home / "anchors", elsewhere)
        opened.engine.dispose()

    go_on()
    shutil.copy(home / "concord.db", home / "older")
    go_on()
    put_back(home)
    shutil.rmtree(home / "anchors")

    opened = open_in(home)
    with opened.writing.begin() as db:
        make = Make(db)
        ada = make.actor(make.cooperation().pp_id, Role.ADMINISTRATOR)
    with opened.reading.begin() as db:
        key = chain.key_of(db)
        assert lost_periods.find(db, home / "anchors") is None
        assert lost_periods.find(db, home / "anchors", elsewhere) is not None
        assert chain.verify(db, key, anchors.kept([home / "anchors", elsewhere], key)).wrong is not None
    opened.change(upkeep.have_read_lost_period, ada, anchors=[home / "anchors", elsewhere])

    with opened.reading.begin() as db:
        assert lost_periods.find(db, home / "anchors", elsewhere) is None
    assert len(list((elsewhere / lost_periods.READ).iterdir())) == 1
    opened.engine.dispose()


def test_a_period_is_read_though_the_second_folder_is_one_that_nothing_may_be_taken_out_of(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, rename = tmp_path / "second", Path.rename
    shutil.copytree(home / "anchors", second)
    max(second.iterdir()).rename(second / "only-here.json")

    def add_only(file: Path, to: Path) -> Path:
        if file.parent == second:
            raise PermissionError(1, "Operation not permitted", str(file))
        return rename(file, to)

    monkeypatch.setattr(Path, "rename", add_only)
    opened = open_in(home)
    with opened.writing.begin() as db:
        make = Make(db)
        ada = make.actor(make.cooperation().pp_id, Role.ADMINISTRATOR)
    lost_periods.restored(home / "anchors", home=home, made_at=clock.now())
    kept = sorted(one.name for one in second.glob("*.json"))

    opened.change(upkeep.have_read_lost_period, ada, anchors=[home / "anchors", second])

    with opened.reading.begin() as db:
        assert lost_periods.find(db, home / "anchors", second) is None
    opened.engine.dispose()
    assert not (home / lost_periods.NOTE).exists()
    assert sorted(one.name for one in second.glob("*.json")) == kept


def test_where_the_second_folder_cannot_be_reached_the_console_says_so_and_the_first_has_its_anchor(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    opened = open_in(tmp_path / "home")

    kept = anchors.keep(opened, tmp_path / "home" / "anchors", tmp_path / "file" / "below")

    opened.engine.dispose()
    assert kept.exists()
    assert "could not be written to the second folder" in caplog.text


def test_an_anchor_that_a_full_disk_cut_off_hides_no_copy(home: Path) -> None:
    before = found_in(home)
    (home / "anchors" / "torn.json").touch()

    assert found_in(home) == before is not None


def test_a_row_that_the_start_itself_left_is_no_part_of_what_the_copy_held(home: Path) -> None:
    before = found_in(home)
    opened = open_in(home)
    with clock.at(clock.now() + timedelta(hours=5)), opened.writing.begin() as db:
        leave(db, 1)
    opened.engine.dispose()

    assert found_in(home) == before is not None


def test_what_was_read_of_a_folder_to_add_to_alone_is_not_said_again_after_another_restore(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    more, new = tmp_path_factory.mktemp("more"), tmp_path_factory.mktemp("new")
    for file in (home / "anchors").glob("*.json"):
        shutil.copy(file, more / file.name)
    rename = Path.rename

    def kept_there(file: Path, to: Path) -> Path:
        if file.parent == more:
            raise PermissionError
        return rename(file, to)

    monkeypatch.setattr(Path, "rename", kept_there)
    opened = open_in(home)
    with opened.reading.begin() as db:
        lost_periods.have_read(db, home / "anchors", more)
        made_at = clock.now()

        lost_periods.restored(home / "anchors", home=new, made_at=made_at)

        found = lost_periods.find(db, new / "anchors", more)
    opened.engine.dispose()
    assert found is not None
    assert found.since == made_at
