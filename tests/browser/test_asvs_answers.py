"""OWASP ASVS 3, 4, 5, 13 and 14 on the wire: what answers say of themselves, and what nobody gets (docs/asvs.md)."""

import ast
import re
import socket
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Person, SignInFailure, Ticket
from tests.browser.conftest import House
from tests.browser.tab import Tab, tab
from tests.browser.wire import Answer, Wire
from tests.make import Make

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
#: A word, a word with the ending that was chosen, or what was handed on.
FIXED = r"'[a-z0-9_-]+\.[a-z]+'|f'[a-z-]+\.\{form\}'|file_name|name|t\('minutes\.file_name'\)"
#: How the bytes of each kind of answer begin.
BEGINS = {
    "text/html": b"<!",
    "text/javascript": b"",
    "text/css": b"",
    "text/plain": b"",
    "application/json": b"{",
    "image/png": b"\x89PNG",
    "font/woff2": b"wOF2",
    "application/zip": b"PK",
    "text/csv": b"\xef\xbb\xbf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": b"PK",
}


def come_in(house: House, actor: Actor) -> Wire:
    wire = Wire(house.address)
    wire.enter(house.ticket(actor))
    return wire


def _kind(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip()


def _says_what_it_is(answer: Answer) -> bool:
    """A kind that its bytes fit, with its characters where it is a text."""
    if not answer.body:
        return True
    kind = _kind(answer)
    is_text = kind.startswith("text/")
    says_characters = "charset=utf-8" in answer.headers["content-type"].lower()
    if is_text or kind == "application/json":
        answer.body.decode("utf-8")
    return (
        kind in BEGINS
        and answer.body.lower().startswith(BEGINS[kind].lower())
        and (says_characters or not is_text)
    )


def _assets(wire: Wire) -> list[str]:
    """The files that the first page asks for."""
    page = wire.ask("/").body.decode()
    found = re.findall(r'(?:src|href)="(?:\./|/)?([^"]+)"', page)
    return [f"/{path}" for path in found if not path.startswith(("data:", "http"))]


def test_every_answer_says_what_it_is_and_in_which_characters(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    db.commit()
    wire = come_in(house, pair.pp)
    paths = [
        "/", "/cases", "/no-such-page", "/healthz", "/out", "/here", "/enter", "/leave", "/guard.js", "/manifest.json",
        "/favicon.png", "/_stcore/health", "/_stcore/host-config", "/_stcore/nothing", "/media/nothing", "/a/b",
        "/static/js/nothing.js", "/static/", *_assets(wire),
    ]  # fmt: skip

    answers = {path: wire.ask(path) for path in paths}
    answers["PUT /here"] = wire.ask("/here", "PUT", headers={"Origin": house.address})
    answers["POST /keep"] = wire.ask("/keep", "POST", body=b"no json", headers={"Origin": house.address})

    assert len(_assets(wire)) > 2
    wrong = {
        path: answer.headers.get("content-type", "")
        for path, answer in answers.items()
        if not _says_what_it_is(answer)
    }
    assert wrong == {}


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG"])
def test_no_method_that_gives_back_what_was_sent_is_answered(house: House, method: str) -> None:
    for path in ("/", "/healthz", "/here", "/static/js/nothing.js"):
        answer = Wire(house.address).ask(
            path, method, headers={"X-Told": "what she said", "Origin": house.address}
        )

        assert answer.status in {400, 403, 404, 405}
        assert b"what she said" not in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/.git/HEAD", "/.git/config", "/.gitignore", "/.svn/entries", "/.hg/store", "/.streamlit/config.toml",
        "/.streamlit/secrets.toml", "/pyproject.toml", "/app.py", "/data/concord.db", "/data/field.key", "/tests/make.py",
        "/static/../app.py", "/static/%2e%2e/%2e%2e/%2e%2e/app.py", "/static/..%2f..%2fapp.py", "/app/static/x",
        "/component/../app.py", "/%2egit/HEAD", "/media/../app.py", "/docs", "/openapi.json", "/redoc",
    ],
)  # fmt: skip
def test_nothing_of_the_folder_is_served(house: House, db: Session, make: Make, path: str) -> None:
    pair = make.pair()
    db.commit()
    first_page = Wire(house.address).ask("/").body

    for wire in (Wire(house.address), come_in(house, pair.pp)):
        answer = wire.ask(path)

        # A path that is one word deep may be a page: the program's first page answers it, and says that there is none.
        assert answer.status in {303, 400, 403, 404} or answer.body == first_page
        for told in (b"ref: refs/", b"[core]", b"import ", b"[server]", b"SQLite", b"[project]", b"swagger"):
            assert told not in answer.body or answer.body == first_page


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/js/", "/static/css/", "/static/media/", "/component/", "/media/", "/_stcore/"],
)
def test_no_folder_is_listed(house: House, db: Session, make: Make, path: str) -> None:
    pair = make.pair()
    db.commit()
    first_page = Wire(house.address).ask("/").body

    answer = come_in(house, pair.pp).ask(path)

    assert answer.status in {301, 403, 404} or answer.body == first_page
    assert not re.search(rb"index\.\w+\.js\b.*\n.*\.js\b", answer.body) or answer.body == first_page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/media/x", 403),
        ("/%6dedia/x", 403),
        ("/media%2fx", 403),
        ("/%256dedia/x", 404),
        ("//media/x", 404),
        ("/x/../media/x", 404),
        ("/_stcore%2fmetrics", 403),
        ("/%5fstcore/metrics", 403),
        ("/%255fstcore/metrics", 404),
    ],
)
def test_an_address_is_decoded_once_and_looked_at_afterwards(house: House, path: str, status: int) -> None:
    assert Wire(house.address).ask(path).status == status


