"""OWASP ASVS 6, 11, 12 and 13: how strong what guards the data is, and with what it speaks (docs/asvs.md)."""

import ast
from pathlib import Path
from typing import get_args
from uuid import uuid4

import pytest
import time_machine
from cryptography.hazmat.primitives.ciphers import aead
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core import ciphers, clock, log_keys, sealing, store, tokens
from core.db import open_engine
from core.log_keys import HashName
from core.models import Account, RecoveryCode, Service, ServiceKind
from core.settings import CipherName, SettingsError, settings
from core.sign_in import Step, Visitor, arrivals, factors, limits, passwords
from tests.make import Make, hashed

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py")]
HERE = Visitor("10.0.0.1")
#: Hash functions and modes of ciphers that anybody could name by mistake.
NAMED = {
    "md4", "md5", "sha1", "sha224", "sha3_224", "blake2b", "blake2s", "crc32", "adler32", "ripemd160", "new", "ECB",
    "CBC", "CTR", "CFB", "OFB", "XTS", "ARC4", "TripleDES", "Blowfish", "Fernet", "MD5", "SHA1", "PKCS1v15",
}  # fmt: skip
#: What new keys can be for, as OWASP ASVS 5.0 approves it in its appendix C.
APPROVED_CIPHERS = {"aes-256-gcm": "AESGCM", "chacha20-poly1305": "ChaCha20Poly1305"}
APPROVED_HASHES = {"sha256": "sha256", "sha512": "sha512", "sha3-256": "sha3_256"}
#: Modules whose functions these could be.
OF_CIPHERS = ("hashlib.", "zlib.", "binascii.", "hashes.", "modes.", "algorithms.", "padding.", "ciphers.")


