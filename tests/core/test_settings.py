"""A setting that cannot be used stops the start with one sentence."""

from pathlib import Path

import pytest

from core.settings import ROOT, Settings, SettingsError, settings


@pytest.fixture(autouse=True)
def _fresh() -> None:
    settings.cache_clear()


def test_the_default_is_an_encrypted_file_in_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path))

    assert settings().is_sqlite
    assert settings().database_url == f"sqlite:///{tmp_path / 'concord.db'}"
    assert settings().key_file == tmp_path / "database.key"
    assert settings().example_database_url.endswith("example.db")


def test_one_setting_moves_the_store_to_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_DATABASE", "postgresql://someone@localhost/concord")

    assert not settings().is_sqlite
    assert settings().database_url == "postgresql+psycopg://someone@localhost/concord"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONCORD_IDLE_MINUTES", "soon"),
        ("CONCORD_IDLE_MINUTES", "4"),
        ("CONCORD_IDLE_MINUTES", "31"),
        ("CONCORD_SESSION_HOURS", "0"),
        ("CONCORD_SESSION_HOURS", "11"),
        ("CONCORD_KEYS", "vault"),
        ("CONCORD_ANCHORS", str(ROOT / "data" / "elsewhere")),
        ("CONCORD_LOG_MONTHS", "11"),
        ("CONCORD_WAY_IN_MONTHS", "0"),
        ("CONCORD_DATABASE", "mysql://x"),
        ("CONCORD_SCANNER", "clamd.example.org:3310"),
        ("CONCORD_SCANNER", "127.0.0.1"),
        ("CONCORD_SCANNER", "clamd.ctl"),
        ("CONCORD_ADDRESS", "concord.example.org"),
        ("CONCORD_ADDRESS", "http://concord.example.org"),
        ("CONCORD_ADDRESS", "https://concord.example.org/case"),
        ("CONCORD_ADDRESS", "https://ada@concord.example.org"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.delenv("CONCORD_HOME", raising=False)
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as stop:
        settings()

    assert name in str(stop.value)
    assert "\n" not in str(stop.value)


@pytest.mark.parametrize(("idle", "hours"), [("5", "1"), ("30", "10")])
def test_a_session_may_last_as_long_as_is_safe(
    monkeypatch: pytest.MonkeyPatch, idle: str, hours: str
) -> None:
    monkeypatch.setenv("CONCORD_IDLE_MINUTES", idle)
    monkeypatch.setenv("CONCORD_SESSION_HOURS", hours)

    assert (settings().idle_minutes, settings().session_hours) == (int(idle), int(hours))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Concord.example.org/", "https://concord.example.org"),
        ("https://concord.example.org:8443", "https://concord.example.org:8443"),
        ("", ""),
    ],
)
def test_an_address_behind_a_proxy_means_tls(monkeypatch: pytest.MonkeyPatch, given: str, kept: str) -> None:
    monkeypatch.setenv("CONCORD_ADDRESS", given)

    assert settings().address == kept
    assert settings().tls == bool(given)


def test_the_language_is_one_that_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().language == "en"
    settings.cache_clear()
    monkeypatch.setenv("CONCORD_LANGUAGE", "xx")

    with pytest.raises(SettingsError, match="must be one of: en"):
        settings()


def test_the_settings_cannot_be_changed_while_the_program_runs() -> None:
    with pytest.raises(Exception, match="frozen"):
        Settings().idle_minutes = 3  # type: ignore[misc]


def test_the_anchors_of_the_log_lie_beside_the_data_and_where_the_setting_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    assert settings().anchor_folders == (tmp_path / "home" / "anchors",)

    monkeypatch.setenv("CONCORD_ANCHORS", str(tmp_path / "other_disk"))
    settings.cache_clear()
    assert settings().anchor_folders == (tmp_path / "home" / "anchors", tmp_path / "other_disk")
