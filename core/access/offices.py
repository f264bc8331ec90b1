"""What those see who answer for how long a service keeps its files, without working on them."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, or_, select, true

from core.access.actors import OFFICES, Actor, Permission, may
from core.access.cases import assigned_case_ids, sealed_file_ids
from core.access.files import own_file_case_ids
from core.access.joint import IMMEDIATE_NOTICE
from core.access.statements import kept
from core.models import (
    Basis,
    BreakGlass,
    Case,
    CaseFile,
    Erasure,
    Hold,
    JointItem,
    PersonRequest,
    Release,
    Role,
    ServiceExport,
)


@kept
def kept_files(actor: Actor) -> Select[CaseFile]:
    """The files of the actor's service for whose keeping they answer: by their office, or because they work on the case.

    A sealed file is not among those of an office.
    """
    if not actor.kind.is_side or not may(actor, Permission.KEEP):
        return select(CaseFile).where(false())
    own: ColumnElement[bool] = CaseFile.case_id.in_(assigned_case_ids(actor))
    if actor.has(*OFFICES):
        own = or_(own, CaseFile.id.not_in(sealed_file_ids()))
    return select(CaseFile).where(CaseFile.service_id == actor.service_id, own)


@kept
def kept_case_ids(actor: Actor) -> Select[UUID]:
    return kept_files(actor).with_only_columns(CaseFile.case_id)


@kept
def unconfirmed_releases(actor: Actor) -> Select[Release]:
    """What of the own service left, or is to leave, without consent and no second person has confirmed: for its managers.

    In any case that is not sealed; that it waits, and where, never what it says. A notice has a time of its own.
    """
    if not actor.kind.is_side or not actor.has(Role.MANAGER):
        return select(Release).where(false())
    items = select(JointItem.id).where(
        JointItem.service_id == actor.service_id,
        JointItem.withdrawn_at.is_(None),
        ~JointItem.has_ended,
        JointItem.topic != IMMEDIATE_NOTICE,
        JointItem.case_id.in_(kept_case_ids(actor)),
    )
    return select(Release).where(
        Release.item_id.in_(items), Release.basis != Basis.CONSENT, Release.confirmed_by.is_(None)
    )


@kept
def visible_holds(actor: Actor) -> Select[Hold]:
    """What the actor's own service keeps longer, and why; the other's reasons never."""
    return select(Hold).where(Hold.service_id == actor.service_id, Hold.case_id.in_(kept_case_ids(actor)))


@kept
def visible_erasures(actor: Actor) -> Select[Erasure]:
    """What the actor's own service asked to erase or erased, by whoever may; a case that is gone has offices alone."""
    if not actor.kind.is_side or not may(actor, Permission.ERASE):
        return select(Erasure).where(false())
    mine: ColumnElement[bool] = Erasure.case_id.in_(kept_case_ids(actor))
    if actor.has(*OFFICES):
        mine = or_(mine, ~exists().where(CaseFile.case_id == Erasure.case_id))
    return select(Erasure).where(Erasure.service_id == actor.service_id, mine)


@kept
def joint_erasures(actor: Actor) -> Select[Erasure]:
    """What either service asked to erase of what both hold together, for the offices of both."""
    if not actor.kind.is_side or not may(actor, Permission.ERASE_JOINT):
        return select(Erasure).where(false())
    return select(Erasure).where(Erasure.is_joint.is_(True), Erasure.case_id.in_(kept_case_ids(actor)))


@kept
def visible_person_requests(actor: Actor) -> Select[PersonRequest]:
    """What people of the own files asked for: for who works on the case, and for offices, which read no file."""
    if not actor.kind.is_side:
        return select(PersonRequest).where(false())
    own: ColumnElement[bool] = PersonRequest.case_id.in_(own_file_case_ids(actor))
    if actor.has(*OFFICES):
        office = PersonRequest.case_id.in_(kept_case_ids(actor))
        gone = ~exists().where(CaseFile.case_id == PersonRequest.case_id)
        own = or_(own, office, gone)
    return select(PersonRequest).where(PersonRequest.service_id == actor.service_id, own)


@kept
def visible_service_exports(actor: Actor) -> Select[ServiceExport]:
    """What people of the actor's own service asked to take along of all that it keeps, for its offices."""
    if not actor.kind.is_side or not may(actor, Permission.EXPORT_SERVICE):
        return select(ServiceExport).where(false())
    return select(ServiceExport).where(ServiceExport.service_id == actor.service_id)


@kept
def visible_break_glass(actor: Actor) -> Select[BreakGlass]:
    """Where somebody of the actor's service opened a file without working on it.

    The offices look at each opening, also where the file was sealed after it: a seal hides nothing that was done.
    """
    if not actor.kind.is_side:
        return select(BreakGlass).where(false())
    own: ColumnElement[bool] = BreakGlass.case_id.in_(own_file_case_ids(actor))
    if actor.has(*OFFICES):
        own = true()
    return select(BreakGlass).where(BreakGlass.service_id == actor.service_id, own)


def says_code(actor: Actor) -> ColumnElement[bool]:
    """May the code of the case around this be said to the actor: it is theirs, or no seal lies on their file of it?"""
    sealed = exists().where(
        CaseFile.case_id == Case.id,
        CaseFile.service_id == actor.service_id,
        CaseFile.id.in_(sealed_file_ids()),
    )
    return or_(Case.id.in_(own_file_case_ids(actor)), ~sealed)
