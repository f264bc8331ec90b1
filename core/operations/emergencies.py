"""What people need before them when something has happened: who is on duty, what is open, how she is reached safely."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor
from core.documents import emergency_sheet
from core.documents.emergency_sheet import SafeContact
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.documents.minutes import PlannedAction
from core.locale import Words
from core.models import (
    Action,
    ActionState,
    Agreement,
    Case,
    CaseFile,
    ContactFlag,
    Cooperation,
    Duty,
    Known,
    Meeting,
    MeetingState,
    Person,
    Service,
    ServiceKind,
    Subject,
    SubjectKind,
)
from core.operations import (
    agreements,
    cases,
    contact_changes,
    contact_flags,
    emergency_facts,
    invitations,
    invitees,
    outgoing,
    own_files,
    registers,
)
from core.operations.papers import USUAL, Paper, Sending
from core.operations.registers import Way
from core.settings import settings

#: The answers of agreements that say how a service is reached in an emergency.
_REACHED: Final = {
    ServiceKind.PP: ("pp_emergency_contact", "pp_on_duty"),
    ServiceKind.VSS: ("vss_emergency_contact", "vss_on_duty"),
}


@dataclass(frozen=True)
class Contact:
    """Somebody who can be called now."""

    person_id: UUID
    name: str
    job: str
    phone: str
    is_on_duty: bool
    #: The own register says that they must not be called or told.
    is_barred: bool = False


@dataclass(frozen=True)
class Side:
    """One of the two services, with those who answer for it now: on duty, else assigned to the case."""

    service: Service
    contacts: tuple[Contact, ...]
    #: How it is reached in an emergency, as the two services wrote it into their agreement; empty where nothing holds.
    agreed: str = ""

    @property
    def has_duty(self) -> bool:
        return any(contact.is_on_duty for contact in self.contacts)


@dataclass(frozen=True)
class Situation:
    """The page of an emergency: one case, both sides, what is open."""

    case: Case
    #: Is he in the household? By the frame of the case, for whom it is open; else nothing is known of it.
    living_together: Known
    sides: tuple[Side, ...]
    actions: tuple[Action, ...]
    #: From the victim support service's own file; empty for everybody else, and closed where it is not certain who looks.
    safe_contacts: tuple[Subject, ...]
    running_id: UUID | None
    #: What is wrong with contacts of her file; for the same people as the contacts themselves.
    flags: tuple[ContactFlag, ...] = ()


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Situation:
    """What is known now about a case of the actor."""
    case = _case(db, actor, case_id)
    audit.look(db, case, "read_emergency", case_id=case.id)
    hers = _safe_contacts(db, actor, case_id)
    return Situation(
        case=case,
        living_together=case.living_together if access.is_open_to(actor, case) else Known.UNKNOWN,
        sides=_sides(db, actor, case),
        actions=_open_actions(db, actor, case_id),
        safe_contacts=hers,
        running_id=_running(db, actor, case_id),
        flags=tuple(contact_flags.holding(db, actor, case_id)) if hers and actor.is_fresh else (),
    )


@access.of_one_case
def known_now(db: Session, actor: Actor, case_id: UUID, *, words: Words) -> emergency_facts.Danger:
    """What both services know of the danger, in the words of the sheet; all empty where the joint space is closed."""
    case = _case(db, actor, case_id)
    audit.look(db, case, "read_joint", case_id=case.id)
    return emergency_facts.known(db, actor, case, words)


def _case(db: Session, actor: Actor, case_id: UUID) -> Case:
    statement = access.visible_cases(actor).options(
        joinedload(Case.cooperation).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss))
    )
    return access.find(db, statement, case_id)


def _sides(db: Session, actor: Actor, case: Case) -> tuple[Side, ...]:
    now = clock.now()
    on_duty = {
        duty.person_id: duty.phone
        for duty in db.scalars(
            select(Duty)
            .where(
                Duty.service_id.in_([case.cooperation.pp_id, case.cooperation.vss_id]),
                Duty.from_at <= now,
                Duty.until_at > now,
            )
            .order_by(Duty.from_at)
        )
    }
    people = invitees.candidates(db, case.cooperation, case.id, is_emergency=True)
    holding = registers.holding(db, actor, case.id, Way.CALLED, Way.TOLD)
    # Where nobody knows any more whom an entry named, in an emergency that is no ground to call nobody.
    entries = [entry for entry in holding if not entry.is_anybody]
    barred = {person.id for person in people if registers.stops_person(entries, person.name, person.service)}
    held = (
        agreements.case_agreement_in_force(db, case.id),
        agreements.organisation_agreement_in_force(db, case.cooperation_id),
    )
    return tuple(
        Side(
            service=service,
            contacts=_contacts(
                [person for person in people if person.service_id == service.id], on_duty, barred
            ),
            agreed=_agreed(held, service),
        )
        for service in (case.cooperation.vss, case.cooperation.pp)
    )


def _agreed(held: Iterable[Agreement | None], service: Service) -> str:
    """What the agreement of the case says of it; else the one between the managements."""
    said = (
        str(agreement.answers.get(name) or "").strip()
        for agreement in held
        if agreement is not None
        for name in _REACHED[service.kind]
    )
    return next(filter(None, said), "")


def _contacts(people: list[Person], on_duty: dict[UUID, str], barred: set[UUID]) -> tuple[Contact, ...]:
    contacts = [
        Contact(
            person_id=person.id,
            name=person.name,
            job=person.job,
            phone=on_duty.get(person.id) or person.phone,
            is_on_duty=person.id in on_duty,
            is_barred=person.id in barred,
        )
        for person in people
    ]
    return tuple(sorted(contacts, key=lambda contact: (not contact.is_on_duty, contact.name)))


def _open_actions(db: Session, actor: Actor, case_id: UUID) -> tuple[Action, ...]:
    statement = access.visible_actions(actor).where(
        Action.case_id == case_id, Action.state.in_([ActionState.OPEN, ActionState.IN_PROGRESS])
    )
    return tuple(db.scalars(statement.options(joinedload(Action.service)).order_by(Action.due_on)))


def _safe_contacts(db: Session, actor: Actor, case_id: UUID) -> tuple[Subject, ...]:
    if actor.kind is not ServiceKind.VSS:
        return ()
    statement = (
        access.visible_subjects(actor)
        .join(CaseFile, CaseFile.id == Subject.file_id)
        .where(CaseFile.case_id == case_id, Subject.kind == SubjectKind.HER)
        .order_by(Subject.code)
    )
    return tuple(own_files.shown(actor, her) for her in db.scalars(statement))


def _running(db: Session, actor: Actor, case_id: UUID) -> UUID | None:
    """A meeting of the case that is going on."""
    statement = (
        access.joint_meetings(actor)
        .where(Meeting.case_id == case_id, Meeting.state == MeetingState.IN_PROGRESS)
        .order_by(Meeting.started_at.desc())
        .limit(1)
    )
    found = db.scalars(statement).first()
    return found.id if found else None


@outgoing.document
def sheet(db: Session, actor: Actor, case_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """The page in Word, for the hour in which the network fails; her safe channel on the VSS's own copy only.

    Its line stands in the history of the own file.
    """
    situation = of_case(db, actor, case_id)
    own = invitations.recipient(actor)
    recipient, choices = outgoing.to_whom(
        DocumentKind.EMERGENCY_SHEET, sending, own, among=(own, Recipient.JOINT)
    )
    is_hers, own_copy = recipient is Recipient.VSS, recipient is own
    made = emergency_sheet.EmergencySheet(
        case_code=situation.case.code,
        reason=emergency_facts.reason(db, actor, case_id, words),
        risk_level=emergency_facts.risk_level(db, actor, case_id, words),
        in_household=words(f"emergency.together.{situation.living_together}"),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        open_notices=emergency_facts.open_notices(db, actor, case_id, words),
        risk_note=emergency_facts.risk_note(db, actor, situation.case, words),
        on_duty=tuple(
            emergency_sheet.OnDuty(
                side.service.name, contact.name, _telephone(side, contact, own_copy, words)
            )
            for side in situation.sides
            for contact in called_first(side)
        ),
        actions=tuple(
            PlannedAction(
                need=action.need,
                action=action.text,
                term=words.day(action.due_on),
                responsible=action.service.name,
            )
            for action in situation.actions
        ),
        safe_contact=_safe_contact(db, actor, situation, words) if is_hers else None,
        language=settings().language,
    )
    return Paper(
        kind=DocumentKind.EMERGENCY_SHEET,
        recipient=recipient,
        content=emergency_sheet.make(made, recipient, words),
        record=cases.own_file(db, actor, situation.case),
        act="print_sheet",
        case_id=case_id,
        choices=choices,
        expected=tuple(one.telephone for one in made.on_duty),
    )


def called_first(side: Side) -> tuple[Contact, ...]:
    """Whoever is on duty; everybody of the case where nobody is who may be called."""
    on_duty = tuple(contact for contact in side.contacts if contact.is_on_duty)
    return on_duty if any(not contact.is_barred for contact in on_duty) else side.contacts


def _telephone(side: Side, contact: Contact, own_copy: bool, words: Words) -> str:
    """On the own copy whoever must not be called has no number; the other side's copy says nothing of a register."""
    if contact.is_barred and own_copy:
        return words("document.emergency_sheet.barred")
    return contact.phone or side.service.duty_phone


def _safe_contact(db: Session, actor: Actor, situation: Situation, words: Words) -> SafeContact | None:
    """On paper only whether there is a code phrase: a sheet that is lost must not give it away."""
    if not situation.safe_contacts:
        return None
    her = situation.safe_contacts[0]
    known = words("emergency.phrase_known" if her.code_phrase else "emergency.phrase_unknown")
    return SafeContact(
        channel=her.safe_channel,
        times=her.safe_times,
        code_phrase_known=known,
        messages=words("emergency.no_messages") if not her.messages_allowed else "",
        warning=contact_changes.warning(db, actor, her, situation.flags, words),
    )
