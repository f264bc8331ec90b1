"""The must-not-receive register: who must not be written to, called or told about a person of the own file.

Each service keeps its own and neither sees the other's. What it stops is stopped for everybody of the service, whether
they may read the file or not; what the register says is read by the file's own workers alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import product
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock, spelling
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, Invalid
from core.models import Barred, CaseFile, MustNotReceive, Person, Service, ServiceKind, Subject
from core.operations import cases, own_files
from core.text import day, in_order, line, text

__all__ = ["Barred", "MustNotReceive"]

SHORT_WORD = 2
SHORTEST_NAME = 3
LONGEST_WHY = 500


class Way(StrEnum):
    """How something would reach whoever must not receive it."""

    WRITTEN = "written"
    CALLED = "called"
    TOLD = "told"


@dataclass(frozen=True)
class Entry:
    """What is typed about one recipient."""

    about_id: UUID | None = None
    kind: Barred = Barred.HIM
    whom: str = ""
    service_id: UUID | None = None
    ways: frozenset[Way] = frozenset(Way)
    why: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Held:
    """An entry with whom it protects, the agency by its name, and who wrote it."""

    entry: MustNotReceive
    about: str
    whom: str
    by: str

    @property
    def ways(self) -> tuple[Way, ...]:
        return tuple(way for way in Way if getattr(self.entry, f"is_{way}"))


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> list[Held]:
    """The register of the actor's own file, as it holds today or later."""
    case = cases.find(db, actor, case_id)
    audit.look(db, own_files.find(db, actor, case_id), "read_register", case_id=case_id)
    statement = (
        access.visible_must_not_receive(actor)
        .join(CaseFile, CaseFile.id == MustNotReceive.file_id)
        .join(Subject, Subject.id == MustNotReceive.about_id)
        .join(Person, Person.id == MustNotReceive.recorded_by)
        .outerjoin(Service, Service.id == MustNotReceive.service_id)
        .where(
            CaseFile.case_id == case.id,
            or_(MustNotReceive.until.is_(None), MustNotReceive.until >= clock.today()),
        )
        .order_by(MustNotReceive.since, MustNotReceive.created_at)
        .add_columns(Subject.code, Service.name, Person.name)
    )
    return [
        Held(entry, code, service or entry.whom, name) for entry, code, service, name in db.execute(statement)
    ]


def agencies(db: Session, actor: Actor) -> Sequence[Service]:
    """Services that can stand in the register: every one that the actor sees but their own."""
    statement = access.visible_services(actor).where(Service.id != actor.service_id)
    return db.scalars(statement.order_by(Service.name)).all()


def add(db: Session, actor: Actor, case_id: UUID, *, entry: Entry) -> MustNotReceive:
    """Write down who must not receive. Raises Invalid beside the field."""
    require(actor, Permission.WRITE_REGISTER)
    case = cases.find(db, actor, case_id)
    file = access.find(db, access.visible_files(actor), cases.own_file(db, actor, case).id)
    made = _checked(db, actor, file, entry)
    db.add(made)
    db.flush()
    audit.record(db, actor, "add", made, case_id=case.id)
    return made


def end(db: Session, actor: Actor, entry_id: UUID, *, version: int) -> MustNotReceive:
    """From this moment it holds no longer; the entry stays in the file."""
    require(actor, Permission.WRITE_REGISTER)
    found = access.find(db, access.visible_must_not_receive(actor), entry_id)
    require_version(found, version)
    if found.until is not None and found.until < clock.today():
        raise Conflict("error.register.ended")
    found.until = clock.today() - timedelta(days=1)
    audit.record(db, actor, "end", found, case_id=db.get_one(CaseFile, found.file_id).case_id)
    db.flush()
    return found


