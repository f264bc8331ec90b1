"""The end of a case: begun, proposed by one service, agreed to by the other, followed up, and opened again.

No service ends alone what both confirmed. The end sets the last day of the case agreement, and with it of the joint
space; the case is closed on the day on which nothing is to follow any more, and from then on its records are kept
for the agreed time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, Invalid, NotAllowed
from core.models import (
    Agreement,
    Case,
    CloseReason,
    Closing,
    ReopenReason,
    ServiceKind,
)
from core.operations import (
    agreements,
    cases,
    closing_checks,
    closing_days,
    files,
    joint_spaces,
    notices_due,
)
from core.operations.closing_checks import END, FOLLOW_UP, Check, Own, Time
from core.operations.notices_due import UnderWay
from core.operations.t_dates import TDate
from core.text import day, in_order, text

__all__ = ["CloseReason", "Closing", "ReopenReason"]

#: Why both services may end a case together; what she decided is not among it, for both read the ground.
GROUNDS = (
    CloseReason.COMPLETED,
    CloseReason.LEFT,
    CloseReason.EXCLUDED,
    CloseReason.REFERRED,
    CloseReason.MOVED,
    CloseReason.COOPERATION_ENDED,
    CloseReason.OPENED_IN_ERROR,
    CloseReason.OTHER,
)
#: Why a service may take a case up again. Both read it: that there was violence is hers to release, and no ground of
#: her service.
REOPENINGS: Final = {
    ServiceKind.PP: tuple(ReopenReason),
    ServiceKind.VSS: tuple(one for one in ReopenReason if one is not ReopenReason.VIOLENCE),
}
LONGEST = 2000


@dataclass(frozen=True)
class Standing:
    """How the end of a case stands for one person."""

    case: Case
    closing: Closing | None
    #: What belongs before the end and is not there, with a number of what can be counted.
    lacking: Mapping[Check, int]
    #: Why the end was proposed all the same, as far as the actor may read it now.
    why_lacking: str
    own: Own | None
    follow_up: TDate | None
    follow_up_own: Time
    end: TDate | None
    agreement: Agreement | None
    notices: UnderWay

    def is_finished_by(self, side: ServiceKind) -> bool:
        """Has this side said that its follow-up is over?"""
        if self.closing is None:
            return False
        done = self.closing.pp_finished_by if side is ServiceKind.PP else self.closing.vss_finished_by
        return done is not None

    @property
    def proposed_until(self) -> date:
        """The last day of the agreement that is proposed first; never later than it ends anyway."""
        return self._usual(has_follow_up=True)

    @property
    def agreed_until(self) -> date | None:
        """The last day that the agreement has, or gets with this end; None where none is in force."""
        if self.closing is None or self.closing.agreement_until is not None or self.agreement is None:
            return self.closing.agreement_until if self.closing else None
        return self._usual(has_follow_up=self.closing.has_follow_up)

    def is_before_follow_up(self, last: date | None) -> bool:
        """Would an agreement that ends on this day be over at T4? Then each asks, and nobody reads it together."""
        on = self.follow_up.on if self.follow_up else None
        return on is not None and last is not None and last < on

    def _usual(self, *, has_follow_up: bool) -> date:
        usual = closing_days.usual(self.follow_up.on if self.follow_up and has_follow_up else None)
        ends_on = self.agreement.ends_on if self.agreement else None
        return min(usual, ends_on) if ends_on else usual


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Standing:
    """Where the end of a case stands, with what is still to do before it."""
    case = cases.find(db, actor, case_id)
    closing = current(db, actor, case.id)
    times = closing_checks.times(db, actor, case.id)
    (end_own, end), (follow_up_own, follow_up) = times[END], times[FOLLOW_UP]
    has_follow_up = closing is None or closing.proposed_at is None or closing.has_follow_up
    return Standing(
        case=case,
        closing=closing,
        lacking=closing_checks.lacking(db, actor, case, has_follow_up=has_follow_up),
        why_lacking=_why_lacking(db, actor, case, closing),
        own=closing_checks.of_own_side(db, actor, closing, end_own) if closing else None,
        follow_up=follow_up,
        follow_up_own=follow_up_own,
        end=end,
        agreement=agreements.case_agreement_in_force(db, case.id),
        notices=notices_due.under_way(db, actor, case.id),
    )


def _why_lacking(db: Session, actor: Actor, case: Case, closing: Closing | None) -> str:
    """A joint text: the own service reads what it wrote, the other one as long as the joint space is open to it."""
    if closing is None or not closing.lacking:
        return ""
    is_own = closing.service_id == actor.service_id
    return closing.lacking if is_own or joint_spaces.standing(db, actor, case).is_open else ""


def current(db: Session, actor: Actor, case_id: UUID) -> Closing | None:
    """The end of the case that is under way or has come; None where it was opened again, or nobody began one."""
    statement = access.visible_closings(actor).where(
        Closing.case_id == case_id, Closing.reopened_at.is_(None)
    )
    return db.scalars(statement.order_by(Closing.created_at.desc()).limit(1)).first()


@access.of_one_case
def earlier(db: Session, actor: Actor, case_id: UUID) -> list[Closing]:
    """The ends that did not stay, because the case was taken up again; the newest first."""
    statement = access.visible_closings(actor).where(
        Closing.case_id == case_id, Closing.reopened_at.is_not(None)
    )
    return list(db.scalars(statement.order_by(Closing.reopened_at.desc())))


def find(db: Session, actor: Actor, closing_id: UUID) -> Closing:
    return access.find(db, access.visible_closings(actor), closing_id)


def begin(db: Session, actor: Actor, case_id: UUID) -> Closing:
    """Begin to prepare the end: from then on each service does its own part and writes to the report.

    Raises Conflict where the pair is not confirmed, or the end is being prepared already.
    """
    require(actor, Permission.END_CASE)
    case = cases.find_open(db, actor, case_id)
    if not case.is_paired:
        raise Conflict("error.not_paired")
    if current(db, actor, case.id) is not None:
        raise Conflict("error.closing.begun")
    closing = Closing(case_id=case.id, begun_by=actor.person_id)
    db.add(closing)
    db.flush()
    return _done(db, actor, closing, "begin")


def propose(
    db: Session,
    actor: Actor,
    closing_id: UUID,
    *,
    ground: CloseReason | None,
    ended_on: date | None,
    has_follow_up: bool,
    agreement_until: date | None,
    lacking: str = "",
    version: int,
) -> Closing:
    """Propose the end for the own service; a proposal of the other one gives way to it.

    Raises Conflict where the own side has something to do first, Invalid where something is lacking without a reason.
    """
    require(actor, Permission.END_CASE)
    closing, case = _running(db, actor, closing_id, version)
    _require_own(db, actor, closing)
    if not has_follow_up:
        _require_none_waits(db, actor, case)
    if ground not in GROUNDS:
        raise Invalid("error.cooperation.choose", field="ground")
    last = day(ended_on, field="ended_on")
    in_order(case.opened_on, last, field="ended_on")
    in_order(last, clock.today(), field="ended_on")
    until = closing_days.until(db, case, agreement_until)
    if has_follow_up:
        closing_days.follow_up(db, actor, case)
    missing = closing_checks.lacking(db, actor, case, has_follow_up=has_follow_up)
    why = text(lacking, field="lacking", required=bool(missing), longest=LONGEST)
    files.require_nameless(db, actor, case.id, lacking=why)
    closing.ground, closing.ended_on = ground, last
    closing.has_follow_up, closing.agreement_until = has_follow_up, until
    closing.lacking = why if missing else ""
    closing.service_id, closing.proposed_by = actor.service_id, actor.person_id
    closing.proposed_at = clock.now()
    return _done(db, actor, closing, "propose")


def take_back(db: Session, actor: Actor, closing_id: UUID, *, version: int) -> Closing:
    """Take a proposal back, or decline the other service's: the end is being prepared again."""
    require(actor, Permission.END_CASE)
    closing, _ = _running(db, actor, closing_id, version)
    _require_proposed(closing)
    closing.service_id = closing.proposed_by = closing.proposed_at = None
    return _done(db, actor, closing, "take_back")


