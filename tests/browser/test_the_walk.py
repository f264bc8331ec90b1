"""The walk of two services, clicked as people click: from their first meeting to an agreed action plan.

Two people sit in two browsers. Every file that leaves is opened and read back, and nothing of the victim support
service's own file may ever stand on the programme's screen or in a file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from openxml_audit import OpenXmlValidator
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.documents.read import lines
from core.models import Agreement, Cooperation, Role
from tests import agreement_steps
from tests.browser.conftest import House
from tests.browser.hand import Hand
from tests.make import Make

pytestmark = pytest.mark.browser
PATIENCE = 45_000
TODAY = clock.today()
CODE = "K-2027-4821"
#: What stands in her file alone.
NAME, ADDRESS, PHRASE = "Wrenna Canary", "7 Finch Row, Marlen", "the linnet sings at noon"
CHANNEL, TOLD = "telephone of her friend 0555 2727", "He waits at the gate on Fridays, my sister saw him"
HERS = (NAME, "Wrenna", ADDRESS, "Finch Row", PHRASE, "linnet", CHANNEL, "0555 2727", TOLD, "my sister")
SHARED = "The children are questioned at the school gate on Fridays."
NEED, ACTION = "The children are not questioned", "A session on asking children, without naming a source"
VIEW = "The danger has grown since the separation."


@dataclass
class Walk:
    """Who walks: a case manager of each side, each with a browser."""

    pp: Actor
    vss: Actor
    his: Hand
    hers: Hand
    folder: Path


def come_in(house: House, actor: Actor) -> Hand:
    expect.set_options(timeout=PATIENCE)
    page = house.come_in(actor)
    page.set_default_timeout(PATIENCE)
    return Hand(page)


def services(make: Make) -> Cooperation:
    """Two services whose administrators have agreed what a blind question may say."""
    cooperation = make.cooperation()
    cooperation.identification = "initials and year of birth"
    return cooperation


def read_back(hand: Hand, name: str, folder: Path) -> str:
    """Take a Word file along, hold it against the format, and read it."""
    content = hand.download(name)
    path = folder / f"{len(hand.files)}.docx"
    path.write_bytes(content)
    assert OpenXmlValidator().validate(path).errors == []
    return "\n".join(line.text for line in lines(content))


def entry_of(hand: Hand) -> str:
    """Take a calendar entry along and read it as a calendar would."""
    [event] = Calendar.from_ical(hand.download("Calendar entry")).walk("VEVENT")
    return "\n".join(str(event[key]) for key in ("SUMMARY", "DESCRIPTION", "DTSTART"))


def holds_nothing_of_hers(hand: Hand) -> None:
    """No page that this browser ever showed and no file that it took holds a word of her file."""
    texts = [*hand.seen, *hand.addresses, *(_text_of(name, content) for name, content in hand.files)]
    found = {word for text in texts for word in HERS if word.lower() in text.lower()}
    assert not found


def _text_of(name: str, content: bytes) -> str:
    read = "\n".join(line.text for line in lines(content)) if name.endswith(".docx") else ""
    return f"{name}\n{read or content.decode('latin-1')}"


def test_a_case_is_walked_from_its_opening_to_the_action_plan(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    cooperation = services(make)
    pp = make.actor(cooperation.pp_id, Role.CASE_MANAGER, Role.CHAIR)
    vss = make.actor(cooperation.vss_id, Role.CASE_MANAGER, Role.MINUTE_TAKER)
    _between_the_managements(db, make, cooperation)
    walk = Walk(pp, vss, come_in(house, pp), come_in(house, vss), tmp_path)

    _he_is_opened_as_a_case(walk.his)
    _she_is_asked_about_blindly(walk)
    _her_file_is_written(walk.hers)
    _the_pair_is_confirmed(walk)
    _the_timeline_begins(walk.his)
    _one_thing_is_shared(walk)
    _a_meeting_is_planned_and_people_are_invited(walk)
    _the_meeting_is_held(walk)
    _the_minutes_are_agreed(walk)
    _the_plan_is_taken_along(walk)

    holds_nothing_of_hers(walk.his)
    taken = _files(walk.hers.files)
    assert not [word for word in HERS if word in taken]


def _files(files: Iterable[tuple[str, bytes]]) -> str:
    return "\n".join(_text_of(name, content) for name, content in files)


def _between_the_managements(db: Session, make: Make, cooperation: Cooperation) -> None:
    managers = agreement_steps.Managers(
        cooperation, make.actor(cooperation.pp_id, Role.MANAGER), make.actor(cooperation.vss_id, Role.MANAGER)
    )
    agreement = agreement_steps.organisation_draft(db, managers)
    agreement_steps.put_in_force(db, agreement, managers.pp, managers.vss)
    db.commit()


def _he_is_opened_as_a_case(his: Hand) -> None:
    his.menu("Cases")
    his.unfold("Open a case")
    his.fill("Code (may stay empty)", CODE)
    his.fill("Number of the file at your service", "TPM-0815")
    his.click("Open the case")
    his.sees_head(f"Case {CODE}")
    his.follow("Check that the case is meant by the protocol")
    his.pick("no", "Do they live together?")
    his.fill("Children (leave empty where not known)", "2")
    his.pick("yes", "All of this is so")
    his.click("Save")
    his.follow("Case")
    his.sees("Living together: no")


def _she_is_asked_about_blindly(walk: Walk) -> None:
    walk.his.fill("What identifies the person", "R.K., 1988")
    walk.his.click("Ask the other service")
    walk.his.sees("This also stands here while nobody has answered.")

    walk.hers.menu("Cases")
    walk.hers.follow("Read and answer")
    walk.hers.sees("R.K., 1988")
    # The number of his file at the programme is the programme's own.
    assert not any("TPM-0815" in page for page in walk.hers.seen)
    walk.hers.pick("Parallel file")
    walk.hers.click("Answer")
    walk.hers.sees_head(f"Case {CODE}")


def _her_file_is_written(hers: Hand) -> None:
    hers.follow("My file")
    hers.pick("she")
    typed = {"Name": NAME, "Address": ADDRESS, "Safe channel": CHANNEL, "Code phrase": PHRASE}
    for label, text in typed.items():
        hers.fill(label, text)
    hers.click("Save")
    hers.sees(PHRASE)
    hers.follow("Write a note")
    hers.fill("Text", f"{TOLD}. {NAME} sleeps at {ADDRESS}.")
    hers.fill("Who said or saw it", "my sister")
    hers.click("Save")
    hers.sees(TOLD)


def _the_pair_is_confirmed(walk: Walk) -> None:
    walk.his.follow("My file")
    walk.his.follow("Case")
    walk.his.click("The two files belong together")
    walk.his.sees("The joint space opens when the other case manager does.")
    walk.hers.follow("Case")
    walk.hers.click("The two files belong together")
    walk.hers.sees("Nothing is shared yet.")


def _the_timeline_begins(his: Hand) -> None:
    his.follow("Timeline")
    his.sees("Enter T0, T1")
    his.day("T0", TODAY - timedelta(days=10))
    his.day("T1", TODAY + timedelta(days=4))
    his.click("Enter")
    his.sees("T2.4: every three months")


def _one_thing_is_shared(walk: Walk) -> None:
    hers = walk.hers
    hers.follow("My file")
    hers.follow("Share")
    hers.sees("The text holds names or contacts from your file:")
    hers.click("Share this")
    hers.sees("This holds names or contacts from your file.")
    hers.fill("Text", SHARED)
    expect(hers.page.get_by_text("The text holds names or contacts from your file:")).to_be_hidden()
    preview = hers.page.locator(".st-key-card_preview")
    expect(preview).to_contain_text(SHARED)
    expect(preview).not_to_contain_text("sister")
    shown = preview.inner_text()
    hers.click("Share this")
    hers.sees(SHARED)

    walk.his.follow("Case")
    walk.his.sees(SHARED)
    # What he sees is, word for word, what the preview showed her case manager.
    assert walk.his.page.locator(".st-key-card_joint").inner_text().split() == shown.split()


def _a_meeting_is_planned_and_people_are_invited(walk: Walk) -> None:
    his = walk.his
    his.follow("Meetings")
    his.follow("Plan a meeting")
    his.choose("Kind of meeting", "First joint")
    his.day("Day", TODAY)
    his.time("Time", time(23, 0))
    his.fill("Place", "Town hall of Marlen")
    his.choose("Leads the meeting", walk.pp.name)
    his.choose("Writes the minutes", walk.vss.name)
    his.click("Plan the meeting")
    his.sees("60 of 60 minutes are planned.")
    for text in (read_back(his, "Word", walk.folder), entry_of(his)):
        assert CODE in text
        assert "Town hall of Marlen" in text
        assert walk.pp.name not in text
        assert walk.vss.name not in text
    his.click("I have sent the invitation")
    his.sees("Sent ")


def _the_meeting_is_held(walk: Walk) -> None:
    his, hers = walk.his, walk.hers
    his.follow("At the table")
    his.click("Begin the meeting")
    hers.goto(his.page.url)
    for hand, actor in ((his, walk.pp), (hers, walk.vss)):
        hand.pick("In the room", f"How {actor.name} takes part")
    his.click("Next")
    for actor in (walk.pp, walk.vss):
        his.pick(f"{actor.name} confirms")
    his.pick("Agenda", "What this screen shows")
    his.click("7. Risk")
    his.write("Facts: who saw or heard what, and when", "He stood at the school gate on Friday.")
    his.write("Decisions", "Nobody asks the children about her.")
    # The other browser has followed to the item by itself.
    hers.sees_head("Risk")
    hers.write("View of the victim support service (VSS)", VIEW)
    his.pick("Agenda", "What this screen shows")
    his.click("10. Joint action plan")
    _adds(his, NEED, ACTION, walk.pp)
    _adds(his, "Tablet of C-07a", "Check the tablet with somebody who knows", walk.vss)
    his.pick("Close", "What this screen shows")
    his.sees("new actions 2")
    his.click("Close the meeting and make the minutes")
    his.sees("Waits for the agreement of")


def _adds(hand: Hand, need: str, action: str, responsible: Actor) -> None:
    hand.fill("Protection or support need", need)
    hand.fill("Action", action)
    hand.choose("Person or agency responsible", responsible.name)
    hand.click("Add an action")
    hand.sees(action)


def _the_minutes_are_agreed(walk: Walk) -> None:
    his, hers = walk.his, walk.hers
    his.click("Agree for")
    hers.goto(his.page.url)
    hers.sees(VIEW)
    hers.click("Agree for")
    hers.sees("Agreed and locked")
    his.page.reload()
    his.sees("Agreed and locked")
    for hand in (his, hers):
        text = read_back(hand, "Take along in Word", walk.folder)
        for said in (CODE, "He stood at the school gate on Friday.", VIEW, NEED, ACTION):
            assert said in text


def _the_plan_is_taken_along(walk: Walk) -> None:
    his = walk.his
    his.follow("Action plan")
    his.sees(ACTION)
    his.click("In Word")
    text = read_back(his, "The joint plan", walk.folder)
    assert NEED in text
    assert "Check the tablet with somebody who knows" in text


def test_the_managements_meet_and_bring_their_agreement_into_force(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    cooperation = services(make)
    mira = make.actor(cooperation.pp_id, Role.MANAGER)
    lea = make.actor(cooperation.vss_id, Role.MANAGER)
    db.commit()
    his, hers = come_in(house, mira), come_in(house, lea)

    _phase_1_is_planned(his, mira, lea, tmp_path)
    his.menu("Agreements")
    his.click("Begin a draft")
    his.sees_head("Agreement between the managements")
    _the_rest_is_answered(db, cooperation, mira)
    his.follow("Where it stands")
    address = his.page.url
    his.page.reload()
    his.click("Approve version")
    his.sees("It waits for the other side.")
    hers.goto(address)
    hers.click("Approve version")
    hers.sees("Both sides have approved version")

    assert "Commitments" in read_back(hers, "Word file", tmp_path)
    hers.page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(
        {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": agreement_steps.PDF}
    )
    hers.look()
    hers.click("File the signed paper")
    hers.click("Put it in force")
    hers.sees("In force from")
    his.page.reload()
    his.sees("In force from")
    assert his.download("Signed paper (PDF)") == agreement_steps.PDF


def _phase_1_is_planned(his: Hand, mira: Actor, lea: Actor, folder: Path) -> None:
    his.menu("Cooperation")
    his.follow("Plan a meeting of both teams")
    his.day("Day", TODAY + timedelta(days=1))
    his.time("Time", time(9, 0))
    his.choose_all("Who is invited", mira.name, lea.name)
    his.fill("Place", "Town hall of Marlen")
    his.click("Plan the meeting")
    his.sees("90 of 90 minutes are planned.")
    assert "Words we share" in read_back(his, "Word", folder)
    his.click("I have sent the invitation")
    his.sees("Sent ")


def _the_rest_is_answered(db: Session, cooperation: Cooperation, manager: Actor) -> None:
    """The many single answers, which a test of the page types one by one."""
    agreement = db.scalars(select(Agreement).where(Agreement.cooperation_id == cooperation.id)).one()
    agreement_steps.complete(db, manager, agreement)
    db.commit()
