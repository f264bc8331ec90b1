"""The log gets another key and another hash: old rows are checked as ever, new ones by the new key, and none goes back."""

import hmac
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from core import anchors, chain, log_keys, store, tombstones
from core.__main__ import app
from core.chain import Wrong
from core.log_keys import HashName, LogKeys
from core.models import Event
from core.settings import SettingsError, settings
from core.store import Store
from tests.campaign import log
from tests.core.test_backup_commands import erase_since_a_backup, open_again, run
from tests.core.test_chain import leave, verify

HEX, OTHER_HEX = "6b" * 32, "4c" * 32


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


def go_on(opened: Store, rows: int = 3) -> None:
    with opened.writing.begin() as db:
        leave(db, rows)


def renew(opened: Store, folder: Path, hash_name: HashName) -> None:
    """As the command does it, for a store that lies anywhere."""
    with opened.writing.begin() as db:
        keys = chain.key_of(db)
        log_keys.add(folder / "audit.key", hash_name)
        keys.read_again()
        leave(db)


def begins(opened: Store) -> list[int]:
    """Which key made each row."""
    with opened.reading.begin() as db:
        return [log_keys.number_of(mac) for mac in db.scalars(select(Event.mac).order_by(Event.seq))]


def test_another_hash_makes_the_codes_from_one_row_on_and_the_rows_before_are_checked_as_ever(
    own_store: Store, tmp_path: Path
) -> None:
    go_on(own_store)
    renew(own_store, tmp_path, "sha3-256")
    go_on(own_store)
    renew(own_store, tmp_path, "sha512")
    go_on(own_store)

    assert begins(own_store) == [1] * 3 + [2] * 4 + [3] * 4
    assert (verify(own_store).count, verify(own_store).wrong) == (11, None)
    again = store.open_store(
        own_store.engine.url.render_as_string(hide_password=False), tmp_path / "database.key"
    )
    go_on(again, 1)
    assert verify(again).wrong is None
    again.engine.dispose()


@pytest.mark.parametrize("place", [2, 5])
def test_a_row_that_was_changed_is_found_on_either_side_of_a_new_key(
    own_store: Store, tmp_path: Path, place: int
) -> None:
    go_on(own_store)
    renew(own_store, tmp_path, "sha3-256")
    go_on(own_store)

    spoil(own_store, f"UPDATE event SET act = 'other' WHERE seq = {place}")

    assert (verify(own_store).wrong, verify(own_store).seq) == (Wrong.CHANGED, place)


def test_a_program_that_runs_meanwhile_goes_on_with_the_new_key(own_store: Store, tmp_path: Path) -> None:
    address = own_store.engine.url.render_as_string(hide_password=False)
    running = store.open_store(address, tmp_path / "database.key")
    go_on(running)

    renew(own_store, tmp_path, "sha512")
    go_on(running)

    assert begins(running) == [1] * 3 + [2] * 4
    assert verify(running).wrong is None
    running.engine.dispose()


def test_a_command_that_stopped_before_its_row_leaves_a_log_that_goes_on(
    own_store: Store, tmp_path: Path
) -> None:
    address = own_store.engine.url.render_as_string(hide_password=False)
    go_on(own_store)
    log_keys.add(tmp_path / "audit.key", "sha3-256")

    go_on(own_store)
    started = store.open_store(address, tmp_path / "database.key")
    go_on(started)
    go_on(own_store)

    assert begins(own_store) == [1] * 6 + [2] * 6
    assert verify(own_store).wrong is None
    started.engine.dispose()


def test_who_has_the_old_key_writes_no_row_behind_the_new_one(own_store: Store, tmp_path: Path) -> None:
    go_on(own_store)
    old = LogKeys((tmp_path / "audit.key").read_text)
    renew(own_store, tmp_path, "sha3-256")
    go_on(own_store)

    with own_store.reading.begin() as db:
        before, last = list(chain._rows(db))[-2:]
        _seq, _mac, *fields = last
        forged = old.code(chain._whole(before[1], last[0], fields))
    spoil(own_store, f"UPDATE event SET mac = '{forged}' WHERE seq = {last[0]}")

    assert old.is_right(chain._whole(before[1], last[0], fields), forged)
    assert (verify(own_store).wrong, verify(own_store).seq) == (Wrong.CHANGED, last[0])


@pytest.mark.parametrize("number", ["0", "3", "-1", "x"])
def test_a_code_that_names_no_key_of_the_log_is_wrong(own_store: Store, tmp_path: Path, number: str) -> None:
    go_on(own_store)
    renew(own_store, tmp_path, "sha3-256")

    spoil(own_store, f"UPDATE event SET mac = '{number}' || substr(mac, 2) WHERE seq = 4")

    assert (verify(own_store).wrong, verify(own_store).seq) == (Wrong.CHANGED, 4)


