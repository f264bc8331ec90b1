"""What of the own service waits for a second person and finds none, for those who can assign one: its managers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, false, func, or_
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, Permission
from core.models import Assignment, Case, JointItem, Person, Release, Role
from core.operations import releases

_MOST: Final = 20


@dataclass(frozen=True)
class HeldUp:
    """A case, and since when the oldest of what waits there does."""

    case: Case
    since: datetime


def waiting(db: Session, actor: Actor) -> Sequence[HeldUp]:
    """The open cases in which something waits for more than a day, or at once where nobody there could confirm it.

    Never what it is. Whoever could confirm it has it among what colleagues ask.
    """
    if not actor.has(Role.MANAGER):
        return []  # a statement less for everybody else
    is_late = Release.created_at < clock.now() - releases.REVIEW
    rows = db.execute(_held_up(actor).where(or_(is_late, ~_has_second(actor)))).all()
    return [HeldUp(case, since) for case, since in rows]


@access.kept
def _held_up(actor: Actor) -> Select[Case, datetime]:
    return (
        access.unconfirmed_releases(actor)
        .join(JointItem, JointItem.id == Release.item_id)
        .join(Case, Case.id == JointItem.case_id)
        .where(Case.closed_on.is_(None), ~_is_asked(actor))
        .group_by(Case.id)
        .order_by(Case.code)
        .limit(_MOST)
        .with_only_columns(Case, func.min(Release.created_at))
    )


def _is_asked(actor: Actor) -> ColumnElement[bool]:
    """Is the actor one of those whom it waits for?"""
    if not access.may(actor, Permission.CONFIRM_RELEASE):
        return false()
    return and_(Case.id.in_(access.visible_case_ids(actor)), Release.asked_by != actor.person_id)


def _has_second(actor: Actor) -> ColumnElement[bool]:
    """Does somebody work on the case of the statement around this one who could confirm it, and did not ask for it?"""
    second = releases.who_may_confirm(actor.service_id).where(
        Assignment.case_id == JointItem.case_id, Person.id != Release.asked_by
    )
    return second.correlate(JointItem, Release).exists()