def agree(db: Session, actor: Actor, closing_id: UUID, *, version: int) -> Closing:
    """Agree for the other service: the agreement gets its last day; without follow-up the case is closed.

    One that came into force after the proposal gets the usual last day. Raises NotAllowed for the side that proposed it,
    Conflict where the case would be closed over a notice that nobody has read.
    """
    require(actor, Permission.AGREE_END)
    closing, case = _running(db, actor, closing_id, version)
    _require_proposed(closing)
    if closing.service_id == actor.service_id:
        raise NotAllowed("error.closing.other_side_agrees")
    _require_own(db, actor, closing)
    missing = closing_checks.lacking(db, actor, case, has_follow_up=closing.has_follow_up)
    if missing and not closing.lacking:
        raise Conflict("error.closing.lacking_now")
    if not closing.has_follow_up:
        _require_none_waits(db, actor, case)
        _require_all_read(db, actor, case)
    closing.agreed_by, closing.agreed_at = actor.person_id, clock.now()
    until = closing_days.last(db, actor, case, closing)
    if closing.agreement_until is None and agreements.case_agreement_in_force(db, case.id) is not None:
        closing.agreement_until = until
    closing_days.end_agreement(db, actor, case, until)
    if closing.has_follow_up:
        closing_days.hold_follow_up(db, actor, case)
    _done(db, actor, closing, "agree")
    if not closing.has_follow_up:
        _shut(db, actor, case, closing)
    return closing


