"""The invitation to a meeting: what everybody may know who comes to it, as a screen, a calendar entry and in Word."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import icalendar
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from core import access, audit, clock
from core.access import Actor
from core.documents import invitation as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.errors import Invalid
from core.locale import Words
from core.models import AgendaItem, Attendance, Meeting, MeetingState, Person, ServiceKind
from core.operations import agendas, meeting_frames, outgoing
from core.operations.papers import USUAL, Paper, Sending
from core.settings import settings

#: The organizer that calendars take for "nobody to write to": an invitation names no person.
_NOBODY = "invalid:nomail"


@dataclass(frozen=True)
class Line:
    """An item of the agenda as the invitation shows it."""

    title: str
    minutes: int
    is_carried: bool


@dataclass(frozen=True)
class Invitation:
    """The frame of a meeting: no person, and nothing that was written in it."""

    meeting_id: UUID
    code: str
    kind: str
    kind_title: str
    state: MeetingState
    planned_at: datetime
    duration: timedelta
    is_remote: bool
    place: str
    link: str
    bring: tuple[str, ...]
    agenda: tuple[Line, ...]
    sequence: int

    @property
    def is_off(self) -> bool:
        return self.state in {MeetingState.CANCELLED, MeetingState.MISSED}

    @property
    def is_over(self) -> bool:
        """Held or off: nobody comes any more."""
        return self.is_off or self.state in {MeetingState.CLOSED, MeetingState.AGREED}

    @property
    def lacking(self) -> Invalid | None:
        """What is to be said before this leaves; the entry that takes a meeting out of calendars needs nothing."""
        if self.is_off:
            return None
        return meeting_frames.lacking(is_remote=self.is_remote, place=self.place, link=self.link)

    @property
    def where(self) -> str:
        return self.link or self.place if self.is_remote else self.place


def find(db: Session, actor: Actor, meeting_id: UUID) -> Invitation:
    """The invitation to a meeting of the actor, who may be a guest."""
    statement = access.visible_meetings(actor).options(joinedload(Meeting.case), selectinload(Meeting.items))
    meeting = access.find(db, statement, meeting_id)
    audit.look(db, meeting, "read_invitation", case_id=meeting.case_id)
    found = of(meeting)
    return found if access.is_worker(actor) else replace(found, agenda=_for_guest(db, actor, meeting))


def _for_guest(db: Session, actor: Actor, meeting: Meeting) -> tuple[Line, ...]:
    """The agenda before the eyes of another agency: what the library names, and what was put there for its meeting.

    What people type at the table is for those who sit at it, and other meetings of a case are not for its guests: nor
    is what the last one left over.
    """
    is_theirs = db.scalar(access.guest_meetings(actor).where(Meeting.id == meeting.id)) is not None
    return tuple(
        replace(line, title=title, is_carried=False)
        for item, line in zip(meeting.items, of(meeting).agenda, strict=True)
        if (title := item.title if is_theirs and _is_put_there(meeting, item) else agendas.named(item))
    )


def _is_put_there(meeting: Meeting, item: AgendaItem) -> bool:
    """People put it on this agenda, and before the meeting began."""
    begun_at = meeting.started_at or item.created_at
    return not item.is_by_itself and item.created_at <= begun_at


def _whole(db: Session, actor: Actor, meeting_id: UUID) -> Invitation:
    """The invitation as it may leave. Raises Invalid where it does not say where people meet."""
    found = find(db, actor, meeting_id)
    if (lacking := found.lacking) is not None:
        raise lacking
    return found


def of(meeting: Meeting) -> Invitation:
    """The invitation to a meeting that was found with its case and its agenda."""
    return Invitation(
        meeting_id=meeting.id,
        code=meeting.case.code if meeting.case else "",
        kind=meeting.kind,
        kind_title=agendas.kinds().kind(meeting.kind).title,
        state=meeting.state,
        planned_at=meeting.planned_at,
        duration=meeting.duration,
        is_remote=meeting.is_remote,
        place=meeting.place,
        link=meeting.link,
        bring=tuple(line.strip() for line in meeting.bring.splitlines() if line.strip()),
        agenda=tuple(Line(item.title, item.minutes, item.carried_from is not None) for item in meeting.items),
        sequence=meeting.sequence,
    )


@outgoing.document
def calendar(db: Session, actor: Actor, meeting_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """The calendar entry; of a meeting that was called off, the entry that takes it out of the calendar.

    Its title says nothing, because titles show on locked screens; the case code stands in its text.
    """
    found = _whole(db, actor, meeting_id)
    entry = icalendar.Event()
    entry.add("uid", f"{found.meeting_id}@concord.invalid")
    entry.add("sequence", found.sequence)
    entry.add("dtstamp", clock.now())
    entry.add("dtstart", found.planned_at)
    entry.add("dtend", found.planned_at + found.duration)
    entry.add("summary", words("invitation.summary"))
    entry.add("location", found.where)
    entry.add("description", _description(found, words))
    entry.add("class", "PRIVATE")
    entry.add("status", "CANCELLED" if found.is_off else "CONFIRMED")
    entry.add("organizer", icalendar.vCalAddress(_NOBODY))
    whole = icalendar.Calendar()
    whole.add("prodid", "-//Concord//Invitation//EN")
    whole.add("version", "2.0")
    whole.add("method", "CANCEL" if found.is_off else "REQUEST")
    whole.add_component(entry)
    content = bytes(whole.to_ical())
    return _paper(
        db, actor, found, sending, kind=DocumentKind.CALENDAR_ENTRY, make=lambda _: content, extension="ics"
    )


def _description(found: Invitation, words: Words) -> str:
    """Code and place alone: calendars may copy it to private telephones. All else is in the Word file (decision 34)."""
    parts = [words("invitation.case", code=found.code)] if found.code else []
    parts.append(words("invitation.length", length=words.minutes(found.duration)))
    if found.is_remote and found.link:
        parts.append(words("invitation.link", link=found.link))
    if found.place:
        parts.append(words("invitation.place", place=found.place))
    parts += ["", words("invitation.bring_elsewhere"), words("invitation.handle")]
    return "\n".join(parts)


def line_title(line: Line, words: Words) -> str:
    """The title of an item, marked where the meeting before did not reach it."""
    return words("invitation.carried", title=line.title) if line.is_carried else line.title


@outgoing.document
def document(db: Session, actor: Actor, meeting_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """The invitation in Word, for everybody who is invited; a guest takes it for their own agency."""
    found = _whole(db, actor, meeting_id)
    # A guest holds it too: what the two services did not get through last time is not for another agency.
    is_marked = not agendas.has_guests(db, db.get_one(Meeting, meeting_id))
    made = word.InvitationDocument(
        case_code=found.code,
        meeting_kind=found.kind_title,
        held_at_text=words.moment(found.planned_at),
        place=found.place,
        length=words.minutes(found.duration),
        # It leaves the two services and names nobody, whoever printed it included.
        printed=Printed(by="", at_text=words.moment(clock.now())),
        link=found.link,
        agenda=tuple(
            word.AgendaLine(line_title(line, words) if is_marked else line.title, str(line.minutes))
            for line in found.agenda
        ),
        bring=found.bring,
        is_remote=found.is_remote,
        language=settings().language,
    )
    return _paper(
        db,
        actor,
        found,
        sending,
        kind=DocumentKind.INVITATION,
        make=lambda chosen: word.make(made, chosen, words),
    )


def _paper(
    db: Session,
    actor: Actor,
    found: Invitation,
    sending: Sending,
    *,
    kind: DocumentKind,
    make: Callable[[Recipient], bytes],
    extension: str = "docx",
) -> Paper:
    """It goes to everybody who is invited, and leads to where people meet."""
    meeting = db.get_one(Meeting, found.meeting_id)
    own = recipient(actor)
    is_guests = own is Recipient.AGENCY
    chosen, choices = outgoing.to_whom(
        kind, sending, own if is_guests else Recipient.JOINT, among=(own,) if is_guests else ()
    )
    invited = (
        select(Person)
        .join(Attendance, Attendance.person_id == Person.id)
        .where(Attendance.meeting_id == meeting.id)
        .options(joinedload(Person.service))
        .order_by(Person.name)
    )
    return Paper(
        kind=kind,
        recipient=chosen,
        content=make(chosen),
        record=meeting,
        act="take_invitation",
        case_id=meeting.case_id,
        extension=extension,
        choices=choices,
        people=() if is_guests else tuple(db.scalars(invited)),
        places=tuple(filter(None, (found.place, found.link))),
        expected=(found.place, found.link, found.code),
    )


def recipient(actor: Actor) -> Recipient:
    """For whom a document is made that this actor asks for."""
    sides = {ServiceKind.PP: Recipient.PP, ServiceKind.VSS: Recipient.VSS}
    return sides.get(actor.kind, Recipient.AGENCY)
