"""The timeline of a case: two parallel paths and the joint line between them, computed from the records.

Every entry comes from a statement of what the actor may see, and what the timeline asks for is computed from those
entries alone: a private entry of the other side changes no date, no state and no sentence here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock, lists
from core.access import Actor
from core.content.protocols import Protocol
from core.lists import Found
from core.models import (
    Action,
    ActionState,
    Agreement,
    AgreementLevel,
    AgreementState,
    Case,
    Closing,
    Meeting,
    PathEntry,
    PhaseEntry,
    TPoint,
)
from core.operations import (
    agreed_ends,
    cases,
    known_paths,
    protocols,
    risk_due,
    rules,
    t_dates,
    timeline_asks,
    timeline_rows,
)
from core.operations.known_paths import KnownPath
from core.operations.rules import Rules
from core.operations.t_dates import TDate
from core.operations.timeline_asks import Ask
from core.operations.timeline_entries import Entry, Kind, Lane, State

__all__ = ["Ask", "Entry", "Kind", "Lane", "State", "TDate", "Timeline"]

#: A plan with more open actions than this is read on its own page; the last row says how many are left.
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
    #: The day of its opening; for whom the case is not open yet, today.
    begins_on: date
    entries: tuple[Entry, ...]
    t_dates: tuple[TDate, ...]
    asks: tuple[Ask, ...]


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID, *, joint_only: bool = False) -> Timeline:
    """The timeline as this person may see it; with `joint_only` as both services may see it, for a shared screen.

    The number of statements does not depend on the case.
    """
    case = cases.find(db, actor, case_id)
    audit.look(db, case, "read_timeline", case_id=case.id)
    protocol = protocols.of_case(db, case)
    path = _path(db, actor, case, joint_only=joint_only)
    actions = _actions(db, actor, case)
    agreed, agreements = rules.of_case(db, case, protocol=protocol), _agreements(db, actor, case)
    times, ended_at = _times(db, actor, case, protocol=protocol, rules=agreed, agreements=agreements)
    found = timeline_rows.Found(
        case=case,
        protocol=protocol,
        rules=agreed,
        today=clock.today(),
        agreements=agreements,
        meetings=db.scalars(
            access.visible_meetings(actor).where(Meeting.case_id == case.id).order_by(Meeting.takes_place_at)
        ).all(),
        path=list(path.entries),
        shared=frozenset(entry.id for entry, is_shared in path.entries.items() if is_shared),
        phases=db.scalars(
            access.visible_phase_entries(actor)
            .where(PhaseEntry.case_id == case.id)
            .order_by(PhaseEntry.created_at)
        ).all(),
        actions=actions.rows,
        more_actions=actions.left,
        known=path.known,
        released=path.words,
        ended_at=ended_at,
        joint_only=joint_only,
    )
    left = agreed_ends.left(times, ended_at)
    # After an end that both agreed on what was asked is told, and what was not is due no more.
    told = [one for one in times if one in left or one.pp_done or one.vss_done]
    entries = [
        *timeline_rows.phase_entries(found),
        *timeline_rows.agreement_entries(found),
        *timeline_rows.path_entries(found, actor),
        *timeline_rows.time_entries(told, found.today),
        *timeline_rows.meeting_entries(found),
        *timeline_rows.due_entries(found),
        *timeline_rows.action_entries(found),
    ]
    entries.sort(key=_place)
    of_risk = _risk_asks(
        db, actor, case, path, times=times, protocol=protocol, rules=found.rules, ended_at=ended_at
    )
    is_open = case.closed_on is None
    # The days of a case that the other service opened are not the answering one's to enter.
    to_enter = left if access.is_open_to(actor, case) else ()
    asks = timeline_asks.of(
        tuple(entries), to_enter, found.rules, found.today, is_open=is_open, beside=of_risk
    )
    begins_on = case.opened_on if access.is_open_to(actor, case) else found.today
    return Timeline(case, protocol, found.rules, found.today, begins_on, tuple(entries), times, asks)


@access.of_one_case
def asking_for_risk(db: Session, actor: Actor, case_id: UUID) -> Timeline:
    """Of the timeline as both services see it, what it asks for on the risk: no entries, and no line in the log."""
    case = cases.find(db, actor, case_id)
    protocol = protocols.of_case(db, case)
    agreed = rules.of_case(db, case, protocol=protocol)
    path = _path(db, actor, case, joint_only=True)
    times, ended_at = _times(
        db, actor, case, protocol=protocol, rules=agreed, agreements=_agreements(db, actor, case)
    )
    found = _risk_asks(db, actor, case, path, times=times, protocol=protocol, rules=agreed, ended_at=ended_at)
    is_open = case.closed_on is None
    asks = timeline_asks.of((), (), agreed, clock.today(), is_open=is_open, beside=found)
    return Timeline(case, protocol, agreed, clock.today(), clock.today(), (), times, asks)


def _times(
    db: Session,
    actor: Actor,
    case: Case,
    *,
    protocol: Protocol,
    rules: Rules,
    agreements: Sequence[Agreement],
) -> tuple[tuple[TDate, ...], datetime | None]:
    """The times T0 to T4, and since when both services agree on the end of the case."""
    seen = access.visible_t_points(actor).with_only_columns(TPoint.id)
    statement = (
        access.visible_cases(actor)
        .select_from(Case)
        .where(Case.id == case.id)
        .outerjoin(TPoint, and_(TPoint.case_id == Case.id, TPoint.id.in_(seen)))
        .outerjoin(Closing, agreed_ends.is_of_case())
        .with_only_columns(TPoint, Closing.agreed_at)
    )
    rows = db.execute(statement).all()
    ends = (one.ends_on for one in timeline_rows.in_force(agreements) if one.ends_on)
    times = t_dates.compute(
        protocol,
        rules,
        [point for point, _ in rows if point is not None],
        today=clock.today(),
        ends_on=max(ends, default=None),
        closed_on=case.closed_on,
    )
    return times, next((ended_at for _, ended_at in rows), None)


def _risk_asks(
    db: Session,
    actor: Actor,
    case: Case,
    path: KnownPath,
    *,
    times: Sequence[TDate],
    protocol: Protocol,
    rules: Rules,
    ended_at: datetime | None,
) -> list[Ask]:
    assessments = risk_due.of_case(db, actor, case)
    return list(
        risk_due.asks(
            assessments,
            agreed_ends.unsettled(path, ended_at).entries,
            # No assessment belongs to the follow-up alone.
            times if ended_at is None else (),
            case_id=case.id,
            protocol=protocol,
            rules=rules,
            today=clock.today(),
            known=path.known,
            notices=risk_due.notices_of(db, actor, assessments, case, ended_at=ended_at),
        )
    )


def _place(entry: Entry) -> tuple[date, int, str, int]:
    """By day, those without one last; on one day in the order of the kinds, and of the paths."""
    return entry.on or date.max, list(Kind).index(entry.kind), entry.what, list(Lane).index(entry.lane)


def _agreements(db: Session, actor: Actor, case: Case) -> Sequence[Agreement]:
    return db.scalars(
        access.visible_agreements(actor)
        .where(
            Agreement.case_id == case.id,
            Agreement.level == AgreementLevel.CASE,
            Agreement.state.in_(SIGNED),
            Agreement.in_force_from.is_not(None),
        )
        .order_by(Agreement.in_force_from)
    ).all()


def _path(db: Session, actor: Actor, case: Case, *, joint_only: bool) -> KnownPath:
    """The entries of both paths."""
    found = known_paths.read(db, actor, PathEntry.case_id == case.id, joint_only=joint_only)
    return found.get(case.id, KnownPath())


def _actions(db: Session, actor: Actor, case: Case) -> Found[Action]:
    """The open actions that are due next."""
    statement = (
        access.visible_actions(actor)
        .options(joinedload(Action.service))
        .where(Action.case_id == case.id, Action.state.in_(OPEN_ACTIONS))
        .order_by(Action.due_on, Action.id)
    )
    return lists.first(db, statement, MOST_ACTIONS)
