"""A browser that is the shared screen shows the table and nothing else, wherever somebody tries to go."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.content.meeting_kinds import Entry
from core.locale import Words
from core.models import (
    Attendance,
    EpisodeSource,
    JointItem,
    Meeting,
    RiskGrade,
    Role,
    Seen,
    Settlement,
    SignIn,
    Ticket,
    UnsentText,
)
from core.operations import risk_boards, shared_screens, unsent
from core.operations.episode_releases import Chosen
from core.operations.item_entries import COLUMNS
from pages.ui import keeper, stores
from pages.ui.site import PAGES, page_file
from tests import change, risk
from tests.episodes import days, released, told
from tests.make import Make, Pair
from tests.pages.conftest import PATIENCE, ROOT, Desk, press, said, whole
from tests.pages.test_picture import table
from tests.pages.test_table import look

T = Words("en", "UTC")
BANNER = "SHARED SCREEN"
PASSWORD = "nine swans below the mill"


def on_screen(db: Session, pair: Pair, meeting: Meeting, desk: Desk) -> AppTest:
    """Her service's worker has put the meeting on the shared screen."""
    session = desk.sign_in(pair.vss, is_fresh=False)
    db.execute(
        update(SignIn)
        .where(SignIn.person_id == pair.vss.person_id)
        .values(shared_meeting_id=meeting.id, shared_until=clock.now() + shared_screens.LONGEST)
    )
    db.commit()
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.session_state["session"] = session
    at.query_params["case"] = str(pair.case.id)
    at.run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def laid_for(db: Session, make: Make) -> tuple[Pair, Meeting]:
    """A table of two services, of which one has a name in its file."""
    pair = make.pair()
    make.subject(pair.vss_file, name="Wrenna Finch")
    meeting = make.table(pair)
    db.commit()
    return pair, meeting


def test_it_has_the_table_and_no_other_page(db: Session, make: Make, desk: Desk) -> None:
    pair, meeting = laid_for(db, make)

    at = on_screen(db, pair, meeting, desk)

    assert BANNER in said(at)
    assert meeting.items[0].title in said(at)
    assert at.sidebar.children == {}
    assert "Wrenna" not in whole(at)
    assert "share_screen_button" not in [button.key for button in at.button]
    for spec in PAGES:
        if spec.key != "table":
            with pytest.raises(ValueError, match="Could not find a navigation page"):
                at.switch_page(str(page_file(spec.key).relative_to(ROOT)))