def _checked(db: Session, actor: Actor, file: CaseFile, entry: Entry) -> MustNotReceive:
    about = None
    if entry.about_id is not None:
        own = access.visible_subjects(actor).where(Subject.id == entry.about_id, Subject.file_id == file.id)
        about = db.scalar(own)
    if about is None:
        raise Invalid("error.register.about", field="about")
    if not entry.ways:
        raise Invalid("error.register.ways", field="ways")
    if entry.service_id is not None and entry.service_id not in {one.id for one in agencies(db, actor)}:
        raise Invalid("error.choose_service", field="service")
    is_agency = entry.kind is Barred.AGENCY and entry.service_id is not None
    is_named = entry.kind is not Barred.HIM and not is_agency
    since = day(entry.since, field="since")
    if entry.until is not None:
        in_order(since, day(entry.until, field="until"), field="until")
    return MustNotReceive(
        file_id=file.id,
        about_id=about.id,
        kind=entry.kind,
        whom=line(entry.whom, field="whom", required=is_named) if is_named else "",
        service_id=entry.service_id if is_agency else None,
        is_written=Way.WRITTEN in entry.ways,
        is_called=Way.CALLED in entry.ways,
        is_told=Way.TOLD in entry.ways,
        why=text(entry.why, field="why", longest=LONGEST_WHY),
        since=since,
        until=entry.until,
        recorded_by=actor.person_id,
    )


# --- What it stops -----------------------------------------------------------------------------------------------------


def holding(db: Session, actor: Actor, case_id: UUID | None, *ways: Way) -> list[MustNotReceive]:
    """The entries of the own file that hold today, for any of these ways; whatever the actor may read."""
    if case_id is None or actor.kind not in {ServiceKind.PP, ServiceKind.VSS}:
        return []
    today = clock.today()
    statement = (
        select(MustNotReceive)
        .join(CaseFile, CaseFile.id == MustNotReceive.file_id)
        .where(
            CaseFile.case_id == case_id,
            CaseFile.service_id == actor.service_id,
            MustNotReceive.since <= today,
            or_(MustNotReceive.until.is_(None), MustNotReceive.until >= today),
        )
        .options(joinedload(MustNotReceive.about))
        .order_by(MustNotReceive.created_at)
    )
    rows = db.scalars(statement)
    return [row for row in rows if any(getattr(row, f"is_{way}") for way in ways)]


def stops_person(entries: Iterable[MustNotReceive], name: str, service: Service) -> MustNotReceive | None:
    """The entry that names this person of a service, or the service itself."""
    for entry in entries:
        if entry.kind is Barred.AGENCY and is_service(entry, service):
            return entry
        if entry.kind is Barred.CONTACT and (entry.is_anybody or is_named(name, entry.whom)):
            return entry
    return None


def offered(
    db: Session, actor: Actor, case_id: UUID | None, people: Iterable[Person]
) -> tuple[list[Person], list[Person]]:
    """Of these people, with their services: who may be invited and told, and whom the own register keeps out."""
    entries = holding(db, actor, case_id, Way.WRITTEN, Way.TOLD)
    may: list[Person] = []
    kept_out: list[Person] = []
    for person in people:
        is_out = stops_person(entries, person.name, person.service) is not None
        (kept_out if is_out and person.id != actor.person_id else may).append(person)
    return may, kept_out


def is_service(entry: MustNotReceive, service: Service) -> bool:
    """Is this the agency of the entry, by its record or by its name?"""
    if entry.service_id is not None:
        return entry.service_id == service.id
    named = spelling.flat(service.name) in spelling.searched(entry.whom) or is_named(service.name, entry.whom)
    return entry.is_anybody or named


def is_named(name: str, whom: str) -> bool:
    """Do these words name this person? An initial stands for every name that begins with it."""
    return any(
        _is_named(spelling.words(wanted), spelling.words(given))
        for wanted, given in product(spelling.readings(name), spelling.readings(whom))
    )


def _is_named(wanted: Sequence[str], given: Sequence[str]) -> bool:
    if not any(len(word) >= SHORTEST_NAME for word in wanted):
        return False
    return all(
        any(other == word or (len(word) <= SHORT_WORD and other.startswith(word)) for other in given)
        for word in wanted
    )
