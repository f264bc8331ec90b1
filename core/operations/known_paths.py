"""What a person sees of the paths of cases, with when both services could read of it, and in which words."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.models import JointItem, PathEntry
from core.operations import known_times
from core.operations.known_times import Out


@dataclass(frozen=True)
class KnownPath:
    """Entries in the order of their days; when one was written down is its own service's to know."""

    #: Each with whether both services see it.
    entries: dict[PathEntry, bool] = field(default_factory=dict)
    #: Of those that both see, when they could read of it: what is released anew was known in its first time already.
    known: dict[UUID, list[Out]] = field(default_factory=dict)
    #: The words in which it was released.
    words: dict[UUID, str] = field(default_factory=dict)


def read(
    db: Session, actor: Actor, *wanted: ColumnElement[bool], joint_only: bool = False
) -> dict[UUID, KnownPath]:
    """The entries that fit, by their case; with `joint_only` as both services see them. One statement."""
    rows = (_joint if joint_only else _visible)(actor).where(*wanted)
    found: dict[UUID, KnownPath] = {}
    for entry, is_shared, item, since, withdrawn_at, ends_on in db.execute(rows):
        path = found.setdefault(entry.case_id, KnownPath())
        path.entries[entry] = bool(is_shared)
        if item is not None:
            path.words[entry.id] = item.text
        if is_shared and entry.is_shared:
            path.known.setdefault(entry.id, [known_times.by_hand(entry)])
        if is_shared and since is not None:
            path.known.setdefault(entry.id, []).append(Out(since, withdrawn_at, ends_on))
    return found


@access.kept
def _joint(actor: Actor) -> Select[Any]:
    return _with_times(actor, access.joint_path_entries(actor))


@access.kept
def _visible(actor: Actor) -> Select[Any]:
    return _with_times(actor, access.visible_path_entries(actor))


def _with_times(actor: Actor, entries: Select[PathEntry]) -> Select[Any]:
    """Each entry with whether both see it, and with what was released of it, and when."""
    released = access.visible_released_entries(actor).subquery()
    times = access.times_of_releases(actor).subquery()
    return (
        entries.order_by(PathEntry.happened_on, PathEntry.created_at)
        .outerjoin(released, released.c.entry_id == PathEntry.id)
        .outerjoin(JointItem, JointItem.id == released.c.item_id)
        .outerjoin(times, times.c.entry_id == PathEntry.id)
        .add_columns(
            access.is_shared_entry(actor),
            JointItem,
            times.c.released_at,
            times.c.withdrawn_at,
            times.c.ends_on,
        )
    )
