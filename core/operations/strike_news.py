"""Words that one service struck out of a record of both: the other is told so, until somebody there has seen it.

Each service must be able to take out what must not be there, also out of the other's view or action. So it is never
done in silence: who, when, on which ground and in which part; never the words.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, may, require
from core.models import Meeting, Person, Service, Strike
from core.operations import meetings, strikes
from core.operations.strikes import Struck

_MOST: Final = 20


@dataclass(frozen=True)
class News:
    """Words went out of the record of a meeting (its case loaded), or may be back in it, and nobody has looked."""

    meeting: Meeting
    struck: Struck


def waiting(db: Session, actor: Actor) -> Sequence[News]:
    """What the other service struck out of records that the actor's service reads now, the newest first.

    And what the own one struck out and may stand there again, because an older copy was put back. Where the joint space is closed to the actor, nothing.
    """
    if not may(actor, Permission.AGREE_MINUTES) or not actor.kind.is_side:
        return []
    rows = db.execute(_news(actor)).all()
    return [News(meeting, strikes.told(strike, name, service)) for meeting, strike, name, service in rows]


def see(db: Session, actor: Actor, meeting_id: UUID, *, seen: Collection[UUID]) -> Meeting:
    """Note for one's own service that it was seen that words went: of these strikes, those that the other one made.

    What a colleague has noted stays as it is.
    """
    require(actor, Permission.AGREE_MINUTES)
    meeting = meetings.find(db, actor, meeting_id)
    new = select(Strike).where(
        Strike.meeting_id == meeting.id,
        Strike.id.in_(seen),
        Strike.service_id != actor.service_id,
        Strike.seen_at.is_(None),
    )
    for strike in db.scalars(new.with_for_update()):
        strike.seen_by, strike.seen_at = actor.person_id, clock.now()
        audit.record(db, actor, "see", strike, case_id=meeting.case_id)
    db.flush()
    return meeting


def looked_for(db: Session, actor: Actor, meeting_id: UUID, strike_id: UUID) -> Meeting:
    """Note that words of the own service's, which an older copy may have brought back, are not there any more.

    From then on the record says openly again that they were struck out.
    """
    require(actor, Permission.AGREE_MINUTES)
    meetings.hold(db, actor, meeting_id)
    meeting = meetings.find(db, actor, meeting_id)
    back = select(Strike).where(
        Strike.id == strike_id,
        Strike.meeting_id == meeting.id,
        Strike.service_id == actor.service_id,
        Strike.back_at.is_not(None),
    )
    for strike in db.scalars(back):
        strike.back_at = None
        audit.record(db, actor, "look_for", strike, case_id=meeting.case_id)
    db.flush()
    return meeting


@access.kept
def _news(actor: Actor) -> Select[Any]:
    is_own = Strike.service_id == actor.service_id
    is_new = and_(Strike.seen_at.is_(None), Strike.back_at.is_(None))
    return (
        access.joint_meetings(actor)
        .join(Strike, Strike.meeting_id == Meeting.id)
        .join(Person, Person.id == Strike.person_id)
        .join(Service, Service.id == Strike.service_id)
        .where(or_(and_(is_own, Strike.back_at.is_not(None)), and_(~is_own, is_new)))
        .options(joinedload(Meeting.case))
        .order_by(Strike.created_at.desc())
        .limit(_MOST)
        .add_columns(Strike, Person.name, Service.name)
    )
