"""How long each part of the records is kept, what starts the time, and which tables make up a part."""

from enum import StrEnum
from functools import cache
from typing import Final, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Words, by_id
from core.content.files import Part as Named

KIND: Final = "retention"
LATEST: Final = 1


class HeldBy(StrEnum):
    EACH = "each"
    BOTH = "both"
    SERVICES = "services"


class Starts(StrEnum):
    """What begins the time."""

    CLOSING = "closing"
    AGREEMENT_END = "agreement_end"
    WITH_THE_REST = "with_the_rest"
    LEAVING = "leaving"
    LAST_USE = "last_use"
    WRITTEN = "written"
    NEVER = "never"


#: What is about one case.
OF_CASES = frozenset({Starts.CLOSING, Starts.AGREEMENT_END, Starts.WITH_THE_REST})


class Part(Named):
    held_by: HeldBy
    starts: Starts
    months: int | None = Field(default=None, ge=1, le=600)
    #: The question of the organisation-level agreement whose answer rules.
    ask: str = ""
    tables: tuple[str, ...] = Field(min_length=1)
    title: Words
    help: Words
    purpose: Words
    recipients: Words

    @property
    def is_timed(self) -> bool:
        """Does a time of its own run?"""
        return self.starts not in {Starts.WITH_THE_REST, Starts.NEVER}

    @property
    def is_of_case(self) -> bool:
        return self.starts in OF_CASES


class Retention(Content):
    version: int = Field(ge=1)
    source: Words
    parts: tuple[Part, ...] = Field(alias="part", min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        seen: set[str] = set()
        for place, part in enumerate(self.parts):
            if part.is_timed is not (part.months is not None):
                raise MisplacedError("a time needs its months, and nothing else has any", "part", place)
            if twice := seen & set(part.tables):
                raise MisplacedError(f"'{min(twice)}' stands in two parts", "part", place, "tables")
            seen |= set(part.tables)
        return self

    def part(self, part_id: str) -> Part:
        """Raises KeyError where there is no such part."""
        return by_id(self.parts, part_id)

    def of_table(self, table: str) -> Part | None:
        return next((part for part in self.parts if table in part.tables), None)

    @property
    def of_cases(self) -> tuple[Part, ...]:
        """The parts of a case, the frame last."""
        return tuple(part for part in self.parts if part.is_of_case)


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Retention:
    """The parts as the product ships them."""
    return files.read(Retention, KIND, version, language)
