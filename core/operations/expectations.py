"""The talk with her about what she expects: due after his start is known to her service, and recorded on her path alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from core import access, audit
from core.access import Actor
from core.content import expectations
from core.content.expectations import TALK
from core.models import Case, ImmediateNotice, PathEntry, ServiceKind
from core.operations import own_files, path_entries


@dataclass(frozen=True)
class Standing:
    """When he began, as her service may know it, and the talks that there were."""

    began_on: date | None
    talks: tuple[PathEntry, ...]

    @property
    def is_due(self) -> bool:
        """Has he begun since the last talk?"""
        if self.began_on is None:
            return False
        return not self.talks or self.talks[0].happened_on < self.began_on


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Standing:
    """How it stands in one case."""
    audit.look(db, own_files.hers(db, actor, case_id), case_id=case_id)
    began = _beginnings(actor).where(PathEntry.case_id == case_id)
    mine = (one for one in path_entries.of_case(db, actor, case_id) if one.kind == TALK)
    return Standing(db.scalar(began.with_only_columns(func.max(PathEntry.happened_on))), tuple(mine))


def _beginnings(actor: Actor) -> Select[PathEntry]:
    """That he began or came back, as her service reads it on his path or was told of it by a notice."""
    told = access.received_notices(actor).where(ImmediateNotice.entry_id.is_not(None))
    return select(PathEntry).where(
        PathEntry.kind.in_(expectations.load().begins),
        PathEntry.removed_at.is_(None),
        or_(
            PathEntry.id.in_(access.visible_path_entries(actor).with_only_columns(PathEntry.id)),
            PathEntry.id.in_(told.with_only_columns(ImmediateNotice.entry_id)),
        ),
    )


def due(db: Session, actor: Actor, *, limit: int) -> Sequence[Case]:
    """The cases in which he has begun, and nobody has talked with her since."""
    if actor.kind is not ServiceKind.VSS or not access.may(actor, access.Permission.READ_FILE):
        return []
    talk = aliased(PathEntry)
    talked = exists().where(
        talk.case_id == PathEntry.case_id,
        talk.service_id == actor.service_id,
        talk.kind == TALK,
        talk.removed_at.is_(None),
        talk.happened_on >= PathEntry.happened_on,
    )
    cases = _beginnings(actor).where(~talked).with_only_columns(PathEntry.case_id)
    statement = select(Case).where(Case.id.in_(cases), Case.closed_on.is_(None))
    return db.scalars(statement.order_by(Case.code).limit(limit)).all()


def record(db: Session, actor: Actor, case_id: UUID, *, held_on: date | None, note: str) -> PathEntry:
    """Write down that one has talked with her; the other service does not see it."""
    own_files.hers(db, actor, case_id)
    return path_entries.add(db, actor, case_id, kind=TALK, happened_on=held_on, note=note, is_shared=False)
