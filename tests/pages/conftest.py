"""Pages are run as a person would: signed in, on a store of their own."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from core import clock, sign_in, store
from core.access import Actor
from core.models import Account, SignIn
from core.settings import settings
from core.store import Store
from pages.ui import stores
from pages.ui.site import page_file
from tests import beside
from tests.make import UNTYPED, Make, hashed

ROOT = Path(__file__).resolve().parent.parent.parent
#: Seconds that a page may take: a busy machine takes long, and how long is none of these tests' business.
PATIENCE = 120


@dataclass
class Kept:
    """A home folder whose open store serves test after test, each time with the files of an empty one."""

    empty: Path
    home: Path
    opened: Store = field(init=False)

    def __post_init__(self) -> None:
        self._lay()
        # One engine for all: it keeps the statements that it has compiled, more than half of the time of a first page.
        self.opened = store.open_store(f"sqlite:///{self.home / 'concord.db'}", self.home / "database.key")

    def empty_out(self) -> None:
        self.opened.engine.dispose()
        shutil.rmtree(self.home)
        self._lay()

    def _lay(self) -> None:
        shutil.copytree(self.empty, self.home)


@pytest.fixture(scope="session")
def kept(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(empty_home, tmp_path_factory.mktemp("kept") / "home")


@pytest.fixture
def real_store(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of the program, empty."""
    stores.close_all()
    kept.empty_out()
    monkeypatch.setenv("CONCORD_HOME", str(kept.home))
    settings.cache_clear()
    monkeypatch.setattr(store, "open_default", lambda: kept.opened)
    yield stores.real()
    stores.close_all()
    settings.cache_clear()


@dataclass
class Desk:
    """Makes records in the store, signs people in and opens pages for them."""

    store: Store
    sessions: dict[UUID, str] = field(default_factory=dict)

    def sign_in(self, actor: Actor, *, is_fresh: bool = True) -> str:
        """A live session of this person, who has just proved who they are."""
        if actor.person_id not in self.sessions:
            with self.store.writing.begin() as db:
                if db.scalar(select(Account.id).where(Account.person_id == actor.person_id)) is None:
                    db.add(
                        Account(
                            person_id=actor.person_id,
                            username=str(actor.person_id),
                            password_hash=hashed(UNTYPED),
                            signed_in_at=clock.now(),
                        )
                    )
                session = SignIn(
                    digest=sign_in.digest(self.token(actor)),
                    person_id=actor.person_id,
                    seen_at=clock.now(),
                    expires_at=clock.now() + timedelta(hours=1),
                    fresh_until=clock.now() + timedelta(hours=1) if is_fresh else None,
                    certain_until=clock.now() + timedelta(hours=1) if is_fresh else None,
                )
                db.add(session)
                db.flush()
                self.sessions[actor.person_id] = stores.named(self.store, session.id)
        return self.sessions[actor.person_id]

    def token(self, actor: Actor) -> str:
        """What the browser of this person shows at the door until they prove again who they are."""
        return f"token-{actor.person_id}"

    def grow_stale(self, actor: Actor) -> None:
        """It is some time ago that this person proved who they are."""
        self._proved_until(actor, clock.now() - timedelta(minutes=1))

    def freshen(self, actor: Actor) -> None:
        """This person has just proved who they are."""
        self._proved_until(actor, clock.now() + timedelta(hours=1))

    def _proved_until(self, actor: Actor, until: datetime) -> None:
        with self.store.writing.begin() as db:
            theirs = update(SignIn).where(SignIn.person_id == actor.person_id)
            db.execute(theirs.values(fresh_until=until, certain_until=until))

    def stranger(self) -> AppTest:
        """What somebody without a session sees."""
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
        at.session_state["session"] = ""
        at.run()
        assert not at.exception, [raised.value for raised in at.exception]
        return at

    def open(self, actor: Actor, page: str, **params: object) -> AppTest:
        """Open a page as this person; the keywords are the ids of the address.

        Raises LookupError where it is none of this person's pages.
        """
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
        at.session_state["session"] = self.sign_in(actor)
        for name, value in params.items():
            at.query_params[name] = str(value)
        # As by its address: `switch_page` knows a page only once another was drawn, which takes as long again.
        at._page_hash = calc_hash(page)
        at.run()
        here = at._registered_pages.get(at._page_hash)
        if here is None or here["script_path"] != str(page_file(page)):
            raise LookupError(page)
        assert not at.exception, [raised.value for raised in at.exception]
        return at


@pytest.fixture
def desk(real_store: Store) -> Desk:
    return Desk(real_store)


@pytest.fixture
def db(real_store: Store) -> Iterator[Session]:
    """Writes into the store that the pages read; commit before a page is opened."""
    with beside.Beside(real_store.engine) as session:
        yield session


@pytest.fixture
def make(db: Session) -> Make:
    return Make(db)


def press(at: AppTest, label: str) -> AppTest:
    """Click the button that says this."""
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def whole(at: AppTest) -> str:
    """All that the page itself says, in the order in which it is read: texts, and the labels and contents of fields."""
    return "\n".join(_said_by(at.main))


def _said_by(node: Any) -> Iterator[str]:
    for child in getattr(node, "children", {}).values():
        yield from (str(getattr(child, name)) for name in ("label", "value") if getattr(child, name, None))
        yield from _said_by(child)


def said(at: AppTest) -> str:
    """All that the page says in text."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "success", "info", "warning", "error")
    return "\n".join(str(getattr(block, "value", "")) for kind in kinds for block in at.get(kind))
