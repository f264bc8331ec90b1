"""What the records of a cooperation can tell about Phase 1: points, glossary, training."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.content import meeting_kinds, trainings
from core.models import Cooperation, GlossaryTerm, Person, PersonRole, PhasePoint, TrainingMark


def aims() -> tuple[str, ...]:
    """The aims of Phase 1, in their order."""
    return tuple(item.id for item in meeting_kinds.load().items if item.is_aim)


def all_points_discussed(db: Session, cooperation_id: UUID, since: datetime | None = None) -> bool:
    """For each aim: both teams have spoken, what is agreed or stays different is written down, and that `since`."""
    written = db.scalars(
        select(PhasePoint.point).where(
            PhasePoint.cooperation_id == cooperation_id,
            PhasePoint.pp_said != "",
            PhasePoint.vss_said != "",
            (PhasePoint.agreed != "") | (PhasePoint.views_kept != ""),
            true() if since is None else PhasePoint.written_at >= since,
        )
    )
    return set(aims()) <= set(written)


def first_term_at(db: Session, cooperation_id: UUID, since: datetime | None = None) -> datetime | None:
    """When the first word of the glossary was taken in, of those that were `since`."""
    statement = select(func.min(GlossaryTerm.created_at)).where(GlossaryTerm.cooperation_id == cooperation_id)
    return db.scalar(statement if since is None else statement.where(GlossaryTerm.created_at >= since))


def team(db: Session, actor: Actor, cooperation: Cooperation) -> list[Person]:
    """The active people of both services who work at the table, PP first, by name."""
    at_table = select(PersonRole.person_id).where(PersonRole.role.not_in(access.NO_WORKERS))
    found = db.scalars(
        access.visible_people(actor)
        .where(
            Person.service_id.in_([cooperation.pp_id, cooperation.vss_id]),
            Person.is_active.is_(True),
            Person.id.in_(at_table),
        )
        .order_by(Person.name)
    )
    return sorted(found, key=lambda person: person.service_id != cooperation.pp_id)


def trained_on(db: Session, actor: Actor, cooperation: Cooperation) -> date | None:
    """The day since when both teams are trained; None before that.

    Trained means: each session was taken by somebody of each team, and the last one, on the protocol itself, by
    everybody. Nobody should join a case without knowing how it is walked.
    """
    people = team(db, actor, cooperation)
    marks = db.execute(
        select(TrainingMark.person_id, TrainingMark.training, TrainingMark.done_on).where(
            TrainingMark.cooperation_id == cooperation.id
        )
    ).all()
    taken: dict[tuple[UUID, str], date] = {(row.person_id, row.training): row.done_on for row in marks}
    sessions = [session.id for session in trainings.load().sessions]
    if not people or any((person.id, sessions[-1]) not in taken for person in people):
        return None
    for side in (cooperation.pp_id, cooperation.vss_id):
        here = {person.id for person in people if person.service_id == side}
        if not all(any((person, session) in taken for person in here) for session in sessions):
            return None
    return max(taken.values())
