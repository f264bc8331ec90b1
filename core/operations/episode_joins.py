"""Episodes that tell of one event: joined, never merged, and taken apart again.

A join stays with the service that made it until both services read both episodes: before, it would say that there is
something that is not released.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor, Permission, find, require
from core.content.protocols import EPISODE
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import EpisodeJoin, PathEntry
from core.operations import cases


def join(db: Session, actor: Actor, first_id: UUID, second_id: UUID | None) -> EpisodeJoin:
    """Say that two episodes, named by their path entries, tell of one event.

    Raises Conflict where it was said already, also by way of a third one.
    """
    require(actor, Permission.WRITE_FILE)
    first = _entry(db, actor, first_id)
    if second_id is None:
        raise Invalid("error.cooperation.choose", field="with")
    second = _entry(db, actor, second_id)
    if first.id == second.id:
        raise Invalid("error.episode.itself", field="with")
    if first.case_id != second.case_id:
        raise NotFound
    case = cases.find_open(db, actor, first.case_id)
    if second.id in joined_to(_joins(db, actor, case.id), first.id):
        raise Conflict("error.episode.joined")
    low, high = sorted((first.id, second.id))
    found = EpisodeJoin(first_id=low, second_id=high, service_id=actor.service_id, joined_by=actor.person_id)
    db.add(found)
    db.flush()
    audit.record(db, actor, "join", found, case_id=case.id)
    return found


def separate(db: Session, actor: Actor, join_id: UUID) -> None:
    """Say that the two do not tell of one event after all; what the other service joined it takes apart itself."""
    require(actor, Permission.WRITE_FILE)
    found = find(db, access.visible_episode_joins(actor), join_id)
    if found.service_id != actor.service_id:
        raise NotAllowed("error.episode.not_your_join")
    case = cases.find_open(db, actor, db.get_one(PathEntry, found.first_id).case_id)
    audit.record(db, actor, "separate", found, case_id=case.id)
    db.delete(found)
    db.flush()


def joined_to(joins: list[EpisodeJoin], entry_id: UUID) -> set[UUID]:
    """The episode, and all that tell of the same event as it does."""
    reached, todo = {entry_id}, [entry_id]
    while todo:
        here = todo.pop()
        for one in joins:
            for end, other in ((one.first_id, one.second_id), (one.second_id, one.first_id)):
                if end == here and other not in reached:
                    reached.add(other)
                    todo.append(other)
    return reached


def _joins(db: Session, actor: Actor, case_id: UUID) -> list[EpisodeJoin]:
    here = access.visible_path_entries(actor).where(PathEntry.case_id == case_id)
    ids = here.with_only_columns(PathEntry.id)
    return list(db.scalars(access.visible_episode_joins(actor).where(EpisodeJoin.first_id.in_(ids))))


def _entry(db: Session, actor: Actor, entry_id: UUID) -> PathEntry:
    return find(db, access.visible_path_entries(actor).where(PathEntry.kind == EPISODE), entry_id)
