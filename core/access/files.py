"""What stands in the file of a service: read by the people of that service who work on the case, and by nobody else."""

from uuid import UUID

from sqlalchemy import Select, false, select

from core.access.actors import Actor, Permission, is_worker, may
from core.access.cases import assigned_case_ids, sealed_file_ids
from core.access.statements import is_of_the_case, kept
from core.models import (
    AttendedDay,
    CaseFile,
    ClosingStep,
    Consent,
    ContactFlag,
    ContactUse,
    DigitalFinding,
    DigitalMedium,
    DigitalStep,
    Evidence,
    FileNote,
    MustNotReceive,
    Release,
    SafetyAction,
    SafetyPlan,
    Seal,
    Subject,
)


@kept
def visible_files(actor: Actor) -> Select[CaseFile]:
    """The actor's own service's files of the cases they are assigned to; the other side's never."""
    if not is_worker(actor) or not may(actor, Permission.READ_FILE):
        return select(CaseFile).where(false())
    return select(CaseFile).where(
        CaseFile.service_id == actor.service_id, CaseFile.case_id.in_(assigned_case_ids(actor))
    )


@kept
def visible_file_ids(actor: Actor) -> Select[UUID]:
    return visible_files(actor).with_only_columns(CaseFile.id)


@kept
def visible_subjects(actor: Actor) -> Select[Subject]:
    """The people of the actor's own file."""
    return select(Subject).where(Subject.file_id.in_(visible_file_ids(actor)))


@kept
def visible_notes(actor: Actor) -> Select[FileNote]:
    """The notes of the actor's own file."""
    return select(FileNote).where(FileNote.file_id.in_(visible_file_ids(actor)))


@kept
def visible_consents(actor: Actor) -> Select[Consent]:
    """What the people of the actor's own file agreed to; the other side's never."""
    own = visible_subjects(actor).with_only_columns(Subject.id)
    return select(Consent).where(Consent.subject_id.in_(own))


@kept
def visible_releases(actor: Actor) -> Select[Release]:
    """On what ground things left the actor's own file."""
    return select(Release).where(Release.file_id.in_(visible_file_ids(actor)))


@kept
def visible_contact_flags(actor: Actor) -> Select[ContactFlag]:
    """What is wrong with contacts of the people of the actor's own file."""
    own = visible_subjects(actor).with_only_columns(Subject.id)
    return select(ContactFlag).where(ContactFlag.subject_id.in_(own))


@kept
def visible_contact_uses(actor: Actor) -> Select[ContactUse]:
    """When the contact card of a person of the actor's own file was used, and whether it was still safe."""
    own = visible_subjects(actor).with_only_columns(Subject.id)
    return select(ContactUse).where(ContactUse.subject_id.in_(own))


@kept
def visible_must_not_receive(actor: Actor) -> Select[MustNotReceive]:
    """Who must not be written to, called or told, as the actor's own file has it; the other side's never."""
    return select(MustNotReceive).where(MustNotReceive.file_id.in_(visible_file_ids(actor)))


@kept
def visible_digital_steps(actor: Actor) -> Select[DigitalStep]:
    """What the actor's own service knows of digital violence, step by step; the other's never."""
    return select(DigitalStep).where(DigitalStep.file_id.in_(visible_file_ids(actor)))


@kept
def visible_digital_media(actor: Actor) -> Select[DigitalMedium]:
    """The map of devices and accounts, in her file."""
    return select(DigitalMedium).where(DigitalMedium.file_id.in_(visible_file_ids(actor)))


@kept
def visible_digital_findings(actor: Actor) -> Select[DigitalFinding]:
    return select(DigitalFinding).where(DigitalFinding.file_id.in_(visible_file_ids(actor)))


@kept
def visible_safety_plans(actor: Actor) -> Select[SafetyPlan]:
    """The IT safety plan, in her file."""
    return select(SafetyPlan).where(SafetyPlan.file_id.in_(visible_file_ids(actor)))


@kept
def visible_safety_actions(actor: Actor) -> Select[SafetyAction]:
    """The actions of the own file: of her plan, or what he does; the other's never."""
    return select(SafetyAction).where(SafetyAction.file_id.in_(visible_file_ids(actor)))


@kept
def visible_evidence(actor: Actor) -> Select[Evidence]:
    return select(Evidence).where(Evidence.file_id.in_(visible_file_ids(actor)))


@kept
def visible_attended_days(actor: Actor) -> Select[AttendedDay]:
    """The days on which he was there, in the file of the programme."""
    return select(AttendedDay).where(AttendedDay.file_id.in_(visible_file_ids(actor)))


def files_to_open(actor: Actor) -> Select[CaseFile]:
    """The files that somebody who reads files may open in an emergency though they do not work on them."""
    if not is_worker(actor) or not may(actor, Permission.BREAK_GLASS):
        return select(CaseFile).where(false())
    return select(CaseFile).where(
        # Of one case asked for alone, the others would pass for cases that the actor does not work on.
        is_of_the_case(CaseFile.case_id),
        CaseFile.service_id == actor.service_id,
        CaseFile.case_id.not_in(assigned_case_ids(actor)),
        CaseFile.id.not_in(sealed_file_ids()),
    )


@kept
def visible_seals(actor: Actor) -> Select[Seal]:
    """That the actor's own file is sealed, and why."""
    return select(Seal).where(Seal.file_id.in_(visible_file_ids(actor)))


@kept
def own_file_case_ids(actor: Actor) -> Select[UUID]:
    return visible_files(actor).with_only_columns(CaseFile.case_id)


@kept
def visible_closing_steps(actor: Actor) -> Select[ClosingStep]:
    """What the actor's own service does for its own person before a case ends; the other's never."""
    return select(ClosingStep).where(ClosingStep.file_id.in_(visible_file_ids(actor)))
