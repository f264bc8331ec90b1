"""The times T0 to T4 of a case: entered, moved by hand for a reason, and marked as done by each side."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise, takewhile
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.content.protocols import EPISODE
from core.errors import Conflict, Invalid, NotFound
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementState,
    Case,
    CaseFile,
    Closing,
    PathEntry,
    ServiceKind,
    TPoint,
    TPointMove,
)
from core.operations import cases, files, protocols, rules, t_dates
from core.operations.retention import FOLLOW_UP
from core.operations.t_dates import END, TDate
from core.operations.walks import Walk
from core.text import day, line

__all__ = ["TDate"]


def of_case(db: Session, actor: Actor, case_id: UUID) -> tuple[TDate, ...]:
    """The times of a case as they stand today."""
    return _dates(db, actor, cases.find(db, actor, case_id))


def of_walk(walk: Walk) -> tuple[TDate, ...]:
    """The same for a walk that is read already, with its records."""
    ends = [one.ends_on for one in walk.records.agreements if one.state is AgreementState.IN_FORCE]
    last = max((on for on in ends if on is not None), default=None)
    return _computed(walk.db, walk.records.case, walk.records.t_points, last)


def find(db: Session, actor: Actor, case_id: UUID, label: str) -> TDate:
    """One time of a case. Raises NotFound where it has none that is called so."""
    return _one(of_case(db, actor, case_id), label)


def set_dates(db: Session, actor: Actor, case_id: UUID, *, dates: Mapping[str, date | None]) -> list[TPoint]:
    """Enter days that nobody has entered yet; the others are counted from them.

    Raises Conflict where one was entered meanwhile: it can only be moved, with a reason.
    """
    require(actor, Permission.PLAN_MEETING)
    case = _find_open(db, actor, case_id)
    known = {one.label: one for one in _dates(db, actor, case) if one.rule.is_entered}
    given = {label: day(on, field=label) for label, on in dates.items() if on is not None}
    if not given.keys() <= known.keys():
        raise NotFound
    if not given:
        raise Invalid("error.no_date", field=next(iter(dates), "T0"))
    rows = []
    for label, on in given.items():
        if known[label].on is not None:
            raise Conflict("error.t_point_entered", label=label)
        row = _row(db, actor, case.id, label)
        row.due_on = on
        audit.record(db, actor, "enter", row, case_id=case.id)
        rows.append(row)
    db.flush()
    _check_order(_dates(db, actor, case), given)
    return rows


def begin_anew(db: Session, actor: Actor, case: Case, *, dates: Mapping[str, date | None]) -> list[TPoint]:
    """Enter T0 and T1 once more, after he came back; what was done before stays, and the others are counted from these.

    Raises Conflict where the first time has no day yet, for then nothing can begin anew, and where the end of the
    programme was entered for a day before: people put it on another day, with a reason.
    """
    require(actor, Permission.PLAN_MEETING)
    known = {one.label: one for one in _dates(db, actor, case) if one.rule.is_entered}
    if not dates.keys() <= known.keys():
        raise NotFound
    given: dict[str, date] = {}
    for label, on in dates.items():
        if known[label].on is None:
            raise Conflict("error.t_point_without_day", label=label)
        number = 2 + sum(1 for one in known if one.startswith(f"{label}."))
        given[f"{label}.{number}"] = day(on, field=label)
    for (earlier, before), (later, after) in pairwise(given.items()):
        if after < before:
            field = list(dates)[-1]
            raise Invalid("error.t_points_out_of_order", field=field, earlier=earlier, later=later)
    for one in {t_dates.newest(known.values(), each.rule.id) for each in known.values()}:
        if one and one.rule.id not in dates and one.on is not None and one.on < max(given.values()):
            raise Conflict("error.reentry.end_stands", label=one.label, day=one.on)
    rows = []
    for label, on in given.items():
        row = _row(db, actor, case.id, label)
        row.due_on = on
        audit.record(db, actor, "enter", row, case_id=case.id)
        rows.append(row)
    db.flush()
    _check_order(_dates(db, actor, case), given, field=next(iter(dates)))
    return rows


def move(
    db: Session, actor: Actor, case_id: UUID, *, label: str, due_on: date | None, reason: str, version: int
) -> TPoint:
    """Put a time on another day, or (None) leave it to the rule again; where it stood before is kept.

    An end at which a side had asked before the case was taken up again comes once more, as T3.2: what was answered stays.
    Raises Conflict where it was moved since `version`; 0 for one that nobody has touched.
    """
    require(actor, Permission.PLAN_MEETING)
    case = _find_open(db, actor, case_id)
    was = _one(_dates(db, actor, case), label)
    if was.version != version:
        raise Conflict
    if due_on is not None:
        day(due_on, field="due_on")
    if due_on == was.on or (due_on is None and not was.is_moved and not was.rule.is_entered):
        raise Invalid("error.t_point_same_day", field="due_on")
    why = line(reason, field="reason")
    files.require_nameless(db, actor, case.id, reason=why)
    if _comes_again(db, actor, case, was, due_on):
        label = f"{was.rule.id}.{max(2, 1 + t_dates.number_of(label))}"
    row = _row(db, actor, case.id, label)
    # Put back to the rule it is moved no more; why stands with the move.
    row.due_on, row.moved_reason = due_on, why if due_on is not None else ""
    if due_on is None and _is_agreed_on(db, actor, case, label):
        row.due_on = was.computed_on
    db.add(TPointMove(t_point_id=row.id, from_on=was.on, to_on=due_on, reason=why, moved_by=actor.person_id))
    audit.record(db, actor, "move", row, case_id=case.id)
    db.flush()
    _check_order(_dates(db, actor, case), {label}, field="due_on")
    return row


def mark_done(db: Session, actor: Actor, case_id: UUID, *, label: str, done_on: date | None) -> TPoint:
    """Say that one's own side has answered at this time: the PP his questions, the VSS hers."""
    require(actor, Permission.WRITE_FILE)
    case = _find_open(db, actor, case_id)
    due = _one(_dates(db, actor, case), label)
    done = asked_on(db, actor, case, due, done_on, field="done_on")
    if due.on is None:
        raise Conflict("error.t_point_without_day", label=label)
    row = _row(db, actor, case.id, label)
    if _done_on(row, actor) is not None:
        raise Conflict("error.t_point_done_already", label=label)
    if row.due_on is None:
        # What is done stays where it was due, whatever the rules become.
        row.due_on = due.on
    _set_done(row, actor, done)
    _record_own(db, actor, case, "mark_done")
    return row


