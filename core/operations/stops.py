"""What stands in a document that is about to leave and should not, and what stops it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import access
from core.access import Actor, Permission
from core.content.recipients import Recipient
from core.models import Barred, Case, ContactFlag, Cooperation, Person, Service, ServiceKind, Subject
from core.operations import contact_flags, invitees, registers, telling
from core.operations.identifying import Found, found, subjects_of
from core.operations.papers import Paper, Stop
from core.operations.registers import Way

_SIDES = {Recipient.JOINT: ("pp", "vss"), Recipient.PP: ("pp",), Recipient.VSS: ("vss",)}


def hits(db: Session, actor: Actor, paper: Paper) -> list[Found]:
    """Names and contacts of the own file, flagged ones and old ones among them, and what looks like a contact.

    Who may not read the file learns of what kind it is, and neither the value nor whose. What stands in the paper and
    not in the file is shown to everybody: nobody could look at it otherwise.
    """
    if paper.case_id is None or not actor.kind.is_side:
        return []
    look = _Look(subjects_of(db, actor, paper.case_id), contact_flags.holding(db, actor, paper.case_id))
    of_file, beside = look.found(paper.said), _beside(db, actor, paper, paper.case_id)
    if not access.may(actor, Permission.READ_FILE):
        # Shown beside a hit of the file, the same words would say what the file holds.
        beside = [hit for hit in beside if not (look.found(hit.value) or _is_part(hit, of_file))]
        of_file = [Found(hit.field, "", "") for hit in of_file]
    if paper.recipient is Recipient.HIM:
        of_file = [hit for hit in of_file if hit.field != "name"]  # his own name stands on his own paper
    return list(dict.fromkeys(of_file + beside))


def _is_part(hit: Found, of_file: list[Found]) -> bool:
    return any(hit.value.casefold() in one.value.casefold() for one in of_file)


@dataclass(frozen=True)
class _Look:
    """What the own file holds, to look for in a text."""

    people: Sequence[Subject]
    flags: Sequence[ContactFlag]

    def found(self, said: str) -> list[Found]:
        seen = found(said, self.people)
        # Line by line: in a long text every word of an address stands somewhere.
        seen += [
            Found("address", person.address, person.code)
            for person in self.people
            if person.address and any(contact_flags.is_at(person.address, line) for line in said.splitlines())
        ]
        return seen + [
            Found(str(flag.field), flag.contact, flag.subject.code)
            for flag in self.flags
            if contact_flags.stands_in(flag, said)
        ]


def _beside(db: Session, actor: Actor, paper: Paper, case_id: UUID) -> list[Found]:
    """What looks like a contact; in a paper that she carries also what names the house. None of it is of the file."""
    seen: list[Found] = []
    if actor.kind is ServiceKind.VSS or paper.recipient is Recipient.HIM:
        seen += telling.alike(paper.said, ())
    if paper.recipient is Recipient.HER:
        seen += _of_the_house(db, actor, case_id, paper.said)
    return seen


def people_of(db: Session, actor: Actor) -> list[str]:
    """The names of the actor's own service and of its people."""
    people = db.scalars(select(Person.name).where(Person.service_id == actor.service_id))
    return [db.get_one(Service, actor.service_id).name, *people]


def _of_the_house(db: Session, actor: Actor, case_id: UUID, said: str) -> list[Found]:
    """What in a paper that she carries would say where it comes from: a worker, a service, the code of the case."""
    case = db.get_one(Case, case_id)
    other = db.get_one(Cooperation, case.cooperation_id).other(actor.service_id)
    names = [*people_of(db, actor), db.get_one(Service, other).name]
    found = [Found("worker", name, "") for name in names if registers.is_named(name, said)]
    return found + ([Found("case_code", case.code, "")] if case.code in said else [])


def of(db: Session, actor: Actor, paper: Paper) -> list[Stop]:
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
            entry.is_anybody or contact_flags.is_at(entry.whom, place) for place in paper.places
        )
        if is_his or is_theirs or is_there:
            whom = entry.whom or next((one.name for one in services if one.id == entry.service_id), "")
            said = (entry.about.code, whom, entry.why) if may_read else ("", "", "")
            is_final = paper.recipient is Recipient.HIM
            found.append(Stop(entry.kind, *said, is_final=is_final, is_lost=entry.is_anybody))
    return found + _flagged(db, actor, paper, may_read=may_read)


def _flagged(db: Session, actor: Actor, paper: Paper, *, may_read: bool) -> list[Stop]:
    if paper.case_id is None or not actor.kind.is_side:
        return []
    is_his = paper.recipient is Recipient.HIM
    return [
        Stop(
            flag.mark,
            flag.subject.code if may_read else "",
            flag.contact if may_read else "",
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
