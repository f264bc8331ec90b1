"""Walking a case through its protocol."""

from collections.abc import Callable, Collection

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content.protocols import Scope, Side
from core.errors import Conflict, CoreError, Invalid, NotAllowed, NotFound
from core.models import (
    Case,
    Event,
    MeetingState,
    PhaseEntry,
    RiskGrade,
    Role,
    StepMark,
    SubjectKind,
)
from core.operations import case_heads, phases, protocols
from core.operations.phases import Place, Progress, StepState, WalkedStep
from tests import risk
from tests.core.test_partings import answered
from tests.make import Make, Pair


@pytest.fixture
def pair(db: Session, make: Make) -> Pair:
    """A confirmed case at the beginning of its walk."""
    pair = make.pair(is_agreed=False)
    phases.begin(db, pair.pp, pair.case)
    db.flush()
    return pair


def step_of(db: Session, actor: Actor, case: Case, name: str) -> WalkedStep:
    phase, _, step = name.partition("/")
    db.flush()
    walked = next(one for one in phases.overview(db, actor, case.id).phases if one.phase.id == phase)
    return next(one for one in walked.steps if one.id == step)


def mark(  # noqa: PLR0917
    db: Session, actor: Actor, case: Case, name: str, state: StepState = StepState.DONE, reason: str = ""
) -> StepMark:
    phase, _, step = name.partition("/")
    made = phases.mark_step(db, actor, case.id, phase=phase, step=step, state=state, reason=reason)
    db.flush()
    return made


def enter(db: Session, actor: Actor, case: Case, phase: str, reason: str = "") -> PhaseEntry:
    made = phases.enter(db, actor, case.id, phase=phase, reason=reason, version=case.version)
    db.flush()
    return made


def test_a_new_case_begins_in_the_first_phase_of_the_current_version(
    db: Session, make: Make, pair: Pair
) -> None:
    ada = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    protocols.begin_draft(db, ada)
    db.flush()
    protocols.move_phase(db, ada, "first_joint", places=-9, version=1)
    db.flush()
    protocols.release(db, ada, note="Meet first", version=2, is_read=True)
    db.flush()

    later = make.pair()
    phases.begin(db, later.pp, later.case)
    db.flush()

    assert (pair.case.phase, pair.case.protocol_version) == ("case_opening", 1)
    assert (later.case.phase, later.case.protocol_version) == ("first_joint", 2)
    assert phases.overview(db, pair.pp, pair.case.id).phases[0].phase.id == "case_opening"


def test_an_overview_shows_what_lies_behind_where_the_case_stands_and_what_comes(
    db: Session, pair: Pair
) -> None:
    enter(db, pair.pp, pair.case, "first_joint", "She asked for it now.")

    seen = phases.overview(db, pair.vss, pair.case.id)

    assert [one.place for one in seen.phases] == [Place.PAST, Place.CURRENT, *[Place.AHEAD] * 3]
    assert seen.current.phase.id == "first_joint"
    assert seen.next is not None
    assert seen.next.phase.id == "periodic"
    assert seen.history[0].title == "First joint meeting"
    assert seen.history[0].by == pair.pp.name
    assert seen.history[0].reason == "She asked for it now."
    assert "Bring the case agreement into force" in seen.history[0].open_steps


def test_a_step_is_ticked_by_hand_and_taken_back(db: Session, pair: Pair) -> None:
    name = "first_joint/children_considered"

    mark(db, pair.pp, pair.case, name)
    ticked = step_of(db, pair.vss, pair.case, name)
    mark(db, pair.vss, pair.case, name, StepState.OPEN)

    assert (ticked.progress, ticked.by, ticked.is_marked) == (Progress.BY_HAND, (pair.pp.name,), True)
    assert step_of(db, pair.pp, pair.case, name).is_open
    assert len(db.scalars(select(StepMark).where(StepMark.case_id == pair.case.id)).all()) == 2


def test_what_the_records_show_is_neither_ticked_nor_taken_back_but_may_be_not_applicable(
    db: Session, pair: Pair
) -> None:
    name = "case_opening/parallel_file"
    assert step_of(db, pair.pp, pair.case, name).progress is Progress.BY_RECORD

    for state in (StepState.DONE, StepState.OPEN):
        with pytest.raises(Conflict) as refusal:
            mark(db, pair.pp, pair.case, name, state)
        assert refusal.value.key == "error.walk.from_records"
    mark(db, pair.pp, pair.case, name, StepState.NOT_APPLICABLE, "She is with another service.")

    seen = step_of(db, pair.pp, pair.case, name)
    assert (seen.progress, seen.reason) == (Progress.NOT_APPLICABLE, "She is with another service.")
    mark(db, pair.pp, pair.case, name, StepState.OPEN)
    assert step_of(db, pair.pp, pair.case, name).progress is Progress.BY_RECORD


