"""Taking everything of a service along: two people, what their service may read and nothing else, and back again."""

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pyzipper
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from core import access, clock, first_start, keys, store
from core.__main__ import app
from core.access import Actor
from core.content.access_rules import Space
from core.data_classes import CLASSES
from core.db import Base
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.first_start import FirstPerson
from core.locale import Words
from core.models import (
    Account,
    Agreement,
    AgreementState,
    Assignment,
    BreakGlassGround,
    Case,
    Cooperation,
    Departure,
    Event,
    JointItem,
    Notice,
    NoticeKind,
    PathEntry,
    Person,
    Release,
    RequestKind,
    Role,
    Seen,
    Service,
    ServiceExport,
    ServiceKind,
    SubjectKind,
)
from core.moving import INSIDE, locking, reach, reading, writing
from core.moving.reading import UnreadableError
from core.operations import (
    break_glass,
    copies,
    erasures,
    joint_items,
    outgoing,
    path_releases,
    person_requests,
    releases,
    risk_assessments,
    seals,
    service_exports,
)
from core.operations.erasures import ErasureGround
from core.operations.papers import Sending
from core.operations.releases import Basis
from core.operations.requests import Answer
from core.operations.service_exports import ExportGround
from core.settings import settings
from core.store import Store
from tests import risk
from tests.core import access_world
from tests.core.test_erasures import closed, manager
from tests.core.test_requests import Question
from tests.make import Make, Pair, borne, share
from tests.notices import sent

WORDS = Words("en", "UTC")
HERS, HIS = "zqxhers", "zqxhis"


def leads(make: Make, service_id: Any) -> tuple[Actor, Actor]:
    """A manager and the data protection officer of a service."""
    return make.actor(service_id, Role.MANAGER), make.actor(service_id, Role.DATA_PROTECTION)


def signed(db: Session, first: Actor, second: Actor) -> ServiceExport:
    export = service_exports.ask(db, first, ground=ExportGround.LEAVES)
    return service_exports.confirm(db, second, export.id, version=export.version)


def passphrase(db: Session, export: ServiceExport, first: Actor, second: Actor) -> str:
    return "-".join(service_exports.my_half(db, actor, export.id) for actor in (first, second))


def opened(file: Path, phrase: str) -> zipfile.ZipFile:
    with pyzipper.AESZipFile(file) as outer:
        outer.setpassword(phrase.encode())
        return zipfile.ZipFile(BytesIO(outer.read(INSIDE)))


def records(packed: zipfile.ZipFile) -> dict[str, list[dict[str, Any]]]:
    return {
        name.removeprefix("records/").removesuffix(".json"): json.loads(packed.read(name))
        for name in packed.namelist()
        if name.startswith("records/")
    }


def whole(packed: zipfile.ZipFile) -> str:
    return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def made(db: Session, make: Make, service_id: Any, folder: Path) -> zipfile.ZipFile:
    """The file of a service, opened as the two open it."""
    first, second = leads(make, service_id)
    export = signed(db, first, second)
    service_exports.make(db, second, export.id, folder=folder, words=WORDS)
    return opened(folder / f"{export.id}.zip", passphrase(db, export, first, second))


def waiting_entry(db: Session, pair: Pair, entry: PathEntry) -> JointItem:
    """Of her path something that waits for a second person."""
    ground = replace(
        borne(db, pair.vss, pair.vss_file.id), basis=Basis.DANGER, reason="He has found out where she goes."
    )
    seen = path_releases.preview(db, pair.vss, entry.id, text_="", terms=ground).digest
    return path_releases.release(db, pair.vss, entry.id, text_="", terms=ground, seen=seen)


def filled(db: Session, make: Make) -> Pair:
    """A case with a file on each side, something shared by each, a meeting and an action."""
    pair = make.pair()
    for file, actor, kind, word in (
        (pair.pp_file, pair.pp, SubjectKind.HIM, HIS),
        (pair.vss_file, pair.vss, SubjectKind.HER, HERS),
    ):
        make.subject(file, kind, name=f"Called{word}", address=f"Streetof{word} 7")
        note = make.note(file, actor, "other", text=f"{word} note")
        share(db, actor, note.id, f"{word} shared")
        make.path_entry(pair, actor, "left")
    make.meeting(pair)
    make.action(pair)
    db.flush()
    return pair