def finish(db: Session, actor: Actor, closing_id: UUID, *, version: int) -> Closing:
    """Say for the own service that its follow-up is over; when both have, the case is closed, and the agreement ends.

    Raises Conflict where the own side has neither asked at T4 nor said why not, or a notice is on its way.
    """
    require(actor, Permission.AGREE_END)
    closing = find(db, actor, closing_id)
    require_version(closing, version)
    case = cases.find_open(db, actor, closing.case_id)
    if not closing.is_agreed or not closing.has_follow_up or closing.reopened_at is not None:
        raise Conflict("error.closing.not_followed_up")
    if not closing_checks.times(db, actor, case.id)[FOLLOW_UP][0].is_settled:
        raise Conflict("error.closing.t4_open")
    is_his = actor.kind is ServiceKind.PP
    if (closing.pp_finished_by if is_his else closing.vss_finished_by) is not None:
        raise Conflict("error.closing.finished_already")
    _require_none_waits(db, actor, case)
    if closing.vss_finished_by if is_his else closing.pp_finished_by:
        _require_all_read(db, actor, case)
    if is_his:
        closing.pp_finished_by = actor.person_id
    else:
        closing.vss_finished_by = actor.person_id
    _done(db, actor, closing, "finish")
    if closing.pp_finished_by and closing.vss_finished_by:
        closing_days.end_agreement(db, actor, case, clock.today())
        _shut(db, actor, case, closing)
    return closing


def reopen(db: Session, actor: Actor, case_id: UUID, *, reason: ReopenReason | None, version: int) -> Case:
    """Take a case up again that has ended, or whose end both agreed on; it goes on where it stopped.

    One service may: it opens nothing but its own file. The joint space opens with a new agreement.
    """
    require(actor, Permission.END_CASE)
    case = cases.find(db, actor, case_id)
    require_version(case, version)
    closing = current(db, actor, case.id)
    if case.closed_on is None and (closing is None or not closing.is_agreed):
        raise Conflict("error.case_open")
    if reason not in REOPENINGS[actor.kind]:
        raise Invalid("error.cooperation.choose", field="reason")
    if closing is not None:
        closing.reopened_at, closing.reopened_by = clock.now(), actor.person_id
        closing.reopened_for = reason
        closing_days.free_follow_up(db, actor, case)
        _done(db, actor, closing, "reopen")
    if case.closed_on is not None:
        cases.reopen(db, actor, case.id, version=case.version)
    return case


def _running(db: Session, actor: Actor, closing_id: UUID, version: int) -> tuple[Closing, Case]:
    """An end that is still being prepared, with its case."""
    closing = find(db, actor, closing_id)
    # First: who has an older version before them is told that it is over, not that somebody saved meanwhile.
    if closing.is_agreed or closing.reopened_at is not None:
        raise Conflict("error.closing.agreed")
    require_version(closing, version)
    return closing, cases.find_open(db, actor, closing.case_id)


def _require_proposed(closing: Closing) -> None:
    if not closing.is_proposed:
        raise Conflict("error.closing.nothing_proposed")


def _require_own(db: Session, actor: Actor, closing: Closing) -> None:
    waiting = closing_checks.of_own_side(db, actor, closing).waiting
    if waiting:
        raise Conflict("error.closing.own_open", what="; ".join(waiting))


def _require_none_waits(db: Session, actor: Actor, case: Case) -> None:
    """Of the own service alone: from a refusal the other one would learn that there is something."""
    if notices_due.under_way(db, actor, case.id).is_waiting:
        raise Conflict("error.closing.notice_waits")


def _require_all_read(db: Session, actor: Actor, case: Case) -> None:
    """A warning is not lost by closing the case; both services see that it lies unread."""
    if notices_due.under_way(db, actor, case.id).is_unread:
        raise Conflict("error.closing.notice_unread")


def _shut(db: Session, actor: Actor, case: Case, closing: Closing) -> None:
    cases.shut(db, actor, case, on=clock.today(), reason=closing.ground or CloseReason.OTHER)


def _done(db: Session, actor: Actor, closing: Closing, act: str) -> Closing:
    db.flush()
    audit.record(db, actor, act, closing, case_id=closing.case_id)
    return closing
