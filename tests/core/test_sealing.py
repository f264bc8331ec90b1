"""What is sealed opens in its place only, with its key only, and unchanged only."""

import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from core.sealing import BrokenSealError, field_key, seal, unseal
from core.settings import settings

KEY = secrets.token_bytes(32)
PLACE = "account.totp_secret:1"


@given(any_.text(alphabet=any_.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_opens_again(text: str) -> None:
    assert unseal(seal(text, key=KEY, place=PLACE), key=KEY, place=PLACE) == text


def test_the_same_text_is_never_sealed_the_same_way() -> None:
    sealed = {seal("her street", key=KEY, place=PLACE) for _ in range(500)}

    assert len(sealed) == 500
    assert all("street" not in one for one in sealed)


def test_another_place_or_another_key_opens_nothing() -> None:
    sealed = seal("her street", key=KEY, place=PLACE)

    for key, place in (
        (KEY, "account.totp_secret:2"),
        (KEY, "subject.address:1"),
        (secrets.token_bytes(32), PLACE),
    ):
        with pytest.raises(BrokenSealError):
            unseal(sealed, key=key, place=place)


def test_each_changed_bit_is_noticed() -> None:
    version, _, rest = seal("her", key=KEY, place=PLACE).partition(":")
    raw = urlsafe_b64decode(rest)

    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BrokenSealError):
            unseal(f"{version}:{urlsafe_b64encode(bytes(changed)).decode()}", key=KEY, place=PLACE)


@pytest.mark.parametrize("sealed", ["", "her street", "v1:", "v1:!", "v1:AAAA", "v2:AAAA"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(BrokenSealError):
        unseal(sealed, key=KEY, place=PLACE)


def test_a_version_cannot_be_exchanged() -> None:
    sealed = seal("her", key=KEY, place=PLACE)

    with pytest.raises(BrokenSealError):
        unseal(sealed.replace("v1:", "v2:"), key=KEY, place=PLACE)


def test_the_key_lies_in_a_file_of_its_own_that_is_its_owners_alone() -> None:
    assert len(field_key()) == 32
    assert field_key() == field_key()
    assert stat.S_IMODE(settings().field_key_file.stat().st_mode) == 0o600
