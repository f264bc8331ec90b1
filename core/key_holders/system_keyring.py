"""Keys where the operating system keeps passwords, under a number by chance: its list of entries names nobody."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.errors import KeyringError, NoKeyringError

from core.key_holders.files import lay, wipe
from core.key_holders.holder import NAMES, wrong

_SERVICE = "concord"
#: Holds the number, and no secret: the folder may be moved without losing its keys.
FILE = "keyring.id"


class SystemKeyring:
    def __init__(self, home: Path) -> None:
        self._file = home / FILE

    def is_used(self) -> bool:
        return self._file.exists()

    def names(self) -> frozenset[str]:
        if not self.is_used():
            return frozenset()
        with _asked():
            return frozenset(name for name in NAMES if keyring.get_password(_SERVICE, self._entry(name)))

    def read(self, name: str) -> str:
        with _asked():
            return keyring.get_password(_SERVICE, self._entry(name)) or ""

    def put(self, keys: Mapping[str, str]) -> None:
        with _asked():
            if not self.is_used():
                # A machine without a keyring says so before anything is written down.
                keyring.get_password(_SERVICE, "none")
                self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                lay(self._file, secrets.token_hex(16).encode())
            for name, key in keys.items():
                keyring.set_password(_SERVICE, self._entry(name), key)

    def change(self, name: str, key: str) -> None:
        self.put({name: key})

    def drop(self, *names: str) -> None:
        held = self.names()
        with _asked():
            for name in names or NAMES:
                if name in held:
                    keyring.delete_password(_SERVICE, self._entry(name))
        if not names:
            wipe(self._file)

    def _entry(self, name: str) -> str:
        return f"{self._file.read_text(encoding='utf-8').strip()}/{name}"


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except NoKeyringError:
        raise wrong("no_keyring") from None
    except KeyringError:
        raise wrong("keyring_shut") from None
