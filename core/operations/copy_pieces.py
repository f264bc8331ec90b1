"""One thing of the own file that could go into the copy of a person's own data."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Piece:
    """Something that could go into the copy."""

    id: str
    section: str
    heading: str
    on: date
    text: str
    #: A key of the words that stands before the text: what somebody answered.
    said: str = ""
    #: A key of the words: why it is left out unless somebody says that it may go; empty: it goes.
    doubt: str = ""
    #: It cannot go, whatever somebody says.
    never: bool = False
