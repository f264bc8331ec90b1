"""New violence, as each source told of it: what stands in the own file, and the events that several tell of.

Who did not tell of an event is visible because nothing is merged: each episode stays with the service that heard it, and
what the other service reads of it is what was released (core.operations.episode_releases).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, find, require, require_version
from core.content import violence_kinds
from core.errors import Conflict, Invalid
from core.models import Case, Episode, EpisodeSource, Known, SubjectKind
from core.operations import cases, episode_releases, path_entries
from core.operations.identifying import subjects_of
from core.text import in_order, line, text

__all__ = ["Episode", "EpisodeSource", "Known"]

LONGEST = {"severity": 2000, "injuries": 500, "action_taken": 1000}
LONGEST_TOLD_BY = 200


@dataclass(frozen=True)
class Given:
    """What somebody writes down of an episode."""

    source: EpisodeSource | None
    happened_on: date | None
    severity: str
    told_on: date | None = None
    until_on: date | None = None
    told_by: str = ""
    kinds: Sequence[str] = ()
    is_injured: Known = Known.UNKNOWN
    injuries: str = ""
    with_children: Known = Known.UNKNOWN
    #: Codes of children of the own file.
    children: Sequence[str] = ()
    action_taken: str = ""


def record(db: Session, actor: Actor, case_id: UUID, *, given: Given) -> Episode:
    """Write down in the own file what one source told of new violence; the own path shows its day.

    Nothing of it is the other service's until it is released.
    """
    require(actor, Permission.WRITE_FILE)
    case = cases.find_open(db, actor, case_id)
    source, days = _source(given), _days(given)
    entry = path_entries.enter_episode(db, actor, case, happened_on=days.happened_on)
    episode = Episode(
        entry_id=entry.id,
        source=source,
        told_on=days.told_on,
        until_on=days.until_on,
        recorded_by=actor.person_id,
    )
    _write(db, actor, case, episode, given, days)
    db.add(episode)
    db.flush()
    audit.record(db, actor, "add", episode, case_id=case.id)
    return episode


def revise(db: Session, actor: Actor, episode_id: UUID, *, given: Given, version: int) -> Episode:
    """Change what stands in the own file; what was released of it stays as it was released.

    Raises Conflict where a colleague changed it meanwhile, and for another day while something of it is released: both
    services see the day on the path, and nobody has looked at whether they may see this one.
    """
    episode, case = _own(db, actor, episode_id)
    require_version(episode, version)
    episode.source = _source(given)
    days = _days(given)
    is_other_day = days.happened_on != episode.entry.happened_on
    if is_other_day and episode.entry_id in episode_releases.live(db, actor, case.id):
        raise Conflict("error.episode.released_day")
    episode.entry.happened_on = days.happened_on
    episode.told_on, episode.until_on = days.told_on, days.until_on
    _write(db, actor, case, episode, given, days)
    db.flush()
    audit.record(db, actor, "revise", episode, case_id=case.id)
    return episode


def remove(db: Session, actor: Actor, episode_id: UUID, *, reason: str, version: int) -> Episode:
    """Take an episode off the path, for a reason, and what was released of it back; the rows stay."""
    episode, case = _own(db, actor, episode_id)
    require_version(episode, version)
    entry = episode.entry
    entry.removed_reason = line(reason, field="reason")
    episode_releases.withdraw_all(db, actor, entry.id)
    entry.removed_at = clock.now()
    audit.record(db, actor, "remove", episode, case_id=case.id)
    db.flush()
    return episode


@access.of_one_case
def children_of(db: Session, actor: Actor, case_id: UUID) -> list[str]:
    """The codes of the children in the actor's own file."""
    case = cases.find(db, actor, case_id)
    found = subjects_of(db, actor, case.id) if access.may(actor, Permission.READ_FILE) else ()
    return sorted(one.code for one in found if one.kind is SubjectKind.CHILD)


def in_lines(keys: str) -> tuple[str, ...]:
    """What is kept one a line."""
    return tuple(keys.split("\n")) if keys else ()


@dataclass(frozen=True)
class _Days:
    happened_on: date
    until_on: date | None
    told_on: date

    @property
    def last(self) -> date:
        return self.until_on or self.happened_on


def _own(db: Session, actor: Actor, episode_id: UUID) -> tuple[Episode, Case]:
    require(actor, Permission.WRITE_FILE)
    episode = find(db, access.visible_episodes(actor).options(joinedload(Episode.entry)), episode_id)
    return episode, cases.find_open(db, actor, episode.entry.case_id)


def _source(given: Given) -> EpisodeSource:
    if given.source is None:
        raise Invalid("error.cooperation.choose", field="source")
    return given.source


def _days(given: Given) -> _Days:
    """When it was, and when it was told: neither to come, nor told before it began."""
    on = path_entries.past(given.happened_on, field="happened_on")
    until = None
    if given.until_on is not None:
        until = path_entries.past(given.until_on, field="until_on")
        in_order(on, until, field="until_on")
    told_on = path_entries.past(given.told_on or clock.today(), field="told_on")
    in_order(on, told_on, field="told_on")
    return _Days(on, until if until != on else None, told_on)


def _write(  # noqa: PLR0917
    db: Session, actor: Actor, case: Case, episode: Episode, given: Given, days: _Days
) -> None:
    """The words and marks, checked. Raises Invalid beside the field that contradicts another one."""
    if not set(given.kinds) <= set(violence_kinds.load().ids):
        raise Invalid("error.episode.kind", field="kinds")
    typed = {
        field: text(getattr(given, field), field=field, required=field == "severity", longest=longest)
        for field, longest in LONGEST.items()
    }
    if typed["injuries"] and given.is_injured is not Known.YES:
        raise Invalid("error.episode.injuries", field="injuries")
    if given.children and given.with_children is not Known.YES:
        raise Invalid("error.episode.children", field="children")
    _require_born(db, actor, case, given.children, days.last)
    episode.severity, episode.injuries = typed["severity"], typed["injuries"]
    episode.action_taken = typed["action_taken"]
    episode.told_by = line(given.told_by, field="told_by", required=False, longest=LONGEST_TOLD_BY)
    episode.kinds = "\n".join(key for key in violence_kinds.load().ids if key in given.kinds)
    episode.is_injured, episode.with_children = given.is_injured, given.with_children
    episode.children = "\n".join(sorted(set(given.children)))


def _require_born(db: Session, actor: Actor, case: Case, codes: Sequence[str], last: date) -> None:
    """Each child stands in the own file, and was born when it ended."""
    known = {
        one.code: one for one in subjects_of(db, actor, case.id) if one.kind is SubjectKind.CHILD and codes
    }
    for code in codes:
        if code not in known:
            raise Invalid("error.episode.child", field="children")
        born_on = known[code].born_on
        if born_on is not None and born_on > last:
            raise Invalid("error.episode.before_birth", field="children", code=code)
