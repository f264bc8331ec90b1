"""Who may do what to which kind of record: the table, as a coordinator can read and a reviewer can compare it.

What is not granted in the table is refused; there is no rule beside it. `decide` reads one cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import product
from typing import Final, Self

from pydantic import Field, model_validator

from core.content import files
from core.content.files import Content, MisplacedError, Part, Words, by_id

KIND: Final = "access"
LATEST: Final = 1


class Act(StrEnum):
    READ = "read"
    WRITE = "write"
    SHARE = "share"
    APPROVE = "approve"
    INVITE = "invite"
    EXPORT = "export"
    ADMINISTER = "administer"


class Relation(StrEnum):
    """How a person stands to a record."""

    OWN = "own"
    OTHER = "other"
    JOINT = "joint"
    GUEST = "guest"
    OFFICE = "office"
    COLLEAGUE = "colleague"
    STRANGER = "stranger"


class Space(StrEnum):
    """How the joint space of the case, and the record in it, stands for this person."""

    CLOSED = "closed"
    OPEN = "open"
    RELEASED = "released"


class Need(StrEnum):
    """What a grant asks of the joint space, and of the record in it."""

    OPEN = "open"
    RELEASED = "released"
    #: It was shared and not taken back, also where the joint space has closed since.
    SHARED = "shared"


class HeldBy(StrEnum):
    PP = "pp"
    VSS = "vss"
    EACH = "each"
    BOTH = "both"
    SERVICES = "services"
    #: One service asks, the other is asked.
    ASKER = "asker"
    #: Each service its own, and its offices answer for it as well as who works on the case.
    KEEPER = "keeper"


#: Which relations there can be to a record that is held so; any other is refused without a look at the table.
POSSIBLE: Final = {
    HeldBy.PP: {Relation.OWN, Relation.OTHER},
    HeldBy.VSS: {Relation.OWN, Relation.OTHER},
    HeldBy.EACH: {Relation.OWN, Relation.OTHER, Relation.GUEST},
    HeldBy.BOTH: {Relation.JOINT, Relation.GUEST},
    HeldBy.SERVICES: {Relation.OFFICE},
    HeldBy.ASKER: {Relation.OWN, Relation.OFFICE},
    HeldBy.KEEPER: {Relation.OWN, Relation.OTHER, Relation.OFFICE},
}
#: What a need asks of the joint space.
_ENOUGH: Final = {
    Need.OPEN: {Space.OPEN, Space.RELEASED},
    Need.RELEASED: {Space.RELEASED},
    Need.SHARED: {Space.CLOSED, Space.RELEASED},
}


class RoleSet(Part):
    roles: tuple[str, ...] = Field(min_length=1)


class Grant(Content):
    act: Act
    who: Relation
    roles: tuple[str, ...] = Field(min_length=1)
    needs: Need | None = None


class RecordKind(Part):
    """A kind of record, its class in the security chapter, and who holds it."""

    klass: str = Field(alias="class", pattern="^C[1-6]$")
    held_by: HeldBy
    grants: tuple[Grant, ...] = Field(min_length=1)
    title: Words
    help: Words


class Why(StrEnum):
    """Why a cell is as it is."""

    GRANTED = "granted"
    RELATION = "relation"
    ROLE = "role"
    CLOSED = "closed"
    NOT_GRANTED = "not_granted"


@dataclass(frozen=True)
class Decision:
    is_allowed: bool
    why: Why


@dataclass(frozen=True, order=True)
class Cell:
    """One question to the table."""

    kind: str
    act: Act
    role: str
    relation: Relation
    space: Space


class AccessRules(Content):
    version: int = Field(ge=1)
    source: Words
    sets: tuple[RoleSet, ...] = Field(alias="set", min_length=1)
    kinds: tuple[RecordKind, ...] = Field(alias="kind", min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        sets = {one.id for one in self.sets}
        for place, kind in enumerate(self.kinds):
            for number, grant in enumerate(kind.grants):
                where = ("kind", place, "grants", number)
                if grant.who not in POSSIBLE[kind.held_by]:
                    raise MisplacedError(f"nobody stands so to what {kind.held_by} holds", *where, "who")
                if kind.klass == "C6" and (grant.who is not Relation.OWN or grant.act in _LEAVES):
                    raise MisplacedError("what must never reach the programme has no way out", *where)
                unknown = {role for role in grant.roles if role not in sets and role not in self.roles}
                if unknown:
                    raise MisplacedError(f"there is no role '{min(unknown)}'", *where, "roles")
        return self

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the sets are made of, and those that stand for themselves."""
        return frozenset(role for one in self.sets for role in one.roles) | _ALONE

    def kind(self, kind_id: str) -> RecordKind:
        """Raises KeyError where there is no such kind."""
        return by_id(self.kinds, kind_id)

    def expand(self, names: tuple[str, ...]) -> frozenset[str]:
        """The roles behind names of roles and of sets."""
        sets = {one.id: one.roles for one in self.sets}
        return frozenset(role for name in names for role in sets.get(name, (name,)))

    def roles_for(self, kind_id: str, act: Act) -> frozenset[str]:
        """Every role that may do this to records of this kind, whatever its relation to one of them."""
        kind = self.kind(kind_id)
        return frozenset().union(*(self.expand(one.roles) for one in kind.grants if one.act is act))

    def decide(self, cell: Cell) -> Decision:
        """May somebody in this role, who stands so to a record of this kind, do this to it now?"""
        kind = self.kind(cell.kind)
        if cell.relation not in POSSIBLE[kind.held_by]:
            return Decision(False, Why.RELATION)
        asked = [one for one in kind.grants if one.act is cell.act]
        related = [one for one in asked if one.who is cell.relation]
        if not related:
            return Decision(False, Why.RELATION if asked else Why.NOT_GRANTED)
        fitting = [one for one in related if cell.role in self.expand(one.roles)]
        if not fitting:
            return Decision(False, Why.ROLE)
        is_open = any(one.needs is None or cell.space in _ENOUGH[one.needs] for one in fitting)
        return Decision(is_open, Why.GRANTED if is_open else Why.CLOSED)

    def cells(self, roles: tuple[str, ...]) -> Iterator[Cell]:
        """Every question that there is: kind by act by role by relation by state of the joint space."""
        kinds = (kind.id for kind in self.kinds)
        for kind, act, role, relation, space in product(kinds, Act, roles, Relation, Space):
            yield Cell(kind, act, role, relation, space)


#: Roles that belong to no set.
_ALONE: Final = frozenset({"administrator", "guest", "data_protection", "anonymous"})
#: What would carry a record out of the hands that hold it.
_LEAVES: Final = frozenset({Act.SHARE, Act.EXPORT, Act.INVITE})


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> AccessRules:
    """The table as the product ships it."""
    return files.read(AccessRules, KIND, version, language)


def as_markdown(rules: AccessRules) -> str:
    """The table for people: a row for each grant."""
    lines = ["| record | class | may | who | roles | needs |", "|---|---|---|---|---|---|"]
    for kind in rules.kinds:
        for grant in kind.grants:
            roles = ", ".join(sorted(rules.expand(grant.roles))).replace("_", " ")
            needs = str(grant.needs) if grant.needs else ""
            lines.append(f"| {kind.title} | {kind.klass} | {grant.act} | {grant.who} | {roles} | {needs} |")
    return "\n".join(lines)
