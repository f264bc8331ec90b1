"""Signing in by an identity provider, a small one on loopback: the first step only, and only what it really said."""

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from core import clock, store
from core.models import Account, Identity, Role
from core.operations import accounts, identities
from core.settings import settings
from core.sign_in import factors
from core.store import Store
from tests.browser.conftest import House, _thousands, at_rest, serve
from tests.browser.provider import CLIENT, SECRET, Provider, provider
from tests.browser.tab import Page as TabPage
from tests.browser.tab import tab
from tests.browser.wire import Wire
from tests.make import Make

pytestmark = pytest.mark.browser
BUTTON = "Sign in by the county"
REFUSED = "Name and password do not fit together."


class Town:
    """The program, its provider, and somebody who signs in by it."""

    def __init__(self, house: House, kept: Store, provider: Provider) -> None:
        self.house, self.store, self.provider = house, kept, provider
        self.seed = factors.new_seed()
        with kept.writing.begin() as db:
            make = Make(db, next(_thousands))
            self.person = make.pair().pp
            self.administrator = make.actor(self.person.service_id, Role.ADMINISTRATOR)
            make.account(self.person, seed=self.seed)
            identities.record(db, self.administrator, self.person.person_id, subject=provider.subject)

    def page(self) -> Page:
        page = self.house.browser.new_context().new_page()
        page.set_default_timeout(20_000)
        page.goto(self.house.address)
        page.get_by_role("button", name=BUTTON).wait_for()
        at_rest(page)
        return page

    def come(self) -> Page:
        """Go to the provider and back."""
        page = self.page()
        with page.expect_navigation(url="**/"):
            page.get_by_role("button", name=BUTTON).click()
        at_rest(page)
        return page

    def come_by_wire(self) -> TabPage:
        """The same without a browser: what the sign-in page says after the way to the provider and back."""
        wire = Wire(self.house.address)
        self.go_and_come_back(wire)
        with tab(wire) as one:
            return one.open()

    def go_and_come_back(self, wire: Wire) -> None:
        wire.ask("/_stcore/health")
        with tab(wire) as one:
            page = one.open()
            asked = one.press(page.widget(BUTTON, "button")).redirect
        begun = wire.ask(asked.removeprefix(self.house.address))
        there = Wire(self.provider.issuer).ask(begun.headers["location"].removeprefix(self.provider.issuer))
        back = wire.ask(there.headers["location"].removeprefix(self.house.address))
        assert back.status == 302

    def give_code(self, page: Page) -> None:
        with self.store.writing.begin() as db:
            # A test is faster than the thirty seconds of a code.
            db.execute(update(Account).values(totp_last_step=None))
        page.get_by_label("Code", exact=True).fill(pyotp.TOTP(self.seed).now())
        page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()


@pytest.fixture(scope="module")
def running(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, Store, Provider]]:
    folder = tmp_path_factory.mktemp("town")
    secret = folder / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    with provider() as found, pytest.MonkeyPatch.context() as patch:
        given = {
            "CONCORD_OIDC_ISSUER": found.issuer, "CONCORD_OIDC_CLIENT": CLIENT, "CONCORD_OIDC_SECRET_FILE": str(secret),
            "CONCORD_OIDC_NAME": "the county", "CONCORD_OIDC_SECOND_FACTOR": "mfa",
        }  # fmt: skip
        for name, value in {**given, "CONCORD_HOME": str(folder / "home")}.items():
            patch.setenv(name, value)
        settings.cache_clear()
        with serve(folder, **given) as (address, home):
            kept = store.open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")
            house = House(address, kept, browser)
            yield house, kept, found
            house.close()
            kept.engine.dispose()
    settings.cache_clear()


@pytest.fixture
def town(running: tuple[House, Store, Provider]) -> Iterator[Town]:
    house, kept, found = running
    for name, value in Provider(
        issuer=found.issuer, key=found.key, subject=f"s-{clock.now()}"
    ).__dict__.items():
        setattr(found, name, value)
    yield Town(house, kept, found)
    house.everybody_goes()


def test_who_comes_by_the_provider_gives_the_second_step_here_and_nothing_of_it_stays_in_the_browser(
    town: Town,
) -> None:
    page = town.come()
    town.give_code(page)
    page.get_by_role("button", name="Sign out").wait_for()

    expect(page.get_by_text(town.person.name).first).to_be_visible()
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert not any(name.startswith("_streamlit_user") for name in names)


def test_what_streamlit_signs_on_the_way_is_signed_by_sha_256(town: Town) -> None:
    wire = Wire(town.house.address)
    town.go_and_come_back(wire)

    signed = {name: value for name, value in wire.cookies.items() if "xsrf" not in name and "." in value}
    assert list(signed) == ["_streamlit_user"]
    for value in signed.values():
        code = value.strip('"').rpartition(".")[2]
        assert len(base64.urlsafe_b64decode(f"{code}==")) == sha256().digest_size


