"""Which servers an address of PostgreSQL names, and what one must do before it is spoken with."""

import os
from typing import Final

from sqlalchemy import URL

#: A method by which both show that they know the password, and neither says it.
PROOF: Final = "scram-sha-256"
#: What libpq says where the server wants another one, or none.
UNPROVED: Final = "authentication method requirement"
_UNSAID: Final = "/" if os.name == "posix" else "localhost"


def proof(url: URL) -> str:
    """The method that the server must use, whatever its `pg_hba.conf` says; empty through a socket of this machine.

    There the system itself knows who asks. https://www.postgresql.org/docs/current/libpq-connect.html, require_auth
    """
    named = hosts(url) or {os.environ.get("PGHOST", "") or _UNSAID}
    return "" if all(is_socket(each) for each in named) else PROOF


def hosts(url: URL) -> set[str]:
    """Every machine and socket that an address names, in small letters; each may be a list of them."""
    asked = url.normalized_query
    lists = [url.host or "", *asked.get("host", ()), *asked.get("hostaddr", ())]
    return {host.lower() for each in lists for host in each.split(",")} - {""}


def is_socket(host: str) -> bool:
    return host.startswith(("/", "%2f", "@"))
