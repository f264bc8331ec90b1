"""The file of a whole service: one zip inside a locked one, so that without the passphrase only its length is told.

It is written straight to its place, row by row and closed already: nothing of it lies open anywhere.
"""

import json
import os
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from core import access, by_id, clock
from core.access import Actor
from core.content import retention
from core.db import Record
from core.erasing import OWN_FILE
from core.locale import Words
from core.models import (
    Account,
    Agreement,
    Assignment,
    Case,
    CaseFile,
    Erasure,
    Event,
    EventKind,
    FileRequest,
    HandedIn,
    JointItem,
    Known,
    PathEntry,
    Person,
    Service,
    ServiceKind,
    SignedCopy,
    TPoint,
)
from core.moving import DESCRIPTION, INDEX, LOG, NAMES, describing, locking, reach, values
from core.moving.describing import CaseLine, Held, PaperLine
from core.moving.reach import Rows

#: How the name of a file ends that is being written.
PART: Final = ".part"
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: What names who wrote a row, or what it hangs on; an id stands in one table alone.
_OF_WHOM = ("person_id", "author_id", "item_id", "handed_in_id")
#: Each is a whole scanned paper.
_PAPERS_AT_ONCE = 1


def write(db: Session, actor: Actor, to: Path, *, passphrase: str, words: Words) -> int:
    """Write the file of the actor's service; the number of its bytes.

    What is there already under this name is replaced when the new one is whole and opens. Each that is written has a
    part of its own: two people may have it made at once, and whatever fails leaves none behind.
    """
    whole = access.whole_service(actor)
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(prefix=f"{to.stem}.", suffix=PART, dir=to.parent)
    os.close(descriptor)
    part = Path(name)
    try:
        _write(db, whole, part, passphrase, words)
        _open(part, passphrase)
        return part.replace(to).stat().st_size
    finally:
        part.unlink(missing_ok=True)


