"""Keeping and erasing, requests and copies, opening a file in an emergency: as people click through them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.access import Actor
from core.backups import records
from core.locale import Words
from core.models import (
    BreakGlass,
    BreakGlassGround,
    Erasure,
    FileNote,
    Hold,
    MeetingState,
    PersonRequest,
    RequestKind,
    RetentionPeriod,
    Role,
    Seal,
    ServiceKind,
    SubjectKind,
)
from core.operations import break_glass, copy_choices, person_requests
from core.settings import settings
from tests.copies import choose_all
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said


def closed(db: Session, make: Make) -> Pair:
    pair = make.pair(is_agreed=False)
    make.note(pair.pp_file, pair.pp)
    make.note(pair.vss_file, pair.vss, text="A note of hers")
    meeting = make.meeting(pair)
    meeting.state = MeetingState.AGREED
    pair.case.closed_on = date(2019, 5, 6)
    db.commit()
    return pair


def field(at: AppTest, kind: str, part: str, value: object, *, of: str = "") -> None:
    """Fill in the field whose key ends so, of the form whose key holds this."""
    found: Any = at.get(kind)
    keys = (each for each in found if str(each.key).endswith(part) and of in str(each.key))
    next(keys).set_value(value)


def lead(db: Session, make: Make, pair: Pair, side: str = "vss") -> Actor:
    actor = make.actor(getattr(pair, side).service_id, Role.MANAGER)
    db.commit()
    return actor


def labels(at: AppTest, kind: str) -> list[str]:
    found: Any = at.get(kind)
    return [each.label for each in found]


def _asks_to_erase(at: AppTest, case_id: UUID) -> None:
    """Open the panel on the page of the case."""
    at.session_state[f"draft:new:erase:{case_id}:case:1:panel"] = True
    at.run()
    assert not at.exception


def test_ten_due_cases_are_shown_and_more_at_a_click(db: Session, make: Make, desk: Desk) -> None:
    pair = closed(db, make)
    for number in range(11):
        other = make.pair_of(pair, is_agreed=False)
        make.note(other.vss_file, other.vss)
        other.case.closed_on = date(2019, 6, 1 + number)
    manager = lead(db, make, pair)

    at = desk.open(manager, "keeping")
    assert said(at).count("Own file: over since") == 10

    press(at, "Show more cases")
    assert said(at).count("Own file: over since") == 12
    assert "Show more cases" not in labels(at, "button")


def test_a_lead_sees_today_what_is_due_and_keeps_it_for_a_court(db: Session, make: Make, desk: Desk) -> None:
    pair = closed(db, make)
    manager = lead(db, make, pair)
    assert "1 case with records whose time is over" in labels(desk.open(manager, "today"), "page_link")

    at = desk.open(manager, "keeping")
    assert f"**{pair.case.code}**".replace("-", "\\-") in said(at)
    assert "A note of hers" not in said(at)
    field(at, "radio", ":ground", "court")
    field(at, "text_input", ":reason", "The trial in May")
    press(at, "Keep it")

    assert [one.reason for one in db.scalars(select(Hold))] == ["The trial in May"]
    db.commit()
    assert "The trial in May" in said(at)
    assert "Ask to erase it" not in [button.label for button in at.button]
    press(at, "Let the time run again")
    assert "The trial in May" not in said(at)


def test_two_people_erase_and_it_is_gone_from_the_file(db: Session, make: Make, desk: Desk) -> None:
    pair = closed(db, make)
    at = desk.open(pair.vss, "rights", case=pair.case.id)
    assert "This goes for ever" not in said(at), "counted though nobody asks"
    _asks_to_erase(at, pair.case.id)
    field(at, "text_input", ":reason", "Five years are over", of="erase:")
    assert "This goes for ever" in said(at)
    press(at, "Ask to erase it")
    assert "Confirm: erase it for ever" not in [button.label for button in at.button]

    at = desk.open(lead(db, make, pair), "keeping")
    assert "Five years are over" in said(at)
    press(at, "Confirm: erase it for ever")

    db.expire_all()
    assert db.scalars(select(FileNote.text).where(FileNote.file_id == pair.vss_file.id)).all() == []
    assert "erased on" in said(at)
    assert len(list(settings().erased.glob("*.json"))) == 1


def test_whoever_erases_reads_until_when_backups_may_still_hold_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = closed(db, make)
    backups = settings().home / records.FILE
    at = desk.open(pair.vss, "rights", case=pair.case.id)
    _asks_to_erase(at, pair.case.id)
    assert "No backup is known that still holds it" in said(at)

    backups.write_text(
        """[[backup]]
