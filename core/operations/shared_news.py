"""What the other service laid into the joint space, and at which the actor has not looked since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, exists, func
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import Case, Event, JointItem
from core.operations.joint_items import ELSEWHERE

#: So long it is news; then it stands on the page of the case as everything else.
NEWS_FOR: Final = timedelta(days=14)
_MOST: Final = 20


@dataclass(frozen=True)
class News:
    """A case, and when the other service shared the newest of what is news."""

    case: Case
    at: datetime


def waiting(db: Session, actor: Actor) -> Sequence[News]:
    """The open cases of the actor in which something new lies; what has a page of its own is asked for there."""
    rows = db.execute(_unseen(actor).where(JointItem.released_at > clock.now() - NEWS_FOR)).all()
    return [News(case, at) for case, at in rows]


@access.kept
def _unseen(actor: Actor) -> Select[Case, datetime]:
    looked = exists().where(
        Event.person_id == actor.person_id,
        Event.subject_id == JointItem.case_id,
        Event.act == "read_shared",
        Event.created_at >= JointItem.released_at,
    )
    return (
        access.visible_joint_items(actor)
        .join(Case, Case.id == JointItem.case_id)
        .where(
            JointItem.service_id != actor.service_id,
            JointItem.topic.not_in(ELSEWHERE),
            Case.closed_on.is_(None),
            ~looked,
        )
        .group_by(Case.id)
        .order_by(Case.code)
        .limit(_MOST)
        .with_only_columns(Case, func.max(JointItem.released_at))
    )
