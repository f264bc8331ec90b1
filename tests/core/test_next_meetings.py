"""The meeting that is planned from the table: what it can be, and whom of the people there it can have."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import Duty, Meeting, Role, ServiceKind
from core.operations import assignments, invitees, meetings, next_meetings, sittings
from core.operations.next_meetings import SamePeople
from core.operations.registers import Barred
from core.operations.sittings import Missing
from tests.make import Make, Pair


def on_duty(db: Session, actor: Actor) -> None:
    now = clock.now()
    db.add(
        Duty(
            service_id=actor.service_id,
            person_id=actor.person_id,
            phone="+00 555 0199",
            from_at=now - timedelta(hours=1),
            until_at=now + timedelta(hours=8),
        )
    )
    db.flush()


def planned(db: Session, actor: Actor, pair: Pair, same: SamePeople) -> Meeting:
    return meetings.plan(
        db,
        actor,
        kind="periodic",
        planned_at=clock.now() + timedelta(days=30),
        case_id=pair.case.id,
        chair_id=same.chair_id,
        minute_taker_id=same.minute_taker_id,
        people=same.people,
    )


def test_after_an_emergency_the_next_meeting_has_the_people_of_the_case(db: Session, make: Make) -> None:
    pair = make.pair()
    on_call = make.actor(pair.vss.service_id, Role.CASE_MANAGER, Role.MINUTE_TAKER)
    on_duty(db, on_call)
    people = [on_call.person_id, pair.vss.person_id]
    meeting = meetings.start_emergency(db, pair.pp, pair.case.id, people=people)

    same = next_meetings.same_people(db, pair.pp, meeting.id)

    assert set(same.people) == {pair.pp.person_id, pair.vss.person_id}
    assert (same.chair_id, same.minute_taker_id) == (pair.pp.person_id, None)
    assert same.left_out == (on_call.name,)
    assert len(planned(db, pair.pp, pair, same).attendances) == 2


def test_who_left_the_case_since_is_not_asked_to_the_next_meeting(db: Session, make: Make) -> None:
    pair = make.pair()
    gone = make.chair(pair)
    meeting = make.table(pair)
    meeting.chair_id = pair.vss.person_id
    invitees.seat(
        db, pair.pp, meeting, meetings.allowed(db, pair.pp, meeting), [gone.person_id], field="people"
    )
    meeting.minute_taker_id = gone.person_id
    db.flush()
    db.expunge_all()
    assignments.unassign(db, pair.vss, pair.case.id, person_id=gone.person_id)

    same = next_meetings.same_people(db, pair.pp, meeting.id)

    assert (same.chair_id, same.minute_taker_id) == (pair.vss.person_id, None)
    assert same.left_out == (gone.name,)
    assert len(planned(db, pair.pp, pair, same).attendances) == 2


def test_a_guest_is_asked_again_by_who_may_invite_guests(db: Session, make: Make) -> None:
    pair = make.pair()
    guest = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    contact = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, contact)
    meeting = meetings.plan(
        db,
        pair.pp,
        kind="periodic",
        planned_at=clock.now(),
        case_id=pair.case.id,
        people=[guest.person_id, pair.pp.person_id],
    )
    db.expunge_all()

    by_manager, by_contact = (
        next_meetings.same_people(db, actor, meeting.id) for actor in (pair.pp, contact)
    )

    assert (set(by_manager.people), by_manager.left_out) == ({guest.person_id, pair.pp.person_id}, ())
    assert (by_contact.people, by_contact.left_out) == ((pair.pp.person_id,), (guest.name,))
    assert len(planned(db, contact, pair, by_contact).attendances) == 1


def test_before_the_agreement_the_table_asks_for_nothing_that_would_be_refused(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    meeting = make.table(pair, "case_opening")
    actions = {Missing.ACTION_PP, Missing.ACTION_VSS}

    before = sittings.of_meeting(db, pair.pp, meeting.id)
    assert not before.has_plan
    assert not actions & set(sittings.missing(db, pair.pp, meeting.id))
    assert before.next_kinds == ("case_opening",)
    for kind in before.next_kinds:
        following = meetings.plan(
            db, pair.pp, kind=kind, planned_at=clock.now() + timedelta(days=9), case_id=pair.case.id
        )
        assert following.kind == kind

    make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=365))
    after = sittings.of_meeting(db, pair.pp, meeting.id)
    assert after.has_plan
    assert actions <= set(sittings.missing(db, pair.pp, meeting.id))
    assert set(after.next_kinds) == set(after.kinds.ids) - {"phase_1", "emergency"}


def test_after_the_end_of_a_case_no_action_is_missing(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair, "follow_up")
    pair.case.closed_on = clock.today()
    db.flush()

    assert not sittings.of_meeting(db, pair.pp, meeting.id).has_plan
    assert Missing.ACTION_PP not in sittings.missing(db, pair.pp, meeting.id)


def test_after_a_meeting_of_both_teams_comes_another_one(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = meetings.plan(
        db, pair.pp, kind="phase_1", planned_at=clock.now(), cooperation_id=pair.case.cooperation_id
    )

    sitting = sittings.of_meeting(db, pair.pp, meeting.id)

    assert (sitting.has_plan, sitting.next_kinds) == (False, ("phase_1",))


def test_whom_ones_own_register_keeps_out_is_told_apart_and_the_other_service_learns_nothing(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    her = make.subject(pair.vss_file)
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.CONTACT, whom=pair.pp.name)
    db.expunge_all()

    hers, his = (next_meetings.same_people(db, actor, meeting.id) for actor in (pair.vss, pair.pp))

    assert (hers.people, hers.left_out) == ((pair.vss.person_id,), ())
    assert [person.id for person in hers.kept_out] == [pair.pp.person_id]
    assert (len(his.people), his.left_out, his.kept_out) == (2, (), ())


@pytest.mark.parametrize(
    ("today", "of_case", "of_teams"),
    [
        ("2026-11-27", date(2027, 2, 26), date(2027, 2, 26)),
        ("2026-11-28", date(2027, 3, 1), date(2027, 2, 26)),
        ("2026-11-29", date(2027, 3, 1), date(2027, 2, 26)),
    ],
)
def test_no_meeting_is_proposed_for_a_saturday_or_a_sunday(
    make: Make, today: str, of_case: date, of_teams: date
) -> None:
    pair = make.pair()
    meeting, teams = make.meeting(pair), make.meeting(pair)
    teams.case_id = None

    with time_machine.travel(today, tick=False):
        assert next_meetings.proposed_day(meeting) == of_case
        assert next_meetings.proposed_day(teams) == of_teams
