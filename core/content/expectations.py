"""The talk about what she expects of his programme: what is said in it, and after what it is due."""

from functools import cache
from typing import Final

from pydantic import Field

from core.content import files
from core.content.files import Content, Part, Words

KIND: Final = "expectations"
#: What the protocol calls the talk on her path.
TALK: Final = "expectations"
LATEST: Final = 1


class Point(Part):
    text: Words


class Expectations(Content):
    version: int = Field(ge=1)
    #: Entries of his path, as the protocol calls them.
    begins: tuple[str, ...] = Field(min_length=1)
    line: int = Field(ge=1)
    points: tuple[Point, ...] = Field(alias="point", min_length=1)
    title: Words
    help: Words
    source: Words


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Expectations:
    """The talk as the product ships it."""
    return files.read(Expectations, KIND, version, language)
