"""`make pictures`: the pictures of the README, taken of the fictional example in a real browser."""

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser.conftest import at_rest, serve  # noqa: E402
from tests.browser.hand import Hand  # noqa: E402
from tests.browser.steps import confirm  # noqa: E402
from tests.chromium import CHROMIUM, FLAGS  # noqa: E402

#: What stands lower than a screen of the usual height shows, in pixels.
TALL = {"picture": 1060, "timeline": 1000, "risk": 1000}
FOLDER = ROOT / "docs" / "pictures"


def _enter(page: Page, address: str, who: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Explore the example").click()
    page.locator(f"[class*='persona-{who}'] button").first.click()
    page.wait_for_selector("[data-testid=stSidebarNavLink]")
    at_rest(page)


def _take(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": TALL.get(name, 720)})
    page.wait_for_timeout(1200)
    at_rest(page)
    page.screenshot(path=FOLDER / f"{name}.png")
    print(name)


def _link(page: Page, pattern: str) -> str | None:
    addresses = [link.get_attribute("href") or "" for link in page.locator("a").all()]
    return next((address for address in addresses if re.search(pattern, address)), None)


def _follow(page: Page, address: str, pattern: str) -> bool:
    found = _link(page, pattern)
    if found is None:
        return False
    page.goto(found if found.startswith("http") else f"{address}/{found.lstrip('/')}")
    at_rest(page)
    page.wait_for_timeout(600)
    return True


def _case_worker(page: Page, address: str) -> None:
    _enter(page, address, "elena")
    _take(page, "today")
    if _follow(page, address, r"plan\?case="):
        _take(page, "plan")
        for way in ("timeline", "risk", "picture", "phase", "case"):
            if _follow(page, address, rf"{way}\?case="):
                _take(page, way)
    page.goto(address)
    at_rest(page)
    page.wait_for_timeout(600)
    if _follow(page, address, r"meeting\?meeting=") and _follow(page, address, r"table\?meeting="):
        hand = Hand(page)
        hand.click("Begin the meeting")
        confirm(hand, "It is held now")
        for _ in range(3):
            hand.click("Next")
        _take(page, "table")


def _colleague(page: Page, address: str) -> None:
    _enter(page, address, "ivo")
    if _follow(page, address, r"minutes\?meeting="):
        _take(page, "minutes")


def _manager(page: Page, address: str) -> None:
    _enter(page, address, "lea")
    page.goto(f"{address}/agreements")
    at_rest(page)
    page.wait_for_timeout(600)
    addresses = {link.get_attribute("href") or "" for link in page.locator("a").all()}
    for found in sorted(one for one in addresses if "agreement?agreement=" in one):
        page.goto(f"{address}/{found.lstrip('/')}")
        at_rest(page)
        page.wait_for_timeout(600)
        if page.get_by_role("button", name="Go on drafting").count():
            _take(page, "agreement")
            return
    raise SystemExit("no draft of an agreement was found: docs/pictures/agreement.png is as it was")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder)) as (address, _home),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for walk in (_case_worker, _colleague, _manager):
            page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
            page.set_default_timeout(60_000)
            walk(page, address)
        browser.close()


if __name__ == "__main__":
    main()
