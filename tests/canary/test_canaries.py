"""What she said and where she is reaches no programme: every page, file, search, error and log, as each of its roles.

Each field of hers holds a word that stands nowhere else; the words are looked for in all that a browser would get.
"""

import base64
import io
import traceback
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, configure_mappers

from core import clock, keys
from core.access import Actor
from core.data_classes import CLASSES, HERS, OPEN, SEALED_BESIDES, columns
from core.db import Record
from core.locale import Words
from core.models import FileNote, Role, ServiceKind, SignIn, Subject
from core.operations import shared_screens, t_points
from core.sealed import SEALED
from core.sealing import KeyMissingError
from pages.ui.site import PAGES
from tests.canary import finding
from tests.canary.conftest import Ground
from tests.canary.planting import (
    STRUCK,
    TAKEN_BACK,
    TAKEN_OUT,
    Canary,
    Planted,
    everything,
    everything_opened,
    seen_through_statements,
)
from tests.canary.sweep import OPENINGS, Sweep, unknown_pages
from tests.pages.conftest import said

WORDS = Words("en", "UTC")
LEAST = 40
SEARCHED = tuple(page for page in OPENINGS if page in {"cases", "meetings", "actions", "agreements", "log"})


def sweep(ground: Ground, role: Role, side: ServiceKind = ServiceKind.PP) -> Sweep:
    planted = ground.planted
    actor = planted.person(role, side)
    return Sweep(ground.desk, planted, actor, f"{side} {role}", planted.forbidden_to(actor.roles))


