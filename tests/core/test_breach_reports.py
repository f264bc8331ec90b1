"""The report after a breach: out of the log alone, who reached what, when, of which classes, of how many people."""

import tomllib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy.orm import Session

from core import clock, data_classes
from core.access import Actor
from core.data_classes import CLASSES, WIDE, of_event
from core.errors import Invalid, NotAllowed
from core.lists import ALL, Asked
from core.locale import Words
from core.models import Departure, EventKind, Role, SubjectKind
from core.operations import breach_reports, exports, files
from core.operations.access_log import Wanted
from core.operations.breach_reports import Reach, Report
from tests.make import Make, Pair
from tests.reading import read

WORDS = Words("en", "UTC")


def report(db: Session, reader: Actor, **wanted: Any) -> Report:
    today = clock.today()
    days = {"since": today - timedelta(days=7), "until": today} | wanted
    return breach_reports.find(db, reader, wanted=Wanted(**days))


def told(made: Report) -> list[tuple[str, EventKind, str, int, int]]:
    return [(row.person, row.kind, f"{row.subject}.{row.act}", row.times, row.records) for row in made.rows]


def read_and_changed(db: Session, make: Make) -> tuple[Pair, Actor]:
    """Her worker reads her file and writes two notes in it; her officer asks."""
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.HER, name="Hidden Name")
    make.subject(pair.vss_file, SubjectKind.CHILD, name="Hidden Child")
    make.subject(pair.pp_file, SubjectKind.HIM, name="His Name")
    for words in ("A note", "Another"):
        files.add_note(
            db, pair.vss, pair.case.id, topic="other", text_=words, source="", written_on=clock.today()
        )
    read(db, pair.vss, files.mine, pair.case.id)
    return pair, make.actor(pair.vss.service_id, Role.DATA_PROTECTION)


def test_an_officer_reads_who_reached_what_of_a_case_of_which_classes_and_how_many_it_concerns(
    db: Session, make: Make
) -> None:
    pair, officer = read_and_changed(db, make)

    made = report(db, officer, code=pair.case.code)

    assert told(made) == [
        (pair.vss.name, EventKind.READ, "case_file.read", 1, 1),
        (pair.vss.name, EventKind.CHANGE, "file_note.add", 2, 2),
    ]
    assert [row.classes for row in made.rows] == [("C6", "C5", "C2"), ("C5",)]
    assert {(row.first_on, row.last_on) for row in made.rows} == {(clock.today(), clock.today())}
    assert (made.cases, made.people) == (1, {SubjectKind.HER: 1, SubjectKind.CHILD: 1})
    assert made.classes == ("C6", "C5", "C2")


def test_the_same_is_asked_of_a_person_and_the_days_bound_it(db: Session, make: Make) -> None:
    pair, officer = read_and_changed(db, make)
    yesterday = clock.today() - timedelta(days=1)

    assert len(report(db, officer, person_id=pair.vss.person_id).rows) == 2
    assert report(db, officer, person_id=officer.person_id).rows == ()
    assert report(db, officer, person_id=pair.vss.person_id, until=yesterday).rows == ()
    assert report(db, officer, code="NO-99").people == {}


def test_the_other_service_reads_nothing_of_it_and_counts_its_own_people(db: Session, make: Make) -> None:
    pair, _ = read_and_changed(db, make)
    his = make.actor(pair.pp.service_id, Role.DATA_PROTECTION)
    read(db, pair.pp, files.mine, pair.case.id)

    made = report(db, his, code=pair.case.code)

    assert told(made) == [(pair.pp.name, EventKind.READ, "case_file.read", 1, 1)]
    assert made.people == {SubjectKind.HIM: 1}
    assert made.classes == ("C3", "C2")


def test_it_is_made_for_whoever_reads_the_log_after_proving_who_they_are(db: Session, make: Make) -> None:
    pair, officer = read_and_changed(db, make)

    with pytest.raises(NotAllowed):
        report(db, pair.vss, code=pair.case.code)
    officer = type(officer)(**{**vars(officer), "is_fresh": False})
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        report(db, officer, code=pair.case.code)


