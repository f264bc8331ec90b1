"""Everything that a person can type, typed by somebody who means harm: an operation takes it or refuses it, no more.

Two ways in. The acts of tests/core/test_names.py reach the depth of each operation that keeps a joint text, on records
that stand right for it. Beside them every operation there is gets called by its signature alone, with ids of a world
that holds a record of each kind: what it takes for text is hostile, what it takes for days and numbers is extreme.
"""

import collections.abc
import enum
import inspect
import itertools
import random
import traceback
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core import clock, keys, operations
from core.access import Actor
from core.content.access_rules import Space
from core.db import Base
from core.errors import CoreError
from core.locale import Words
from core.models import (
    Action,
    Agreement,
    Case,
    Cooperation,
    FileNote,
    Meeting,
    PathEntry,
    Person,
    Role,
    Service,
    Subject,
)
from core.operations import outgoing
from core.sign_in import Visitor, factors
from tests.campaign import hostile_documents as harm
from tests.core import test_names as acts
from tests.core.access_world import World, build
from tests.make import Make

#: What has broken programs before: markup, formulas, statements, signs without a width, half of a pair, endless lines.
NASTY = (
    "", " ", "\t", "\n\n\n", "\x00", "\x1b[2J", "\ud800", "\udfff\ud800", "\ufeff", "\uffff", "\u202etxet", "\u200b" * 40,
    "'; DROP TABLE event; --", "' OR '1'='1", "%", "_", "\\", "%s %d %n", "{0} {error} {{x}}", "{{ 7*7 }}", "{% raw %}",
    "<script>alert(1)</script>", "<w:p/>", "</w:t></w:r>", "]]>", "&amp;&#0;&lt;", "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\r\n=1", "![x](http://evil.example/x)", "$$\\frac{1}{0}$$",
    ":material/lock:", ":red[x]", "# head", "| a | b |\n|---|---|", "../../etc/passwd", "con.docx", "file:///etc/passwd",
    "javascript:alert(1)", "Ω" * 500, "😀" * 300, "a\u0301" * 400, "ﷺ" * 200, "\u0130\u0131\u017f\u212a", "x" * 25_000, "y\n" * 9_000,
    "\u0085\u2028\u2029", "\x0b\x0c", "\v", "\uff11\uff12\uff13", "NaN", "Infinity", "1e999", "null", "None", "true",
)  # fmt: skip
_ALPHABETS = (
    (32, 126), (0, 31), (0x80, 0x24F), (0x300, 0x36F), (0x590, 0x6FF), (0x2000, 0x206F), (0xD800, 0xDFFF),
    (0xE000, 0xF8FF), (0xFE00, 0xFFFF), (0x1F300, 0x1FAFF), (0xE0000, 0xE01EF),
)  # fmt: skip
_DAYS = (date.min, date.max, date(1899, 12, 31), date(1900, 1, 1), date(2000, 2, 29), date(2200, 1, 2))
_NUMBERS = (-(2**63), -1, 0, 1, 2, 5, 2**31, 2**63)
#: What an id is of, by the name of the parameter.
_OF = {
    "case_id": Case, "cooperation_id": Cooperation, "meeting_id": Meeting, "action_id": Action, "agreement_id": Agreement,
    "note_id": FileNote, "person_id": Person, "service_id": Service, "subject_id": Subject, "entry_id": PathEntry,
}  # fmt: skip
_MOMENTS = (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=timezone(timedelta(hours=14))))
#: What a page gives and nobody types.
_GIVEN: dict[str, Any] = {
    "version": 1, "number": 1, "seen_version": 1, "days": 14, "limit": 50, "most": 10, "zone": "UTC", "slot": "note:1:text",
    "slots": ["note:1:text"], "older": 1, "newer": 1, "visitor": Visitor("10.0.0.1"), "seed": factors.new_seed(),
}  # fmt: skip


@dataclass
class Result:
    """What came of so many tries."""

    taken: int = 0
    refused: int = 0
    #: The operations that were called by their signature, taken or not.
    called: set[str] = field(default_factory=set)
    #: The documents that were made and found sound, by what they are.
    made: Counter[str] = field(default_factory=Counter)
    #: What nobody caught, by operation.
    uncaught: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Result") -> None:
        self.taken += other.taken
        self.refused += other.refused
        self.called |= other.called
        self.made += other.made
        self.uncaught += other.uncaught

    @property
    def tries(self) -> int:
        return self.taken + self.refused + sum(self.uncaught.values())


def typed(chance: random.Random) -> str:
    """A text that means harm."""
    kind = chance.random()
    if kind < 0.4:
        return chance.choice(NASTY)
    if kind < 0.55:
        return f"Agreed {chance.choice(NASTY)} on Friday"
    parts = (chance.choice(_ALPHABETS) for _ in range(chance.randrange(1, 60)))
    return "".join(chr(chance.randint(*part)) for part in parts)


# --- Every operation by its signature ------------------------------------------------------------------------------


