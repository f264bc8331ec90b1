"""Who is it: passwords, second factors, counted attempts, the way in, and sessions.

The sign-in form only says that a password is right. What follows from it is decided here: is the account enabled, does
it have to wait, is the second factor given. Whoever has proved everything gets a ticket for thirty seconds and one use;
the ticket gives a session, whose token the browser keeps in an HttpOnly cookie and the database as a digest only.
"""

from core.sign_in.arrivals import TICKET_LIFE, Step, issue_ticket_for
from core.sign_in.limits import Visitor
from core.sign_in.sessions import (
    JUST_NOW,
    Presence,
    author,
    begin,
    end,
    end_all,
    ends,
    find,
    freshen,
    just_renewed,
    lately,
    note_visit,
    of_id,
    renew,
)
from core.tokens import digest

__all__ = [
    "JUST_NOW", "TICKET_LIFE", "Presence", "Step", "Visitor", "author", "begin", "digest", "end", "end_all", "ends", "find", "freshen", "issue_ticket_for", "just_renewed", "lately", "note_visit", "of_id", "renew",
]  # fmt: skip
