"""The timeline of a case: two parallel paths and the joint line between them, computed from the records.

Every entry comes from a statement of what the actor may see, and what the timeline asks for is computed from those
entries alone: a private entry of the other side changes no date, no state and no sentence here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from core import access, clock
from core.access import Actor
from core.content.protocols import Protocol
from core.models import (
    Action,
    ActionState,
    Agreement,
    AgreementLevel,
    AgreementState,
    Case,
    Meeting,
    PathEntry,
    PhaseEntry,
    TPoint,
)
from core.operations import cases, protocols, rules, t_dates, timeline_asks
from core.operations.rules import Rules
from core.operations.t_dates import TDate
from core.operations.timeline_asks import Ask
from core.operations.timeline_entries import Entry, Kind, Lane, State, meeting_state

__all__ = ["Ask", "Entry", "Kind", "Lane", "State", "TDate", "Timeline"]

#: A plan with more open actions than this is read on its own page.
MOST_ACTIONS = 60
OPEN_ACTIONS = (ActionState.OPEN, ActionState.IN_PROGRESS)
SIGNED = (AgreementState.IN_FORCE, AgreementState.TERMINATED)


@dataclass(frozen=True)
class Timeline:
    """The entries of a case in the order of their days, those without a day last."""

    case: Case
    protocol: Protocol
    rules: Rules
    today: date
    entries: tuple[Entry, ...]
    t_dates: tuple[TDate, ...]
    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class _Found:
    """What the statements brought, before it becomes entries."""

    case: Case
    protocol: Protocol
    rules: Rules
    today: date
    agreements: Sequence[Agreement]
    meetings: Sequence[Meeting]
    path: Sequence[PathEntry]
    phases: Sequence[PhaseEntry]
    actions: Sequence[Action]
    times: Sequence[TDate] = field(default=())


def of_case(db: Session, actor: Actor, case_id: UUID, *, joint_only: bool = False) -> Timeline:
    """The timeline as this person may see it; with `joint_only` as both services may see it, for a shared screen.

    The number of statements does not depend on the case.
    """
    case = cases.find(db, actor, case_id)
    protocol = protocols.of_case(db, case)
    found = _Found(
        case=case,
        protocol=protocol,
        rules=rules.of_cooperation(db, case.cooperation_id, protocol=protocol),
        today=clock.today(),
        agreements=_agreements(db, actor, case),
        meetings=db.scalars(
            access.visible_meetings(actor).where(Meeting.case_id == case.id).order_by(Meeting.planned_at)
        ).all(),
        path=_path(db, actor, case, joint_only=joint_only),
        phases=db.scalars(
            access.visible_phase_entries(actor)
            .where(PhaseEntry.case_id == case.id)
            .order_by(PhaseEntry.created_at)
        ).all(),
        actions=_actions(db, actor, case),
    )
    times = t_dates.compute(
        protocol,
        found.rules,
        db.scalars(access.visible_t_points(actor).where(TPoint.case_id == case.id)),
        today=found.today,
        ends_on=max((one.ends_on for one in _in_force(found) if one.ends_on), default=None),
        closed_on=case.closed_on,
    )
    entries = [
        *_phase_entries(found),
        *_agreement_entries(found),
        *_path_entries(found, actor),
        *_time_entries(times, found.today),
        *_meeting_entries(found),
        *_due_entries(found),
        *_action_entries(found),
    ]
    entries.sort(key=_place)
    asks = timeline_asks.of(tuple(entries), times, found.rules, found.today, is_open=case.closed_on is None)
    return Timeline(case, protocol, found.rules, found.today, tuple(entries), times, asks)


def _place(entry: Entry) -> tuple[date, int, str]:
    """By day, those without one last; on one day in the order of the kinds."""
    return entry.on or date.max, list(Kind).index(entry.kind), entry.what


def _agreements(db: Session, actor: Actor, case: Case) -> Sequence[Agreement]:
    return db.scalars(
        access.visible_agreements(actor)
        .where(
            Agreement.case_id == case.id,
            Agreement.level == AgreementLevel.CASE,
            Agreement.state.in_(SIGNED),
        )
        .order_by(Agreement.in_force_from)
    ).all()


def _path(db: Session, actor: Actor, case: Case, *, joint_only: bool) -> Sequence[PathEntry]:
    statement = access.visible_path_entries(actor).where(PathEntry.case_id == case.id)
    if joint_only:
        statement = statement.where(PathEntry.is_shared.is_(True))
    return db.scalars(statement.order_by(PathEntry.happened_on, PathEntry.created_at)).all()


def _actions(db: Session, actor: Actor, case: Case) -> Sequence[Action]:
    return db.scalars(
        access.visible_actions(actor)
        .options(joinedload(Action.service))
        .where(Action.case_id == case.id, Action.state.in_(OPEN_ACTIONS))
        .order_by(Action.due_on)
        .limit(MOST_ACTIONS)
    ).all()


def _in_force(found: _Found) -> Iterator[Agreement]:
    return (one for one in found.agreements if one.state is AgreementState.IN_FORCE)


def _lane(found: _Found, service_id: UUID) -> Lane:
    if service_id == found.case.cooperation.pp_id:
        return Lane.PP
    return Lane.VSS if service_id == found.case.cooperation.vss_id else Lane.JOINT


def _phase_entries(found: _Found) -> Iterator[Entry]:
    last = found.case.closed_on
    # Without a single entry there is nothing that the last day could end.
    ends = [*(after.created_at.date() for _, after in pairwise(found.phases)), last]
    for entry, until in zip(found.phases, ends, strict=False):
        is_now = until is None or (until == last and entry is found.phases[-1])
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.PHASE,
            what=entry.phase,
            on=entry.created_at.date(),
            until=until,
            state=State.NOW if is_now else State.PAST,
            record_id=entry.id,
            page="phase",
            page_id=found.case.id,
        )


def _agreement_entries(found: _Found) -> Iterator[Entry]:
    for one in found.agreements:
        starts = one.in_force_from or one.starts_on
        ends = min((end for end in (one.ends_on, one.terminated_on) if end), default=None)
        state = State.IN_FORCE if one.is_in_force(found.today) else State.ENDED
        if starts is not None and starts > found.today:
            state = State.TO_COME
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.AGREEMENT,
            what="case",
            on=starts,
            until=ends,
            state=state,
            record_id=one.id,
            page="agreement",
            page_id=one.id,
        )


def _path_entries(found: _Found, actor: Actor) -> Iterator[Entry]:
    for one in found.path:
        is_own = one.service_id == actor.service_id
        shared = State.SHARED_BY_US if is_own else State.SHARED_BY_THEM
        yield Entry(
            lane=_lane(found, one.service_id),
            kind=Kind.PATH,
            what=one.kind,
            on=one.happened_on,
            state=shared if one.is_shared else State.OURS_ONLY,
            text=one.note,
            calls_meeting=found.protocol.path_kind(one.kind).calls_meeting,
            is_ours_only=not one.is_shared,
            record_id=one.id,
        )


def _time_entries(times: Sequence[TDate], today: date) -> Iterator[Entry]:
    for one in times:
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.T_POINT,
            what=one.label,
            on=one.on,
            state=_time_state(one, today),
            pp_done=one.pp_done,
            vss_done=one.vss_done,
            is_moved=one.is_moved,
            record_id=one.row_id,
        )


def _time_state(one: TDate, today: date) -> State:
    if one.on is None:
        return State.NO_DAY
    if one.is_done:
        return State.DONE
    if one.is_half:
        return State.HIS_DONE if one.pp_done else State.HERS_DONE
    return State.OVERDUE if one.on < today else State.OPEN


def _meeting_entries(found: _Found) -> Iterator[Entry]:
    for one in found.meetings:
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.MEETING,
            what=one.kind,
            on=one.planned_at.date(),
            at=one.planned_at,
            state=meeting_state(one, found.today),
            text=one.reason,
            record_id=one.id,
            page="meeting",
            page_id=one.id,
        )


def _due_entries(found: _Found) -> Iterator[Entry]:
    """A meeting is due after certain things on a path, until one was held by people who could know of it."""
    for one in found.path:
        if not found.protocol.path_kind(one.kind).calls_meeting:
            continue
        due = one.happened_on + timedelta(days=found.rules.episode_meeting_days)
        # What was recorded after a meeting was not on its table, even if it had happened before.
        known = max(one.happened_on, one.created_at.date())
        later = [meeting for meeting in found.meetings if meeting.planned_at.date() >= known]
        if any(meeting.is_held for meeting in later):
            continue
        planned = min((meeting.planned_at.date() for meeting in later if not meeting.is_over), default=None)
        if planned is not None and planned <= max(due, found.today):
            state = State.MEETING_PLANNED
        else:
            state = State.OVERDUE if due < found.today else State.OPEN
        yield Entry(
            lane=Lane.JOINT,
            kind=Kind.MEETING_DUE,
            what=one.kind,
            on=due,
            state=state,
            since=one.happened_on,
            is_ours_only=not one.is_shared,
            record_id=one.id,
        )


def _action_entries(found: _Found) -> Iterator[Entry]:
    for one in found.actions:
        yield Entry(
            lane=_lane(found, one.service_id),
            kind=Kind.ACTION,
            what=one.service.name,
            on=one.due_on,
            state=State.OVERDUE if one.due_on < found.today else State.OPEN,
            text=one.text,
            record_id=one.id,
            page="plan",
            page_id=found.case.id,
        )
