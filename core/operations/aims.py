"""What a Phase 1 meeting wrote to the five aims, handed on to the record of Phase 1 and corrected there with its minutes."""

import re
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.models import AgendaItem, Meeting, MeetingState, PhasePoint
from core.operations import agendas

_COLUMNS = {"pp_said": "pp_view", "vss_said": "vss_view", "agreed": "decisions", "views_kept": "facts"}


def hand_on(db: Session, meeting: Meeting) -> None:
    """Put what was written into the record of Phase 1; what stood there stays above it."""
    on = clock.day(meeting.takes_place_at)
    for item in meeting.items:
        if not _is_handed_on(item):
            continue
        point = _point(db, meeting, item)
        for field, text in said(item).items():
            if text:
                setattr(point, field, _appended(getattr(point, field), text, on))
        point.written_at = clock.now()
    db.flush()


def correct(db: Session, meeting: Meeting, item: AgendaItem, *, was: Mapping[str, str]) -> None:
    """Let the record of Phase 1 say what the corrected minutes say, in place of what they handed on to it.

    Where people have worded that anew in the record, or another meeting says the same, the corrected text comes under it.
    """
    now = said(item)
    if not _is_handed_on(item) or now == was:
        return
    point, on = _point(db, meeting, item), clock.day(meeting.takes_place_at)
    for field, text in now.items():
        known, before = getattr(point, field), was[field]
        if text == before:
            continue
        corrected = None
        if before and not _is_said_elsewhere(db, meeting, item, field, before):
            corrected = _replaced(known, before, text, on)
        if corrected is None:
            corrected = _appended(known, text, on) if text else known
            point.written_at = clock.now()
        setattr(point, field, corrected)
    db.flush()


def said(item: AgendaItem) -> dict[str, str]:
    """What an item says, by the field of the record that takes it."""
    return {field: getattr(item, column) for field, column in _COLUMNS.items()}


def _is_handed_on(item: AgendaItem) -> bool:
    return item.is_reached and any(aim.is_aim and aim.id == item.key for aim in agendas.kinds().items)


def _point(db: Session, meeting: Meeting, item: AgendaItem) -> PhasePoint:
    statement = select(PhasePoint).where(
        PhasePoint.cooperation_id == meeting.cooperation_id, PhasePoint.point == item.key
    )
    point = db.scalars(statement).one_or_none()
    if point is None:
        point = PhasePoint(cooperation_id=meeting.cooperation_id, point=item.key)
        db.add(point)
    return point


def _is_said_elsewhere(db: Session, meeting: Meeting, item: AgendaItem, field: str, text: str) -> bool:
    """Does another meeting of both teams say the same? The record holds it once for both."""
    statement = (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            Meeting.cooperation_id == meeting.cooperation_id,
            Meeting.id != meeting.id,
            Meeting.state.in_([MeetingState.CLOSED, MeetingState.AGREED]),
            AgendaItem.key == item.key,
            AgendaItem.is_reached,
            getattr(AgendaItem, _COLUMNS[field]) == text,
        )
    )
    return db.scalar(statement.limit(1)) is not None


def _replaced(known: str, was: str, now: str, on: date) -> str | None:
    """The record with the passage of a meeting worded anew; None where it does not stand there as the meeting wrote it."""
    framed = f"\n\n{known}\n\n"
    for day in (f"{on.isoformat()}: ", ""):
        passage = f"\n\n{day}{was}\n\n"
        if framed.count(passage) == 1:
            return framed.replace(passage, f"\n\n{day}{now}\n\n" if now else "\n\n").strip("\n")
    return None


def _appended(known: str, said: str, on: date) -> str:
    """What stood there, and under it what the meeting wrote, with its day; once where it says the same."""
    if not known:
        return said
    dated = re.compile(rf"\n\n(\d{{4}}-\d\d-\d\d: )?{re.escape(said)}\n\n")
    # Whole, as a meeting wrote it, and no part of a longer one: "the school" is not said by "not in the school".
    if not said or dated.search(f"\n\n{known}\n\n"):
        return known
    return f"{known}\n\n{on.isoformat()}: {said}"
