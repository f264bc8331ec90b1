"""Whom this process may speak with: this machine, its database, and the identity provider where there is one.

Python asks here before each look-up of a name and each connection, whatever part of the program or of a library wants
it. What the driver of PostgreSQL opens is not asked for: its address comes from the settings alone.
"""

import ipaddress
import logging
import sys
import time
from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies

from core.settings import settings

log = logging.getLogger("concord")

#: Seconds after a look-up of a name that may be spoken with, in which its port may be reached at any address: a provider
#: has many, and others each time.
_LOOKED_UP = 60.0
_PORTS = {"https": 443, "http": 80, "postgresql+psycopg": 5432}
_looked_up: dict[int, float] = {}


class NotOutsideError(PermissionError):
    """Something wanted to speak with a machine that is none of ours."""


@cache
def watch() -> None:
    """From now on, until this process ends, nobody else is spoken with; safe to repeat."""
    sys.addaudithook(_asked)


def _asked(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        _require_name(_text(args[0]))
    elif event in {"socket.connect", "socket.sendto"} and isinstance(args[1], tuple):
        _require_address(_text(args[1][0]), int(args[1][1]))


def _require_name(name: str) -> None:
    if _is_here(name):
        return
    port = _known().get(name)
    if port is None:
        _refuse(name)
    else:
        _looked_up[port] = time.monotonic()


def _require_address(name: str, port: int) -> None:
    was_looked_up = time.monotonic() - _looked_up.get(port, -_LOOKED_UP) < _LOOKED_UP
    if not (_is_here(name) or _known().get(name) == port or was_looked_up):
        _refuse(name)


def _refuse(name: str) -> None:
    log.error("an outgoing connection was refused: %s", name)
    raise NotOutsideError("nobody outside is spoken with")


def _known() -> dict[str, int]:
    """The machines that the settings name, each with its port; with a provider, the proxies of this machine too."""
    own = settings()
    named = [own.oidc_issuer, *getproxies().values()] if own.has_oidc else []
    found = [urlsplit(each) for each in (*named, "" if own.is_sqlite else own.database_url) if each]
    known = {each.hostname: each.port or _PORTS.get(each.scheme, 0) for each in found if each.hostname}
    others = own.oidc_others if own.has_oidc else frozenset()
    return known | dict.fromkeys(others, _PORTS["https"])


def _is_here(name: str) -> bool:
    """Is it a name or an address of this machine itself?"""
    if name in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)


def _text(host: object) -> str:
    """As it is looked up: a name, an address, or none for this machine."""
    if isinstance(host, bytes):
        return host.decode("ascii", "replace").lower()
    return "" if host is None else str(host).lower()
