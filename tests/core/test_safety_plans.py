"""The IT safety plan: measures, actions with a warning before what may make it worse, evidence, and the reporting route."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.content import digital_violence, reporting_routes
from core.content.protocols import Side
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Event, SafetyPlan, SafetyState, SubjectKind
from core.operations import evidence, safety_actions, safety_plans, today
from core.operations.evidence import Kept
from core.operations.safety_actions import Wanted
from tests.make import Make, Pair

MEASURES: dict[str, Any] = {
    "safe_device": "At the service",
    "account_use": "",
    "escalation": "Not before she has moved",
}
ACTION = Wanted(area="accounts", text="A new account", who="She, with us")


def planned(db: Session, pair: Pair, *, in_days: int | None = None) -> SafetyPlan:
    on = clock.today() + timedelta(days=in_days) if in_days is not None else None
    return safety_plans.write(db, pair.vss, pair.case.id, **MEASURES, review_on=on, version=0)


def test_a_plan_that_is_due_is_not_looked_at_for_good_unless_somebody_says_so(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    plan = planned(db, pair, in_days=0)

    def write(**more: Any) -> SafetyPlan:
        return safety_plans.write(
            db, pair.vss, pair.case.id, **MEASURES, review_on=None, version=plan.version, **more
        )

    with pytest.raises(Invalid, match="review_again"):
        write()
    assert write(not_again=True).review_on is None


def test_the_plan_holds_the_measures_and_her_entry_says_how_she_is_reached(db: Session, make: Make) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, SubjectKind.HER)
    before = safety_plans.of_case(db, pair.vss, pair.case.id)

    planned(db, pair)

    standing = safety_plans.of_case(db, pair.vss, pair.case.id)
    assert (before.version, before.says("escalation")) == (0, "")
    assert standing.says("escalation") == "Not before she has moved"
    assert standing.her is not None
    assert standing.her.id == her.id
    assert [one.id for one in digital_violence.load().measures] == ["safe_channel", *safety_plans.MEASURES]


def test_a_plan_is_never_written_over_a_colleague(db: Session, make: Make) -> None:
    pair = make.pair()
    planned(db, pair)

    with pytest.raises(Conflict):
        planned(db, pair)


def test_a_plan_that_is_to_be_looked_at_again_waits_at_her_service_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    with pytest.raises(Invalid, match="review_past"):
        planned(db, pair, in_days=-1)
    planned(db, pair, in_days=3)
    assert today.of_actor(db, pair.vss).plans == []

    with clock.at(clock.now() + timedelta(days=3)):
        assert [case.id for case in today.of_actor(db, pair.vss).plans] == [pair.case.id]
        assert safety_plans.of_case(db, pair.vss, pair.case.id).is_due
        assert today.of_actor(db, pair.pp).plans == []


def test_the_programme_has_no_way_to_the_plan_or_the_evidence(db: Session, make: Make) -> None:
    pair = make.pair()
    planned(db, pair)
    piece = evidence.note(db, pair.vss, pair.case.id, kept=Kept("Messages", kept_where="With us"))
    action = safety_actions.write(db, pair.vss, pair.case.id, wanted=ACTION)

    for refused in (
        lambda: planned(db, Pair(pair.case, pair.vss, pair.pp, pair.vss_file, pair.pp_file)),
        lambda: safety_plans.of_case(db, pair.pp, pair.case.id),
        lambda: safety_plans.choose_route(db, pair.pp, pair.case.id, route="anywhere", version=0),
        lambda: evidence.of_case(db, pair.pp, pair.case.id),
        lambda: evidence.note(db, pair.pp, pair.case.id, kept=Kept("x", kept_where="y")),
    ):
        with pytest.raises(NotAllowed, match="vss_only"):
            refused()
    with pytest.raises(NotFound):
        evidence.revise(db, pair.pp, piece.id, kept=Kept("x", kept_where="y"), version=1)
    with pytest.raises(NotFound):
        safety_actions.set_state(db, pair.pp, action.id, state=SafetyState.DONE, version=1)
    assert safety_actions.of_case(db, pair.pp, pair.case.id) == []
    assert [
        row for row in db.scalars(access.visible_events(pair.pp)) if row.service_id == pair.vss.service_id
    ] == []


def test_a_change_that_may_make_it_worse_says_what_is_in_place_first(db: Session, make: Make) -> None:
    pair, soon = make.pair(), clock.today() + timedelta(days=9)
    risky = Wanted("accounts", "Clear the family account", "IT professional", soon, "leave_group")
    late = replace(risky, first="She has moved", not_before=soon + timedelta(days=1))

    with pytest.raises(Invalid, match=r"digital\.first"):
        safety_actions.write(db, pair.vss, pair.case.id, wanted=risky)
    with pytest.raises(Invalid, match="out_of_order"):
        safety_actions.write(db, pair.vss, pair.case.id, wanted=late)
    made = safety_actions.write(
        db,
        pair.vss,
        pair.case.id,
        wanted=replace(late, not_before=soon - timedelta(days=2)),
    )

    assert (made.change, made.first) == ("leave_group", "She has moved")
    assert all(change.warning for change in digital_violence.load().changes)
    safety_actions.revise(db, pair.vss, made.id, wanted=ACTION, version=1)
    assert (made.change, made.first, made.not_before) == ("", "", None)


def test_what_an_older_version_of_the_content_named_stays_and_is_offered_for_nothing_else(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    made = safety_actions.write(db, pair.vss, pair.case.id, wanted=ACTION)
    made.area, made.change, made.first = "older_area", "older_change", "She has moved"
    db.flush()
    wanted = replace(ACTION, area="older_area", change="older_change", first="She has moved", who="She")

    safety_actions.revise(db, pair.vss, made.id, wanted=wanted, version=made.version)

    assert (made.area, made.change, made.first) == ("older_area", "older_change", "She has moved")
    assert [area.title for area in digital_violence.load().areas_with(Side.VSS, [made.area])][-1] == made.area
    for other in (replace(wanted, change=""), replace(wanted, area="accounts")):
        with pytest.raises(Invalid, match=r"digital\.(area|change)"):
            safety_actions.write(db, pair.vss, pair.case.id, wanted=other)


def test_each_side_writes_in_its_key_areas_and_of_its_changes(db: Session, make: Make) -> None:
    pair = make.pair()
    his = Wanted(
        "accountability", "He gives the tablet back", "Ivo", None, "he_gives_back", "Agreed with them"
    )

    made = safety_actions.write(db, pair.pp, pair.case.id, wanted=his)
    for actor, area in ((pair.pp, "accounts"), (pair.vss, "nowhere")):
        with pytest.raises(Invalid, match=r"digital\.area"):
            safety_actions.write(db, actor, pair.case.id, wanted=Wanted(area, "x", "y"))
    with pytest.raises(Invalid, match=r"digital\.change"):
        safety_actions.write(db, pair.vss, pair.case.id, wanted=his)

    assert [one.id for one in safety_actions.of_case(db, pair.pp, pair.case.id)] == [made.id]
    assert safety_actions.of_case(db, pair.vss, pair.case.id) == []


def test_actions_stand_by_area_with_what_is_open_and_due_first(db: Session, make: Make) -> None:
    pair, day = make.pair(), clock.today()
    late, soon, done, other = (
        safety_actions.write(db, pair.vss, pair.case.id, wanted=Wanted(area, text, "We", until))
        for area, text, until in (
            ("accounts", "late", day + timedelta(days=9)),
            ("accounts", "soon", day + timedelta(days=1)),
            ("accounts", "done", None),
            ("stopping", "other", None),
        )
    )

    safety_actions.set_state(db, pair.vss, done.id, state=SafetyState.DONE, version=1)
    with pytest.raises(Conflict):
        safety_actions.set_state(db, pair.vss, done.id, state=SafetyState.DROPPED, version=1)

    found = safety_actions.of_case(db, pair.vss, pair.case.id)
    assert [one.id for one in found] == [other.id, soon.id, late.id, done.id]
    acts = set(db.scalars(select(Event.act).where(Event.subject == "safety_action")))
    assert acts == {"add", "done"}


def test_evidence_says_where_and_how_and_to_whom_it_was_reported(db: Session, make: Make) -> None:
    pair, day = make.pair(), clock.today()
    piece = evidence.note(
        db,
        pair.vss,
        pair.case.id,
        kept=Kept("Eleven messages", day, "Memory card in our safe", ["printed", "screenshot"]),
    )
    older = evidence.note(
        db, pair.vss, pair.case.id, kept=Kept("Calls", day - timedelta(days=2), "At her sister's")
    )

    with pytest.raises(Invalid, match="no_date"):
        evidence.revise(db, pair.vss, piece.id, kept=Kept("M", day, "Safe", (), ["police_unit"]), version=1)
    evidence.revise(
        db, pair.vss, piece.id, kept=Kept("M", day, "Safe", ["printed"], ["police_unit"], day), version=1
    )

    assert (piece.kept_how, piece.reported_to, piece.reported_on) == ("printed", "police_unit", day)
    with pytest.raises(Invalid, match="reported_to"):
        evidence.revise(db, pair.vss, piece.id, kept=Kept("M", day, "Safe", (), (), day), version=2)
    assert [one.id for one in evidence.of_case(db, pair.vss, pair.case.id)] == [older.id, piece.id]


def test_evidence_lies_somewhere_and_in_no_future(db: Session, make: Make) -> None:
    pair, now = make.pair(), clock.today()
    later = now + timedelta(days=1)

    for kept, reason in (
        (Kept("", None, "Safe"), "error.empty"),
        (Kept("M", None, ""), "error.empty"),
        (Kept("M", later, "Safe"), "future_date"),
        (Kept("M", None, "Safe", ["by_heart"]), "digital.choice"),
        (Kept("M", None, "Safe", (), ["the_mayor"]), "digital.choice"),
        (Kept("M", now, "Safe", (), ["police_unit"], now - timedelta(days=9)), "dates_out_of_order"),
    ):
        with pytest.raises(Invalid, match=reason):
            evidence.note(db, pair.vss, pair.case.id, kept=kept)


def test_the_route_is_the_countrys_or_the_one_that_holds_anywhere(db: Session, make: Make) -> None:
    pair = make.pair()
    routes = reporting_routes.load()

    plan = safety_plans.choose_route(db, pair.vss, pair.case.id, route="guatemala", version=0)
    with pytest.raises(Invalid, match=r"digital\.route"):
        safety_plans.choose_route(db, pair.vss, pair.case.id, route="moon", version=plan.version)

    assert [one.id for one in routes.route(plan.route).stations] == ["pnc", "mp", "inacif"]
    assert routes.route("").id == routes.route("moon").id == "anywhere"
    assert all(route.source for route in routes.routes)


def test_an_action_whose_day_has_come_stands_on_the_page_today_of_its_own_service_alone(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    on = clock.today() + timedelta(days=1)
    made = safety_actions.write(db, pair.vss, pair.case.id, wanted=replace(ACTION, until=on))
    assert today.of_actor(db, pair.vss).safety_actions == []

    made.until = clock.today()
    db.flush()
    assert today.of_actor(db, pair.vss).safety_actions == [pair.case]
    assert today.of_actor(db, pair.pp).safety_actions == []
    stranger = make.actor(pair.vss.service_id)
    assert today.of_actor(db, stranger).safety_actions == []

    made.state = SafetyState.DONE
    db.flush()
    assert today.of_actor(db, pair.vss).safety_actions == []


def test_nobody_writes_an_action_down_without_saying_whether_it_may_make_it_worse(
    db: Session, make: Make
) -> None:
    pair = make.pair()

    with pytest.raises(Invalid, match=r"error\.digital\.is_change"):
        safety_actions.write(db, pair.vss, pair.case.id, wanted=replace(ACTION, change=None))


def test_what_had_to_be_in_place_first_is_said_to_be_before_it_is_done(db: Session, make: Make) -> None:
    pair = make.pair()
    wanted = replace(ACTION, change="leave_group", first="She has moved")
    made = safety_actions.write(db, pair.vss, pair.case.id, wanted=wanted)

    with pytest.raises(Conflict, match=r"error\.digital\.in_place"):
        safety_actions.set_state(db, pair.vss, made.id, state=SafetyState.DONE, version=1)

    done = safety_actions.set_state(
        db, pair.vss, made.id, state=SafetyState.DONE, version=1, is_in_place=True
    )
    assert done.state is SafetyState.DONE
