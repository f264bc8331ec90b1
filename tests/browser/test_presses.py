"""A press counts on what it began on, though the page is drawn anew under the hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from pages.ui import guard
from tests.browser.conftest import House
from tests.make import Make

pytestmark = pytest.mark.browser
PAGE = """
<body style="margin: 0">
<main>
  <div class="st-key-row_1"><button>Done</button></div>
  <div class="st-key-row_2"><button>Done</button></div>
</main>
<script>
  window.pressed = [];
  document.querySelector("main").addEventListener("click", (event) => {
    const row = event.target.closest("button")?.parentElement;
    if (row) window.pressed.push(row.className);
  });
</script>
"""
SHIFT = "document.querySelector('main').style.paddingTop = '200px'"
#: As a page does that draws its rows anew: the same things, none of them the same element.
ANEW = "const main = document.querySelector('main'); const rows = main.innerHTML; main.innerHTML = rows"
TURNED = """
    const [one, other] = document.querySelectorAll("main > div");
    one.className = "st-key-row_2";
    other.className = "st-key-row_1";
"""
GONE = "document.querySelector('.st-key-row_1').remove()"


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of two rows with a button each, and our script in it; it can be touched too."""
    context = browser.new_context(has_touch=True)
    page = context.new_page()
    page.set_content(f"<script>{guard.source_of('press')}</script>{PAGE}")
    yield page
    context.close()


def _down(page: Page) -> None:
    page.mouse.move(20, 10)
    page.mouse.down()


def _pressed(page: Page) -> list[str]:
    page.wait_for_timeout(50)
    found: list[str] = page.evaluate("window.pressed")
    return found


@pytest.mark.parametrize(
    "meanwhile", ["0", SHIFT, ANEW, f"{SHIFT}; {ANEW}"], ids=["still", "moved", "anew", "both"]
)
def test_a_press_counts_once_whatever_the_page_does_under_it(plain_page: Page, meanwhile: str) -> None:
    _down(plain_page)
    plain_page.evaluate(meanwhile)
    plain_page.mouse.up()

    assert _pressed(plain_page) == ["st-key-row_1"]


def test_a_press_whose_row_is_another_now_finds_its_own(plain_page: Page) -> None:
    _down(plain_page)
    plain_page.evaluate(f"{SHIFT}; {TURNED}")
    plain_page.mouse.up()

    assert _pressed(plain_page) == ["st-key-row_1"]


def test_a_press_on_what_is_gone_counts_for_nothing_else(plain_page: Page) -> None:
    _down(plain_page)
    plain_page.evaluate(f"{SHIFT}; {GONE}")
    plain_page.mouse.up()

    assert _pressed(plain_page) == []


def test_a_tap_counts_once(plain_page: Page) -> None:
    plain_page.touchscreen.tap(20, 10)

    assert _pressed(plain_page) == ["st-key-row_1"]


def test_who_lets_go_elsewhere_has_thought_better_of_it(plain_page: Page) -> None:
    _down(plain_page)
    plain_page.mouse.move(20, 300)
    plain_page.mouse.up()

    assert _pressed(plain_page) == []


def test_a_button_of_the_program_that_moves_under_the_hand_is_pressed(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    db.commit()
    page = house.come_in(pair.pp)
    house.open(page, "case", case=pair.case.id)
    button = page.get_by_role("button", name="Sign out")
    button.hover()
    page.mouse.down()
    page.evaluate("document.querySelector('[data-testid=stSidebar]').style.paddingTop = '150px'")
    page.mouse.up()

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
