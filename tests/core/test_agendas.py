"""The agenda before a meeting: what comes back on it by itself, and how people change it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.errors import Conflict, Invalid, NotFound
from core.models import AgendaItem, Attendance, Meeting, MeetingState, Role, ServiceKind
from core.operations import (
    agenda_items,
    agendas,
    attendances,
    guests,
    invitations,
    meetings,
    presences,
    tables,
    unbegun,
)
from tests.make import Make, Pair


def planned(db: Session, pair: Pair, kind: str = "periodic", *, days: int = 7) -> Meeting:
    return meetings.plan(
        db, pair.pp, kind=kind, planned_at=clock.now() + timedelta(days=days), case_id=pair.case.id
    )


def held(db: Session, pair: Pair, kind: str = "periodic", *, leaving_out: tuple[str, ...] = ()) -> Meeting:
    """A meeting that reached every item but these."""
    meeting = planned(db, pair, kind)
    hold(db, meeting, leaving_out=leaving_out)
    return meeting


def hold(db: Session, meeting: Meeting, *, leaving_out: tuple[str, ...] = ()) -> None:
    for item in meeting.items:
        item.is_reached = item.key not in leaving_out and item.title not in leaving_out
        item.decisions = "It goes on" if item.is_reached else ""
    meeting.state = MeetingState.CLOSED
    meeting.closed_at = clock.now()
    db.flush()


def invited(db: Session, pair: Pair) -> Meeting:
    people = [pair.pp.person_id, pair.vss.person_id]
    at = clock.now() + timedelta(days=7)
    meeting = meetings.plan(
        db, pair.pp, kind="periodic", planned_at=at, case_id=pair.case.id, place="Town hall", people=people
    )
    return meetings.invite(db, pair.pp, meeting.id, version=meeting.version)


def carried(meeting: Meeting) -> list[str]:
    return [item.key or item.title for item in meeting.items if item.carried_from is not None]


def titled(meeting: Meeting, title: str) -> AgendaItem:
    return next(item for item in meeting.items if item.title == title)


def test_an_item_that_was_not_reached_comes_back_marked_and_early(db: Session, make: Make) -> None:
    pair = make.pair()
    last = held(db, pair, "case_opening", leaving_out=("case_agreement", "closing"))

    following = planned(db, pair)

    assert carried(following) == ["case_agreement"]
    left = next(item for item in last.items if item.key == "case_agreement")
    back = next(item for item in following.items if item.key == "case_agreement")
    assert (back.carried_from, back.minutes, back.title) == (left.id, left.minutes, left.title)
    assert following.items[back.position - 1].key == "last_actions"
    assert [item.position for item in following.items] == list(range(len(following.items)))


def test_an_item_that_was_only_paged_past_comes_back_marked(db: Session, make: Make) -> None:
    pair = make.pair()
    last = planned(db, pair)
    agenda_items.add(db, pair.pp, last.id, title="The school", minutes=5)
    hold(db, last)
    silent = titled(last, "The school")
    silent.decisions = ""
    db.flush()

    following = planned(db, pair)

    assert carried(following) == ["The school"]


def test_an_item_that_a_correction_of_the_minutes_settled_is_not_left_over(db: Session, make: Make) -> None:
    pair = make.pair()
    last = planned(db, pair)
    agenda_items.add(db, pair.pp, last.id, title="The school", minutes=5)
    hold(db, last, leaving_out=("The school",))
    titled(last, "The school").decisions = "We agreed on it"
    db.flush()

    assert carried(planned(db, pair)) == []


def test_an_item_that_a_correction_settled_after_the_close_is_left_over_no_more_when_the_next_one_begins(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    last, following = make.table(pair), planned(db, pair)
    tables.close(db, pair.pp, last.id)
    assert "The school" in carried(following)
    titled(last, "The school").decisions = "We agreed on it"
    db.flush()

    tables.begin(db, pair.pp, following.id)

    assert "The school" not in carried(following)
    assert titled(following, "The school")


def test_an_item_that_stands_on_the_agenda_anyway_is_marked_and_not_doubled(db: Session, make: Make) -> None:
    pair = make.pair()
    held(db, pair, leaving_out=("risk",))

    following = planned(db, pair)

    assert carried(following) == ["risk"]
    assert [item.key for item in following.items].count("risk") == 1


def test_an_item_that_people_made_recurring_comes_back_each_time(db: Session, make: Make) -> None:
    pair = make.pair()
    first = planned(db, pair)
    agenda_items.add(db, pair.vss, first.id, title="School of C-07a", minutes=4, is_recurring=True)
    hold(db, first)

    second = planned(db, pair)
    hold(db, second)
    third = planned(db, pair)

    assert titled(second, "School of C-07a").carried_from is None
    assert titled(third, "School of C-07a").is_recurring


def test_what_was_reached_in_the_end_does_not_come_back(db: Session, make: Make) -> None:
    pair = make.pair()
    held(db, pair, "case_opening", leaving_out=("case_agreement",))
    hold(db, planned(db, pair))

    assert carried(planned(db, pair)) == []


def test_an_emergency_keeps_its_short_agenda_and_loses_nothing_for_the_next(db: Session, make: Make) -> None:
    pair = make.pair()
    held(db, pair, "case_opening", leaving_out=("case_agreement",))
    emergency = meetings.start_emergency(db, pair.vss, pair.case.id, people=[])
    assert carried(emergency) == []
    hold(db, emergency, leaving_out=("three_actions",))

    following = planned(db, pair)

    assert set(carried(following)) == {"case_agreement", "three_actions"}


def test_a_missed_meeting_hands_on_what_people_had_added_to_it(db: Session, make: Make) -> None:
    pair = make.pair()
    missed = planned(db, pair)
    agenda_items.add(db, pair.vss, missed.id, title="Court date", minutes=5)
    missed.planned_at = clock.now() - timedelta(hours=1)
    db.flush()
    meetings.mark_missed(db, pair.pp, missed.id, reason="Snow", version=missed.version)

    assert carried(planned(db, pair)) == ["Court date"]


def test_a_missed_meeting_hands_its_points_to_the_replacement_that_was_planned_before_it_was_said(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    missed = planned(db, pair)
    agenda_items.add(db, pair.vss, missed.id, title="Court date", minutes=5)
    missed.planned_at = clock.now() - timedelta(hours=1)
    db.flush()
    replacement = planned(db, pair)
    assert carried(replacement) == []

    meetings.mark_missed(db, pair.pp, missed.id, reason="Snow", version=missed.version)
    meetings.start(db, replacement)

    assert carried(replacement) == ["Court date"]


def test_a_meeting_that_was_called_off_hands_on_what_people_had_added_to_it(db: Session, make: Make) -> None:
    pair = make.pair()
    off = planned(db, pair, days=3)
    replacement = planned(db, pair, days=9)
    agenda_items.add(db, pair.vss, off.id, title="Court date", minutes=5)
    meetings.cancel(db, pair.pp, off.id, reason="Snow", version=off.version)

    meetings.start(db, replacement)

    assert carried(replacement) == carried(planned(db, pair)) == ["Court date"]


def test_what_came_over_from_a_meeting_that_was_called_off_comes_once(db: Session, make: Make) -> None:
    pair = make.pair()
    off = planned(db, pair, days=30)
    agenda_items.add(db, pair.vss, off.id, title="Court date", minutes=5)
    meetings.cancel(db, pair.pp, off.id, reason="Snow", version=off.version)
    replacement = planned(db, pair)
    meetings.start(db, replacement)
    assert carried(replacement) == ["Court date"]

    hold(db, replacement)

    assert carried(planned(db, pair)) == []


def test_what_was_left_over_meanwhile_joins_when_the_meeting_begins(db: Session, make: Make) -> None:
    pair = make.pair()
    early = planned(db, pair, days=3)
    late = planned(db, pair, days=20)
    agenda_items.add(db, pair.vss, early.id, title="Court date", minutes=5)
    hold(db, early, leaving_out=("Court date",))

    meetings.start(db, late)

    assert carried(late) == ["Court date"]
    assert late.state is MeetingState.IN_PROGRESS
    assert late.items[0].is_reached
    assert agendas.carry_over(db, late) == []


def test_what_a_meeting_left_over_stands_on_the_next_agenda_when_it_is_closed(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    running = make.table(pair)
    later = planned(db, pair, days=20)
    emergency = planned(db, pair, "emergency", days=1)
    forgotten = planned(db, pair)
    forgotten.planned_at = clock.now() - timedelta(days=30)
    following = invited(db, pair)

    tables.close(db, pair.pp, running.id)

    assert "The school" in carried(following)
    assert following.state is MeetingState.PLANNED
    assert following.sequence == 1
    assert carried(later) == carried(emergency) == carried(forgotten) == []


def test_an_invitation_stands_where_nothing_came_onto_its_agenda(db: Session, make: Make) -> None:
    pair = make.pair()
    running = make.table(pair)
    titled(running, "The school").facts = "He asks after his marks"
    following = invited(db, pair)

    tables.close(db, pair.pp, running.id)

    assert following.state is MeetingState.INVITED
    assert following.sequence == 0


def test_what_both_teams_left_over_stands_on_their_next_agenda_and_not_on_that_of_a_case(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    of_case = planned(db, pair)
    running, following = (
        meetings.plan(
            db,
            pair.pp,
            kind="phase_1",
            planned_at=clock.now() + timedelta(days=days),
            cooperation_id=pair.case.cooperation_id,
            people=[pair.pp.person_id],
        )
        for days in (0, 7)
    )
    agenda_items.add(db, pair.vss, running.id, title="Court date", minutes=5)
    tables.begin(db, pair.pp, running.id)
    running.attendances[0].is_present = True
    tables.close(db, pair.pp, running.id)

    assert "Court date" in carried(following)
    assert "Court date" not in carried(of_case)


def test_a_meeting_that_is_written_down_later_hands_on_what_it_left_over(db: Session, make: Make) -> None:
    """It was held before the next one was planned, and before the last one, which handed on its own."""
    pair = make.pair()
    forgotten = make.table(pair)
    forgotten.planned_at = forgotten.started_at = clock.now() - timedelta(days=9)
    forgotten.items[0].facts = "As it was"
    between = planned(db, pair)
    agenda_items.add(db, pair.vss, between.id, title="Court date", minutes=5)
    hold(db, between, leaving_out=("Court date",))
    following = planned(db, pair)
    assert carried(following) == ["Court date"]

    tables.close(db, pair.pp, forgotten.id)
    meetings.start(db, following)

    assert set(carried(following)) == {"Court date", "The school"}


def test_what_a_meeting_left_over_that_was_closed_while_the_next_one_ran_comes_to_the_one_after(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    forgotten = make.table(pair)
    running = make.table(pair)
    running.started_at = clock.now()
    tables.close(db, pair.pp, forgotten.id)
    for item in running.items:
        item.is_reached, item.decisions = True, "It goes on"
    forgotten.items[0].facts = "As it was"
    running.items[1].title = "Something else"
    tables.close(db, pair.pp, running.id)

    assert carried(planned(db, pair)) == ["The school"]


def test_what_people_took_off_the_agenda_does_not_come_back_when_the_meeting_begins(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    held(db, pair, "case_opening", leaving_out=("case_agreement",))
    meeting = planned(db, pair)
    back = next(item for item in meeting.items if item.key == "case_agreement")

    agenda_items.remove(db, pair.pp, meeting.id, back.id)
    meetings.start(db, meeting)

    assert carried(meeting) == []
    hold(db, meeting)
    assert carried(planned(db, pair)) == []


def take_off(db: Session, pair: Pair, meeting: Meeting, title: str) -> None:
    agenda_items.remove(db, pair.vss, meeting.id, titled(meeting, title).id)


def titles(meeting: Meeting) -> list[str]:
    return [item.title for item in meeting.items]


@pytest.mark.parametrize("is_recurring", [True, False])
def test_what_was_taken_off_does_not_come_back_from_a_meeting_that_ran_when_this_one_was_planned(
    db: Session, make: Make, is_recurring: bool
) -> None:
    pair = make.pair()
    running = make.table(pair)
    titled(running, "The school").is_recurring = is_recurring
    following = planned(db, pair)
    tables.close(db, pair.pp, running.id)

    take_off(db, pair, following, "The school")
    tables.begin(db, pair.pp, following.id)

    assert "The school" not in titles(following)


@pytest.mark.parametrize("is_recurring", [True, False])
def test_what_was_taken_off_a_meeting_that_is_called_off_then_does_not_come_to_the_next(
    db: Session, make: Make, is_recurring: bool
) -> None:
    pair = make.pair()
    running = make.table(pair)
    titled(running, "The school").is_recurring = is_recurring
    tables.close(db, pair.pp, running.id)
    off = planned(db, pair)
    take_off(db, pair, off, "The school")
    meetings.cancel(db, pair.pp, off.id, reason="Snow", version=off.version)

    assert "The school" not in titles(planned(db, pair))


def test_what_was_taken_off_after_a_beginning_was_taken_back_does_not_come_back(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    running, forgotten = planned(db, pair), make.table(pair)
    tables.close(db, pair.pp, forgotten.id)
    tables.begin(db, pair.pp, running.id)
    unbegun.take_back(db, pair.pp, running.id)
    db.flush()

    take_off(db, pair, running, "The school")
    tables.begin(db, pair.pp, running.id)

    assert "The school" not in titles(running)


def test_what_was_worded_anew_does_not_come_a_second_time_under_its_old_words(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    running, following = make.table(pair), planned(db, pair)
    tables.close(db, pair.pp, running.id)
    left = titled(following, "The school")

    agenda_items.revise(
        db,
        pair.pp,
        following.id,
        left.id,
        title="School and kindergarten",
        minutes=5,
        is_recurring=False,
        version=left.version,
    )
    tables.begin(db, pair.pp, following.id)

    assert "School and kindergarten" in titles(following)
    assert "The school" not in titles(following)


def test_what_was_taken_off_and_is_left_over_anew_by_a_later_meeting_comes(db: Session, make: Make) -> None:
    pair = make.pair()
    running = make.table(pair)
    tables.close(db, pair.pp, running.id)
    following = planned(db, pair)
    take_off(db, pair, following, "The school")
    agenda_items.add(db, pair.pp, following.id, title="The school", minutes=5)
    hold(db, following, leaving_out=("The school",))

    assert carried(planned(db, pair)) == ["The school"]


def test_nothing_that_was_typed_stays_behind_of_what_was_taken_off(db: Session, make: Make) -> None:
    pair = make.pair()
    running = make.table(pair)
    tables.close(db, pair.pp, running.id)
    following = planned(db, pair)

    take_off(db, pair, following, "The school")

    assert following.taken_off == [str(titled(running, "The school").id)]


def test_the_teams_meetings_carry_over_among_themselves_and_not_into_a_case(db: Session, make: Make) -> None:
    pair = make.pair()

    def of_teams() -> Meeting:
        return meetings.plan(
            db,
            pair.pp,
            kind="phase_1",
            planned_at=clock.now() + timedelta(days=1),
            cooperation_id=pair.case.cooperation_id,
        )

    hold(db, of_teams(), leaving_out=("trust",))

    assert carried(of_teams()) == ["trust"]
    assert carried(planned(db, pair)) == []


def test_an_item_is_added_before_the_closing_and_worded_anew(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)

    item = agenda_items.add(db, pair.vss, meeting.id, title="Court", minutes=5)
    agenda_items.revise(
        db,
        pair.pp,
        meeting.id,
        item.id,
        title="Court date",
        minutes=8,
        is_recurring=True,
        version=item.version,
    )

    assert [each.key for each in meeting.items[-2:]] == ["", "closing"]
    assert (item.title, item.minutes, item.is_recurring) == ("Court date", 8, True)


def test_items_change_places_and_stay_at_the_ends(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    first, second = meeting.items[:2]

    agenda_items.shift(db, pair.pp, meeting.id, second.id, earlier=True)
    agenda_items.shift(db, pair.pp, meeting.id, second.id, earlier=True)
    assert [second.position, first.position] == [0, 1]

    agenda_items.shift(db, pair.pp, meeting.id, second.id, earlier=False)
    assert [first.position, second.position] == [0, 1]


def test_a_change_of_the_agenda_after_the_invitation_counts_it_up(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    agenda_items.remove(db, pair.pp, meeting.id, meeting.items[3].id)
    assert meeting.sequence == 0
    meeting.invited_at = clock.now()

    agenda_items.add(db, pair.pp, meeting.id, title="Court", minutes=5)

    assert meeting.sequence == 1


@pytest.mark.parametrize(
    ("title", "minutes", "problem"),
    [
        ("", 5, ("error.empty", "title")),
        ("x" * 121, 5, ("error.too_long", "title")),
        ("Court", 0, ("error.meeting.minutes", "minutes")),
        ("Court", 121, ("error.meeting.minutes", "minutes")),
    ],
)
def test_an_item_needs_a_title_and_a_time_that_make_sense(
    db: Session, make: Make, title: str, minutes: int, problem: tuple[str, str]
) -> None:
    pair = make.pair()
    meeting = planned(db, pair)

    with pytest.raises(Invalid) as refused:
        agenda_items.add(db, pair.pp, meeting.id, title=title, minutes=minutes)

    assert (refused.value.key, refused.value.field) == problem


def test_two_who_word_an_item_at_once_do_not_overwrite_each_other(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    item = agenda_items.add(db, pair.pp, meeting.id, title="Court", minutes=5)
    opened = item.version
    agenda_items.revise(
        db, pair.pp, meeting.id, item.id, title="Mine", minutes=5, is_recurring=False, version=opened
    )

    with pytest.raises(Conflict):
        agenda_items.revise(
            db, pair.vss, meeting.id, item.id, title="Yours", minutes=5, is_recurring=False, version=opened
        )


def test_the_agenda_stands_once_the_meeting_has_begun(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)

    with pytest.raises(NotFound):
        agenda_items.remove(db, pair.pp, meeting.id, uuid4())
    meetings.start(db, meeting)
    with pytest.raises(Conflict):
        agenda_items.add(db, pair.pp, meeting.id, title="Court", minutes=5)


def test_what_was_taken_off_an_emergency_waits_for_the_meeting_after_it(db: Session, make: Make) -> None:
    pair = make.pair()
    running = make.table(pair)
    tables.close(db, pair.pp, running.id)
    emergency = planned(db, pair, "emergency", days=1)
    agenda_items.add(db, pair.pp, emergency.id, title="The school", minutes=5)

    take_off(db, pair, emergency, "The school")
    hold(db, emergency)

    assert "The school" in carried(planned(db, pair))


def test_what_the_protocol_names_comes_back_though_it_was_worded_anew_for_a_meeting_that_is_called_off(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    held(db, pair, "case_opening", leaving_out=("target",))
    off = planned(db, pair)
    left = next(item for item in off.items if item.key == "target")
    agenda_items.revise(
        db,
        pair.pp,
        off.id,
        left.id,
        title="Whom we reach",
        minutes=5,
        is_recurring=False,
        version=left.version,
    )
    meetings.cancel(db, pair.pp, off.id, reason="Snow", version=off.version)

    assert "target" in carried(planned(db, pair))


SECRET = "She means to leave on Friday night"


def with_guest(db: Session, make: Make, pair: Pair, kind: str = "periodic") -> tuple[Meeting, Actor]:
    """A meeting that is planned and to which somebody of the police is invited."""
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    meeting = meetings.plan(
        db,
        pair.pp,
        kind=kind,
        planned_at=clock.now() + timedelta(days=7),
        case_id=pair.case.id,
        place="Town hall",
        people=[pair.vss.person_id, officer.person_id],
    )
    return meetings.invite(db, pair.pp, meeting.id, version=meeting.version), officer


def left_over_at_table(db: Session, make: Make, pair: Pair) -> None:
    """A meeting of the two services alone at which this was put on the agenda and nobody came to it."""
    table = make.table(pair)
    titled(table, "The school").decisions = "It goes on"
    tables.add_item(db, pair.vss, table.id, title=SECRET, minutes=5)
    tables.close(db, pair.pp, table.id)


def shown(db: Session, guest: Actor, meeting: Meeting) -> list[str]:
    return [line.title for line in invitations.find(db, guest, meeting.id).agenda]


def waiting(db: Session, pair: Pair, meeting: Meeting) -> list[str]:
    return [item.title for item in agenda_items.waiting(db, pair.pp, meeting.id)]


def test_what_was_typed_at_a_table_does_not_come_by_itself_to_a_meeting_with_a_guest(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    following, officer = with_guest(db, make, pair)

    left_over_at_table(db, make, pair)

    assert SECRET not in titles(following)
    assert SECRET not in shown(db, officer, following)
    assert "Risk" in carried_titles(following)
    assert waiting(db, pair, following) == [SECRET]


def carried_titles(meeting: Meeting) -> list[str]:
    return [item.title for item in meeting.items if item.carried_from is not None]


def test_it_comes_neither_when_a_meeting_with_a_guest_is_planned_nor_when_it_begins(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    early, _ = with_guest(db, make, pair)
    left_over_at_table(db, make, pair)
    late, officer = with_guest(db, make, pair)

    tables.begin(db, pair.pp, early.id)

    assert SECRET not in titles(early)
    assert waiting(db, pair, early) == [SECRET]
    assert SECRET not in titles(late)
    assert SECRET not in shown(db, officer, late)


def test_what_waits_beside_an_agenda_is_put_there_knowingly_and_then_the_guest_reads_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    following, officer = with_guest(db, make, pair)
    left_over_at_table(db, make, pair)
    (left,) = agenda_items.waiting(db, pair.vss, following.id)
    before = following.sequence

    agenda_items.take_on(db, pair.vss, following.id, left.id)
    agenda_items.take_on(db, pair.vss, following.id, left.id)

    assert titles(following).count(SECRET) == shown(db, officer, following).count(SECRET) == 1
    assert titled(following, SECRET).carried_from == left.id
    assert waiting(db, pair, following) == []
    assert following.sequence > before


def test_what_waits_is_put_on_the_agenda_at_the_table_too(db: Session, make: Make) -> None:
    pair = make.pair()
    following, officer = with_guest(db, make, pair)
    left_over_at_table(db, make, pair)
    tables.begin(db, pair.pp, following.id)
    (left,) = agenda_items.waiting(db, pair.vss, following.id)

    tables.take_on(db, pair.vss, following.id, left.id)

    assert following.items[following.item_position + 1].title == SECRET
    assert waiting(db, pair, following) == []
    assert SECRET not in shown(db, officer, following)


def test_what_does_not_wait_is_not_put_on_an_agenda(db: Session, make: Make) -> None:
    pair = make.pair()
    left_over_at_table(db, make, pair)
    following = planned(db, pair)
    emergency = planned(db, pair, "emergency")
    (left,) = (item for item in following.items if item.title == SECRET)

    assert waiting(db, pair, emergency) == []
    with pytest.raises(NotFound):
        agenda_items.take_on(db, pair.pp, following.id, left.id)


def test_what_waited_where_a_guest_was_comes_to_the_next_meeting_of_the_two_services(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    guarded, _ = with_guest(db, make, pair)
    left_over_at_table(db, make, pair)
    tables.begin(db, pair.pp, guarded.id)
    hold(db, guarded)

    assert SECRET in carried(planned(db, pair))


def test_what_came_by_itself_waits_once_a_guest_is_invited_and_a_point_put_there_stays(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    left_over_at_table(db, make, pair)
    following = invited(db, pair)
    agenda_items.add(db, pair.pp, following.id, title="Court date", minutes=5)
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    before = following.sequence

    attendances.add(db, pair.pp, following.id, people=[officer.person_id])

    assert SECRET not in titles(following)
    assert "Court date" in shown(db, officer, following)
    assert waiting(db, pair, following) == [SECRET]
    assert following.sequence > before
    assert [item.position for item in following.items] == list(range(len(following.items)))


def test_it_waits_too_once_a_guest_is_let_into_the_meeting_without_a_seat(db: Session, make: Make) -> None:
    pair = make.pair()
    left_over_at_table(db, make, pair)
    following = planned(db, pair)
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    db.expire_all()

    guests.invite(
        db,
        pair.vss,
        pair.case.id,
        person_id=officer.person_id,
        until=clock.today() + timedelta(days=9),
        meeting_id=following.id,
    )
    left_over_at_table(db, make, pair)

    assert SECRET not in shown(db, officer, following)
    assert waiting(db, pair, following) == [SECRET]


def test_a_point_of_the_library_comes_to_a_meeting_with_a_guest_by_the_name_that_the_library_gives_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    last = planned(db, pair, "case_opening")
    hold(db, last, leaving_out=("target",))
    item = next(item for item in last.items if item.key == "target")
    named, item.title = item.title, SECRET
    db.flush()
    alone = planned(db, pair)
    assert SECRET in titles(alone)

    following, officer = with_guest(db, make, pair)
    attendances.add(db, pair.pp, alone.id, people=[officer.person_id])

    assert named in shown(db, officer, following)
    assert named in shown(db, officer, alone)
    assert SECRET not in titles(following) + titles(alone)


def test_a_guest_reads_nothing_that_was_typed_while_the_meeting_ran_nor_what_had_come_by_itself(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    left_over_at_table(db, make, pair)
    meeting = planned(db, pair)
    tables.begin(db, pair.pp, meeting.id)
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    presences.seat(db, pair.pp, meeting.id, person_id=officer.person_id)
    tables.add_item(db, pair.vss, meeting.id, title="Where she sleeps", minutes=5)

    assert SECRET in titles(meeting)
    assert not {SECRET, "Where she sleeps"} & {*shown(db, officer, meeting)}
    assert "Risk" in shown(db, officer, meeting)


def test_a_guest_of_a_whole_case_reads_nothing_that_people_typed_for_a_meeting_of_others(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    officer = make.guest(pair.case)
    meeting = planned(db, pair)
    agenda_items.add(db, pair.vss, meeting.id, title=SECRET, minutes=5)

    assert SECRET not in shown(db, officer, meeting)
    assert "Risk" in shown(db, officer, meeting)


@pytest.mark.parametrize("is_recurring", [True, False])
def test_the_next_meeting_planned_at_the_table_does_not_call_left_over_what_that_table_deals_with(
    db: Session, make: Make, is_recurring: bool
) -> None:
    pair = make.pair()
    tables.close(db, pair.pp, make.table(pair).id)
    running = planned(db, pair)
    titled(running, "The school").is_recurring = is_recurring
    tables.begin(db, pair.pp, running.id)
    running.attendances.append(Attendance(person_id=pair.pp.person_id, service_id=pair.pp.service_id))
    running.attendances[0].is_present = True
    following = invited(db, pair)
    titled(following, "The school").is_recurring = is_recurring
    assert "The school" in carried(following)
    for item in running.items:
        item.is_reached, item.decisions = True, "Done"

    tables.close(db, pair.pp, running.id)

    assert carried(following) == []
    assert ("The school" in titles(following)) is is_recurring
    assert [item.position for item in following.items] == list(range(len(following.items)))
    assert following.sequence == 1


def test_what_that_table_leaves_over_once_more_stays_marked(db: Session, make: Make) -> None:
    pair = make.pair()
    tables.close(db, pair.pp, make.table(pair).id)
    running = planned(db, pair)
    following = planned(db, pair, days=20)
    hold(db, running, leaving_out=("The school",))

    tables.begin(db, pair.pp, following.id)

    assert "The school" in carried(following)


def test_a_point_that_people_put_there_themselves_stays_though_another_table_deals_with_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    running, following = planned(db, pair), planned(db, pair, days=20)
    agenda_items.add(db, pair.pp, following.id, title="The school", minutes=5)
    tables.close(db, pair.pp, make.table(pair).id)
    assert "The school" in carried(running)
    titled(following, "The school").carried_from = titled(running, "The school").carried_from
    hold(db, running)

    tables.begin(db, pair.pp, following.id)

    assert "The school" in titles(following)
    assert "The school" not in carried(following)


@pytest.mark.parametrize("kind", ["follow_up", "closing"])
def test_a_meeting_that_ends_a_case_takes_what_is_left_over_when_it_begins_and_not_before(
    db: Session, make: Make, kind: str
) -> None:
    pair = make.pair()
    last, following = planned(db, pair, kind, days=30), planned(db, pair, days=60)

    tables.close(db, pair.pp, make.table(pair).id)
    assert "The school" not in titles(last)
    assert "The school" in titles(following)

    tables.begin(db, pair.pp, last.id)
    assert "The school" in carried(last)


def test_what_came_by_itself_waits_too_where_a_guest_was_let_in_while_a_meeting_ran_that_was_taken_back(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    left_over_at_table(db, make, pair)
    meeting = invited(db, pair)
    tables.begin(db, pair.pp, meeting.id)
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    guests.invite(
        db,
        pair.vss,
        pair.case.id,
        person_id=officer.person_id,
        until=clock.today() + timedelta(days=9),
        meeting_id=meeting.id,
    )

    unbegun.take_back(db, pair.pp, meeting.id)

    assert SECRET not in [line.title for line in invitations.find(db, pair.pp, meeting.id).agenda]
    assert waiting(db, pair, meeting) == [SECRET]


def test_a_recurring_point_that_waits_is_put_on_the_agenda_once_by_two_clicks(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    last = planned(db, pair)
    agenda_items.add(db, pair.pp, last.id, title="The school", minutes=5, is_recurring=True)
    hold(db, last)
    following, _ = with_guest(db, make, pair)
    (left,) = agenda_items.waiting(db, pair.vss, following.id)

    agenda_items.take_on(db, pair.vss, following.id, left.id)
    agenda_items.take_on(db, pair.vss, following.id, left.id)

    assert titles(following).count("The school") == 1


def test_a_beginning_at_which_a_point_was_put_on_the_agenda_is_not_taken_back_before_the_eyes_of_a_guest(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting, officer = with_guest(db, make, pair)
    tables.begin(db, pair.pp, meeting.id)
    tables.add_item(db, pair.vss, meeting.id, title="Where she sleeps", minutes=5)

    with pytest.raises(Conflict) as refused:
        unbegun.take_back(db, pair.pp, meeting.id)

    assert refused.value.key == "error.meeting.used"
    assert "Where she sleeps" not in shown(db, officer, meeting)
