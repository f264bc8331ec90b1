"""Agreements: finding them, which of them are in force, and where one stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from core import access, clock, lists
from core.access import Actor, Permission
from core.errors import Conflict
from core.lists import Asked, Found
from core.models import (
    Agreement,
    AgreementClause,
    AgreementLevel,
    AgreementState,
    Case,
    ClauseState,
    Cooperation,
    Service,
)
from core.operations import rules as numbers
from core.operations.rules import Rules

__all__ = ["Agreement", "AgreementClause", "AgreementLevel", "AgreementState", "ClauseState", "Cooperation"]

CHANGEABLE = frozenset({AgreementState.DRAFT, AgreementState.APPROVED})
#: So many agreements of one kind stand in a list at once.
LIST_LENGTH = 50


class Standing(StrEnum):
    """Where an agreement stands today, as people say it."""

    DRAFT = "draft"
    APPROVED = "approved"
    COMING = "coming"
    IN_FORCE = "in_force"
    REVIEW_DUE = "review_due"
    ENDED = "ended"
    TERMINATED = "terminated"
    #: Signed for a later day, and ended before it began.
    CALLED_OFF = "called_off"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Footing:
    """What two services' cooperation stands on: the agreement in force, the one to come and the draft, if there are any."""

    cooperation: Cooperation
    in_force: Agreement | None
    coming: Agreement | None
    draft: Agreement | None
    earlier: int


def find(db: Session, actor: Actor, agreement_id: UUID, *, locked: bool = False) -> Agreement:
    """The agreement with its clauses, its case, its cooperation and the two services.

    `locked` makes others who would change it wait until this transaction ends.
    Raises NotFound where it is not the actor's.
    """
    if not locked:
        return access.find(db, _whole(actor), agreement_id)
    access.find(db, access.visible_agreements(actor).with_for_update(), agreement_id)
    return access.find(db, _whole(actor).execution_options(populate_existing=True), agreement_id)


def find_changeable(db: Session, actor: Actor, agreement_id: UUID) -> Agreement:
    """The agreement, to be changed by somebody who may draft one of its level.

    Raises Conflict where it is in force or has ended: then a new version is drafted instead.
    """
    agreement = find(db, actor, agreement_id, locked=True)
    access.require(actor, drafting(agreement.level))
    if agreement.state not in CHANGEABLE:
        raise Conflict("error.agreement.settled")
    return agreement


def drafting(level: AgreementLevel) -> Permission:
    """What allows to draft an agreement of this level."""
    is_case = level is AgreementLevel.CASE
    return Permission.DRAFT_CASE_AGREEMENT if is_case else Permission.DRAFT_ORGANISATION_AGREEMENT


def approving(level: AgreementLevel) -> Permission:
    """What allows to approve one, to file its signed copy, to put it in force and to end it."""
    is_case = level is AgreementLevel.CASE
    return Permission.APPROVE_CASE_AGREEMENT if is_case else Permission.APPROVE_ORGANISATION_AGREEMENT


def standing(agreement: Agreement, on: date | None = None) -> Standing:
    """Where the agreement stands on a day: one in force ends by itself on its end date."""
    day = on or clock.today()
    if agreement.state is AgreementState.TERMINATED and agreement.in_force_from is None:
        return Standing.CALLED_OFF
    if agreement.state is not AgreementState.IN_FORCE:
        return Standing(agreement.state.value)
    if agreement.ends_on is not None and agreement.ends_on < day:
        return Standing.ENDED
    if not agreement.is_in_force(day):
        return Standing.COMING
    is_due = agreement.review_on is not None and agreement.review_on <= day
    return Standing.REVIEW_DUE if is_due else Standing.IN_FORCE


def require_open(case: Case) -> None:
    """Raises Conflict for a case that is closed, or of which the pair is not confirmed: no agreement of it moves on."""
    if not case.is_paired:
        raise Conflict("error.case_not_paired")
    if case.closed_on is not None:
        raise Conflict("error.case_closed")


def drafts(cooperation_id: UUID, case_id: UUID | None) -> Select[Agreement]:
    """What is drafted or approved, and not in force, for a case; without one, between the managements."""
    return select(Agreement).where(
        Agreement.cooperation_id == cooperation_id,
        Agreement.case_id.is_not_distinct_from(case_id),
        Agreement.state.in_(CHANGEABLE),
    )


@access.of_one_case
def under_way(db: Session, actor: Actor, case_id: UUID) -> Agreement | None:
    """What is drafted or approved for a case, or signed for a later day."""
    case = access.find(db, access.visible_cases(actor), case_id)
    to_come = and_(Agreement.state == AgreementState.IN_FORCE, Agreement.in_force_from > clock.today())
    of_case = select(Agreement).where(
        Agreement.case_id == case.id, or_(Agreement.state.in_(CHANGEABLE), to_come)
    )
    return db.scalars(of_case.order_by(Agreement.created_at.desc())).first()


def case_agreement_in_force(db: Session, case_id: UUID) -> Agreement | None:
    """The case-level agreement that holds today, without its clauses."""
    return db.scalars(_in_force().where(Agreement.case_id == case_id)).first()


