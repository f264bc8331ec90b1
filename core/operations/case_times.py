"""The times T0 to T4 of all open cases of a person at once, with the rules that they are counted by."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import Case, Closing, TPoint
from core.operations import agreed_ends, protocols, rules, t_dates
from core.operations.rules import Rules
from core.operations.t_dates import TDate


@dataclass(frozen=True)
class CaseTimes:
    case: Case
    rules: Rules
    times: tuple[TDate, ...]


def of_actor(db: Session, actor: Actor) -> list[CaseTimes]:
    """Those of each open case of which a day is entered; what lies beyond the next repetition is left out.

    After an end that both agreed on it is the follow-up alone.
    A fixed number of statements, whatever number of cases there is.
    """
    rows: dict[Case, list[TPoint]] = defaultdict(list)
    ended: dict[Case, datetime | None] = {}
    for point, case, ended_at in db.execute(_entered(actor)):
        rows[case].append(point)
        ended[case] = ended_at
    agreed = rules_of(db, list(rows))
    today = clock.today()
    return [
        CaseTimes(
            case,
            agreed[case],
            agreed_ends.left(
                t_dates.compute(
                    protocols.of_case(db, case), agreed[case], points, today=today, ends_on=today
                ),
                ended[case],
            ),
        )
        for case, points in rows.items()
    ]


def rules_of(db: Session, cases: Sequence[Case]) -> dict[Case, Rules]:
    """What holds in each case, by the protocol that it walks."""
    walking: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        walking[protocols.of_case(db, case).version].append(case)
    return {
        case: found[case.id]
        for those in walking.values()
        for found in [rules.of_cases(db, those, protocol=protocols.of_case(db, those[0]))]
        for case in those
    }


@access.kept
def _entered(actor: Actor) -> Select[Any]:
    return (
        access.visible_t_points(actor)
        .join(Case, Case.id == TPoint.case_id)
        .outerjoin(Closing, agreed_ends.is_of_case())
        .where(
            Case.closed_on.is_(None),
            or_(TPoint.due_on.is_not(None), TPoint.pp_done_on.is_not(None), TPoint.vss_done_on.is_not(None)),
        )
        .add_columns(Case, Closing.agreed_at)
    )
