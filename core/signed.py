"""What lies outside the database carries a code that nobody makes without the key of the log."""

import json
from collections.abc import Mapping

from core.log_keys import LogKeys


def code(key: LogKeys, kind: str, said: Mapping[str, object]) -> str:
    """The code of what a file says; of each kind of file another one."""
    return key.code(_whole(kind, said))


def is_right(key: LogKeys, kind: str, said: Mapping[str, object], given: str) -> bool:
    return key.is_right(_whole(kind, said), given)


def _whole(kind: str, said: Mapping[str, object]) -> bytes:
    return f"{kind}\x1f{json.dumps(said, sort_keys=True)}".encode()
