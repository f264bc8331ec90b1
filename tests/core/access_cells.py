"""Trying the cells of the table of access in earnest: whoever the table lets, does it; nobody else can."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.orm import Session

from core.content import access_rules
from core.content.access_rules import Act, Cell, HeldBy, Relation, Space
from core.models import Role, ServiceKind
from tests.core import access_world
from tests.make import Make

RULES = access_rules.load()
TRIED = [Relation.OWN, Relation.OTHER, Relation.JOINT, Relation.GUEST, Relation.OFFICE, Relation.COLLEAGUE]


@dataclass
class Tried:
    """How many cells were tried, and where table and deed differ."""

    tried: int = 0
    wrong: list[str] = field(default_factory=list)


def tried(db: Session, make: Make, space: Space, *, every: int = 1) -> Tried:
    """Try every so many of the cells in which the joint space is so."""
    world, found = access_world.build(db, make, space), Tried()
    for kind, act, side, relation, role in islice(_ways(), list(Space).index(space) % every, None, every):
        held_by = RULES.kind(kind).held_by
        actor = world.actor(role, relation, side, held_by)
        decided = RULES.decide(Cell(kind, act, str(role), relation, space)).is_allowed
        done = access_world.is_done(world, kind, act, actor, side)
        found.tried += 1
        if decided != done:
            found.wrong.append(f"{kind} {act} {role} {relation} {side}: table {decided}, done {done}")
    return found


def _possible(held_by: HeldBy) -> set[Relation]:
    """How somebody can stand to such a record; an office is held by the colleagues of the case themselves."""
    relations = set(access_rules.POSSIBLE[held_by])
    return relations if Relation.OFFICE in relations else relations | {Relation.COLLEAGUE}


def _ways() -> Iterator[tuple[str, Act, ServiceKind, Relation, Role]]:
    """Every act that can be tried, by everybody who can stand to its record in a way of their own."""
    for kind, act in access_world.TRIES:
        held_by = RULES.kind(kind).held_by
        for side in access_world.sides_of(held_by):
            for relation in TRIED:
                if relation in _possible(held_by):
                    yield from ((kind, act, side, relation, role) for role in Role)
