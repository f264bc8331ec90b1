"""The papers that he may get: seen before they leave, made by the programme of its own file, and by nobody else."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.locale import Words
from core.models import AttendedDay, SubjectKind
from core.operations.papers_for_him import DocumentKind
from tests.make import Make
from tests.pages.conftest import Desk, press, said, whole

T = Words("en", "UTC")


def test_a_day_on_which_he_was_there_is_noted_once_and_stands_in_what_he_will_read(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.subject(pair.pp_file, SubjectKind.HIM, name="Rowan Heron")
    db.commit()
    at = desk.open(pair.pp, "papers", case=pair.case.id)
    assert "Rowan Heron" in said(at)

    at.segmented_control[0].set_value(DocumentKind.ATTENDANCE_CONFIRMATION).run()
    assert T("papers.no_days") in said(at)
    yesterday = clock.today() - timedelta(days=1)
    for _ in range(2):
        at.date_input[0].set_value(yesterday)
        press(at, T("papers.add_day"))

    assert T("error.for_him.day_noted") in said(at)
    assert [one.attended_on for one in db.scalars(select(AttendedDay))] == [yesterday]
    assert said(at).replace("\\", "").count(T.day(yesterday)) == 1
    assert T("papers.word") in [button.label for button in at.button]


def test_without_his_name_in_the_file_no_paper_is_made(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "papers", case=pair.case.id)

    assert T("error.for_him.no_name") in said(at)
    assert T("papers.word") not in [button.label for button in at.button]


def test_her_service_has_no_papers_for_him(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.pp_file, SubjectKind.HIM, name="Rowan Heron")
    db.commit()

    at = desk.open(pair.vss, "papers", case=pair.case.id)

    assert T("error.not_found") in said(at)
    assert "Rowan" not in whole(at)
    assert len(at.segmented_control) == 0
