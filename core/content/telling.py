"""What looks like an address, a telephone, a plate, and which words of a name say nothing: for texts that leave a file."""

import re
from functools import cache, cached_property
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Part

KIND: Final = "telling"
LATEST: Final = 1


class Pattern(Part):
    #: What is said of a hit: a key of the words of a person.
    field: Literal["address", "phone", "email", "postcode", "plate", "school"]
    expression: str = Field(min_length=3)
    cased: bool = False

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.expression, 0 if self.cased else re.IGNORECASE)


class Telling(Content):
    version: int = Field(ge=1)
    #: Parts of addresses, of people's and of services' names that say nothing by themselves.
    street_words: tuple[str, ...]
    titles: frozenset[str]
    service_words: frozenset[str]
    everyday_words: frozenset[str]
    patterns: tuple[Pattern, ...] = Field(alias="pattern", min_length=1)

    @model_validator(mode="after")
    def _reads(self) -> Self:
        for place, pattern in enumerate(self.patterns):
            try:
                re.compile(pattern.expression)
            except re.error as error:
                raise MisplacedError(str(error), "pattern", place, "expression") from error
        return self


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Telling:
    """The patterns as the product ships them."""
    return files.read(Telling, KIND, version, language)
