"""What the picture of a case is made of: marks in lanes by whose account they are, and where accounts differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from core.access import Actor
from core.content.questionnaires import Change
from core.models import Case, EpisodeSource
from core.operations.joint_items import UseRule
from core.operations.t_dates import TDate
from core.operations.timeline_entries import State

_HELD: Final = frozenset({State.HELD, State.CONSULTATION, State.IN_PROGRESS})


class Lane(StrEnum):
    """Whose account it is; what both services hold together has a lane of its own."""

    HIM = "him"
    HER = "her"
    OTHERS = "others"
    BOTH = "both"


class Kind(StrEnum):
    """In the order of the rows of a lane."""

    EPISODE = "episode"
    CHANGE = "change"
    HER_RISK = "her_risk"
    RESULT = "result"
    LEVEL = "level"
    MEETING = "meeting"
    NOTICE = "notice"
    AGREEMENT = "agreement"
    END = "end"


#: The rows of the picture in their order; they are there for everybody, whatever they hold.
ROWS: Final = (
    (Lane.HIM, Kind.EPISODE),
    (Lane.HIM, Kind.CHANGE),
    (Lane.HER, Kind.EPISODE),
    (Lane.HER, Kind.CHANGE),
    (Lane.HER, Kind.HER_RISK),
    (Lane.OTHERS, Kind.EPISODE),
    (Lane.OTHERS, Kind.RESULT),
    (Lane.BOTH, Kind.LEVEL),
    (Lane.BOTH, Kind.MEETING),
    (Lane.BOTH, Kind.NOTICE),
    (Lane.BOTH, Kind.AGREEMENT),
    (Lane.BOTH, Kind.END),
)


@dataclass(frozen=True)
class Mark:
    """One thing that somebody told, or that both services did, as the viewer may read it."""

    lane: Lane
    kind: Kind
    on: date
    #: By which a difference names what it rests on; empty for what differs from nothing.
    key: str = ""
    #: The last day of what lasted; None: one day.
    until: date | None = None
    #: Which one, by its key: what changed, the level, the kind of meeting.
    what: str = ""
    #: How it stands, by its key: of a meeting, of a level; of a notice, which side sent it; ended, or reopened.
    state: str = ""
    #: The time of the case at which it was said: T2.1.
    label: str = ""
    #: What a person typed.
    text: str = ""
    #: Who set it or did it, and who agreed.
    by: str = ""
    agreed_by: str = ""
    #: By area of change.
    areas: Mapping[str, Change] = field(default_factory=dict)
    #: Kinds of violence.
    kinds: tuple[str, ...] = ()
    is_protected: bool = False
    #: Nobody of the other service reads it.
    is_ours_only: bool = False
    use_rule: UseRule | None = None

    @property
    def is_held(self) -> bool:
        """A meeting that took place, whatever it could decide."""
        return self.kind is Kind.MEETING and self.state in _HELD

    @property
    def is_missed(self) -> bool:
        return self.kind is Kind.MEETING and self.state == State.MISSED

    @property
    def last_on(self) -> date:
        return self.until or self.on


class Differs(StrEnum):
    """In what accounts differ."""

    NOT_HIM = "not_him"
    NOT_HER = "not_her"
    INJURED = "injured"
    CHILDREN = "children"
    CHANGE = "change"
    DIRECTION = "direction"
    LEVEL = "level"
    HER_RISK = "her_risk"


@dataclass(frozen=True)
class Difference:
    """Where accounts differ, over all the days on which they do without a break. Of what the viewer reads alone."""

    what: Differs
    since: date
    last: date
    #: Nothing that the viewer reads has ended it.
    goes_on: bool
    #: What each side says, by its key.
    his: str = ""
    hers: str = ""
    #: How many events.
    number: int = 1
    #: Who did tell of them, or says yes, and who says no; None for a protected source.
    told_by: tuple[EpisodeSource | None, ...] = ()
    against: tuple[EpisodeSource | None, ...] = ()
    #: Areas of change: of both, or of his where hers are others.
    areas: tuple[str, ...] = ()
    her_areas: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    #: The marks that it rests on, by their keys.
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """What one source brings to the picture."""

    marks: Sequence[Mark] = ()
    differences: Sequence[Difference] = ()


@dataclass(frozen=True)
class Asked:
    """Which case the picture is of, its times, and whether it shows only what both services read."""

    case: Case
    times: Sequence[TDate]
    joint_only: bool


#: Brings its part as this person may read it.
Source = Callable[[Session, Actor, Asked], Part]