def _named() -> set[str]:
    """The hash functions, ciphers and modes that the program itself names."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node).startswith(OF_CIPHERS):
                found.add(node.attr)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("cryptography.", "hashlib")
            ):
                found |= {name.name for name in node.names}
    return found


def test_the_program_names_no_hash_function_and_no_cipher_but_approved_ones() -> None:
    named = _named()

    assert {"sha256", "AESGCM"} <= named
    assert named & NAMED == set()
    assert named & set(dir(aead)) == {"AESGCM", "ChaCha20Poly1305"}
    assert {name: cipher.__name__ for name, cipher in ciphers.CIPHERS.items()} == APPROVED_CIPHERS
    assert log_keys.HASHES == APPROVED_HASHES


def test_each_cipher_and_each_hash_of_the_log_can_be_chosen_and_stands_in_one_table() -> None:
    assert set(get_args(CipherName)) == set(ciphers.CIPHERS)
    assert set(get_args(HashName)) == set(log_keys.HASHES)
    naming = {path.name for path in SOURCES if "ciphers.aead" in path.read_text(encoding="utf-8")}
    assert naming == {"ciphers.py"}


def test_every_key_of_the_program_has_256_bits_and_every_token_too(tmp_path: Path) -> None:
    opened = store.open_store(f"sqlite:///{tmp_path / 'concord.db'}", tmp_path / "database.key")
    opened.engine.dispose()

    keys = [bytes.fromhex((tmp_path / f"{name}.key").read_text()) for name in ("database", "audit", "field")]

    assert {len(key) * 8 for key in [*keys, sealing.new_key().raw]} == {256}
    assert len(set(keys)) == 3
    assert len(tokens.new()) * 6 >= 256
    assert len(tokens.new_code().replace("-", "")) * 5 >= 128
    assert len(factors.new_seed()) * 5 == 160
    assert passwords.hash_password("seven herons over the mill").startswith("$2b$12$")


def test_the_file_is_aes_256_with_a_code_over_each_page(tmp_path: Path) -> None:
    opened = store.open_store(f"sqlite:///{tmp_path / 'concord.db'}", tmp_path / "database.key")

    with opened.reading.begin() as db:
        said = {
            name: str(db.execute(text(f"PRAGMA {name}")).scalar())
            for name in ("cipher_hmac_algorithm", "cipher_use_hmac", "cipher_version")
        }
    opened.engine.dispose()

    assert said["cipher_hmac_algorithm"] == "HMAC_SHA512"
    assert said["cipher_use_hmac"] == "1"
    assert int(said["cipher_version"].split(".")[0]) >= 4


def test_one_changed_byte_anywhere_in_the_file_is_found(tmp_path: Path) -> None:
    address, key = f"sqlite:///{tmp_path / 'concord.db'}", tmp_path / "database.key"
    opened = store.open_store(address, key)
    with opened.writing.begin() as db:
        db.add_all(Service(name=f"Service {number}", kind=ServiceKind.PP) for number in range(300))
        db.execute(text("SELECT 1"))
    with opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.engine.dispose()
    whole = (tmp_path / "concord.db").read_bytes()

    unseen = []
    for place in range(100, len(whole), len(whole) // 40):
        changed = bytearray(whole)
        changed[place] ^= 1
        (tmp_path / "concord.db").write_bytes(changed)
        if _is_whole(address, key):
            unseen.append(place)
    (tmp_path / "concord.db").write_bytes(whole)

    assert _is_whole(address, key)
    assert unseen == []


def _is_whole(address: str, key: Path) -> bool:
    """Does every page of the file carry the code that belongs to it?"""
    engine = open_engine(address, key)
    try:
        with engine.connect() as connection:
            return not connection.exec_driver_sql("PRAGMA cipher_integrity_check").all()
    except DatabaseError:
        return False
    finally:
        engine.dispose()


def test_a_recovery_code_has_more_than_128_bits_and_stands_nowhere_as_it_is(db: Session, make: Make) -> None:
    account = make.account(make.pair().vss)

    codes = factors.new_recovery_codes(db, account)

    assert {len(code.replace("-", "")) * 5 for code in codes} == {140}
    assert len({sign for code in codes for sign in code}) > 20
    kept = db.scalars(select(RecoveryCode.digest).where(RecoveryCode.person_id == account.person_id)).all()
    assert not {code for code in codes if code in kept or code.replace("-", "") in kept}


RIGHT = "Seven herons over the mîll"


@pytest.mark.parametrize(
    "wrong",
    [
        RIGHT.lower(), RIGHT.upper(), f"{RIGHT} ", f" {RIGHT}", RIGHT[:-1], f"{RIGHT}\x00", f"{RIGHT}\n",
        RIGHT.replace("î", "i"), RIGHT.replace("î", "i\u0302"), RIGHT.replace(" ", "  "), RIGHT.replace(" ", "\u00a0"), "",
    ],
)  # fmt: skip
def test_a_password_is_right_exactly_as_it_was_typed(wrong: str) -> None:
    known = hashed(RIGHT)

    assert passwords.is_right(RIGHT, known)
    assert not passwords.is_right(wrong, known)


@pytest.mark.parametrize("sign", ["x", "ä", "ж", "愛", "🦢", "\ud800"])
def test_a_long_password_of_any_script_counts_to_its_last_sign(sign: str) -> None:
    begun = "nine swans below the weir, "
    longest = begun + sign * (passwords.LONGEST - len(begun))

    passwords.check(longest, longest)
    known = hashed(longest)

    assert passwords.LONGEST >= 64
    assert passwords.is_right(longest, known)
    assert not passwords.is_right(longest[:-1], known)
    assert not passwords.is_right(longest[:-1] + "q", known)


def test_a_password_is_good_for_ever(db: Session, make: Make) -> None:
    seed = factors.new_seed()
    account = make.account(make.pair().vss, password=RIGHT, seed=seed)

    with time_machine.travel(clock.now().replace(year=clock.now().year + 20), tick=False):
        assert passwords.is_right(RIGHT, account.password_hash)
        token = arrivals.by_password(
            db, account.username, attempt_id=limits.knock(db, account.username, HERE)
        )

        assert arrivals.step(db, token) is Step.FACTOR


def test_nobody_is_asked_a_secret_question_and_nothing_hints_at_a_password(db: Session) -> None:
    columns = {column.name for column in inspect(Account).columns}

    assert columns == {
        "id", "created_at", "version", "person_id", "username", "password_hash", "is_enabled", "changed_at",
        "signed_in_at", "totp_secret", "totp_hash", "totp_last_step", "has_kept_codes",
    }  # fmt: skip
    for path in SOURCES:
        source = path.read_text(encoding="utf-8").lower()
        assert "password_hint" not in source, path
        assert "secret_question" not in source, path


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("postgresql://concord:long-and-by-chance@localhost/concord", True),
        ("postgresql://concord:long-and-by-chance@127.0.0.1:5433/concord", True),
        ("postgresql://concord@/concord?host=/var/run/postgresql", True),
        ("postgresql://concord:x9@db.example.org/concord?sslmode=verify-full", True),
        ("postgresql://concord:x9@db.example.org/concord", False),
        ("postgresql://concord:x9@db.example.org/concord?sslmode=require", False),
        ("postgresql://concord:x9@10.0.0.7/concord?sslmode=disable", False),
        ("postgresql://concord:x9@localhost/concord?host=db.example.org", False),
        ("postgresql://concord:x9@/concord?host=/var/run/postgresql,db.example.org", False),
        ("postgresql://concord:x9@localhost,db.example.org/concord", False),
        ("postgresql://concord:x9@localhost.evil.example/concord", False),
        ("postgresql://postgres:postgres@localhost/concord", False),
        ("postgresql://concord:concord@localhost/concord", False),
        ("postgresql://ada:ADA@localhost/concord", False),
        ("postgresql://concord:ch%61ngeme@localhost/concord", False),
    ],
)
def test_a_database_elsewhere_is_reached_over_tls_that_is_looked_at_and_never_with_a_usual_password(
    monkeypatch: pytest.MonkeyPatch, address: str, *, is_taken: bool
) -> None:
    monkeypatch.setenv("CONCORD_DATABASE", address)
    settings.cache_clear()
    try:
        if is_taken:
            assert settings().database_url.startswith("postgresql+psycopg://")
        else:
            with pytest.raises(SettingsError, match="CONCORD_DATABASE") as stop:
                settings()
            assert "x9" not in str(stop.value)
            assert "postgres:" not in str(stop.value)
    finally:
        settings.cache_clear()


def test_a_role_that_owns_its_database_and_nothing_else_is_enough(
    postgresql_engine: Engine, tmp_path: Path
) -> None:
    name = f"bare_{uuid4().hex}"
    with postgresql_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            text(f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")
        )
        connection.execute(text(f"CREATE DATABASE {name} OWNER {name}"))
    url = postgresql_engine.url.set(database=name, username=name).render_as_string(hide_password=False)

    opened = store.open_store(url, tmp_path / "database.key")
    with opened.writing.begin() as db:
        pair = Make(db).pair()
        case_id = pair.case.id
    with opened.reading.begin() as db:
        is_super = db.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        found = db.execute(text('SELECT count(*) FROM "case" WHERE id = :id'), {"id": case_id}).scalar()
    opened.engine.dispose()

    assert (is_super, found) == (False, 1)


def test_no_file_of_the_home_folder_is_readable_by_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store.open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key").engine.dispose()

    assert home.stat().st_mode & 0o077 == 0
    assert [path.name for path in home.glob("*.key") if path.stat().st_mode & 0o077] == []
