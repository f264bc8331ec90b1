"""Erasing what a service keeps of a case: one person asks, another confirms, and of what both hold one of each service.

What goes is said before, by part and number. Nothing is erased on which a hold lies, or while something is open in the
case. The request of a person reaches their own service's own file and nothing else: his never hers, nor the joint record.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, select, update
from sqlalchemy.orm import Session

from core import access, audit, clock, erasing
from core.access import Actor, Permission, may, require, require_version
from core.content import retention as content
from core.content.retention import HeldBy, Part
from core.errors import Conflict, Invalid, NotAllowed
from core.models import (
    Case,
    CaseFile,
    Erasure,
    ErasureGround,
    Person,
    PersonRequest,
    RequestKind,
    Service,
    Subject,
    SubjectKind,
)
from core.operations import cases, erased_along, holds, open_risks, retention, told_rows
from core.operations.open_risks import OpenRisk
from core.sealed import NOTHING
from core.text import text

__all__ = ["ErasureGround"]

_STILL_OPEN = "error.erasure.open_risk"


@dataclass(frozen=True)
class Preview:
    """What exactly would go, in rows of tables, and what would stay."""

    goes: Mapping[str, int]
    #: Parts of the case that stay, and hold something.
    stays: tuple[str, ...]
    is_joint: bool
    #: Was the last level of risk above low? Then those who erase it decide that, too.
    is_above_low: bool
    #: Why it cannot be asked for now: a key of the errors.
    refused: str = ""
    #: What is open, where it is that.
    still_open: tuple[OpenRisk, ...] = ()


@access.of_one_case
def preview(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    parts: Sequence[str],
    ground: ErasureGround,
    subject_id: UUID | None = None,
) -> Preview:
    """What an erasure would do; nothing is changed."""
    case = holds.find_case(db, actor, case_id)
    _known(parts)
    others = [part.id for part in content.load().of_cases if part.id not in parts]
    refused = ""
    try:
        _check(db, actor, case, parts, ground, subject_id)
    except (Conflict, Invalid, NotAllowed) as error:
        refused = error.key
    told = told_rows.of_case(db, actor, case.id)
    return Preview(
        goes=told.count(_rows(db, actor, case.id, parts, subject_id)),
        stays=tuple(
            part for part in others if told.count(erasing.roots(db, case.id, actor.service_id, [part]))
        ),
        is_joint=_is_joint(db, actor, case.id, parts),
        is_above_low=open_risks.is_above_low(db, case.id),
        refused=refused,
        still_open=_still_open(db, case) if refused == _STILL_OPEN else (),
    )


def ask(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    parts: Sequence[str],
    ground: ErasureGround,
    reason: str,
    subject_id: UUID | None = None,
) -> Erasure:
    """Ask to erase parts of a case, or one person of the own file; nothing goes before somebody else has confirmed."""
    require(actor, Permission.ERASE)
    case = holds.find_case(db, actor, case_id)
    _require_own_case(db, actor, case.id)
    _check(db, actor, case, parts, ground, subject_id)
    is_joint = _is_joint(db, actor, case.id, parts)
    if is_joint:
        require(actor, Permission.ERASE_JOINT)
    erasure = Erasure(
        case_id=case.id,
        service_id=actor.service_id,
        parts=sorted(parts),
        is_joint=is_joint,
        subject_id=subject_id,
        ground=ground,
        reason=text(reason, field="reason", longest=1000),
        asked_by=actor.person_id,
    )
    db.add(erasure)
    db.flush()
    audit.record(db, actor, "ask", erasure, case_id=case.id)
    return erasure


def confirm(db: Session, actor: Actor, erasure_id: UUID, *, version: int) -> Erasure:
    """Confirm what a colleague, or the other service, asks to erase; with the last confirmation it is gone.

    Raises NotAllowed for whoever asked, or opened the file for some hours, and Conflict where others hold it by now than when it was asked. Everything is
    checked again in the same transaction.
    """
    access.require_fresh(actor)
    erasure = _open(db, actor, erasure_id, version)
    if actor.person_id in {erasure.asked_by, erasure.own_confirmed_by}:
        raise NotAllowed("error.erasure.own")
    _require_own_case(db, actor, erasure.case_id)
    # A case may be paired, or parted, while it waits: then other people have to confirm.
    if erasure.is_joint is not _is_joint(db, _asker(actor, erasure), erasure.case_id, erasure.parts):
        raise Conflict("error.erasure.held_otherwise")
    if erasure.service_id == actor.service_id:
        erasure.own_confirmed_by = actor.person_id
    else:
        # What its own file keeps is said to this service, and before the other one could be told of it.
        case = _check_open(db, actor, erasure)
        joint = [part for part in erasure.parts if part == erasing.FRAME]
        _require_answered(db, case.id, actor.service_id, joint, None)
        erasure.other_confirmed_by = actor.person_id
    db.flush()
    audit.record(db, actor, "confirm", erasure, case_id=erasure.case_id)
    if erasure.own_confirmed_by and (erasure.other_confirmed_by or not erasure.is_joint):
        _carry_out(db, actor, erasure)
    return erasure


def refuse(db: Session, actor: Actor, erasure_id: UUID, *, reason: str, version: int) -> Erasure:
    """Refuse it with a reason; whoever asked may take it back in the same way."""
    erasure = _open(db, actor, erasure_id, version)
    erasure.refusal = text(reason, field="reason", longest=1000)
    erasure.refused_by, erasure.refused_at = actor.person_id, clock.now()
    db.flush()
    audit.record(db, actor, "refuse", erasure, case_id=erasure.case_id)
    return erasure


def find(db: Session, actor: Actor, erasure_id: UUID) -> Erasure:
    """One that the actor's service asked for, or a joint one of either service."""
    statement = select(Erasure).where(Erasure.id.in_(_visible(actor)))
    return access.find(db, statement, erasure_id)


