"""Digital violence and the IT safety plan: identification steps, the map, forms, measures, key areas, and what may escalate."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache, cached_property
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Part, Words
from core.content.protocols import Side

KIND: Final = "digital"
LATEST: Final = 1
#: The measure that the contact card in the file answers.
SAFE_CHANNEL: Final = "safe_channel"


class Sort(StrEnum):
    """Devices and accounts."""

    DEVICE = "device"
    ACCOUNT = "account"


class Step(Part):
    """One of the identification steps, with what each side asks its own person."""

    line: int = Field(ge=1)
    kind: Literal["open", "yes_no"]
    title: Words
    ask_pp: Words
    ask_vss: Words

    def ask(self, side: Side) -> str:
        return self.ask_vss if side is Side.VSS else self.ask_pp


class Medium(Part):
    """A device or an account that can stand on the map."""

    kind: Sort
    title: Words


class Option(Part):
    """A mark for a device or an account; `opens`: he may get in, or see, by it."""

    opens: bool = False
    title: Words


class Aspect(Part):
    line: int = Field(ge=1)
    options: tuple[Option, ...] = Field(alias="option", min_length=1)
    title: Words
    question: Words


class Form(Part):
    title: Words


class Group(Part):
    line: int = Field(ge=1)
    forms: tuple[Form, ...] = Field(alias="form", min_length=1)
    title: Words
    help: Words


class Measure(Part):
    line: int = Field(ge=1)
    title: Words
    help: Words


class Area(Measure):
    """A key area of the plan; the programme keeps its own measures in those that are its too."""

    pp: bool = False


class Change(Part):
    """A change that may make it worse, and what to think of before."""

    side: Side
    title: Words
    warning: Words


class Care(Part):
    text: Words


class Keeping(Part):
    """A way in which evidence can be kept."""

    title: Words


class DigitalViolence(Content):
    version: int = Field(ge=1)
    steps: tuple[Step, ...] = Field(alias="step", min_length=1)
    media: tuple[Medium, ...] = Field(alias="medium", min_length=1)
    aspects: tuple[Aspect, ...] = Field(alias="aspect", min_length=1)
    groups: tuple[Group, ...] = Field(alias="group", min_length=1)
    measures: tuple[Measure, ...] = Field(alias="measure", min_length=1)
    areas: tuple[Area, ...] = Field(alias="area", min_length=1)
    changes: tuple[Change, ...] = Field(alias="change", min_length=1)
    cares: tuple[Care, ...] = Field(alias="care", min_length=1)
    keepings: tuple[Keeping, ...] = Field(alias="keeping", min_length=1)
    source: Words
    approach: Words

    @model_validator(mode="after")
    def _tells_each_apart(self) -> Self:
        forms = [form.id for group in self.groups for form in group.forms]
        for place, form in enumerate(forms):
            if form in forms[:place]:
                raise MisplacedError(f"the form '{form}' stands in two groups", "group")
        if not any(area.pp for area in self.areas):
            raise MisplacedError("one key area is the programme's too", "area")
        return self

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        return tuple(form for group in self.groups for form in group.forms)

    def areas_of(self, side: Side) -> tuple[Area, ...]:
        """The key areas in which a side writes."""
        return tuple(area for area in self.areas if area.pp or side is Side.VSS)

    def areas_with(self, side: Side, used: Iterable[str]) -> tuple[Area, ...]:
        """These, and what an older version called otherwise, as it was written down."""
        known = self.areas_of(side)
        gone = set(used) - {area.id for area in known}
        return (*known, *(Area.model_construct(id=one, line=0, title=one, help="") for one in sorted(gone)))

    def changes_of(self, side: Side) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.side == side)

    @cached_property
    def marks(self) -> dict[str, Option]:
        """Every mark of the map by `aspect.option`, in its order."""
        return {f"{aspect.id}.{option.id}": option for aspect in self.aspects for option in aspect.options}

    def opening(self, marks: frozenset[str]) -> tuple[Option, ...]:
        """Of these marks, those by which he may get in."""
        return tuple(option for key, option in self.marks.items() if key in marks and option.opens)


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> DigitalViolence:
    """The lists as the product ships them."""
    return files.read(DigitalViolence, KIND, version, language)


def titled(parts: tuple[Medium | Form | Keeping | Change | Area, ...], part_id: str) -> str:
    """What something is called; what an older version called otherwise stands as it was written down."""
    return next((part.title for part in parts if part.id == part_id), part_id)
