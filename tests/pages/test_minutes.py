"""The minutes as people read, correct, agree and add to them."""

from sqlalchemy.orm import Session

from core.content.meeting_kinds import Entry
from core.models import Meeting
from core.operations import minutes, tables, unsent
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said


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
    key = f"draft:Correction:{meeting.items[0].id}::1"

    at.text_area(key=f"{key}:facts").set_value("Three sessions missed")
    at.button(key=f"FormSubmitter:{key}:form-Save the correction").click().run()

    assert not at.exception
    text = plainly(said(at))
    assert "Version 2" in text
    assert "| Risk: Facts: who saw or heard what, and when | *Two* sessions | missed | Three" in text
    assert f"Waits for the agreement of {pair.pp.service_name}, {pair.vss.service_name}" in text


def test_who_corrects_an_old_version_keeps_the_typed_text_and_sees_the_new_one(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = closed(db, make)
    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    item = meeting.items[0].id
    minutes.correct(db, pair.pp, meeting.id, item_id=item, texts_of={Entry.FACTS: "One"}, number=1)
    db.commit()
    key = f"draft:Correction:{item}::1"

    at.text_area(key=f"{key}:facts").set_value("Three")
    at.button(key=f"FormSubmitter:{key}:form-Save the correction").click().run()

    assert "newer version" in at.error[0].value
    assert at.text_area(key=f"{key}:facts").value == "Three"
    press(at, "Start again from the newest version")
    assert at.text_area(key=f"draft:Correction:{item}::2:facts").value == "One"


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
    at.button(key=f"FormSubmitter:{key}:form-Save the correction").click().run()

    assert not at.exception
    assert "Minutes" in [head.value for head in at.header]
    assert "Not here" in said(at)


def test_a_text_that_missed_the_closing_is_shown_to_its_author(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = closed(db, make)
    unsent.keep(db, pair.vss, unsent.slot(meeting.items[0].id, Entry.FACTS), text="Too late", seen_version=1)
    db.commit()

    at = desk.open(pair.vss, "minutes", meeting=meeting.id)
    assert "Too late" in said(at)
    press(at, "Let mine go")

    assert "Too late" not in said(at)


def test_before_the_closing_there_are_no_minutes(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    db.commit()

    at = desk.open(pair.pp, "minutes", meeting=meeting.id)

    assert "has not been closed" in at.error[0].value
