"""What on his path the other service has not been told of, as the agreement says: where he stands, and missed sessions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, exists
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import immediate_notices as content
from core.content.immediate_notices import Trigger
from core.models import Case, PathEntry, Reentry
from core.operations import cases, immediate_notices, rules

#: What ends his being there, and what begins it anew, as the protocol calls them on his path.
OVER: Final = frozenset({"left", "completed"})
RETURNED: Final = "returned"
BEGINS: Final = frozenset({"started", RETURNED})


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


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> list[Due]:
    """What on the own path of a case calls for a notice now."""
    case = cases.find(db, actor, case_id)
    found = _entries(actor).where(PathEntry.case_id == case.id)
    return of_paths(db, actor, {case: db.scalars(found).all()}).get(case.id, [])


def of_own(db: Session, actor: Actor, case_id: UUID) -> list[PathEntry]:
    """What of the own path of a case notices are about, oldest first."""
    case = cases.find(db, actor, case_id)
    return list(db.scalars(_entries(actor).where(PathEntry.case_id == case.id)))


@dataclass(frozen=True)
class Recent:
    """The own path of a case in which something happened lately."""

    entries: list[PathEntry] = field(default_factory=list)
    #: Days on which he came back, and of which nobody wrote down on what.
    undecided: list[PathEntry] = field(default_factory=list)

    @property
    def is_undecided(self) -> bool:
        return bool(self.undecided)


def recent(db: Session, actor: Actor, *, since: date) -> dict[Case, Recent]:
    """The own paths of the actor's open cases in which something happened since a day: in one statement."""
    lately = access.own_path_entries(actor).where(
        PathEntry.happened_on >= since, PathEntry.kind.in_(_kinds())
    )
    statement = (
        _entries(actor)
        .join(Case, Case.id == PathEntry.case_id)
        .where(
            Case.closed_on.is_(None),
            Case.paired_at.is_not(None),
            Case.id.in_(lately.with_only_columns(PathEntry.case_id)),
        )
        .add_columns(Case, exists().where(Reentry.entry_id == PathEntry.id))
    )
    found: dict[Case, Recent] = {}
    for entry, case, is_decided in db.execute(statement):
        here = found.setdefault(case, Recent())
        here.entries.append(entry)
        if entry.kind == RETURNED and not is_decided and entry.happened_on >= since:
            here.undecided.append(entry)
    return found


def of_paths(db: Session, actor: Actor, paths: Mapping[Case, Sequence[PathEntry]]) -> dict[UUID, list[Due]]:
    """What these paths call for, by the ids of their cases."""
    if not any(paths.values()):
        return {}
    told = immediate_notices.told_entries(db, actor)
    agreed = rules.of_cases(db, list(paths))
    return {
        case.id: list(of_path(entries, told, agreed[case.id].missed_sessions))
        for case, entries in paths.items()
    }


def _kinds() -> list[str]:
    return [*(kind for one in content.load().triggers for kind in one.path_kinds), *OVER]


def _entries(actor: Actor) -> Select[PathEntry]:
    """What of own paths notices are about, oldest first."""
    found = access.own_path_entries(actor).where(PathEntry.kind.in_(_kinds()))
    return found.order_by(PathEntry.happened_on, PathEntry.created_at)
