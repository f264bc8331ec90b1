"""The page Change: what is due, asked or not done and why; asking; comparing; sharing."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.models import JointItem, QuestionnaireAnswer, QuestionnaireResponse
from core.operations import closings, responses, t_points, unsent
from core.operations.responses import Mode, NotDone
from tests import change, closing, five_years
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said
from tests.pages.test_risk import by_label


def laid(db: Session, make: Make) -> Pair:
    pair = make.pair()
    change.dated(db, pair)
    change.person(db, pair, pair.vss)
    change.person(db, pair, pair.pp)
    db.commit()
    return pair


def give(field: Any, value: object) -> AppTest:
    at: AppTest = field.set_value(value).run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def row(at: AppTest, label: str) -> str:
    """The row of a table that begins so."""
    text = said(at).replace("\\", "")
    return next(line for line in text.splitlines() if line.startswith(f"| {label}"))


def arrived(left: AppTest, desk: Desk, pair: Pair) -> AppTest:
    """The page Change with what the page before left in the browser; the tests do not follow a switch of pages."""
    key = f"change:time:{pair.case.id}"
    at = desk.open(pair.vss, "change", case=pair.case.id)
    at.session_state[key] = left.session_state[key]
    return at.run()


def only(db: Session) -> UUID:
    """The one response that there is; the store is free again afterwards."""
    found = db.scalars(select(QuestionnaireResponse.id)).one()
    db.rollback()
    return found


def test_she_is_asked_answer_by_answer_and_the_time_is_done(db: Session, make: Make, desk: Desk) -> None:
    pair = laid(db, make)
    at = desk.open(pair.vss, "change", case=pair.case.id)
    assert "Only your service reads the answers" in said(at)

    press(at, "Begin to ask")
    assert "Say how you ask." in said(at)
    by_label(at.radio, "How do you ask?").set_value(Mode.TELEPHONE)
    press(at, "Begin to ask")
    at = desk.open(pair.vss, "answers", response=only(db))
    assert "It is not the IMPACT questionnaire" in said(at)
    # Under the title of the page no level of headings is left out.
    assert "Violent behaviour" in [one.value for one in at.header]
    assert len(at.subheader) == 0
    press(at, "Done: all is asked")
    assert "Nothing is answered yet" in said(at)
    give(by_label(at.radio, "How often did he insult"), "often")
    assert not [one for one in at.radio if one.label.startswith("How often did they see")]
    give(by_label(at.radio, "Are there children"), "yes")
    at.run()
    give(by_label(at.radio, "How often did they see"), "once")
    give(by_label(at.number_input, "How often were the police"), 2)
    by_label(at.text_area, "What else do you want to say").set_value("The linnet")
    press(at, "Keep this answer")
    press(at, "Done: all is asked")

    assert "Done on" in row(desk.open(pair.vss, "change", case=pair.case.id), "T0")
    [found] = db.scalars(select(QuestionnaireResponse))
    answers = {one.question: one.value for one in db.scalars(select(QuestionnaireAnswer))}
    assert (found.label, found.mode) == ("T0", Mode.TELEPHONE)
    assert answers == {
        "emotional": "often",
        "children": "yes",
        "children_hear": "once",
        "called_out": "2",
        "own_words": "The linnet",
    }


def test_after_all_is_asked_the_page_stays_at_the_time_that_is_done_and_says_what_came_of_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = laid(db, make)
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    found = change.asked(db, pair, pair.vss, "T1", is_done=False, emotional="never")
    db.commit()
    at = desk.open(pair.vss, "answers", response=found.id)

    press(at, "Done: all is asked")

    at = arrived(at, desk, pair)
    assert by_label(at.selectbox, "Which time?").value == "T1"
    text = said(at).replace("\\", "")
    assert "T1 is done on our side. The other service reads that it is done, and no answer." in text
    assert "Against the time before: Violent behaviour: better" in text
    assert "The next time to ask: T2.1" in text
    by_label(at.selectbox, "Which time?").set_value("T0").run()
    assert "These are the first answers that can be compared" in said(at)


def test_from_the_end_of_a_case_the_questions_of_the_end_are_before_one_though_an_earlier_time_is_due(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = laid(db, make)
    closing.dated(db, pair)
    closings.begin(db, pair.vss, pair.case.id)
    db.commit()
    at = desk.open(pair.vss, "change", case=pair.case.id)
    assert by_label(at.selectbox, "Which time?").value != "T3"

    at = desk.open(pair.vss, "closing", case=pair.case.id)
    press(at, "To the questions of T3")

    assert by_label(arrived(at, desk, pair).selectbox, "Which time?").value == "T3"


def test_what_was_answered_is_read_and_corrected_after_the_mark_is_taken_back(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = laid(db, make)
    found = change.asked(db, pair, pair.vss, "T0", emotional="often", own_words="The linnet")
    db.commit()
    at = desk.open(pair.vss, "answers", response=found.id)
    assert "The linnet" in said(at)
    assert not at.text_area

    press(at, "Take the mark back to correct an answer")
    give(by_label(at.radio, "How often did he insult"), "several")
    by_label(at.text_input, "Where answers on paper are kept").set_value("Cabinet 2")
    press(at, "Keep")

    db.expire_all()
    assert responses.find(db, pair.vss, found.id).answers["emotional"] == "several"
    assert responses.find(db, pair.vss, found.id).response.kept_at == "Cabinet 2"
    db.rollback()


def test_who_corrects_answers_reads_that_the_shared_summary_stays_as_it_was(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    change.dated(db, pair)
    change.person(db, pair, pair.vss)
    found = [
        change.asked(db, pair, pair.vss, label, emotional="often", fear="very") for label in ("T0", "T1")
    ]
    change.shared(db, pair, pair.vss, "T1", "violence")
    db.commit()
    at = desk.open(pair.vss, "answers", response=found[1].id)
    assert "Both services read the summary of T1" not in said(at)

    press(at, "Take the mark back to correct an answer")

    assert "Both services read the summary of T1" in said(at)
    other = desk.open(pair.vss, "answers", response=found[0].id)
    press(other, "Take the mark back to correct an answer")
    assert "Both services read the summary" not in said(other)


def test_two_people_who_answer_the_same_question_see_both_and_decide(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = laid(db, make)
    nina = make.actor(pair.vss.service_id)
    make.assign(pair.case, nina)
    found = change.begun(db, pair, pair.vss, "T0")
    db.commit()
    at = desk.open(pair.vss, "answers", response=found.id)
    responses.answer(db, nina, found.id, question="emotional", value="never", version=0)
    db.commit()

    give(by_label(at.radio, "How often did he insult"), "often")
    assert f"{nina.name} wrote meanwhile: **Never**" in said(at)
    press(at, "Keep mine")
    responses.answer(db, nina, found.id, question="own_words", value="Theirs", version=0)
    db.commit()
    by_label(at.text_area, "What else do you want to say").set_value("Mine")
    press(at, "Keep this answer")
    assert f"{nina.name} wrote meanwhile: **Theirs**" in said(at)
    assert by_label(at.text_area, "What else do you want to say").value == "Mine"
    press(at, "Take theirs")
    assert by_label(at.text_area, "What else do you want to say").value == "Theirs"
    responses.answer(db, nina, found.id, question="own_words", value="Theirs again", version=1)
    db.commit()
    by_label(at.text_area, "What else do you want to say").set_value("Mine")
    press(at, "Keep this answer")
    press(at, "Keep mine")

    db.expire_all()
    assert responses.find(db, pair.vss, found.id).answers == {"emotional": "often", "own_words": "Mine"}
    db.rollback()


def test_a_colleagues_answer_stands_there_at_the_next_look(db: Session, make: Make, desk: Desk) -> None:
    pair = laid(db, make)
    found = change.begun(db, pair, pair.vss, "T0")
    db.commit()
    at = desk.open(pair.vss, "answers", response=found.id)
    responses.answer(db, pair.vss, found.id, question="emotional", value="never", version=0)
    db.commit()

    at.run()

    assert by_label(at.radio, "How often did he insult").value == "never"


def test_a_text_that_was_typed_and_not_kept_stands_there_again(db: Session, make: Make, desk: Desk) -> None:
    pair = laid(db, make)
    found = change.begun(db, pair, pair.vss, "T0")
    slot = f"answers:{found.id}:own_words:value"
    unsent.keep(db, pair.vss, slot, text="Half a sen", case_id=pair.case.id)
    db.commit()

    at = desk.open(pair.vss, "answers", response=found.id)

    assert by_label(at.text_area, "What else do you want to say").value == "Half a sen"
    press(at, "Keep this answer")
    assert responses.find(db, pair.vss, found.id).answers == {"own_words": "Half a sen"}
    assert unsent.of_slots(db, pair.vss, [slot]) == {}
    db.rollback()


def test_answers_of_a_time_that_is_due_no_more_are_finished_on_their_page(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = laid(db, make)
    found = change.asked(db, pair, pair.vss, "T2.1", is_done=False, emotional="often")
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T3": clock.today() - timedelta(days=60)})
    db.commit()
    before = said(desk.open(pair.pp, "change", case=pair.case.id))

    assert "Due no more | Begun" in row(desk.open(pair.vss, "change", case=pair.case.id), "T2.1")
    at = desk.open(pair.vss, "answers", response=found.id)
    assert "the other service reads nothing of it" in said(at)
    press(at, "Done: all is asked")

    at = desk.open(pair.vss, "change", case=pair.case.id)
    assert "Due no more | Done on" in row(at, "T2.1")
    assert said(desk.open(pair.pp, "change", case=pair.case.id)) == before
    at = desk.open(pair.vss, "answers", response=found.id)
    press(at, "Take the mark back to correct an answer")
    assert "1 of" in said(at)
    at = desk.open(pair.vss, "change", case=pair.case.id)
    give(at.selectbox[0], "T2.1")
    by_label(at.radio, "Why?").set_value(NotDone.NOT_SAFE)
    press(at, "Keep as not done")
    assert "Due no more | Not done: Not safe" in row(at, "T2.1")
    assert "Often" in said(desk.open(pair.vss, "answers", response=found.id))


def test_a_time_whose_day_is_ahead_is_one_to_come_on_either_side_whatever_is_kept_about_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = laid(db, make)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T3": clock.today() + timedelta(days=60)})
    db.commit()

    ahead = row(desk.open(pair.pp, "change", case=pair.case.id), "T3: ")
    assert ahead.endswith("| To come | To come |")
    responses.settle_not_done(db, pair.vss, pair.case.id, label="T3", reason=NotDone.NOT_SAFE, version=0)
    db.commit()

    at = desk.open(pair.pp, "change", case=pair.case.id)
    assert row(at, "T3: ") == ahead
    assert row(at, "T0: ").endswith("| Not done |")


def test_why_it_is_not_done_is_read_by_the_own_service_alone(db: Session, make: Make, desk: Desk) -> None:
    pair = laid(db, make)
    at = desk.open(pair.vss, "change", case=pair.case.id)
    before = said(desk.open(pair.pp, "change", case=pair.case.id))

    give(at.selectbox[0], "T1")
    press(at, "Keep as not done")
    assert "Say why it is not done." in said(at)
    by_label(at.radio, "Why?").set_value(NotDone.NOT_SAFE)
    press(at, "Keep as not done")

    assert "Not done: Not safe" in row(at, "T1")
    assert said(desk.open(pair.pp, "change", case=pair.case.id)) == before
    by_label(at.radio, "How do you ask?").set_value(Mode.VIDEO)
    press(at, "Ask after all")
    db.expire_all()
    [found] = db.scalars(select(QuestionnaireResponse))
    assert (found.not_done_on, found.mode) == (None, Mode.VIDEO)


def test_a_summary_is_shared_area_by_area_and_taken_back(db: Session, make: Make, desk: Desk) -> None:
    pair = laid(db, make)
    for label, often, fear in (("T0", "often", "very"), ("T1", "once", "very")):
        change.asked(db, pair, pair.vss, label, emotional=often, fear=fear)
    db.commit()
    at = desk.open(pair.vss, "change", case=pair.case.id)
    give(at.selectbox[0], "T1")
    assert "Better" in row(at, "Violent behaviour | She")

    press(at, "Share this")
    assert "Tick what may be shared." in said(at)
    give(by_label(at.checkbox, "Violent behaviour"), value=True)
    assert "T1: Violent behaviour: better" in said(at).replace("\\", "")
    press(at, "Share this")

    assert "Both services read this summary." in said(at)
    theirs = desk.open(pair.pp, "change", case=pair.case.id)
    assert "| Missing | Better | Missing |" in row(theirs, "Violent behaviour | She")
    assert "Same" not in row(theirs, "What it does to her | She")
    press(at, "Take it back")
    assert "Better" not in said(desk.open(pair.pp, "change", case=pair.case.id))
    assert len(db.scalars(select(JointItem)).all()) == 1


def test_what_is_shared_on_change_is_said_in_words_on_the_page_of_consent(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = laid(db, make)
    for label, often in (("T0", "often"), ("T1", "once")):
        change.asked(db, pair, pair.vss, label, emotional=often)
    change.shared(db, pair, pair.vss, "T1", "violence")
    db.commit()

    at = desk.open(pair.vss, "consent", case=pair.case.id)

    assert "T1: Violent behaviour: better" in said(at).replace("\\", "")
    assert "Summary on change" in said(at)


def test_answers_are_compared_one_by_one_and_missing_reads_as_missing(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = laid(db, make)
    change.asked(db, pair, pair.pp, "T0", emotional="often", physical="never")
    change.asked(db, pair, pair.pp, "T1", emotional="once", own_words="A walk")
    db.commit()

    at = desk.open(pair.pp, "change", case=pair.case.id)

    text = said(at).replace("\\", "")
    assert (
        "| How often did you insult, threaten, humiliate or control her? | Often | Once or twice (better) |"
        in text
    )
    assert "| How often did you hurt her: push, hit, choke, throw things at her? | Never | Missing |" in text
    assert "| What do you do differently, in your words? | Missing | A walk |" in text
    assert "| Violent behaviour | He | First answer | Better |" in text


def test_at_the_table_the_item_brings_what_both_read(db: Session, make: Make, desk: Desk) -> None:
    pair = laid(db, make)
    for label, often in (("T0", "often"), ("T1", "once")):
        change.asked(db, pair, pair.vss, label, emotional=often, fear="very")
    meeting = make.table(pair)
    item = meeting.items[0]
    item.key, item.title = "change", "What has changed"
    db.commit()
    assert "No summary on change that everybody here may read" in said(
        desk.open(pair.pp, "table", meeting=meeting.id)
    )
    change.shared(db, pair, pair.vss, "T1", "violence")
    db.commit()

    at = desk.open(pair.pp, "table", meeting=meeting.id)

    text = said(at).replace("\\", "")
    assert "| What is looked at | She, T1 |" in text
    assert "| Violent behaviour | Better |" in text
    assert "| What it does to her | Missing |" in text


def test_who_reads_no_file_sees_the_times_alone(db: Session, make: Make, desk: Desk) -> None:
    pair = laid(db, make)
    change.asked(db, pair, pair.vss, "T0", emotional="often")
    chair = make.chair(pair)
    db.commit()

    at = desk.open(chair, "change", case=pair.case.id)

    assert "which your role does not open" in said(at)
    assert not at.selectbox
    assert "Nothing can be compared yet" in said(at)


def test_without_a_day_the_timeline_is_where_it_is_entered(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.vss, "change", case=pair.case.id)

    assert "No day yet" in row(at, "T0")
    assert not at.selectbox


def test_a_time_that_was_marked_on_the_timeline_has_no_answers_here(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = laid(db, make)
    t_points.mark_done(db, pair.vss, pair.case.id, label="T0", done_on=clock.today())
    db.commit()
    at = desk.open(pair.vss, "change", case=pair.case.id)

    give(at.selectbox[0], "T0")

    assert "Marked as done, without answers here." in said(at)


def test_today_says_whom_to_ask(db: Session, make: Make, desk: Desk) -> None:
    pair = laid(db, make)

    at = desk.open(pair.vss, "today")

    rows = [str(link.proto.label) for link in at.get("page_link")]
    assert any("ask the questions of T0, T1, T2.1, the first due since" in one for one in rows)


@pytest.mark.parametrize("page", ["change", "answers"])
def test_a_stranger_reads_no_page_of_it(db: Session, make: Make, desk: Desk, page: str) -> None:
    pair, stranger = laid(db, make), make.pair().pp
    found = change.begun(db, pair, pair.vss, "T0")
    db.commit()

    for actor in (stranger, pair.pp) if page == "answers" else (stranger,):
        at = desk.open(actor, page, case=pair.case.id, response=found.id)
        assert "does not exist" in said(at)


def test_of_five_years_the_last_one_stands_there_and_all_when_they_are_asked_for(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    five_years.lay(db, pair)
    db.commit()

    def columns(at: AppTest) -> list[str]:
        table = next(
            block.value for block in at.markdown if block.value.startswith("| What is looked at | Who")
        )
        return [cell.strip().replace("\\", "") for cell in table.split("\n")[0].split("|")[3:-1]]

    at = desk.open(pair.vss, "change", case=pair.case.id)
    newest = columns(at)
    chosen = next(one for one in at.segmented_control if one.label == "Which time")
    chosen.set_value("all").run()
    every = columns(at)
    chosen.set_value("window").run()
    at.selectbox(key=f"change:{pair.case.id}:span:window").set_value("T2.5").run()

    assert not at.exception
    assert len(newest) <= 5 < len(every)
    assert newest == every[-len(newest) :]
    assert columns(at) == ["T2.5", "T2.6"]
