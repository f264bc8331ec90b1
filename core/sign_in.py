"""Who is it: accounts, failure counts, tickets and sessions.

The sign-in form only says that a password is right. What follows from it is decided here: is the account enabled, is
it locked, is the second factor due. A right password gives a ticket for thirty seconds and one use; the ticket gives
a session, whose token the browser keeps in an HttpOnly cookie and the database as a digest only.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import bcrypt
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from core import audit, clock
from core.access import Actor
from core.errors import Invalid, NotAllowed
from core.models import Account, Event, EventKind, Person, PersonRole, Service, SignIn, SignInFailure, Ticket
from core.settings import settings

TICKET_LIFE = timedelta(seconds=30)
#: As long the browser of an ended session may still hand over what was being typed in it.
JUST_NOW = timedelta(minutes=2)
ROUNDS = 12
SHORTEST, LONGEST = 12, 72  # bcrypt reads no more than 72 bytes


def digest(secret: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_password(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode()


@cache
def dummy_hash() -> str:
    """The hash that an unknown name is compared with, so that it takes as long as a known one."""
    return hash_password(secrets.token_urlsafe(24))


@cache
def form_key() -> str:
    """The key of the form library's own cookie, which is never set; new at each start."""
    return secrets.token_hex(32)


def check_password(password: str, *, name: str = "") -> None:
    """Raise Invalid where a new password is too short, too long or too easy to guess."""
    if password != password.strip():
        raise Invalid("error.password_blanks", field="password")
    if len(password) < SHORTEST:
        raise Invalid("error.password_short", field="password", shortest=SHORTEST)
    if len(password.encode()) > LONGEST:
        raise Invalid("error.password_long", field="password", longest=LONGEST)
    if zxcvbn(password, user_inputs=[name])["score"] < 3:  # noqa: PLR2004  design/sign-in: 3 or more
        raise Invalid("error.password_weak", field="password")


def _name_digest(username: str) -> str:
    return hmac.new(b"sign-in", username.strip().lower().encode(), hashlib.sha256).hexdigest()


def password_hash(db: Session, username: str) -> str:
    """The hash to compare with, a dummy for an unknown name."""
    found = db.scalar(select(Account.password_hash).where(Account.username == username.strip().lower()))
    return found or dummy_hash()


def is_locked(db: Session, username: str, address: str) -> bool:
    """Have there been too many failures for this name, or ten times as many from this address?"""
    since = clock.now() - timedelta(minutes=settings().lock_minutes)
    recent = (SignInFailure.created_at > since) & SignInFailure.is_forgiven.is_(False)
    by_name = func.count().filter(SignInFailure.name_digest == _name_digest(username))
    by_address = func.count().filter(SignInFailure.address == address)
    statement = select(by_name, by_address).where(
        recent, or_(SignInFailure.name_digest == _name_digest(username), SignInFailure.address == address)
    )
    names, addresses = db.execute(statement).one()
    limit = settings().failures_until_lock
    return bool(names >= limit or addresses >= limit * 10)


def record_failure(db: Session, username: str, address: str) -> None:
    """Count a failed sign-in; kept in the database, so that a restart forgets nothing."""
    db.add(SignInFailure(name_digest=_name_digest(username), address=address))
    audit.refused_sign_in(db, username)


def forgive(db: Session, username: str) -> None:
    """The failures of a name count no more."""
    db.execute(
        update(SignInFailure)
        .where(SignInFailure.name_digest == _name_digest(username))
        .values(is_forgiven=True)
    )


def locked(db: Session, usernames: Iterable[str]) -> frozenset[str]:
    """Which of these names are locked now, by failures of their own."""
    since = clock.now() - timedelta(minutes=settings().lock_minutes)
    by_digest = {_name_digest(username): username for username in usernames}
    statement = (
        select(SignInFailure.name_digest)
        .where(
            SignInFailure.name_digest.in_(by_digest),
            SignInFailure.created_at > since,
            SignInFailure.is_forgiven.is_(False),
        )
        .group_by(SignInFailure.name_digest)
        .having(func.count() >= settings().failures_until_lock)
    )
    return frozenset(by_digest[found] for found in db.scalars(statement))


def issue_ticket(db: Session, username: str, address: str) -> str:
    """Trade a right password for a ticket.

    Raises NotAllowed with one and the same key where the account is unknown, disabled or locked.
    """
    if is_locked(db, username, address):
        audit.refused_sign_in(db, username)
        raise NotAllowed("error.sign_in_locked", minutes=settings().lock_minutes)
    account = db.scalar(
        select(Account)
        .join(Account.person)
        .where(Account.username == username.strip().lower(), Account.is_enabled, Person.is_active)
    )
    if account is None:
        audit.refused_sign_in(db, username)
        raise NotAllowed("error.sign_in_refused")
    # The place of the second factor: a code is asked for here once accounts carry a secret.
    forgive(db, username)
    return issue_ticket_for(db, account.person_id)


def issue_ticket_for(db: Session, person_id: UUID) -> str:
    ticket = secrets.token_urlsafe(32)
    db.add(Ticket(digest=digest(ticket), person_id=person_id, expires_at=clock.now() + TICKET_LIFE))
    return ticket


