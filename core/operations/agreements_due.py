"""Agreements that wait for a person: to be approved, signed, or put in force."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from core import access, clock
from core.access import Actor, may
from core.documents import agreement as paper
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementState,
    AgreementVersion,
    Approval,
    Case,
    SignedCopy,
)
from core.operations import agreement_lapses, agreement_texts, agreements
from core.operations.agreement_lapses import Lapse

#: More drafts than these are not looked into: each must be read to say whether it is complete.
_MOST_READ = 60


class Step(StrEnum):
    APPROVE = "approve"
    #: A change has ended the approval of the actor's side.
    LAPSED = "lapsed"
    #: The other service approved it: the actor's side is the last.
    APPROVE_LAST = "approve_last"
    SIGN = "sign"
    START = "start"


@dataclass(frozen=True)
class Waits:
    """An agreement, with its case, and what the actor can do next for it."""

    agreement: Agreement
    step: Step
    #: Since when the approval of the actor's side has lapsed, and who changed the text.
    lapse: Lapse | None = None


def waiting(db: Session, actor: Actor) -> list[Waits]:
    """What the actor may take a step further, oldest first.

    A draft in which something is missing or contested waits for those who write it, and is not among them; unless the
    side had approved it, and somebody has changed it since.
    """
    found, rows = [], db.execute(_unsettled(actor)).all()
    fell = [agreement.id for agreement, _, _, _, has_lapsed in rows if has_lapsed]
    ours = (
        [one for one in agreement_lapses.of_agreements(db, fell) if one.service_id == actor.service_id]
        if fell
        else []
    )
    lapses = {one.agreement_id: one for one in ours}
    for agreement, by_us, by_them, is_signed, _ in rows:
        if agreement.state is AgreementState.APPROVED:
            found.append(Waits(agreement, Step.START if is_signed else Step.SIGN))
        elif agreement.id in lapses:
            found.append(Waits(agreement, Step.LAPSED, lapses[agreement.id]))
        elif not by_us and _is_complete(agreement):
            found.append(Waits(agreement, Step.APPROVE_LAST if by_them else Step.APPROVE))
    return found


def _is_complete(agreement: Agreement) -> bool:
    draft = agreement_texts.draft_of(agreement)
    return not paper.missing(draft) and not paper.contested(draft)


@access.kept
def _unsettled(actor: Actor) -> Select[Any]:
    """Drafts and approved agreements that the actor may approve, with who approved the newest version of each."""
    newest = (
        select(func.max(AgreementVersion.number))
        .where(AgreementVersion.agreement_id == Agreement.id)
        .correlate(Agreement)
        .scalar_subquery()
    )
    approved = exists().where(Approval.version_id == AgreementVersion.id, Approval.lapsed_at.is_(None))
    before = aliased(AgreementVersion)
    lapsed = exists().where(
        before.agreement_id == Agreement.id,
        Approval.version_id == before.id,
        Approval.service_id == actor.service_id,
        Approval.lapsed_at.is_not(None),
    )
    return (
        access.visible_agreements(actor)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .outerjoin(Case, Case.id == Agreement.case_id)
        .where(
            Agreement.state.in_(agreements.CHANGEABLE),
            Agreement.level.in_(
                [level for level in AgreementLevel if may(actor, agreements.approving(level))]
            ),
            AgreementVersion.number == newest,
            # Nobody can approve what is of a closed case, or whose last day is over.
            or_(Agreement.case_id.is_(None), Case.closed_on.is_(None)),
            or_(Agreement.ends_on.is_(None), Agreement.ends_on >= clock.today()),
        )
        .options(joinedload(Agreement.case), selectinload(Agreement.clauses))
        .order_by(Agreement.created_at)
        .limit(_MOST_READ)
        .add_columns(
            approved.where(Approval.service_id == actor.service_id).label("by_us"),
            approved.where(Approval.service_id != actor.service_id).label("by_them"),
            exists().where(SignedCopy.version_id == AgreementVersion.id).label("is_signed"),
            lapsed.label("has_lapsed"),
        )
    )