def every_operation() -> Iterator[Callable[..., Any]]:
    """The public functions of the operations that start from a session and an actor, and from ids and values alone.

    What takes a record is called by other operations; no page holds one.
    """
    for module in iter_modules(operations.__path__):
        found = import_module(f"core.operations.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            given = list(inspect.signature(function).parameters)
            is_ours = function.__module__ == found.__name__ and not name.startswith("_")
            if is_ours and given[:2] == ["db", "actor"] and not _takes_records(function):
                yield function


def _takes_records(function: Callable[..., Any]) -> bool:
    """A record, a statement or a function: nothing that comes from a page."""
    hints = typing.get_type_hints(function).items()
    asked = [kind for name, kind in hints if name not in {"db", "actor", "return"}]
    return "statement" in dict(hints) or any(map(_is_made, asked))


@cache
def _is_made(kind: Any) -> bool:
    """Is this, or does it hold, what only the program makes?"""
    plain = typing.get_origin(kind) or kind
    if plain is collections.abc.Callable:
        return True
    if isinstance(plain, type) and issubclass(plain, (Base, Path, outgoing.Document)):
        return True
    inside = typing.get_type_hints(plain).values() if is_dataclass(plain) else typing.get_args(kind)
    return any(map(_is_made, inside))


@dataclass
class Typist:
    """Somebody who gives each operation what it asks for by type, and means harm where it is a text."""

    world: World
    chance: random.Random
    ids: Sequence[UUID]
    records: dict[type, list[Any]]

    def call(self, operation: Callable[..., Any], actor: Actor) -> object:
        asked = typing.get_type_hints(operation)
        given = inspect.signature(operation).parameters
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for name, one in list(given.items())[2:]:
            if one.kind is one.VAR_KEYWORD:
                continue
            if one.default is not one.empty and self.chance.random() < 0.3:
                continue
            value = self.value(asked.get(name, str), name)
            if one.kind is one.VAR_POSITIONAL:
                positional += value if isinstance(value, list) else [value]
            elif (
                one.kind is one.KEYWORD_ONLY
                or (named and one.default is not one.empty)
                or len(positional) < list(given).index(name) - 2
            ):
                named[name] = value
            else:
                positional.append(value)
        keys.of(self.world.db, actor)
        return operation(self.world.db, actor, *positional, **named)

    def value(self, kind: Any, name: str) -> Any:  # noqa: C901, PLR0911, PLR0912  one line a kind of value
        chance, origin = self.chance, typing.get_origin(kind)
        if name in _GIVEN:
            return _GIVEN[name]
        if kind is UUID and name in _OF and chance.random() < 0.9:
            return chance.choice(self.records[_OF[name]]).id
        if kind is str:
            return typed(chance)
        if kind is UUID:
            return chance.choice(self.ids) if chance.random() < 0.95 else uuid4()
        if kind is bool:
            return chance.random() < 0.5
        if kind is int:
            return chance.choice(_NUMBERS)
        if kind is date:
            return chance.choice((*_DAYS, clock.today()))
        if kind is datetime:
            # From when a list goes is computed from now, and never typed.
            extreme = () if name in {"since", "until"} else _MOMENTS
            return chance.choice((*extreme, clock.now() + timedelta(days=2)))
        if kind is timedelta:
            return chance.choice(
                (timedelta(minutes=45), timedelta(0), timedelta(days=-1), timedelta(days=9_000))
            )
        if kind is bytes:
            return bytes(chance.randrange(256) for _ in range(chance.randrange(400)))
        if kind is Words:
            return self.world.words
        if kind is type(None):
            return None
        if origin in {typing.Union, types.UnionType}:
            return self.value(chance.choice(typing.get_args(kind)), name)
        if origin is typing.Literal:
            return chance.choice(typing.get_args(kind))
        if origin is not None:
            return self._many(origin, typing.get_args(kind), name)
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return chance.choice(list(kind))
        if isinstance(kind, type) and issubclass(kind, Base):
            return chance.choice(self.records.get(kind) or [None])
        if is_dataclass(kind):
            hints = typing.get_type_hints(kind)
            return kind(
                **{one.name: self.value(hints[one.name], one.name) for one in fields(kind) if one.init}
            )  # type: ignore[operator]
        return typed(chance)

    def _many(self, origin: Any, inner: tuple[Any, ...], name: str) -> Any:
        number = self.chance.randrange(3)
        if isinstance(origin, type) and issubclass(origin, typing.Mapping):
            return {self.value(inner[0], name): self.value(inner[1], name) for _ in range(number)}
        if origin is tuple and inner[-1:] != (...,):
            return tuple(self.value(one, name) for one in inner)
        values = [self.value(inner[0], name) for _ in range(number)] if inner else []
        return {tuple: tuple, set: set, frozenset: frozenset}.get(origin, list)(values)


def typist(db: Session, chance: random.Random) -> tuple[Typist, list[Actor]]:
    """A world with a record of each kind, everybody who might be asked for, and whoever types."""
    keys.whole(db)
    world = build(db, Make(db), Space.RELEASED)
    pair = world.pair
    manager = [world.make.actor(side, Role.MANAGER) for side in (pair.pp.service_id, pair.vss.service_id)]
    administrators = [
        world.make.actor(side, Role.ADMINISTRATOR) for side in (pair.pp.service_id, pair.vss.service_id)
    ]
    for one in manager:
        world.make.assign(pair.case, one)
    actors = [pair.pp, pair.vss, *manager, *administrators]
    for one in actors:
        world.make.account(one, password="nine swans below the weir", seed=factors.new_seed())
    records: dict[type, list[Any]] = {}
    for mapper in Base.registry.mappers:
        records[mapper.class_] = list(db.scalars(select(mapper.class_).limit(30)))
    ids = [record.id for found in records.values() for record in found]
    # The case itself, its cooperation and its people are what most is asked about.
    ids += [pair.case.id, pair.case.cooperation_id, pair.pp.person_id, pair.vss.person_id] * (len(ids) // 8)
    return Typist(world, chance, ids, records), actors


# --- The trial -----------------------------------------------------------------------------------------------------


def types_harm(
    engine: Engine,
    *,
    tries: int,
    documents: int,
    seed: int,
    turn: Iterator[Callable[..., Any]],
    begin: int = 0,
) -> Result:
    """So many tries on one world, each undone; nothing of it stays.

    `turn` gives the next operation, from one round into the following; `begin` is the place among the documents.
    """
    chance, result = random.Random(seed), Result()  # noqa: S311  nothing secret here
    with engine.execution_options(writes=True).connect() as connection:
        transaction = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as db:
            someone, actors = typist(db, chance)
            for number in range(tries):
                if number % 3 == 0:
                    act = acts.ACTS[(seed * tries + number) // 3 % len(acts.ACTS)]
                    _try(someone, act.__name__, result, partial(_act, someone, act))
                    continue
                one = next(turn)
                result.called.add(name_of(one))
                _try(someone, name_of(one), result, partial(someone.call, one, chance.choice(actors)))
            for number in range(documents):
                name = DOCUMENTS[(begin + number) % len(DOCUMENTS)]
                _try(someone, name, result, partial(_document, someone, name, result))
        transaction.rollback()
    return result


def name_of(operation: Callable[..., Any]) -> str:
    return f"{operation.__module__.rpartition('.')[2]}.{operation.__name__}"


def _act(someone: Typist, act: acts.Act) -> object:
    make = someone.world.make
    return act(someone.world.db, make, acts.known(make), typed(someone.chance))


def _document(someone: Typist, name: str, result: Result) -> None:
    harm.make(name, someone.world, someone.records, someone.chance, typed)
    result.made[name] += 1


def _try(someone: Typist, name: str, result: Result, act: Callable[[], object]) -> None:
    db = someone.world.db
    point = db.begin_nested()
    try:
        act()
        db.flush()
    except CoreError:
        result.refused += 1
    except Exception as error:  # noqa: BLE001  what a page would not catch
        place = traceback.extract_tb(error.__traceback__)
        own = next((one for one in reversed(place) if "/core/" in one.filename), place[-1])
        result.uncaught[f"{name}: {type(error).__name__} at {own.name}:{own.lineno}"] += 1
    else:
        result.taken += 1
    finally:
        point.rollback()
        db.expire_all()
        keys.whole(db)


#: What is made in turn.
DOCUMENTS = tuple(harm.MAKERS)
#: Tries on one world: what is undone stays in the memory of the session, and each try takes longer than the one before.
ROUND = 800


def in_turn() -> Iterator[Callable[..., Any]]:
    """Every operation, one after the other and from the first again, whatever is tried between them."""
    return itertools.cycle(sorted(every_operation(), key=lambda one: (one.__module__, one.__name__)))


def trial(engine: Engine, *, tries: int = 24_000, documents: int = 1_000) -> list[tuple[str, str]]:
    """What was tried, and the figure; on each of the two databases.

    Raises AssertionError where an operation was not called or a kind of document not made.
    """
    name, result, rounds, turn = engine.dialect.name, Result(), max(tries // ROUND, 1), in_turn()
    papers = -(-documents // rounds)
    for seed in range(rounds):
        result.add(
            types_harm(
                engine, tries=tries // rounds, documents=papers, seed=seed, turn=turn, begin=seed * papers
            )
        )
    missing = sorted({name_of(one) for one in every_operation()} - result.called)
    assert not missing, f"never called: {missing}"
    what = "; ".join(f"{where} {number}" for where, number in result.uncaught.most_common()) or "none"
    if what == "none":
        assert set(result.made) == set(DOCUMENTS), f"never made: {sorted(set(DOCUMENTS) - set(result.made))}"
    return [
        (f"hostile inputs, {name}: taken, refused", f"{result.taken}, {result.refused}"),
        (
            f"hostile inputs, {name}: operations called, of how many",
            f"{len(result.called)}, {len(set(every_operation()))}",
        ),
        (
            f"hostile inputs, {name}: documents made and read back, of how many kinds",
            f"{result.made.total()}, {len(result.made)}",
        ),
        (f"hostile inputs, {name}: not caught", what),
    ]
