"""Rows by their ids alone."""

from uuid import uuid4

from sqlalchemy.orm import Session

from core import by_id
from tests.make import Make


def test_of_more_ids_than_one_statement_takes_those_are_found_that_are_there(db: Session, make: Make) -> None:
    pair = make.pair()
    here = sorted(make.note(pair.pp_file, pair.pp).id for _ in range(3))
    asked = [*here, *(uuid4() for _ in range(2 * by_id.CHUNK))]

    assert [len(chunk) for chunk in by_id.chunks(asked)] == [by_id.CHUNK, by_id.CHUNK, len(here)]
    assert by_id.there(db, "file_note", asked) == here


def test_of_a_table_that_this_version_does_not_have_nothing_is_there(db: Session) -> None:
    assert by_id.there(db, "no_such_table", [uuid4()]) == []
