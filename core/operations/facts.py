"""What the records can tell about a step: that it is done, since when, and by whom.

Each kind of record is loaded at its first need, by one statement that starts from what the actor may see. So a
step of one side can be told from that side's own file only, and never from the other's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content.protocols import Completion, Fact, Protocol
from core.models import (
    Action,
    Agreement,
    AgreementLevel,
    AgreementState,
    Case,
    CaseFile,
    Cooperation,
    Event,
    Meeting,
    MeetingState,
    Minutes,
    MinutesApproval,
    ServiceKind,
    Subject,
    SubjectKind,
    TPoint,
)
from core.operations import team_facts

Rows: TypeAlias = list[Row[Any]]

#: States in which a meeting is on nobody's calendar any more.
_FALLEN_OUT: Final = frozenset({MeetingState.MISSED, MeetingState.CANCELLED})


@dataclass(frozen=True)
class Proof:
    """A step is done by the records: since when and by whom, where they say so."""

    at: datetime | date | None = None
    people: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Round:
    """Which time a phase is walked: from the second time on, only what happened since counts."""

    since: datetime | None = None
    is_past: bool = False

    def has(self, at: datetime | date | None) -> bool:
        """Did this happen in the round? Whatever is still to come does."""
        if self.since is None or at is None:
            return True
        return at >= self.since if isinstance(at, datetime) else at >= self.since.date()


class Records:
    """The records of one case, or of a cooperation where no case is given."""

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
        self._told: Mapping[Fact, Callable[[Completion, Round], Proof | None]] = {
            Fact.MEETING_PLANNED: self._meeting_planned,
            Fact.MEETING_HELD: self._meeting_held,
            Fact.MINUTES_AGREED: self._minutes_agreed,
            Fact.T_POINT_DONE: self._t_point_done,
            Fact.TIMELINE_DATES_SET: self._dates_set,
            Fact.PLAN_HAS_ACTION_FOR_EACH_SIDE: self._plan_for_each_side,
            Fact.NO_OPEN_ACTIONS: self._no_open_actions,
            Fact.CASE_AGREEMENT_IN_FORCE: self._agreement_in_force,
            Fact.CASE_AGREEMENT_ENDED: self._agreement_ended,
            Fact.ORGANISATION_AGREEMENT_DRAFTED: self._agreement_drafted,
            Fact.ORGANISATION_AGREEMENT_IN_FORCE: self._agreement_in_force,
            Fact.TARGET_CHECKED: self._target_checked,
            Fact.EXCLUSIONS_CHECKED: self._exclusions_checked,
            Fact.PARALLEL_FILE_CONFIRMED: self._parallel_file_confirmed,
            Fact.FILE_PERSONS_RECORDED: self._file_persons_recorded,
            Fact.SAFE_CONTACT_RECORDED: self._safe_contact_recorded,
            Fact.PHASE_1_POINTS_DISCUSSED: self._points_discussed,
            Fact.GLOSSARY_STARTED: self._glossary_started,
            Fact.TEAMS_TRAINED: self._teams_trained,
        }

    def proof(self, done: Completion, here: Round) -> Proof | None:
        """What completes the step by the records, if anything does."""
        tell = self._told.get(done.fact)
        return tell(done, here) if tell else None

    @cached_property
    def meetings(self) -> Rows:
        """The meetings of the case, or those of both teams, in the order of their days."""
        statement = self._of_here(access.joint_meetings(self.actor), Meeting).with_only_columns(
            Meeting.id,
            Meeting.kind,
            Meeting.state,
            Meeting.is_consultation,
            Meeting.planned_at,
            Meeting.closed_at,
            Meeting.created_at,
            Meeting.created_by,
        )
        return list(self.db.execute(statement.order_by(Meeting.planned_at, Meeting.created_at)))

    @cached_property
    def approvals(self) -> Rows:
        meetings = self._of_here(access.joint_meetings(self.actor), Meeting).with_only_columns(Meeting.id)
        return list(
            self.db.execute(
                select(Minutes.meeting_id, MinutesApproval.person_id, MinutesApproval.created_at)
                .join(Minutes, Minutes.id == MinutesApproval.minutes_id)
                .where(Minutes.meeting_id.in_(meetings))
                .order_by(MinutesApproval.created_at)
            )
        )

    @cached_property
    def agreements(self) -> list[Agreement]:
        level = AgreementLevel.CASE if self.case else AgreementLevel.ORGANISATION
        statement = self._of_here(access.visible_agreements(self.actor), Agreement)
        return list(self.db.scalars(statement.where(Agreement.level == level).order_by(Agreement.created_at)))

    @cached_property
    def actions(self) -> Rows:
        statement = access.visible_actions(self.actor).with_only_columns(
            Action.service_id, Action.state, Action.created_at, Action.created_by, Action.done_on
        )
        return list(
            self.db.execute(statement.where(Action.case_id == self._case.id).order_by(Action.created_at))
        )

    @cached_property
    def t_points(self) -> list[TPoint]:
        statement = access.visible_t_points(self.actor).where(TPoint.case_id == self._case.id)
        return list(self.db.scalars(statement.order_by(TPoint.label)))

    @cached_property
    def own_subjects(self) -> Rows:
        """The people of the actor's own file of this case: never those of the other service's."""
        statement = access.visible_subjects(self.actor).with_only_columns(
            Subject.kind, Subject.safe_channel, Subject.created_at
        )
        return list(
            self.db.execute(
                statement.join(CaseFile, CaseFile.id == Subject.file_id)
                .where(CaseFile.case_id == self._case.id)
                .order_by(Subject.created_at)
            )
        )

    @cached_property
    def acts(self) -> Rows:
        """Joint acts of which the record itself keeps neither person nor moment."""
        statement = access.visible_events(self.actor).with_only_columns(
            Event.subject, Event.act, Event.person_id, Event.created_at
        )
        statement = statement.where(Event.case_id == self._case.id, Event.act.in_(["describe", "enter"]))
        return list(self.db.execute(statement.order_by(Event.created_at)))

    @property
    def _case(self) -> Case:
        assert self.case is not None  # noqa: S101  the content names such a fact in phases of a case only
        return self.case

    def _of_here(self, statement: Select[Any], model: type[Meeting | Agreement]) -> Select[Any]:
        if self.case is not None:
            return statement.where(model.case_id == self.case.id)
        return statement.where(model.case_id.is_(None), model.cooperation_id == self.cooperation.id)

    def meetings_of(self, kinds: Iterable[str | None], here: Round) -> Rows:
        """The meetings of these kinds in the round that still count, the newest last."""
        return [
            meeting
            for meeting in self.meetings
            if meeting.kind in kinds
            and meeting.state not in _FALLEN_OUT
            and not meeting.is_consultation
            and here.has(meeting.closed_at)
        ]

    def _held(self, done: Completion, here: Round) -> Rows:
        held = {MeetingState.CLOSED, MeetingState.AGREED}
        return [meeting for meeting in self.meetings_of({done.of}, here) if meeting.state in held]

    def _meeting_planned(self, done: Completion, here: Round) -> Proof | None:
        found = self.meetings_of({done.of}, here)
        return Proof(found[0].created_at, (found[0].created_by,)) if found else None

    def _meeting_held(self, done: Completion, here: Round) -> Proof | None:
        found = self._held(done, here)
        return Proof(found[0].closed_at or found[0].planned_at) if found else None

    def _minutes_agreed(self, done: Completion, here: Round) -> Proof | None:
        for meeting in self._held(done, here):
            if meeting.state is MeetingState.AGREED:
                given = [row for row in self.approvals if row.meeting_id == meeting.id]
                people = tuple(dict.fromkeys(row.person_id for row in given))
                return Proof(max((row.created_at for row in given), default=None), people)
        return None

    def _t_point_done(self, done: Completion, here: Round) -> Proof | None:
        """Both sides have finished the time, or one of its repetitions; when each did is its own to tell."""
        days = [
            max(point.pp_done_on, point.vss_done_on)
            for point in self.t_points
            if point.label.partition(".")[0] == done.of and point.pp_done_on and point.vss_done_on
        ]
        return Proof() if any(here.has(day) for day in days) else None

    def _dates_set(self, _done: Completion, _here: Round) -> Proof | None:
        """The dates from which the first other date is counted are entered."""
        wanted: set[str] = set()
        for point in self.protocol.t_points:
            if not point.is_entered:
                break
            wanted.add(point.id)
        entered = [point for point in self.t_points if point.label in wanted and point.due_on]
        if {point.label for point in entered} != wanted:
            return None
        return self._by("t_point", "enter")

    def _plan_for_each_side(self, _done: Completion, _here: Round) -> Proof | None:
        first = {action.service_id: action for action in reversed(self.actions)}
        sides = [first.get(self.cooperation.pp_id), first.get(self.cooperation.vss_id)]
        found = [action for action in sides if action is not None]
        if len(found) < len(sides):
            return None
        last = max(found, key=lambda action: action.created_at)
        return Proof(last.created_at, (last.created_by,))

    def _no_open_actions(self, _done: Completion, _here: Round) -> Proof | None:
        if not self.actions or any(action.state.is_open for action in self.actions):
            return None
        return Proof(max((action.done_on for action in self.actions if action.done_on), default=None))

    def _was_in_force(self) -> list[Agreement]:
        lasting = {AgreementState.IN_FORCE, AgreementState.TERMINATED}
        return [one for one in self.agreements if one.state in lasting and one.in_force_from]

    def _agreement_drafted(self, _done: Completion, _here: Round) -> Proof | None:
        found = [one for one in self.agreements if one.state is not AgreementState.WITHDRAWN]
        return Proof(found[0].created_at, (found[0].created_by,)) if found else None

    def _agreement_in_force(self, _done: Completion, here: Round) -> Proof | None:
        """In force today; for a phase that lies behind, it is enough that it once was."""
        today = clock.today()
        held = [
            one
            for one in self._was_in_force()
            if one.is_in_force(today) or (here.is_past and one.in_force_from and one.in_force_from <= today)
        ]
        return Proof(held[0].in_force_from) if held else None

    def _agreement_ended(self, _done: Completion, _here: Round) -> Proof | None:
        today = clock.today()
        ended = [
            one.terminated_on or one.ends_on
            for one in self._was_in_force()
            if one.state is AgreementState.TERMINATED or (one.ends_on and one.ends_on < today)
        ]
        if not ended or any(one.is_in_force(today) for one in self.agreements):
            return None
        return Proof(max((day for day in ended if day), default=None))

    def _target_checked(self, _done: Completion, _here: Round) -> Proof | None:
        return self._by("case", "describe") if self._case.is_in_target is not None else None

    def _exclusions_checked(self, _done: Completion, _here: Round) -> Proof | None:
        return self._by("case", "describe") if self._case.exclusions_checked_on is not None else None

    def _by(self, subject: str, act: str) -> Proof:
        """Who did this last, and when, as the events have it."""
        found = [one for one in self.acts if (one.subject, one.act) == (subject, act)]
        return Proof(found[-1].created_at, (found[-1].person_id,)) if found else Proof()

    def _parallel_file_confirmed(self, _done: Completion, _here: Round) -> Proof | None:
        return Proof(self._case.paired_at) if self._case.is_paired else None

    def _file_persons_recorded(self, _done: Completion, _here: Round) -> Proof | None:
        kind = SubjectKind.HIM if self.actor.kind is ServiceKind.PP else SubjectKind.HER
        found = [person for person in self.own_subjects if person.kind is kind]
        return Proof(found[0].created_at) if found else None

    def _safe_contact_recorded(self, _done: Completion, _here: Round) -> Proof | None:
        found = [one for one in self.own_subjects if one.kind is SubjectKind.HER and one.safe_channel]
        return Proof() if found else None

    def _points_discussed(self, _done: Completion, _here: Round) -> Proof | None:
        return Proof() if team_facts.all_points_discussed(self.db, self.cooperation.id) else None

    def _glossary_started(self, _done: Completion, _here: Round) -> Proof | None:
        since = team_facts.first_term_at(self.db, self.cooperation.id)
        return Proof(since) if since else None

    def _teams_trained(self, _done: Completion, _here: Round) -> Proof | None:
        since = team_facts.trained_on(self.db, self.actor, self.cooperation)
        return Proof(since) if since else None
