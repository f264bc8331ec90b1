"""The minutes of a generated meeting, as the table would have written them at its end."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.content import meeting_kinds
from core.content.meeting_kinds import Entry
from core.models import AgendaItem, Attendance, Case, Meeting, Minutes, ServiceKind
from core.operations.item_entries import COLUMNS, entries_of
from core.operations.presences import Presence


@dataclass(frozen=True)
class Worker:
    """Somebody at a generated table."""

    name: str
    service: str
    side: ServiceKind


def of(case: Case, meeting: Meeting, workers: Mapping[UUID, Worker], *, made_at: datetime) -> Minutes:
    """The first version of the minutes."""
    content = _content(case, meeting, workers, made_at)
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    chair = meeting.chair_id or meeting.created_by
    return Minutes(
        meeting_id=meeting.id, number=1, content=content, digest=digest, made_by=chair, created_at=made_at
    )


def _content(
    case: Case, meeting: Meeting, workers: Mapping[UUID, Worker], made_at: datetime
) -> dict[str, Any]:
    # Written as plain data: thousands of these pass the checks of the real minutes only where one is read.
    kinds = meeting_kinds.load()
    return {
        "code": case.code,
        "kind": meeting.kind,
        "kind_title": kinds.kind(meeting.kind).title,
        "planned_at": meeting.planned_at.isoformat(),
        "started_at": meeting.planned_at.isoformat(),
        "closed_at": made_at.isoformat(),
        "is_remote": False,
        "place": meeting.place,
        "chair": workers[meeting.chair_id or meeting.created_by].name,
        "minute_taker": "",
        "is_consultation": False,
        "purpose": kinds.purpose_line,
        "declaration": list(kinds.declaration),
        "people": [_attended(attendance, workers) for attendance in meeting.attendances],
        "items": [
            {
                "item_id": str(item.id),
                "key": item.key,
                "title": item.title,
                "is_reached": True,
                "texts": {entry.value: _written(item, entry) for entry in entries_of(item)},
            }
            for item in meeting.items
        ],
        "last_actions": [],
        "new_actions": [],
        "next_meeting_at": None,
        "next_meeting_kind": "",
        "sides": [str(attendance.service_id) for attendance in meeting.attendances],
    }


def _written(item: AgendaItem, entry: Entry) -> str:
    return str(getattr(item, COLUMNS[entry]))


def _attended(attendance: Attendance, workers: Mapping[UUID, Worker]) -> dict[str, Any]:
    worker = workers[attendance.person_id]
    return {
        "attendance_id": str(attendance.id),
        "name": worker.name,
        "service_id": str(attendance.service_id),
        "service": worker.service,
        "side": worker.side.value,
        "roles": ["case_manager"],
        "presence": Presence.IN_PERSON.value,
        "declared_at": attendance.declared_at.isoformat() if attendance.declared_at else None,
        "is_room_private": None,
        "conflict_of_interest": "",
        "left_early": False,
        "apology": "",
    }
