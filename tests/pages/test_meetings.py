"""Planning, preparing and finding meetings on their pages."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.locale import Words
from core.models import Meeting, MeetingState, RiskGrade, Role, ServiceKind
from core.operations import agenda_items, case_lists, meetings, tables, unsent
from tests import notices, risk
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said


def planned(db: Session, pair: Pair, **given: object) -> Meeting:
    values: dict[str, object] = {
        "kind": "periodic",
        "planned_at": clock.now() + timedelta(days=7),
        "case_id": pair.case.id,
        "place": "Blue room",
        "people": [pair.pp.person_id, pair.vss.person_id],
    }
    made = meetings.plan(db, pair.pp, **(values | given))  # type: ignore[arg-type]
    db.commit()
    return made


def links(at: AppTest) -> str:
    return "\n".join(str(link.proto.label) for link in at.get("page_link"))


def change(at: AppTest, what: str) -> AppTest:
    at.segmented_control[0].set_value(what).run()
    assert not at.exception
    return at


def test_meetings_ahead_are_links_and_all_are_searched(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    planned(db, pair)
    planned(db, pair, kind="case_opening", planned_at=clock.now() - timedelta(days=3))

    at = desk.open(pair.vss, "meetings")
    assert "Periodic joint meeting" in links(at)
    assert "Case opening" not in links(at)
    assert list(at.dataframe[0].value["kind"]) == ["Periodic joint meeting", "Case opening"]

    at.text_input[0].set_value("opening").run()
    assert list(at.dataframe[0].value["kind"]) == ["Case opening"]


def test_a_case_lists_its_meetings_and_two_services_theirs(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    planned(db, pair)
    cooperation_id = pair.case.cooperation_id
    planned(db, pair, kind="phase_1", case_id=None, cooperation_id=cooperation_id, people=())

    of_case = links(desk.open(pair.pp, "meetings", case=pair.case.id))
    of_services = links(desk.open(pair.pp, "meetings", cooperation=cooperation_id))

    assert "Periodic joint meeting" in of_case
    assert "Phase 1: meeting" not in of_case
    assert "Phase 1: meeting" in of_services
    assert "Periodic joint meeting" not in of_services


def test_with_no_meeting_the_page_says_what_to_do(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "meetings")

    assert "Plan one" in said(at)


def test_a_meeting_is_planned_for_a_case_in_ones_own_time(
    db: Session, make: Make, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.ui.context.zone", lambda: "Europe/Sofia")
    pair = make.pair()
    db.commit()
    day = clock.today() + timedelta(days=10)
    at = desk.open(pair.pp, "plan_meeting", case=pair.case.id)

    at.date_input[0].set_value(day)
    at.time_input[0].set_value(time(10, 30))
    next(field for field in at.text_input if field.label == "Place").set_value("Blue room")
    press(at, "Plan the meeting")

    (meeting,) = meetings.list_of_case(db, pair.vss, pair.case.id)
    assert meeting.planned_at.astimezone(ZoneInfo("Europe/Sofia")).time() == time(10, 30)
    assert meeting.planned_at.astimezone(ZoneInfo("Europe/Sofia")).date() == day
    assert {each.person_id for each in meetings.find(db, pair.pp, meeting.id).attendances} == {
        pair.pp.person_id,
        pair.vss.person_id,
    }


def test_a_day_long_past_is_refused_beside_its_field_and_nothing_typed_is_lost(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "plan_meeting", case=pair.case.id)

    at.date_input[0].set_value(date(clock.today().year - 3, 5, 5))
    at.time_input[0].set_value(time(10, 30))
    next(field for field in at.text_input if field.label == "Place").set_value("Blue room")
    press(at, "Plan the meeting")

    assert "more than a year back" in at.error[0].value
    assert next(field for field in at.text_input if field.label == "Place").value == "Blue room"


def test_the_case_of_a_meeting_is_chosen_from_ones_own(db: Session, make: Make, desk: Desk) -> None:
    pair, second = make.pair(), make.pair(is_agreed=False)
    make.pair()
    make.file(second.case, pair.pp)
    make.assign(second.case, pair.pp)
    db.commit()
    at = desk.open(pair.pp, "plan_meeting")
    assert at.selectbox[0].options == [pair.case.code, second.case.code]

    press(at, "Go on")
    assert "Choose a case" in at.error[0].value
    at.selectbox[0].set_value(second.case.id)
    press(at, "Go on")

    assert f"Case {second.case.code}".replace("-", "\\-") in said(at)


def test_the_only_case_of_a_meeting_is_chosen_already(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "plan_meeting")

    press(at, "Go on")

    assert f"Case {pair.case.code}".replace("-", "\\-") in said(at)


def test_who_can_plan_no_meeting_in_a_case_is_told_where_the_reason_stands(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    pair.case.paired_at = None
    db.commit()

    at = desk.open(pair.pp, "plan_meeting")

    assert "You have no open case in which you can plan a meeting now" in said(at)
    assert "Go on" not in [button.label for button in at.button]


def test_phase_1_is_planned_for_the_two_services(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "plan_meeting", cooperation=pair.case.cooperation_id)

    at.date_input[0].set_value(clock.today() + timedelta(days=3))
    at.time_input[0].set_value(time(9, 0))
    press(at, "Plan the meeting")

    (meeting,) = meetings.list_of_cooperation(db, pair.pp, pair.case.cooperation_id)
    assert meeting.kind == "phase_1"


def test_a_case_that_is_no_pair_yet_says_why_no_meeting_can_be_planned(
    db: Session, make: Make, desk: Desk
) -> None:
    cooperation = make.cooperation()
    pp = make.actor(cooperation.pp_id)
    case = make.case(cooperation, pp)
    db.commit()

    at = desk.open(pp, "plan_meeting", case=case.id)

    assert "not confirmed as a pair" in at.info[0].value


def test_a_meeting_shows_its_agenda_its_people_and_how_long_it_takes(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = planned(db, pair)

    at = desk.open(pair.vss, "meeting", meeting=meeting.id)

    assert "45 of 45 minutes" in said(at)
    assert pair.pp.name in said(at)
    assert "Blue room" in said(at)


def test_an_agenda_that_is_too_long_warns(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    agenda_items.add(db, pair.pp, meeting.id, title="Court", minutes=20)
    db.commit()

    at = desk.open(pair.vss, "meeting", meeting=meeting.id)

    assert "20 too many" in at.warning[0].value


def test_the_invitation_is_said_to_be_sent_and_outdated_by_a_move(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    at = desk.open(pair.pp, "meeting", meeting=meeting.id)

    press(at, "I have sent the invitation")
    assert "**Sent** " in said(at)
    assert "I have sent the invitation" not in [button.label for button in at.button]
    press(at, "I have sent it again")

    change(at, "time")
    at.date_input[0].set_value(clock.today() + timedelta(days=14))
    next(field for field in at.text_input if field.label == "Why").set_value("Holiday")
    press(at, "Move the meeting")
    assert "out of date" in at.warning[0].value
    assert "Holiday" in said(at)
    assert "I have sent the new invitation" in [button.label for button in at.button]


def test_a_move_without_a_reason_is_refused_beside_the_reason(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    at = change(desk.open(pair.pp, "meeting", meeting=meeting.id), "time")

    at.date_input[0].set_value(clock.today() + timedelta(days=14))
    press(at, "Move the meeting")

    assert "Please fill this in" in at.error[0].value


def test_the_agenda_is_changed_item_by_item(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    at = change(desk.open(pair.pp, "meeting", meeting=meeting.id), "agenda")

    press(at, "Later")
    titles = [field for field in at.text_input if field.label == "What it is about"]
    titles[1].set_value("Court date")
    press(at, "Add the item")
    titles = [field for field in at.text_input if field.label == "What it is about"]
    titles[0].set_value("Who is here")
    press(at, "Save the item")

    db.expire_all()
    items = meetings.find(db, pair.vss, meeting.id).items
    db.commit()
    assert items[1].title == "Who is here"
    assert items[-2].title == "Court date"

    press(at, "Take off the agenda")
    db.expire_all()
    assert "Who is here" not in [item.title for item in meetings.find(db, pair.vss, meeting.id).items]


def test_two_who_change_the_details_at_once_both_see_what_was_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    mine = change(desk.open(pair.pp, "meeting", meeting=meeting.id), "details")
    theirs = change(desk.open(pair.vss, "meeting", meeting=meeting.id), "details")
    next(field for field in theirs.text_input if field.label == "Place").set_value("Red room")
    press(theirs, "Save")

    next(field for field in mine.text_input if field.label == "Place").set_value("Green room")
    press(mine, "Save")

    assert "Somebody else saved" in mine.error[0].value
    assert "Red room" in said(mine)
    assert next(field for field in mine.text_input if field.label == "Place").value == "Green room"

    press(mine, "Take their version")
    assert next(field for field in mine.text_input if field.label == "Place").value == "Red room"


def test_people_are_put_on_the_list_and_taken_off(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, colleague)
    meeting = planned(db, pair)
    at = change(desk.open(pair.pp, "meeting", meeting=meeting.id), "people")

    at.multiselect[0].set_value([colleague.person_id])
    press(at, "Put on the list")
    assert colleague.name in said(at)

    next(box for box in at.selectbox if box.label == "Take off the list").set_value(colleague.person_id)
    press(at, "Take off")
    assert f"{colleague.name} ·" not in said(at)


def test_a_meeting_is_called_off_and_says_why(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    at = change(desk.open(pair.pp, "meeting", meeting=meeting.id), "off")

    assert "It did not take place" not in [button.label for button in at.button]
    press(at, "Call it off")
    assert "Please fill this in" in at.error[0].value

    next(field for field in at.text_input if field.label == "Why").set_value("Both ill")
    press(at, "Call it off")
    assert "Both ill" in at.info[0].value
    assert "called off" in said(at)
    assert "Plan it anew" in links(at)


def test_a_meeting_whose_time_is_over_asks_whether_it_was_held(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    meeting.planned_at = clock.now() - timedelta(days=1)
    db.commit()
    at = change(desk.open(pair.pp, "meeting", meeting=meeting.id), "off")
    assert "nobody has said whether it was held" in at.warning[0].value

    next(field for field in at.text_input if field.label == "Why").set_value("Both ill")
    press(at, "It did not take place")

    assert not at.warning
    assert "missed" in said(at)
    assert "Both ill" in at.info[0].value


def test_a_missed_meeting_leads_to_a_new_one_and_no_longer_into_its_room(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = planned(db, pair, is_remote=True, link="https://meet.example/a")
    meetings.invite(db, pair.pp, meeting.id, version=meeting.version)
    meeting.state = MeetingState.MISSED
    db.commit()

    at = desk.open(pair.vss, "meeting", meeting=meeting.id)

    assert "**Invitation** :green-badge[done]" in said(at)
    assert not at.get("link_button")
    assert "Plan it anew" in links(at)


def test_a_meeting_at_a_distance_shows_its_six_steps(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = planned(db, pair, is_remote=True, link="https://meet.example/a")
    meetings.invite(db, pair.pp, meeting.id, version=meeting.version)
    db.commit()

    at = desk.open(pair.vss, "meeting", meeting=meeting.id)

    assert "**Invitation** :green-badge[done]" in said(at)
    assert "**Coordination** :gray-badge[open]" in said(at)


def test_a_guest_sees_the_frame_of_a_meeting_and_no_person(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    meeting = planned(db, pair, people=[pair.vss.person_id, officer.person_id])

    at = desk.open(officer, "meeting", meeting=meeting.id)

    assert "Blue room" in said(at)
    assert "Risk" in said(at)
    assert pair.vss.name not in said(at)
    assert not any("invitation" in button.label for button in at.button)
    assert "Periodic" in links(desk.open(officer, "meetings"))


def test_a_guest_is_told_that_their_meeting_is_over_or_called_off(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    held, off = (planned(db, pair, people=[pair.vss.person_id, officer.person_id]) for _ in range(2))
    assert "Please bring" in [head.value for head in desk.open(officer, "meeting", meeting=held.id).subheader]
    held.state, held.started_at = MeetingState.CLOSED, clock.now()
    off.state, off.reason = MeetingState.CANCELLED, "The linnet sings"
    db.commit()

    over, called_off = (desk.open(officer, "meeting", meeting=one.id) for one in (held, off))

    assert "This meeting is over" in over.info[0].value
    assert "does not take place" in called_off.info[0].value
    assert "The linnet sings" not in said(called_off)
    for at in (over, called_off):
        assert "Please bring" not in [head.value for head in at.subheader]


def test_a_meeting_of_others_does_not_exist(db: Session, make: Make, desk: Desk) -> None:
    meeting = planned(db, make.pair())
    stranger = make.pair().vss
    db.commit()

    at = desk.open(stranger, "meeting", meeting=meeting.id)

    assert "does not exist" in at.error[0].value
    assert "Blue room" not in said(at)


def test_what_people_type_is_shown_as_typed(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = planned(db, pair, place="**Room** | [x](y)")
    agenda_items.add(db, pair.pp, meeting.id, title="a | b # c", minutes=1)
    db.commit()

    at = desk.open(pair.pp, "meeting", meeting=meeting.id)

    assert r"\*\*Room\*\* \| \[x\]\(y\)" in said(at)
    assert r"a \| b \# c" in said(at)


def test_an_emergency_meeting_runs_after_one_click_on_its_page(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.action(pair)
    risk.level(db, risk.laid(db, pair), pair.vss, RiskGrade.HIGH)
    notices.sent(db, pair, pair.pp)
    db.commit()
    at = desk.open(pair.vss, "emergency", case=pair.case.id)
    assert "An action" in said(at)
    assert f"High, since {Words('en').day(clock.today())}, chosen by" in said(at)
    assert "nobody has answered" in said(at)

    at.button(key="begin").click().run()

    (meeting,) = meetings.list_of_case(db, pair.pp, pair.case.id)
    db.commit()
    assert meeting.state is MeetingState.IN_PROGRESS
    assert meeting.is_remote
    at = desk.open(pair.pp, "emergency", case=pair.case.id)
    assert "going on now" in at.warning[0].value


def test_only_the_victim_support_service_sees_how_she_is_reached(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    her.safe_channel, her.code_phrase = "a friends phone", "the blue cup"
    db.commit()

    at = desk.open(pair.vss, "emergency", case=pair.case.id)
    assert "a friends phone" not in said(at)
    for_vss = said(press(at, "Show how she is reached"))
    for_pp = said(desk.open(pair.pp, "emergency", case=pair.case.id))

    assert "a friends phone" in for_vss
    assert "the blue cup" in for_vss
    assert "Leave no message" in for_vss
    assert "a friends phone" not in for_pp
    assert "the blue cup" not in for_pp
    assert "victim support service only" not in for_pp
    looked = [one.act for one in case_lists.readings(db, pair.vss, pair.case.id)]
    assert looked == ["read_card", "reveal", "read_joint", "read_emergency"]
    assert case_lists.history(db, pair.pp, pair.case.id) == []

    assert "a friends phone" not in said(press(at, "Hide it again"))


def test_a_stranger_opens_no_emergency_page(db: Session, make: Make, desk: Desk) -> None:
    case, stranger = make.pair().case, make.pair().pp
    db.commit()

    at = desk.open(stranger, "emergency", case=case.id)

    assert "does not exist" in at.error[0].value
    assert len(at.button) == 1


def test_the_history_says_what_happened_to_a_meeting(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    meetings.invite(db, pair.pp, meeting.id, version=meeting.version)
    db.flush()
    later = clock.now() + timedelta(days=9)
    meetings.move(db, pair.pp, meeting.id, planned_at=later, reason="Holiday", version=meeting.version)
    agenda_items.add(db, pair.pp, meeting.id, title="Court", minutes=5)
    tables.begin(db, pair.vss, meeting.id)
    meeting.attendances[0].is_present = True
    tables.close(db, pair.vss, meeting.id)
    missed = meetings.plan(db, pair.pp, kind="periodic", planned_at=clock.now(), case_id=pair.case.id)
    db.flush()
    meetings.mark_missed(db, pair.pp, missed.id, reason="Ill", version=missed.version)
    db.commit()

    text = said(desk.open(pair.vss, "history", case=pair.case.id))

    for happened in (
        "planned",
        "moved",
        "sent the invitation",
        "changed the agenda",
        "began",
        "closed",
        "missed",
    ):
        assert happened in text
    assert "worked on a meeting" not in text


def test_a_meeting_in_the_past_is_recorded_only_after_a_question(
    db: Session, make: Make, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "plan_meeting", case=pair.case.id)
    prefix = f"draft:new:meeting:{pair.case.id}:1"
    at.date_input(key=f"{prefix}:planned_at:day").set_value(clock.today() - timedelta(days=3))
    at.time_input(key=f"{prefix}:planned_at:time").set_value(time(10))

    press(at, "Plan the meeting")
    assert "is in the past" in at.warning[0].value
    assert meetings.list_of_case(db, pair.pp, pair.case.id) == []
    db.commit()
    press(at, "Yes, it was held then: record it")

    [meeting] = meetings.list_of_case(db, pair.pp, pair.case.id)
    assert meeting.planned_at < clock.now() - timedelta(days=2)


def test_a_day_that_was_meant_otherwise_is_corrected_and_planned_or_asked_about_anew(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "plan_meeting", case=pair.case.id)
    day = f"draft:new:meeting:{pair.case.id}:1:planned_at:day"
    first, second = (clock.today() - timedelta(days=days) for days in (30, 20))
    coming = clock.today() + timedelta(days=10)
    at.date_input(key=day).set_value(first)
    at.time_input[0].set_value(time(10))
    press(at, "Plan the meeting")
    assert Words("en").day(first) in at.warning[0].value

    at.date_input(key=day).set_value(second)
    press(at, "Yes, it was held then: record it")
    assert Words("en").day(second) in at.warning[0].value
    at.date_input(key=day).set_value(first)
    press(at, "Plan the meeting")
    assert Words("en").day(first) in at.warning[0].value
    press(at, "Plan the meeting")
    assert Words("en").day(first) in at.warning[0].value
    assert meetings.list_of_case(db, pair.pp, pair.case.id) == []
    db.commit()
    at.date_input(key=day).set_value(coming)
    press(at, "Plan the meeting")

    [meeting] = meetings.list_of_case(db, pair.pp, pair.case.id)
    assert clock.day(meeting.planned_at) == coming


def test_a_meeting_of_the_past_that_is_refused_is_recorded_once_it_is_mended(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "plan_meeting", case=pair.case.id)
    link = next(field for field in at.text_input if field.label.startswith("Link"))
    at.date_input[0].set_value(clock.today() - timedelta(days=30))
    at.time_input[0].set_value(time(10))
    link.set_value("ftp://x")
    press(at, "Plan the meeting")
    press(at, "Yes, it was held then: record it")
    assert "https://" in at.error[0].value
    db.commit()

    next(field for field in at.text_input if field.label.startswith("Link")).set_value("")
    press(at, "Yes, it was held then: record it")

    assert len(meetings.list_of_case(db, pair.pp, pair.case.id)) == 1


def test_the_question_whether_it_was_held_goes_with_the_past_day(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "plan_meeting", case=pair.case.id)
    day = f"draft:new:meeting:{pair.case.id}:1:planned_at:day"
    at.date_input(key=day).set_value(clock.today() - timedelta(days=30))
    at.time_input[0].set_value(time(10))
    press(at, "Plan the meeting")

    at.date_input(key=day).set_value(clock.today() + timedelta(days=10))
    next(field for field in at.text_input if field.label.startswith("Link")).set_value("ftp://x")
    press(at, "Plan the meeting")

    assert "https://" in at.error[0].value
    assert not at.warning
    assert "Yes, it was held then: record it" not in [button.label for button in at.button]
    assert meetings.list_of_case(db, pair.pp, pair.case.id) == []


def test_what_was_typed_in_how_and_where_is_there_again_after_a_look_at_the_agenda(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    at = change(desk.open(pair.pp, "meeting", meeting=meeting.id), "details")
    key = f"draft:Meeting:{meeting.id}:details:{meeting.version}:details"
    unsent.keep(db, pair.pp, f"meeting_details:{meeting.id}:place", text="Green room", seen_version=0)
    db.commit()
    at.text_input(key=f"{key}:place").set_value("Green room")
    at.text_input(key=f"{key}:link").set_value("ftp://x")
    at.number_input(key=f"{key}:duration").set_value(75)
    press(at, "Save")
    assert "https://" in at.error[0].value

    change(at, "agenda")
    change(at, "details")

    assert at.text_input(key=f"{key}:place").value == "Green room"
    assert at.number_input(key=f"{key}:duration").value == 75


@pytest.mark.parametrize("is_new", [True, False])
def test_what_was_typed_for_an_agenda_item_is_there_again_after_a_reload_until_it_is_sent(
    db: Session, make: Make, desk: Desk, is_new: bool
) -> None:
    pair = make.pair()
    meeting = planned(db, pair)
    slot = f"new_item:{meeting.id}:title" if is_new else f"item:{meeting.items[0].id}:title"
    unsent.keep(db, pair.pp, slot, text="Court date", seen_version=0)
    db.commit()

    at = change(desk.open(pair.pp, "meeting", meeting=meeting.id), "agenda")
    assert "Court date" in [field.value for field in at.text_input]
    press(at, "Add the item" if is_new else "Save the item")

    db.expire_all()
    assert "Court date" in [item.title for item in meetings.find(db, pair.vss, meeting.id).items]
    assert not unsent.of_slots(db, pair.pp, [slot])


def test_without_a_place_no_file_is_offered(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    meeting = planned(db, pair, place="")

    at = desk.open(pair.pp, "meeting", meeting=meeting.id)

    assert "where the meeting takes place" in said(at)
    assert at.get("download_button") == []


def test_the_kind_that_comes_next_in_the_case_is_proposed(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "plan_meeting", case=pair.case.id)

    assert at.selectbox[0].value == "case_opening"


def test_the_meeting_of_both_teams_invites_both_unless_somebody_is_taken_off(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id, Role.CASE_MANAGER)
    make.actor(make.service(), Role.CASE_MANAGER)
    db.commit()

    at = desk.open(pair.vss, "plan_meeting", cooperation=pair.case.cooperation_id)

    invited = next(box for box in at.multiselect if box.label == "Who is invited").value
    assert set(invited) == {pair.pp.person_id, pair.vss.person_id, colleague.person_id}


def test_what_waits_beside_an_agenda_with_a_guest_is_put_there_with_a_click(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    following = planned(db, pair, people=[pair.vss.person_id, officer.person_id])
    tables.close(db, pair.pp, make.table(pair).id)
    db.commit()

    at = desk.open(pair.vss, "meeting", meeting=following.id)
    assert "Left over, and not on this agenda" in said(at)
    assert "The school" not in said(desk.open(officer, "meeting", meeting=following.id))
    press(at, "Put on the agenda: The school")

    assert "Left over, and not on this agenda" not in said(at)
    assert "The school" in said(desk.open(officer, "meeting", meeting=following.id))
