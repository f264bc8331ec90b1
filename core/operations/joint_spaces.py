"""The joint space of a case: whether it is open to somebody, by what, until when, and what ended it.

The case-level agreement in force opens it to the roles that it names; without one an emergency opens it for some
hours, for a reason that both services read (domain 8.3: reason from a fixed list, limited hours, seen afterwards).
After an agreement has ended no one side opens it again: the other service confirms it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, require, require_fresh, require_version
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementRole,
    AgreementState,
    Case,
    EmergencyGround,
    EmergencyOpening,
    Guest,
    Meeting,
    Person,
    Role,
    ServiceKind,
)
from core.operations import cases, files
from core.text import text

__all__ = ["EmergencyGround", "EmergencyOpening"]

#: So long an emergency keeps the joint space open; who needs longer says why again.
EMERGENCY_HOURS = 24
_MOST = 20
#: So long after its end both services are asked to look at an opening.
LOOK_BACK = timedelta(days=14)


class Ground(StrEnum):
    """By what the joint space is open, or why it is not."""

    AGREEMENT = "agreement"
    EMERGENCY = "emergency"
    NOT_PAIRED = "not_paired"
    NO_AGREEMENT = "no_agreement"
    NOT_YET = "not_yet"
    NOT_NAMED = "not_named"
    ENDED = "ended"
    TERMINATED = "terminated"


OPEN = frozenset({Ground.AGREEMENT, Ground.EMERGENCY})
#: An agreement opened it once: no one side opens it again.
OVER = frozenset({Ground.ENDED, Ground.TERMINATED})
_REFUSALS = {
    Ground.NO_AGREEMENT: "error.joint.no_agreement",
    Ground.NOT_YET: "error.joint.not_yet",
    Ground.NOT_NAMED: "error.joint.not_named",
    Ground.ENDED: "error.joint.ended",
    Ground.TERMINATED: "error.joint.terminated",
}


@dataclass(frozen=True)
class Standing:
    """How the joint space of a case stands for one person."""

    case_id: UUID
    ground: Ground
    #: The agreement that opens it, or the last one that did.
    agreement: Agreement | None = None
    emergency: EmergencyOpening | None = None
    #: An opening that one service asks for and the other has not confirmed.
    asked: EmergencyOpening | None = None
    #: Who opened it or asks for it, and who of the other service confirmed it.
    by: tuple[str, str] = ("", "")

    @property
    def is_open(self) -> bool:
        return self.ground in OPEN

    @property
    def since(self) -> date | None:
        """The first day on which the last agreement did not hold any more; of one to come, the day it begins."""
        if self.agreement is None or self.is_open:
            return None
        if self.ground is Ground.NOT_YET:
            return self.agreement.in_force_from
        if self.agreement.terminated_on is not None:
            return self.agreement.terminated_on
        return self.agreement.ends_on + timedelta(days=1) if self.agreement.ends_on else None


@dataclass(frozen=True)
class Ending:
    """An agreement that ends soon and, where one is begun, the draft that is to follow it."""

    agreement: Agreement
    draft: Agreement | None = None


def standing(db: Session, actor: Actor, case: Case) -> Standing:
    """Whether the joint space of a case of the actor is open to them, and by what."""
    if not case.is_paired:
        return Standing(case.id, Ground.NOT_PAIRED)
    holding = db.scalar(access.case_agreements_in_force().where(Agreement.case_id == case.id))
    if holding is not None:
        named = Ground.AGREEMENT if _names(db, holding, actor) else Ground.NOT_NAMED
        return Standing(case.id, named, holding)
    emergency = _newest(db, access.emergencies_open(), case.id)
    if emergency is not None:
        return Standing(case.id, Ground.EMERGENCY, None, emergency, by=_people_of(db, emergency))
    last = _last(db, case.id)
    asked = _newest(db, access.emergencies_asked(), case.id)
    by = _people_of(db, asked) if asked is not None else ("", "")
    return Standing(case.id, _why_closed(last), last, asked=asked, by=by)


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Standing:
    """The same for a case by its id."""
    return standing(db, actor, cases.find(db, actor, case_id))


def require_open(db: Session, actor: Actor, case: Case, *, for_notice: bool = False) -> None:
    """Raise Conflict where the pair is not confirmed, NotAllowed where no agreement opens the joint space.

    An immediate notice goes too while an emergency is asked for: danger does not wait for the other service's answer.
    """
    found = standing(db, actor, case)
    if found.ground is Ground.NOT_PAIRED:
        raise Conflict("error.not_paired")
    if not found.is_open and not (for_notice and found.asked is not None):
        raise closed(found)


def last_day(db: Session, case_id: UUID) -> date | None:
    """The last day of what holds the joint space open now; None where it has no end."""
    agreement = db.scalars(
        access.case_agreements_in_force()
        .where(Agreement.case_id == case_id)
        .order_by(Agreement.in_force_from.desc(), Agreement.created_at.desc())
    ).first()
    if agreement is not None:
        return agreement.ends_on
    opening = _newest(db, access.emergencies_open(), case_id)
    return clock.day(opening.until_at) if opening is not None else None


def end_guests(db: Session, case_id: UUID, last: date, *, but_since: date | None = None) -> None:
    """Who was let into the whole case leaves with what let them in; a later agreement does not bring them back.

    Whom the later one has let in, on `but_since` or after it, stays.
    """
    leaving = [Guest.case_id == case_id, Guest.meeting_id.is_(None), Guest.until > last]
    if but_since is not None:
        leaving.append(Guest.created_at < clock.moment(but_since))
    db.execute(update(Guest).where(*leaving).values(until=last))


def find_meeting(db: Session, actor: Actor, statement: Select[Meeting], meeting_id: UUID) -> Meeting:
    """The meeting among those that the statement shows.

    Raises NotAllowed where it is hidden only because the joint space of a case of the actor is closed: whoever sat
    at its table is told what ended. Raises NotFound for any other that is not there.
    """
    try:
        return access.find(db, statement, meeting_id)
    except NotFound:
        own = access.visible_cases(actor).join(Meeting, Meeting.case_id == Case.id)
        case = db.scalar(own.where(Meeting.id == meeting_id))
        if case is not None and not (found := standing(db, actor, case)).is_open:
            raise closed(found) from None
        raise


def closed(found: Standing) -> NotAllowed:
    """The refusal that says what ended, when, and why."""
    reason = found.agreement.termination_reason if found.agreement else ""
    return NotAllowed(
        _REFUSALS[found.ground],
        case_id=found.case_id,
        day=found.since,
        reason=reason,
    )


def open_emergency(
    db: Session, actor: Actor, case_id: UUID, *, ground: EmergencyGround | None, reason: str
) -> EmergencyOpening:
    """Open the joint space of a case for some hours though no agreement holds; both services read why.

    Where an agreement has ended it is only asked for: somebody of the other service confirms it. Raises Conflict where
    it is open or asked for already, NotAllowed where an agreement in force names other roles.
    """
    require(actor, Permission.RUN_MEETING)
    require_fresh(actor)
    case = cases.find_open(db, actor, case_id)
    found = standing(db, actor, case)
    if found.ground is Ground.NOT_PAIRED:
        raise Conflict("error.not_paired")
    if found.is_open:
        raise Conflict("error.joint.is_open")
    if found.ground is Ground.NOT_NAMED:
        raise closed(found)
    if found.asked is not None:
        raise Conflict("error.joint.is_asked")
    if ground is None:
        raise Invalid("error.joint.choose_ground", field="ground")
    why = text(reason, field="reason", longest=500, required=ground is EmergencyGround.OTHER)
    files.require_nameless(db, actor, case.id, reason=why)
    opening = EmergencyOpening(
        case_id=case.id,
        opened_by=actor.person_id,
        service_id=actor.service_id,
        ground=ground,
        reason=why,
        until_at=clock.now() + timedelta(hours=EMERGENCY_HOURS),
        is_asked=found.ground in OVER,
    )
    db.add(opening)
    db.flush()
    audit.record(db, actor, "ask" if opening.is_asked else "open", opening, case_id=case.id)
    return opening


def confirm_emergency(
    db: Session, actor: Actor, opening_id: UUID, *, reason: str, version: int
) -> EmergencyOpening:
    """Say for the other service that it cannot wait, and why: from now on the joint space is open for some hours.

    Raises NotAllowed for the service that asked, Conflict where it was confirmed, has lapsed, or is open by now.
    """
    require(actor, Permission.AGREE_MINUTES)
    require_fresh(actor)
    opening = access.find(db, access.visible_emergencies(actor), opening_id)
    require_version(opening, version)
    if opening.service_id == actor.service_id:
        raise NotAllowed("error.joint.other_confirms")
    case = cases.find_open(db, actor, opening.case_id)
    if not opening.is_asked or opening.until_at <= clock.now() or standing(db, actor, case).is_open:
        raise Conflict("error.joint.not_asked")
    why = text(reason, field="reason", longest=500)
    files.require_nameless(db, actor, case.id, reason=why)
    opening.is_asked = False
    opening.confirmed_by, opening.confirmed_reason = actor.person_id, why
    opening.until_at = clock.now() + timedelta(hours=EMERGENCY_HOURS)
    audit.record(db, actor, "confirm", opening, case_id=case.id)
    db.flush()
    return opening


def close_emergency(db: Session, actor: Actor, opening_id: UUID, *, version: int) -> EmergencyOpening:
    """Close the joint space again before its hours are over; or say, or take back, that it is not to be opened."""
    require(actor, Permission.RUN_MEETING)
    opening = access.find(db, access.visible_emergencies(actor), opening_id)
    require_version(opening, version)
    if opening.until_at > clock.now():
        opening.until_at = clock.now()
        audit.record(db, actor, "close", opening, case_id=opening.case_id)
        holding = access.case_agreements_in_force().where(Agreement.case_id == opening.case_id)
        if db.scalar(holding.limit(1)) is None:
            end_guests(db, opening.case_id, clock.today() - timedelta(days=1))
    db.flush()
    return opening


def see_emergency(db: Session, actor: Actor, opening_id: UUID, *, version: int) -> EmergencyOpening:
    """Note for one's own service that the opening was looked at afterwards.

    Raises NotAllowed for whoever opened it: another person looks.
    """
    require(actor, Permission.AGREE_MINUTES)
    opening = access.find(db, access.visible_emergencies(actor), opening_id)
    require_version(opening, version)
    if actor.person_id in {opening.opened_by, opening.confirmed_by}:
        raise NotAllowed("error.joint.own_opening")
    if opening.is_asked:
        raise Conflict("error.joint.not_open")
    if actor.kind is ServiceKind.PP:
        opening.pp_seen_by = actor.person_id
    else:
        opening.vss_seen_by = actor.person_id
    audit.record(db, actor, "see", opening, case_id=opening.case_id)
    db.flush()
    return opening


def unseen_emergencies(db: Session, actor: Actor) -> list[tuple[EmergencyOpening, Case]]:
    """The openings of the last weeks that nobody of the actor's service but the opener has looked at, newest first.

    And those that are asked for now; what was asked for and lapsed has opened nothing.
    """
    if not access.may(actor, Permission.AGREE_MINUTES) or not actor.kind.is_side:
        return []
    seen = EmergencyOpening.pp_seen_by if actor.kind is ServiceKind.PP else EmergencyOpening.vss_seen_by
    asked = access.emergencies_asked().with_only_columns(EmergencyOpening.id)
    statement = (
        access.visible_emergencies(actor)
        .join(Case, Case.id == EmergencyOpening.case_id)
        .where(
            seen.is_(None),
            EmergencyOpening.opened_by != actor.person_id,
            EmergencyOpening.confirmed_by.is_distinct_from(actor.person_id),
            EmergencyOpening.until_at > clock.now() - LOOK_BACK,
            or_(EmergencyOpening.is_asked.is_(False), EmergencyOpening.id.in_(asked)),
        )
        .order_by(EmergencyOpening.created_at.desc())
        .limit(_MOST)
        .add_columns(Case)
    )
    return [(opening, case) for opening, case in db.execute(statement)]


def _people_of(db: Session, opening: EmergencyOpening) -> tuple[str, str]:
    """Who opened it or asked for it, and who of the other service confirmed it; both services read that."""
    first = db.get_one(Person, opening.opened_by)
    second = db.get_one(Person, opening.confirmed_by) if opening.confirmed_by else None
    return first.name, second.name if second else ""


def ending_soon(db: Session, actor: Actor, *, days: int) -> list[Ending]:
    """The case-level agreements of the actor's open cases that end within so many days and have no successor yet.

    A draft is none before both approved it: left lying, it would let the joint space close without a word.
    """
    last = clock.today() + timedelta(days=days)
    found = db.scalars(_unsucceeded(actor).where(Agreement.ends_on <= last)).all()
    drafts = access.visible_agreements(actor).where(
        Agreement.case_id.in_([agreement.case_id for agreement in found]),
        Agreement.level == AgreementLevel.CASE,
        Agreement.state == AgreementState.DRAFT,
    )
    drafted = {draft.case_id: draft for draft in db.scalars(drafts)} if found else {}
    return [Ending(agreement, drafted.get(agreement.case_id)) for agreement in found]


@access.kept
def _unsucceeded(actor: Actor) -> Select[Agreement]:
    to_come = select(Agreement.case_id).where(
        Agreement.case_id.is_not(None),
        or_(
            Agreement.state == AgreementState.APPROVED,
            and_(Agreement.state == AgreementState.IN_FORCE, Agreement.in_force_from > clock.today()),
        ),
    )
    return (
        access.case_agreements_in_force()
        .join(Agreement.case)
        .where(
            Agreement.case_id.in_(access.visible_case_ids(actor)),
            Agreement.case_id.not_in(to_come),
            Case.closed_on.is_(None),
        )
        .options(joinedload(Agreement.case))
        .order_by(Agreement.ends_on)
        .limit(_MOST)
    )


def open_to(agreement: Agreement, named: str) -> list[AgreementRole]:
    """The roles that an agreement names, as rows; the case managers, who sign it, are always among them."""
    roles = {Role.CASE_MANAGER, *(Role(name) for name in named.split())}
    return [AgreementRole(agreement_id=agreement.id, role=role) for role in sorted(roles)]


def _names(db: Session, agreement: Agreement, actor: Actor) -> bool:
    statement = select(AgreementRole.id).where(
        AgreementRole.agreement_id == agreement.id, AgreementRole.role.in_(actor.roles)
    )
    return db.scalar(statement.limit(1)) is not None


def _newest(db: Session, found: Select[EmergencyOpening], case_id: UUID) -> EmergencyOpening | None:
    newest = found.where(EmergencyOpening.case_id == case_id)
    return db.scalar(newest.order_by(EmergencyOpening.until_at.desc()).limit(1))


def _last(db: Session, case_id: UUID) -> Agreement | None:
    """The agreement of the case that held last; where none ever held, the one that will."""
    return db.scalar(
        select(Agreement)
        .where(
            Agreement.case_id == case_id,
            Agreement.level == AgreementLevel.CASE,
            Agreement.in_force_from.is_not(None),
        )
        .order_by(
            (Agreement.in_force_from <= clock.today()).desc(),
            Agreement.in_force_from.desc(),
            Agreement.created_at.desc(),
        )
        .limit(1)
    )


def _why_closed(last: Agreement | None) -> Ground:
    if last is None:
        return Ground.NO_AGREEMENT
    if last.state is AgreementState.IN_FORCE and last.in_force_from and last.in_force_from > clock.today():
        return Ground.NOT_YET
    return Ground.TERMINATED if last.terminated_on is not None else Ground.ENDED
