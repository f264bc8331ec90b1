"""Preparing the agenda of a meeting that has not begun: adding an item, wording, timing, ordering and removing it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, text
from core.access import Actor, require_version
from core.errors import Invalid, NotFound
from core.models import AgendaItem, Meeting
from core.operations import agendas, meeting_frames, meetings

LONGEST_TITLE = 120
LONGEST_MINUTES = 120
_LAST = "closing"


def add(
    db: Session, actor: Actor, meeting_id: UUID, *, title: str, minutes: int, is_recurring: bool = False
) -> AgendaItem:
    """Put an item on the agenda, before the closing item; a recurring one comes back on each next agenda."""
    meeting = _open(db, actor, meeting_id)
    item = AgendaItem(
        position=0,
        title=_title(db, actor, meeting, title),
        minutes=_minutes(minutes),
        is_recurring=is_recurring,
    )
    ends_with_closing = bool(meeting.items) and meeting.items[-1].key == _LAST
    meeting.items.insert(len(meeting.items) - ends_with_closing, item)
    _keep(db, actor, meeting)
    return item


def revise(
    db: Session,
    actor: Actor,
    meeting_id: UUID,
    item_id: UUID,
    *,
    title: str,
    minutes: int,
    is_recurring: bool,
    version: int,
) -> AgendaItem:
    """Change the words of an item, its time, and whether it comes back."""
    meeting = _open(db, actor, meeting_id)
    item = _item(meeting, item_id)
    require_version(item, version)
    if title != item.title:
        if not item.key:
            # Under its old words it would come a second time; what the protocol names is known by its key.
            agendas.take_off(db, meeting, item)
        item.title = _title(db, actor, meeting, title)
        item.is_by_itself = False
    item.minutes = _minutes(minutes)
    item.is_recurring = is_recurring
    _keep(db, actor, meeting)
    return item


def shift(db: Session, actor: Actor, meeting_id: UUID, item_id: UUID, *, earlier: bool) -> AgendaItem:
    """Let an item change places with the one before it or after it; at the end of the agenda it stays."""
    meeting = _open(db, actor, meeting_id)
    item = _item(meeting, item_id)
    place = meeting.items.index(item)
    to = place - 1 if earlier else place + 1
    if 0 <= to < len(meeting.items):
        meeting.items.remove(item)
        meeting.items.insert(to, item)
        _keep(db, actor, meeting)
    return item


def remove(db: Session, actor: Actor, meeting_id: UUID, item_id: UUID) -> Meeting:
    """Take an item off the agenda; what was left over of earlier meetings comes back by itself no more."""
    meeting = _open(db, actor, meeting_id)
    item = _item(meeting, item_id)
    agendas.take_off(db, meeting, item)
    meeting.items.remove(item)
    _keep(db, actor, meeting)
    return meeting


@access.of_case_of(Meeting)
def waiting(db: Session, actor: Actor, meeting_id: UUID) -> list[AgendaItem]:
    """What people had put on other agendas, is left over, and does not stand on this one."""
    return agendas.waiting(db, meetings.find(db, actor, meeting_id))


def take_on(db: Session, actor: Actor, meeting_id: UUID, left_id: UUID) -> AgendaItem:
    """Put on the agenda what is left over and does not come by itself, as where somebody of another agency is invited."""
    meeting = _open(db, actor, meeting_id)
    item = agendas.take_on(db, meeting, left_id)
    meeting_frames.nameless(db, actor, meeting.case_id, title=item.title)
    _keep(db, actor, meeting)
    return item


def _open(db: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The meeting, with its agenda held against a second person who orders it in the same moment."""
    db.execute(select(Meeting.id).where(Meeting.id == meeting_id).with_for_update())
    return meetings.find_unbegun(db, actor, meeting_id)


def _item(meeting: Meeting, item_id: UUID) -> AgendaItem:
    for item in meeting.items:
        if item.id == item_id:
            return item
    raise NotFound


def _keep(db: Session, actor: Actor, meeting: Meeting) -> None:
    """The invitation lists the agenda: where it was sent, its next copy carries a higher number."""
    agendas.renumber(meeting)
    if meeting.invited_at is not None:
        meeting.sequence += 1
    db.flush()
    audit.record(db, actor, "agenda_changed", meeting, case_id=meeting.case_id)


def _title(db: Session, actor: Actor, meeting: Meeting, title: str) -> str:
    typed = text.line(title, field="title", longest=LONGEST_TITLE)
    meeting_frames.nameless(db, actor, meeting.case_id, title=typed)
    return typed


def _minutes(minutes: int | None) -> int:
    if minutes is None or not 1 <= minutes <= LONGEST_MINUTES:
        raise Invalid("error.meeting.minutes", field="minutes")
    return minutes
