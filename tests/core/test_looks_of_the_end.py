"""What is read of a file at its end, and what is taken along of it, leaves its line where it belongs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit
from core.locale import Words
from core.operations import (
    closing_checks,
    closing_reports,
    closings,
    notice_answers,
    notice_boards,
    notice_documents,
    path_entries,
    picture_documents,
    reentries,
    releases,
)
from core.operations.picture_documents import Edition
from tests import closing as steps
from tests.make import Make
from tests.notices import TODAY, days, left, sent

WORDS = Words("en", "UTC")


def test_reading_what_the_own_file_holds_of_the_end_leaves_a_line_of_the_file(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.dated(db, pair)
    closing = closings.begin(db, pair.vss, pair.case.id)
    steps.own_done(db, pair, pair.vss, closing)
    looks: list[audit.Look] = []
    db.info[audit.LOOKS] = looks

    closing_checks.of_own_side(db, pair.vss, closing)

    assert [(one.subject, one.subject_id, one.act) for one in looks] == [
        ("case_file", pair.vss_file.id, "read_closing_steps")
    ]


def test_reading_his_conditions_and_what_she_was_told_leaves_a_line_of_the_file(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    for kind, ago in (("intake", 90), ("left", 60), ("returned", 5)):
        entry = path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=days(ago))
    reentries.decide(db, pair.pp, entry.id, begins_anew=False, conditions="Every week")
    notice = sent(db, pair, pair.pp, left(pair.pp))
    notice_answers.record_talk(db, pair.vss, notice.id, happened_on=TODAY, was_told=True)
    looks: list[audit.Look] = []
    db.info[audit.LOOKS] = looks

    reentries.of_case(db, pair.pp, pair.case.id)
    notice_boards.of_case(db, pair.vss, pair.case.id)

    of_files = [(one.subject_id, one.act) for one in looks if one.subject == "case_file"]
    assert of_files == [(pair.pp_file.id, "read_conditions"), (pair.vss_file.id, "read_talks")]


def test_her_service_sees_which_papers_left_since_she_released_something(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.vss)
    closing = steps.prepared(db, make, pair)

    notice_documents.document(db, pair.pp, notice.id, words=WORDS)
    picture_documents.document(db, pair.pp, pair.case.id, words=WORDS, form=Edition.JOINT)
    closing_reports.document(db, pair.pp, closing.id, words=WORDS)

    [told] = [one for one in releases.of_case(db, pair.vss, pair.case.id) if one.item.id == notice.item_id]
    assert sorted((one.subject, one.act) for one in told.documents) == [
        ("case", "export_picture"),
        ("closing", "export"),
        ("immediate_notice", "export"),
    ]


def test_that_a_notice_was_written_is_told_to_nobody_before_it_is_read(db: Session, make: Make) -> None:
    pair = make.pair()

    sent(db, pair, pair.vss, basis=releases.Basis.DANGER)

    seen = db.scalars(access.visible_events(pair.pp)).all()
    assert "immediate_notice" not in {one.subject for one in seen}
    assert db.scalars(select(access.visible_events(pair.vss).subquery().c.act)).all().count("send") == 1
