"""The checklists of a joint risk assessment: one for the woman, one for each child; and a list that a service holds itself.

A checklist asks; it counts nothing, weighs nothing and proposes no level.
"""

import re
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from pydantic import Field, ValidationError, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Part, Words, by_id
from core.errors import ContentError

WOMAN: Final = "risk_woman"
CHILDREN: Final = "risk_children"
LATEST: Final = 1
MOST_ITEMS: Final = 80


class Group(StrEnum):
    """The two groups of a list for the woman (seed 003, line 913); a list for children has none."""

    SERIOUS = "serious"
    NON_SPECIFIC = "non_specific"


class Item(Part):
    group: Group | None = None
    #: Where the training material has it (seed 003); the wording is this product's.
    line: int | None = Field(default=None, ge=1)
    title: Words
    #: What is unclear about it, said where it is asked.
    note: Words = ""
    source: Words

    @property
    def is_serious(self) -> bool:
        return self.group is Group.SERIOUS


class Principle(Part):
    """What is confirmed before a child itself takes part."""

    line: int = Field(ge=1)
    title: Words
    help: Words


class Checklist(Content):
    version: int = Field(ge=1)
    items: tuple[Item, ...] = Field(alias="item", min_length=1, max_length=MOST_ITEMS)
    principles: tuple[Principle, ...] = Field(alias="principle", default=())
    title: Words
    #: What stands above the list wherever it is shown.
    banner: Words
    source: Words

    @model_validator(mode="after")
    def _says_each_once(self) -> Self:
        grouped = {item.group is None for item in self.items}
        if len(grouped) > 1:
            raise MisplacedError("either every item has a group or none has", "item")
        for place, item in enumerate(self.items):
            if item.title in {one.title for one in self.items[:place]}:
                raise MisplacedError("this item stands in the list already", "item", place, "title")
        return self

    @property
    def groups(self) -> tuple[Group | None, ...]:
        """The groups that it has, the serious one first."""
        return tuple(group for group in (*Group, None) if any(item.group is group for item in self.items))

    def of(self, group: Group | None) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.group is group)

    def item(self, item_id: str) -> Item:
        """Raises KeyError where there is no such item."""
        return by_id(self.items, item_id)

    def same(self, asked: Item) -> Item | None:
        """The item of this list that asks the same: of the same id or, where the other list is another, in the same words."""
        by_words = {item.title: item for item in self.items}
        return next((item for item in self.items if item.id == asked.id), by_words.get(asked.title))

    def to_data(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


@cache
def load(kind: str, version: int = LATEST, language: str = files.ENGLISH) -> Checklist:
    """A checklist as the product ships it."""
    return files.read(Checklist, kind, version, language)


def loads_woman(version: int, language: str) -> Checklist:
    return load(WOMAN, version, language)


def loads_children(version: int, language: str) -> Checklist:
    return load(CHILDREN, version, language)


def from_data(data: dict[str, Any]) -> Checklist:
    return Checklist.model_validate(data)


class OwnItem(Content):
    group: Group
    text: str = Field(min_length=3, max_length=300)
    source: str = Field(default="", max_length=300)


class OwnFile(Content):
    """A list that a service holds, as one file: structure and words together, because nobody translates it."""

    title: str = Field(min_length=3, max_length=200)
    source: str = Field(min_length=3, max_length=500)
    items: tuple[OwnItem, ...] = Field(alias="item", min_length=1, max_length=MOST_ITEMS)


#: What an error in a pasted file is said to stand in.
_PASTED: Final = Path("list.toml")


def read_own(typed: str) -> OwnFile:
    """A list out of the text of a content file. Raises ContentError, which says the line where it knows one."""
    try:
        tree = tomllib.loads(typed.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as wrong:
        found = re.search(r"\(at line (\d+)", str(wrong))
        reason = re.sub(r" \(at .*\)$", "", str(wrong))
        line = int(found[1]) if found else len(typed.splitlines())
        raise ContentError(_PASTED, f"this is not TOML: {reason}", line) from None
    try:
        return OwnFile.model_validate(tree)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        place = [f"number {step + 1}" if isinstance(step, int) else str(step) for step in first["loc"]]
        plain = {"missing": "this is missing", "extra_forbidden": "this is not known here; is it misspelt?"}
        said = plain.get(first["type"], first["msg"])
        raise ContentError(_PASTED, f"{' '.join(place)}: {said}") from None
