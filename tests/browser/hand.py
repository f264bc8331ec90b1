"""Somebody at a browser: clicks, types and chooses as people do, and remembers all that the screen has shown."""

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from playwright.sync_api import Error, Locator, Page, expect
from playwright.sync_api import TimeoutError as Waited

#: True when no script runs behind the page and nothing on it has changed for some milliseconds of this look.
QUIET = """
({ look, still }) => {
    if (!window.quiet) {
        window.quiet = {};
        new MutationObserver((changes) => {
            const { type, attributeName, target } = changes.at(-1);
            window.quiet.at = performance.now();
            window.quiet.last = [type, attributeName, target.dataset?.testid ?? target.nodeName];
        }).observe(
            document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
    }
    const runs = !document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
    // The page has asked for a run, and none has begun yet: on a busy machine that takes a while. A click that came
    // twice is never answered.
    const waits = window.waitsFrom > window.ranAt && performance.now() - window.waitsFrom < 6000;
    if (runs || waits || window.quiet.look !== look) {
        window.quiet.look = look;
        window.quiet.at = performance.now();
        return false;
    }
    return performance.now() - window.quiet.at > still;
}
"""

#: What keeps a page from being quiet, by its marks and moments: for who reads why a test waited in vain.
RESTLESS = """
() => {
    const { quiet, saidAt, ranAt, waitsFrom } = window;
    const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
    return { now: performance.now(), state, quiet, saidAt, ranAt, waitsFrom };
}
"""

#: Keeps what is said in passing, which stands for four seconds, and when the page spoke and ran: a busy machine is slow.
WATCH = """
(() => {
    if (window.passing) return;
    window.passing = [];
    const said = "[data-testid=stToast]";
    new MutationObserver((changes) => {
        for (const node of changes.flatMap((change) => [...change.addedNodes])) {
            const toasts = node.matches?.(said) ? [node] : [...(node.querySelectorAll?.(said) ?? [])];
            window.passing.push(...toasts.map((each) => each.textContent));
        }
    }).observe(document, { subtree: true, childList: true });

    window.saidAt = window.ranAt = window.waitsFrom = 0;
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (...given) {
        // The first byte of a message says of which kind it is; this one asks for a run.
        const [first] = given[0] instanceof Uint8Array ? given[0] : new Uint8Array(given[0]);
        if (first === 0x5a) {
            window.saidAt = performance.now();
            // What nobody answers is waited for once, however often a clock of the page asks again.
            const waits = window.waitsFrom > window.ranAt && window.saidAt - window.waitsFrom < 6000;
            if (!waits) window.waitsFrom = window.saidAt;
        }
        return send.apply(this, given);
    };
    new MutationObserver((changes) => {
        if (changes.some(({ target }) => target.dataset.testScriptState !== "notRunning")) {
            window.ranAt = performance.now();
        }
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-test-script-state"] });
})()
"""


#: Buttons whose press asks the server for a run, unlike one that opens a list.
_ASKING = "[data-testid=stButton] *, [data-testid=stFormSubmitButton] *"
#: True when the page has said something since that moment, or is another page.
_SAID = "({ from, since }) => performance.timeOrigin !== from || window.saidAt > since"


def press(button: Locator) -> None:
    """Press a button as people do: again where the page, drawn anew under the finger, has asked for nothing.

    What was asked for is not asked for twice: a press that the server heard and did not answer stays lost.
    """
    since = button.page.evaluate("({ from: performance.timeOrigin, since: performance.now() })")
    is_asking = bool(button.evaluate(f"button => button.matches('{_ASKING}')"))
    button.click()
    if not is_asking:
        return
    try:
        button.page.wait_for_function(_SAID, arg=since, polling=20, timeout=5_000)
    except Waited:
        logging.getLogger(__name__).warning("pressed again: %s", button)
        button.click()
    except Error:
        return  # signing in and out leaves the page while it is looked at


