"""The settings: environment variables CONCORD_…, read once, typed; a wrong one stops the start."""

from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pyrage import RecipientError, x25519

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(SystemExit):
    """A setting cannot be used; the message is one plain sentence for the person who starts the program."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="CONCORD_", extra="ignore", frozen=True)

    #: Folder of keys and data.
    home: Path = ROOT / "data"
    #: A file path (SQLite, encrypted) or a postgresql:// address; empty: a file in the home folder.
    database: str = ""
    #: Minutes without a click until a person must sign in again.
    idle_minutes: int = Field(default=15, ge=1, le=120)
    #: Hours after which a person must sign in again in any case.
    session_hours: int = Field(default=10, ge=1, le=24)
    #: Where people reach it through a TLS proxy, as https://concord.example.org; empty: on this machine alone.
    address: str = ""
    #: The public key that backups are sealed to, age1…; empty: the key in backup.key, made at first use.
    backup_key: str = ""
    language: Literal["en"] = "en"

    @field_validator("database")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if "://" in value and not value.startswith("postgresql://"):
            raise ValueError("must be a file path or an address that begins with postgresql://")
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
        return f"sqlite:///{self.home / 'example.db'}"

    @property
    def key_file(self) -> Path:
        return self.home / "database.key"

    @property
    def anchors(self) -> Path:
        """Where the server writes down every day how long the log is."""
        return self.home / "anchors"

    @property
    def erased(self) -> Path:
        """Where the server writes down what was erased, by ids alone."""
        return self.home / "erased"

    @property
    def backup_key_file(self) -> Path:
        """The key that opens backups, where it does not lie elsewhere."""
        return self.home / "backup.key"

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
