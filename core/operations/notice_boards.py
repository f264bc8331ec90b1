"""The notices of a case as one person reads them: what came, what was sent, and how each of them stands."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor
from core.content.immediate_notices import Trigger
from core.models import (
    Case,
    Event,
    EventKind,
    ImmediateNotice,
    JointItem,
    NoticeAnswer,
    NoticeCall,
    NoticeReceipt,
    NoticeTalk,
    Person,
    ServiceKind,
)
from core.operations import cases, joint_items, joint_spaces, notice_texts, notice_times
from core.operations.joint_items import Shown
from core.operations.joint_spaces import Standing
from core.operations.notice_texts import Said

SUBJECT = ImmediateNotice.__tablename__
R = TypeVar("R", NoticeAnswer, NoticeCall, NoticeReceipt, NoticeTalk)


class State(StrEnum):
    """How a notice stands; a key of the words."""

    WAITING = "waiting"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    ENDED = "ended"
    #: The joint space is closed: nobody of the other service reads it, and nobody of the own one what became of it.
    CLOSED = "closed"
    UNREAD = "unread"
    UNREAD_LATE = "unread_late"
    READ = "read"
    UNANSWERED_LATE = "unanswered_late"
    ANSWERED = "answered"


#: Nobody of the other service reads it.
_NOT_READ: Final = frozenset({State.WAITING, State.REFUSED, State.TAKEN_BACK, State.ENDED, State.CLOSED})


@dataclass(frozen=True)
class By:
    """What somebody did, with their name."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Noticed:
    """One notice with all that became of it."""

    notice: ImmediateNotice
    said: Said
    shown: Shown
    author: str
    is_ours: bool
    state: State
    read_by: datetime | None
    answer_by: datetime | None
    receipts: tuple[By, ...] = ()
    #: The reader's own receipt is among them.
    is_read_by_me: bool = False
    answers: tuple[tuple[NoticeAnswer, str], ...] = ()
    #: Of the own service alone.
    calls: tuple[tuple[NoticeCall, str], ...] = ()
    talks: tuple[tuple[NoticeTalk, str], ...] = ()
    #: Who of the other service opened the page with it, and on which days.
    opened: tuple[tuple[str, date], ...] = ()

    @property
    def id(self) -> UUID:
        return self.notice.id

    @property
    def trigger(self) -> Trigger:
        return notice_texts.trigger_of(self.said)

    @property
    def is_read(self) -> bool:
        return bool(self.receipts)

    @property
    def is_late(self) -> bool:
        return self.state in {State.UNREAD_LATE, State.UNANSWERED_LATE}

    @property
    def is_live(self) -> bool:
        """Can the other service read it now?"""
        return self.state not in _NOT_READ

    @property
    def is_to_tell(self) -> bool:
        """Has she to be told, and is nothing written down of it?"""
        return not self.is_ours and self.trigger.tells_her and not self.talks


@dataclass(frozen=True)
class Behind:
    """A notice of the other service that cannot be read any more: when it came, and what was done until then."""

    id: UUID
    came_at: datetime
    state: State
    #: She has to be told of such a notice, and nothing is written down of it.
    is_to_tell: bool
    calls: tuple[tuple[NoticeCall, str], ...]


