"""What leaves the house, in a browser: the last look and a locked file, a register that stops a letter, the shared screen."""

import io
import re

import pytest
import pyzipper
from msoffcrypto.format.ooxml import OOXMLFile
from playwright.sync_api import expect
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.documents.read import lines
from core.models import Attendance, Barred, Departure, Meeting
from core.operations import tables
from tests.browser.conftest import House
from tests.browser.steps import come_in
from tests.make import Make, Pair

pytestmark = pytest.mark.browser
PASSWORD = "nine swans below the mill"
WHY = "The court has asked for it and both case managers agree."


def held(db: Session, make: Make, pair: Pair) -> Meeting:
    meeting = make.table(pair)
    tables.close(db, pair.pp, meeting.id)
    return meeting


def _left(pair: Pair) -> Select[Departure]:
    return select(Departure).where(Departure.case_id == pair.case.id).order_by(Departure.created_at)


def test_minutes_leave_by_two_clicks_and_locked_by_one_more(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = held(db, make, pair)
    db.commit()
    hand = come_in(house, pair.pp)
    house.open(hand.page, "minutes", meeting=meeting.id)
    panel = hand.page.get_by_role("dialog")

    hand.click("Take along in Word")
    expect(panel).to_contain_text("Holds what concerns her and the children")
    with hand.page.expect_download() as open_file:
        panel.get_by_role("button", name="Take it along").click()
    hand.look()
    panel.get_by_text("With a passphrase", exact=True).click()
    hand.look()
    expect(panel).to_contain_text("Word, Excel and LibreOffice ask for it")
    phrase = panel.get_by_test_id("stCode").inner_text().strip()
    with hand.page.expect_download() as locked_file:
        panel.get_by_role("button", name="Take it along").click()
    hand.look()
    panel.get_by_text("As a zip with a passphrase").click()
    hand.look()
    expect(panel).to_contain_text("7-Zip, Keka, WinZip and Linux ask for it")
    assert panel.get_by_test_id("stCode").inner_text().strip() == phrase
    with hand.page.expect_download() as zip_file:
        panel.get_by_role("button", name="Take it along").click()

    assert re.fullmatch(r"([a-z]{4}-){10}[a-z]{4}", phrase)
    assert locked_file.value.suggested_filename == open_file.value.suggested_filename
    assert zip_file.value.suggested_filename == "document.zip"
    with pyzipper.AESZipFile(zip_file.value.path()) as archive:
        from_zip = archive.read("document.docx", pwd=phrase.encode())
    word, from_word = OOXMLFile(io.BytesIO(locked_file.value.path().read_bytes())), io.BytesIO()
    word.load_key(password=phrase, verify_password=True)
    word.decrypt(from_word, verify_integrity=True)
    for content in (from_word.getvalue(), from_zip):
        assert [line.text for line in lines(content)][:1] == ["Minutes of the meeting"]
    assert open_file.value.path().read_bytes().startswith(b"PK")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)
    hand.click("Take along in Word")
    panel.get_by_text("With a passphrase", exact=True).click()
    hand.look()
    assert panel.get_by_test_id("stCode").inner_text().strip() != phrase
    db.expire_all()
    left = db.scalars(_left(pair)).all()
    assert [(one.kind, one.recipient, one.is_locked) for one in left] == [
        ("minutes", "joint", False),
        ("minutes", "joint", True),
        ("minutes", "joint", True),
    ]


def test_a_register_stops_an_invitation_until_somebody_says_why(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    guest = make.guest(pair.case)
    meeting = make.meeting(pair)
    meeting.place = "Town hall"
    seat = Attendance(person_id=guest.person_id, service_id=guest.service_id)
    seat.meeting_id = meeting.id
    db.add(seat)
    make.barred(
        pair.vss_file,
        pair.vss,
        make.subject(pair.vss_file),
        kind=Barred.CONTACT,
        whom=f"{guest.name}, his friend",
    )
    db.commit()
    hand = come_in(house, pair.vss)
    house.open(hand.page, "meeting", meeting=meeting.id)
    panel = hand.page.get_by_role("dialog")

    hand.click("Word")
    expect(panel).to_contain_text("must not receive this")
    expect(panel.get_by_role("button", name="Take it along")).to_have_count(0)
    hand.fill("Why it leaves all the same", WHY)
    with hand.page.expect_download():
        panel.get_by_role("button", name="Take it along").click()
    hand.look()

    db.expire_all()
    [left] = db.scalars(_left(pair))
    assert left.anyway == WHY


def test_the_shared_screen_leads_nowhere_until_its_person_proves_who_they_are(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Wrenna Finch")
    make.account(pair.vss, password=PASSWORD)
    house.accounts.add(pair.vss.person_id)
    meeting = make.table(pair)
    db.commit()
    hand = come_in(house, pair.vss)
    page = hand.page
    other = page.context.new_page()
    house.open(other, "file", case=pair.case.id)
    expect(other.get_by_role("heading", name="Who the case is about")).to_be_visible()
    house.open(page, "table", meeting=meeting.id)

    hand.click("Put it on the shared screen")
    hand.sees("SHARED SCREEN")
    expect(page.get_by_role("heading", name="Risk")).to_be_visible()
    # The other tab stood on her file: it is emptied, and comes back as the shared screen alone.
    expect(other.get_by_text("Who the case is about")).to_have_count(0)
    for address in ("file", "cases", "minutes", "me", "emergency"):
        page.goto(f"{house.address}/{address}?case={pair.case.id}&meeting={meeting.id}")
        hand.sees("SHARED SCREEN")
        expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
        expect(page.get_by_text("Who the case is about")).to_have_count(0)

    if page.get_by_role("dialog").count():  # "Page not found"
        page.keyboard.press("Escape")
    hand.click("Leave the shared screen")
    hand.fill("Is it you? Type a code of your app or your password, then Enter", PASSWORD)
    hand.click("Go on")
    page.wait_for_url(f"**/meeting?meeting={meeting.id}")
    page.get_by_test_id("stSidebarNav").wait_for(state="attached")
    expect(page.locator(".st-key-shared_banner")).to_have_count(0)