def would_go(db: Session, actor: Actor, erasure_id: UUID) -> Mapping[str, int]:
    """What would go if it were confirmed now, in rows of tables."""
    erasure = find(db, actor, erasure_id)
    if not erasure.is_open or db.get(Case, erasure.case_id) is None:
        return {}
    asker = _asker(actor, erasure)
    rows = _rows(db, asker, erasure.case_id, erasure.parts, erasure.subject_id)
    return told_rows.of_case(db, actor, erasure.case_id).count(rows)


def is_above_low(db: Session, actor: Actor, erasure_id: UUID) -> bool:
    """Was the last level of risk of its case above low? Whoever confirms it decides that, too."""
    return open_risks.is_above_low(db, find(db, actor, erasure_id).case_id)


def still_open(db: Session, actor: Actor, erasure_id: UUID) -> tuple[OpenRisk, ...]:
    """What was opened in its case since somebody asked, and forbids to confirm it."""
    case = db.get(Case, find(db, actor, erasure_id).case_id)
    return _still_open(db, case) if case else ()


def _still_open(db: Session, case: Case) -> tuple[OpenRisk, ...]:
    return tuple(sorted(open_risks.forbidding(db, case)))


@dataclass(frozen=True)
class Listed:
    """One erasure in a list; what the other service wrote to it is not said."""

    erasure: Erasure
    code: str
    is_own: bool
    reason: str
    may_confirm: bool
    #: Why it was refused, where the actor's own service refused it.
    refusal: str = ""


def list_all(db: Session, actor: Actor) -> list[Listed]:
    """What was asked for, the open ones first; reading the list is one line, of the own service."""
    if not may(actor, Permission.ERASE):
        return []
    audit.look(db, db.get_one(Service, actor.service_id), "read_erasures")
    return _listed(db, actor)


def to_confirm(db: Session, actor: Actor) -> int:
    """How many wait for a confirmation that the actor may give."""
    return sum(one.may_confirm for one in _listed(db, actor)) if may(actor, Permission.ERASE) else 0


