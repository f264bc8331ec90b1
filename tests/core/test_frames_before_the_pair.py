"""Whoever only answered that it holds the parallel file reads nothing of the opener's frame before both confirm."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import docx
from sqlalchemy.orm import Session

from core import clock
from core.lists import Asked
from core.locale import Words
from core.models import Known
from core.operations import (
    case_lists,
    cases,
    emergencies,
    phases,
    requests,
    risk_assessments,
    timelines,
)
from core.operations.phases import Progress
from tests.core.test_partings import answered
from tests.core.test_requests import Question
from tests.core.test_service_exports import made, records, whole
from tests.make import Make

WORDS = Words("en", "UTC")
LONG_AGO = timedelta(days=90)
FRAME = ("phase", "living_together", "children_count", "is_in_target", "exclusions", "exclusions_checked_on")


def described(db: Session, make: Make) -> Question:
    """The programme opened its case long ago, wrote down its frame and walked on; then the other service answered."""
    question = answered(db, make)
    ivo, case = question.ivo, question.case
    case.opened_on, case.created_at = clock.today() - LONG_AGO, clock.now() - LONG_AGO
    db.flush()
    cases.describe(
        db,
        ivo,
        case.id,
        living_together=Known.NO,
        children_count=2,
        is_in_target=False,
        target_reason="Both are young",
        exclusions=["firearms"],
        exclusions_reason="He hunts",
        version=case.version,
    )
    following = phases.overview(db, ivo, case.id).next
    assert following is not None
    phases.enter(db, ivo, case.id, phase=following.phase.id, reason="It was time", version=case.version)
    return question


def confirmed(db: Session, question: Question) -> None:
    for actor in (question.ivo, question.elena):
        requests.confirm(db, actor, question.case.id)


def sheet_text(db: Session, question: Question) -> str:
    paper = emergencies.sheet(db, question.elena, question.case.id, words=WORDS)
    read = docx.Document(BytesIO(paper))
    return "\n".join(cell.text for table in read.tables for row in table.rows for cell in row.cells)


def test_whether_he_is_in_the_household_is_unknown_to_who_only_answered_until_both_confirmed(
    db: Session, make: Make
) -> None:
    question = described(db, make)
    no = WORDS("emergency.together.no")

    before = emergencies.of_case(db, question.elena, question.case.id).living_together

    assert before is Known.UNKNOWN
    assert no not in sheet_text(db, question)
    assert emergencies.of_case(db, question.ivo, question.case.id).living_together is Known.NO
    confirmed(db, question)
    assert emergencies.of_case(db, question.elena, question.case.id).living_together is Known.NO
    assert no in sheet_text(db, question)


def test_the_list_of_who_only_answered_says_no_phase_and_no_day_and_is_not_sorted_by_them(
    db: Session, make: Make
) -> None:
    question = described(db, make)
    own = cases.open(
        db,
        question.elena,
        cooperation_id=question.cooperation.id,
        code="K-2031-900",
        opened_on=clock.today() - 2 * LONG_AGO,
    )

    for sort in ("opened", "phase"):
        rows = case_lists.list_mine(db, question.elena, Asked(sort=sort)).rows
        assert [row.id for row in rows] == [own.id, question.case.id]
        assert (rows[1].phase, rows[1].opened_on) == ("", None)
    confirmed(db, question)
    [row] = (one for one in case_lists.list_mine(db, question.elena).rows if one.id == question.case.id)
    assert row.phase
    assert row.opened_on == question.case.opened_on


def test_the_timeline_of_who_only_answered_begins_today(db: Session, make: Make) -> None:
    question = described(db, make)

    begins = {
        one: timelines.of_case(db, one, question.case.id).begins_on for one in (question.ivo, question.elena)
    }

    assert begins == {question.ivo: clock.today() - LONG_AGO, question.elena: clock.today()}


def test_who_only_answered_stands_in_the_first_phase_and_sees_no_check_of_the_frame_done(
    db: Session, make: Make
) -> None:
    question = described(db, make)

    hers, his = (phases.overview(db, one, question.case.id) for one in (question.elena, question.ivo))

    assert hers.standing is not None
    assert his.standing is not None
    assert hers.standing.phase != his.standing.phase

    assert hers.standing.step is not None
    assert hers.standing.step.id == "parallel_file"
    shown = {step.id for phase in hers.phases for step in phase.steps}
    assert not shown & {"target_checked", "exclusions_checked"}

    def done(seen: phases.Overview) -> set[str]:
        steps = [step for phase in seen.phases for step in phase.steps]
        return {step.id for step in steps if step.progress is Progress.BY_RECORD}

    checks = {"target_checked", "exclusions_checked"}
    assert done(his) >= checks
    assert not done(hers) & checks


def test_who_only_answered_is_offered_no_child_of_the_frame(db: Session, make: Make) -> None:
    question = described(db, make)

    assert risk_assessments.proposed_children(db, question.elena, question.case.id) == ()
    assert len(risk_assessments.proposed_children(db, question.ivo, question.case.id)) == 2


def test_the_file_of_the_service_that_only_answered_says_the_own_day_and_no_frame(
    db: Session, make: Make, tmp_path: Path
) -> None:
    question = described(db, make)
    opened_text = WORDS.day(question.case.opened_on)

    packed = made(db, make, question.elena.service_id, tmp_path)

    [row] = records(packed)["case"]
    assert [row[name] for name in FRAME] == ["", "unknown", None, None, [], None]
    assert row["opened_on"] == clock.today().isoformat()
    assert clock.today().isoformat() in row["created_at"]
    assert opened_text not in packed.read("index.html").decode()
    for said in ("Both are young", "He hunts", "firearms"):
        assert said not in whole(packed)
