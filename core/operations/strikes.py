"""Striking words out of the record of a meeting: a slip that is in it must not stay in it, not even as what stood before.

What goes is replaced everywhere by a neutral mark. What stays is that words were struck out, when, by whom and why;
never the words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select
from sqlalchemy.orm import Session

from core import access, audit, spelling
from core import text as texts
from core.access import Actor, Permission, may, require
from core.content.meeting_kinds import Entry
from core.db import Record
from core.errors import Conflict, Invalid
from core.models import (
    Action,
    ActionChange,
    Addendum,
    Attendance,
    Case,
    Meeting,
    MeetingMove,
    Minutes,
    Person,
    PhasePoint,
    Service,
    Strike,
    StrikeGround,
    UnsentText,
)
from core.operations import meetings, minutes_contents, strike_copies

__all__ = ["StrikeGround"]

#: One letter stands in every word.
SHORTEST: Final = 2
LONGEST: Final = 200
#: What people type into a record, by its table.
_ITEM: Final = ("title", "facts", "pp_view", "vss_view", "decisions")
_SEAT: Final = ("conflict_of_interest", "apology")
_FRAME: Final = ("place", "bring", "reason")
_PLAN: Final = ("need", "text", "reason")
_POINT: Final = ("pp_said", "vss_said", "agreed", "views_kept")
#: The same within the content of minutes; names of people at the table and titles of the library are not typed there.
_IN_MINUTES: Final = frozenset(
    {"texts", "title", "apology", "conflict_of_interest", "need", "text", "reason", "place"}
)
#: The parts of a record that a strike is told of, in their order: what was written to an item by its entry.
SECTIONS: Final = (
    "frame",
    "people",
    "title",
    *(entry.value for entry in Entry),
    "plan",
    "addenda",
    "phase_1",
)
_SECTION_OF: Final = {"people": "people", "last_actions": "plan", "new_actions": "plan"}
#: What the minutes of other meetings take over.
_TAKEN_OVER: Final = frozenset({"title", "plan"})


@dataclass(frozen=True)
class Places:
    """Where the words stand, and how often."""

    newest: int = 0
    earlier: int = 0
    addenda: int = 0
    plan: int = 0
    #: In the frame of the meeting, its moves, the record of Phase 1.
    elsewhere: int = 0
    #: In what other meetings took over: of each, when it was or is to be, and how often.
    others: tuple[tuple[datetime, int], ...] = ()
    #: Open actions of which nothing would be left: their words are changed first.
    emptied: int = 0

    @property
    def total(self) -> int:
        own = self.newest + self.earlier + self.addenda + self.plan + self.elsewhere
        return own + sum(count for _, count in self.others)


@dataclass(frozen=True)
class Struck:
    """That words were struck out: what the minutes say openly."""

    id: UUID
    at: datetime
    name: str
    service_id: UUID
    service: str
    ground: StrikeGround
    #: In which parts of the record they stood.
    sections: tuple[str, ...]
    seen_at: datetime | None
    #: An older copy was put back, and nobody has looked for the words since.
    is_back: bool = False


@access.of_case_of(Meeting)
def preview(db: Session, actor: Actor, meeting_id: UUID, *, typed: str, mark: str = "") -> Places:
    """In how many places these words would be struck out, and of how many actions no word would stay.

    Changes nothing.
    """
    require(actor, Permission.AGREE_MINUTES)
    meeting = _held(meetings.find(db, actor, meeting_id))
    wanted = _pattern(typed)
    if not wanted:
        return Places()
    return replace(_places(db, actor, meeting, wanted), emptied=_emptied(db, meeting, wanted, mark))


def strike(
    db: Session,
    actor: Actor,
    meeting_id: UUID,
    *,
    typed: str,
    ground: StrikeGround | None,
    places: int,
    mark: str,
) -> Strike:
    """Put `mark` in the place of these words everywhere in the meeting, also in minutes that are locked.

    What the minutes of other meetings took over of it goes with it, and they say so too. Approvals stay. `places` is what
    the preview counted: raises Conflict where it is another number now, or where an action that is still to be done would
    say nothing any more.
    """
    require(actor, Permission.AGREE_MINUTES)
    strike_copies.hold(db, actor, meeting_id)
    meetings.hold(db, actor, meeting_id)
    meeting = _held(meetings.find(db, actor, meeting_id))
    wanted = _pattern(texts.line(typed, field="words", longest=LONGEST))
    if ground is None:
        raise Invalid("error.strike.ground", field="ground")
    found = _places(db, actor, meeting, wanted) if wanted else Places()
    if wanted is None or not found.total:
        raise Invalid("error.strike.nothing", field="words")
    if found.total != places:
        raise Conflict("error.strike.changed")
    if _emptied(db, meeting, wanted, mark):
        raise Conflict("error.strike.whole_action")
    sections = _sections(db, meeting, wanted)
    for other, in_other in _replace_copies(db, actor, meeting, wanted, mark):
        _keep(db, actor, other, ground, in_other)
    _replace(db, actor, meeting, wanted, mark)
    return _keep(db, actor, meeting, ground, sections)


def of_meeting(db: Session, meeting: Meeting) -> tuple[Struck, ...]:
    """How often, when and by whom words of a meeting that the caller has found were struck out."""
    return _told(db, meeting, Strike.back_at.is_(None))


def back_in(db: Session, actor: Actor, meeting: Meeting) -> tuple[Struck, ...]:
    """What the own service struck out and an older copy may have brought back; of the other's nothing is said.

    It would say where to look.
    """
    if not may(actor, Permission.AGREE_MINUTES):
        return ()
    return _told(db, meeting, and_(Strike.back_at.is_not(None), Strike.service_id == actor.service_id))


def _told(db: Session, meeting: Meeting, wanted: ColumnElement[bool]) -> tuple[Struck, ...]:
    rows = db.execute(
        select(Strike, Person.name, Service.name)
        .join(Person, Person.id == Strike.person_id)
        .join(Service, Service.id == Strike.service_id)
        .where(Strike.meeting_id == meeting.id, wanted)
        .order_by(Strike.created_at)
    )
    return tuple(told(struck, name, service) for struck, name, service in rows)


def told(struck: Strike, name: str, service: str) -> Struck:
    """What is openly said of a strike."""
    return Struck(
        id=struck.id,
        at=struck.created_at,
        name=name,
        service_id=struck.service_id,
        service=service,
        ground=struck.ground,
        sections=tuple(struck.sections.split()),
        seen_at=struck.seen_at,
        is_back=struck.back_at is not None,
    )


def _keep(
    db: Session, actor: Actor, meeting: Meeting, ground: StrikeGround, sections: Sequence[str]
) -> Strike:
    struck = Strike(
        meeting_id=meeting.id,
        person_id=actor.person_id,
        service_id=actor.service_id,
        ground=ground,
        sections=" ".join(sections),
    )
    db.add(struck)
    db.flush()
    audit.record(db, actor, "strike", struck, case_id=meeting.case_id)
    return struck


def _held(meeting: Meeting) -> Meeting:
    """While the meeting runs its texts are simply changed."""
    if not meeting.is_held:
        raise Conflict("error.minutes.none_yet")
    return meeting


def _pattern(typed: str) -> re.Pattern[str] | None:
    """The words as whole words, whatever their capitals, the blanks between them, and signs within that nobody sees."""
    if len("".join(spelling.plain(typed).split())) < SHORTEST:
        return None
    blank = rf"(?:\s|{spelling.INVISIBLE})+"
    # As it was typed too: what was copied from the page is found whatever its signs.
    forms = dict.fromkeys((*spelling.readings(typed), typed))
    together = "|".join(blank.join(map(spelling.pattern, form.split())) for form in forms)
    return re.compile(rf"(?<!\w)(?:{together})(?!\w)", re.IGNORECASE)


def _places(db: Session, actor: Actor, meeting: Meeting, wanted: re.Pattern[str]) -> Places:
    versions = [_count(wanted, each.content) for each in _versions(db, meeting)]
    action_ids = actions_of(db, meeting)
    return Places(
        newest=versions[-1],
        earlier=sum(versions[:-1]),
        addenda=_count_in(wanted, _addenda(db, meeting), ("text",)),
        plan=_count_in(wanted, _plan(db, action_ids), _PLAN),
        elsewhere=_count_in(wanted, [meeting], _FRAME)
        + _count_in(wanted, _moves(db, meeting), ("reason",))
        + _count_in(wanted, _points(db, meeting), _POINT),
        others=tuple(
            (copies.meeting.takes_place_at, copies.places)
            for copies in strike_copies.of_meeting(db, actor, meeting, action_ids, wanted)
        ),
    )


def _replace_copies(
    db: Session, actor: Actor, meeting: Meeting, wanted: re.Pattern[str], mark: str
) -> list[tuple[Meeting, list[str]]]:
    """Strike in what other meetings took over; of those that have minutes to say so, the parts in which it stood."""
    action_ids = actions_of(db, meeting)
    told = []
    for copies in strike_copies.of_meeting(db, actor, meeting, action_ids, wanted):
        if copies.versions:
            sections = _sections(db, copies.meeting, wanted)
            told.append((copies.meeting, [section for section in sections if section in _TAKEN_OVER]))
        strike_copies.replace(copies, meeting, action_ids, wanted, mark)
    return told


def _emptied(db: Session, meeting: Meeting, wanted: re.Pattern[str], mark: str) -> int:
    """How many actions would say nothing any more to who has to do them.

    Of those that are open: what is settled can no longer be put in other words first, and nobody acts on it.
    """
    is_closed = meeting.case_id is not None and db.get_one(Case, meeting.case_id).closed_on is not None
    if is_closed:
        return 0
    actions = db.scalars(select(Action).where(Action.id.in_(actions_of(db, meeting))))
    return sum(
        action.state.is_open and bool(wanted.search(action.text)) and not _left(wanted, action.text, mark)
        for action in actions
    )


def _left(wanted: re.Pattern[str], text: str, mark: str) -> bool:
    """Would a word stay beside the marks?"""
    left = wanted.sub(" ", text)
    return any(letter.isalnum() for letter in (left.replace(mark, " ") if mark else left))


def _sections(db: Session, meeting: Meeting, wanted: re.Pattern[str]) -> list[str]:
    """In which parts of the record the words stand, in the order of the record."""
    found = {
        section
        for version in _versions(db, meeting)
        for section, part in _parts(version.content)
        if _count(wanted, part)
    }
    rows = (
        ("frame", [meeting], _FRAME),
        ("frame", _moves(db, meeting), ("reason",)),
        ("plan", _plan(db, actions_of(db, meeting)), _PLAN),
        ("addenda", _addenda(db, meeting), ("text",)),
        ("phase_1", _points(db, meeting), _POINT),
    )
    found |= {section for section, records, names in rows if _count_in(wanted, records, names)}
    return [section for section in SECTIONS if section in found]


def _parts(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each part of the content of minutes, with the section that it belongs to."""
    for name, value in content.items():
        if name == "items":
            for item in value:
                yield "title", {"title": item["title"]}
                for entry, text in item["texts"].items():
                    yield entry, {"text": text}
        else:
            yield _SECTION_OF.get(name, "frame"), {name: value}


