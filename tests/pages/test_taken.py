"""The address of a file that somebody took leads to it for them alone, and for a minute."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from pages.ui import taken


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a file that Streamlit holds."""
    storage = MemoryMediaFileStorage("/media")
    runtime: Any = SimpleNamespace(media_file_mgr=MediaFileManager(storage))
    monkeypatch.setattr(Runtime, "exists", lambda: True)
    monkeypatch.setattr(Runtime, "instance", lambda: runtime)
    file_id = storage.load_and_get_id(b"a plan", "text/csv", MediaFileKind.DOWNLOADABLE, "list.csv")
    return storage.get_url(file_id)


def test_a_file_is_its_own_sessions_for_a_minute(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    taken.note("mine", b"a plan")

    assert taken.is_own(path, "mine")
    assert not taken.is_own(path, "theirs")
    monkeypatch.setattr(time, "monotonic", lambda: now + taken.LIFE + 1)
    assert not taken.is_own(path, "mine")
    taken.note("theirs", b"another")
    assert [identity for identity, _digest in taken._taken] == ["theirs"]


def test_an_address_that_leads_nowhere_is_nobodys(path: str) -> None:
    taken.note("mine", b"a plan")

    assert not taken.is_own("/media/none.csv", "mine")
