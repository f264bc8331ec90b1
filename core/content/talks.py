"""The talk of two managements before any clause is written: what stands between them, and what they do about it."""

from functools import cache
from typing import Final, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Part, Words, by_id

KIND: Final = "talk"
LATEST: Final = 1


class Topic(Part):
    """Something to talk about: what it is, and the question that opens it."""

    #: Where the training material names it (seed 003).
    line: int = Field(ge=1)
    title: Words
    help: Words


class Solution(Topic):
    """It can become a commitment, as the example does."""

    example: Words


class Talk(Content):
    version: int = Field(ge=1)
    minutes: int = Field(ge=5, le=240)
    challenges: tuple[Topic, ...] = Field(alias="challenge", min_length=1)
    solutions: tuple[Solution, ...] = Field(alias="solution", min_length=1)
    aspects: tuple[Topic, ...] = Field(alias="aspect", min_length=1)
    purpose: Words
    source: Words
    challenges_note: Words
    solutions_note: Words
    aspects_note: Words

    @property
    def origins(self) -> frozenset[str]:
        """What a draft for the agreement can come from."""
        return frozenset(topic.id for topic in (*self.solutions, *self.aspects))

    def aspect(self, aspect_id: str) -> Topic:
        """Raises KeyError where there is no such key aspect."""
        return by_id(self.aspects, aspect_id)

    @model_validator(mode="after")
    def _tells_solutions_from_aspects(self) -> Self:
        known = {solution.id for solution in self.solutions}
        for place, aspect in enumerate(self.aspects):
            if aspect.id in known:
                raise MisplacedError(f"'{aspect.id}' is a solution already", "aspect", place, "id")
        return self


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Talk:
    """The talk as the product ships it."""
    return files.read(Talk, KIND, version, language)
