"""How many rows of which table somebody is told would go: of what their service holds or has read, and nothing else.

That something goes is decided by what there is. A number of what the other service keeps in its file, or wrote and has
not shared, would say that it is there.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from core import erasing
from core.access import Actor
from core.content import retention as content
from core.content.retention import HeldBy
from core.erasing import Rows
from core.models import JointItem

Count = Callable[[Rows], Mapping[str, int]]


def of_case(db: Session, actor: Actor, case_id: UUID) -> Count:
    """Counts rows of this case as the actor may be told of them."""
    parts = content.load().of_cases
    of_files = set(content.load().part(erasing.OWN_FILE).tables)
    own = erasing.reach(db, case_id, actor.service_id, [erasing.OWN_FILE])
    joint = [part.id for part in parts if part.held_by is HeldBy.BOTH]
    unread = erasing.with_dependents(db, {"joint_item": _unread(db, actor, case_id)}, joint)

    def count(rows: Rows) -> Mapping[str, int]:
        told = {
            name: ids & own.get(name, set()) if name in of_files else ids - unread.get(name, set())
            for name, ids in rows.items()
        }
        return {name: len(ids) for name, ids in told.items() if ids}

    return count


def holds(actor: Actor, part: str) -> ColumnElement[bool]:
    """Has a case something of this part that the actor may be told of? A condition beside cases."""
    return erasing.holding(part, actor.service_id, {"joint_item": ~_is_unread(actor)})


def _is_unread(actor: Actor) -> ColumnElement[bool]:
    return and_(JointItem.service_id != actor.service_id, JointItem.released_at.is_(None))


def _unread(db: Session, actor: Actor, case_id: UUID) -> set[UUID]:
    """What the other service wrote for both and has not given away: it waits for a second person, or never got one."""
    return set(db.scalars(select(JointItem.id).where(JointItem.case_id == case_id, _is_unread(actor))))
