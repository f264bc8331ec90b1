"""New violence in two browsers: what she told stays hers to the last byte, until something of it is released."""

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from core import clock
from core.models import EpisodeSource
from tests import episodes as steps
from tests.browser import wire
from tests.browser.conftest import House
from tests.browser.steps import come_in
from tests.browser.test_accessibility import found as faults
from tests.browser.test_risk import strings
from tests.browser.wire import Wire
from tests.make import Make

pytestmark = pytest.mark.browser
CANARY, TOLD = "the linnet sings at noon", "He threatens her by message"
PAGES = ("recidivism", "picture", "timeline", "case", "today", "history")


def test_what_she_told_reaches_his_socket_only_when_it_is_released(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    make.t_point(pair, "T1", steps.days(40))
    steps.told(db, pair, EpisodeSource.HIM, steps.days(1), severity="We quarrelled")
    steps.terms(db, pair, pair.vss)
    db.commit()
    client = Wire(house.address)
    client.enter(house.ticket(pair.pp))

    def sent() -> dict[str, str]:
        with client.socket() as socket:
            query = f"case={pair.case.id}"
            return {page: wire.run(socket, query, page).text for page in PAGES}

    sent()  # that one has read a page stands in the history of the second time
    before = sent()
    hers = come_in(house, pair.vss)
    hers.goto(f"{house.address}/recidivism?case={pair.case.id}")
    hers.day("Day, or first day", clock.today())
    hers.write("What happened, and how severe it was, in words", CANARY)
    hers.pick("Digital")
    hers.click("Write it down")
    hers.sees("Only she told of this")
    after = sent()
    for page, text in after.items():
        assert CANARY not in text, page
        assert strings(text) == strings(before[page]), page

    hers.pick("Release", "What do you want to do?")
    hers.fill("Word it for the other service", TOLD)
    hers.click("Release this")
    hers.sees(f"The other service reads: {TOLD}")
    expect(hers.page.get_by_test_id("stToast")).to_have_count(0, timeout=20_000)
    assert faults(hers.page) == []
    released = sent()

    assert TOLD in released["recidivism"]
    assert "source protected" in released["recidivism"]
    assert all(CANARY not in text and "Only she" not in text for text in released.values())
