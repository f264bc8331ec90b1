"""What minutes took over from elsewhere when the meeting was closed, put right before they are locked.

The actions and the next meeting are taken over from the plan and from the calendar, never typed into the minutes:
so the plan and the minutes do not say different things. How an action stands (done, not done) stays as the meeting
said it: what was settled afterwards belongs to the next one.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from core import access
from core import text as texts
from core.access import Actor
from core.errors import Conflict, Invalid
from core.models import Action, Meeting, Minutes
from core.operations import action_plans, meeting_frames, meetings, minutes, minutes_contents
from core.operations.minutes_contents import Content, Planned

__all__ = ["Offer", "Planned"]

#: What of an action is taken over.
_PARTS = ("need", "text", "due_on", "service", "person")


@dataclass(frozen=True)
class Offer:
    """What plan and calendar say now and the newest minutes do not: each action as it would stand."""

    actions: tuple[Planned, ...]
    #: Of these, what the minutes do not hold at all.
    forgotten: frozenset[UUID]
    #: The minutes with all of it.
    content: Content

    @property
    def digest(self) -> str:
        """Of all that is offered: a click takes over what stood on the screen, and nothing else."""
        return hashlib.sha256(self.content.model_dump_json().encode()).hexdigest()


@access.of_case_of(Meeting)
def offered(db: Session, actor: Actor, meeting_id: UUID) -> Offer:
    """What can be taken over into the newest version of the minutes of a closed meeting."""
    meeting = meetings.find(db, actor, meeting_id)
    return _offer(db, actor, meeting, minutes_contents.read(minutes.newest(db, meeting.id)))


def take_over(
    db: Session,
    actor: Actor,
    meeting_id: UUID,
    *,
    actions: Collection[UUID],
    seen: str,
    number: int,
    struck: int = 0,
) -> Minutes:
    """Let the next version say of these actions what the plan says now, and of the next meeting what is planned.

    Raises Conflict where plan or calendar have changed since `seen`, the digest of what was offered.
    """
    meeting, latest = minutes.correctable(db, actor, meeting_id, number, struck)
    content = minutes_contents.read(latest)
    offer = _offer(db, actor, meeting, content)
    if offer.digest != seen:
        raise Conflict("error.changed_meanwhile")
    chosen = [one for one in offer.actions if one.action_id in actions]
    return minutes.follow(db, actor, meeting, latest, _with(offer, content, chosen).content)


def correct_head(
    db: Session,
    actor: Actor,
    meeting_id: UUID,
    *,
    chair_id: UUID | None,
    place: str,
    number: int,
    struck: int = 0,
) -> Minutes:
    """Correct who chaired, among those on the list, and where it was."""
    meeting, latest = minutes.correctable(db, actor, meeting_id, number, struck)
    names = {one.person_id: one.person.name for one in meeting.attendances}
    if chair_id is not None and chair_id not in names:
        raise Invalid("error.minutes.chair", field="chair")
    meeting.place = texts.line(place, field="place", required=False)
    meeting_frames.nameless(db, actor, meeting.case_id, place=meeting.place)
    meeting.chair_id = chair_id
    db.flush()
    update = {"chair": names[chair_id] if chair_id else "", "place": meeting.place}
    return minutes.follow(db, actor, meeting, latest, minutes_contents.read(latest).model_copy(update=update))


def _offer(db: Session, actor: Actor, meeting: Meeting, content: Content) -> Offer:
    known = {one.action_id: one for one in (*content.last_actions, *content.new_actions)}
    changed, forgotten = [], set()
    for action in action_plans.list_of_case(db, actor, meeting.case_id) if meeting.case_id else ():
        now = minutes_contents.planned(action)
        if (said := known.get(action.id)) is not None:
            one = said.model_copy(update={part: getattr(now, part) for part in _PARTS})
            changed += [one] if one != said else []
        elif _belongs(action, meeting):
            changed.append(now)
            forgotten.add(action.id)
    following = minutes_contents.next_meeting(db, meeting)
    update = minutes_contents.said_next(following) if following else {}
    offer = Offer(tuple(changed), frozenset(forgotten), content.model_copy(update=update))
    return _with(offer, offer.content, changed)


def _belongs(action: Action, meeting: Meeting) -> bool:
    """Decided in this meeting, or written down since it began and in no other."""
    since = meeting.started_at or meeting.planned_at
    return action.meeting_id == meeting.id or (action.meeting_id is None and action.created_at >= since)


def _with(offer: Offer, content: Content, chosen: Collection[Planned]) -> Offer:
    by_id = {one.action_id: one for one in chosen}
    update = {
        "last_actions": tuple(by_id.get(one.action_id, one) for one in content.last_actions),
        "new_actions": (
            *(by_id.get(one.action_id, one) for one in content.new_actions),
            *(one for one in chosen if one.action_id in offer.forgotten),
        ),
        "next_meeting_at": offer.content.next_meeting_at,
        "next_meeting_kind": offer.content.next_meeting_kind,
    }
    return replace(offer, content=content.model_copy(update=update))
