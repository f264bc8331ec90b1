"""Whom to ask now: the times of a person's own cases that are due and that their side has neither done nor settled.

A fixed number of statements, whatever number of cases there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, Permission
from core.models import Case, CaseFile, QuestionnaireResponse
from core.operations import case_times
from core.operations.case_times import CaseTimes

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


def waiting(db: Session, actor: Actor, *, days: int, times: Sequence[CaseTimes] | None = None) -> list[Due]:
    """Those that are due, or will be in so many days, the earliest first; `times` where somebody computed them already."""
    if not access.may(actor, Permission.WRITE_FILE):
        return []
    settled = _settled(db, actor)
    last = clock.today() + timedelta(days=days)
    found = []
    for of_case in case_times.of_actor(db, actor) if times is None else times:
        case = of_case.case
        due = [
            one
            for one in of_case.times
            if one.on is not None
            and one.on <= last
            and not one.is_done_by(actor.kind)
            and (case.id, one.label) not in settled
        ]
        if due:
            found.append(Due(case, tuple(one.label for one in due), min(one.on for one in due if one.on)))
    return sorted(found, key=lambda one: (one.on, one.case.code))[:_MOST]


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
