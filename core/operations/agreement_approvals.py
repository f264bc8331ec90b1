"""From the draft to an agreement that holds: approval of one version by both sides, signature, force, and end."""

import hashlib
from calendar import monthrange
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, undefer

from core import access, audit, clock, scanning, text
from core.access import Actor
from core.documents import agreement as paper
from core.documents.agreement import AgreementDraft
from core.documents.kinds import DocumentKind, Recipient
from core.errors import Conflict, Invalid, NotFound
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementState,
    AgreementVersion,
    Approval,
    ClauseState,
    SignedCopy,
)
from core.operations import (
    agreement_givens,
    agreement_texts,
    agreement_unsent,
    agreements,
    files,
    joint_spaces,
    outgoing,
)
from core.operations.papers import USUAL, Paper, Sending

LARGEST_COPY: Final = 10 * 1024 * 1024
_HEAD: Final = b"%PDF-"
#: Scanners add a little after the end mark of a PDF, and rarely more than this.
_TAIL: Final = 2_048
_NAMED: Final = 5
#: The answer that names the roles to which the joint space is open.
_OPEN_TO: Final = "joint_roles"


def approve(db: Session, actor: Actor, agreement_id: UUID, *, number: int) -> Agreement:
    """Approve one version for the actor's side; when both sides have, the agreement is approved.

    With the second approval the clauses that were still open are agreed.
    Raises Conflict where the version is not the newest, where something required is missing or contested, where the
    side has approved it already, where the case is closed or the last day is over, where the text says of the case
    or of its case managers what is not so any more, and where the actor has typed something into it and not saved it.
    """
    agreement, version = _at_version(db, actor, agreement_id, number)
    _require_to_come(agreement)
    if agreement_givens.outdated(db, agreement):
        raise Conflict("error.agreement.outdated")
    _require_complete(agreement_texts.draft_of(agreement))
    if agreement_unsent.of_agreement(db, actor, agreement):
        raise Conflict("error.agreement.unsent")
    sides = _approved_by(db, version)
    if actor.service_id in sides:
        raise Conflict("error.agreement.approved_already")
    approval = Approval(version_id=version.id, service_id=actor.service_id, person_id=actor.person_id)
    db.add(approval)
    db.flush()
    if sides | {actor.service_id} == {agreement.cooperation.pp_id, agreement.cooperation.vss_id}:
        agreement.state = AgreementState.APPROVED
        for clause in agreement.clauses:
            if clause.is_included and clause.state is ClauseState.OPEN:
                clause.state, clause.was_agreed = ClauseState.AGREED, False
    db.flush()
    audit.record(db, actor, "approve", agreement, case_id=agreement.case_id)
    return agreement


def take_back(db: Session, actor: Actor, agreement_id: UUID, *, number: int) -> Agreement:
    """Take back the approval of the actor's side before the agreement is in force; it is a draft again.

    Raises Conflict where the side has not approved.
    """
    agreement, version = _at_version(db, actor, agreement_id, number)
    approval = db.scalars(_valid(version).where(Approval.service_id == actor.service_id)).first()
    if approval is None:
        raise Conflict("error.agreement.not_approved_by_you")
    approval.lapsed_at = clock.now()
    agreement.state = AgreementState.DRAFT
    db.flush()
    audit.record(db, actor, "take_back_approval", agreement, case_id=agreement.case_id)
    return agreement


