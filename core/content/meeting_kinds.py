"""The kinds of meeting: how long each takes, its agenda, what to bring; and what is read at its beginning."""

from enum import StrEnum
from functools import cache
from typing import Final, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Part, Words, WordsList, by_id

KIND: Final = "meetings"
LATEST: Final = 1


class Entry(StrEnum):
    """What is written down for an agenda item, each in its own field of the record."""

    FACTS = "facts"
    PP_VIEW = "pp_view"
    VSS_VIEW = "vss_view"
    DECISIONS = "decisions"
    #: The aims of Phase 1.
    PP_SAID = "pp_said"
    VSS_SAID = "vss_said"
    AGREED = "agreed"
    VIEWS_KEPT = "views_kept"


#: What an item asks for that names nothing else.
ALL_ENTRIES: Final = (Entry.FACTS, Entry.PP_VIEW, Entry.VSS_VIEW, Entry.DECISIONS)


class Speaker(StrEnum):
    """Who has the word."""

    CHAIR = "chair"
    PP = "pp"
    VSS = "vss"
    OTHERS = "others"


class Asked(StrEnum):
    """Who is asked whether the room is private: a participant of the meeting, or a person we call."""

    PARTICIPANT = "participant"
    CLIENT = "client"


class RemoteStep(Part):
    """One of the six steps of a meeting at a distance."""

    title: Words
    help: Words


class RoomCheck(Part):
    asked: Asked
    title: Words
    help: Words


class AgendaItem(Part):
    """An item as it stands in the library; a kind of meeting says how many minutes it gets."""

    #: The step of a meeting at a distance under which the item stands.
    remote_step: str
    is_remote_only: bool = False
    #: Comes back on the next agenda of the case by itself; an emergency meeting keeps its short agenda.
    is_recurring: bool = False
    #: One of the five aims of Phase 1.
    is_aim: bool = False
    entries: tuple[Entry, ...] = ALL_ENTRIES
    sides: tuple[Speaker, ...] = Field(min_length=1)
    title: Words
    help: Words


class AgendaLine(Content):
    item: str
    #: Nothing where the item stands only on the agenda of a meeting at a distance.
    minutes: int = Field(default=0, ge=0, le=120)
    minutes_remote: int | None = Field(default=None, ge=1, le=120)


class TimedItem(Content):
    """An item on the agenda of one meeting."""

    item: AgendaItem
    minutes: int


class MeetingKind(Part):
    duration_minutes: int = Field(ge=5, le=480)
    #: Leads to the agreement of a case, and so is held before it.
    is_before_agreement: bool = False
    lines: tuple[AgendaLine, ...] = Field(alias="agenda", min_length=1)
    title: Words
    purpose: Words
    bring: WordsList
    source: Words


class MeetingKinds(Content):
    version: int = Field(ge=1)
    remote_steps: tuple[RemoteStep, ...] = Field(alias="remote_step", min_length=1)
    room_checks: tuple[RoomCheck, ...] = Field(alias="room_check", min_length=1)
    items: tuple[AgendaItem, ...] = Field(alias="item", min_length=1)
    kinds: tuple[MeetingKind, ...] = Field(alias="kind", min_length=1)
    purpose_line: Words
    declaration_title: Words
    declaration: WordsList
    declaration_confirm: Words
    consultation_note: Words
    remote_source: Words
    declaration_source: Words

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(kind.id for kind in self.kinds)

    @property
    def before_agreement(self) -> tuple[str, ...]:
        """The kinds that are held before a case has its agreement."""
        return tuple(kind.id for kind in self.kinds if kind.is_before_agreement)

    def kind(self, kind_id: str) -> MeetingKind:
        """Raises KeyError where there is no such kind."""
        return by_id(self.kinds, kind_id)

    def item(self, item_id: str) -> AgendaItem:
        return by_id(self.items, item_id)

    def agenda(self, kind_id: str, *, is_remote: bool = False) -> tuple[TimedItem, ...]:
        """The agenda that a new meeting of this kind starts with."""
        timed = ((self.item(line.item), line) for line in self.kind(kind_id).lines)
        return tuple(
            TimedItem(item=item, minutes=line.minutes_remote or line.minutes if is_remote else line.minutes)
            for item, line in timed
            if is_remote or not item.is_remote_only
        )

    def checks_for(self, asked: Asked) -> tuple[RoomCheck, ...]:
        return tuple(check for check in self.room_checks if check.asked is asked)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        steps = {step.id for step in self.remote_steps}
        items = {item.id for item in self.items}
        for place, item in enumerate(self.items):
            if item.remote_step not in steps:
                raise MisplacedError(f"there is no step '{item.remote_step}'", "item", place, "remote_step")
        for place, kind in enumerate(self.kinds):
            for number, line in enumerate(kind.lines):
                if line.item not in items:
                    reason = f"there is no agenda item '{line.item}'"
                    raise MisplacedError(reason, "kind", place, "agenda", number, "item")
            for is_remote in (False, True):
                total = sum(timed.minutes for timed in self.agenda(kind.id, is_remote=is_remote))
                if total != kind.duration_minutes:
                    where = "at a distance" if is_remote else "in one room"
                    reason = f"its agenda {where} takes {total} minutes, not {kind.duration_minutes}"
                    raise MisplacedError(reason, "kind", place, "duration_minutes")
        return self


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> MeetingKinds:
    """The kinds of meeting as the product ships them."""
    return files.read(MeetingKinds, KIND, version, language)
