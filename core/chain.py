"""The chain of the log: every event carries a code over itself and the event before it.

    mac = HMAC(key, mac before | the row)

A key can be followed by a later one, for another hash too (core.log_keys): its rows say so, and the log never goes back.
The oldest rows may be taken off (core.log_ends): a signed stub with the code of the last of them stands for them then.

The key lies in a file of its own and not in the database: whoever can write the database alone can change a row, but
not so that the chain fits again. The place and the code are given when the session flushes, under the one lock that
every writing transaction holds (core.db), so that operations know nothing of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from core.log_keys import LogKeys, number_of
from core.models import Event, LogCut

#: Where a session keeps the id of the last row that it wrote into the log.
LOGGED = "logged"
#: What the first event stands on.
START = "0" * 64
#: A row as the database keeps it: seq, mac, and the texts that the code covers.
Row: TypeAlias = Sequence[Any]

_COLUMNS = {
    "sqlite": "seq, mac, id, created_at, person_id, service_id, case_id, kind, subject, subject_id, act, sign_in_id",
    "postgresql": """seq, mac, replace(id::text, '-', ''),
        to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
        replace(person_id::text, '-', ''), replace(service_id::text, '-', ''), replace(case_id::text, '-', ''),
        kind, subject, replace(subject_id::text, '-', ''), act, replace(sign_in_id::text, '-', '')""",
}
#: What the code covers, in this order.
COVERED = (
    "id",
    "created_at",
    "person_id",
    "service_id",
    "case_id",
    "kind",
    "subject",
    "subject_id",
    "act",
    "sign_in_id",
)
_FETCHED = 5000
#: So many of the newest rows say whether a key is the one of a log.
_LOOKED_AT = 50


def _whole(before: str, seq: object, fields: Iterable[object]) -> bytes:
    """What the code of a row covers that stands at a place behind another one."""
    whole = "\x1f".join([before, str(seq), *("" if field is None else str(field) for field in fields)])
    return whole.encode("utf-8", "surrogatepass")


def _fields(made: Event) -> list[object]:
    """The covered fields as the database will keep them."""

    def plain(value: UUID | None) -> str | None:
        return None if value is None else value.hex

    at = made.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    ids = plain(made.person_id), plain(made.service_id), plain(made.case_id)
    what = str(made.kind), made.subject, plain(made.subject_id), made.act
    return [plain(made.id), at, *ids, *what, plain(made.sign_in_id)]


@event.listens_for(Session, "before_flush")
def _seal(session: Session, _context: object, _instances: object) -> None:
    """Give each new event its place and its code."""
    made = [record for record in session.new if isinstance(record, Event)]
    if not made:
        return
    options = session.connection().get_execution_options()
    if not options.get("writes"):
        raise RuntimeError("an event needs a session that writes")
    with session.no_autoflush:
        end = head(session)
    seq, mac, key = end.count, end.head, key_of(session)
    if key.known(number_of(mac)) < number_of(mac):
        raise RuntimeError("the log goes on with a key that is not here")
    for record in made:
        seq += 1
        mac = key.code(_whole(mac, seq, _fields(record)))
        record.seq, record.mac = seq, mac
    session.info[LOGGED] = made[-1].id


class Wrong(StrEnum):
    """What can be wrong with a row of the log."""

    CHANGED = "changed"
    MISSING = "missing"
    OUT_OF_ORDER = "out_of_order"
    CUT = "cut"
    REPLACED = "replaced"
    FORGED = "forged"


@dataclass(frozen=True)
class Report:
    """How far the log was read, its last code, and the first row that is wrong."""

    count: int
    head: str
    wrong: Wrong | None = None
    #: The number of the first wrong row.
    seq: int = 0


def verify(db: Session, key: LogKeys, anchors: Mapping[int, str] | None = None) -> Report:
    """Read the whole log and check every code, and that it holds what the anchors saw: count of rows to last code."""
    seen = anchors or {}
    stub = _stub(db)
    report = start(db)
    if stub is not None and not key.is_right(_stub_whole(report), stub.code):
        return replace(report, wrong=Wrong.FORGED, seq=report.count)
    if seen.get(report.count, report.head) != report.head:
        return replace(report, wrong=Wrong.REPLACED, seq=report.count)
    for row in _rows(db):
        wrong, at = _check(db, key, report, row)
        if wrong is None and seen.get(row[0], row[1]) != row[1]:
            wrong, at = Wrong.REPLACED, row[0]
        if wrong is not None:
            return replace(report, wrong=wrong, seq=at)
        report = Report(row[0], row[1])
    if max(seen, default=0) > report.count:
        return replace(report, wrong=Wrong.CUT, seq=report.count + 1)
    return report


def fits(db: Session) -> bool:
    """Is the key the one of this log? Where neither its beginning nor any of its newest rows fits, it is not.

    Nor is it where a later key made the last row.

    One row that was changed says nothing of the key: that is for `verify` to say.
    """
    key, begin, stub = key_of(db), start(db), _stub(db)
    last = number_of(head(db).head)
    if key.known(last) < last:
        return False
    if stub is not None and key.is_right(_stub_whole(begin), stub.code):
        return True
    oldest = list(_rows(db, most=1))
    newest = list(_rows(db, "DESC", most=_LOOKED_AT))
    behind = [(one, before[1]) for one, before in pairwise(newest)] + [(one, begin.head) for one in oldest]
    return not behind or any(
        key.is_right(_whole(before, seq, fields), mac) for (seq, mac, *fields), before in behind
    )


def _rows(db: Session, order: str = "ASC", *, most: int | None = None) -> Iterator[Row]:
    """The rows in their order, as the database keeps them: a spoilt one must not stop the reading."""
    columns = _COLUMNS[db.get_bind().dialect.name]
    limit = "" if most is None else f" LIMIT {most}"
    whole = text(f"SELECT {columns} FROM event ORDER BY seq {order}{limit}")
    with db.execute(whole, execution_options={"yield_per": _FETCHED}) as found:
        yield from found


def after(db: Session, seq: int) -> Iterator[Row]:
    """The rows that stand behind a place, in their order, as the database keeps them."""
    columns = _COLUMNS[db.get_bind().dialect.name]
    later = text(f"SELECT {columns} FROM event WHERE seq > :seq ORDER BY seq")
    with db.execute(later, {"seq": seq}, execution_options={"yield_per": _FETCHED}) as found:
        yield from found


def _check(db: Session, key: LogKeys, before: Report, row: Row) -> tuple[Wrong | None, int]:
    seq, mac, *fields = row
    expected = before.count + 1
    if isinstance(seq, int) and seq > expected:
        return Wrong.MISSING, expected
    if seq != expected:
        return Wrong.OUT_OF_ORDER, expected
    if key.is_right(_whole(before.head, seq, fields), mac):
        # Behind a later key nobody needs an earlier one, but who forges with it.
        return (None if number_of(mac) >= number_of(before.head) else Wrong.CHANGED), seq
    return (Wrong.OUT_OF_ORDER if _stood_elsewhere(db, key, row) else Wrong.CHANGED), seq


def _stood_elsewhere(db: Session, key: LogKeys, row: Row) -> bool:
    """Does the row fit behind another one? Then it was not rewritten but moved."""
    here, mac, *fields = row
    places = db.execute(text("SELECT seq, mac FROM event")).all()
    # The row before it may have been moved as well: then it stood where it says, or one further than this one does.
    begin = start(db)
    behind = [(begin.head, begin.count + 1)]
    behind += [(place.mac, seq) for place in places for seq in {place.seq, place.seq + 1, here + 1}]
    return any(key.is_right(_whole(before, seq, fields), mac) for before, seq in behind)


def head(db: Session) -> Report:
    """The number of rows and the last code, without checking them."""
    last = db.execute(select(Event.seq, Event.mac).order_by(Event.seq.desc()).limit(1)).first()
    return Report(*last) if last else start(db)


def start(db: Session) -> Report:
    """What the first row stands on: nothing, or what was taken off before it."""
    stub = _stub(db)
    return Report(stub.seq, stub.mac) if stub is not None else Report(0, START)


def stub_code(key: LogKeys, taken_off: Report) -> str:
    """The code of a stub, which nobody makes without the key of the log."""
    return key.code(_stub_whole(taken_off))


def _stub_whole(taken_off: Report) -> bytes:
    return f"stub\x1f{taken_off.count}\x1f{taken_off.head}".encode()


def _stub(db: Session) -> LogCut | None:
    return db.scalars(select(LogCut).order_by(LogCut.seq.desc()).limit(1)).first()


def key_of(db: Session) -> LogKeys:
    """The keys of the log of the database that a session stands on."""
    key: LogKeys = db.connection().get_execution_options()["log_key"]
    return key
