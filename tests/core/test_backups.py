"""Backups: taken while people write, sealed, and worth nothing until they were restored once."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pyotp
import pyrage
import pytest
from pyrage import x25519
from sqlalchemy import Engine, create_engine, make_url, select, text

from core import backups, chain, clock, key_file, sealing, store
from core import keys as data_keys
from core.access import Actor
from core.backups import BackupError, envelope, keys, postgresql, records
from core.backups.making import server_of
from core.db import Base, open_engine, open_sessions
from core.key_rings import root
from core.models import Account, DataKey, Person, ServiceKind
from core.settings import settings
from core.sign_in import factors
from core.store import Store
from tests.campaign import backup
from tests.core.test_rotation import fill, told
from tests.make import Make


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The store of a test lies in the home folder of the settings, with its keys beside it."""
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def identity() -> x25519.Identity:
    return x25519.Identity.generate()


def somebody(opened: Store) -> Actor:
    """A person with a second factor, so that the database holds something sealed."""
    with opened.writing.begin() as db:
        make = Make(db)
        actor = make.actor(make.cooperation().pp_id)
        make.account(actor, seed=pyotp.random_base32())
    return actor


def wrong(error: pytest.ExceptionInfo[BackupError]) -> str:
    return error.value.key


def test_a_backup_that_is_made_while_two_people_write_comes_back_whole(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    somebody(own_store)

    with backup.writers(own_store, number=2) as written:
        made = backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())
    again = backups.verify(made.file, identity, beside=tmp_path, server=server_of(own_store))

    assert written.count > 0
    assert again == made.manifest
    assert again.content.counts["event"] == again.content.log_count
    assert again.content.counts["account"] == 1


def test_backups_are_restored_again_and_again_and_any_damage_is_found(
    own_store: Store, tmp_path: Path
) -> None:
    somebody(own_store)

    result = backup.cycles(own_store, tmp_path, cycles=3, damages=20, seed=5)

    assert (result.restored, result.damaged, result.found) == (3, 20, 20)


def test_only_a_restored_backup_is_written_down(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    assert records.newest(tmp_path) is None

    made = backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())
    found = records.newest(tmp_path)

    assert found is not None
    assert found.file == made.file
    assert not found.is_old
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("backup-")] == []


def test_nothing_that_was_written_stands_in_the_file(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    with own_store.writing.begin() as db:
        service = Make(db).service(ServiceKind.VSS)
        service.name = "Casa Canarina"

    made = backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())

    raw = made.file.read_bytes()
    assert b"Canarina" not in raw
    assert key_file.read(tmp_path / "field.key").encode() not in raw
    with pytest.raises(BackupError) as error:
        backups.verify(made.file, x25519.Identity.generate(), beside=tmp_path, server=server_of(own_store))
    assert wrong(error) == "wrong_key"


def test_a_database_inside_is_encrypted_even_where_the_envelope_is_open(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    with own_store.writing.begin() as db:
        Make(db).service(ServiceKind.VSS).name = "Casa Canarina"
    made = backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())
    folder = tmp_path / "open"
    folder.mkdir()

    contents = envelope.unseal(made.file, identity, folder)

    assert b"Canarina" not in contents.database.read_bytes()
    assert sorted(contents.keys) == ["audit.key", "field.key", "own.key"]


