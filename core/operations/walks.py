"""Reading a walk through the protocol: which steps are done, by what, and where each one is done.

The walk is a case's, or a cooperation's through Phase 1. Two people of the two services may read one walk
differently: a step that speaks of one side's own file exists for that side only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import access
from core.access import Actor, Permission, may
from core.content.protocols import OF_A_MEETING, Fact, Phase, Protocol, Scope, Screen, Side, Step
from core.errors import Invalid
from core.models import AgreementState, Case, Cooperation, Person, PhaseEntry, StepMark, StepState
from core.operations import facts
from core.operations.facts import Proof, Round
from core.operations.records import Records

#: Screens of the cooperation, not of a case.
_OF_COOPERATION: Final = frozenset({Screen.COOPERATION, Screen.PHASE_1, Screen.GLOSSARY, Screen.TRAINING})


class Progress(StrEnum):
    """How a step stands."""

    OPEN = "open"
    BY_RECORD = "by_record"
    BY_HAND = "by_hand"
    NOT_APPLICABLE = "not_applicable"


class Place(StrEnum):
    """Where a phase lies on the walk."""

    PAST = "past"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Link:
    """A page and the ids of its address."""

    page: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WalkedStep:
    phase: str
    id: str
    title: str
    help: str
    progress: Progress
    link: Link
    #: A person says when it is done; otherwise the records do.
    is_by_hand: bool
    at: datetime | date | None = None
    by: tuple[str, ...] = ()
    reason: str = ""
    #: A mark made by hand stands, and can be taken back.
    is_marked: bool = False

    @property
    def is_open(self) -> bool:
        return self.progress is Progress.OPEN


@dataclass(frozen=True)
class WalkedPhase:
    phase: Phase
    place: Place
    #: How often it was entered, and when the last time.
    rounds: int
    entered_at: datetime | None
    steps: tuple[WalkedStep, ...]

    @property
    def open_steps(self) -> tuple[WalkedStep, ...]:
        return tuple(step for step in self.steps if step.is_open)


@dataclass(frozen=True)
class Entered:
    """A line of the history: somebody entered a phase, perhaps with open steps behind, for a reason."""

    title: str
    at: datetime
    by: str
    reason: str
    open_steps: tuple[str, ...]


class Walk:
    """One walk, as one actor may see it. Each kind of record is read once, at its first need."""

    def __init__(
        self,
        db: Session,
        actor: Actor,
        protocol: Protocol,
        cooperation: Cooperation,
        case: Case | None = None,
    ) -> None:
        self.db, self.actor, self.protocol = db, actor, protocol
        self.cooperation, self.case = cooperation, case
        self.phases = protocol.phases_of(Scope.CASE if case else Scope.COOPERATION)
        self.records = Records(db, actor, protocol, cooperation, case)

    @property
    def current(self) -> Phase:
        """The phase of the walk; the first where it has not begun, and where the other service walks its case alone."""
        if self.case is not None:
            name = self.case.phase if self._has_frame else ""
        else:
            name = self.entries[-1].phase if self.entries else ""
        return next((phase for phase in self.phases if phase.id == name), self.phases[0])

    @property
    def next(self) -> Phase | None:
        return self.protocol.next_phase(self.current.id)

    @cached_property
    def _order(self) -> dict[str, int]:
        """Comparing whole phases would compare all their words."""
        return {phase.id: place for place, phase in enumerate(self.phases)}

    @cached_property
    def entries(self) -> list[PhaseEntry]:
        return list(
            self.db.scalars(self._of_here(select(PhaseEntry), PhaseEntry).order_by(PhaseEntry.created_at))
        )

    @cached_property
    def marks(self) -> dict[tuple[str, str], StepMark]:
        """The newest mark of each step."""
        rows = self.db.scalars(self._of_here(select(StepMark), StepMark).order_by(StepMark.created_at))
        return {(mark.phase, mark.step): mark for mark in rows}

    @cached_property
    def names(self) -> dict[UUID, str]:
        """The people of both services by id."""
        rows = self.db.execute(
            access.visible_people(self.actor)
            .where(Person.service_id.in_([self.cooperation.pp_id, self.cooperation.vss_id]))
            .with_only_columns(Person.id, Person.name)
        )
        return {row.id: row.name for row in rows}

    def _of_here(self, statement: Select[Any], model: type[PhaseEntry | StepMark]) -> Select[Any]:
        if self.case is not None:
            here = statement.where(model.case_id == self.case.id)
            # What a service ticked and wrote as reasons is its own until the pair is confirmed.
            if self.case.is_paired:
                return here
            author = PhaseEntry.entered_by if model is PhaseEntry else StepMark.marked_by
            return here.where(author.in_(select(Person.id).where(Person.service_id == self.actor.service_id)))
        return statement.where(model.case_id.is_(None), model.cooperation_id == self.cooperation.id)

    # --- Phases and steps -------------------------------------------------------------------------------------

    def phase(self, phase_id: str) -> Phase:
        """Raises Invalid where the walk has no such phase."""
        for phase in self.phases:
            if phase.id == phase_id:
                return phase
        raise Invalid("error.unknown_phase", field="phase")

    def steps_of(self, phase: Phase) -> tuple[Step, ...]:
        """The steps of a phase that the actor may know of."""
        return tuple(step for step in phase.steps if self._is_shown(step))

    def step(self, phase: Phase, step_id: str) -> Step:
        """Raises Invalid where the actor may know of no such step."""
        for step in self.steps_of(phase):
            if step.id == step_id:
                return step
        raise Invalid("error.unknown_step", field="step")

    @property
    def _has_frame(self) -> bool:
        return self.case is None or access.is_open_to(self.actor, self.case)

    def _is_shown(self, step: Step) -> bool:
        # The checks of the frame are for whoever may read it: for who only answered, after both have confirmed.
        if step.page is Screen.FRAME and not self._has_frame:
            return False
        # A step of one side speaks of that side's own file: for those who may read it.
        if step.side is Side.BOTH:
            return True
        return step.side.value == self.actor.kind.value and may(self.actor, Permission.READ_FILE)

    def place_of(self, phase: Phase) -> Place:
        here, current = self._order[phase.id], self._order[self.current.id]
        return Place.CURRENT if here == current else Place.PAST if here < current else Place.AHEAD

    def round_of(self, phase: Phase) -> Round:
        """From the second time on, only what happened since the last entry counts."""
        entered = [entry.created_at for entry in self.entries if entry.phase == phase.id]
        # A case enters its first phase with an entry; a cooperation walks Phase 1 from its beginning.
        first = 1 if self.case is not None else 0
        since = entered[-1] if len(entered) > first else None
        return Round(since=since, is_past=self.place_of(phase) is Place.PAST)

    def mark_of(self, phase: Phase, step: Step) -> StepMark | None:
        """The mark that stands: the newest one of this round that does not say open again."""
        mark = self.marks.get((phase.id, step.id))
        if mark is None or mark.state is StepState.OPEN or not self.round_of(phase).has(mark.created_at):
            return None
        return mark

    def proof_of(self, phase: Phase, step: Step) -> Proof | None:
        """What completes the step by the records."""
        if step.completes_by.is_by_hand:
            return None
        return facts.proof(self.records, step.completes_by, self.round_of(phase))

    def walked(self, phase: Phase, step: Step) -> WalkedStep:
        """How a step stands. *Not applicable* holds over the records, the records over a tick."""
        mark, proof = self.mark_of(phase, step), None
        if mark is None or mark.state is not StepState.NOT_APPLICABLE:
            proof = self.proof_of(phase, step)
        progress, reason = Progress.OPEN, ""
        at: datetime | date | None = None
        people: tuple[UUID, ...] = ()
        if proof is not None:
            progress, at, people = Progress.BY_RECORD, proof.at, proof.people
        elif mark is not None:
            is_done = mark.state is StepState.DONE
            progress = Progress.BY_HAND if is_done else Progress.NOT_APPLICABLE
            at, people, reason = mark.created_at, (mark.marked_by,), mark.reason
        return WalkedStep(
            phase=phase.id,
            id=step.id,
            title=step.title,
            help=step.help,
            progress=progress,
            link=self.link_of(phase, step),
            is_by_hand=step.completes_by.is_by_hand,
            at=at,
            by=tuple(self.names[one] for one in people if one in self.names),
            reason=reason,
            is_marked=mark is not None and proof is None,
        )

    def walked_phase(self, phase: Phase) -> WalkedPhase:
        entered = [entry.created_at for entry in self.entries if entry.phase == phase.id]
        return WalkedPhase(
            phase=phase,
            place=self.place_of(phase),
            rounds=len(entered),
            entered_at=entered[-1] if entered else None,
            steps=tuple(self.walked(phase, step) for step in self.steps_of(phase)),
        )

    def first_open(
        self, phase: Phase, *, joint_only: bool = False, with_times: bool = True
    ) -> WalkedStep | None:
        """The first step of the phase that waits, checks of the frame apart; later ones are not even looked at.

        Without times, those are left out that are done at one of T0 to T4: they have a day.
        """
        wanted = (
            step
            for step in self.steps_of(phase)
            if step.page is not Screen.FRAME
            and (not joint_only or step.side is Side.BOTH)
            and (with_times or step.completes_by.fact is not Fact.T_POINT_DONE)
        )
        steps = (self.walked(phase, step) for step in wanted)
        return next((step for step in steps if step.is_open), None)

    def open_checks(self, phase: Phase) -> tuple[WalkedStep, ...]:
        """The checks of the frame that nobody has made: they remind, and the work goes on without them."""
        checks = (step for step in self.steps_of(phase) if step.page is Screen.FRAME)
        return tuple(one for one in (self.walked(phase, step) for step in checks) if one.is_open)

    def history(self) -> tuple[Entered, ...]:
        """Who entered which phase, newest first; open steps of the other side's file are left out."""
        return tuple(self._entered(entry) for entry in reversed(self.entries))

    def _entered(self, entry: PhaseEntry) -> Entered:
        # An open step is kept as "phase/step": going on may leave several phases behind.
        left = []
        for phase in self.phases:
            titles = {f"{phase.id}/{step.id}": step.title for step in self.steps_of(phase)}
            left += [title for name, title in titles.items() if name in entry.open_steps]
        title = next((phase.title for phase in self.phases if phase.id == entry.phase), entry.phase)
        by = self.names.get(entry.entered_by, "")
        return Entered(title, entry.created_at, by, entry.reason, tuple(left))

    # --- Where a step is done ---------------------------------------------------------------------------------

    def link_of(self, phase: Phase, step: Step) -> Link:
        """The page on which the step is done: the meeting or the agreement itself where there is one."""
        if step.page in _OF_COOPERATION:
            return Link(step.page, {"cooperation": str(self.cooperation.id)})
        done = step.completes_by
        if step.page in {Screen.MEETINGS, Screen.MEETING}:
            kinds = {done.of} if done.fact in OF_A_MEETING else set(phase.meeting_kinds)
            found = facts.meetings_of(self.records, kinds, self.round_of(phase))
            if found:
                return Link("meeting", {"meeting": str(found[-1].id)})
            return Link("plan_meeting", self._here())
        if step.page is Screen.AGREEMENT:
            return self.link_of_agreement()
        # The other service is asked on the page of the case; a request has a page of its own for who answers it.
        return Link(Screen.CASE if step.page is Screen.REQUEST else step.page, self._here())

    def link_of_agreement(self) -> Link:
        """What is being drafted, else what holds, else the newest; where there is none, the list in which one is begun."""
        wanted = [one for one in self.records.agreements if one.state is not AgreementState.WITHDRAWN]
        if wanted:
            drafted = (AgreementState.DRAFT, AgreementState.APPROVED)
            first = max(wanted, key=lambda one: (one.state in drafted, one.is_in_force(), one.created_at))
            return Link("agreement", {"agreement": str(first.id)})
        return Link("agreements", self._here())

    def agreement_over_since(self) -> date | None:
        """The day on which the last agreement of the case ended, where none holds now."""
        return facts.agreement_over_since(self.records)

    def _here(self) -> dict[str, str]:
        if self.case is not None:
            return {"case": str(self.case.id)}
        return {"cooperation": str(self.cooperation.id)}
