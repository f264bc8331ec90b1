"""The access log as a data protection officer, a manager and a worker meet it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.models import Event, EventKind, Role, SubjectKind
from tests.make import Make, Pair, share
from tests.pages.conftest import Desk, press, said


def shared(db: Session, make: Make) -> Pair:
    """A pair in which the programme shared something."""
    pair = make.pair()
    make.subject(pair.pp_file, SubjectKind.HIM, name="Hidden Name")
    note = make.note(pair.pp_file, pair.pp)
    share(db, pair.pp, note.id, "What helps to protect her")
    return pair


def lines(at: AppTest) -> list[tuple[str, ...]]:
    table = at.dataframe[0].value
    return [tuple(str(cell) for cell in row) for row in table.itertuples(index=False)]


def test_an_officer_reads_in_sentences_who_read_and_shared_what(db: Session, make: Make, desk: Desk) -> None:
    pair = shared(db, make)
    dora = make.actor(pair.pp.service_id, Role.DATA_PROTECTION)
    db.commit()
    desk.open(pair.pp, "file", case=pair.case.id)
    desk.open(pair.vss, "case", case=pair.case.id)

    at = desk.open(dora, "log")

    told = {(who, what, case) for _, who, _, what, case, _ in lines(at)}
    assert (pair.pp.name, "read our file", pair.case.code) in told
    assert (pair.vss.name, "read what both services share", pair.case.code) in told
    assert (pair.pp.name, "shared something with the other service", pair.case.code) in told
    assert "Hidden Name" not in said(at) + str(lines(at))
    at.text_input(key="log:case").set_value("K-999").run()
    assert "Nothing in the log fits this" in said(at)


def test_an_officer_opens_no_page_of_the_work(db: Session, make: Make, desk: Desk) -> None:
    pair = shared(db, make)
    dora = make.actor(pair.vss.service_id, Role.DATA_PROTECTION)
    make.assign(pair.case, dora)
    db.commit()

    for page in ("today", "cases", "case", "file", "history", "timeline", "people"):
        with pytest.raises(LookupError, match=page):
            desk.open(dora, page, case=pair.case.id)
    assert desk.open(dora, "log").title[0].value == "Access log"


def test_a_worker_has_no_log(db: Session, make: Make, desk: Desk) -> None:
    pair = shared(db, make)
    db.commit()

    with pytest.raises(LookupError, match="log"):
        desk.open(pair.pp, "log")


def test_a_calm_week_says_so_and_a_busy_one_is_a_list_with_its_reasons(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = shared(db, make)
    mira = make.actor(pair.pp.service_id, Role.MANAGER)
    db.commit()
    at = desk.open(mira, "log")
    at.segmented_control(key="log:view").set_value("week").run()
    at.selectbox(key="log:week").select_index(3).run()
    calm = said(at)
    monday = clock.today() - timedelta(days=clock.today().weekday() + 21)
    with desk.store.writing.begin() as writing:
        for _ in range(3):
            writing.add(
                Event(
                    person_id=pair.pp.person_id,
                    service_id=pair.pp.service_id,
                    kind=EventKind.DENIED,
                    subject="cases",
                    subject_id=pair.case.id,
                    act="not_found",
                    created_at=clock.now().replace(hour=12) - (clock.today() - monday),
                )
            )
    at.run()

    assert "Nothing stands out" in calm
    assert "Refused several times" in [block.value for block in at.subheader]
    assert "3 times" in said(at)


def test_the_history_of_a_case_says_who_read_what_of_ones_own_service(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = shared(db, make)
    db.commit()
    desk.open(pair.vss, "case", case=pair.case.id)
    desk.open(pair.vss, "file", case=pair.case.id)
    desk.open(pair.pp, "file", case=pair.case.id)

    mine = said(desk.open(pair.pp, "history", case=pair.case.id))
    theirs = said(desk.open(pair.vss, "history", case=pair.case.id))

    assert "read our file" in mine
    assert "read what both services share" in mine
    assert mine.count("read our file") == 1
    assert theirs.count("read our file") == 1


def test_a_page_that_is_run_again_leaves_one_row(db: Session, make: Make, desk: Desk) -> None:
    pair = shared(db, make)
    db.commit()

    at = desk.open(pair.pp, "file", case=pair.case.id)
    at.run()
    at.run()

    with desk.store.reading.begin() as reading:
        acts = reading.scalars(select(Event.act).where(Event.subject == "case_file", Event.kind == "read"))
        assert acts.all() == ["read"]


def test_before_the_log_is_taken_as_a_file_it_is_asked_who_sits_there(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = shared(db, make)
    officer = make.actor(pair.pp.service_id, Role.DATA_PROTECTION)
    db.commit()

    desk.sign_in(officer, is_fresh=False)

    at = desk.open(officer, "log")

    assert len(at.get("download_button")) == 0
    press(at, "CSV")
    assert "step_up:log:csv:code" in [field.key for field in at.text_input]


def test_an_officer_asks_after_a_breach_and_is_told_by_whom_of_which_classes_and_how_many_it_concerns(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = shared(db, make)
    dora = make.actor(pair.pp.service_id, Role.DATA_PROTECTION)
    db.commit()
    desk.open(pair.pp, "file", case=pair.case.id)
    at = desk.open(dora, "log")
    at.segmented_control(key="log:view").set_value("breach").run()
    asked = said(at)

    at.text_input(key="breach:case").set_value(pair.case.code).run()

    assert "Choose a person, or type the whole code of a case" in asked
    told = {(who, what, classes) for who, _, what, _, _, classes in lines(at)}
    assert (pair.pp.name, "read our file", "C3, C2") in told
    assert "1 man" in said(at)
    assert "Hidden Name" not in said(at) + str(lines(at))
    assert {"Report in Word", "CSV"} <= {button.label for button in at.button}


def test_the_report_after_a_breach_asks_first_who_sits_there(db: Session, make: Make, desk: Desk) -> None:
    pair = shared(db, make)
    dora = make.actor(pair.pp.service_id, Role.DATA_PROTECTION)
    db.commit()
    desk.sign_in(dora, is_fresh=False)
    at = desk.open(dora, "log")
    at.segmented_control(key="log:view").set_value("breach").run()

    at.text_input(key="breach:case").set_value(pair.case.code).run()

    assert not at.dataframe
    assert at.text_input(key="step_up:log:breach:code")
