"""What is asked of one case alone shows less than a person may see, never more, and leaves nothing behind."""

import pytest
from sqlalchemy.orm import Session

from core import access, audit
from core.errors import NotFound
from core.models import Case
from core.operations import preparations, timelines
from tests.make import Make


def test_a_case_of_others_is_not_shown_because_it_is_asked_for_alone(db: Session, make: Make) -> None:
    own, others = make.pair(), make.pair()

    with access.one_case(others.case.id):
        assert db.scalars(access.visible_cases(own.pp)).all() == []
        with pytest.raises(NotFound):
            access.find(db, access.visible_cases(own.pp), others.case.id)


def test_of_the_own_cases_one_alone_is_read_and_all_are_again_after_it(db: Session, make: Make) -> None:
    one = make.pair()
    other = make.pair_of(one)

    with access.one_case(one.case.id):
        assert db.scalars(access.visible_cases(one.pp)).all() == [one.case]
        with access.one_case(other.case.id):
            assert db.scalars(access.visible_cases(one.pp)).all() == [other.case]
        assert db.scalars(access.visible_cases(one.pp)).all() == [one.case]

    assert set(db.scalars(access.visible_cases(one.pp))) == {one.case, other.case}


def test_a_statement_about_one_case_shows_nothing_where_it_runs_too_late(db: Session, make: Make) -> None:
    pair = make.pair()
    with access.one_case(pair.case.id):
        statement = access.visible_cases(pair.pp)
        assert db.scalars(statement).all() == [pair.case]

    assert db.scalars(statement).all() == []


def test_after_an_operation_that_was_refused_all_are_read_again(db: Session, make: Make) -> None:
    pair, foreign = make.pair(), make.pair()

    with pytest.raises(NotFound):
        timelines.of_case(db, pair.pp, foreign.case.id)

    assert db.scalars(access.visible_cases(pair.pp)).all() == [pair.case]


def test_an_operation_reads_of_the_case_of_the_record_that_it_is_given(
    db: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make.pair()
    make.pair_of(pair)
    meeting = make.meeting(pair)
    seen: list[list[Case]] = []
    monkeypatch.setattr(
        audit,
        "look",
        lambda db, *_, **__: seen.append(list(db.scalars(access.visible_cases(pair.pp)))),
    )

    preparations.of_meeting(db, pair.pp, meeting.id)

    assert seen == [[pair.case]]


def test_no_other_case_can_be_opened_in_an_emergency_because_one_is_asked_for_alone(
    db: Session, make: Make
) -> None:
    pair, other = make.pair(), make.pair()
    own = make.pair_of(pair)
    with access.one_case(pair.case.id):
        assert db.scalars(access.files_to_open(pair.vss)).all() == []
    with access.one_case(own.case.id):
        assert db.scalars(access.files_to_open(other.vss)).all() == []
