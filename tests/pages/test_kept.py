"""A text that was typed into a form and not sent stands there again: for its author, as long as the case is theirs."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core.access import Actor
from core.models import Role, Seen, UnsentText, Whose
from core.operations import (
    assignments,
    consents,
    digital_findings,
    digital_maps,
    digital_steps,
    first_passes,
    minutes,
    risk_boards,
    tables,
    unsent,
)
from pages.ui import places
from pages.ui.plain import plain
from tests import change, risk
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said

TYPED = "Half a sentence about Friday"


def keep(db: Session, pair: Pair, slot: str) -> None:
    unsent.keep(db, pair.vss, slot, text=TYPED, case_id=pair.case.id)
    db.commit()


def kept(db: Session) -> list[str]:
    db.rollback()
    return [kept.text for kept in db.scalars(select(UnsentText).execution_options(populate_existing=True))]


def test_a_note_that_was_not_sent_stands_in_its_field_and_is_let_go_when_it_is_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    keep(db, pair, f"note:{pair.case.id}:text")

    at = desk.open(pair.vss, "note", case=pair.case.id)
    offered = at.text_area[0].value
    notice = said(at)
    press(at, "Save")

    assert offered == TYPED
    assert "did not send stands here again" in notice
    assert kept(db) == []
    assert TYPED in said(desk.open(pair.vss, "file", case=pair.case.id)).replace("\\", "")
    assert desk.open(pair.vss, "note", case=pair.case.id).text_area[0].value == ""


def test_what_a_page_hands_over_as_it_is_left_finds_the_field_of_its_session_unless_it_was_sent(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "note", case=pair.case.id)
    slot = f"note:{pair.case.id}:text"
    drawn = at.session_state["kept:places"]
    place = next(each for each, field in drawn.items() if field.slot == slot)
    hers, his = (desk.sign_in(actor) for actor in (pair.vss, pair.pp))

    found = places.find(hers, place, TYPED)
    assert found is not None
    assert (found.slot, found.case_id) == (slot, pair.case.id)
    assert places.find(his, place, TYPED) is None
    assert places.find(hers, "keep_0123456789abcdef", TYPED) is None
    assert places.find(hers, place, "  ") is None
    at.text_area[0].set_value(TYPED)
    press(at, "Save")

    assert places.find(hers, place, TYPED) is None
    assert places.find(hers, place, f"{TYPED}, and more") is not None


def test_of_what_stands_in_the_record_nothing_is_kept_and_old_fields_give_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "_MOST", 2)
    monkeypatch.setattr(places, "_MOST_SESSIONS", 1)
    for number in range(3):
        places.show("one", f"keep_{number}", f"note:{number}", case_id=None, value="In the record")

    assert places.find("one", "keep_0", TYPED) is None
    assert places.find("one", "keep_2", "In the record ") is None
    assert places.find("one", "keep_2", TYPED) is not None
    places.sent("two", "keep_2", TYPED)
    places.show("two", "keep_2", "note:2", case_id=None, value="")
    assert places.find("one", "keep_2", TYPED) is None


def test_it_stands_beside_what_is_saved_and_its_author_may_let_it_go(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    note = make.note(pair.vss_file, pair.vss, text="She called")
    keep(db, pair, f"note:{note.id}:text")
    at = desk.open(pair.vss, "note", note=note.id)
    notice = said(at)

    press(at, "Let it go")

    assert "What is saved: She called" in notice
    assert at.text_area[0].value == "She called"
    assert "did not send" not in said(at)
    assert kept(db) == []


def test_what_arrived_since_the_form_was_opened_goes_with_no_save_and_no_letting_go(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    slot, longer = f"note:{pair.case.id}:text", f"{TYPED}, and much more"
    db.commit()
    at = desk.open(pair.vss, "note", case=pair.case.id)
    keep(db, pair, slot)

    at.text_area[0].set_value("Another note")
    press(at, "Save")
    assert kept(db) == [TYPED]

    at = desk.open(pair.vss, "note", case=pair.case.id)
    unsent.keep(db, pair.vss, slot, text=longer, case_id=pair.case.id)
    db.commit()
    press(at, "Let it go")
    assert kept(db) == [longer]


def test_nobody_else_is_offered_it(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id, Role.CASE_MANAGER)
    make.assign(pair.case, colleague)
    keep(db, pair, f"note:{pair.case.id}:text")
    keep(db, pair, f"action:{pair.case.id}:text")

    for actor in (colleague, pair.pp):
        for page in ("note", "plan"):
            at = desk.open(actor, page, case=pair.case.id)
            if page == "plan":
                press(at, "Add an action")
            assert TYPED not in said(at)
            assert TYPED not in [field.value for field in at.text_area]
    assert kept(db) == [TYPED, TYPED]


def test_who_lost_the_case_is_not_offered_it(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.assign(pair.case, colleague := make.actor(pair.vss.service_id, Role.CASE_MANAGER))
    keep(db, pair, f"note:{pair.case.id}:text")
    assignments.unassign(db, colleague, pair.case.id, person_id=pair.vss.person_id)
    db.commit()

    at = desk.open(pair.vss, "note", case=pair.case.id)

    assert "does not exist" in at.error[0].value
    assert not at.text_area


def test_an_addendum_and_the_parts_of_an_action_stand_there_again(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    tables.close(db, pair.pp, meeting.id)
    for actor in (pair.pp, pair.vss):
        minutes.agree(db, actor, meeting.id, number=1)
    for slot in (f"addendum:{meeting.id}:text", f"action:{pair.case.id}:text"):
        keep(db, pair, slot)

    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    plan = press(desk.open(pair.vss, "plan", case=pair.case.id), "Add an action")

    assert at.text_area[0].value == TYPED
    assert TYPED in [field.value for field in plan.text_area]
    press(at, "Add the addendum")
    assert kept(db) == [TYPED]


@pytest.mark.parametrize("field", ["target_reason", "exclusions_reason"])
def test_a_reason_stands_there_again(db: Session, make: Make, desk: Desk, field: str) -> None:
    pair = make.pair()
    keep(db, pair, f"frame:{pair.case.id}:{field}")

    at = desk.open(pair.vss, "frame", case=pair.case.id)

    assert TYPED in [area.value for area in at.text_area]


@pytest.mark.parametrize(
    ("slot", "page"),
    [
        ("note:{case}:source", "note"),
        ("talk:{cooperation}:challenges:no_rules:note", "talk"),
        ("term:{cooperation}:meaning", "glossary"),
        ("consent:{her}:joint_work:how", "consent"),
    ],
)
def test_lines_and_texts_of_other_forms_stand_there_again(
    db: Session, make: Make, desk: Desk, slot: str, page: str
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    ids = {"case": pair.case.id, "cooperation": pair.case.cooperation_id, "her": her.id}
    purpose = consents.purposes(pair.vss)[0].id
    keep(db, pair, slot.format(**ids).replace("joint_work", purpose))

    at = desk.open(pair.vss, page, case=pair.case.id, cooperation=pair.case.cooperation_id)

    assert TYPED in [field.value for field in (*at.text_area, *at.text_input)]


def test_what_was_typed_into_the_contacts_of_a_person_stands_there_again_and_is_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, name="Wrenna")
    keep(db, pair, f"person:{her.id}:safe_channel")
    at = desk.open(pair.vss, "file", case=pair.case.id)
    assert TYPED not in repr(at.main)

    press(at, "Show names and contacts")
    assert "did not send stands here again" in said(at)
    press(at, "Save")

    db.expire_all()
    assert her.safe_channel == TYPED
    assert kept(db) == []


def test_my_account_shows_what_i_typed_while_it_is_certain_that_it_is_me(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    keep(db, pair, "person:of-whom:safe_channel")
    at = desk.open(pair.vss, "me")
    assert [shown.value for shown in at.code] == [TYPED]
    [box] = [box for box in at.expander if box.code]
    assert f"{plain(pair.case.code)} · My file" in box.label

    desk.grow_stale(pair.vss)
    press(at.run(), "Show what I typed")

    assert not at.code
    assert any("Is it you?" in field.label for field in at.text_input)


def row_of_first_pass(db: Session, pair: Pair) -> tuple[str, str, str]:
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Saved")
    return "first_pass", "", f"first_pass:{found.id}:{first_passes.HER}:strangled:note"


def row_of_the_meeting(db: Session, pair: Pair) -> tuple[str, str, str]:
    found = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.NOT_PRESENT})
    risk_boards.settle(
        db, pair.vss, found.id, about=first_passes.HER, item="pets", seen=Seen.PRESENT, note="Saved", number=0
    )
    return "risk", "", f"risk_note:{found.id}:{first_passes.HER}:pets"


def row_of_the_map(db: Session, pair: Pair) -> tuple[str, str, str]:
    [one] = digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["phone"])
    digital_maps.mark(db, pair.vss, one.id, marks=frozenset(), name="", note="Saved", version=one.version)
    return "digital", "map", f"medium:{one.id}:note"


def row_of_a_form(db: Session, pair: Pair) -> tuple[str, str, str]:
    digital_findings.write(
        db, pair.vss, pair.case.id, form="spying", seen=Seen.PRESENT, note="Saved", version=0
    )
    return "digital", "found", f"digital:{pair.case.id}:form:spying:note"


def row_of_a_step(db: Session, pair: Pair) -> tuple[str, str, str]:
    digital_steps.answer(
        db, pair.vss, pair.case.id, step="shared", seen=Seen.PRESENT, note="Saved", version=0
    )
    return "digital", "steps", f"digital:{pair.case.id}:step:shared:note"


@pytest.mark.parametrize(
    "row", [row_of_first_pass, row_of_the_meeting, row_of_the_map, row_of_a_form, row_of_a_step]
)
def test_what_was_typed_into_a_row_and_not_sent_stands_below_it_and_goes_into_it_by_a_click_alone(
    db: Session, make: Make, desk: Desk, row: Callable[[Session, Pair], tuple[str, str, str]]
) -> None:
    pair = make.pair()
    page, part, slot = row(db, pair)
    keep(db, pair, slot)
    pair_id = pair.case.id

    def opened(actor: Actor) -> AppTest:
        at = desk.open(actor, page, case=pair_id)
        return at.button_group[0].set_value(part).run() if part else at

    at = opened(pair.vss)
    assert f"and it was not sent: {TYPED}" in said(at)
    assert TYPED not in values(at)
    press(at, "Put it into the field")
    assert TYPED in values(at)
    assert "it was not sent" not in said(at)
    assert kept(db) == []
    assert TYPED in values(opened(pair.vss))

    db.rollback()
    unsent.keep(db, pair.vss, slot, text="Something else", case_id=pair_id)
    db.commit()
    at = press(opened(pair.vss), "Let it go")
    assert "it was not sent" not in said(at)
    assert TYPED in values(at)
    assert kept(db) == []


def values(at: AppTest) -> list[str | None]:
    return [field.value for field in (*at.text_area, *at.text_input)]


def test_what_a_colleague_typed_into_a_row_is_offered_to_nobody_else(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id, Role.CASE_MANAGER)
    make.assign(pair.case, colleague)
    page, _, slot = row_of_first_pass(db, pair)
    keep(db, pair, slot)

    assert TYPED not in said(desk.open(colleague, page, case=pair.case.id))


def test_where_answers_on_paper_lie_stands_in_its_field_again(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    change.dated(db, pair)
    change.person(db, pair, pair.vss)
    found = change.begun(db, pair, pair.vss, "T0")
    keep(db, pair, f"answers_how:{found.id}:kept_at")

    at = desk.open(pair.vss, "answers", response=found.id)

    assert TYPED in values(at)
    press(at, "Keep")
    assert kept(db) == []


def test_what_was_typed_beside_one_text_of_a_row_stays_when_the_other_is_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    [one] = digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["phone"])
    for field in ("name", "note"):
        keep(db, pair, f"medium:{one.id}:{field}")
    at = desk.open(pair.vss, "digital", case=pair.case.id)

    next(each for each in at.text_input if each.label == "Note").set_value("A new note").run()

    assert kept(db) == [TYPED]


def test_an_old_text_that_was_not_sent_keeps_no_colleagues_answer_out_of_the_row(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    page, part, slot = row_of_a_form(db, pair)
    keep(db, pair, slot)
    at = desk.open(pair.vss, page, case=pair.case.id)
    at.button_group[0].set_value(part).run()
    case_id, vss = pair.case.id, pair.vss

    digital_findings.write(
        db, vss, case_id, form="spying", seen=Seen.PRESENT, note="A colleague says danger", version=1
    )
    db.commit()
    at.run()

    assert "A colleague says danger" in values(at)
    assert f"and it was not sent: {TYPED}" in said(at)
