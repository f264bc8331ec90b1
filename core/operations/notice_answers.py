"""What people do with a notice that came, or that lies unread: read it, answer it, telephone, tell her."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, find, require
from core.content import immediate_notices as content
from core.content.immediate_notices import ImmediateNotices
from core.errors import Invalid, NotFound
from core.models import (
    Case,
    ImmediateNotice,
    NoticeAnswer,
    NoticeCall,
    NoticeReceipt,
    NoticeTalk,
)
from core.operations import cases, identifying, notice_texts, own_files, path_entries
from core.text import line, text

LONGEST_ANSWER = 1000
LONGEST_NOTE = 500


def confirm_read(db: Session, actor: Actor, notice_id: UUID) -> NoticeReceipt:
    """Say that one has read a notice of the other service; it sees who and when. Once said it stays.

    Raises NotFound for a notice of the own service: nobody confirms their own.
    """
    require(actor, Permission.ANSWER_NOTICE)
    notice, case = _received(db, actor, notice_id)
    mine = select(NoticeReceipt).where(
        NoticeReceipt.notice_id == notice.id, NoticeReceipt.person_id == actor.person_id
    )
    if (found := db.scalar(mine)) is not None:
        return found
    receipt = NoticeReceipt(notice_id=notice.id, service_id=actor.service_id, person_id=actor.person_id)
    db.add(receipt)
    db.flush()
    audit.record(db, actor, "confirm_read", receipt, case_id=case.id)
    return receipt


def answer(
    db: Session, actor: Actor, notice_id: UUID, *, decisions: Sequence[str], words: str = ""
) -> NoticeAnswer:
    """Say what the own service does now; who answers has read it. Both services read the answer."""
    require(actor, Permission.ANSWER_NOTICE)
    notice, case = _received(db, actor, notice_id)
    known = [one.id for one in content.load().decisions]
    if not decisions or not set(decisions) <= set(known):
        raise Invalid("error.cooperation.choose", field="decisions")
    said = text(words, field="words", required=False, longest=LONGEST_ANSWER)
    identifying.require_nameless(db, actor, case.id, words=said)
    confirm_read(db, actor, notice.id)
    given = NoticeAnswer(
        notice_id=notice.id,
        service_id=actor.service_id,
        person_id=actor.person_id,
        decisions="\n".join(one for one in known if one in decisions),
        text=said,
    )
    db.add(given)
    db.flush()
    audit.record(db, actor, "answer", given, case_id=case.id)
    return given


def record_call(
    db: Session,
    actor: Actor,
    notice_id: UUID,
    *,
    called_at: datetime | None,
    whom: str,
    was_reached: bool,
    note: str = "",
) -> NoticeCall:
    """Write down that one telephoned about a notice that both services read, or did until the agreement ended.

    For the own service alone. A manager may, of a notice that nobody of their service has read, without working on the case.
    """
    require(actor, Permission.RECORD_CALL)
    notice = find(db, _called_about(actor), notice_id)
    if called_at is None:
        raise Invalid("error.no_date", field="called_at")
    if called_at > clock.now():
        raise Invalid("error.in_the_future", field="called_at")
    is_ours = notice.item.service_id == actor.service_id
    known_at = notice.item.released_at or notice.created_at
    if is_ours:  # who is in a hurry telephones first and writes the notice after
        on = notice_texts.read(notice.item.text).happened_on
        known_at = clock.moment(on) if on else notice.created_at
    if called_at < known_at.replace(second=0, microsecond=0):
        raise Invalid("error.notice.before", field="called_at")
    call = NoticeCall(
        notice_id=notice.id,
        case_id=notice.item.case_id,
        service_id=actor.service_id,
        person_id=actor.person_id,
        called_at=called_at,
        whom=line(whom, field="whom"),
        was_reached=was_reached,
        note=text(note, field="note", required=False, longest=LONGEST_NOTE),
    )
    db.add(call)
    db.flush()
    audit.record(db, actor, "telephone", call, case_id=notice.item.case_id)
    return call


def record_talk(
    db: Session,
    actor: Actor,
    notice_id: UUID,
    *,
    happened_on: date | None,
    was_told: bool | None,
    note: str = "",
) -> NoticeTalk:
    """Write into her file that she was told of a notice of the programme, or why she was not.

    Also of one that cannot be read any more, as the agreement has ended since.
    """
    require(actor, Permission.WRITE_FILE)
    own_files.require_hers(actor)
    notice, case = _came(db, actor, notice_id, access.known_notices(actor))
    file = own_files.hers(db, actor, case.id)
    if was_told is None:
        raise Invalid("error.cooperation.choose", field="was_told")
    talk = NoticeTalk(
        notice_id=notice.id,
        file_id=file.id,
        person_id=actor.person_id,
        happened_on=path_entries.past(happened_on, field="happened_on"),
        was_told=was_told,
        note=text(note, field="note", required=not was_told, longest=LONGEST_NOTE),
    )
    db.add(talk)
    db.flush()
    audit.record(db, actor, "tell_her", talk, case_id=case.id)
    return talk


def decided(given: NoticeAnswer, lists: ImmediateNotices) -> list[str]:
    """What an answer says, in the words of the content."""
    keys = given.decisions.split("\n")
    return [one.title for one in lists.decisions if one.id in keys]


def _received(db: Session, actor: Actor, notice_id: UUID) -> tuple[ImmediateNotice, Case]:
    return _came(db, actor, notice_id, access.received_notices(actor))


def _came(
    db: Session, actor: Actor, notice_id: UUID, among: Select[ImmediateNotice]
) -> tuple[ImmediateNotice, Case]:
    """Raises NotFound for a notice of the own service, and for one that is not among these."""
    notice = find(db, among.options(joinedload(ImmediateNotice.item)), notice_id)
    if notice.item.service_id == actor.service_id:
        raise NotFound
    return notice, cases.find(db, actor, notice.item.case_id)


def _called_about(actor: Actor) -> Select[ImmediateNotice]:
    ids = [
        statement(actor).with_only_columns(ImmediateNotice.id)
        for statement in (access.known_notices, access.unread_notices)
    ]
    return (
        select(ImmediateNotice)
        .where(or_(*(ImmediateNotice.id.in_(one) for one in ids)))
        .options(joinedload(ImmediateNotice.item))
    )
