"""The log: what happened, ids and keys only, in the transaction of the act itself; and who read what.

A read leaves its row before anybody gets what was read (core.store). One visit is one row: the same person, record and
act within ten minutes. A visit to what is kept closest begins only for who has just proved who they are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.db import Record
from core.errors import CoreError, NotAllowed, NotFound, Unproved
from core.models import Account, Case, Event, EventKind, Person, Role, ServiceKind
from core.settings import settings

__all__ = ["EventKind"]

#: A visit: who reads the same again within it leaves no second row.
VISIT = timedelta(minutes=10)
#: What a victim support service reads of class C6 (core.data_classes): hers, and never the programme's.
HERS: Final = frozenset(
    {
        "read_digital",
        "read_answers",
        "read_first_pass",
        "read_closing_steps",
        "read_talks",
        "read_card",
        "read_copy",
    }
)
#: What each service keeps as close about its own person.
CLOSE: Final = frozenset({"read_register"})
#: More lines of a kind within an hour than a person makes by hand; a document that leaves makes two, and handing over
#: the cases of somebody who left makes one for each.
MOST_READ: Final = 500
MOST_TAKEN: Final = 120
MOST_WRITTEN: Final = 2_000
MOST: Final = {
    EventKind.READ: MOST_READ,
    EventKind.EXPORT: MOST_TAKEN,
    EventKind.CHANGE: MOST_WRITTEN,
}
HOUR: Final = timedelta(hours=1)
#: At whose account nobody signed in.
NOBODY = UUID(int=0)
#: Where a session that reads collects what was looked at.
LOOKS = "looks"


def record(
    db: Session,
    actor: Actor,
    act: str,
    subject: Record,
    *,
    case_id: UUID | None = None,
    kind: EventKind | None = None,
) -> None:
    """Leave an event: who did what to which record. What an administrator does is administration."""
    usual = EventKind.ADMINISTRATION if actor.has(Role.ADMINISTRATOR) else EventKind.CHANGE
    _require_by_hand(db, actor, kind or usual)
    _add(db, actor, kind or usual, Look(type(subject).__tablename__, subject.id, act, case_id))


@dataclass(frozen=True)
class Look:
    """A record that somebody reads, or asked for in vain."""

    subject: str
    subject_id: UUID
    act: str
    case_id: UUID | None = None
    #: When the newest of what is read came: a row of before is of another look.
    newest: datetime | None = None


def look(
    db: Session,
    subject: Record,
    act: str = "read",
    *,
    case_id: UUID | None = None,
    newest: datetime | None = None,
) -> None:
    """Say that a record is being read. In the middle of another act nothing is noted: that act leaves its own event."""
    if LOOKS in db.info:
        db.info[LOOKS].append(Look(type(subject).__tablename__, subject.id, act, case_id, newest))


def due(db: Session, actor: Actor, looks: Iterable[Look]) -> list[Look]:
    """Those of the looks that belong to no visit yet."""
    return _not_noted(db, actor, list(dict.fromkeys(looks)), since=clock.now() - VISIT)


def require_proof(db: Session, actor: Actor, due: Iterable[Look]) -> None:
    """Raise Unproved where a visit to what is kept closest begins, and the actor has not just proved who they are.

    Who stays at it is asked once: a visit goes on as long as the one before it and the idle time reach.
    """
    close = [] if actor.is_fresh else [one for one in due if _is_close(actor, one)]
    goes_on = VISIT + timedelta(minutes=settings().idle_minutes)
    if _not_noted(db, actor, close, since=clock.now() - goes_on):
        raise Unproved


def _is_close(actor: Actor, look: Look) -> bool:
    return look.act in CLOSE or (look.act in HERS and actor.kind is ServiceKind.VSS)


def _not_noted(db: Session, actor: Actor, looks: list[Look], *, since: datetime) -> list[Look]:
    if not looks:
        return []
    statement = (
        select(Event.subject, Event.subject_id, Event.act, func.max(Event.created_at))
        .where(
            Event.person_id == actor.person_id,
            Event.subject_id.in_([one.subject_id for one in looks]),
            Event.created_at > since,
        )
        .group_by(Event.subject, Event.subject_id, Event.act)
    )
    noted: dict[tuple[str, UUID, str], datetime] = {
        (subject, subject_id, act): at for subject, subject_id, act, at in db.execute(statement)
    }

    def is_noted(one: Look) -> bool:
        at = noted.get((one.subject, one.subject_id, one.act))
        return at is not None and (one.newest is None or at >= one.newest)

    return [one for one in looks if not is_noted(one)]


def note(db: Session, actor: Actor, looks: Iterable[Look], kind: EventKind = EventKind.READ) -> None:
    """Write the rows of a visit, once."""
    wanted = due(db, actor, looks)
    if wanted:
        _require_by_hand(db, actor, kind)
    for one in wanted:
        _add(db, actor, kind, one)


def _require_by_hand(db: Session, actor: Actor, kind: EventKind) -> None:
    """Raise NotAllowed where somebody reads, takes along or writes more within an hour than a person does by hand."""
    if kind not in MOST:
        return
    recent = select(func.count()).where(
        Event.person_id == actor.person_id, Event.kind == kind, Event.created_at > clock.now() - HOUR
    )
    if (db.scalar(recent) or 0) >= MOST[kind]:
        raise NotAllowed("error.too_much")


def refused(
    db: Session, actor: Actor, operation: Callable[..., Any], given: Iterable[object], error: CoreError
) -> None:
    """Write that an operation was refused: which noun, which record, never what was typed.

    A record that is not there and one that is not the actor's leave the same row, without a case. Where no record was
    named, what was typed is another each time: each try leaves its row.
    """
    named_one = next((value for value in given if isinstance(value, UUID)), None)
    asked = named_one or actor.person_id
    named = getattr(operation, "func", operation)
    noun = str(named.__module__).rpartition(".")[2]
    act = "not_found" if isinstance(error, NotFound) else "not_allowed"
    case_id = None
    if isinstance(error, NotAllowed):
        case_id = db.scalar(access.visible_cases(actor).where(Case.id == asked).with_only_columns(Case.id))
    look = Look(noun, asked, act, case_id)
    if named_one is None and act == "not_found":
        _add(db, actor, EventKind.DENIED, look)
    else:
        note(db, actor, [look], EventKind.DENIED)


def refused_sign_in(db: Session, username: str) -> None:
    """Write that a sign-in failed: at whose account, where the typed name is one; never what was typed."""
    statement = select(Person.id, Person.service_id).join(Account, Account.person_id == Person.id)
    found = db.execute(statement.where(Account.username == username.strip().lower())).first()
    db.add(
        Event(
            service_id=found.service_id if found else None,
            kind=EventKind.DENIED,
            subject="person",
            subject_id=found.id if found else NOBODY,
            act="sign_in_failed",
        )
    )


def _add(db: Session, actor: Actor, kind: EventKind, what: Look) -> None:
    db.add(
        Event(
            person_id=actor.person_id,
            service_id=actor.service_id,
            case_id=what.case_id,
            kind=kind,
            subject=what.subject,
            subject_id=what.subject_id,
            act=what.act,
            sign_in_id=actor.sign_in_id,
        )
    )
