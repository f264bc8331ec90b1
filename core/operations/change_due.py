"""Whom to ask now: the times of a person's own cases that are due and that their side has neither done nor settled.

A fixed number of statements, whatever number of cases there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, Permission
from core.models import Case, CaseFile, QuestionnaireResponse
from core.models.change import is_still_settled
from core.operations import case_times
from core.operations.case_times import CaseTimes
from core.operations.t_dates import TDate

_MOST = 20
#: By case and time: the day on which it was settled, and the one on which it was due then.
Settled = Mapping[tuple[UUID, str], tuple[date, date | None]]


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


def waiting(db: Session, actor: Actor, *, days: int, times: Sequence[CaseTimes] | None = None) -> list[Due]:
    """Those that are due, or will be in so many days, the earliest first; `times` where somebody computed them already."""
    if not access.may(actor, Permission.WRITE_FILE):
        return []
    settled = _settled(db, actor)
    last = clock.today() + timedelta(days=days)
    found = []
    for of_case in case_times.of_actor(db, actor) if times is None else times:
        case = of_case.case
        due = [one for one in _open(actor, settled, case, of_case.times) if one.on and one.on <= last]
        if due:
            found.append(Due(case, tuple(one.label for one in due), min(one.on for one in due if one.on)))
    return sorted(found, key=lambda one: (one.on, one.case.code))[:_MOST]


def open_in(db: Session, actor: Actor, case: Case, times: Sequence[TDate]) -> list[TDate]:
    """Those of one case, whenever they are due."""
    return _open(actor, _settled(db, actor, CaseFile.case_id == case.id), case, times)


def _open(actor: Actor, settled: Settled, case: Case, times: Sequence[TDate]) -> list[TDate]:
    return [
        one
        for one in times
        if one.on is not None and not one.is_done_by(actor.kind) and not _is_settled(settled, case, one)
    ]


def _settled(db: Session, actor: Actor, *wanted: ColumnElement[bool]) -> Settled:
    """The times of which the own file says why they are not done."""
    rows = db.execute(_not_done(actor).where(*wanted))
    return {(case_id, label): (on, was_due_on) for case_id, label, on, was_due_on in rows}


def _is_settled(settled: Settled, case: Case, time: TDate) -> bool:
    place = case.id, time.label
    return place in settled and is_still_settled(*settled[place], time.on)


@access.kept
def _not_done(actor: Actor) -> Select[UUID, str, date, date | None]:
    return (
        access.visible_responses(actor)
        .join(CaseFile, CaseFile.id == QuestionnaireResponse.file_id)
        .where(QuestionnaireResponse.not_done_on.is_not(None))
        .with_only_columns(
            CaseFile.case_id,
            QuestionnaireResponse.label,
            QuestionnaireResponse.not_done_on,
            QuestionnaireResponse.was_due_on,
        )
    )
