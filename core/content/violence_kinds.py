"""The kinds of violence by which an episode is told."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from pydantic import Field

from core.content import files
from core.content.files import Content, Part, Words

KIND: Final = "violence"
LATEST: Final = 1


class Violence(Part):
    #: Where the training material has it (seed 003).
    line: int = Field(ge=1)
    title: Words
    help: Words


class ViolenceKinds(Content):
    version: int = Field(ge=1)
    kinds: tuple[Violence, ...] = Field(alias="kind", min_length=1)
    source: Words

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(kind.id for kind in self.kinds)

    def titles(self, ids: Iterable[str]) -> list[str]:
        """What these are called, in the order of the content; one that it does not have any more by its own key."""
        wanted = list(ids)
        known = [kind.title for kind in self.kinds if kind.id in wanted]
        return known + [one for one in wanted if one not in self.ids]


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> ViolenceKinds:
    """The kinds as the product ships them."""
    return files.read(ViolenceKinds, KIND, version, language)
