"""What stands on an agenda by itself: the items of the meeting's kind, and what comes back from meetings before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from core import clock
from core.content import meeting_kinds
from core.content.meeting_kinds import MeetingKinds, Speaker
from core.errors import NotFound
from core.models import AgendaItem, Attendance, Guest, Meeting, MeetingState, Minutes, Service, ServiceKind
from core.settings import settings

EMERGENCY = "emergency"
#: Planned far ahead: what is left over comes onto their agendas when they begin, if it is left over then.
_LAST_ONES = ("closing", "follow_up")
#: How many meetings back an item is looked for.
_LOOK_BACK = 40
_ROOM_CHECK = "room_check"
_RISK = "risk"
_NOT_HELD = (MeetingState.MISSED, MeetingState.CANCELLED)
#: Items whose outcome stands in a part of its own in the minutes: who was there, the actions, the next meeting.
PARTS = frozenset(
    {
        "opening",
        "room_check",
        "purpose",
        "last_actions",
        "action_plan",
        "three_actions",
        "plan_for_after",
        "closing",
    }
)


def kinds() -> MeetingKinds:
    """The kinds of meeting in the language of the documents."""
    return meeting_kinds.load(language=settings().language)


def fresh(kind: str, *, is_remote: bool) -> list[AgendaItem]:
    """The items that a new meeting of this kind starts with."""
    return [
        AgendaItem(
            position=position,
            key=timed.item.id,
            title=timed.item.title,
            minutes=timed.minutes,
            is_recurring=timed.item.is_recurring,
        )
        for position, timed in enumerate(kinds().agenda(kind, is_remote=is_remote))
    ]


def bring(kind: str) -> str:
    """What the kind of meeting asks people to bring, a line each."""
    return "\n".join(kinds().kind(kind).bring)


def renumber(meeting: Meeting) -> None:
    """Positions are the order of the list, from 0, without a gap."""
    for position, item in enumerate(meeting.items):
        if item.position != position:
            item.position = position


def suit_distance(meeting: Meeting) -> None:
    """The private-room check stands on the agenda of a meeting at a distance, and on no other."""
    has_check = any(item.key == _ROOM_CHECK for item in meeting.items)
    if meeting.is_remote and not has_check:
        meeting.items[:0] = [item for item in fresh(meeting.kind, is_remote=True) if item.key == _ROOM_CHECK]
    elif not meeting.is_remote and has_check:
        meeting.items[:] = [item for item in meeting.items if item.key != _ROOM_CHECK]
    renumber(meeting)


def is_dealt_with(item: AgendaItem, *, is_risk_settled: bool = False) -> bool:
    """Something was written down to it, or it was opened and the minutes hold its outcome in a part of their own.

    The risk has such a part where the meeting settled something of the joint assessment. Who pages through an agenda has not dealt with it; what a correction of the minutes has settled is settled.
    """
    is_written = any((item.facts, item.pp_view, item.vss_view, item.decisions))
    return is_written or (item.is_reached and has_part(item.key, is_risk_settled=is_risk_settled))


def has_part(key: str, *, is_risk_settled: bool) -> bool:
    """Do the minutes hold the outcome of this item in a part of their own?"""
    return key in PARTS or (key == _RISK and is_risk_settled)


def _is_done(db: Session, item: AgendaItem) -> bool:
    """Was an item of a meeting that is over dealt with, as its minutes say?"""
    if is_dealt_with(item) or item.key != _RISK:
        return is_dealt_with(item)
    newest = select(Minutes.content).where(Minutes.meeting_id == item.meeting_id)
    content = db.scalars(newest.order_by(Minutes.number.desc()).limit(1)).first() or {}
    is_settled = bool(content.get("risk_settled") or content.get("is_level_chosen"))
    return is_dealt_with(item, is_risk_settled=is_settled)


def take_off(db: Session, meeting: Meeting, item: AgendaItem) -> None:
    """What earlier meetings hold of this item comes back by itself no more, on this agenda nor on a later one.

    Kept by id and not by title, so that no words stay behind. What a later meeting leaves over is a new matter. Nothing
    of them stands on the agenda of an emergency: there nothing of theirs is taken off.
    """
    if meeting.kind == EMERGENCY:
        return
    before = {
        str(one.id)
        for source, _ in _meetings_before(db, meeting)
        for one in source.items
        if _identity(one) == _identity(item)
    }
    if not before <= {*meeting.taken_off}:
        meeting.taken_off = sorted(before.union(meeting.taken_off))


def carry_over(db: Session, meeting: Meeting) -> list[AgendaItem]:
    """Put on the agenda what other meetings left over since this one was planned; return what is new.

    For the moment at which another one is closed, and the moment this one begins.
    """
    _unmark(db, meeting)
    _let_go(db, meeting)
    return carry(db, meeting, after=meeting.created_at)


def _unmark(db: Session, meeting: Meeting) -> None:
    """What a correction of the minutes has settled since is not left over any more; it stays for whoever wants it."""
    marked = {item.carried_from: item for item in meeting.items if item.carried_from is not None}
    for origin in db.scalars(select(AgendaItem).where(AgendaItem.id.in_(marked))):
        if _is_done(db, origin):
            marked[origin.id].carried_from = None


def _let_go(db: Session, meeting: Meeting) -> None:
    """What another table has dealt with since is not left over any more; where it only came by itself, it goes."""
    marked = {_identity(item): item for item in meeting.items if item.carried_from is not None}
    settled: list[AgendaItem] = []
    for source, _ in _meetings_before(db, meeting):
        for item in source.items:
            if source.state in _NOT_HELD and item.key:
                continue
            there = marked.pop(_identity(item), None)
            if there is not None and _is_done(db, item):
                settled.append(there)
    for item in settled:
        item.carried_from = None
        if item.is_by_itself and not item.is_recurring:
            meeting.items.remove(item)
    if settled and meeting.invited_at is not None:
        meeting.sequence += 1


def carry(db: Session, meeting: Meeting, *, after: datetime | None = None) -> list[AgendaItem]:
    """Put on the agenda what the last meetings did not deal with, and what recurs.

    An emergency meeting keeps its short agenda: nothing is carried into it, and what the meeting before it left
    over waits for the one after it. Words that people typed do not come by themselves before the eyes of guests:
    they wait until somebody puts them there.
    """
    if meeting.kind == EMERGENCY:
        return []
    present = {_identity(item): item for item in meeting.items}
    is_before_guests = has_guests(db, meeting)
    added: list[AgendaItem] = []
    for left in _left_over(db, meeting, after):
        origin = None if _is_done(db, left) else left.id
        there = present.get(_identity(left))
        title = named(left) if is_before_guests else left.title
        if there is None:
            added += [_copy(left, title, origin)] if title else []
        elif origin is not None and there.carried_from is None:
            there.carried_from = origin
    place = _after_coordination(meeting)
    meeting.items[place:place] = added
    renumber(meeting)
    db.flush()
    return added


def waiting(db: Session, meeting: Meeting) -> list[AgendaItem]:
    """What people had put on other agendas, is left over, and does not stand on this one."""
    if meeting.kind == EMERGENCY:
        return []
    present = {_identity(item) for item in meeting.items}
    left_over = _left_over(db, meeting, None)
    return [left for left in left_over if not named(left) and _identity(left) not in present]


def take_on(db: Session, meeting: Meeting, left_id: UUID, *, place: int | None = None) -> AgendaItem:
    """Put what waits on the agenda, early if no place is named; a second click puts no second.

    Raises NotFound where it waits no more.
    """
    every = _left_over(db, meeting, None) if meeting.kind != EMERGENCY else []
    left = next((one for one in every if one.id == left_id and not named(one)), None)
    for there in meeting.items:
        if there.carried_from == left_id or (left is not None and _identity(there) == _identity(left)):
            return there
    if left is None:
        raise NotFound
    item = _copy(left, left.title, None if _is_done(db, left) else left.id)
    item.is_by_itself = False
    meeting.items.insert(_after_coordination(meeting) if place is None else place, item)
    renumber(meeting)
    db.flush()
    return item


def hold_back(meeting: Meeting) -> bool:
    """Somebody of another agency joins: words that came by themselves leave the agenda and wait; say whether any did."""
    came = [item for item in meeting.items if item.is_by_itself and item.title != named(item)]
    for item in came:
        item.title = named(item)
    meeting.items[:] = [item for item in meeting.items if item.title]
    renumber(meeting)
    if came and meeting.invited_at is not None:
        meeting.sequence += 1
    return bool(came)


def named(item: AgendaItem) -> str:
    """What the library calls an item; nothing where people gave it its words."""
    try:
        return kinds().item(item.key).title
    except KeyError:
        return ""


def has_guests(db: Session, meeting: Meeting) -> bool:
    """Is somebody of another agency invited to it, or let into it alone?"""
    sides = [kind for kind in ServiceKind if kind.is_side]
    seats = select(Attendance.id).join(Service, Service.id == Attendance.service_id)
    seated = seats.where(Attendance.meeting_id == meeting.id, Service.kind.not_in(sides))
    let_in = select(Guest.id).where(Guest.meeting_id == meeting.id, Guest.until >= clock.today())
    return bool(db.scalar(select(or_(seated.exists(), let_in.exists()))))


def following(db: Session, meeting: Meeting) -> Meeting | None:
    """The next meeting ahead of the same case, or of the same two services, with its agenda; none that ends a case.

    One that somebody changes in this moment is passed over: what is left over comes onto its agenda when it begins.
    """
    statement = (
        select(Meeting)
        .where(
            _scope(meeting),
            Meeting.id != meeting.id,
            Meeting.kind.not_in([EMERGENCY, *_LAST_ONES]),
            Meeting.state.in_([MeetingState.PLANNED, MeetingState.INVITED]),
            Meeting.planned_at > clock.now(),
        )
        .options(selectinload(Meeting.items))
        .order_by(Meeting.planned_at, Meeting.id)
        .limit(1)
        .with_for_update(of=Meeting, skip_locked=True)
    )
    return db.scalars(statement, execution_options={"populate_existing": True}).one_or_none()


def _left_over(db: Session, meeting: Meeting, after: datetime | None) -> list[AgendaItem]:
    left: list[AgendaItem] = []
    seen: set[str] = set()
    handed_on: datetime | None = None
    before = _meetings_before(db, meeting)
    taken_off = {*meeting.taken_off}.union(*(source.taken_off for source, _ in before))
    for source, written_at in before:
        is_missed = source.state in _NOT_HELD
        # The meeting after it has handed on what it left over; but where guests were, words that people typed waited.
        is_handed_on = handed_on is not None and written_at <= handed_on
        if after is None or written_at > after:
            for item in source.items:
                # A meeting that was not held hands on only what people had put on its agenda themselves.
                if _identity(item) in seen or (item.key and (is_missed or is_handed_on)):
                    continue
                seen.add(_identity(item))
                if str(item.id) in taken_off:
                    continue
                if item.is_recurring or not (_is_frame(item) or _is_done(db, item)):
                    left.append(item)
        if not is_missed and source.kind != EMERGENCY and handed_on is None:
            # It took over what was left when it began.
            handed_on = source.started_at or written_at
    return left


def _meetings_before(db: Session, meeting: Meeting) -> list[tuple[Meeting, datetime]]:
    """Held, missed and called off meetings of the same case, or of the same two services, the newest first.

    Each with the moment since when it can be known what it left over: of a held one since there are minutes, which may
    be written days later, of one that was not held since somebody said so. One that was called off ahead of its time
    stands where it was called off: a meeting held since then has taken its points over.
    """
    first = select(Minutes.created_at).where(Minutes.meeting_id == Meeting.id, Minutes.number == 1)
    is_ahead = Meeting.missed_at < Meeting.planned_at
    not_held_at = case((is_ahead, Meeting.missed_at), else_=Meeting.planned_at)
    statement = (
        select(Meeting, first.correlate(Meeting).scalar_subquery())
        .where(
            _scope(meeting),
            Meeting.id != meeting.id,
            Meeting.state.in_([MeetingState.CLOSED, MeetingState.AGREED, *_NOT_HELD]),
        )
        .options(selectinload(Meeting.items))
        .order_by(func.coalesce(Meeting.closed_at, not_held_at).desc())
        .limit(_LOOK_BACK)
    )
    return [
        (found, written_at or found.closed_at or found.missed_at or found.planned_at)
        for found, written_at in db.execute(statement).all()
    ]


def _scope(meeting: Meeting) -> ColumnElement[bool]:
    """Meetings of the same case, or of the same two services."""
    if meeting.case_id is not None:
        return Meeting.case_id == meeting.case_id
    return and_(Meeting.case_id.is_(None), Meeting.cooperation_id == meeting.cooperation_id)


def _identity(item: AgendaItem) -> str:
    """The same item on two agendas: the content's key, or for an item that people added its title."""
    return item.key or f"typed:{item.title.casefold()}"


def _is_frame(item: AgendaItem) -> bool:
    """Opening, purpose, room check and closing belong to each meeting and are never left over."""
    try:
        found = kinds().item(item.key)
    except KeyError:
        return False
    return found.is_remote_only or found.sides == (Speaker.CHAIR,)


def _copy(item: AgendaItem, title: str, origin: UUID | None) -> AgendaItem:
    return AgendaItem(
        position=0,
        key=item.key,
        title=title,
        minutes=item.minutes,
        is_recurring=item.is_recurring,
        carried_from=origin,
        is_by_itself=True,
    )


def _after_coordination(meeting: Meeting) -> int:
    """The place behind the opening items: what was left over comes early, so that it is not left over again."""
    coordination = {item.id for item in kinds().items if item.remote_step == "coordination"}
    place = 0
    while place < len(meeting.items) and meeting.items[place].key in coordination:
        place += 1
    return place
