"""Immediate notices in the picture: what either service told the other at once, and both read now."""

from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor
from core.models import ImmediateNotice, JointItem, ServiceKind
from core.operations import notice_texts
from core.operations.joint_items import UseRule
from core.operations.picture_parts import Asked, Kind, Lane, Mark, Part


def of_case(db: Session, actor: Actor, asked: Asked) -> Part:
    """Each on the day on which it was sent: what it is about, which side sent it, and what happened."""
    statement = (
        access.joint_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .where(JointItem.case_id == asked.case.id)
        .options(joinedload(ImmediateNotice.item))
        .order_by(JointItem.released_at)
    )
    found = list(db.scalars(statement))
    came = [one for one in found if one.item.service_id != actor.service_id]
    if came:
        audit.look(db, asked.case, "read_joint", case_id=asked.case.id)
    return Part([_mark(actor, one.item) for one in found])


def _mark(actor: Actor, item: JointItem) -> Mark:
    said = notice_texts.read(item.text)
    other = ServiceKind.PP if actor.kind is ServiceKind.VSS else ServiceKind.VSS
    return Mark(
        lane=Lane.BOTH,
        kind=Kind.NOTICE,
        on=clock.day(item.released_at or item.created_at),
        what=said.trigger,
        state=str(actor.kind if item.service_id == actor.service_id else other),
        text=said.facts,
        use_rule=UseRule(item.use_rule),
    )
