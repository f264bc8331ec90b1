"""Approvals that a later change of the text has ended: whose, since when, through whom, and what says something else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from core.documents import kept_layout
from core.documents.agreement import Block, Layout
from core.models import AgreementVersion, Approval, Person, Service

#: What of the text is named where it has changed: the heading above the line.
_HEADINGS: Final = frozenset({"title", "section", "chapter", "clause", "party"})


@dataclass(frozen=True)
class Lapse:
    """The approval of one side that fell away, and the change through which it did."""

    agreement_id: UUID
    service_id: UUID
    service: str
    #: Who approved, and which version.
    name: str
    number: int
    since: datetime
    #: Who changed the text, and the version that they made.
    changed_by: str
    through: int
    #: The headings under which the newest version says something else than the one that was approved.
    changed: tuple[str, ...] = field(default=())


def of_agreements(db: Session, agreement_ids: Iterable[UUID]) -> list[Lapse]:
    """For each side whose last approval was ended by a change: the lapse. What somebody took back is none."""
    approved, made = aliased(AgreementVersion), aliased(AgreementVersion)
    approver, writer = aliased(Person), aliased(Person)
    # The moment of the lapse is the one in which the version was made that ended the approval (agreement_texts.keep).
    through = and_(made.agreement_id == approved.agreement_id, made.created_at == Approval.lapsed_at)
    rows = db.execute(
        select(Approval, approved, approver.name, Service.name, made.number, writer.name)
        .join(approved, approved.id == Approval.version_id)
        .join(approver, approver.id == Approval.person_id)
        .join(Service, Service.id == Approval.service_id)
        .outerjoin(made, through)
        .outerjoin(writer, writer.id == made.made_by)
        .where(approved.agreement_id.in_(list(agreement_ids)))
        .order_by(Approval.created_at)
    ).all()
    last = {
        (version.agreement_id, approval.service_id): row for row in rows for approval, version in [row[:2]]
    }
    return [
        Lapse(
            version.agreement_id,
            approval.service_id,
            service,
            name,
            version.number,
            approval.lapsed_at,
            by or "",
            number,
        )
        for approval, version, name, service, number, by in last.values()
        if approval.lapsed_at is not None and number is not None
    ]


def with_changes(db: Session, agreement_id: UUID) -> tuple[Lapse, ...]:
    """The lapses of one agreement, each with what says something else now."""
    found = of_agreements(db, [agreement_id])
    if not found:
        return ()
    kept = db.execute(
        select(AgreementVersion.number, AgreementVersion.layout)
        .where(AgreementVersion.agreement_id == agreement_id)
        .order_by(AgreementVersion.number)
    ).all()
    layouts = {number: kept_layout.from_data(layout) for number, layout in kept}
    newest = layouts[max(layouts)]
    return tuple(replace(one, changed=_changed(layouts[one.number], newest)) for one in found)


def _changed(before: Layout, after: Layout) -> tuple[str, ...]:
    was, now = _sections(before), _sections(after)
    return tuple(heading for heading in {**now, **was} if was.get(heading) != now.get(heading))


def _sections(blocks: Layout) -> Mapping[str, list[tuple[object, ...]]]:
    """The lines under each heading; without their numbers, which move when another clause comes in or goes."""
    found: dict[str, list[tuple[object, ...]]] = {}
    heading = ""
    for block in blocks:
        heading = block.text if block.kind in _HEADINGS else heading
        found.setdefault(heading, []).append(_said(block))
    return found


def _said(block: Block) -> tuple[object, ...]:
    return block.kind, block.text, block.rows