def files_of(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


# --- The harness itself ------------------------------------------------------------------------------------------------


def test_every_text_column_of_every_record_has_a_class() -> None:
    assert {table: set(held) for table, held in CLASSES.items()} == columns()


def test_every_field_of_hers_lies_sealed_or_says_why_it_does_not() -> None:
    configure_mappers()

    lies_sealed = {(model.__tablename__, name) for model, names in SEALED.items() for name in names}

    assert lies_sealed == HERS - set(OPEN) | SEALED_BESIDES
    assert all(OPEN.values())


def test_every_field_of_hers_holds_a_canary(ground: Ground) -> None:
    canaries = ground.planted.canaries.values()

    assert {(canary.table, canary.column) for canary in canaries} >= HERS
    assert len(canaries) >= LEAST


def test_the_harness_knows_every_page() -> None:
    assert unknown_pages() == set()


def test_a_page_that_the_harness_does_not_know_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(OPENINGS, PAGES[-1].key)

    assert unknown_pages() == {PAGES[-1].key}


def test_a_canary_is_found_however_it_is_packed() -> None:
    word = finding.word(7)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as part:
        part.writestr("docProps/core.xml", f"<creator>{word}</creator>")

    assert finding.hits(f"a {word.upper()} b".encode()) == {word}
    assert finding.hits(word.encode("utf-16-le")) == {word}
    assert finding.hits(packed.getvalue()) == {word}
    for before in ("", "x", "xy", "xyz"):
        assert finding.hits(base64.b64encode(f"{before}{word} and more".encode())) == {word}
    assert finding.hits(b"nothing of hers") == set()


def test_every_canary_stands_in_the_database_and_what_was_struck_out_does_not(ground: Ground) -> None:
    with ground.store.reading() as db:
        held = set().union(*(finding.hits(row) for _table, row in everything_opened(db)))

    struck = {word for word, canary in ground.planted.canaries.items() if canary.what == STRUCK}
    assert held == set(ground.planted.canaries) - struck


def test_the_database_itself_holds_no_word_of_hers_but_the_codes_of_cases(ground: Ground) -> None:
    with ground.store.reading() as db:
        bare = set().union(*(finding.hits(row) for _table, row in everything(db)))

    found = {
        (canary.table, canary.column) for word, canary in ground.planted.canaries.items() if word in bare
    }
    assert found == set(OPEN)


#: Given to the programme by her own service: to answer, or to lie beside its own answers from the opening on. Until then,
#: and when it was taken back, the statements alone hold it.
SEALED_FOR_BOTH = {
    ("file_request", "identification"),
    ("handed_in", "her_words"),
    ("handed_answer", "told_by"),
    ("handed_answer", "note"),
}


def test_no_word_of_hers_opens_with_the_keys_of_the_programme(ground: Ground) -> None:
    planted, tried = ground.planted, set()
    pp = planted.world.pair.pp
    with ground.store.reading() as db:
        records = [(c, record) for c, record in _canaries_in_records(db, planted)]
    with ground.store.reading() as db:
        keys.of(db, pp)
        for canary, record in records:
            held = db.get_one(type(record), record.id)
            if canary.open_to or (canary.table, canary.column) in SEALED_FOR_BOTH:
                assert canary.word in getattr(held, canary.column)
                continue
            with pytest.raises(KeyMissingError):
                getattr(held, canary.column)
            tried.add((canary.table, canary.column))

    assert tried == HERS - set(OPEN) - SEALED_FOR_BOTH


def _canaries_in_records(db: Session, planted: Planted) -> Iterator[tuple[Canary, Record]]:
    """Each canary in a sealed column with its record."""
    keys.whole(db)
    for model, names in SEALED.items():
        for record in db.scalars(select(model)):
            for name in names:
                for canary in planted.canaries.values():
                    if (canary.table, canary.column) == (model.__tablename__, name) and canary.word in str(
                        getattr(record, name)
                    ):
                        yield canary, record


def test_her_own_service_reads_them(ground: Ground) -> None:
    planted = ground.planted
    hers = Sweep(ground.desk, planted, planted.world.pair.vss, "her service", set())
    hers.see_all()
    for case in ("case", "her_case"):
        hers.open("file", {"case": case})
        hers.press("file", WORDS("file.reveal"))

    shown = set(planted.canaries)
    with ground.store.reading() as db:
        for _name, row in seen_through_statements(db, hers.actor):
            hers.look(row, "statement")
        for _label, move in t_points.moves(db, hers.actor, planted.ids["her_case"]):
            hers.look(move.reason.encode(), "move")
    unread = {planted.canaries[word].what for word in shown - hers.found}
    assert unread == {STRUCK, TAKEN_BACK, TAKEN_OUT}


# --- The programme ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_no_page_and_no_file_shows_the_programme_a_word_of_hers(ground: Ground, role: Role) -> None:
    programme = sweep(ground, role)

    programme.see_all()

    assert programme.hits == []
    assert programme.runs > len(programme.pages())
    if role is Role.CASE_MANAGER:
        assert len(programme.downloads) >= 20, programme.downloads
        assert programme.found, "the question that her service asked is read by who answers it"


@pytest.mark.parametrize("role", list(Role))
def test_no_statement_shows_the_programme_a_column_of_hers(ground: Ground, role: Role) -> None:
    actor = ground.planted.person(role)
    with ground.store.reading() as db:
        seen = [(name, finding.hits(row)) for name, row in seen_through_statements(db, actor)]

    forbidden = ground.planted.forbidden_to(actor.roles)
    assert {name: words & forbidden for name, words in seen if words & forbidden} == {}


def test_a_search_for_a_word_of_hers_finds_what_a_word_of_nobody_finds(ground: Ground) -> None:
    programme = sweep(ground, Role.CASE_MANAGER)
    words = list(programme.planted.canaries)[:: len(programme.planted.canaries) // 3]

    for page in SEARCHED[:-1]:
        nothing = programme.searched(page, finding.STEM.decode() + "zzz")
        assert nothing
        for word in words:
            assert programme.searched(page, word) == nothing, (page, programme.planted.canaries[word])
    assert programme.hits == []


# --- The shared screen ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.CHAIR, Role.CASE_MANAGER])
def test_the_table_shows_no_word_of_hers_whoever_of_her_service_drives_it(ground: Ground, role: Role) -> None:
    driver = sweep(ground, role, ServiceKind.VSS)
    driver.forbidden = set(ground.planted.canaries)

    for page in ("table", "minutes", "meeting", "plan"):
        for names in OPENINGS[page]:
            if "her_case" not in names.values():
                driver.open(page, names)

    assert driver.hits == []


@contextmanager
def shared_screen(ground: Ground, actor: Actor, meeting: str) -> Iterator[None]:
    """The browser of this person is the shared screen of the meeting."""
    ground.desk.sign_in(actor)
    own = update(SignIn).where(SignIn.person_id == actor.person_id)
    until = clock.now() + shared_screens.LONGEST
    with ground.store.writing.begin() as db:
        db.execute(own.values(shared_meeting_id=ground.planted.ids[meeting], shared_until=until))
    yield
    with ground.store.writing.begin() as db:
        db.execute(own.values(shared_meeting_id=None, shared_until=None))


@pytest.mark.parametrize("role", [Role.CHAIR, Role.CASE_MANAGER])
def test_the_shared_screen_gives_no_word_of_hers_whatever_is_pressed_on_it(
    ground: Ground, role: Role
) -> None:
    actor = ground.planted.person(role, ServiceKind.VSS)
    with shared_screen(ground, actor, "table"):
        driver = sweep(ground, role, ServiceKind.VSS)
        driver.forbidden = set(ground.planted.canaries)
        assert WORDS("shared_screen.banner") in said(driver.at)
        pressed = driver.press_all("table", {}, most=12)
        driver.take_files("shared screen")

    assert pressed > 3
    assert driver.downloads == set()
    assert driver.hits == []


# --- What lies on the disk -----------------------------------------------------------------------------------------------


def test_no_file_of_the_program_holds_a_word_of_hers(ground: Ground) -> None:
    looked = {path: path.read_bytes() for path in files_of(ground.home)}

    assert {path.name for path in looked} >= {"concord.db", "concord.db-wal"}
    assert {path.name: finding.hits(raw) for path, raw in looked.items() if finding.hits(raw)} == {}


def test_no_row_of_the_log_holds_a_word_of_hers(ground: Ground) -> None:
    with ground.store.reading() as db:
        rows = [row for table, row in everything(db) if table == "event"]

    assert len(rows) > LEAST
    assert finding.hits(b"".join(rows)) == set()


def test_an_error_of_the_database_says_no_word_of_hers(ground: Ground) -> None:
    with ground.store.writing() as db:
        subject = db.scalars(select(Subject).where(Subject.id == ground.planted.ids["her"])).one()
        note = FileNote(
            file_id=ground.planted.world.pair.vss_file.id,
            author_id=ground.planted.ids["her"],  # nobody who works there: the database refuses it
            topic="her_account",
            text=subject.address,
            written_on=clock.today(),
        )
        db.add(note)
        with pytest.raises(IntegrityError) as raised:
            db.flush()

    printed = "".join(traceback.format_exception(raised.value))
    assert "INSERT INTO file_note" in printed
    assert finding.hits(f"{raised.value!r} {printed}".encode()) == set()


def test_a_case_that_is_not_theirs_is_answered_as_one_that_does_not_exist(ground: Ground) -> None:
    programme = sweep(ground, Role.CASE_MANAGER)
    for page in ("case", "file", "frame", "team", "history", "phase", "timeline", "plan", "emergency"):
        programme.open(page, {"case": "her_case"})
        hers = said(programme.at)
        programme.open(page, {"case": "nothing"})
        assert said(programme.at) == hers, page
        assert "not found" in hers.lower() or hers, page

    assert programme.hits == []
