"""How a meeting of the example is held: everybody at the table, each item written, closed, and agreed."""

from dataclasses import dataclass
from uuid import UUID

from core.content.meeting_kinds import Entry
from core.demo.stage import Stage, words
from core.models import Meeting
from core.operations import meetings, minutes, presences, tables
from core.operations.item_entries import entries_of
from core.operations.presences import Presence


@dataclass(frozen=True)
class Agreed:
    """Who agrees to the minutes, and on which day."""

    key: str
    days: int
    hour: int = 9


def sit(stage: Stage, key: str, meeting_id: UUID, *, absent: tuple[str, ...] = ()) -> Meeting:
    """Begin the table; each person on the list is there and confirms the declaration."""
    actor, db = stage.actors[key], stage.db
    tables.begin(db, actor, meeting_id)
    meeting = meetings.find(db, actor, meeting_id)
    away = set(stage.person(*absent))
    presence = Presence.REMOTE if meeting.is_remote else Presence.IN_PERSON
    for attendance in meeting.attendances:
        if attendance.person_id in away:
            continue
        presences.attend(db, actor, attendance.id, presence=presence, version=attendance.version)
        presences.declare(db, actor, attendance.id)
        if meeting.is_remote:
            presences.check_room(db, actor, attendance.id, is_private=True)
    return meeting


def write_items(stage: Stage, key: str, meeting: Meeting) -> None:
    """Go through the agenda and write what the example says to each item."""
    actor, db = stage.actors[key], stage.db
    for item in meeting.items:
        tables.go_to(db, actor, meeting.id, position=item.position)
        for entry in entries_of(item):
            text = words().get(f"{meeting.kind}.{item.key}.{entry}", "")
            if text:
                tables.write_item(db, actor, item.id, entry=entry, text=text, seen="")


def agree(stage: Stage, meeting_id: UUID, *agreed: Agreed) -> None:
    """Agree to the newest minutes, each side on its day."""
    for one in agreed:
        actor = stage.actors[one.key]
        with stage.on(one.days, one.hour):
            number = minutes.of_meeting(stage.db, actor, meeting_id).latest.number
            minutes.agree(stage.db, actor, meeting_id, number=number)


def correct(stage: Stage, key: str, meeting_id: UUID, *, item: str, entry: Entry, text: str) -> None:
    """Correct one entry of the minutes."""
    view = minutes.of_meeting(stage.db, stage.actors[key], meeting_id)
    item_id = next(one.id for one in view.meeting.items if one.key == item)
    minutes.correct(
        stage.db,
        stage.actors[key],
        meeting_id,
        item_id=item_id,
        texts_of={entry: text},
        number=view.latest.number,
    )
