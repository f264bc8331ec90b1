"""An administrator names the identity by which somebody signs in; without a provider nobody is asked for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import Identity, Role
from core.settings import settings
from tests.make import Make
from tests.pages.conftest import Desk, press, said
from tests.pages.test_cases import choose, type_in

WHO = "Change a person, or enter a new one"


@pytest.fixture
def _provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    secret = tmp_path / "secret"
    secret.write_text("given")
    secret.chmod(0o600)
    monkeypatch.setenv("CONCORD_OIDC_ISSUER", "https://id.example.org")
    monkeypatch.setenv("CONCORD_OIDC_CLIENT", "concord")
    monkeypatch.setenv("CONCORD_OIDC_SECRET_FILE", str(secret))
    monkeypatch.setenv("CONCORD_OIDC_NAME", "the county")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("_provider")
def test_an_identity_is_recorded_taken_away_and_never_shown(db: Session, make: Make, desk: Desk) -> None:
    ada = make.actor(make.cooperation().pp_id, Role.ADMINISTRATOR)
    ivo = make.actor(ada.service_id)
    make.account(ivo)
    db.commit()
    at = desk.open(ada, "people")
    choose(at, "Service", ada.service_id)
    choose(at, WHO, ivo.person_id)

    type_in(at, "Subject at the provider", "s-17")
    press(at, "Record")
    assert db.scalar(select(func.count()).select_from(Identity)) == 1
    db.rollback()
    at = desk.open(ada, "people")
    choose(at, "Service", ada.service_id)
    choose(at, WHO, ivo.person_id)
    assert "An identity is recorded." in said(at)
    assert "s-17" not in said(at)
    press(at, "Remove")

    assert db.scalar(select(func.count()).select_from(Identity)) == 0


def test_without_a_provider_nobody_is_asked_for_an_identity(db: Session, make: Make, desk: Desk) -> None:
    ada = make.actor(make.cooperation().pp_id, Role.ADMINISTRATOR)
    ivo = make.actor(ada.service_id)
    make.account(ivo)
    db.commit()
    at = desk.open(ada, "people")
    choose(at, "Service", ada.service_id)
    choose(at, WHO, ivo.person_id)

    assert "Subject at the provider" not in [field.label for field in at.text_input]