def test_leaving_asks_for_a_proof_and_a_wrong_one_leads_nowhere(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.account(pair.vss, password=PASSWORD, seed="A" * 32)
    meeting = make.table(pair)
    db.commit()
    at = on_screen(db, pair, meeting, desk)

    press(at, T("shared_screen.leave"))
    at.text_input(key="step_up:leave_screen:code").set_value("nine swans above the mill")
    press(at, T("step_up.button"))
    assert T("error.code_refused") in said(at)
    assert BANNER in said(at)

    at.text_input(key="step_up:leave_screen:code").set_value(PASSWORD)
    press(at, T("step_up.button"))
    [ticket] = db.scalars(select(Ticket).where(Ticket.sign_in_id.is_(None)))
    assert ticket.shared_meeting_id is None


def test_with_a_guest_there_the_texts_are_not_on_it(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.items[0].facts = "He waits at the gate"
    officer = make.guest(pair.case)
    seat = Attendance(person_id=officer.person_id, service_id=officer.service_id, is_present=True)
    seat.meeting_id = meeting.id
    db.add(seat)
    risk.opened(db, pair, {"pets": Seen.PRESENT}, {})
    db.commit()

    at = on_screen(db, pair, meeting, desk)

    assert T("shared_screen.guest") in said(at)
    assert "gate" not in whole(at)
    assert T("risk.part.differs") not in whole(at)
    assert len(at.text_area) == 0


def test_the_differences_in_risk_come_first_then_what_is_serious_then_the_level(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    his = {"stalking": Seen.PRESENT, "pets": Seen.NOT_PRESENT, "money": Seen.PRESENT}
    found = risk.opened(db, pair, his, his | {"pets": Seen.PRESENT})
    risk.level(db, found, pair.vss, RiskGrade.HIGH)
    meeting = make.table(pair)
    db.commit()
    found_id, name = found.id, str(pair.vss.name)

    at = on_screen(db, pair, meeting, desk)

    shown = whole(at).replace("\\", "")
    order = [T("risk.part.differs"), T("risk.part.serious"), "What was seen at the table"]
    places = [shown.index(one) for one in order]
    assert places == sorted(places)
    assert [one.value for one in at.header] == ["Starter list for the woman", T("risk.level")]
    assert "original list for the woman is not included" in shown
    assert name in shown
    assert "He has harmed or threatened pets" in shown
    assert T("risk.part.rest") not in shown
    assert len(at.get("page_link")) == 0
    [radio] = [one for one in at.radio if "pets" in str(one.key)]
    radio.set_value(Seen.PRESENT).run()
    assert not at.exception
    [row] = db.scalars(select(Settlement))
    assert (row.assessment_id, row.item, row.seen) == (found_id, "pets", Seen.PRESENT)


def test_a_note_that_was_not_sent_is_not_on_it_keeps_no_newer_settlement_out_and_is_there_afterwards(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.PRESENT})
    [line] = [one for one in risk_boards.of_assessment(db, pair.vss, found.id).lines if one.item.id == "pets"]
    slot = f"risk_note:{found.id}:{line.about}:pets"
    unsent.keep(db, pair.vss, slot, text="Typed yesterday", case_id=pair.case.id)
    meeting = make.table(pair)
    db.commit()
    at = on_screen(db, pair, meeting, desk)

    risk_boards.settle(
        db, pair.pp, found.id, about=line.about, item="pets", seen=Seen.PRESENT, note="He said so", number=0
    )
    db.commit()
    at.run()

    [radio] = [one for one in at.radio if "pets" in str(one.key)]
    [note] = [one for one in at.text_input if "pets" in str(one.key)]
    assert (radio.value, note.value) == (Seen.PRESENT, "He said so")
    note.set_value("He said so twice").run()
    assert "Typed yesterday" not in whole(at)
    assert [one.note for one in db.scalars(select(Settlement).order_by(Settlement.number))][
        -1
    ] == "He said so twice"
    assert unsent.of_slots(db, pair.vss, [slot])[slot].text == "Typed yesterday"


def test_nobody_is_asked_on_it_whether_a_text_may_say_where_she_is(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.NOT_PRESENT})
    meeting = make.table(pair)
    db.commit()
    at = on_screen(db, pair, meeting, desk)
    [radio] = [one for one in at.radio if "pets" in str(one.key)]
    radio.set_value(Seen.PRESENT).run()

    [note] = [one for one in at.text_input if "pets" in str(one.key)]
    note.set_value("Seen at 12 Linden Road").run()

    assert "said where somebody is" not in whole(at)
    assert "Seen at 12 Linden Road" in db.scalars(select(Settlement.note)).all()


def test_before_the_first_passes_are_open_it_says_who_has_handed_in_and_nothing_of_what(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.vss, found.id, {"stalking": Seen.PRESENT})
    meeting = make.table(pair)
    db.commit()

    at = on_screen(db, pair, meeting, desk)

    shown = said(at)
    assert T("table.risk.waits") in shown
    assert f"{pair.vss.service_name}: handed in" in shown.replace("\\", "")
    assert T("risk.part.serious") not in shown
    assert "stalk" not in shown


def test_the_picture_and_the_change_on_it_hold_nothing_that_one_of_those_there_may_not_read(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    change.dated(db, pair)
    for label, often in (("T0", "often"), ("T1", "once")):
        change.asked(db, pair, pair.vss, label, emotional=often)
    change.shared(db, pair, pair.vss, "T1", "violence")
    released(db, pair, told(db, pair, EpisodeSource.HER, days(9)), chosen=Chosen("He has a weapon."))
    for item in db.scalars(select(JointItem)):
        item.recipients = [str(Role.CASE_MANAGER)]
    meeting = make.table(pair)
    meeting.items[0].key = "change"
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    seat = Attendance(person_id=taker.person_id, service_id=taker.service_id)
    seat.meeting_id, seat.apology = meeting.id, "Is ill"
    db.add(seat)
    db.commit()

    def wall() -> str:
        at = on_screen(db, pair, meeting, desk)
        next(one for one in at.toggle if one.label == T("picture.at_table")).set_value(True).run()
        return whole(at).replace("\\", "") + str(table(at))

    before = wall()
    assert "| Violent behaviour | Better |" in before
    assert "He has a weapon." in before

    seat.apology, seat.is_present = "", True
    db.commit()

    after = wall()
    assert T("change.none_agreed") in after
    assert "He has a weapon." not in after


def test_a_closed_meeting_keeps_the_screen_shut(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.state, meeting.closed_at = "closed", clock.now()  # type: ignore[assignment]
    db.commit()

    at = on_screen(db, pair, meeting, desk)

    assert BANNER in said(at)
    assert len(at.get("page_link")) == 0


def test_the_table_offers_to_go_on_the_shared_screen_and_says_what_that_does(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    db.commit()

    at = desk.open(pair.vss, "table", meeting=meeting.id)

    assert BANNER not in said(at)
    assert T("shared_screen.share_help") in said(at)
    assert "share_screen_button" in [button.key for button in at.button]


def test_an_action_that_somebody_typed_alone_is_not_on_it_and_is_not_lost(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid_for(db, make)
    need, text = (f"write_action_{meeting.id.hex}_{field}" for field in ("need", "text"))
    own = desk.open(pair.vss, "table", meeting=meeting.id)
    own.text_area(key=text).set_value("Wrenna moves to Mill Lane 4").run()

    at = on_screen(db, pair, meeting, desk)
    assert "Wrenna" not in whole(at)
    at.text_input(key=need).set_value("A lock").run()
    at.text_area(key=text).set_value("Ask the landlord").run()
    db.rollback()

    again = on_screen(db, pair, meeting, desk)
    assert (again.text_input(key=need).value, again.text_area(key=text).value) == ("", "")
    kept = {one.slot: one.text for one in db.scalars(select(UnsentText))}
    assert kept.pop(text) == "Wrenna moves to Mill Lane 4"
    assert sorted(kept.values()) == ["A lock", "Ask the landlord"]


def test_a_new_action_that_is_typed_on_it_stays_while_another_list_is_looked_at(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    need, text = (f"write_action_{meeting.id.hex}_{field}" for field in ("need", "text"))
    db.commit()
    at = on_screen(db, pair, meeting, desk)
    at.text_input(key=need).set_value("A lock").run()
    at.text_area(key=text).set_value("Ask the landlord").run()

    look(at, "people")
    look(at, "item")

    assert at.text_input(key=need).value == "A lock"
    assert at.text_area(key=text).value == "Ask the landlord"


def test_what_is_typed_on_it_as_the_page_goes_takes_no_place_of_what_was_typed_alone(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    db.commit()
    text = f"write_action_{meeting.id.hex}_text"
    own = desk.open(pair.vss, "table", meeting=meeting.id)
    own.text_area(key=text).set_value("Wrenna moves to Mill Lane 4").run()
    at = on_screen(db, pair, meeting, desk)

    slot = keeper.slot_of(text)
    assert slot is not None
    stores.rescue(at.session_state["session"], slot, "Ask the landlord")

    db.rollback()
    kept = {one.text for one in db.scalars(select(UnsentText))}
    assert kept == {"Wrenna moves to Mill Lane 4", "Ask the landlord"}


def test_a_form_that_is_sent_on_it_leaves_what_its_person_had_typed_alone(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    seat = db.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)).all()[0]
    slot, of_seat = f"seat:{seat.id}:conflict", str(seat.id)
    unsent.keep(db, pair.vss, slot, text="Her sister is my neighbour", case_id=pair.case.id)
    db.commit()
    at = look(on_screen(db, pair, meeting, desk), "people")
    [apology] = [area for area in at.text_area if "apology" in str(area.key) and of_seat in str(area.key)]
    apology.set_value("Ill today")
    [save] = [one for one in at.button if one.label == T("table.save") and of_seat in one.form_id]
    save.click().run()

    db.rollback()
    assert unsent.of_slots(db, pair.vss, [slot])[slot].text == "Her sister is my neighbour"


def test_a_name_of_her_file_is_not_added_and_nobody_in_the_room_reads_that_it_is_one(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid_for(db, make)
    need, text = (f"write_action_{meeting.id.hex}_{field}" for field in ("need", "text"))
    at = on_screen(db, pair, meeting, desk)
    at.text_input(key=need).set_value("Wrenna").run()
    at.text_area(key=text).set_value("A lock").run()
    at.selectbox[0].select_index(0).run()

    press(at, T("table.add_action"))

    assert T("shared_screen.kept") in said(at)
    assert T("error.names_in_joint") not in said(at)
    db.rollback()
    assert "Wrenna" in {one.text for one in db.scalars(select(UnsentText))}


def test_a_point_with_a_name_of_her_file_is_not_added_and_nobody_in_the_room_reads_that_it_is_one(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid_for(db, make)
    at = look(on_screen(db, pair, meeting, desk), "agenda")
    [title] = [one for one in at.text_input if one.label == T("table.point")]
    title.set_value("Wrenna")

    press(at, T("table.add_point"))

    assert T("shared_screen.kept") in said(at)
    assert T("error.names_in_joint") not in said(at)


def test_an_entry_with_a_name_says_that_it_is_not_saved_and_not_why(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid_for(db, make)
    at = on_screen(db, pair, meeting, desk)
    assert T("shared_screen.not_saved") not in said(at)

    entry = entry_of(at, meeting)
    at.text_area(key=entry).set_value("Wrenna came").run()
    assert T("shared_screen.not_saved") in said(at)
    assert T("table.tells") not in said(at)
    db.rollback()
    assert "Wrenna came" in {one.text for one in db.scalars(select(UnsentText))}
    db.rollback()

    at.text_area(key=entry).set_value("She came").run()
    assert T("shared_screen.not_saved") not in said(at)


def test_an_entry_that_a_colleague_saved_first_says_that_it_is_not_saved(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    db.commit()
    at = on_screen(db, pair, meeting, desk)
    entry = entry_of(at, meeting)
    column = COLUMNS[Entry(entry.removeprefix(f"write_{meeting.items[0].id.hex}_"))]
    setattr(meeting.items[0], column, "He waits")
    db.commit()

    at.text_area(key=entry).set_value("She waits").run()

    assert T("shared_screen.not_saved") in said(at)


def entry_of(at: AppTest, meeting: Meeting) -> str:
    mark = f"{keeper.MARK}{meeting.items[0].id.hex}_"
    return next(str(one.key) for one in at.text_area if str(one.key).startswith(mark))


def test_what_its_person_typed_alone_stays_where_the_wall_refuses_another_text(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, meeting = laid_for(db, make)
    slot, alone = unsent.slot(meeting.items[0].id, Entry.FACTS), "Typed alone: Wrenna Finch said so"
    unsent.rescue(db, pair.vss.person_id, slot, text=alone)
    db.commit()
    at = on_screen(db, pair, meeting, desk)

    at.text_area(key=f"write_{meeting.items[0].id.hex}_facts").set_value("Seen by all \x07").run()

    db.rollback()
    assert alone in [one.text for one in db.scalars(select(UnsentText))]
