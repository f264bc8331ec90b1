"""The page Digital safety: what her service fills in with her, what the programme writes of its own side, and the paper."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.models import (
    DigitalFinding,
    DigitalMedium,
    DigitalStep,
    Evidence,
    JointItem,
    Role,
    SafetyAction,
    SafetyPlan,
    Seen,
    SubjectKind,
    Whose,
)
from core.operations import digital_findings, digital_maps, evidence, safety_actions, safety_plans
from core.operations.evidence import Kept as Piece
from core.operations.safety_actions import Wanted
from pages.ui.plain import plain
from tests.make import Make, Pair, consented
from tests.pages.conftest import Desk, press, said
from tests.pages.test_risk import answer, by_label


def part(at: AppTest, name: str) -> AppTest:
    """Go to another part of the page."""
    at.button_group[0].set_value(name).run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def pills(at: AppTest, label: str) -> Any:
    return next(one for one in at.button_group if label in one.label)


def opened(make: Make, db: Session, desk: Desk) -> tuple[Pair, AppTest]:
    pair = make.pair()
    db.commit()
    return pair, desk.open(pair.vss, "digital", case=pair.case.id)


def test_what_there_is_goes_on_the_map_at_once_and_each_is_marked_as_one_goes(
    db: Session, make: Make, desk: Desk
) -> None:
    _, at = opened(make, db, desk)
    assert "Nothing on the map yet" in said(at)

    press(at, "Put on the map")
    assert "at least one device or account" in said(at)
    pills(at, "What there is").set_value(["phone", "email"]).run()
    press(at, "Put on the map")
    pills(at, "Access").set_value(["access.knows_code"]).run()
    by_label(at.text_input, "Note").set_value("He gave it to her").run()

    rows = db.scalars(select(DigitalMedium)).all()
    marked = next(row for row in rows if row.kind == "phone")
    assert (marked.marks, marked.note) == ("access.knows_code", "He gave it to her")
    assert {row.kind for row in rows} == {"phone", "email"}
    assert "By this he may get in or see: he knows code or password" in said(at)


def looked_at(at: AppTest, medium: DigitalMedium) -> AppTest:
    """Open the panel of a device, in which it goes off the map."""
    at.session_state[f"medium:{medium.id}:1:more"] = True
    return at.run()


def test_what_was_put_on_the_map_by_mistake_is_taken_off_while_nothing_is_marked(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    [one] = digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HIS, kinds=["phone"])
    db.commit()
    at = looked_at(desk.open(pair.vss, "digital", case=pair.case.id), one)

    press(at, "Put here by mistake: take it off the map")

    assert db.scalars(select(DigitalMedium)).all() == []
    assert "Put here by mistake: take it off the map" not in [button.label for button in at.button]


def test_what_is_not_in_use_any_more_goes_below_and_comes_back(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    [put] = digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["phone"])
    db.commit()
    at = looked_at(desk.open(pair.vss, "digital", case=pair.case.id), put)

    press(at, "Note it")
    assert "not in use since" in said(at)
    press(at, "In use after all")

    [one] = db.scalars(select(DigitalMedium))
    assert one.gone_on is None


def test_a_step_and_a_form_are_saved_as_they_are_answered(db: Session, make: Make, desk: Desk) -> None:
    _, at = opened(make, db, desk)

    part(at, "steps")
    answer(at, "Whether he knows", Seen.PRESENT)
    at.text_area[0].set_value("Her new street").run()
    part(at, "found")
    answer(at, "Stealing passwords", Seen.PAST)

    [step], [form] = db.scalars(select(DigitalStep)).all(), db.scalars(select(DigitalFinding)).all()
    assert (step.step, step.seen, step.note) == ("knows", Seen.PRESENT, "Her new street")
    assert (form.form, form.seen) == ("passwords", Seen.PAST)


def test_a_colleagues_answer_is_never_written_over_unseen(db: Session, make: Make, desk: Desk) -> None:
    pair, at = opened(make, db, desk)
    part(at, "found")
    digital_findings.write(
        db, pair.vss, pair.case.id, form="passwords", seen=Seen.PRESENT, note="Seen", version=0
    )
    db.commit()

    answer(at, "Stealing passwords", Seen.NOT_PRESENT)

    assert by_label(at.radio, "Stealing passwords").value == Seen.NOT_PRESENT
    assert "Somebody else has saved this in the meantime: **Present · Seen**" in said(at)
    assert [one.seen for one in db.scalars(select(DigitalFinding))] == [Seen.PRESENT]
    db.rollback()
    press(at, "Take theirs")
    assert by_label(at.radio, "Stealing passwords").value == Seen.PRESENT
    assert by_label(at.text_area, "Note").value == "Seen"


def test_a_note_that_was_typed_while_a_colleague_saved_is_not_lost(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, at = opened(make, db, desk)
    part(at, "found")
    answer(at, "Stealing passwords", Seen.PRESENT)
    [row] = db.scalars(select(DigitalFinding))
    digital_findings.write(
        db, pair.vss, pair.case.id, form="passwords", seen=Seen.PRESENT, note="Theirs", version=row.version
    )
    db.commit()

    by_label(at.text_area, "Note").set_value("Mine, long and true").run()
    at.run()
    assert by_label(at.text_area, "Note").value == "Mine, long and true"
    assert "**Present · Theirs**" in said(at)
    press(at, "Keep mine")

    db.expire_all()
    assert db.scalars(select(DigitalFinding)).one().note == "Mine, long and true"
    assert "Theirs" not in said(at)


def test_marks_and_a_note_of_a_device_stay_when_a_colleague_marked_it_meanwhile(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, at = opened(make, db, desk)
    digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["phone"])
    db.commit()
    at.run()
    [medium] = db.scalars(select(DigitalMedium))
    digital_maps.mark(
        db, pair.vss, medium.id, marks=(), name="The old one", note="Theirs", version=medium.version
    )
    db.commit()

    by_label(at.text_input, "Note").set_value("He set it up").run()

    assert "**The old one · Theirs**" in said(at)
    assert by_label(at.text_input, "Note").value == "He set it up"
    press(at, "Keep mine")
    db.expire_all()
    kept = db.scalars(select(DigitalMedium)).one()
    assert (kept.note, kept.name) == ("He set it up", "The old one")


def test_before_a_change_that_may_make_it_worse_there_is_a_warning_and_a_question(
    db: Session, make: Make, desk: Desk
) -> None:
    _, at = opened(make, db, desk)
    part(at, "plan")

    by_label(at.text_area, "What is done").set_value("Leave the family account").run()
    by_label(at.text_input, "Who does it").set_value("Nina").run()
    by_label(at.selectbox, "Is this a change").set_value("leave_group").run()
    assert "The others in it are told" in said(at)
    press(at, "Write it down")
    assert "Write down what is in place before" in said(at)
    by_label(at.text_area, "What is in place first").set_value("She has moved").run()
    press(at, "Write it down")

    [action] = db.scalars(select(SafetyAction))
    assert (action.change, action.first, action.who) == ("leave_group", "She has moved", "Nina")
    db.rollback()
    assert "Done" not in [button.label for button in at.button]
    assert "First: She has moved" in said(at)
    press(at, "It is in place, and done")
    db.expire_all()
    assert [one.state for one in db.scalars(select(SafetyAction))] == ["done"]


def test_an_action_is_changed_where_it_stands(db: Session, make: Make, desk: Desk) -> None:
    _, at = opened(make, db, desk)
    part(at, "plan")
    by_label(at.text_area, "What is done").set_value("A new account").run()
    by_label(at.text_input, "Who does it").set_value("She").run()
    press(at, "Write it down")
    assert "Say whether this is a change that may make it worse" in said(at)
    by_label(at.selectbox, "Is this a change").set_value("").run()
    press(at, "Write it down")

    press(at, "Change")
    by_label(at.text_area, "What is done").set_value("A new account, at the library").run()
    press(at, "Save")

    assert [one.text for one in db.scalars(select(SafetyAction))] == ["A new account, at the library"]


def test_an_action_of_older_content_loses_nothing_when_a_word_of_it_is_changed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    made = safety_actions.write(
        db, pair.vss, pair.case.id, wanted=Wanted("accounts", "Leave the group", "She")
    )
    made.area, made.change, made.first = "older_area", "older_change", "She has moved"
    db.commit()
    at = part(desk.open(pair.vss, "digital", case=pair.case.id), "plan")

    press(at, "Change")
    by_label(at.text_area, "What is done").set_value("Leave the family group")
    press(at, "Save")

    db.expire_all()
    assert made.text == "Leave the family group"
    assert (made.area, made.change, made.first) == ("older_area", "older_change", "She has moved")


def test_what_is_in_place_first_is_not_taken_out_unsaid(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    wanted = Wanted("accounts", "Leave the group", "She", change="leave_group", first="She has moved")
    safety_actions.write(db, pair.vss, pair.case.id, wanted=wanted)
    db.commit()
    at = part(desk.open(pair.vss, "digital", case=pair.case.id), "plan")
    press(at, "Change")
    assert "is taken out when you save" not in said(at)

    by_label(at.selectbox, "Is this a change").set_value("").run()

    assert "is taken out when you save: She has moved" in said(at)


def test_the_measures_are_saved_and_the_safe_way_stands_in_the_file_alone(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, SubjectKind.HER)
    her.safe_channel = "her colleague at work"
    db.commit()
    at = part(desk.open(pair.vss, "digital", case=pair.case.id), "plan")
    assert "her colleague" not in said(at)
    assert "A safe way to reach her stands in your file" in said(at)

    by_label(at.text_area, "What might make it worse").set_value("Not before she has moved")
    press(at, "Save the measures")
    plan = db.scalars(select(SafetyPlan)).one()
    assert plan.escalation == "Not before she has moved"
    safety_plans.write(
        db,
        pair.vss,
        pair.case.id,
        safe_device="The library's",
        account_use="",
        escalation="Not before",
        review_on=None,
        version=1,
    )
    db.commit()
    by_label(at.text_area, "What might make it worse").set_value("Mine")
    press(at, "Save the measures")

    assert "Somebody else saved this" in said(at)
    assert "The library" in said(at)
    assert by_label(at.text_area, "What might make it worse").value == "Mine"


def test_evidence_is_written_down_and_the_route_is_the_countrys(db: Session, make: Make, desk: Desk) -> None:
    _, at = opened(make, db, desk)
    part(at, "evidence")
    assert "Nothing is uploaded here" in said(at)
    assert at.get("file_uploader") == []

    by_label(at.selectbox, "Route").set_value("guatemala").run()
    assert "INACIF" in said(at)
    by_label(at.text_area, "What it shows").set_value("Eleven messages")
    by_label(at.text_input, "Kept where").set_value("In our safe")
    pills(at, "Reported to").set_value(["pnc"])
    press(at, "Write it down")
    assert "Please choose a date" in said(at)
    by_label(at.date_input, "Reported on").set_value(clock.today())
    press(at, "Write it down")

    [piece] = db.scalars(select(Evidence))
    assert (piece.kept_where, piece.reported_to) == ("In our safe", "pnc")
    assert "Reported: National Civil Police" in said(at)


def test_the_programme_has_its_own_part_and_shares_it_as_it_stands(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM)
    consented(db, pair.pp, him)
    digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["phone"])
    db.commit()
    case_id = pair.case.id
    at = desk.open(pair.pp, "digital", case=case_id)
    assert len(at.button_group) == 0

    answer(at, "Whether they share", Seen.PRESENT)
    by_label(at.text_area, "What is done").set_value("He signs out of the tablet").run()
    by_label(at.text_input, "Who does it").set_value("Ivo").run()
    by_label(at.selectbox, "Is this a change").set_value("").run()
    press(at, "Write it down")
    press(at, "Share with the other service")
    assert "He signs out of the tablet" in said(at)
    press(at, "Share this")

    [item] = db.scalars(select(JointItem))
    assert "Whether they share accounts or devices: Yes" in item.text
    db.rollback()
    assert "it is what stands here now" in said(at)
    hers = part(desk.open(pair.vss, "digital", case=case_id), "steps")
    assert "He signs out of the tablet" in said(hers)
    press(at, "Take it back")
    assert "has shared nothing" in said(part(hers, "steps"))


@pytest.mark.parametrize("role", [Role.CHAIR, Role.MANAGER])
def test_who_does_not_read_the_file_sees_neither_page_nor_way(
    db: Session, make: Make, desk: Desk, role: Role
) -> None:
    pair = make.pair()
    other = make.actor(pair.vss.service_id, role)
    make.assign(pair.case, other)
    db.commit()

    at = desk.open(other, "digital", case=pair.case.id)

    assert "not yours to see" in said(at)
    assert "Devices and accounts" not in said(at)


def test_a_plan_that_is_due_waits_on_the_page_today(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    with clock.at(clock.now() - timedelta(days=9)):
        safety_plans.write(
            db,
            pair.vss,
            pair.case.id,
            safe_device="",
            account_use="",
            escalation="x",
            review_on=clock.today(),
            version=0,
        )
    db.commit()

    at = desk.open(pair.vss, "today")

    assert f"{plain(pair.case.code)}: look at the digital safety again" in [
        link.proto.label for link in at.get("page_link")
    ]


def test_who_comes_to_it_later_is_asked_once_who_they_are_and_then_reads_on(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.account(pair.vss, password="nine swans below the mill", seed="A" * 32)
    digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["phone"])
    db.commit()
    desk.sign_in(pair.vss, is_fresh=False)
    at = desk.open(pair.vss, "digital", case=pair.case.id)
    assert "stays with your service alone" in said(at)
    assert "Devices and accounts" not in said(at)

    by_label(at.text_input, "Is it you?").set_value("not the right one")
    press(at, "Go on")
    assert "Devices and accounts" not in said(at)
    by_label(at.text_input, "Is it you?").set_value("nine swans below the mill")
    press(at, "Go on")
    assert "Devices and accounts" in said(at)

    assert "stays with your service alone" not in said(part(at, "evidence"))


def test_an_action_that_was_looked_at_before_is_changed_after_own_acts(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    safety_actions.write(db, pair.vss, pair.case.id, wanted=Wanted("accounts", "Leave the group", "She"))
    db.commit()
    at = part(desk.open(pair.vss, "digital", case=pair.case.id), "plan")
    for label in ("Change", "Change", "Done", "Open again", "Change"):
        press(at, label)
    by_label(at.text_area, "What is done").set_value("Leave the family group").run()
    press(at, "Save")

    assert not at.error
    db.expire_all()
    assert [one.text for one in db.scalars(select(SafetyAction))] == ["Leave the family group"]
    db.rollback()


def test_an_open_action_that_a_colleague_changed_is_refused_until_theirs_is_taken(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    one = safety_actions.write(
        db, pair.vss, pair.case.id, wanted=Wanted("accounts", "Leave the group", "She")
    )
    db.commit()
    at = part(desk.open(pair.vss, "digital", case=pair.case.id), "plan")
    press(at, "Change")
    safety_actions.revise(
        db, pair.vss, one.id, wanted=Wanted("accounts", "Leave both groups", "She"), version=one.version
    )
    db.commit()
    press(at, "Save")
    assert "Somebody else saved this in the meantime" in at.error[0].value

    press(at, "Drop what I typed and take theirs")
    assert by_label(at.text_area, "What is done").value == "Leave both groups"
    press(at, "Save")
    assert not at.error


def test_evidence_that_was_looked_at_before_is_changed_as_it_stands_now(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    one = evidence.note(
        db, pair.vss, pair.case.id, kept=Piece("Messages", None, "At the police", [], [], None)
    )
    db.commit()
    at = part(desk.open(pair.vss, "digital", case=pair.case.id), "evidence")
    press(at, "Change")
    press(at, "Change")
    piece = Piece("Messages of May", None, "At the police", [], [], None)
    evidence.revise(db, pair.vss, one.id, kept=piece, version=one.version)
    db.commit()
    press(at, "Change")
    assert at.text_area[0].value == "Messages of May"
    at.text_area[0].set_value("Messages of May and June")
    press(at, "Save")

    assert not at.error
    db.expire_all()
    assert [row.what for row in db.scalars(select(Evidence))] == ["Messages of May and June"]
    db.rollback()
