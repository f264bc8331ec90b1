"""A keyring as an operating system has one, in a file of its own: chosen by PYTHON_KEYRING_BACKEND, as the library has it."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

NAME = f"{__name__}.FileKeyring"


class FileKeyring(KeyringBackend):
    priority = 0.1

    def get_password(self, service: str, username: str) -> str | None:
        return self._held().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._keep(self._held() | {f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        held = self._held()
        if held.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError(username)
        self._keep(held)

    def _file(self) -> Path:
        return Path(os.environ["CONCORD_TEST_KEYRING"])

    def _held(self) -> dict[str, str]:
        if not self._file().exists():
            return {}
        held: dict[str, str] = json.loads(self._file().read_text())
        return held

    def _keep(self, held: dict[str, str]) -> None:
        fresh = self._file().with_suffix(".new")
        fresh.write_text(json.dumps(held))
        fresh.replace(self._file())


class ShutKeyring(FileKeyring):
    """One that its owner has not unlocked."""

    def _held(self) -> dict[str, str]:
        raise KeyringLocked
