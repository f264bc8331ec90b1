"""What waits for a person of notices: to read, to answer, to send, to tell her; and what lies unread past its time.

Nothing of it is sent to anybody: it stands on the page Today until somebody has done it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, clock
from core.access import Actor, Permission
from core.models import (
    Assignment,
    Case,
    Duty,
    Event,
    ImmediateNotice,
    JointItem,
    NoticeAnswer,
    NoticeCall,
    NoticeReceipt,
    NoticeTalk,
    Person,
    Role,
    Service,
    ServiceKind,
)
from core.operations import notice_boards, notice_paths, notice_texts, notice_times
from core.operations.notice_boards import State

_MOST = 20
#: What is older than this is history, and calls nobody any more.
LOOK_BACK = timedelta(days=90)
#: So long an answer is news; then it stands on the page of the case as everything else.
NEWS_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Waits:
    """Something of a notice that waits for a person: a key of the words, the case, and its time."""

    key: str
    case: Case
    at: datetime | None = None
    is_urgent: bool = False
    #: Empty where the person may know of it and not read it.
    page: str = "notices"
    #: What it is about, for whoever may read it: two of one case are told apart.
    about: str = ""


@dataclass(frozen=True)
class Unread:
    """A notice that lies unread past its time, for a manager: where, since when, and whose it is."""

    notice: ImmediateNotice
    case: Case
    read_by: datetime
    #: Who of the own service works on the case, with their telephone.
    colleagues: tuple[tuple[str, str], ...]
    #: The telephone of the own service for emergencies: of who is on duty now, else the usual one.
    duty_phone: str = ""
    #: The joint space has closed since: nobody of the own service can read it any more.
    is_behind: bool = False


@dataclass(frozen=True)
class UnderWay:
    """The notices of one case that an end would lose."""

    #: Nobody of the service that it went to has read it. Both services know of it.
    is_unread: bool
    #: It waits for a second person of the own service. The other one knows nothing of it.
    is_waiting: bool


def under_way(db: Session, actor: Actor, case_id: UUID) -> UnderWay:
    """Is a notice of the case on its way, as far as the actor may know?"""
    live = (JointItem.case_id == case_id, JointItem.withdrawn_at.is_(None), ~JointItem.has_ended)
    unread = (
        access.joint_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .where(*live, JointItem.released_at.is_not(None), ~_is_read())
        .with_only_columns(ImmediateNotice.id)
    )
    waits = (
        access.own_joint_items(actor)
        .where(*live, JointItem.released_at.is_(None), JointItem.topic == access.IMMEDIATE_NOTICE)
        .with_only_columns(JointItem.id)
    )
    return UnderWay(
        is_unread=db.scalar(unread.limit(1)) is not None, is_waiting=db.scalar(waits.limit(1)) is not None
    )


def waiting(db: Session, actor: Actor) -> list[Waits]:
    """What waits for this person today, what came first and is unread at the top."""
    found = [*_unconfirmed(db, actor), *_of_notices(db, actor), *_of_paths(db, actor)]
    return sorted(found, key=lambda one: not one.is_urgent)[:_MOST]


def to_answer(db: Session, actor: Actor, case: Case) -> list[Waits]:
    """What came in one case and is to be read or answered, unread first."""
    if not access.may(actor, Permission.ANSWER_NOTICE):
        return []
    statement = _unanswered(actor).where(
        JointItem.case_id == case.id, JointItem.released_at > clock.now() - LOOK_BACK
    )
    found: list[Waits] = []
    for notice, is_read in db.execute(statement):
        state = notice_boards.state_of(notice.item, notice.answer_hours, is_read=is_read, is_answered=False)
        found += _came(actor, notice, case, state, is_told=True)
    return sorted(found, key=lambda one: not one.key.startswith("read"))


@access.kept
def _unanswered(actor: Actor) -> Select[ImmediateNotice, bool]:
    """What came and nobody has answered, the oldest first, with whether it was read."""
    return (
        access.notices_that_came(actor)
        .where(~_answered().exists())
        .order_by(JointItem.released_at)
        .add_columns(_is_read())
    )


def unread(db: Session, actor: Actor) -> list[Unread]:
    """What lies unread past its time in the manager's service, and about which nobody of it was reached."""
    if not actor.has(Role.MANAGER):
        return []
    statement = (
        access.unread_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .join(Case, Case.id == JointItem.case_id)
        .where(
            ~_reached(actor).exists(),
            or_(~access.is_behind_the_end(), JointItem.released_at > clock.now() - LOOK_BACK),
        )
        .options(joinedload(ImmediateNotice.item))
        .order_by(JointItem.released_at)
        .add_columns(Case, access.is_behind_the_end())
    )
    late = [
        (notice, case, by, is_behind)
        for notice, case, is_behind in db.execute(statement)
        if (by := _read_by(notice)) is not None and by < clock.now()
    ][:_MOST]
    people = _colleagues(db, actor, {case.id for _, case, _, _ in late})
    phone = _duty_phone(db, actor) if late else ""
    return [
        Unread(notice, case, by, tuple(people[case.id]), phone, is_behind)
        for notice, case, by, is_behind in late
    ]


