"""What waits for a person of notices: to read, to answer, to send, to tell her; and what lies unread past its time.

Nothing of it is sent to anybody: it stands on the page Today until somebody has done it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, clock
from core.access import Actor, Permission
from core.content import immediate_notices as content
from core.models import (
    Assignment,
    Case,
    ImmediateNotice,
    JointItem,
    NoticeAnswer,
    NoticeCall,
    NoticeReceipt,
    NoticeTalk,
    PathEntry,
    Person,
    Reentry,
    ServiceKind,
)
from core.operations import notice_boards, notice_paths, notice_texts, notice_times
from core.operations.notice_boards import State

_MOST = 20
#: What is older than this is history, and calls nobody any more.
LOOK_BACK = timedelta(days=90)
RETURNED = "returned"


@dataclass(frozen=True)
class Waits:
    """Something of a notice that waits for a person: a key of the words, the case, and its time."""

    key: str
    case: Case
    at: datetime | None = None
    is_urgent: bool = False
    page: str = "notices"


@dataclass(frozen=True)
class Unread:
    """A notice that lies unread past its time, for a manager: where, since when, and whose it is."""

    notice: ImmediateNotice
    case: Case
    read_by: datetime
    #: Who of the own service works on the case, with their telephone.
    colleagues: tuple[tuple[str, str], ...]


def waiting(db: Session, actor: Actor) -> list[Waits]:
    """What waits for this person today, what came first and is unread at the top."""
    found = [*_received(db, actor), *_sent(db, actor), *_to_send(db, actor), *_to_decide(db, actor)]
    return sorted(found, key=lambda one: not one.is_urgent)[:_MOST]


def unread(db: Session, actor: Actor) -> list[Unread]:
    """What lies unread past its time in the manager's service, and about which nobody of it was reached."""
    statement = (
        access.unread_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .join(Case, Case.id == JointItem.case_id)
        .where(Case.closed_on.is_(None), ~_reached(actor).exists())
        .options(joinedload(ImmediateNotice.item))
        .order_by(JointItem.released_at)
        .add_columns(Case)
    )
    late = [
        (notice, case, by)
        for notice, case in db.execute(statement)
        if (by := _read_by(notice)) is not None and by < clock.now()
    ][:_MOST]
    people = _colleagues(db, actor, {case.id for _, case, _ in late})
    return [Unread(notice, case, by, tuple(people[case.id])) for notice, case, by in late]


def _received(db: Session, actor: Actor) -> Iterator[Waits]:
    if not access.may(actor, Permission.ANSWER_NOTICE):
        return
    own = access.is_read_by(actor.service_id).exists()
    answered = _answered().where(NoticeAnswer.service_id == actor.service_id).exists()
    talked = exists().where(NoticeTalk.notice_id == ImmediateNotice.id)
    statement = _open(access.received_notices(actor)).add_columns(Case, own, answered, talked)
    is_vss = actor.kind is ServiceKind.VSS
    for notice, case, is_read, is_answered, is_told in db.execute(statement):
        state = notice_boards.state_of(
            notice.item, notice.answer_hours, is_read=is_read, is_answered=is_answered
        )
        if state in {State.UNREAD, State.UNREAD_LATE}:
            yield Waits(f"read{_late(state)}", case, _read_by(notice), is_urgent=True)
        elif state in {State.READ, State.UNANSWERED_LATE}:
            yield Waits(f"answer{_late(state)}", case, _answer_by(notice), is_urgent=bool(_late(state)))
        if is_vss and is_read and not is_told:
            said = notice_texts.read(notice.item.text)
            if notice_texts.trigger_of(said).tells_her:
                yield Waits("tell_her", case)


def _sent(db: Session, actor: Actor) -> Iterator[Waits]:
    """What the other service has not read, or not answered, though its time is over; until somebody was reached."""
    if not access.may(actor, Permission.RECORD_CALL):
        return
    read = exists().where(NoticeReceipt.notice_id == ImmediateNotice.id)
    statement = _open(access.sent_notices(actor)).where(~_reached(actor).exists())
    for notice, case, is_read in db.execute(statement.where(~_answered().exists()).add_columns(Case, read)):
        state = notice_boards.state_of(notice.item, notice.answer_hours, is_read=is_read, is_answered=False)
        if state is State.UNREAD_LATE:
            yield Waits("unread", case, _read_by(notice), is_urgent=True)
        elif state is State.UNANSWERED_LATE:
            yield Waits("unanswered", case, _answer_by(notice))