def test_it_asks_for_whom_and_for_days_and_says_when_it_is_too_much(
    db: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, officer = read_and_changed(db, make)

    with pytest.raises(Invalid, match=r"error\.breach\.whom"):
        report(db, officer)
    with pytest.raises(Invalid, match=r"error\.no_date"):
        report(db, officer, code=pair.case.code, since=None)
    monkeypatch.setattr(breach_reports, "MOST", 2)
    with pytest.raises(Invalid, match=r"error\.breach\.too_much"):
        report(db, officer, code=pair.case.code)


def cells(row: Reach) -> list[str]:
    return [row.person, row.service, row.act, str(row.times), str(row.first_on), " ".join(row.classes)]


def test_it_goes_into_word_and_into_a_list_and_names_nobody_of_the_case(db: Session, make: Make) -> None:
    pair, officer = read_and_changed(db, make)
    wanted = Wanted(code=pair.case.code, since=clock.today(), until=clock.today())

    word = breach_reports.document(db, officer, wanted=wanted, cells=cells, words=WORDS)
    listed = exports.table(
        db,
        officer,
        lambda db, actor, asked: breach_reports.search(db, actor, asked, wanted=wanted),
        what="log",
        asked=Asked(limit=ALL),
        heads=["Who", "Service", "What", "Times", "Days", "Classes"],
        cells=cells,
        form="csv",
    ).decode("utf-8-sig")

    document = Document(BytesIO(word))
    said = "\n".join(
        [line.text for line in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    for part in (pair.vss.name, pair.case.code, "1 woman, 1 child", "C6 C5 C2", WORDS("records.klass.C6")):
        assert part in said
    assert pair.vss.name in listed
    assert "Hidden" not in said + listed
    assert [one.kind for one in db.query(Departure)] == ["breach_report", "log"]


def test_every_act_that_names_a_whole_case_or_file_says_which_classes_it_reaches() -> None:
    source = Path(data_classes.__file__).parent / "locale" / "en.toml"
    events = tomllib.loads(source.read_text(encoding="utf-8"))["event"]
    reading = ("read", "export_", "print_", "share_", "reveal")
    acts = {
        (subject, act)
        for subject in ("case", "case_file")
        for act in events[subject]
        if act.startswith(reading)
    }

    assert acts <= WIDE.keys()
    assert {one for classes in WIDE.values() for one in classes} <= set(data_classes.KINDS)


#: Whose lines name no text that anybody typed about a case.
WITHOUT_TEXT = {"log_cut", "strike", "training_mark"}


def test_every_act_that_reads_or_takes_something_along_reaches_a_class() -> None:
    source = Path(data_classes.__file__).parent / "locale" / "en.toml"
    events = tomllib.loads(source.read_text(encoding="utf-8"))["event"]
    beginnings = ("read", "export", "print_", "share_", "reveal", "take_copy", "make", "any")
    bare = {
        (subject, act)
        for subject, acts in events.items()
        if isinstance(acts, dict) and subject not in WITHOUT_TEXT
        for act in acts
        if act.startswith(beginnings) and not of_event(subject, act, is_his=False)
    }

    # A half of a passphrase opens nothing by itself.
    assert bare == {("service_export", "any"), ("service_export", "read_half")}
    assert of_event("first_pass", "answer", is_his=False) == ("C6", "C5")
    assert of_event("closing", "read_report", is_his=False) == ("C4", "C2")


def test_an_act_on_one_record_reaches_the_classes_of_its_texts_and_at_the_programme_nothing_is_hers() -> None:
    assert of_event("file_note", "read", is_his=False) == ("C5",)
    assert of_event("subject", "revise", is_his=True) == ("C3", "C2")
    assert of_event("something", "new", is_his=False) == ()
    assert all("C6" not in of_event(subject, "any", is_his=True) for subject in CLASSES)
