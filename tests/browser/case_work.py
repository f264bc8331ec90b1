"""Who walks a case of years, what is planted in her file, and the steps that come again on the way."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from core.models import SubjectKind
from tests.browser.conftest import House, visit
from tests.browser.hand import Hand
from tests.browser.steps import (
    ADDRESS,
    CHANNEL,
    NAME,
    PHRASE,
    TODAY,
    of_hers,
    read_back,
)
from tests.make import Make, Pair, consented

#: What she told, has and does: each with a bird of its own.
KEPT, DEVICE, PLANNED = "He waits by the kestrel sign", "the bittern tablet", "Leave the plover account"
SAID, WROTE, PATROL = "The ostrich lamp is on", "He wrote to me of the heron", "the nightjar patrol"
GOES_ON = "The magpie house has her plan"
HOPES = "She hopes that the curlew group changes him by Easter"
BIRDS = ("kestrel", "bittern", "plover", "ostrich", "heron", "nightjar", "magpie", "curlew")
CHILD, HIM, TOLD, QUARREL = (
    "Tinka",
    "Miro Albrecht",
    "He threatens by message",
    "We quarrelled on the telephone",
)
AFRAID, DOOR = "She is afraid, and the tablet is not safe", "He shut the door and said: that is it"
TASK, CHECK = "A session on asking children", "Somebody looks at the tablet"
NO_TEXT, NO_FUTURE = "Please fill this in.", "This day is still to come."


@dataclass
class Walk:
    """Who walks, each with a browser, and where files are put to be read."""

    house: House
    db: Session
    pair: Pair
    his: Hand
    hers: Hand
    folder: Path

    def open(self, hand: Hand, page: str) -> None:
        visit(hand.page, f"{self.house.address}/{page}?case={self.pair.case.id}")
        hand.look(400)

    def paper(self, hand: Hand, name: str) -> str:
        """Take a Word file along: nothing of her file stands in it."""
        text = read_back(hand, name, self.folder)
        assert not of_hers(text, *BIRDS, CHILD)
        return text

    def joint(self, hand: Hand, name: str) -> str:
        """Take a document of both services along: nobody is named in it."""
        text = self.paper(hand, name)
        assert HIM not in text
        return text


def laid(db: Session, make: Make) -> Pair:
    """A case whose agreement is in force; each file has its person, who agreed to what the walk needs."""
    pair = make.pair()
    her = make.subject(pair.vss_file, name=NAME, address=ADDRESS)
    her.safe_channel, her.code_phrase = CHANNEL, PHRASE
    make.subject(pair.vss_file, SubjectKind.CHILD, name=CHILD).code = "C-07a"
    him = make.subject(pair.pp_file, SubjectKind.HIM, name=HIM)
    for actor, about in ((pair.vss, her), (pair.pp, him)):
        for purpose in ("risk_assessment", "change_questionnaires"):
            consented(db, actor, about, purpose)
    consented(db, pair.pp, him, "programme_conditions")
    for kind, days in (("intake", 20), ("started", 1)):
        make.path_entry(pair, pair.pp, kind, TODAY - timedelta(days=days), is_shared=True)
    pair.case.opened_on = TODAY - timedelta(days=30)
    db.commit()
    return pair


def is_asked(walk: Walk, hand: Hand, label: str, since: str, words: str) -> None:
    walk.open(hand, "change")
    hand.choose("Which time?", label)
    hand.pick("In person", "How do you ask?")
    hand.click("Begin to ask")
    hand.sees("It is not the IMPACT questionnaire")
    hand.pick(since, "is the way")
    hand.page.locator("textarea").last.fill(words)
    hand.click("Keep this answer")
    hand.sees("Kept.")
    hand.click("Done: all is asked")
    hand.sees_head("What changed")


def table(hand: Hand) -> list[str]:
    return hand.page.get_by_test_id("stMarkdown").locator("table").first.locator("tbody tr").all_inner_texts()


def is_not_asked(hand: Hand, label: str, reason: str) -> None:
    """On the page Change: say why the own person is not asked at a time."""
    hand.choose("Which time?", label)
    hand.unfold("Not done at this time")
    hand.pick(reason, "Why?")
    hand.click("Keep as not done")
    hand.sees(f"Not done: {reason}")


def onto_the_path(hand: Hand, what: str, note: str = "") -> None:
    hand.pick("Show also what only my service sees")
    hand.pick("Add to our path")
    hand.choose("What happened", what)
    if note:
        hand.fill("Note, if one is needed", note)
    hand.press("Add")
    hand.sees("Added to your path.")


def writes(hand: Hand, part: str, words: str) -> None:
    """Write a part of what is said at the end; whether it was kept is read where others read it."""
    card = hand.page.locator(f".st-key-card_closing_{part}")
    card.get_by_role("textbox").fill(words)
    # "Saved." may be that of the part before: words said in passing that are the same again change nothing on the page.
    hand.click("Save", card)
    expect(card.get_by_role("alert")).to_have_count(0)