def _to_send(db: Session, actor: Actor) -> Iterator[Waits]:
    """What on the own paths calls for a notice."""
    if not access.may(actor, Permission.SHARE):
        return
    kinds = [kind for one in content.load().triggers for kind in one.path_kinds]
    first = clock.today() - timedelta(days=content.load().due_for_days)
    paths = access.own_path_entries(actor).where(PathEntry.kind.in_(kinds), PathEntry.happened_on >= first)
    statement = access.visible_cases(actor).where(
        Case.closed_on.is_(None),
        Case.paired_at.is_not(None),
        Case.id.in_(paths.with_only_columns(PathEntry.case_id)),
    )
    cases = list(db.scalars(statement.order_by(Case.code)))
    by_case = notice_paths.of_cases(db, actor, cases)
    for case in cases:
        if by_case.get(case.id):
            yield Waits("due", case)


def _to_decide(db: Session, actor: Actor) -> Iterator[Waits]:
    """He came back, and nobody wrote down on what."""
    if not access.may(actor, Permission.WRITE_FILE) or actor.kind is not ServiceKind.PP:
        return
    entries = access.own_path_entries(actor).where(
        PathEntry.kind == RETURNED, PathEntry.happened_on >= clock.today() - LOOK_BACK
    )
    decided = exists().where(Reentry.entry_id == PathEntry.id)
    ids = entries.where(~decided).with_only_columns(PathEntry.case_id)
    for case in db.scalars(
        select(Case).where(Case.id.in_(ids), Case.closed_on.is_(None)).order_by(Case.code)
    ):
        yield Waits("reentry", case)


def _open(statement: Select[ImmediateNotice]) -> Select[ImmediateNotice]:
    """Those of the last weeks, in cases that are open, the oldest first."""
    return (
        statement.join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .join(Case, Case.id == JointItem.case_id)
        .where(Case.closed_on.is_(None), JointItem.released_at > clock.now() - LOOK_BACK)
        .options(joinedload(ImmediateNotice.item))
        .order_by(JointItem.released_at)
    )


def _answered() -> Select[UUID]:
    answer = select(NoticeAnswer.id).where(NoticeAnswer.notice_id == ImmediateNotice.id)
    return answer.correlate(ImmediateNotice)


def _reached(actor: Actor) -> Select[UUID]:
    """Somebody of the own service telephoned and reached somebody."""
    call = select(NoticeCall.id).where(
        NoticeCall.notice_id == ImmediateNotice.id,
        NoticeCall.service_id == actor.service_id,
        NoticeCall.was_reached.is_(True),
    )
    return call.correlate(ImmediateNotice)


def _colleagues(db: Session, actor: Actor, case_ids: set[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    found: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    if not case_ids:
        return found
    today = clock.today()
    statement = (
        select(Assignment.case_id, Person.name, Person.phone)
        .join(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.case_id.in_(case_ids),
            Person.service_id == actor.service_id,
            Assignment.since <= today,
            or_(Assignment.until.is_(None), Assignment.until >= today),
            or_(Assignment.ends_at.is_(None), Assignment.ends_at > clock.now()),
        )
        .order_by(Person.name)
    )
    for case_id, name, phone in db.execute(statement):
        found[case_id].append((name, phone))
    return found


def _late(state: State) -> str:
    return "_late" if state in {State.UNREAD_LATE, State.UNANSWERED_LATE} else ""


def _read_by(notice: ImmediateNotice) -> datetime | None:
    came = notice.item.released_at
    return notice_times.read_by(came, notice.answer_hours) if came else None


def _answer_by(notice: ImmediateNotice) -> datetime | None:
    came = notice.item.released_at
    return notice_times.answer_by(came, notice.answer_hours) if came else None