def undo_done(db: Session, actor: Actor, case_id: UUID, *, label: str) -> TPoint:
    """Take one's own side's mark back.

    Raises Conflict where there is none.
    """
    require(actor, Permission.WRITE_FILE)
    case = _find_open(db, actor, case_id)
    due = _one(_dates(db, actor, case), label)
    row = _row(db, actor, case.id, label)
    if _done_on(row, actor) is None:
        raise Conflict("error.t_point_not_done", label=label)
    _set_done(row, actor, None)
    nobody_did = row.pp_done_on is None and row.vss_done_on is None
    is_set = due.rule.is_entered or row.moved_reason or _is_agreed_on(db, actor, case, label)
    if nobody_did and not is_set:
        row.due_on = None
    _record_own(db, actor, case, "undo_done")
    return row


def asked_on(db: Session, actor: Actor, case: Case, time: TDate, given: date | None, *, field: str) -> date:
    """The day on which somebody was asked at a time: not to come, and not before the case began.

    At the first time nobody was asked before the work began, on either path that the actor reads; at a later one not
    before the one before it that people entered: in the middle not before his programme began. Consent is none of it:
    at an intake people are asked before the two services work together.
    """
    on = day(given, field=field)
    if on > clock.today():
        raise Invalid("error.in_the_future", field=field)
    first, *_ = dates = _dates(db, actor, case)
    before = _entered_before(dates, time)
    if before is not None:
        if before.on is not None and on < before.on:
            raise Invalid(
                "error.change.before_t0", field=field, first=before.label, day=before.on, label=time.label
            )
        return on
    known = [one for one in (case.opened_on, first.on, _first_entry(db, actor, case)) if one is not None]
    if on < min(known):
        raise Invalid("error.change.before_case", field=field, day=min(known))
    return on


def _entered_before(dates: Sequence[TDate], time: TDate) -> TDate | None:
    """The last time before one whose day people entered; what came once more is no bound for what was before."""
    placed = t_dates.in_place(dates, [time] if time.is_gone else [])
    earlier = takewhile(lambda one: one.label != time.label, placed)
    firsts = [one for one in earlier if one.rule.is_entered and one.label == one.rule.id and one.on]
    return firsts[-1] if firsts else None


def _first_entry(db: Session, actor: Actor, case: Case) -> date | None:
    """The first day on the path in the own file; violence of long ago is no beginning of the work."""
    statement = access.own_path_entries(actor).where(
        PathEntry.case_id == case.id, PathEntry.removed_at.is_(None), PathEntry.kind != EPISODE
    )
    return db.scalar(statement.with_only_columns(func.min(PathEntry.happened_on)))


