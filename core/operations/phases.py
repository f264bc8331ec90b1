"""The protocol as a case walks it: phase by phase, step by step; and Phase 1, as a cooperation walks it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from core import access, audit, text
from core.access import Actor, Permission, may
from core.content.protocols import Protocol, Scope
from core.errors import Conflict
from core.models import Case, PhaseEntry, StepMark, StepState
from core.operations import facts, identifying, protocols
from core.operations.walks import Entered, Link, Place, Progress, Walk, WalkedPhase, WalkedStep

__all__ = ["Entered", "Link", "Place", "Progress", "StepState", "WalkedPhase", "WalkedStep"]


PERIODIC = "periodic"


@dataclass(frozen=True)
class Standing:
    """Where a case stands and what is expected next, for the head of its pages."""

    phase: str
    #: The step that is next; None where every step of the phase is done.
    step: WalkedStep | None
    #: The first of them that is bound to none of T0 to T4, which have a day.
    without_time: WalkedStep | None
    #: Open points beside it that hold nothing up: the checks of the frame of the case.
    beside: tuple[WalkedStep, ...]
    #: The phase to go on to; None after the last.
    next_phase: str | None
    closed_on: date | None
    #: The day on which the agreement of the case ended, where none holds now.
    agreement_over: date | None
    #: The agreement of the case, or the list where there is none yet.
    agreement: Link

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None


@dataclass(frozen=True)
class Overview:
    """The whole walk, as one actor may see it."""

    protocol: Protocol
    phases: tuple[WalkedPhase, ...]
    history: tuple[Entered, ...]
    current: WalkedPhase
    next: WalkedPhase | None
    #: The actor may tick steps, and may go on to another phase.
    may_mark: bool
    may_enter: bool
    #: What a form that goes on sends back.
    version: int


@dataclass(frozen=True)
class CaseOverview(Overview):
    """The walk of a case."""

    #: The same in short, for the head of the page.
    standing: Standing


def walk_of(db: Session, actor: Actor, case: Case) -> Walk:
    """The walk of a case of the actor's, with its records read once for whatever is said of it."""
    return Walk(db, actor, protocols.of_case(db, case), case.cooperation, case)


def standing(walk: Walk, *, joint_only: bool = False) -> Standing:
    """The phase of a case and the step that is expected next; with `joint_only` as both may see it."""
    case, following = _case(walk), walk.next
    checks = () if case.closed_on else walk.open_checks(walk.current)
    step = without = None
    if case.closed_on is None:
        step = walk.first_open(walk.current, joint_only=joint_only)
        without = step and walk.first_open(walk.current, joint_only=joint_only, with_times=False)
    return Standing(
        phase=walk.current.title,
        step=step or next(iter(checks), None),
        without_time=without or next(iter(checks), None),
        beside=checks if step else checks[1:],
        next_phase=following.title if following else None,
        closed_on=case.closed_on,
        agreement_over=walk.agreement_over_since(),
        agreement=walk.link_of_agreement(),
    )


@access.of_one_case
def proposed_meeting(db: Session, actor: Actor, case_id: UUID, *, running: str = "") -> str:
    """The kind of meeting that comes next: that of the phase the case stands in, until it was held or is `running`.

    The periodic meeting follows itself: closing the cooperation is for people to choose.
    """
    walk = _walk_of_case(db, actor, case_id)
    for phase in (walk.current, walk.next):
        if phase is not None and phase.meeting_kinds:
            kind = phase.meeting_kinds[0]
            if kind == PERIODIC or (
                kind != running and not facts.is_held(walk.records, kind, walk.round_of(phase))
            ):
                return kind
    return PERIODIC


def overview(db: Session, actor: Actor, case_id: UUID) -> CaseOverview:
    """Each phase of the case's protocol with its steps, and the history of the walk."""
    return overview_of(_walk_of_case(db, actor, case_id))


def overview_of(walk: Walk) -> CaseOverview:
    """The same of a walk that is read already."""
    case, actor = _case(walk), walk.actor
    is_open = case.closed_on is None
    seen = _overview(
        walk,
        may_mark=is_open and may(actor, Permission.MARK_STEP),
        may_enter=is_open and may(actor, Permission.WALK_PHASES) and access.is_open_to(actor, case),
        version=case.version,
    )
    return CaseOverview(**vars(seen), standing=standing(walk))


def overview_of_cooperation(db: Session, actor: Actor, cooperation_id: UUID) -> Overview:
    """Phase 1 of a cooperation with its steps, and how often it was walked."""
    walk = _walk_of_cooperation(db, actor, cooperation_id)
    allowed = may(actor, Permission.WRITE_COOPERATION)
    return _overview(walk, may_mark=allowed, may_enter=allowed, version=walk.cooperation.version)


def begin(db: Session, actor: Actor, case: Case) -> PhaseEntry:
    """Put a new case on the current version of the protocol and into its first phase."""
    protocol = protocols.current(db)
    case.protocol_version = protocol.version
    case.phase = protocol.phases_of(Scope.CASE)[0].id
    entry = PhaseEntry(
        cooperation_id=case.cooperation_id, case_id=case.id, phase=case.phase, entered_by=actor.person_id
    )
    db.add(entry)
    audit.record(db, actor, "entered", entry, case_id=case.id)
    return entry


def mark_step(
    db: Session, actor: Actor, case_id: UUID, *, phase: str, step: str, state: StepState, reason: str = ""
) -> StepMark:
    """Say by hand how a step stands; the newest mark counts and the older ones stay as its history.

    Needs a reason for *not applicable*, and for *done* where the records would show it otherwise. What the
    records show cannot be taken back by hand.
    """
    access.require(actor, Permission.MARK_STEP)
    walk = _walk_of_case(db, actor, case_id)
    _require_open(_case(walk))
    return _mark(walk, phase, step, state, reason)


