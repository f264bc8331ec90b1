"""Whether a case is meant by the protocol, and what may speak against working on it together.

Both lists ask and remind; they block nothing. What the people decide is recorded with its reason.
"""

from functools import cache
from typing import Final

from pydantic import Field

from core.content import files
from core.content.files import Content, Part, Words, by_id
from core.content.protocols import Side

KIND: Final = "eligibility"
LATEST: Final = 1


class TargetQuestion(Part):
    """Answered yes or no; a no asks why the protocol is used nevertheless."""

    #: The protocol's own target; the others are questions of this product.
    is_of_protocol: bool
    question: Words
    if_no: Words
    source: Words


class Exclusion(Part):
    """An example of a reason; each pair of services keeps its own list.

    One of a single side is shown to that side only: a tick there would tell the other that she is a client.
    """

    side: Side = Side.BOTH
    title: Words
    help: Words
    source: Words


class Eligibility(Content):
    version: int = Field(ge=1)
    questions: tuple[TargetQuestion, ...] = Field(alias="question", min_length=1)
    exclusions: tuple[Exclusion, ...] = Field(alias="exclusion", min_length=1)
    questions_note: Words
    exclusions_note: Words
    after_refusal: Words

    def exclusions_for(self, side: Side) -> tuple[Exclusion, ...]:
        """What one service is shown."""
        return tuple(one for one in self.exclusions if one.side in {Side.BOTH, side})

    def question(self, question_id: str) -> TargetQuestion:
        return by_id(self.questions, question_id)

    def exclusion(self, exclusion_id: str) -> Exclusion:
        return by_id(self.exclusions, exclusion_id)


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Eligibility:
    """The questions and the examples as the product ships them."""
    return files.read(Eligibility, KIND, version, language)
