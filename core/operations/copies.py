"""The copy of one person's own data: what may be in it, what is left out, and the file.

It is built from the own service's own file alone, whatever the joint space holds: a copy for him has no road to her.
What a service wrote down in its own file after it read something of the other's stays out too, and no tick brings it
back. Everything else that may be about somebody else is left out unless a person looked at it and said that it may go.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.audit import EventKind
from core.content import consent_purposes, file_topics
from core.documents import person_copy
from core.documents.kinds import Recipient
from core.errors import Conflict
from core.locale import Words
from core.models import (
    AgendaItem,
    Case,
    CaseFile,
    Consent,
    Cooperation,
    Event,
    FileNote,
    HandedAnswer,
    HandedIn,
    JointItem,
    Meeting,
    PathEntry,
    Person,
    RiskAssessment,
    Service,
    ServiceKind,
    Subject,
    SubjectKind,
)
from core.operations import person_requests, protocols
from core.settings import settings

#: So many words in a row as the other service wrote them are no chance.
_IN_A_ROW = 5
_LEAST = 2
#: Judging the danger is never for him (domain 8.1, 6).
_NEVER_FOR_HIM = frozenset({"dynamic_risk"})
#: Written down from somebody else, by their nature.
_OF_OTHERS = frozenset({"other_agencies", "his_children", "children", "shared_without_consent"})
#: How he heard of it is not known from the kind alone: an episode may have been told by her.
_TOLD_BY_OTHERS = frozenset({"episode"})


@dataclass(frozen=True)
class Piece:
    """Something that could go into the copy."""

    id: str
    section: str
    heading: str
    on: date
    text: str
    #: A key of the words that stands before the text: what somebody answered.
    said: str = ""
    #: A key of the words: why it is left out unless somebody says that it may go; empty: it goes.
    doubt: str = ""
    #: It cannot go, whatever somebody says.
    never: bool = False


def pieces(db: Session, actor: Actor, request_id: UUID) -> list[Piece]:
    """Everything of the own file that is about the person who asks, with what speaks against giving it away."""
    request = person_requests.find(db, actor, request_id)
    subject = person_requests.subject_of(db, actor, request)
    audit.look(db, request, "read_copy", case_id=request.case_id)
    found = list(_consents(db, subject))
    if subject.kind is not SubjectKind.CHILD:
        found += [*_notes(db, actor, subject, request.case_id), *_path(db, actor, request.case_id)]
    return found


def left_out(db: Session, actor: Actor, request_id: UUID) -> set[str]:
    """What does not go: as somebody chose, or where nobody has yet, whatever there is a doubt about."""
    request = person_requests.find(db, actor, request_id)
    every = pieces(db, actor, request_id)
    never = {one.id for one in every if one.never}
    chosen = request.left_out if request.chosen_by else [one.id for one in every if one.doubt]
    return never | set(chosen)


def document(db: Session, actor: Actor, request_id: UUID, *, words: Words) -> bytes:
    """The copy as one file: to read in Word, and for a machine in JSON. A second person has looked at what is in it."""
    require(actor, Permission.TAKE_COPY)
    access.require_fresh(actor)
    request = person_requests.find(db, actor, request_id)
    if request.checked_by is None or not request.is_identified:
        raise Conflict("error.person_request.unchecked")
    subject = person_requests.subject_of(db, actor, request)
    out = left_out(db, actor, request_id)
    goes = [one for one in pieces(db, actor, request_id) if one.id not in out]
    data = _contacts(subject)
    read = person_copy.PersonCopy(
        service=actor.service_name,
        made_on=words.day(clock.today()),
        data=tuple((words(f"subject.{name}"), _said(value, words)) for name, value in data.items()),
        entries=tuple(
            person_copy.Entry(
                words(f"copy.section.{one.section}"), one.heading, words.day(one.on), whole(one, words)
            )
            for one in goes
        ),
        language=settings().language,
    )
    audit.record(db, actor, "take_copy", request, case_id=request.case_id, kind=EventKind.EXPORT)
    return _zipped(person_copy.make(read, Recipient.PERSON, words), _machine(actor, data, goes, words))


def whole(piece: Piece, words: Words) -> str:
    """What stands there, an answer in words before it."""
    return " · ".join(part for part in (words(piece.said) if piece.said else "", piece.text) if part)


def _machine(actor: Actor, data: dict[str, object], goes: list[Piece], words: Words) -> bytes:
    said = {
        "service": actor.service_name,
        "made_on": clock.today().isoformat(),
        "person": {name: str(value) for name, value in data.items()},
        "entries": [
            {
                "section": one.section,
                "about": one.heading,
                "day": one.on.isoformat(),
                "text": whole(one, words),
            }
            for one in goes
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _zipped(word: bytes, machine: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (("copy.docx", word), ("copy.json", machine)):
            packed.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def _contacts(subject: Subject) -> dict[str, object]:
    """What the file says about the person; how she is reached safely is hers too."""
    names = ["name", "born_on", "address", "phone", "email", "language"]
    if subject.kind is SubjectKind.HER:
        names += ["safe_channel", "safe_times", "code_phrase"]
    return {name: value for name in names if (value := getattr(subject, name))}


def _said(value: object, words: Words) -> str:
    return words.day(value) if isinstance(value, date) else str(value)


def _consents(db: Session, subject: Subject) -> Iterator[Piece]:
    purposes = consent_purposes.load()
    for one in db.scalars(select(Consent).where(Consent.subject_id == subject.id).order_by(Consent.asked_on)):
        text = " · ".join(part for part in (one.exceptions, one.how_asked) if part)
        title = purposes.purpose(one.purpose).title
        yield Piece(str(one.id), "consent", title, one.asked_on, text, said=f"consent.state.{one.state}")


def _notes(db: Session, actor: Actor, subject: Subject, case_id: UUID) -> Iterator[Piece]:
    topics = file_topics.load()
    walls = _Walls(db, actor, case_id, subject)
    statement = access.visible_notes(actor).where(FileNote.file_id == subject.file_id)
    for note in db.scalars(statement.order_by(FileNote.written_on, FileNote.created_at)):
        is_his = subject.kind is SubjectKind.HIM
        never = (is_his and note.topic in _NEVER_FOR_HIM) or walls.is_of_the_other(
            f"{note.text} {note.source}"
        )
        doubt = ""
        if never:
            doubt = "never"
        elif note.topic in _OF_OTHERS:
            doubt = "of_others"
        elif note.source:
            doubt = "source"
        elif walls.names_somebody(note.text):
            doubt = "names"
        elif walls.may_be_of_what_was_taken_back(note.written_on):
            doubt = "taken_back"
        yield Piece(
            str(note.id),
            "note",
            topics.topic(note.topic).title,
            note.written_on,
            note.text,
            doubt=doubt,
            never=never,
        )


def _path(db: Session, actor: Actor, case_id: UUID) -> Iterator[Piece]:
    protocol = protocols.of_case(db, db.get_one(Case, case_id))
    walls = _Walls(db, actor, case_id, None)
    statement = access.own_path_entries(actor).where(PathEntry.case_id == case_id)
    for one in db.scalars(statement.order_by(PathEntry.happened_on, PathEntry.created_at)):
        never = walls.is_of_the_other(one.note)
        doubt = "never" if never else "of_others" if one.kind in _TOLD_BY_OTHERS else ""
        if not doubt and one.note and walls.may_be_of_what_was_taken_back(one.created_at.date()):
            doubt = "taken_back"
        title = protocol.path_kind(one.kind).title
        yield Piece(str(one.id), "path", title, one.happened_on, one.note, doubt=doubt, never=never)


class _Walls:
    """What shows that a text of the own file comes from the other service, or names somebody else."""

    def __init__(self, db: Session, actor: Actor, case_id: UUID, subject: Subject | None) -> None:
        self.rows = {row for text in _of_the_other(db, actor, case_id) for row in _in_a_row(text)}
        self.taken_back_since = _taken_back_since(db, actor, case_id)
        self.names = _names_of_the_other(db, actor, case_id) if actor.kind is ServiceKind.PP else set()
        self.people = _people(db, subject) if subject is not None else set()

    def is_of_the_other(self, text: str) -> bool:
        """Does it hold a stretch as the other service wrote it, or say who they are?"""
        said = f" {' '.join(_words(text))} "
        return any(f" {row} " in said for row in self.rows) or _holds(text, self.names)

    def may_be_of_what_was_taken_back(self, on: date) -> bool:
        """Was it written when the other service had shared what nobody here can read any more?"""
        return self.taken_back_since is not None and on >= self.taken_back_since

    def names_somebody(self, text: str) -> bool:
        """Does it name another person of the file?"""
        return _holds(text, self.people)


def _taken_back_since(db: Session, actor: Actor, case_id: UUID) -> date | None:
    """Since when something could be read here that the other service has taken back.

    It lies sealed for its own service again, and nothing can be compared with it.
    """
    items = select(func.min(JointItem.released_at)).where(
        JointItem.case_id == case_id,
        JointItem.service_id != actor.service_id,
        JointItem.withdrawn_at.is_not(None),
    )
    # A step that is shown no more bears no mark of it; the log does.
    hidden = select(Event.subject_id).where(
        Event.case_id == case_id, Event.subject == PathEntry.__tablename__, Event.act == "unshare"
    )
    entries = select(func.min(PathEntry.created_at)).where(
        PathEntry.case_id == case_id,
        PathEntry.service_id != actor.service_id,
        or_(
            and_(PathEntry.is_shared.is_(True), PathEntry.removed_at.is_not(None)),
            and_(PathEntry.is_shared.is_(False), PathEntry.id.in_(hidden)),
        ),
    )
    moments = [moment for moment in (db.scalar(items), db.scalar(entries)) if moment is not None]
    return min(moments).date() if moments else None


def _of_the_other(db: Session, actor: Actor, case_id: UUID) -> Iterator[str]:
    """What the other service put where this one can read it."""
    items = select(JointItem).where(
        JointItem.case_id == case_id,
        JointItem.service_id != actor.service_id,
        JointItem.released_at.is_not(None),
        JointItem.withdrawn_at.is_(None),
    )
    for item in db.scalars(items):
        yield item.text
    view = AgendaItem.vss_view if actor.kind is ServiceKind.PP else AgendaItem.pp_view
    table = (
        select(view, AgendaItem.facts, AgendaItem.decisions)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Meeting.case_id == case_id)
    )
    for row in db.execute(table):
        yield from row
    entries = select(PathEntry).where(
        PathEntry.case_id == case_id,
        PathEntry.service_id != actor.service_id,
        PathEntry.is_shared.is_(True),
        PathEntry.removed_at.is_(None),
    )
    for entry in db.scalars(entries):
        yield entry.note
    answers = (
        select(HandedAnswer)
        .join(HandedIn, HandedIn.id == HandedAnswer.handed_in_id)
        .join(RiskAssessment, RiskAssessment.id == HandedIn.assessment_id)
        .where(RiskAssessment.case_id == case_id, HandedIn.service_id != actor.service_id)
    )
    for answer in db.scalars(answers):
        yield from (answer.told_by, answer.note)


def _names_of_the_other(db: Session, actor: Actor, case_id: UUID) -> set[str]:
    """The victim support service and its people: that they work on this case is not his to know."""
    case = db.get_one(Case, case_id)
    other = db.get_one(Cooperation, case.cooperation_id).other(actor.service_id)
    people = select(Person.name).where(Person.service_id == other)
    return {db.get_one(Service, other).name.casefold(), *(name.casefold() for name in db.scalars(people))}


def _people(db: Session, subject: Subject) -> set[str]:
    statement = (
        select(Subject)
        .join(CaseFile, CaseFile.id == Subject.file_id)
        .where(Subject.file_id == subject.file_id, Subject.id != subject.id)
    )
    return {other.name.casefold() for other in db.scalars(statement) if other.name}


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"\w+", text)]


def _in_a_row(text: str) -> set[str]:
    """Every stretch of so many words; of a shorter text all of it, where it says anything."""
    said = _words(text)
    if len(said) < _LEAST:
        return set()
    length = min(_IN_A_ROW, len(said))
    return {" ".join(said[start : start + length]) for start in range(len(said) - length + 1)}


def _holds(text: str, names: set[str]) -> bool:
    said = text.casefold()
    return any(name in said for name in names if name)
