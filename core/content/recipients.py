"""Which kind of document may go to whom: the table, as a coordinator can read and a reviewer can compare it.

What is not named in the table goes to nobody; there is no rule beside it. `may_receive` reads one cell.
"""

from enum import StrEnum
from functools import cache
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Part, Words, by_id

KIND: Final = "recipients"
LATEST: Final = 1


class Recipient(StrEnum):
    """The role in which somebody gets a document."""

    JOINT = "joint"
    PP = "pp"
    VSS = "vss"
    OWN = "own"
    MANAGEMENT = "management"
    AGENCY = "agency"
    HER = "her"
    HIM = "him"
    #: A person of the own file, who asked for a copy of their own data; no other document has this recipient.
    PERSON = "person"


#: To whom alone what is hers may go.
_HERS: Final = frozenset({Recipient.VSS, Recipient.HER, Recipient.PERSON})


class HoldsHer(StrEnum):
    """Does a document of this kind hold anything of her or the children?"""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


class Whom(Part):
    title: Words


class Kind(Part):
    """A kind of document, the highest class of what it may hold, who makes it and who may get it."""

    klass: str = Field(alias="class", pattern="^C[1-6]$")
    made_by: Literal["pp", "vss", "both", "any"]
    holds_her: HoldsHer
    recipients: tuple[Recipient, ...] = Field(min_length=1)
    title: Words
    help: Words

    @property
    def is_for_him(self) -> bool:
        return Recipient.HIM in self.recipients


class Recipients(Content):
    version: int = Field(ge=1)
    source: Words
    recipients: tuple[Whom, ...] = Field(alias="recipient", min_length=1)
    kinds: tuple[Kind, ...] = Field(alias="kind", min_length=1)

    @model_validator(mode="after")
    def _keeps_from_him(self) -> Self:
        if {one.id for one in self.recipients} != {str(one) for one in Recipient}:
            raise MisplacedError("each recipient is named once", "recipient")
        for place, kind in enumerate(self.kinds):
            where = ("kind", place, "recipients")
            if kind.is_for_him and (kind.made_by != "pp" or kind.holds_her is not HoldsHer.NO):
                raise MisplacedError("for him is only what the programme made of its own file", *where)
            if kind.is_for_him and not set(kind.recipients) <= {Recipient.HIM, Recipient.OWN}:
                raise MisplacedError("a paper for him goes to him and to nobody else", *where)
            if Recipient.PERSON in kind.recipients and len(kind.recipients) > 1:
                raise MisplacedError("a copy of somebody's own data goes to them and to nobody else", *where)
            if Recipient.HER in kind.recipients and (
                kind.made_by != "vss" or Recipient.HIM in kind.recipients
            ):
                raise MisplacedError("for her is only what her own service made", *where)
            # A service takes along what is its own already: to itself, and to nobody else.
            to_itself = set(kind.recipients) == {Recipient.OWN}
            if kind.klass in {"C5", "C6"} and not (to_itself or set(kind.recipients) <= _HERS):
                raise MisplacedError("what is hers alone leaves to nobody", *where)
        return self

    def kind(self, kind_id: str) -> Kind:
        """Raises KeyError where there is no such kind."""
        return by_id(self.kinds, kind_id)

    def recipient(self, recipient: Recipient) -> Whom:
        return by_id(self.recipients, str(recipient))

    def may_receive(self, kind_id: str, recipient: Recipient) -> bool:
        return recipient in self.kind(kind_id).recipients


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> Recipients:
    """The table as the product ships it."""
    return files.read(Recipients, KIND, version, language)


def as_markdown(table: Recipients) -> str:
    """The table for people: kinds down, recipients across."""
    heads = " | ".join(one.title for one in table.recipients)
    lines = [
        f"| document | class | holds anything of her | {heads} |",
        "|---|---|---|" + "---|" * len(table.recipients),
    ]
    for kind in table.kinds:
        cells = " | ".join("yes" if one.id in kind.recipients else "" for one in table.recipients)
        lines.append(f"| {kind.title} | {kind.klass} | {kind.holds_her} | {cells} |")
    return "\n".join(lines)
