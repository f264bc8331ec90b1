"""Questionnaires on change: who answers, at which times, what is asked by domain; and how two answers compare.

A questionnaire asks and compares; it has no score and no sum. An id names the same question in every questionnaire: so
answers to the same id, on the same scale, are compared over time whatever else has changed.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from core.content import files
from core.content.files import Content, Id, MisplacedError, Part, Words, by_id

DOMAINS: Final = "change/domains"
LATEST: Final = 1
MOST_QUESTIONS: Final = 120
LONGEST_ANSWER: Final = 1000
MOST_NUMBER: Final = 9999
LEAST_OPTIONS: Final = 2

#: A time as the protocol calls it, T2 for each of T2.1, T2.2 …
Time = Annotated[str, StringConstraints(pattern=r"^T[0-9]{1,2}$")]


class Respondent(StrEnum):
    HIM = "him"
    HER = "her"


class Kind(StrEnum):
    """What a question takes as its answer; `change` is the respondent's own word on how something has changed."""

    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"
    CHANGE = "change"


class Better(StrEnum):
    """Which way is better: up or down the order of the scale."""

    LESS = "less"
    MORE = "more"


class Change(StrEnum):
    """What two answers, or the answers of a domain, say about change."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    #: In part better, in part worse.
    MIXED = "mixed"
    #: Not the same, and no direction is read into it.
    CHANGED = "changed"
    #: The first answer: there is nothing yet to compare it with.
    FIRST = "first"
    MISSING = "missing"


#: What a question of the kind `change` can be answered with, in the order of its scale.
SAID: Final = (Change.WORSE, Change.SAME, Change.BETTER)


class Domain(Part):
    title: Words
    help: Words


class Domains(Content):
    version: int = Field(ge=1)
    domains: tuple[Domain, ...] = Field(alias="domain", min_length=1)
    source: Words

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.domains)

    def domain(self, domain_id: str) -> Domain:
        """Raises KeyError where there is no such domain."""
        return by_id(self.domains, domain_id)


class Option(Part):
    #: Does not want to say, does not know: compared with nothing.
    is_unsaid: bool = False
    title: Words


class Scale(Part):
    """The options of an answer, from least to most."""

    options: tuple[Option, ...] = Field(alias="option", min_length=1)

    @model_validator(mode="after")
    def _has_an_order(self) -> Self:
        if len(self.order) < LEAST_OPTIONS:
            raise MisplacedError("a scale needs at least two options that can be compared", "option")
        return self

    @cached_property
    def order(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.options if not one.is_unsaid)


class Condition(Content):
    """Shown where an earlier question was answered with one of these options."""

    question: Id
    answers: tuple[Id, ...] = Field(alias="is", min_length=1)


class Question(Part):
    domain: Id
    kind: Kind
    scale: Id | None = None
    better: Better | None = None
    #: The highest number that can be meant.
    most: int | None = Field(default=None, ge=1, le=MOST_NUMBER)
    #: Asked at these times alone; empty: at each of the questionnaire's.
    times: tuple[Time, ...] = ()
    show_if: Condition | None = None
    title: Words
    help: Words = ""

    @property
    def has_scale(self) -> bool:
        return self.kind in {Kind.CHOICE, Kind.CHANGE}

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.has_scale and self.scale is None:
            raise MisplacedError(f"a question of the kind '{self.kind}' needs a scale", "kind")
        if not self.has_scale and self.scale is not None:
            raise MisplacedError(f"a question of the kind '{self.kind}' has no scale", "scale")
        if self.better is not None and self.kind not in {Kind.CHOICE, Kind.NUMBER}:
            raise MisplacedError(f"a question of the kind '{self.kind}' has no way that is better", "better")
        if self.most is not None and self.kind is not Kind.NUMBER:
            raise MisplacedError("only a number has a highest one", "most")
        return self


class Questionnaire(Content):
    id: Id
    version: int = Field(ge=1)
    respondent: Respondent
    times: tuple[Time, ...] = Field(min_length=1)
    scales: tuple[Scale, ...] = Field(alias="scale", default=())
    questions: tuple[Question, ...] = Field(alias="question", min_length=1, max_length=MOST_QUESTIONS)
    title: Words
    #: What stands above it wherever it is asked: what it is, and what it is not.
    banner: Words
    #: What whoever asks should know first.
    intro: Words = ""
    source: Words

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        scales = {one.id: one for one in self.scales}
        domains, summed = load_domains().ids, set()
        for place, one in enumerate(self.questions):
            if one.domain not in domains:
                reason = f"there is no domain '{one.domain}'; the domains are {', '.join(domains)}"
                raise MisplacedError(reason, "question", place, "domain")
            if one.scale is not None and one.scale not in scales:
                raise MisplacedError(f"there is no scale '{one.scale}'", "question", place, "scale")
            if one.kind is Kind.CHANGE:
                if scales[one.scale or ""].order != SAID:
                    reason = "a question about change needs the options worse, same, better, in this order"
                    raise MisplacedError(reason, "question", place, "scale")
                if one.domain in summed:
                    raise MisplacedError(
                        "the domain has such a question already", "question", place, "domain"
                    )
                summed.add(one.domain)
            if unknown := sorted(set(one.times) - set(self.times)):
                reason = f"the questionnaire is not asked at {', '.join(unknown)}"
                raise MisplacedError(reason, "question", place, "times")
            if one.show_if is not None:
                self._check(one.show_if, place, scales)
        return self

    def _check(self, condition: Condition, place: int, scales: Mapping[str, Scale]) -> None:
        """An earlier question with a scale, and options that it has."""
        here = ("question", place, "show_if")
        earlier = next((one for one in self.questions[:place] if one.id == condition.question), None)
        if earlier is None:
            raise MisplacedError(f"there is no earlier question '{condition.question}'", *here, "question")
        if earlier.scale is None:
            raise MisplacedError(f"'{earlier.id}' has no options to hang on", *here, "question")
        known = {one.id for one in scales[earlier.scale].options}
        if unknown := sorted(set(condition.answers) - known):
            raise MisplacedError(f"'{earlier.id}' has no option {', '.join(unknown)}", *here, "is")

    def question(self, question_id: str) -> Question:
        """Raises KeyError where there is no such question."""
        return by_id(self.questions, question_id)

    def scale_of(self, question: Question) -> Scale | None:
        return by_id(self.scales, question.scale) if question.scale else None

    def options(self, question: Question) -> tuple[Option, ...]:
        scale = self.scale_of(question)
        return scale.options if scale else ()

    def asked(self, time: str, answers: Mapping[str, str]) -> tuple[Question, ...]:
        """What is asked at a time, as the answers so far have it; `time` is the protocol's, T2 for T2.1."""
        shown: dict[str, Question] = {}
        for one in self.questions:
            is_met = one.show_if is None or (
                one.show_if.question in shown and answers.get(one.show_if.question) in one.show_if.answers
            )
            if is_met and (not one.times or time in one.times):
                shown[one.id] = one
        return tuple(shown.values())

    def only_leads(self, question: Question) -> bool:
        """Does it ask nothing but whether another one is asked? Are there children: yes, as before, is no change of theirs."""
        leads = any(one.show_if is not None and one.show_if.question == question.id for one in self.questions)
        return leads and question.kind is Kind.CHOICE and question.better is None

    def takes(self, question: Question, value: str) -> bool:
        """Can this be an answer? An empty one takes the answer back."""
        if not value or question.kind is Kind.TEXT:
            return len(value) <= LONGEST_ANSWER
        if question.kind is Kind.NUMBER:
            most = question.most or MOST_NUMBER
            return value.isascii() and value.isdigit() and int(value[:5]) <= most
        return value in {one.id for one in self.options(question)}

    def said(self, question: Question, value: str | None) -> str:
        """An answer in the words of its scale, or as it was written."""
        titles = {one.id: one.title for one in self.options(question)}
        return titles.get(value or "", value or "")

    def place(self, question: Question, value: str | None) -> int | None:
        """Where an answer stands in the order of its scale, or its number; None for what is compared with nothing."""
        if not value:
            return None
        if question.kind is Kind.NUMBER:
            return int(value) if value.isascii() and value.isdigit() else None
        scale = self.scale_of(question)
        return scale.order.index(value) if scale and value in scale.order else None

    def compared(self, question: Question, before: str | None, now: str | None) -> Change:
        """What an answer says against the one before; not for a text."""
        here = self.place(question, now)
        if here is None:
            return Change.MISSING
        if question.kind is Kind.CHANGE:
            return SAID[here]
        there = self.place(question, before)
        if there is None:
            return Change.FIRST
        if here == there:
            return Change.SAME
        if question.better is None:
            return Change.CHANGED
        return Change.BETTER if (here < there) == (question.better is Better.LESS) else Change.WORSE


def together(changes: Iterable[Change]) -> Change:
    """What the answers of a domain say together: one word where they agree, and no count where they do not."""
    found = set(changes) - {Change.MISSING}
    if not found:
        return Change.MISSING
    if found == {Change.FIRST}:
        return Change.FIRST
    if {Change.BETTER, Change.WORSE} <= found:
        return Change.MIXED
    for one in (Change.BETTER, Change.WORSE, Change.CHANGED):
        if one in found:
            return one
    return Change.SAME


@cache
def load_domains(version: int = LATEST, language: str = files.ENGLISH) -> Domains:
    return files.read(Domains, DOMAINS, version, language)


@cache
def load(respondent: Respondent, version: int = LATEST, language: str = files.ENGLISH) -> Questionnaire:
    """The short form that the product ships for a respondent."""
    return files.read(Questionnaire, f"change/{respondent}", version, language)


def loads_him(version: int, language: str) -> Questionnaire:
    return load(Respondent.HIM, version, language)


def loads_her(version: int, language: str) -> Questionnaire:
    return load(Respondent.HER, version, language)
