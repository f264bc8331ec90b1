"""The log under attack: somebody who can write the database, and has not the key, changes it in every way."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.orm import Session

from core import chain
from core.chain import Report, Wrong
from core.models import Event, EventKind

ROWS = 40
_FIELDS = (*chain.COVERED, "mac")
DISARM = {
    "sqlite": (
        "DROP TRIGGER event_unchanged",
        "DROP TRIGGER event_undeleted",
        "DROP TRIGGER event_unreplaced",
    ),
    "postgresql": ("DROP TRIGGER event_unchanged ON event", "DROP TRIGGER event_undeleted ON event"),
}


def some_id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128))


def append(db: Session, chance: random.Random, rows: int) -> None:
    """Events as operations leave them."""
    for _ in range(rows):
        db.add(
            Event(
                person_id=some_id(chance),
                service_id=some_id(chance),
                case_id=some_id(chance),
                kind=chance.choice(list(EventKind)),
                subject=chance.choice(["case", "file_note", "minutes"]),
                subject_id=some_id(chance),
                act=chance.choice(["add", "read", "revise"]),
                sign_in_id=some_id(chance),
            )
        )
        db.flush()


@dataclass
class Attack:
    """One session in which the triggers are gone, and the places that the attacks choose."""

    db: Session
    chance: random.Random
    first: int
    last: int

    def place(self, spare: int = 0) -> int:
        """The number of one of the rows, the last ones spared."""
        return self.chance.randint(self.first, self.last - spare)

    def run(self, statement: str, **values: object) -> None:
        self.db.execute(text(statement), values)

    def edit(self) -> int:
        """One field of one row gets another value."""
        seq, name = self.place(), self.chance.choice(_FIELDS)
        statement = text(f"UPDATE event SET {name} = :value WHERE seq = :seq")
        value: object = self.chance.choice(["changed", "read ", "Case", "cas"])
        if name.endswith("id"):
            statement = statement.bindparams(bindparam("value", type_=Event.__table__.c.id.type))
            value = some_id(self.chance)
        elif name == "created_at":
            at = self.db.scalars(text("SELECT max(created_at) FROM event")).one()
            moved = "datetime(:at, '-1 second')" if isinstance(at, str) else ":at - interval '1 microsecond'"
            self.run(f"UPDATE event SET created_at = {moved} WHERE seq = :seq", at=at, seq=seq)
            return seq
        self.db.execute(statement, {"value": value, "seq": seq})
        return seq

    def delete(self) -> int:
        """One row goes."""
        seq = self.place()
        self.run("DELETE FROM event WHERE seq = :seq", seq=seq)
        return seq

    def close_gap(self) -> int:
        """One row goes, and those behind it move up."""
        seq = self.place(spare=1)
        self.run("DELETE FROM event WHERE seq = :seq", seq=seq)
        self._shift(seq, -1)
        return seq

    def swap(self) -> int:
        """Two rows change places."""
        one = self.place(spare=1)
        other = self.chance.randint(one + 1, self.last)
        for old, new in ((one, -one), (other, one), (-one, other)):
            self.run("UPDATE event SET seq = :new WHERE seq = :old", old=old, new=new)
        return one

    def insert(self) -> int:
        """A forged row is put in; it carries the code of a true one."""
        seq = self.place()
        self._shift(seq, 1)
        self.run(
            "INSERT INTO event (id, created_at, person_id, service_id, case_id, kind, subject, subject_id, act, sign_in_id, seq, mac)"
            " SELECT :id, created_at, person_id, service_id, case_id, kind, subject, subject_id, act, sign_in_id, :seq, mac"
            " FROM event WHERE seq = :of",
            id=some_id(self.chance).hex,
            seq=seq,
            of=seq + 1,
        )
        return seq

    def truncate(self) -> int:
        """The end is cut off."""
        seq = self.place()
        self.run("DELETE FROM event WHERE seq >= :seq", seq=seq)
        return seq

    def replay(self) -> int:
        """An older state is put back, and the program goes on writing true rows behind it."""
        seq = self.place()
        self.run("DELETE FROM event WHERE seq >= :seq", seq=seq)
        new = self.chance.randint(0, 2 * ROWS)
        append(self.db, self.chance, new)
        return min(seq + new, self.last)

    def _shift(self, seq: int, by: int) -> None:
        self.run("UPDATE event SET seq = -(seq + :by) WHERE seq >= :seq", by=by, seq=seq)
        self.run("UPDATE event SET seq = -seq WHERE seq < 0")


ATTACKS: tuple[Callable[[Attack], int], ...] = (
    Attack.edit,
    Attack.delete,
    Attack.close_gap,
    Attack.swap,
    Attack.insert,
    Attack.truncate,
    Attack.replay,
)


@dataclass
class Result:
    """How many attacks were made, and what was found of them."""

    made: int = 0
    found: Counter[str] = field(default_factory=Counter)
    #: Attacks that were not found, or of which another row was named first.
    missed: list[tuple[str, int, Report]] = field(default_factory=list)


def attack(engine: Engine, *, times: int, seed: int) -> Result:
    """Attack the log again and again, each time as it was; nothing of it stays."""
    chance = random.Random(seed)  # noqa: S311  nothing secret here
    result = Result()
    with engine.execution_options(writes=True).connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as db:
            first = chain.head(db).count + 1
            append(db, chance, ROWS)
            anchor = chain.head(db)
            key, seen = chain.key_of(db), {anchor.count: anchor.head}
            assert chain.verify(db, key, seen).wrong is None
            for statement in DISARM[engine.dialect.name]:
                db.execute(text(statement))
            for number in range(times):
                how = ATTACKS[number % len(ATTACKS)]
                undo = db.begin_nested()
                bad = how(Attack(db, chance, first, anchor.count))
                report = chain.verify(db, key, seen)
                undo.rollback()
                result.made += 1
                if report.wrong is None or report.seq != bad:
                    result.missed.append((how.__name__, bad, report))
                result.found[str(report.wrong)] += 1
        transaction.rollback()
    return result


def verify_seconds(engine: Engine, rows: int) -> tuple[float, float, float]:
    """How long appending so many rows takes, checking them, and our share of that; nothing of it stays."""
    chance = random.Random(1)  # noqa: S311
    with engine.execution_options(writes=True).connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as db:
            begin = time.perf_counter()
            for _ in range(rows // 5000):
                db.add_all(
                    Event(
                        person_id=some_id(chance),
                        service_id=some_id(chance),
                        case_id=some_id(chance),
                        kind=EventKind.READ,
                        subject="case",
                        subject_id=some_id(chance),
                        act="read_joint",
                    )
                    for _ in range(5000)
                )
                db.flush()
                db.expunge_all()
            appended = time.perf_counter() - begin
            begin, worked = time.perf_counter(), time.process_time()
            report = chain.verify(db, chain.key_of(db))
            checked, worked = time.perf_counter() - begin, time.process_time() - worked
            assert report.wrong is None
        transaction.rollback()
    return appended, checked, worked


def trial(engine: Engine, *, times: int = 1000) -> list[tuple[str, str]]:
    """What was tried, and the figure."""
    name = engine.dialect.name
    result = attack(engine, times=times, seed=7)
    appended, checked, worked = verify_seconds(engine, 100_000)
    how = ", ".join(f"{what} {number}" for what, number in sorted(result.found.items()))
    return [
        (
            f"log, {name}: attacks found, first bad row named",
            f"{result.made - len(result.missed)} of {result.made}",
        ),
        (f"log, {name}: named as", how),
        (f"log, {name}: 100,000 rows appended in bulk", f"{appended:.1f} s"),
        (
            f"log, {name}: 100,000 rows checked",
            f"{checked:.2f} s, of it {worked:.2f} s of our processor time",
        ),
    ]


__all__ = ["ATTACKS", "Result", "Wrong", "attack", "trial", "verify_seconds"]
