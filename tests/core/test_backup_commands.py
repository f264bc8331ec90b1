"""python -m core backup, restore, new-backup-key."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select, text
from typer.testing import CliRunner

from core import chain, clock, keys, lost_periods, store, taken_back, tombstones
from core.__main__ import app
from core.backups import records
from core.db import Base
from core.models import (
    ErasureGround,
    FileNote,
    ImmediateNotice,
    JointItem,
    PathEntry,
    ReleasedEntry,
    Role,
)
from core.operations import erasures, joint_items
from core.settings import SettingsError, settings
from tests.campaign.backup import leave
from tests.core.test_erasures import ask, closed, manager
from tests.make import Make, share

runner = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    opened = store.open_default()
    with opened.writing.begin() as db:
        leave(db, 5)
    opened.engine.dispose()
    yield tmp_path / "home"
    settings.cache_clear()


def run(*arguments: object) -> str:
    """What the command says; it must have done its work."""
    result = runner.invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: object) -> str:
    """The one sentence with which the command gives up."""
    result = runner.invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 1, result.output
    return result.output.strip()


def test_the_first_backup_says_what_must_be_kept_and_the_second_does_not(tmp_path: Path, home: Path) -> None:
    first = run("backup", "--to", tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    file.rename(tmp_path / "moved.age")
    second = run("backup", "--to", tmp_path / "kept")

    assert (home / "backup.key").read_text().strip() in first
    assert "AGE-SECRET-KEY" not in second
    assert "rows of the access log: 5" in second


def test_a_backup_is_tried_again_by_its_name_or_as_the_newest(tmp_path: Path, home: Path) -> None:
    run("backup", "--to", tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()

    newest = run("backup", "--verify")
    named = run("backup", "--verify", file)

    assert "whole" in newest
    assert "whole" in named
    assert (home / records.FILE).read_text().count("[[backup]]") == 3


def test_a_backup_to_a_key_elsewhere_is_tried_at_once_and_later_only_with_that_key(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("new-backup-key", "--to", tmp_path / "offline.key")
    monkeypatch.setenv("CONCORD_BACKUP_KEY", said.strip().splitlines()[-1])
    settings.cache_clear()

    made = run("backup", "--to", tmp_path / "kept")
    without = refused("backup", "--verify")
    with_key = run("backup", "--verify", "--key", tmp_path / "offline.key")

    assert "restored once" in made
    assert not (home / "backup.key").exists()
    assert "Name the file that holds it with --key" in without
    assert "whole" in with_key
    assert "exists already" in refused("new-backup-key", "--to", tmp_path / "offline.key")


def test_no_key_is_made_where_earlier_backups_were_sealed_to_one_that_is_not_known_now(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("new-backup-key", "--to", tmp_path / "offline.key")
    monkeypatch.setenv("CONCORD_BACKUP_KEY", said.strip().splitlines()[-1])
    settings.cache_clear()
    run("backup", "--to", tmp_path / "kept")
    monkeypatch.delenv("CONCORD_BACKUP_KEY")
    settings.cache_clear()

    nightly = refused("backup", "--to", tmp_path / "nightly")

    assert "Set CONCORD_BACKUP_KEY" in nightly
    assert not (home / "backup.key").exists()
    assert not (tmp_path / "nightly").exists()
    assert "AGE-SECRET-KEY" in run("backup", "--to", tmp_path / "nightly", "--from-now-on")


def test_the_key_beside_the_data_is_not_taken_again_where_the_last_backup_was_sealed_to_one_elsewhere(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", "--to", tmp_path / "first")
    said = run("new-backup-key", "--to", tmp_path / "offline.key")
    monkeypatch.setenv("CONCORD_BACKUP_KEY", said.strip().splitlines()[-1])
    settings.cache_clear()
    run("backup", "--to", tmp_path / "kept")
    run("backup", "--verify", "--key", tmp_path / "offline.key")
    monkeypatch.delenv("CONCORD_BACKUP_KEY")
    settings.cache_clear()

    nightly = refused("backup", "--to", tmp_path / "nightly")

    assert "sealed to another key" in nightly
    assert not (tmp_path / "nightly").exists()
    assert "restored once" in run("backup", "--to", tmp_path / "nightly", "--from-now-on")


def test_a_backup_of_another_database_than_the_last_one_is_made_only_where_that_is_meant(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_DATABASE", str(tmp_path / "new.db"))
    settings.cache_clear()
    store.open_default().engine.dispose()
    run("backup", "--to", tmp_path / "kept")
    monkeypatch.delenv("CONCORD_DATABASE")
    settings.cache_clear()

    nightly = refused("backup", "--to", tmp_path / "nightly")

    assert f"The last backup was of {tmp_path / 'new.db'}, and this one would be of concord.db" in nightly
    assert not (tmp_path / "nightly").exists()
    assert "restored once" in run("backup", "--to", tmp_path / "nightly", "--from-now-on")


def test_a_public_key_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_BACKUP_KEY", "age1something")
    settings.cache_clear()

    with pytest.raises(SettingsError, match="CONCORD_BACKUP_KEY cannot be used"):
        settings()


def test_where_there_is_no_database_none_is_made_to_be_backed_up(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", "--to", tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "wrong"))
    settings.cache_clear()

    said = refused("backup", "--to", tmp_path / "kept")
    tried = run("backup", "--verify", file, "--key", home / "backup.key")

    assert "There is no database here" in said
    assert "whole" in tried
    assert not (tmp_path / "wrong" / "concord.db").exists()


def test_what_is_missing_is_asked_for_in_a_sentence(tmp_path: Path) -> None:
    assert "--to FOLDER" in refused("backup")
    assert "No backup was made here yet" in refused("backup", "--verify")
    assert "not there" in refused("restore", tmp_path / "gone.age", "--to", tmp_path / "new")


def test_what_is_restored_opens_and_says_what_is_lost(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", "--to", tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()

    said = run("restore", file, "--to", tmp_path / "new", "--key", home / "backup.key")
    in_use = refused("restore", file, "--to", home)

    assert "CONCORD_HOME" in said
    assert "holds data or keys already" in in_use
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "new"))
    settings.cache_clear()
    opened = store.open_default()
    with opened.reading.begin() as db:
        assert chain.head(db).count == 5
        assert lost_periods.find(db, settings().anchor_folder) is not None
    opened.engine.dispose()


def test_earlier_backups_are_known_after_a_restore_and_the_next_one_is_made_as_before(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(clock.now() - timedelta(days=40)):
        run("backup", "--to", tmp_path / "kept", "--keep", 90)
    run("backup", "--to", tmp_path / "kept", "--keep", 90)
    last = records.newest(home)
    assert last is not None

    run("restore", last.file, "--to", tmp_path / "new", "--key", home / "backup.key")
    (tmp_path / "new" / "backup.key").write_text((home / "backup.key").read_text())
    (tmp_path / "new" / "backup.key").chmod(0o600)
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "new"))
    settings.cache_clear()
    copies = records.copies(tmp_path / "new")

    assert copies.days == 90
    assert min(copies.made_at) < clock.now() - timedelta(days=39)
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        assert "restored once" in run("backup", "--to", tmp_path / "kept")


def test_the_backup_that_was_restored_is_known_where_the_old_home_is_gone(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", "--to", tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    (home / "backup.key").rename(tmp_path / "paper")
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "gone"))
    settings.cache_clear()

    run("restore", file, "--to", tmp_path / "new", "--key", tmp_path / "paper")

    found = records.newest(tmp_path / "new")
    assert found is not None
    assert found.file == file
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "new"))
    settings.cache_clear()
    assert "put backup.key back" in refused("backup", "--to", tmp_path / "kept")


def test_no_backup_is_removed_by_a_clock_that_runs_ahead(tmp_path: Path, home: Path) -> None:
    assert home.is_dir()
    run("backup", "--to", tmp_path / "kept")
    (good,) = (tmp_path / "kept").iterdir()

    with time_machine.travel(clock.now() + timedelta(days=4000)):
        said = run("backup", "--to", tmp_path / "kept", "--keep", 30)
        assert good.exists()
        assert "audit clock-is-right" in said
        run("audit", "clock-is-right")
        with time_machine.travel(clock.now() + timedelta(minutes=5)):
            assert "removed: 1" in run("backup", "--to", tmp_path / "kept", "--keep", 30)
    assert not good.exists()


def test_old_backups_go_only_after_a_newer_one_was_restored_and_the_page_knows_until_when(
    tmp_path: Path, home: Path
) -> None:
    kept, begun = tmp_path / "kept", clock.now()
    with time_machine.travel(begun - timedelta(days=40)):
        run("backup", "--to", kept)
        run("backup", "--to", tmp_path / "taken_away")
    with time_machine.travel(begun - timedelta(days=10)):
        run("backup", "--to", kept)
    (kept / "concord-of-somebody-else.age").touch()
    assert records.copies(home).gone_on(begun) is None
    (old,) = (file for file in kept.glob("concord-2*") if records.every(home)[-1].file.name == file.name)

    spoil_the_log()
    assert "access log in this backup is broken" in refused("backup", "--to", kept, "--keep", 30)
    assert old.exists()

    mend_the_log()
    with time_machine.travel(begun + timedelta(minutes=5)):
        said = run("backup", "--to", kept, "--keep", 30)
    copies = records.copies(home)

    assert "Older than 30 days, and removed: 1" in said
    assert not old.exists()
    assert (kept / "concord-of-somebody-else.age").exists()
    assert len(list((tmp_path / "taken_away").iterdir())) == 1
    oldest = copies.before(begun)
    assert oldest is not None
    assert oldest < begun - timedelta(days=39)
    assert copies.gone_on(begun) == begun + timedelta(days=30)


def test_a_backup_that_was_removed_is_no_copy_any_more(tmp_path: Path, home: Path) -> None:
    with time_machine.travel(clock.now() - timedelta(days=3)):
        run("backup", "--to", tmp_path / "kept")
    erased_at = clock.now() - timedelta(days=2)
    assert records.copies(home).before(erased_at) is not None

    run("backup", "--to", tmp_path / "kept", "--keep", 1)

    assert records.copies(home).before(erased_at) is None
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_the_list_reads_on_after_an_editor_took_its_last_line_end(tmp_path: Path, home: Path) -> None:
    run("backup", "--to", tmp_path / "kept")
    file = home / records.FILE
    file.write_text(file.read_text().rstrip("\n"))

    run("backup", "--verify")
    run("backup", "--verify")

    assert len(records.every(home)) == 3
    assert "\n\n" not in file.read_text()


@pytest.mark.parametrize("more", [(), ("--keep", 1), ("--from-now-on",)])
def test_where_the_list_of_backups_cannot_be_read_none_is_made_and_no_key(
    tmp_path: Path, home: Path, more: tuple[object, ...]
) -> None:
    run("backup", "--to", tmp_path / "kept")
    (home / records.FILE).write_text((home / records.FILE).read_text() + "[[backup\n")
    (home / "backup.key").rename(tmp_path / "paper")

    said = refused("backup", "--to", tmp_path / "more", *more)

    assert "The list of backups cannot be read" in said
    assert "line" in said
    assert not (home / "backup.key").exists()
    assert not (tmp_path / "more").exists()


def act_of_row_3(act: str) -> None:
    opened = store.open_default()
    with opened.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS event_unchanged"))
        connection.execute(text("UPDATE event SET act = :act WHERE seq = 3"), {"act": act})
    opened.engine.dispose()


def spoil_the_log() -> None:
    act_of_row_3("other")


def mend_the_log() -> None:
    act_of_row_3("open")


def test_a_folder_that_is_no_folder_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    said = refused("backup", "--to", tmp_path / "file")

    assert said.splitlines()[-1].startswith("There is no room")


def open_again(folder: Path) -> store.Store:
    """What was restored into the folder `again`."""
    home = folder / "again"
    return store.open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")


def erase_since_a_backup(folder: Path) -> tuple[Path, UUID]:
    """Make a backup of two files with a note each, and erase hers afterwards."""
    opened = store.open_default()
    with opened.writing.begin() as db:
        make = Make(db)
        pair = make.pair(is_agreed=False)
        for file, actor in ((pair.pp_file, pair.pp), (pair.vss_file, pair.vss)):
            make.note(file, actor, text=f"A note of {actor.kind}")
        pair.case.closed_on = clock.today() - timedelta(days=4000)
        lead = make.actor(pair.vss.service_id, Role.MANAGER)
    run("backup", "--to", folder / "kept")
    (backup,) = (folder / "kept").iterdir()
    with opened.writing.begin() as db:
        asked = {"ground": ErasureGround.TIME_IS_OVER, "reason": "So"}
        erasure = erasures.ask(db, pair.vss, pair.case.id, parts=["own_file"], **asked)  # type: ignore[arg-type]
        erasures.confirm(db, lead, erasure.id, version=erasure.version)
    tombstones.settle(opened, *settings().erased_folders)
    opened.engine.dispose()
    return backup, erasure.id


@pytest.mark.parametrize("is_home_gone", [False, True])
def test_what_was_erased_since_does_not_come_back_with_an_older_backup(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, *, is_home_gone: bool
) -> None:
    monkeypatch.setenv("CONCORD_ANCHORS", str(tmp_path / "second"))
    settings.cache_clear()
    backup, erasure_id = erase_since_a_backup(tmp_path)
    if is_home_gone:
        (home / "backup.key").rename(tmp_path / "paper")
        shutil.rmtree(home)

    key = tmp_path / "paper" if is_home_gone else home / "backup.key"
    said = run("restore", backup, "--to", tmp_path / "again", "--key", key)

    assert "Nothing was found of what was erased" not in said
    again = open_again(tmp_path)
    with again.reading.begin() as db:
        keys.whole(db)
        assert [note.text for note in db.scalars(select(FileNote))] == ["A note of pp"]
        assert chain.verify(db, chain.key_of(db)).wrong is None
    again.engine.dispose()
    assert [one.name for one in (tmp_path / "again" / "erased").iterdir()] == [f"{erasure_id}.json"]


def share_and_withdraw_since_a_backup(folder: Path) -> tuple[Path, UUID]:
    """Make a backup of something that she shares, and take it back afterwards."""
    opened = store.open_default()
    with opened.writing.begin() as db:
        keys.whole(db)
        make = Make(db)
        pair = make.pair()
        item = share(db, pair.vss, make.note(pair.vss_file, pair.vss).id, "He waits at the school.")
    run("backup", "--to", folder / "kept")
    (backup,) = (folder / "kept").iterdir()
    opened.change(joint_items.withdraw, pair.vss, item.id)
    taken_back.keep(opened, *settings().taken_back_folders)
    opened.engine.dispose()
    return backup, item.id


def test_what_was_taken_back_since_is_not_open_in_an_older_backup(tmp_path: Path, home: Path) -> None:
    backup, item_id = share_and_withdraw_since_a_backup(tmp_path)

    said = run("restore", backup, "--to", tmp_path / "again", "--key", home / "backup.key")

    again = open_again(tmp_path)
    with again.reading.begin() as db:
        assert db.scalar(select(JointItem.withdrawn_at).where(JointItem.id == item_id)) is not None
        assert chain.verify(db, chain.key_of(db)).wrong is None
    again.engine.dispose()
    assert "after the backup was made: 1." in said


def test_a_restore_says_that_nothing_was_found_of_what_was_taken_back(tmp_path: Path, home: Path) -> None:
    backup, item_id = share_and_withdraw_since_a_backup(tmp_path)
    shutil.rmtree(home / taken_back.FOLDER)

    said = run("restore", backup, "--to", tmp_path / "again", "--key", home / "backup.key")

    again = open_again(tmp_path)
    with again.reading.begin() as db:
        assert db.scalar(select(JointItem.withdrawn_at).where(JointItem.id == item_id)) is None
    again.engine.dispose()
    assert "All of it is open again" in said


def counted(of: store.Store) -> dict[str, int]:
    """The rows of each table that an erasure leaves or takes."""
    names = ("meeting", "action", "action_change", "path_entry", "released_entry", "immediate_notice")
    tables = Base.metadata.tables
    with of.reading() as db:
        return {name: db.scalar(select(func.count()).select_from(tables[name])) or 0 for name in names}


def test_a_restore_names_what_of_the_erased_cannot_be_read_any_more(tmp_path: Path, home: Path) -> None:
    backup, erasure_id = erase_since_a_backup(tmp_path)
    (home / "erased" / f"{erasure_id}.json").write_text("")

    said = run("restore", backup, "--to", tmp_path / "again", "--key", home / "backup.key")

    assert f"this cannot be read, or was changed: {erasure_id}.json" in said
    assert "Nothing was found of what was erased" not in said


def test_what_was_erased_is_read_in_the_second_folder_where_the_first_one_is_torn(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_ANCHORS", str(tmp_path / "second"))
    settings.cache_clear()
    backup, erasure_id = erase_since_a_backup(tmp_path)
    (home / "erased" / f"{erasure_id}.json").write_text("")

    said = run("restore", backup, "--to", tmp_path / "again", "--key", home / "backup.key")

    again = open_again(tmp_path)
    with again.reading.begin() as db:
        keys.whole(db)
        assert [note.text for note in db.scalars(select(FileNote))] == ["A note of pp"]
    again.engine.dispose()
    assert "cannot be read" not in said


@pytest.mark.parametrize(("part", "sides"), [("meetings", ("vss", "pp")), ("own_file", ("vss",))])
def test_what_an_erasure_left_is_there_after_a_restore_too(
    tmp_path: Path, home: Path, part: str, sides: tuple[str, ...]
) -> None:
    opened = store.open_default()
    with opened.writing.begin() as db:
        pair = closed(db, Make(db))
        entry = db.scalars(select(PathEntry.id).where(PathEntry.service_id == pair.vss.service_id)).one()
        shared = db.scalars(select(JointItem.id).where(JointItem.service_id == pair.vss.service_id)).one()
        db.add(ReleasedEntry(item_id=shared, entry_id=entry, kind="left", happened_on=clock.today()))
        author = pair.vss.person_id
        db.add(ImmediateNotice(item_id=shared, entry_id=entry, answer_hours=24, author_id=author))
    run("backup", "--to", tmp_path / "kept")
    (backup,) = (tmp_path / "kept").iterdir()
    with opened.writing.begin() as db:
        erasure = ask(db, manager(Make(db), pair), pair, part)
        for side in sides:
            erasures.confirm(db, manager(Make(db), pair, side), erasure.id, version=erasure.version)
    tombstones.settle(opened, *settings().erased_folders)
    left = counted(opened)
    opened.engine.dispose()

    run("restore", backup, "--to", tmp_path / "again", "--key", home / "backup.key")

    again = open_again(tmp_path)
    assert counted(again) == left
    assert 0 not in {left["action"], left["released_entry"], left["immediate_notice"]}
    assert left["path_entry" if part == "own_file" else "meeting"] < 2
    again.engine.dispose()


def test_a_restore_that_finds_nothing_of_what_was_erased_says_so(tmp_path: Path, home: Path) -> None:
    run("backup", "--to", tmp_path / "kept")
    (backup,) = (tmp_path / "kept").iterdir()

    said = run("restore", backup, "--to", tmp_path / "again", "--key", home / "backup.key")

    assert "Nothing was found of what was erased" in said


@pytest.mark.parametrize("address", ["ada:x9@db.example.org/new", "concord:concord@localhost/new"])
def test_nothing_is_restored_into_a_server_that_the_settings_would_refuse(
    tmp_path: Path, home: Path, address: str
) -> None:
    run("backup", "--to", tmp_path / "kept")
    (backup,) = (tmp_path / "kept").iterdir()

    said = refused("restore", backup, "--to", tmp_path / "again", "--database", f"postgresql://{address}")

    assert "This database cannot be used: it must" in said
    assert "x9" not in said
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    ("database", "sentence"),
    [
        ("other.db", "must begin with postgresql://"),
        ("sqlite:///other.db", "must begin with postgresql://"),
        ("postgresql://127.0.0.1:9/new", "Leave --database out"),
    ],
)
def test_a_backup_of_a_file_is_restored_into_no_database_elsewhere(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, database: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run("backup", "--to", tmp_path / "kept")
    (backup,) = (tmp_path / "kept").iterdir()
    to = ("--to", tmp_path / "again", "--key", home / "backup.key")

    said = refused("restore", backup, *to, "--database", database)

    assert sentence in said
    assert not (tmp_path / "other.db").exists()
    run("restore", backup, *to)


def test_a_nightly_backup_that_lacks_the_home_folder_makes_and_prints_no_key(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_DATABASE", str(home / "concord.db"))
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "wrong"))
    settings.cache_clear()

    result = runner.invoke(app, ["backup", "--to", str(tmp_path / "kept")])

    assert result.exit_code != 0
    assert "AGE-SECRET-KEY" not in result.output
    assert not (tmp_path / "wrong" / "backup.key").exists()
    assert not (tmp_path / "kept").exists()
