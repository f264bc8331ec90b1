"""What the protocol says: its phases, their steps, the times T0 to T4, and the rules for dates.

Phase 1 is the protocol's own. The other phases are a working structure: each says so, and from what it was
built. A step is done either by hand or when the records show the fact that it names in `completes_by`.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from core.content import files, meeting_kinds
from core.content.files import Content, MisplacedError, Part, Words, by_id
from core.content.places import Place

KIND: Final = "protocol"
#: What happens on a path when there is new violence; what was told of it stands in an episode.
EPISODE: Final = "episode"
LATEST: Final = 1


class Scope(StrEnum):
    """What a phase belongs to: the cooperation of two services, or one case."""

    COOPERATION = "cooperation"
    CASE = "case"


class Side(StrEnum):
    """Whose step it is. A step of one side is shown to that side only: it speaks of that side's own file."""

    BOTH = "both"
    PP = "pp"
    VSS = "vss"


class Screen(StrEnum):
    """The screens on which a step is done."""

    CASE = "case"
    FRAME = "frame"
    FILE = "file"
    CONTACT = "contact"
    REQUEST = "request"
    AGREEMENT = "agreement"
    MEETINGS = "meetings"
    MEETING = "meeting"
    PLAN = "plan"
    RISK = "risk"
    TIMELINE = "timeline"
    CHANGE = "change"
    RECIDIVISM = "recidivism"
    CLOSING = "closing"
    COOPERATION = "cooperation"
    PHASE_1 = "phase_1"
    GLOSSARY = "glossary"
    TRAINING = "training"


class Fact(StrEnum):
    """What the records can tell about a step; `hand` where a person has to say so."""

    HAND = "hand"
    ORGANISATION_AGREEMENT_DRAFTED = "organisation_agreement_drafted"
    ORGANISATION_AGREEMENT_IN_FORCE = "organisation_agreement_in_force"
    PHASE_1_POINTS_DISCUSSED = "phase_1_points_discussed"
    GLOSSARY_STARTED = "glossary_started"
    TEAMS_TRAINED = "teams_trained"
    TARGET_CHECKED = "target_checked"
    EXCLUSIONS_CHECKED = "exclusions_checked"
    PARALLEL_FILE_CONFIRMED = "parallel_file_confirmed"
    FILE_PERSONS_RECORDED = "file_persons_recorded"
    SAFE_CONTACT_RECORDED = "safe_contact_recorded"
    EXPECTATIONS_TALKED = "expectations_talked"
    CASE_AGREEMENT_IN_FORCE = "case_agreement_in_force"
    CASE_AGREEMENT_ENDED = "case_agreement_ended"
    TIMELINE_DATES_SET = "timeline_dates_set"
    PLAN_HAS_ACTION_FOR_EACH_SIDE = "plan_has_action_for_each_side"
    NO_OPEN_ACTIONS = "no_open_actions"
    FIRST_PASSES_IN = "first_passes_in"
    RISK_LEVEL_CHOSEN = "risk_level_chosen"
    MEETING_PLANNED = "meeting_planned"
    MEETING_HELD = "meeting_held"
    MINUTES_AGREED = "minutes_agreed"
    T_POINT_DONE = "t_point_done"


OF_A_MEETING: Final = frozenset(
    {Fact.MEETING_PLANNED, Fact.MEETING_HELD, Fact.MINUTES_AGREED, Fact.RISK_LEVEL_CHOSEN}
)


class Completion(Content):
    """What completes a step: a fact, and for which kind of meeting or which time.

    Written as one word, `meeting_held:periodic`.
    """

    fact: Fact
    of: str | None = None

    @property
    def is_by_hand(self) -> bool:
        return self.fact is Fact.HAND

    def __str__(self) -> str:
        return f"{self.fact}:{self.of}" if self.of else str(self.fact)


def _completion(written: object) -> object:
    if not isinstance(written, str):
        return written
    fact, _, of = written.partition(":")
    if fact not in set(Fact):
        raise ValueError(f"'{fact}' is no fact that the records can tell; the facts are {', '.join(Fact)}")
    needs_of = fact in OF_A_MEETING or fact == Fact.T_POINT_DONE
    if of and not needs_of:
        raise ValueError(f"'{fact}' stands alone, without ':{of}'")
    if needs_of and not of:
        raise ValueError(f"'{fact}' must say of what, as in '{fact}:...'")
    return Completion(fact=Fact(fact), of=of or None)


class Step(Part):
    page: Screen
    side: Side = Side.BOTH
    completes_by: Annotated[Completion, BeforeValidator(_completion), PlainSerializer(str)]
    title: Words
    help: Words


class Phase(Part):
    scope: Scope
    #: Not a phase of the published protocol: built for this product from what its sources do say.
    is_working_structure: bool
    meeting_kinds: tuple[str, ...] = ()
    duration_minutes: int = Field(ge=5, le=480)
    steps: tuple[Step, ...] = Field(alias="step", min_length=1)
    title: Words
    purpose: Words
    who_meets: Words
    what_next: Words
    source: Words

    def step(self, step_id: str) -> Step:
        """Raises KeyError where the phase has no such step."""
        return by_id(self.steps, step_id)


