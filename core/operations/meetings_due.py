"""Where a joint meeting is due and none is planned in time: as the timeline says it, from what the person may see."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import and_, exists
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, Permission
from core.content.protocols import load as current
from core.models import Case, Closing, Meeting, PathEntry
from core.operations import agreed_ends, case_times, known_paths, protocols
from core.operations.known_paths import KnownPath
from core.operations.rules import Rules
from core.operations.timeline_entries import State
from core.operations.timeline_rows import due_state

_MOST: Final = 20
#: What is older than this is history: whatever was due then, nobody is called to it any more.
LOOK_BACK: Final = timedelta(days=90)


@dataclass(frozen=True)
class After:
    """Something on a path after which the two services meet, and by when."""

    title: str
    since: date
    by: date


@dataclass(frozen=True)
class Due:
    """A meeting that is due in a case; one meets all that has happened."""

    case: Case
    #: What is to be met first stands first.
    after: tuple[After, ...]
    is_overdue: bool

    @property
    def by(self) -> date:
        return self.after[0].by


def _order(one: After) -> tuple[date, str]:
    return one.by, one.title


def waiting(db: Session, actor: Actor) -> list[Due]:
    """What is due in the person's open joint spaces, the earliest first.

    What one side keeps to itself asks that side alone. What was known when both agreed on the end of a case asks nobody.
    """
    if not access.may(actor, Permission.PLAN_MEETING):
        return []
    kinds = [kind.id for kind in current().path_kinds if kind.calls_meeting]
    open_case = exists().where(Case.id == PathEntry.case_id, Case.closed_on.is_(None))
    paths = known_paths.read(
        db,
        actor,
        PathEntry.kind.in_(kinds),
        PathEntry.happened_on >= clock.today() - LOOK_BACK,
        PathEntry.case_id.in_(access.joint_case_ids(actor)),
        open_case,
    )
    if not paths:
        return []
    meetings, ended = _meetings(db, actor, paths)
    agreed = case_times.rules_of(db, list(meetings))
    found = [
        Due(case, tuple(after), is_overdue=after[0].by < clock.today())
        for case, those in meetings.items()
        for path in [agreed_ends.unsettled(paths[case.id], ended[case])]
        if (after := sorted(set(_of_case(db, case, path, those, agreed[case])), key=_order))
    ]
    return sorted(found, key=lambda one: one.by)[:_MOST]


def _meetings(
    db: Session, actor: Actor, paths: Mapping[UUID, KnownPath]
) -> tuple[Mapping[Case, Sequence[Meeting]], Mapping[Case, datetime | None]]:
    """The meetings of these cases, the earliest first, none of some; and since when both agree on the end of each."""
    seen = access.visible_meetings(actor).with_only_columns(Meeting.id)
    statement = (
        access.visible_cases(actor)
        .select_from(Case)
        .where(Case.id.in_(paths))
        .outerjoin(Meeting, and_(Meeting.case_id == Case.id, Meeting.id.in_(seen)))
        .outerjoin(Closing, agreed_ends.is_of_case())
        .order_by(Meeting.takes_place_at)
        .add_columns(Meeting, Closing.agreed_at)
    )
    found: dict[Case, list[Meeting]] = defaultdict(list)
    ended: dict[Case, datetime | None] = {}
    for case, meeting, ended_at in db.execute(statement):
        found[case] += [meeting] if meeting is not None else []
        ended[case] = ended_at
    return found, ended


def _of_case(
    db: Session, case: Case, path: KnownPath, meetings: Sequence[Meeting], rules: Rules
) -> Iterator[After]:
    """Everything after which nobody has met: what happens anew never gives more time for what was before."""
    protocol, today = protocols.of_case(db, case), clock.today()
    for one in path.entries:
        by = one.happened_on + timedelta(days=rules.episode_meeting_days)
        state = due_state(one, by, meetings, path.known, today)
        if state in {State.OPEN, State.OVERDUE}:
            yield After(protocol.path_kind(one.kind).title, one.happened_on, by)
