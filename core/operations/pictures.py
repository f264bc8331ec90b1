"""One picture of a case over time: his account, her account, others' accounts, what both services hold; and where they differ.

Each source reads by the statements that its own page starts from, so a mark is here for whom it is there. A difference is
computed from what the viewer reads and from nothing else, in words that people entered: no number, no advice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor
from core.models import Case
from core.operations import (
    cases,
    picture_change,
    picture_episodes,
    picture_joint,
    picture_notices,
    picture_risk,
    t_points,
)
from core.operations.episode_boards import END
from core.operations.picture_parts import ROWS, Asked, Difference, Kind, Lane, Mark, Source
from core.operations.picture_risk import HOLDS
from core.operations.t_dates import TDate, months_later

__all__ = ["ROWS", "Difference", "Kind", "Lane", "Mark"]

#: What brings marks to the picture; another kind of record is one more line.
SOURCES: Final[tuple[Source, ...]] = (
    picture_episodes.of_case,
    picture_change.of_case,
    picture_risk.of_case,
    picture_joint.meetings,
    picture_notices.of_case,
    picture_joint.agreements,
    picture_joint.ends,
)


@dataclass(frozen=True)
class Span:
    """Days that the picture can be cut to: all of them, the last year, since T1, or the time between two assessments."""

    key: str
    first: date
    last: date
    #: The times between which it lies.
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Picture:
    """The marks in the order of their days, and the differences in the order in which they began."""

    case: Case
    today: date
    joint_only: bool
    times: tuple[TDate, ...]
    marks: tuple[Mark, ...]
    differences: tuple[Difference, ...]

    @property
    def first(self) -> date:
        return min((one.on for one in self.marks), default=self.today)

    @property
    def last(self) -> date:
        """The last day of the picture: today, or what is planned after it."""
        return max((one.on for one in self.marks), default=self.today)

    def of(self, lane: Lane, kind: Kind) -> tuple[Mark, ...]:
        return tuple(one for one in self.marks if one.lane is lane and one.kind is kind)

    def numbers(self, mark: Mark) -> list[int]:
        """The differences that a mark is part of, by their places in the list."""
        found = enumerate(self.differences, start=1)
        return [number for number, one in found if mark.key and mark.key in one.keys]

    def end(self, one: Mark | Difference) -> date:
        """Until when something shows: what goes on, until today."""
        if isinstance(one, Difference):
            return self.today if one.goes_on else one.last
        may_last = one.kind is Kind.AGREEMENT or (one.kind is Kind.LEVEL and one.state == HOLDS)
        lasts = may_last and one.until is None
        return max(self.today, one.on) if lasts else one.last_on

    def within(self, span: Span) -> "Picture":
        """The same picture, cut to these days."""
        return replace(
            self,
            marks=tuple(one for one in self.marks if one.on <= span.last and self.end(one) >= span.first),
            differences=tuple(
                one for one in self.differences if one.since <= span.last and self.end(one) >= span.first
            ),
        )


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID, *, joint_only: bool = False) -> Picture:
    """The picture as this person may read it; with `joint_only` as both services do, for a shared screen.

    The number of statements does not depend on the case.
    """
    case = cases.find(db, actor, case_id)
    audit.look(db, case, "read_picture", case_id=case.id)
    times = t_points.of_case(db, actor, case.id)
    parts = [source(db, actor, Asked(case, times, joint_only)) for source in SOURCES]
    order = list(Kind)
    marks = sorted(
        (mark for part in parts for mark in part.marks), key=lambda one: (one.on, order.index(one.kind))
    )
    differences = sorted((one for part in parts for one in part.differences), key=lambda one: one.since)
    return Picture(case, clock.today(), joint_only, times, tuple(marks), tuple(differences))


def spans(picture: Picture) -> Sequence[Span]:
    """What the picture can be cut to, the whole of it first and each time between two assessments last."""
    return spans_of(picture.times, first=picture.first, last=picture.last, today=picture.today)


def spans_of(times: Sequence[TDate], *, first: date, last: date, today: date) -> Sequence[Span]:
    """The same for whatever has days between the first and the last, and the times of a case."""
    found = [Span("all", min(first, today), max(last, today))]
    found.append(Span("year", months_later(today, -12), max(last, today)))
    past = sorted(
        (one for one in times if one.on is not None and one.on <= today),
        key=lambda one: one.on or today,
    )
    began = [one for one in past if one.rule.is_entered and one.rule.id != END]
    if began:
        found.append(Span("begun", began[-1].on or today, max(last, today), since=began[-1].label))
    ends = [*((one.label, one.on or today) for one in past[1:]), ("", today)]
    starts = [(one.label, one.on or today) for one in past]
    found += [
        Span("window", since, until, since=label, until=after)
        for (label, since), (after, until) in zip(starts, ends, strict=False)
        if since < until
    ]
    return found
