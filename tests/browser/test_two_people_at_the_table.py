"""Two people in two browsers write the same minutes; nothing that either of them types is ever lost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.models import AgendaItem, Meeting, SignIn, UnsentText
from tests.browser.conftest import House, at_rest
from tests.make import Make, Pair

pytestmark = pytest.mark.browser
#: Longer than a pause in the typing and a run of the page, or a look at what others did.
PATIENCE = 15_000
#: What is scrolled where a page is longer than the screen.
SCREEN = "document.querySelector('[data-testid=stMain]')"


def laid(db: Session, make: Make) -> tuple[Pair, Meeting]:
    pair = make.pair()
    meeting = make.table(pair)
    db.commit()
    db.expunge_all()
    return pair, meeting


def sit(house: House, pair: Pair, meeting: Meeting) -> tuple[Page, Page]:
    pages = house.come_in(pair.pp), house.come_in(pair.vss)
    for page in pages:
        house.open(page, "table", meeting=meeting.id)
    return pages


def facts(page: Page) -> Locator:
    return page.locator('[class*="st-key-write_"][class*="_facts"] textarea')


def saved(db: Session, item_id: UUID, text: str) -> bool:
    found = db.get_one(AgendaItem, item_id, populate_existing=True).facts
    db.rollback()
    return found == text


def wait_until_saved(page: Page, db: Session, item_id: UUID, *texts: str) -> str:
    """Which of the texts was saved; of several the first, over which no other is saved."""
    for _ in range(PATIENCE // 100):
        for text in texts:
            if saved(db, item_id, text):
                return text
        page.wait_for_timeout(100)
    stands = db.get_one(AgendaItem, item_id, populate_existing=True).facts
    kept = db.scalars(select(UnsentText.text)).all()
    typed = page.locator("textarea").evaluate_all("fields => fields.map(field => field.value)")
    raise AssertionError(f"none of {texts!r} was saved, but {stands!r}; kept {kept!r}, in fields {typed!r}")


@contextmanager
def writing_waits(db: Session) -> Iterator[None]:
    """Somebody else writes into the database for so long."""
    db.rollback()
    db.connection().exec_driver_sql("UPDATE agenda_item SET minutes = minutes WHERE minutes < 0")
    yield
    db.rollback()


def take_up(page: Page, db: Session, item_id: UUID, text: str) -> None:
    """It stands in the field again: it was saved on its way, or is kept for its author, who saves it now."""
    expect(facts(page)).to_have_value(text)
    at_rest(page)
    mine = page.get_by_role("button", name=re.compile("(Keep|Save) mine"))
    if mine.count():
        mine.click()
    wait_until_saved(page, db, item_id, text)


def wait_until_kept(page: Page, db: Session, text: str) -> None:
    for _ in range(PATIENCE // 100):
        kept = [one.text for one in db.scalars(select(UnsentText).execution_options(populate_existing=True))]
        db.rollback()
        if text in kept:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{text!r} was not kept")


def test_what_is_typed_is_saved_by_itself_and_the_typing_goes_on(
    house: House, db: Session, make: Make
) -> None:
    pair, meeting = laid(db, make)
    page, _ = sit(house, pair, meeting)
    field = facts(page)

    field.click()
    page.keyboard.type("M-07 missed")
    wait_until_saved(page, db, meeting.items[0].id, "M-07 missed")
    page.keyboard.type(" two sessions", delay=60)
    page.keyboard.press("Home")
    page.keyboard.type("Since May: ")
    wait_until_saved(page, db, meeting.items[0].id, "Since May: M-07 missed two sessions")

    expect(field).to_be_focused()
    assert field.evaluate("field => field.selectionStart") == len("Since May: ")
    page.reload()
    at_rest(page)
    expect(facts(page)).to_have_value("Since May: M-07 missed two sessions")


def test_leaving_the_item_in_the_middle_of_a_word_saves_it(house: House, db: Session, make: Make) -> None:
    pair, meeting = laid(db, make)
    page, _ = sit(house, pair, meeting)

    facts(page).click()
    page.keyboard.type("Half a wo")
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("heading", name="The school")).to_be_visible()
    wait_until_saved(page, db, meeting.items[0].id, "Half a wo")


def test_both_browsers_show_what_one_writes_and_follow_to_the_next_item(
    house: House, db: Session, make: Make
) -> None:
    pair, meeting = laid(db, make)
    his, hers = sit(house, pair, meeting)

    facts(his).click()
    his.keyboard.type("Read by both")
    expect(facts(hers)).to_have_value("Read by both", timeout=PATIENCE)
    for page in (his, hers):
        page.evaluate(f"{SCREEN}.scrollTo({{ top: 200 }})")
        assert page.evaluate(f"{SCREEN}.scrollTop") > 0
    hers.get_by_role("button", name="Next").click()

    expect(his.get_by_role("heading", name="The school")).to_be_visible(timeout=PATIENCE)
    for page in (his, hers):
        page.wait_for_function(f"{SCREEN}.scrollTop === 0")


def test_what_is_typed_on_while_the_first_letters_are_being_saved_is_no_other_persons_text(
    house: House, db: Session, make: Make
) -> None:
    pair, meeting = laid(db, make)
    page, _ = sit(house, pair, meeting)

    facts(page).click()
    with writing_waits(db):
        page.keyboard.type("Read by")
        page.wait_for_timeout(600)
        page.keyboard.type(" both")
        page.wait_for_timeout(1500)

    wait_until_saved(page, db, meeting.items[0].id, "Read by both")
    at_rest(page)
    expect(page.locator('[class*="st-key-both_"]')).to_have_count(0)


def test_two_people_in_one_field_see_both_texts_and_join_them(house: House, db: Session, make: Make) -> None:
    pair, meeting = laid(db, make)
    his, hers = sit(house, pair, meeting)

    facts(hers).click()
    facts(his).click()
    for his_letter, her_letter in zip_longest("From the programme", "From the support service", fillvalue=""):
        his.keyboard.type(his_letter)
        hers.keyboard.type(her_letter)
    his.keyboard.press("Tab")
    hers.keyboard.press("Tab")
    first = wait_until_saved(his, db, meeting.items[0].id, "From the programme", "From the support service")
    is_his = first == "From the programme"
    second, late = ("From the support service", hers) if is_his else ("From the programme", his)

    both = late.locator('[class*="st-key-both_"]')
    expect(both).to_contain_text("From the programme", timeout=PATIENCE)
    expect(both).to_contain_text("From the support service", timeout=PATIENCE)
    late.get_by_role("button", name="Join both").click()
    expect(both).to_have_count(0)
    joined = f"{first}\n\n{second}"
    expect(facts(late)).to_have_value(joined)
    wait_until_saved(late, db, meeting.items[0].id, joined)
    for page in (his, hers):
        expect(facts(page)).to_have_value(joined, timeout=PATIENCE)


def test_half_typed_text_survives_the_chair_who_moves_on(house: House, db: Session, make: Make) -> None:
    pair, meeting = laid(db, make)
    his, hers = sit(house, pair, meeting)

    facts(his).click()
    for letter in "Written while ":
        his.keyboard.type(letter, delay=40)
    hers.get_by_role("button", name="Next").click()
    for letter in "the chair goes on to the next item":
        his.keyboard.type(letter, delay=120)

    wait_until_saved(his, db, meeting.items[0].id, "Written while the chair goes on to the next item")
    expect(his.get_by_text("The table has moved on")).to_be_visible()
    expect(his.get_by_role("heading", name="The school")).to_be_visible(timeout=PATIENCE)


def test_a_session_that_ends_while_somebody_types_loses_no_letter(
    house: House, db: Session, make: Make
) -> None:
    pair, meeting = laid(db, make)
    page, _ = sit(house, pair, meeting)
    facts(page).click()
    page.keyboard.type("Saved. ")
    wait_until_saved(page, db, meeting.items[0].id, "Saved.")

    # Before a pause in the typing; what is typed on an emptied screen reaches no field.
    page.keyboard.insert_text("Typed at the end")
    db.execute(update(SignIn).values(ended_at=SignIn.seen_at))
    db.commit()

    page.get_by_role("link", name="Sign in again").click(timeout=PATIENCE)
    expect(page.get_by_role("textbox", name="Password")).to_be_visible(timeout=PATIENCE)
    house.sign_in(page, pair.pp)
    house.open(page, "table", meeting=meeting.id)
    take_up(page, db, meeting.items[0].id, "Saved. Typed at the end")


def test_a_reload_in_the_middle_of_a_word_loses_nothing(house: House, db: Session, make: Make) -> None:
    pair, meeting = laid(db, make)
    page, _ = sit(house, pair, meeting)

    facts(page).click()
    page.keyboard.type("Reloaded in the middle of a wo")
    page.reload()
    at_rest(page)

    take_up(page, db, meeting.items[0].id, "Reloaded in the middle of a wo")


def test_after_a_reload_ones_own_cut_off_sentence_is_nobody_elses_text(
    house: House, db: Session, make: Make
) -> None:
    pair, meeting = laid(db, make)
    page = house.come_in(pair.pp)
    house.open(page, "table", meeting=meeting.id)
    typed = "Er kam immer sehr puenktlich; Kurs seit dem 3. Nov."

    facts(page).click()
    page.keyboard.type(typed[:-12], delay=0)
    wait_until_saved(page, db, meeting.items[0].id, typed[:-12].strip())
    page.keyboard.type(typed[-12:], delay=0)
    page.reload()
    at_rest(page)

    expect(facts(page)).to_have_value(typed)
    wait_until_saved(page, db, meeting.items[0].id, typed)
    facts(page).fill("He is always on time.")
    page.keyboard.press("Tab")
    wait_until_saved(page, db, meeting.items[0].id, "He is always on time.")
    at_rest(page)
    expect(page.locator('[class*="st-key-both_"]')).to_have_count(0)


def test_a_reload_while_the_first_letters_are_being_saved_loses_none_of_the_last(
    house: House, db: Session, make: Make
) -> None:
    pair, meeting = laid(db, make)
    page, _ = sit(house, pair, meeting)

    facts(page).click()
    with writing_waits(db):
        page.keyboard.type("Reloaded in t")
        page.wait_for_timeout(600)
        page.keyboard.type("he middle of a wo")
        page.reload()
        page.wait_for_timeout(1500)
    at_rest(page)

    take_up(page, db, meeting.items[0].id, "Reloaded in the middle of a wo")


def test_the_action_fields_keep_what_is_typed_too(house: House, db: Session, make: Make) -> None:
    pair, meeting = laid(db, make)
    page, _ = sit(house, pair, meeting)
    page.get_by_text("Add an action").first.click()
    need = page.get_by_role("textbox", name="Protection or support need")

    need.click()
    page.keyboard.type("A safe telephone")
    wait_until_kept(page, db, "A safe telephone")
    expect(need).to_be_focused()
    page.reload()
    at_rest(page)

    expect(page.get_by_role("textbox", name="Protection or support need")).to_be_visible()
    expect(page.get_by_role("textbox", name="Protection or support need")).to_have_value("A safe telephone")


def test_a_name_of_the_own_file_reaches_no_other_browser_while_it_is_typed(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Mira Petrovic")
    meeting = make.table(pair)
    db.commit()
    db.expunge_all()
    his, hers = sit(house, pair, meeting)
    typed = "Mira lives at her sister"

    facts(hers).click()
    hers.keyboard.type(typed, delay=120)
    wait_until_kept(hers, db, typed)

    expect(hers.get_by_text("It is not shown to the others yet")).to_be_visible(timeout=PATIENCE)
    his.wait_for_timeout(6_000)
    assert "Mir" not in his.content()
    # One or two letters are no name yet, and may have gone before the third was typed.
    assert len(facts(his).input_value()) < 3
    hers.reload()
    at_rest(hers)
    expect(facts(hers)).to_have_value(typed)
    facts(hers).fill("W-07 lives with a relative")
    expect(facts(his)).to_have_value("W-07 lives with a relative", timeout=PATIENCE)
    expect(hers.get_by_text("It is not shown to the others yet")).to_be_hidden(timeout=PATIENCE)


def test_after_the_table_a_page_opens_at_its_top_with_its_menu(house: House, db: Session, make: Make) -> None:
    pair, meeting = laid(db, make)
    page, _ = sit(house, pair, meeting)
    page.get_by_role("radiogroup", name="What this screen shows").get_by_text("Close").click()
    at_rest(page)
    page.get_by_role("button", name="Close the meeting and make the minutes").click()

    page.wait_for_url("**/minutes?meeting=*")
    at_rest(page)
    expect(page.get_by_test_id("stSidebarNav")).to_be_in_viewport()
    expect(page.get_by_role("heading", name=pair.case.code)).to_be_in_viewport()
    expect(page.get_by_test_id("stMain")).to_have_js_property("scrollTop", 0)
