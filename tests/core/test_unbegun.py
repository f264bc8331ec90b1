"""Who begins a meeting by mistake takes that back, while nothing has been said at its table."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, NotAllowed, NotFound
from core.models import Meeting, MeetingState, RiskGrade, Seen
from core.operations import (
    agenda_items,
    case_lists,
    meetings,
    presences,
    risk_boards,
    risk_levels,
    tables,
    unbegun,
    unsent,
)
from core.operations.first_passes import HER
from core.operations.presences import Presence
from core.operations.tables import Entry
from tests import risk
from tests.make import Make, Pair


def begun(db: Session, pair: Pair, *, is_invited: bool = False) -> Meeting:
    at = clock.now() + timedelta(days=9)
    people = [pair.pp.person_id, pair.vss.person_id]
    meeting = meetings.plan(
        db, pair.pp, kind="periodic", planned_at=at, case_id=pair.case.id, place="Town hall", people=people
    )
    db.flush()
    if is_invited:
        meetings.invite(db, pair.pp, meeting.id, version=meeting.version)
        db.flush()
    return tables.begin(db, pair.pp, meeting.id)


@pytest.mark.parametrize("is_invited", [True, False])
def test_a_meeting_that_was_begun_by_mistake_is_ahead_again_as_it_was(
    db: Session, make: Make, is_invited: bool
) -> None:
    pair = make.pair()
    meeting = begun(db, pair, is_invited=is_invited)
    tables.go_to(db, pair.vss, meeting.id, position=1)

    assert unbegun.may_take_back(db, pair.vss, meeting.id)
    unbegun.take_back(db, pair.vss, meeting.id)

    assert meeting.state is (MeetingState.INVITED if is_invited else MeetingState.PLANNED)
    assert (meeting.started_at, meeting.item_since, meeting.item_position) == (None, None, 0)
    assert not any(item.is_reached for item in meeting.items)


def test_it_is_begun_once_more_on_its_day_with_each_point_once(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = begun(db, pair)
    titles = [item.title for item in meeting.items]

    unbegun.take_back(db, pair.pp, meeting.id)
    tables.begin(db, pair.vss, meeting.id)

    assert [item.title for item in meeting.items] == titles
    assert [item.is_reached for item in meeting.items[:2]] == [True, False]


def _write(db: Session, pair: Pair, meeting: Meeting) -> None:
    tables.write_item(db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text="He came", seen="")


def _type(db: Session, pair: Pair, meeting: Meeting) -> None:
    unsent.keep(db, pair.vss, unsent.slot(meeting.items[1].id, Entry.FACTS), text="Half a sent")


def _sit_down(db: Session, pair: Pair, meeting: Meeting) -> None:
    seat = meeting.attendances[0]
    presences.attend(db, pair.pp, seat.id, presence=Presence.IN_PERSON, version=seat.version)


def _excuse(db: Session, pair: Pair, meeting: Meeting) -> None:
    meeting.attendances[1].apology = "In court"


def _decide(db: Session, pair: Pair, meeting: Meeting) -> None:
    Make(db, count(90_000)).action(pair).meeting_id = meeting.id


def _settle(db: Session, pair: Pair, _meeting: Meeting) -> None:
    found = risk.opened(db, pair, {}, {})
    risk_boards.settle(db, pair.vss, found.id, about=HER, item="pets", seen=Seen.PRESENT, number=0)


def _choose(db: Session, pair: Pair, _meeting: Meeting) -> None:
    found = risk.opened(db, pair, {}, {})
    risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.HIGH, reason="He came back", number=0)


@pytest.mark.parametrize("said", [_write, _type, _sit_down, _excuse, _decide, _settle, _choose])
def test_what_was_said_at_a_table_is_not_taken_back(
    db: Session, make: Make, said: Callable[[Session, Pair, Meeting], None]
) -> None:
    pair = make.pair()
    meeting = begun(db, pair)
    said(db, pair, meeting)
    db.flush()

    assert not unbegun.may_take_back(db, pair.vss, meeting.id)
    with pytest.raises(Conflict, match="used"):
        unbegun.take_back(db, pair.vss, meeting.id)

    assert meeting.state is MeetingState.IN_PROGRESS


def test_an_emergency_has_no_plan_to_return_to(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = meetings.start_emergency(db, pair.pp, pair.case.id, people=[])
    for attendance in meeting.attendances:
        attendance.is_present = False
    db.flush()

    assert not unbegun.may_take_back(db, pair.pp, meeting.id)
    with pytest.raises(Conflict, match="used"):
        unbegun.take_back(db, pair.pp, meeting.id)


def test_what_has_not_begun_or_is_over_is_not_taken_back(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = begun(db, pair)
    unbegun.take_back(db, pair.pp, meeting.id)

    with pytest.raises(Conflict, match="running"):
        unbegun.take_back(db, pair.vss, meeting.id)


def test_a_stranger_and_a_guest_take_no_beginning_back(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = begun(db, pair)
    guest, stranger = make.guest(pair.case, meeting=meeting), make.pair().pp

    with pytest.raises(NotFound):
        unbegun.take_back(db, stranger, meeting.id)
    with pytest.raises(NotAllowed):
        unbegun.take_back(db, guest, meeting.id)


def test_the_log_says_who_took_it_back(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = begun(db, pair)
    unbegun.take_back(db, pair.vss, meeting.id)
    db.flush()

    said = [(one.subject, one.act) for one in case_lists.history(db, pair.pp, pair.case.id)]
    assert ("meeting", "take_back") in said


def test_what_was_settled_of_the_risk_before_a_meeting_was_begun_does_not_keep_it_from_being_taken_back(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    _settle(db, pair, make.table(pair))

    meeting = begun(db, pair)

    assert unbegun.may_take_back(db, pair.vss, meeting.id)


def test_an_invitation_is_out_of_date_where_a_beginning_that_was_taken_back_brought_a_point(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    at, people = clock.now() + timedelta(days=9), [pair.pp.person_id, pair.vss.person_id]
    off, meeting = (
        meetings.plan(
            db, pair.pp, kind="periodic", planned_at=at, case_id=pair.case.id, place="Hall", people=people
        )
        for _ in range(2)
    )
    meetings.invite(db, pair.pp, meeting.id, version=meeting.version)
    agenda_items.add(db, pair.vss, off.id, title="Court date", minutes=5)
    meetings.cancel(db, pair.pp, off.id, reason="Snow", version=off.version)

    tables.begin(db, pair.pp, meeting.id)
    unbegun.take_back(db, pair.pp, meeting.id)

    assert "Court date" in [item.title for item in meeting.items]
    assert (meeting.state, meeting.sequence) == (MeetingState.PLANNED, 1)
