"""Keys in one file that a passphrase opens: Argon2id makes the key of that file from it."""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from core import ciphers
from core.ciphers import CIPHERS, KEY_BYTES, NONCE_BYTES
from core.key_holders import asking
from core.key_holders.files import lay, told, wipe
from core.key_holders.holder import wrong
from core.settings import settings

FILE = "keys.sealed"


@dataclass(frozen=True)
class Stretched:
    """How a key is made from a passphrase; it stands in the file, so that later files may ask for more."""

    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    #: In KiB; about half a second on a machine of the office.
    memory: int = 128 * 1024
    iterations: int = 3
    lanes: int = 4
    #: What the key made of it seals with.
    cipher: str = ciphers.FIRST

    def key(self, passphrase: str) -> bytes:
        made = Argon2id(
            salt=bytes.fromhex(self.salt),
            length=KEY_BYTES,
            iterations=self.iterations,
            lanes=self.lanes,
            memory_cost=self.memory,
        )
        return made.derive(passphrase.encode())

    @property
    def bound(self) -> bytes:
        return json.dumps(self.said, sort_keys=True).encode()

    @property
    def said(self) -> dict[str, object]:
        """As it stands in the file; the first cipher is older than the names."""
        return {
            name: each for name, each in asdict(self).items() if (name, each) != ("cipher", ciphers.FIRST)
        }


class Passphrase:
    def __init__(self, home: Path) -> None:
        self._file = home / FILE
        #: Of this process, once somebody gave the passphrase: how, and the key that came of it.
        self._opened: tuple[Stretched, bytes] | None = None

    def is_used(self) -> bool:
        return self._file.exists()

    def names(self) -> frozenset[str]:
        return frozenset(self._keys())

    def read(self, name: str) -> str:
        return self._keys()[name]

    def put(self, keys: Mapping[str, str]) -> None:
        self._write({**self._keys(), **keys})

    def drop(self, *names: str) -> None:
        if names:
            self._write({name: key for name, key in self._keys().items() if name not in names})
        else:
            wipe(self._file)
            self._opened = None

    def change(self, name: str, key: str) -> None:
        self.put({name: key})

    def put_under(self, passphrase: str) -> None:
        """The same keys under another passphrase."""
        held = self._keys()
        self._begin(passphrase)
        self._write(held)

    def _begin(self, passphrase: str) -> tuple[Stretched, bytes]:
        how = Stretched(cipher=settings().cipher)
        self._opened = how, how.key(passphrase)
        return self._opened

    def _keys(self) -> dict[str, str]:
        if not self.is_used():
            if self._opened is None:
                self._begin(asking.new(settings().passphrase_file))
            return {}
        try:
            with told(self._file):
                said = json.loads(self._file.read_text(encoding="utf-8"))
            how, sealed = Stretched(**said["how"]), b64decode(said["sealed"])
            cipher = CIPHERS[how.cipher]
        except (ValueError, KeyError, TypeError):
            raise wrong("sealed_damaged", file=self._file) from None
        if self._opened is None or self._opened[0] != how:
            self._opened = how, how.key(asking.known())
        try:
            opened = cipher(self._opened[1]).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], how.bound)
        except (InvalidTag, ValueError):
            self._opened = None
            raise wrong("passphrase") from None
        found: dict[str, str] = json.loads(opened)
        return found

    def _write(self, keys: Mapping[str, str]) -> None:
        how, key = self._opened or self._begin(asking.new(settings().passphrase_file))
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + CIPHERS[how.cipher](key).encrypt(nonce, json.dumps(dict(keys)).encode(), how.bound)
        said = {"how": how.said, "sealed": b64encode(sealed).decode()}
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lay(self._file, json.dumps(said, indent=1).encode(), over=True)
