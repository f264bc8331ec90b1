"""The episodes of a case by event: who told of it, who did not, and how the times of the programme compare."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session, contains_eager

from core import access, audit
from core.access import Actor
from core.models import (
    Case,
    Episode,
    EpisodeJoin,
    EpisodeSource,
    JointItem,
    Known,
    PathEntry,
    ReleasedEpisode,
    Service,
    ServiceKind,
)
from core.operations import cases, episode_releases, people_codes
from core.operations.episode_joins import joined_to
from core.operations.episodes import in_lines
from core.operations.joint_items import UseRule
from core.operations.t_dates import TDate, newest

#: The end of the programme, as the protocol calls its time.
END: Final = "T3"


@dataclass(frozen=True)
class Told:
    """One episode as this person reads it."""

    #: Of its path entry; of what was released where the entry is gone.
    id: UUID
    side: ServiceKind
    #: None: protected.
    source: EpisodeSource | None
    happened_on: date
    until_on: date | None
    text: str
    kinds: tuple[str, ...]
    is_injured: Known
    with_children: Known
    children: tuple[str, ...]
    #: What the own file holds; None for what only the released part is read of.
    own: Episode | None = None
    #: By which it is read, or waits to be read, by the other service.
    item: JointItem | None = None
    is_joinable: bool = True

    @property
    def column(self) -> EpisodeSource:
        """Under whom it stands; a protected source stands with the others."""
        return self.source or EpisodeSource.OTHER

    @property
    def last_on(self) -> date:
        return self.until_on or self.happened_on

    @property
    def use_rule(self) -> UseRule | None:
        return UseRule(self.item.use_rule) if self.item else None

    @property
    def is_waiting(self) -> bool:
        return self.item is not None and self.item.released_at is None


@dataclass(frozen=True)
class Event:
    """What happened once, and all who told of it."""

    told: tuple[Told, ...]
    joins: tuple[EpisodeJoin, ...] = ()
    #: May it be said who did not tell of it? Only where all of it that her service knows is read.
    is_whole: bool = False

    @property
    def first_on(self) -> date:
        return min(one.happened_on for one in self.told)

    @property
    def last_on(self) -> date:
        return max(one.last_on for one in self.told)

    def of(self, column: EpisodeSource) -> tuple[Told, ...]:
        return tuple(one for one in self.told if one.column is column)

    @property
    def missing(self) -> str:
        """A key of the words: who alone told of it, or that he did not; empty where nothing can be said."""
        sources = {one.source for one in self.told}
        if not self.is_whole or None in sources:
            return ""
        if len(sources) == 1:
            return f"only_{self.told[0].column}"
        return "" if EpisodeSource.HIM in sources else "not_him"


@dataclass(frozen=True)
class Board:
    case: Case
    #: The newest first.
    events: tuple[Event, ...]

    @property
    def told(self) -> tuple[Told, ...]:
        return tuple(one for event in self.events for one in event.told)


class Stage(StrEnum):
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True)
class Period:
    """A time of the programme, and what began in it."""

    stage: Stage
    #: The times between which it lies.
    since: str
    until: str
    events: tuple[Event, ...]

    def told_by(self, column: EpisodeSource) -> int:
        return sum(1 for event in self.events if event.of(column))

    @property
    def only_her(self) -> int:
        return sum(1 for event in self.events if event.missing == "only_her")

    @property
    def with_children(self) -> int:
        return sum(1 for event in self.events if any(one.with_children is Known.YES for one in event.told))

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(kind for event in self.events for one in event.told for kind in one.kinds))


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID, *, joint_only: bool = False) -> Board:
    """The events of a case as this person reads them; with `joint_only` as both services do, for a shared screen."""
    case = cases.find(db, actor, case_id)
    own = [] if joint_only else _own(db, actor, case)
    told = [*own, *_released(db, actor, case, beside={one.id for one in own})]
    joins = access.joint_episode_joins if joint_only else access.visible_episode_joins
    of_these = EpisodeJoin.first_id.in_([one.id for one in told])
    found = list(db.scalars(joins(actor).where(of_these).order_by(EpisodeJoin.created_at))) if told else []
    is_whole = (
        actor.kind is ServiceKind.VSS and not joint_only and access.may(actor, access.Permission.READ_FILE)
    )
    events = sorted(_events(told, found, is_whole=is_whole), key=lambda one: one.first_on, reverse=True)
    return Board(case, tuple(events))


def periods(events: Sequence[Event], times: Sequence[TDate], today: date) -> tuple[Period, ...]:
    """The time before the programme, each time between two assessments, and the time after its end.

    What lasted longer counts where it began. Empty while nobody has entered when the programme began.
    """
    # What was begun anew after he came back is no second beginning of the programme.
    entered = [
        one for one in times if one.label == one.rule.id and one.rule.is_entered and one.on is not None
    ]
    entered = [one for one in entered if one.label != END]
    if not entered:
        return ()
    begin, end = entered[-1], newest([one for one in times if one.on is not None], END)
    marks = [begin]
    for one in times:
        last = marks[-1].on
        is_within = one.on is not None and (end is None or end.on is None or one.on < end.on)
        if one.rule.repeats and is_within and one.on and last and last < one.on:
            marks.append(one)
    if end is not None:
        marks.append(end)
    spans: list[tuple[Stage, TDate | None, TDate | None]] = [(Stage.BEFORE, None, begin)]
    spans += [(Stage.DURING, here, there) for here, there in zip(marks, [*marks[1:], None], strict=True)]
    if end is not None:
        spans[-1] = (Stage.AFTER, end, None)
    return tuple(
        Period(
            stage, since.label if since else "", until.label if until else "", _within(events, since, until)
        )
        for stage, since, until in spans
        if since is None or (since.on is not None and since.on <= today)
    )


def _within(events: Sequence[Event], since: TDate | None, until: TDate | None) -> tuple[Event, ...]:
    first = since.on if since and since.on else date.min
    end = until.on if until and until.on else date.max
    return tuple(event for event in events if first <= event.first_on < end)


def _own(db: Session, actor: Actor, case: Case) -> list[Told]:
    statement = (
        access.visible_episodes(actor)
        .join(PathEntry, PathEntry.id == Episode.entry_id)
        .where(PathEntry.case_id == case.id)
        .options(contains_eager(Episode.entry))
        .order_by(PathEntry.happened_on, Episode.created_at)
    )
    found = db.scalars(statement).all()
    if not found:
        return []
    audit.look(db, cases.own_file(db, actor, case), "read_episodes", case_id=case.id)
    live = episode_releases.live(db, actor, case.id)
    there = people_codes.there(db, actor, case, found)
    return [
        Told(
            id=one.entry_id,
            side=actor.kind,
            source=EpisodeSource(one.source),
            happened_on=one.entry.happened_on,
            until_on=one.until_on,
            text=one.severity,
            kinds=in_lines(one.kinds),
            is_injured=one.is_injured,
            with_children=one.with_children,
            children=there[one.id],
            own=one,
            item=live.get(one.entry_id),
        )
        for one in found
    ]


def _released(db: Session, actor: Actor, case: Case, *, beside: set[UUID]) -> list[Told]:
    """What both services read, but for what stands there already from the own file."""
    statement = (
        access.visible_released_episodes(actor)
        .join(JointItem, JointItem.id == ReleasedEpisode.item_id)
        .join(Service, Service.id == JointItem.service_id)
        .where(JointItem.case_id == case.id)
        .order_by(ReleasedEpisode.happened_on, ReleasedEpisode.created_at)
        .with_only_columns(ReleasedEpisode, JointItem, Service.kind)
    )
    found = [row for row in db.execute(statement) if row[0].entry_id not in beside]
    if found:
        audit.look(db, case, "read_joint", case_id=case.id)
    return [
        Told(
            id=one.entry_id or one.id,
            side=side,
            source=one.source,
            happened_on=one.happened_on,
            until_on=one.until_on,
            text=item.text,
            kinds=in_lines(one.kinds),
            is_injured=one.is_injured,
            with_children=one.with_children,
            children=in_lines(one.children),
            item=item,
            is_joinable=one.entry_id is not None,
        )
        for one, item, side in found
    ]


def _events(told: Sequence[Told], joins: list[EpisodeJoin], *, is_whole: bool) -> Iterator[Event]:
    """Each group of episodes that were joined, by way of others too."""
    todo = {one.id: one for one in told}
    while todo:
        reached = joined_to(joins, next(iter(todo)))
        group = tuple(todo.pop(each) for each in list(todo) if each in reached)
        of_group = tuple(one for one in joins if one.first_id in reached)
        yield Event(group, of_group, is_whole)
