"""What the table of a meeting shows of the time behind it: the picture of the case, and the change that both sides read.

On a shared screen it is what everybody who is there reads, as their own pages know them; what was shared with some roles
is on no wall before others. Raises NotFound where one of them may not read the case.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.models import Meeting
from core.operations import changes, pictures, shared_screens
from core.operations.changes import Agreed
from core.operations.pictures import Picture

One = TypeVar("One")


@access.of_case_of(Meeting)
def picture(db: Session, actor: Actor, meeting_id: UUID, *, is_shared: bool) -> Picture | None:
    """The picture of the meeting's case as both services read it; None where it is of no case."""
    meeting = _find(db, actor, meeting_id)
    if meeting.case_id is None:
        return None
    looking = _looking(db, actor, meeting, is_shared=is_shared)
    return _of_all([pictures.of_case(db, each, meeting.case_id, joint_only=True) for each in looking])


@access.of_case_of(Meeting)
def change(db: Session, actor: Actor, meeting_id: UUID, *, is_shared: bool) -> list[Agreed]:
    """The summaries of change that both services read, by time."""
    meeting = _find(db, actor, meeting_id)
    if meeting.case_id is None:
        return []
    looking = _looking(db, actor, meeting, is_shared=is_shared)
    return _in_each([changes.agreed(db, each, meeting.case_id) for each in looking])


def _find(db: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    return access.find(db, access.joint_meetings(actor), meeting_id)


def _looking(db: Session, actor: Actor, meeting: Meeting, *, is_shared: bool) -> list[Actor]:
    there = shared_screens.present(db, meeting.id) if is_shared else []
    return [actor, *(each for each in there if each.person_id != actor.person_id)]


def _of_all(read: Sequence[Picture]) -> Picture:
    """The marks that stand in each picture, and no difference that rests on others.

    As a rule one person reads no more than all do, and this is their picture.
    """
    marks = _in_each([one.marks for one in read])
    least = next((one for one in read if len(one.marks) == len(marks)), None)
    differences = _in_each([one.differences for one in read])
    return least or replace(read[0], marks=tuple(marks), differences=tuple(differences))


def _in_each(read: Sequence[Sequence[One]]) -> list[One]:
    return [one for one in read[0] if all(one in each for each in read)]