file = "/away/concord.age"
made_at = 2026-02-03T04:05:06+00:00
verified_at = 2026-02-03T04:06:06+00:00
"""
    )
    _asks_to_erase(at, pair.case.id)
    assert "the oldest that is known is of 3 Feb 2026, and nobody has set an end" in said(at)

    backups.write_text(f"{backups.read_text()}[[kept]]\ndays = 30\n")
    _asks_to_erase(at, pair.case.id)
    last_day = clock.today() + timedelta(days=30)
    assert f"Backups may still hold it, until {Words('en').day(last_day)} at the latest" in said(at)


def test_an_erasure_is_refused_with_a_reason(db: Session, make: Make, desk: Desk) -> None:
    pair = closed(db, make)
    at = desk.open(pair.vss, "rights", case=pair.case.id)
    _asks_to_erase(at, pair.case.id)
    field(at, "text_input", ":reason", "Five years are over", of="erase:")
    press(at, "Ask to erase it")

    at = desk.open(lead(db, make, pair), "keeping")
    field(at, "text_input", ":refusal", "She asked for a copy")
    press(at, "Do not erase it")

    assert [one.refusal for one in db.scalars(select(Erasure))] == ["She asked for a copy"]
    assert "She asked for a copy" in said(at)


def test_what_must_not_be_erased_says_why(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.vss, "rights", case=pair.case.id)

    _asks_to_erase(at, pair.case.id)
    assert "The case is open. Close it first" in said(at)


def test_what_is_still_open_is_named_and_led_to(db: Session, make: Make, desk: Desk) -> None:
    pair = closed(db, make)
    make.action(pair)
    db.commit()

    at = desk.open(pair.vss, "rights", case=pair.case.id)

    _asks_to_erase(at, pair.case.id)
    assert "Still open: actions of the plan" in said(at)
    assert "To the action plan" in [link.proto.label for link in at.get("page_link")]


def test_an_officer_has_the_page_and_no_page_of_a_case(db: Session, make: Make, desk: Desk) -> None:
    pair = closed(db, make)
    officer = make.actor(pair.vss.service_id, Role.DATA_PROTECTION)
    db.commit()

    assert "Own file: over since" in said(desk.open(officer, "keeping"))
    with pytest.raises(LookupError, match="rights"):
        desk.open(officer, "rights", case=pair.case.id)


def test_the_time_of_the_own_files_is_set_on_the_page(db: Session, make: Make, desk: Desk) -> None:
    pair = closed(db, make)
    at = desk.open(lead(db, make, pair), "keeping")
    at.session_state["keeping:view"] = "periods"
    at.run()

    at.number_input[0].set_value(36)
    press(at, "Set it")

    assert db.scalars(select(RetentionPeriod.months)).all() == [36]


def test_a_request_is_written_down_chosen_checked_and_answered(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.pp_file, SubjectKind.HIM, name="Ivo Bell")
    make.note(pair.pp_file, pair.pp, "attendance", "He came on time")
    second = make.actor(pair.pp.service_id)
    make.assign(pair.case, second)
    db.commit()
    at = desk.open(pair.pp, "rights", case=pair.case.id)
    field(at, "text_input", ":note", "A letter of his lawyer")
    press(at, "Write it down")
    request = db.scalars(select(PersonRequest)).one()
    db.commit()
    assert "It is not written down yet that it is certain who asks" in said(at)
    press(at, "It is certain who asks")

    at = desk.open(pair.pp, "copy", request=request.id)
    assert "He came on time" in said(at)
    press(at, "This goes into the copy")
    assert f"these can: {second.name}" in said(at)
    assert "I have read it: nothing of others is in it" not in [button.label for button in at.button]
    assert "look at what goes into a copy" not in "".join(labels(desk.open(pair.pp, "today"), "page_link"))
    assert "look at what goes into a copy" in "".join(labels(desk.open(second, "today"), "page_link"))
    at = desk.open(second, "copy", request=request.id)
    press(at, "I have read it: nothing of others is in it")

    assert "A second person has looked at it" in said(at)
    assert "look at what goes into a copy" not in "".join(labels(desk.open(second, "today"), "page_link"))
    assert labels(at, "download_button") == []
    press(at, "Take the copy")
    assert "Goes to **the person whose data it is**" in said(at)
    assert labels(at, "download_button") == ["Take it along"]
    at = desk.open(pair.pp, "rights", case=pair.case.id)
    field(at, "text_input", ":how", "Handed over")
    press(at, "It is answered")
    assert "Answer: Handed over" in said(at)
    assert "Asked: A letter of his lawyer" in said(at)


def test_who_chose_a_copy_and_has_no_colleague_in_the_case_reads_whom_to_add(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM, name="Ivo Bell")
    request = person_requests.record(
        db, pair.pp, him.id, kind=RequestKind.ACCESS, asked_on=clock.today(), note="", is_identified=True
    )
    db.commit()

    at = desk.open(pair.pp, "copy", request=request.id)
    press(at, "This goes into the copy")

    assert "add a colleague under *People and guests* first" in said(at)


def test_a_check_that_a_colleague_made_first_is_left_over_for_no_other_copy(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM)
    second, third = (make.actor(pair.pp.service_id) for _ in range(2))
    for one in (second, third):
        make.assign(pair.case, one)
    asked = []
    for actor in (pair.pp, third):
        request = person_requests.record(
            db, actor, him.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
        )
        choose_all(db, actor, request)
        asked.append(request)
    db.commit()
    at = desk.open(second, "copy", request=asked[0].id)
    copy_choices.check(db, third, asked[0].id, version=asked[0].version)
    db.commit()

    press(at, "I have read it: nothing of others is in it")
    at.query_params["request"] = str(asked[1].id)
    at.run()

    assert "Waits for a second person" in said(at)
    db.expire_all()
    assert db.get_one(PersonRequest, asked[1].id).checked_by is None


def test_a_choice_made_over_a_colleagues_newer_one_is_refused_and_shows_theirs(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM)
    note = make.note(pair.pp_file, pair.pp, "attendance", "He came on time")
    second = make.actor(pair.pp.service_id)
    make.assign(pair.case, second)
    request = person_requests.record(
        db, pair.pp, him.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )
    db.commit()
    at = desk.open(pair.pp, "copy", request=request.id)
    choose_all(db, second, request, but=[note.text])
    db.commit()

    press(at, "This goes into the copy")

    db.expire_all()
    assert db.get_one(PersonRequest, request.id).chosen_by == second.person_id
    assert [box.value for box in at.checkbox] == [False]


def test_what_changed_since_somebody_chose_is_named(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM)
    note = make.note(pair.pp_file, pair.pp, "attendance", "He came on time")
    request = person_requests.record(
        db, pair.pp, him.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )
    choose_all(db, pair.pp, request)
    note.text = "He came on time, with her sister"
    db.commit()

    at = desk.open(pair.pp, "copy", request=request.id)

    assert "1 text was written or changed since somebody chose" in said(at)
    assert "Written or changed since somebody chose: it does not go" in said(at)


def test_more_time_is_taken_once(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file)
    db.commit()
    at = desk.open(pair.vss, "rights", case=pair.case.id)
    press(at, "Write it down")
    field(at, "text_input", ":why", "She is not reached")
    press(at, "Take two more months")

    assert [one.extended_reason for one in db.scalars(select(PersonRequest))] == ["She is not reached"]
    assert "Take two more months" not in [button.label for button in at.button]
    assert "Two more months, because: She is not reached" in said(at)


def test_a_colleague_opens_the_file_with_a_banner_and_leaves_it(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Ana Bell")
    other = make.actor(pair.vss.service_id)
    db.commit()
    at = desk.open(other, "open_file")
    field(at, "text_input", ":typed", "Ana Bell")
    field(at, "radio", ":ground", "colleague_away")
    field(at, "text_input", ":reason", "She called")
    press(at, "Open the file")

    at = desk.open(other, "file", case=pair.case.id)
    assert "You do not work on this case" in said(at)
    assert "opened our file in an emergency" in said(desk.open(pair.vss, "case", case=pair.case.id))
    told = said(desk.open(pair.pp, "case", case=pair.case.id))
    assert "opened their file in an emergency" in told
    assert "She called" not in told
    press(at, "Leave the file now")

    assert "A note" not in said(at)
    assert db.scalars(select(BreakGlass.until_at)).one() <= clock.now()


def test_who_opened_it_reads_who_is_let_in_and_is_not_offered_to_let_anybody_in(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    other = make.actor(pair.vss.service_id)
    make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    break_glass.open_file(
        db, other, typed=pair.case.code, ground=BreakGlassGround.COLLEAGUE_AWAY, reason="She called"
    )
    db.commit()

    at = desk.open(other, "team", case=pair.case.id)

    assert "Nobody of another agency is let in" in said(at)
    assert "Guest" in labels(desk.open(pair.vss, "team", case=pair.case.id), "selectbox")
    assert labels(at, "selectbox") == []


def test_a_file_that_is_not_there_is_said_in_words(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    other = make.actor(pair.vss.service_id)
    db.commit()
    at = desk.open(other, "open_file")
    field(at, "text_input", ":typed", "Nobody")
    field(at, "radio", ":ground", "other")
    field(at, "text_input", ":reason", "She called")

    press(at, "Open the file")

    assert "exactly this code, number or name" in said(at)


def test_who_reads_no_files_is_told_so(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    taker = make.actor(pair.vss.service_id, Role.MINUTE_TAKER)
    db.commit()

    assert not desk.open(taker, "open_file").text_input


def test_a_lead_looks_at_it_and_says_that_it_was_right(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    other, manager = make.actor(pair.vss.service_id), lead(db, make, pair)
    at = desk.open(other, "open_file")
    field(at, "text_input", ":typed", pair.case.code)
    field(at, "radio", ":ground", "child")
    field(at, "text_input", ":reason", "The school called")
    press(at, "Open the file")

    at = desk.open(manager, "keeping")
    assert "The school called" in said(at)
    field(at, "radio", ":was_right", True)
    press(at, "I have looked at it")

    assert "It was right" in said(at)


def test_a_file_is_sealed_and_the_seal_taken_off(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "rights", case=pair.case.id)
    next(each for each in at.text_input if "seal" in str(each.key)).set_value("A sister of a colleague")
    press(at, "Seal our file")
    assert "A sister of a colleague" in said(at)
    for page in ("file", "team"):
        assert "Our file is sealed" in said(desk.open(pair.vss, page, case=pair.case.id))
    contact = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, contact)
    db.commit()
    seen = desk.open(contact, "rights", case=pair.case.id)
    assert "A sister of a colleague" in said(seen)
    assert "Take the seal off" not in labels(seen, "button")

    press(at, "Take the seal off")

    assert db.scalars(select(Seal)).all() == []
