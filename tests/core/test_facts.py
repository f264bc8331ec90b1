"""What the records tell about the steps of a walk."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content import protocols, trainings
from core.content.protocols import Completion, Fact
from core.models import (
    ActionState,
    Agreement,
    AgreementLevel,
    AgreementState,
    Case,
    Cooperation,
    GlossaryTerm,
    Meeting,
    MeetingState,
    Minutes,
    MinutesApproval,
    PhasePoint,
    RiskGrade,
    SubjectKind,
    TPoint,
    TrainingMark,
)
from core.operations import cases, expectations, facts, first_passes, risk_assessments, t_points, team_facts
from core.operations.facts import Proof, Round
from core.operations.records import Records
from core.operations.releases import Basis
from tests import risk
from tests.make import Make, Pair

TODAY = clock.today()
FIRST = Round()


def tell(
    db: Session,
    pair: Pair,
    done: str,
    *,
    here: Round = FIRST,
    actor: Actor | None = None,
    of_case: bool = True,
) -> Proof | None:
    """What the records say to this actor about `fact` or `fact:of`."""
    db.flush()
    cooperation = db.get_one(Cooperation, pair.case.cooperation_id)
    case = db.get_one(Case, pair.case.id) if of_case else None
    fact, _, of = done.partition(":")
    records = Records(db, actor or pair.pp, protocols.load(), cooperation, case)
    return facts.proof(records, Completion(fact=Fact(fact), of=of or None), here)


def hold(db: Session, make: Make, pair: Pair, kind: str, *, is_agreed: bool = False) -> Meeting:
    meeting = make.meeting(pair, kind)
    meeting.state = MeetingState.AGREED if is_agreed else MeetingState.CLOSED
    meeting.closed_at = clock.now()
    if is_agreed:
        minutes = Minutes(meeting_id=meeting.id, number=1, content={}, digest="", made_by=pair.pp.person_id)
        db.add(minutes)
        db.flush()
        for actor in (pair.pp, pair.vss):
            db.add(
                MinutesApproval(minutes_id=minutes.id, service_id=actor.service_id, person_id=actor.person_id)
            )
    return meeting


def agree(
    db: Session,
    pair: Pair,
    *,
    level: AgreementLevel = AgreementLevel.CASE,
    state: AgreementState = AgreementState.IN_FORCE,
    ends_on: date | None = None,
) -> Agreement:
    agreement = Agreement(
        level=level,
        cooperation_id=pair.case.cooperation_id,
        case_id=pair.case.id if level is AgreementLevel.CASE else None,
        state=state,
        in_force_from=TODAY - timedelta(days=20) if state is not AgreementState.DRAFT else None,
        ends_on=ends_on,
        created_by=pair.pp.person_id,
    )
    db.add(agreement)
    return agreement


def test_an_empty_case_tells_nothing(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    pair.case.paired_at = None

    for phase in protocols.load().phases_of(protocols.Scope.CASE):
        for step in phase.steps:
            assert tell(db, pair, str(step.completes_by)) is None, step.id


def test_an_empty_cooperation_tells_nothing(db: Session, make: Make) -> None:
    pair = make.pair()

    for step in protocols.load().phase("phase_1").steps:
        assert tell(db, pair, str(step.completes_by), of_case=False) is None, step.id


def test_a_meeting_is_planned_then_held_then_its_minutes_are_agreed(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.meeting(pair, "first_joint")

    planned = tell(db, pair, "meeting_planned:first_joint")
    assert planned == Proof(meeting.created_at, (pair.pp.person_id,))
    assert tell(db, pair, "meeting_planned:closing") is None
    assert tell(db, pair, "meeting_held:first_joint") is None

    meeting.state, meeting.closed_at = MeetingState.CLOSED, clock.now()
    assert tell(db, pair, "meeting_held:first_joint") == Proof(meeting.closed_at)
    assert tell(db, pair, "minutes_agreed:first_joint") is None

    hold(db, make, pair, "first_joint", is_agreed=True)
    agreed = tell(db, pair, "minutes_agreed:first_joint")
    assert agreed is not None
    assert set(agreed.people) == {pair.pp.person_id, pair.vss.person_id}


@pytest.mark.parametrize("state", [MeetingState.MISSED, MeetingState.CANCELLED])
def test_a_meeting_that_fell_out_does_not_count(db: Session, make: Make, state: MeetingState) -> None:
    pair = make.pair()
    make.meeting(pair, "first_joint").state = state

    assert tell(db, pair, "meeting_planned:first_joint") is None


def test_a_consultation_without_both_sides_is_not_the_joint_meeting(db: Session, make: Make) -> None:
    pair = make.pair()
    hold(db, make, pair, "first_joint").is_consultation = True

    assert tell(db, pair, "meeting_held:first_joint") is None
    assert tell(db, pair, "meeting_planned:first_joint") is None


def test_in_a_second_round_only_what_happened_since_counts(db: Session, make: Make) -> None:
    pair = make.pair()
    hold(db, make, pair, "periodic", is_agreed=True)
    db.add(TPoint(case_id=pair.case.id, label="T2.1", pp_done_on=TODAY, vss_done_on=TODAY))
    later = Round(since=clock.now() + timedelta(days=1))

    assert tell(db, pair, "meeting_held:periodic") is not None
    assert tell(db, pair, "meeting_held:periodic", here=later) is None
    assert tell(db, pair, "minutes_agreed:periodic", here=later) is None
    assert tell(db, pair, "t_point_done:T2", here=later) is None
    make.meeting(pair, "periodic")
    assert tell(db, pair, "meeting_planned:periodic", here=later) is not None


def test_a_time_is_done_when_both_sides_have_done_it(db: Session, make: Make) -> None:
    pair = make.pair()
    point = TPoint(case_id=pair.case.id, label="T2.1", pp_done_on=TODAY - timedelta(days=2))
    db.add(point)

    assert tell(db, pair, "t_point_done:T2") is None
    point.vss_done_on = TODAY
    assert tell(db, pair, "t_point_done:T2") == Proof()
    assert tell(db, pair, "t_point_done:T1") is None


def test_the_dates_are_set_when_t0_and_t1_are_entered(db: Session, make: Make) -> None:
    pair = make.pair()
    db.add(TPoint(case_id=pair.case.id, label="T0", due_on=TODAY))
    assert tell(db, pair, "timeline_dates_set") is None

    db.add(TPoint(case_id=pair.case.id, label="T1", due_on=TODAY))
    assert tell(db, pair, "timeline_dates_set") is not None


def test_the_plan_counts_when_each_side_has_an_action(db: Session, make: Make) -> None:
    pair = make.pair()
    make.action(pair, pair.pp)
    assert tell(db, pair, "plan_has_action_for_each_side") is None

    make.action(pair, pair.vss)
    assert tell(db, pair, "plan_has_action_for_each_side") is not None


def test_the_actions_are_closed_when_there_were_some_and_none_is_open(db: Session, make: Make) -> None:
    pair = make.pair()
    first, second = make.action(pair), make.action(pair, pair.vss)
    first.state, first.done_on = ActionState.DONE, TODAY
    assert tell(db, pair, "no_open_actions") is None

    second.state = ActionState.NOT_POSSIBLE
    assert tell(db, pair, "no_open_actions") == Proof(TODAY)


def test_an_agreement_must_be_in_force_now_while_its_phase_is_the_current_one(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = agree(db, pair, state=AgreementState.DRAFT)
    assert tell(db, pair, "case_agreement_in_force") is None

    agreement.state, agreement.in_force_from = AgreementState.IN_FORCE, TODAY
    assert tell(db, pair, "case_agreement_in_force") == Proof(TODAY)
    assert tell(db, pair, "case_agreement_ended") is None

    agreement.in_force_from = TODAY - timedelta(days=9)
    agreement.ends_on = TODAY - timedelta(days=1)
    assert tell(db, pair, "case_agreement_in_force") is None
    assert tell(db, pair, "case_agreement_in_force", here=Round(is_past=True)) is not None
    assert tell(db, pair, "case_agreement_ended") == Proof(agreement.ends_on)

    agree(db, pair, ends_on=TODAY)
    assert tell(db, pair, "case_agreement_ended") is None


def test_the_agreement_of_the_organisations_is_drafted_and_then_in_force(db: Session, make: Make) -> None:
    pair = make.pair()
    agree(db, pair)  # the case's own does not count
    assert tell(db, pair, "organisation_agreement_drafted", of_case=False) is None

    agreement = agree(db, pair, level=AgreementLevel.ORGANISATION, state=AgreementState.DRAFT)
    assert tell(db, pair, "organisation_agreement_drafted", of_case=False) is not None
    assert tell(db, pair, "organisation_agreement_in_force", of_case=False) is None

    agreement.state, agreement.in_force_from = AgreementState.IN_FORCE, TODAY
    assert tell(db, pair, "organisation_agreement_in_force", of_case=False) == Proof(TODAY)


@pytest.mark.parametrize(
    ("done", "record"),
    [
        ("target_checked", lambda case: setattr(case, "is_in_target", False)),
        ("exclusions_checked", lambda case: setattr(case, "exclusions_checked_on", TODAY)),
        ("parallel_file_confirmed", lambda case: setattr(case, "paired_at", clock.now())),
    ],
)
def test_the_case_tells_of_its_opening(
    db: Session, make: Make, done: str, record: Callable[[Case], None]
) -> None:
    pair = make.pair()
    pair.case.paired_at = None

    assert tell(db, pair, done) is None
    record(pair.case)
    assert tell(db, pair, done) is not None


def test_who_described_the_case_and_entered_its_dates_comes_from_the_events(db: Session, make: Make) -> None:
    pair = make.pair()
    cases.describe(
        db, pair.vss, pair.case.id, living_together=cases.Known.NO, children_count=2, is_in_target=True,
        target_reason="", exclusions=[], exclusions_reason="", version=pair.case.version,
    )  # fmt: skip
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": TODAY, "T1": TODAY})

    for done, who in (
        ("target_checked", pair.vss),
        ("exclusions_checked", pair.vss),
        ("timeline_dates_set", pair.pp),
    ):
        proof = tell(db, pair, done)
        assert proof is not None
        assert proof.people == (who.person_id,)
        assert proof.at is not None


def test_a_file_tells_its_own_side_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.HER).safe_channel = "A friend's telephone"

    for done in ("file_persons_recorded", "safe_contact_recorded"):
        assert tell(db, pair, done, actor=pair.vss) is not None
        assert tell(db, pair, done, actor=pair.pp) is None
    make.subject(pair.pp_file, SubjectKind.HIM)
    assert tell(db, pair, "file_persons_recorded", actor=pair.pp) is not None
    assert tell(db, pair, "safe_contact_recorded", actor=pair.pp) is None


def test_the_points_count_when_both_have_spoken_on_each_aim(db: Session, make: Make) -> None:
    pair = make.pair()
    aims = team_facts.aims()
    for aim in aims[:-1]:
        db.add(
            PhasePoint(
                cooperation_id=pair.case.cooperation_id, point=aim, pp_said="a", vss_said="b", agreed="c"
            )
        )
    last = PhasePoint(cooperation_id=pair.case.cooperation_id, point=aims[-1], pp_said="a", vss_said="b")
    db.add(last)
    assert len(aims) == 5
    assert tell(db, pair, "phase_1_points_discussed", of_case=False) is None

    last.views_kept = "We differ."
    assert tell(db, pair, "phase_1_points_discussed", of_case=False) is not None


def test_a_glossary_is_begun_with_its_first_word(db: Session, make: Make) -> None:
    pair = make.pair()
    db.add(GlossaryTerm(cooperation_id=pair.case.cooperation_id, term="risk", meaning="What may happen"))

    assert tell(db, pair, "glossary_started", of_case=False) is not None


def test_the_teams_are_trained_when_all_know_the_protocol_and_each_session_was_taken_in_both(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id)
    sessions = [session.id for session in trainings.load().sessions]

    def train(actor: Actor, *taken: str) -> None:
        for session in taken:
            db.add(
                TrainingMark(
                    cooperation_id=pair.case.cooperation_id,
                    person_id=actor.person_id,
                    training=session,
                    done_on=TODAY,
                    marked_by=pair.pp.person_id,
                )
            )

    train(pair.pp, *sessions)
    train(pair.vss, sessions[-1])
    assert tell(db, pair, "teams_trained", of_case=False) is None
    train(pair.vss, *sessions[:-1])
    assert tell(db, pair, "teams_trained", of_case=False) is None
    train(colleague, sessions[-1])
    assert tell(db, pair, "teams_trained", of_case=False) == Proof(TODAY)


def test_phase_1_walked_again_begins_with_nothing_done(db: Session, make: Make) -> None:
    pair = make.pair()
    here = pair.case.cooperation_id
    before, again = clock.now() - timedelta(days=400), Round(since=clock.now() - timedelta(days=1))
    for aim in team_facts.aims():
        db.add(
            PhasePoint(
                cooperation_id=here, point=aim, pp_said="a", vss_said="b", agreed="c", written_at=before
            )
        )
    db.add(GlossaryTerm(cooperation_id=here, term="risk", meaning="What may happen", created_at=before))
    for actor in (pair.pp, pair.vss):
        for session in trainings.load().sessions:
            db.add(
                TrainingMark(
                    cooperation_id=here,
                    person_id=actor.person_id,
                    training=session.id,
                    done_on=before.date(),
                    marked_by=pair.pp.person_id,
                )
            )
    agree(db, pair, level=AgreementLevel.ORGANISATION).created_at = before
    steps = (
        "phase_1_points_discussed", "glossary_started", "teams_trained", "organisation_agreement_drafted"
    )  # fmt: skip

    assert None not in [tell(db, pair, step, of_case=False) for step in steps]
    assert [tell(db, pair, step, of_case=False, here=again) for step in steps] == [None] * 4

    for point in db.scalars(select(PhasePoint)):
        point.written_at = clock.now()
    db.add(GlossaryTerm(cooperation_id=here, term="harm", meaning="What was done"))
    db.scalars(select(TrainingMark)).first().done_on = TODAY  # type: ignore[union-attr]
    agree(db, pair, level=AgreementLevel.ORGANISATION, state=AgreementState.DRAFT)
    assert None not in [tell(db, pair, step, of_case=False, here=again) for step in steps]


def test_a_step_by_hand_is_nothing_that_the_records_tell(db: Session, make: Make) -> None:
    assert tell(db, make.pair(), "hand") is None


def test_the_first_passes_are_in_once_both_sides_handed_them_in_and_not_when_hers_waits(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    assert tell(db, pair, "first_passes_in") is None
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.pp, found.id)
    risk.handed_in(db, pair, pair.vss, found.id, basis=Basis.DANGER)
    assert tell(db, pair, "first_passes_in") is None

    first_passes.take_back(db, pair.vss, found.id)
    risk.handed_in(db, pair, pair.vss, found.id)

    # When hers came in is not said to his programme; when both were opened is.
    assert tell(db, pair, "first_passes_in") == tell(db, pair, "first_passes_in", actor=pair.vss) == Proof()
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    assert tell(db, pair, "first_passes_in") == Proof(found.opened_at, (pair.pp.person_id,))
    later = Round(since=clock.now() + timedelta(seconds=1))
    assert tell(db, pair, "first_passes_in", here=later) is None


def test_a_level_counts_for_the_meeting_that_it_was_chosen_in_or_after(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.laid(db, pair)
    risk.level(db, found, pair.vss, RiskGrade.HIGH)
    assert tell(db, pair, "risk_level_chosen:first_joint") is None

    hold(db, make, pair, "first_joint")

    proof = tell(db, pair, "risk_level_chosen:first_joint")
    assert proof is not None
    assert proof.people == (pair.vss.person_id,)
    assert tell(db, pair, "risk_level_chosen:periodic") is None


def test_a_level_of_before_the_meeting_and_one_that_waits_for_the_other_side_count_for_nothing(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    hold(db, make, pair, "periodic")
    found = risk.laid(db, pair, created_at=clock.now() - timedelta(days=3))
    risk.level(db, found, pair.vss, RiskGrade.HIGH)
    assert tell(db, pair, "risk_level_chosen:periodic") is None
    found = risk.laid(db, pair, number=2)

    risk.level(db, found, pair.pp, RiskGrade.LOW, needs_both=True)
    assert tell(db, pair, "risk_level_chosen:periodic") is None
    risk.level(db, found, pair.pp, RiskGrade.LOW, number=2, agreed_by=pair.vss)

    proof = tell(db, pair, "risk_level_chosen:periodic")
    assert proof is not None
    assert proof.people == (pair.pp.person_id, pair.vss.person_id)


def test_the_talk_about_what_she_expects_is_told_from_her_file_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    assert tell(db, pair, "expectations_talked", actor=pair.vss) is None

    expectations.record(db, pair.vss, pair.case.id, held_on=TODAY, note="")

    assert tell(db, pair, "expectations_talked", actor=pair.vss) == Proof(TODAY)
    assert tell(db, pair, "expectations_talked") is None
    later = Round(since=clock.now() + timedelta(days=1))
    assert tell(db, pair, "expectations_talked", actor=pair.vss, here=later) is None
