"""A press counts on what it began on, though the page is drawn anew under the hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session

from pages.ui import guard
from tests import agreement_steps, notices, risk
from tests.browser.conftest import House
from tests.browser.hand import Hand
from tests.browser.steps import open_clause
from tests.make import Make, Pair, consented

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
#: A field that sends its text by a timer when it is left, as Streamlit does; what is pressed is told with it.
FIELD = """
<input style="display: block; height: 40px">
<label><input type="checkbox">Tick</label>
<script>
  for (const field of document.querySelectorAll("input")) {
    const name = field.type === "checkbox" ? "change" : "blur";
    field.addEventListener(name, () => setTimeout(() => window.pressed.push(name)));
  }
</script>
"""
#: So long a press waits at most, and a little more.
PATIENCE = 1_100
#: A finger: it touches and leaves in one moment, which no second message of the page can come between.
TAP = """
(one) => {
    document.activeElement.blur();
    one.click();
}
"""


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


def _pressed(page: Page, ms: int = 50) -> list[str]:
    page.wait_for_timeout(ms)
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


@pytest.mark.parametrize(
    ("selector", "told"), [("button", "st-key-row_1"), ("label", "change")], ids=["button", "choice"]
)
def test_a_press_in_the_moment_in_which_a_field_is_left_waits_for_its_text(
    plain_page: Page, selector: str, told: str
) -> None:
    plain_page.evaluate(
        "field => document.body.append(document.createRange().createContextualFragment(field))", FIELD
    )
    plain_page.locator("input").first.fill("typed")
    plain_page.locator(selector).first.evaluate(TAP)

    assert _pressed(plain_page) == ["blur"]
    assert _pressed(plain_page, PATIENCE) == ["blur", told]


def test_what_shows_another_icon_under_the_hand_is_still_itself(plain_page: Page) -> None:
    plain_page.evaluate(
        "field => document.body.append(document.createRange().createContextualFragment(field))", FIELD
    )
    plain_page.locator("button").first.evaluate(
        """one => {
            one.innerHTML = "<span translate=no>edit</span>Done";
            window.addEventListener("focusout", () => setTimeout(() => (one.firstChild.textContent = "arrow")));
        }"""
    )
    plain_page.locator("input").first.fill("typed")
    plain_page.locator("button").first.evaluate(TAP)

    assert _pressed(plain_page, PATIENCE) == ["blur", "st-key-row_1"]


def test_a_link_that_is_opened_in_a_window_of_its_own_is_left_to_the_browser(plain_page: Page) -> None:
    plain_page.evaluate(
        "field => document.body.append(document.createRange().createContextualFragment(field))", FIELD
    )
    plain_page.locator("input").first.fill("typed")
    plain_page.locator("button").first.evaluate(
        """one => {
            document.activeElement.blur();
            one.dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
        }"""
    )

    assert _pressed(plain_page) == ["st-key-row_1", "blur"]


def test_what_two_fields_of_a_form_hold_is_told_at_once_and_again_to_a_page_that_may_be_busy(
    plain_page: Page,
) -> None:
    """Streamlit sends what it was told a moment later, and of two messages a busy page hears the second."""
    plain_page.set_content(
        f"""<script>{guard.source_of("keeper")}</script>
        <div class="st-key-keep_a"><textarea></textarea></div>
        <div class="st-key-keep_b"><textarea></textarea></div>"""
    )
    handed = plain_page.evaluate(
        """() => {
            const sent = [];
            window.concordKeeper.take({ keep: (texts) => setTimeout(() => sent.push(texts), 0) });
            for (const field of document.querySelectorAll("textarea")) {
                field.value = "typed";
                field.dispatchEvent(new Event("input", { bubbles: true }));
                window.concordKeeper.sendKept();
            }
            return sent.map((texts) => texts.map(({ place }) => place));
        }"""
    )

    assert handed == [["keep_a"], ["keep_b", "keep_a"]]


def _tap(button: Locator) -> None:
    """Touch a button and leave it: the browser makes of it what a mouse would do, in one moment."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger = button.page.context.new_cdp_session(button.page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()


def _first_pass(house: House, db: Session, make: Make) -> tuple[Pair, Hand]:
    pair = make.pair()
    for actor in (pair.pp, pair.vss):
        consented(db, actor, risk.about(db, pair, actor))
    risk.begun(db, pair)
    db.commit()
    hand = Hand(house.come_in(pair.vss))
    hand.goto(f"{house.address}/first_pass?case={pair.case.id}")
    return pair, hand


def _row_of_first_pass(house: House, db: Session, make: Make) -> tuple[Hand, Locator]:
    """The first item of a first pass, answered, with its note before somebody."""
    _, hand = _first_pass(house, db, make)
    row = hand.page.locator('[class*="st-key-risk_row_"]').first
    row.get_by_text("Present", exact=True).click()
    hand.look()
    return hand, row


