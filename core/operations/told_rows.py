"""How many rows of which table somebody is told would go: of what their service holds or has read, and nothing else.

That something goes is decided by what there is. A number of what the other service keeps in its file, or wrote and has
not shared, would say that it is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from core import erasing
from core.access import Actor
from core.content import retention as content
from core.content.retention import HeldBy
from core.erasing import Rows
from core.models import JointItem


@dataclass(frozen=True)
class Told:
    """What somebody may be told of a case: the rows of their own file, and which of the joint ones they may not know."""

    own: Rows
    unread: Rows
    of_files: frozenset[str]

    def count(self, rows: Rows) -> Mapping[str, int]:
        """How many of these rows, by table."""
        told = {
            name: ids & self.own.get(name, set())
            if name in self.of_files
            else ids - self.unread.get(name, set())
            for name, ids in rows.items()
        }
        return {name: len(ids) for name, ids in told.items() if ids}


def of_case(db: Session, actor: Actor, case_id: UUID) -> Told:
    """What the actor may be told of this case."""
    joint = [part.id for part in content.load().of_cases if part.held_by is HeldBy.BOTH]
    return Told(
        own=erasing.reach(db, case_id, actor.service_id, [erasing.OWN_FILE]),
        unread=erasing.with_dependents(db, {"joint_item": _unread(db, actor, case_id)}, joint),
        of_files=frozenset(content.load().part(erasing.OWN_FILE).tables),
    )


def holds(actor: Actor, part: str) -> ColumnElement[bool]:
    """Has a case something of this part that the actor may be told of? A condition beside cases."""
    return erasing.holding(part, actor.service_id, {"joint_item": ~_is_unread(actor)})


def _is_unread(actor: Actor) -> ColumnElement[bool]:
    return and_(JointItem.service_id != actor.service_id, JointItem.released_at.is_(None))


def _unread(db: Session, actor: Actor, case_id: UUID) -> set[UUID]:
    """What the other service wrote for both and has not given away: it waits for a second person, or never got one."""
    return set(db.scalars(select(JointItem.id).where(JointItem.case_id == case_id, _is_unread(actor))))
