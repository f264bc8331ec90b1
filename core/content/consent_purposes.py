"""What a person is asked about: the purposes for which something of theirs may be used."""

from functools import cache
from typing import Final

from pydantic import Field

from core.content import files
from core.content.files import Content, Part, Words, by_id
from core.content.protocols import Side

KIND: Final = "consent_purposes"
LATEST: Final = 1


class Purpose(Part):
    side: Side
    title: Words
    #: How it can be said to the person who is asked.
    help: Words
    source: Words


class ConsentPurposes(Content):
    version: int = Field(ge=1)
    purposes: tuple[Purpose, ...] = Field(alias="purpose", min_length=1)

    def of(self, side: Side) -> tuple[Purpose, ...]:
        """What the people of one service are asked about."""
        return tuple(purpose for purpose in self.purposes if purpose.side in {Side.BOTH, side})

    def purpose(self, purpose_id: str) -> Purpose:
        """Raises KeyError where there is no such purpose."""
        return by_id(self.purposes, purpose_id)


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> ConsentPurposes:
    """The purposes as the product ships them."""
    return files.read(ConsentPurposes, KIND, version, language)
