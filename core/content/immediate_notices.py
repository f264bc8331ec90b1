"""Immediate notices: the triggers of each side, what the other side should do, and how quickly."""

from functools import cache
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, Id, MisplacedError, Part, Words, by_id
from core.content.protocols import Side

KIND: Final = "notices"
LATEST: Final = 1


class Origin(Part):
    """Where a trigger comes from."""

    text: Words


class Choice(Part):
    """One of a list that a notice or its answer chooses from; `of` one side alone, or of both."""

    of: Side = Side.BOTH
    title: Words

    def is_of(self, side: Side) -> bool:
        return self.of in {Side.BOTH, side}


class Defaults(Content):
    new_violence_hours: int = Field(ge=1, le=168)
    notice_days: int = Field(ge=0, le=30)


class Trigger(Part):
    side: Side
    within: Literal["new_violence_hours", "notice_days"]
    use_rule: Literal["risk_only", "joint_work"]
    rests_on: Id
    path_kinds: tuple[Id, ...] = ()
    counts: bool = False
    calls_assessment: bool = False
    is_exit: bool = False
    tells_her: bool = False
    asks: tuple[Id, ...]
    title: Words
    help: Words
    do: Words

    @property
    def is_danger(self) -> bool:
        return self.within == "new_violence_hours"


class ImmediateNotices(Content):
    version: int = Field(ge=1)
    source: Words
    #: What stands in her copy of her own data above what she was told.
    talk: Words
    due_for_days: int = Field(ge=1)
    working_days: tuple[int, ...] = Field(min_length=1)
    defaults: Defaults
    origins: tuple[Origin, ...] = Field(alias="origin", min_length=1)
    triggers: tuple[Trigger, ...] = Field(alias="trigger", min_length=1)
    asks: tuple[Choice, ...] = Field(alias="ask", min_length=1)
    decisions: tuple[Choice, ...] = Field(alias="decision", min_length=1)
    reasons: tuple[Choice, ...] = Field(alias="reason", min_length=1)
    orders: tuple[Choice, ...] = Field(alias="order", min_length=1)
    known_from: tuple[Choice, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        origins, asks = {one.id for one in self.origins}, {one.id: one for one in self.asks}
        for place, one in enumerate(self.triggers):
            where = ("trigger", place)
            if one.rests_on not in origins:
                raise MisplacedError("no origin is called so", *where, "rests_on")
            if one.side is Side.VSS and one.use_rule != "risk_only":
                raise MisplacedError("what comes from her is never used with him", *where, "use_rule")
            other = Side.VSS if one.side is Side.PP else Side.PP
            if not all(name in asks and asks[name].is_of(other) for name in one.asks):
                raise MisplacedError("nothing that the other side can be asked", *where, "asks")
        return self

    def trigger(self, trigger_id: str) -> Trigger:
        return by_id(self.triggers, trigger_id)

    def of(self, side: Side) -> tuple[Trigger, ...]:
        return tuple(one for one in self.triggers if one.side is side)

    def of_path(self, kind: str) -> Trigger | None:
        """What an entry of the path calls for; None for most of them."""
        return next((one for one in self.triggers if kind in one.path_kinds), None)


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> ImmediateNotices:
    """The notices as the product ships them."""
    return files.read(ImmediateNotices, KIND, version, language)
