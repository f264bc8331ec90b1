"""The meeting in progress: the table moves on, two people write, and it is closed once."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, clock
from core.content.meeting_kinds import Entry
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.lists import Asked
from core.models import Action, Attendance, Meeting, MeetingState, Minutes, PhasePoint, Role
from core.operations import (
    action_plans,
    agenda_items,
    aims,
    case_lists,
    last_writers,
    meeting_lists,
    meetings,
    minutes_contents,
    sittings,
    tables,
    timelines,
    today,
    unsent,
)
from core.operations.tables import Outcome
from tests.make import Make, Pair


def write(
    db: Session,
    pair: Pair,
    meeting: Meeting,
    text: str,
    *,
    seen: str = "",
    by: Any = None,
    entry: Entry = Entry.FACTS,
) -> None:
    tables.write_item(db, by or pair.pp, meeting.items[0].id, entry=entry, text=text, seen=seen)


def planned(db: Session, pair: Pair, **other: Any) -> Meeting:
    given: dict[str, Any] = {
        "kind": "periodic",
        "planned_at": clock.now() + timedelta(days=1),
        "case_id": pair.case.id,
    }
    return meetings.plan(db, pair.pp, **(given | other))


def test_a_meeting_begins_at_its_first_item_and_a_second_click_changes_nothing(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = planned(db, pair)

    tables.begin(db, pair.pp, meeting.id)
    started_at = meeting.started_at
    again = tables.begin(db, pair.vss, meeting.id)

    assert again.state is MeetingState.IN_PROGRESS
    assert (again.item_position, again.started_at) == (0, started_at)
    assert [item.is_reached for item in again.items[:2]] == [True, False]


def test_a_meeting_that_was_called_off_does_not_begin(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    meetings.cancel(db, pair.pp, meeting.id, reason="Snow", version=meeting.version)

    with pytest.raises(Conflict, match="over"):
        tables.begin(db, pair.pp, meeting.id)


def test_a_meeting_without_an_item_on_its_agenda_does_not_begin(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    for item in list(meeting.items):
        agenda_items.remove(db, pair.pp, meeting.id, item.id)

    with pytest.raises(Conflict, match="no_agenda"):
        tables.begin(db, pair.pp, meeting.id)


@pytest.mark.parametrize("position", [-1, 3, 2**70])
def test_a_place_that_the_agenda_does_not_have_is_not_found(db: Session, make: Make, position: int) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    with pytest.raises(NotFound):
        tables.go_to(db, pair.pp, meeting.id, position=position)


def test_a_stranger_and_a_guest_have_no_seat_at_the_table(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    guest, stranger = make.guest(pair.case, meeting=meeting), make.pair().pp

    with pytest.raises(NotFound):
        tables.begin(db, stranger, meeting.id)
    with pytest.raises(NotAllowed):
        tables.begin(db, guest, meeting.id)
    with pytest.raises(NotFound):
        write(db, pair, meeting, "A text", by=stranger)


def test_nothing_is_written_before_the_meeting_has_begun(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)

    with pytest.raises(Conflict, match="running"):
        write(db, pair, meeting, "Too early")
    with pytest.raises(Conflict, match="running"):
        tables.go_to(db, pair.pp, meeting.id, position=1)


def test_the_next_item_comes_onto_everybodys_screen_and_its_time_begins(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    before = sittings.pulse(db, pair.vss, meeting.id)

    tables.go_to(db, pair.pp, meeting.id, position=1)
    since = meeting.item_since
    tables.go_to(db, pair.pp, meeting.id, position=1)

    assert (meeting.item_position, meeting.item_since) == (1, since)
    assert meeting.items[1].is_reached
    assert sittings.pulse(db, pair.vss, meeting.id) > before
    with pytest.raises(NotFound):
        tables.go_to(db, pair.pp, meeting.id, position=9)


def test_facts_views_and_decisions_stand_apart(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    write(db, pair, meeting, "M-07 missed two sessions")
    write(db, pair, meeting, "He avoids us", entry=Entry.PP_VIEW)
    write(db, pair, meeting, "She is afraid", entry=Entry.VSS_VIEW)
    write(db, pair, meeting, "We call each other on Friday", entry=Entry.DECISIONS)

    item = meeting.items[0]
    assert (item.facts, item.pp_view) == ("M-07 missed two sessions", "He avoids us")
    assert (item.vss_view, item.decisions) == ("She is afraid", "We call each other on Friday")


def test_two_people_write_into_different_entries_of_one_item(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    write(db, pair, meeting, "From the programme", entry=Entry.PP_VIEW)
    write(db, pair, meeting, "From the support service", entry=Entry.VSS_VIEW, by=pair.vss)

    assert meeting.items[0].vss_view == "From the support service"


def test_who_saves_second_overwrites_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    write(db, pair, meeting, "First text")

    with pytest.raises(Conflict, match="changed_meanwhile"):
        write(db, pair, meeting, "Second text", by=pair.vss)

    assert meeting.items[0].facts == "First text"
    write(db, pair, meeting, "First text\n\nSecond text", seen="First text", by=pair.vss)
    assert meeting.items[0].facts == "First text\n\nSecond text"


def test_only_an_older_state_of_ones_own_typing_gives_way_unseen(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    item = meeting.items[0]
    write(db, pair, meeting, "He came; cou")

    write(db, pair, meeting, "He came; course since May")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        write(db, pair, meeting, "Another text")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        write(db, pair, meeting, "He came; course since May, she says", by=pair.vss)
    kept = "He came; course since May 3"
    tables.write_item(db, pair.pp, item.id, entry=Entry.FACTS, text="Another text", seen="", kept=kept)

    assert item.facts == "Another text"


def test_of_the_entries_last_written_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_writers, "_MOST", 2)
    person = uuid4()

    for slot in ("first", "second", "third"):
        last_writers.wrote(person, slot, "A text")

    assert not last_writers.is_by(person, "first", "A text")
    assert last_writers.is_by(person, "third", "A text ")
    assert not last_writers.is_by(uuid4(), "third", "A text")


def test_the_same_text_saved_twice_is_no_conflict(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    write(db, pair, meeting, "A text ")
    version = meeting.items[0].version
    write(db, pair, meeting, "A text", by=pair.vss)

    assert meeting.items[0].version == version


def test_a_text_with_a_sign_that_cannot_be_printed_is_refused(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    with pytest.raises(Invalid, match="unprintable"):
        write(db, pair, meeting, "A \x07 bell")


def test_an_item_that_asks_for_decisions_alone_takes_no_facts(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    item = meeting.items[2]

    with pytest.raises(NotFound):
        tables.write_item(db, pair.pp, item.id, entry=Entry.FACTS, text="x", seen="")


def test_a_text_that_could_not_be_saved_is_kept_for_its_author_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)

    unsent.keep(db, pair.vss, slot, text="Half a sen", seen_version=1)
    unsent.keep(db, pair.vss, slot, text="Half a sentence \x00\ud800", seen_version=1)

    mine = sittings.of_meeting(db, pair.vss, meeting.id)
    theirs = sittings.of_meeting(db, pair.pp, meeting.id)
    assert mine.unsent[slot].text == "Half a sentence \N{REPLACEMENT CHARACTER}?"
    assert theirs.unsent == {}
    assert theirs.others_unsent == [pair.vss.name]


def test_a_kept_text_goes_when_it_is_saved_or_let_go(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    item = meeting.items[0]
    facts, decisions = (unsent.slot(item.id, entry) for entry in (Entry.FACTS, Entry.DECISIONS))
    for slot in (facts, decisions):
        unsent.keep(db, pair.pp, slot, text="Kept", seen_version=1)

    write(db, pair, meeting, "Kept")
    unsent.let_go(db, pair.pp, {decisions: ["Kept"]})
    unsent.let_go(db, pair.pp, {decisions: ["Kept"]})

    assert unsent.of_slots(db, pair.pp, [facts, decisions]) == {}


def test_a_point_that_comes_up_stands_right_after_the_current_item_once(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    tables.add_item(db, pair.vss, meeting.id, title="The grandmother", minutes=3)
    tables.add_item(db, pair.vss, meeting.id, title="The grandmother", minutes=3)

    found = meetings.find(db, pair.pp, meeting.id)
    assert [item.title for item in found.items][:3] == ["Risk", "The grandmother", "The school"]
    assert [item.position for item in found.items] == [0, 1, 2, 3]
    with pytest.raises(Invalid, match="minutes"):
        tables.add_item(db, pair.vss, meeting.id, title="Too long", minutes=500)


@pytest.mark.parametrize(
    "outcome", [Outcome.DONE, Outcome.NOT_POSSIBLE, Outcome.NOT_DONE, Outcome.CARRIED_OVER]
)
def test_each_action_of_last_time_gets_its_outcome(db: Session, make: Make, outcome: Outcome) -> None:
    pair = make.pair()
    action = make.action(pair)
    meeting = make.table(pair)

    tables.settle_last_action(
        db,
        pair.pp,
        meeting.id,
        action.id,
        outcome=outcome,
        reason="A reason",
        due_on=clock.today() + timedelta(days=60),
        version=action.version,
    )

    sitting = sittings.of_meeting(db, pair.vss, meeting.id)
    assert sitting.last_actions == [action]
    assert (action.id in sitting.carried_over) is (outcome is Outcome.CARRIED_OVER)
    assert action.state.is_open is (outcome is Outcome.CARRIED_OVER)


def test_an_action_of_last_time_is_not_settled_by_an_answer_that_nobody_gave(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair)
    meeting = make.table(pair)

    with pytest.raises(Invalid, match="choose_answer") as refused:
        tables.settle_last_action(db, pair.pp, meeting.id, action.id, outcome=None, version=action.version)

    assert refused.value.field == "outcome"


def test_what_is_decided_at_the_table_is_new_and_not_of_last_time(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    action = action_plans.add(
        db,
        pair.vss,
        pair.case.id,
        need="A need",
        text="An action",
        due_on=clock.today(),
        service_id=pair.vss.service_id,
        meeting_id=meeting.id,
    )

    sitting = sittings.of_meeting(db, pair.pp, meeting.id)
    assert (sitting.new_actions, sitting.last_actions) == ([action], [])


def test_closing_twice_makes_one_minutes(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)

    first = tables.close(db, pair.pp, meeting.id)
    second = tables.close(db, pair.vss, meeting.id)

    assert first is second
    assert db.scalar(select(func.count()).select_from(Minutes)) == 1
    assert (meeting.state, meeting.is_consultation) == (MeetingState.CLOSED, False)


def test_the_minutes_are_complete_at_the_moment_of_closing(db: Session, make: Make) -> None:
    pair = make.pair()
    left = make.action(pair)
    meeting = make.table(pair)
    write(db, pair, meeting, "M-07 missed two sessions")
    following = make.meeting(pair)
    action_plans.add(
        db,
        pair.pp,
        pair.case.id,
        need="New need",
        text="New action",
        due_on=clock.today(),
        service_id=pair.pp.service_id,
        meeting_id=meeting.id,
    )

    content = minutes_contents.read(tables.close(db, pair.pp, meeting.id))
    write_after = meeting.items[0]
    write_after.facts = "Changed later"

    assert (content.code, content.place) == (pair.case.code, "The town hall")
    assert {person.name for person in content.people} == {pair.pp.name, pair.vss.name}
    assert content.items[0].texts["facts"] == "M-07 missed two sessions"
    assert [action.action_id for action in content.last_actions] == [left.id]
    assert [action.need for action in content.new_actions] == ["New need"]
    assert content.next_meeting_at == following.planned_at
    assert content.purpose
    assert content.declaration


def test_a_meeting_without_an_authorised_person_of_both_sides_is_a_consultation_note(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.attendances[1].is_present = False

    content = minutes_contents.read(tables.close(db, pair.pp, meeting.id))

    assert meeting.is_consultation
    assert content.is_consultation
    assert content.sides == (pair.pp.service_id,)


def test_somebody_who_may_not_agree_minutes_does_not_decide_for_a_service(db: Session, make: Make) -> None:
    pair = make.pair()
    taker = make.actor(pair.vss.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    meeting = make.table(pair)
    meeting.attendances[1].person_id = taker.person_id
    db.flush()
    db.expire(meeting.attendances[1])

    content = minutes_contents.read(tables.close(db, pair.pp, meeting.id))

    assert content.is_consultation
    assert content.sides == (pair.pp.service_id, pair.vss.service_id)


def test_a_meeting_at_which_nobody_was_present_is_not_closed(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair, present=False)

    with pytest.raises(Conflict, match="nobody_present"):
        tables.close(db, pair.pp, meeting.id)


def test_before_closing_it_is_said_what_is_missing(db: Session, make: Make) -> None:
    pair = make.pair()
    make.action(pair)
    meeting = make.table(pair)
    meeting.attendances[1].is_present = False
    unsent.keep(db, pair.pp, unsent.slot(meeting.items[0].id, Entry.FACTS), text="x", seen_version=1)

    found = set(sittings.missing(db, pair.pp, meeting.id))

    kinds = sittings.Missing
    assert found == set(kinds) - {kinds.NOBODY, kinds.PP, kinds.ACTION_PP, kinds.UNSENT_OTHERS}


def test_what_phase_1_said_of_its_aims_reaches_its_record_and_overwrites_nothing(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = meetings.plan(
        db,
        pair.pp,
        kind="phase_1",
        planned_at=clock.now(),
        cooperation_id=pair.case.cooperation_id,
        people=[pair.pp.person_id, pair.vss.person_id],
    )
    db.add(PhasePoint(cooperation_id=pair.case.cooperation_id, point="foundations", pp_said="Known already"))
    tables.begin(db, pair.pp, meeting.id)
    aim = next(item for item in meeting.items if item.key == "foundations")
    tables.go_to(db, pair.pp, meeting.id, position=aim.position)
    for entry in tables.entries_of(aim):
        tables.write_item(db, pair.pp, aim.id, entry=entry, text=f"Text of {entry}", seen="")
    for attendance in meeting.attendances:
        attendance.is_present = True

    content = minutes_contents.read(tables.close(db, pair.pp, meeting.id))

    point = db.scalars(select(PhasePoint)).one()
    day = meeting.takes_place_at.date().isoformat()
    assert point.pp_said == f"Known already\n\n{day}: Text of pp_said"
    assert point.vss_said == "Text of vss_said"
    assert (point.agreed, point.views_kept) == ("Text of agreed", "Text of views_kept")
    assert content.code == ""


def test_a_second_phase_1_adds_to_the_record_under_its_day_and_says_nothing_twice(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    people = [pair.pp.person_id, pair.vss.person_id]

    def meet(agreed: str, on: datetime) -> None:
        with clock.at(on):
            meeting = meetings.plan(
                db,
                pair.pp,
                kind="phase_1",
                planned_at=on,
                cooperation_id=pair.case.cooperation_id,
                people=people,
            )
            tables.begin(db, pair.pp, meeting.id)
            aim = next(item for item in meeting.items if item.key == "foundations")
            tables.go_to(db, pair.pp, meeting.id, position=aim.position)
            for entry, text in ((Entry.PP_SAID, "As ever"), (Entry.AGREED, agreed)):
                tables.write_item(db, pair.pp, aim.id, entry=entry, text=text, seen="")
            for attendance in meeting.attendances:
                attendance.is_present = True
            tables.close(db, pair.pp, meeting.id)

    first, second = clock.now() - timedelta(days=400), clock.now() - timedelta(days=2)
    meet("We say violence", first)
    meet("We say harm too", second)

    point = db.scalars(select(PhasePoint)).one()
    assert point.pp_said == "As ever"
    assert point.agreed == f"We say violence\n\n{second.date().isoformat()}: We say harm too"
    assert point.written_at >= second


def test_a_sentence_that_is_part_of_a_longer_one_is_added_all_the_same() -> None:
    known = "Not in the school"
    both = aims._appended(known, "in the school", date(2026, 3, 4))

    assert both == "Not in the school\n\n2026-03-04: in the school"
    assert aims._appended(both, "in the school", date(2026, 5, 4)) == both
    assert aims._appended(both, known, date(2026, 5, 4)) == both
    assert aims._appended("Contact: the school", "the school", date(2026, 3, 4)).endswith("04: the school")
    assert aims._appended("", known, date(2026, 5, 4)) == known


def test_a_table_without_a_case_has_no_plan(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = meetings.plan(
        db,
        pair.pp,
        kind="phase_1",
        planned_at=clock.now(),
        cooperation_id=pair.case.cooperation_id,
    )
    tables.begin(db, pair.vss, meeting.id)

    sitting = sittings.of_meeting(db, pair.pp, meeting.id)

    assert (sitting.last_actions, sitting.new_actions) == ([], [])
    assert db.scalars(access.visible_actions(pair.pp).where(Action.meeting_id == meeting.id)).all() == []


def test_the_statements_of_a_table_do_not_grow_with_what_lies_on_it(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    for _ in range(5):
        make.action(pair)

    assert len(sittings.of_meeting(db, pair.pp, meeting.id).last_actions) == 5


def test_a_meeting_that_is_held_earlier_than_planned_has_its_day_everywhere(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    assert sittings.timing(meeting) is sittings.Timing.EARLY

    with pytest.raises(Conflict, match="not_held_yet"):
        tables.begin(db, pair.pp, meeting.id, was_held_as_planned=True)
    tables.begin(db, pair.pp, meeting.id)
    meeting.attendances.append(Attendance(person_id=pair.pp.person_id, service_id=pair.pp.service_id))
    meeting.attendances[0].is_present = True
    tables.close(db, pair.pp, meeting.id)

    entries = timelines.of_case(db, pair.pp, pair.case.id).entries
    [row] = case_lists.list_mine(db, pair.pp, Asked()).rows
    [listed] = meeting_lists.search(db, pair.pp, Asked()).rows
    assert [entry.on for entry in entries if entry.kind is timelines.Kind.MEETING] == [clock.today()]
    assert row.last_at == listed.takes_place_at == meeting.started_at
    assert meetings.list_ahead(db, pair.pp) == []


def test_a_meeting_that_is_only_written_down_later_keeps_its_day(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair, planned_at=clock.now() - timedelta(days=3), duration=timedelta(minutes=45))
    assert sittings.timing(meeting) is sittings.Timing.LATE

    tables.begin(db, pair.pp, meeting.id, was_held_as_planned=True)
    meeting.attendances.append(Attendance(person_id=pair.pp.person_id, service_id=pair.pp.service_id))
    meeting.attendances[0].is_present = True
    content = minutes_contents.read(tables.close(db, pair.pp, meeting.id))

    assert content.started_at == meeting.takes_place_at == meeting.planned_at
    assert content.closed_at == meeting.planned_at + timedelta(minutes=45)


def test_the_minutes_of_a_meeting_that_is_written_down_later_name_the_one_that_followed_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    since = make.meeting(pair)
    since.planned_at, since.state = clock.now() - timedelta(days=1), MeetingState.CLOSED
    meeting = make.table(pair)
    meeting.planned_at = meeting.started_at = clock.now() - timedelta(days=3)

    content = minutes_contents.read(tables.close(db, pair.pp, meeting.id))

    assert content.closed_at < clock.now() - timedelta(days=2)
    assert content.next_meeting_at == since.planned_at


def test_about_its_time_a_meeting_begins_without_a_question(db: Session, make: Make) -> None:
    meeting = planned(db, make.pair(), planned_at=clock.now() + timedelta(minutes=90))

    assert sittings.timing(meeting) is sittings.Timing.ON_TIME


def test_an_item_that_was_only_opened_is_not_discussed(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    write(db, pair, meeting, "Two sessions missed")
    tables.go_to(db, pair.pp, meeting.id, position=1)

    content = minutes_contents.read(tables.close(db, pair.pp, meeting.id))

    assert [item.title for item in content.discussed] == ["Risk"]
    assert [item.title for item in content.silent] == ["The school"]
    assert [tables.is_written(item) for item in meeting.items] == [True, False, False]


def test_a_meeting_that_was_begun_weeks_early_stands_under_today(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair, planned_at=clock.now() + timedelta(days=60), people=[pair.pp.person_id])

    tables.begin(db, pair.pp, meeting.id)

    assert today.of_actor(db, pair.pp).running == [meeting]
