"""The certificate that the program shows the proxy of its machine: made, kept, and made anew where it does not fit."""

import os
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from core import clock, own_certificate
from core.settings import SettingsError

NOBODY = 65534


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Where the certificate and its key lie, in a home folder that is not there yet."""
    folder = tmp_path / "home" / "tls"
    return folder / "program.pem", folder / "program.key"


def _read(certificate: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.read_bytes())


def test_it_stands_for_this_machine_alone_and_signs_for_nobody(pair: tuple[Path, Path]) -> None:
    assert own_certificate.ready(*pair)

    made = _read(pair[0])
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("127.0.0.1")]
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert made.issuer == made.subject
    made.verify_directly_issued_by(made)
    key = made.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert made.not_valid_before_utc <= clock.now()
    assert made.not_valid_after_utc > clock.now() + timedelta(days=3650)


def test_what_lies_on_the_disk_is_its_owners_alone(pair: tuple[Path, Path]) -> None:
    own_certificate.ready(*pair)

    assert [stat.S_IMODE(path.stat().st_mode) for path in pair] == [0o600, 0o600]
    assert [stat.S_IMODE(path.stat().st_mode) for path in list(pair[1].parents)[:2]] == [0o700, 0o700]
    assert sorted(path.name for path in pair[0].parent.iterdir()) == ["program.key", "program.pem"]


def test_a_later_start_keeps_it_until_less_than_a_year_is_left(pair: tuple[Path, Path]) -> None:
    own_certificate.ready(*pair)
    made, ends = [path.read_bytes() for path in pair], _read(pair[0]).not_valid_after_utc

    with time_machine.travel(ends - timedelta(days=366), tick=False):
        assert not own_certificate.ready(*pair)
    assert [path.read_bytes() for path in pair] == made

    with time_machine.travel(ends - timedelta(days=364), tick=False):
        assert own_certificate.ready(*pair)
    assert _read(pair[0]).not_valid_after_utc > ends + timedelta(days=3000)


def _of_another_key(_certificate: Path, key: Path) -> None:
    other = key.with_name("other.key")
    own_certificate.ready(key.with_name("other.pem"), other)
    other.replace(key)


def _of_another_kind(_certificate: Path, key: Path) -> None:
    _write(key, ed25519.Ed25519PrivateKey.generate(), serialization.NoEncryption())


def _under_a_passphrase(_certificate: Path, key: Path) -> None:
    held = serialization.load_pem_private_key(key.read_bytes(), password=None)
    assert isinstance(held, ec.EllipticCurvePrivateKey)
    _write(key, held, serialization.BestAvailableEncryption(b"unknown"))


def _write(
    key: Path,
    held: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
    locked: serialization.KeySerializationEncryption,
) -> None:
    key.write_bytes(held.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda certificate, _key: certificate.unlink(),
        lambda _certificate, key: key.unlink(),
        lambda certificate, _key: certificate.write_bytes(certificate.read_bytes()[:200]),
        lambda _certificate, key: key.write_bytes(b""),
        lambda _certificate, key: key.chmod(0o640),
        _of_another_key,
        _of_another_kind,
        _under_a_passphrase,
    ],
)
def test_both_are_made_anew_where_they_do_not_fit(
    pair: tuple[Path, Path], spoil: Callable[[Path, Path], object]
) -> None:
    own_certificate.ready(*pair)
    before = _read(pair[0])
    spoil(*pair)

    assert own_certificate.ready(*pair)

    made, held = _read(pair[0]), serialization.load_pem_private_key(pair[1].read_bytes(), password=None)
    assert made.public_key() == held.public_key() != before.public_key()
    assert stat.S_IMODE(pair[1].stat().st_mode) == 0o600
    assert not own_certificate.ready(*pair)


def test_one_that_was_made_by_a_clock_ahead_is_made_anew(pair: tuple[Path, Path]) -> None:
    with time_machine.travel(clock.now() + timedelta(days=40), tick=False):
        own_certificate.ready(*pair)

    assert own_certificate.ready(*pair)


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[None]:
    """Root reads everything, and has to become somebody else first."""
    if os.geteuid() != 0:
        yield
        return
    for folder in tmp_path.parents[:-2]:
        folder.chmod(folder.stat().st_mode | 0o011)
    os.chown(tmp_path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


@pytest.mark.usefixtures("nobody")
def test_what_we_may_not_read_stops_the_start_with_a_sentence(pair: tuple[Path, Path]) -> None:
    own_certificate.ready(*pair)
    pair[1].chmod(0o000)

    with pytest.raises(SettingsError) as stop:
        own_certificate.ready(*pair)

    assert str(stop.value) == f"{pair[0].parent} cannot be read: start as the user who owns it."
