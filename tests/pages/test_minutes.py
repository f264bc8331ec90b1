"""The minutes as people read, correct, agree and add to them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.access import Actor
from core.content.meeting_kinds import Entry
from core.models import Meeting, Strike, StrikeGround
from core.operations import minutes, strikes, tables, unsent
from core.operations.presences import Presence
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said
from tests.pages.test_today import links


def closed(db: Session, make: Make, *, is_note: bool = False) -> tuple[Pair, Meeting]:
    pair = make.pair()
    make.action(pair)
    meeting = make.table(pair)
    meeting.attendances[1].is_present = not is_note
    tables.write_item(
        db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text="*Two* sessions | missed", seen=""
    )
    tables.close(db, pair.pp, meeting.id)
    db.commit()
    db.expunge_all()
    return pair, meeting


def plainly(text: str) -> str:
    return text.replace("\\", "")


def test_the_minutes_say_all_that_was_written_as_it_was_typed(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)

    at = desk.open(pair.vss, "minutes", meeting=meeting.id)

    text = plainly(said(at))
    assert "*Two* sessions | missed" in text
    assert "\\*Two\\*" in said(at)
    assert pair.pp.name in text
    assert "An action" in text
    assert "Version 1" in text
    assert f"Waits for the agreement of {pair.pp.service_name}, {pair.vss.service_name}" in text
    assert "The town hall" in text
    assert "Not reached, on the next agenda: The school" in text
    assert "Nothing was noted" not in text


def test_late_minutes_say_who_has_not_agreed_on_their_page_(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)
    assert "To be agreed by" in said(desk.open(pair.vss, "minutes", meeting=meeting.id))
    db.get_one(Meeting, meeting.id).closed_at = clock.now() - timedelta(days=9)
    db.commit()

    at = desk.open(pair.vss, "minutes", meeting=meeting.id)

    [late] = [one.value for one in at.warning if "were to be agreed by" in one.value]
    assert plainly(late).endswith(f"Still missing: {pair.pp.service_name}, {pair.vss.service_name}.")


def test_both_services_agree_and_then_only_addenda_are_offered(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)
    for actor in (pair.pp, pair.vss):
        at = press(desk.open(actor, "minutes", meeting=meeting.id), f"Agree for {actor.service_name}")

    assert "Agreed and locked" in said(at)
    assert "Save the correction" not in [button.label for button in at.button]
    press(at, "Add the addendum")
    assert "fill this in" in at.error[0].value
    at.text_area[0].set_value("The police has answered")
    press(at, "Add the addendum")
    assert "The police has answered" in at.info[0].value
    heads = [head.value for head in at.subheader]
    assert heads.index("Next meeting") < heads.index("Addenda after the minutes were agreed")
    assert heads[-1] == "Agreed by"
    assert f"{pair.vss.name}, {pair.vss.service_name}" in plainly(said(at))


def test_a_correction_is_a_new_version_and_shows_what_changed(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)
    minutes.agree(db, pair.pp, meeting.id, number=1)
    db.commit()
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)

    at.text_area(key=field(meeting)).set_value("Three sessions missed")
    save(at, meeting)

    assert not at.exception
    text = plainly(said(at))
    assert "Version 2" in text
    assert "| Risk: Facts: who saw or heard what, and when | *Two* sessions | missed | Three" in text
    assert f"Waits for the agreement of {pair.pp.service_name}, {pair.vss.service_name}" in text


def field(meeting: Meeting, entry: Entry = Entry.FACTS, *, number: int = 1) -> str:
    """The key of a field in which an item is corrected."""
    return f"draft:Correction:{meeting.items[0].id}:item:{number}:{entry}"


def save(at: AppTest, meeting: Meeting, *, number: int = 1) -> None:
    at.button(key=f"save:draft:Correction:{meeting.items[0].id}:item:{number}").click().run()
    assert not at.exception


@pytest.mark.parametrize(
    ("choice", "facts"),
    [("Join both", "One\n\nThree"), ("Keep mine", "Three"), ("Take theirs", "One")],
)
def test_two_who_correct_at_once_lose_nothing_and_choose(
    db: Session, make: Make, desk: Desk, choice: str, facts: str
) -> None:
    pair, meeting = closed(db, make)
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    at.text_area(key=field(meeting)).set_value("Three").run()
    at.text_area(key=field(meeting, Entry.VSS_VIEW)).set_value("She is afraid").run()
    item = meeting.items[0].id
    minutes.correct(
        db,
        pair.pp,
        meeting.id,
        item_id=item,
        texts_of={Entry.FACTS: "One", Entry.PP_VIEW: "He is calm"},
        number=1,
    )
    db.commit()

    save(at, meeting)
    assert "Nothing is lost" in said(at)
    assert at.text_area(key=field(meeting)).value == "Three"
    press(at, choice)

    assert at.text_area(key=field(meeting, number=2)).value == facts
    assert at.text_area(key=field(meeting, Entry.PP_VIEW, number=2)).value == "He is calm"
    is_theirs = choice == "Take theirs"
    assert at.text_area(key=field(meeting, Entry.VSS_VIEW, number=2)).value == (
        "" if is_theirs else "She is afraid"
    )
    if not is_theirs:
        save(at, meeting, number=2)
        assert "Version 3" in said(at)


def test_what_was_typed_under_one_item_is_kept_while_another_is_looked_at(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    at.text_area(key=field(meeting)).set_value("Half a sen").run()

    at.selectbox(key=f"correct:{meeting.id}").set_value(meeting.items[1].id).run()
    at.selectbox(key=f"correct:{meeting.id}").set_value(meeting.items[0].id).run()

    assert at.text_area(key=field(meeting)).value == "Half a sen"


def test_before_somebody_agrees_they_see_what_others_changed(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)
    item = meeting.items[0].id
    minutes.agree(db, pair.vss, meeting.id, number=1)
    minutes.correct(db, pair.pp, meeting.id, item_id=item, texts_of={Entry.FACTS: "None"}, number=1)
    db.commit()

    theirs = desk.open(pair.vss, "minutes", meeting=meeting.id)
    own = desk.open(pair.pp, "minutes", meeting=meeting.id)

    assert "Others changed this since your service last agreed" in said(theirs)
    row = f"| *Two* sessions | missed | None | {pair.pp.name}, version 2 |"
    assert row in plainly(said(theirs))
    assert "Others changed this" not in said(own)
    press(theirs, f"Agree for {pair.vss.service_name}")
    assert "Others changed this" not in said(theirs)


def test_what_the_other_side_says_is_not_open_to_correction(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)

    at = desk.open(pair.pp, "minutes", meeting=meeting.id)

    assert at.text_area(key=field(meeting, Entry.VSS_VIEW)).disabled
    assert not at.text_area(key=field(meeting, Entry.PP_VIEW)).disabled


def test_a_name_in_a_correction_is_refused_and_stays_in_its_field(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    make.subject(pair.vss_file, name="Mira Petrovic")
    db.commit()
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)

    at.text_area(key=field(meeting)).set_value("Mira is safe")
    save(at, meeting)

    assert "from your own file" in at.error[0].value
    assert at.text_area(key=field(meeting)).value == "Mira is safe"
    assert "Version 1" in said(at)


def test_a_slip_is_counted_struck_out_and_the_page_says_so(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)
    for actor in (pair.pp, pair.vss):
        minutes.agree(db, actor, meeting.id, number=1)
    db.commit()
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    words = f"draft:new:strike:{meeting.id}:1:words"

    at.text_input(key=words).set_value("never said").run()
    assert "does not hold these words" in said(at)
    at.text_input(key=words).set_value("sessions").run()
    assert "In **1** place: newest version 1" in said(at)
    press(at, "Strike out in 1 place")
    assert "why these words must go" in at.error[0].value
    at.radio(key=f"draft:new:strike:{meeting.id}:1:ground").set_value("name_or_place").run()
    press(at, "Strike out in 1 place")

    assert "sessions" not in said(at)
    assert "*Two* [struck out] | missed" in plainly(said(at))
    assert f"by {pair.vss.name}, {pair.vss.service_name}: they held a name" in plainly(said(at))
    assert "Agreed and locked" in said(at)


#: The number that a form on version 1 carries once words were struck.
AFTER_A_STRIKE = 1_000_001


def strike(db: Session, by: Actor, meeting: Meeting, words: str) -> None:
    found = strikes.preview(db, by, meeting.id, typed=words)
    strikes.strike(
        db,
        by,
        meeting.id,
        typed=words,
        ground=StrikeGround.NAME_OR_PLACE,
        places=found.total,
        mark="[struck out]",
    )
    db.commit()


def test_the_other_service_is_led_to_what_was_struck_and_says_that_it_has_seen_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    strike(db, pair.vss, meeting, "sessions")

    told = "words were struck out of the minutes of"
    assert told in plainly(" ".join(links(desk.open(pair.pp, "today"))))
    own = desk.open(pair.vss, "minutes", meeting=meeting.id)
    assert "We have seen it" not in [button.label for button in own.button]
    at = desk.open(pair.pp, "minutes", meeting=meeting.id)
    assert "They stood in: facts" in plainly(said(at))
    press(at, "We have seen it")

    assert "We have seen it" not in [button.label for button in at.button]
    assert told not in plainly(" ".join(links(desk.open(pair.pp, "today"))))


def test_who_struck_words_that_may_be_back_is_led_to_them_and_says_that_they_are_out(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    strike(db, pair.vss, meeting, "sessions")
    db.execute(update(Strike).values(back_at=clock.now()))
    db.commit()

    told = "may stand there again"
    assert told in plainly(" ".join(links(desk.open(pair.vss, "today"))))
    assert told not in plainly(" ".join(links(desk.open(pair.pp, "today"))))
    his = desk.open(pair.pp, "minutes", meeting=meeting.id)
    assert "Words were struck out on" not in said(his)
    assert not his.error
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    assert "may stand here again" in plainly(at.error[0].value)
    assert "They stood in: facts" in plainly(at.error[0].value)
    press(at, "They are not there any more")

    assert not at.error
    assert "Words were struck out on" in plainly(said(at))
    assert told not in plainly(" ".join(links(desk.open(pair.vss, "today"))))


def test_an_action_does_not_lose_all_its_words(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    words = f"draft:new:strike:{meeting.id}:1:words"

    at.text_input(key=words).set_value("An action").run()

    assert "Change the action's words in the action plan first" in said(at)
    assert not [button for button in at.button if button.label.startswith("Strike out in")]


def test_a_correction_that_was_open_when_words_were_struck_loses_only_those_words(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    at.text_area(key=field(meeting)).set_value("*Two* sessions missed, he says").run()
    # As the browser sends it while it is typed.
    slot = f"correction:{meeting.items[0].id}:facts"
    unsent.keep(db, pair.vss, slot, text="*Two* sessions missed, he says", case_id=pair.case.id)
    db.commit()
    strike(db, pair.vss, meeting, "sessions")

    save(at, meeting)

    assert "Words were struck out of these minutes while you were writing" in said(at)
    assert at.text_area(key=field(meeting)).value == "*Two* [struck out] missed, he says"
    press(at, "Keep mine")
    save(at, meeting, number=AFTER_A_STRIKE)
    assert "Version 2" in said(at)
    db.expire_all()
    assert "sessions" not in str(minutes.of_meeting(db, pair.vss, meeting.id).latest.content)


def test_a_colleague_of_the_other_service_keeps_in_the_open_field_what_they_typed_when_words_were_struck(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    at = desk.open(pair.pp, "minutes", meeting=meeting.id)
    at.text_area(key=field(meeting, Entry.PP_VIEW)).set_value("He is calm").run()
    strike(db, pair.vss, meeting, "sessions")

    save(at, meeting)

    assert "Words were struck out of these minutes while you were writing" in said(at)
    assert at.text_area(key=field(meeting, Entry.PP_VIEW)).value == "He is calm"
    press(at, "Keep mine")
    save(at, meeting, number=AFTER_A_STRIKE)
    texts = minutes.of_meeting(db, pair.vss, meeting.id).latest.content.items[0].texts
    assert texts["pp_view"] == "He is calm"
    assert "sessions" not in texts["facts"]


def test_a_form_in_which_nothing_was_typed_shows_what_the_minutes_say_after_words_were_struck(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    at = desk.open(pair.pp, "minutes", meeting=meeting.id)
    strike(db, pair.vss, meeting, "sessions")

    at.run()

    assert "while you were writing" not in said(at)
    assert "sessions" not in said(at)
    assert all("sessions" not in str(each.value) for each in at.text_area)


def test_an_addendum_that_was_typed_before_words_were_struck_is_added_only_by_a_second_click(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    for actor in (pair.pp, pair.vss):
        minutes.agree(db, actor, meeting.id, number=1)
    db.commit()
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    key = f"draft:new:addendum:{meeting.id}:1:text"
    at.text_area(key=key).set_value("Three sessions")
    slot = f"addendum:{meeting.id}:text"
    unsent.keep(db, pair.vss, slot, text="Three sessions", case_id=pair.case.id)
    db.commit()
    strike(db, pair.vss, meeting, "sessions")

    press(at, "Add the addendum")

    assert "Words were struck out of these minutes while you were writing" in said(at)
    assert minutes.of_meeting(db, pair.vss, meeting.id).addenda == ()
    db.rollback()  # the page must be able to write
    assert at.text_area(key=key).value == "Three [struck out]"
    press(at, "Add the addendum")
    db.rollback()
    assert [one.text for one in minutes.of_meeting(db, pair.vss, meeting.id).addenda] == [
        "Three [struck out]"
    ]


def test_a_consultation_note_says_so_and_becomes_minutes_when_presence_is_corrected(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make, is_note=True)
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    assert "Consultation note" in [head.value for head in at.header]
    assert "binds neither service" in at.warning[0].value
    assert f"Agree for {pair.vss.service_name}" not in [button.label for button in at.button]

    at.selectbox(key=f"seat:{meeting.id}").set_value(meeting.attendances[1].id).run()
    key = f"draft:Correction:{meeting.attendances[1].id}::1"
    at.radio(key=f"{key}:how").set_value("remote")
    at.button(key=f"save:{key}").click().run()

    assert not at.exception
    assert "Minutes" in [head.value for head in at.header]
    assert "Not here" in said(at)


def test_who_agrees_to_a_version_that_was_corrected_meanwhile_is_told_and_agrees_to_nothing(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    at = desk.open(pair.pp, "minutes", meeting=meeting.id)
    minutes.correct(
        db,
        pair.vss,
        meeting.id,
        item_id=meeting.items[0].id,
        texts_of={Entry.FACTS: "Three sessions"},
        number=1,
    )
    db.commit()

    press(at, f"Agree for {pair.pp.service_name}")

    assert "There is a newer version of these minutes" in at.error[0].value
    assert "Three sessions" in said(at)
    assert minutes.of_meeting(db, pair.vss, meeting.id).waiting_for == (
        pair.pp.service_name,
        pair.vss.service_name,
    )
    db.rollback()
    press(at, f"Agree for {pair.pp.service_name}")
    assert minutes.of_meeting(db, pair.vss, meeting.id).waiting_for == (pair.vss.service_name,)


def test_minutes_that_would_become_a_note_say_so_before_they_are_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    at = desk.open(pair.pp, "minutes", meeting=meeting.id)
    seat = meeting.attendances[1].id
    at.selectbox(key=f"seat:{meeting.id}").set_value(seat).run()
    key = f"draft:Correction:{seat}::1"
    assert "become a consultation note" not in said(at)

    at.radio(key=f"{key}:how").set_value("absent").run()
    assert "these minutes become a consultation note" in said(at)
    at.button(key=f"save:{key}").click().run()
    assert "Say that it is meant" in at.error[0].value
    assert "Minutes" in [head.value for head in at.header]
    at.checkbox(key=f"{key}:note").set_value(True)
    at.button(key=f"save:{key}").click().run()

    assert "Consultation note" in [head.value for head in at.header]
    assert "a consultation note, which binds neither service" in said(
        desk.open(pair.vss, "minutes", meeting=meeting.id)
    )


def test_who_corrects_presence_after_somebody_else_keeps_what_was_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make, is_note=True)
    seat = meeting.attendances[1].id
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    at.selectbox(key=f"seat:{meeting.id}").set_value(seat).run()
    minutes.correct_presence(
        db, pair.pp, meeting.id, attendance_id=seat, presence=Presence.WRITTEN, apology="By letter", number=1
    )
    db.commit()
    key = f"draft:Correction:{seat}:"

    at.text_area(key=f"{key}:1:apology").set_value("Was ill")
    at.button(key=f"save:{key}:1").click().run()
    assert "By letter" in said(at)
    press(at, "Keep mine")

    assert at.text_area(key=f"{key}:2:apology").value == "Was ill"
    at.button(key=f"save:{key}:2").click().run()
    assert "Version 3" in said(at)


def test_a_text_that_missed_the_closing_is_shown_to_its_author(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)
    unsent.keep(db, pair.vss, unsent.slot(meeting.items[0].id, Entry.FACTS), text="Too late", seen_version=1)
    db.commit()

    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    assert "Too late" in said(at)
    press(at, "Let mine go")

    assert "Too late" not in said(at)


def test_a_text_that_missed_the_closing_goes_into_a_correction_below_what_the_minutes_say(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    unsent.keep(db, pair.vss, slot, text="She slept at her sister's", seen_version=1)
    db.commit()
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    assert not box(at, "Correct what was written").proto.expanded

    press(at, "Put it into a correction")

    assert box(at, "Correct what was written").proto.expanded
    assert at.text_area(key=field(meeting)).value == "*Two* sessions | missed\n\nShe slept at her sister's"
    assert "You typed this at the table" in said(at), "nothing is saved yet"
    assert "It stands below, under *Correct what was written*, and is not saved yet" in said(at)
    assert "Put it into a correction" not in [button.label for button in at.button]
    save(at, meeting)
    assert "Version 2" in plainly(said(at))
    assert "You typed this at the table" not in said(at)
    assert not unsent.of_slots(db, pair.vss, [slot])


def test_a_text_that_missed_agreed_minutes_goes_into_an_addendum(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    unsent.keep(db, pair.vss, slot, text="She slept at her sister's", seen_version=1)
    for actor in (pair.pp, pair.vss):
        minutes.agree(db, actor, meeting.id, number=1)
    db.commit()
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)

    press(at, "Put it into an addendum")
    [addendum] = [area for area in at.text_area if area.label == "Addendum"]
    assert str(addendum.value).endswith(": She slept at her sister's")
    press(at, "Add the addendum")

    assert "She slept at her sister" in said(at)
    assert "You typed this at the table" not in said(at)


def test_what_the_other_side_alone_may_say_is_offered_for_no_correction(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    unsent.keep(db, pair.vss, unsent.slot(meeting.items[0].id, Entry.PP_VIEW), text="Mine", seen_version=1)
    db.commit()

    at = desk.open(pair.vss, "minutes", meeting=meeting.id)

    assert "Mine" in said(at)
    assert "Put it into a correction" not in [button.label for button in at.button]


def box(at: AppTest, label: str) -> Any:
    return next(one for one in at.expander if one.label == label)


def test_before_the_closing_there_are_no_minutes(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    db.commit()

    at = desk.open(pair.pp, "minutes", meeting=meeting.id)

    assert "has not been closed" in at.error[0].value


def test_what_the_plan_says_now_is_shown_first_and_taken_over(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    action = make.action(pair)
    action.meeting_id = meeting.id
    tables.close(db, pair.pp, meeting.id)
    action.text = "Call her *school*"
    db.commit()
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    assert "| Call her *school*: Action | An action | Call her *school* |" in plainly(said(at))

    press(at, "Take over what is ticked")

    assert "The minutes say the same as plan and calendar." in said(at)
    assert "Version 2" in said(at)


def test_chair_and_place_are_corrected(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    tables.close(db, pair.pp, meeting.id)
    db.commit()
    at = desk.open(pair.pp, "minutes", meeting=meeting.id)

    next(box for box in at.selectbox if box.label == "Chair").set_value(pair.vss.person_id)
    next(line for line in at.text_input if line.label == "Place").set_value("The library")
    next(
        button for button in at.button if button.label == "Save the correction" and button.proto.form_id
    ).click().run()

    assert not at.exception
    assert "**Place:** The library" in said(at)
    assert f"**Chair:** {pair.vss.name}" in said(at)