def _listed(db: Session, actor: Actor) -> list[Listed]:
    statement = (
        select(Erasure, Case.code, Person.service_id)
        .outerjoin(Case, Case.id == Erasure.case_id)
        .outerjoin(Person, Person.id == Erasure.refused_by)
        .where(Erasure.id.in_(_visible(actor)))
        .order_by(Erasure.created_at.desc())
    )
    found = []
    for erasure, code, refuser in db.execute(statement):
        is_own = erasure.service_id == actor.service_id
        asked = erasure.asked_by, erasure.own_confirmed_by
        is_turn = erasure.own_confirmed_by is None if is_own else erasure.other_confirmed_by is None
        may_confirm = (
            erasure.is_open and is_turn and actor.person_id not in asked and _may_confirm(actor, erasure)
        )
        reason = erasure.reason if is_own else ""
        refusal = erasure.refusal if refuser == actor.service_id else ""
        found.append(Listed(erasure, code or "", is_own, reason, may_confirm, refusal))
    return sorted(found, key=lambda one: not one.erasure.is_open)


def _visible(actor: Actor) -> CompoundSelect[UUID]:
    own = access.visible_erasures(actor).with_only_columns(Erasure.id)
    return own.union(access.joint_erasures(actor).with_only_columns(Erasure.id))


def _may_confirm(actor: Actor, erasure: Erasure) -> bool:
    permission = Permission.CONFIRM_JOINT_ERASURE if erasure.is_joint else Permission.CONFIRM_ERASURE
    return may(actor, permission)


def _open(db: Session, actor: Actor, erasure_id: UUID, version: int) -> Erasure:
    erasure = find(db, actor, erasure_id)
    require(actor, Permission.CONFIRM_JOINT_ERASURE if erasure.is_joint else Permission.CONFIRM_ERASURE)
    require_version(erasure, version)
    if not erasure.is_open:
        raise Conflict
    return erasure


def _require_own_case(db: Session, actor: Actor, case_id: UUID) -> None:
    """Raise NotAllowed for who answers for the case neither by an office nor by working on it."""
    if not actor.has(*access.OFFICES):
        cases.require_at_work(db, actor, case_id)


def _check(  # noqa: PLR0917
    db: Session,
    actor: Actor,
    case: Case,
    parts: Sequence[str],
    ground: ErasureGround,
    subject_id: UUID | None,
    *,
    confirmer_id: UUID | None = None,
) -> None:
    """Raise where these parts may not be erased now; `confirmer_id` is the service that confirms, if one does."""
    known = _known(parts)
    if not parts:
        raise Invalid("error.erasure.choose", field="parts")
    if ground is ErasureGround.REQUEST:
        _check_request(db, actor, case, parts, subject_id)
    elif case.closed_on is None:
        is_in_error = ground is ErasureGround.OPENED_IN_ERROR
        raise Conflict("error.erasure.in_error_open" if is_in_error else "error.erasure.case_open")
    if open_risks.forbidding(db, case):
        raise Conflict(_STILL_OPEN)
    # That somebody asked is for their own service alone.
    is_own = confirmer_id in {None, actor.service_id}
    waits = "error.erasure.answer_first" if is_own else "error.erasure.not_yet"
    _require_answered(db, case.id, actor.service_id, parts, subject_id, key=waits)
    # So is that they keep their own file, and how long.
    apart = set() if is_own else {part for part in parts if known[part].held_by is HeldBy.EACH}
    _require_no_hold(db, actor, case, [known[part] for part in parts], apart)
    if ground is ErasureGround.TIME_IS_OVER:
        _require_due(db, actor, case, parts, apart)
    if erasing.FRAME in parts and _left_over(db, actor, case.id, parts):
        raise Conflict("error.erasure.frame_last")
    rows = _rows(db, actor, case.id, parts, subject_id)
    erased_along.check(
        db,
        case,
        service_id=actor.service_id,
        parts=parts,
        rows=rows,
        ground=ground,
        confirmer_id=confirmer_id,
    )


