"""A service's own file in a case: the people as this service knows them, and its notes. The other side reads none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require, require_version
from core.content import file_topics
from core.content.file_topics import Topic
from core.content.protocols import Side
from core.errors import Invalid
from core.lists import Asked
from core.models import (
    Case,
    CaseFile,
    Event,
    EventKind,
    FileNote,
    Person,
    ServiceKind,
    Subject,
    SubjectKind,
)
from core.operations import cases, contact_changes, contact_flags, own_files, people_codes
from core.operations.identifying import found_in, require_nameless, require_nothing_told, tells
from core.text import day, line, text

__all__ = ["SubjectKind", "found_in", "require_nameless", "require_nothing_told", "tells"]

#: Whom each side keeps in its file.
KINDS: Mapping[ServiceKind, tuple[SubjectKind, ...]] = {
    ServiceKind.PP: (SubjectKind.HIM,),
    ServiceKind.VSS: (SubjectKind.HER, SubjectKind.CHILD),
}
LETTERS = {SubjectKind.HIM: "M", SubjectKind.HER: "W", SubjectKind.CHILD: "C"}
#: Typed lines of a subject and how long each may be.
CONTACTS = {"name": 120, "address": 300, "phone": 60, "email": 120, "language": 60}
#: One of these is needed: without any, an entry is nobody.
KNOWN_BY = ("name", "address", "phone", "email", "safe_channel")
#: How she can be reached without danger: kept at the victim support service alone.
SAFE_CONTACTS = {"safe_channel": 300, "safe_times": 300, "code_phrase": 120, "who_may_know": 300}


@dataclass(frozen=True)
class MyFile:
    """One's own file: what it is, who stands in it, what was noted, and which notes were shared from.

    Names and contacts are in it only while it is certain who looks.
    """

    file: CaseFile
    subjects: tuple[Subject, ...]
    notes: tuple[FileNote, ...]
    shared_notes: frozenset[UUID]


@access.of_one_case
def mine(db: Session, actor: Actor, case_id: UUID) -> MyFile:
    """The actor's own file in a case.

    Raises NotFound where the case or its file is not theirs to read.
    """
    file = _file(db, actor, case_id)
    audit.look(db, file, case_id=case_id)
    subjects = db.scalars(
        access.visible_subjects(actor)
        .where(Subject.file_id == file.id)
        .order_by(Subject.kind.desc(), Subject.code)
    )
    notes = db.scalars(
        access.visible_notes(actor)
        .where(FileNote.file_id == file.id)
        .order_by(FileNote.written_on.desc(), FileNote.created_at.desc())
    )
    shared = db.scalars(
        select(Event.subject_id).where(
            Event.case_id == case_id,
            Event.service_id == actor.service_id,
            Event.subject == "file_note",
            Event.act.in_(["share", "share_meant"]),
        )
    )
    return MyFile(
        file, tuple(own_files.shown(actor, subject) for subject in subjects), tuple(notes), frozenset(shared)
    )


def holding(notes: Iterable[FileNote], search: str) -> list[FileNote]:
    """Those notes that hold each word of a search. They lie sealed, so the database cannot search in them."""
    words = [word.casefold() for word in Asked(search).words]
    return [note for note in notes if all(word in f"{note.text} {note.source}".casefold() for word in words)]


def topics(actor: Actor) -> tuple[Topic, ...]:
    """What the actor's side can write notes about."""
    return file_topics.load().of(cases.side_of(actor))