def _replace(db: Session, actor: Actor, meeting: Meeting, wanted: re.Pattern[str], mark: str) -> None:
    action_ids, points = actions_of(db, meeting), _points(db, meeting)
    on_plan = _forms_on(action_ids, points)
    _drop_unsent_elsewhere(db, actor, meeting, _forms_on(*_holding(db, wanted, action_ids, points)))
    for version in _versions(db, meeting):
        minutes_contents.rewrite(version, _marked(wanted, version.content, mark))
    rows: tuple[tuple[Iterable[Record], tuple[str, ...]], ...] = (
        (meeting.items, _ITEM),
        (db.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)), _SEAT),
        (_addenda(db, meeting), ("text",)),
        (_plan(db, action_ids), _PLAN),
        ([meeting], _FRAME),
        (_moves(db, meeting), ("reason",)),
        (points, _POINT),
        # What somebody typed and the record does not hold would bring the words back.
        (db.scalars(_unsent(meeting, on_plan).where(_is_of(actor))), ("text",)),
    )
    for found, names in rows:
        for row in found:
            for name in names:
                setattr(row, name, wanted.sub(lambda _: mark, getattr(row, name)))


def _count(wanted: re.Pattern[str], content: Any) -> int:
    return sum(len(wanted.findall(text)) for text in _typed(content))


