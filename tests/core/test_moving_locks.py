"""The lock around the file of a service: it opens with its passphrase, in other programs too, and with no other."""

import io
import threading
import zipfile
from pathlib import Path

import pyrage.passphrase
import pytest
from pyrage import x25519

from core.moving import INSIDE, locking
from core.moving.locking import KEY, SEALED, StaysLockedError
from core.settings import settings

CONTENT = b"a list of what a service wrote; " * 9000
PHRASE = "bako-lite-ruva-modi-sefu-tano"


def made(file: Path) -> Path:
    with locking.locked(file, PHRASE) as stream:
        for at in range(0, len(CONTENT), 1000):
            stream.write(CONTENT[at : at + 1000])
    return file


def opened(file: Path, phrase: str = PHRASE) -> bytes:
    target = io.BytesIO()
    locking.unlock(file, phrase, target)
    return target.getvalue()


def why(file: Path, phrase: str = PHRASE) -> str:
    with pytest.raises(StaysLockedError) as raised:
        opened(file, phrase)
    return raised.value.why


@pytest.fixture(params=["usual", "approved"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "approved":
        request.getfixturevalue("keep_to_approved")
    return made(tmp_path / "locked.zip")


def test_it_opens_with_its_passphrase_and_says_nothing_without(file: Path) -> None:
    assert opened(file) == CONTENT
    assert why(file, f"{PHRASE}-") == "passphrase"
    assert b"a list" not in file.read_bytes()


def test_one_changed_byte_of_the_content_and_a_shorter_file_are_found(file: Path) -> None:
    whole = file.read_bytes()
    for at in range(800, len(whole) - 400, len(whole) // 7):
        changed = bytearray(whole)
        changed[at] ^= 1
        file.write_bytes(changed)
        assert why(file) == "broken", at
    file.write_bytes(whole[: len(whole) // 2])
    assert why(file) == "broken"
    assert why(file.with_name("nothing.zip")) == "broken"


@pytest.mark.usefixtures("keep_to_approved")
def test_an_approved_one_opens_by_age_in_two_steps(tmp_path: Path) -> None:
    file = made(tmp_path / "locked.zip")

    with zipfile.ZipFile(file) as outer:
        assert outer.namelist() == [KEY, SEALED] == ["key.age", f"{INSIDE}.age"]
        assert {entry.date_time[0] for entry in outer.infolist()} == {1980}
        own = pyrage.passphrase.decrypt(outer.read(KEY), PHRASE).decode()
        sealed = outer.read(SEALED)
    assert own.startswith("AGE-SECRET-KEY-1")
    assert sealed.startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert pyrage.decrypt(sealed, [x25519.Identity.from_str(own)]) == CONTENT


@pytest.mark.usefixtures("keep_to_approved")
def test_an_approved_one_opens_where_the_usual_formats_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = made(tmp_path / "locked.zip")
    monkeypatch.setenv("CONCORD_FORMATS", "usual")
    settings.cache_clear()

    assert opened(file) == CONTENT


class _Full(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, _content: object) -> int:
        raise OSError(28, "no space left")


def test_who_writes_is_told_where_there_is_no_more_room_and_nobody_waits_for_ever() -> None:
    before = threading.active_count()

    def write() -> None:
        with locking._sealing(_Full(), x25519.Identity.generate().to_public()) as stream:  # type: ignore[arg-type]
            for _ in range(100):
                stream.write(bytes(1 << 20))

    with pytest.raises(OSError, match="no space left"):
        write()
    assert threading.active_count() == before


@pytest.mark.usefixtures("keep_to_approved")
def test_what_breaks_while_it_is_written_is_what_is_said(tmp_path: Path) -> None:
    def write() -> None:
        with locking.locked(tmp_path / "locked.zip", PHRASE) as stream:
            stream.write(CONTENT)
            raise KeyError("of the one who writes")

    with pytest.raises(KeyError, match="of the one who writes"):
        write()