def test_a_button_of_the_page_that_is_tapped_out_of_a_field_of_a_row_is_heard(
    house: House, db: Session, make: Make
) -> None:
    hand, row = _row_of_first_pass(house, db, make)
    row.get_by_label("Note", exact=True).fill("She said so")
    _tap(hand.page.get_by_role("button", name="Look at what they will read").first)

    will_read = hand.page.get_by_test_id("stMain").get_by_role("table")
    expect(will_read.get_by_text("She said so")).to_be_visible()

    row.get_by_label("Note", exact=True).fill("She said it twice")
    row.get_by_label("Note", exact=True).blur()
    expect(will_read.get_by_text("She said it twice")).to_be_visible()


def test_what_is_chosen_right_after_a_field_of_a_row_is_heard_on_a_slow_machine_too(
    house: House, db: Session, make: Make
) -> None:
    hand, row = _row_of_first_pass(house, db, make)
    slow = hand.page.context.new_cdp_session(hand.page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    hers = hand.page.get_by_role("radiogroup", name="She says")
    for number, grade in enumerate(("High", "Low", "High")):
        row.get_by_label("Note", exact=True).fill(f"She said so {number}")
        hers.get_by_text(grade).click()
        expect(hand.page.get_by_text("is not saved yet")).to_be_visible()
        hand.click("Save her assessment")
        expect(hand.page.get_by_text("is not saved yet")).to_have_count(0)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})


#: Remembers what the page asks of the server, as letters.
LISTEN = """
(() => {
    window.said = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (...given) {
        window.said.push(new TextDecoder("latin1").decode(given[0]));
        return send.apply(this, given);
    };
})()
"""
WAS_SAID = "sign => window.said.some(each => each.includes(sign))"


@pytest.mark.parametrize("sign", ["0\x01:", "kept__events"], ids=["a clock", "the keeper"])
def test_what_is_chosen_out_of_a_field_is_heard_though_the_page_said_something_else_meanwhile(
    house: House, db: Session, make: Make, sign: str
) -> None:
    hand, row = _row_of_first_pass(house, db, make)
    row.get_by_label("Note", exact=True).fill("She said so")
    hand.page.evaluate(LISTEN)
    hand.page.wait_for_function(WAS_SAID, arg=sign)
    hand.page.get_by_role("radiogroup", name="She says").get_by_text("High").click()

    expect(hand.page.get_by_text("is not saved yet")).to_be_visible()


def test_a_tab_that_is_tapped_out_of_a_field_of_a_row_opens(house: House, db: Session, make: Make) -> None:
    pair, hand = _first_pass(house, db, make)
    hand.goto(f"{house.address}/digital?case={pair.case.id}")
    main = hand.page.get_by_test_id("stMain")
    main.get_by_text("Telephone", exact=True).first.click()
    hand.look()
    hand.click("Put on the map")
    hand.page.get_by_label("Note", exact=True).first.fill("Her own")
    _tap(main.get_by_text("Six steps", exact=True).first)

    expect(hand.page.get_by_text("Whether they share accounts or devices").first).to_be_visible()


#: A field was left a moment ago, and its own text is on its way; what is handed over beside it is not.
LEFT = "document.activeElement.blur(); setTimeout(() => press(button), 200)"
#: The two as they come when a machine is slow, both after it had no time for either: the timer first, or the press.
TOLD_FIRST = """const press = (one) => {
    window.concordKeeper.sendKept();
    one.click();
}"""
PRESSED_FIRST = """const press = (one) => {
    const until = performance.now() + 1000;
    while (performance.now() < until);
    one.click();
}"""


@pytest.mark.parametrize("order", [TOLD_FIRST, PRESSED_FIRST], ids=["told first", "pressed first"])
def test_a_button_that_is_pressed_in_the_moment_of_a_hand_over_is_heard(
    house: House, db: Session, make: Make, order: str
) -> None:
    """What is typed is handed over a little after the field was left, by a part of the page of its own."""
    side = agreement_steps.managers(make)
    draft = agreement_steps.organisation_draft(db, side)
    db.commit()
    hand = Hand(house.come_in(side.pp))
    hand.goto(f"{house.address}/draft?agreement={draft.id}")
    open_clause(hand, "Principles", "The man is accountable")
    hand.unfold("Word it differently here")
    hand.page.get_by_label("Text", exact=True).first.fill("# Accountability\n\nHe answers for it.")
    hand.page.get_by_role("button", name="Save the wording").evaluate(f"button => {{ {LEFT}; {order} }}")

    hand.sees("Worded differently from the library.")


def test_a_field_that_is_left_in_the_moment_of_a_hand_over_is_heard_by_its_page(
    house: House, db: Session, make: Make
) -> None:
    """Who types for longer hands over while they type, and may go on to the next field just then."""
    pair = make.pair()
    notices.terms(db, pair, pair.vss)
    db.commit()
    hand = Hand(house.come_in(pair.vss))
    hand.goto(f"{house.address}/notices?case={pair.case.id}")
    hand.choose("What is it about?", "New violence or a threat")
    hand.day("When it happened", notices.TODAY)
    field = hand.page.get_by_label("What happened, in words", exact=True)
    field.click()
    hand.page.keyboard.type("He waits")
    field.evaluate(
        """field => {
            field.dispatchEvent(new Event("input", { bubbles: true }));
            window.concordKeeper.sendKept();
            field.blur();
        }"""
    )

    expect(hand.page.get_by_role("button", name="Send the notice")).to_be_visible()
