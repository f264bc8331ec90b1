"""Whether she was told of what left her file without her consent: asked of her own service until somebody has answered."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require, require_version
from core.errors import Invalid
from core.models import Basis, Case, JointItem, Release, ServiceKind
from core.text import day, text

#: So long "not yet" is an answer; then it is asked again.
AGAIN: Final = timedelta(days=14)
LONGEST_WHY: Final = 500
_MOST: Final = 20


def waiting(db: Session, actor: Actor) -> list[Case]:
    """The cases in which something left without her consent and nobody has said lately whether she was told."""
    if actor.kind is not ServiceKind.VSS or not access.may(actor, Permission.WRITE_CONSENT):
        return []
    unanswered = _left(actor).where(
        Release.told_on.is_(None),
        or_(Release.not_told_on.is_(None), Release.not_told_on <= clock.today() - AGAIN),
    )
    ids = unanswered.with_only_columns(JointItem.case_id)
    statement = select(Case).where(Case.id.in_(ids), Case.closed_on.is_(None))
    return list(db.scalars(statement.order_by(Case.code).limit(_MOST)))


def tell(
    db: Session, actor: Actor, release_id: UUID, *, told_on: date | None, why: str = "", version: int
) -> Release:
    """Write down on which day she was told of it; without a day, why she was not told yet."""
    require(actor, Permission.WRITE_CONSENT)
    release = access.find(db, _left(actor), release_id)
    require_version(release, version)
    if told_on is None:
        release.not_told_why = text(why, field="why", longest=LONGEST_WHY)
        release.told_on, release.not_told_on = None, clock.today()
    else:
        on = day(told_on, field="told_on")
        if on > clock.today():
            raise Invalid("error.future_date", field="told_on")
        release.told_on, release.not_told_on, release.not_told_why = on, None, ""
    case_id = db.get_one(JointItem, release.item_id).case_id
    audit.record(db, actor, "tell" if release.told_on else "not_told", release, case_id=case_id)
    db.flush()
    return release


def _left(actor: Actor) -> Select[Release]:
    """What left the own file without consent, whatever became of it."""
    return (
        access.visible_releases(actor)
        .join(JointItem, JointItem.id == Release.item_id)
        .where(
            JointItem.service_id == actor.service_id,
            JointItem.released_at.is_not(None),
            Release.basis != Basis.CONSENT,
        )
    )
