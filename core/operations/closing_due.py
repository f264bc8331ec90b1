"""What of the end of cases waits for a person today: three statements, whatever number of cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_
from sqlalchemy.orm import Session, aliased

from core import access, clock
from core.access import Actor, Permission
from core.content import closings as content
from core.models import Agreement, Case, Closing, ClosingText, ServiceKind, TPoint
from core.operations.closing_checks import END, FOLLOW_UP

_MOST = 20
#: What of an end may wait: keys of the words.
_OF_ENDS: Final = ("agree", "follow_up", "learn")


@dataclass(frozen=True)
class Waits:
    """Something that waits: a key of the words, and the case."""

    key: str
    case: Case
    on: date | None = None


def waiting(db: Session, actor: Actor, *, days: int) -> list[Waits]:
    """Ends to agree to, to follow up, to learn from; to prepare; and joint spaces that close with a case."""
    return [one for part in (_of_ends, _to_prepare, _to_read) for one in part(db, actor, days)]


def _of_ends(db: Session, actor: Actor, _days: int) -> Iterator[Waits]:
    """In one statement, whatever waits."""
    for case, *asked in db.execute(_ends(actor)):
        for key, is_asked in zip(_OF_ENDS, asked, strict=True):
            if is_asked:
                yield Waits(key, case)


@access.kept
def _ends(actor: Actor) -> Select[Case, bool, bool, bool]:
    """The case of each end of which something waits, with what of _OF_ENDS it is."""
    waits = (_to_agree(actor), _to_follow_up(actor), _to_learn(actor))
    return (
        access.visible_closings(actor)
        .join(Case, Case.id == Closing.case_id)
        .where(Closing.reopened_at.is_(None), or_(*waits))
        .order_by(Closing.created_at)
        .limit(_MOST)
        .with_only_columns(Case, *waits)
    )


def _to_agree(actor: Actor) -> ColumnElement[bool]:
    """The other service proposed it."""
    if not access.may(actor, Permission.AGREE_END):
        return false()
    return and_(
        Case.closed_on.is_(None),
        Closing.proposed_at.is_not(None),
        Closing.agreed_at.is_(None),
        Closing.service_id != actor.service_id,
    )


def _to_follow_up(actor: Actor) -> ColumnElement[bool]:
    """T4 has come, and the own side has not said that it is over."""
    if not access.may(actor, Permission.AGREE_END):
        return false()
    own = Closing.pp_finished_by if actor.kind is ServiceKind.PP else Closing.vss_finished_by
    due = exists().where(
        TPoint.case_id == Closing.case_id, TPoint.label == FOLLOW_UP, TPoint.due_on <= clock.today()
    )
    return and_(
        Case.closed_on.is_(None),
        Closing.agreed_at.is_not(None),
        Closing.has_follow_up.is_(True),
        own.is_(None),
        due,
    )


def _to_learn(actor: Actor) -> ColumnElement[bool]:
    """Both agreed on the end, and the own service has passed nothing on of how the cooperation went."""
    if not access.may(actor, Permission.GIVE_LESSONS):
        return false()
    given = exists().where(
        ClosingText.closing_id == Closing.id,
        ClosingText.service_id == actor.service_id,
        ClosingText.key.in_(content.load().question_ids),
        ClosingText.given_at.is_not(None),
    )
    return and_(Closing.agreed_at.is_not(None), Closing.case_id.in_(access.joint_case_ids(actor)), ~given)


def _to_prepare(db: Session, actor: Actor, days: int) -> Iterator[Waits]:
    """T3 is near, and nobody has proposed the end: one that was only begun, or declined, is still to prepare."""
    if not access.may(actor, Permission.END_CASE):
        return
    last = clock.today() + timedelta(days=days)
    for case, on in db.execute(_unprepared(actor).where(TPoint.due_on <= last)):
        yield Waits("prepare", case, on)


@access.kept
def _unprepared(actor: Actor) -> Select[Case, date | None]:
    """The cases whose end is not proposed, with the day of it."""
    proposed = exists().where(
        Closing.case_id == TPoint.case_id, Closing.reopened_at.is_(None), Closing.proposed_at.is_not(None)
    )
    after = exists().where(Closing.case_id == TPoint.case_id, Closing.reopened_at > TPoint.due_on)
    other = aliased(TPoint)
    again = exists().where(
        other.case_id == TPoint.case_id, other.label.startswith(f"{END}."), other.due_on > TPoint.due_on
    )
    is_end = or_(TPoint.label == END, TPoint.label.startswith(f"{END}."))
    return (
        access.visible_t_points(actor)
        .join(Case, Case.id == TPoint.case_id)
        .where(is_end, Case.closed_on.is_(None), Case.paired_at.is_not(None), ~proposed, ~after, ~again)
        .order_by(TPoint.due_on)
        .limit(_MOST)
        .with_only_columns(Case, TPoint.due_on)
    )


def _to_read(db: Session, actor: Actor, days: int) -> Iterator[Waits]:
    """The case is closed, and what both wrote can be read some days more."""
    if not access.may(actor, Permission.END_CASE):
        return
    statement = (
        access.case_agreements_in_force()
        .join(Case, Case.id == Agreement.case_id)
        .where(
            Agreement.case_id.in_(access.visible_case_ids(actor)),
            Case.closed_on.is_not(None),
            Agreement.ends_on <= clock.today() + timedelta(days=days),
        )
        .order_by(Agreement.ends_on)
        .limit(_MOST)
        .with_only_columns(Case, Agreement.ends_on)
    )
    for case, on in db.execute(statement):
        yield Waits("read", case, on)
