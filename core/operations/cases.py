"""Cases: opening, finding, describing, closing and opening again."""

import re
import secrets
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, require, require_version
from core.content import eligibilities
from core.content.protocols import Side
from core.errors import Conflict, Invalid, NotAllowed
from core.models import Assignment, Case, CaseFile, CloseReason, Cooperation, Known
from core.operations import phases
from core.operations.identifying import require_nothing_told
from core.text import day, in_order, line, text

__all__ = ["CloseReason", "Known"]

#: One letter and digits. Two letters beside a year would be initials and a year of birth.
CODE = re.compile(r"[A-Z]-[0-9]{2,6}(-[0-9]{1,4})?")
MOST_CHILDREN = 20


#: What she decided is not for the perpetrator programme: only the service that closed the case for it reads it.
OWN_REASONS = frozenset({CloseReason.SHE_ENDED})


def find(db: Session, actor: Actor, case_id: UUID) -> Case:
    """The case with its cooperation and the two services.

    Raises NotFound where it is not the actor's.
    """
    return access.find(db, _with_services(actor), case_id)


@access.kept
def _with_services(actor: Actor) -> Select[Case]:
    return access.visible_cases(actor).options(
        joinedload(Case.cooperation).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss))
    )


def find_open(db: Session, actor: Actor, case_id: UUID) -> Case:
    """The case, for work that a closed one does not take any more."""
    case = find(db, actor, case_id)
    if case.closed_on is not None:
        raise Conflict("error.case_closed")
    return case


def own_file(db: Session, actor: Actor, case: Case) -> CaseFile:
    """The file of the actor's service, for what it decides in the case as a service."""
    return db.scalars(
        select(CaseFile).where(CaseFile.case_id == case.id, CaseFile.service_id == actor.service_id)
    ).one()


def side_of(actor: Actor) -> Side:
    return Side(actor.kind)


def open(  # noqa: A001  the practitioner's word
    db: Session,
    actor: Actor,
    *,
    cooperation_id: UUID,
    code: str = "",
    reference: str = "",
    opened_on: date | None = None,
) -> Case:
    """Open a case with the actor's own file in it and the actor at work on it; the other service learns nothing.

    Without a typed code it gets one by chance: a running number would count the other service's cases.
    """
    require(actor, Permission.OPEN_CASE)
    cooperation = access.find(db, access.own_cooperations(actor), cooperation_id)
    begun = day(opened_on or clock.today(), field="opened_on")
    in_order(begun, clock.today(), field="opened_on")
    # The code last: whoever is told of another mistake has not learnt whether the other service has a case of this code.
    named = line(reference, field="reference", required=False, longest=60)
    case = Case(
        cooperation_id=cooperation.id,
        code=_typed_code(db, actor, cooperation, code) if code.strip() else free_code(db, cooperation, begun),
        opened_on=begun,
        opened_by=actor.service_id,
    )
    db.add(case)
    db.flush()
    db.add_all(
        [
            CaseFile(
                case_id=case.id,
                service_id=actor.service_id,
                reference=named,
            ),
            Assignment(case_id=case.id, person_id=actor.person_id, since=clock.today()),
        ]
    )
    audit.record(db, actor, "open", case, case_id=case.id)
    phases.begin(db, actor, case)
    db.flush()
    return case


def require_at_work(db: Session, actor: Actor, case_id: UUID) -> None:
    """Raises NotAllowed for who opened the file in an emergency: they arrange nobody's right to it, nor their own."""
    if not is_at_work(db, actor, case_id):
        raise NotAllowed("error.break_glass.not_at_work")


@access.of_one_case
def is_at_work(db: Session, actor: Actor, case_id: UUID) -> bool:
    """Does the actor work on the case, and not for some hours alone?"""
    works = access.visible_assignments(actor).where(
        Assignment.case_id == case_id, Assignment.person_id == actor.person_id, access.at_work()
    )
    return actor.is_whole or db.scalar(works.limit(1)) is not None


