"""Training of both teams on the protocol: who took which session, and when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock, text
from core.access import Actor, Permission, require
from core.content import trainings
from core.content.trainings import Training, TrainingSession
from core.errors import Invalid
from core.models import Cooperation, Person, TrainingMark
from core.operations import team_facts

__all__ = ["TrainingSession"]


@dataclass(frozen=True)
class Grid:
    """Both teams against the sessions of the training."""

    cooperation: Cooperation
    training: Training
    #: The perpetrator programme's people first.
    people: tuple[Person, ...]
    #: The day on which a person took a session.
    taken: Mapping[tuple[UUID, str], date]
    #: Since when both teams are trained: each session taken on each side, the last one by everybody.
    trained_on: date | None

    def of(self, service_id: UUID) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.service_id == service_id)


def grid(db: Session, actor: Actor, cooperation_id: UUID) -> Grid:
    """Who of the two teams has taken which session."""
    cooperation = access.find(
        db,
        access.own_cooperations(actor).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss)),
        cooperation_id,
    )
    marks = db.scalars(select(TrainingMark).where(TrainingMark.cooperation_id == cooperation.id))
    return Grid(
        cooperation=cooperation,
        training=trainings.load(),
        people=tuple(team_facts.team(db, actor, cooperation)),
        taken={(mark.person_id, mark.training): mark.done_on for mark in marks},
        trained_on=team_facts.trained_on(db, actor, cooperation),
    )


def set_taken(
    db: Session,
    actor: Actor,
    cooperation_id: UUID,
    *,
    session: str,
    people: Collection[UUID],
    seen: Collection[UUID],
    done_on: date | None,
) -> None:
    """Say who has taken a session: those added to what was `seen` get this day, those taken out lose their tick.

    Ticks that somebody else set meanwhile stay, and so do those of people who left a team.
    """
    require(actor, Permission.WRITE_COOPERATION)
    cooperation = access.find(db, access.own_cooperations(actor), cooperation_id)
    if session not in {one.id for one in trainings.load().sessions}:
        raise Invalid("error.cooperation.choose", field="session")
    added, gone = set(people) - set(seen), set(seen) - set(people)
    day = text.day(done_on, field="done_on") if added else clock.today()
    if day > clock.today():
        raise Invalid("error.cooperation.day_ahead", field="done_on")
    if not added <= {person.id for person in team_facts.team(db, actor, cooperation)}:
        raise Invalid("error.cooperation.not_in_team", field="people")
    marks = db.scalars(
        select(TrainingMark).where(
            TrainingMark.cooperation_id == cooperation.id, TrainingMark.training == session
        )
    )
    ticked = {mark.person_id: mark for mark in marks}
    for person_id in gone & ticked.keys():
        audit.record(db, actor, "unticked", ticked[person_id])
        db.delete(ticked[person_id])
    for person_id in sorted(added - ticked.keys()):
        made = TrainingMark(
            cooperation_id=cooperation.id,
            person_id=person_id,
            training=session,
            done_on=day,
            marked_by=actor.person_id,
        )
        db.add(made)
        audit.record(db, actor, "ticked", made)