@dataclass(frozen=True)
class Board:
    case: Case
    #: The newest first.
    notices: tuple[Noticed, ...]
    #: What came before the agreement ended; the newest first.
    behind: tuple[Behind, ...] = ()

    @property
    def received(self) -> tuple[Noticed, ...]:
        return tuple(one for one in self.notices if not one.is_ours)

    @property
    def sent(self) -> tuple[Noticed, ...]:
        return tuple(one for one in self.notices if one.is_ours)


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Board:
    """The notices of a case; whoever reads what the other service sent leaves a line that it sees, by its day."""
    case = cases.find(db, actor, case_id)
    statement = (
        access.visible_immediate_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .join(Person, Person.id == ImmediateNotice.author_id)
        .where(JointItem.case_id == case.id)
        .options(joinedload(ImmediateNotice.item))
        .order_by(func.coalesce(JointItem.released_at, ImmediateNotice.created_at).desc())
        .add_columns(Person.name)
    )
    found = [(notice, name) for notice, name in db.execute(statement)]
    beside = _Beside.of(db, actor, case.id, [notice.id for notice, _ in found])
    space = joint_spaces.standing(db, actor, case)
    notices = tuple(
        _noticed(actor, notice, name, beside, is_open=_is_open(space, notice)) for notice, name in found
    )
    if beside.talks:
        audit.look(db, cases.own_file(db, actor, case), "read_talks", case_id=case.id)
    came = [one for one in notices if not one.is_ours]
    if came:
        audit.look(db, case, "read_joint", case_id=case.id)
    for one in came:
        if not one.is_read:
            audit.look(db, one.notice, "read_notice", case_id=case.id)
    for one in notices:
        if one.is_ours and one.answers:
            newest = max(answer.created_at for answer, _ in one.answers)
            audit.look(db, one.notice, "read_answer", case_id=case.id, newest=newest)
    return Board(case, notices, () if space.is_open else tuple(_behind(db, actor, case)))


def _behind(db: Session, actor: Actor, case: Case) -> Iterator[Behind]:
    """What came and lies where nobody of the own service reads it now."""
    statement = (
        access.known_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .where(JointItem.case_id == case.id, JointItem.service_id != actor.service_id)
        .where(access.is_behind_the_end())
        .options(joinedload(ImmediateNotice.item))
        .order_by(JointItem.released_at.desc())
    )
    found = db.scalars(statement).all()
    ids = [one.id for one in found]
    calls = _named(db, NoticeCall, access.visible_notice_calls(actor), ids)
    done = {model: _about(db, model, ids) for model in (NoticeReceipt, NoticeAnswer, NoticeTalk)}
    for notice in found:
        item, said = notice.item, notice_texts.read(notice.item.text)
        tells_her = actor.kind is ServiceKind.VSS and notice_texts.trigger_of(said).tells_her
        yield Behind(
            id=notice.id,
            came_at=item.released_at or notice.created_at,
            state=state_of(
                item,
                notice.answer_hours,
                is_read=notice.id in done[NoticeReceipt],
                is_answered=notice.id in done[NoticeAnswer],
            ),
            is_to_tell=tells_her and notice.id not in done[NoticeTalk],
            calls=tuple(calls.get(notice.id, [])),
        )


def _about(
    db: Session, model: type[NoticeReceipt | NoticeAnswer | NoticeTalk], ids: Sequence[UUID]
) -> set[UUID]:
    """About which of these notices somebody of the own service did it: of what came, nobody else does."""
    return set(db.scalars(select(model.notice_id).where(model.notice_id.in_(ids)))) if ids else set()


def _is_open(space: Standing, notice: ImmediateNotice) -> bool:
    """Do both services read it now? While an emergency is asked for, what was sent since then."""
    if space.is_open:
        return True
    sent = notice.item.released_at or notice.item.created_at
    return space.asked is not None and space.asked.created_at <= sent


def state_of(item: JointItem, hours: int, *, is_read: bool, is_answered: bool) -> State:
    """How a notice stands now."""
    if item.released_at is None:
        return State.REFUSED if item.withdrawn_at else State.WAITING
    if item.withdrawn_at is not None:
        return State.TAKEN_BACK
    if item.has_ended:
        return State.ENDED
    if is_answered:
        return State.ANSWERED
    now = clock.now()
    if not is_read:
        is_late = now > notice_times.read_by(item.released_at, hours)
        return State.UNREAD_LATE if is_late else State.UNREAD
    is_late = now > notice_times.answer_by(item.released_at, hours)
    return State.UNANSWERED_LATE if is_late else State.READ