class TPoint(Part):
    """One of the times at which change is looked at. Its date is entered, or counted from another one."""

    counts_from: str | None = None
    interval_months: int | None = Field(default=None, ge=1, le=24)
    until: str | None = None
    months_after: int | None = Field(default=None, ge=1, le=60)
    title: Words
    help: Words

    @property
    def is_entered(self) -> bool:
        return self.counts_from is None

    def named(self, label: str) -> str:
        """The title of one of its times: a repeated one is told from the others by its label."""
        if self.title.startswith(self.id):
            return label + self.title.removeprefix(self.id)
        return f"{label}: {self.title}"

    @property
    def repeats(self) -> bool:
        return self.interval_months is not None

    @model_validator(mode="after")
    def _counts_one_way(self) -> Self:
        ways = (self.interval_months is not None) + (self.months_after is not None)
        if ways != (0 if self.counts_from is None else 1) or (self.until is not None) != self.repeats:
            raise ValueError(
                "a time is entered, or it has 'counts_from' with 'months_after', "
                "or 'counts_from' with 'interval_months' and 'until'"
            )
        return self


class PathKind(Part):
    """What can happen on one of the two paths of a case."""

    side: Side = Side.BOTH
    #: After it the timeline shows a joint meeting as due, within `episode_meeting_days`.
    calls_meeting: bool = False
    #: Facts of his attendance, which the other service is told unless somebody decides otherwise.
    is_shared_by_default: bool = False
    #: The kinds that it comes after: it cannot be dated before the first of them.
    follows: tuple[str, ...] = ()
    title: Words
    help: Words

    @model_validator(mode="after")
    def _keeps_what_she_says(self) -> Self:
        if self.is_shared_by_default and self.side is not Side.PP:
            raise ValueError(
                "only the programme's own facts may be shared by default; her side decides each time"
            )
        return self


class Rules(Content):
    """Defaults for dates. The organisation-level agreement may set others, and then those hold."""

    episode_meeting_days: int = Field(ge=0, le=60)
    agreement_end_notice_days: int = Field(ge=1, le=365)
    minutes_agreed_days: int = Field(ge=1, le=60)
    missed_sessions_notice: int = Field(ge=1, le=20)
    phase_1_repeat_months: int = Field(ge=1, le=60)
    #: A meeting so many days before or after a repeated time counts as its meeting.
    t_meeting_days: int = Field(ge=1, le=90)


class Protocol(Content):
    version: int = Field(ge=1)
    t_points: tuple[TPoint, ...] = Field(alias="t_point")
    path_kinds: tuple[PathKind, ...] = Field(alias="path_kind")
    rules: Rules
    phases: tuple[Phase, ...] = Field(alias="phase", min_length=1)
    title: Words
    source: Words

    def phase(self, phase_id: str) -> Phase:
        """Raises KeyError where the protocol has no such phase."""
        return by_id(self.phases, phase_id)

    def step(self, phase_id: str, step_id: str) -> Step:
        return self.phase(phase_id).step(step_id)

    def t_point(self, label: str) -> TPoint:
        return by_id(self.t_points, label)

    def path_kind(self, kind_id: str) -> PathKind:
        """Raises KeyError where there is no such kind."""
        return by_id(self.path_kinds, kind_id)

    def path_kinds_of(self, side: Side) -> tuple[PathKind, ...]:
        """What one service can record on its path."""
        return tuple(kind for kind in self.path_kinds if kind.side in {Side.BOTH, side})

    def phases_of(self, scope: Scope) -> tuple[Phase, ...]:
        return tuple(phase for phase in self.phases if phase.scope is scope)

    def next_phase(self, phase_id: str) -> Phase | None:
        """The one that follows within the same scope; None after the last."""
        phase = self.phase(phase_id)
        those = self.phases_of(phase.scope)
        here = those.index(phase)
        return those[here + 1] if here + 1 < len(those) else None

    @classmethod
    def parse(cls, structure: Mapping[str, Any], words: Mapping[str, Any]) -> Self:
        """A protocol from data that is not a file; the same rules hold. Raises ContentError."""
        return files.build(cls, KIND, dict(structure), dict(words))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The other half of `to_data`."""
        return cls.parse(data["structure"], data["words"])

    def to_data(self) -> dict[str, Any]:
        """Structure and words as plain data that JSON can hold."""
        structure, words = files.split(self)
        return {"structure": structure, "words": words}

    @model_validator(mode="after")
    def _names_only_what_it_has(self) -> Self:
        times = [point.id for point in self.t_points]
        for place, point in enumerate(self.t_points):
            if point.counts_from is not None and point.counts_from not in times[:place]:
                reason = f"'{point.counts_from}' is not a time before {point.id}"
                raise MisplacedError(reason, "t_point", place, "counts_from")
            if point.until is not None and point.until not in times:
                raise MisplacedError(f"'{point.until}' is not a time", "t_point", place, "until")
        kinds = [kind.id for kind in self.path_kinds]
        for place, kind in enumerate(self.path_kinds):
            for before in kind.follows:
                if before not in kinds:
                    raise MisplacedError(f"there is no path_kind '{before}'", "path_kind", place, "follows")
        for place, phase in enumerate(self.phases):
            _check_phase(phase, times, ("phase", place))
        return self


def _check_phase(phase: Phase, times: list[str], at: Place) -> None:
    known = meeting_kinds.load().ids
    for kind in phase.meeting_kinds:
        if kind not in known:
            reason = f"there is no kind of meeting '{kind}'; the kinds are {', '.join(known)}"
            raise MisplacedError(reason, *at, "meeting_kinds")
    for place, step in enumerate(phase.steps):
        done = step.completes_by
        if done.fact in OF_A_MEETING and done.of not in phase.meeting_kinds:
            reason = f"this phase holds no meeting '{done.of}'"
            raise MisplacedError(reason, *at, "step", place, "completes_by")
        if done.fact is Fact.T_POINT_DONE and done.of not in times:
            raise MisplacedError(f"'{done.of}' is not a time", *at, "step", place, "completes_by")


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Protocol:
    """The protocol as the product ships it."""
    return files.read(Protocol, KIND, version, language)
