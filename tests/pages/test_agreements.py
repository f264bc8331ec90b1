from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.locale import Words
from core.models import (
    Agreement,
    AgreementClause,
    AgreementLevel,
    AgreementState,
    ClauseState,
    Proposal,
    UnsentText,
)
from core.operations import agreement_approvals, agreement_drafts, agreement_reading, unsent
from core.settings import settings
from pages.ui import agreement_words
from tests import agreement_steps as steps
from tests import clamd
from tests.agreement_steps import PDF, Managers
from tests.make import Make
from tests.pages.conftest import Desk, press, said

TODAY = clock.today()


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def field(at: AppTest, label: str, value: object) -> None:
    fields = [*at.text_input, *at.text_area, *at.number_input, *at.date_input, *at.selectbox]
    next(one for one in fields if one.label == label).set_value(value)


def begun(db: Session, make: Make) -> tuple[Managers, Agreement]:
    side = steps.managers(make)
    agreement = steps.organisation_draft(db, side)
    db.commit()
    return side, agreement


def at_clause(desk: Desk, side: Managers, agreement: Agreement, chapter: str, key: str) -> AppTest:
    at = desk.open(side.pp, "draft", agreement=agreement.id)
    at.session_state[f"go:{agreement.id}"] = (chapter, key)
    return at.run()


def plainly(text: str) -> str:
    return text.replace("\\", "")


def fresh(db: Session, agreement: Agreement, actor: object) -> agreement_reading.Opened:
    db.rollback()
    db.expire_all()
    return agreement_reading.opened(db, actor, agreement.id)  # type: ignore[arg-type]


def test_a_manager_begins_the_agreement_between_the_managements(db: Session, make: Make, desk: Desk) -> None:
    side = steps.managers(make)
    db.commit()
    at = desk.open(side.pp, "agreements")
    assert "No agreement between the managements is in force" in said(at)

    press(at, "Begin a draft")

    db.rollback()
    agreement = db.scalars(select(Agreement)).one()
    assert agreement.level is AgreementLevel.ORGANISATION
    assert agreement.state is AgreementState.DRAFT


