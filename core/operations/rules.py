"""The numbers that dates are computed with: from the organisation-level agreement in force, else the protocol's."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.content import protocols
from core.content.protocols import Protocol
from core.models import Agreement, AgreementLevel, AgreementState

#: What an organisation-level agreement may answer, and between which numbers an answer makes sense.
ANSWERS: Final = {
    "t2_interval_months": (1, 24),
    "t4_after_months": (1, 60),
    "episode_meeting_days": (0, 60),
    "minutes_days": (1, 60),
}


@dataclass(frozen=True)
class Rules:
    #: T2 comes again after so many months, T4 so many after T3.
    t2_interval_months: int
    t4_after_months: int
    episode_meeting_days: int
    minutes_days: int
    agreement_notice_days: int
    t_meeting_days: int
    missed_sessions_notice: int
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
            Agreement.state == AgreementState.IN_FORCE,
            Agreement.in_force_from <= clock.today(),
        )
        .order_by(Agreement.in_force_from.desc())
        .limit(1)
    ).first()
    in_force = agreement is not None and agreement.is_in_force()
    return from_answers(protocol or protocols.load(), agreement.answers if agreement and in_force else {})


def from_answers(protocol: Protocol, answers: dict[str, Any]) -> Rules:
    """The protocol's starting values with the usable answers put over them."""
    agreed = {key: number for key in ANSWERS if (number := _number(key, answers.get(key))) is not None}
    values = {
        "t2_interval_months": _months(protocol, "interval_months"),
        "t4_after_months": _months(protocol, "months_after"),
        "episode_meeting_days": protocol.rules.episode_meeting_days,
        "minutes_days": protocol.rules.minutes_agreed_days,
    } | agreed
    return Rules(
        **values,
        agreement_notice_days=protocol.rules.agreement_end_notice_days,
        t_meeting_days=protocol.rules.t_meeting_days,
        missed_sessions_notice=protocol.rules.missed_sessions_notice,
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