def _write(db: Session, whole: Actor, part: Path, passphrase: str, words: Words) -> None:
    with (
        locking.locked(part, passphrase) as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        _fill(db, whole, packed, words)


def _open(part: Path, passphrase: str) -> None:
    """Read it to its end once, where the seal over all of it stands; nobody is told that a file is made that is broken.

    Raises StaysLockedError.
    """
    with Path(os.devnull).open("wb") as nowhere:
        locking.unlock(part, passphrase, nowhere)


def _fill(db: Session, actor: Actor, packed: zipfile.ZipFile, words: Words) -> None:
    found = reach.rows(db, actor)
    elsewhere = _elsewhere(db, actor)
    for table, model in reach.models().items():
        _put(packed, describing.file_of(table), _records(db, actor, model, found, elsewhere))
    _papers(db, packed, found["signed_copy"])
    _put(packed, LOG, _log(db, actor))
    _put(packed, NAMES, _names(db, actor))
    service = db.get_one(Service, actor.service_id)
    held = Held(
        service_id=str(service.id),
        service=service.name,
        kind=str(service.kind),
        counts={table: len(found[table]) for table in reach.models()},
        events=sum(1 for _ in _log(db, actor)),
        cases=tuple(_cases(db, actor, words, found["case"])),
        papers=tuple(_paper_lines(db, words, found["signed_copy"])),
    )
    packed.writestr(_entry(DESCRIPTION), json.dumps(describing.description(held, words), indent=1))
    packed.writestr(_entry(INDEX), describing.index(held, words))


def _elsewhere(db: Session, actor: Actor) -> dict[UUID, datetime | None]:
    """People of other services, and what these shared and handed in; with the moment from which it could be read.

    And the cases, with the moment of the pair; before that, of the own file in them.
    """
    people = select(Person.id).where(Person.service_id != actor.service_id)
    items = select(JointItem.id, JointItem.released_at).where(JointItem.service_id != actor.service_id)
    passes = (
        select(HandedIn.id, JointItem.released_at)
        .join(JointItem, JointItem.id == HandedIn.item_id)
        .where(HandedIn.service_id != actor.service_id)
    )
    cases = (
        select(CaseFile.case_id, func.coalesce(Case.paired_at, CaseFile.created_at))
        .join(Case, Case.id == CaseFile.case_id)
        .where(CaseFile.service_id == actor.service_id)
    )
    found: dict[UUID, datetime | None] = dict.fromkeys(db.scalars(people))
    for statement in (items, passes, cases):
        found.update(db.execute(statement).all())
    return found


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _put(packed: zipfile.ZipFile, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """A list, one row a line."""
    with packed.open(_entry(name), "w", force_zip64=True) as target:
        target.write(b"[")
        for number, row in enumerate(rows):
            target.write((",\n" if number else "\n").encode())
            target.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        target.write(b"\n]\n")


def _records(
    db: Session, actor: Actor, model: type[Record], found: Rows, elsewhere: Mapping[UUID, datetime | None]
) -> Iterator[Mapping[str, Any]]:
    targets = reach.targets(model.__tablename__)
    # Papers go as files, one by one: here only what stands beside them is read.
    options = [] if model is SignedCopy else [undefer("*")]
    for chunk in by_id.chunks(found[model.__tablename__]):
        statement = select(model).where(model.id.in_(chunk)).order_by(model.id).options(*options)
        for record in db.scalars(statement).unique():
            forgotten: dict[str, object] = {
                column: None
                for column, table in targets.items()
                if (pointed := getattr(record, column)) is not None and pointed not in found[table]
            }
            is_of_elsewhere = _is_of_elsewhere(record, actor, elsewhere)
            if isinstance(record, Person) and is_of_elsewhere:
                # Of others their names, because records say who wrote them; how they are reached is theirs.
                forgotten |= {"email": "", "phone": ""}
            if is_of_elsewhere:
                forgotten |= _since_it_was_read(record, elsewhere) | _of_case_untold(record, actor, elsewhere)
            forgotten |= _untold(record, actor, is_of_elsewhere=is_of_elsewhere)
            yield values.plain(record, is_of_elsewhere=is_of_elsewhere, forgotten=forgotten)


def _is_of_elsewhere(record: Record, actor: Actor, elsewhere: Collection[UUID]) -> bool:
    """Did another service write it, open it, or share it?"""
    if isinstance(record, Case):
        return record.opened_by != actor.service_id
    service_id = getattr(record, "service_id", None)
    if service_id is not None:
        return bool(service_id != actor.service_id)
    return any(getattr(record, name, None) in elsewhere for name in _OF_WHOM)


def _since_it_was_read(record: Record, elsewhere: Mapping[UUID, datetime | None]) -> dict[str, object]:
    """In place of the day on which it was asked for: that it waited for a second person is the other service's to know."""
    hangs_on = (getattr(record, name, None) for name in ("id", "item_id", "handed_in_id"))
    moments = (elsewhere.get(one) for one in hangs_on if one is not None)
    moment = next((one for one in moments if one is not None), None)
    return {} if moment is None else {"created_at": moment}


def _of_case_untold(
    record: Record, actor: Actor, elsewhere: Mapping[UUID, datetime | None]
) -> dict[str, object]:
    """What the other service did in a case before the pair: since when its people work on it, and its frame before that."""
    if isinstance(record, Assignment) and (known_at := elsewhere.get(record.case_id)):
        since = max(record.since, clock.day(known_at))
        return {"since": since, "created_at": clock.moment(since, time(12))}
    is_answered = isinstance(record, Case) and not access.is_open_to(actor, record)
    if is_answered and (answered_at := elsewhere.get(record.id)):
        return _frame_untold(answered_at)
    return {}


def _frame_untold(answered_at: datetime) -> dict[str, object]:
    """Of a case that the actor's service only answered what the other one wrote down: nothing, and the own day for its day."""
    return {
        "opened_on": clock.day(answered_at),
        "phase": "",
        "living_together": Known.UNKNOWN,
        "children_count": None,
        "is_in_target": None,
        "target_reason": "",
        "exclusions": [],
        "exclusions_reason": "",
        "exclusions_checked_on": None,
    }


def _untold(record: Record, actor: Actor, *, is_of_elsewhere: bool) -> dict[str, object]:
    """The days on which the other service wrote or asked, where no page says them: they tell when somebody was in touch.

    In their place stands the day that both read.
    """
    if isinstance(record, TPoint):
        theirs = "vss_done_on" if actor.kind is ServiceKind.PP else "pp_done_on"
        asked = getattr(record, theirs)
        return {theirs: record.due_on or clock.day(record.created_at)} if asked else {}
    if isinstance(record, FileRequest) and record.from_service_id == actor.service_id:
        # Silence and "cannot say" are one (docs/decisions/0008): who looked, and when, is said of no answer.
        return dict.fromkeys(reach.UNTOLD_TO_WHO_ASKED)
    if isinstance(record, Erasure) and is_of_elsewhere:
        return _without_their_file(record)
    if isinstance(record, PathEntry) and is_of_elsewhere:
        return {"created_at": clock.moment(record.happened_on, time(12))}
    return {}


def _without_their_file(erasure: Erasure) -> dict[str, object]:
    """Of what the other service asked to erase what both held: how much its own file held is not told."""
    of_file = set(retention.load().part(OWN_FILE).tables)
    return {
        "parts": [part for part in erasure.parts if part != OWN_FILE],
        "gone": {table: ids for table, ids in erasure.gone.items() if table not in of_file},
    }


def _papers(db: Session, packed: zipfile.ZipFile, ids: Iterable[UUID]) -> None:
    for chunk in by_id.chunks(ids, _PAPERS_AT_ONCE):
        for copy in db.scalars(select(SignedCopy).where(SignedCopy.id.in_(chunk))):
            packed.writestr(_entry(values.paper_name(copy.id)), copy.data)


def _log(db: Session, actor: Actor) -> Iterator[Mapping[str, Any]]:
    """What people of the service did, as its officer reads it; of others nothing. It is read, and not put back."""
    statement = (
        select(Event)
        .where(Event.service_id == actor.service_id, Event.kind != EventKind.ADMINISTRATION)
        .order_by(Event.seq)
        .execution_options(yield_per=by_id.CHUNK)
    )
    for event in db.scalars(statement):
        yield {
            "at": event.created_at.isoformat(),
            "person_id": str(event.person_id) if event.person_id else None,
            "case_id": str(event.case_id) if event.case_id else None,
            "kind": str(event.kind),
            "subject": event.subject,
            "subject_id": str(event.subject_id),
            "act": event.act,
        }


def _names(db: Session, actor: Actor) -> Iterator[Mapping[str, Any]]:
    rows = (
        select(Account.person_id, Account.username)
        .join(Person, Person.id == Account.person_id)
        .where(Person.service_id == actor.service_id, Person.is_active)
        .order_by(Account.username)
    )
    for person_id, username in db.execute(rows):
        yield {"person_id": str(person_id), "username": username}


def _cases(db: Session, actor: Actor, words: Words, ids: Iterable[UUID]) -> Iterator[CaseLine]:
    for chunk in by_id.chunks(ids):
        for case in db.scalars(select(Case).where(Case.id.in_(chunk)).order_by(Case.code)):
            opened = words.day(case.opened_on) if access.is_open_to(actor, case) else ""
            yield CaseLine(case.code, opened, words.day(case.closed_on) if case.closed_on else "")


def _paper_lines(db: Session, words: Words, ids: Iterable[UUID]) -> Iterator[PaperLine]:
    for chunk in by_id.chunks(ids):
        rows = (
            select(SignedCopy.id, SignedCopy.created_at, Case.code)
            .join(Agreement, Agreement.id == SignedCopy.agreement_id)
            .outerjoin(Case, Case.id == Agreement.case_id)
            .where(SignedCopy.id.in_(chunk))
            .order_by(SignedCopy.created_at)
        )
        for copy_id, at, code in db.execute(rows):
            of = words("moving.of_case", code=code) if code else words("moving.of_organisation")
            yield PaperLine(f"{of}, {words.day(clock.day(at))}", values.paper_name(copy_id))