def test_an_id_that_was_encoded_twice_is_none(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    db.commit()
    once = "".join(f"%{byte:02x}" for byte in str(pair.case.id).encode())

    with tab(come_in(house, pair.pp)) as one:
        found = one.open("case", case=once)
        lost = one.open("case", case=once.replace("%", "%25"))

    number = pair.case.code.split("-")[1]
    assert found.has(number)
    assert not lost.has(number)
    assert lost.has("This does not exist")


@pytest.mark.parametrize("wrong", ["1", "true", "null", "[]", "{}", "0x10", "' or 1=1 --", "../case", "%00"])
def test_an_id_of_another_kind_is_no_id(house: House, db: Session, make: Make, wrong: str) -> None:
    pair = make.pair()
    db.commit()

    with tab(come_in(house, pair.pp)) as one:
        page = one.open("case", case=wrong)

    assert page.has("This does not exist")
    assert not page.has(pair.case.code)


def _raw(house: House, request: bytes) -> bytes:
    host, port = house.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=3) as plain:
        plain.sendall(request)
        got = b""
        try:
            while piece := plain.recv(65_536):
                got += piece
        except OSError:
            pass
        return got


@pytest.mark.parametrize(
    "doubtful",
    [
        b"Content-Length: 44\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 44\r\n\r\n",
        b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
        b"Content-Length: +44\r\n\r\n",
        b"Content-Length : 44\r\n\r\n",
    ],
)
def test_the_program_answers_one_request_at_most_where_its_end_is_in_doubt(
    house: House, doubtful: bytes
) -> None:
    host = house.address.removeprefix("http://").encode()
    begun = (
        b"POST /keep HTTP/1.1\r\nHost: "
        + host
        + b"\r\nOrigin: "
        + house.address.encode()
        + b"\r\nConnection: close\r\n"
    )
    hidden = b"GET /healthz HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"

    said = _raw(house, begun + doubtful + hidden)

    assert said.count(b"HTTP/1.1 ") == 1
    assert not said.endswith(b"ok")


@pytest.mark.parametrize("path", ["/enter", "/leave", "/keep"])
def test_nothing_changes_by_asking_for_an_address(house: House, db: Session, make: Make, path: str) -> None:
    pair = make.pair()
    db.commit()
    wire, ticket = come_in(house, pair.pp), house.ticket(pair.pp)

    statuses = [wire.ask(f"{path}?ticket={ticket}", method).status for method in ("GET", "HEAD")]

    assert statuses == [405, 405]
    assert b'"seconds":0' not in wire.ask("/here").body
    db.rollback()
    unused = db.scalars(
        select(Ticket).where(Ticket.person_id == pair.pp.person_id, Ticket.used_at.is_(None))
    ).all()
    assert len(unused) == 1


def test_a_ticket_from_a_foreign_page_signs_nobody_in(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    db.commit()
    wire, ticket = Wire(house.address), house.ticket(pair.pp)

    for origin in ("https://evil.example", "null"):
        assert wire.ask("/enter", "POST", body=ticket.encode(), headers={"Origin": origin}).status == 403
    too_long = wire.ask("/enter", "POST", body=b"r" * 5000, headers={"Origin": house.address}).status

    assert too_long == 413
    assert "concord" not in wire.cookies


@pytest.mark.parametrize("named", ["203.0.113.9", "203.0.113.9, 127.0.0.1", "'; DROP TABLE event; --"])
def test_a_visitor_cannot_name_another_address_for_themselves(
    house: House, db: Session, make: Make, named: str
) -> None:
    pair = make.pair()
    db.commit()
    house.ticket(pair.pp)
    wire = Wire(house.address)
    wire.ask("/_stcore/health")

    with wire.socket(headers={"X-Forwarded-For": named, "X-Real-Ip": named}) as opened:
        one = Tab(opened)
        page = one.open()
        one.set(page.widget("Name"), f"nobody {named}")
        one.set(page.widget("Password"), "not the right one")
        page = one.press(page.widget("Sign in", "button"))

    assert page.has("do not fit together")
    addresses = db.scalars(select(SignInFailure.address)).all()
    assert "local" in addresses
    assert [address for address in addresses if "203" in address or "DROP" in address] == []
    db.execute(update(SignInFailure).values(is_forgiven=True))
    db.commit()


@pytest.mark.parametrize(("button", "name"), [("CSV", "list.csv"), ("Excel", "list.xlsx")])
def test_a_file_has_a_name_of_ours_and_says_what_it_is(
    house: House, db: Session, make: Make, button: str, name: str
) -> None:
    pair = make.pair()
    pair.pp_file.reference = '"; filename="evil.exe"'
    db.get_one(Person, pair.pp.person_id).name = "evil.exe\r\nX-Told: yes"
    db.commit()
    wire = come_in(house, pair.pp)

    with tab(wire) as one:
        one.press(one.open("cases").widget(button, "button"))
        address = one.take("Take it along")
        answer = wire.ask(address)
        forged = wire.ask(f"{address}?filename=evil.exe&file_name=evil.exe")

    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert forged.headers["content-disposition"] == answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert _says_what_it_is(answer), answer.headers["content-type"]
    assert re.fullmatch(r"/media/[0-9a-f]+(\.\w+)?", address)
    assert "x-told" not in answer.headers


def test_every_name_of_a_file_is_written_in_the_program() -> None:
    names = [
        ast.unparse(keyword.value)
        for path in (ROOT / "pages").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "file_name"
    ]

    assert len(names) > 8
    assert [name for name in names if not re.fullmatch(FIXED, name)] == []
