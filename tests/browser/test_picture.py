"""The picture of a case of five years on a projector, a laptop and a telephone: seen, read aloud, found without fault, loading nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy.orm import Session

from core.models import EpisodeSource, RiskGrade
from core.operations import first_passes
from core.operations.episode_releases import Chosen
from tests import change, five_years, risk
from tests.browser import wire
from tests.browser.conftest import House, at_rest
from tests.browser.test_accessibility import found as faults
from tests.browser.test_risk import strings
from tests.browser.wire import Wire
from tests.episodes import days, joined, released, told
from tests.make import Make, Pair

pytestmark = pytest.mark.browser
PROJECTOR, LAPTOP, TELEPHONE = (1280, 720), (1366, 768), (390, 800)
PATIENCE = 30_000
SECRET = "the linnet sings at noon"
CHART = "[data-testid=stVegaLiteChart] svg text"
#: A chart that is drawn anew is away for a moment, and has no height in it.
LOWER_THAN = """height => {
    const box = document.querySelector("[data-testid=stVegaLiteChart]:has(svg text)")?.getBoundingClientRect();
    return box && box.height > 0 && box.height < height;
}"""


@pytest.fixture
def pair(db: Session, make: Make) -> Pair:
    found = make.pair()
    five_years.lay(db, found)
    db.commit()
    return found


def opened(house: House, pair: Pair, size: tuple[int, int], *, is_hers: bool = True) -> Page:
    page = house.come_in(pair.vss if is_hers else pair.pp, width=size[0], height=size[1])
    house.open(page, "picture", case=pair.case.id)
    expect(page.locator(".vega-embed svg, .vega-embed canvas").first).to_be_visible()
    page.wait_for_timeout(600)
    return page


def words_that_touch(page: Page) -> list[str]:
    """Words of the chart that lie over one another."""
    boxes = page.locator(CHART).evaluate_all(
        "all => all.filter(one => one.textContent).map(one => [one.textContent, one.getBoundingClientRect()])"
        ".map(([text, box]) => [text, box.left, box.top, box.right, box.bottom])"
    )
    return [
        f"{one[0]} / {other[0]}"
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
        if one[1] < other[3] - 1 and other[1] < one[3] - 1 and one[2] < other[4] - 1 and other[2] < one[4] - 1
    ]


def test_five_years_are_seen_at_once_on_a_projector_and_no_word_hides_another(
    house: House, pair: Pair, tmp_path: Path
) -> None:
    asked: list[str] = []
    for size in (PROJECTOR, LAPTOP):
        page = opened(house, pair, size)

        def note(request: Request) -> None:
            asked.append(request.url)

        page.on("request", note)
        for own in (False, True):
            if own:
                page.get_by_text("Show also what only my service reads").click()
                at_rest(page)
                page.wait_for_timeout(1200)
            chart = page.locator("[data-testid=stVegaLiteChart]")
            expect(chart.locator("svg text").first).to_be_visible(timeout=PATIENCE)
            chart.scroll_into_view_if_needed()
            page.wait_for_function(LOWER_THAN, arg=size[1], timeout=PATIENCE)
            assert words_that_touch(page) == []
            assert faults(page) == []
            page.screenshot(path=tmp_path / f"{size[0]}-{own}.png")
    assert [one for one in asked if not one.startswith((house.address, "blob:", "data:"))] == []


def test_the_table_is_reached_by_a_link_and_has_a_caption_and_heads(house: House, pair: Pair) -> None:
    page = opened(house, pair, PROJECTOR)

    page.get_by_role("link", name="Go to the same as a table").click()

    page.wait_for_timeout(500)
    assert page.url.endswith("#picture-table")
    table = page.get_by_role("table", name="The case from")
    expect(table).to_be_in_viewport()
    assert table.get_by_role("columnheader").all_inner_texts() == [
        "Day",
        "Who",
        "What",
        "More of it",
        "Differs",
    ]
    assert table.get_by_role("rowheader").count() > five_years.MEETINGS
    chart = page.locator("[data-testid=stElementContainer]:has([data-testid=stVegaLiteChart])")
    assert "The list and the table on this page say the same in words" in chart.evaluate(
        "one => one.outerHTML"
    )


def test_a_time_is_chosen_and_the_picture_is_cut_to_it(house: House, pair: Pair) -> None:
    page = opened(house, pair, LAPTOP)

    page.get_by_test_id("stButtonGroup").get_by_text("One time").click()
    at_rest(page)
    page.wait_for_timeout(800)

    expect(page.get_by_label("From which time")).to_be_visible()
    assert words_that_touch(page) == []
    assert page.get_by_role("table", name="The case from").get_by_role("rowheader").count() < 12


def test_on_a_telephone_the_days_are_pushed_sideways_and_stay_apart(house: House, pair: Pair) -> None:
    page = opened(house, pair, TELEPHONE, is_hers=False)

    page.locator("[data-testid=stVegaLiteChart]").scroll_into_view_if_needed()

    assert words_that_touch(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == []


def test_no_chart_is_saved_beside_the_last_look(house: House, pair: Pair) -> None:
    page = opened(house, pair, PROJECTOR)
    page.locator("[data-testid=stVegaLiteChart]").hover()

    shown = [
        one.get_attribute("aria-label") or ""
        for one in page.get_by_test_id("stElementToolbar").locator("button:visible").all()
    ]

    assert [one.partition(":")[0] for one in shown] == ["Fullscreen"]


def test_the_shared_screen_shows_what_all_who_are_present_read(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    told(db, pair, EpisodeSource.HER, days(30), severity=SECRET)
    released(db, pair, told(db, pair, EpisodeSource.HER, days(9)), chosen=Chosen("Threats were told of."))
    meeting = make.table(pair)
    db.commit()
    page = house.come_in(pair.vss, width=PROJECTOR[0], height=PROJECTOR[1])
    house.open(page, "table", meeting=meeting.id)
    page.get_by_role("button", name="Put it on the shared screen").click()
    expect(page.get_by_text("SHARED SCREEN", exact=False)).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(1500)
    at_rest(page)

    page.get_by_text("Show the case over time").click()

    expect(page.get_by_role("switch", name="Show the case over time")).to_be_checked(timeout=PATIENCE)
    table = page.get_by_role("table", name="The case from")
    expect(table).to_contain_text("Threats were told of.", timeout=PATIENCE)
    assert faults(page) == []
    assert SECRET not in page.content()
    assert "did not tell" not in page.content()
    assert table.get_by_role("rowheader").count() == 3


def test_what_she_tells_answers_and_thinks_changes_no_byte_of_his_picture_until_it_is_released(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    change.dated(db, pair)
    his = told(db, pair, EpisodeSource.HIM, days(30), severity="We quarrelled")
    released(db, pair, his, chosen=Chosen("A quarrel.", with_source=True))
    change.asked(db, pair, pair.pp, "T2.1", violence_since="better")
    assessment = risk.begun(db, pair)
    for actor in (pair.pp, pair.vss):
        risk.about(db, pair, actor)
    db.commit()
    client = Wire(house.address)
    client.enter(house.ticket(pair.pp))

    def sent() -> str:
        with client.socket() as socket:
            return str(wire.run(socket, f"case={pair.case.id}", "picture").text)

    before = sent()
    hers = told(db, pair, EpisodeSource.HER, days(30), severity=SECRET, kinds=["digital"])
    joined(db, pair, hers, his)
    change.asked(db, pair, pair.vss, "T2.1", is_done=False, violence_since="worse", own_words=SECRET)
    first_passes.write_her_view(
        db, pair.vss, assessment.id, grade=RiskGrade.HIGH, words=SECRET, stays=False, version=0
    )
    db.commit()

    assert strings(sent()) == strings(before)
    released(db, pair, hers, chosen=Chosen("Threats were told of."))
    db.commit()
    after = sent()
    assert "Threats were told of." in after
    assert SECRET not in after
    assert "did not tell" not in after
