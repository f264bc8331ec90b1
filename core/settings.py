"""The settings: environment variables CONCORD_…, read once, typed; a wrong one stops the start."""

import os
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pyrage import RecipientError, x25519
from sqlalchemy import make_url

from core import locale, postgresql

ROOT = Path(__file__).resolve().parent.parent


#: Where the keys of the home folder lie.
KeysIn = Literal["file", "keyring", "passphrase"]
#: The ciphers that new keys can be for (core.ciphers).
CipherName = Literal["aes-256-gcm", "chacha20-poly1305"]
#: What other people's programs must open: as usual ones do, or by what OWASP ASVS approves alone (docs/asvs.md).
Formats = Literal["usual", "approved"]


class SettingsError(SystemExit):
    """A setting cannot be used; the message is one plain sentence for the person who starts the program."""


#: A server at these names is on this machine.
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
#: Passwords that everybody tries first at a database.
_USUAL = frozenset({"admin", "changeme", "concord", "password", "postgres", "root", "secret"})


def require_safe_server(address: str) -> None:
    """A server on another machine is spoken with over TLS, and its certificate is looked at; no password is a usual one.

    Raises ValueError with what the address must be.
    """
    found = urlsplit(address)
    hosts = postgresql.hosts(make_url(address))
    is_here = all(host in _HERE or postgresql.is_socket(host) for host in hosts)
    if not is_here and parse_qs(found.query).get("sslmode") != ["verify-full"]:
        raise ValueError("must end with ?sslmode=verify-full, where the server is another machine")
    if found.password and unquote(found.password).lower() in _USUAL | {unquote(found.username or "").lower()}:
        raise ValueError("must hold a password that nobody tries first")