@dataclass
class Hand:
    """One person in front of one browser."""

    page: Page
    #: Each page as it stood after each act, where it stood, and what was downloaded.
    seen: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH)
        self.page.evaluate(WATCH)

    def look(self, still: int = 150) -> None:
        """Wait until the page is at rest for so many milliseconds, and keep what it shows."""
        try:
            self._keep(still)
        except Error:  # signing in and out leaves the page while it is looked at
            self.page.wait_for_load_state()
            self._keep(still)

    def _keep(self, still: int) -> None:
        self.page.wait_for_function(QUIET, arg={"look": len(self.seen), "still": still}, polling=50)
        self.seen.append(self.page.content() + " ".join(self._typed()))
        self.addresses.append(f"{self.page.url} {self.page.title()}")

    def _typed(self) -> list[str]:
        """What stands in the fields, which the source of a page does not hold."""
        fields = self.page.locator("input, textarea")
        return list(fields.evaluate_all("fields => fields.map(field => field.value)"))

    def goto(self, address: str) -> None:
        self.page.goto(address)
        self.look()

    def click(self, name: str, within: Locator | None = None) -> None:
        """Press a button."""
        button = self._button(name, within)
        if not button.is_visible():
            expect(button, f"{name}; the page says: {self._says()}").to_be_visible()
        self._forget_what_passed()
        press(button)
        self.look()

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press the button that is called exactly so."""
        self._forget_what_passed()
        press((within or self.page).get_by_role("button", name=name, exact=True).first)
        self.look()

    def _forget_what_passed(self) -> None:
        with suppress(Error):  # a page that is left has nothing to forget
            self.page.evaluate("window.passing = []")

    def _has_passed(self, text: str) -> bool:
        try:
            return any(text in each for each in self.page.evaluate("window.passing ?? []"))
        except Error:  # signing in and out leaves the page while it is looked at
            return False

    def _button(self, name: str, within: Locator | None = None) -> Locator:
        # Capitals matter: the little help buttons are named after whole questions.
        return (within or self.page).get_by_role("button", name=re.compile(re.escape(name))).first

    def follow(self, name: str, within: Locator | None = None) -> None:
        """Follow a link of the page."""
        place = within or self.page.get_by_test_id("stMain")
        before = self.page.url
        place.get_by_role("link", name=name).first.click()
        self.page.wait_for_function("before => window.location.href !== before", arg=before)
        self.look()

    def menu(self, name: str) -> None:
        """Go to a page of the menu."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
        self.sees_head(name)

    def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self.fill_all({label: text})

    def fill_all(self, texts: Mapping[str, str]) -> None:
        """Type into one field after the other."""
        for label, text in texts.items():
            typed = self.page.get_by_label(label, exact=True).first
            typed.fill(text)
            typed.blur()
        self.look()

    def write(self, label: str, text: str) -> None:
        """Write into a large field, letter by letter."""
        place = self.page.get_by_label(label, exact=True).first
        place.click()
        self.page.keyboard.type(text)
        place.blur()
        self.look()

    def unfold(self, name: str) -> None:
        """Open what is folded away."""
        self.page.get_by_test_id("stExpander").filter(has_text=name).locator("summary").first.click()
        self.look()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list; one that is drawn anew under the hand stays open or closes, and is chosen from again."""
        assert any(self._chooses(label, option) for _ in range(3)), f"{option} cannot be chosen"

    def _chooses(self, label: str, option: str) -> bool:
        self._list(label)
        found = self.page.get_by_role("option", name=option).first
        if not found.is_visible():  # a long list shows its end only to who types
            self.page.keyboard.type(option)
        try:
            found.click(timeout=10_000)
        except Waited:
            return False
        self.look()
        return not self.page.get_by_role("listbox").count()

    def _list(self, label: str) -> None:
        """Open a list."""
        box = self.page.get_by_role("combobox", name=label).first
        if box.get_attribute("aria-expanded") != "true":
            box.click()
        if box.get_attribute("aria-expanded") != "true":
            box.press("ArrowDown")

    def pick(self, option: str, question: str = "") -> None:
        """Choose one of the answers that stand beside each other."""
        place = self.page.get_by_role("radiogroup", name=question) if question else self.page
        place.get_by_text(option, exact=True).first.click()
        self.look()

    def day(self, label: str, day: date) -> None:
        """Type a day, digit by digit."""
        self._digits("stDateInput", label, f"{day:%d%m%Y}")

    def no_day(self, label: str) -> None:
        """Empty a day, part by part."""
        place = self.page.get_by_test_id("stDateInput").filter(has_text=label).first
        for part in place.get_by_role("spinbutton").all():
            part.click()
            for _ in range(4):
                part.press("Backspace")
        self.page.keyboard.press("Tab")
        self.look()

    def time(self, label: str, at: time) -> None:
        """Type a time, digit by digit."""
        self._digits("stTimeInput", label, f"{at:%H%M}")

    def _digits(self, kind: str, label: str, digits: str) -> None:
        place = self.page.get_by_test_id(kind).filter(has_text=label).first
        place.get_by_role("spinbutton").first.click()
        self.page.keyboard.type(digits, delay=20)
        self.page.keyboard.press("Tab")
        self.look()

    def choose_all(self, label: str, *options: str) -> None:
        """Choose several from a list."""
        self._list(label)
        for option in options:
            self.page.get_by_role("option", name=option).first.click()
        self.page.keyboard.press("Escape")
        self.look()

    def download(self, name: str) -> bytes:
        """Take a file along after the last look; its name must say nothing."""
        self.click(name)
        panel = self.page.get_by_role("dialog")
        found = panel.get_by_text("I have looked at each")
        if found.count():
            found.first.click()
            self.look()
        with self.page.expect_download() as waiting:
            panel.get_by_role("button", name="Take it along").click()
        content = Path(waiting.value.path()).read_bytes()
        self.files.append((waiting.value.suggested_filename, content))
        self.look()
        panel.get_by_role("button", name="Close").click()
        expect(panel).to_have_count(0)
        self.look()
        return content

    def sees(self, text: str) -> None:
        """Wait for a text; one that stands there already, or was said in passing since the last click, has been seen."""
        # A field that was drawn anew holds what was typed as its text: it shows what is meant, not what came of it.
        place = self.page.get_by_text(text).and_(self.page.locator(":not(textarea)")).first
        if not place.is_visible() and not self._has_passed(text):
            expect(place, f"{text}; the page says: {self._says()}").to_be_visible()
            self.look()

    def _says(self) -> list[str]:
        """What the page complains of, and what it has said in passing: why something did not happen."""
        said: list[str] = self.page.evaluate("window.passing ?? []")
        return [*self.page.get_by_role("alert").all_inner_texts(), *said]

    def sees_head(self, text: str) -> None:
        expect(self.page.get_by_role("heading", name=text).first).to_be_visible()
        self.look()