def _of_notices(db: Session, actor: Actor) -> Iterator[Waits]:
    """What came and what was sent, as both services read it now: in one statement, and one for what was answered."""
    answered: dict[UUID, Waits] = {}
    statement = _told(actor).where(JointItem.released_at > clock.now() - LOOK_BACK)
    for notice, case, is_open, is_read, is_answered, is_told, is_reached in db.execute(statement):
        state = notice_boards.state_of(
            notice.item, notice.answer_hours, is_read=is_read, is_answered=is_answered
        )
        if not is_open:
            yield from _behind(actor, notice, case, state, is_told=is_told, is_reached=is_reached)
            continue
        about = notice_texts.trigger_of(notice_texts.read(notice.item.text)).title
        if notice.item.service_id != actor.service_id:
            waits = _came(actor, notice, case, state, is_told=is_told)
        elif state is State.ANSWERED:
            answered[notice.id] = Waits("answered", case, about=about)
            continue
        elif not is_reached and access.may(actor, Permission.RECORD_CALL):
            waits = _went(notice, case, state)
        else:
            continue
        yield from (replace(one, about=about) for one in waits)
    yield from (answered[one] for one in _unseen_answers(db, actor, answered))


def _unseen_answers(db: Session, actor: Actor, notices: Collection[UUID]) -> list[UUID]:
    """To which of these notices of the own service an answer came at which this person has not looked."""
    if not notices:
        return []
    seen = exists().where(
        Event.person_id == actor.person_id,
        Event.subject_id == NoticeAnswer.notice_id,
        Event.act == "read_answer",
        Event.created_at >= NoticeAnswer.created_at,
    )
    statement = select(NoticeAnswer.notice_id).where(
        NoticeAnswer.notice_id.in_(notices), NoticeAnswer.created_at > clock.now() - NEWS_FOR, ~seen
    )
    return list(db.scalars(statement.distinct()))


def _came(
    actor: Actor, notice: ImmediateNotice, case: Case, state: State, *, is_told: bool
) -> Iterator[Waits]:
    """To read, to answer, to tell her."""
    if not access.may(actor, Permission.ANSWER_NOTICE):
        return
    late = "_late" if state in {State.UNREAD_LATE, State.UNANSWERED_LATE} else ""
    if state in {State.UNREAD, State.UNREAD_LATE}:
        yield Waits(f"read{late}", case, _read_by(notice), is_urgent=True)
        return
    if state in {State.READ, State.UNANSWERED_LATE}:
        yield Waits(f"answer{late}", case, _answer_by(notice), is_urgent=bool(late))
    if not is_told:
        yield from _to_tell(actor, notice, case, "tell_her")


def _went(notice: ImmediateNotice, case: Case, state: State) -> Iterator[Waits]:
    """What the other service has not read, or not answered, though its time is over; until somebody was reached."""
    if state is State.UNREAD_LATE:
        yield Waits("unread", case, _read_by(notice), is_urgent=True)
    elif state is State.UNANSWERED_LATE:
        yield Waits("unanswered", case, _answer_by(notice))


def _behind(
    actor: Actor, notice: ImmediateNotice, case: Case, state: State, *, is_told: bool, is_reached: bool
) -> Iterator[Waits]:
    """What was not done about a notice before the joint space closed: nobody reads it now, so somebody telephones."""
    is_ours = notice.item.service_id == actor.service_id
    sent_at = notice.item.released_at
    if not is_reached and access.may(actor, Permission.RECORD_CALL):
        whose = "ours" if is_ours else "theirs"
        if state in {State.UNREAD, State.UNREAD_LATE}:
            yield Waits(f"{whose}_unread_behind", case, sent_at, is_urgent=True)
        elif state in {State.READ, State.UNANSWERED_LATE}:
            yield Waits(f"{whose}_unanswered_behind", case, sent_at)
    if not is_ours and not is_told and access.may(actor, Permission.ANSWER_NOTICE):
        yield from _to_tell(actor, notice, case, "tell_her_behind", sent_at)