def test_the_second_factor_of_the_provider_counts_only_where_its_token_shows_it_and_the_identity_was_taken_up(
    town: Town,
) -> None:
    town.provider.says = {"amr": ["pwd", "mfa"]}
    first = town.come()
    expect(first.get_by_label("Code", exact=True)).to_be_visible()
    town.give_code(first)
    first.get_by_role("button", name="Sign out").wait_for()

    second = town.come()
    second.get_by_role("button", name="Sign out").wait_for()
    town.provider.says = {"amr": ["pwd"]}
    third = town.come()

    expect(third.get_by_label("Code", exact=True)).to_be_visible()


def test_a_page_reloaded_on_the_way_does_not_use_the_same_token_again(town: Town) -> None:
    page = town.come()
    expect(page.get_by_label("Code", exact=True)).to_be_visible()

    page.reload()
    at_rest(page)

    expect(page.get_by_label("Code", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()


def _another_subject(town: Town) -> None:
    town.provider.subject = "nobody"


def _left(town: Town) -> None:
    with town.store.writing.begin() as db:
        accounts.disable(db, town.administrator, town.person.person_id)


def _removed(town: Town) -> None:
    with town.store.writing.begin() as db:
        identities.remove(db, town.administrator, town.person.person_id)


def _says(**claims: object) -> Callable[[Town], None]:
    def say(town: Town) -> None:
        town.provider.says = {name: value() if callable(value) else value for name, value in claims.items()}

    return say


def _signed(how: str) -> Callable[[Town], None]:
    def sign(town: Town) -> None:
        town.provider.signed = how

    return sign


def _describes(issuer: str | None, **claims: object) -> Callable[[Town], None]:
    def describe(town: Town) -> None:
        town.provider.describes, town.provider.says = {"issuer": issuer}, dict(claims)

    return describe


def _ago(**time: int) -> Callable[[], int]:
    return lambda: int((clock.now() - timedelta(**time)).timestamp())


def _token_from_before(town: Town) -> None:
    town.come_by_wire()
    town.provider.again = town.provider.last


def _other_state(town: Town) -> None:
    town.provider.state = "made-up"


@pytest.mark.parametrize(
    "wrong",
    [
        _another_subject, _left, _removed, _says(iss="https://evil.example"), _says(aud="another program"),
        _says(aud=[CLIENT, "another"], azp="another"), _says(exp=_ago(minutes=10), iat=_ago(minutes=20)),
        _says(iat=_ago(minutes=20)), _says(nonce="another"), _says(nonce=None), _says(sub=None), _signed("none"),
        _signed("HS256"), _signed("stranger"), _token_from_before, _other_state,
        _describes("https://evil.example"), _describes("https://evil.example", iss="https://evil.example"),
        _describes(None, iss="https://evil.example"),
    ],
    ids=lambda wrong: getattr(wrong, "__name__", "wrong"),
)  # fmt: skip
def test_whoever_comes_with_anything_else_stands_before_the_same_form(
    town: Town, wrong: Callable[[Town], None]
) -> None:
    wrong(town)

    page = town.come_by_wire()

    labels = {widget.label for widget in page.widgets}
    assert BUTTON in labels
    assert "Code" not in labels
    with town.store.reading.begin() as db:
        assert (
            db.scalar(select(Identity.confirmed_at).where(Identity.person_id == town.person.person_id))
            is None
        )


def test_the_server_follows_nobody_who_leads_it_elsewhere(town: Town) -> None:
    town.provider.leads = f"{town.provider.issuer}/elsewhere"
    wire = Wire(town.house.address)
    wire.ask("/_stcore/health")
    with tab(wire) as one:
        page = one.open()
        asked = one.press(page.widget(BUTTON, "button")).redirect

    begun = wire.ask(asked.removeprefix(town.house.address))

    assert begun.status == 400
    assert "location" not in begun.headers
    assert "/elsewhere" not in town.provider.requests


def test_what_is_right_leads_to_the_second_step(town: Town) -> None:
    page = town.come_by_wire()

    assert "Code" in {widget.label for widget in page.widgets}


@pytest.mark.parametrize("wrong", [_another_subject, _left], ids=lambda wrong: str(wrong.__name__))
def test_an_unknown_identity_and_a_closed_account_hear_what_an_unknown_name_hears(
    town: Town, wrong: Callable[[Town], None]
) -> None:
    wrong(town)

    assert town.come_by_wire().has(REFUSED)


def test_the_way_out_of_streamlit_stays_closed(town: Town) -> None:
    wire = Wire(town.house.address)

    assert wire.ask("/auth/logout").status == 403
    assert wire.ask("/auth/login", "POST", headers={"Origin": town.house.address}).status == 403
    assert wire.ask("/oauth2callback?state=x&code=y").status == 302
