"""The door of the running program, without a browser: raw sockets, hand-made requests, other people's ids."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from websockets.exceptions import InvalidStatus

from core import clock, sign_in
from core.access import Actor
from core.models import Account, SignIn
from core.operations import my_account
from core.sign_in import Visitor
from pages.ui import sockets, stores
from tests.browser.conftest import House
from tests.browser.wire import Wire, closed_after, run
from tests.make import Make

pytestmark = pytest.mark.browser
#: Half a second for the machine on top of what is promised.
AT_ONCE = 1.5


def come_in(house: House, actor: Actor) -> Wire:
    wire = Wire(house.address)
    wire.enter(house.ticket(actor))
    return wire


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_socket_from_another_page_or_from_none_is_refused(
    house: House, db: Session, make: Make, origin: str | None
) -> None:
    pair = make.pair()
    db.commit()
    wire = come_in(house, pair.pp)

    with pytest.raises(InvalidStatus) as refused, wire.socket(origin=origin):
        pass

    assert refused.value.response.status_code == 403


def test_a_socket_for_a_foreign_name_is_refused(house: House) -> None:
    wire = Wire(house.address)
    foreign = "http://evil.example"

    with (
        pytest.raises(InvalidStatus) as refused,
        wire.socket(origin=foreign, host="evil.example"),
    ):
        pass

    assert refused.value.response.status_code == 403
    assert wire.ask("/", headers={"Host": "evil.example"}).status == 400


def _signs_out_elsewhere(house: House, wire: Wire, db: Session, actor: Actor) -> None:
    wire.leave()


def _ended_by_another_process(house: House, wire: Wire, db: Session, actor: Actor) -> None:
    sign_in.end_all(db, actor.person_id)
    db.commit()


def _times_out(house: House, wire: Wire, db: Session, actor: Actor) -> None:
    away = clock.now() - timedelta(minutes=15, seconds=1)
    db.execute(update(SignIn).where(SignIn.person_id == actor.person_id).values(seen_at=away))
    db.commit()


def _account_is_disabled(house: House, wire: Wire, db: Session, actor: Actor) -> None:
    db.execute(update(Account).where(Account.person_id == actor.person_id).values(is_enabled=False))
    db.commit()


def _password_is_changed(house: House, wire: Wire, db: Session, actor: Actor) -> None:
    password = "nine swans below the weir"
    attempt = my_account.knock(db, actor, visitor=Visitor("127.0.0.1"))
    db.execute(update(Account).where(Account.person_id == actor.person_id).values(password_hash=""))
    my_account.change_password(db, actor, current="", password=password, again=password, attempt_id=attempt)
    db.commit()


@pytest.mark.parametrize(
    "happens",
    [
        _signs_out_elsewhere,
        _ended_by_another_process,
        _times_out,
        _account_is_disabled,
        _password_is_changed,
    ],
)
def test_when_a_session_ends_its_sockets_are_closed_and_its_tabs_forgotten_within_a_second(
    house: House, db: Session, make: Make, happens: "object"
) -> None:
    pair = make.pair()
    db.commit()
    wire = come_in(house, pair.pp)
    with wire.socket() as first, wire.socket() as second:
        tab = run(first)
        run(second)
        assert pair.pp.name in tab.text
        upload = f"/_stcore/upload_file/{tab.session}/file"

        assert callable(happens)
        happens(house, Wire(house.address, dict(wire.cookies)), db, pair.pp)
        begin = time.monotonic()
        codes = [closed_after(each, 5)[1] for each in (first, second)]

    assert time.monotonic() - begin < AT_ONCE
    assert codes == [sockets.ENDED, sockets.ENDED]
    assert wire.ask("/media/a.pdf").status == 403
    assert wire.ask(upload, "PUT", body=b"", headers={"Origin": house.address}).status == 403
    with wire.socket(session=tab.session) as again:
        resumed = run(again)
        assert resumed.session != tab.session
        assert pair.pp.name not in resumed.text


def test_a_tab_of_another_person_cannot_be_taken_over_nor_given_a_file(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    db.commit()
    hers, his = come_in(house, pair.vss), come_in(house, pair.pp)
    with hers.socket() as her_socket:
        tab = run(her_socket)
        spoofed = {"x-concord-session": _identity_of(db, pair.vss), "X-Concord-Session": "session"}

        with his.socket(session=tab.session, headers=spoofed) as his_socket:
            taken = run(his_socket)
        given = put(his, tab.session, b"%PDF-1.7 not hers")

        assert taken.session != tab.session
        assert pair.pp.name in taken.text
        assert pair.vss.name not in taken.text
        assert given == 403
        assert run(her_socket).session in {"", tab.session}


def test_a_tab_comes_back_to_its_own_person_after_a_hiccup(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    db.commit()
    wire = come_in(house, pair.vss)
    with wire.socket() as socket:
        tab = run(socket)

    with wire.socket(session=tab.session) as again:
        assert run(again).session == tab.session


def test_after_a_proof_the_other_tabs_come_again_by_the_new_token_and_nobody_by_the_one_of_before(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    db.commit()
    wire = come_in(house, pair.vss)
    thief = Wire(house.address, dict(wire.cookies))
    here = stores.id_of(_identity_of(db, pair.vss))
    assert here is not None
    with wire.socket() as other, thief.socket() as stolen:
        tab = run(other)
        run(stolen)
        ticket = stores.REAL + sign_in.renew(db, here, pair.vss.person_id)
        db.commit()

        wire.enter(ticket)
        codes = [closed_after(each, 5)[1] for each in (other, stolen)]

    assert codes == [sockets.RENEWED, sockets.RENEWED]
    with wire.socket(session=tab.session) as again, thief.socket(session=tab.session) as taken:
        assert run(again).session == tab.session
        resumed = run(taken)
    assert resumed.session != tab.session
    assert pair.vss.name not in resumed.text


def test_a_stranger_cannot_take_over_the_form_of_another_stranger(house: House) -> None:
    one, other = Wire(house.address), Wire(house.address)
    for wire in (one, other):
        wire.ask("/_stcore/health")
    with one.socket() as socket:
        tab = run(socket)

    with other.socket(session=tab.session) as taken:
        assert run(taken).session != tab.session
    with one.socket(session=tab.session) as again:
        assert run(again).session == tab.session


def test_the_sockets_of_strangers_are_few_and_the_oldest_gives_way(house: House) -> None:
    wire = Wire(house.address)
    with wire.socket() as oldest:
        run(oldest)
        opened = [wire.socket() for _ in range(sockets.STRANGERS_EACH)]
        for each in opened:
            each.__enter__()

        _, code = closed_after(oldest, 5)

        assert code == sockets.GAVE_WAY
        for each in opened:
            each.__exit__(None, None, None)


def put(wire: Wire, session: str, content: bytes, *, origin: str | None = None) -> int:
    """Send a file to a tab as the page does."""
    token = wire.cookies.get("_streamlit_xsrf") or _xsrf(wire)
    boundary = "frontier"
    head = (
        'Content-Disposition: form-data; name="file"; filename="signed.pdf"\r\nContent-Type: application/pdf'
    )
    body = f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Origin": wire.address if origin is None else origin,
        "X-Xsrftoken": token,
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    return wire.ask(f"/_stcore/upload_file/{session}/file", "PUT", body=body, headers=headers).status


def _xsrf(wire: Wire) -> str:
    wire.ask("/_stcore/health")
    return wire.cookies["_streamlit_xsrf"]


def test_an_upload_must_be_a_pdf_from_our_own_page_and_not_too_large(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    db.commit()
    wire = come_in(house, pair.pp)
    with wire.socket() as socket:
        session = run(socket).session

        assert put(wire, session, b"%PDF-1.7 an agreement") == 204
        assert put(wire, session, b"MZ\x90\x00 a program") == 415
        assert put(wire, session, b"PK\x03\x04 a packed file") == 415
        assert put(wire, session, b"") == 415
        assert put(wire, session, b"%PDF-1.7", origin="https://evil.example") == 403
        assert put(wire, session, b"%PDF-1.7" + bytes(11 * 1024 * 1024)) == 413
        assert put(Wire(house.address), session, b"%PDF-1.7") == 403


def _identity_of(db: Session, actor: Actor) -> str:
    found = db.scalars(
        select(SignIn.id).where(SignIn.person_id == actor.person_id, SignIn.ended_at.is_(None))
    ).one()
    return stores.REAL + found.hex


def test_pings_and_looks_leave_the_idle_time_alone_and_a_persons_act_begins_it_anew(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    db.commit()
    wire = come_in(house, pair.pp)
    with wire.socket() as socket:
        run(socket)
        away = clock.now() - timedelta(minutes=10)
        db.execute(update(SignIn).where(SignIn.person_id == pair.pp.person_id).values(seen_at=away))
        db.commit()

        socket.ping().wait(5)
        looked = wire.ask("/here").body
        wire.ask("/media/a")
        wire.ask("/_stcore/health")
        foreign = wire.ask("/here", "POST", headers={"Origin": "https://evil.example"}).status
        nobodys = wire.ask("/here", "POST").status
        db.expire_all()
        seen = db.scalars(select(SignIn.seen_at).where(SignIn.person_id == pair.pp.person_id)).one()
        db.rollback()
        told = wire.ask("/here", "POST", headers={"Origin": house.address}).body

    assert (foreign, nobodys) == (403, 403)
    assert seen == away
    assert b'"seconds":299' in looked or b'"seconds":300' in looked
    assert b'"seconds":899' in told or b'"seconds":900' in told


PATHS = (
    "/",
    "/cases",
    "/no-such-page",
    "/healthz",
    "/today",
    "/enter",
    "/leave",
    "/out",
    "/here",
    "/guard.js",
    "/keeper.js",
    "/press.js",
    "/back.js",
    "/favicon.png",
    "/manifest.json",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/agent/openapi.json",
    "/_stcore/anything",
    "/media/nothing",
    "/component/nothing",
    "/auth/login",
    "/static/js/nothing.js",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers_and_names_no_server(house: House, path: str) -> None:
    answer = Wire(house.address).ask(path)

    headers = answer.headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert "strict-transport-security" not in headers
    assert not [name for name in headers if name.startswith("access-control-")]
    if not path.startswith("/static/"):
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/auth/login", "/media/x"],
)
def test_what_nobody_needs_is_closed_to_strangers(house: House, path: str) -> None:
    assert Wire(house.address).ask(path).status == 403
