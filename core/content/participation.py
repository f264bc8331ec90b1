"""The agreement on taking part, between a man and the programme: its clauses, which practitioners can edit."""

from functools import cache
from typing import Final

from pydantic import Field

from core.content import files
from core.content.files import Content, Part, Words, WordsList

KIND: Final = "participation"
LATEST: Final = 1


class Clause(Part):
    heading: Words
    text: WordsList
    source: Words


class Participation(Content):
    version: int = Field(ge=1)
    clauses: tuple[Clause, ...] = Field(alias="clause", min_length=1)


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Participation:
    """The clauses as the product ships them."""
    return files.read(Participation, KIND, version, language)
