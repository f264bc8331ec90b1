"""Minutes after the meeting: corrected, agreed by one person of each service, locked, and then only added to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core import text as texts
from core.access import Actor, Permission, may, require
from core.content.meeting_kinds import Entry
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import (
    Addendum,
    Attendance,
    Meeting,
    MeetingState,
    Minutes,
    MinutesApproval,
    Person,
    Service,
    ServiceKind,
)
from core.operations import (
    aims,
    files,
    invitees,
    item_entries,
    meetings,
    minutes_contents,
    minutes_due,
    presences,
    strikes,
    telling,
    unsent,
)
from core.operations.minutes_contents import Content
from core.operations.presences import Presence
from core.operations.strikes import Struck

__all__ = ["Changed", "Content", "Entry", "Presence", "Struck", "UnsentOwn", "Version", "View"]

_SIDES = {f"entry.{entry}": side for entry, side in item_entries.SIDES.items()}


@dataclass(frozen=True)
class Agreed:
    """Somebody agreed to a version for their service."""

    name: str
    service_id: UUID
    service: str
    at: datetime


@dataclass(frozen=True)
class Version:
    """A version of the minutes, whole."""

    number: int
    made_at: datetime
    made_by: str
    #: The service of whoever made it, and which side that is.
    service_id: UUID
    side: ServiceKind
    digest: str
    content: Content
    approvals: tuple[Agreed, ...]

    def speaks_for_other(self, part: str) -> bool:
        """Did this version change what the other side says? Only the minute taker may."""
        side = _SIDES.get(part)
        return side is not None and side is not self.side


@dataclass(frozen=True)
class Changed:
    """What one version changed: of which item or person, what of it, before and after."""

    version: Version
    what: str
    part: str
    was: str
    now: str


@dataclass(frozen=True)
class Added:
    """A remark to minutes that are locked."""

    text: str
    name: str
    at: datetime


@dataclass(frozen=True)
class UnsentOwn:
    """A text that the actor typed at the table and that the minutes do not hold."""

    slot: str
    item_id: UUID
    title: str
    entry: Entry
    text: str


@dataclass(frozen=True)
class View:
    """All that the page of the minutes shows."""

    meeting: Meeting
    versions: tuple[Version, ...]
    addenda: tuple[Added, ...]
    #: The services whose agreement is still missing, by name.
    waiting_for: tuple[str, ...]
    #: By when they are to be agreed; None once they are.
    agree_by: date | None
    may_correct: bool
    may_agree: bool
    unsent: tuple[UnsentOwn, ...]
    struck: tuple[Struck, ...]
    #: Words that the actor's service struck out and that an older copy may have brought back.
    back: tuple[Struck, ...]
    #: What others changed since the actor's service last agreed, or else since the meeting was closed.
    unseen: tuple[Changed, ...]

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    @property
    def is_late(self) -> bool:
        """Has the day passed on which they were to be agreed?"""
        return self.agree_by is not None and self.agree_by < clock.today()

    @property
    def is_locked(self) -> bool:
        return self.meeting.state is MeetingState.AGREED


@access.of_case_of(Meeting)
def of_meeting(db: Session, actor: Actor, meeting_id: UUID) -> View:
    """The minutes with all their versions.

    Raises Conflict where the meeting has not been closed.
    """
    meeting = meetings.find(db, actor, meeting_id)
    if not meeting.is_held:
        raise Conflict("error.minutes.none_yet")
    audit.look(db, meeting, "read_minutes", case_id=meeting.case_id)
    versions = _versions(db, meeting)
    latest = versions[-1]
    agreed = {approval.service_id for approval in latest.approvals}
    missing = [side for side in latest.content.sides if side not in agreed]
    names = {
        service.id: service.name for service in db.scalars(select(Service).where(Service.id.in_(missing)))
    }
    is_open = meeting.state is MeetingState.CLOSED
    return View(
        meeting=meeting,
        versions=versions,
        addenda=_addenda(db, meeting),
        waiting_for=tuple(names[side] for side in missing),
        agree_by=minutes_due.days_of(db, [meeting]).get(meeting.id) if is_open else None,
        may_correct=is_open and may(actor, Permission.RUN_MEETING),
        may_agree=is_open and may(actor, Permission.AGREE_MINUTES) and actor.service_id in missing,
        unsent=_unsent(db, actor, meeting),
        struck=strikes.of_meeting(db, meeting),
        back=strikes.back_in(db, actor, meeting),
        unseen=_unseen(actor, versions),
    )


def correct(
    db: Session,
    actor: Actor,
    meeting_id: UUID,
    *,
    item_id: UUID,
    texts_of: Mapping[Entry, str],
    number: int,
    struck: int = 0,
    meant: Collection[str] | None = None,
) -> Minutes:
    """Correct what the minutes say to an item: a new version, and the approvals given so far lapse.

    `number` is the version that the actor had before them, `struck` how often words had been struck out by then.
    Raises Conflict where there is a newer one or more was struck out, and NotAllowed where it would change what the
    other side says.
    """
    meeting, latest = correctable(db, actor, meeting_id, number, struck)
    item = next((item for item in meeting.items if item.id == item_id), None)
    if item is None:
        raise NotFound
    handed_on = aims.said(item)
    for entry, typed in texts_of.items():
        text = texts.text(typed, field=entry, required=False)
        known = item_entries.written(item, entry)
        if text == known:
            continue
        if not may_word(actor, meeting, entry):
            raise NotAllowed("error.minutes.view_of_other")
        files.require_nothing_told(db, actor, meeting.case_id, text, field=entry, known=known)
        if telling.require_meant(db, actor, meeting.case_id, meant, **{entry: (text, known)}):
            audit.record(db, actor, "meant", meeting, case_id=meeting.case_id)
        setattr(item, item_entries.COLUMNS[entry], text)
    _let_go_of_what_is_said(db, actor, meeting, texts_of, item.id)
    aims.correct(db, meeting, item, was=handed_on)
    content = minutes_contents.read(latest)
    items = tuple(
        known.model_copy(
            update={"texts": {entry: item_entries.written(item, Entry(entry)) for entry in known.texts}}
        )
        if known.item_id == item_id
        else known
        for known in content.items
    )
    return follow(db, actor, meeting, latest, content.model_copy(update={"items": items}))


def may_word(actor: Actor, meeting: Meeting, entry: Entry) -> bool:
    """May the actor correct this entry? What one side says is for its own people, and for the minute taker."""
    side = item_entries.SIDES.get(entry)
    return side in {None, actor.kind} or meeting.minute_taker_id == actor.person_id


def correct_presence(
    db: Session,
    actor: Actor,
    meeting_id: UUID,
    *,
    attendance_id: UUID,
    presence: Presence,
    apology: str,
    number: int,
    struck: int = 0,
    as_note: bool = False,
) -> Minutes:
    """Correct how a person took part; whether these are minutes or a consultation note follows from it.

    A service that was to agree is let go only where its own people say so of their own. Minutes become a note, which
    binds neither service, only where that is meant: `as_note`.
    """
    meeting, latest = correctable(db, actor, meeting_id, number, struck)
    attendance = _attendance(meeting, attendance_id)
    said = texts.text(apology, field="apology", required=False, longest=presences.LONGEST_REMARK)
    presences.require_nameless(db, actor, attendance, {"apology": said})
    if not as_note and minutes_contents.becomes_note(minutes_contents.read(latest), attendance_id, presence):
        raise Invalid("error.minutes.becomes_note", field="as_note")
    if presences.of(attendance) is not presence:
        presences.apply(attendance, presence)
        _give_back(db, meeting, attendance)
    attendance.apology = said
    # Who has only to be called absent could else be locked out of what they had agreed to.
    known = minutes_contents.read(latest).sides
    to_agree = {side for side in known if not side == actor.service_id == attendance.service_id}
    return _counted_anew(db, actor, meeting, latest, to_agree)


def add_person(
    db: Session,
    actor: Actor,
    meeting_id: UUID,
    *,
    person_id: UUID | None,
    presence: Presence,
    number: int,
    struck: int = 0,
) -> Minutes:
    """Put somebody into the minutes who was there and whom nobody had written down, as when a colleague came instead.

    Their service agrees the minutes too from now on. What they declared nobody knows any more, and it stays open.
    """
    meeting, latest = correctable(db, actor, meeting_id, number, struck)
    texts.line("x" if person_id else "", field="person")
    if presence is Presence.ABSENT:
        raise Invalid("error.choose_answer", field="presence")
    before = {each.id for each in meeting.attendances}
    chosen = [person_id] if person_id else []
    invitees.seat(db, actor, meeting, meetings.allowed(db, actor, meeting), chosen, field="person")
    db.flush()
    for attendance in meeting.attendances:
        if attendance.id not in before:
            presences.apply(attendance, presence)
    db.flush()
    seats = select(Attendance).where(Attendance.meeting_id == meeting.id)
    people = joinedload(Attendance.person).joinedload(Person.service)
    db.scalars(seats.options(people).execution_options(populate_existing=True)).all()
    return _counted_anew(db, actor, meeting, latest, minutes_contents.read(latest).sides)


def _counted_anew(
    db: Session, actor: Actor, meeting: Meeting, latest: Minutes, to_agree: Collection[UUID]
) -> Minutes:
    """The next version with who was there as it stands now; whether these are minutes or a note follows from it."""
    db.flush()
    cooperation = minutes_contents.cooperation_of(db, meeting)
    # Who has another role by now decided with the one they had.
    people = minutes_contents.people_of(db, meeting, minutes_contents.read(latest).people)
    meeting.is_consultation = not minutes_contents.deciders(people) >= {
        cooperation.pp_id,
        cooperation.vss_id,
    }
    update = {
        "people": people,
        "is_consultation": meeting.is_consultation,
        "sides": minutes_contents.sides_of(db, meeting, people, to_agree),
    }
    content = minutes_contents.read(latest).model_copy(update=update)
    return follow(db, actor, meeting, latest, content)


def _give_back(db: Session, meeting: Meeting, attendance: Attendance) -> None:
    """Who is said to have been there after all had confirmed the declaration then, and nobody can confirm it again."""
    if not attendance.is_present:
        return
    versions = select(Minutes).where(Minutes.meeting_id == meeting.id).order_by(Minutes.number.desc())
    said = [
        one
        for version in db.scalars(versions)
        for one in minutes_contents.read(version).people
        if one.attendance_id == attendance.id and one.presence in presences.AT_THE_TABLE
    ]
    for known in said[:1]:
        attendance.declared_at, attendance.left_early = known.declared_at, known.left_early
    if presences.of(attendance) is Presence.REMOTE:
        rooms = (one.is_room_private for one in said if one.presence is Presence.REMOTE)
        attendance.is_room_private = next(rooms, None)


def agree(db: Session, actor: Actor, meeting_id: UUID, *, number: int) -> Meeting:
    """Agree to a version for the actor's service; when every side that was there has, the minutes are locked.

    A second click of the same service changes nothing. Raises Conflict where there is a newer version, and for a
    service that was not at the table.
    """
    require(actor, Permission.AGREE_MINUTES)
    meeting = _held(db, actor, meeting_id)
    latest = newest(db, meeting.id)
    if latest.number != number:
        raise Conflict("error.minutes.newer")
    content = minutes_contents.read(latest)
    if actor.service_id not in content.sides:
        raise Conflict("error.minutes.side_absent")
    agreed = set(
        db.scalars(select(MinutesApproval.service_id).where(MinutesApproval.minutes_id == latest.id))
    )
    if actor.service_id in agreed:
        return meeting
    if meeting.state is MeetingState.AGREED:
        raise Conflict("error.minutes.locked")
    db.add(MinutesApproval(minutes_id=latest.id, service_id=actor.service_id, person_id=actor.person_id))
    if agreed | {actor.service_id} >= set(content.sides):
        meeting.state = MeetingState.AGREED
    db.flush()
    audit.record(db, actor, "agree", latest, case_id=meeting.case_id)
    return meeting


def add_addendum(db: Session, actor: Actor, meeting_id: UUID, *, text: str) -> Addendum:
    """Add a remark to minutes that are locked; before that they are corrected."""
    require(actor, Permission.RUN_MEETING)
    meeting = _held(db, actor, meeting_id)
    if meeting.state is not MeetingState.AGREED:
        raise Conflict("error.minutes.not_locked")
    said = texts.text(text, field="text")
    files.require_nameless(db, actor, meeting.case_id, text=said)
    repeated = db.scalars(
        select(Addendum).where(
            Addendum.meeting_id == meeting.id, Addendum.author_id == actor.person_id, Addendum.text == said
        )
    ).first()
    if repeated is not None:
        return repeated
    addendum = Addendum(meeting_id=meeting.id, text=said, author_id=actor.person_id)
    db.add(addendum)
    db.flush()
    _let_go_of_what_is_said(db, actor, meeting, dict.fromkeys(Entry, said))
    audit.record(db, actor, "add", addendum, case_id=meeting.case_id)
    return addendum


def _held(db: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """A meeting that was closed, held fast until the act is done."""
    meetings.hold(db, actor, meeting_id)
    meeting = meetings.find(db, actor, meeting_id)
    if not meeting.is_held:
        raise Conflict("error.minutes.none_yet")
    return meeting


def correctable(
    db: Session, actor: Actor, meeting_id: UUID, number: int, struck: int
) -> tuple[Meeting, Minutes]:
    """A closed meeting, held fast, and its newest minutes, if they are those that the actor had before them.

    A strike makes no new version: what was opened before it would bring the words back.
    """
    require(actor, Permission.RUN_MEETING)
    meeting = _held(db, actor, meeting_id)
    if meeting.state is MeetingState.AGREED:
        raise Conflict("error.minutes.locked")
    latest = newest(db, meeting.id)
    if latest.number != number:
        raise Conflict("error.minutes.newer")
    if len(strikes.of_meeting(db, meeting)) != struck:
        raise Conflict("error.minutes.struck")
    return meeting, latest


def follow(db: Session, actor: Actor, meeting: Meeting, latest: Minutes, content: Content) -> Minutes:
    """Keep the next version; one that says the same is none."""
    if content == minutes_contents.read(latest):
        return latest
    minutes = minutes_contents.keep(db, actor, meeting, content, number=latest.number + 1)
    audit.record(db, actor, "correct", minutes, case_id=meeting.case_id)
    return minutes


def newest(db: Session, meeting_id: UUID) -> Minutes:
    """The newest version of the minutes of a meeting that was found before. Raises Conflict before there are any."""
    statement = select(Minutes).where(Minutes.meeting_id == meeting_id).order_by(Minutes.number.desc())
    found = db.scalars(statement.limit(1)).one_or_none()
    if found is None:
        raise Conflict("error.minutes.none_yet")
    return found


def _attendance(meeting: Meeting, attendance_id: UUID) -> Attendance:
    found = next((each for each in meeting.attendances if each.id == attendance_id), None)
    if found is None:
        raise NotFound
    return found


def _versions(db: Session, meeting: Meeting) -> tuple[Version, ...]:
    approvals: dict[UUID, list[Agreed]] = {}
    rows = db.execute(
        select(MinutesApproval, Person.name, Service.name)
        .join(Minutes, Minutes.id == MinutesApproval.minutes_id)
        .join(Person, Person.id == MinutesApproval.person_id)
        .join(Service, Service.id == MinutesApproval.service_id)
        .where(Minutes.meeting_id == meeting.id)
        .order_by(MinutesApproval.created_at)
    )
    for approval, name, service in rows:
        approvals.setdefault(approval.minutes_id, []).append(
            Agreed(name, approval.service_id, service, approval.created_at)
        )
    made = db.execute(
        select(Minutes, Person.name, Service.id, Service.kind)
        .join(Person, Person.id == Minutes.made_by)
        .join(Service, Service.id == Person.service_id)
        .where(Minutes.meeting_id == meeting.id)
        .order_by(Minutes.number)
    )
    return tuple(
        Version(
            each.number,
            each.created_at,
            name,
            service_id,
            side,
            each.digest,
            minutes_contents.read(each),
            tuple(approvals.get(each.id, ())),
        )
        for each, name, service_id, side in made
    )


def _unseen(actor: Actor, versions: tuple[Version, ...]) -> tuple[Changed, ...]:
    """Only an agreement shows that a version was looked at; what was said at the table, both sides saw there."""
    agreed = [
        version.number
        for version in versions
        if any(approval.service_id == actor.service_id for approval in version.approvals)
    ]
    since = max(agreed, default=versions[0].number)
    return tuple(
        Changed(after, *change)
        for before, after in pairwise(versions)
        if after.number > since and after.service_id != actor.service_id
        for change in minutes_contents.changes(before.content, after.content)
    )


def _addenda(db: Session, meeting: Meeting) -> tuple[Added, ...]:
    rows = db.execute(
        select(Addendum, Person.name)
        .join(Person, Person.id == Addendum.author_id)
        .where(Addendum.meeting_id == meeting.id)
        .order_by(Addendum.created_at)
    )
    return tuple(Added(addendum.text, name, addendum.created_at) for addendum, name in rows)


def _unsent(db: Session, actor: Actor, meeting: Meeting) -> tuple[UnsentOwn, ...]:
    places = {
        unsent.slot(item.id, entry): (item, entry)
        for item in meeting.items
        for entry in item_entries.entries_of(item)
    }
    kept = unsent.of_slots(db, actor, places)
    return tuple(
        UnsentOwn(slot, item.id, item.title, entry, text.text)
        for slot, text in kept.items()
        for item, entry in [places[slot]]
    )


def _let_go_of_what_is_said(
    db: Session, actor: Actor, meeting: Meeting, said: Mapping[Entry, str], item_id: UUID | None = None
) -> None:
    """What the actor had typed at the table and these words hold is kept for nobody any more."""
    for one in _unsent(db, actor, meeting):
        if item_id in {None, one.item_id} and texts.holds(said.get(one.entry, ""), one.text):
            unsent.let_go(db, actor, {one.slot: [one.text]})
