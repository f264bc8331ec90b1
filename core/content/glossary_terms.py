"""Terms that both services need from the first day: a beginning for their own glossary."""

from functools import cache
from typing import Final

from pydantic import Field

from core.content import files
from core.content.files import Content, Part, Words, by_id

KIND: Final = "glossary"
LATEST: Final = 1


class Term(Part):
    term: Words
    meaning: Words
    #: What the two teams should ask each other before they take the term over.
    discuss: Words
    source: Words


class Glossary(Content):
    version: int = Field(ge=1)
    terms: tuple[Term, ...] = Field(alias="term", min_length=1)
    note: Words

    def term(self, term_id: str) -> Term:
        """Raises KeyError where there is no such term."""
        return by_id(self.terms, term_id)


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Glossary:
    """The terms as the product ships them."""
    return files.read(Glossary, KIND, version, language)
