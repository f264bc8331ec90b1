"""The main pages, looked at by axe; nothing of ours may stand in the way of a screen reader, a keyboard or weak eyes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, key_file, sealing
from core.models import (
    Action,
    Agreement,
    EpisodeSource,
    Meeting,
    QuestionnaireResponse,
    RiskGrade,
    Role,
    Seen,
)
from core.operations import closings, tables
from tests import agreement_steps, change, risk
from tests.browser.conftest import House, at_rest, still
from tests.episodes import days, released, told
from tests.make import Make, Pair
from tests.notices import sent

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Known:
    """What axe finds in Streamlit's own elements, and nobody but Streamlit can change."""

    rule: str
    #: The element itself or one around it.
    within: str
    why: str


KNOWN: Final = (
    Known(
        "empty-table-header",
        '[data-testid="stDataFrame"]',
        "The column of a grid in which a row is chosen has no name, and none can be given.",
    ),
    Known(
        "scrollable-region-focusable",
        '[data-testid="stVerticalBlock"][height], [data-testid="stMarkdownContainer"]:has(> table)',
        "No tabindex can be given to an element; browsers focus a part that can be scrolled by themselves.",
    ),
    Known(
        "heading-order",
        '[data-testid="stForm"]',
        "The form of the sign-in is headed as every part of a page is, by Streamlit's heading of the third level.",
    ),
)
_IS_WITHIN: Final = "([target, within]) => !!document.querySelector(target)?.closest(within)"


def found(page: Page) -> list[str]:
    """What axe finds on this page at rest, but for what is known of Streamlit: what fades has another contrast meanwhile."""
    still(page, 300)
    results = Axe().run(page).response
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in results["violations"]
        for node in violation["nodes"]
        if not _is_known(page, violation["id"], node["target"][0])
    ]


def _is_known(page: Page, rule: str, target: str) -> bool:
    return any(page.evaluate(_IS_WITHIN, [target, one.within]) for one in KNOWN if one.rule == rule)


def found_on(house: House, page: Page, pages: Mapping[str, Mapping[str, object]]) -> dict[str, list[str]]:
    """By page what was found there; a page without anything is left out."""
    faults = {}
    for key, params in pages.items():
        house.open(page, key, **params)
        expect(page.locator("h1").first).to_be_visible()
        if faulty := found(page):
            faults[key] = faulty
    return faults


@dataclass(frozen=True)
class Scene:
    pair: Pair
    coming: Meeting
    running: Meeting
    held: Meeting
    agreement: Agreement


@pytest.fixture
def scene(db: Session, make: Make) -> Scene:
    pair = make.pair()
    make.subject(pair.vss_file, name="Mara Fictional")
    make.note(pair.vss_file, pair.vss)
    make.action(pair)
    make.t_point(pair, "T0", clock.today() - timedelta(days=20))
    make.path_entry(pair, pair.vss, "episode", clock.today())
    held = make.table(pair)
    tables.close(db, pair.pp, held.id)
    coming, running = make.meeting(pair), make.table(pair)
    agreement = agreement_steps.case_draft(db, pair)
    db.commit()
    return Scene(pair, coming, running, held, agreement)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_a_case_hold_nothing_that_axe_finds(house: House, scene: Scene, width: int) -> None:
    case = {"case": scene.pair.case.id}
    page = house.come_in(scene.pair.vss, width=width)

    faults = found_on(
        house,
        page,
        {
            **dict.fromkeys(("case", "file", "note", "frame", "history", "phase", "timeline", "plan"), case),
            "emergency": case,
            "meeting": {"meeting": scene.coming.id},
            "table": {"meeting": scene.running.id},
            "minutes": {"meeting": scene.held.id},
            "agreement": {"agreement": scene.agreement.id},
            "draft": {"agreement": scene.agreement.id},
        },
    )

    assert faults == {}


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_case_work_hold_nothing_that_axe_finds(
    house: House, db: Session, make: Make, width: int
) -> None:
    """With accounts, answers, a notice and two first passes that differ; the same pages without them have little to find."""
    pair = make.pair()
    meeting, response = make.table(pair), _worked_on(db, pair)
    lead = make.actor(pair.pp.service_id, Role.MANAGER)
    db.commit()
    case = {"case": pair.case.id}
    page = house.come_in(pair.vss, width=width)

    faults = found_on(
        house,
        page,
        {
            **dict.fromkeys(("contact", "consent", "recidivism", "notices", "change", "risk"), case),
            "answers": {"response": response.id},
            "table": {"meeting": meeting.id},
            "closing": case,
        },
    )
    for part in page.locator(f".st-key-closing-view-{pair.case.id}").get_by_role("radio").all():
        part.click()
        if faulty := found(page):
            faults[f"closing, {part.inner_text()}"] = faulty
    faults |= found_on(house, house.come_in(lead, width=width), {"unread_notices": {}})

    assert faults == {}


