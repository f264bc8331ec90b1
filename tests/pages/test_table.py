"""The joint table as people use it: one item at a time, texts that are never lost, closing."""

from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.access import Actor
from core.content.meeting_kinds import Entry
from core.db import Record
from core.models import (
    Action,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingState,
    Minutes,
    Role,
    ServiceKind,
    SignIn,
    UnsentText,
)
from core.operations import meetings, presences, sittings, tables, unsent
from core.operations.action_plans import ActionState
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said

T = TypeVar("T", bound=Record)


def laid(db: Session, make: Make) -> tuple[Pair, Meeting]:
    pair = make.pair()
    meeting = make.table(pair)
    db.commit()
    db.expunge_all()
    return pair, meeting


def now(db: Session, record: T) -> T:
    """The record as it stands in the database now; the session lets go of it for the pages to write."""
    found = db.get_one(type(record), record.id, populate_existing=True)
    db.expunge_all()
    db.rollback()
    return found


def write(at: AppTest, meeting: Meeting, text: str, entry: Entry = Entry.FACTS) -> AppTest:
    at.text_area(key=f"write_{meeting.items[0].id.hex}_{entry}").set_value(text).run()
    assert not at.exception
    return at


def handed(db: Session, make: Make, desk: Desk) -> tuple[Meeting, AppTest, AppTest]:
    """The programme has written, and her page has looked since: the meeting, his browser and hers."""
    pair, meeting = laid(db, make)
    hers, his = (desk.open(actor, "table", meeting=meeting.id) for actor in (pair.vss, pair.pp))
    write(his, meeting, "From the programme")
    hers.run()
    return meeting, his, hers


def in_record(db: Session, meeting: Meeting) -> str:
    return now(db, meeting.items[0]).facts


def left(db: Session) -> list[str]:
    texts = [kept.text for kept in db.scalars(select(UnsentText).execution_options(populate_existing=True))]
    db.rollback()
    return texts


def look(at: AppTest, view: str) -> AppTest:
    at.segmented_control(key="table:view").set_value(view).run()
    assert not at.exception
    return at


def test_one_item_is_on_the_screen_and_the_next_one_comes_for_both(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)

    at = desk.open(pair.pp, "table", meeting=meeting.id)
    assert "Risk" in at.title[0].value
    assert "1 of 3" in said(at)
    press(at, "Next")

    assert "The school" in at.title[0].value
    assert "The school" in desk.open(pair.vss, "table", meeting=meeting.id).title[0].value
    assert pair.case.code in said(at).replace("\\", "")