def mark_step_of_cooperation(
    db: Session,
    actor: Actor,
    cooperation_id: UUID,
    *,
    phase: str,
    step: str,
    state: StepState,
    reason: str = "",
) -> StepMark:
    """The same for a step of Phase 1."""
    access.require(actor, Permission.WRITE_COOPERATION)
    return _mark(_walk_of_cooperation(db, actor, cooperation_id), phase, step, state, reason)


def enter(
    db: Session, actor: Actor, case_id: UUID, *, phase: str, reason: str = "", version: int
) -> PhaseEntry:
    """Go on to a phase; the history keeps who, when, and which steps were left open for which reason.

    The next phase, and the same one once more, need a reason only where steps are open; any other phase always.
    Raises Conflict for a service that only answered: until the pair is confirmed the opener walks its case alone.
    """
    access.require(actor, Permission.WALK_PHASES)
    walk = _walk_of_case(db, actor, case_id)
    case = _case(walk)
    _require_open(case)
    if not access.is_open_to(actor, case):
        raise Conflict("error.not_paired")
    access.require_version(case, version)
    entry = _enter(walk, phase, reason)
    case.phase = entry.phase
    flag_modified(
        case, "phase"
    )  # the same phase once more is a change too: a second click must not repeat it
    return entry


def repeat(db: Session, actor: Actor, cooperation_id: UUID, *, reason: str = "", version: int) -> PhaseEntry:
    """Walk Phase 1 once more, in the current version of the protocol: a new meeting of both teams is expected."""
    access.require(actor, Permission.WRITE_COOPERATION)
    walk = _walk_of_cooperation(db, actor, cooperation_id)
    access.require_version(walk.cooperation, version)
    entry = _enter(walk, walk.current.id, reason)
    walk.cooperation.protocol_version = protocols.current(db).version
    flag_modified(
        walk.cooperation, "protocol_version"
    )  # a second click at the same time must meet a new version
    return entry


def _walk_of_case(db: Session, actor: Actor, case_id: UUID) -> Walk:
    return walk_of(db, actor, access.find(db, _with_cooperation(actor), case_id))


@access.kept
def _with_cooperation(actor: Actor) -> Select[Case]:
    return access.visible_cases(actor).options(joinedload(Case.cooperation))


def _walk_of_cooperation(db: Session, actor: Actor, cooperation_id: UUID) -> Walk:
    cooperation = access.find(db, access.own_cooperations(actor), cooperation_id)
    return Walk(db, actor, protocols.of_cooperation(db, cooperation), cooperation)


def _case(walk: Walk) -> Case:
    if walk.case is None:
        raise LookupError("a walk of a cooperation has no case")
    return walk.case


def _require_open(case: Case) -> None:
    if case.closed_on is not None:
        raise Conflict("error.walk.case_closed")


def _overview(walk: Walk, *, may_mark: bool, may_enter: bool, version: int) -> Overview:
    phases = tuple(walk.walked_phase(phase) for phase in walk.phases)
    here = next(place for place, one in enumerate(phases) if one.place is Place.CURRENT)
    return Overview(
        protocol=walk.protocol,
        phases=phases,
        history=walk.history(),
        current=phases[here],
        next=phases[here + 1] if here + 1 < len(phases) else None,
        may_mark=may_mark,
        may_enter=may_enter,
        version=version,
    )


def _mark(walk: Walk, phase_id: str, step_id: str, state: StepState, reason: str) -> StepMark:
    phase = walk.phase(phase_id)
    step = walk.step(phase, step_id)
    if state is StepState.OPEN and walk.mark_of(phase, step) is None:
        # What the records show is not taken back by hand.
        key = "error.walk.from_records" if walk.proof_of(phase, step) else "error.walk.open_already"
        raise Conflict(key)
    if state is StepState.DONE and walk.proof_of(phase, step):
        raise Conflict("error.walk.from_records")
    needs_reason = state is StepState.NOT_APPLICABLE or (
        state is StepState.DONE and not step.completes_by.is_by_hand
    )
    why = text.text(reason, field="reason", required=needs_reason)
    _require_nameless(walk, why)
    mark = StepMark(
        cooperation_id=walk.cooperation.id,
        case_id=walk.case.id if walk.case else None,
        phase=phase.id,
        step=step.id,
        state=state,
        reason=why,
        marked_by=walk.actor.person_id,
    )
    walk.db.add(mark)
    audit.record(walk.db, walk.actor, "marked", mark, case_id=mark.case_id)
    return mark


def _enter(walk: Walk, phase_id: str, reason: str) -> PhaseEntry:
    target = walk.phase(phase_id)
    here, there = walk.phases.index(walk.current), walk.phases.index(target)
    left = walk.phases[here : max(there, here + 1)]  # going on past a phase leaves its steps behind too
    is_open = [f"{phase.id}/{step.id}" for phase in left for step in walk.walked_phase(phase).open_steps]
    is_usual = there in {here, here + 1}
    why = text.text(reason, field="reason", required=bool(is_open) or not is_usual)
    _require_nameless(walk, why)
    entry = PhaseEntry(
        cooperation_id=walk.cooperation.id,
        case_id=walk.case.id if walk.case else None,
        phase=target.id,
        entered_by=walk.actor.person_id,
        open_steps=is_open,
        reason=why,
    )
    walk.db.add(entry)
    audit.record(walk.db, walk.actor, "entered", entry, case_id=entry.case_id)
    return entry


def _require_nameless(walk: Walk, reason: str) -> None:
    case_id = walk.case.id if walk.case else None
    identifying.require_nameless(walk.db, walk.actor, case_id, reason=reason)
