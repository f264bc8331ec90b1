"""What a service writes down in its own file: the topics of the notes, and which of them never leave it."""

from functools import cache
from typing import Final

from pydantic import Field

from core.content import files
from core.content.files import Content, Part, Words, by_id
from core.content.protocols import Side

KIND: Final = "file_topics"
LATEST: Final = 1


class Topic(Part):
    side: Side
    #: Notes on it cannot be put into the joint space at all.
    stays: bool = False
    #: Shared from a page of its own, and no topic of notes.
    is_page: bool = False
    title: Words
    #: What stands above something shared from it, where the title itself would say that she has spoken.
    shown_as: Words = ""
    help: Words
    source: Words

    @property
    def heading(self) -> str:
        """What the other service reads above something shared from this topic."""
        return self.shown_as or self.title


class FileTopics(Content):
    version: int = Field(ge=1)
    topics: tuple[Topic, ...] = Field(alias="topic", min_length=1)

    def of(self, side: Side) -> tuple[Topic, ...]:
        """What one service can write about."""
        return tuple(topic for topic in self.topics if topic.side in {Side.BOTH, side} and not topic.is_page)

    def topic(self, topic_id: str) -> Topic:
        """Raises KeyError where there is no such topic."""
        return by_id(self.topics, topic_id)


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> FileTopics:
    """The topics as the product ships them."""
    return files.read(FileTopics, KIND, version, language)