def describe(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    living_together: Known,
    children_count: int | None,
    is_in_target: bool | None,
    target_reason: str,
    exclusions: Sequence[str],
    exclusions_reason: str,
    version: int,
) -> Case:
    """Record the frame of the case, the target check and the grounds that were found. Nothing here blocks it.

    Grounds that only one service is shown are kept in that service's file.
    """
    require(actor, Permission.OPEN_CASE)
    case = find_open(db, actor, case_id)
    if not access.is_open_to(actor, case):
        raise Conflict("error.not_paired")
    require_version(case, version)
    if children_count is not None and not 0 <= children_count <= MOST_CHILDREN:
        raise Invalid("error.children_count", field="children_count", most=MOST_CHILDREN)
    why = text(target_reason, field="target_reason", required=is_in_target is False, longest=2000)
    joint, own = _told_apart(actor, exclusions)
    reason = text(exclusions_reason, field="exclusions_reason", required=bool(joint), longest=2000)
    for field, said, known in (
        ("target_reason", why, case.target_reason),
        ("exclusions_reason", reason, case.exclusions_reason),
    ):
        require_nothing_told(db, actor, case.id, said, field=field, known=known)
    case.living_together = living_together
    case.children_count = children_count
    case.is_in_target, case.target_reason = is_in_target, why
    case.exclusions, case.exclusions_reason = joint, reason
    case.exclusions_checked_on = clock.today()
    own_file(db, actor, case).exclusions = own
    audit.record(db, actor, "describe", case, case_id=case.id)
    db.flush()
    return case


def close(
    db: Session, actor: Actor, case_id: UUID, *, reason: CloseReason, closed_on: date | None, version: int
) -> Case:
    """Close a case that is not both services' yet; it can be opened again. What both confirmed they end together.

    A reason that is hers stays in the closing service's file. Raises Conflict while the other service's file stands in
    the case too: that service could neither write in it any more nor take it out.
    """
    require(actor, Permission.OPEN_CASE)
    case = find_open(db, actor, case_id)
    require_version(case, version)
    if case.is_paired:
        raise Conflict("error.closing.together")
    other = select(CaseFile.id).where(CaseFile.case_id == case.id, CaseFile.service_id != actor.service_id)
    if db.scalar(other.limit(1)) is not None:
        raise Conflict("error.closing.part_first")
    last = day(closed_on, field="closed_on")
    in_order(case.opened_on, last, field="closed_on")
    in_order(last, clock.today(), field="closed_on")
    return shut(db, actor, case, on=last, reason=reason)


def shut(db: Session, actor: Actor, case: Case, *, on: date, reason: CloseReason) -> Case:
    """Close the case, for whoever has looked whether it may be."""
    case.closed_on = on
    told = CloseReason.OTHER if reason in OWN_REASONS else reason
    audit.record(db, actor, f"close_{told}", case, case_id=case.id)
    if told is not reason:
        audit.record(db, actor, f"close_{reason}", own_file(db, actor, case), case_id=case.id)
    db.flush()
    return case


def reopen(db: Session, actor: Actor, case_id: UUID, *, version: int) -> Case:
    """Open a closed case again, where it stopped."""
    require(actor, Permission.OPEN_CASE)
    case = find(db, actor, case_id)
    require_version(case, version)
    if case.closed_on is None:
        raise Conflict("error.case_open")
    if not access.is_open_to(actor, case):
        raise Conflict("error.not_paired")
    case.closed_on = None
    audit.record(db, actor, "reopen", case, case_id=case.id)
    db.flush()
    return case


def _told_apart(actor: Actor, exclusions: Sequence[str]) -> tuple[list[str], list[str]]:
    """The grounds that both services read, and those that stay with the actor's own."""
    shown = {ground.id: ground.side for ground in eligibilities.load().exclusions_for(side_of(actor))}
    if not set(exclusions) <= set(shown):
        raise Invalid("error.unknown_exclusion", field="exclusions")
    return (
        [ground for ground in exclusions if shown[ground] is Side.BOTH],
        [ground for ground in exclusions if shown[ground] is not Side.BOTH],
    )


def _is_taken(db: Session, cooperation: Cooperation, code: str) -> bool:
    statement = select(Case.id).where(Case.cooperation_id == cooperation.id, Case.code == code)
    return db.scalar(statement) is not None


def _typed_code(db: Session, actor: Actor, cooperation: Cooperation, code: str) -> str:
    """The code as it is kept. Raises Invalid beside its field, and for that of a case which is not the actor's NotAllowed:

    whoever tries the codes of others leaves a line in the log.
    """
    typed = line(code, field="code", longest=20).upper()
    if not CODE.fullmatch(typed):
        raise Invalid("error.code_shape", field="code")
    if _is_taken(db, cooperation, typed):
        own = access.visible_cases(actor).where(Case.cooperation_id == cooperation.id, Case.code == typed)
        if db.scalar(own.with_only_columns(Case.id)) is None:
            raise NotAllowed("error.code_taken")
        raise Invalid("error.code_taken", field="code")
    return typed


def free_code(db: Session, cooperation: Cooperation, opened_on: date) -> str:
    """A code by chance that no case of the cooperation has."""
    while True:
        code = f"K-{opened_on.year}-{secrets.randbelow(9000) + 1000}"
        if not _is_taken(db, cooperation, code):
            return code
