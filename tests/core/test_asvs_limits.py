"""OWASP ASVS 2.3.2 and 2.4.1: limits that hold against programs which ask for everything (docs/limits.md)."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from core import audit, clock
from core.access import Actor
from core.errors import NotAllowed
from core.lists import PAGE_SIZE, Asked
from core.models import Event, EventKind, FileNote
from core.operations import agreements, exports, files
from core.store import Store
from tests.make import Make, Pair


def _case(own_store: Store) -> Pair:
    with own_store.writing.begin() as db:
        return Make(db).pair()


def _has_done(own_store: Store, actor: Actor, kind: EventKind, number: int) -> None:
    with own_store.writing.begin() as db:
        db.add_all(
            Event(
                person_id=actor.person_id, service_id=actor.service_id, kind=kind, subject="case_file",
                subject_id=actor.person_id, act="read",
            )
            for _ in range(number)
        )  # fmt: skip


def test_whoever_reads_more_within_an_hour_than_a_person_does_reads_no_more_and_it_is_in_the_log(
    own_store: Store,
) -> None:
    pair = _case(own_store)
    _has_done(own_store, pair.vss, EventKind.READ, audit.MOST[EventKind.READ] - 1)

    own_store.read(files.mine, pair.vss, pair.case.id)
    with pytest.raises(NotAllowed, match=r"error\.too_much"):
        own_store.change(files.reveal, pair.vss, pair.case.id)
    own_store.read(files.mine, pair.pp, pair.case.id)

    with own_store.reading.begin() as db:
        refused = select(func.count()).where(
            Event.person_id == pair.vss.person_id, Event.kind == EventKind.DENIED
        )
        assert db.scalar(refused) == 1
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        assert own_store.read(files.mine, pair.vss, pair.case.id).file.service_id == pair.vss.service_id


def test_whoever_writes_more_within_an_hour_than_a_person_does_writes_no_more_and_nothing_of_it_is_kept(
    own_store: Store,
) -> None:
    pair = _case(own_store)
    _has_done(own_store, pair.vss, EventKind.CHANGE, audit.MOST_WRITTEN - 1)

    def write(actor: Actor, text: str) -> FileNote:
        return own_store.change(
            files.add_note,
            actor,
            pair.case.id,
            topic="other",
            text_=text,
            source="",
            written_on=clock.today(),
        )

    write(pair.vss, "The last one of this hour")
    with pytest.raises(NotAllowed, match=r"error\.too_much"):
        write(pair.vss, "One too many")
    assert write(pair.pp, "Another person").id

    with own_store.reading.begin() as db:
        assert db.scalar(select(func.count()).select_from(FileNote)) == 2
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        assert write(pair.vss, "An hour later").id


def test_whoever_takes_more_files_within_an_hour_than_a_person_does_takes_no_more(own_store: Store) -> None:
    pair = _case(own_store)
    _has_done(own_store, pair.pp, EventKind.EXPORT, audit.MOST[EventKind.EXPORT])

    with pytest.raises(NotAllowed, match=r"error\.too_much"):
        own_store.change(
            exports.table, pair.pp, agreements.search, what="cases", asked=Asked(), heads=["x"],
            cells=lambda _: ["x"], form="csv",
        )  # fmt: skip


def test_a_list_comes_by_the_page_however_much_is_asked_for(own_store: Store) -> None:
    pair = _case(own_store)

    asked = Asked(" ".join(["x"] * 5_000))

    assert Asked().limit == PAGE_SIZE == 50
    assert len(asked.words) == 8
    assert own_store.read(agreements.search, pair.pp, asked).total == 0
