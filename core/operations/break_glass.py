"""Opening a file on which one does not work: a colleague is away, and she calls.

At once, for people of the same service who read files, for 24 hours, for a reason from a list. A second person looks at
it within 24 hours after; until then it is said to be overdue. A sealed file is not opened so: the answer is that of a
file that does not exist. What it opens is the own service's file: nothing of hers to a programme.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy import case as choose
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require, require_fresh, require_version
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import (
    Assignment,
    BreakGlass,
    BreakGlassGround,
    Case,
    CaseFile,
    Event,
    EventKind,
    Person,
    Service,
    Subject,
)
from core.operations import accounts
from core.text import line, text

__all__ = ["BreakGlassGround"]

HOURS = 24
#: So long after it began a second person should have looked at it.
REVIEW = timedelta(hours=24)
#: So long both services are told that it was.
TOLD = timedelta(days=14)
#: So long somebody who was entered, or given a role, opens no file alone.
NEW = timedelta(hours=24)
#: Whoever asks for so many files that are not there, within so long, is trying names.
MISSES = 5
MISSED = timedelta(hours=1)


def open_file(
    db: Session, actor: Actor, *, typed: str, ground: BreakGlassGround | None, reason: str
) -> BreakGlass:
    """Open the file that has this code, this number, or this whole name, for some hours.

    Raises NotFound alike where there is none, where it is another service's, and where it is sealed; Conflict where the
    actor works on it or has it open; NotAllowed where within an hour so many were not found that somebody is guessing.
    """
    require(actor, Permission.BREAK_GLASS)
    require_fresh(actor)
    _require_known_here(db, actor)
    _require_few_misses(db, actor)
    wanted = line(typed, field="typed", longest=120)
    if ground is None:
        raise Invalid("error.break_glass.ground", field="ground")
    why = text(reason, field="reason", longest=500)
    file = _find(db, actor, wanted)
    until = clock.now() + timedelta(hours=HOURS)
    assignment = Assignment(
        case_id=file.case_id,
        person_id=actor.person_id,
        since=clock.today(),
        until=clock.day(until),
        ends_at=until,
    )
    db.add(assignment)
    db.flush()
    opening = BreakGlass(
        case_id=file.case_id,
        service_id=actor.service_id,
        person_id=actor.person_id,
        assignment_id=assignment.id,
        ground=ground,
        reason=why,
        until_at=until,
    )
    db.add(opening)
    db.flush()
    audit.record(db, actor, "open", opening, case_id=file.case_id)
    return opening


def close(db: Session, actor: Actor, opening_id: UUID, *, version: int) -> BreakGlass:
    """Leave the file again before the hours are over; the one who opened it alone."""
    opening = access.find(db, access.visible_break_glass(actor), opening_id)
    require_version(opening, version)
    if opening.person_id != actor.person_id:
        raise NotAllowed
    if opening.until_at > clock.now():
        _end(db, opening)
        audit.record(db, actor, "close", opening, case_id=opening.case_id)
    db.flush()
    return opening


def end_running(db: Session, actor: Actor, case_id: UUID) -> None:
    """End whatever people of the actor's service have open in a case now; each is looked at afterwards all the same."""
    running = access.visible_break_glass(actor).where(
        BreakGlass.case_id == case_id, BreakGlass.until_at > clock.now()
    )
    for opening in db.scalars(running):
        _end(db, opening)
        audit.record(db, actor, "shut", opening, case_id=case_id)


def _end(db: Session, opening: BreakGlass) -> None:
    opening.until_at = clock.now()
    db.get_one(Assignment, opening.assignment_id).ends_at = clock.now()


def review(
    db: Session, actor: Actor, opening_id: UUID, *, was_right: bool | None, finding: str, version: int
) -> BreakGlass:
    """Look at an opening as a second person, and say whether it was right; what was not ends at once."""
    require(actor, Permission.REVIEW_BREAK_GLASS)
    opening = access.find(db, access.visible_break_glass(actor), opening_id)
    require_version(opening, version)
    if opening.person_id == actor.person_id:
        raise NotAllowed("error.break_glass.own")
    if opening.reviewed_at is not None:
        raise Conflict
    if was_right is None:
        raise Invalid("error.break_glass.verdict", field="was_right")
    opening.finding = text(finding, field="finding", required=not was_right, longest=500)
    opening.was_right = was_right
    opening.reviewed_by, opening.reviewed_at = actor.person_id, clock.now()
    if not was_right and opening.until_at > clock.now():
        _end(db, opening)
    db.flush()
    audit.record(db, actor, "review", opening, case_id=opening.case_id)
    return opening


@dataclass(frozen=True)
class Listed:
    """An opening as the own service reads it; without the code where a seal keeps it from the reader."""

    opening: BreakGlass
    code: str
    person: str
    reviewer: str

    @property
    def is_overdue(self) -> bool:
        """Nobody has looked at it in time."""
        return self.opening.reviewed_at is None and clock.now() > self.opening.created_at + REVIEW