def test_done_elsewhere_needs_a_reason_where_the_records_would_show_it(db: Session, pair: Pair) -> None:
    name = "case_opening/agreement_in_force"

    with pytest.raises(Invalid) as refusal:
        mark(db, pair.pp, pair.case, name)
    mark(db, pair.pp, pair.case, name, reason="Signed on paper before Concord.")

    assert (refusal.value.key, refusal.value.field) == ("error.empty", "reason")
    assert step_of(db, pair.pp, pair.case, name).progress is Progress.BY_HAND


@pytest.mark.parametrize(
    ("name", "state", "key"),
    [
        ("first_joint/children_considered", StepState.NOT_APPLICABLE, "error.empty"),
        ("first_joint/nothing", StepState.DONE, "error.unknown_step"),
        ("phase_1/meeting_held", StepState.DONE, "error.unknown_phase"),
        ("first_joint/risk_discussed", StepState.OPEN, "error.walk.open_already"),
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(
    db: Session, pair: Pair, name: str, state: StepState, key: str
) -> None:
    with pytest.raises(CoreError) as refusal:
        mark(db, pair.pp, pair.case, name, state)

    assert refusal.value.key == key


def test_a_step_of_one_side_exists_for_that_side_only(db: Session, make: Make, pair: Pair) -> None:
    make.subject(pair.vss_file, SubjectKind.HER)
    mark(db, pair.vss, pair.case, "case_opening/her_wishes", reason="She said yes to meetings.")

    def names(actor: Actor) -> set[str]:
        return {step.id for step in phases.overview(db, actor, pair.case.id).phases[0].steps}

    assert {"her_file", "her_safe_contact", "her_wishes"} <= names(pair.vss)
    assert names(pair.pp).isdisjoint({"her_file", "her_safe_contact", "her_wishes"})
    assert names(pair.vss).isdisjoint({"his_file", "his_conditions"})
    with pytest.raises(Invalid):
        mark(db, pair.pp, pair.case, "case_opening/her_wishes")


def test_a_chair_who_may_not_read_the_file_sees_no_step_of_it(db: Session, make: Make, pair: Pair) -> None:
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)

    seen = phases.overview(db, chair, pair.case.id)

    assert "her_file" not in {step.id for step in seen.phases[0].steps}
    assert seen.may_mark
    assert not seen.may_enter
    with pytest.raises(NotAllowed):
        enter(db, chair, pair.case, "first_joint", "x")


def test_the_history_keeps_open_steps_of_a_file_from_the_other_side(db: Session, pair: Pair) -> None:
    enter(db, pair.vss, pair.case, "first_joint", "Danger now.")

    of_vss = phases.overview(db, pair.vss, pair.case.id).history[0].open_steps
    of_pp = phases.overview(db, pair.pp, pair.case.id).history[0].open_steps

    assert "Record how to reach her safely" in of_vss
    assert "Record how to reach her safely" not in of_pp
    assert "Bring the case agreement into force" in of_pp


def test_going_on_past_a_phase_leaves_its_open_steps_behind_too(db: Session, pair: Pair) -> None:
    entry = enter(db, pair.pp, pair.case, "closing", "He left on the first day.")

    assert "first_joint/plan_agreed" in entry.open_steps
    assert "periodic/risk_reviewed" in entry.open_steps
    assert "closing/meeting_held" not in entry.open_steps


@pytest.mark.parametrize("phase", ["first_joint", "case_opening", "follow_up"])
def test_going_on_with_open_steps_needs_a_reason(db: Session, pair: Pair, phase: str) -> None:
    with pytest.raises(Invalid) as refusal:
        enter(db, pair.pp, pair.case, phase)

    assert refusal.value.field == "reason"
    assert pair.case.phase == "case_opening"


def _finish(db: Session, pair: Pair, *, but: Collection[str] = ()) -> None:
    """Every step of the current phase, by both sides."""
    for actor in (pair.pp, pair.vss):
        open_steps = phases.overview(db, actor, pair.case.id).current.open_steps
        for step in (step for step in open_steps if step.id not in but):
            mark(db, actor, pair.case, f"{step.phase}/{step.id}", reason="Done on paper.")


def test_with_all_steps_done_the_next_phase_and_another_round_need_no_reason(db: Session, pair: Pair) -> None:
    _finish(db, pair)
    assert enter(db, pair.pp, pair.case, "first_joint").reason == ""
    enter(db, pair.pp, pair.case, "periodic", "Open steps.")
    _finish(db, pair)

    again = enter(db, pair.vss, pair.case, "periodic")

    seen = phases.overview(db, pair.pp, pair.case.id)
    assert again.open_steps == []
    assert seen.current.rounds == 2
    assert all(step.is_open for step in seen.current.steps)
    with pytest.raises(Invalid):
        enter(db, pair.pp, pair.case, "case_opening")


def test_a_new_round_counts_only_its_own_meeting(db: Session, make: Make, pair: Pair) -> None:
    enter(db, pair.pp, pair.case, "periodic", "x")
    meeting = make.meeting(pair, "periodic")
    meeting.state, meeting.closed_at = MeetingState.CLOSED, clock.now()
    assert step_of(db, pair.pp, pair.case, "periodic/meeting_held").progress is Progress.BY_RECORD

    enter(db, pair.pp, pair.case, "periodic", "Next three months.")

    assert step_of(db, pair.pp, pair.case, "periodic/meeting_held").is_open
    assert step_of(db, pair.pp, pair.case, "periodic/meeting_held").link.page == "plan_meeting"


def test_two_people_who_go_on_at_once_do_not_skip_a_phase(db: Session, pair: Pair) -> None:
    seen = phases.overview(db, pair.vss, pair.case.id).version
    enter(db, pair.pp, pair.case, "periodic", "x")
    opened = pair.case.version
    enter(db, pair.pp, pair.case, "periodic", "Another round.")

    for version in (seen, opened):
        with pytest.raises(Conflict):
            phases.enter(db, pair.vss, pair.case.id, phase="periodic", reason="x", version=version)


def test_the_head_of_a_case_says_what_is_expected_next(db: Session, make: Make, pair: Pair) -> None:
    at_first = case_heads.of_case(db, pair.pp, pair.case.id).standing
    _finish(db, pair)
    at_end = case_heads.of_case(db, pair.pp, pair.case.id).standing

    assert at_first.phase == "Case opening"
    assert at_first.step is not None
    assert at_first.step.id == "his_file"
    assert at_first.step.link == phases.Link("file", {"case": str(pair.case.id)})
    assert [check.id for check in at_first.beside] == ["target_checked", "exclusions_checked"]
    assert (at_end.step, at_end.next_phase, at_end.is_closed) == (None, "First joint meeting", False)


def test_a_check_of_the_frame_is_next_only_where_nothing_else_is(db: Session, pair: Pair) -> None:
    _finish(db, pair, but={"target_checked", "exclusions_checked"})

    seen = case_heads.of_case(db, pair.pp, pair.case.id).standing

    assert seen.step is not None
    assert seen.step.id == "target_checked"
    assert [check.id for check in seen.beside] == ["exclusions_checked"]


def test_before_the_pair_is_confirmed_the_opener_walks_its_case_alone(db: Session, make: Make) -> None:
    question = answered(db, make)
    seen = {one: phases.overview(db, one, question.case.id) for one in (question.ivo, question.elena)}
    following = seen[question.ivo].next
    assert following is not None

    with pytest.raises(Conflict) as raised:
        enter(db, question.elena, question.case, following.phase.id, reason="We met her")

    assert raised.value.key == "error.not_paired"
    assert [one.may_enter for one in seen.values()] == [True, False]
    assert all(one.may_mark for one in seen.values())


def test_a_link_leads_to_the_meeting_itself_where_there_is_one(db: Session, make: Make, pair: Pair) -> None:
    here = {"case": str(pair.case.id)}
    assert step_of(db, pair.pp, pair.case, "periodic/meeting_held").link == phases.Link("plan_meeting", here)
    assert step_of(db, pair.pp, pair.case, "case_opening/agreement_in_force").link.page == "agreements"

    meeting = make.meeting(pair, "periodic")

    assert step_of(db, pair.pp, pair.case, "periodic/minutes_agreed").link == phases.Link(
        "meeting", {"meeting": str(meeting.id)}
    )


def test_what_is_done_on_the_page_of_the_risk_or_of_her_contact_leads_there(db: Session, pair: Pair) -> None:
    here = {"case": str(pair.case.id)}
    steps = ("first_joint/first_passes", "first_joint/risk_discussed", "first_joint/children_considered")

    for name in (*steps, "periodic/risk_reviewed", "closing/risk_reviewed"):
        assert step_of(db, pair.pp, pair.case, name).link == phases.Link("risk", here)
    assert step_of(db, pair.pp, pair.case, "closing/remaining_risk").link == phases.Link("closing", here)
    assert step_of(db, pair.vss, pair.case, "periodic/her_expectations").link == phases.Link("contact", here)


def test_a_closed_case_stands_still(db: Session, pair: Pair) -> None:
    pair.case.closed_on = clock.today()
    db.flush()

    assert case_heads.of_case(db, pair.pp, pair.case.id).standing.is_closed
    assert case_heads.of_case(db, pair.pp, pair.case.id).standing.step is None
    assert not phases.overview(db, pair.pp, pair.case.id).may_mark
    for act in (
        lambda: mark(db, pair.pp, pair.case, "closing/remaining_risk"),
        lambda: enter(db, pair.pp, pair.case, "closing", "x"),
    ):
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.key == "error.walk.case_closed"


def test_somebody_elses_case_has_no_walk(db: Session, make: Make, pair: Pair) -> None:
    stranger = make.pair().pp

    for act in (
        lambda: case_heads.of_case(db, stranger, pair.case.id),
        lambda: phases.overview(db, stranger, pair.case.id),
        lambda: mark(db, stranger, pair.case, "closing/remaining_risk"),
        lambda: enter(db, stranger, pair.case, "closing", "x"),
        lambda: phases.overview_of_cooperation(db, stranger, pair.case.cooperation_id),
    ):
        with pytest.raises(NotFound):
            act()


def test_each_act_leaves_an_event_with_ids_alone(db: Session, pair: Pair) -> None:
    mark(db, pair.pp, pair.case, "first_joint/children_considered")
    enter(db, pair.pp, pair.case, "first_joint", "A reason that nobody should find in the log")

    acts = db.scalars(select(Event).where(Event.case_id == pair.case.id)).all()
    assert {(one.subject, one.act) for one in acts} == {("phase_entry", "entered"), ("step_mark", "marked")}


def _statements(db: Session, act: Callable[[], object]) -> int:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    db.flush()
    db.expunge_all()
    event.listen(db.get_bind(), "before_cursor_execute", count)
    act()
    event.remove(db.get_bind(), "before_cursor_execute", count)
    return len(seen)


def test_the_number_of_statements_does_not_grow_with_the_case(db: Session, make: Make, pair: Pair) -> None:
    def full() -> int:
        return _statements(db, lambda: phases.overview(db, pair.pp, pair.case.id))

    risk.laid(db, pair)
    make.meeting(pair, "first_joint").state = MeetingState.CLOSED
    before = full()
    for _ in range(5):
        make.meeting(pair)
        make.action(pair)
    for step in ("pp_prepared", "children_considered"):
        phases.mark_step(db, pair.pp, pair.case.id, phase="first_joint", step=step, state=StepState.DONE)
    for number in range(2, 5):
        risk.level(db, risk.laid(db, pair, number=number), pair.vss, RiskGrade.HIGH)

    assert full() == before <= 15
    assert _statements(db, lambda: case_heads.of_case(db, pair.pp, pair.case.id)) <= 15


def test_phase_1_of_a_cooperation_is_marked_and_walked_again_in_the_current_version(
    db: Session, make: Make, pair: Pair
) -> None:
    cooperation_id = pair.case.cooperation_id
    ada = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    meeting = make.meeting(pair, "phase_1")
    meeting.case_id, meeting.state, meeting.closed_at = None, MeetingState.CLOSED, clock.now()
    phases.mark_step_of_cooperation(
        db, pair.vss, cooperation_id, phase="phase_1", step="teams_trained",
        state=StepState.NOT_APPLICABLE, reason="Trained last year.",
    )  # fmt: skip
    db.flush()
    first = phases.overview_of_cooperation(db, pair.pp, cooperation_id)
    protocols.begin_draft(db, ada)
    db.flush()
    protocols.release(db, ada, note="x", version=1)
    db.flush()

    with pytest.raises(Invalid):
        phases.repeat(db, pair.pp, cooperation_id, version=first.version)
    phases.repeat(db, pair.pp, cooperation_id, reason="A year has passed.", version=first.version)
    db.flush()

    second = phases.overview_of_cooperation(db, pair.pp, cooperation_id)
    states = {step.id: step.progress for step in first.current.steps}
    assert states["meeting_held"] is Progress.BY_RECORD
    assert states["teams_trained"] is Progress.NOT_APPLICABLE
    assert {step.progress for step in second.current.steps} == {Progress.OPEN}
    assert (first.protocol.version, second.protocol.version) == (1, 2)
    assert second.history[0].reason == "A year has passed."
    with pytest.raises(Conflict):
        phases.repeat(db, pair.pp, cooperation_id, reason="Twice", version=first.version)
    # The protocol of an open case stays.
    assert phases.overview(db, pair.pp, pair.case.id).protocol.version == 1


@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_walk_stays_in_its_protocol_and_can_end(db: Session, make: Make, data: st.DataObject) -> None:
    """Also through versions that were re-ordered meanwhile: an open case keeps the one it began with."""
    with db.begin_nested() as undone:
        _walk(db, make, data)
        undone.rollback()


def _walk(db: Session, make: Make, data: st.DataObject) -> None:
    pair = make.pair()
    ada = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    phases.begin(db, pair.pp, pair.case)
    db.flush()
    begun_with = protocols.of_case(db, pair.case)
    names = [phase.id for phase in begun_with.phases_of(Scope.CASE)]

    for _ in range(data.draw(st.integers(0, 6), label="acts")):
        match data.draw(st.sampled_from(["enter", "enter", "mark", "version"]), label="act"):
            case "enter":
                actor = data.draw(st.sampled_from([pair.pp, pair.vss]), label="who")
                enter(db, actor, pair.case, data.draw(st.sampled_from(names), label="to"), "A reason.")
            case "mark":
                seen = phases.overview(db, pair.pp, pair.case.id).current.open_steps
                if seen:
                    step = data.draw(st.sampled_from(seen), label="step")
                    mark(db, pair.pp, pair.case, f"{step.phase}/{step.id}", reason="A reason.")
            case "version":
                draft = protocols.begin_draft(db, ada)
                db.flush()
                moved = data.draw(st.sampled_from(names), label="moved")
                protocols.move_phase(db, ada, moved, places=data.draw(st.integers(-3, 3)), version=1)
                db.flush()
                protocols.release(db, ada, note="Moved", version=draft.version, is_read=True)
                db.flush()
        assert protocols.of_case(db, pair.case) is begun_with
        assert pair.case.phase in names

    while (following := phases.overview(db, pair.pp, pair.case.id).next) is not None:
        enter(db, pair.pp, pair.case, following.phase.id, "On to the end.")
    assert pair.case.phase == names[-1]
    entered = db.scalars(select(PhaseEntry.phase).where(PhaseEntry.case_id == pair.case.id)).all()
    assert set(entered) <= set(names)
    assert phases.overview(db, pair.vss, pair.case.id).current.phase.id == names[-1]


def test_what_stands_on_a_wall_names_no_step_of_one_sides_file(db: Session, pair: Pair) -> None:
    walk = phases.overview(db, pair.vss, pair.case.id)
    joint = {step.id for step in walk.current.phase.steps if step.side is Side.BOTH}
    for step in walk.current.steps:
        if step.is_open and step.id in joint:
            mark(
                db,
                pair.vss,
                pair.case,
                f"{step.phase}/{step.id}",
                StepState.NOT_APPLICABLE,
                "Settled on paper.",
            )

    on_her_desk = case_heads.of_case(db, pair.vss, pair.case.id).standing
    on_the_wall = case_heads.of_case(db, pair.vss, pair.case.id, joint_only=True).standing

    assert on_her_desk.step is not None
    assert on_the_wall.step is None


def test_the_meeting_that_comes_next_is_proposed(db: Session, make: Make) -> None:
    pair = make.pair()
    assert phases.proposed_meeting(db, pair.pp, pair.case.id) == "case_opening"

    assert phases.proposed_meeting(db, pair.pp, pair.case.id, running="case_opening") == "first_joint"
    held = make.meeting(pair, "case_opening")
    held.state, held.closed_at = MeetingState.CLOSED, clock.now()
    db.flush()
    assert phases.proposed_meeting(db, pair.vss, pair.case.id) == "first_joint"

    pair.case.phase = "periodic"
    db.flush()
    assert phases.proposed_meeting(db, pair.vss, pair.case.id) == "periodic"
