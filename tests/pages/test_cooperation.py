"""The pages of a cooperation: where it stands, Phase 1, shared words, training."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.access import Actor
from core.locale import Words
from core.models import (
    Agreement,
    AgreementLevel,
    Attendance,
    Cooperation,
    GlossaryTerm,
    Lesson,
    Meeting,
    MeetingState,
    Person,
    Role,
)
from core.operations import cooperations, glossary_terms, phase_1_records, training_marks
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said, whole

T = Words("en", "UTC")


def labels(at: AppTest) -> str:
    return "\n".join(expander.label for expander in at.expander).replace("\\", "")


def test_the_overview_shows_the_first_steps_of_two_services(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "cooperation")

    assert "**0 of 5** aims discussed" in said(at)
    assert "There is no agreement of the two organisations yet" in said(at)
    assert "Phase 1: the teams meet · 0 of 8 done" in labels(at)


def test_a_step_is_marked_and_phase_1_is_walked_again(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.add(GlossaryTerm(cooperation_id=pair.case.cooperation_id, term="Risk", meaning="x"))
    db.add(
        Agreement(
            level=AgreementLevel.ORGANISATION,
            cooperation_id=pair.case.cooperation_id,
            created_by=pair.pp.person_id,
        )
    )
    db.commit()
    at = desk.open(pair.vss, "cooperation")
    assert "is being drafted" in said(at)

    at.text_area[0].set_value("Done last year, on paper.")
    press(at, "Save mark")
    assert "Phase 1: the teams meet · 3 of 8 done" in labels(at)
    press(at, "Walk Phase 1 once more")
    assert at.error[-1].value == "Please fill this in."
    at.text_area[1].set_value("A year has passed.")
    press(at, "Walk Phase 1 once more")

    assert "A year has passed" in said(at)


def test_several_cooperations_are_a_choice_and_none_is_said(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.add(Cooperation(pp_id=pair.pp.service_id, vss_id=make.service(pair.vss.kind).id))
    alone = make.actor(make.service())
    db.commit()

    assert "Whom is this about?" in said(desk.open(pair.pp, "cooperation"))
    assert "in no cooperation yet" in said(desk.open(alone, "phase_1"))


def test_another_services_cooperation_is_not_there(db: Session, make: Make, desk: Desk) -> None:
    pair, stranger = make.pair(), make.pair().vss
    db.commit()

    for page in ("cooperation", "phase_1", "glossary", "training"):
        at = desk.open(stranger, page, cooperation=pair.case.cooperation_id)
        assert at.error[0].value == "This does not exist, or it is not yours to see."


def test_both_teams_write_on_an_aim_from_two_screens(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    of_pp, of_vss = desk.open(pair.pp, "phase_1"), desk.open(pair.vss, "phase_1")

    of_vss.text_area[0].set_value("We begin with *her*.")
    of_vss.text_area[1].set_value("Both agree.")
    press(of_vss, "Save")
    missing = f"Missing: what {pair.pp.service_name} says."
    assert missing in said(of_pp.run()).replace("\\", "")
    assert "aims discussed, one begun" in said(desk.open(pair.pp, "cooperation"))
    of_pp.text_area[0].set_value("We begin with him.")
    press(of_pp, "Save")

    assert "We begin with \\*her\\*\\." in said(of_pp)
    assert of_pp.text_area[0].value == "We begin with him."
    assert of_pp.text_area[1].value == "Both agree."
    assert "Missing" not in said(of_pp)
    assert "**1 of 5** aims discussed" in said(desk.open(pair.pp, "cooperation"))


def test_who_wrote_on_the_same_text_sees_both_and_chooses(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    mine, theirs = desk.open(pair.pp, "phase_1"), desk.open(pair.vss, "phase_1")
    theirs.text_area[1].set_value("Their wording")
    press(theirs, "Save")

    mine.text_area[1].set_value("My wording")
    press(mine, "Save")
    assert "Somebody else saved this" in mine.error[0].value
    assert "Their wording" in said(mine)
    assert mine.text_area[1].value == "My wording"
    press(mine, "I have read it and go on with mine")
    press(mine, "Save")

    db.rollback()
    points = cooperations.points(db, pair.vss, pair.case.cooperation_id)
    assert points[0].texts["agreed"] == "My wording"


def test_who_comes_back_to_an_aim_with_nothing_unsent_reads_what_is_saved_and_of_no_conflict(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    cooperation_id = pair.case.cooperation_id
    first, second = (point.key for point in cooperations.points(db, pair.pp, cooperation_id)[:2])
    db.commit()
    mine = desk.open(pair.pp, "phase_1")
    mine.text_area[1].set_value("My wording")
    press(mine, "Save")
    aims = f"point:{cooperation_id}"
    mine.pills(key=aims).set_value(second).run()
    theirs = desk.open(pair.vss, "phase_1")
    theirs.text_area[1].set_value("Their wording")
    press(theirs, "Save")

    mine.pills(key=aims).set_value(first).run()

    assert mine.text_area[1].value == "Their wording"
    assert "meanwhile" not in said(mine)
    assert "I have read it and go on with mine" not in [button.label for button in mine.button]


@pytest.mark.parametrize("way", ["I have read it and go on with mine", "Take what is saved now"])
def test_neither_way_to_go_on_loses_what_only_one_of_them_wrote(
    way: str, db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    mine, theirs = desk.open(pair.pp, "phase_1"), desk.open(pair.vss, "phase_1")
    theirs.text_area[1].set_value("Both agree.")
    press(theirs, "Save")

    mine.run()
    mine.text_area[0].set_value("A long view of the programme")
    press(mine, way)
    assert [area.value for area in mine.text_area][:2] == ["A long view of the programme", "Both agree."]
    press(mine, "Save")

    db.rollback()
    texts = cooperations.points(db, pair.vss, pair.case.cooperation_id)[0].texts
    assert (texts["pp_said"], texts["agreed"]) == ("A long view of the programme", "Both agree.")


def test_an_open_question_and_a_draft_for_the_agreement(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "phase_1")

    press(at, "Add draft")
    assert at.error[-1].value == "Please fill this in."
    next(area for area in at.text_area if area.label == "Wording").set_value("Her safety comes first.")
    press(at, "Add draft")
    assert "**Principle** (both services): Her safety comes first" in said(at)

    made = cooperations.proposals(db, pair.pp, pair.case.cooperation_id)[0].id
    db.rollback()
    at.selectbox[0].select(made).run()
    press(at, "Take back")
    assert "Nothing is drafted yet" in said(at)


def test_words_are_taken_over_changed_and_taken_out(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    here = pair.case.cooperation_id
    at = desk.open(pair.vss, "glossary")

    press(at, "Save word")
    assert len(at.error) >= 1
    at.multiselect[0].set_value(["safety"])
    press(at, "Take these words over")
    term = glossary_terms.of_cooperation(db, pair.vss, here)[0].id
    db.rollback()
    at.selectbox[0].select(term).run()
    at.text_area[1].set_value("PP: no new violence. VSS: she sleeps.")
    press(at, "Save word")
    assert "no new violence" in said(at)
    at.text_input[0].set_value("Safety now")
    press(at, "Save word")
    assert "Safety now" in said(at)
    press(at, "Take out")
    assert "No word is shared yet" in said(at)


def test_a_session_is_ticked_for_people_of_both_teams(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "training")
    press(at, "Save ticks")
    assert [toast.value for toast in at.toast] == ["No tick was changed, and nothing saved."]

    at.multiselect[0].set_value([pair.pp.person_id, pair.vss.person_id])
    press(at, "Save ticks")
    assert at.error[0].value == "Please choose a date."
    at.date_input[0].set_value(clock.today())
    press(at, "Save ticks")

    assert "| 1. Gender-based violence | 2. Child protection |" in said(at).replace("\\", "")
    db.rollback()
    assert len(training_marks.grid(db, pair.pp, pair.case.cooperation_id).taken) == 2


def _record(db: Session, actor: Actor, pair: Pair) -> str:
    made = phase_1_records.document(db, actor, pair.case.cooperation_id, words=Words())
    document = Document(BytesIO(made))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_record_of_phase_1_says_who_commits_themselves_and_by_when(db: Session, make: Make) -> None:
    pair = make.pair()
    manager = make.actor(pair.pp.service_id, Role.MANAGER)
    cooperations.propose(
        db,
        manager,
        pair.case.cooperation_id,
        chapter="commitments",
        wording="A call within a day",
        side="pp",
        point="",
        due_on=date(2027, 3, 1),
    )

    assert "perpetrator programme, by 1 Mar 2027: A call within a day" in _record(db, manager, pair)


def test_the_record_of_phase_1_names_who_led_and_who_wrote_though_they_have_left_since(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    leader, writer = (make.actor(pair.vss.service_id, role) for role in (Role.CHAIR, Role.MINUTE_TAKER))
    db.add(
        Meeting(
            cooperation_id=pair.case.cooperation_id,
            kind="phase_1",
            state=MeetingState.CLOSED,
            planned_at=clock.now(),
            duration=timedelta(minutes=90),
            created_by=pair.pp.person_id,
            chair_id=leader.person_id,
            minute_taker_id=writer.person_id,
        )
    )
    for actor in (leader, writer):
        db.get_one(Person, actor.person_id).is_active = False
    db.flush()

    record = _record(db, pair.pp, pair)

    assert leader.name in record
    assert writer.name in record


def test_a_meeting_of_both_teams_is_planned_though_an_earlier_one_was_forgotten(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.add(
        Meeting(
            cooperation_id=pair.case.cooperation_id,
            kind="phase_1",
            state=MeetingState.INVITED,
            planned_at=clock.now() - timedelta(days=3),
            duration=timedelta(minutes=90),
            created_by=pair.pp.person_id,
        )
    )
    db.commit()

    assert "Plan a meeting of both teams" in whole(desk.open(pair.pp, "cooperation"))


def test_the_record_of_phase_1_in_word_says_what_the_page_says(db: Session, make: Make) -> None:
    pair = make.pair()
    here = pair.case.cooperation_id
    texts = {"pp_said": "We & <b>they</b>", "agreed": "Call {{ first }}", "views_kept": "How much"}
    cooperations.write_point(db, pair.pp, here, point="trust", texts=texts, seen={})
    cooperations.write_point(
        db, pair.vss, here, point="open_questions", texts={"agreed": "Who calls?\nWhen?"}, seen={}
    )
    glossary_terms.add(db, pair.pp, here, term="Alarm", meaning="Call.", difference="PP: same day.")
    cooperations.propose(db, pair.vss, here, chapter="objectives", wording="Fewer surprises")
    assert "No meeting of both teams has been held yet" in _record(db, pair.pp, pair)
    leader = make.actor(pair.vss.service_id, Role.CHAIR)
    db.add(
        Meeting(
            cooperation_id=here,
            kind="phase_1",
            state=MeetingState.CLOSED,
            planned_at=clock.now(),
            duration=timedelta(minutes=90),
            created_by=pair.pp.person_id,
            chair_id=leader.person_id,
            attendances=[
                Attendance(person_id=leader.person_id, service_id=leader.service_id, is_present=True)
            ],
        )
    )
    db.flush()

    text = _record(db, pair.vss, pair)

    for said_there in (
        "We & <b>they</b>", "Call {{ first }}", "How much", "Alarm", "Still different: PP: same day.",
        "Fewer surprises", "Who calls?", "When?", leader.name, "0 of 1",
    ):  # fmt: skip
        assert said_there in text, said_there


def test_a_red_line_says_that_no_agreement_holds_or_that_its_review_is_overdue(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()

    bare = desk.open(pair.pp, "cooperation", cooperation=pair.case.cooperation_id)
    agreement = make.agreement_in_force(pair)
    agreement.review_on = clock.today() + timedelta(days=1)
    db.commit()
    held = desk.open(pair.pp, "cooperation", cooperation=pair.case.cooperation_id)
    agreement.review_on = clock.today() - timedelta(days=1)
    db.commit()
    overdue = desk.open(pair.vss, "cooperation", cooperation=pair.case.cooperation_id)

    assert [one.value for one in held.error] == []
    assert "No agreement between the managements is in force" in bare.error[0].value
    assert "was to be reviewed on" in overdue.error[0].value


def test_what_the_services_learned_is_read_without_the_case_and_by_nobody_of_another_pair(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, stranger = make.pair(), make.pair().pp
    cooperation_id = pair.case.cooperation_id
    db.add(
        Lesson(
            cooperation_id=cooperation_id,
            service_id=pair.vss.service_id,
            question="helped",
            text="We telephoned on Mondays",
            year=2026,
        )
    )
    db.commit()
    code, pp = str(pair.case.code), pair.pp

    at = desk.open(pp, "review", cooperation=cooperation_id)
    assert "We telephoned on Mondays" in said(at)
    assert "2026" in said(at)
    assert code not in whole(at).replace("\\", "")

    theirs = desk.open(stranger, "review", cooperation=cooperation_id)
    assert T("error.not_found") in said(theirs)
    assert "Mondays" not in whole(theirs)