def reveal(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """Leave an event that the actor looked at the names and contacts of the file."""
    access.require_fresh(actor)
    file = _file(db, actor, case_id)
    audit.record(db, actor, "reveal", file, case_id=case_id, kind=EventKind.READ)
    return file


def set_reference(db: Session, actor: Actor, case_id: UUID, *, reference: str, version: int) -> CaseFile:
    """Write down the number that the file has in the service's own system."""
    require(actor, Permission.WRITE_FILE)
    file = _file(db, actor, case_id)
    require_version(file, version)
    file.reference = line(reference, field="reference", required=False, longest=60)
    audit.record(db, actor, "set_reference", file, case_id=case_id)
    db.flush()
    return file


@dataclass(frozen=True)
class Contacts:
    """What is typed about a person; the last five are for the victim support service alone."""

    name: str = ""
    born_on: date | None = None
    address: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    safe_channel: str = ""
    safe_times: str = ""
    code_phrase: str = ""
    who_may_know: str = ""
    messages_allowed: bool = False


def add_subject(
    db: Session, actor: Actor, case_id: UUID, *, kind: SubjectKind, contacts: Contacts
) -> Subject:
    """Enter a person into the file; the code that may stand in the joint space is made from the case's.

    One man, one woman, and children as they are.
    """
    require(actor, Permission.WRITE_FILE)
    file = _file(db, actor, case_id)
    if kind not in KINDS[actor.kind]:
        raise Invalid("error.subject_of_other_side", field="kind")
    held = db.scalars(access.visible_subjects(actor).where(Subject.file_id == file.id)).all()
    same = [subject for subject in held if subject.kind is kind]
    if same and kind is not SubjectKind.CHILD:
        raise Invalid("error.subject_exists", field="kind")
    if len(same) >= cases.MOST_CHILDREN:
        raise Invalid("error.children_count", field="kind", most=cases.MOST_CHILDREN)
    values = _checked(actor, contacts)
    number = people_codes.number(db.get_one(Case, case_id))
    letter = people_codes.next_letter(db, file) if kind is SubjectKind.CHILD else ""
    subject = Subject(file_id=file.id, kind=kind, code=f"{LETTERS[kind]}-{number}{letter}")
    _write(subject, values)
    db.add(subject)
    db.flush()
    audit.record(db, actor, "add", subject, case_id=case_id)
    return subject


def revise_subject(
    db: Session, actor: Actor, subject_id: UUID, *, contacts: Contacts, version: int
) -> Subject:
    """Correct what the file says about a person."""
    require(actor, Permission.WRITE_FILE)
    subject = access.find(db, access.visible_subjects(actor), subject_id)
    require_version(subject, version)
    values = _checked(actor, contacts)
    contact_flags.require_safe(db, subject, contacts.safe_channel)
    before = {field: str(getattr(subject, field)) for field in (*CONTACTS, *SAFE_CONTACTS)}
    _write(subject, values)
    contact_flags.changed(db, actor, subject, before)
    contact_changes.corrected(db, actor, subject, before)
    audit.record(db, actor, "revise", subject, case_id=_case_id(db, subject.file_id))
    db.flush()
    return subject


def written_by(db: Session, actor: Actor, subject_id: UUID) -> str:
    """Who saved an entry last, by name; empty where the log does not reach so far back."""
    subject = access.find(db, access.visible_subjects(actor), subject_id)
    last = (
        access.visible_events(actor)
        .join(Person, Person.id == Event.person_id)
        .where(Event.subject == "subject", Event.subject_id == subject.id, Event.act.in_(["add", "revise"]))
        .order_by(Event.created_at.desc())
        .limit(1)
        .with_only_columns(Person.name)
    )
    return db.scalar(last) or ""


def find_note(db: Session, actor: Actor, note_id: UUID) -> FileNote:
    """One note of the actor's own file."""
    note = access.find(db, access.visible_notes(actor), note_id)
    audit.look(db, note, case_id=_case_id(db, note.file_id))
    return note


@access.of_case_of(FileNote)
def open_note(db: Session, actor: Actor, note_id: UUID) -> tuple[FileNote, UUID]:
    """The same with the case in whose file it stands."""
    note = find_note(db, actor, note_id)
    return note, _case_id(db, note.file_id)


def add_note(
    db: Session, actor: Actor, case_id: UUID, *, topic: str, text_: str, source: str, written_on: date | None
) -> FileNote:
    """Write a note into the actor's own file."""
    require(actor, Permission.WRITE_FILE)
    file = _file(db, actor, case_id)
    note = FileNote(
        file_id=file.id,
        author_id=actor.person_id,
        topic=_topic(actor, topic),
        text=text(text_, field="text"),
        source=line(source, field="source", required=False),
        written_on=_written_on(written_on),
    )
    db.add(note)
    db.flush()
    audit.record(db, actor, "add", note, case_id=case_id)
    return note


def revise_note(
    db: Session,
    actor: Actor,
    note_id: UUID,
    *,
    topic: str,
    text_: str,
    source: str,
    written_on: date | None,
    version: int,
) -> FileNote:
    """Change a note. What was shared from it stays as it was shared."""
    require(actor, Permission.WRITE_FILE)
    note = find_note(db, actor, note_id)
    require_version(note, version)
    note.topic = _topic(actor, topic)
    note.text = text(text_, field="text")
    note.source = line(source, field="source", required=False)
    note.written_on = _written_on(written_on)
    audit.record(db, actor, "revise", note, case_id=_case_id(db, note.file_id))
    db.flush()
    return note


def _file(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    case = cases.find(db, actor, case_id)
    statement = access.visible_files(actor).where(CaseFile.case_id == case.id)
    return access.find(db, statement, cases.own_file(db, actor, case).id)


def _case_id(db: Session, file_id: UUID) -> UUID:
    return db.get_one(CaseFile, file_id).case_id


def _topic(actor: Actor, topic: str) -> str:
    if topic not in {one.id for one in topics(actor)}:
        raise Invalid("error.unknown_topic", field="topic")
    return topic


def _written_on(written_on: date | None) -> date:
    given = day(written_on, field="written_on")
    if given > clock.today():
        raise Invalid("error.future_date", field="written_on")
    return given


def _checked(actor: Actor, contacts: Contacts) -> dict[str, object]:
    """The typed values, each fit to be kept. Raises Invalid beside the field."""
    values: dict[str, object] = {
        name: line(getattr(contacts, name), field=name, required=False, longest=longest)
        for name, longest in (CONTACTS | SAFE_CONTACTS).items()
    }
    for name in SAFE_CONTACTS:
        if values[name] and cases.side_of(actor) is not Side.VSS:
            raise Invalid("error.vss_only", field=name)
    if contacts.messages_allowed and cases.side_of(actor) is not Side.VSS:
        raise Invalid("error.vss_only", field="messages_allowed")
    if contacts.born_on is not None and day(contacts.born_on, field="born_on") > clock.today():
        raise Invalid("error.future_date", field="born_on")
    if not any(values[name] for name in KNOWN_BY):
        raise Invalid("error.subject_empty", field="name")
    return values | {"born_on": contacts.born_on, "messages_allowed": contacts.messages_allowed}


def _write(subject: Subject, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(subject, name, value)
