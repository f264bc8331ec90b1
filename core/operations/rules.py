"""The numbers that dates are computed with: from the organisation-level agreement in force, else the protocol's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access
from core.content import immediate_notices, protocols
from core.content.protocols import Protocol
from core.models import Agreement, AgreementLevel, Case

#: What an organisation-level agreement may answer, and between which numbers an answer makes sense.
ANSWERS: Final = {
    "t2_interval_months": (1, 24),
    "t4_after_months": (1, 60),
    "episode_meeting_days": (0, 60),
    "minutes_days": (1, 60),
    "team_meeting_months": (1, 60),
    "new_violence_hours": (1, 168),
    "notice_days": (0, 30),
    "missed_sessions": (1, 20),
}
#: Of these, what the agreement of the case may settle otherwise for this case.
_OF_CASE: Final = (
    "t2_interval_months",
    "t4_after_months",
    "episode_meeting_days",
    "minutes_days",
    "new_violence_hours",
    "missed_sessions",
)


@dataclass(frozen=True)
class Rules:
    #: T2 comes again after so many months, T4 so many after T3.
    t2_interval_months: int
    t4_after_months: int
    episode_meeting_days: int
    minutes_days: int
    #: Both teams meet again at least so many months after they met.
    team_meeting_months: int
    agreement_notice_days: int
    t_meeting_days: int
    new_violence_hours: int
    notice_days: int
    #: From so many missed sessions on, a notice is due.
    missed_sessions: int
    #: The answers above that the two services agreed themselves.
    agreed: frozenset[str] = frozenset()


def of_cooperation(db: Session, cooperation_id: UUID, *, protocol: Protocol | None = None) -> Rules:
    """The rules that hold between two services today.

    Where their agreement answers nothing, or nothing that can be used, the protocol's starting value holds.
    """
    agreement = db.scalars(
        select(Agreement)
        .where(
            Agreement.cooperation_id == cooperation_id,
            Agreement.level == AgreementLevel.ORGANISATION,
            Agreement.case_id.is_(None),
            Agreement.holds_today(),
        )
        .order_by(Agreement.in_force_from.desc(), Agreement.created_at.desc())
        .limit(1)
    ).first()
    return from_answers(protocol or protocols.load(), agreement.answers if agreement else {})


def of_case(db: Session, case: Case, *, protocol: Protocol | None = None) -> Rules:
    """The same for one case: what its own agreement in force settles goes before what stands above it."""
    return of_cases(db, [case], protocol=protocol)[case.id]


def of_cases(db: Session, cases: Sequence[Case], *, protocol: Protocol | None = None) -> dict[UUID, Rules]:
    """Of many cases at once: one statement for their agreements, and one for each two services."""
    above = {one.cooperation_id for one in cases}
    general = {each: of_cooperation(db, each, protocol=protocol) for each in above}
    # Where a new one came into force before the old one ended, the new one holds.
    statement = (
        access.case_agreements_in_force()
        .where(Agreement.case_id.in_([one.id for one in cases]))
        .order_by(Agreement.in_force_from, Agreement.created_at)
    )
    own = {one.case_id: one.answers for one in db.scalars(statement)} if cases else {}
    return {one.id: _narrowed(general[one.cooperation_id], own.get(one.id, {})) for one in cases}


def _narrowed(rules: Rules, answers: dict[str, Any]) -> Rules:
    agreed = {key: number for key in _OF_CASE if (number := _number(key, answers.get(key))) is not None}
    return replace(rules, **agreed, agreed=rules.agreed | frozenset(agreed))


def from_answers(protocol: Protocol, answers: dict[str, Any]) -> Rules:
    """The protocol's starting values with the usable answers put over them."""
    agreed = {key: number for key in ANSWERS if (number := _number(key, answers.get(key))) is not None}
    notices = immediate_notices.load().defaults
    values = {
        "t2_interval_months": _months(protocol, "interval_months"),
        "t4_after_months": _months(protocol, "months_after"),
        "episode_meeting_days": protocol.rules.episode_meeting_days,
        "minutes_days": protocol.rules.minutes_agreed_days,
        "team_meeting_months": protocol.rules.phase_1_repeat_months,
        "new_violence_hours": notices.new_violence_hours,
        "notice_days": notices.notice_days,
        "missed_sessions": protocol.rules.missed_sessions_notice,
    } | agreed
    return Rules(
        **values,
        agreement_notice_days=protocol.rules.agreement_end_notice_days,
        t_meeting_days=protocol.rules.t_meeting_days,
        agreed=frozenset(agreed),
    )


def _months(protocol: Protocol, name: str) -> int:
    """The first time that counts in this way; a protocol without one never asks for the number."""
    found = (getattr(point, name) for point in protocol.t_points)
    return next((months for months in found if months is not None), 1)


def _number(key: str, answer: object) -> int | None:
    try:
        number = int(str(answer).strip())
    except ValueError:
        return None
    least, most = ANSWERS[key]
    return number if least <= number <= most else None