def _require_no_hold(
    db: Session, actor: Actor, case: Case, parts: Sequence[Part], apart: Collection[str]
) -> None:
    """Raise where one of them is kept; of those of the other service alone, not why."""
    for part in parts:
        if not retention.holds_on(db, case.id, part, actor.service_id):
            continue
        if part.id in apart:
            raise Conflict("error.erasure.not_yet")
        # In the log: somebody wanted to erase what a court may ask for.
        raise NotAllowed("error.erasure.held")


def _require_due(db: Session, actor: Actor, case: Case, parts: Sequence[str], apart: Collection[str]) -> None:
    """Raise where the time of one of them is not over; of those of the other service alone, not why."""
    over = {one.part.id for one in retention.of_case(db, actor, case) if one.is_due}
    # The frame goes with the rest where all the rest goes.
    early = set(parts) - over - {erasing.FRAME}
    if early & set(apart):
        raise Conflict("error.erasure.not_yet")
    if early:
        raise Invalid("error.erasure.not_due", field="parts")


def _check_open(db: Session, actor: Actor, erasure: Erasure) -> Case:
    """The case of an erasure that the actor's service confirms now. Raises where it may not be carried out."""
    case, asker = db.get_one(Case, erasure.case_id), _asker(actor, erasure)
    _check(
        db,
        asker,
        case,
        erasure.parts,
        erasure.ground,
        erasure.subject_id,
        confirmer_id=actor.service_id,
    )
    return case


def _known(parts: Sequence[str]) -> dict[str, Part]:
    """The parts of a case by their ids. Raises Invalid where one of these is none."""
    known = {part.id: part for part in content.load().of_cases}
    if not set(parts) <= set(known):
        raise Invalid("error.erasure.choose", field="parts")
    return known


def _check_request(
    db: Session, actor: Actor, case: Case, parts: Sequence[str], subject_id: UUID | None
) -> None:
    """A person's request: recorded, of this service's own file, and nothing that another holds or shares.

    Raises Conflict while it is not certain who asks: what is gone for somebody who called in her name stays gone.
    """
    if list(parts) != [erasing.OWN_FILE]:
        raise NotAllowed("error.erasure.not_by_request")
    asked = db.scalars(_open_requests(case.id, actor.service_id)).all()
    if not asked:
        raise Conflict("error.erasure.no_request")
    if subject_id is not None:
        bearing = [one for one in asked if one.subject_id == subject_id]
        if not bearing:
            raise NotAllowed("error.erasure.not_by_request")
    else:
        # A file is about one adult: a child's request reaches the child's own entry.
        bearing = [one for one in asked if one.subject_kind is not SubjectKind.CHILD]
        if not bearing:
            raise NotAllowed("error.erasure.child_alone")
    if not any(one.is_identified for one in bearing):
        raise Conflict("error.person_request.who")


def _open_requests(case_id: UUID, service_id: UUID) -> Select[PersonRequest]:
    """What people of a service's file asked to have erased, and nobody has answered."""
    return select(PersonRequest).where(
        PersonRequest.case_id == case_id,
        PersonRequest.service_id == service_id,
        PersonRequest.kind == RequestKind.ERASURE,
        PersonRequest.answered_on.is_(None),
    )


def _require_answered(
    db: Session,
    case_id: UUID,
    service_id: UUID,
    parts: Sequence[str],
    subject_id: UUID | None,
    *,
    key: str = "error.erasure.answer_first",
) -> None:
    """Raise Conflict where a request of this service would lose what it is answered from, or the case in which it is."""
    if not {erasing.OWN_FILE, erasing.FRAME} & set(parts):
        return
    asked = select(PersonRequest.id).where(
        PersonRequest.case_id == case_id,
        PersonRequest.service_id == service_id,
        PersonRequest.answered_on.is_(None),
    )
    if erasing.FRAME not in parts:
        asked = asked.where(PersonRequest.kind == RequestKind.ACCESS)
    if subject_id is not None:
        asked = asked.where(PersonRequest.subject_id == subject_id)
    if db.scalar(asked.limit(1)) is not None:
        raise Conflict(key)


