"""What the other service put where this one could read it, with all that was corrected since: it was read before that."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.models import (
    Action,
    ActionChange,
    Addendum,
    AgendaItem,
    Attendance,
    Closing,
    ClosingText,
    HandedAnswer,
    HandedIn,
    ImmediateNotice,
    JointItem,
    Meeting,
    MeetingMove,
    Minutes,
    NoticeAnswer,
    OutsideResult,
    Person,
    RiskAssessment,
    RiskLevel,
    ServiceKind,
    Settlement,
)
from core.operations import item_entries, joint_items, minutes_contents, notice_texts
from core.operations.minutes_contents import Content

#: A source, a title or an apology of fewer words is said by chance: "the police", "on leave".
_LONG: Final = 4
_SIDES: Final = {entry.value: side for entry, side in item_entries.SIDES.items()}
#: What a correction of minutes changes and people type; the names of a chair or a term are none of it.
_TYPED: Final = frozenset({"minutes.apology", "document.minutes.need", "document.minutes.action"})


def texts(db: Session, actor: Actor, case_id: UUID) -> Iterator[str]:
    """What the other service put where this one can read it."""
    items = select(JointItem).where(
        JointItem.case_id == case_id,
        JointItem.service_id != actor.service_id,
        JointItem.released_at.is_not(None),
        JointItem.withdrawn_at.is_(None),
    )
    for item in db.scalars(items):
        if item.topic == joint_items.IMMEDIATE_NOTICE:
            said = notice_texts.read(item.text)
            yield from (said.facts, said.done, said.asked)
        else:
            yield item.text
        yield from _long(item.source)
    told = (
        select(NoticeAnswer.text)
        .join(ImmediateNotice, ImmediateNotice.id == NoticeAnswer.notice_id)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .where(JointItem.case_id == case_id, NoticeAnswer.service_id != actor.service_id)
    )
    yield from db.scalars(told)
    view = AgendaItem.vss_view if actor.kind is ServiceKind.PP else AgendaItem.pp_view
    table = (
        select(view, AgendaItem.facts, AgendaItem.decisions)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Meeting.case_id == case_id)
    )
    for row in db.execute(table):
        yield from row
    answers = (
        select(HandedAnswer)
        .join(HandedIn, HandedIn.id == HandedAnswer.handed_in_id)
        .join(RiskAssessment, RiskAssessment.id == HandedIn.assessment_id)
        .join(JointItem, JointItem.id == HandedIn.item_id)
        .where(
            RiskAssessment.case_id == case_id, HandedIn.service_id != actor.service_id, access.was_laid_open()
        )
    )
    for answer in db.scalars(answers):
        yield from (answer.told_by, answer.note)
    yield from _of_the_minutes(db, actor, case_id)
    yield from _of_the_plan(db, actor, case_id)
    yield from _of_the_frame(db, actor, case_id)
    for statement in _written_together(actor, case_id):
        for words in db.execute(statement):
            yield from words


def _written_together(actor: Actor, case_id: UUID) -> Iterator[Select[*tuple[str, ...]]]:
    """What people of the other service typed into what both hold: danger, plan, later remarks, the end of the case."""
    own = select(Person.id).where(Person.service_id == actor.service_id)
    of_case = RiskAssessment.case_id == case_id
    yield select(ClosingText.text).where(
        ClosingText.case_id == case_id, ClosingText.service_id != actor.service_id
    )
    yield select(Closing.lacking).where(Closing.case_id == case_id, Closing.service_id != actor.service_id)
    yield (
        select(RiskLevel.reason, RiskLevel.below_reason)
        .join(RiskAssessment, RiskAssessment.id == RiskLevel.assessment_id)
        .where(of_case, RiskLevel.service_id != actor.service_id)
    )
    yield (
        select(OutsideResult.instrument, OutsideResult.done_by, OutsideResult.result)
        .join(RiskAssessment, RiskAssessment.id == OutsideResult.assessment_id)
        .where(of_case, OutsideResult.service_id != actor.service_id, RiskAssessment.opened_at.is_not(None))
    )
    yield (
        select(Settlement.note)
        .join(RiskAssessment, RiskAssessment.id == Settlement.assessment_id)
        .where(of_case, Settlement.settled_by.not_in(own))
    )
    yield (
        select(Addendum.text)
        .join(Meeting, Meeting.id == Addendum.meeting_id)
        .where(Meeting.case_id == case_id, Addendum.author_id.not_in(own))
    )
    yield select(Action.need, Action.text, Action.reason).where(
        Action.case_id == case_id, Action.created_by.not_in(own)
    )


def _of_the_minutes(db: Session, actor: Actor, case_id: UUID) -> Iterator[str]:
    """Of every version what is the other side's or both's; of what only our side words, what the other one corrected."""
    versions = (
        select(Minutes, Person.service_id)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .join(Person, Person.id == Minutes.made_by)
        .where(Meeting.case_id == case_id)
        .order_by(Minutes.meeting_id, Minutes.number)
    )
    before: dict[UUID, Content] = {}
    for minutes, service_id in db.execute(versions):
        content = minutes_contents.read(minutes)
        for item in content.items:
            yield from (text for entry, text in item.texts.items() if _SIDES.get(entry) is not actor.kind)
        for person in content.people:
            if person.service_id != actor.service_id:
                yield from _long(person.apology, person.conflict_of_interest)
        if service_id != actor.service_id and minutes.meeting_id in before:
            changed = minutes_contents.changes(before[minutes.meeting_id], content)
            yield from (now for _, part, _, now in changed if part.startswith("entry.") or part in _TYPED)
        before[minutes.meeting_id] = content


def _of_the_plan(db: Session, actor: Actor, case_id: UUID) -> Iterator[str]:
    """What people of the other service ever made of an action; each change holds the whole row, also what it left."""
    changes = (
        select(ActionChange, Person.service_id)
        .join(Action, Action.id == ActionChange.action_id)
        .join(Person, Person.id == ActionChange.person_id)
        .where(Action.case_id == case_id)
        .order_by(ActionChange.created_at)
    )
    before: dict[UUID, set[str]] = {}
    for change, service_id in db.execute(changes):
        said = {change.need, change.text, change.reason}
        if service_id != actor.service_id:
            yield from said - before.get(change.action_id, set())
        before[change.action_id] = said


def _of_the_frame(db: Session, actor: Actor, case_id: UUID) -> Iterator[str]:
    """What stands around a meeting: points that somebody added, why somebody is away, why it was put off."""
    own = select(Person.id).where(Person.service_id == actor.service_id)
    of_case = Meeting.case_id == case_id
    # Who added a point is not kept with it: like facts and decisions it is both's.
    statements: tuple[Select[*tuple[str, ...]], ...] = (
        select(AgendaItem.title)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(of_case, AgendaItem.key == ""),
        select(Attendance.apology, Attendance.conflict_of_interest)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(of_case, Attendance.service_id != actor.service_id),
        select(MeetingMove.reason)
        .join(Meeting, Meeting.id == MeetingMove.meeting_id)
        .where(of_case, MeetingMove.moved_by.not_in(own)),
        select(Meeting.bring, Meeting.reason).where(of_case, Meeting.created_by.not_in(own)),
    )
    for statement in statements:
        for row in db.execute(statement):
            yield from _long(*row)


def _long(*texts: str) -> Iterator[str]:
    """Those that are long enough to be somebody's own words."""
    return (text for text in texts if len(text.split()) >= _LONG)
