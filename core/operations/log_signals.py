"""What in a week of the log deserves a look: plain counts, each with its limit, and no judgement.

Each has an innocent explanation more often than not: a stand-in, an emergency, a forgotten password.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from core import access, clock, text
from core.access import Actor, Permission, require
from core.audit import EventKind
from core.models import Event, Person

#: A sitting takes about sixteen cases; more than this on one day is unusual for one person.
MANY_CASES = 20
#: Refusals of one person in a week: one is a mistake, several are worth a question.
MANY_REFUSALS = 3
#: Work begins and ends; weekends are out of hours whole.
BEGINS, ENDS = time(6), time(22)
_SATURDAY = 5


class Signal(StrEnum):
    MANY_CASES = "many_cases"
    OUT_OF_HOURS = "out_of_hours"
    REFUSED = "refused"
    SIGN_IN_FAILED = "sign_in_failed"


@dataclass(frozen=True)
class Noticed:
    """One count of one person on one day; of refusals, in the week that begins on that day."""

    signal: Signal
    on: date
    person: str
    count: int


def of_week(db: Session, actor: Actor, monday: date) -> list[Noticed]:
    """The signals of the week that begins on this day, of the people of the actor's own service, newest first."""
    require(actor, Permission.READ_LOG)
    monday = text.day(monday, field="monday")
    begin, end = clock.moment(monday), clock.moment(monday + timedelta(days=7))
    whose = or_(
        Event.person_id == Person.id,
        and_(Event.person_id.is_(None), Event.subject == "person", Event.subject_id == Person.id),
    )
    rows = db.execute(
        access.visible_log(actor)
        .join(Person, whose)
        .where(Event.created_at >= begin, Event.created_at < end, Person.service_id == actor.service_id)
        .with_only_columns(Event.created_at, Event.kind, Event.act, Event.case_id, Person.id, Person.name)
    )
    cases: dict[tuple[UUID, date], set[UUID]] = defaultdict(set)
    late: Counter[tuple[UUID, date]] = Counter()
    refused: Counter[tuple[Signal, UUID]] = Counter()
    names: dict[UUID, str] = {}
    for at, kind, act, case_id, person_id, name in rows:
        names[person_id] = name
        local = clock.local(at)
        if kind is EventKind.DENIED:
            failed = act in {"sign_in_failed", "prove_failed"}
            refused[Signal.SIGN_IN_FAILED if failed else Signal.REFUSED, person_id] += 1
        elif _is_late(local):
            late[person_id, local.date()] += 1
        if kind is EventKind.READ and case_id is not None:
            cases[person_id, local.date()].add(case_id)
    found = [
        *(Noticed(Signal.MANY_CASES, on, names[who], len(opened)) for (who, on), opened in cases.items()),
        *(Noticed(Signal.OUT_OF_HOURS, on, names[who], count) for (who, on), count in late.items()),
        *(Noticed(signal, monday, names[who], count) for (signal, who), count in refused.items()),
    ]
    limits = {
        Signal.MANY_CASES: MANY_CASES + 1,
        Signal.REFUSED: MANY_REFUSALS,
        Signal.SIGN_IN_FAILED: MANY_REFUSALS,
    }
    kept = [one for one in found if one.count >= limits.get(one.signal, 1)]
    return sorted(kept, key=lambda one: (one.signal, one.on, one.person), reverse=True)


def _is_late(at: datetime) -> bool:
    return at.weekday() >= _SATURDAY or not BEGINS <= at.time() < ENDS
