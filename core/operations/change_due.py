"""Whom to ask now: the times of a person's own cases that are due and that their side has neither done nor settled.

A fixed number of statements, whatever number of cases there is.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, Permission
from core.models import Case, CaseFile, QuestionnaireResponse, TPoint
from core.operations import protocols, rules, t_dates
from core.operations.rules import Rules
from core.operations.t_dates import TDate

_MOST = 20


@dataclass(frozen=True)
class Due:
    """The times of one case that wait for the own side; a call for who asks."""

    case: Case
    labels: tuple[str, ...]
    #: The first of their days.
    on: date

    @property
    def is_overdue(self) -> bool:
        return self.on < clock.today()


def waiting(db: Session, actor: Actor, *, days: int) -> list[Due]:
    """Those that are due, or will be in so many days, the earliest first."""
    if not access.may(actor, Permission.WRITE_FILE):
        return []
    points = _points(db, actor)
    cases = {point.case_id: case for point, case in points}
    settled = _settled(db, actor)
    last, rows = clock.today() + timedelta(days=days), defaultdict(list)
    for point, _ in points:
        rows[point.case_id].append(point)
    known: dict[object, Rules] = {}
    found = []
    for case_id, case in cases.items():
        times = [
            one
            for one in _times(db, case, rows[case_id], known)
            if one.on is not None
            and one.on <= last
            and not one.is_done_by(actor.kind)
            and (case_id, one.label) not in settled
        ]
        if times:
            found.append(Due(case, tuple(one.label for one in times), min(one.on for one in times if one.on)))
    return sorted(found, key=lambda one: (one.on, one.case.code))[:_MOST]


def _points(db: Session, actor: Actor) -> list[tuple[TPoint, Case]]:
    """The entered days of the actor's open cases, with their cases."""
    return [(point, case) for point, case in db.execute(_entered(actor))]


@access.kept
def _entered(actor: Actor) -> Select[Any]:
    return (
        access.visible_t_points(actor)
        .join(Case, Case.id == TPoint.case_id)
        .where(
            Case.closed_on.is_(None),
            or_(TPoint.due_on.is_not(None), TPoint.pp_done_on.is_not(None), TPoint.vss_done_on.is_not(None)),
        )
        .add_columns(Case)
    )


def _settled(db: Session, actor: Actor) -> set[tuple[object, str]]:
    """The times of which the own file says why they are not done."""
    return {(case_id, label) for case_id, label in db.execute(_not_done(actor))}


@access.kept
def _not_done(actor: Actor) -> Select[UUID, str]:
    return (
        access.visible_responses(actor)
        .join(CaseFile, CaseFile.id == QuestionnaireResponse.file_id)
        .where(QuestionnaireResponse.not_done_on.is_not(None))
        .with_only_columns(CaseFile.case_id, QuestionnaireResponse.label)
    )


def _times(db: Session, case: Case, rows: list[TPoint], known: dict[object, Rules]) -> tuple[TDate, ...]:
    protocol = protocols.of_case(db, case)
    between = case.cooperation_id, protocol.version
    if between not in known:
        known[between] = rules.of_cooperation(db, case.cooperation_id, protocol=protocol)
    # What lies beyond the next repetition asks nobody yet.
    return t_dates.compute(protocol, known[between], rows, today=clock.today(), ends_on=clock.today())