@access.of_one_case
def moves(db: Session, actor: Actor, case_id: UUID) -> list[tuple[str, TPointMove]]:
    """Every move of the case's times with its label, the newest first."""
    points = access.visible_t_points(actor).where(TPoint.case_id == case_id).subquery()
    statement = (
        select(points.c.label, TPointMove)
        .join(points, points.c.id == TPointMove.t_point_id)
        .order_by(TPointMove.created_at.desc())
        .limit(50)
    )
    return [(label, moved) for label, moved in db.execute(statement)]


def _find_open(db: Session, actor: Actor, case_id: UUID) -> Case:
    """The case, to write its times. Until the pair is confirmed these are the opener's, under its keys."""
    case = cases.find_open(db, actor, case_id)
    if not access.is_open_to(actor, case):
        raise Conflict("error.not_paired")
    return case


def _dates(db: Session, actor: Actor, case: Case) -> tuple[TDate, ...]:
    ends_on = db.scalar(
        access.visible_agreements(actor)
        .where(
            Agreement.case_id == case.id,
            Agreement.level == AgreementLevel.CASE,
            Agreement.state == AgreementState.IN_FORCE,
        )
        .order_by(Agreement.ends_on.desc())
        .limit(1)
        .with_only_columns(Agreement.ends_on)
    )
    rows = db.scalars(access.visible_t_points(actor).where(TPoint.case_id == case.id))
    return _computed(db, case, rows, ends_on)


def _computed(db: Session, case: Case, rows: Iterable[TPoint], ends_on: date | None) -> tuple[TDate, ...]:
    protocol = protocols.of_case(db, case)
    return t_dates.compute(
        protocol,
        rules.of_case(db, case, protocol=protocol),
        rows,
        today=clock.today(),
        ends_on=ends_on,
        closed_on=case.closed_on,
    )


def _one(dates: Sequence[TDate], label: str) -> TDate:
    for one in dates:
        if one.label == label:
            return one
    raise NotFound


def _row(db: Session, actor: Actor, case_id: UUID, label: str) -> TPoint:
    statement = access.visible_t_points(actor).where(TPoint.case_id == case_id, TPoint.label == label)
    row = db.scalars(statement).one_or_none()
    if row is None:
        row = TPoint(case_id=case_id, label=label)
        db.add(row)
        db.flush()
    return row


def _is_agreed_on(db: Session, actor: Actor, case: Case, label: str) -> bool:
    """Is it T4 after both agreed on the end? Then it has its day until it is done, or the case is taken up again."""
    if label != FOLLOW_UP:
        return False
    statement = access.visible_closings(actor).where(
        Closing.case_id == case.id,
        Closing.agreed_at.is_not(None),
        Closing.has_follow_up.is_(True),
        Closing.reopened_at.is_(None),
    )
    return db.scalars(statement.limit(1)).first() is not None


def _comes_again(db: Session, actor: Actor, case: Case, time: TDate, on: date | None) -> bool:
    """Is it the end, at which somebody was asked before the case was taken up again, and which comes after that now?"""
    is_end = time.rule.id == END and t_dates.newest(_dates(db, actor, case), END) == time
    row = _row(db, actor, case.id, time.label) if is_end and (time.pp_done or time.vss_done) else None
    if row is None:
        return False
    statement = access.visible_closings(actor).where(Closing.case_id == case.id)
    reopened_at = db.scalar(statement.with_only_columns(func.max(Closing.reopened_at)))
    done = [on for on in (row.pp_done_on, row.vss_done_on) if on is not None]
    if reopened_at is None or on is None:
        return False
    return max(done) <= clock.day(reopened_at) <= on


def _check_order(dates: Sequence[TDate], changed: Collection[str], *, field: str = "") -> None:
    """Raise Invalid where a day that was just set lies on the wrong side of another."""
    dated = [one for one in dates if one.on is not None]
    for before, after in pairwise(dated):
        if not {before.label, after.label} & set(changed):
            continue
        if before.on and after.on and after.on < before.on:
            label = after.label if after.label in changed else before.label
            raise Invalid(
                "error.t_points_out_of_order", field=field or label, earlier=before.label, later=after.label
            )


def _done_on(row: TPoint, actor: Actor) -> date | None:
    return row.pp_done_on if actor.kind is ServiceKind.PP else row.vss_done_on


def _set_done(row: TPoint, actor: Actor, on: date | None) -> None:
    if actor.kind is ServiceKind.PP:
        row.pp_done_on = on
    else:
        row.vss_done_on = on


def _record_own(db: Session, actor: Actor, case: Case, act: str) -> None:
    """In the history of the own file: when a side did it would tell the other when she was in touch."""
    file = db.scalars(access.visible_files(actor).where(CaseFile.case_id == case.id)).one()
    audit.record(db, actor, f"t_point_{act}", file, case_id=case.id)
