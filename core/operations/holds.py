"""Keeping records though their time is over: for a court, an authority, a claim, or because they are still needed."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require, require_version
from core.content import retention as content
from core.content.retention import HeldBy
from core.errors import Conflict, Invalid
from core.models import Case, Hold, HoldGround
from core.text import day, text

__all__ = ["HoldGround"]


def find_case(db: Session, actor: Actor, case_id: UUID) -> Case:
    """A case for whose keeping the actor answers."""
    require(actor, Permission.KEEP)
    return access.find(db, select(Case).where(Case.id.in_(access.kept_case_ids(actor))), case_id)


def keep(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    part: str,
    ground: HoldGround | None,
    reason: str,
    until: date | None,
) -> Hold:
    """Keep a part of a case, or all of it; until a day, or where a court or authority asks, until it is lifted."""
    case = find_case(db, actor, case_id)
    known = {one.id for one in content.load().of_cases if one.held_by is not HeldBy.SERVICES}
    if part and part not in known:
        raise Invalid("error.retention.agreed", field="part")
    if ground is None:
        raise Invalid("error.retention.ground", field="ground")
    last = None
    if until is not None or ground is HoldGround.STILL_NEEDED:
        last = day(until, field="until")
        if last <= clock.today():
            raise Invalid("error.retention.until", field="until")
    hold = Hold(
        case_id=case.id,
        service_id=actor.service_id,
        part=part,
        ground=ground,
        reason=text(reason, field="reason", longest=1000),
        until=last,
        set_by=actor.person_id,
    )
    db.add(hold)
    db.flush()
    audit.record(db, actor, "keep", hold, case_id=case.id)
    return hold


def lift(db: Session, actor: Actor, hold_id: UUID, *, version: int) -> Hold:
    """Let the time run again."""
    require(actor, Permission.KEEP)
    hold = access.find(db, access.visible_holds(actor), hold_id)
    require_version(hold, version)
    if hold.lifted_at is not None:
        raise Conflict
    hold.lifted_at, hold.lifted_by = clock.now(), actor.person_id
    db.flush()
    audit.record(db, actor, "lift", hold, case_id=hold.case_id)
    return hold


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> list[Hold]:
    """What the actor's service keeps of a case, newest first, lifted ones included."""
    case = find_case(db, actor, case_id)
    statement = access.visible_holds(actor).where(Hold.case_id == case.id).order_by(Hold.created_at.desc())
    found = list(db.scalars(statement))
    for hold in found:
        audit.look(db, hold, case_id=case.id)
    return found
