from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Agreement, Event, Role, ServiceKind
from core.operations import action_plans, my_actions, open_risks
from core.operations.action_plans import ActionState
from core.operations.open_risks import OpenRisk
from tests.make import Make, Pair


def row(pair: Pair, **other: Any) -> dict[str, Any]:
    """What a person fills in for an action of the programme."""
    return {
        "need": "The tablet of C-07a may be watched",
        "text": "Ask an IT professional to check it",
        "due_on": clock.today() + timedelta(days=7),
        "service_id": pair.pp.service_id,
    } | other


def later(days: int = 30) -> date:
    return clock.today() + timedelta(days=days)


def test_no_action_is_put_into_the_plan_with_a_term_that_is_over(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(Invalid, match="term_over") as refused:
        action_plans.add(
            db,
            pair.pp,
            pair.case.id,
            need="Safety",
            text="Call",
            due_on=clock.today() - timedelta(days=1),
            service_id=pair.pp.service_id,
        )

    assert refused.value.field == "due_on"


def test_an_action_enters_the_joint_plan_and_both_services_read_it(db: Session, make: Make) -> None:
    pair = make.pair()

    action = action_plans.add(db, pair.vss, pair.case.id, **row(pair, person_id=pair.pp.person_id))

    (seen,) = action_plans.list_of_case(db, pair.pp, pair.case.id)
    assert seen is action
    assert (seen.service.id, seen.state) == (pair.pp.service_id, ActionState.OPEN)
    assert seen.person is not None
    assert seen.person.name == pair.pp.name
    acts = db.scalars(select(Event.act).where(Event.subject_id == action.id)).all()
    assert acts == ["add"]


def test_a_case_that_only_one_service_knows_has_no_plan_yet(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.paired_at = None

    with pytest.raises(Conflict, match="case_not_paired"):
        action_plans.add(db, pair.pp, pair.case.id, **row(pair))


def test_a_closed_case_takes_no_new_action_but_its_open_ones_can_be_settled(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair)
    pair.case.closed_on = clock.today()

    with pytest.raises(Conflict, match="case_closed"):
        action_plans.add(db, pair.pp, pair.case.id, **row(pair))
    action_plans.set_state(db, pair.pp, action.id, state=ActionState.DONE, version=1)

    assert action.done_on == clock.today()


def test_a_stranger_finds_no_plan(db: Session, make: Make) -> None:
    pair, stranger = make.pair(), make.pair().pp
    action = make.action(pair)

    assert action_plans.list_of_case(db, stranger, pair.case.id) == []
    for act in (
        lambda: action_plans.add(db, stranger, pair.case.id, **row(pair)),
        lambda: action_plans.find(db, stranger, action.id),
        lambda: action_plans.history(db, stranger, action.id),
        lambda: action_plans.responsible_for(db, stranger, pair.case.id),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_manager_reads_the_plan_and_does_not_write_it(db: Session, make: Make) -> None:
    pair = make.pair()
    manager = make.actor(pair.pp.service_id, Role.MANAGER)
    make.assign(pair.case, manager)
    action = make.action(pair)

    with pytest.raises(NotAllowed):
        action_plans.add(db, manager, pair.case.id, **row(pair))
    assert not action_plans.may_tick(manager, action_plans.find(db, manager, action.id))


@pytest.mark.parametrize(
    ("field", "typed", "key"),
    [
        ("need", " ", "error.empty"),
        ("need", "x" * 301, "error.too_long"),
        ("text", "", "error.empty"),
        ("text", "bell\a", "error.unprintable"),
        ("due_on", None, "error.no_date"),
        ("service_id", None, "error.empty"),
    ],
)
def test_what_was_typed_wrongly_is_refused_by_field(
    db: Session, make: Make, field: str, typed: object, key: str
) -> None:
    pair = make.pair()

    with pytest.raises(Invalid) as refused:
        action_plans.add(db, pair.pp, pair.case.id, **row(pair, **{field: typed}))

    assert refused.value.key == key
    assert refused.value.field == ("responsible" if field == "service_id" else field)


def test_an_action_is_given_only_to_somebody_who_will_see_it(db: Session, make: Make) -> None:
    pair, other = make.pair(), make.pair()
    police = make.service(ServiceKind.POLICE)
    officer = make.actor(police, Role.GUEST)
    unassigned = make.actor(pair.pp.service_id)

    for service_id, person_id in [
        (other.pp.service_id, None),
        (pair.pp.service_id, unassigned.person_id),
        (pair.pp.service_id, pair.vss.person_id),
        (uuid4(), None),
    ]:
        with pytest.raises(Invalid, match="not_responsible"):
            action_plans.add(
                db, pair.pp, pair.case.id, **row(pair, service_id=service_id, person_id=person_id)
            )
    action_plans.add(
        db, pair.pp, pair.case.id, **row(pair, service_id=police.id, person_id=officer.person_id)
    )

    offered = {
        (choice.service.id, choice.person and choice.person.id)
        for choice in action_plans.responsible_for(db, pair.vss, pair.case.id)
    }
    assert {
        (pair.pp.service_id, None),
        (pair.pp.service_id, pair.pp.person_id),
        (pair.vss.service_id, None),
        (pair.vss.service_id, pair.vss.person_id),
        (police.id, officer.person_id),
    } <= offered
    assert not offered & {(other.pp.service_id, None), (pair.pp.service_id, unassigned.person_id)}


def test_only_the_people_of_its_service_tick_an_action(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair, pair.pp)

    with pytest.raises(NotAllowed) as refused:
        action_plans.set_state(db, pair.vss, action.id, state=ActionState.DONE, version=1)
    action_plans.set_state(db, pair.pp, action.id, state=ActionState.IN_PROGRESS, version=1)

    assert refused.value.key == "error.action_not_yours"
    assert action.state is ActionState.IN_PROGRESS


def test_the_rows_of_an_agency_are_ticked_by_either_case_manager_and_nobody_else(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    taker = make.actor(pair.vss.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    police = make.service(ServiceKind.POLICE)
    action = action_plans.add(db, pair.pp, pair.case.id, **row(pair, service_id=police.id))

    assert action_plans.may_tick(pair.pp, action)
    assert action_plans.may_tick(pair.vss, action)
    assert not action_plans.may_tick(taker, action)


def test_what_a_service_wrote_down_for_an_agency_it_settles_after_the_case_is_closed_too_and_the_other_does_not_read_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    police = make.service(ServiceKind.POLICE)
    action = action_plans.add(db, pair.vss, pair.case.id, **row(pair, service_id=police.id))
    of_his = make.action(pair, pair.pp)
    agreement = db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)).one()
    agreement.ends_on = pair.case.closed_on = clock.today() - timedelta(days=1)
    of_his.state = ActionState.DONE
    db.flush()
    assert OpenRisk.OPEN_ACTIONS in open_risks.forbidding(db, pair.case)

    assert action_plans.list_of_case(db, pair.pp, pair.case.id) == [of_his]
    with pytest.raises(NotFound):
        action_plans.find(db, pair.pp, action.id)
    until = action.due_on
    assert my_actions.waiting(db, pair.vss, until=until, limit=5).rows == [action]
    action_plans.set_state(
        db, pair.vss, action.id, state=ActionState.NOT_DONE, reason="The case ended", version=action.version
    )

    assert open_risks.forbidding(db, pair.case) == frozenset()
    assert action_plans.list_of_case(db, pair.vss, pair.case.id) == [action]


@pytest.mark.parametrize("state", [ActionState.NOT_POSSIBLE, ActionState.NOT_DONE])
def test_what_was_not_done_says_why(db: Session, make: Make, state: ActionState) -> None:
    pair = make.pair()
    action = make.action(pair)

    with pytest.raises(Invalid) as refused:
        action_plans.set_state(db, pair.pp, action.id, state=state, version=1)
    action_plans.set_state(db, pair.pp, action.id, state=state, reason="She moved", version=1)

    assert (refused.value.key, refused.value.field) == ("error.empty", "reason")
    assert (action.state, action.reason, action.done_on) == (state, "She moved", None)


def test_a_second_click_on_done_changes_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair)

    for _click in range(2):
        action_plans.set_state(db, pair.pp, action.id, state=ActionState.DONE, version=1)

    assert len(action_plans.history(db, pair.pp, action.id)) == 1


def test_a_tick_by_mistake_can_be_taken_back_and_the_history_shows_both(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair)
    action_plans.set_state(db, pair.pp, action.id, state=ActionState.DONE, version=1)

    action_plans.set_state(db, pair.pp, action.id, state=ActionState.OPEN, version=action.version)

    assert action.done_on is None
    assert [change.state for change in action_plans.history(db, pair.vss, action.id)] == [
        ActionState.DONE,
        ActionState.OPEN,
    ]


def test_either_service_revises_the_text_and_the_history_keeps_the_old_one(db: Session, make: Make) -> None:
    pair = make.pair()
    action = action_plans.add(db, pair.pp, pair.case.id, **row(pair))

    action_plans.revise(
        db,
        pair.vss,
        action.id,
        version=1,
        **row(pair, text="Her own tablet too", service_id=pair.vss.service_id, person_id=pair.vss.person_id),
    )

    first, second = action_plans.history(db, pair.pp, action.id)
    assert (first.text, second.text) == ("Ask an IT professional to check it", "Her own tablet too")
    assert (first.service.id, second.service.id) == (pair.pp.service_id, pair.vss.service_id)
    assert second.responsible is not None
    assert second.person.service.name == pair.vss.service_name


def test_saving_without_a_change_leaves_no_trace(db: Session, make: Make) -> None:
    pair = make.pair()
    action = action_plans.add(db, pair.pp, pair.case.id, **row(pair))

    action_plans.revise(db, pair.vss, action.id, version=1, **row(pair, person_id=None))

    assert action.version == 1
    assert len(action_plans.history(db, pair.pp, action.id)) == 1


def test_a_person_who_left_the_case_stays_named_until_the_responsibility_changes(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    leaver = make.actor(pair.pp.service_id)
    assignment = make.assign(pair.case, leaver)
    given = row(pair, person_id=leaver.person_id)
    action = action_plans.add(db, pair.pp, pair.case.id, **given)
    assignment.until = clock.today() - timedelta(days=1)
    db.flush()

    action_plans.revise(db, pair.vss, action.id, version=1, **(given | {"text": "Said more clearly"}))

    assert action.person_id == leaver.person_id


def test_two_who_revise_at_once_do_not_overwrite_each_other(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair)
    words = row(pair, person_id=None)
    action_plans.revise(db, pair.vss, action.id, version=1, **words)

    with pytest.raises(Conflict) as refused:
        action_plans.revise(db, pair.pp, action.id, version=1, **(words | {"text": "Mine"}))

    assert refused.value.key == "error.changed_meanwhile"
    assert action.text != "Mine"


def test_an_action_that_is_settled_is_not_reworded_or_carried_over(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair)
    action_plans.set_state(db, pair.pp, action.id, state=ActionState.DONE, version=1)

    with pytest.raises(Conflict, match="action_settled"):
        action_plans.revise(db, pair.pp, action.id, version=action.version, **row(pair, person_id=None))
    with pytest.raises(Conflict, match="action_settled"):
        action_plans.postpone(db, pair.pp, action.id, due_on=later(), reason="?", version=action.version)


def test_an_action_is_carried_over_to_a_later_term_with_a_reason(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, action = make.meeting(pair), make.action(pair)

    with pytest.raises(Invalid) as refused:
        action_plans.postpone(db, pair.vss, action.id, due_on=later(7), reason="More time", version=1)
    with pytest.raises(Invalid, match="empty"):
        action_plans.postpone(db, pair.vss, action.id, due_on=later(), reason="", version=1)
    action_plans.postpone(
        db, pair.vss, action.id, due_on=later(), reason="More time", version=1, meeting_id=meeting.id
    )

    (change,) = action_plans.history(db, pair.pp, action.id)
    assert (refused.value.key, refused.value.field) == ("error.term_not_later", "due_on")
    assert (change.due_on, change.reason, change.meeting_id) == (later(), "More time", meeting.id)
    assert action.state is ActionState.OPEN


def test_an_action_is_not_carried_over_to_a_day_that_is_over(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair, due_on=later(-30))

    with pytest.raises(Invalid) as refused:
        action_plans.postpone(db, pair.vss, action.id, due_on=later(-29), reason="More time", version=1)

    assert (refused.value.key, refused.value.field) == ("error.term_over", "due_on")


def test_an_action_is_not_decided_by_a_meeting_of_another_case(db: Session, make: Make) -> None:
    pair, other = make.pair(), make.pair()

    with pytest.raises(NotFound):
        action_plans.add(db, pair.pp, pair.case.id, **row(pair, meeting_id=make.meeting(other).id))


def test_the_plan_begins_with_what_is_overdue_and_ends_with_what_is_settled(db: Session, make: Make) -> None:
    pair = make.pair()
    today = clock.today()
    settled = make.action(pair, due_on=today - timedelta(days=20))
    far, near, overdue = (make.action(pair, due_on=later(days)) for days in (20, 1, -3))
    action_plans.set_state(db, pair.pp, settled.id, state=ActionState.DONE, version=1)

    plan = action_plans.list_of_case(db, pair.vss, pair.case.id)

    assert plan == [overdue, near, far, settled]
    assert [action.is_overdue for action in plan] == [True, False, False, False]


def test_a_meeting_finds_what_earlier_meetings_left_and_what_it_settled_itself(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    before, now = make.meeting(pair), make.meeting(pair)
    left = action_plans.add(db, pair.pp, pair.case.id, **row(pair, meeting_id=before.id))
    settled_now = make.action(pair)
    settled_before = make.action(pair)
    action_plans.add(db, pair.pp, pair.case.id, **row(pair, meeting_id=now.id))
    done = ActionState.DONE
    action_plans.set_state(db, pair.pp, settled_before.id, state=done, version=1, meeting_id=before.id)
    action_plans.set_state(db, pair.pp, settled_now.id, state=done, version=1, meeting_id=now.id)

    at_the_table = action_plans.open_of_last_meetings(db, pair.vss, pair.case.id, meeting_id=now.id)
    open_only = action_plans.open_of_last_meetings(db, pair.vss, pair.case.id)

    assert at_the_table == [left, settled_now]
    assert settled_now not in open_only
    assert len(open_only) == 2


def test_a_guest_sees_the_rows_of_their_own_agency_and_ticks_none(db: Session, make: Make) -> None:
    pair = make.pair()
    guest = make.guest(pair.case)
    make.action(pair)
    theirs = action_plans.add(db, pair.pp, pair.case.id, **row(pair, service_id=guest.service_id))

    assert action_plans.list_of_case(db, guest, pair.case.id) == [theirs]
    with pytest.raises(NotAllowed):
        action_plans.set_state(db, guest, theirs.id, state=ActionState.DONE, version=1)


def test_what_names_somebody_of_the_own_file_stays_out_of_the_joint_plan(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Vesna Lindqvist", address="12 Harbour Row")
    action = make.action(pair, pair.vss)

    def refused(**typed: Any) -> tuple[str, str]:
        with pytest.raises(Invalid) as raised:
            action_plans.add(db, pair.vss, pair.case.id, **row(pair, **typed))
        return raised.value.key, raised.value.field

    assert refused(need="Vesna needs a new lock") == ("error.names_in_joint", "need")
    assert refused(text="Change the lock at 12 harbour row") == ("error.names_in_joint", "text")
    with pytest.raises(Invalid, match="names_in_joint"):
        action_plans.revise(
            db, pair.vss, action.id, **row(pair, text="Call Lindqvist"), person_id=None, version=1
        )
    with pytest.raises(Invalid, match="names_in_joint"):
        action_plans.postpone(db, pair.vss, action.id, due_on=later(), reason="Vesna is ill", version=1)
    with pytest.raises(Invalid, match="names_in_joint"):
        action_plans.set_state(
            db, pair.vss, action.id, state=ActionState.NOT_DONE, reason="Vesna was ill", version=1
        )


def test_the_other_service_learns_no_name_by_being_refused(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Vesna Lindqvist")

    action = action_plans.add(db, pair.pp, pair.case.id, **row(pair, text="He says he saw Vesna"))

    assert action.text == "He says he saw Vesna"
