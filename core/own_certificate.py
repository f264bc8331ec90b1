"""The program's own certificate: by it the proxy of this machine knows that it speaks with the program, and over TLS.

Self-signed, for this machine alone. It is no authority: whoever trusts it trusts this one certificate and no other.
"""

import ipaddress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core import clock
from core.key_holders.files import lay, told
from core.settings import is_own

#: The names of this machine that it stands for.
HOST, ADDRESS = "localhost", "127.0.0.1"
#: The proxy has it from a person, by hand.
LIFE = timedelta(days=3652)
#: Renewed at a start where less is left: nobody lets a program run so long without starting it anew.
LEFT = timedelta(days=365)


def ready(certificate: Path, key: Path) -> bool:
    """See that the certificate and its key are there and fit; make both anew where not, and say whether that was so.

    Raises SettingsError where a file belongs to another user.
    """
    with told(certificate.parent):
        for folder in (certificate.parent.parent, certificate.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if _is_fit(certificate, key, clock.now()):
            return False
        # Stopped between the two, the pair does not fit, and the next start makes another.
        made = ec.generate_private_key(ec.SECP256R1())
        lay(key, _pem(made), over=True)
        lay(
            certificate,
            _signed(made, clock.now()).public_bytes(serialization.Encoding.PEM),
            over=True,
        )
    return True


def _is_fit(certificate: Path, key: Path, now: datetime) -> bool:
    try:
        shown = x509.load_pem_x509_certificate(certificate.read_bytes())
        held = serialization.load_pem_private_key(key.read_bytes(), password=None)
        belongs = held.public_key() == shown.public_key()
    except (FileNotFoundError, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    lasts = shown.not_valid_before_utc <= now <= shown.not_valid_after_utc - LEFT
    return belongs and lasts and is_own(key)


def _signed(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Concord on this machine")])
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address(ADDRESS))]
    builder = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
