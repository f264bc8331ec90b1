"""People of other agencies who are let into one meeting or into the frame of one case, until a day."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session, joinedload, selectinload

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.errors import Invalid
from core.models import Guest, Meeting, Person
from core.operations import cases, invitees, joint_spaces, people, registers
from core.text import day, in_order

#: Longer than this nobody remembers why the door is open.
LONGEST = timedelta(days=366)


@access.of_one_case
def candidates(db: Session, actor: Actor, case_id: UUID) -> tuple[list[Person], list[Person]]:
    """The people of other agencies who can be let in, and those whom the own register keeps out."""
    return registers.offered(db, actor, case_id, people.of_agencies(db, actor))


def invite(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    person_id: UUID | None,
    until: date | None,
    meeting_id: UUID | None = None,
) -> Guest:
    """Let a person of another agency into one meeting, or into the frame of the case, until a day.

    Who is let into the whole case leaves with the agreement or the emergency by which they were, where that ends before.
    Raises NotAllowed where somebody who opened the file in an emergency lets anybody into more than a meeting.
    """
    require(actor, Permission.INVITE_GUEST)
    case = cases.find_open(db, actor, case_id)
    if meeting_id is None:
        cases.require_at_work(db, actor, case.id)
    joint_spaces.require_open(db, actor, case)
    if person_id is None or person_id not in {person.id for person in candidates(db, actor, case.id)[0]}:
        raise Invalid("error.choose_guest", field="person_id")
    last = day(until, field="until")
    in_order(clock.today(), last, field="until")
    if last > clock.today() + LONGEST:
        raise Invalid("error.guest_too_long", field="until")
    if meeting_id is not None:
        statement = access.visible_meetings(actor).where(Meeting.case_id == case.id)
        invitees.hold_back(
            db, actor, access.find(db, statement.options(selectinload(Meeting.items)), meeting_id)
        )
    guest = Guest(
        person_id=person_id,
        case_id=case.id,
        meeting_id=meeting_id,
        until=last if meeting_id else min(filter(None, (last, joint_spaces.last_day(db, case.id)))),
        granted_by=actor.person_id,
    )
    db.add(guest)
    db.flush()
    audit.record(db, actor, "invite", guest, case_id=case.id)
    return guest


def revoke(db: Session, actor: Actor, guest_id: UUID) -> Guest:
    """The guest sees nothing of it any more, from this moment on.

    Raises NotAllowed for a guest of the whole case where the actor opened the file in an emergency.
    """
    require(actor, Permission.INVITE_GUEST)
    guest = access.find(db, access.visible_guests(actor), guest_id)
    if guest.meeting_id is None:
        cases.require_at_work(db, actor, guest.case_id)
    guest.until = clock.today() - timedelta(days=1)
    audit.record(db, actor, "revoke", guest, case_id=guest.case_id)
    db.flush()
    return guest


@access.of_one_case
def list_of_case(db: Session, actor: Actor, case_id: UUID) -> list[Guest]:
    """Who is let in now, with their agency."""
    case = cases.find(db, actor, case_id)
    statement = (
        access.visible_guests(actor)
        .where(Guest.case_id == case.id, Guest.until >= clock.today())
        .options(joinedload(Guest.person).joinedload(Person.service))
        .order_by(Guest.until)
    )
    return list(db.scalars(statement))