def test_one_person_alone_takes_nothing(db: Session, make: Make, tmp_path: Path) -> None:
    pair = make.pair()
    first, second = leads(make, pair.vss.service_id)

    export = service_exports.ask(db, first, ground=ExportGround.LEAVES)

    with pytest.raises(NotAllowed, match=r"error\.service_export\.own"):
        service_exports.confirm(db, first, export.id, version=export.version)
    with pytest.raises(Conflict, match=r"error\.service_export\.ended"):
        service_exports.make(db, first, export.id, folder=tmp_path, words=WORDS)
    service_exports.confirm(db, second, export.id, version=export.version)
    with pytest.raises(Conflict):
        service_exports.confirm(db, second, export.id, version=export.version)
    assert export.is_signed
    assert list(tmp_path.iterdir()) == []


def test_each_of_the_two_is_told_one_half_and_nobody_else_any(db: Session, make: Make) -> None:
    pair = make.pair()
    first, second = leads(make, pair.vss.service_id)
    third, elsewhere = leads(make, pair.vss.service_id)[0], leads(make, pair.pp.service_id)[0]

    export = signed(db, first, second)

    halves = [service_exports.my_half(db, one, export.id) for one in (first, second)]
    assert len(set(halves)) == len(halves)
    with pytest.raises(NotAllowed, match=r"error\.service_export\.not_yours"):
        service_exports.my_half(db, third, export.id)
    with pytest.raises(NotFound):
        service_exports.my_half(db, elsewhere, export.id)
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        service_exports.my_half(db, replace(first, is_fresh=False), export.id)


def test_who_looks_after_cases_is_told_that_somebody_asked(db: Session, make: Make) -> None:
    pair = make.pair()
    first, second = leads(make, pair.vss.service_id)
    for actor in (pair.pp, pair.vss, first, second, make.actor(pair.vss.service_id, Role.MINUTE_TAKER)):
        db.add(Account(person_id=actor.person_id, username=str(actor.person_id)))
    db.flush()

    service_exports.ask(db, first, ground=ExportGround.LEAVES)

    told = db.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.SERVICE_EXPORT)).all()
    assert set(told) == {pair.vss.person_id, second.person_id}