def _require_pdf(data: bytes) -> None:
    if not data:
        raise Invalid("error.agreement.copy_empty", field="copy")
    if len(data) > LARGEST_COPY:
        raise Invalid("error.agreement.copy_large", field="copy", most=LARGEST_COPY // 1024 // 1024)
    if not data.startswith(_HEAD):
        raise Invalid("error.agreement.copy_no_pdf", field="copy")
    if b"%%EOF" not in data[-_TAIL:]:
        raise Invalid("error.agreement.copy_cut_off", field="copy")


@scanning.looked_through(_require_pdf, field="copy")
def file_signed(db: Session, actor: Actor, agreement_id: UUID, *, data: bytes, number: int) -> SignedCopy:
    """File the signed paper of the approved version, as a PDF; a later copy takes the place of an earlier one.

    Raises Invalid where the file is no whole PDF, whatever its name says, or harmful by the scanner of the machine.
    """
    agreement, version = _at_version(db, actor, agreement_id, number)
    _require_to_come(agreement)
    if agreement.state is not AgreementState.APPROVED:
        raise Conflict("error.agreement.not_approved")
    _require_pdf(data)
    copy = SignedCopy(
        agreement_id=agreement.id,
        version_id=version.id,
        digest=hashlib.sha256(data).hexdigest(),
        uploaded_by=actor.person_id,
        data=data,
    )
    db.add(copy)
    db.flush()
    audit.record(db, actor, "file_signed", agreement, case_id=agreement.case_id)
    return copy


@outgoing.document
def signed_copy(db: Session, actor: Actor, agreement_id: UUID, *, sending: Sending = USUAL) -> Paper:
    """The newest signed paper of the agreement.

    Raises NotFound where none was filed.
    """
    agreement = agreements.find(db, actor, agreement_id)
    copy = db.scalars(_copies(agreement.id).options(undefer(SignedCopy.data))).first()
    if copy is None:
        raise NotFound
    recipient, choices = outgoing.to_whom(DocumentKind.SIGNED_AGREEMENT, sending, Recipient(actor.kind.value))
    return Paper(
        kind=DocumentKind.SIGNED_AGREEMENT,
        recipient=recipient,
        content=copy.data,
        record=agreement,
        act="read_signed",
        case_id=agreement.case_id,
        extension="pdf",
        choices=choices,
    )


def put_in_force(
    db: Session, actor: Actor, agreement_id: UUID, *, on: date | None, version: int
) -> Agreement:
    """Put an approved and signed agreement in force from a day; the one before it ends the day before, with its guests.

    What is over keeps its days, and what is signed for later is left to begin. Raises Conflict where the newest version
    is not approved by both sides, its signed paper is not filed, or another one is signed for days of this one; Invalid
    where it would begin in days of one that is over, or before today while another one holds.
    """
    agreement = agreements.find(db, actor, agreement_id, locked=True)
    access.require(actor, agreements.approving(agreement.level))
    access.require_version(agreement, version)
    _require_to_come(agreement)
    newest = agreement_texts.newest_version(db, agreement.id)
    if agreement.state is not AgreementState.APPROVED or newest is None:
        raise Conflict("error.agreement.not_approved")
    copy = db.scalars(_copies(agreement.id)).first()
    if copy is None or copy.version_id != newest.id:
        raise Conflict("error.agreement.not_signed")
    day = text.day(on, field="on")
    _require_start(agreement, day)
    _require_room(db, agreement, day)
    agreement.state = AgreementState.IN_FORCE
    agreement.in_force_from = day
    agreement.review_on = _review_day(agreement, day)
    if agreement.level is AgreementLevel.CASE:
        db.add_all(joint_spaces.open_to(agreement, str(agreement.answers.get(_OPEN_TO, ""))))
    _end_earlier(db, agreement, day)
    db.flush()
    audit.record(db, actor, "put_in_force", agreement, case_id=agreement.case_id)
    return agreement


def reviewed(
    db: Session, actor: Actor, agreement_id: UUID, *, next_on: date | None, version: int
) -> Agreement:
    """Note that both services have reviewed the agreement in force, and when they will next."""
    agreement = _in_force(db, actor, agreement_id, version)
    day = text.day(next_on, field="next_on")
    if day <= clock.today():
        raise Invalid("error.agreement.review_past", field="next_on")
    agreement.review_on = day
    db.flush()
    audit.record(db, actor, "reviewed", agreement, case_id=agreement.case_id)
    return agreement


def terminate(
    db: Session,
    actor: Actor,
    agreement_id: UUID,
    *,
    on: date | None,
    reason: str,
    version: int,
    keeps_signed: bool = False,
) -> Agreement:
    """End an agreement in force before its time, from a day on, with a reason; it stays readable.

    Until that day it holds; both sides read on Today who ended it (ended_agreements). What both approved to follow it
    is a draft again: it was approved for another time. What is signed for later is called off too, unless
    `keeps_signed`: else all would open again by itself. One that has not begun is called off at once: it never held,
    and the one whose last day it had taken has it back. One that somebody has ended for a later day can end earlier.
    """
    agreement = _in_force(db, actor, agreement_id, version)
    day = text.day(on, field="on")
    _require_end(agreement, day)
    why = text.text(reason, field="reason", longest=2_000)
    files.require_nameless(db, actor, agreement.case_id, reason=why)
    ended = [agreement] if keeps_signed else [agreement, *signed_for_later(db, actor, agreement_id)]
    for one in ended:
        one.termination_reason = why
        one.terminated_on, one.terminated_by = day, actor.person_id
        if _never_begins(one, day):
            _call_off(db, one)
        elif day <= clock.today():
            one.state = AgreementState.TERMINATED
        else:
            one.ends_on = day - timedelta(days=1)
    for draft in db.scalars(agreements.drafts(agreement.cooperation_id, agreement.case_id)):
        agreement_texts.lapse(db, draft)
    if agreement.case_id is not None and agreement.in_force_from is not None:
        joint_spaces.end_guests(db, agreement.case_id, day - timedelta(days=1))
    db.flush()
    for one in ended:
        audit.record(db, actor, "terminate", one, case_id=one.case_id)
    return agreement


def signed_for_later(db: Session, actor: Actor, agreement_id: UUID) -> list[Agreement]:
    """What is signed to begin after an agreement, of the same case or between the same managements."""
    agreement = access.find(db, access.visible_agreements(actor), agreement_id)
    after = max(clock.today(), agreement.in_force_from or date.min)
    later = _in_force_beside(agreement).where(Agreement.in_force_from > after)
    return list(db.scalars(later.order_by(Agreement.in_force_from)))


def required_start(agreement: Agreement) -> date | None:
    """The day from which the text says that it holds."""
    name = "start_date" if agreement.level is AgreementLevel.CASE else "effective_date"
    said = agreement.answers.get(name)
    return date.fromisoformat(str(said)) if said else None


def proposed_start(db: Session, actor: Actor, agreement_id: UUID) -> date:
    """The day to begin on that the form proposes: the one written in the text, today where none is.

    Where another one came before it, never a day that is over: what both could read then would be told otherwise.
    """
    agreement = agreements.find(db, actor, agreement_id)
    said = required_start(agreement) or clock.today()
    return max(said, clock.today()) if db.scalars(_held_beside(agreement)).first() else said


def _at_version(
    db: Session, actor: Actor, agreement_id: UUID, number: int
) -> tuple[Agreement, AgreementVersion]:
    agreement = agreements.find(db, actor, agreement_id, locked=True)
    access.require(actor, agreements.approving(agreement.level))
    if agreement.state not in agreements.CHANGEABLE:
        raise Conflict("error.agreement.settled")
    newest = agreement_texts.newest_version(db, agreement.id)
    if newest is None or newest.number != number:
        raise Conflict("error.agreement.moved_on")
    return agreement, newest


def _in_force(db: Session, actor: Actor, agreement_id: UUID, version: int) -> Agreement:
    agreement = agreements.find(db, actor, agreement_id, locked=True)
    access.require(actor, agreements.approving(agreement.level))
    access.require_version(agreement, version)
    has_ended = agreement.ends_on is not None and agreement.ends_on < clock.today()
    if agreement.state is not AgreementState.IN_FORCE or has_ended:
        raise Conflict("error.agreement.not_in_force")
    return agreement


def _require_end(agreement: Agreement, day: date) -> None:
    """Not before today, and not later than it ends anyhow; one that has not begun ends at any day before it begins."""
    if agreement.terminated_on is not None and day >= agreement.terminated_on:
        raise Invalid("error.agreement.ended_already", field="on", day=agreement.terminated_on)
    if not _never_begins(agreement, day):
        text.in_order(agreement.in_force_from, day, field="on")
        if day < clock.today():
            # Until this moment both have read by it, and nobody can be told otherwise.
            raise Invalid("error.agreement.ended_before_today", field="on")
    if agreement.ends_on is not None and day > agreement.ends_on:
        raise Invalid("error.agreement.ends_before", field="on")


def _require_to_come(agreement: Agreement) -> None:
    if agreement.case is not None:
        agreements.require_open(agreement.case)
    if agreement.ends_on is not None and agreement.ends_on < clock.today():
        raise Conflict("error.agreement.over")


def _require_complete(draft: AgreementDraft) -> None:
    missing = [item.label for item in paper.missing(draft)]
    if missing:
        raise Conflict("error.agreement.missing", number=len(missing), what=_some(missing))
    contested = [placed.clause.heading for placed in paper.contested(draft)]
    if contested:
        raise Conflict("error.agreement.contested", number=len(contested), what=_some(contested))


def _some(labels: list[str]) -> str:
    """The first of them; the page lists all."""
    return "; ".join(labels[:_NAMED]) + (" …" if len(labels) > _NAMED else "")


def _valid(version: AgreementVersion) -> Select[Approval]:
    return select(Approval).where(Approval.version_id == version.id, Approval.lapsed_at.is_(None))


def _approved_by(db: Session, version: AgreementVersion) -> set[UUID]:
    return {approval.service_id for approval in db.scalars(_valid(version))}


def _copies(agreement_id: UUID) -> Select[SignedCopy]:
    newest_first = SignedCopy.created_at.desc()
    return select(SignedCopy).where(SignedCopy.agreement_id == agreement_id).order_by(newest_first).limit(1)


def _require_start(agreement: Agreement, day: date) -> None:
    """Not before the day that the text says; at case level not after its end."""
    said = required_start(agreement)
    if said is not None and day < said:
        raise Invalid("error.agreement.starts_later", field="on")
    if agreement.ends_on is not None and agreement.ends_on < day:
        raise Invalid("error.agreement.begins_after_end", field="on", day=agreement.ends_on)


def _review_day(agreement: Agreement, day: date) -> date | None:
    months = agreement.answers.get("review_months")
    return _months_later(day, months) if isinstance(months, int) else None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _beside(agreement: Agreement) -> Select[Agreement]:
    """The others of the same case, or between the same managements."""
    others = select(Agreement).where(
        Agreement.id != agreement.id,
        Agreement.level == agreement.level,
        Agreement.cooperation_id == agreement.cooperation_id,
    )
    return others.where(Agreement.case_id == agreement.case_id) if agreement.case_id is not None else others


def _in_force_beside(agreement: Agreement) -> Select[Agreement]:
    """Those in force whose place this one takes, or that follow it."""
    return _beside(agreement).where(Agreement.state == AgreementState.IN_FORCE)


def _held_beside(agreement: Agreement) -> Select[Agreement]:
    """The agreements that held before this one, hold, or are signed to hold."""
    lasting = (AgreementState.IN_FORCE, AgreementState.TERMINATED)
    return _beside(agreement).where(Agreement.state.in_(lasting), Agreement.in_force_from.is_not(None))


def _require_room(db: Session, agreement: Agreement, day: date) -> None:
    """No day of it lies in the time of one that is over, or of one that is signed to begin later."""
    today, last = clock.today(), agreement.ends_on or date.max
    for one in db.scalars(_held_beside(agreement)):
        begins, over = one.in_force_from or date.min, _first_day_without(one)
        if over is not None and day < over <= today:
            raise Invalid("error.agreement.held_then", field="on", day=over)
        if day < today and begins <= today and (over is None or over > today):
            # What was read by it until now was read by it, whatever a newer paper says.
            raise Invalid("error.agreement.begins_before_today", field="on")
        if one.state is AgreementState.IN_FORCE and today < begins and day <= begins <= last:
            if agreement.level is AgreementLevel.ORGANISATION and day < begins:
                continue  # its text names no last day: it ends before the other begins
            raise Conflict("error.agreement.signed_later", day=begins)


def _first_day_without(one: Agreement) -> date | None:
    after = one.ends_on + timedelta(days=1) if one.ends_on else None
    return min((day for day in (after, one.terminated_on) if day), default=None)


def _never_begins(one: Agreement, day: date) -> bool:
    begins = one.in_force_from
    return begins is not None and begins > clock.today() and day <= begins


def _call_off(db: Session, one: Agreement) -> None:
    """What never began opens nothing, closes nothing, and counts nowhere as having held."""
    begins, one.state, one.in_force_from = one.in_force_from, AgreementState.TERMINATED, None
    if begins is None:
        return
    cut = _in_force_beside(one).where(Agreement.ends_on == begins - timedelta(days=1))
    next_begins = min(
        (day for day in map(_begins, db.scalars(_in_force_beside(one))) if day > begins), default=None
    )
    for earlier in db.scalars(cut):
        last = _before(earlier.terminated_on, agreement_texts.typed_end(earlier))
        earlier.ends_on = _before(next_begins, last)


def _begins(one: Agreement) -> date:
    return one.in_force_from or date.min


def _before(begins: date | None, last: date | None) -> date | None:
    """The last day, but never one on which the next one holds, or which lies after the end that somebody set."""
    before = begins - timedelta(days=1) if begins else None
    return min((day for day in (before, last) if day), default=None)


def _end_earlier(db: Session, agreement: Agreement, day: date) -> None:
    """Those that hold, or would before it, end the day before."""
    last, is_ended = day - timedelta(days=1), False
    if agreement.level is AgreementLevel.ORGANISATION:
        later = [one for one in map(_begins, db.scalars(_in_force_beside(agreement))) if one > day]
        agreement.ends_on = _before(min(later, default=None), agreement.ends_on)
    for one in db.scalars(_in_force_beside(agreement)):
        begins = one.in_force_from
        if begins is not None and begins > day:
            continue
        if one.ends_on is None or one.ends_on > last:
            one.ends_on, is_ended = last, True
    if is_ended and agreement.case_id is not None:
        joint_spaces.end_guests(db, agreement.case_id, last, but_since=day)
