"""What a server of PostgreSQL must do before it is spoken with."""

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
    asked = url.normalized_query
    lists = [url.host or "", *asked.get("host", ()), *asked.get("hostaddr", ())]
    hosts = {host for each in lists for host in each.split(",")}
    named = hosts - {""} or {os.environ.get("PGHOST", "") or _UNSAID}
    return "" if all(each.lower().startswith(("/", "%2f", "@")) for each in named) else PROOF