def _count_in(wanted: re.Pattern[str], rows: Iterable[Record], names: Iterable[str]) -> int:
    return sum(len(wanted.findall(getattr(row, name))) for row in rows for name in names)


def _typed(content: Any, *, is_typed: bool = False) -> Iterator[str]:
    """All that people typed in the content of minutes."""
    if isinstance(content, str) and is_typed:
        yield content
    elif isinstance(content, list):
        for each in content:
            yield from _typed(each, is_typed=is_typed)
    elif isinstance(content, dict):
        for name, value in content.items():
            yield from _typed(value, is_typed=is_typed or name in _IN_MINUTES)


def _marked(wanted: re.Pattern[str], content: Any, mark: str, *, is_typed: bool = False) -> Any:
    """The same content with the mark in the place of the words."""
    if isinstance(content, str):
        return wanted.sub(lambda _: mark, content) if is_typed else content
    if isinstance(content, list):
        return [_marked(wanted, each, mark, is_typed=is_typed) for each in content]
    if isinstance(content, dict):
        return {
            name: _marked(wanted, value, mark, is_typed=is_typed or name in _IN_MINUTES)
            for name, value in content.items()
        }
    return content


def _versions(db: Session, meeting: Meeting) -> list[Minutes]:
    return list(db.scalars(select(Minutes).where(Minutes.meeting_id == meeting.id).order_by(Minutes.number)))


