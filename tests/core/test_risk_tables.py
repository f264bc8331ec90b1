"""The risk assessment at the table of a meeting, and what the minutes keep of it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.documents.read import lines
from core.errors import NotFound
from core.locale import Words
from core.models import Attendance, MeetingState, RiskGrade, Seen
from core.operations import (
    meetings,
    minutes,
    minutes_contents,
    minutes_documents,
    risk_boards,
    risk_levels,
    risk_tables,
    sittings,
    tables,
)
from core.operations.first_passes import HER
from tests import risk
from tests.make import Make, Pair

WORDS = Words("en", "UTC")


def settle(  # noqa: PLR0917
    db: Session, pair: Pair, assessment_id: UUID, item: str, seen: Seen, whom: str = HER
) -> None:
    risk_boards.settle(db, pair.vss, assessment_id, about=whom, item=item, seen=seen, number=0)


def test_the_newest_assessment_lies_on_the_table_of_both(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    assert risk_tables.of_meeting(db, pair.pp, meeting.id, is_shared=False) is None
    risk.laid(db, pair, finished_at=clock.now())
    newest = risk.laid(db, pair, number=2)

    for actor in (pair.pp, pair.vss):
        for is_shared in (False, True):
            laid = risk_tables.of_meeting(db, actor, meeting.id, is_shared=is_shared)
            assert laid is not None
            assert laid.board.version.assessment is newest
    stranger = make.pair().pp
    with pytest.raises(NotFound):
        risk_tables.of_meeting(db, stranger, meeting.id, is_shared=False)


def test_with_somebody_there_who_may_not_read_it_it_lies_on_no_shared_screen(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    risk.laid(db, pair)
    officer = make.guest(pair.case)
    seat = Attendance(person_id=officer.person_id, service_id=officer.service_id, is_present=True)
    seat.meeting_id = meeting.id
    db.add(seat)
    db.flush()

    assert risk_tables.of_meeting(db, pair.vss, meeting.id, is_shared=True) is None
    assert risk_tables.of_meeting(db, pair.vss, meeting.id, is_shared=False) is not None


def test_minutes_keep_the_level_in_force_and_what_the_meeting_settled_as_they_stood(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.PRESENT}, children=["C-1"])
    settle(db, pair, found.id, "money", Seen.PRESENT)
    meeting = make.table(pair)
    settle(db, pair, found.id, "pets", Seen.PRESENT)
    settle(db, pair, found.id, "stalking", Seen.NOT_PRESENT)
    board = risk_boards.of_assessment(db, pair.pp, found.id)
    childs = board.of("C-1")[0].item
    settle(db, pair, found.id, childs.id, Seen.PRESENT, "C-1")
    low = risk_levels.choose(
        db, pair.pp, found.id, grade=RiskGrade.LOW, reason="So", below_reason="So", number=0
    )
    risk_levels.agree(db, pair.vss, low.id, version=low.version)

    tables.close(db, pair.pp, meeting.id)
    risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.HIGH, reason="He came back", number=1)
    settle(db, pair, found.id, "strangled", Seen.PRESENT)

    content = minutes.of_meeting(db, pair.pp, meeting.id).latest.content
    day = WORDS.day(clock.today())
    level = f"Low, chosen by {pair.pp.name}, {pair.pp.service_name}, {day}; agreed by {pair.vss.name}, {day}"
    settled = [
        f"The woman: {board.line(HER, 'pets').item.title} (Present); 1 item not present or not known",
        f"Child C-1: {childs.title} (Present)",
    ]
    assert minutes_documents.risk_level(content, WORDS) == level
    assert minutes_documents.risk_settled(content, WORDS) == settled
    paper = minutes_documents.document(db, pair.vss, meeting.id, words=WORDS)
    text = "\n".join(line.text for line in lines(paper))
    assert level in text
    assert all(line in text for line in settled)


def test_minutes_without_an_assessment_say_nothing_of_one(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    tables.close(db, pair.pp, meeting.id)

    content = minutes.of_meeting(db, pair.pp, meeting.id).latest.content

    assert (content.risk_level, content.risk_settled) == (None, ())
    paper = minutes_documents.document(db, pair.vss, meeting.id, words=WORDS)
    assert WORDS("document.minutes.risk_level") not in "\n".join(line.text for line in lines(paper))


def test_a_meeting_that_is_written_down_later_takes_nothing_that_came_after_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    meeting = make.table(pair)
    meeting.planned_at = meeting.started_at = clock.now() - timedelta(days=7)
    db.flush()
    settle(db, pair, found.id, "pets", Seen.PRESENT)
    risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.HIGH, reason="He came back", number=0)

    tables.close(db, pair.pp, meeting.id)

    assert meeting.state is MeetingState.CLOSED
    content = minutes.of_meeting(db, pair.pp, meeting.id).latest.content
    assert (content.risk_level, content.risk_settled) == (None, ())


def test_a_meeting_that_is_written_down_later_keeps_what_is_settled_while_it_is_written_down(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    meeting = make.table(pair)
    meeting.state, meeting.started_at = MeetingState.INVITED, None
    meeting.planned_at = clock.now() - timedelta(days=3)
    settle(db, pair, found.id, "money", Seen.PRESENT)
    risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.INTERMEDIATE, reason="So", number=0)
    tables.begin(db, pair.pp, meeting.id, was_held_as_planned=True)
    settle(db, pair, found.id, "pets", Seen.PRESENT)
    risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.HIGH, reason="A weapon", number=1)

    tables.close(db, pair.pp, meeting.id)

    content = minutes.of_meeting(db, pair.pp, meeting.id).latest.content
    assert content.closed_at == meeting.planned_at + meeting.duration
    assert content.risk_level is not None
    assert content.risk_level.grade is RiskGrade.HIGH
    items = {risk_boards.of_assessment(db, pair.pp, found.id).line(HER, "pets").item.title}
    assert {one.item for one in content.risk_settled} == items


@pytest.mark.parametrize("is_settled", [True, False])
def test_the_risk_is_neither_silent_nor_left_over_where_the_meeting_settled_something_of_it(
    db: Session, make: Make, is_settled: bool
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    meeting = make.table(pair)
    for item in meeting.items[1:]:
        item.is_reached, item.decisions = True, "It goes on"
    if is_settled:
        settle(db, pair, found.id, "pets", Seen.PRESENT)
    is_missing = sittings.Missing.ITEMS in sittings.missing(db, pair.pp, meeting.id)

    tables.close(db, pair.pp, meeting.id)
    content = minutes.of_meeting(db, pair.pp, meeting.id).latest.content
    following = meetings.plan(
        db,
        pair.pp,
        kind="periodic",
        planned_at=clock.now() + timedelta(days=7),
        case_id=pair.case.id,
    )

    left = [item.key for item in following.items if item.carried_from is not None]
    said = minutes_documents.silent(content, WORDS)
    assert (is_missing, "Risk" in said, "risk" in left) == ((not is_settled,) * 3)


def test_a_level_that_was_chosen_at_the_table_is_what_the_item_on_risk_came_to(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.laid(db, pair)
    earlier = make.table(pair)
    silent = minutes_contents.read(tables.close(db, pair.pp, earlier.id)).silent
    assert [item.key for item in silent] == ["risk"]
    meeting = make.table(pair)
    risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.HIGH, reason="He came back", number=0)

    content = minutes_contents.read(tables.close(db, pair.pp, meeting.id))

    assert content.silent == ()
    following = meetings.plan(
        db, pair.pp, kind="periodic", planned_at=clock.now() + timedelta(days=7), case_id=pair.case.id
    )
    assert "risk" not in [item.key for item in following.items if item.carried_from is not None]
