"""What is uploaded is looked through by the scanner of the machine, where the settings name one."""

import importlib
import inspect
import pkgutil
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from core import operations, scanning
from core.errors import CoreError, Invalid, Unavailable
from core.models import Agreement, Service, SignedCopy
from core.operations import agreement_approvals
from core.settings import settings
from core.store import Store
from tests import agreement_steps as steps
from tests import clamd
from tests.agreement_steps import PDF, Managers
from tests.clamd import Scanner
from tests.make import Make

HARMFUL = PDF.replace(b"endobj", clamd.HARMFUL + b"\nendobj")


@pytest.fixture
def scanner(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scanner]:
    """One at a socket, unless a test asks for a port."""
    running = (
        clamd.at_a_port() if getattr(request, "param", "") == "port" else clamd.at_a_socket(tmp_path / "s")
    )
    with running as found:
        at(found.where, monkeypatch)
        yield found
    settings.cache_clear()


def at(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_SCANNER", where)
    settings.cache_clear()


@pytest.fixture
def approved(own_store: Store) -> tuple[Managers, Agreement, int]:
    """An agreement whose signed paper may be filed."""
    with own_store.writing.begin() as db:
        side = steps.managers(Make(db))
        agreement = steps.approved(db, side)
        return side, agreement, steps.newest(db, side.pp, agreement)


def filed(own_store: Store, approved: tuple[Managers, Agreement, int], data: bytes) -> CoreError | None:
    side, agreement, number = approved
    try:
        own_store.change(agreement_approvals.file_signed, side.pp, agreement.id, data=data, number=number)
    except CoreError as error:
        return error
    return None


def is_kept(own_store: Store, *papers: bytes) -> bool:
    """Are these the papers that are kept, and no other?"""
    with own_store.reading.begin() as db:
        return list(db.scalars(select(SignedCopy.digest))) == [sha256(one).hexdigest() for one in papers]


@pytest.mark.parametrize("scanner", ["socket", "port"], indirect=True)
def test_a_file_that_the_scanner_finds_clean_is_kept_whole(
    own_store: Store, approved: tuple[Managers, Agreement, int], scanner: Scanner
) -> None:
    paper = PDF.replace(b"endobj", b"x" * 300_000 + b"\nendobj")

    assert filed(own_store, approved, paper) is None

    assert scanner.given == [paper]
    assert is_kept(own_store, paper)


def test_a_harmful_file_is_not_kept_and_its_box_says_why(
    own_store: Store, approved: tuple[Managers, Agreement, int], scanner: Scanner
) -> None:
    refused = filed(own_store, approved, HARMFUL)

    assert isinstance(refused, Invalid)
    assert (refused.key, refused.field) == ("error.harmful_file", "copy")
    assert scanner.given == [HARMFUL]
    assert is_kept(own_store)


@pytest.mark.parametrize("says", [b"stream: Broken ERROR\0", b"\xff\0", b"UNKNOWN COMMAND\0", b"OK\0"])
def test_what_the_scanner_does_not_call_clean_is_not_kept(
    own_store: Store, approved: tuple[Managers, Agreement, int], scanner: Scanner, says: bytes
) -> None:
    scanner.says = says

    refused = filed(own_store, approved, PDF)

    assert isinstance(refused, Unavailable)
    assert refused.key == "error.scanner_away"
    assert is_kept(own_store)


def test_a_file_that_is_too_large_for_the_scanner_is_not_kept(
    own_store: Store, approved: tuple[Managers, Agreement, int], scanner: Scanner
) -> None:
    paper = PDF.replace(b"endobj", b"x" * 2 * clamd.MOST + b"\nendobj")

    refused = filed(own_store, approved, paper)

    assert refused is not None
    assert refused.key == "error.scanner_away"
    assert is_kept(own_store)
    assert scanner.given == []


@pytest.mark.parametrize("where", ["/nowhere/clamd.ctl", "127.0.0.1:1"])
def test_where_the_scanner_is_away_nothing_is_kept(
    own_store: Store,
    approved: tuple[Managers, Agreement, int],
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    at(where, monkeypatch)

    refused = filed(own_store, approved, PDF)
    settings.cache_clear()

    assert isinstance(refused, Unavailable)
    assert refused.key == "error.scanner_away"
    assert is_kept(own_store)


def test_a_file_that_is_no_pdf_is_refused_before_the_scanner_sees_it(
    own_store: Store, approved: tuple[Managers, Agreement, int], scanner: Scanner
) -> None:
    refused = filed(own_store, approved, clamd.HARMFUL)

    assert refused is not None
    assert refused.key == "error.agreement.copy_no_pdf"
    assert scanner.given == []


def test_while_the_scanner_looks_others_write(
    own_store: Store, approved: tuple[Managers, Agreement, int], scanner: Scanner
) -> None:
    with scanner.looks_for_long():
        filing = threading.Thread(target=filed, args=(own_store, approved, PDF))
        filing.start()
        assert scanner.is_asked.wait(10)
        with own_store.writing.begin() as db:
            db.scalars(select(Service)).first().name = "Written meanwhile"  # type: ignore[union-attr]
        assert is_kept(own_store)
    filing.join(10)

    assert is_kept(own_store, PDF)


def test_without_a_scanner_a_file_is_kept_as_it_is(
    own_store: Store, approved: tuple[Managers, Agreement, int]
) -> None:
    assert filed(own_store, approved, HARMFUL) is None
    assert is_kept(own_store, HARMFUL)


def test_every_operation_that_takes_a_file_has_it_looked_through() -> None:
    taking = set()
    for module in pkgutil.iter_modules(operations.__path__):
        loaded = importlib.import_module(f"core.operations.{module.name}")
        for name, one in inspect.getmembers(loaded, inspect.isfunction):
            given = inspect.signature(one).parameters
            if one.__module__ == loaded.__name__ and list(given)[:2] == ["db", "actor"]:
                taking |= {
                    (name, hasattr(one, scanning.MARK)) for each in given.values() if each.annotation is bytes
                }
    assert taking == {("file_signed", True)}