def organisation_agreement_in_force(db: Session, cooperation_id: UUID) -> Agreement | None:
    """The organisation-level agreement that holds today, without its clauses."""
    return db.scalars(
        _in_force().where(
            Agreement.cooperation_id == cooperation_id,
            Agreement.case_id.is_(None),
            Agreement.level == AgreementLevel.ORGANISATION,
        )
    ).first()


def rules(db: Session, cooperation_id: UUID) -> Rules:
    """The numbers that the two services agreed on, else the protocol's."""
    return numbers.of_cooperation(db, cooperation_id)


def footings(db: Session, actor: Actor) -> list[Footing]:
    """For each cooperation of the actor: what it stands on, in the order of the services' names."""
    cooperations = db.scalars(
        access.own_cooperations(actor).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss))
    ).all()
    found = db.scalars(
        access.visible_agreements(actor)
        .where(Agreement.level == AgreementLevel.ORGANISATION)
        .order_by(Agreement.created_at.desc())
    ).all()
    return [
        _footing(one, [agreement for agreement in found if agreement.cooperation_id == one.id])
        for one in sorted(cooperations, key=lambda one: (one.pp.name, one.vss.name))
    ]


def search(db: Session, actor: Actor, asked: Asked) -> Found[Agreement]:
    """The agreements of the actor, searched by the code of the case or the name of a service."""
    pp, vss = aliased(Service), aliased(Service)
    statement = (
        access.visible_agreements(actor)
        .outerjoin(Agreement.case)
        .join(Agreement.cooperation)
        .join(pp, pp.id == Cooperation.pp_id)
        .join(vss, vss.id == Cooperation.vss_id)
    )
    sorts: dict[str, tuple[ColumnElement[Any], ...]] = {
        "newest": (Agreement.created_at.desc(),),
        "case": (Case.code.asc(),),
        "ends_on": (Agreement.ends_on.is_(None), Agreement.ends_on.asc()),
        "state": (Agreement.state.asc(), Agreement.created_at.desc()),
    }
    return lists.page(
        db, statement, asked, search=(Case.code, pp.name, vss.name), sorts=sorts, options=_frame()
    )


def resting_on(db: Session, actor: Actor, cooperation_id: UUID) -> int:
    """How many case-level agreements hold today under the agreement between the managements; a number, no cases."""
    cooperation = access.find(db, access.own_cooperations(actor), cooperation_id)
    holding = _in_force().where(
        Agreement.cooperation_id == cooperation.id, Agreement.level == AgreementLevel.CASE
    )
    ids = holding.limit(None).order_by(None).with_only_columns(Agreement.id).subquery()
    return db.scalar(select(func.count()).select_from(ids)) or 0


@access.of_one_case
def list_of_case(db: Session, actor: Actor, case_id: UUID) -> list[Agreement]:
    """All agreements of a case, newest first."""
    statement = access.visible_agreements(actor).where(Agreement.case_id == case_id)
    return list(db.scalars(statement.options(*_frame()).order_by(Agreement.created_at.desc())))


def cases_without(db: Session, actor: Actor, *, limit: int = LIST_LENGTH) -> tuple[list[Case], int]:
    """The actor's open, paired cases that no agreement covers today and none is drafted for; and how many."""
    day = clock.today()
    covered = exists().where(
        Agreement.case_id == Case.id,
        or_(
            Agreement.state.in_(CHANGEABLE),
            (Agreement.state == AgreementState.IN_FORCE)
            & or_(Agreement.ends_on.is_(None), Agreement.ends_on >= day),
        ),
    )
    uncovered = access.visible_cases(actor).where(
        Case.paired_at.is_not(None), Case.closed_on.is_(None), ~covered
    )
    total = db.scalar(select(func.count()).select_from(uncovered.with_only_columns(Case.id).subquery()))
    return list(db.scalars(uncovered.order_by(Case.opened_on, Case.code).limit(limit))), total or 0


@access.kept
def _whole(actor: Actor) -> Select[Agreement]:
    return access.visible_agreements(actor).options(*_frame(), selectinload(Agreement.clauses))


def _frame() -> Sequence[ExecutableOption]:
    services = joinedload(Agreement.cooperation).options(
        joinedload(Cooperation.pp), joinedload(Cooperation.vss)
    )
    return (joinedload(Agreement.case), services)


def _in_force() -> Select[Agreement]:
    return (
        select(Agreement)
        .where(Agreement.holds_today())
        .order_by(Agreement.in_force_from.desc(), Agreement.created_at.desc())
        .limit(1)
    )


def _footing(cooperation: Cooperation, agreements: Sequence[Agreement]) -> Footing:
    in_force = next((one for one in agreements if one.is_in_force()), None)
    coming = next((one for one in agreements if standing(one) is Standing.COMING), None)
    draft = next((one for one in agreements if one.state in CHANGEABLE), None)
    others = [one for one in agreements if one not in (in_force, coming, draft)]
    return Footing(cooperation, in_force, coming, draft, len(others))