@dataclass(frozen=True)
class _Beside:
    """What hangs on notices, by their ids: in one statement for each kind."""

    receipts: dict[UUID, list[tuple[NoticeReceipt, str]]]
    answers: dict[UUID, list[tuple[NoticeAnswer, str]]]
    calls: dict[UUID, list[tuple[NoticeCall, str]]]
    talks: dict[UUID, list[tuple[NoticeTalk, str]]]
    opened: dict[UUID, list[tuple[str, date]]]

    @classmethod
    def of(cls, db: Session, actor: Actor, case_id: UUID, ids: Sequence[UUID]) -> "_Beside":
        return cls(
            receipts=_named(db, NoticeReceipt, access.visible_notice_receipts(actor), ids),
            answers=_named(db, NoticeAnswer, access.visible_notice_answers(actor), ids),
            calls=_named(db, NoticeCall, access.visible_notice_calls(actor), ids),
            talks=_named(db, NoticeTalk, access.visible_notice_talks(actor), ids),
            opened=_opened(db, actor, case_id) if ids else {},
        )


def _named(
    db: Session, model: type[R], statement: Select[R], ids: Sequence[UUID]
) -> dict[UUID, list[tuple[R, str]]]:
    """What hangs on these notices, oldest first, each with the name of who did it."""
    found: dict[UUID, list[tuple[R, str]]] = defaultdict(list)
    if not ids:
        return found
    rows = (
        statement.where(model.notice_id.in_(ids))
        .join(Person, Person.id == model.person_id)
        .order_by(model.created_at)
        .add_columns(Person.name)
    )
    for record, name in db.execute(rows):
        found[record.notice_id].append((record, name))
    return found


def _opened(db: Session, actor: Actor, case_id: UUID) -> dict[UUID, list[tuple[str, date]]]:
    """Who of elsewhere looked at a notice: the day alone, as of everything that is shared."""
    statement = (
        access.visible_reads(actor)
        .join(Person, Person.id == Event.person_id)
        .where(
            Event.case_id == case_id,
            Event.kind == EventKind.READ,
            Event.subject == SUBJECT,
            Event.service_id != actor.service_id,
        )
        .order_by(Event.created_at)
        .with_only_columns(Event.subject_id, Person.name, Event.created_at)
    )
    found: dict[UUID, list[tuple[str, date]]] = defaultdict(list)
    for notice_id, name, at in db.execute(statement):
        if (name, clock.day(at)) not in found[notice_id]:
            found[notice_id].append((name, clock.day(at)))
    return found


def _noticed(
    actor: Actor, notice: ImmediateNotice, author: str, beside: _Beside, *, is_open: bool
) -> Noticed:
    item, hours = notice.item, notice.answer_hours
    is_ours = item.service_id == actor.service_id
    side = actor.kind if is_ours else _other(actor.kind)
    receipts = beside.receipts.get(notice.id, [])
    answers = beside.answers.get(notice.id, [])
    came = item.released_at
    state = state_of(item, hours, is_read=bool(receipts), is_answered=bool(answers))
    if not is_open and state not in _NOT_READ:
        state = State.CLOSED
    return Noticed(
        notice=notice,
        said=notice_texts.read(item.text),
        shown=joint_items.shown(item, side),
        author=author,
        is_ours=is_ours,
        state=state,
        read_by=notice_times.read_by(came, hours) if came else None,
        answer_by=notice_times.answer_by(came, hours) if came else None,
        receipts=tuple(By(name, one.created_at) for one, name in receipts),
        is_read_by_me=any(one.person_id == actor.person_id for one, _ in receipts),
        answers=tuple(answers),
        calls=tuple(beside.calls.get(notice.id, [])),
        talks=tuple(beside.talks.get(notice.id, [])),
        opened=tuple(beside.opened.get(notice.id, [])) if is_ours else (),
    )


def _other(side: ServiceKind) -> ServiceKind:
    return ServiceKind.PP if side is ServiceKind.VSS else ServiceKind.VSS