def _worked_on(db: Session, pair: Pair) -> QuestionnaireResponse:
    """Some of each kind of case work; returns the answers that are being asked."""
    change.dated(db, pair)
    for actor in (pair.pp, pair.vss):
        change.asked(db, pair, actor, "T2.1", violence_since="better" if actor is pair.pp else "worse")
    released(db, pair, told(db, pair, EpisodeSource.HIM, days(9)))
    told(db, pair, EpisodeSource.HER, days(9))
    sent(db, pair, pair.vss)
    his = {"stalking": Seen.PRESENT, "pets": Seen.NOT_PRESENT}
    assessment = risk.opened(db, pair, his, his | {"pets": Seen.PRESENT})
    risk.level(db, assessment, pair.vss, RiskGrade.HIGH)
    closings.begin(db, pair.pp, pair.case.id)
    return change.begun(db, pair, pair.vss, "T0")


def test_the_pages_of_the_menu_hold_nothing_that_axe_finds(
    house: House, db: Session, make: Make, scene: Scene
) -> None:
    administrator = make.actor(scene.pair.pp.service_id, Role.CASE_MANAGER, Role.ADMINISTRATOR)
    db.commit()
    menu = ("today", "cases", "meetings", "actions", "agreements", "cooperation", "phase_1", "training", "me")

    faults = found_on(house, house.come_in(scene.pair.pp), {key: {} for key in menu})
    kept = found_on(
        house,
        house.come_in(administrator),
        {key: {} for key in ("services", "people", "protocol", "risk_list", "questionnaires")},
    )

    assert faults | kept == {}


def test_the_sign_in_holds_nothing_that_axe_finds(house: House, scene: Scene) -> None:
    house.come_in(scene.pair.pp)
    page = house.browser.new_page()
    page.goto(house.address)
    expect(page.get_by_role("textbox", name="Password")).to_be_visible()

    faults = found(page)

    page.close()
    assert faults == []


def reach(page: Page, place: Locator, *, most: int = 90) -> None:
    """Press Tab until the place has the keyboard."""
    for _ in range(most):
        if place.count() and place.first.evaluate("place => place === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to {place}")


def test_an_action_is_added_from_the_sign_in_on_by_keyboard_alone(
    house: House, db: Session, make: Make, scene: Scene
) -> None:
    pair = scene.pair
    secret = "three quiet rivers"
    account = make.account(pair.pp, password=secret)
    account.username, seed = "keyboard", pyotp.random_base32()
    home = Path(str(house.store.engine.url.database)).parent
    account.totp_secret = sealing.seal(
        seed, key=bytes.fromhex(key_file.read(home / "field.key")), place=f"account.totp_secret:{account.id}"
    )
    db.commit()
    page = house.browser.new_context().new_page()
    page.goto(house.address)
    expect(page.get_by_role("textbox", name="Password")).to_be_visible()
    at_rest(page)

    def press(role: str, name: str) -> None:
        reach(page, page.get_by_role(role, name=name))  # type: ignore[arg-type]
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
        at_rest(page)

    def write(label: str, text: str) -> None:
        reach(page, page.get_by_label(label, exact=True))
        page.keyboard.type(text)

    write("Name", "keyboard")
    reach(page, page.get_by_role("textbox", name="Password"))
    page.keyboard.type(secret)
    page.keyboard.press("Enter")
    code = page.get_by_role("textbox", name="Code")
    expect(code.first).to_be_visible()
    at_rest(page)
    reach(page, code)
    page.keyboard.type(pyotp.TOTP(seed).now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Today")).to_be_visible(timeout=20_000)
    at_rest(page)
    press("link", "An action")
    expect(page.get_by_role("button", name="Add an action")).to_be_visible()
    press("button", "Add an action")
    write("Protection or support need", "She walks home alone")
    write("Action", "Ask for another shift")
    reach(page, page.get_by_test_id("stDateInput").get_by_role("spinbutton").first)
    page.keyboard.type(f"{clock.today() + timedelta(days=7):%d%m%Y}", delay=20)
    reach(page, page.get_by_role("combobox", name="Responsible"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    press("button", "Put into the plan")

    expect(page.get_by_text("Ask for another shift").first).to_be_visible()
    assert db.scalars(select(Action.text).where(Action.need == "She walks home alone")).all() == [
        "Ask for another shift"
    ]


def test_a_menu_that_is_folded_away_takes_no_key(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    db.commit()
    page = house.come_in(pair.pp)
    house.open(page, "table", meeting=meeting.id)
    side = page.get_by_test_id("stSidebar")
    expect(side).to_have_attribute("data-collapsed", "true")

    for _ in range(12):
        page.keyboard.press("Tab")
        assert side.evaluate("side => !side.contains(document.activeElement)")