def begin(db: Session, ticket: str) -> str | None:
    """Trade a ticket for a session's token; None where it is unknown, late or used."""
    found = db.scalar(select(Ticket).where(Ticket.digest == digest(ticket)).with_for_update())
    if found is None or found.used_at is not None or found.expires_at < clock.now():
        return None
    found.used_at = clock.now()
    token = secrets.token_urlsafe(32)
    db.add(
        SignIn(
            digest=digest(token),
            person_id=found.person_id,
            seen_at=clock.now(),
            expires_at=clock.now() + timedelta(hours=settings().session_hours),
        )
    )
    person = db.get_one(Person, found.person_id)
    db.add(
        Event(
            person_id=person.id,
            service_id=person.service_id,
            kind=EventKind.SIGN_IN,
            subject="person",
            subject_id=person.id,
            act="sign_in",
        )
    )
    return token


@dataclass(frozen=True)
class Presence:
    """A live session: who it is, and what they must do first."""

    actor: Actor
    sign_in_id: UUID
    must_change: bool
    #: The session was last noted long enough ago that this visit should be noted.
    is_stale: bool


#: One statement for every run of every page: columns, not records.
_PRESENCE = (
    select(
        SignIn.id,
        SignIn.seen_at,
        SignIn.expires_at,
        SignIn.ended_at,
        Account.must_change,
        Person.id.label("person_id"),
        Person.name,
        Service.id.label("service_id"),
        Service.kind,
        Service.name.label("service_name"),
        PersonRole.role,
    )
    .join(Account, Account.person_id == SignIn.person_id)
    .join(Person, Person.id == SignIn.person_id)
    .join(Service, Service.id == Person.service_id)
    .outerjoin(PersonRole, PersonRole.person_id == Person.id)
    .where(Account.is_enabled, Person.is_active)
)


def find(db: Session, token: str) -> Presence | None:
    """The live session of a token; None where it ended, timed out or the account may not sign in any more."""
    now = clock.now()
    rows = db.execute(_PRESENCE.where(SignIn.digest == digest(token))).all()
    if not rows:
        return None
    first = rows[0]
    idle_since = now - timedelta(minutes=settings().idle_minutes)
    if first.ended_at is not None or first.expires_at < now or first.seen_at < idle_since:
        return None
    actor = Actor(
        person_id=first.person_id,
        service_id=first.service_id,
        kind=first.kind,
        roles=frozenset(row.role for row in rows if row.role),
        name=first.name,
        service_name=first.service_name,
    )
    is_stale = first.seen_at < now - timedelta(seconds=30)
    return Presence(actor, first.id, first.must_change, is_stale)


_LIVE = (
    select(SignIn.digest, SignIn.seen_at, SignIn.expires_at)
    .join(Account, Account.person_id == SignIn.person_id)
    .join(Person, Person.id == SignIn.person_id)
    .where(Account.is_enabled, Person.is_active, SignIn.ended_at.is_(None))
)


def ends(db: Session, digests: Iterable[str]) -> dict[str, datetime]:
    """When each of these sessions ends if its person does nothing more; one that has ended is left out."""
    idle = timedelta(minutes=settings().idle_minutes)
    now = clock.now()
    rows = db.execute(_LIVE.where(SignIn.digest.in_(list(digests))))
    found = {row.digest: min(row.seen_at + idle, row.expires_at) for row in rows}
    return {digest: at for digest, at in found.items() if at >= now}


def lately(db: Session, token: str) -> UUID | None:
    """Whose session this was, where it lives or has ended a moment ago: for what its person had just typed."""
    since = clock.now() - JUST_NOW
    idle = timedelta(minutes=settings().idle_minutes)
    statement = select(SignIn.person_id).where(
        SignIn.digest == digest(token),
        or_(SignIn.ended_at.is_(None), SignIn.ended_at > since),
        SignIn.expires_at > since,
        SignIn.seen_at > since - idle,
    )
    return db.scalar(statement)


def note_visit(db: Session, sign_in_id: UUID) -> None:
    """The person did something: the idle time begins anew."""
    db.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=clock.now()))


def end(db: Session, token: str) -> None:
    """End the session of a token, in every tab."""
    db.execute(update(SignIn).where(SignIn.digest == digest(token)).values(ended_at=clock.now()))


def end_all(db: Session, person_id: UUID) -> None:
    """End every session of a person."""
    db.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def change_password(db: Session, actor: Actor, *, password: str, again: str) -> Account:
    """Set the actor's own password; every session of theirs ends, this one included."""
    if password != again:
        raise Invalid("error.password_differs", field="again")
    check_password(password, name=actor.name)
    account = db.scalars(select(Account).where(Account.person_id == actor.person_id)).one()
    account.password_hash = hash_password(password)
    account.must_change = False
    account.changed_at = clock.now()
    end_all(db, actor.person_id)
    audit.record(db, actor, "change_password", db.get_one(Person, actor.person_id), kind=EventKind.SIGN_IN)
    return account
