"""What on his path the other service has not been told of, as the agreement says: where he stands, and missed sessions."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import immediate_notices as content
from core.content.immediate_notices import Trigger
from core.models import Case, PathEntry
from core.operations import immediate_notices, rules

#: What ends his being there, and what begins it anew, as the protocol calls them on his path.
OVER: Final = frozenset({"left", "completed"})
BEGINS: Final = frozenset({"started", "returned"})


@dataclass(frozen=True)
class Due:
    """Something on the own path of which the other service has not been told."""

    trigger: Trigger
    entry: PathEntry
    #: How many there are, and since when, where they are counted.
    number: int = 0
    since: date | None = None


def of_path(entries: Sequence[PathEntry], told: set[UUID], missed_from: int) -> Iterator[Due]:
    """What one path, oldest first, calls for: a notice of where he stands now, and of missed sessions from a number on."""
    lists = content.load()
    first = clock.today() - timedelta(days=lists.due_for_days)
    counted = {one.id: lists.of_path(one.kind) for one in entries}
    standing = [one for one in entries if (found := counted[one.id]) is None or not found.counts]
    last = standing[-1] if standing else None
    if (
        last is not None
        and (trigger := counted[last.id])
        and last.happened_on >= first
        and last.id not in told
    ):
        yield Due(trigger, last)
    if last is not None and last.kind in OVER:
        return
    began = max((one.happened_on for one in standing if one.kind in BEGINS), default=date.min)
    missed: list[PathEntry] = []
    for one in entries:
        if (found := counted[one.id]) is not None and found.counts and one.happened_on >= began:
            missed = [] if one.id in told else [*missed, one]
    if missed and len(missed) >= missed_from and missed[-1].happened_on >= first:
        newest = missed[-1]
        yield Due(lists.trigger("missed"), newest, number=len(missed), since=missed[0].happened_on)


def of_case(db: Session, actor: Actor, case: Case) -> list[Due]:
    """What on the own path of a case calls for a notice now."""
    return of_cases(db, actor, [case]).get(case.id, [])


def of_cases(db: Session, actor: Actor, cases: Sequence[Case]) -> dict[UUID, list[Due]]:
    """The same of many cases, in a fixed number of statements."""
    if not cases:
        return {}
    kinds = [kind for one in content.load().triggers for kind in one.path_kinds]
    statement = (
        access.own_path_entries(actor)
        .where(PathEntry.case_id.in_([case.id for case in cases]), PathEntry.kind.in_([*kinds, *OVER]))
        .order_by(PathEntry.happened_on, PathEntry.created_at)
    )
    paths: dict[UUID, list[PathEntry]] = defaultdict(list)
    for entry in db.scalars(statement):
        paths[entry.case_id].append(entry)
    told = immediate_notices.told_entries(db, actor)
    agreed = rules.of_cases(db, cases)
    return {case.id: list(of_path(paths[case.id], told, agreed[case.id].missed_sessions)) for case in cases}
