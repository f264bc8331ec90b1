"""What of the end of cases waits for a person today: one statement for each kind of thing, whatever number of cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, exists
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, Permission
from core.content import closings as content
from core.models import Agreement, Case, Closing, ClosingText, ServiceKind, TPoint
from core.operations.closing_checks import END, FOLLOW_UP

_MOST = 20


@dataclass(frozen=True)
class Waits:
    """Something that waits: a key of the words, and the case."""

    key: str
    case: Case
    on: date | None = None


def waiting(db: Session, actor: Actor, *, days: int) -> list[Waits]:
    """Ends to agree to, to prepare, to follow up, to learn from; and joint spaces that close with a case."""
    return [
        one
        for part in (_to_agree, _to_prepare, _to_follow_up, _to_learn, _to_read)
        for one in part(db, actor, days)
    ]


def _to_agree(db: Session, actor: Actor, _days: int) -> Iterator[Waits]:
    if access.may(actor, Permission.AGREE_END):
        proposed = _open(actor).where(
            Closing.proposed_at.is_not(None),
            Closing.agreed_at.is_(None),
            Closing.service_id != actor.service_id,
        )
        yield from _rows(db, "agree", proposed)


def _to_prepare(db: Session, actor: Actor, days: int) -> Iterator[Waits]:
    """T3 is near, and nobody has begun."""
    if not access.may(actor, Permission.END_CASE):
        return
    begun = exists().where(Closing.case_id == TPoint.case_id, Closing.reopened_at.is_(None))
    after = exists().where(Closing.case_id == TPoint.case_id, Closing.reopened_at > TPoint.due_on)
    statement = (
        access.visible_t_points(actor)
        .join(Case, Case.id == TPoint.case_id)
        .where(
            TPoint.label == END,
            TPoint.due_on <= clock.today() + timedelta(days=days),
            Case.closed_on.is_(None),
            Case.paired_at.is_not(None),
            ~begun,
            ~after,
        )
        .order_by(TPoint.due_on)
        .limit(_MOST)
        .with_only_columns(Case, TPoint.due_on)
    )
    for case, on in db.execute(statement):
        yield Waits("prepare", case, on)


def _to_follow_up(db: Session, actor: Actor, _days: int) -> Iterator[Waits]:
    """T4 has come, and the own side has not said that it is over."""
    if not access.may(actor, Permission.AGREE_END):
        return
    own = Closing.pp_finished_by if actor.kind is ServiceKind.PP else Closing.vss_finished_by
    due = exists().where(
        TPoint.case_id == Closing.case_id, TPoint.label == FOLLOW_UP, TPoint.due_on <= clock.today()
    )
    agreed = _open(actor).where(
        Closing.agreed_at.is_not(None), Closing.has_follow_up.is_(True), own.is_(None), due
    )
    yield from _rows(db, "follow_up", agreed)


def _to_learn(db: Session, actor: Actor, _days: int) -> Iterator[Waits]:
    """Both agreed on the end, and the own service has passed nothing on of how the cooperation went."""
    if not access.may(actor, Permission.GIVE_LESSONS):
        return
    given = exists().where(
        ClosingText.closing_id == Closing.id,
        ClosingText.service_id == actor.service_id,
        ClosingText.key.in_(content.load().question_ids),
        ClosingText.given_at.is_not(None),
    )
    agreed = _current(actor).where(
        Closing.agreed_at.is_not(None), Closing.case_id.in_(access.joint_case_ids(actor)), ~given
    )
    yield from _rows(db, "learn", agreed)


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


def _open(actor: Actor) -> Select[Closing]:
    """Ends of cases that are not closed."""
    return _current(actor).where(Case.closed_on.is_(None))


def _current(actor: Actor) -> Select[Closing]:
    return (
        access.visible_closings(actor)
        .join(Case, Case.id == Closing.case_id)
        .where(Closing.reopened_at.is_(None))
    )


def _rows(db: Session, key: str, statement: Select[Closing]) -> Iterator[Waits]:
    for case in db.scalars(statement.order_by(Closing.created_at).limit(_MOST).with_only_columns(Case)):
        yield Waits(key, case)
