"""The training programme on the protocol: six sessions, their activities, and what they need."""

from enum import StrEnum
from functools import cache
from typing import Final, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Part, Words, WordsList, by_id

KIND: Final = "training"
LATEST: Final = 1


class Method(StrEnum):
    LECTURE = "lecture"
    SMALL_GROUPS = "small_groups"
    DISCUSSION = "discussion"
    CASE_STUDY = "case_study"


class MethodWords(Part):
    title: Words


class Activity(Part):
    minutes: int = Field(ge=5, le=240)
    methods: tuple[Method, ...] = Field(min_length=1)
    title: Words
    description: Words
    materials: Words


class TrainingSession(Part):
    #: In one room; its activities add up to it.
    minutes: int = Field(ge=10, le=480)
    #: At a distance; the programme does not say how these minutes are divided.
    minutes_online: int = Field(ge=10, le=480)
    activities: tuple[Activity, ...] = Field(alias="activity", min_length=1)
    title: Words
    aim: Words
    learned: WordsList
    source: Words


class Training(Content):
    version: int = Field(ge=1)
    methods: tuple[MethodWords, ...] = Field(alias="method")
    sessions: tuple[TrainingSession, ...] = Field(alias="session", min_length=1)
    title: Words
    for_whom: Words
    minutes_note: Words
    method_note: Words

    def session(self, session_id: str) -> TrainingSession:
        """Raises KeyError where there is no such session."""
        return by_id(self.sessions, session_id)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if {method.id for method in self.methods} != set(Method):
            raise MisplacedError(f"the methods are {', '.join(Method)}", "method")
        for place, session in enumerate(self.sessions):
            total = sum(activity.minutes for activity in session.activities)
            if total != session.minutes:
                reason = f"the activities take {total} minutes, not {session.minutes}"
                raise MisplacedError(reason, "session", place, "minutes")
        return self


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Training:
    """The training programme as the product ships it."""
    return files.read(Training, KIND, version, language)