def test_a_foreign_file_and_a_missing_one_are_named_as_such(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    foreign = tmp_path / "foreign.age"
    foreign.write_bytes(os.urandom(4000))
    empty = tmp_path / "empty.age"
    empty.touch()
    (tmp_path / "plain").write_text("some text")
    other = tmp_path / "other.age"
    pyrage.encrypt_file(str(tmp_path / "plain"), str(other), [identity.to_public()])

    for file, said in (
        (foreign, "foreign"),
        (empty, "foreign"),
        (other, "foreign"),
        (tmp_path / "gone", "no_file"),
    ):
        with pytest.raises(BackupError) as error:
            backups.verify(file, identity, beside=tmp_path, server=server_of(own_store))
        assert wrong(error) == said


def test_a_backup_of_another_installation_is_not_taken_for_ours(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    made = backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())
    other = tmp_path / "elsewhere"
    other.mkdir()
    key_file.read(other / "audit.key")

    with pytest.raises(BackupError) as error:
        backups.verify(made.file, identity, beside=other, server=server_of(own_store))

    assert wrong(error) == "other_installation"


def test_a_field_key_that_does_not_fit_shows_before_the_backup_counts(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    somebody(own_store)
    (tmp_path / "field.key").unlink()
    key_file.read(tmp_path / "field.key")

    with pytest.raises(BackupError) as error:
        backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())

    assert wrong(error) == "seals_broken"
    assert records.newest(tmp_path) is None


def test_a_backup_that_did_not_come_back_is_kept_nowhere(
    own_store: Store, tmp_path: Path, identity: x25519.Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody(own_store)
    kept = tmp_path / "kept"

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(records, "add", killed)
    with pytest.raises(KeyboardInterrupt):
        backups.make(own_store, tmp_path, kept, identity.to_public())
    (tmp_path / "field.key").unlink()
    key_file.read(tmp_path / "field.key")
    with pytest.raises(BackupError, match="seals_broken"):
        backups.make(own_store, tmp_path, kept, identity.to_public())

    assert list(kept.iterdir()) == []


def test_a_part_that_a_killed_backup_left_goes_with_the_next_one_and_nobody_elses(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    names = ("concord-2026-01-01T02-15-00Z.age.part", "concord-2026-01-02T02-15-00Z.age.part", "theirs.part")
    for name in names:
        (kept / name).touch()
    for name in (names[0], names[2]):
        os.utime(kept / name, (0, 0))

    made = backups.make(own_store, tmp_path, kept, identity.to_public())

    assert sorted(file.name for file in kept.iterdir()) == sorted([made.file.name, *names[1:]])


def test_a_sealed_value_that_does_not_open_shows_before_the_backup_counts(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = make.pair()
        subject = make.subject(pair.vss_file, name="Anna Bianchi")
        table = Base.metadata.tables["subject"]
        name = db.execute(select(table.c.name).where(table.c.id == subject.id)).scalar_one()
        db.execute(table.update().where(table.c.id == subject.id).values(address=name))

    with pytest.raises(BackupError) as error:
        backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())

    assert wrong(error) == "seals_broken"


def test_a_log_that_was_tampered_with_shows_before_the_backup_counts(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    with own_store.writing.begin() as db:
        backup.leave(db, 5)
    with own_store.writing.begin() as db:
        for statement in backup.DISARM[own_store.engine.dialect.name]:
            db.execute(text(statement))
        db.execute(text("UPDATE event SET act = 'other' WHERE seq = 3"))

    with pytest.raises(BackupError) as error:
        backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())

    assert (wrong(error), error.value.values) == ("log_broken", {"seq": 3})


def test_what_is_restored_is_used_like_the_old_one(
    own_store: Store, tmp_path: Path, identity: x25519.Identity, request: pytest.FixtureRequest
) -> None:
    somebody(own_store)
    made = backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())
    new, url = tmp_path / "new", ""
    if own_store.engine.dialect.name == "postgresql":
        url = empty_database(own_store.engine, "restored_" + tmp_path.name.replace("-", "_")[-30:])

    backups.restore(made.file, identity, home=new, database=url)

    opened = store.open_store(url or f"sqlite:///{new / 'concord.db'}", new / "database.key")
    with opened.writing.begin() as db:
        backup.leave(db, 1)
    with opened.reading.begin() as db:
        report = chain.verify(db, chain.key_of(db))
    opened.engine.dispose()
    assert (report.wrong, report.count) == (None, made.manifest.content.log_count + 1)
    with pytest.raises(BackupError) as error:
        backups.restore(made.file, identity, home=new, database=url)
    assert wrong(error) == "home_in_use"
    if url:
        with pytest.raises(BackupError) as error:
            backups.restore(made.file, identity, home=tmp_path / "third", database=url)
        assert wrong(error) == "not_empty"


def test_what_is_restored_has_a_new_key_of_the_fields_for_the_cipher_of_the_settings(
    own_store: Store,
    tmp_path: Path,
    identity: x25519.Identity,
    request: pytest.FixtureRequest,
    choose_cipher: Callable[[str], None],
) -> None:
    fill(own_store)
    before, seed = told(own_store), pyotp.random_base32()
    with own_store.writing.begin() as db:
        account = Account(person_id=db.scalars(select(Person.id).limit(1)).one(), username="her")
        account.totp_secret = sealing.seal(seed, key=root(db), place=f"account.totp_secret:{account.id}")
        db.add(account)
    made = backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())
    new, url = tmp_path / "new", ""
    if own_store.engine.dialect.name == "postgresql":
        url = empty_database(own_store.engine, "renewed_" + tmp_path.name.replace("-", "_")[-30:])
    choose_cipher("chacha20-poly1305")

    backups.restore(made.file, identity, home=new, database=url)

    opened = store.open_store(url or f"sqlite:///{new / 'concord.db'}", new / "database.key")
    with opened.reading.begin() as db:
        wrapped = db.scalars(select(DataKey.wrapped).where(data_keys.is_topmost())).all()
        assert {sealing.version_of(each) for each in wrapped} == {"chacha20-poly1305"}
        there = db.get_one(Account, account.id)
        assert factors.unseal_of(there, root(db)) == seed
        with pytest.raises(sealing.BrokenSealError):
            factors.unseal_of(there, own_store.engine.get_execution_options()["field_key"])
    assert told(opened) == before
    opened.engine.dispose()
    assert key_file.read(new / "field.key") != key_file.read(tmp_path / "field.key")
    assert told(own_store) == before


def empty_database(engine: Engine, name: str) -> str:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    return engine.url.set(database=name).render_as_string(hide_password=False)


def test_a_full_disk_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    to = tmp_path / "kept"
    to.mkdir()
    inside = tmp_path / "inside"
    inside.write_bytes(os.urandom(3_000_000))

    with backup.tight(limit=1_000_000), pytest.raises(BackupError) as error:
        envelope.seal(
            to / "one.age", {"manifest.json": "{}"}, inside, [x25519.Identity.generate().to_public()]
        )

    assert wrong(error) == "no_room"
    assert list(to.iterdir()) == []


def test_a_disk_that_is_full_in_the_middle_says_so_and_keeps_nothing(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    key_file.read(tmp_path / "field.key")
    before = sorted(path.name for path in tmp_path.iterdir())

    with backup.tight(limit=20_000), pytest.raises(BackupError) as error:
        backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())

    assert wrong(error) == "no_room"
    assert list((tmp_path / "kept").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, "kept"])