def to_review(db: Session, actor: Actor) -> list[Listed]:
    """What nobody has looked at yet, the oldest first; not the actor's own."""
    if not access.may(actor, Permission.REVIEW_BREAK_GLASS):
        return []
    statement = access.visible_break_glass(actor).where(
        BreakGlass.reviewed_at.is_(None), BreakGlass.person_id != actor.person_id
    )
    return _listed(db, actor, statement.order_by(BreakGlass.created_at))


def list_all(db: Session, actor: Actor) -> list[Listed]:
    """All openings that the actor may know of, the newest first; reading the list is one line, of the own service."""
    audit.look(db, db.get_one(Service, actor.service_id), "read_openings")
    return _listed(db, actor, access.visible_break_glass(actor).order_by(BreakGlass.created_at.desc()))


def mine(db: Session, actor: Actor) -> list[Listed]:
    """What the actor has open now."""
    statement = access.visible_break_glass(actor).where(
        BreakGlass.person_id == actor.person_id, BreakGlass.until_at > clock.now()
    )
    return _listed(db, actor, statement.order_by(BreakGlass.until_at))


@dataclass(frozen=True)
class Told:
    """That somebody looked: the day, the service, and no reason."""

    on: date
    service: str
    is_own: bool
    is_open: bool


def told(db: Session, actor: Actor, case: Case) -> list[Told]:
    """Both services are told that a file of their case was opened without an assignment, of the last weeks.

    Of the other service the day alone, and nothing from before the pair was confirmed: it would tell since when it works here.
    """
    statement = (
        select(BreakGlass, Service.name)
        .join(Service, Service.id == BreakGlass.service_id)
        .where(BreakGlass.case_id == case.id, BreakGlass.created_at > clock.now() - TOLD)
        .order_by(BreakGlass.created_at.desc())
    )
    own = BreakGlass.service_id == actor.service_id
    statement = statement.where(or_(own, BreakGlass.created_at >= case.paired_at) if case.paired_at else own)
    return [
        Told(
            clock.day(opening.created_at),
            name,
            opening.service_id == actor.service_id,
            opening.service_id == actor.service_id and opening.until_at > clock.now(),
        )
        for opening, name in db.execute(statement)
    ]


def _find(db: Session, actor: Actor, wanted: str) -> CaseFile:
    """The one file that is meant; two of the same name are none, so that nobody opens the wrong one."""
    found = _matching(db, access.files_to_open(actor), wanted)
    if not found and _matching(db, access.visible_files(actor), wanted):
        raise Conflict("error.break_glass.at_work")
    if len(found) != 1:
        raise NotFound("error.break_glass.not_found")
    return found.pop()


def _require_known_here(db: Session, actor: Actor) -> None:
    """Raise NotAllowed for somebody who was entered a moment ago: first their colleagues learn that they are there."""
    if db.scalar(select(accounts.was_given(actor.person_id, within=NEW))):
        raise NotAllowed("error.break_glass.new_here")


def _require_few_misses(db: Session, actor: Actor) -> None:
    misses = select(func.count()).where(
        Event.person_id == actor.person_id,
        Event.kind == EventKind.DENIED,
        Event.subject == "break_glass",
        Event.act == "not_found",
        Event.created_at > clock.now() - MISSED,
    )
    if (db.scalar(misses) or 0) >= MISSES:
        raise NotAllowed("error.break_glass.misses")


def _matching(db: Session, to_open: Select[CaseFile], wanted: str) -> set[CaseFile]:
    """Those of some files that have exactly this code, number or name."""
    word = wanted.casefold()
    # Numbers and names lie sealed: they are compared here, over the files of the own service alone.
    codes = select(Case.id).where(func.lower(Case.code) == wanted.lower())
    found = set(db.scalars(to_open.where(CaseFile.case_id.in_(codes)).limit(2)))
    found |= {file for file in db.scalars(to_open) if file.reference.casefold() == word}
    named = select(Subject).where(Subject.file_id.in_(to_open.with_only_columns(CaseFile.id)))
    ids = {subject.file_id for subject in db.scalars(named) if subject.name.casefold() == word}
    return found | (set(db.scalars(to_open.where(CaseFile.id.in_(ids)))) if ids else set())


def _listed(db: Session, actor: Actor, statement: object) -> list[Listed]:
    opener, reviewer = Person.__table__.alias(), Person.__table__.alias()
    rows = db.execute(
        statement.join(Case, Case.id == BreakGlass.case_id)  # type: ignore[attr-defined]
        .join(opener, opener.c.id == BreakGlass.person_id)
        .outerjoin(reviewer, reviewer.c.id == BreakGlass.reviewed_by)
        .add_columns(choose((access.says_code(actor), Case.code), else_=""), opener.c.name, reviewer.c.name)
    )
    return [Listed(opening, code, name, by or "") for opening, code, name, by in rows]
