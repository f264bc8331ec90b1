"""What lies in a file opens with the keys of its own service, and with no other, whatever a statement shows."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as any_
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import clock, keys
from core.access import Actor
from core.db import Record
from core.models import DataKey, FileNote, ServiceKind, Subject, UnsentText
from core.operations import files, path_entries, requests, unsent
from core.sealed import RING
from core.sealing import BrokenSealError, KeyMissingError
from core.store import Store
from tests.make import Make, Pair, hold_keys_of, release_entry, share


@pytest.fixture
def pair(db: Session, make: Make) -> Pair:
    return make.pair()


def stored(db: Session, record: Record, name: str) -> Any:
    """What the database holds, without anything of ours in between."""
    statement = text(f'SELECT "{name}" FROM "{record.__tablename__}" WHERE id = :id')
    spelled = record.id.hex if db.get_bind().dialect.name == "sqlite" else record.id
    return db.execute(statement, {"id": spelled}).scalar_one()


def put(db: Session, record: Record, name: str, value: object) -> None:
    """Change what the database holds, past the program."""
    statement = text(f'UPDATE "{record.__tablename__}" SET "{name}" = :value WHERE id = :id')
    spelled = record.id.hex if db.get_bind().dialect.name == "sqlite" else record.id
    db.execute(statement, {"id": spelled, "value": value})


def as_(db: Session, actor: Actor, record: Record, name: str) -> Any:
    """Read a field anew with the keys of this person."""
    db.flush()
    keys.of(db, actor)
    db.expire(record)
    try:
        return getattr(record, name)
    finally:
        keys.whole(db)
        db.expire(record)


def test_a_note_opens_for_its_own_service_and_for_nobody_else(db: Session, make: Make, pair: Pair) -> None:
    note = make.note(pair.vss_file, pair.vss, "her_account")
    note.text = "He waits at the school."

    assert as_(db, pair.vss, note, "text") == "He waits at the school."
    with pytest.raises(KeyMissingError):
        as_(db, pair.pp, note, "text")
    assert "school" not in stored(db, note, "text")


def test_his_file_is_as_closed_to_her_service(db: Session, make: Make, pair: Pair) -> None:
    him = make.subject(pair.pp_file)
    him.name, him.born_on = "Marco Rossi", date(1980, 5, 1)

    assert as_(db, pair.pp, him, "born_on") == date(1980, 5, 1)
    for name in ("name", "born_on", "address"):
        with pytest.raises(KeyMissingError):
            as_(db, pair.vss, him, name)


def test_a_row_can_be_loaded_and_listed_without_opening_it(db: Session, make: Make, pair: Pair) -> None:
    note = make.note(pair.vss_file, pair.vss, "her_account")
    hold_keys_of(db, pair.pp)

    found = db.scalars(select(FileNote).where(FileNote.id == note.id)).one()

    assert found.topic == "her_account"
    assert "<" in repr(found)
    with pytest.raises(KeyMissingError):
        _ = found.source


def test_without_a_key_ring_nothing_is_read_or_written(db: Session, make: Make, pair: Pair) -> None:
    note = make.note(pair.vss_file, pair.vss, "her_account")
    db.flush()
    del db.info[RING]
    db.expire(note)

    db.refresh(note)
    note.__dict__.pop(RING, None)
    with pytest.raises(KeyMissingError):
        _ = note.text
    note.text = "more"
    with pytest.raises(KeyMissingError):
        db.flush()


def test_a_bare_value_is_neither_written_nor_looked_for(db: Session, make: Make, pair: Pair) -> None:
    make.note(pair.vss_file, pair.vss, "her_account")

    with pytest.raises(Exception, match="without a seal"):
        db.scalars(select(FileNote).where(FileNote.text == "He waits")).all()


@pytest.mark.parametrize(
    "change", [lambda raw: raw[:-4] + "AAAA", lambda _raw: "", lambda _raw: "bare words"]
)
def test_what_was_changed_past_the_program_does_not_open(
    db: Session, make: Make, pair: Pair, change: Callable[[str], str]
) -> None:
    note = make.note(pair.vss_file, pair.vss, "her_account")
    db.flush()

    put(db, note, "text", change(stored(db, note, "text")))

    db.expire(note)
    with pytest.raises(BrokenSealError):
        _ = note.text
    assert note.source is not None


def test_what_does_not_open_can_be_written_anew_and_hinders_nothing_else(
    db: Session, make: Make, pair: Pair
) -> None:
    note = make.note(pair.vss_file, pair.vss, "her_account")
    db.flush()
    for broken in ("bare words", stored(db, note, "source")):
        put(db, note, "text", broken)
        db.expire(note)

        note.source = f"Her sister, of {broken[:4]}"
        db.flush()
        with pytest.raises(BrokenSealError):
            _ = note.text
        note.text = "Written anew"
        db.flush()

        db.expire(note)
        assert note.text == "Written anew"


def test_two_values_that_changed_places_do_not_open(db: Session, make: Make, pair: Pair) -> None:
    one, other = (make.note(pair.vss_file, pair.vss, "her_account") for _ in range(2))
    one.text, other.text = "one", "other"
    db.flush()

    put(db, one, "text", stored(db, other, "text"))
    put(db, other, "source", stored(db, other, "text"))

    db.expire_all()
    for record, name in ((one, "text"), (other, "source")):
        with pytest.raises(BrokenSealError):
            getattr(record, name)


def test_a_key_that_was_given_to_another_service_does_not_open(db: Session, make: Make, pair: Pair) -> None:
    note = make.note(pair.vss_file, pair.vss, "her_account")
    make.note(pair.pp_file, pair.pp, "attendance")
    db.flush()
    key = db.scalars(select(DataKey).where(DataKey.space_id == pair.vss_file.id)).one()

    put(db, key, "service_id", stored(db, pair.pp_file, "service_id"))

    with pytest.raises(BrokenSealError):
        as_(db, pair.pp, note, "text")


def test_what_is_written_as_it_was_saves_nothing(db: Session, make: Make, pair: Pair) -> None:
    note = make.note(pair.vss_file, pair.vss, "her_account")
    db.flush()
    before, version = stored(db, note, "text"), note.version

    note.text = str(note.text)
    db.flush()

    assert (stored(db, note, "text"), note.version) == (before, version)


def test_what_is_shared_opens_for_both_and_what_is_taken_back_for_its_own_alone(
    db: Session, make: Make, pair: Pair
) -> None:
    note = make.note(pair.vss_file, pair.vss, "her_account")
    item = share(db, pair.vss, note.id, "He shouts at night.")
    assert as_(db, pair.pp, item, "text") == "He shouts at night."

    item.withdrawn_at = clock.now()
    db.flush()

    assert as_(db, pair.vss, item, "text") == "He shouts at night."
    with pytest.raises(KeyMissingError):
        as_(db, pair.pp, item, "text")


def test_what_is_released_of_her_path_opens_for_the_programme_and_the_note_never_does(
    db: Session, make: Make, pair: Pair
) -> None:
    entry = path_entries.add(
        db, pair.vss, pair.case.id, kind="court", happened_on=clock.today(), note="At the door"
    )
    item = release_entry(db, pair.vss, entry, "There is a hearing")
    assert as_(db, pair.pp, item, "text") == "There is a hearing"

    assert as_(db, pair.vss, entry, "note") == "At the door"
    with pytest.raises(KeyMissingError):
        as_(db, pair.pp, entry, "note")


def test_the_frame_of_a_case_opens_for_the_other_side_once_its_own_has_confirmed(
    db: Session, make: Make
) -> None:
    cooperation = make.cooperation()
    opener, other = make.actor(cooperation.vss_id), make.actor(cooperation.pp_id)
    case = make.case(cooperation, opener)
    make.file(case, other)
    case.target_reason = "She asked for it."
    with pytest.raises(KeyMissingError):
        as_(db, other, case, "target_reason")

    keys.of(db, opener)
    requests.confirm(db, opener, case.id)
    assert as_(db, other, case, "target_reason") == "She asked for it."

    keys.of(db, opener)
    requests.unconfirm(db, opener, case.id)
    with pytest.raises(KeyMissingError):
        as_(db, other, case, "target_reason")


def test_a_text_that_was_not_sent_opens_for_the_service_of_who_typed_it(db: Session, pair: Pair) -> None:
    kept = unsent.keep(db, pair.vss, "note:1:text", text="her street", case_id=pair.case.id)

    assert as_(db, pair.vss, kept, "text") == "her street"
    with pytest.raises(KeyMissingError):
        as_(db, pair.pp, kept, "text")


@given(any_.text(alphabet=any_.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_what_was_typed_is_read(db: Session, make: Make, typed: str) -> None:
    text_ = UnsentText(
        person_id=make.actor(make.service(ServiceKind.VSS).id).person_id,
        slot="x",
        text=typed,
        seen_version=1,
        kept_at=clock.now(),
    )
    db.add(text_)
    db.flush()

    db.expire(text_)

    assert text_.text == typed


def test_no_two_values_have_the_same_nonce(db: Session, make: Make, pair: Pair) -> None:
    for _ in range(60):
        make.note(pair.vss_file, pair.vss, "her_account")
    db.flush()

    raws = [
        held for name in ("text", "source") for held in db.scalars(text(f'SELECT "{name}" FROM file_note'))
    ]

    assert len({held[:38] for held in raws}) == len(raws) >= 120


# --- Through the store, as a page does ----------------------------------------------------------------------------------


def a_case(store: Store) -> tuple[Pair, UUID]:
    """A pair, and a note of hers."""
    with store.writing.begin() as db:
        make = Make(db)
        pair = make.pair()
        her = make.subject(pair.vss_file)
        her.name = "Anna Bianchi"
        note = make.note(pair.vss_file, pair.vss, "her_account")
        return pair, note.id


def every_note(db: Session, _actor: Actor) -> list[FileNote]:
    """A statement that forgot to ask whose it is."""
    return list(db.scalars(select(FileNote)))


def test_a_statement_that_forgot_whose_it_is_shows_the_programme_nothing(own_store: Store) -> None:
    pair, _note = a_case(own_store)

    (found,) = own_store.read(every_note, pair.pp)

    with pytest.raises(KeyMissingError):
        _ = found.text


def test_a_page_reads_what_it_was_given_after_the_session_has_ended(own_store: Store) -> None:
    pair, note_id = a_case(own_store)

    mine = own_store.read(files.mine, pair.vss, pair.case.id)
    written = own_store.change(
        files.revise_note,
        pair.vss,
        note_id,
        topic="her_account",
        text_="He was outside again.",
        source="",
        written_on=clock.today(),
        version=1,
    )

    assert [subject.name for subject in mine.subjects] == ["Anna Bianchi"]
    assert written.text == "He was outside again."


def test_a_transaction_that_was_undone_leaves_no_key_behind(own_store: Store) -> None:
    with own_store.writing() as db:
        make = Make(db)
        pair = make.pair()
        db.commit()
        make.subject(pair.vss_file)
        db.flush()
        db.rollback()
        again = make.subject(pair.vss_file)
        db.commit()
        subject_id = again.id

    with own_store.reading.begin() as db:
        assert db.get_one(Subject, subject_id).name is not None
