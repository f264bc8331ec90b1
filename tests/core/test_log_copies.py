"""Copies of the log for another machine: every row once, no names, and against them what was forged here shows."""

import json
import stat
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core import chain, clock, log_copies
from core.chain import Wrong
from core.log_copies import BadCopyError
from core.models import Event
from core.operations import files
from core.store import Store
from tests.campaign.log import DISARM
from tests.make import Make


def leave(db: Session, rows: int) -> None:
    db.add_all([Event(subject="case", subject_id=uuid4(), act="open") for _ in range(rows)])
    db.flush()


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_each_copy_adds_the_rows_that_came_since_and_no_other(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    leave(db, 3)

    counts = [log_copies.append(db, file), log_copies.append(db, file)]
    leave(db, 2)
    counts.append(log_copies.append(db, file))

    assert counts == [3, 0, 2]
    assert [line["seq"] for line in lines(file)] == [1, 2, 3, 4, 5]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    report = chain.verify(db, chain.key_of(db), log_copies.seen(file))
    assert (report.wrong, report.count) == (None, 5)


def test_a_line_holds_ids_and_key_words_and_nothing_that_anybody_typed(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair, file = make.pair(), tmp_path / "log.jsonl"
    typed, today = "She stays with her sister", clock.today()
    files.add_note(db, pair.vss, pair.case.id, topic="other", text_=typed, source="", written_on=today)

    log_copies.append(db, file)

    said = file.read_text(encoding="utf-8")
    assert [told for told in (pair.vss.name, pair.case.code, "sister") if told in said] == []
    assert lines(file)
    for line in lines(file):
        ids = [line[name] for name in line if name == "id" or name.endswith("_id")]
        assert all(value is None or UUID(hex=str(value)) for value in ids)
        assert set(line) == {"seq", "mac", *chain.COVERED}


def test_a_line_that_was_not_written_to_its_end_is_written_anew(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    leave(db, 3)
    log_copies.append(db, file)
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])

    half = log_copies.seen(file)
    assert list(half) == [1, 2]
    assert log_copies.append(db, file) == 1
    assert file.read_bytes() == whole


@pytest.mark.parametrize(
    "line", ["no line of a log", "[]", '{"seq": 1}', '{"seq": "1", "mac": "a"}', '{"seq": 1, "mac": 2}', "7"]
)
def test_another_file_is_left_as_it_is(db: Session, tmp_path: Path, line: str) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(f"{line}\n", encoding="utf-8")

    with pytest.raises(BadCopyError, match="-1"):
        log_copies.append(db, file)
    with pytest.raises(BadCopyError, match="1"):
        log_copies.seen(file)

    assert file.read_text(encoding="utf-8") == f"{line}\n"


def test_a_file_without_a_line_is_left_as_it_is(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear colleague", encoding="utf-8")

    with pytest.raises(BadCopyError):
        log_copies.append(db, file)

    assert file.read_text(encoding="utf-8") == "Dear colleague"


def test_who_has_the_database_and_the_key_too_is_found_against_a_copy(
    own_store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl"
    with own_store.writing.begin() as db:
        leave(db, 6)
    with own_store.reading.begin() as db:
        log_copies.append(db, file)
        key = chain.key_of(db)

    with own_store.writing.begin() as db:
        for statement in DISARM[db.get_bind().dialect.name]:
            db.execute(text(statement))
        before = {line["seq"]: line["mac"] for line in lines(file)}[3]
        for seq, _, *fields in list(chain.after(db, 3)):
            fields[chain.COVERED.index("act")] = "forged"
            before = key.code(chain._whole(str(before), seq, fields))
            db.execute(
                text("UPDATE event SET act = 'forged', mac = :mac WHERE seq = :seq"),
                {"mac": before, "seq": seq},
            )

    with own_store.reading.begin() as db:
        alone = chain.verify(db, key)
        against = chain.verify(db, key, log_copies.seen(file))
    assert alone.wrong is None
    assert (against.wrong, against.seq) == (Wrong.REPLACED, 4)
