"""Steps that several journeys take: coming in, sitting at a table, agreeing minutes, reading files back."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from icalendar import Calendar
from openxml_audit import OpenXmlValidator
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.documents.read import lines
from core.models import Action, Case, Cooperation, Meeting, PathEntry, RiskAssessment, Role, TPoint
from tests import agreement_steps
from tests.browser.conftest import PATIENCE, House
from tests.browser.hand import Hand
from tests.make import Make

TODAY = clock.today()
PLACE = "Town hall of Marlen"
#: What stands in her file alone.
NAME, ADDRESS, PHRASE = "Wrenna Canary", "7 Finch Row, Marlen", "the linnet sings at noon"
CHANNEL, TOLD = "telephone of her friend 0555 2727", "He waits at the gate on Fridays, my sister saw him"
HERS = (NAME, "Wrenna", ADDRESS, "Finch Row", PHRASE, "linnet", CHANNEL, "0555 2727", TOLD, "my sister")
#: What is dated in a case, and moves back when time goes by.
DATED: dict[type[TPoint | PathEntry | RiskAssessment | Action | Meeting], tuple[str, ...]] = {
    TPoint: ("due_on", "pp_done_on", "vss_done_on"),
    PathEntry: ("happened_on",),
    RiskAssessment: ("created_at",),
    Action: ("due_on", "done_on"),
    Meeting: ("planned_at", "started_at", "closed_at"),
}


def come_in(house: House, actor: Actor) -> Hand:
    """Sit down in front of a browser, with the patience that a busy computer needs."""
    page = house.come_in(actor)
    page.set_default_timeout(PATIENCE)
    return Hand(page)


def services(make: Make) -> Cooperation:
    """Two services whose administrators have agreed what a blind question may say."""
    cooperation = make.cooperation()
    cooperation.identification = "initials and year of birth"
    return cooperation


def between_the_managements(db: Session, make: Make, cooperation: Cooperation) -> None:
    """Their agreement is in force, so that cases can rest on it."""
    managers = agreement_steps.Managers(
        cooperation, make.actor(cooperation.pp_id, Role.MANAGER), make.actor(cooperation.vss_id, Role.MANAGER)
    )
    agreement = agreement_steps.organisation_draft(db, managers)
    agreement_steps.put_in_force(db, agreement, managers.pp, managers.vss)


def read_back(hand: Hand, name: str, folder: Path) -> str:
    """Take a Word file along, hold it against the format, and read it."""
    content = hand.download(name)
    path = folder / f"{id(hand)}-{len(hand.files)}.docx"
    path.write_bytes(content)
    assert OpenXmlValidator().validate(path).errors == []
    return "\n".join(line.text for line in lines(content))


def entry_of(hand: Hand) -> str:
    """Take a calendar entry along and read it as a calendar would."""
    [event] = Calendar.from_ical(hand.download("Calendar entry")).walk("VEVENT")
    return "\n".join(str(event[key]) for key in ("SUMMARY", "DESCRIPTION", "DTSTART"))


def holds_nothing_of_hers(hand: Hand, *more: str) -> None:
    """No page that this browser ever showed and no file that it took holds a word of her file."""
    hand.look()
    texts = [*hand.seen, *hand.addresses, text_of(hand.files)]
    assert not {word for text in texts for word in of_hers(text, *more)}


def of_hers(text: str, *more: str) -> set[str]:
    """What of her file stands in a text."""
    low = text.lower()
    return {word for word in (*HERS, *more) if word.lower() in low}


def text_of(files: Iterable[tuple[str, bytes]]) -> str:
    """Names and contents of files, a Word file as it is read."""
    return "\n".join(_read(name, content) for name, content in files)


def _read(name: str, content: bytes) -> str:
    read = "\n".join(line.text for line in lines(content)) if name.endswith(".docx") else ""
    return f"{name}\n{read or content.decode('latin-1')}"


def sit_down(his: Hand, hers: Hand, his_name: str, her_name: str) -> None:
    """Begin the meeting of the page, follow to it, and say who is in the room."""
    his.follow("At the table")
    his.click("Begin the meeting")
    confirm(his, "It is held now")
    hers.goto(his.page.url)
    for hand, name in ((his, his_name), (hers, her_name)):
        hand.pick("In the room", f"How {name} takes part")


def answer(hand: Hand, item: str, seen: str, kind: str = "row") -> None:
    """Answer an item of a risk assessment: in the own first pass, or as what both hold."""
    row = hand.page.locator(f'[class*="st-key-risk_{kind}_"]').filter(has_text=item)
    choice = row.get_by_test_id("stRadio").get_by_text(seen, exact=True)
    # A row that moves to another list is drawn in both for a moment.
    expect(choice).to_have_count(1, timeout=20_000)
    choice.click()
    hand.look()


def hand_in(hand: Hand) -> None:
    """Hand a first pass in, after a look at what they will read."""
    hand.click("Look at what they will read")
    hand.press("Hand in")
    hand.sees("Handed in. The other service reads it")


def let_pass(db: Session, case_id: UUID, days: int) -> None:
    """So many days go by: what is dated in a case lies so much further back."""
    db.rollback()
    db.expire_all()
    for model, names in DATED.items():
        for one in db.scalars(select(model).where(model.case_id == case_id)):
            for name in names:
                if (on := getattr(one, name)) is not None:
                    setattr(one, name, on - timedelta(days=days))
    db.get_one(Case, case_id).opened_on -= timedelta(days=days)
    db.commit()


def plan(hand: Hand) -> None:
    """Plan the meeting of the form, whatever hour of its day it is now."""
    hand.click("Plan the meeting")
    confirm(hand, "Yes, it was held then: record it")


def confirm(hand: Hand, answer: str) -> None:
    """Answer a question that is asked at some hours of the day only."""
    if hand.page.get_by_role("button", name=answer).is_visible():
        hand.click(answer)


def declare(hand: Hand, *names: str) -> None:
    """Go on to the declaration, read it aloud and tick each person who confirms it."""
    hand.click("Next")
    for name in names:
        hand.pick(f"{name} confirms")


def go_to(hand: Hand, item: str) -> None:
    """Put an item of the agenda onto the table."""
    hand.pick("Agenda", "What this screen shows")
    hand.click(item)


def add_action(hand: Hand, need: str, action: str, responsible: Actor) -> None:
    """Add an action to the joint plan without leaving the table."""
    hand.fill("Protection or support need", need)
    hand.fill("Action", action)
    hand.choose("Person or agency responsible", responsible.name)
    hand.click("Add an action")
    hand.sees(action)


def close(hand: Hand) -> None:
    """Close the meeting, and arrive at its minutes."""
    hand.click("Close the meeting and make the minutes")
    hand.sees("Waits for the agreement of")


def agree_minutes(his: Hand, hers: Hand) -> None:
    """Both sides agree, each in front of their own browser."""
    his.click("Agree for")
    hers.goto(his.page.url)
    hers.click("Agree for")
    hers.sees("Agreed and locked")
    his.page.reload()
    his.sees("Agreed and locked")


def open_clause(hand: Hand, chapter: str, clause: str) -> None:
    """Open a clause of a draft."""
    chapters = hand.page.get_by_role("radiogroup", name="Chapter")
    chapters.get_by_text(chapter).click()
    hand.look()
    expect(chapters.get_by_role("radio", name=chapter)).to_be_checked()
    hand.choose("Clause", clause)
    hand.sees_head(clause)


def file_and_put_in_force(hand: Hand) -> None:
    """File the signed paper of an agreement that both sides have approved, and let it begin."""
    hand.page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(
        {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": agreement_steps.PDF}
    )
    hand.look()
    hand.click("File the signed paper")
    hand.click("Put it in force")
    hand.sees("In force from")
