"""The page End of the case with two people at it: nobody's words are lost, nobody agrees to what they have not read."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core.access import Actor
from core.models import Case, ClosingStep, ClosingText, Lesson, Settled
from core.operations import closing_steps, closing_texts, closings, unsent
from core.operations.closings import CloseReason, Closing
from tests import closing as steps
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said
from tests.pages.test_closing import click, only, prepared, view
from tests.pages.test_risk import by_label

MINE = "What I have typed"
THEIRS = "What a colleague saved first"


def colleague_of(make: Make, pair: Pair, actor: Actor) -> Actor:
    colleague = make.actor(actor.service_id)
    make.assign(pair.case, colleague)
    return colleague


def test_who_typed_while_a_colleague_wrote_the_first_words_keeps_their_text_and_overwrites_nothing(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = prepared(db, make)
    colleague = colleague_of(make, pair, pair.pp)
    db.commit()
    at = view(desk.open(pair.pp, "closing", case=pair.case.id), pair.case.id, "report")
    by_label(at.text_area, f"{pair.pp.service_name} writes").set_value(MINE)
    closing = closings.current(db, colleague, pair.case.id)
    assert closing is not None
    closing_texts.write(db, colleague, closing.id, key="course", words=THEIRS, version=0)
    db.commit()

    click(at, "closing_text:course")

    assert only(db, ClosingText).text == THEIRS
    assert by_label(at.text_area, f"{pair.pp.service_name} writes").value == MINE
    assert THEIRS in said(at)
    press(at, "Drop what I typed and take theirs")
    assert by_label(at.text_area, f"{pair.pp.service_name} writes").value == THEIRS


def test_the_same_holds_for_what_is_done_for_the_own_person(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    steps.dated(db, pair)
    colleague = colleague_of(make, pair, pair.vss)
    closing = closings.begin(db, pair.vss, pair.case.id)
    db.commit()
    at = desk.open(pair.vss, "closing", case=pair.case.id)
    by_label(at.radio, "What became of it").set_value(Settled.DONE)
    by_label(at.text_area, "Who goes on with it").set_value(MINE)
    closing_steps.record(
        db, colleague, closing.id, step="safety_plan", settled=Settled.DONE, words=THEIRS, version=0
    )
    db.commit()

    click(at, "closing_step:safety_plan")

    assert only(db, ClosingStep).text == THEIRS
    assert by_label(at.text_area, "Who goes on with it").value == MINE


def test_nobody_agrees_to_a_newer_proposal_than_the_one_on_their_screen(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = prepared(db, make)
    [closing] = db.scalars(select(Closing))
    steps.proposed(db, pair.pp, closing)
    db.commit()
    at = view(desk.open(pair.vss, "closing", case=pair.case.id), pair.case.id, "end")
    closings.take_back(db, pair.pp, closing.id, version=closing.version)
    steps.proposed(db, pair.pp, closing, CloseReason.OPENED_IN_ERROR)
    db.commit()

    press(at, "Agree to the end")

    assert not only(db, Closing).is_agreed
    assert "Agree to the end" not in [button.label for button in at.button]
    press(at, "The other service saved meanwhile: look again")
    press(at, "Agree to the end")
    assert only(db, Closing).is_agreed


def test_what_a_colleague_changed_on_the_way_does_not_go_to_the_managements(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = prepared(db, make)
    colleague = colleague_of(make, pair, pair.pp)
    [closing] = db.scalars(select(Closing))
    first = closing_texts.write(db, pair.pp, closing.id, key="helped", words=MINE, version=0)
    db.commit()
    at = view(desk.open(pair.pp, "closing", case=pair.case.id), pair.case.id, "review")
    closing_texts.write(db, colleague, closing.id, key="helped", words=THEIRS, version=first.version)
    db.commit()

    press(at, "Pass on exactly this")

    assert db.scalars(select(Lesson)).all() == []
    db.commit()
    press(at, "Pass on exactly this")
    assert only(db, Lesson).text == THEIRS


def test_after_the_case_is_closed_a_service_takes_its_own_words_out_and_the_others_stay(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    for actor, words in ((pair.vss, "She told us this"), (pair.pp, "A year of the group")):
        closing_texts.write(db, actor, closing.id, key="seen", words=words, version=0)
    steps.proposed(db, pair.pp, closing, has_follow_up=False, lacking="Nobody can be reached")
    closings.agree(db, pair.vss, closing.id, version=closing.version)
    db.commit()
    assert only(db, Case).closed_on is not None
    at = view(desk.open(pair.vss, "closing", case=pair.case.id), pair.case.id, "report")

    press(at, "Take our words out of the report")

    other = said(view(desk.open(pair.pp, "closing", case=pair.case.id), pair.case.id, "report"))
    assert "She told us this" not in other
    assert "A year of the group" in other


def typed(db: Session, pair: Pair, part: str, text: str = MINE) -> str:
    """The programme typed something into a part of the report, and did not save it."""
    [closing] = db.scalars(select(Closing))
    slot = f"closing_text:{closing.id}:{part}:text"
    unsent.keep(db, pair.pp, slot, text=text, case_id=pair.case.id)
    db.commit()
    return slot


def report_of(desk: Desk, pair: Pair, actor: Actor) -> AppTest:
    return view(desk.open(actor, "closing", case=pair.case.id), pair.case.id, "report")


def word(at: AppTest) -> Button:
    [found] = [one for one in at.button if one.label == "Word: closing report"]
    return found


def test_no_word_document_is_made_while_something_typed_into_the_report_is_not_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = prepared(db, make)
    typed(db, pair, "course")

    at = report_of(desk, pair, pair.pp)

    assert word(at).disabled
    text = said(at)
    assert "What you typed here yourself is not saved, and not in the Word document" in text
    assert "](#part-course)" in text
    assert "](#part-seen)" not in text
    assert "*My account*" not in text
    theirs = report_of(desk, pair, pair.vss)
    assert not word(theirs).disabled
    assert "is not saved, and not in the Word document" not in said(theirs)


@pytest.mark.parametrize("act", ["save", "let_go"])
def test_the_word_document_is_made_once_what_was_typed_is_saved_or_let_go(
    db: Session, make: Make, desk: Desk, act: str
) -> None:
    pair = prepared(db, make)
    typed(db, pair, "course")
    at = report_of(desk, pair, pair.pp)

    assert word(at).disabled

    click(at, "closing_text:course" if act == "save" else "let_go:")

    assert not word(at).disabled
    assert "is not saved, and not in the Word document" not in said(at)
    texts = db.scalars(select(ClosingText.text)).all()
    db.commit()
    assert texts == ([MINE] if act == "save" else [])


def test_the_panel_of_the_word_document_does_not_open_over_what_is_not_saved_nor_by_itself_afterwards(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = prepared(db, make)
    at = report_of(desk, pair, pair.pp)
    typed(db, pair, "course")

    word(at).click().run()

    assert word(at).disabled
    assert "last_look" not in at.session_state
    click(at, "closing_text:course")
    assert "last_look" not in at.session_state


def test_what_stands_in_no_field_any_more_leads_to_my_account(db: Session, make: Make, desk: Desk) -> None:
    pair = prepared(db, make)
    slot = typed(db, pair, "course")
    unsent.keep(db, pair.pp, slot, text="Another beginning", shown="", case_id=pair.case.id)
    unsent.let_go(db, pair.pp, {slot: ["Another beginning"]})
    db.commit()

    at = report_of(desk, pair, pair.pp)

    assert word(at).disabled
    assert "](#part-course)" not in said(at)
    assert "It stands under *My account*, where you can let it go" in said(at)


def _before_their_proposal(db: Session, make: Make, desk: Desk) -> tuple[Pair, Closing, AppTest]:
    """The programme before the page of the end that it has proposed."""
    pair = prepared(db, make)
    [closing] = db.scalars(select(Closing))
    steps.proposed(db, pair.pp, closing)
    db.commit()
    return pair, closing, view(desk.open(pair.pp, "closing", case=pair.case.id), pair.case.id, "end")


def test_who_takes_a_proposal_back_when_the_other_service_has_agreed_reads_who_did_and_what_can_be_done(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, closing, at = _before_their_proposal(db, make, desk)
    closings.agree(db, pair.vss, closing.id, version=closing.version)
    db.commit()

    press(at, "Take the proposal back")

    assert only(db, Closing).is_agreed
    text = said(at)
    assert f"{pair.vss.name} ({pair.vss.service_name}) agreed to the end on" in text
    assert "can no longer be taken back" in text
    assert "*Take the case up again*" in text
    at.run()
    assert "can no longer be taken back" not in said(at)


def test_who_declines_a_proposal_when_a_colleague_has_agreed_and_the_case_is_closed_reads_the_same(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = prepared(db, make)
    colleague = colleague_of(make, pair, pair.vss)
    [closing] = db.scalars(select(Closing))
    steps.proposed(db, pair.pp, closing, has_follow_up=False, lacking="Nobody can be reached")
    db.commit()
    at = view(desk.open(colleague, "closing", case=pair.case.id), pair.case.id, "end")
    closings.agree(db, pair.vss, closing.id, version=closing.version)
    db.commit()

    press(at, "Not yet: prepare further")

    assert f"{pair.vss.name} ({pair.vss.service_name}) agreed to the end on" in said(at)


def test_who_takes_back_what_the_other_service_has_declined_already_reads_that(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, closing, at = _before_their_proposal(db, make, desk)
    closings.take_back(db, pair.vss, closing.id, version=closing.version)
    db.commit()

    press(at, "Take the proposal back")

    assert "Nothing is proposed any more." in said(at)
