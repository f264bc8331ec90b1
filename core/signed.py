"""What lies outside the database carries a code that nobody makes without the key of the log."""

import hmac
import json
from collections.abc import Mapping


def code(key: bytes, kind: str, said: Mapping[str, object]) -> str:
    """The code of what a file says; of each kind of file another one."""
    text = json.dumps(said, sort_keys=True)
    return hmac.digest(key, f"{kind}\x1f{text}".encode(), "sha256").hex()


def is_right(key: bytes, kind: str, said: Mapping[str, object], given: str) -> bool:
    return hmac.compare_digest(given.encode(), code(key, kind, said).encode())
