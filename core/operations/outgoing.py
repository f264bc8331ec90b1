"""What leaves the house: every document goes through here, is looked at once more, and leaves its line.

@outgoing.document
def document(db, actor, meeting_id, *, words, sending=USUAL) -> Paper: ...

document(db, actor, meeting_id, words=words)        takes it: stopped by a register, else gone and logged
wanted = document.of(meeting_id, words=words)       what somebody wants to take along
outgoing.look(db, actor, wanted, sending)           before it is taken: for whom, what it holds, what was found
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import access, audit
from core.access import Actor, Permission
from core.audit import EventKind
from core.content import recipients
from core.content.recipients import Kind, Recipient
from core.db import Record
from core.documents import kinds, locked, read
from core.documents.kinds import DocumentKind
from core.errors import Invalid, NotAllowed
from core.models import Barred, Case, ContactMark, Cooperation, Departure, Person, Service, ServiceKind
from core.operations import contact_flags, invitees, registers, telling
from core.operations.identifying import Found, found, subjects_of
from core.operations.registers import Way
from core.text import text

__all__ = ["Recipient"]

P = ParamSpec("P")
SHORTEST_REASON = 30
LOCKED_NAME = locked.FILE_NAME
new_passphrase = locked.passphrase
#: What the check reads; a paper that was filed as a PDF, and a workbook, it does not.
_READ = frozenset({"docx", "ics", "csv"})


@dataclass(frozen=True)
class Sending:
    """How a document is to leave; without a recipient, to whom it usually goes."""

    recipient: Recipient | None = None
    #: It leaves as a zip that this opens; empty: as it is.
    passphrase: str = ""
    #: Why it leaves though a register stops it.
    anyway: str = ""


#: As it usually goes.
USUAL = Sending()


@dataclass(frozen=True)
class Paper:
    """A document as it would leave: made, and still here."""

    kind: DocumentKind
    recipient: Recipient
    content: bytes
    record: Record
    act: str
    case_id: UUID | None = None
    extension: str = "docx"
    #: Among whom can be chosen.
    choices: tuple[Recipient, ...] = ()
    #: Who gets it besides the workers of the services that are its recipients.
    people: tuple[Person, ...] = ()
    services: tuple[Service, ...] = ()
    #: Where it leads to, or is sent to.
    places: tuple[str, ...] = ()
    #: What stands in it by right, so that the check passes over it.
    expected: tuple[str, ...] = ()
    #: The Word file in what is packed.
    packed: bytes = b""
    #: It goes to him though it is no paper for him: the copy of his own data.
    is_his_copy: bool = False

    @property
    def lines(self) -> list[read.Line]:
        word = self.content if self.extension == "docx" else self.packed
        return read.lines(word) if word else []

    @property
    def said(self) -> str:
        """What can be read in it; a PDF that was filed and a table of numbers are not looked through."""
        found = "\n".join(line.text for line in self.lines)
        if self.extension in {"ics", "csv"}:
            found = self.content.decode("utf-8-sig")
        for known in filter(None, self.expected):
            found = found.replace(known, "")
        return found


@dataclass(frozen=True)
class Stop:
    """Why a document does not leave. What the register says is for who may read the file; others get no word of it."""

    kind: Barred | ContactMark
    about: str = ""
    whom: str = ""
    why: str = ""
    #: Towards him nothing goes on.
    is_final: bool = False


@dataclass(frozen=True)
class Look:
    """The last look at a document before it leaves."""

    kind: Kind
    recipient: Recipient
    choices: tuple[Recipient, ...]
    parts: tuple[str, ...]
    found: tuple[Found, ...]
    stops: tuple[Stop, ...]
    #: Was it looked through, and is there a file whose names could stand in it?
    is_read: bool
    has_file: bool

    @property
    def is_final(self) -> bool:
        return any(stop.is_final for stop in self.stops) or (
            self.recipient is Recipient.HIM and bool(self.found)
        )


@dataclass(frozen=True)
class Wanted:
    """A document that somebody wants to take along, with all that it is made from."""

    document: "Document[Any]"
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


class Document(Generic[P]):
    """A kind of document: called, it leaves; its `paper` stays."""

    def __init__(self, paper: Callable[Concatenate[Session, Actor, P], Paper]) -> None:
        self.paper = paper
        update_wrapper(self, paper)

    def __call__(self, db: Session, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> bytes:
        access.require_fresh(actor)
        sending = kwargs.get("sending")
        paper = self.paper(db, actor, *args, **kwargs)
        return _leave(db, actor, paper, sending if isinstance(sending, Sending) else USUAL)

    def of(self, *args: P.args, **kwargs: P.kwargs) -> Wanted:
        return Wanted(self, args, kwargs)


document = Document


def look(db: Session, actor: Actor, wanted: Wanted, sending: Sending) -> Look:
    """What somebody reads before a document leaves: for whom it is, what it holds, what was found, what stops it."""
    access.require_fresh(actor)
    paper = wanted.document.paper(db, actor, *wanted.args, **wanted.kwargs, sending=sending)
    return Look(
        kind=recipients.load().kind(paper.kind),
        recipient=paper.recipient,
        choices=paper.choices or (paper.recipient,),
        parts=_parts(paper),
        found=tuple(_found(db, actor, paper)),
        stops=tuple(stops(db, actor, paper)),
        is_read=paper.extension in _READ or bool(paper.packed) or paper.case_id is None,
        has_file=paper.case_id is not None,
    )


def title(recipient: Recipient) -> str:
    """The recipient in words."""
    return recipients.load().recipient(recipient).title


def to_whom(
    kind: DocumentKind, sending: Sending, usual: Recipient, *, among: Sequence[Recipient] = ()
) -> tuple[Recipient, tuple[Recipient, ...]]:
    """For whom it is made, and among whom can be chosen: what the table allows, the usual one first."""
    allowed = recipients.load().kind(kind).recipients
    choices = tuple(
        sorted((one for one in allowed if one in (among or allowed)), key=lambda one: one != usual)
    )
    recipient = sending.recipient or usual
    kinds.check(kind, recipient)
    if recipient not in choices:
        raise NotAllowed("error.document_recipient", kind=kind.value, recipient=recipient.value)
    return recipient, choices


def _leave(db: Session, actor: Actor, paper: Paper, sending: Sending) -> bytes:
    """Let it go, unless something stops it. Leaves its own event and the line of what left for whom."""
    kinds.check(paper.kind, paper.recipient)
    stopped = stops(db, actor, paper)
    if any(stop.is_final for stop in stopped) or (stopped and not sending.anyway.strip()):
        raise NotAllowed("error.outgoing.stopped")
    if paper.recipient is Recipient.HIM and _found(db, actor, paper):
        raise NotAllowed("error.outgoing.told_to_him")
    anyway = text(sending.anyway, field="anyway", longest=1000) if stopped else ""
    if stopped and len(anyway) < SHORTEST_REASON:
        raise Invalid("error.outgoing.short_reason", field="anyway", shortest=SHORTEST_REASON)
    audit.record(db, actor, paper.act, paper.record, case_id=paper.case_id, kind=EventKind.EXPORT)
    departure = Departure(
        service_id=actor.service_id,
        person_id=actor.person_id,
        case_id=paper.case_id,
        kind=paper.kind.value,
        recipient=paper.recipient.value,
        is_locked=bool(sending.passphrase),
        anyway=anyway,
    )
    db.add(departure)
    db.flush()
    act = f"{paper.kind}_{'anyway' if stopped else 'for'}_{paper.recipient}"
    audit.record(db, actor, act, departure, case_id=paper.case_id, kind=EventKind.EXPORT)
    if not sending.passphrase:
        return paper.content
    return locked.lock(paper.content, extension=paper.extension, with_passphrase=sending.passphrase)


# --- What is found, and what stops -------------------------------------------------------------------------------------


def _parts(paper: Paper) -> tuple[str, ...]:
    heads = [
        line.text for line in paper.lines if line.style in {"Heading 1", "Section"} and line.text.strip()
    ]
    return tuple(dict.fromkeys(heads))


def _found(db: Session, actor: Actor, paper: Paper) -> list[Found]:
    """Names and contacts of the own file, flagged ones and old ones among them, and what looks like a contact."""
    if paper.case_id is None or not actor.kind.is_side:
        return []
    said, people = paper.said, subjects_of(db, actor, paper.case_id)
    hits = found(said, people)
    if actor.kind is ServiceKind.VSS or paper.recipient is Recipient.HIM:
        hits += telling.alike(said, ())
    # Line by line: in a long text every word of an address stands somewhere.
    hits += [
        Found("address", person.address, person.code)
        for person in people
        if person.address and any(contact_flags.is_at(person.address, line) for line in said.splitlines())
    ]
    flags = contact_flags.holding(db, actor, paper.case_id)
    hits += [
        Found(str(flag.field), flag.value, flag.subject.code)
        for flag in flags
        if contact_flags.stands_in(flag, said)
    ]
    if paper.recipient is Recipient.HIM:
        hits = [hit for hit in hits if hit.field != "name"]  # his own name stands on his own paper
    return list(dict.fromkeys(hits))


def stops(db: Session, actor: Actor, paper: Paper) -> list[Stop]:
    """What stops this paper: the own register, and flags on the address it would go to."""
    entries = registers.holding(db, actor, paper.case_id, Way.WRITTEN, Way.TOLD)
    people, services = _addressees(db, paper)
    may_read = access.may(actor, Permission.READ_FILE)
    found: list[Stop] = []
    for entry in entries:
        is_his = entry.kind is Barred.HIM and (paper.recipient is Recipient.HIM or paper.is_his_copy)
        is_theirs = any(registers.stops_person([entry], one.name, one.service) for one in people) or (
            entry.kind is Barred.AGENCY and any(registers.is_service(entry, one) for one in services)
        )
        is_there = entry.kind is Barred.ADDRESS and any(
            contact_flags.is_at(entry.whom, place) for place in paper.places
        )
        if is_his or is_theirs or is_there:
            about, whom, why = (entry.about.code, entry.whom, entry.why) if may_read else ("", "", "")
            found.append(Stop(entry.kind, about, whom, why, is_final=paper.recipient is Recipient.HIM))
    return found + _flagged(db, actor, paper, may_read=may_read)


def _flagged(db: Session, actor: Actor, paper: Paper, *, may_read: bool) -> list[Stop]:
    if paper.case_id is None or not actor.kind.is_side:
        return []
    is_his = paper.recipient is Recipient.HIM
    return [
        Stop(
            flag.mark,
            flag.subject.code if may_read else "",
            flag.value if may_read else "",
            is_final=is_his,
        )
        for flag in contact_flags.holding(db, actor, paper.case_id)
        if any(contact_flags.stands_in(flag, place) for place in paper.places)
    ]


def _addressees(db: Session, paper: Paper) -> tuple[list[Person], list[Service]]:
    """Who gets it: the workers on the case of the services that are meant, and whom the paper names itself."""
    people, services = list(paper.people), list(paper.services)
    services += [person.service for person in people]
    if paper.case_id is None or paper.recipient not in _SIDES:
        return people, services
    case = db.scalars(
        select(Case)
        .where(Case.id == paper.case_id)
        .options(
            joinedload(Case.cooperation).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss))
        )
    ).one()
    sides = [getattr(case.cooperation, name) for name in _SIDES[paper.recipient]]
    wanted = {service.id for service in sides}
    workers = invitees.candidates(db, case.cooperation, case.id)
    return people + [one for one in workers if one.service_id in wanted], services + sides


_SIDES = {Recipient.JOINT: ("pp", "vss"), Recipient.PP: ("pp",), Recipient.VSS: ("vss",)}
