"""Steps of an agreement's life that several tests walk through."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content.agreements import Answer, Ask
from core.models import Agreement, AgreementLevel, Cooperation, Role
from core.operations import agreement_approvals, agreement_drafts, agreement_reading, agreement_starts
from tests.make import Make, Pair

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n"
_BY_KIND: dict[str, Answer] = {"number": 3, "days": 5, "months": 6, "hours": 24, "date": "2026-01-12"}


class Managers(NamedTuple):
    cooperation: Cooperation
    pp: Actor
    vss: Actor


def managers(make: Make) -> Managers:
    """Two services that cooperate, with a manager of each."""
    cooperation = make.cooperation()
    pp = make.actor(cooperation.pp_id, Role.MANAGER)
    return Managers(cooperation, pp, make.actor(cooperation.vss_id, Role.MANAGER))


def organisation_draft(db: Session, side: Managers) -> Agreement:
    return agreement_starts.draft(
        db, side.pp, level=AgreementLevel.ORGANISATION, cooperation_id=side.cooperation.id
    )


def approved(db: Session, side: Managers) -> Agreement:
    """A draft between the managements that both have approved, and that is not signed yet."""
    agreement = organisation_draft(db, side)
    complete(db, side.pp, agreement)
    approve(db, agreement, side.pp, side.vss)
    return agreement


def case_draft(db: Session, pair: Pair, *, days: int = 180) -> Agreement:
    return agreement_starts.draft(
        db,
        pair.pp,
        level=AgreementLevel.CASE,
        case_id=pair.case.id,
        ends_on=clock.today() + timedelta(days=days),
    )


def answer_of(ask: Ask) -> Answer:
    return ask.default or _BY_KIND.get(ask.kind, f"{ask.long_label} of the test")


def complete(db: Session, actor: Actor, agreement: Agreement) -> None:
    """Answer all that is missing."""
    opened = agreement_reading.opened(db, actor, agreement.id)
    wanted = [opened.content.ask(item.id) for item in opened.missing if item.kind == "answer"]
    answers = {ask.id: answer_of(ask) for ask in wanted if ask.kind != "given"}
    agreement_drafts.answer(db, actor, agreement.id, answers=answers, was={})


def newest(db: Session, actor: Actor, agreement: Agreement) -> int:
    return agreement_reading.opened(db, actor, agreement.id).number


def approve(db: Session, agreement: Agreement, *actors: Actor) -> None:
    for actor in actors:
        number = newest(db, actor, agreement)
        agreement_approvals.approve(db, actor, agreement.id, number=number)


def sign(db: Session, agreement: Agreement, pp: Actor, vss: Actor) -> None:
    """Fill in, approve by both, and file the signed paper."""
    complete(db, pp, agreement)
    approve(db, agreement, pp, vss)
    number = newest(db, pp, agreement)
    agreement_approvals.file_signed(db, vss, agreement.id, data=PDF, number=number)


def put_in_force(db: Session, agreement: Agreement, pp: Actor, vss: Actor) -> Agreement:
    sign(db, agreement, pp, vss)
    on = agreement_approvals.required_start(agreement) or clock.today()
    return agreement_approvals.put_in_force(
        db, pp, agreement.id, on=max(on, clock.today()), version=agreement.version
    )
