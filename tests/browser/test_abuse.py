"""The abuse cases that need a running server: 8, 9 and 10; the others stand in tests/abuse."""

import time

import pytest
from sqlalchemy.orm import Session

from core.locale import Words
from pages.ui import sockets
from tests.browser.conftest import House
from tests.browser.test_door_on_the_wire import AT_ONCE, come_in, put
from tests.browser.wire import Wire, closed_after, run
from tests.make import Make

WORDS = Words("en", "UTC")
pytestmark = pytest.mark.browser


def test_abuse_08_a_replayed_cookie_of_an_ended_session_opens_nothing_and_its_socket_is_cut_at_once(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    db.commit()
    wire = come_in(house, pair.pp)
    replay = Wire(house.address, dict(wire.cookies))
    with wire.socket() as socket:
        tab = run(socket)
        assert pair.pp.name in tab.text
        wire.leave()
        begin = time.monotonic()
        _, code = closed_after(socket, 5)

    assert (code, time.monotonic() - begin < AT_ONCE) == (sockets.ENDED, True)
    assert replay.ask("/media/any").status == 403
    assert put(replay, tab.session, b"%PDF-1.7 x") == 403
    with replay.socket(session=tab.session) as again:
        resumed = run(again)
    assert resumed.session != tab.session
    assert pair.pp.name not in resumed.text


def test_abuse_09_the_session_id_of_a_colleague_gives_neither_their_tab_nor_their_uploads(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id)
    db.commit()
    theirs, mine = come_in(house, pair.pp), come_in(house, colleague)
    with theirs.socket() as socket:
        tab = run(socket)

        with mine.socket(session=tab.session) as taken:
            got = run(taken)

        assert got.session != tab.session
        assert pair.pp.name not in got.text
        assert put(mine, tab.session, b"%PDF-1.7 not theirs") == 403


def test_abuse_10_a_download_link_opens_for_whoever_took_the_file_alone_and_for_a_minute(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    make.action(pair)
    db.commit()
    page = house.come_in(pair.pp)
    house.open(page, "plan", case=pair.case.id)
    page.get_by_role("button", name=WORDS("plan.word")).click()
    page.get_by_role("button", name=WORDS("plan.word_joint")).click()
    with page.expect_response(lambda answer: "/media/" in answer.url) as answered:
        page.get_by_role("dialog").get_by_role("button", name=WORDS("last_look.take")).click()
    link = answered.value.url.removeprefix(house.address)
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    own = Wire(house.address, cookies)

    assert (answered.value.status, own.ask(link).status) == (200, 200)
    assert Wire(house.address).ask(link).status == 403
    assert come_in(house, pair.vss).ask(link).status == 404
    assert come_in(house, pair.pp).ask(link).status == 404
    own.leave()
    assert Wire(house.address, cookies).ask(link).status == 403
