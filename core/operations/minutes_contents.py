"""What minutes hold: one meeting, whole, as it stood at a moment; and what differs between two versions."""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core import clock
from core.access import PERMISSIONS, Actor, Permission
from core.models import (
    Action,
    ActionChange,
    ActionState,
    Attendance,
    Cooperation,
    Meeting,
    MeetingState,
    Minutes,
    Person,
    ServiceKind,
)
from core.operations import action_plans, agendas, item_entries, presences, risk_minutes
from core.operations.presences import Presence
from core.operations.risk_minutes import LevelInForce, SettledItem


class Kept(BaseModel):
    """A part of the minutes: it never changes."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


class Attended(Kept):
    """A person on the list of the meeting."""

    attendance_id: UUID
    name: str
    service_id: UUID
    service: str
    side: ServiceKind
    roles: tuple[str, ...]
    presence: Presence
    declared_at: datetime | None
    is_room_private: bool | None
    conflict_of_interest: str
    left_early: bool
    apology: str

    @property
    def took_part(self) -> bool:
        """At the table, or by a written return."""
        return self.presence is not Presence.ABSENT


class Discussed(Kept):
    """An agenda item and what was written to each of its entries."""

    item_id: UUID
    key: str
    title: str
    is_reached: bool
    texts: dict[str, str]

    @property
    def is_written(self) -> bool:
        """Something was written down to it, whether it was on the screen or not."""
        return any(self.texts.values())


class Planned(Kept):
    """An action as it stood when the meeting was closed."""

    action_id: UUID
    need: str
    text: str
    due_on: date
    service: str
    person: str
    state: ActionState
    reason: str
    #: It stayed open and got a later term in this meeting.
    is_carried_over: bool = False


class Content(Kept):
    """The minutes of one meeting, or its consultation note."""

    code: str
    kind: str
    kind_title: str
    planned_at: datetime
    started_at: datetime
    closed_at: datetime
    is_remote: bool
    place: str
    chair: str
    minute_taker: str
    is_consultation: bool
    purpose: str
    declaration: tuple[str, ...]
    people: tuple[Attended, ...]
    items: tuple[Discussed, ...]
    last_actions: tuple[Planned, ...]
    new_actions: tuple[Planned, ...]
    #: Of the joint risk assessment: what held at the closing, and what this meeting settled.
    risk_level: LevelInForce | None = None
    risk_settled: tuple[SettledItem, ...] = ()
    #: The level was chosen at this table.
    is_level_chosen: bool = False
    next_meeting_at: datetime | None
    next_meeting_kind: str
    #: The services that agree these minutes: those of the two that were there.
    sides: tuple[UUID, ...]

    @property
    def silent(self) -> tuple[Discussed, ...]:
        """Opened, and nothing written down; what the minutes hold in a part of their own is not silent."""
        return tuple(
            item
            for item in self.items
            if item.is_reached
            and not item.is_written
            and not agendas.has_part(
                item.key, is_risk_settled=self.is_level_chosen or bool(self.risk_settled)
            )
        )

    @property
    def discussed(self) -> tuple[Discussed, ...]:
        return tuple(item for item in self.items if item.is_written)


def read(minutes: Minutes) -> Content:
    return Content.model_validate(minutes.content)


def keep(db: Session, actor: Actor, meeting: Meeting, content: Content, *, number: int) -> Minutes:
    """Keep a version of the minutes with the digest of all it says."""
    kept = content.model_dump(mode="json")
    minutes = Minutes(
        meeting_id=meeting.id, number=number, content=kept, digest=_digest(kept), made_by=actor.person_id
    )
    db.add(minutes)
    db.flush()
    return minutes


def rewrite(minutes: Minutes, kept: dict[str, Any]) -> None:
    """Let a version say something else, where words are struck out of it: its digest is that of what it says now."""
    minutes.content, minutes.digest = kept, _digest(kept)


def _digest(kept: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def snapshot(db: Session, actor: Actor, meeting: Meeting) -> Content:
    """The whole meeting as it stands now."""
    kinds = agendas.kinds()
    people = people_of(db, meeting)
    names = {attendance.person_id: attendance.person.name for attendance in meeting.attendances}
    following = next_meeting(db, meeting)
    now = clock.now()
    return Content(
        code=meeting.case.code if meeting.case else "",
        kind=meeting.kind,
        kind_title=kinds.kind(meeting.kind).title,
        planned_at=meeting.planned_at,
        started_at=meeting.started_at or now,
        closed_at=meeting.closed_at or now,
        is_remote=meeting.is_remote,
        place=meeting.place,
        chair=names.get(meeting.chair_id, "") if meeting.chair_id else "",
        minute_taker=names.get(meeting.minute_taker_id, "") if meeting.minute_taker_id else "",
        is_consultation=meeting.is_consultation,
        purpose=kinds.purpose_line,
        declaration=kinds.declaration,
        people=people,
        items=tuple(
            Discussed(
                item_id=item.id,
                key=item.key,
                title=item.title,
                is_reached=item.is_reached,
                texts={
                    entry.value: item_entries.written(item, entry) for entry in item_entries.entries_of(item)
                },
            )
            for item in meeting.items
        ),
        last_actions=_last_actions(db, actor, meeting),
        new_actions=_new_actions(db, actor, meeting),
        risk_level=risk_minutes.level(db, actor, meeting.case_id, meeting),
        risk_settled=risk_minutes.settled(db, actor, meeting),
        is_level_chosen=risk_minutes.is_chosen(db, meeting),
        **said_next(following),
        sides=sides_of(db, meeting, people),
    )


def people_of(db: Session, meeting: Meeting, known: Iterable[Attended] = ()) -> tuple[Attended, ...]:
    """Everybody on the list; who is `known` to the minutes with the roles they had then, the others as they are now."""
    ids = [attendance.person_id for attendance in meeting.attendances]
    statement = select(Person).where(Person.id.in_(ids)).options(selectinload(Person.roles))
    roles = {person.id: tuple(sorted(person.role_names)) for person in db.scalars(statement)}
    then = {person.attendance_id: person.roles for person in known}
    return tuple(
        _attended(attendance, then.get(attendance.id, roles[attendance.person_id]))
        for attendance in meeting.attendances
    )


def deciders(people: Iterable[Attended]) -> set[UUID]:
    """The services for which somebody sat at the table who might agree minutes for them."""
    deciding = PERMISSIONS[Permission.AGREE_MINUTES]
    return {
        person.service_id
        for person in people
        if person.presence in presences.AT_THE_TABLE and not deciding.isdisjoint(person.roles)
    }


def becomes_note(content: Content, attendance_id: UUID, presence: Presence) -> bool:
    """Would these minutes be a consultation note if this person had taken part so: a service has nobody else to decide?"""
    people = (
        one.model_copy(update={"presence": presence}) if one.attendance_id == attendance_id else one
        for one in content.people
    )
    return not content.is_consultation and not deciders(content.people) <= deciders(people)


def _attended(attendance: Attendance, roles: tuple[str, ...]) -> Attended:
    return Attended(
        attendance_id=attendance.id,
        name=attendance.person.name,
        service_id=attendance.service_id,
        service=attendance.person.service.name,
        side=attendance.person.service.kind,
        roles=roles,
        presence=presences.of(attendance),
        declared_at=attendance.declared_at,
        is_room_private=attendance.is_room_private,
        conflict_of_interest=attendance.conflict_of_interest,
        left_early=attendance.left_early,
        apology=attendance.apology,
    )


def cooperation_of(db: Session, meeting: Meeting) -> Cooperation:
    return db.get_one(Cooperation, meeting.cooperation_id)


def sides_of(
    db: Session, meeting: Meeting, people: Iterable[Attended], also: Collection[UUID] = ()
) -> tuple[UUID, ...]:
    """Of the two services, those with somebody at the table; a side that was not there has nothing to agree.

    `also` are those that stay whoever is said to have been there.
    """
    cooperation = cooperation_of(db, meeting)
    there = {person.service_id for person in people if person.presence in presences.AT_THE_TABLE}
    both = (cooperation.pp_id, cooperation.vss_id)
    return tuple(side for side in both if side in there or side in also) or both


def _last_actions(db: Session, actor: Actor, meeting: Meeting) -> tuple[Planned, ...]:
    if meeting.case_id is None:
        return ()
    reasons = carried_over(db, meeting.id)
    found = action_plans.open_of_last_meetings(db, actor, meeting.case_id, meeting_id=meeting.id)
    return tuple(planned(action, carried=reasons.get(action.id)) for action in found)


def carried_over(db: Session, meeting_id: UUID) -> dict[UUID, str]:
    """The actions that got a later term in this meeting, with the reason."""
    changes = db.scalars(
        select(ActionChange)
        .where(ActionChange.meeting_id == meeting_id, ActionChange.reason != "")
        .order_by(ActionChange.created_at)
    )
    return {change.action_id: change.reason for change in changes if change.state.is_open}


def _new_actions(db: Session, actor: Actor, meeting: Meeting) -> tuple[Planned, ...]:
    if meeting.case_id is None:
        return ()
    found = action_plans.list_of_case(db, actor, meeting.case_id)
    return tuple(planned(action) for action in found if action.meeting_id == meeting.id)


def planned(action: Action, *, carried: str | None = None) -> Planned:
    """An action as it stands now; `carried` is the reason for which it got a later term in the meeting."""
    is_carried_over = carried is not None and action.state.is_open
    return Planned(
        action_id=action.id,
        need=action.need,
        text=action.text,
        due_on=action.due_on,
        service=action.service.name,
        person=action.person.name if action.person else "",
        state=action.state,
        reason=carried if carried and is_carried_over else action.reason,
        is_carried_over=is_carried_over,
    )


def next_meeting(db: Session, meeting: Meeting) -> Meeting | None:
    """The first meeting after this one of the same case, or of the same two services, whether it is over by now or not."""
    statement = select(Meeting).where(
        Meeting.cooperation_id == meeting.cooperation_id,
        Meeting.case_id == meeting.case_id if meeting.case_id else Meeting.case_id.is_(None),
        Meeting.id != meeting.id,
        Meeting.state.not_in([MeetingState.MISSED, MeetingState.CANCELLED]),
        Meeting.takes_place_at > meeting.takes_place_at,
    )
    return db.scalars(statement.order_by(Meeting.takes_place_at).limit(1)).one_or_none()


def said_next(following: Meeting | None) -> dict[str, Any]:
    """What minutes say of the next meeting."""
    return {
        "next_meeting_at": following.planned_at if following else None,
        "next_meeting_kind": agendas.kinds().kind(following.kind).title if following else "",
    }


def changes(before: Content, after: Content) -> list[tuple[str, str, str, str]]:
    """What a version changed: the title, person or action, what of it, and the text before and after."""
    found = _head_changes(before, after)
    old_items = {item.item_id: item for item in before.items}
    for item in after.items:
        was = old_items[item.item_id].texts
        found += [
            (item.title, f"entry.{entry}", was.get(entry, ""), text)
            for entry, text in item.texts.items()
            if text != was.get(entry, "")
        ]
    old_people = {person.attendance_id: person for person in before.people}
    for person in after.people:
        known = old_people.get(person.attendance_id)
        if known is None:
            absent = Presence.ABSENT.value
            found.append((person.name, "minutes.took_part", absent, person.presence.value))
            continue
        if person.presence is not known.presence:
            found.append((person.name, "minutes.took_part", known.presence.value, person.presence.value))
        if person.apology != known.apology:
            found.append((person.name, "minutes.apology", known.apology, person.apology))
    old_actions = {one.action_id: one for one in (*before.last_actions, *before.new_actions)}
    for action in (*after.last_actions, *after.new_actions):
        found += action_changes(old_actions.get(action.action_id), action)
    return found


def _head_changes(before: Content, after: Content) -> list[tuple[str, str, str, str]]:
    """Of the head: its parts stand for themselves, so nothing more is named."""
    said = [
        (f"document.minutes.{name}", getattr(before, name), getattr(after, name))
        for name in ("chair", "place")
    ]
    kinds = (_kind(before), _kind(after))
    said.append(("minutes.binds", *kinds))
    said.append(("document.minutes.next_meeting", _iso(before.next_meeting_at), _iso(after.next_meeting_at)))
    return [("", part, was, now) for part, was, now in said if was != now]


def _kind(content: Content) -> str:
    return "note" if content.is_consultation else "minutes"


def action_changes(before: Planned | None, after: Planned) -> list[tuple[str, str, str, str]]:
    """What differs in an action; of one that was not there, that it is there now."""
    if before is None:
        return [(after.text, "document.minutes.new_actions", "", after.text)]
    said = [
        ("need", before.need, after.need),
        ("action", before.text, after.text),
        ("term", before.due_on.isoformat(), after.due_on.isoformat()),
        ("responsible", responsible(before), responsible(after)),
    ]
    return [(after.text, f"document.minutes.{name}", was, now) for name, was, now in said if was != now]


def responsible(action: Planned) -> str:
    """The person, if one is named, and the service."""
    return ", ".join(name for name in (action.person, action.service) if name)


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