def _left_over(db: Session, actor: Actor, case_id: UUID, parts: Sequence[str]) -> bool:
    """Would anything of the case stay that the frame carries?"""
    services = db.scalars(select(CaseFile.service_id).where(CaseFile.case_id == case_id)).all()
    for part in content.load().of_cases:
        if part.id == erasing.FRAME:
            continue
        for service_id in services:
            goes = part.id in parts and (part.held_by is HeldBy.BOTH or service_id == actor.service_id)
            if not goes and retention.counted(erasing.reach(db, case_id, service_id, [part.id])):
                return True
    return False


def _asker(actor: Actor, erasure: Erasure) -> Actor:
    """Whoever confirms may belong to the other service: the parts are those of the one that asked."""
    return Actor(erasure.asked_by, erasure.service_id, actor.kind, actor.roles)


def _is_joint(db: Session, actor: Actor, case_id: UUID, parts: Sequence[str]) -> bool:
    """Does the other service hold some of it too?"""
    other = select(CaseFile.id).where(CaseFile.case_id == case_id, CaseFile.service_id != actor.service_id)
    held = {part.id for part in content.load().of_cases if part.held_by is HeldBy.BOTH}
    return bool(held & set(parts)) and db.scalar(other.limit(1)) is not None


def _rows(
    db: Session, actor: Actor, case_id: UUID, parts: Sequence[str], subject_id: UUID | None
) -> erasing.Rows:
    if subject_id is None:
        return erasing.reach(db, case_id, actor.service_id, parts)
    own = (
        select(Subject)
        .join(CaseFile, CaseFile.id == Subject.file_id)
        .where(CaseFile.case_id == case_id, CaseFile.service_id == actor.service_id)
    )
    return erasing.of_subject(db, access.find(db, own, subject_id).id)


def _carry_out(db: Session, actor: Actor, erasure: Erasure) -> None:
    """Check again, and let it go, all in the transaction of the last confirmation."""
    case, asker = _check_open(db, actor, erasure), _asker(actor, erasure)
    rows = _rows(db, asker, case.id, erasure.parts, erasure.subject_id)
    case_id, service_id, parts, erasure_id = case.id, erasure.service_id, erasure.parts, erasure.id
    subject_id, ground = erasure.subject_id, erasure.ground
    audit.record(db, actor, "carry_out", erasure, case_id=case_id)
    erasing.erase(db, rows)
    if erasing.OWN_FILE in parts and subject_id is None:
        erasing.empty_file(db, case_id, service_id)
    if ground is ErasureGround.REQUEST:
        _settle_requests(db, actor, case_id, service_id, subject_id)
    gone = {name: sorted(str(each) for each in ids) for name, ids in rows.items()}
    values = {"done_at": clock.now(), "gone": gone, "reason": NOTHING}
    db.execute(update(Erasure).where(Erasure.id == erasure_id).values(values))
    db.expire_all()
    db.refresh(erasure)


def _settle_requests(
    db: Session, actor: Actor, case_id: UUID, service_id: UUID, subject_id: UUID | None
) -> None:
    """Answer whoever's data is gone: with the whole file everybody in it, else that person alone."""
    asked = _open_requests(case_id, service_id)
    if subject_id is not None:
        asked = asked.where(PersonRequest.subject_id == subject_id)
    db.execute(
        update(PersonRequest)
        .where(PersonRequest.id.in_(asked.with_only_columns(PersonRequest.id)))
        .values(answered_on=clock.today(), answered_by=actor.person_id, note=NOTHING)
        .execution_options(synchronize_session=False)
    )