def test_nobody_writes_on_behind_a_key_that_is_not_here(own_store: Store, tmp_path: Path) -> None:
    go_on(own_store)
    address = own_store.engine.url.render_as_string(hide_password=False)
    running = store.open_store(address, tmp_path / "database.key")
    kept = (tmp_path / "audit.key").read_text()
    renew(own_store, tmp_path, "sha3-256")
    (tmp_path / "audit.key").write_text(kept)

    with pytest.raises(RuntimeError, match="a key that is not here"):
        go_on(running)
    with pytest.raises(SettingsError, match=r"audit\.key beside database\.key is not the one"):
        store.open_store(address, tmp_path / "database.key")
    running.engine.dispose()


def spoil(opened: Store, statement: str) -> None:
    with opened.engine.execution_options(writes=True).begin() as connection:
        for disarm in log.DISARM[opened.engine.dialect.name]:
            connection.execute(text(disarm))
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("name", "called"), [("sha256", "sha256"), ("sha512", "sha512"), ("sha3-256", "sha3_256")]
)
def test_each_key_makes_its_codes_with_the_hash_that_stands_before_it(name: str, called: str) -> None:
    keys = LogKeys(lambda: f"{HEX} {name}:{OTHER_HEX}")

    made = keys.code(b"what happened")

    assert made == "2:" + hmac.digest(bytes.fromhex(OTHER_HEX), b"what happened", called).hex()
    assert keys.is_right(b"what happened", made)
    assert not keys.is_right(b"what else happened", made)
    first = LogKeys(lambda: HEX).code(b"what happened")
    for other in (made[2:], f"0{made}", f"1:{first}", f"3{made[1:]}", "9" * 5000 + made[1:], ""):
        assert not keys.is_right(b"what happened", other)
    assert keys.is_right(b"what happened", first)


def test_an_anchor_of_before_reads_and_one_of_now_carries_the_new_key(
    own_store: Store, tmp_path: Path
) -> None:
    go_on(own_store)
    anchors.keep(own_store, tmp_path / "anchors")
    renew(own_store, tmp_path, "sha512")
    anchors.keep(own_store, tmp_path / "anchors")

    with own_store.reading.begin() as db:
        seen = anchors.kept([tmp_path / "anchors"], chain.key_of(db))
    assert list(seen) == [3, 4]
    assert verify(own_store, seen).wrong is None
    newest = max((tmp_path / "anchors").iterdir())
    assert '"code": "2:' in newest.read_text()
    newest.write_text(newest.read_text().replace('"code": "2:', '"code": "1:'))
    with own_store.reading.begin() as db, pytest.raises(anchors.BadAnchorError):
        anchors.kept([tmp_path / "anchors"], chain.key_of(db))


def test_a_hash_that_is_not_known_stops_the_start(home: Path) -> None:
    store.open_default().engine.dispose()
    key = home / "audit.key"
    key.write_text(f"{key.read_text()} md5:{OTHER_HEX}")

    with pytest.raises(SettingsError, match="a hash that this version of Concord does not know"):
        store.open_default()


def test_the_command_gives_the_log_a_new_key_and_says_what_to_do_now(home: Path) -> None:
    opened = store.open_default()
    go_on(opened)
    opened.engine.dispose()

    said = run("audit", "new-key", "--hash", "sha3-256")

    assert "from row 4 on" in said
    assert " sha3-256:" in (home / "audit.key").read_text()
    assert (home / "audit.key").stat().st_mode & 0o077 == 0
    run("audit", "verify")
    assert CliRunner().invoke(app, ["audit", "new-key", "--hash", "md5"]).exit_code == 2


def test_an_older_backup_takes_the_later_keys_along_and_what_was_erased_since_stays_erased(
    home: Path, tmp_path: Path
) -> None:
    opened = store.open_default()
    go_on(opened)
    opened.engine.dispose()
    backup, _erasure_id = erase_since_a_backup(tmp_path)
    run("audit", "new-key", "--hash", "sha3-256")
    shutil.rmtree(home / "erased")
    opened = store.open_default()
    tombstones.settle(opened, *settings().erased_folders)
    opened.engine.dispose()
    assert all('"code": "2:' in file.read_text() for file in (home / "erased").glob("*.json"))

    run("backup", "--verify", backup)
    said = run("restore", backup, "--to", tmp_path / "again", "--key", home / "backup.key")

    assert "cannot be read" not in said
    assert (tmp_path / "again" / "audit.key").read_text() == (home / "audit.key").read_text()
    again = open_again(tmp_path)
    assert verify(again).wrong is None
    assert begins(again)[-1] == 2
    with again.reading.begin() as db:
        assert db.scalar(text("SELECT count(*) FROM file_note")) == 1
    again.engine.dispose()
