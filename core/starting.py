"""What must hold before anything is opened; else the program ends with one plain sentence."""

import sys

from core.locale import Words
from core.settings import SettingsError, settings

if sys.platform != "win32":
    import resource


def wrong(key: str, **values: object) -> SettingsError:
    """Why the program does not start, in one sentence for the person who starts it."""
    return SettingsError(Words(settings().language)(f"start.{key}", **values))


def leave_no_core_dumps() -> None:
    """Where this process breaks, what it holds in memory is not written to the disk. Windows writes none unasked."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