def test_what_a_killed_backup_left_behind_goes_with_the_next_one(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    left = tmp_path / "backup-left"
    left.mkdir()
    (left / "concord.db").touch()
    os.utime(left, (0, 0))

    backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())

    assert not left.exists()


def test_a_folder_that_cannot_be_made_says_so(own_store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BackupError) as error:
        backups.make(own_store, tmp_path, tmp_path / "file" / "in", x25519.Identity.generate().to_public())

    assert wrong(error) == "no_room"


def test_a_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    first = keys.sealing("", tmp_path / "backup.key")
    second = keys.sealing("", tmp_path / "backup.key")
    elsewhere = x25519.Identity.generate()
    given = keys.sealing(str(elsewhere.to_public()), tmp_path / "none.key")

    assert first.made is not None
    assert second.made is None
    assert str(second.recipient) == str(first.recipient)
    assert str(given.recipient) == str(elsewhere.to_public())
    assert not (tmp_path / "none.key").exists()
    assert (tmp_path / "backup.key").stat().st_mode & 0o077 == 0


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("# a remark\nsomething\n")

    for name, said in (("text", "not_a_key"), ("gone", "no_key")):
        with pytest.raises(BackupError) as error:
            keys.read(tmp_path / name)
        assert wrong(error) == said


def test_where_the_tools_of_postgresql_are_missing_they_are_named(
    postgresql_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Store(postgresql_engine, *open_sessions(postgresql_engine))
    key_file.read(tmp_path / "audit.key")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupError) as error:
        backups.make(opened, tmp_path, tmp_path / "kept", x25519.Identity.generate().to_public())

    assert (wrong(error), error.value.values) == ("no_tool", {"tool": "pg_dump"})


