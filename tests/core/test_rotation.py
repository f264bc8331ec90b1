"""New keys for everything that lies sealed: nothing is lost, whenever it stops, and the old keys are gone in the end."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from core import key_file, keys, rotation, sealing, store
from core.__main__ import app
from core.db import Base
from core.key_rings import COLUMNS, root
from core.locale import Words
from core.models import Account, DataKey, FileNote, KeyState, Person, Subject
from core.rotation import OtherCipherError, StillNeededError, rotate
from core.sealing import BrokenSealError
from core.settings import SettingsError, settings
from core.sign_in import factors
from core.store import Store
from tests.make import Make

NOTES = 30
SEED = "JBSWY3DPEHPK3PXP"


def fill(kept: Store, notes: int = NOTES) -> None:
    """Two cases, each with notes and people in both files."""
    with kept.writing.begin() as db:
        make = Make(db)
        for _ in range(2):
            pair = make.pair()
            for file, actor in ((pair.pp_file, pair.pp), (pair.vss_file, pair.vss)):
                make.subject(file, name=f"Name {file.id}")
                for number in range(notes // 4):
                    make.note(file, actor, text=f"Note {number} of {file.id}")


def stop(anew: int) -> None:
    """Break a rotation off in the middle of the notes."""
    if anew > NOTES:
        raise KeyboardInterrupt


def told(kept: Store) -> dict[str, str]:
    """Everything that lies sealed in notes and people, opened."""
    with kept.reading.begin() as db:
        keys.whole(db)
        notes = {str(note.id): note.text for note in db.scalars(select(FileNote))}
        return notes | {str(person.id): person.name for person in db.scalars(select(Subject))}


def mix_up(kept: Store) -> None:
    """Put one note's text into another's place, past the program."""
    table = Base.metadata.tables["file_note"]
    with kept.writing.begin() as db:
        one, other = db.scalars(select(FileNote.id).limit(2))
        moved = db.execute(select(table.c.text).where(table.c.id == one)).scalar_one()
        db.execute(table.update().where(table.c.id == other).values(text=moved))


def key_ids(kept: Store, state: KeyState | None = None) -> set[str]:
    with kept.reading.begin() as db:
        statement = select(DataKey.id).where(DataKey.state == state) if state else select(DataKey.id)
        return {str(key_id) for key_id in db.scalars(statement)}


def test_after_a_rotation_everything_opens_and_no_old_key_is_left(own_store: Store) -> None:
    fill(own_store)
    before, had = told(own_store), key_ids(own_store)

    done = rotate(own_store)

    assert told(own_store) == before
    assert done.anew == done.values > NOTES
    assert done.destroyed == len(had)
    assert key_ids(own_store) & had == set()
    assert key_ids(own_store, KeyState.OLD) == set()


def test_a_rotation_that_stopped_goes_on_where_it_was(
    own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(own_store)
    before = told(own_store)
    monkeypatch.setattr(rotation, "BATCH", 3)

    with pytest.raises(KeyboardInterrupt):
        rotate(own_store, stop)
    assert told(own_store) == before
    begun = key_ids(own_store, KeyState.CURRENT)
    done = rotate(own_store)

    assert told(own_store) == before
    assert done.anew < done.values
    assert begun <= key_ids(own_store)


def test_who_writes_meanwhile_seals_with_the_new_key(own_store: Store) -> None:
    fill(own_store)
    seen: list[str] = []

    def write(anew: int) -> None:
        if anew and not seen:
            with own_store.writing.begin() as db:
                like = db.scalars(select(FileNote).limit(1)).one()
                note = FileNote(
                    file_id=like.file_id,
                    author_id=like.author_id,
                    topic=like.topic,
                    text="Written meanwhile",
                    written_on=like.written_on,
                )
                db.add(note)
                seen.append(str(note.id))

    rotate(own_store, write)

    assert told(own_store)[seen[0]] == "Written meanwhile"


def test_a_value_that_does_not_open_keeps_the_old_keys(own_store: Store) -> None:
    fill(own_store)
    mix_up(own_store)
    had = key_ids(own_store)

    with pytest.raises(BrokenSealError):
        rotate(own_store)

    assert had <= key_ids(own_store)


def test_an_old_key_that_something_needs_is_not_destroyed(own_store: Store) -> None:
    fill(own_store)
    with own_store.writing.begin() as db:
        rotation._begin(db)

    with pytest.raises(StillNeededError), own_store.writing.begin() as db:
        rotation._destroy(db)

    assert told(own_store)


# --- To another cipher ------------------------------------------------------------------------------------------------

OTHER = "chacha20-poly1305"


def add_seed(kept: Store) -> Account:
    """Somebody with a second step, as it is kept."""
    with kept.writing.begin() as db:
        account = Account(person_id=db.scalars(select(Person.id).limit(1)).one(), username="her")
        place = f"account.totp_secret:{account.id}"
        account.totp_secret = sealing.seal(SEED, key=root(db), place=place)
        db.add(account)
        return account


def ciphers(kept: Store) -> set[str]:
    """Every cipher that a key is for, or that something lies sealed with."""
    with kept.reading.begin() as db:
        ring = keys.whole(db)
        ring.unwrap(db, db.execute(select(*COLUMNS)))
        values = {ring.key(db, held.key_id).cipher for _place, held in rotation._all(db, ring)}
        above = db.scalars(select(DataKey.wrapped).where(keys.is_topmost())).all()
        seeds = db.scalars(select(Account.totp_secret).where(Account.totp_secret.is_not(None))).all()
        begins = {sealing.version_of(str(each)) for each in (*above, *seeds)}
        return values | {ring.key(db, UUID(each)).cipher for each in key_ids(kept)} | begins


def test_after_a_rotation_to_another_cipher_everything_opens_and_nothing_of_the_old_one_is_left(
    own_store: Store, choose_cipher: Callable[[str], None]
) -> None:
    fill(own_store)
    account = add_seed(own_store)
    before, had = told(own_store), key_ids(own_store)
    assert ciphers(own_store) == {"aes-256-gcm", "v1"}

    choose_cipher(OTHER)
    assert told(own_store) == before
    done = rotate(own_store)

    assert told(own_store) == before
    assert done.anew == done.values > NOTES
    assert key_ids(own_store) & had == set()
    assert ciphers(own_store) == {OTHER}
    with own_store.reading.begin() as db:
        now = db.get_one(Account, account.id)
        assert factors.unseal_of(now, root(db)) == SEED
        assert now.version == account.version

    choose_cipher("aes-256-gcm")
    rotate(own_store)

    assert told(own_store) == before
    assert ciphers(own_store) == {"aes-256-gcm", "v1"}


def test_a_rotation_that_stopped_goes_on_to_another_cipher(
    own_store: Store, choose_cipher: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(own_store)
    before = told(own_store)
    monkeypatch.setattr(rotation, "BATCH", 3)

    for cipher in ("aes-256-gcm", OTHER):
        choose_cipher(cipher)
        with pytest.raises(KeyboardInterrupt):
            rotate(own_store, stop)
        assert told(own_store) == before
    rotate(own_store)

    assert told(own_store) == before
    assert ciphers(own_store) == {OTHER}


def test_where_a_program_with_another_setting_works_meanwhile_no_old_key_is_destroyed_until_it_has_this_one(
    own_store: Store, choose_cipher: Callable[[str], None]
) -> None:
    fill(own_store)
    before, had = told(own_store), key_ids(own_store)
    seen: list[int] = []

    def work(_anew: int) -> None:
        if not seen:
            seen.append(1)
            choose_cipher("aes-256-gcm")
            with own_store.writing.begin() as db:
                make = Make(db)
                make.numbers = count(1000)
                pair = make.pair()
                make.note(pair.vss_file, pair.vss, text="Written meanwhile")
            choose_cipher(OTHER)

    choose_cipher(OTHER)
    with pytest.raises(OtherCipherError):
        rotate(own_store, work)
    assert had <= key_ids(own_store)
    rotate(own_store)

    assert told(own_store).items() > before.items()
    assert ciphers(own_store) == {OTHER}


@pytest.mark.parametrize("named", ["rot13", "aes-256-gcm", "", "v2"])
def test_a_seal_whose_cipher_is_unknown_or_was_exchanged_opens_nothing(
    own_store: Store, choose_cipher: Callable[[str], None], named: str
) -> None:
    choose_cipher(OTHER)
    fill(own_store)
    assert ciphers(own_store) == {OTHER}
    with own_store.writing.begin() as db:
        for key in db.scalars(select(DataKey).where(keys.is_topmost())):
            key.wrapped = key.wrapped.replace(OTHER, named)

    with pytest.raises(BrokenSealError):
        told(own_store)
    with own_store.reading.begin() as db:
        assert not keys.fits(db)


# --- Killed --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def killed(after: float) -> bool:
    """Begin to rotate in a process of its own and kill it; whether it was still at it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "keys", "rotate"],
        env=os.environ | {"PYTHONPATH": str(Path(store.__file__).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("cipher", ["aes-256-gcm", OTHER])
def test_killed_at_any_moment_nothing_is_lost_and_it_can_be_finished(
    home: Path, choose_cipher: Callable[[str], None], cipher: str
) -> None:
    opened = store.open_default()
    fill(opened, 400)
    before = told(opened)
    opened.engine.dispose()
    begun = time.monotonic()
    assert CliRunner().invoke(app, ["keys", "rotate"]).exit_code == 0
    length = time.monotonic() - begun
    choose_cipher(cipher)

    for _ in range(4):
        killed(length * (1 + secrets.randbelow(1000) / 500))
        opened = store.open_default()
        assert told(opened) == before
        opened.engine.dispose()
    done = CliRunner().invoke(app, ["keys", "rotate"])

    opened = store.open_default()
    assert done.exit_code == 0
    assert told(opened) == before
    assert key_ids(opened, KeyState.OLD) == set()
    assert ciphers(opened) - {"v1"} == {cipher}
    opened.engine.dispose()


def test_the_command_says_what_it_did_and_what_to_do_now(home: Path) -> None:
    opened = store.open_default()
    fill(opened)
    opened.engine.dispose()

    said = CliRunner().invoke(app, ["keys", "rotate"])

    assert said.exit_code == 0
    assert Words("en")("keys.rotated", anew="", values="", destroyed="").splitlines()[-1] in said.output


def test_the_command_says_where_a_program_with_another_setting_makes_keys(
    home: Path, choose_cipher: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = store.open_default()
    fill(opened)
    opened.engine.dispose()
    choose_cipher(OTHER)
    begin = rotation._begin

    def begin_and_be_written_to(db: Session) -> None:
        begin(db)
        choose_cipher("aes-256-gcm")
        make = Make(db)
        make.numbers = count(1000)
        keys.whole(db)
        pair = make.pair()
        make.note(pair.vss_file, pair.vss)
        db.flush()
        choose_cipher(OTHER)

    monkeypatch.setattr(rotation, "_begin", begin_and_be_written_to)
    said = CliRunner().invoke(app, ["keys", "rotate"])

    assert said.exit_code == 1
    assert f"another CONCORD_CIPHER than {OTHER}" in said.output


def test_the_command_says_where_something_does_not_open(home: Path) -> None:
    opened = store.open_default()
    fill(opened)
    mix_up(opened)
    opened.engine.dispose()

    said = CliRunner().invoke(app, ["keys", "rotate"])

    assert said.exit_code == 1
    assert "no old key was destroyed" in said.output


def test_a_database_whose_field_key_is_gone_or_another_ones_is_not_opened(home: Path) -> None:
    opened = store.open_default()
    fill(opened)
    before = told(opened)
    opened.engine.dispose()
    key = home / "field.key"
    kept = key.read_text()

    key.unlink()
    with pytest.raises(SettingsError, match=r"put the file field\.key back"):
        store.open_default()
    assert not key.exists()
    key_file.read(key)
    with pytest.raises(SettingsError, match="not the one of this database"):
        store.open_default()

    key.write_text(kept)
    again = store.open_default()
    assert told(again) == before
    again.engine.dispose()
