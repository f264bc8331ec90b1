"""The end of a case: what each service does before it, the parts of the report, and the questions of the review."""

from functools import cache
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Part, Words, by_id

KIND: Final = "closing"
LATEST: Final = 1


class Step(Part):
    """Something that one service does for its own person, and writes into its own file."""

    side: Literal["pp", "vss"]
    title: Words
    help: Words
    #: What is written down.
    ask: Words


class Section(Part):
    """A part of the closing report, to which each service writes."""

    title: Words
    help: Words


class Question(Part):
    """A question of the review of the cooperation on one case."""

    #: Where the training material has it (seed 003).
    lines: tuple[int, ...] = Field(min_length=1)
    title: Words
    help: Words


class Closings(Content):
    version: int = Field(ge=1)
    steps: tuple[Step, ...] = Field(alias="step", min_length=1)
    sections: tuple[Section, ...] = Field(alias="section", min_length=1)
    questions: tuple[Question, ...] = Field(alias="question", min_length=1)
    source: Words
    questions_source: Words

    @model_validator(mode="after")
    def _keys_are_apart(self) -> Self:
        if {one.id for one in self.sections} & {one.id for one in self.questions}:
            raise MisplacedError("a part of the report and a question have the same id", "question")
        return self

    def steps_of(self, side: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.side == side)

    def step(self, step_id: str) -> Step:
        """Raises KeyError where there is none."""
        return by_id(self.steps, step_id)

    @property
    def keys(self) -> frozenset[str]:
        """Everything to which both services write."""
        return frozenset(one.id for one in (*self.sections, *self.questions))

    @property
    def question_ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.questions)


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Closings:
    """The end of a case as the product ships it."""
    return files.read(Closings, KIND, version, language)
