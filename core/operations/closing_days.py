"""The days that the end of a case sets: T4, which both agreed on, and the last day of the case agreement."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor
from core.errors import Conflict, Invalid
from core.models import Agreement, AgreementState, Case, Closing, TPoint
from core.operations import agreement_texts, agreements, closing_checks, joint_spaces
from core.operations.closing_checks import FOLLOW_UP
from core.text import day

#: So long the joint space stays open after an end without follow-up, and after T4 with one.
DAYS_TO_READ: Final = 14
DAYS_AFTER_FOLLOW_UP: Final = 30


def until(db: Session, case: Case, agreement_until: date | None) -> date | None:
    """The last day of the agreement; None where none is in force."""
    agreement = agreements.case_agreement_in_force(db, case.id)
    if agreement is None:
        return None
    last = day(agreement_until, field="agreement_until")
    if last < clock.today():
        raise Invalid("error.closing.until_past", field="agreement_until")
    if agreement.ends_on is not None and last > agreement.ends_on:
        raise Invalid("error.closing.until_late", field="agreement_until", day=agreement.ends_on)
    return last


def usual(follow_up_on: date | None) -> date:
    """Until when both can read what they wrote: for some days after the end, and after T4 where there is one."""
    last = clock.today() + timedelta(days=DAYS_TO_READ)
    return max(last, follow_up_on + timedelta(days=DAYS_AFTER_FOLLOW_UP)) if follow_up_on else last


def last(db: Session, actor: Actor, case: Case, closing: Closing) -> date:
    """The last day that both agree on now; where none was in force at the proposal, one may be by now."""
    if closing.agreement_until is not None:
        return max(closing.agreement_until, clock.today())
    found = usual(follow_up(db, actor, case) if closing.has_follow_up else None)
    agreement = agreements.case_agreement_in_force(db, case.id)
    return min(found, agreement.ends_on) if agreement and agreement.ends_on else found


def follow_up(db: Session, actor: Actor, case: Case) -> date:
    found = closing_checks.times(db, actor, case.id)[FOLLOW_UP][1]
    if found is None or found.on is None:
        raise Conflict("error.closing.no_t4")
    return found.on


def hold_follow_up(db: Session, actor: Actor, case: Case) -> None:
    """What both agreed on stays where it is due, whatever the rules become."""
    on = follow_up(db, actor, case)
    row = _follow_up_row(db, actor, case)
    if row is None:
        row = TPoint(case_id=case.id, label=FOLLOW_UP)
        db.add(row)
    row.due_on = on


def free_follow_up(db: Session, actor: Actor, case: Case) -> None:
    """T4 is counted from the end again; where people moved it for a reason, or a side has asked, it stays."""
    row = _follow_up_row(db, actor, case)
    if row is not None and not (row.moved_reason or row.pp_done_on or row.vss_done_on):
        row.due_on = None


def _follow_up_row(db: Session, actor: Actor, case: Case) -> TPoint | None:
    statement = access.visible_t_points(actor).where(TPoint.case_id == case.id, TPoint.label == FOLLOW_UP)
    return db.scalars(statement).one_or_none()


def end_agreement(db: Session, actor: Actor, case: Case, until: date) -> None:
    """Give the agreements of the case their last day; one that ends earlier anyway stays as it is.

    What both approved to follow is a draft again.
    """
    statement = access.visible_agreements(actor).where(
        Agreement.case_id == case.id, Agreement.state == AgreementState.IN_FORCE
    )
    for agreement in db.scalars(statement):
        if agreement.ends_on is None or agreement.ends_on > until:
            agreement.ends_on = until
            audit.record(db, actor, "end_with_case", agreement, case_id=case.id)
    for draft in db.scalars(agreements.drafts(case.cooperation_id, case.id)):
        agreement_texts.lapse(db, draft)
    joint_spaces.end_guests(db, case.id, until)
    db.flush()
