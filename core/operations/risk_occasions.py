"""For what an assessment may be begun: both services read the occasion, so it must not tell what one of them keeps."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.content import protocols
from core.models import Occasion, PathEntry, RiskAssessment, ServiceKind
from core.operations import cases


@access.of_one_case
def offered(db: Session, actor: Actor, case_id: UUID) -> tuple[Occasion, ...]:
    """The occasions to choose from.

    At the victim support service an episode is one only where both services know of what happened last: begun after
    one, an assessment would tell that she reported something. That it is missing says nothing: so it is where nothing
    has happened.
    """
    case = cases.find(db, actor, case_id)
    may_name = actor.kind is not ServiceKind.VSS or _both_know_the_last(db, actor, case.id)
    return tuple(one for one in Occasion if may_name or one is not Occasion.EPISODE)


def _both_know_the_last(db: Session, actor: Actor, case_id: UUID) -> bool:
    """Do both know of the newest thing since the last assessment that calls for one?"""
    kinds = [kind.id for kind in protocols.load().path_kinds if kind.calls_meeting]
    causes = access.visible_path_entries(actor).where(PathEntry.case_id == case_id, PathEntry.kind.in_(kinds))
    known = access.visible_assessments(actor).where(RiskAssessment.case_id == case_id)
    last = db.scalar(known.with_only_columns(func.max(RiskAssessment.created_at)))
    if last is not None:
        causes = causes.where(PathEntry.created_at > last)
    newest = causes.order_by(PathEntry.happened_on.desc(), PathEntry.created_at.desc()).limit(1)
    return bool(db.scalar(newest.with_only_columns(access.is_shared_entry(actor))))