def _to_tell(
    actor: Actor, notice: ImmediateNotice, case: Case, key: str, at: datetime | None = None
) -> Iterator[Waits]:
    """She has to be told of such a notice."""
    said = notice_texts.read(notice.item.text)
    if actor.kind is ServiceKind.VSS and notice_texts.trigger_of(said).tells_her:
        yield Waits(key, case, at)


def _unconfirmed(db: Session, actor: Actor) -> Iterator[Waits]:
    """Our notice that nobody of the other service reads, because no second person has confirmed it in time.

    Whoever may confirm it has it among what colleagues ask.
    """
    if actor.kind is not ServiceKind.VSS or not access.is_worker(actor):
        return
    statement = _held_up(actor).where(ImmediateNotice.created_at > clock.now() - LOOK_BACK)
    for notice, case, is_there in db.execute(statement):
        by = notice_times.read_by(notice.created_at, notice.answer_hours)
        is_own = notice.author_id == actor.person_id
        confirms = is_there and not is_own and access.may(actor, Permission.CONFIRM_RELEASE)
        if by < clock.now() and not confirms:
            key = "unconfirmed" if is_own else "unconfirmed_here"
            yield Waits(key, case, by, is_urgent=True, page="notices" if is_own else "")


@access.kept
def _held_up(actor: Actor) -> Select[Any]:
    """The own notices that wait for a second person, the oldest first, with the case and whether the actor works on it."""
    return (
        access.unconfirmed_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .join(Case, Case.id == JointItem.case_id)
        .order_by(ImmediateNotice.created_at)
        .limit(_MOST)
        .add_columns(Case, Case.id.in_(access.visible_case_ids(actor)))
    )


def _of_paths(db: Session, actor: Actor) -> Iterator[Waits]:
    """What on the own paths calls for a notice, and where he came back and nobody wrote down on what."""
    if not access.may(actor, Permission.WRITE_FILE):
        return
    by_case = notice_paths.recent(db, actor, since=clock.today() - LOOK_BACK)
    due = notice_paths.of_paths(db, actor, {case: found.entries for case, found in by_case.items()})
    for case, found in sorted(by_case.items(), key=lambda one: one[0].code):
        if due.get(case.id) and access.may(actor, Permission.SHARE):
            yield Waits("due", case, about=", ".join(one.trigger.title for one in due[case.id]))
        if found.is_undecided:
            yield Waits("reentry", case)


@access.kept
def _told(actor: Actor) -> Select[Any]:
    """The notices of open cases and those that nobody has read, the oldest first.

    Each with its case and whether both services read it now, and it was read, answered, told, called about. Closing
    a case takes no warning off the page of who has not read it, and the end of an agreement none off either's.
    """
    read = _is_read()
    talked = exists().where(NoticeTalk.notice_id == ImmediateNotice.id)
    return (
        access.known_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .join(Case, Case.id == JointItem.case_id)
        .where(or_(Case.closed_on.is_(None), ~read))
        .options(joinedload(ImmediateNotice.item))
        .order_by(JointItem.released_at)
        .add_columns(
            Case,
            access.is_joint_item(actor),
            read,
            _answered().exists(),
            talked,
            _reached(actor).exists(),
        )
    )


def _is_read() -> ColumnElement[bool]:
    """Nobody confirms the reading of a notice of their own service."""
    return exists().where(NoticeReceipt.notice_id == ImmediateNotice.id)


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


def _duty_phone(db: Session, actor: Actor) -> str:
    now = clock.now()
    on_duty = select(Duty.phone).where(
        Duty.service_id == actor.service_id, Duty.from_at <= now, Duty.until_at > now
    )
    found = db.scalar(on_duty.order_by(Duty.from_at).limit(1))
    return found or db.get_one(Service, actor.service_id).duty_phone


def _read_by(notice: ImmediateNotice) -> datetime | None:
    came = notice.item.released_at
    return notice_times.read_by(came, notice.answer_hours) if came else None


def _answer_by(notice: ImmediateNotice) -> datetime | None:
    came = notice.item.released_at
    return notice_times.answer_by(came, notice.answer_hours) if came else None