def is_own(file: Path) -> bool:
    """May nobody but its owner read a file?

    What systemd hands over (LoadCredential=) it keeps from all others by its folder, and gives its group a right to read.
    """
    handed_over = os.environ.get("CREDENTIALS_DIRECTORY", "")
    others = 0o037 if handed_over and file.parent == Path(handed_over) else 0o077
    return os.name != "posix" or not file.stat().st_mode & others


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="CONCORD_", extra="ignore", frozen=True, validate_default=True
    )

    #: Folder of keys and data.
    home: Path = ROOT / "data"
    #: A file path (SQLite, encrypted) or a postgresql:// address; empty: a file in the home folder.
    database: str = ""
    #: Where the keys lie: in files of the home folder, in the keyring of the system, or under a passphrase.
    keys: KeysIn = "file"
    #: The file or descriptor (/dev/fd/3) with that passphrase; empty: it is asked for at the terminal.
    passphrase_file: Path | None = None
    #: What new keys seal with; `keys rotate` seals with it what lies there.
    cipher: CipherName = "aes-256-gcm"
    #: Rounds of bcrypt, each one more takes twice as long; a hash of others is renewed when its password is given.
    password_rounds: int = Field(default=12, ge=12, le=16)
    #: How files are locked that leave, and how codes of authenticator apps are reckoned.
    formats: Formats = "usual"
    #: A second folder for the anchors of the log, what was erased and what was taken back, on another disk; empty: the
    #: home folder alone.
    anchors: Path | None = None
    #: Minutes without a click until a person must sign in again.
    idle_minutes: int = Field(default=15, ge=5, le=30)
    #: Hours after which a person must sign in again in any case.
    session_hours: int = Field(default=10, ge=1, le=10)
    #: Where people reach it through a TLS proxy, as https://concord.example.org; empty: on this machine alone.
    address: str = ""
    #: The public key that backups are sealed to, age1…; empty: the key in backup.key, made at first use.
    backup_key: str = ""
    #: Months that the log is kept where no agreement between the managements says how long; empty: as the content has it.
    log_months: int | None = Field(default=None, ge=12, le=600)
    #: Months that sessions, attempts, codes and browsers are kept; empty: as the content has it.
    way_in_months: int | None = Field(default=None, ge=1, le=60)
    #: The identity provider that people may sign in by, as https://id.example.org; empty: none.
    oidc_issuer: str = ""
    #: Names of other machines that the provider answers from, with commas between; empty: it is one machine.
    oidc_also: str = ""
    #: What this program is called there.
    oidc_client: str = ""
    #: The file with the secret that the provider gave for it, readable by its owner alone.
    oidc_secret_file: Path | None = None
    #: What the provider is called on the button.
    oidc_name: str = "your service"
    #: Words in the `amr` or `acr` of its tokens that prove a second factor; empty: ours is always asked for.
    oidc_second_factor: str = ""
    #: The scanner for viruses that looks through what is uploaded: the socket of clamd, as /run/clamav/clamd.ctl, or its
    #: port on this machine, as 127.0.0.1:3310; empty: none.
    scanner: str = ""
    #: The time zone whose days count, as Europe/Skopje; empty: that of this machine.
    timezone: ZoneInfo | None = None
    #: One of those that have a words file in core/locale.
    language: str = "en"

    @field_validator("scanner")
    @classmethod
    def _of_this_machine(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not value.startswith("/") and not (host.strip("[]") in _HERE and port.isdecimal()):
            raise ValueError(
                "must be a socket, as /run/clamav/clamd.ctl, or a port of this machine, as 127.0.0.1:3310"
            )
        return value

    @field_validator("timezone", mode="before")
    @classmethod
    def _is_named(cls, value: object) -> object:
        if value and str(value) not in available_timezones():
            raise ValueError("must be the name of a time zone, as Europe/Skopje, or empty")
        return value or None

    @field_validator("language")
    @classmethod
    def _has_words(cls, value: str) -> str:
        if value not in locale.languages():
            raise ValueError(f"must be one of: {', '.join(locale.languages())}")
        return value

    @field_validator("anchors")
    @classmethod
    def _elsewhere(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        home: Path = info.data.get("home", ROOT)
        if value is not None and value.absolute().is_relative_to(home.absolute()):
            raise ValueError("must be a folder outside the home folder")
        return value

    @field_validator("database")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if "://" in value and not value.startswith("postgresql://"):
            raise ValueError("must be a file path or an address that begins with postgresql://")
        if "://" in value:
            require_safe_server(value)
        return value

    @field_validator("backup_key")
    @classmethod
    def _public(cls, value: str) -> str:
        try:
            return str(x25519.Recipient.from_str(value)) if value else ""
        except RecipientError:
            raise ValueError("must be a public key of age, which begins with age1") from None

    @field_validator("address")
    @classmethod
    def _whole_origin(cls, value: str) -> str:
        found = urlsplit(value.removesuffix("/").lower())
        if value and (
            found.scheme != "https" or not found.hostname or found.geturl() != f"https://{found.netloc}"
        ):
            raise ValueError(
                "must be an address that begins with https:// and ends with the name or the port"
            )
        if "@" in found.netloc:
            raise ValueError("must hold no name to sign in with")
        return found.geturl()

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_provider(cls, value: str) -> str:
        found = urlsplit(value)
        is_here = found.scheme == "http" and found.hostname in {"127.0.0.1", "localhost"}
        if value and not (
            is_here or (found.scheme == "https" and found.hostname and "@" not in found.netloc)
        ):
            raise ValueError("must be an address that begins with https://")
        return value.removesuffix("/")

    @field_validator("oidc_client")
    @classmethod
    def _with_a_provider(cls, value: str, info: ValidationInfo) -> str:
        if bool(value) != bool(info.data.get("oidc_issuer", value)):
            raise ValueError("must be given where CONCORD_OIDC_ISSUER is, and only there")
        return value

    @field_validator("oidc_secret_file")
    @classmethod
    def _own_secret(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if not info.data.get("oidc_issuer"):
            return value
        if value is None or not value.is_file() or not value.read_text(encoding="utf-8").strip():
            raise ValueError("must name the file that holds the secret")
        if not is_own(value):
            raise ValueError("must be readable by its owner alone (chmod 600)")
        return value

    @property
    def has_oidc(self) -> bool:
        """May people sign in by an identity provider?"""
        return bool(self.oidc_issuer)

    @property
    def oidc_secret(self) -> str:
        return self.oidc_secret_file.read_text(encoding="utf-8").strip() if self.oidc_secret_file else ""

    @property
    def oidc_others(self) -> frozenset[str]:
        return frozenset(self.oidc_also.lower().replace(",", " ").split())

    @property
    def oidc_proves(self) -> frozenset[str]:
        return frozenset(self.oidc_second_factor.replace(",", " ").split())

    @property
    def tls(self) -> bool:
        """Behind TLS the cookies are Secure, and ours carries the __Host- prefix."""
        return bool(self.address)

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the database."""
        if self.database.startswith("postgresql://"):
            return self.database.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{Path(self.database) if self.database else self.home / 'concord.db'}"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def example_database_url(self) -> str:
        """The fictional example lives in a file of its own, whatever the real store is."""
        return f"sqlite:///{self.example_file}"

    @property
    def example_file(self) -> Path:
        return self.home / "example.db"

    @property
    def key_file(self) -> Path:
        return self.home / "database.key"

    @property
    def anchor_folder(self) -> Path:
        """Where the server writes down every day how long the log is."""
        return self.home / "anchors"

    @property
    def anchor_folders(self) -> tuple[Path, ...]:
        """The same, and where it writes it a second time."""
        return (self.anchor_folder, self.anchors) if self.anchors is not None else (self.anchor_folder,)

    @property
    def erased(self) -> Path:
        """Where the server writes down what was erased, by ids alone."""
        return self.home / "erased"

    @property
    def erased_folders(self) -> tuple[Path, ...]:
        """The same, and where it writes it a second time: below the second folder of the anchors."""
        return (self.erased, self.anchors / "erased") if self.anchors is not None else (self.erased,)

    @property
    def taken_back(self) -> Path:
        """Where the server writes down what was taken back, ended or closed, by ids alone."""
        return self.home / "taken-back"

    @property
    def taken_back_folders(self) -> tuple[Path, ...]:
        """The same, and where it writes it a second time: below the second folder of the anchors."""
        return (
            (self.taken_back, self.anchors / "taken-back") if self.anchors is not None else (self.taken_back,)
        )

    @property
    def leaving(self) -> Path:
        """Where what a service takes along lies, locked, until it is taken."""
        return self.home / "leaving"

    @property
    def backup_key_file(self) -> Path:
        """The key that opens backups, where it does not lie elsewhere."""
        return self.home / "backup.key"

    @property
    def certificate_file(self) -> Path:
        """What the program shows a proxy in front of it."""
        return self.home / "tls" / "program.pem"

    @property
    def certificate_key_file(self) -> Path:
        return self.home / "tls" / "program.key"

    @property
    def field_key_file(self) -> Path:
        """The key of sealed fields lies in a file of its own: the database's key does not open them."""
        return self.home / "field.key"


@cache
def settings() -> Settings:
    """Read the settings once.

    Raises SettingsError with one sentence that names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "CONCORD_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"The setting {name} cannot be used: {first['msg']}.") from None