def test_neither_worker_nor_administrator_asks(db: Session, make: Make) -> None:
    pair = make.pair()

    for actor in (pair.vss, make.actor(pair.vss.service_id, Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            service_exports.ask(db, actor, ground=ExportGround.LEAVES)
        assert service_exports.list_all(db, actor) == []


def test_there_is_one_at_a_time_and_a_week_for_it(db: Session, make: Make, tmp_path: Path) -> None:
    pair = make.pair()
    first, second = leads(make, pair.vss.service_id)
    export = signed(db, first, second)
    service_exports.make(db, first, export.id, folder=tmp_path, words=WORDS)

    with pytest.raises(Conflict, match=r"error\.service_export\.open"):
        service_exports.ask(db, second, ground=ExportGround.MOVES)

    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert not service_exports.list_all(db, first)[0].export.is_open
        assert service_exports.end_old(db, tmp_path) == 1
        assert service_exports.end_old(db, tmp_path) == 0
        with pytest.raises(NotAllowed, match=r"error\.service_export\.not_yours"):
            service_exports.my_half(db, first, export.id)
        service_exports.ask(db, second, ground=ExportGround.MOVES)
    assert list(tmp_path.iterdir()) == []
    assert (export.asked_half, export.confirmed_half) == ("", "") or export.ended_at is not None


def test_ending_it_removes_the_file_and_both_halves(db: Session, make: Make, tmp_path: Path) -> None:
    pair = make.pair()
    first, second = leads(make, pair.pp.service_id)
    export = signed(db, first, second)
    service_exports.make(db, second, export.id, folder=tmp_path, words=WORDS)

    service_exports.end(db, first, export.id, folder=tmp_path, version=export.version)

    db.refresh(export)
    assert (export.asked_half, export.confirmed_half) == ("", "")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Conflict, match=r"error\.service_export\.ended"):
        service_exports.end(db, second, export.id, folder=tmp_path, version=export.version)


def asked_for(own_store: Store) -> tuple[ServiceExport, Actor, Actor]:
    """An export of the victim support service that two confirmed, in a store whose work stays."""
    with own_store.writing.begin() as db:
        keys.whole(db)
        make = Make(db)
        first, second = leads(make, filled(db, make).vss.service_id)
        keys.part(db)
    export = own_store.change(service_exports.ask, first, ground=ExportGround.MOVES)
    own_store.change(service_exports.confirm, second, export.id, version=1)
    return export, first, second


def during(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let somebody do this once while the file is being written."""
    papers, acts = writing._papers, [act]

    def slowly(*given: Any) -> None:
        papers(*given)
        if acts:
            acts.pop()()

    monkeypatch.setattr(writing, "_papers", slowly)


def test_two_people_may_have_it_made_at_once_and_the_file_is_whole(
    own_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, first, second = asked_for(own_store)
    folder = tmp_path / "leaving"
    lengths: list[int] = []

    def by(actor: Actor) -> None:
        lengths.append(own_store.read(service_exports.make, actor, export.id, folder=folder, words=WORDS))

    during(monkeypatch, lambda: by(second))
    by(first)

    phrase = "-".join(own_store.read(service_exports.my_half, one, export.id) for one in (first, second))
    assert len(lengths) == 2
    assert records(opened(folder / f"{export.id}.zip", phrase))["case"]
    assert [file.name for file in folder.iterdir()] == [f"{export.id}.zip"]


def test_what_is_ended_while_it_is_made_leaves_no_file(
    own_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, first, second = asked_for(own_store)
    folder = tmp_path / "leaving"
    during(
        monkeypatch,
        lambda: own_store.change(service_exports.end, second, export.id, folder=folder, version=2),
    )

    with pytest.raises(Conflict, match=r"error\.service_export\.ended"):
        own_store.read(service_exports.make, first, export.id, folder=folder, words=WORDS)

    assert list(folder.iterdir()) == []


def test_a_file_that_was_made_before_the_end_of_it_was_kept_goes_with_that(
    own_store: Store, tmp_path: Path
) -> None:
    export, _, second = asked_for(own_store)
    file = tmp_path / f"{export.id}.zip"

    def end(db: Session, actor: Actor) -> None:
        service_exports.end(db, actor, export.id, folder=tmp_path, version=2)
        file.touch()

    own_store.change(end, second)

    assert not file.exists()


def test_a_file_that_does_not_open_is_not_told_to_be_made_and_leaves_nothing_behind(
    db: Session, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = leads(make, make.pair().pp.service_id)
    export = signed(db, first, second)
    write = writing._write

    def badly(db: Session, whole: Actor, part: Path, *given: Any) -> None:
        write(db, whole, part, *given)
        content = bytearray(part.read_bytes())
        content[len(content) // 2] ^= 1
        part.write_bytes(content)

    monkeypatch.setattr(writing, "_write", badly)

    with pytest.raises(locking.StaysLockedError, match="broken"):
        service_exports.make(db, first, export.id, folder=tmp_path, words=WORDS)

    assert list(tmp_path.iterdir()) == []


def test_what_serves_nobody_is_removed_from_the_folder_and_what_somebody_waits_for_stays(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair()
    first, second = leads(make, pair.pp.service_id)
    ended, waiting = signed(db, first, second), signed(db, *leads(make, pair.vss.service_id))
    service_exports.end(db, first, ended.id, folder=tmp_path, version=ended.version)
    for name in (f"{ended.id}.zip", f"{waiting.id}.zip", "older.part", "growing.part"):
        (tmp_path / name).touch()
    past = (clock.now() - timedelta(hours=2)).timestamp()
    os.utime(tmp_path / "older.part", (past, past))

    service_exports.end_old(db, tmp_path)

    assert {file.name for file in tmp_path.iterdir()} == {f"{waiting.id}.zip", "growing.part"}


def test_it_leaves_locked_by_the_last_look_and_says_so_in_the_log(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair()
    first, second = leads(make, pair.vss.service_id)
    export = signed(db, first, second)
    with pytest.raises(Conflict, match=r"error\.service_export\.not_made"):
        service_exports.document(db, first, export.id, folder=tmp_path)
    length = service_exports.make(db, first, export.id, folder=tmp_path, words=WORDS)

    seen = outgoing.look(db, first, service_exports.document.of(export.id, folder=tmp_path), Sending())
    taken = service_exports.document(
        db, first, export.id, folder=tmp_path, sending=Sending(passphrase="more")
    )

    assert seen.locks == ()
    assert not seen.stops
    assert len(taken) == length == service_exports.made(db, second, export.id, folder=tmp_path)
    left = db.scalars(select(Departure).where(Departure.kind == "service_export")).one()
    assert (left.recipient, left.is_locked, left.case_id) == ("own", True, None)
    acts = set(db.scalars(select(Event.act).where(Event.subject == "service_export")))
    assert {"ask", "confirm", "take"} <= acts
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        service_exports.document(db, replace(first, is_fresh=False), export.id, folder=tmp_path)


def test_without_both_halves_nothing_but_its_length_is_told(db: Session, make: Make, tmp_path: Path) -> None:
    pair = filled(db, make)
    first, second = leads(make, pair.vss.service_id)
    export = signed(db, first, second)
    service_exports.make(db, first, export.id, folder=tmp_path, words=WORDS)
    file = tmp_path / f"{export.id}.zip"

    for half in (service_exports.my_half(db, actor, export.id) for actor in (first, second)):
        with pyzipper.AESZipFile(file) as outer:
            outer.setpassword(half.encode())
            with pytest.raises(RuntimeError):
                outer.read(INSIDE)
    with pyzipper.AESZipFile(file) as outer:
        assert outer.namelist() == [INSIDE]
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("side", ["pp", "vss"])
def test_a_service_takes_its_own_file_and_of_the_other_only_what_was_shared(
    db: Session, make: Make, tmp_path: Path, side: str
) -> None:
    pair = filled(db, make)
    own, other = (HIS, HERS) if side == "pp" else (HERS, HIS)

    packed = made(db, make, getattr(pair, side).service_id, tmp_path)

    said = whole(packed)
    assert all(text in said for text in (f"Called{own}", f"Streetof{own}", f"{own} note", f"{own} shared"))
    assert f"{other} shared" in said
    assert not [text for text in (f"Called{other}", f"Streetof{other}", f"{other} note") if text in said]
    held = records(packed)
    assert [one["service_id"] for one in held["case_file"]] == [str(getattr(pair, side).service_id)]
    assert held["meeting"]
    assert held["action"]


def test_of_people_elsewhere_there_is_the_name_and_of_what_they_wrote_the_day(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = filled(db, make)
    writer = db.get_one(Person, pair.vss.person_id)
    writer.email, writer.phone = "elena@example.invalid", "+00 1"

    held = records(made(db, make, pair.pp.service_id, tmp_path))

    person = next(one for one in held["person"] if one["id"] == str(writer.id))
    assert (person["name"], person["email"], person["phone"]) == (writer.name, "", "")
    theirs = [one for one in held["joint_item"] if one["service_id"] == str(pair.vss.service_id)]
    assert theirs
    assert all(
        one[name].endswith("T12:00:00+00:00") for one in theirs for name in ("created_at", "released_at")
    )


def test_of_what_waited_for_a_second_person_the_day_stands_on_which_it_could_be_read(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)
    entry = make.path_entry(pair, pair.vss, "moved")
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.pp, found.id)
    sent(db, pair, pair.vss, basis=Basis.DANGER)
    risk.handed_in(db, pair, pair.vss, found.id, {"strangled": Seen.PRESENT}, basis=Basis.DANGER)
    waiting_entry(db, pair, entry)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        for release in db.scalars(
            access.visible_releases(colleague).where(Release.basis != Basis.CONSENT)
        ).all():
            releases.confirm(db, colleague, release.id, version=release.version)
        risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
        day = clock.today().isoformat()

        held = records(made(db, make, pair.pp.service_id, tmp_path))

    theirs = [one for one in held["handed_in"] if one["service_id"] == str(pair.vss.service_id)]
    answers = [one for one in held["handed_answer"] if one["handed_in_id"] == theirs[0]["id"]]
    for row in (*held["immediate_notice"], *held["released_entry"], *theirs, *answers):
        assert row["created_at"].startswith(day)
    assert all((held["immediate_notice"], held["released_entry"], theirs, answers))


def test_where_the_joint_space_is_closed_only_what_stays_readable_goes_along(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = filled(db, make)
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.state, agreement.ends_on = AgreementState.TERMINATED, clock.today() - timedelta(days=1)
    db.flush()

    packed = made(db, make, pair.vss.service_id, tmp_path)

    held = records(packed)
    assert held["meeting"] == held["agenda_item"] == []
    assert f"{HIS} shared" not in whole(packed)
    assert f"{HERS} shared" in whole(packed)
    assert len(held["case"]) == len(held["subject"]) == 1


def test_what_waits_for_a_second_person_goes_along_with_what_it_is_about(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.vss, "moved")
    db.flush()
    item = waiting_entry(db, pair, entry)

    held = records(made(db, make, pair.vss.service_id, tmp_path))

    assert item.released_at is None
    assert [one["entry_id"] for one in held["released_entry"]] == [str(entry.id)]


def test_a_sealed_case_is_not_in_it(db: Session, make: Make, tmp_path: Path) -> None:
    pair = filled(db, make)
    seals.seal(db, pair.vss, pair.case.id, reason="A sister")

    packed = made(db, make, pair.vss.service_id, tmp_path)

    assert records(packed)["case"] == []
    assert HERS not in whole(packed)


def test_every_table_goes_along_or_is_named_as_left_out() -> None:
    assert set(reach.models()) | reach.LEFT_OUT == set(Base.metadata.tables)
    assert not set(reach.models()) & reach.LEFT_OUT


def test_the_description_says_every_field_and_the_index_every_kind_and_case(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = filled(db, make)

    packed = made(db, make, pair.vss.service_id, tmp_path)

    said = json.loads(packed.read("description.json"))
    held = records(packed)
    kinds = {one["kind"]: one for one in said["kinds"]}
    assert {name: kind["number"] for name, kind in kinds.items()} == {
        name: len(rows) for name, rows in held.items()
    }
    for name, rows in held.items():
        fields = {field["name"] for field in kinds[name]["fields"]}
        assert all(set(row) <= fields for row in rows)
        assert set(CLASSES.get(name, {})) <= fields
    address = next(field for field in kinds["subject"]["fields"] if field["name"] == "address")
    assert (address["class"], address["holds"]) == ("C6", "text")
    index = packed.read("index.html").decode()
    assert pair.case.code in index
    assert "records/subject.json" in index
    assert "<script" not in index


# --- And back again ----------------------------------------------------------------------------------------------------


@pytest.fixture
def second_store(tmp_path: Path) -> Iterator[Store]:
    """A new installation, with keys of its own."""
    (tmp_path / "second").mkdir()
    opened_store = store.open_store(
        f"sqlite:///{tmp_path / 'second' / 'concord.db'}", tmp_path / "second" / "database.key"
    )
    yield opened_store
    opened_store.engine.dispose()


def taken_along(
    from_store: Store, first: Actor, second: Actor, folder: Path
) -> tuple[Path, str, dict[str, list[dict[str, Any]]]]:
    """Everything of a service by the way that its people go: the file, its passphrase, and what is in it."""
    export = from_store.change(service_exports.ask, first, ground=ExportGround.MOVES)
    from_store.change(service_exports.confirm, second, export.id, version=1)
    from_store.read(service_exports.make, first, export.id, folder=folder, words=WORDS)
    phrase = "-".join(from_store.read(service_exports.my_half, one, export.id) for one in (first, second))
    file = folder / f"{export.id}.zip"
    return file, phrase, records(opened(file, phrase))


@pytest.mark.parametrize("side", list(access_world.SIDES))
def test_what_was_taken_along_is_the_same_in_a_new_installation(
    own_store: Store, second_store: Store, tmp_path: Path, side: ServiceKind
) -> None:
    with own_store.writing.begin() as db:
        keys.whole(db)
        make = Make(db)
        world = access_world.build(db, make, Space.RELEASED)
        service_id = world.sides[side].service_id
        db.query(ServiceExport).delete()
        first, second = leads(make, service_id)
        keys.part(db)
    file, phrase, before = taken_along(own_store, first, second, tmp_path / "first")

    with second_store.writing.begin() as db:
        taken = reading.read(db, file, passphrase=phrase)

    _file, _phrase, after = taken_along(second_store, first, second, tmp_path / "again")
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert after == before
    assert taken.records == sum(map(len, before.values()))
    empty = {name for name, rows in before.items() if not rows}
    assert len(empty) < len(before) / 2, empty


@pytest.mark.usefixtures("keep_to_approved")
def test_where_only_approved_formats_are_kept_a_service_takes_everything_along_too(
    own_store: Store, second_store: Store, tmp_path: Path
) -> None:
    with own_store.writing.begin() as db:
        keys.whole(db)
        make = Make(db)
        pair = filled(db, make)
        first, second = leads(make, pair.vss.service_id)
        keys.part(db)
    with own_store.writing.begin() as db:
        export = signed(db, first, second)
        phrase = passphrase(db, export, first, second)
    own_store.read(service_exports.make, first, export.id, folder=tmp_path, words=WORDS)
    file = tmp_path / f"{export.id}.zip"

    with second_store.writing.begin() as db:
        taken = reading.read(db, file, passphrase=phrase)

    with zipfile.ZipFile(file) as outer:
        assert outer.namelist() == [locking.KEY, locking.SEALED]
    with second_store.reading() as db:
        assert db.scalars(select(Case.code)).all() == [pair.case.code]
    assert taken.records > 10


@pytest.mark.parametrize("is_taken_back", [True, False])
def test_in_a_new_installation_what_was_written_beside_her_words_waits_for_a_look_before_it_goes_to_him(
    own_store: Store, second_store: Store, tmp_path: Path, *, is_taken_back: bool
) -> None:
    her_words = "he waited for her at the gate on Monday"
    with own_store.writing.begin() as db:
        keys.whole(db)
        make = Make(db)
        pair = make.pair()
        him = make.subject(pair.pp_file, SubjectKind.HIM, name="Ivo Bell")
        request = person_requests.record(
            db, pair.pp, him.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
        )
        item = share(db, pair.vss, make.note(pair.vss_file, pair.vss).id, her_words)
        earlier = make.note(pair.pp_file, pair.pp, text="He came on time")
        earlier.written_on = clock.today() - timedelta(days=2)
        make.note(pair.pp_file, pair.pp, text=f"We know that {her_words}")
        if is_taken_back:
            joint_items.withdraw(db, pair.vss, item.id)
        first, second = leads(make, pair.pp.service_id)
        keys.part(db)
    file, phrase, _ = taken_along(own_store, first, second, tmp_path / "first")

    with second_store.writing.begin() as db:
        reading.read(db, file, passphrase=phrase)

    pieces = second_store.read(copies.pieces, pair.pp, request.id)
    assert {one.text: one.doubt for one in pieces} == {
        "He came on time": "",
        f"We know that {her_words}": "taken_back" if is_taken_back else "never",
    }


def test_it_is_read_into_an_empty_database_alone_and_only_as_it_left(
    db: Session, make: Make, second_store: Store, tmp_path: Path
) -> None:
    pair = filled(db, make)
    first, second = leads(make, pair.vss.service_id)
    export = signed(db, first, second)
    service_exports.make(db, first, export.id, folder=tmp_path, words=WORDS)
    file = tmp_path / f"{export.id}.zip"
    phrase = passphrase(db, export, first, second)

    def why(given: Path, said: str = phrase) -> str:
        with pytest.raises(UnreadableError) as raised, second_store.writing.begin() as new:
            reading.read(new, given, passphrase=said)
        return raised.value.why

    def why_changed(name: str, old: bytes, new: bytes) -> str:
        return why(packed_anew(file, phrase, name, (old, new)))

    assert why(file, "wrong") == "passphrase"
    assert why(tmp_path / "nothing.zip") == "broken"
    assert why_changed("description.json", b'"form": 1', b'"form": 2') == "form"
    assert why_changed("records/subject.json", b'"kind": "her"', b'"kind": "x"') == "broken"
    assert why_changed("records/case.json", b"{", b"[") == "broken"
    assert why_changed("records/case.json", b'"opened_on": "', b'"opened_on": "x') == "broken"
    assert why_changed("records/file_note.json", b'"author_id"', b'"author"') == "broken"
    with second_store.reading() as new:
        assert new.scalars(select(Case)).all() == []
    with second_store.writing.begin() as new:
        new.add(Service(name="Somebody", kind=ServiceKind.PP))
    assert why(file) == "not_empty"


def packed_anew(file: Path, phrase: str, name: str, change: tuple[bytes, bytes]) -> Path:
    """The same file with something else in it."""
    packed, inner = opened(file, phrase), BytesIO()
    with zipfile.ZipFile(inner, "w") as target:
        for each in packed.namelist():
            held = packed.read(each)
            assert each != name or change[0] in held
            target.writestr(each, held.replace(*change, 1) if each == name else held)
    changed = file.with_name("changed.zip")
    with pyzipper.AESZipFile(changed, "w", encryption=pyzipper.WZ_AES) as outer:
        outer.setpassword(phrase.encode())
        outer.writestr(INSIDE, inner.getvalue())
    return changed


def set_up(db: Session, code: str, names: dict[ServiceKind, str], username: str) -> None:
    first_start.set_up(
        db,
        code=code,
        administrator=FirstPerson("Ada W.", username, "wobbly lantern archive 91"),
        pp_name=names[ServiceKind.PP],
        vss_name=names[ServiceKind.VSS],
        again="wobbly lantern archive 91",
    )


def test_the_command_reads_it_in_and_the_set_up_takes_the_services_that_came(
    own_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_store.writing.begin() as db:
        keys.whole(db)
        make = Make(db)
        pair = filled(db, make)
        db.add(Account(person_id=pair.vss.person_id, username="elena", password_hash="unusable"))
        first, second = leads(make, pair.vss.service_id)
        names = {
            one.kind: one.name for one in db.scalars(select(Service).where(Service.kind.in_(["pp", "vss"])))
        }
        keys.part(db)
    file, phrase, _held = taken_along(own_store, first, second, tmp_path / "first")
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    runner = CliRunner()

    refused = runner.invoke(app, ["read-in", str(file)], input="wrong\n")
    done = runner.invoke(app, ["read-in", str(file)], input=f"{phrase}\n")

    assert refused.exit_code == 1
    assert "does not open this file" in refused.output
    assert done.exit_code == 0
    assert phrase not in done.output
    new = store.open_default()
    with new.writing.begin() as db:
        code = first_start.new_code(db)
        assert code is not None
        assert first_start.read_in(db) == names
        with pytest.raises(Invalid, match=r"error\.username_taken"):
            set_up(db, code, names, "elena")
        set_up(db, code, names, "ada")
        assert len(db.scalars(select(Service)).all()) == len(names)
        assert len(db.scalars(select(Cooperation)).all()) == 1
        came = db.scalars(select(Account).where(Account.username == "elena")).one()
        assert (came.person_id, came.password_hash, came.totp_secret) == (pair.vss.person_id, "", None)
    new.engine.dispose()
    settings.cache_clear()


def test_silence_and_cannot_say_leave_in_the_same_file(db: Session, make: Make, tmp_path: Path) -> None:
    question = Question(db, make)
    service_id, answerer = question.ivo.service_id, question.elena
    first, second = leads(make, service_id)
    left = []

    for folder in ("silence", "cannot_say"):
        export = signed(db, first, second)
        service_exports.make(db, first, export.id, folder=tmp_path / folder, words=WORDS)
        left.append(opened(tmp_path / folder / f"{export.id}.zip", passphrase(db, export, first, second)))
        service_exports.end(db, first, export.id, folder=tmp_path / folder, version=export.version)
        if folder == "silence":
            question.answer(Answer.CANNOT_SAY)

    silent, looked_at = map(records, left)
    assert looked_at == silent
    assert silent["file_request"][0]["answer"] == "cannot_say"
    assert str(answerer.person_id) not in whole(left[1])


def test_the_file_of_who_answered_says_who_of_them_did(db: Session, make: Make, tmp_path: Path) -> None:
    question = Question(db, make)
    question.answer(Answer.PARALLEL_FILE)

    [row] = records(made(db, make, question.elena.service_id, tmp_path))["file_request"]

    assert row["answered_by"] == str(question.elena.person_id)
    assert row["answered_at"]


def test_of_what_the_other_service_erased_of_both_its_own_file_is_not_counted_in_what_leaves(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = closed(db, make)
    children = [make.subject(pair.vss_file, SubjectKind.CHILD, name=f"Child {place}") for place in range(3)]
    erasure = erasures.ask(
        db,
        manager(make, pair),
        pair.case.id,
        parts=["own_file", "meetings"],
        ground=ErasureGround.TIME_IS_OVER,
        reason="Its time is over",
    )
    for side in ("vss", "pp"):
        erasures.confirm(db, manager(make, pair, side), erasure.id, version=erasure.version)
    assert len(erasure.gone["subject"]) == len(children) + 1

    theirs, own = (
        records(made(db, make, actor.service_id, tmp_path / actor.kind))["erasure"]
        for actor in (pair.pp, pair.vss)
    )

    assert [row["parts"] for row in theirs] == [["meetings"]]
    assert theirs[0]["gone"]["meeting"]
    assert not set(theirs[0]["gone"]) & {"subject", "file_note", "consent", "release", "path_entry"}
    assert [row["parts"] for row in own] == [["meetings", "own_file"]]
    assert own[0]["gone"] == erasure.gone


def test_who_opened_a_file_of_the_other_service_and_since_when_it_works_on_the_case_does_not_leave(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair()
    long_ago = clock.now() - timedelta(days=90)
    before, helper = make.actor(pair.vss.service_id), make.actor(pair.vss.service_id)
    make.assign(pair.case, before, until=clock.today() - timedelta(days=1))
    for assignment in db.scalars(select(Assignment)):
        assignment.since, assignment.created_at = long_ago.date(), long_ago
    break_glass.open_file(
        db, helper, typed=pair.case.code, ground=BreakGlassGround.COLLEAGUE_AWAY, reason="She called"
    )

    packed = made(db, make, pair.pp.service_id, tmp_path / "pp")

    kept = {row["person_id"]: row for row in records(packed)["assignment"]}
    assert set(kept) == {str(pair.pp.person_id), str(pair.vss.person_id)}
    today = clock.today().isoformat()
    theirs, own = kept[str(pair.vss.person_id)], kept[str(pair.pp.person_id)]
    assert (theirs["since"], theirs["created_at"][:10]) == (today, today)
    assert own["since"] == long_ago.date().isoformat()
    for one in (before, helper):
        assert str(one.person_id) not in whole(packed)
    of_vss = records(made(db, make, pair.vss.service_id, tmp_path / "vss"))
    assert {str(one.person_id) for one in (before, helper, pair.vss)} <= {
        row["person_id"] for row in of_vss["assignment"]
    }