def test_a_role_that_may_make_no_database_is_told_what_it_needs(
    postgresql_engine: Engine, tmp_path: Path
) -> None:
    with postgresql_engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS plain_role"))
        connection.execute(text("CREATE ROLE plain_role LOGIN SUPERUSER NOCREATEDB"))
        connection.execute(text("ALTER ROLE plain_role NOSUPERUSER"))
    key_file.read(tmp_path / "audit.key")
    url = (
        make_url(str(postgresql_engine.url)).set(username="plain_role").render_as_string(hide_password=False)
    )
    limited = open_engine(url, tmp_path / "database.key")

    with pytest.raises(BackupError) as error, postgresql.scratch(limited):
        pass

    limited.dispose()
    assert wrong(error) == "no_scratch_database"


@pytest.mark.parametrize("role", ["Concord", "concord-app"])
def test_a_trial_is_made_whatever_the_role_is_called(
    postgresql_engine: Engine, tmp_path: Path, role: str
) -> None:
    own = f"{role}-{uuid4().hex[:8]}"
    with postgresql_engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f'CREATE ROLE "{own}" LOGIN CREATEDB'))
        url = make_url(str(postgresql_engine.url)).set(username=own).render_as_string(hide_password=False)
        named = open_engine(url, tmp_path / "database.key")

        with postgresql.scratch(named) as trial:
            made = make_url(trial).database

        named.dispose()
        connection.execute(text(f'DROP ROLE "{own}"'))
    assert made not in names_of_trials(postgresql_engine)


def names_of_trials(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        found = connection.scalars(
            text("SELECT datname FROM pg_database WHERE datname LIKE 'concord_trial_%'")
        )
        return set(found)


def test_a_trial_database_that_a_killed_backup_left_goes_with_the_next_trial_and_no_other(
    postgresql_engine: Engine,
) -> None:
    now = int(clock.now().timestamp())
    left, young, used = (f"concord_trial_{now - age}_{uuid4().hex}" for age in (4000, 60, 4000))
    for name in (left, young, used):
        empty_database(postgresql_engine, name)
    connected = create_engine(postgresql_engine.url.set(database=used))

    with connected.connect(), postgresql.scratch(postgresql_engine) as url:
        during = names_of_trials(postgresql_engine)

    connected.dispose()
    assert during == {young, used, make_url(url).database}
    with postgresql.scratch(postgresql_engine):
        pass
    assert names_of_trials(postgresql_engine) == {young}
    with postgresql_engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"DROP DATABASE {young}"))


@pytest.mark.parametrize("own_store", ["postgresql"], indirect=True)
def test_a_database_is_empty_again_where_what_was_restored_into_it_is_wrong(
    own_store: Store, postgresql_engine: Engine, tmp_path: Path, identity: x25519.Identity
) -> None:
    made = backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())
    url = empty_database(postgresql_engine, f"wrong_{uuid4().hex}")
    new = tmp_path / "new"
    broken = made.manifest.model_copy(update={"sample": made.manifest.sample[:-4] + "AAAA"})

    with pytest.MonkeyPatch.context() as patch:
        unseal = envelope.unseal
        patch.setattr(envelope, "unseal", lambda *given: replace(unseal(*given), manifest=broken))
        with pytest.raises(BackupError, match="seals_broken"):
            backups.restore(made.file, identity, home=new, database=url)

    assert list(new.iterdir()) == []
    backups.restore(made.file, identity, home=new, database=url)
    assert (new / "audit.key").exists()


def test_a_newer_backup_is_the_one_that_counts_and_a_spoilt_list_is_said(
    own_store: Store, tmp_path: Path, identity: x25519.Identity
) -> None:
    made = backups.make(own_store, tmp_path, tmp_path / "kept", identity.to_public())
    older = made.manifest.model_copy(update={"made_at": made.manifest.made_at.replace(year=2020)})

    records.add(tmp_path, tmp_path / "older.age", older)
    newest = records.newest(tmp_path)
    (tmp_path / records.FILE).write_text("[[backup]]\nfile = 3")
    with pytest.raises(BackupError) as shape:
        records.newest(tmp_path)
    (tmp_path / records.FILE).write_text("[[backup]]\nfile 3")
    with pytest.raises(BackupError) as line:
        records.copies(tmp_path)

    assert newest is not None
    assert newest.file == made.file
    assert (wrong(shape), wrong(line)) == ("unreadable_list", "unreadable_list")
    assert "line 2" in str(line.value.values["said"])
