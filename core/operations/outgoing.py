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

from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor
from core.audit import EventKind
from core.content import recipients
from core.content.recipients import Kind, Recipient
from core.documents import kinds, locked
from core.documents.kinds import DocumentKind
from core.documents.locked import Lock
from core.errors import Invalid, NotAllowed
from core.models import Departure
from core.operations import stops
from core.operations.identifying import Found
from core.operations.papers import USUAL, Paper, Sending, Stop
from core.settings import settings
from core.text import text

P = ParamSpec("P")
SHORTEST_REASON = 30
locked_name = locked.name
new_passphrase = locked.passphrase
#: What the check reads; a paper that was filed as a PDF, and a workbook, it does not.
_READ = frozenset({"docx", "ics", "csv"})


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
    #: By what it can be locked; nothing where it opens with a passphrase already.
    locks: tuple[Lock, ...] = ()

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
        found=tuple(stops.hits(db, actor, paper)),
        stops=tuple(stops.of(db, actor, paper)),
        is_read=paper.extension in _READ or bool(paper.packed) or paper.case_id is None,
        has_file=paper.case_id is not None,
        locks=() if paper.is_locked else _offered(paper),
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
    by = _lock(paper, sending)
    stopped = stops.of(db, actor, paper)
    if any(stop.is_final for stop in stopped) or (stopped and not sending.anyway.strip()):
        raise NotAllowed("error.outgoing.stopped")
    if paper.recipient is Recipient.HIM and stops.hits(db, actor, paper):
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
        is_locked=paper.is_locked or by is not None,
        anyway=anyway,
    )
    db.add(departure)
    db.flush()
    act = f"{paper.kind}_{'anyway' if stopped else 'for'}_{paper.recipient}"
    audit.record(db, actor, act, departure, case_id=paper.case_id, kind=EventKind.EXPORT)
    if by is None:
        return paper.content
    return locked.lock(paper.content, extension=paper.extension, by=by, with_passphrase=sending.passphrase)


def _offered(paper: Paper) -> tuple[Lock, ...]:
    return locked.offered(paper.extension, by_approved_alone=settings().formats == "approved")


def _lock(paper: Paper, sending: Sending) -> Lock | None:
    """By what it is to be locked; None where it leaves as it is, or opens with a passphrase already."""
    if not sending.passphrase or paper.is_locked:
        return None
    offered = _offered(paper)
    by = sending.lock or offered[0]
    if by not in offered:
        raise NotAllowed("error.outgoing.lock_not_offered")
    return by


def _parts(paper: Paper) -> tuple[str, ...]:
    heads = [
        line.text for line in paper.lines if line.style in {"Heading 1", "Section"} and line.text.strip()
    ]
    return tuple(dict.fromkeys(heads))