def test_what_is_typed_is_saved_without_a_save_button(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid(db, make)

    write(desk.open(pair.pp, "table", meeting=meeting.id), meeting, "Two sessions missed")

    assert in_record(db, meeting) == "Two sessions missed"


def test_a_colleague_who_saved_first_costs_no_text_and_both_are_shown(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    hers = desk.open(pair.vss, "table", meeting=meeting.id)
    write(desk.open(pair.pp, "table", meeting=meeting.id), meeting, "From the programme")

    write(hers, meeting, "From the support service")

    assert "both texts" in hers.warning[0].value
    assert "From the programme" in said(hers)
    assert "From the support service" in said(hers)
    press(hers, "Join both")
    assert in_record(db, meeting) == "From the programme\n\nFrom the support service"
    assert left(db) == []
    assert not hers.warning


def test_after_a_reload_the_unsaved_text_is_offered_and_overwrites_nothing(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    hers = desk.open(pair.vss, "table", meeting=meeting.id)
    write(desk.open(pair.pp, "table", meeting=meeting.id), meeting, "From the programme")
    write(hers, meeting, "From the support service")

    again = desk.open(pair.vss, "table", meeting=meeting.id)
    write(again, meeting, "From the support service, and more")

    assert "both texts" in again.warning[0].value
    assert in_record(db, meeting) == "From the programme"
    press(again, "Keep mine")
    assert in_record(db, meeting) == "From the support service, and more"


def test_their_text_can_be_taken(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid(db, make)
    hers = desk.open(pair.vss, "table", meeting=meeting.id)
    write(desk.open(pair.pp, "table", meeting=meeting.id), meeting, "From the programme")
    write(hers, meeting, "From the support service")

    press(hers, "Take theirs")

    key = f"write_{meeting.items[0].id.hex}_facts"
    assert hers.text_area(key=key).value == "From the programme"
    assert left(db) == []


def test_a_field_in_which_nobody_types_shows_what_a_colleague_wrote(
    db: Session, make: Make, desk: Desk
) -> None:
    meeting, _, hers = handed(db, make, desk)

    assert hers.text_area(key=f"write_{meeting.items[0].id.hex}_facts").value == "From the programme"


def test_a_browser_that_shows_an_older_text_still_does_not_take_back_what_a_colleague_wrote(
    db: Session, make: Make, desk: Desk
) -> None:
    meeting, his, hers = handed(db, make, desk)

    # Her click was on its way before her browser had heard of it.
    write(hers, meeting, "")

    assert in_record(db, meeting) == "From the programme"
    assert hers.text_area(key=f"write_{meeting.items[0].id.hex}_facts").value == "From the programme"
    write(his, meeting, "From the programme, and more")
    assert in_record(db, meeting) == "From the programme, and more"
    assert left(db) == []


def test_what_is_written_over_a_text_that_nobody_had_shown_stands_beside_it(
    db: Session, make: Make, desk: Desk
) -> None:
    meeting, _, hers = handed(db, make, desk)

    for text in ("From the support", "From the support service"):
        write(hers, meeting, text)

    assert in_record(db, meeting) == "From the programme"
    assert "both texts" in hers.warning[0].value
    press(hers, "Join both")
    assert in_record(db, meeting) == "From the programme\n\nFrom the support service"
    write(hers, meeting, "From the support service")
    assert in_record(db, meeting) == "From the programme\n\nFrom the support service"


def test_who_writes_on_in_a_colleagues_text_has_seen_it(db: Session, make: Make, desk: Desk) -> None:
    meeting, _, hers = handed(db, make, desk)

    write(hers, meeting, "From the programme. And from the support service")

    assert in_record(db, meeting) == "From the programme. And from the support service"


def test_a_browser_that_shows_an_older_choice_still_does_not_take_back_what_a_colleague_chose(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    seat = meeting.attendances[1]
    hers = look(desk.open(pair.vss, "table", meeting=meeting.id), "people")
    his = look(desk.open(pair.pp, "table", meeting=meeting.id), "people")
    shown: Any = hers.segmented_control(key=f"presence:{seat.id}")
    before = shown.value
    his.segmented_control(key=f"presence:{seat.id}").set_value("written").run()
    hers.run()

    # Her click was on its way before her browser had heard of it, with all that it showed.
    sent = hers._tree.get_widget_states()
    sent.widgets.append(shown.set_value(before)._widget_state)
    hers._run(sent)

    assert not hers.exception
    assert now(db, seat).mode == "written"
    fresh: Any = hers.segmented_control(key=f"presence:{seat.id}:1")
    assert fresh.value == "written"
    fresh.set_value(before).run()
    assert now(db, seat).is_present


def test_a_text_that_is_refused_stays_in_the_field_with_the_reason(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    at = desk.open(pair.pp, "table", meeting=meeting.id)

    write(at, meeting, "A bell \x07 here")

    assert "cannot be printed" in at.error[0].value
    assert at.text_area(key=f"write_{meeting.items[0].id.hex}_facts").value == "A bell \x07 here"
    assert in_record(db, meeting) == ""
    write(at, meeting, "A bell here")
    assert in_record(db, meeting) == "A bell here"
    assert not at.error


def test_a_session_that_ended_saves_nothing_and_loses_nothing(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid(db, make)
    at = desk.open(pair.pp, "table", meeting=meeting.id)
    db.execute(update(SignIn).values(ended_at=SignIn.seen_at))
    db.commit()

    write(at, meeting, "Typed while the session ended")

    assert in_record(db, meeting) == ""
    assert left(db) == ["Typed while the session ended"]
    db.execute(update(SignIn).values(ended_at=None))
    db.commit()
    again = desk.open(pair.pp, "table", meeting=meeting.id)
    assert again.text_area(key=f"write_{meeting.items[0].id.hex}_facts").value == (
        "Typed while the session ended"
    )
    press(again, "Save mine")
    assert in_record(db, meeting) == "Typed while the session ended"


def hand_over(db: Session, author: Actor, slot: str, text: str) -> None:
    """What a page hands over when it is left in the middle of a word."""
    unsent.rescue(db, author.person_id, slot, text=text)
    db.commit()


def test_a_page_that_was_opened_before_the_last_letters_arrived_shows_them(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    slot, key = unsent.slot(meeting.items[0].id, Entry.FACTS), f"write_{meeting.items[0].id.hex}_facts"
    write(desk.open(pair.pp, "table", meeting=meeting.id), meeting, "In the mid")
    again = desk.open(pair.pp, "table", meeting=meeting.id)

    hand_over(db, pair.pp, slot, "In the middle of a wo")

    assert again.run().text_area(key=key).value == "In the middle of a wo"
    # A click was on its way before the browser had heard of it.
    write(again, meeting, "In the mid")
    assert again.text_area(key=key).value == "In the middle of a wo"
    assert not again.warning
    assert (in_record(db, meeting), left(db)) == ("In the middle of a wo", [])


def test_what_was_saved_of_ones_own_typing_as_the_page_was_left_gives_way_without_a_question(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    leaving = desk.open(pair.pp, "table", meeting=meeting.id)
    hand_over(db, pair.pp, slot, "He came punctually; course since May")
    again = desk.open(pair.pp, "table", meeting=meeting.id)
    tables.write_item(
        db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text="He came punctually; course", seen=""
    )
    db.commit()

    write(again, meeting, "Another text")

    assert (in_record(db, meeting), left(db)) == ("Another text", [])
    assert not again.warning
    assert not leaving.exception


def test_a_kept_text_that_goes_on_where_a_colleagues_ends_is_asked_about(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    write(desk.open(pair.vss, "table", meeting=meeting.id), meeting, "We meet")
    hand_over(db, pair.pp, unsent.slot(meeting.items[0].id, Entry.FACTS), "We meet at noon")

    at = desk.open(pair.pp, "table", meeting=meeting.id)

    assert [warning.value for warning in at.warning] == ["You have typed more here than the record holds."]
    assert in_record(db, meeting) == "We meet"


def test_letters_that_were_taken_out_do_not_come_back_by_themselves(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    at = desk.open(pair.pp, "table", meeting=meeting.id)
    write(at, meeting, "We meet at noon")
    write(at, meeting, "We meet")

    hand_over(db, pair.pp, unsent.slot(meeting.items[0].id, Entry.FACTS), "We meet at noon")

    again = desk.open(pair.pp, "table", meeting=meeting.id)
    assert [warning.value for warning in again.warning] == ["You have typed more here than the record holds."]
    assert in_record(db, meeting) == "We meet"


def test_two_windows_of_one_person_with_different_texts_lose_neither(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    one, other = (desk.open(pair.pp, "table", meeting=meeting.id) for _ in range(2))
    write(one, meeting, "In the first window")

    write(other, meeting, "In the second window")

    assert "You saved this field in another window" in other.warning[0].value
    assert (in_record(db, meeting), left(db)) == ("In the first window", ["In the second window"])
    press(other, "Join both")
    assert in_record(db, meeting) == "In the first window\n\nIn the second window"


def test_what_arrives_late_of_a_page_that_was_left_takes_nothing_of_what_it_left_behind(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    leaving = desk.open(pair.pp, "table", meeting=meeting.id)

    hand_over(db, pair.pp, slot, "In the middle of a wo")
    write(leaving, meeting, "In the mid")

    assert (in_record(db, meeting), left(db)) == ("In the middle of a wo", [])


def test_what_is_refused_late_of_a_page_that_was_left_takes_nothing_of_what_it_left_behind(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    leaving = desk.open(pair.pp, "table", meeting=meeting.id)
    write(desk.open(pair.vss, "table", meeting=meeting.id), meeting, "From the support service")

    hand_over(db, pair.pp, slot, "In the middle of a wo")
    write(leaving, meeting, "In the mid")

    assert left(db) == ["In the middle of a wo"]


def test_a_text_that_was_sent_or_let_go_in_one_window_stands_in_no_other(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    key = f"write_{meeting.items[0].id.hex}_facts"
    hand_over(db, pair.pp, unsent.slot(meeting.items[0].id, Entry.FACTS), "Typed alone")
    one, other = (desk.open(pair.pp, "table", meeting=meeting.id) for _ in range(2))

    press(one, "Let mine go")

    assert other.run().text_area(key=key).value == ""
    assert left(db) == []


def test_an_action_whose_last_letters_arrived_late_is_still_there_after_a_reload(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    need = f"write_action_{meeting.id.hex}_need"
    leaving, again = (desk.open(pair.pp, "table", meeting=meeting.id) for _ in range(2))

    hand_over(db, pair.pp, need, "A safe telephone")
    leaving.text_input(key=need).set_value("A safe").run()

    assert left(db) == ["A safe telephone"]
    assert again.run().text_input(key=need).value == "A safe telephone"
    # Its browser has not heard of that yet.
    again.text_input(key=need).set_value("Lend").run()
    assert sorted(left(db)) == ["A safe telephone", "Lend"]


def test_a_text_that_was_refused_twice_overwrites_no_colleague_after_a_reload(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    hers = desk.open(pair.vss, "table", meeting=meeting.id)
    write(desk.open(pair.pp, "table", meeting=meeting.id), meeting, "From the programme")
    write(hers, meeting, "From the support service")
    write(hers, meeting, "From the support service, and")

    again = desk.open(pair.vss, "table", meeting=meeting.id)
    write(again, meeting, "From the support service, and more")

    assert in_record(db, meeting) == "From the programme"
    assert "both texts" in again.warning[0].value


def test_who_joins_with_a_text_that_has_grown_meanwhile_is_told_that_nothing_was_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    hers, his = (desk.open(actor, "table", meeting=meeting.id) for actor in (pair.vss, pair.pp))
    write(his, meeting, "From the programme")
    write(hers, meeting, "From the support service")
    write(his, meeting, "From the programme, and more")

    press(hers, "Join both")

    assert in_record(db, meeting) == "From the programme, and more"
    assert "nothing was saved" in hers.toast[0].value
    press(hers, "Join both")
    assert in_record(db, meeting) == "From the programme, and more\n\nFrom the support service"


@pytest.mark.parametrize("typed", ["Now in the middle of a wo", "Another text"])
def test_a_text_that_its_page_has_not_shown_stays_among_ones_own_where_another_is_refused(
    db: Session, make: Make, desk: Desk, typed: str
) -> None:
    pair, meeting = laid(db, make)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    leaving = desk.open(pair.pp, "table", meeting=meeting.id)
    write(desk.open(pair.vss, "table", meeting=meeting.id), meeting, "From the support service")
    hand_over(db, pair.pp, slot, typed)

    write(leaving, meeting, "In the mid")

    assert sorted(left(db)) == sorted([typed, "In the mid"])


def test_letters_that_were_taken_out_before_the_page_was_left_are_asked_about(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    leaving = desk.open(pair.pp, "table", meeting=meeting.id)
    hand_over(db, pair.pp, unsent.slot(meeting.items[0].id, Entry.FACTS), "We meet")

    write(leaving, meeting, "We meet at the bridge")

    again = desk.open(pair.pp, "table", meeting=meeting.id)
    assert again.text_area(key=f"write_{meeting.items[0].id.hex}_facts").value == "We meet"
    press(again, "Keep mine")
    assert (in_record(db, meeting), left(db)) == ("We meet", [])


def test_what_was_handed_to_a_field_is_lost_to_nothing_that_its_browser_had_on_the_way(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    again = desk.open(pair.pp, "table", meeting=meeting.id)
    hand_over(db, pair.pp, unsent.slot(meeting.items[0].id, Entry.FACTS), "In the middle of a wo")
    again.run()

    write(again, meeting, "New")

    assert "In the middle of a wo" in [*left(db), in_record(db, meeting)]


def test_who_lets_a_text_go_lets_go_of_nothing_that_arrived_since(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    hand_over(db, pair.pp, slot, "Typed")
    again = desk.open(pair.pp, "table", meeting=meeting.id)
    hand_over(db, pair.pp, slot, "Typed and more")

    press(again, "Let mine go")

    assert left(db) == ["Typed and more"]


def test_the_people_at_the_table_confirm_the_declaration(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid(db, make)
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "people")

    at.checkbox(key=f"declared:{meeting.attendances[1].id}").check().run()

    assert now(db, meeting.attendances[1]).declared_at is not None
    assert f"{pair.vss.name}, at" in at.checkbox(key=f"declared:{meeting.attendances[1].id}").label
    at.segmented_control(key=f"presence:{meeting.attendances[1].id}").set_value("absent").run()
    seat = now(db, meeting.attendances[1])
    assert (seat.is_present, seat.declared_at) == (False, None)


def remark(at: AppTest, seat: Attendance, text: str) -> AppTest:
    key = f"draft:Attendance:{seat.id}:remark:"
    next(one for one in at.text_area if str(one.key).startswith(key) and "apology" in str(one.key)).set_value(
        text
    )
    next(one for one in at.button if f":{key}" in str(one.key)).click().run()
    assert not at.exception
    return at


def test_a_remark_on_a_seat_is_saved_after_the_person_was_marked_as_there_or_not(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    seat = meeting.attendances[1]
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "people")
    at.segmented_control(key=f"presence:{seat.id}").set_value("absent").run()

    remark(at, seat, "Ill, has written")

    assert not at.error
    assert now(db, seat).apology == "Ill, has written"


def test_a_remark_of_a_colleague_on_a_seat_is_replaced_only_by_who_has_read_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    seat = meeting.attendances[1]
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "people")
    remark(look(desk.open(pair.vss, "table", meeting=meeting.id), "people"), seat, "On holiday")

    remark(at, seat, "Ill, has written")
    assert now(db, seat).apology == "On holiday"
    assert "On holiday" in said(at)
    press(at, "I have read it and go on with mine")
    remark(at, seat, "Ill, has written")

    assert now(db, seat).apology == "Ill, has written"
    assert not [one for one in at.button if one.label == "Take what is saved now"]


def of_action(meeting: Meeting, field: str, place: int = 1) -> str:
    return f"draft:new:new_action:{meeting.id}:{place}:{field}"


def test_an_action_is_added_in_place_and_a_second_click_adds_no_second(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    at = desk.open(pair.pp, "table", meeting=meeting.id)
    need, text = (f"write_action_{meeting.id.hex}_{field}" for field in ("need", "text"))

    press(at, "Add an action")
    assert "fill" in at.error[0].value
    at.text_input(key=need).set_value("A safe telephone").run()
    at.text_area(key=text).set_value("Lend her one").run()
    press(at, "Add an action")
    assert "choose" in at.error[0].value or "fill" in at.error[0].value
    at.selectbox(key=of_action(meeting, "responsible")).set_value((pair.pp.service_id, None)).run()
    press(at, "Add an action")
    press(at, "Add an action")

    (action,) = db.scalars(select(Action)).all()
    db.rollback()
    assert (action.need, action.meeting_id) == ("A safe telephone", meeting.id)
    assert at.text_input(key=need).value == ""
    assert left(db) == []


def test_the_next_action_takes_over_neither_the_person_nor_the_term_of_the_one_before(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "actions")
    usual = at.date_input(key=of_action(meeting, "due_on")).value
    need, text = (f"write_action_{meeting.id.hex}_{field}" for field in ("need", "text"))

    at.text_input(key=need).set_value("A safe telephone").run()
    at.text_area(key=text).set_value("Lend her one").run()
    at.selectbox(key=of_action(meeting, "responsible")).set_value((pair.pp.service_id, None)).run()
    at.date_input(key=of_action(meeting, "due_on")).set_value(clock.today() + timedelta(days=90)).run()
    press(at, "Add an action")

    assert at.selectbox(key=of_action(meeting, "responsible", 2)).value is None
    assert at.date_input(key=of_action(meeting, "due_on", 2)).value == usual


def test_an_action_half_typed_is_still_there_after_a_reload(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid(db, make)
    need = f"write_action_{meeting.id.hex}_need"
    desk.open(pair.pp, "table", meeting=meeting.id).text_input(key=need).set_value("A safe").run()

    again = desk.open(pair.pp, "table", meeting=meeting.id)
    assert again.text_input(key=need).value == "A safe"
    assert "An action is typed and not added" in said(look(again, "close"))
    assert "An action is typed" not in said(look(desk.open(pair.vss, "table", meeting=meeting.id), "close"))


def test_an_action_that_comes_back_after_a_reload_takes_no_term_that_nobody_chose(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    need, text = (f"write_action_{meeting.id.hex}_{field}" for field in ("need", "text"))
    at = desk.open(pair.pp, "table", meeting=meeting.id)
    at.text_input(key=need).set_value("A safe telephone").run()
    at.text_area(key=text).set_value("Lend her one").run()
    at.date_input(key=of_action(meeting, "due_on")).set_value(clock.today() + timedelta(days=2)).run()
    assert "choose them again" not in said(at)

    again = desk.open(pair.pp, "table", meeting=meeting.id)

    assert again.date_input(key=of_action(meeting, "due_on")).value is None
    assert "choose them again" in said(again)
    assert box(again).proto.expanded
    again.selectbox(key=of_action(meeting, "responsible")).set_value((pair.pp.service_id, None)).run()
    press(again, "Add an action")
    assert db.scalars(select(Action)).all() == []
    db.rollback()
    soon = clock.today() + timedelta(days=3)
    again.date_input(key=of_action(meeting, "due_on")).set_value(soon).run()
    assert "choose them again" not in said(again)
    press(again, "Add an action")
    assert db.scalars(select(Action.due_on)).all() == [soon]


def box(at: AppTest) -> Any:
    """The box in which an action is added in the middle of an item."""
    return next(one for one in at.expander if one.label == "Add an action")


def test_term_and_person_stay_while_another_list_of_the_table_is_looked_at(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "actions")
    soon = clock.today() + timedelta(days=3)
    at.text_input(key=f"write_action_{meeting.id.hex}_need").set_value("A safe telephone").run()
    at.date_input(key=of_action(meeting, "due_on")).set_value(soon).run()
    at.selectbox(key=of_action(meeting, "responsible")).set_value((pair.vss.service_id, None)).run()

    look(look(at, "people"), "actions")

    assert at.date_input(key=of_action(meeting, "due_on")).value == soon
    assert at.selectbox(key=of_action(meeting, "responsible")).value == (pair.vss.service_id, None)


def test_the_box_of_a_new_action_is_folded_where_nothing_is_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)

    assert not box(desk.open(pair.pp, "table", meeting=meeting.id)).proto.expanded


def test_what_became_of_an_action_of_last_time_needs_its_reason(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    action = make.action(pair)
    theirs = make.action(pair, pair.vss)
    meeting = make.table(pair)
    db.commit()
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "actions")

    at.radio(key=f"draft:Action:{action.id}:outcome:1:outcome").set_value("not_done")
    at.button(key=f"FormSubmitter:draft:Action:{action.id}:outcome:1:form-Save").click().run()
    assert "fill this in" in at.error[0].value
    at.text_area(key=f"draft:Action:{action.id}:outcome:1:reason").set_value("Nobody had time")
    at.button(key=f"FormSubmitter:draft:Action:{action.id}:outcome:1:form-Save").click().run()

    action = now(db, action)
    assert (action.state.value, action.reason) == ("not_done", "Nobody had time")
    assert at.radio(key=f"draft:Action:{theirs.id}:outcome:1:outcome").options == [
        "Carried over to a later term"
    ]


def test_nothing_is_ticked_for_an_action_before_somebody_has_answered_and_its_answer_after(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    action = make.action(pair)
    meeting = make.table(pair)
    db.commit()
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "actions")
    first, again = (f"draft:Action:{action.id}:outcome:{version}" for version in (1, 2))

    at.button(key=f"FormSubmitter:{first}:form-Save").click().run()
    assert "Please choose an answer" in said(at)
    assert now(db, action).state is ActionState.OPEN
    at.radio(key=f"{first}:outcome").set_value("not_done")
    at.text_area(key=f"{first}:reason").set_value("Nobody had time")
    at.button(key=f"FormSubmitter:{first}:form-Save").click().run()
    assert at.radio(key=f"{again}:outcome").value == "not_done"
    at.text_area(key=f"{again}:reason").set_value("Nobody had time in summer")
    at.button(key=f"FormSubmitter:{again}:form-Save").click().run()

    action = now(db, action)
    assert (action.state, action.reason) == (ActionState.NOT_DONE, "Nobody had time in summer")


def test_closing_says_what_is_missing_and_leads_to_the_minutes(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid(db, make)
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "close")
    assert "confirmed the confidentiality declaration" in said(at)

    press(at, "Close the meeting and make the minutes")

    assert now(db, meeting).state is MeetingState.CLOSED
    assert db.scalars(select(Minutes.number)).one() == 1
    db.rollback()
    late = desk.open(pair.vss, "table", meeting=meeting.id)
    assert "This meeting is over" in said(late)


def test_a_meeting_is_begun_from_its_agenda(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.state, meeting.started_at = MeetingState.PLANNED, None
    db.commit()

    at = press(desk.open(pair.pp, "table", meeting=meeting.id), "Begin the meeting")

    assert "1 of 3" in said(at)
    assert now(db, meeting).state is MeetingState.IN_PROGRESS


def test_a_stranger_sees_no_table(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid(db, make)
    stranger = make.pair().vss
    db.commit()

    at = desk.open(stranger, "table", meeting=meeting.id)

    assert "not yours to see" in at.error[0].value
    assert pair.case.code not in said(at)
    assert not at.text_area


def test_a_point_that_comes_up_is_put_on_the_agenda(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid(db, make)
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "agenda")

    at.text_input(key=f"draft:new:point:{meeting.id}:1:title").set_value("The grandmother")
    press(at, "Put it on the agenda")

    assert any("The grandmother" in button.label for button in at.button)


def emptied(db: Session, make: Make) -> tuple[Pair, Meeting]:
    """A meeting that was begun when nothing stood on its agenda any more, and nobody is marked as here."""
    pair = make.pair()
    meeting = make.table(pair, present=False)
    meeting.items.clear()
    meeting.begun_from = MeetingState.PLANNED
    db.commit()
    db.expunge_all()
    return pair, meeting


def test_at_a_table_with_an_empty_agenda_a_point_is_added_and_stands_on_the_screen(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = emptied(db, make)

    at = desk.open(pair.pp, "table", meeting=meeting.id)
    assert "Nothing stands on the agenda" in said(at)
    at.text_input[0].set_value("A new flat for him")
    press(at, "Put it on the agenda")

    assert "A new flat for him" in at.title[0].value
    assert now(db, meeting).item_position == 0
    assert db.scalars(select(AgendaItem.is_reached).where(AgendaItem.meeting_id == meeting.id)).all() == [
        True
    ]


def test_a_meeting_with_an_empty_agenda_that_was_begun_by_mistake_is_ahead_again(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = emptied(db, make)

    press(desk.open(pair.vss, "table", meeting=meeting.id), "It was begun by mistake")

    assert now(db, meeting).state is MeetingState.PLANNED


def test_letters_that_a_field_lost_are_rescued(db: Session, make: Make) -> None:
    pair, meeting = laid(db, make)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    unsent.keep(db, pair.pp, slot, text="Rescued", seen_version=0)
    tables.write_item(db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text="Rescued", seen="")
    assert unsent.of_slots(db, pair.pp, [slot]) == {}


def test_a_name_of_the_own_file_stays_with_its_author_and_is_shown_to_nobody_else(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Mira Petrovic")
    meeting = make.table(pair)
    db.commit()
    db.expunge_all()
    at = desk.open(pair.vss, "table", meeting=meeting.id)

    write(at, meeting, "Mira is at her sister", Entry.VSS_VIEW)
    theirs = desk.open(pair.pp, "table", meeting=meeting.id)
    again = desk.open(pair.vss, "table", meeting=meeting.id)

    key = f"write_{meeting.items[0].id.hex}_vss_view"
    for mine in (at, again):
        assert [error.value for error in mine.error] == [
            (
                "This holds a name or a contact of your own file. It is not shown to the others yet. "
                "Write the code instead."
            )
        ]
        assert mine.text_area(key=key).value == "Mira is at her sister"
    assert theirs.text_area(key=key).value == ""
    assert "Mira" not in said(theirs)
    write(again, meeting, "W-07 is at a friend's", Entry.VSS_VIEW)
    assert not again.error
    assert now(db, meeting.items[0]).vss_view == "W-07 is at a friend's"
    assert left(db) == []


def test_a_meeting_of_tomorrow_begins_today_only_after_a_question(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.state, meeting.started_at = MeetingState.PLANNED, None
    meeting.planned_at = clock.now() + timedelta(days=1)
    db.commit()

    at = press(desk.open(pair.pp, "table", meeting=meeting.id), "Begin the meeting")
    assert "it was held today" in at.warning[0].value
    assert now(db, meeting).state is MeetingState.PLANNED
    press(at, "Not yet")
    assert not at.warning
    press(at, "Begin the meeting")
    press(at, "It is held now")

    assert "1 of 3" in said(at)
    assert now(db, meeting).takes_place_at < meeting.planned_at


def test_a_meeting_of_last_week_is_written_down_under_its_day(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.state, meeting.started_at = MeetingState.PLANNED, None
    meeting.planned_at = clock.now() - timedelta(days=7)
    db.commit()

    at = press(desk.open(pair.pp, "table", meeting=meeting.id), "Begin the meeting")
    then = next(button for button in at.button if button.label.startswith("It was held then"))
    then.click().run()

    assert "1 of 3" in said(at)
    found = now(db, meeting)
    assert found.started_at == found.planned_at


def test_a_meeting_that_was_begun_by_mistake_is_ahead_again_until_somebody_is_here(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair, present=False)
    seat = meeting.attendances[0]
    meeting.state, meeting.started_at = MeetingState.INVITED, None
    meeting.planned_at = clock.now() + timedelta(days=1)
    db.commit()
    at = press(desk.open(pair.pp, "table", meeting=meeting.id), "Begin the meeting")
    look(press(at, "It is held now"), "close")

    press(at, "It was begun by mistake")

    assert "Begin the meeting" in [button.label for button in at.button]
    assert now(db, meeting).state is MeetingState.INVITED

    look(press(press(at, "Begin the meeting"), "It is held now"), "people")
    at.segmented_control(key=f"presence:{seat.id}").set_value("in_person").run()
    look(at, "close")

    assert "It was begun by mistake" not in [button.label for button in at.button]


def test_what_prevents_closing_is_said_apart_from_what_is_merely_missing(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair, present=False)
    db.commit()

    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "close")

    assert "cannot be closed yet" in at.error[0].value
    assert "You may close all the same" not in said(at)
    assert at.button(key=f"close:{meeting.id}").disabled


def test_the_end_tells_what_was_opened_from_what_was_written_down(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid(db, make)
    at = write(desk.open(pair.pp, "table", meeting=meeting.id), meeting, "Two sessions missed")
    press(at, "Next")

    look(at, "close")

    assert "items opened **2 of 3**, with something written down **1**" in said(at)


def test_the_next_meeting_is_planned_though_somebody_here_has_left_the_case(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    stranger = make.actor(pair.vss.service_id)
    meeting.attendances.append(
        Attendance(person_id=stranger.person_id, service_id=stranger.service_id, is_present=True)
    )
    meeting.minute_taker_id = stranger.person_id
    db.commit()
    db.expunge_all()

    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "close")
    assert f"whom you may not invite: {stranger.name}" in said(at)
    press(at, "Plan it with the same people")

    assert not at.error
    following = db.scalars(select(Meeting).where(Meeting.id != meeting.id)).one()
    seated = db.scalars(select(Attendance.person_id).where(Attendance.meeting_id == following.id))
    assert set(seated) == {pair.pp.person_id, pair.vss.person_id}
    db.rollback()


def test_the_table_says_when_the_next_meeting_is_and_another_can_be_planned(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    follow_up = make.meeting(pair, "follow_up")
    follow_up.planned_at = clock.now() + timedelta(days=300)
    db.commit()
    before = sittings.pulse(db, pair.vss, meeting.id)
    db.expunge_all()
    db.rollback()
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "close")
    assert "Next meeting:" in said(at)

    press(at, "Plan it with the same people")

    assert not at.error
    assert "Case opening" in next(line for line in said(at).splitlines() if "Next meeting:" in line)
    assert sittings.pulse(db, pair.vss, meeting.id) > before
    db.rollback()


def test_before_the_agreement_the_table_says_when_actions_and_other_meetings_come(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    meeting = make.table(pair, "case_opening")
    db.commit()
    db.expunge_all()

    at = desk.open(pair.pp, "table", meeting=meeting.id)
    for view in ("item", "actions"):
        look(at, view)
        assert "Actions are added once the agreement" in said(at)
        assert "Add an action" not in [button.label for button in at.button]
    look(at, "close")

    assert "has no open action" not in said(at)
    assert "Other kinds of meeting can be planned once" in said(at)
    (kind,) = (box for box in at.selectbox if box.label == "Kind")
    assert len(kind.options) == 1
    press(at, "Plan it with the same people")
    assert not at.error
    following = db.scalars(select(Meeting.kind).where(Meeting.id != meeting.id)).one()
    db.rollback()
    assert following == "case_opening"


def test_after_the_end_of_a_case_its_table_takes_no_action(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.table(pair, "follow_up")
    pair.case.closed_on = clock.today()
    db.commit()
    db.expunge_all()

    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "actions")

    assert "The case is closed: no action is added any more." in said(at)


def test_a_name_in_a_label_is_read_without_backslashes(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid(db, make)

    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "people")

    assert f"{pair.pp.name} confirms" in [box.label for box in at.checkbox]


def test_an_answer_that_was_given_anew_stands_with_its_own_reason_when_it_is_answered_again(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    action = make.action(pair)
    meeting, action_id = make.table(pair), action.id
    db.commit()
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "actions")
    said_so = (("carried_over", "Waiting for the court"), ("not_done", "He refused"))
    for version, (outcome, reason) in enumerate(said_so, start=1):
        key = f"draft:Action:{action_id}:outcome:{version}"
        at.radio(key=f"{key}:outcome").set_value(outcome)
        at.text_area(key=f"{key}:reason").set_value(reason)
        at.button(key=f"FormSubmitter:{key}:form-Save").click().run()

    key = f"draft:Action:{action_id}:outcome:3"
    assert at.radio(key=f"{key}:outcome").value == "not_done"
    assert at.text_area(key=f"{key}:reason").value == "He refused"


def test_going_on_with_ones_own_remark_keeps_what_a_colleague_wrote_into_a_field_that_was_left(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    seat = db.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)).all()[0]
    key = f"draft:Attendance:{seat.id}:remark:{seat.version}"
    db.commit()
    at = look(desk.open(pair.pp, "table", meeting=meeting.id), "people")
    known = "They know each other"
    presences.remark(
        db,
        pair.vss,
        seat.id,
        conflict_of_interest=known,
        left_early=False,
        apology="",
        version=seat.version,
    )
    db.commit()
    at.text_area(key=f"{key}:apology").set_value("Ill")
    at.button(key=f"FormSubmitter:{key}:remark-Save").click().run()
    at.button(key=f"{key}:mine").click().run()
    at.button(key=f"FormSubmitter:{key}:remark-Save").click().run()

    db.expire_all()
    assert (seat.conflict_of_interest, seat.apology) == (known, "Ill")


def test_a_point_that_waits_where_a_guest_is_invited_is_put_on_the_agenda_at_the_table(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    running = meetings.plan(
        db,
        pair.pp,
        kind="periodic",
        planned_at=clock.now(),
        case_id=pair.case.id,
        people=[pair.vss.person_id, officer.person_id],
    )
    tables.close(db, pair.pp, make.table(pair).id)
    tables.begin(db, pair.pp, running.id)
    db.commit()

    at = look(desk.open(pair.vss, "table", meeting=running.id), "agenda")
    press(at, "Put on the agenda: The school")

    assert "Left over, and not on this agenda" not in said(at)
    assert any("The school" in button.label for button in at.button)
