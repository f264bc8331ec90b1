"""On the way in: a right password or code is the first step, the second factor the next, and only then a ticket.

Where somebody stands is kept in the database for a few minutes, and the tab holds a token for it: nothing of it comes
from the browser. An arrival opens no page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, contains_eager

from core import clock, sealing, tokens
from core.errors import NotAllowed
from core.models import Account, Arrival, EntryCode, Identity, IdentityProof, NoticeKind, Person, Ticket
from core.sign_in import factors, limits, notices, passwords
from core.sign_in.factors import Enrolment
from core.sign_in.limits import Visitor

ARRIVAL_LIFE = timedelta(minutes=10)
TICKET_LIFE = timedelta(seconds=30)


class Step(StrEnum):
    """What is due next on the way in."""

    FACTOR = "factor"
    PASSWORD = "password"  # noqa: S105  a step, not a secret
    ENROLMENT = "enrolment"
    TICKET = "ticket"


@dataclass(frozen=True)
class _Way:
    arrival: Arrival
    account: Account

    @property
    def step(self) -> Step:
        if self.account.totp_secret is not None and not self.arrival.has_factor:
            return Step.FACTOR
        if self.arrival.entry_code_id is not None:
            return Step.PASSWORD
        is_set_up = self.arrival.has_factor and not factors.is_outdated(self.account)
        return Step.TICKET if is_set_up else Step.ENROLMENT


def by_password(db: Session, username: str, *, attempt_id: UUID) -> str:
    """The password was right: where somebody stands from now on, as a token.

    Raises NotAllowed with one and the same key where the account is unknown, disabled or has no password.
    """
    account = _account(db, Account.username == username.strip().lower())
    if account is None or not account.password_hash:
        raise NotAllowed("error.sign_in_refused")
    limits.opened(db, attempt_id)
    return arrive(db, account)


def by_code(db: Session, username: str, code: str, *, attempt_id: UUID) -> str:
    """The code that an administrator handed over was right; it counts until a password has been chosen with it.

    Raises NotAllowed where it is wrong, older than a day or used.
    """
    account = _account(db, Account.username == username.strip().lower())
    found = account and db.scalar(
        select(EntryCode).where(
            EntryCode.person_id == account.person_id,
            EntryCode.digest == tokens.digest(tokens.typed(code)),
            EntryCode.used_at.is_(None),
            EntryCode.expires_at > clock.now(),
        )
    )
    if account is None or not found:
        raise NotAllowed("error.entry_code_refused")
    limits.opened(db, attempt_id)
    return arrive(db, account, code=found)


def arrive(db: Session, account: Account, *, code: EntryCode | None = None, has_factor: bool = False) -> str:
    """Begin the way in of somebody who has proved the first step."""
    token = tokens.new()
    db.add(
        Arrival(
            digest=tokens.digest(token),
            person_id=account.person_id,
            expires_at=clock.now() + ARRIVAL_LIFE,
            entry_code_id=code.id if code else None,
            has_factor=has_factor,
        )
    )
    db.flush()
    return token


def step(db: Session, token: str) -> Step:
    """What is due next.

    Raises NotAllowed where the time is over.
    """
    return _find(db, token).step


def knock(db: Session, token: str, visitor: Visitor) -> UUID:
    """Count an attempt at the second factor, as one at the password is counted."""
    return limits.knock(db, _find(db, token).account.username, visitor)


def refused(db: Session, token: str) -> None:
    """Write down that the second factor was not right."""
    limits.refused(db, _find(db, token).account.username)


def give_factor(db: Session, token: str, typed: str, *, attempt_id: UUID) -> Step:
    """Give a code of the app, or a recovery code; what is due next: an outdated app is set up anew.

    Raises Invalid where it is wrong or has counted before.
    """
    way = _at(db, token, Step.FACTOR)
    factors.check(db, way.account, typed)
    limits.opened(db, attempt_id)
    way.arrival.has_factor = True
    _take_up(db, way.arrival)
    db.flush()
    return way.step


def choose_password(db: Session, token: str, *, password: str, again: str) -> Step:
    """Choose a password with the code that was handed over, which counts no more; what is due next."""
    way = _at(db, token, Step.PASSWORD)
    account, code = way.account, db.get_one(EntryCode, way.arrival.entry_code_id, with_for_update=True)
    if code.used_at is not None:  # somebody else came in by it meanwhile
        raise NotAllowed("error.arrival_ended")
    passwords.check(password, again, words=passwords.words_of(db, account.person, account.username))
    is_first = account.signed_in_at is None
    account.password_hash = passwords.hash_password(password)
    account.changed_at = clock.now()
    code.used_at = clock.now()
    way.arrival.entry_code_id = None
    way.arrival.expires_at = clock.now() + ARRIVAL_LIFE
    if not is_first:
        notices.leave(db, account.person_id, NoticeKind.PASSWORD)
    db.flush()
    return way.step


def enrolment(db: Session, token: str) -> Enrolment:
    """What the authenticator app needs; the same until it is confirmed."""
    way = _at(db, token, Step.ENROLMENT)
    seed = _pending_seed(way.arrival)
    if seed is None:
        seed = factors.new_seed()
        way.arrival.totp_secret = sealing.seal(seed, key=sealing.field_key(), place=_place(way.arrival))
        db.flush()
    is_anew = factors.is_outdated(way.account)
    return factors.enrolment(seed, way.account.username, is_anew=is_anew)


def enrol(db: Session, token: str, typed: str) -> list[str]:
    """Confirm the new second factor by a code of it; returns the recovery codes, which nobody can see again.

    Raises Invalid where the code is not one of the app's.
    """
    way = _at(db, token, Step.ENROLMENT)
    codes = factors.set_up(db, way.account, _pending_seed(way.arrival) or factors.new_seed(), typed)
    way.arrival.has_factor, way.arrival.totp_secret = True, None
    # The codes are written down now, by hand.
    way.arrival.expires_at = clock.now() + ARRIVAL_LIFE
    _take_up(db, way.arrival)
    if way.account.signed_in_at is not None:
        notices.leave(db, way.account.person_id, NoticeKind.FACTOR)
    db.flush()
    return codes


def have_kept_codes(db: Session, token: str) -> None:
    """The person has written the recovery codes down that `enrol` gave."""
    _at(db, token, Step.TICKET).account.has_kept_codes = True
    db.flush()


def _take_up(db: Session, arrival: Arrival) -> None:
    """Who came by an identity provider has given the second step of their own: from now on the identity is theirs."""
    of_arrival = select(IdentityProof.identity_id).where(IdentityProof.arrival_digest == arrival.digest)
    unconfirmed = Identity.id.in_(of_arrival), Identity.confirmed_at.is_(None)
    db.execute(update(Identity).where(*unconfirmed).values(confirmed_at=clock.now()))


def issue_ticket(db: Session, token: str, visitor: Visitor) -> str:
    """Everything is proved: a ticket, for thirty seconds and one use."""
    way = _at(db, token, Step.TICKET)
    way.arrival.ended_at = clock.now()
    if not way.account.has_kept_codes:
        notices.leave_once(db, way.account.person_id, NoticeKind.CODES_NOT_KEPT)
    limits.came_in(db, way.account.username, visitor)
    return issue_ticket_for(db, way.account.person_id)


def issue_ticket_for(
    db: Session,
    person_id: UUID,
    *,
    shared_meeting_id: UUID | None = None,
    shared_until: datetime | None = None,
    session_until: datetime | None = None,
    sign_in_id: UUID | None = None,
) -> str:
    """A ticket for somebody of whom nothing more needs to be proved.

    Perhaps to the shared screen of a meeting; or for another token of a session that goes on (`sessions.renew`).
    """
    ticket = tokens.new()
    db.add(
        Ticket(
            digest=tokens.digest(ticket),
            person_id=person_id,
            expires_at=clock.now() + TICKET_LIFE,
            shared_meeting_id=shared_meeting_id,
            shared_until=shared_until,
            session_until=session_until,
            sign_in_id=sign_in_id,
        )
    )
    return ticket


def end_all(db: Session, person_id: UUID, *, except_for: UUID | None = None) -> None:
    """Nobody is on the way in as this person any more, nor is a ticket of theirs good, but one for this session's token."""
    now = clock.now()
    on_the_way = (Arrival.person_id == person_id, Arrival.ended_at.is_(None))
    db.execute(update(Arrival).where(*on_the_way).values(ended_at=now))
    tickets = update(Ticket).where(Ticket.person_id == person_id, Ticket.used_at.is_(None))
    if except_for is not None:
        tickets = tickets.where(Ticket.sign_in_id.is_distinct_from(except_for))
    db.execute(tickets.values(used_at=now))


def _at(db: Session, token: str, due: Step) -> _Way:
    way = _find(db, token)
    if way.step is not due:
        raise NotAllowed("error.arrival_ended")
    return way


def _find(db: Session, token: str) -> _Way:
    arrival = db.scalar(select(Arrival).where(Arrival.digest == tokens.digest(token)).with_for_update())
    if arrival is None or arrival.ended_at is not None or arrival.expires_at < clock.now():
        raise NotAllowed("error.arrival_ended")
    account = _account(db, Account.person_id == arrival.person_id)
    if account is None:
        raise NotAllowed("error.arrival_ended")
    return _Way(arrival, account)


def _account(db: Session, condition: ColumnElement[bool]) -> Account | None:
    """The account, where it may sign in, with its person."""
    statement = (
        select(Account)
        .join(Account.person)
        .where(condition, Account.is_enabled, Person.is_active)
        .options(contains_eager(Account.person))
    )
    return db.scalar(statement)


def _pending_seed(arrival: Arrival) -> str | None:
    if arrival.totp_secret is None:
        return None
    return sealing.unseal(arrival.totp_secret, key=sealing.field_key(), place=_place(arrival))


def _place(arrival: Arrival) -> str:
    return f"arrival.totp_secret:{arrival.id}"
