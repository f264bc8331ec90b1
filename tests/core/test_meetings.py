"""Planning, finding, changing, moving and calling off meetings."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.lists import Asked
from core.models import Cooperation, Event, Guest, Meeting, MeetingState, Role, ServiceKind, SubjectKind
from core.operations import (
    agenda_items,
    agreement_approvals,
    attendances,
    guests,
    meeting_lists,
    meetings,
    preparations,
)
from tests.make import Make, Pair

SOON = timedelta(days=7)


def planned(db: Session, pair: Pair, kind: str = "periodic", **given: object) -> Meeting:
    values: dict[str, object] = {"planned_at": clock.now() + SOON, "case_id": pair.case.id, "place": "Room 1"}
    return meetings.plan(db, pair.pp, kind=kind, **(values | given))  # type: ignore[arg-type]


def test_a_meeting_starts_with_the_agenda_and_the_length_of_its_kind(db: Session, make: Make) -> None:
    pair = make.pair()

    meeting = planned(db, pair, people=[pair.pp.person_id, pair.vss.person_id])

    assert meeting.state is MeetingState.PLANNED
    assert meeting.duration == timedelta(minutes=45)
    assert [item.position for item in meeting.items] == list(range(len(meeting.items)))
    assert sum(item.minutes for item in meeting.items) == 45
    assert "Where your actions stand" in meeting.bring
    assert {each.person_id for each in meeting.attendances} == {pair.pp.person_id, pair.vss.person_id}


def test_who_leads_and_who_writes_is_invited_too(db: Session, make: Make) -> None:
    pair = make.pair()

    meeting = planned(db, pair, chair_id=pair.vss.person_id, minute_taker_id=pair.pp.person_id)

    assert len(meeting.attendances) == 2


def test_at_a_distance_the_room_check_stands_first_and_people_take_part_remotely(
    db: Session, make: Make
) -> None:
    pair = make.pair()

    meeting = planned(db, pair, is_remote=True, people=[pair.pp.person_id])

    assert meeting.items[0].key == "room_check"
    assert meeting.attendances[0].mode == "remote"


def test_a_meeting_is_found_by_both_sides_with_its_people(db: Session, make: Make) -> None:
    pair = make.pair()
    made = planned(db, pair, people=[pair.vss.person_id])

    found = meetings.find(db, pair.vss, made.id)

    assert found.case is pair.case
    assert found.attendances[0].person.service.kind is ServiceKind.VSS


def test_a_stranger_and_a_guest_do_not_find_a_meeting_as_the_services_see_it(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    guest = make.guest(pair.case, meeting=meeting)

    for stranger in (guest, make.pair().pp):
        with pytest.raises(NotFound):
            meetings.find(db, stranger, meeting.id)


def test_a_case_whose_files_are_not_paired_has_no_meetings(db: Session, make: Make) -> None:
    cooperation = make.cooperation()
    pp = make.actor(cooperation.pp_id)
    case = make.case(cooperation, pp)

    with pytest.raises(Conflict) as refused:
        meetings.plan(db, pp, kind="periodic", planned_at=clock.now() + SOON, case_id=case.id)

    assert refused.value.key == "error.meeting.not_paired"


def test_phase_1_belongs_to_the_two_services(db: Session, make: Make) -> None:
    pair = make.pair()
    day = clock.now() + SOON

    meeting = meetings.plan(
        db, pair.pp, kind="phase_1", planned_at=day, cooperation_id=pair.case.cooperation_id
    )

    assert meeting.case_id is None
    assert meetings.list_of_cooperation(db, pair.vss, pair.case.cooperation_id) == [meeting]
    with pytest.raises(Invalid) as of_case:
        planned(db, pair, "phase_1")
    assert of_case.value.key == "error.meeting.phase_1"
    with pytest.raises(Invalid) as no_case:
        meetings.plan(db, pair.pp, kind="periodic", planned_at=day, cooperation_id=pair.case.cooperation_id)
    assert no_case.value.key == "error.meeting.needs_case"


@pytest.mark.parametrize(
    ("given", "key", "field"),
    [
        ({"kind": "party"}, "error.meeting.kind", "kind"),
        ({"planned_at": None}, "error.no_date", "planned_at"),
        ({"planned_at": clock.now() - timedelta(days=400)}, "error.meeting.long_past", "planned_at"),
        ({"planned_at": clock.now() + timedelta(days=3000)}, "error.meeting.far_ahead", "planned_at"),
        ({"duration": timedelta(minutes=2)}, "error.meeting.duration", "duration"),
        ({"duration": timedelta(hours=9)}, "error.meeting.duration", "duration"),
        ({"link": "javascript:alert(1)"}, "error.meeting.link", "link"),
        ({"place": "x" * 301}, "error.too_long", "place"),
        ({"bring": "a\x00b"}, "error.unprintable", "bring"),
        ({"people": [uuid4()]}, "error.meeting.person", "people"),
        ({"chair_id": uuid4()}, "error.meeting.person", "chair"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    db: Session, make: Make, given: dict[str, object], key: str, field: str
) -> None:
    pair = make.pair()

    with pytest.raises(Invalid) as refused:
        planned(db, pair, **({"kind": "periodic"} | given))  # type: ignore[arg-type]

    assert (refused.value.key, refused.value.field) == (key, field)


def test_only_people_of_the_case_and_of_agencies_can_be_invited(db: Session, make: Make) -> None:
    pair = make.pair()
    unassigned = make.actor(pair.pp.service_id)
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)

    offered = {person.id for person in preparations.for_case(db, pair.pp, pair.case.id).people}

    assert offered == {pair.pp.person_id, pair.vss.person_id, officer.person_id}
    with pytest.raises(Invalid):
        planned(db, pair, people=[unassigned.person_id])


def test_both_teams_can_be_invited_to_phase_1_and_nobody_else(db: Session, make: Make) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id, Role.MANAGER)
    make.actor(make.service(ServiceKind.POLICE), Role.GUEST)

    offered = preparations.for_cooperation(db, pair.pp, pair.case.cooperation_id).people

    assert {p.id for p in offered} == {pair.pp.person_id, pair.vss.person_id, colleague.person_id}


@pytest.mark.parametrize("office", [Role.ADMINISTRATOR, Role.DATA_PROTECTION])
def test_who_can_never_open_phase_1_is_not_asked_to_it(db: Session, make: Make, office: Role) -> None:
    pair = make.pair()
    outside = make.actor(pair.vss.service_id, office)
    at_work_too = make.actor(pair.pp.service_id, office, Role.CASE_MANAGER)

    offered = preparations.for_cooperation(db, pair.pp, pair.case.cooperation_id).people

    assert {p.id for p in offered} == {pair.pp.person_id, pair.vss.person_id, at_work_too.person_id}
    with pytest.raises(Invalid, match=r"error\.meeting\.person"):
        planned(
            db,
            pair,
            "phase_1",
            case_id=None,
            cooperation_id=pair.case.cooperation_id,
            people=[outside.person_id],
        )


def test_a_guest_sees_the_meeting_until_the_day_after_it_also_when_it_moves(db: Session, make: Make) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    meeting = planned(db, pair, people=[officer.person_id])
    later = meeting.planned_at + timedelta(days=20)

    meetings.move(db, pair.pp, meeting.id, planned_at=later, reason="Court date", version=meeting.version)

    guest = db.scalars(select(Guest).where(Guest.person_id == officer.person_id)).one()
    assert guest.until == later.date() + timedelta(days=1)
    assert meetings.list_ahead(db, officer) == [meeting]


def test_a_guest_who_is_taken_off_the_list_sees_the_meeting_no_longer(db: Session, make: Make) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    meeting = planned(db, pair, people=[officer.person_id, pair.vss.person_id])

    attendances.remove(db, pair.pp, meeting.id, officer.person_id)

    assert meetings.list_ahead(db, officer) == []
    assert [each.person_id for each in meeting.attendances] == [pair.vss.person_id]


def test_a_guest_who_was_shown_out_stays_out_when_the_meeting_moves(db: Session, make: Make) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    nurse = make.actor(make.service(ServiceKind.HEALTH), Role.GUEST)
    meeting = planned(db, pair, people=[officer.person_id, nurse.person_id, pair.vss.person_id])
    attendances.remove(db, pair.pp, meeting.id, officer.person_id)
    of_nurse = db.scalars(select(Guest).where(Guest.person_id == nurse.person_id)).one()
    guests.revoke(db, pair.vss, of_nurse.id)

    later = meeting.planned_at + timedelta(days=20)
    meetings.move(db, pair.pp, meeting.id, planned_at=later, reason="Court date", version=meeting.version)

    assert meetings.list_ahead(db, officer) == []
    assert meetings.list_ahead(db, nurse) == []


def test_a_person_without_the_right_invites_no_guest(db: Session, make: Make) -> None:
    pair = make.pair()
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    meeting = planned(db, pair)

    with pytest.raises(NotAllowed):
        attendances.add(db, taker, meeting.id, people=[officer.person_id])


def test_people_are_added_once_and_leave_with_their_part(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair, chair_id=pair.pp.person_id, minute_taker_id=pair.vss.person_id)

    attendances.add(db, pair.pp, meeting.id, people=[pair.pp.person_id])
    attendances.remove(db, pair.pp, meeting.id, pair.pp.person_id)
    attendances.remove(db, pair.pp, meeting.id, pair.vss.person_id)

    assert (meeting.attendances, meeting.chair_id, meeting.minute_taker_id) == ([], None, None)
    with pytest.raises(Invalid) as nobody:
        attendances.add(db, pair.pp, meeting.id, people=[])
    assert nobody.value.key == "error.meeting.nobody"


def test_the_meetings_ahead_are_mine_in_their_order_and_from_a_day_on(db: Session, make: Make) -> None:
    pair = make.pair()
    periodic = planned(db, pair, place="Blue room")
    closing = planned(db, pair, "closing", planned_at=clock.now() + timedelta(days=30))

    assert meetings.list_ahead(db, pair.vss) == [periodic, closing]
    assert meetings.list_ahead(db, pair.vss, limit=1) == [periodic]
    assert meetings.list_ahead(db, pair.vss, since=clock.now() + timedelta(days=20)) == [closing]
    assert meetings.list_ahead(db, make.pair().pp) == []


def test_a_case_lists_its_meetings_to_its_people_only(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)

    assert meetings.list_of_case(db, pair.vss, pair.case.id) == [meeting]
    assert meetings.list_of_case(db, make.pair().vss, pair.case.id) == []


def edited(db: Session, actor: Actor, meeting: Meeting, **given: object) -> Meeting:
    values: dict[str, object] = {
        "duration": meeting.duration,
        "is_remote": meeting.is_remote,
        "place": meeting.place,
        "link": meeting.link,
        "bring": meeting.bring,
        "chair_id": meeting.chair_id,
        "minute_taker_id": meeting.minute_taker_id,
        "version": meeting.version,
    }
    return meetings.edit_details(db, actor, meeting.id, **(values | given))  # type: ignore[arg-type]


def test_a_meeting_that_goes_to_a_distance_gets_the_room_check_and_loses_it_again(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = planned(db, pair, people=[pair.pp.person_id])
    length = len(meeting.items)

    edited(db, pair.vss, meeting, is_remote=True, link="https://meet.example/a")

    assert meeting.items[0].key == "room_check"
    assert [item.position for item in meeting.items] == list(range(length + 1))
    assert meeting.attendances[0].mode == "remote"

    edited(db, pair.vss, meeting, is_remote=False)

    assert len(meeting.items) == length
    assert meeting.attendances[0].mode == "in_person"


def test_a_change_of_place_outdates_the_invitation_and_a_change_of_what_to_bring_does_not(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = planned(db, pair, people=[pair.vss.person_id])
    meetings.invite(db, pair.pp, meeting.id, version=meeting.version)

    edited(db, pair.pp, meeting, bring="Diary")
    assert (meeting.state, meeting.sequence) == (MeetingState.INVITED, 0)

    edited(db, pair.pp, meeting, place="Room 2")
    assert (meeting.state, meeting.sequence) == (MeetingState.PLANNED, 1)
    assert meeting.invited_at is not None


def test_two_who_save_at_once_do_not_overwrite_each_other(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    opened = meeting.version
    edited(db, pair.pp, meeting, place="Room 2")

    with pytest.raises(Conflict) as refused:
        edited(db, pair.vss, meeting, place="Room 3", version=opened)

    assert refused.value.key == "error.changed_meanwhile"
    assert meeting.place == "Room 2"


def test_a_move_keeps_where_it_came_from_and_why(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    first = meeting.planned_at

    meetings.move(
        db, pair.vss, meeting.id, planned_at=first + SOON, reason="Holiday", version=meeting.version
    )

    (moved,) = preparations.of_meeting(db, pair.pp, meeting.id).moves
    assert (moved.from_at, moved.to_at, moved.reason) == (first, first + SOON, "Holiday")
    assert (meeting.planned_at, meeting.sequence) == (first + SOON, 1)


def test_a_move_needs_another_time_and_a_reason(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)

    with pytest.raises(Invalid) as same:
        meetings.move(
            db, pair.pp, meeting.id, planned_at=meeting.planned_at, reason="No", version=meeting.version
        )
    with pytest.raises(Invalid) as silent:
        meetings.move(
            db, pair.pp, meeting.id, planned_at=clock.now() + SOON, reason=" ", version=meeting.version
        )

    assert same.value.key == "error.meeting.same_moment"
    assert (silent.value.key, silent.value.field) == ("error.empty", "reason")


def test_a_meeting_is_called_off_for_a_reason_and_prepared_no_more(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)

    meetings.cancel(db, pair.pp, meeting.id, reason="Both ill", version=meeting.version)

    assert (meeting.state, meeting.reason) == (MeetingState.CANCELLED, "Both ill")
    with pytest.raises(Conflict) as refused:
        edited(db, pair.pp, meeting)
    assert refused.value.key == "error.meeting.begun"


def test_a_meeting_is_missed_only_when_its_time_has_come(db: Session, make: Make) -> None:
    pair = make.pair()
    ahead = planned(db, pair)
    behind = planned(db, pair, planned_at=clock.now() - timedelta(hours=2))

    with pytest.raises(Conflict) as refused:
        meetings.mark_missed(db, pair.pp, ahead.id, reason="Nobody came", version=ahead.version)
    meetings.mark_missed(db, pair.pp, behind.id, reason="Nobody came", version=behind.version)

    assert refused.value.key == "error.meeting.not_yet"
    assert behind.state is MeetingState.MISSED


def test_an_invitation_needs_a_way_to_come_and_somebody_to_come(db: Session, make: Make) -> None:
    pair = make.pair()
    nowhere = planned(db, pair, place="", people=[pair.pp.person_id])
    no_link = planned(db, pair, is_remote=True, people=[pair.pp.person_id])
    nobody = planned(db, pair)

    for meeting, key in (
        (nowhere, "error.meeting.no_place"),
        (no_link, "error.meeting.no_link"),
        (nobody, "error.meeting.nobody"),
    ):
        with pytest.raises(Invalid) as refused:
            meetings.invite(db, pair.pp, meeting.id, version=meeting.version)
        assert refused.value.key == key


def test_an_invitation_says_when_it_was_sent(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair, people=[pair.vss.person_id])

    meetings.invite(db, pair.pp, meeting.id, version=meeting.version)

    assert meeting.state is MeetingState.INVITED
    assert meeting.invited_at is not None


def test_an_administrator_plans_no_meeting(db: Session, make: Make) -> None:
    pair = make.pair()
    administrator = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)

    with pytest.raises(NotAllowed):
        meetings.plan(db, administrator, kind="periodic", planned_at=clock.now() + SOON, case_id=pair.case.id)


def test_each_act_leaves_an_event_without_words(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    meetings.cancel(db, pair.pp, meeting.id, reason="Both ill", version=meeting.version)

    acts = db.scalars(select(Event.act).where(Event.subject_id == meeting.id).order_by(Event.created_at))

    assert list(acts) == ["planned", "cancelled"]


def test_an_emergency_meeting_is_running_at_once_with_its_short_agenda(db: Session, make: Make) -> None:
    pair = make.pair()

    meeting = meetings.start_emergency(
        db,
        pair.vss,
        pair.case.id,
        people=[pair.pp.person_id],
        private_rooms=[pair.pp.person_id],
    )

    assert meeting.state is MeetingState.IN_PROGRESS
    assert meeting.chair_id == meeting.minute_taker_id == pair.vss.person_id
    assert {"risk_note", "three_actions"} <= {item.key for item in meeting.items}
    rooms = {each.person_id: each.is_room_private for each in meeting.attendances}
    assert rooms == {pair.pp.person_id: True, pair.vss.person_id: None}


def test_whoever_begins_an_emergency_and_whose_room_is_private_is_there_at_once(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    asked, on_the_line = make.actor(pair.pp.service_id), make.actor(pair.pp.service_id)
    for actor in (asked, on_the_line):
        make.assign(pair.case, actor)

    meeting = meetings.start_emergency(
        db,
        pair.vss,
        pair.case.id,
        people=[pair.vss.person_id, asked.person_id, on_the_line.person_id],
        private_rooms=[on_the_line.person_id],
    )

    present = {each.person_id for each in meeting.attendances if each.is_present}
    assert present == {pair.vss.person_id, on_the_line.person_id}


def test_the_second_who_calls_an_emergency_joins_the_one_that_runs(db: Session, make: Make) -> None:
    pair = make.pair()
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    first = meetings.start_emergency(db, pair.vss, pair.case.id, people=[pair.vss.person_id])

    second = meetings.start_emergency(db, pair.pp, pair.case.id, people=[taker.person_id])

    assert second is first
    assert {each.person_id for each in first.attendances} == {pair.vss.person_id, taker.person_id}


def test_a_minute_taker_among_the_people_writes_the_emergency_minutes(db: Session, make: Make) -> None:
    pair = make.pair()
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)

    meeting = meetings.start_emergency(db, pair.pp, pair.case.id, people=[taker.person_id])

    assert meeting.minute_taker_id == taker.person_id


def test_a_stranger_starts_no_emergency(db: Session, make: Make) -> None:
    pair, stranger = make.pair(), make.pair().pp

    with pytest.raises(NotFound):
        meetings.start_emergency(db, stranger, pair.case.id, people=[])
    assert db.scalars(access.visible_meetings(pair.pp)).all() == []


def test_a_meeting_is_planned_for_the_two_services(db: Session, make: Make) -> None:
    pair = make.pair()

    (of_services,) = preparations.occasions(db, pair.vss)

    assert (of_services.cooperation_id, of_services.case) == (pair.case.cooperation_id, None)


def test_a_meeting_is_planned_for_open_cases_in_which_the_actor_may_plan_one(db: Session, make: Make) -> None:
    pair, fresh, over = make.pair(), make.pair(is_agreed=False), make.pair(is_agreed=False)
    for each in (fresh, over):
        make.file(each.case, pair.pp)
        make.assign(each.case, pair.pp)
    agreement = make.agreement_in_force(over, ends_on=clock.today() + timedelta(days=90))
    agreement_approvals.terminate(
        db, over.pp, agreement.id, on=clock.today(), reason="He was arrested", version=agreement.version
    )
    cooperation = db.get_one(Cooperation, pair.case.cooperation_id)
    make.case(cooperation, pair.pp)
    closed = make.case(cooperation, pair.pp)
    closed.paired_at, closed.closed_on = clock.now(), clock.today()
    officer = make.actor(pair.vss.service_id, Role.DATA_PROTECTION)
    make.assign(pair.case, officer)
    db.flush()

    found = preparations.cases_to_plan(db, pair.pp)

    assert [one.case for one in found] == [pair.case, fresh.case]
    assert preparations.cases_to_plan(db, officer) == []


def test_a_preparation_says_whether_the_invitation_is_out_of_date(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = planned(db, pair, people=[pair.vss.person_id])
    meetings.invite(db, pair.pp, meeting.id, version=meeting.version)
    assert not preparations.of_meeting(db, pair.pp, meeting.id).is_outdated

    later = meeting.planned_at + SOON
    meetings.move(db, pair.pp, meeting.id, planned_at=later, reason="Ill", version=meeting.version)

    prepared = preparations.of_meeting(db, pair.vss, meeting.id)
    assert (prepared.is_outdated, prepared.may_be_prepared, prepared.steps) == (True, True, ())


def test_all_my_meetings_are_one_list_by_code_place_and_kind(db: Session, make: Make) -> None:
    pair = make.pair()
    periodic = planned(db, pair, place="Blue room")
    closing = planned(db, pair, "closing", planned_at=clock.now() + timedelta(days=30))

    def found(search: str = "", sort: str = "") -> list[Meeting]:
        return list(meeting_lists.search(db, pair.vss, Asked(search, sort)).rows)

    assert found() == [closing, periodic]
    assert found(sort="oldest") == [periodic, closing]
    assert found(f"blue {pair.case.code}") == [periodic]
    assert found("closing meeting") == [closing]
    assert meeting_lists.search(db, make.pair().pp, Asked()).total == 0


@pytest.mark.parametrize("field", ["place", "link", "bring"])
def test_what_goes_out_with_an_invitation_holds_no_name_of_the_own_file(
    db: Session, make: Make, field: str
) -> None:
    pair = make.pair()
    make.subject(pair.pp_file, SubjectKind.HIM, name="Boris Q.")
    meeting = planned(db, pair)

    with pytest.raises(Invalid) as in_plan:
        planned(db, pair, **{field: "ask Boris"})
    with pytest.raises(Invalid) as in_edit:
        edited(db, pair.pp, meeting, **{field: "ask Boris"})

    for refused in (in_plan, in_edit):
        assert (refused.value.key, refused.value.field) == ("error.meeting.names", field)


def test_neither_a_reason_nor_an_item_of_the_agenda_holds_a_name(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Anna Q.")
    meeting = planned(db, pair)
    later = clock.now() + SOON * 2

    with pytest.raises(Invalid) as moved:
        meetings.move(
            db, pair.vss, meeting.id, planned_at=later, reason="Anna is ill", version=meeting.version
        )
    with pytest.raises(Invalid) as item:
        agenda_items.add(db, pair.vss, meeting.id, title="School of Anna", minutes=5)
    with pytest.raises(Invalid) as off:
        meetings.cancel(db, pair.vss, meeting.id, reason="Anna is ill", version=meeting.version)

    assert [each.value.key for each in (moved, item, off)] == ["error.meeting.names"] * 3


def test_an_item_of_the_library_stays_as_it_is_worded_whatever_people_are_called(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="May Q.")
    meeting = planned(db, pair)
    item = next(each for each in meeting.items if each.key == "may_be_said")

    agenda_items.revise(
        db,
        pair.vss,
        meeting.id,
        item.id,
        title=item.title,
        minutes=9,
        is_recurring=True,
        version=item.version,
    )

    assert item.minutes == 9