def test_a_case_manager_cannot_begin_it_and_is_told_who_does(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair(is_agreed=False)
    db.commit()

    at = desk.open(pair.pp, "agreements")

    assert "1 of your cases has no agreement" in said(at)
    assert "managers of the two services draft" in said(at)
    assert [button.label for button in at.button if "Begin" in button.label] == ["Begin the draft"]


def test_a_case_manager_begins_an_agreement_for_a_case_that_has_none(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    db.commit()
    at = desk.open(pair.vss, "agreements", case=pair.case.id)
    assert pair.case.code in plainly(said(at))
    assert "No agreement for this case" in said(at)
    assert "The managers of the two services draft" not in said(at)

    field(at, "Until", TODAY - timedelta(days=1))
    press(at, "Begin the draft")
    assert "lies before" in at.error[0].value
    field(at, "Until", TODAY + timedelta(days=100))
    press(at, "Begin the draft")

    db.rollback()
    agreement = db.scalars(select(Agreement)).one()
    assert (agreement.case_id, agreement.ends_on) == (pair.case.id, TODAY + timedelta(days=100))


def test_who_begins_the_agreement_of_a_case_reads_that_the_managements_have_none(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    db.commit()
    missing = "Agreements for cases cannot be approved without it"

    without = desk.open(pair.pp, "agreements", case=pair.case.id)
    make.agreement_in_force(pair)
    db.commit()
    beside = desk.open(pair.pp, "agreements", case=pair.case.id)

    assert missing in without.warning[0].value
    assert missing not in said(beside)


def test_the_last_day_of_a_case_agreement_that_runs_for_very_long_is_asked_about(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    case_id = pair.case.id
    db.commit()
    at = desk.open(pair.vss, "agreements", case=case_id)
    field(at, "Until", TODAY + timedelta(days=5000))
    press(at, "Begin the draft")
    db.rollback()
    agreement = db.scalars(select(Agreement)).one()
    asked = "It runs until " + Words().day(TODAY + timedelta(days=5000)) + ", for more than two years."

    for page in ("draft", "agreement"):
        at = desk.open(pair.vss, page, agreement=agreement.id)
        assert any(asked in warning.value for warning in at.warning)

    agreement.answers = {**agreement.answers, "end_date": (TODAY + timedelta(days=700)).isoformat()}
    agreement.ends_on = TODAY + timedelta(days=700)
    db.commit()
    assert not desk.open(pair.vss, "draft", agreement=agreement.id).warning


def test_answers_are_typed_shown_in_the_text_and_saved(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "commitments", "meetings_minutes")

    field(at, "Time for agreeing minutes (days)", 4)
    at.run()
    assert "4 days" in said(at)
    assert "not saved yet" in said(at)
    click(at, "save_answers:meetings_minutes")

    assert fresh(db, agreement, side.pp).agreement.answers["minutes_days"] == 4
    assert "not saved yet" not in said(at)


def test_what_is_typed_stays_while_another_clause_is_looked_at(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "scope", "territory_services")
    field(at, "Territory", "Marlen & <its> {{ valley }}")
    at.run()

    click(at, "chevron_left")
    assert not [one for one in at.text_input if one.label == "Territory"]
    click(at, "chevron_right")

    assert (
        next(one for one in at.text_input if one.label == "Territory").value == "Marlen & <its> {{ valley }}"
    )
    click(at, "save_answers:territory_services")
    assert fresh(db, agreement, side.pp).agreement.answers["territory"] == "Marlen & <its> {{ valley }}"


def test_a_bad_answer_is_said_beside_its_field_and_stays(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "scope", "territory_services")

    field(at, "Territory", "x" * 301)
    click(at, "save_answers:territory_services")

    assert "too long" in at.error[0].value
    assert next(one for one in at.text_input if one.label == "Territory").value == "x" * 301


def test_two_managers_on_one_question_see_both_answers(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "scope", "territory_services")
    field(at, "Territory", "Mine")
    at.run()
    agreement_drafts.answer(db, side.vss, agreement.id, answers={"territory": "Theirs"}, was={})
    db.commit()

    click(at, "save_answers:territory_services")
    assert any("Somebody else saved this" in error.value for error in at.error)
    at.run()
    assert any("Theirs" in warning.value for warning in at.warning)
    assert next(one for one in at.text_input if one.label == "Territory").value == "Mine"
    click(at, "mine:territory_services")
    click(at, "save_answers:territory_services")

    assert fresh(db, agreement, side.pp).agreement.answers["territory"] == "Mine"


def test_their_answer_can_be_taken(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "scope", "territory_services")
    field(at, "Territory", "Mine")
    at.run()
    agreement_drafts.answer(db, side.vss, agreement.id, answers={"territory": "Theirs"}, was={})
    db.commit()
    at.run()

    click(at, "take:territory_services")

    assert next(one for one in at.text_input if one.label == "Territory").value == "Theirs"


def test_taking_one_answer_of_theirs_keeps_what_is_typed_beside_it(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    opened = agreement_reading.opened(db, side.pp, agreement.id)
    clause, two = next(
        (clause, long)
        for clause in opened.in_order
        if len(long := [one for one in opened.asks_of_clause(clause) if one.kind == "long_text"]) > 1
    )
    for ask in two:
        unsent.keep(db, side.pp, f"answers:{agreement.id}:{ask.id}", text="Mine")
    db.commit()
    at = at_clause(desk, side, agreement, clause.chapter, clause.key)
    agreement_drafts.answer(db, side.vss, agreement.id, answers={two[0].id: "Theirs"}, was={})
    db.commit()
    at.run()
    click(at, f"take:{clause.key}")

    db.rollback()
    assert [row.slot for row in db.scalars(select(UnsentText))] == [f"answers:{agreement.id}:{two[1].id}"]
    db.rollback()


def test_a_clause_is_worded_differently_and_goes_back(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "principles", "equality")
    field(at, "Text", "## Wrong")
    click(at, "save_wording")
    assert "Line 1" in at.error[0].value

    field(at, "Text", "# Fairness\n\nWe are fair.")
    at.run()
    assert "We are fair" in said(at)
    click(at, "save_wording")
    assert "Worded differently" in said(at)
    click(at, "restore")

    clause = next(one for one in fresh(db, agreement, side.pp).agreement.clauses if one.key == "equality")
    assert clause.adapted is None


def test_two_managers_on_one_clause_see_both_wordings(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "principles", "equality")
    field(at, "Text", "We are fair.")
    at.run()
    agreement_drafts.adapt(db, side.vss, agreement.id, "equality", typed="Theirs, too.", version=1)
    db.commit()

    click(at, "save_wording")
    at.run()
    assert any("Theirs, too" in warning.value for warning in at.warning)
    click(at, "mine:wording:equality")
    click(at, "save_wording")

    clause = next(one for one in fresh(db, agreement, side.pp).agreement.clauses if one.key == "equality")
    assert clause.adapted == "We are fair."


def test_a_clause_is_contested_with_a_note_and_is_listed(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "commitments", "resources")
    at.segmented_control[0].set_value("contested").run()
    click(at, "save_state")
    assert "Please fill this in" in at.error[0].value

    field(at, "Note (for a contested clause: what is contested; it is printed in drafts)", "Who pays?")
    click(at, "save_state")

    assert "contested: Who pays" in said(at)


def test_an_essential_clause_is_left_out_with_a_reason_and_put_in_again(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "commitments", "never_to_him")
    press(at, "Leave out")
    assert "Please fill this in" in at.error[0].value

    field(at, "Why is this essential clause left out? The reason is kept.", "It stands in the statutes")
    press(at, "Leave out")
    assert "It stands in the statutes" in said(at)
    click(at, "put_in")

    assert "never_to_him" in fresh(db, agreement, side.pp).numbers


def test_a_clause_moves_and_an_own_one_is_added(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = at_clause(desk, side, agreement, "principles", "accountability")
    click(at, "up")
    assert "2.1 " in at.header[0].value.replace("\\", "")

    at.session_state[f"go:{agreement.id}"] = ("principles", "new")
    at.run()
    field(at, "Heading", "Languages")
    field(at, "Text", "We use interpreters.")
    press(at, "Add the clause")

    assert "Languages" in at.header[0].value
    assert "We use interpreters" in said(at)


def test_the_next_gap_is_one_click_away(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = desk.open(side.vss, "draft", agreement=agreement.id)
    assert "missing" in said(at)

    click(at, "next_gap")

    assert at.header[0].value != "The parties"
    assert [button for button in at.button if button.key and button.key.startswith("save_answers")]


def test_what_phase_1_proposed_later_is_offered(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    db.add(Proposal(cooperation_id=side.cooperation.id, chapter="principles", text="We listen first"))
    db.commit()
    at = desk.open(side.pp, "draft", agreement=agreement.id)
    assert "1 proposal" in at.info[0].value

    press(at, "Take them over")

    assert not at.info
    assert "own-" in "".join(one.key for one in fresh(db, agreement, side.pp).agreement.clauses)


def test_an_agreement_goes_from_approval_to_force_and_a_new_version(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    at = desk.open(side.pp, "agreement", agreement=agreement.id)
    assert "missing" in said(at)
    assert not [button for button in at.button if button.key == "approve"]
    steps.complete(db, side.pp, agreement)
    db.commit()

    click(desk.open(side.pp, "agreement", agreement=agreement.id), "approve")
    other = click(desk.open(side.vss, "agreement", agreement=agreement.id), "approve")
    press(other, "File the signed paper")
    assert "empty" in other.error[0].value
    other.file_uploader[0].set_value(("signed.pdf", PDF, "application/pdf"))
    press(other, "File the signed paper")
    press(other, "Put it in force")

    assert fresh(db, agreement, side.pp).agreement.is_in_force()
    db.rollback()
    assert "In force" in said(other)
    click(other, "amend")
    db.rollback()
    assert len(db.scalars(select(Agreement)).all()) == 2


def test_an_approval_waits_for_the_other_side_and_can_be_taken_back(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    steps.complete(db, side.pp, agreement)
    db.commit()
    at = click(desk.open(side.pp, "agreement", agreement=agreement.id), "approve")
    assert "waits for the other side" in said(at)
    assert "approvals lapse" in said(desk.open(side.vss, "draft", agreement=agreement.id))

    click(at, "take_back")

    assert fresh(db, agreement, side.pp).approved_by == {}


def test_nobody_approves_a_version_that_was_written_after_they_read(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    steps.complete(db, side.pp, agreement)
    db.commit()
    at = desk.open(side.pp, "agreement", agreement=agreement.id)
    clause = next(one for one in fresh(db, agreement, side.vss).in_order if one.is_included)
    agreement_drafts.adapt(
        db, side.vss, agreement.id, clause.key, typed="Read by nobody here.", version=clause.version
    )
    db.commit()

    click(at, "approve")

    now = fresh(db, agreement, side.pp)
    assert now.approved_by == {}
    assert "Please read the newest version before you decide" in said(at)
    assert f"version {now.number}" in at.button(key="approve").label
    db.rollback()
    click(at, "approve")
    assert side.pp.service_id in fresh(db, agreement, side.pp).approved_by


def test_nobody_undoes_or_gives_up_what_was_written_after_they_read(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    agreement_drafts.adapt(db, side.pp, agreement.id, "equality", typed="First.", version=1)
    db.commit()
    at, whole = (
        at_clause(desk, side, agreement, "principles", "equality"),
        desk.open(side.pp, "agreement", agreement=agreement.id),
    )
    clause = next(one for one in fresh(db, agreement, side.vss).in_order if one.key == "equality")
    agreement_drafts.adapt(
        db, side.vss, agreement.id, "equality", typed="The other side's.", version=clause.version
    )
    db.commit()

    click(at, "restore")
    click(whole, "give_up")

    now = fresh(db, agreement, side.pp)
    assert "The other side's." in str(next(one for one in now.in_order if one.key == "equality").adapted)
    assert now.agreement.state is AgreementState.DRAFT
    assert "Somebody else saved this" in said(at)
    assert "The text has changed since you read it" in said(whole)


def test_an_agreement_in_force_is_reviewed_and_terminated(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    steps.put_in_force(db, agreement, side.pp, side.vss)
    agreement.review_on = TODAY
    db.commit()
    at = desk.open(side.vss, "agreement", agreement=agreement.id)
    assert "review was due" in said(at)

    press(at, "Note the review")
    assert "review was due" not in said(at)
    press(at, "Terminate it")
    assert "Please fill this in" in at.error[0].value
    field(at, "Reason", "The funding ended")
    press(at, "Terminate it")

    assert "The funding ended" in said(at)
    assert "not being drafted now" in said(desk.open(side.pp, "draft", agreement=agreement.id))


def test_what_ends_with_a_case_agreement_stands_before_the_click_and_who_ended_it_before(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=TODAY + timedelta(days=200))
    make.meeting(pair)
    make.action(pair)
    db.commit()

    at = desk.open(pair.vss, "agreement", agreement=agreement.id)
    before = said(at)
    at.date_input[0].set_value(TODAY + timedelta(days=60))
    field(at, "Reason", "The funding ends")
    press(at, "Terminate it")
    his = desk.open(pair.pp, "agreement", agreement=agreement.id)
    field(his, "Reason", "As was said")
    his.date_input[0].set_value(TODAY + timedelta(days=60))
    press(his, "Terminate it")

    assert "1 planned meeting cannot be held" in before
    assert "1 open action" in before
    assert "can be made to end earlier" not in before
    assert "The funding ends" in said(his)
    assert "can be made to end earlier" in said(his)
    assert "ended already" in his.error[0].value


def test_the_agreement_that_holds_and_the_one_to_come_lead_to_each_other_and_one_called_off_says_so(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    now = make.agreement_in_force(pair, ends_on=TODAY + timedelta(days=20))
    later = make.agreement_in_force(pair, ends_on=TODAY + timedelta(days=90))
    later.in_force_from = TODAY + timedelta(days=21)
    db.commit()

    def links(agreement: Agreement) -> list[str]:
        found = desk.open(pair.vss, "agreement", agreement=agreement.id).get("page_link")
        return [str(link.proto.label) for link in found]

    before = links(now), links(later)
    to_come = said(desk.open(pair.pp, "agreement", agreement=later.id))
    assert "it is called off at once and never holds" in to_come, "said before the click"
    agreement_approvals.terminate(
        db, pair.pp, later.id, on=TODAY, reason="It comes too early", version=later.version
    )
    db.commit()

    assert any(one.startswith("Signed, begins later") for one in before[0])
    assert any(one.startswith("In force") for one in before[1])
    assert "Called off before it began" in links(now)
    said_of_it = said(desk.open(pair.vss, "agreement", agreement=later.id))
    assert f"Called off before it began, by {pair.pp.name}" in said_of_it
    assert "erminated" not in said_of_it


def test_the_text_and_the_versions_are_read(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    agreement_drafts.answer(db, side.pp, agreement.id, answers={"country": "Marlenia"}, was={})
    db.commit()
    at = desk.open(side.vss, "agreement", agreement=agreement.id)

    at.segmented_control[0].set_value("text").run()
    assert "Marlenia" in said(at)
    at.segmented_control[0].set_value("versions").run()

    assert not at.exception
    assert "Marlenia" in said(at)
    assert side.pp.name in said(at).replace("\\", "")


def test_a_draft_is_given_up(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    at = desk.open(side.pp, "agreement", agreement=agreement.id)

    click(at, "give_up")

    assert f"Given up on {clock.today().day}" in said(at)
    assert "To go on with its text, begin a new version" in said(at)
    assert f"by {side.pp.name}, {side.pp.service_name}" in said(at).replace("\\", "")
    theirs = [
        str(link.proto.label).replace("\\", "") for link in desk.open(side.vss, "today").get("page_link")
    ]
    assert any(f"{side.pp.name}, {side.pp.service_name}, gave up the draft" in one for one in theirs)


def test_a_case_agreement_is_read_by_its_case_and_by_nobody_else(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair(is_agreed=False)
    agreement = steps.case_draft(db, pair)
    colleague = make.actor(pair.pp.service_id)
    db.commit()

    at = desk.open(pair.vss, "agreement", agreement=agreement.id)
    stranger = desk.open(colleague, "agreement", agreement=agreement.id)

    assert pair.case.code in said(at).replace("\\", "")
    assert "not yours to see" in stranger.error[0].value
    assert pair.case.code not in said(stranger).replace("\\", "")


def test_a_long_list_of_versions_says_how_many_there_are_and_shows_more(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    for number in range(31):
        was = {"country": f"Country {number - 1}"} if number else {}
        agreement_drafts.answer(db, side.pp, agreement.id, answers={"country": f"Country {number}"}, was=was)
    db.commit()
    at = desk.open(side.vss, "agreement", agreement=agreement.id)
    at.segmented_control[0].set_value("versions").run()
    total = fresh(db, agreement, side.pp).number
    db.rollback()

    assert f"30 of {total}" in said(at)
    assert "| 1 |" not in said(at)
    press(at, "Show more")
    assert "| 1 |" in said(at)


def test_a_long_note_beside_what_is_needed_says_that_it_goes_on(db: Session, make: Make) -> None:
    side, agreement = begun(db, make)
    clause = agreement_reading.opened(db, side.pp, agreement.id).in_order[0]
    agreement_drafts.judge(
        db,
        side.pp,
        agreement.id,
        clause.key,
        state=ClauseState.CONTESTED,
        note="Not so. " * 40,
        version=clause.version,
    )

    said_there = agreement_words.needs(Words(), agreement_reading.opened(db, side.pp, agreement.id))

    assert "…" in said_there
    assert "Not so. " * 25 not in plainly(said_there)
    db.rollback()


def test_a_wording_and_a_note_that_were_not_sent_stand_there_again_until_they_are_let_go(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    clause = db.scalars(
        select(AgreementClause).where(
            AgreementClause.agreement_id == agreement.id, AgreementClause.key == "accountability"
        )
    ).one()
    for name in ("wording", "note"):
        unsent.keep(db, side.pp, f"clause:{clause.id}:{name}", text="Typed and not sent")
    db.commit()

    at = at_clause(desk, side, agreement, "principles", "accountability")
    offered = [area.value for area in at.text_area]
    click(at, "save_state")
    press(at, "Let it go")

    assert offered.count("Typed and not sent") == 2
    db.rollback()
    assert db.scalars(select(UnsentText)).all() == []
    areas = {area.label: area.value for area in at.text_area}
    assert areas["Text"] not in {"", "Typed and not sent"}
    assert db.get_one(AgreementClause, clause.id, populate_existing=True).note == "Typed and not sent"


def test_a_file_that_is_no_pdf_is_refused_in_one_sentence_and_leaves_the_box(
    db: Session, make: Make, desk: Desk
) -> None:
    side = steps.managers(make)
    agreement = steps.approved(db, side)
    db.commit()
    at = desk.open(side.pp, "agreement", agreement=agreement.id)

    at.file_uploader[0].set_value(("scan.png", b"not a PDF", "image/png"))
    press(at, "File the signed paper")

    assert [error.value for error in at.error] == [Words()("error.agreement.copy_no_pdf")]
    assert not at.file_uploader[0].value
    assert not fresh(db, agreement, side.pp).has_copy


def test_a_case_with_an_agreement_is_led_to_it(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair(is_agreed=False)
    steps.case_draft(db, pair)
    db.commit()

    at = desk.open(pair.pp, "agreements", case=pair.case.id)

    assert "No agreement for this case" not in said(at)
    assert "Go on drafting" in [button.label for button in at.button]


def test_another_copy_may_be_filed_until_the_agreement_is_in_force(
    db: Session, make: Make, desk: Desk
) -> None:
    side = steps.managers(make)
    agreement = steps.organisation_draft(db, side)
    steps.sign(db, agreement, side.pp, side.vss)
    db.commit()
    at = desk.open(side.pp, "agreement", agreement=agreement.id)
    assert "a better scan can take the place" in said(at)

    better = PDF + b"\n"
    at.file_uploader[0].set_value(("signed.pdf", better, "application/pdf"))
    press(at, "File the signed paper")

    db.rollback()
    assert not at.error
    assert agreement_approvals.signed_copy(db, side.pp, agreement.id) == better


def test_a_paper_that_the_scanner_finds_harmful_is_refused_beside_its_box(
    db: Session, make: Make, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = steps.managers(make)
    agreement = steps.approved(db, side)
    db.commit()
    with clamd.at_a_socket(tmp_path / "s") as scanner:
        monkeypatch.setenv("CONCORD_SCANNER", scanner.where)
        settings.cache_clear()
        at = desk.open(side.pp, "agreement", agreement=agreement.id)
        at.file_uploader[0].set_value(("signed.pdf", PDF + clamd.HARMFUL + b"\n%%EOF\n", "application/pdf"))
        press(at, "File the signed paper")
        refused = [one.value for one in at.error]
        at.file_uploader[0].set_value(("signed.pdf", PDF, "application/pdf"))
        press(at, "File the signed paper")

    assert [one for one in refused if "harmful" in one], refused
    assert not at.error
    db.rollback()
    assert agreement_approvals.signed_copy(db, side.pp, agreement.id) == PDF
    assert len(scanner.given) == 2


def test_an_approval_that_lapsed_is_told_on_today_on_the_draft_and_where_it_stands(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    steps.complete(db, side.pp, agreement)
    steps.approve(db, agreement, side.pp)
    db.commit()
    before = said(desk.open(side.pp, "draft", agreement=agreement.id))
    clause = next(one for one in fresh(db, agreement, side.vss).in_order if one.key == "equality")
    agreement_drafts.adapt(
        db, side.vss, agreement.id, "equality", typed="We are fair.", version=clause.version
    )
    db.commit()

    rows = desk.open(side.pp, "today").get("page_link")
    waits = "\n".join(str(row.proto.label) for row in rows)
    stands = desk.open(side.pp, "agreement", agreement=agreement.id)
    draft, theirs = (desk.open(who, "draft", agreement=agreement.id) for who in (side.pp, side.vss))

    assert "has lapsed" not in before
    assert "Our approval of the agreement has lapsed" in plainly(waits)
    for at in (stands, draft, theirs):
        notice = next(plainly(one.value) for one in at.warning if "has lapsed" in one.value)
        assert f"{side.pp.name} approved version" in notice
        assert f"{side.vss.name} changed the text" in notice
    assert "We are fair" in said(stands)
    assert "If you agree, approve version" in said(draft)
    assert "They read this on their *Today*" in said(theirs)
    db.rollback()
    click(stands, "approve")
    assert "has lapsed" not in said(stands.run())


def test_who_has_something_unsaved_in_a_draft_is_led_to_it_before_they_approve(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    steps.complete(db, side.pp, agreement)
    clause = next(one for one in agreement.clauses if one.key == "equality")
    slots = [f"clause:{clause.id}:wording", f"clause:{clause.id}:note:aside:1"]
    for slot in slots:
        unsent.keep(db, side.pp, slot, text="Typed and not sent")
    db.commit()

    at = desk.open(side.pp, "agreement", agreement=agreement.id)

    assert "is not saved, and not in the text that you would approve" in said(at)
    assert "My account" in said(at)
    assert at.button(key="approve").disabled
    assert not desk.open(side.vss, "agreement", agreement=agreement.id).button(key="approve").disabled
    db.rollback()
    unsent.let_go(db, side.pp, {slot: ["Typed and not sent"] for slot in slots})
    db.commit()
    assert not at.run().button(key="approve").disabled


def test_a_day_or_number_that_is_typed_and_not_saved_stands_before_the_approval_too(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    steps.complete(db, side.pp, agreement)
    db.commit()
    opened = fresh(db, agreement, side.pp)
    clause, ask = next(
        (one, ask)
        for one in opened.in_order
        if one.is_included
        for ask in opened.asks_of_clause(one)
        if ask.kind in {"months", "days", "hours"}
    )
    db.commit()
    at = at_clause(desk, side, agreement, clause.chapter, clause.key)
    field(at, agreement_words.question(Words(), ask), 7)
    at.run()
    assert "Shown with what is not saved yet" in said(at)
    stands = desk.open(side.pp, "agreement", agreement=agreement.id)
    slot = f"typed:{agreement.id}:answer:{ask.id}"
    for key in (slot, f"{slot}:0"):
        stands.session_state[key] = at.session_state[key]
    assert stands.run().button(key="approve").disabled
    assert clause.key in str([one.key for one in stands.button])

    click(at, "back_to_saved")

    assert "Shown with what is not saved yet" not in said(at)


def test_next_goes_over_the_ends_of_the_chapters_and_says_at_the_last_clause_what_comes(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    order = fresh(db, agreement, side.pp).in_order
    db.commit()
    at = desk.open(side.pp, "draft", agreement=agreement.id)
    assert at.button(key="chevron_left").disabled

    for _ in order:
        click(at, "chevron_right")

    last = order[-1]
    assert at.session_state[f"clause:{agreement.id}:{last.chapter}"] == last.key
    assert at.button(key="chevron_right").disabled
    assert "This is the last clause. Something is still missing" in said(at)
    at.session_state[f"go:{agreement.id}"] = ("principles", "new")
    click(at.run(), "chevron_right")
    following = next(one for one in order if one.chapter == "scope")
    assert at.session_state[f"clause:{agreement.id}:scope"] == following.key
    click(at, "chevron_left")
    before = [one for one in order if one.chapter == "principles"][-1]
    assert at.session_state[f"clause:{agreement.id}:principles"] == before.key


def test_who_rewrites_an_agreed_clause_is_told_before_and_the_clause_says_it_afterwards(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    agreement_drafts.judge(
        db, side.vss, agreement.id, "equality", state=ClauseState.AGREED, note="", version=1
    )
    db.commit()
    at = at_clause(desk, side, agreement, "principles", "equality")
    before = said(at)
    field(at, "Text", "# Fairness\n\nWe are fair.")
    click(at, "save_wording")

    assert "opens it again" in before
    assert "This clause was agreed and says something else since" in said(at)
    hers = desk.open(side.vss, "draft", agreement=agreement.id)
    hers.session_state[f"go:{agreement.id}"] = ("principles", "equality")
    assert "open until both" not in said(hers)
    assert "It is open again until both sides agree" in said(hers.run())


def test_who_ends_an_agreement_reads_that_a_meeting_is_going_on_and_what_becomes_of_its_text(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=TODAY + timedelta(days=200))
    make.table(pair)
    db.commit()

    at = desk.open(pair.pp, "agreement", agreement=agreement.id)

    assert "A meeting is going on at the table" in said(at)
    assert "planned meeting" not in said(at)


def kept_by_the_browser(db: Session, side: Managers, agreement: Agreement, **texts: str) -> None:
    for name, typed in texts.items():
        unsent.keep(db, side.pp, f"answers:{agreement.id}:{name}", text=typed)
    db.commit()


def by_key(at: AppTest, agreement: Agreement, name: str) -> str:
    """What stands in the field of a question: both parties are asked the same ones."""
    slot = f"typed:{agreement.id}:answer:{name}:"
    return next(str(one.value) for one in [*at.text_input, *at.text_area] if str(one.key).startswith(slot))


def type_in(at: AppTest, agreement: Agreement, name: str, typed: str) -> None:
    slot = f"typed:{agreement.id}:answer:{name}:"
    next(one for one in [*at.text_input, *at.text_area] if str(one.key).startswith(slot)).set_value(typed)


def test_one_click_saves_what_is_typed_under_both_parties(db: Session, make: Make, desk: Desk) -> None:
    side, agreement = begun(db, make)
    typed = {"pp_function": "Head", "pp_address": "Mill 1", "vss_function": "Chair", "vss_address": "Mill 2"}
    at = desk.open(side.pp, "draft", agreement=agreement.id)
    for name, text in typed.items():
        type_in(at, agreement, name, text)
    press(at, "Save the answers")

    answers = fresh(db, agreement, side.pp).agreement.answers
    db.rollback()
    assert {name: answers.get(name) for name in typed} == typed
    assert [one.label for one in at.button].count("Save the answers") == 1
    assert "not saved yet" not in said(at)
    press(at, "Save the answers")
    assert [one.value for one in at.toast] == ["Nothing has changed in these questions"]


def test_what_is_typed_under_one_party_stands_after_a_save_under_the_other_and_a_reload(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    kept_by_the_browser(db, side, agreement, vss_function="Chair", vss_address="Mill 2")
    at = desk.open(side.pp, "draft", agreement=agreement.id)
    type_in(at, agreement, "pp_function", "x" * 301)
    press(at, "Save the answers")
    refused = [one.value for one in at.error]
    again = desk.open(side.pp, "draft", agreement=agreement.id)
    before = by_key(again, agreement, "vss_function"), by_key(again, agreement, "vss_address")
    type_in(again, agreement, "pp_function", "Head")
    press(again, "Save the answers")
    last = desk.open(side.pp, "draft", agreement=agreement.id)

    assert any("too long" in one for one in refused)
    assert any("The perpetrator programme (PP)" in one for one in refused), "its tab may be behind the other"
    assert before == ("Chair", "Mill 2")
    shown = [by_key(last, agreement, name) for name in ("pp_function", "vss_function", "vss_address")]
    assert shown == ["Head", "Chair", "Mill 2"]
    db.rollback()
    assert db.scalars(select(UnsentText)).all() == []
    db.rollback()


def test_an_answer_of_theirs_under_one_party_is_taken_and_what_is_typed_under_the_other_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    kept_by_the_browser(db, side, agreement, pp_function="Mine", vss_function="Mine, too")
    at = desk.open(side.pp, "draft", agreement=agreement.id)
    theirs = {"pp_function": "Theirs", "vss_contact": "Vera"}
    agreement_drafts.answer(db, side.vss, agreement.id, answers=theirs, was={})
    db.commit()
    at.run()
    assert [("Theirs" in one.value, "Vera" in one.value) for one in at.warning] == [(True, False)]

    click(at, "take:parties")
    press(at, "Save the answers")

    answers = fresh(db, agreement, side.pp).agreement.answers
    db.rollback()
    found = answers["pp_function"], answers["vss_function"], answers["vss_contact"]
    assert found == ("Theirs", "Mine, too", "Vera")


def test_a_kept_line_is_let_go_with_the_way_back_to_what_is_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    side, agreement = begun(db, make)
    kept_by_the_browser(db, side, agreement, vss_function="Chair", vss_address="Mill 2")
    at = desk.open(side.pp, "draft", agreement=agreement.id)

    click(at, "back_to_saved")

    assert by_key(at, agreement, "vss_function") == ""
    assert by_key(at, agreement, "vss_address") == "Mill 2"
    db.rollback()
    assert [row.slot for row in db.scalars(select(UnsentText))] == [f"answers:{agreement.id}:vss_address"]
    db.rollback()