def _addenda(db: Session, meeting: Meeting) -> list[Addendum]:
    return list(db.scalars(select(Addendum).where(Addendum.meeting_id == meeting.id)))


def _moves(db: Session, meeting: Meeting) -> list[MeetingMove]:
    return list(db.scalars(select(MeetingMove).where(MeetingMove.meeting_id == meeting.id)))


def actions_of(db: Session, meeting: Meeting) -> set[UUID]:
    """The actions that the minutes speak of, and those that were changed in the meeting."""
    contents = [minutes_contents.read(each) for each in _versions(db, meeting)]
    told = {action.action_id for content in contents for action in content.last_actions + content.new_actions}
    changed = db.scalars(select(ActionChange.action_id).where(ActionChange.meeting_id == meeting.id))
    return told | set(changed)


def _plan(db: Session, action_ids: set[UUID]) -> list[Record]:
    actions = db.scalars(select(Action).where(Action.id.in_(action_ids)))
    changes = db.scalars(select(ActionChange).where(ActionChange.action_id.in_(action_ids)))
    return [*actions, *changes]


def _points(db: Session, meeting: Meeting) -> list[PhasePoint]:
    """What a Phase 1 meeting handed on to the record of Phase 1."""
    if meeting.case_id is not None:
        return []
    return list(db.scalars(select(PhasePoint).where(PhasePoint.cooperation_id == meeting.cooperation_id)))


def _holding(
    db: Session, wanted: re.Pattern[str], action_ids: set[UUID], points: list[PhasePoint]
) -> tuple[set[UUID], list[PhasePoint]]:
    """The actions and the points of Phase 1 in which the words stand."""
    return (
        {each for each in action_ids if _count_in(wanted, _plan(db, {each}), _PLAN)},
        [point for point in points if _count_in(wanted, [point], _POINT)],
    )


def _forms_on(action_ids: Iterable[UUID], points: Iterable[PhasePoint]) -> list[str]:
    """What names the place of a text in a form on these."""
    return [
        *(f":{each}:" for each in action_ids),
        *(f"point:{point.cooperation_id}:{point.point}:" for point in points),
    ]


def _unsent(meeting: Meeting, on_plan: Iterable[str]) -> Select[UnsentText]:
    """What was typed into any form on the meeting, its items, its seats or its plan: the place of the text names it."""
    named = [meeting.id, *(item.id for item in meeting.items), *(seat.id for seat in meeting.attendances)]
    # A new action is typed at the table itself: its place is a field of the page, in whose name stand no dashes.
    places = [f"_{meeting.id.hex}_", *(f":{each}:" for each in named), *on_plan]
    return select(UnsentText).where(
        or_(*(UnsentText.slot.contains(each, autoescape=True) for each in places))
    )


def _is_of(actor: Actor) -> ColumnElement[bool]:
    return UnsentText.person_id.in_(select(Person.id).where(Person.service_id == actor.service_id))


def _drop_unsent_elsewhere(db: Session, actor: Actor, meeting: Meeting, on_plan: Iterable[str]) -> None:
    """Nobody here can read what the other service's people typed and did not send, so nobody can strike in it.

    Of the plan and of Phase 1 only what is typed beside the words goes: all of it outlasts the meeting.
    """
    for kept in db.scalars(_unsent(meeting, on_plan).where(not_(_is_of(actor)))):
        db.delete(kept)
